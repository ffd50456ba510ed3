"""What alternatives change, in words: what rests on defaults alone says so on the number itself."""

import datetime as dt

from corridor.report.facts.differences import INSIDE_ALONE, difference_lines
from corridor.runs.rows import DifferenceRow

ASSUMPTION = " (an assumption only: nobody has reported any)"
LAST = dt.date(2031, 3, 1)
MEANINGS = {"shut": "The road is shut."}


def rows(target, values, location="all"):
    levels = zip(("0.1", "0.5", "0.9"), values, strict=True)
    return [
        DifferenceRow(
            alternative="shut",
            target=target,
            target_end_date=LAST,
            location=location,
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


def test_needs_and_how_long_supplies_last_are_compared_in_words():
    table = [
        *rows("need_water", (1000.0, 4500.0, 9000.0), "camp"),
        *rows("days_of_water", (-4.0, -2.0, -1.0), "camp"),
        *rows("days_of_tents_new_arrivals", (0.0, 0.0, 3.0), "camp"),
        *rows("days_of_blankets", (0.0, 0.0, 0.0), "camp"),
    ]
    units = {"water": "litres/day", "tents_new_arrivals": "tents", "blankets": "blankets"}
    (line,) = difference_lines(table, MEANINGS, {"camp": "Plain Camp"}, units=units)
    assert line.parts == (
        "4,500 (1,000–9,000) more litres a day of water needed at Plain Camp",
        "water at Plain Camp runs out 2 (1–4) days sooner",
        "tents new arrivals at Plain Camp run out up to 3 days later",
    )


def test_fewer_deaths_because_more_are_still_inside_a_siege_come_with_a_caution():
    outside = [*rows("deaths", (-90.0, -40.0, -10.0)), *rows("inside", (3000.0, 8000.0, 9000.0))]
    (line,) = difference_lines(outside, MEANINGS, {})
    assert line.parts[-1] == INSIDE_ALONE
    (line,) = difference_lines(rows("deaths", (-90.0, -40.0, -10.0)), MEANINGS, {})
    assert INSIDE_ALONE not in line.parts
