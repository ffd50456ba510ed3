"""Unexplained flow: divided from biases as normal numbers are, and booked where people were counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import rates_of, uncertain_parameters
from corridor.engine.kernel.unexplained import book_unexplained
from corridor.engine.program import EN_ROUTE
from corridor.engine.run.members import (
    Members,
    check_conservation,
    copy_of,
    day_effects_of,
    day_effects_size,
    empty_record,
    first_state,
    sim_state_of,
)
from corridor.inference.observation_model import Gaussian, Report, reporting_of
from corridor.inference.unexplained_flow import (
    DRIFT_DAYS,
    FlowLaw,
    booked,
    flow_and_drift,
    split,
    unexplained_variance,
    with_unexplained,
)
from corridor.scenario.observations import Observation
from corridor.streams import stream, streams
from tests.builders import camp, day, drive, scenario, town

spreads = st.floats(0.01, 2.0)
MEMBERS = 6


def normal(mean, variance):
    return Gaussian(np.array([mean]), np.array([variance]))


@given(bias=spreads, flow=spreads, drift=spreads, error=spreads, mean=st.floats(-1, 1), seen=st.floats(-5, 5))
def test_a_report_divides_over_bias_flow_and_drift_as_joint_normal_numbers_do(bias, flow, drift, error, mean, seen):
    shared = 0.6 * flow * drift
    prior = np.array([[bias**2, 0, 0], [0, flow**2, shared], [0, shared, drift**2]])
    start, sight = np.array([mean, 0.2, 0.1]), np.array([1.0, 1.0, 0.0])
    total = sight @ prior @ sight
    gain = prior @ sight / (total + error**2)
    means = start + gain * (seen - start @ sight)
    covariance = prior - np.outer(gain, prior @ sight)
    law = FlowLaw(normal(0.2, flow**2), normal(0.1, drift**2), np.array([shared]))
    after = normal(means @ sight, sight @ covariance @ sight)
    for n, part in enumerate(split(normal(mean, bias**2), law, after)):
        assert part.mean[0] == pytest.approx(means[n], abs=1e-8)
        assert part.variance[0] == pytest.approx(covariance[n, n], rel=1e-6, abs=1e-9)


@given(first=st.integers(1, 40), second=st.integers(1, 40), sd=st.floats(1e-4, 0.1), start=st.floats(-0.1, 0.1))
def test_the_drift_over_two_spans_is_that_over_both(first, second, sd, start):
    none = np.zeros(1)
    before = normal(start, (0.5 * sd) ** 2)
    one = flow_and_drift(before, first, sd, none)
    two = flow_and_drift(one.drift, second, sd, none)
    whole = flow_and_drift(before, first + second, sd, none)
    reach = DRIFT_DAYS * (1 - np.exp(-second / DRIFT_DAYS))
    assert whole.flow.mean == pytest.approx(one.flow.mean + two.flow.mean, abs=1e-12)
    together = one.flow.variance + two.flow.variance + 2 * reach * one.covariance
    assert whole.flow.variance == pytest.approx(together, rel=1e-9)
    assert whole.drift.variance == pytest.approx(two.drift.variance, rel=1e-9)


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
    assert {report.unexplained for report in reported(rows, unseen_sd=0.0)} == {0.0}


def test_the_variance_grows_with_the_days_since_the_last_count_and_where_hardly_anybody_is():
    first, second = reported([counted(29), counted(59)], unseen_sd=0.3)
    assert unexplained_variance(first, np.array([1e9])) == pytest.approx(0.09)  # thirty days from the start
    assert unexplained_variance(second, np.array([1e9])) == pytest.approx(0.09)
    assert unexplained_variance(second, np.array([99.0])) == pytest.approx(0.09 * 2)
    assert unexplained_variance(second, np.array([0.0])) == pytest.approx(0.09 * 101)


def test_log_units_are_those_of_reports_and_nobody_is_below_zero():
    assert with_unexplained(np.array([0.0, 99.0]), np.array([np.log(5.0)])) == pytest.approx([4.0, 499.0])
    assert with_unexplained(np.array([10.0]), np.array([-9.0])).tolist() == [0.0]


def with_people_everywhere(compiled):
    """Return a state with people settled at place 1, in its queues, and on the way there."""
    uncertain = uncertain_parameters(compiled)
    rates = rates_of(compiled, uncertain, np.zeros((MEMBERS, len(uncertain.parameters))))
    state = first_state(compiled, rates, stream(7, "test"), stream(7, "start").standard_normal(rates.place.shape))
    slot = compiled.program.network.slot
    for is_one, people in ((slot.exposure == EN_ROUTE, 50), (slot.queued, 20)):
        s = int(np.flatnonzero((slot.place == 1) & is_one)[0])
        state.people[:, s, 0] += people
        state.tally.joined[:] += people
    return rates, state


@pytest.mark.parametrize(("change", "still_waiting"), [(-1_020, 0), (-510, 10), (0, 20), (1_500, 20)])
def test_people_who_leave_are_taken_from_all_who_are_present_and_new_ones_settle(compiled, change, still_waiting):
    _, state = with_people_everywhere(compiled)
    slot, before = compiled.program.network.slot, state.people.copy()
    moved = booked(compiled, 1, np.full(MEMBERS, change), state)
    waits = (slot.place == 1) & slot.queued
    assert (state.people[:, waits].sum((1, 2)) == still_waiting).all()
    assert (moved.waiting == still_waiting - 20).all()
    assert (moved.by_group.sum(1) == change).all()
    elsewhere = (slot.place != 1) | (slot.exposure == EN_ROUTE)
    assert (state.people[:, elsewhere] == before[:, elsewhere]).all()
    check_conservation(state)


@pytest.mark.parametrize("change", [-5_000, -777, -1, 0, 1, 333, 4_001])
def test_the_kernel_books_a_flow_as_the_fit_does(compiled, change):
    rates, state = with_people_everywhere(compiled)
    effects = day_effects_of(compiled, np.zeros((MEMBERS, 1, day_effects_size(compiled))))
    flow = np.zeros((MEMBERS, 1, len(compiled.scenario.places)), dtype=np.int64)
    flow[:, 0, 1] = change
    effects = effects._replace(relative_flow=np.zeros(flow.shape), people_flow=flow)
    members = Members(rates, copy_of(state), empty_record(compiled, MEMBERS, 1), effects)
    world = sim_state_of(compiled.program, members, streams(len(compiled.scenario.places), 7, "test"))
    for m in range(MEMBERS):
        book_unexplained(world, m)
    by_group = booked(compiled, 1, flow[:, 0, 1], state).by_group
    assert (members.state.people == state.people).all()
    assert (members.state.tally == state.tally).all()
    assert (members.record.place["unexplained"][:, 0, 1] == by_group.sum(1)).all()


def test_a_relative_flow_changes_the_people_present_by_its_factor(compiled):
    rates, state = with_people_everywhere(compiled)
    effects = day_effects_of(compiled, np.zeros((MEMBERS, 1, day_effects_size(compiled))))
    relative = np.zeros((MEMBERS, 1, len(compiled.scenario.places)))
    relative[:, 0, 1] = np.log(2.0)
    effects = effects._replace(relative_flow=relative, people_flow=np.zeros(relative.shape, dtype=np.int64))
    members = Members(rates, state, empty_record(compiled, MEMBERS, 1), effects)
    world = sim_state_of(compiled.program, members, streams(len(compiled.scenario.places), 7, "test"))
    for m in range(MEMBERS):
        book_unexplained(world, m)
    assert (members.record.place["unexplained"][:, 0, 1] == 2 * 1_021 - 1 - 1_020).all()  # 1,020 are there
    check_conservation(state)


def test_no_more_people_leave_than_there_are(compiled):
    normal_numbers = np.zeros((MEMBERS, len(uncertain_parameters(compiled).parameters)))
    rates = rates_of(compiled, uncertain_parameters(compiled), normal_numbers)
    state = first_state(compiled, rates, stream(7, "test"), np.zeros(rates.place.shape))
    assert (booked(compiled, 1, np.full(MEMBERS, -5_000), state).by_group.sum(1) == -1_000).all()
    check_conservation(state)


def test_a_report_without_anything_unseen_is_what_it_was():
    row = counted(3)
    assert Report(observation=row, series=0, first=3, last=3, bias=0, sd=0.1, tail=0.2).unexplained == 0.0
