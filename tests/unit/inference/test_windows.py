"""The calendar cut into windows, what a report counts in them, and how many ancestors are left."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.inference.observation_model import Report
from corridor.inference.weighing import truth_of
from corridor.inference.windows import ancestors, windows
from corridor.scenario.observations import Observation
from tests.builders import day


@st.composite
def calendars(draw):
    """Return the days with reports, in order, and the last day."""
    days = sorted(draw(st.sets(st.integers(0, 60), max_size=25)))
    return days, draw(st.integers(max(days, default=0), 70))


@given(calendars())
def test_windows_cover_every_day_once_and_in_order(calendar):
    days, last = calendar
    covered = [t for first, end in windows(days, last) for t in range(first, end + 1)]
    assert covered == list(range(last + 1))


@given(calendars())
def test_every_window_but_the_last_ends_with_a_day_of_reports(calendar):
    days, last = calendar
    ends = [end for _, end in windows(days, last)]
    assert set(ends[:-1]) <= set(days)
    assert ends[-1] == last


@given(calendars())
def test_days_after_the_last_report_are_a_window_of_their_own(calendar):
    days, last = calendar
    if days and last > days[-1]:
        assert windows(days, last)[-1] == (days[-1] + 1, last)


@given(calendars())
def test_reports_that_are_weighed_together_lie_close_together(calendar):
    days, last = calendar
    for first, end in windows(days, last):
        inside = [t for t in days if first <= t <= end]
        assert not inside or inside[-1] - inside[0] <= 3


def test_without_reports_there_is_one_window():
    assert windows([], 9) == [(0, 9)]


def test_lonely_reports_have_windows_of_their_own():
    assert windows([4, 14, 24], 24) == [(0, 4), (5, 14), (15, 24)]


def test_ancestors_of_particles_that_all_live_on_are_all():
    assert ancestors(np.arange(17)) == pytest.approx(17.0)


def test_the_ancestor_of_all_is_one():
    assert ancestors(np.full(9, 4)) == pytest.approx(1.0)


def test_a_half_and_two_quarters_descend_from_eight_thirds():
    assert ancestors(np.array([3, 3, 7, 1])) == pytest.approx(8 / 3)


@given(st.lists(st.integers(0, 8), min_size=1, max_size=50), st.randoms())
def test_the_order_of_particles_does_not_change_their_ancestors(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert ancestors(np.array(shuffled)) == pytest.approx(ancestors(np.array(found)))
    assert 1.0 - 1e-9 <= ancestors(np.array(found)) <= len(set(found)) + 1e-9


@pytest.mark.parametrize(("first", "last", "expected"), [(3, 3, [13, 113]), (1, 3, [36, 336]), (0, 0, [10, 110])])
def test_a_report_counts_the_sum_of_its_days(first, last, expected):
    history = np.zeros((2, 5, 3), np.float32)
    history[:, :, 1] = np.arange(10, 15) + np.array([[0], [100]])
    row = Observation(date=day(last), place="camp", measure="arrivals", count=5, source="test")
    report = Report(observation=row, series=1, first=first, last=last, bias=0, sd=0.1, tail=0.1)
    assert truth_of(report, history).tolist() == expected
