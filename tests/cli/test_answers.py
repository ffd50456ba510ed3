"""The answer in three lines: what is not known is called unknown."""

import datetime as dt

from corridor.cli.answers import Estimate, ForecastAnswer


def answer(stock, arrivals) -> str:
    """Return the lines of an answer, as one text."""
    start, end = dt.date(2031, 3, 1), dt.date(2031, 3, 15)
    nobody = Estimate(0, 0, 0)
    made = ForecastAnswer(
        "camp", "Camp", start, end, stock, 7, arrivals, nobody, water=None, first_short=None, is_stock_counted=False
    )
    return "\n".join(made.lines())


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
    assert made.words() == "likely 190, low 50, high 670"
    assert made.whole() == {"low": 50, "likely": 190, "high": 675}
