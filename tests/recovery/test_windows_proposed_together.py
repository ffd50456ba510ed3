"""Windows that are proposed together: what one ends with, the next begins with, and accepting is row by row."""

from itertools import pairwise

import numpy as np
import pytest

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.run.members import check_conservation
from corridor.inference import particle_filter as module
from corridor.inference.observation_model import reporting_of
from corridor.inference.particle_filter import ParticleFilter
from corridor.inference.windows import LAG_DAYS, FixedLag
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.parameters import LogNormal
from tests.builders import camp, day, drive, event, scenario, town

COUNT, SEED = 64, 7
EXACT = {"edge_sd": 0.02, "bias_sd_b": 0.02, "bias_sd_c": 0.02, "report_sd_b": 0.02, "report_sd_c": 0.02}


def fitted(seed=SEED):
    """Return a filter and its particles after a sudden rise that few particles foresaw."""
    values = {"onset_rate_per_day": LogNormal(median=0.03, within_factor=2), "push_day_sd": 0.5}
    stated = scenario(
        (town("north", 6_000), camp("lake", 0, capacity=9_000, capacity_reported_on=day(0))),
        (drive("north", "lake", 60),),
        (event("conflict", "north", 1, 25, 1.0, reported_on=day(1), end_reported_on=day(26)),),
        days=30,
        values=values,
    )
    counts = {4: 200, 8: 400, 12: 500, 16: 3_900, 20: 4_000}
    rows = [
        Observation(date=day(n), place="lake", measure="stock", count=people, source="agency", reported_on=day(n))
        for n, people in counts.items()
    ]
    reports = Observations(tuple(rows)).to_fit()
    one = ParticleFilter(compile_scenario(stated), reporting_of(stated, reports), count=COUNT, seed=seed, workers=1)
    particles = one.begin()
    one.run_to(particles, 0, 20)
    return one, particles


@pytest.fixture(scope="module")
def after_a_rise():
    """Return the filter and the particles once for all tests."""
    return fitted()


@pytest.fixture
def fixed_lag(after_a_rise):
    """Return the last windows of the filter, as they stand."""
    one, particles = after_a_rise
    return FixedLag(one.recent, particles.history, np.arange(COUNT)).of(np.arange(COUNT))


def test_the_windows_of_the_last_two_weeks_are_kept(after_a_rise):
    one, _ = after_a_rise
    assert [window.days for window in one.recent] == [(9, 12), (13, 16), (17, 20)]
    assert 21 - one.recent[0].days[0] <= LAG_DAYS


def test_each_proposed_window_begins_with_what_the_one_before_ends_with(after_a_rise, fixed_lag):
    one, _ = after_a_rise
    proposal = one.proposed(fixed_lag, 0.0, 0.5)
    for before, window in zip(proposal.windows[:-1], proposal.windows[1:], strict=True):
        np.testing.assert_array_equal(window.base, before.path.normal)
        np.testing.assert_array_equal(window.begin.people, before.path.end.people)
        np.testing.assert_array_equal(window.bias.mean, before.path.bias.mean)
        assert (window.arrived >= before.arrived).all()
    check_conservation(proposal.last.path.end)
    stock = proposal.last.path.record.group["stock"][:, -1, 1].sum(1)
    np.testing.assert_array_equal(proposal.history[:, 20, 0], stock)


def test_no_day_before_the_first_window_changes(after_a_rise, fixed_lag):
    one, particles = after_a_rise
    proposal = one.proposed(fixed_lag, 0.0, 0.5)
    np.testing.assert_array_equal(proposal.history[:, :9], particles.history[:, :9])
    assert (proposal.history[:, 9:21] != particles.history[:, 9:21]).any()


def test_who_accepts_takes_everything_over_and_who_does_not_takes_nothing(after_a_rise, fixed_lag):
    one, _ = after_a_rise
    # the last path of the fit has a record no longer: that of the proposal is left out alike
    proposal = one.proposed(fixed_lag, 0.0, 0.5)
    proposal.windows[-1] = proposal.last.without_record()
    before = [array.copy() for window in fixed_lag.windows for array in window.arrays()]
    rows = np.arange(COUNT) % 3 == 0
    fixed_lag.accept(proposal, rows)
    after = [array for window in fixed_lag.windows for array in window.arrays()]
    wanted = [array for window in proposal.windows for array in window.arrays()]
    for old, new, proposed in zip(before, after, wanted, strict=True):
        np.testing.assert_array_equal(new[~rows], old[~rows])
        np.testing.assert_array_equal(new[rows], proposed[rows])


@pytest.mark.parametrize(("share", "most"), [(1.1, 4), (0.0, 1)])
def test_where_reports_leave_few_particles_earlier_days_are_proposed_too(monkeypatch, share, most):
    together = {}
    plain = ParticleFilter.rejuvenate

    def counted(self, fixed_lag, widening, step):
        together[fixed_lag.last.days] = max(len(fixed_lag.windows), together.get(fixed_lag.last.days, 1))
        return plain(self, fixed_lag, widening, step)

    monkeypatch.setattr(ParticleFilter, "rejuvenate", counted)
    monkeypatch.setattr(module, "_HARD", share)
    fitted()
    assert together[13, 16] == most


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
def test_an_exact_figure_that_no_particle_foresaw_is_reached_whatever_the_seed(seed):
    """Far from it the likelihood is flat, that of a stray figure, and with powers of it most seeds stayed there.

    Of 60 seeds, 6 stay there with 192 particles, one with 384, and none with 640; a run of 50 members has 750.
    """
    stated = scenario(
        (town("north", 20_000), camp("lake", 0, capacity=90_000, capacity_reported_on=day(0))),
        (drive("north", "lake", 60),),
        (event("conflict", "north", 1, 8, 1.0, reported_on=day(1), end_reported_on=day(9)),),
        days=12,
        values={"onset_rate_per_day": LogNormal(median=0.004, within_factor=3), "push_day_sd": 0.5, **EXACT},
    )
    row = Observation(
        date=day(8),
        place="lake",
        measure="arrivals",
        count=4_000,
        source="agency",
        period_start=day(2),
        reported_on=day(8),
    )
    reports = Observations((row,)).to_fit()
    one = ParticleFilter(compile_scenario(stated), reporting_of(stated, reports), count=640, seed=seed, workers=1)
    one.run_to(one.begin(), 0, 8)
    (fit,) = one.fits
    assert 3_500 < fit.p50 < 4_500


def test_the_likelihood_is_narrowed_to_the_full_one():
    steps = list(module.narrowings(8.0))
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] == 0.0 < steps[-2] <= 0.011
    assert all(before / step <= 3.001 for before, step in pairwise(steps[:-1]))
