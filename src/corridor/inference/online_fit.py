"""A fit that goes on from day to day, as reports and events become known, without beginning again.

Whatever becomes known about days that have been lived changes what they meant: then the fit begins
again from the first day, with what is known now. So its answer on a day depends on what was known by
then, and on the days on which it was asked before, and on nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import uncertain_parameters
from corridor.inference.calibrate import posterior_of
from corridor.inference.observation_model import reporting_of
from corridor.inference.particle_filter import Filter, particles_for
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Array
    from corridor.inference.observation_model import Reporting
    from corridor.inference.particle_filter import Particles
    from corridor.inference.posterior import Posterior
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario


class RunningFit:
    """A particle filter that is asked on one day after the other.

    Attributes
    ----------
    draws
        Draws of the posterior; twice as many particles are run, with moves three times as many.
    seed
        Decides every random number.
    moves
        How often a stretch of days may be lived again at each power of its reports; 0 is never.
    last
        Last day that has been lived.
    """

    def __init__(self, *, draws: int, seed: int, moves: int) -> None:
        self.draws = draws
        self.seed = seed
        self.moves = moves
        self.last = -1
        self._machine: Filter | None = None
        self._particles: Particles | None = None

    def learn(self, scenario: Scenario, observations: Observations, as_of: date, *, workers: int = 1) -> Posterior:
        """Return what is believed on a day, not before the last one asked for.

        Parameters
        ----------
        scenario, observations
            What became known after the day is cut from them here.
        as_of
            The day.
        workers
            Threads; their number changes the time and nothing else.
        """
        compiled = compile_scenario(scenario.known_by(as_of))
        reporting = reporting_of(scenario, observations.known_by(as_of).to_fit())
        day = day_of(as_of, scenario.start)
        machine, particles = self._continued(compiled, reporting, workers)
        if day > self.last:
            machine.go_on(particles, self.last + 1, day)
            self.last = day
        return posterior_of(machine, particles, as_of, self.draws)

    def _continued(self, compiled: Compiled, reporting: Reporting, workers: int) -> tuple[Filter, Particles]:
        """Return the filter with what is known now; a new one where the days already lived have changed."""
        machine, particles = self._machine, self._particles
        if machine is not None and particles is not None and self._still_holds(machine, compiled, reporting):
            machine.take(compiled, reporting, particles)
            machine.workers = workers
            return machine, particles
        count = particles_for(self.draws, self.moves)
        machine = Filter(compiled, reporting, count=count, seed=self.seed, moves=self.moves, workers=workers)
        particles = machine.begin()
        self._machine, self._particles, self.last = machine, particles, -1
        return machine, particles

    def _still_holds(self, machine: Filter, compiled: Compiled, reporting: Reporting) -> bool:
        """Whether the days already lived are as they were, and so is what had been reported of them."""
        if machine.uncertain != uncertain_parameters(compiled):
            return False
        before, now = (list(_lived(one, self.last)) for one in (machine.compiled, compiled))
        if len(before) != len(now) or any(a.tobytes() != b.tobytes() for a, b in zip(before, now, strict=True)):
            return False
        known = [report for report in machine.reporting.reports if report.last <= self.last]
        of_those_days = [report for report in reporting.reports if report.last <= self.last]
        series, biases = machine.reporting.series, machine.reporting.biases
        is_longer = reporting.series[: len(series)] == series and reporting.biases[: len(biases)] == biases
        new = [report for report in reporting.reports if report.series >= len(series)]
        return known == of_those_days and is_longer and all(report.first > self.last for report in new)


def _lived(compiled: Compiled, last: int) -> Iterator[Array]:
    """Yield the arrays that decide the days up to a last one."""
    themap, calendar = compiled.program.map, compiled.program.calendar
    rows = calendar.period[: last + 1]
    for part in themap:
        yield from _columns(np.asarray(part))
    yield from _columns(calendar.day_place[: last + 1])
    for table in (calendar.place, calendar.gate, calendar.is_open, calendar.option):
        yield from _columns(table[rows])


def _columns(table: Array) -> Iterator[Array]:
    """Yield the columns of a table: what lies between them in memory is left to chance."""
    names = table.dtype.names
    yield from (table,) if names is None else (table[name] for name in names)
