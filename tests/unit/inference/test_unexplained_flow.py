"""People who come and go unexplained: split from biases as normal numbers are, and put where they were counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import rates_of, uncertain_parameters
from corridor.engine.program import EN_ROUTE
from corridor.engine.run.members import check_conservation, first_state
from corridor.inference.observation_model import Gaussian, Report, reporting_of
from corridor.inference.unexplained_flow import book_unexplained, split, unexplained_variance, with_unexplained
from corridor.scenario.observations import Observation
from corridor.streams import stream, streams
from tests.builders import camp, day, drive, scenario, town

spreads = st.floats(0.01, 2.0)
MEMBERS = 6


def belief(mean, variance):
    return Gaussian(np.array([mean]), np.array([variance]))


@given(bias=spreads, unexplained=spreads, error=spreads, mean=st.floats(-1, 1), seen=st.floats(-5, 5))
def test_a_sum_that_was_seen_is_split_as_joint_normal_numbers_are(bias, unexplained, error, mean, seen):
    prior = np.diag([bias**2, unexplained**2])
    gain = prior.sum(1) / (prior.sum() + error**2)
    means = np.array([mean, 0.0]) + gain * (seen - mean)
    covariance = prior - np.outer(gain, prior.sum(1))
    found = split(belief(mean, bias**2), np.array([unexplained**2]), belief(means.sum(), covariance.sum()))
    for n, part in enumerate(found):
        assert part.mean[0] == pytest.approx(means[n], abs=1e-9)
        assert part.variance[0] == pytest.approx(covariance[n, n], rel=1e-6, abs=1e-12)


def counted(number, count=100, place="lake", **fields):
    return Observation(date=day(number), place=place, measure="stock", count=count, source="agency", **fields)


@pytest.fixture(scope="module")
def compiled():
    """Return a network of a town and a camp, with people on the way."""
    return compile_scenario(
        scenario((town("north", 5_000), camp("lake", 1_000)), (drive("north", "lake", 900),), days=30)
    )


def reported(rows, **values):
    places = (town("north", 5_000), camp("lake", 1_000))
    return reporting_of(scenario(places, (drive("north", "lake", 60),), days=60, values=values), rows).reports


def test_only_counts_of_everybody_in_one_camp_leave_anything_unseen():
    rows = [
        counted(5),
        counted(5, place="north"),
        counted(5, group="everybody"),
        counted(5, place="lake+north"),
        Observation(date=day(5), place="lake", measure="arrivals", count=10, source="agency"),
    ]
    assert [report.unexplained for report in reported(rows, unseen_sd=0.3)] == [0.3, 0, 0, 0, 0]
    assert {report.unexplained for report in reported(rows)} == {0.0}


def test_the_variance_grows_with_the_days_since_the_last_count_and_where_hardly_anybody_is():
    first, second = reported([counted(29), counted(59)], unseen_sd=0.3)
    assert unexplained_variance(first, np.array([1e9])) == pytest.approx(0.09)  # thirty days from the start
    assert unexplained_variance(second, np.array([1e9])) == pytest.approx(0.09)
    assert unexplained_variance(second, np.array([99.0])) == pytest.approx(0.09 * 2)
    assert unexplained_variance(second, np.array([0.0])) == pytest.approx(0.09 * 101)


def test_log_units_are_those_of_reports_and_nobody_is_below_zero():
    assert with_unexplained(np.array([0.0, 99.0]), np.array([np.log(5.0)])) == pytest.approx([4.0, 499.0])
    assert with_unexplained(np.array([10.0]), np.array([-9.0])).tolist() == [0.0]


@pytest.mark.parametrize("factor", [0.0, 0.4, 1.0, 2.5])
def test_people_are_put_where_they_were_counted_and_nobody_elsewhere_moves(compiled, factor):
    normal = np.zeros((MEMBERS, len(uncertain_parameters(compiled).parameters)))
    rates = rates_of(compiled, uncertain_parameters(compiled), normal)
    start = stream(7, "start").standard_normal(rates.place.shape)
    state = first_state(compiled, rates, streams(7, "test"), start)
    slot = compiled.program.network.slot
    road = int(np.flatnonzero((slot.place == 1) & (slot.exposure == EN_ROUTE))[0])
    state.people[:, road, 0] += 50
    state.tally.joined[:] += 50
    before = state.people.copy()
    stock = np.full((MEMBERS, 2, state.people.shape[2]), 0, dtype=np.int32)
    stock[..., 0] = 1_000
    lived = np.full((MEMBERS, 2), 1_000, dtype=np.float32)
    unexplained = np.full(MEMBERS, np.log1p(1_000 * factor) - np.log1p(1_000))
    book_unexplained(compiled, 1, unexplained, state, stock, lived)
    home = compiled.layout.begins[1]
    assert (state.people[:, home].sum(1) == round(1_000 * factor)).all()
    others = [s for s in range(slot.place.size) if s != home]
    assert (state.people[:, others] == before[:, others]).all()
    assert (stock.sum(2) == round(1_000 * factor)).all()
    assert lived == pytest.approx(1_000 * factor, abs=0.5)
    check_conservation(state)


def test_a_report_without_anything_unseen_is_what_it_was():
    row = counted(3)
    assert Report(observation=row, series=0, first=3, last=3, bias=0, sd=0.1, tail=0.2).unexplained == 0.0
