"""Counts between two reports follow Flee: by the order of the table, in a straight line, decimals cut off."""

import pytest

from corridor.scenario.interpolation import value_on


@pytest.mark.parametrize(
    ("day", "people"), [(-3, 100), (0, 100), (1, 110), (5, 152), (9, 194), (10, 205), (12, 123), (14, 41), (99, 41)]
)
def test_a_series_goes_in_a_straight_line_and_stays_at_its_ends(day, people):
    assert value_on([0, 10, 14], [100, 205, 41.9], day) == people


def test_the_first_later_row_of_the_table_ends_the_search():
    assert value_on([0, 8, 4, 12], [0, 80, 500, 120], 6) == 60
    assert value_on([0, 8, 4, 12], [0, 80, 500, 120], 8) == 310


def test_of_two_rows_of_a_day_the_first_holds_before_and_the_last_from_then_on():
    days, people = [0, 4, 4, 8], [0, 40, 100, 140]
    assert [value_on(days, people, day) for day in (3, 4, 6)] == [30, 100, 120]
    assert [value_on([4, 4, 8], [40, 100, 140], day) for day in (3, 4, 5)] == [40, 40, 110]


def test_a_single_row_holds_for_ever():
    assert [value_on([5], [77], day) for day in (0, 5, 9)] == [77, 77, 77]
