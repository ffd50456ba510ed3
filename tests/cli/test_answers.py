"""The answer in three lines: what is not known is called unknown."""

import datetime as dt

from corridor.cli.answers import Estimate, ForecastAnswer, Others
from corridor.needs.rows import NeedRow
from corridor.report.facts.wording import Guard


def answer(stock, arrivals, *, water=None, others=None, needs=None) -> str:
    """Return the lines of an answer, as one text."""
    start, end = dt.date(2031, 3, 1), dt.date(2031, 3, 15)
    nobody = Estimate(0, 0, 0)
    made = ForecastAnswer(
        "camp", "Camp", start, end, stock, 7, arrivals, nobody, water, None, is_stock_counted=False, others=others
    )
    return "\n".join(made.lines(Guard(10, needs=needs or {})))


def test_people_whom_nobody_has_counted_are_unknown_and_not_none():
    text = answer(None, Estimate(40, 60, 90))
    assert "15 March 2031: unknown; nobody has counted them." in text
    assert "likely 60, low 40, high 90" in text
    assert "Water to deliver: unknown" in text


def test_arrivals_that_no_report_counts_are_unknown():
    assert "unknown; no report counts arrivals" in answer(Estimate(400, 600, 900), None)


def test_a_narrow_range_is_written_with_as_many_digits_as_tell_its_ends_apart():
    text = answer(Estimate(121_300, 122_400, 123_600), None)
    assert "likely 122,000, low 121,000, high 124,000" in text


def test_people_are_rounded_once():
    # 674.6 to whole people is 675, and to two digits 680: the report would say 670
    made = Estimate(49.6, 190.2, 674.6)
    assert made.words(Guard(10)) == "likely 190, low 50, high 670"
    assert made.whole() == {"low": 50, "likely": 190, "high": 675}


def test_who_comes_in_no_stated_way_is_told_beside_the_arrivals():
    stock, arrivals = Estimate(400, 600, 900), Estimate(55, 200, 950)
    assert "high 950 by stated ways; otherwise, on average, 680 come and 290 leave." in answer(
        stock, arrivals, others=Others(680.0, 290.0)
    )
    assert "otherwise" not in answer(stock, arrivals)


def test_water_for_few_people_is_withheld_by_the_guard_of_who_prints():
    row = NeedRow(dt.date(2031, 3, 8), "camp", "water", "litres/day", 0.0, 60.0, 450.0, "15 litres", "a standard")
    few = {"water": 150.0, "water_losses": 81.0}
    assert "likely <231 litres a day (0–450" in answer(Estimate(0, 4, 30), None, water=row, needs=few)
    assert "likely 60 litres a day (0–450" in answer(Estimate(0, 4, 30), None, water=row)
