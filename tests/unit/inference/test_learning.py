"""What is learnt of a source's bias from figure after figure, beside the closed forms of normal numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.inference.observation_model import Gaussian, Report, learn
from corridor.scenario.observations import Observation
from tests.builders import day

FIRM = ("exact", "about")
factors = st.floats(0.05, 20.0)
spreads = st.floats(0.01, 1.0)


def figure(count, qualifier="exact", *, sd=0.1, measure="stock", tail=0.25):
    """Return a figure with a stated error and tail, log units."""
    row = Observation(date=day(0), place="camp", measure=measure, count=count, qualifier=qualifier, source="test")
    return Report(observation=row, series=0, first=0, last=0, bias=0, sd=sd, tail=tail)


def belief(mean, variance):
    return Gaussian(np.array([mean]), np.array([variance]))


def taught(reports, truth, start, stray=0.0):
    """Return the log likelihood of all figures together and what is believed after the last."""
    total, now = 0.0, start
    for report in reports:
        gain, now = learn(report, np.array([truth]), now, stray)
        total += float(gain[0])
    return total, float(now.mean[0]), float(now.variance[0])


@pytest.mark.parametrize("qualifier", FIRM)
@given(factor=factors, sd=spreads, mean=st.floats(-1.0, 1.0), spread=spreads)
def test_a_firm_figure_moves_the_bias_by_the_kalman_gain(qualifier, factor, sd, mean, spread):
    gain = spread**2 / (spread**2 + sd**2)
    surprise = math.log1p(round(1e6 * factor)) - math.log1p(1e6) - mean
    total, after, variance = taught([figure(round(1e6 * factor), qualifier, sd=sd)], 1e6, belief(mean, spread**2))
    assert after == pytest.approx(mean + gain * surprise, abs=1e-9)
    assert variance == pytest.approx((1 - gain) * spread**2, rel=1e-9)
    whole = spread**2 + sd**2
    assert total == pytest.approx(-0.5 * surprise**2 / whole - 0.5 * math.log(2 * math.pi * whole), rel=1e-9)


@given(factor=factors, spread=spreads, count=st.integers(2, 12))
def test_many_equal_figures_teach_what_their_mean_would(factor, spread, count):
    stated = figure(round(1e6 * factor), sd=0.2)
    surprise = math.log1p(round(1e6 * factor)) - math.log1p(1e6)
    share = count * spread**2 / (count * spread**2 + 0.2**2)
    _, after, variance = taught([stated] * count, 1e6, belief(0.0, spread**2))
    assert after == pytest.approx(share * surprise, abs=1e-9)
    assert variance == pytest.approx((1 - share) * spread**2, rel=1e-8)


@given(counts=st.lists(st.integers(1_000, 1_000_000), min_size=2, max_size=6), spread=spreads)
def test_the_order_of_firm_figures_does_not_matter(counts, spread):
    one = taught([figure(count) for count in counts], 50_000.0, belief(0.0, spread**2))
    other = taught([figure(count) for count in reversed(counts)], 50_000.0, belief(0.0, spread**2))
    assert one == pytest.approx(other, rel=1e-7, abs=1e-7)


def test_a_source_that_is_always_ten_times_too_low_is_found_out():
    reports = [figure(round(truth / 10), sd=0.15) for truth in (20_000, 30_000, 50_000)]
    now = belief(0.0, 0.5**2)
    for report, truth in zip(reports, (20_000.0, 30_000.0, 50_000.0), strict=True):
        _, now = learn(report, np.array([truth]), now, 0.0)
    assert float(now.mean[0]) == pytest.approx(-math.log(10), abs=0.1)
    assert float(now.variance[0]) < 0.1**2


@pytest.mark.parametrize("factor", [1 / 30, 30])
def test_a_stray_figure_teaches_almost_nothing_and_an_apt_one_does(factor):
    start = belief(0.0, 0.05**2)
    _, far, wide = taught([figure(round(50_000 * factor), sd=0.05)], 50_000.0, start, stray=0.02)
    _, near, narrow = taught([figure(52_500, sd=0.05)], 50_000.0, start, stray=0.02)
    assert abs(far) < 1e-6
    assert wide == pytest.approx(0.05**2, rel=1e-4)
    assert near == pytest.approx(0.5 * math.log(1.05), rel=0.02)
    assert narrow == pytest.approx(0.5 * 0.05**2, rel=0.05)


@pytest.mark.parametrize("qualifier", ["exact", "at_most", "at_least"])
def test_people_said_to_be_inside_lift_the_bias_when_too_many_and_hardly_lower_it_when_few(qualifier):
    start = belief(0.0, 0.2**2)
    _, up, _ = taught([figure(40_000, qualifier, measure="inside", tail=1.5)], 10_000.0, start)
    _, down, _ = taught([figure(2_500, qualifier, measure="inside", tail=1.5)], 10_000.0, start)
    assert up > 0.5 * math.log(4)
    assert -0.03 < down < 0.0


def test_each_particle_learns_for_itself():
    truths = np.array([10_000.0, 20_000.0, 40_000.0])
    start = Gaussian(np.array([0.0, 0.1, -0.1]), np.array([0.01, 0.04, 0.09]))
    together = learn(figure(20_000, "at_least"), truths, start, 0.02)
    for m in range(3):
        alone = learn(figure(20_000, "at_least"), truths[[m]], Gaussian(*(part[[m]] for part in start)), 0.02)
        assert together[0][m] == alone[0][0]
        assert together[1].mean[m] == alone[1].mean[0]
        assert together[1].variance[m] == alone[1].variance[0]
