"""What alternatives change, in words: what rests on defaults alone says so on the number itself."""

import datetime as dt

from corridor.report.facts.differences import ASSUMPTION, difference_lines
from corridor.runs.rows import DifferenceRow

LAST = dt.date(2031, 3, 1)
MEANINGS = {"shut": "The road is shut."}


def rows(target, values):
    levels = zip(("0.1", "0.5", "0.9"), values, strict=True)
    return [
        DifferenceRow(
            alternative="shut",
            target=target,
            target_end_date=LAST,
            location="all",
            output_type="quantile",
            output_type_id=level,
            value=value,
        )
        for level, value in levels
    ]


def test_deaths_that_nobody_reports_are_an_assumption_on_the_number_itself():
    table = [*rows("deaths", (100.0, 200.0, 300.0)), *rows("waiting_nights", (-900.0, -500.0, -200.0))]
    (plain,) = difference_lines(table, MEANINGS, {})
    (assumed,) = difference_lines(table, MEANINGS, {}, assumed=("deaths",))
    assert ASSUMPTION not in plain.words
    deaths, nights = sorted(assumed.parts, key=lambda part: "nights" in part)
    assert f"deaths{ASSUMPTION}" in deaths
    assert ASSUMPTION not in nights
