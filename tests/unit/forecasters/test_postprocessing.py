"""An ensemble read against its past: how far it is followed, and that its range is that of its errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.forecasters.mechanism import anchored
from corridor.forecasters.postprocessing import PastForecast, postprocessed, situation_at
from corridor.forecasters.settings import FEW_PEOPLE
from corridor.inference.report_series import report_series
from tests.builders import START
from tests.reports import reports

LEVELS = (0.05, 0.1, 0.5, 0.9, 0.95)
LEAD = 7


def lines(**counts):
    """Return reported series by place."""
    return report_series(reports(**counts), START)


def said(series, origin, path, place="lake"):
    """Return what was said on a day, of that day and each of the following."""
    return PastForecast(place, origin, situation_at(series[place], origin), np.asarray(path, dtype=float))


def straight(first, last, days=14):
    return np.linspace(first, last, days + 1)


def told(series, origin, members, earlier=()):
    """Return quantiles a week ahead."""
    members = np.asarray(members, dtype=float)
    now = said(series, origin, np.median(members, axis=0))
    return postprocessed(members, now, earlier, series, (LEAD,), LEVELS)[0]


def sure(first, last, spread=0.01, members=101):
    """Return an ensemble that grows straight from one number to another within a fortnight, nearly as one."""
    return straight(first, last) * (1 + spread * np.linspace(-1, 1, members))[:, None]


def history(share, *, weeks=8, step=1000.0):
    """Return reports that grow each week by a share of what was said, with what was said each week."""
    counts = {7 * n: round(10_000 + share * step * n) for n in range(weeks + 1)}
    series = lines(lake=counts)
    earlier = [said(series, 7 * n, straight(counts[7 * n], counts[7 * n] + 2 * step)) for n in range(weeks)]
    return series, earlier, counts[7 * weeks]


def test_before_any_outcome_a_sure_ensemble_is_believed():
    found = told(lines(lake={0: 10_000}), 0, sure(10_000, 20_000))
    assert found[2] == pytest.approx(15_000, rel=0.01)
    assert found[0] == pytest.approx(15_000 * 0.991, rel=0.01)
    assert found[4] == pytest.approx(15_000 * 1.009, rel=0.01)


@pytest.mark.parametrize(("share", "low", "high"), [(0.0, -0.1, 0.25), (0.5, 0.35, 0.65), (1.0, 0.85, 1.1)])
def test_reports_that_have_followed_by_a_share_are_expected_to_go_on_so(share, low, high):
    series, earlier, last = history(share)
    found = told(series, 56, sure(last, last + 2_000), earlier)
    assert last + 1_000 * low < found[2] < last + 1_000 * high


def test_the_range_is_that_of_the_errors_before():
    rng = np.random.default_rng(3)  # 60 errors of 5 roots: a 90 % range of 16.4 roots, within a third
    roots = 100 + 5 * rng.standard_normal(61)
    series = lines(lake={7 * n: round(root**2) for n, root in enumerate(roots)})
    earlier = [said(series, 7 * n, straight(10_000, 10_000)) for n in range(60)]
    found = np.sqrt(told(series, 420, sure(10_000, 10_000, spread=0.001), earlier))
    assert found[4] - found[0] == pytest.approx(2 * 1.645 * 5, rel=1 / 3)


def test_what_is_held_of_days_without_reports_is_taken_by_half():
    series = lines(lake={0: 10_000})
    found = told(series, 60, sure(40_000, 40_000))
    assert np.sqrt(found[2]) == pytest.approx((100 + 200) / 2, rel=0.02)


def test_other_places_teach_too_if_they_are_alike():
    series = lines(
        lake={7 * n: 10_000 for n in range(9)}, hill={0: 10_000, 56: 10_000}, sea={7 * n: 10 for n in range(9)}
    )
    alike = [said(series, 7 * n, straight(10_000, 12_000)) for n in range(8)]
    other = [said(series, 7 * n, straight(10, 200), place="sea") for n in range(8)]
    now = said(series, 56, straight(10_000, 12_000), place="hill")
    members = sure(10_000, 12_000)
    taught, untaught = (postprocessed(members, now, past, series, (LEAD,), [0.5])[0, 0] for past in (alike, other))
    assert taught < 10_400
    assert untaught > 10_800


@given(
    first=st.floats(0, 1e6),
    last=st.floats(0, 1e6),
    counts=st.lists(st.integers(0, 10**6), min_size=2, max_size=6),
)
def test_quantiles_rise_are_finite_and_never_below_zero(first, last, counts):
    series = lines(lake={5 * n: count for n, count in enumerate(counts)})
    earlier = [said(series, 5 * n, straight(count, last)) for n, count in enumerate(counts[:-1])]
    found = told(series, 5 * len(counts), sure(first, last, spread=0.5), earlier)
    assert np.isfinite(found).all()
    assert found[0] >= 0
    assert (np.diff(found) >= 0).all()


def test_members_with_too_few_people_keep_the_difference_and_those_with_too_many_are_scaled():
    stock = np.array([[100.0, 300.0], [20_000.0, 30_000.0]])
    found = anchored(stock, stock[:, 0], 10_000.0)
    share = (10_000 + FEW_PEOPLE) / (20_000 + FEW_PEOPLE)
    assert found == pytest.approx(np.array([[10_000, 10_200], [10_000, 10_000 + share * 10_000]]))
    assert anchored(np.array([[5_000.0, 0.0]]), np.array([5_000.0]), 20.0).min() >= 0
