"""How numbers are said, and which are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.report.facts.wording import Guard, number, rounded, safe_link

counts = st.floats(0, 1e9)


@given(st.lists(counts, min_size=3, max_size=3).map(sorted), st.integers(0, 50))
def test_an_interval_that_is_shown_keeps_its_order_and_shows_no_small_count(values, below):
    guard = Guard(below)
    low, middle, high = guard.low(values[0]), guard.middle(values[1]), guard.high(values[2])
    shown = [value for value in (low, middle, high) if value is not None]
    assert shown == sorted(shown)
    assert not any(0 < value < below for value in shown)


@given(counts, st.integers(1, 6))
def test_rounding_moves_a_value_by_no_more_than_its_digits_allow(value, digits):
    assert rounded(value, digits) == pytest.approx(value, rel=0.51 * 10 ** (1 - digits))


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (45_678, "45,700"), (0.01234, "0.0123"), (1e-9, "1.00e-09"), (1e15, "1.00e+15"), (None, "–")],
)
def test_numbers_are_said_with_three_digits(value, said):
    assert number(value) == said


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/x",
        "https:",
        "http://[",
        "example.org",
        "",
        None,
    ],
)
def test_an_address_that_is_not_of_the_web_is_not_linked(url):
    assert safe_link(url) is None


@pytest.mark.parametrize("url", ["https://example.org/a?b=c", "http://example.org"])
def test_an_address_of_the_web_is_linked(url):
    assert safe_link(url) == url


def test_a_range_that_rounding_would_close_is_written_with_more_digits():
    assert Guard(10).people(119_980, 120_010, 120_040) == "120,010 (119,980–120,040)"
    assert Guard(10).shown(119_600, 120_010, 120_400).range == "119,600–120,400"
    assert Guard(10).people(120_000, 120_000, 120_000) == "120,000"
