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
        "4,500 (1,000–9,000) more litres a day of water needed at Plain Camp, before losses",
        "water at Plain Camp runs out 2 (1–4) days sooner",
        "tents new arrivals at Plain Camp run out up to 3 days later",
    )


def test_fewer_deaths_because_more_are_still_inside_a_siege_come_with_a_caution():
    outside = [*rows("deaths", (-90.0, -40.0, -10.0)), *rows("inside", (3000.0, 8000.0, 9000.0))]
    (line,) = difference_lines(outside, MEANINGS, {})
    assert line.parts[-1] == INSIDE_ALONE
    (line,) = difference_lines(rows("deaths", (-90.0, -40.0, -10.0)), MEANINGS, {})
    assert INSIDE_ALONE not in line.parts


def test_one_day_is_a_day():
    (line,) = difference_lines(rows("days_over_capacity", (0.0, 0.0, 1.0), "camp"), MEANINGS, {"camp": "Camp"})
    assert line.parts == ("up to 1 more day over capacity at Camp",)
    (line,) = difference_lines(rows("days_over_capacity", (-5.0, -2.0, -1.0), "camp"), MEANINGS, {"camp": "Camp"})
    assert line.parts == ("2 (1–5) fewer days over capacity at Camp",)


def test_people_in_a_besieged_place_are_told_of_once():
    table = [
        *rows("inside", (3000.0, 8000.0, 9000.0)),
        *rows("inside", (3000.0, 8000.0, 9000.0), "town"),
        *rows("stock", (3100.0, 8300.0, 9100.0), "town"),
        *rows("stock", (-900.0, -500.0, -200.0), "camp"),
    ]
    (line,) = difference_lines(table, MEANINGS, {"camp": "Camp", "town": "Town"})
    assert line.parts == (
        "8,000 (3,000–9,000) more people still inside",
        "500 (200–900) fewer people at Camp",
    )


def test_what_clearly_changes_stands_before_what_may_go_either_way():
    table = [*rows("deaths", (-60.0, 5.0, 40.0)), *rows("stock", (-900.0, -500.0, -200.0), "camp")]
    (line,) = difference_lines(table, MEANINGS, {"camp": "Camp"})
    assert line.parts == (
        "500 (200–900) fewer people at Camp",
        "about as many deaths (from 60 fewer to 40 more)",
    )
