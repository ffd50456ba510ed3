"""Reprojection: histories that are run on from today, under one scenario after another.

A what-if changes events and leaves the rest: random numbers, unexplained flows, where everybody is today, and what was
learnt. All that is worked out for the first run and used again by the next.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.cluster import blocks_of
from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import Uncertain, rates_of, uncertain_parameters
from corridor.engine.run.members import (
    Members,
    check_conservation,
    cohort_count,
    copy_of,
    day_effects_of,
    day_effects_size,
    each,
    empty_record,
    rows_of,
    sim_state_of,
)
from corridor.engine.run.simulate import over, run_each
from corridor.errors import UsageError
from corridor.inference.repositioning import has_positions_of, repositioned
from corridor.inference.unexplained_flow import DRIFT_DAYS, MONTH_DAYS, drift_sd
from corridor.streams import stream, streams
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import DayEffects, Floats, Ints, Rates, Record, SimState, State
    from corridor.engine.run.simulate import Progress
    from corridor.inference.posterior import Posterior
    from corridor.scenario.parameters import Parameter
    from corridor.scenario.scenario import Scenario


class ChosenHistories(NamedTuple):
    """Histories that are run on: which they are, where everybody is today, and their unexplained flows.

    Attributes
    ----------
    which
        Index of each, (m,): it decides the draw and the random numbers.
    flows
        Unexplained flow of each day, people, (m, day, place); None draws them.
    state
        Today; None is that of the draw.
    """

    which: Ints
    flows: Ints | None = None
    state: State | None = None

    def first(self, members: int | None) -> ChosenHistories:
        """Return the first so many of them; None is all."""
        return self.some(slice(members))

    def some(self, rows: slice) -> ChosenHistories:
        """Return some of them."""
        state = self.state if self.state is None else copy_of(rows_of(self.state, rows))
        return ChosenHistories(self.which[rows], None if self.flows is None else self.flows[rows], state)


class Projected(NamedTuple):
    """What was recorded of the days ahead, which holds until the next run, and what its indices mean."""

    compiled: Compiled
    record: Record


class _Own(NamedTuple):
    """What one member needs for itself: views of the arrays of all, and which history it is."""

    members: Members
    history: int


class Reprojection:
    """Histories that can be run on under one scenario after another, by one thread at a time.

    Parameters
    ----------
    posterior
        The posterior on the last day known.
    chosen
        Which histories.
    horizon_days
        Days ahead.
    seed
        Decides every random number.
    """

    def __init__(self, posterior: Posterior, chosen: ChosenHistories, *, horizon_days: int, seed: int) -> None:
        self.posterior, self.chosen, self.horizon_days, self.seed = posterior, chosen, horizon_days, seed
        self.rows: Ints = chosen.which % posterior.draws
        self._state: State | None = None
        self._compiled: Compiled | None = None
        self._members: Members | None = None
        self._own: list[_Own] = []
        self._learnt: tuple[object, ...] = ()

    def under(
        self, scenario: Scenario, *, members: int | None = None, workers: int = 1, progress: Progress = None
    ) -> Projected:
        """Run the first so many histories on under a scenario, and return what was recorded.

        Parameters
        ----------
        scenario
            What happens next, as stated: the scenario itself or one of its alternatives.
        members
            How many; None is all.
        workers
            Threads; they change the time and nothing else.
        progress
            Called with (done, total).

        Raises
        ------
        UsageError
            The horizon passes the end of the calendar.
        """
        first = origin_day_of(scenario, self.posterior, self.horizon_days) + 1
        compiled = compile_scenario(scenario.known_by(self.posterior.as_of))
        all_members = self._ready(compiled)
        few = all_members.some(slice(members))
        self._begin_again(few)
        own = self._own[:members]
        blocks = blocks_of(len(own), max(1, workers))

        def run(number: int) -> None:
            block = own[blocks[number].start : blocks[number].stop]
            run_each(_sims(compiled, block, self.seed), first, first + self.horizon_days - 1)

        over(run, len(blocks), workers, _by_member(progress, blocks))
        check_conservation(few.state)
        return Projected(compiled, few.record)

    def _ready(self, compiled: Compiled) -> Members:
        """Return the arrays of all members with the rates of a scenario in them."""
        uncertain, anew = _from_now_on(compiled, self.posterior)
        stated = replace(compiled.scenario, name="", events=(), alternatives=(), stocks=())
        learnt = (stated, compiled.layout.queues, uncertain, anew)
        has_arrays = self._compiled is not None and _same_arrays(self._compiled, compiled)
        if self._members is not None and has_arrays and learnt == self._learnt:
            return self._members
        rates = rates_of(compiled, uncertain, self._normal(uncertain, anew))
        if self._members is not None and has_arrays:
            _copy(rates, self._members.rates)
        else:
            self._state = repositioned(self._today(), self.posterior.compiled, compiled)
            self._members = self._arrays(compiled, rates, self._state)
            self._compiled = compiled
        self._learnt = learnt
        return self._members

    def _normal(self, uncertain: Uncertain, anew: int) -> Floats:
        """Return the draws of what is uncertain, (member, parameter), standard normal; the last ones are drawn anew."""
        names, which = self.posterior.uncertain.parameters, self.chosen.which
        learnt = uncertain.parameters[: len(uncertain.parameters) - anew]
        shared = [j for parameter in learnt if (j := _column(parameter, names)) is not None]
        drawn = stream(self.seed, "replaced").standard_normal((int(which.max()) + 1, anew))[which]
        return np.hstack([self.posterior.normal[self.rows][:, shared], drawn])

    def _arrays(self, compiled: Compiled, rates: Rates, state: State) -> Members:
        """Return arrays for all members, filled when they begin, and give each its views of them."""
        which = self.chosen.which
        record = empty_record(compiled, which.size, self.horizon_days)
        members = Members(rates, each(state, np.empty_like), record, self._effects(compiled))
        self._own = [_Own(members.some(slice(m, m + 1)), history) for m, history in enumerate(which.tolist())]
        return members

    def _today(self) -> State:
        state = self.chosen.state
        return rows_of(self.posterior.end_state, self.rows) if state is None else state

    def _begin_again(self, members: Members) -> None:
        """Put everybody where they are today, with nothing recorded yet."""
        assert self._state is not None, "arrays of members are made from it"
        count = members.state.people.shape[0]
        _copy(rows_of(self._state, slice(count)), members.state)
        for array in members.record:
            array.fill(0)

    def _effects(self, compiled: Compiled) -> DayEffects:
        """Return the random effects of the days ahead and their unexplained flows."""
        which, flows, learnt = self.chosen.which.tolist(), self.chosen.flows, self.posterior.compiled
        size = (1, self.horizon_days, day_effects_size(learnt))
        numbers = np.concatenate([stream(self.seed, "forecast/weather", m).standard_normal(size) for m in which])
        if learnt.layout.queues != compiled.layout.queues:
            numbers = self._with_gates(numbers, learnt.layout.queues, compiled.layout.queues)
        relative = self._relative_flows() if flows is None else np.zeros(flows.shape)
        people = np.zeros(relative.shape, dtype=np.int64) if flows is None else np.ascontiguousarray(flows)
        return day_effects_of(compiled, numbers)._replace(relative_flow=relative, people_flow=people)

    def _with_gates(self, numbers: Floats, learnt: Sequence[str], supposed: Sequence[str]) -> Floats:
        """Return random numbers of days with those of other gates: what a gate had it keeps, a new one has its own."""
        of_places, of_gates = np.split(numbers, [numbers.shape[2] - len(learnt)], axis=2)
        own = {name: of_gates[:, :, q] for q, name in enumerate(learnt)}
        for name in supposed:
            if name not in own:
                gate = [stream(self.seed, f"forecast/weather/{name}", m) for m in self.chosen.which.tolist()]
                own[name] = np.stack([one.standard_normal(self.horizon_days) for one in gate])
        columns = np.stack([own[name] for name in supposed], axis=2)
        return np.concatenate([of_places, columns], axis=2)

    def _relative_flows(self) -> Floats:
        """Return the unexplained flow of each day for each person present, log units, (m, day, place).

        The drift of each counted place goes on as the Ornstein-Uhlenbeck process that the fit took it for, and each
        day has noise of its own.
        """
        posterior, which = self.posterior, self.chosen.which
        drift = posterior.drift[self.rows]
        shape = (self.horizon_days, drift.shape[1], 2)
        noise = np.stack([stream(self.seed, "forecast/unexplained", m).standard_normal(shape) for m in which.tolist()])
        sd, keep = posterior.reporting.unseen_sd, np.exp(-1.0 / DRIFT_DAYS)
        own = drift_sd(sd) * np.sqrt(1 - keep**2)
        flows = np.zeros((which.size, self.horizon_days, drift.shape[1]))
        for t in range(self.horizon_days):
            drift = keep * drift + own * noise[:, t, :, 1]
            flows[:, t] = drift + sd / np.sqrt(MONTH_DAYS) * noise[:, t, :, 0]
        flows[:, :, ~(posterior.drift != 0).any(0)] = 0.0
        return flows


def origin_day_of(scenario: Scenario, posterior: Posterior, horizon_days: int) -> int:
    """Return the day of the calendar that the posterior ends on.

    Raises
    ------
    UsageError
        The days ahead do not lie in the calendar.
    """
    origin_day = day_of(posterior.as_of, scenario.start)
    if origin_day + horizon_days >= scenario.n_days or horizon_days < 1:
        message = f"{horizon_days} days after {posterior.as_of} do not lie in the calendar, which ends {scenario.end}."
        raise UsageError(message)
    return origin_day


def _from_now_on(compiled: Compiled, posterior: Posterior) -> tuple[Uncertain, int]:
    """Return what is uncertain from now on: what was learnt first, and how many come last that are drawn anew."""
    learnt = posterior.uncertain.parameters
    shared: list[Parameter] = []
    replaced: list[Parameter] = []
    for parameter in uncertain_parameters(compiled).parameters:
        (replaced if _column(parameter, learnt) is None else shared).append(parameter)
    return Uncertain((*shared, *replaced)), len(replaced)


def _column(parameter: Parameter, learnt: Sequence[Parameter]) -> int | None:
    """Return which learnt parameter gives the draws of a parameter: itself, or the one that it multiplies."""
    for j, one in enumerate(learnt):
        if (one.name, one.subject) == (parameter.name, parameter.subject) and one == parameter:
            return j
    if parameter.factor == 1:
        return None
    for subject in (parameter.subject, None):
        for j, one in enumerate(learnt):
            if (one.name, one.subject, one.prior) == (parameter.name, subject, parameter.prior):
                return j
    return None


def _sims(compiled: Compiled, block: Sequence[_Own], seed: int) -> Iterator[SimState]:
    """Yield what the kernel needs for one member after the other; they share the arrays that it works in."""
    sim: SimState | None = None
    for one in block:
        chance = streams(len(compiled.scenario.places), seed, "forecast", one.history)
        rates, state, record, effects = one.members
        if sim is None:
            sim = sim_state_of(compiled.program, one.members, chance)
        yield sim._replace(rates=rates, state=state, record=record, effects=effects, streams=chance)


def _same_arrays(one: Compiled, other: Compiled) -> bool:
    """Whether the arrays of members have the same shapes and meanings under two scenarios."""
    return cohort_count(one) == cohort_count(other) and has_positions_of(one.layout, other.layout)


def _copy(source: NamedTuple, to: NamedTuple) -> None:
    for new, old in zip(source, to, strict=True):
        np.copyto(old, new)


def _by_member(progress: Progress, blocks: Sequence[range]) -> Progress:
    """Return a progress of blocks as one of members."""
    return progress and (lambda done, _: progress(blocks[done - 1].stop, blocks[-1].stop))
