"""A fit that is continued from day to day, as reports and events become known.

Whatever becomes known about days that have been fitted changes what they meant: then the fit begins
again from the first day, with what is known now. So the posterior of a day depends on what was known by
then, on the earlier days for which one was made, and on nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import uncertain_parameters
from corridor.inference.calibrate import PER_DRAW, posterior_of
from corridor.inference.observation_model import reporting_of
from corridor.inference.particle_filter import ParticleFilter
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Array
    from corridor.inference.observation_model import Reporting
    from corridor.inference.posterior import Posterior
    from corridor.inference.windows import Particles
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

_PLAIN_PER_DRAW = 2
"""Particles for each draw of a plain filter: a back-test fits on many origins, and makes do with fewer."""


class RunningFit:
    """A particle filter that is run on from one day to the next.

    Attributes
    ----------
    draws
        Draws of the posterior.
    seed
        Decides every random number.
    rejuvenations
        Most rejuvenation steps at each power of the likelihood; 0 is a plain filter.
    last
        Last day that has been fitted.
    """

    def __init__(self, *, draws: int, seed: int, rejuvenations: int) -> None:
        self.draws = draws
        self.seed = seed
        self.rejuvenations = rejuvenations
        self.last = -1
        self._particle_filter: ParticleFilter | None = None
        self._particles: Particles | None = None

    def learn(self, scenario: Scenario, observations: Observations, as_of: date, *, workers: int = 1) -> Posterior:
        """Return the posterior on a day, not before that of the last call.

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
        particle_filter, particles = self._continued(compiled, reporting, workers)
        if day > self.last:
            particle_filter.run_to(particles, self.last + 1, day)
            self.last = day
        return posterior_of(particle_filter, particles, as_of, self.draws)

    def _continued(self, compiled: Compiled, reporting: Reporting, workers: int) -> tuple[ParticleFilter, Particles]:
        """Return the filter with what is known now; a new one where the days already fitted have changed."""
        particle_filter, particles = self._particle_filter, self._particles
        if (
            particle_filter is not None
            and particles is not None
            and self._still_holds(particle_filter, compiled, reporting)
        ):
            particle_filter.extend(compiled, reporting, particles)
            particle_filter.workers = workers
            return particle_filter, particles
        count = (PER_DRAW if self.rejuvenations else _PLAIN_PER_DRAW) * self.draws
        particle_filter = ParticleFilter(
            compiled, reporting, count=count, seed=self.seed, rejuvenations=self.rejuvenations, workers=workers
        )
        particles = particle_filter.begin()
        self._particle_filter, self._particles, self.last = particle_filter, particles, -1
        return particle_filter, particles

    def _still_holds(self, particle_filter: ParticleFilter, compiled: Compiled, reporting: Reporting) -> bool:
        """Whether the days already fitted are as they were, and so are their reports."""
        if particle_filter.uncertain != uncertain_parameters(compiled):
            return False
        before, now = (list(_tables_up_to(one, self.last)) for one in (particle_filter.compiled, compiled))
        if len(before) != len(now) or any(a.tobytes() != b.tobytes() for a, b in zip(before, now, strict=True)):
            return False
        known = [report for report in particle_filter.reporting.reports if report.last <= self.last]
        of_those_days = [report for report in reporting.reports if report.last <= self.last]
        series, biases = particle_filter.reporting.series, particle_filter.reporting.biases
        is_longer = reporting.series[: len(series)] == series and reporting.biases[: len(biases)] == biases
        new = [report for report in reporting.reports if report.series >= len(series)]
        return known == of_those_days and is_longer and all(report.first > self.last for report in new)


def _tables_up_to(compiled: Compiled, last: int) -> Iterator[Array]:
    """Yield the arrays that decide the days up to a last one."""
    network, calendar = compiled.program.network, compiled.program.calendar
    rows = calendar.period[: last + 1]
    for part in network:
        yield from _columns(np.asarray(part))
    yield from _columns(calendar.day_place[: last + 1])
    for table in (calendar.place, calendar.gate, calendar.is_open, calendar.path):
        yield from _columns(table[rows])


def _columns(table: Array) -> Iterator[Array]:
    """Yield the columns of a table: the padding between them in memory is undefined."""
    names = table.dtype.names
    yield from (table,) if names is None else (table[name] for name in names)
