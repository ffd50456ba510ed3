"""A particle filter from the start of the calendar to the last day known.

Each particle is a full history: parameters, biases, and where everybody is. Between reports the
particles live by the engine's own steps. On a day with reports they are weighed; when too few
carry the weight, they are resampled, and their parameters are moved a little by the kernel of
Liu and West (2001, doi:10.1007/978-1-4757-3437-9_10), which keeps means and covariances.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.program import Record, State
from corridor.engine.rates import rates_of, uncertain_parameters
from corridor.engine.simulate import over, run_days
from corridor.engine.worlds import (
    check_conservation,
    empty_record,
    first_state,
    rows_of,
    world_of,
)
from corridor.inference.reporting import Report, Reporting, log_likelihood
from corridor.inference.series import daily
from corridor.streams import stream, streams

if TYPE_CHECKING:
    from corridor.engine.compile import Compiled
    from corridor.engine.program import Floats, Ints
    from corridor.engine.rates import Uncertain
    from corridor.engine.simulate import Progress

BLOCK = 64
"""Particles that share streams; the number of workers does not change it."""

_KEEP = 0.99
"""Shrinkage of the Liu-West kernel; the rest of the variance is drawn afresh."""

_BEGIN_TO_WORRY = 100.0
"""Effective particles below which the fit is called degenerate."""


@dataclass
class Particles:
    """The particles as they are now; the only thing here that changes."""

    normal: Floats  # (m, parameter + bias) standard normal under the prior
    state: State
    history: Floats  # (m, t, series)
    log_weight: Floats  # (m,)
    records: list[Record] = field(default_factory=list)
    parents: list[Ints] = field(default_factory=list)  # for each record, where its rows went next


class Filter:
    """A particle filter over one scenario and its reports."""

    def __init__(self, compiled: Compiled, reporting: Reporting, *, count: int, seed: int, workers: int) -> None:
        self.compiled = compiled
        self.reporting = reporting
        self.uncertain: Uncertain = uncertain_parameters(compiled)
        self.count = -(-count // BLOCK) * BLOCK
        self.seed = seed
        self.workers = workers
        self.chance = [streams(seed, "assimilate", b) for b in range(self.count // BLOCK)]
        self.sizes: list[float] = []

    @property
    def n_parameters(self) -> int:
        """Return the number of uncertain parameters, without biases."""
        return len(self.uncertain.parameters)

    def begin(self) -> Particles:
        """Return particles drawn from the prior, before day 0."""
        columns = self.n_parameters + len(self.reporting.biases)
        normal = stream(self.seed, "priors").standard_normal((self.count, columns))
        rates = rates_of(self.compiled, self.uncertain, normal[:, : self.n_parameters])
        parts = [
            first_state(self.compiled, rows_of(rates, _block(b)), chance)
            for b, chance in enumerate(self.chance)
        ]
        state = State(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
        days = self.compiled.scenario.n_days
        history = np.zeros((self.count, days, len(self.reporting.series)), dtype=np.float32)
        return Particles(normal, state, history, np.zeros(self.count))

    def live(self, particles: Particles, first: int, last: int) -> None:
        """Let days pass for every particle, and note the series that reports are about."""
        if last < first:
            return
        rates = rates_of(self.compiled, self.uncertain, particles.normal[:, : self.n_parameters])
        record = empty_record(self.compiled, self.count, last - first + 1)

        def one(b: int) -> None:
            rows = _block(b)
            parts = (rows_of(part, rows) for part in (rates, particles.state, record))
            run_days(world_of(self.compiled.program, *parts, self.chance[b]), first, last)

        over(one, len(self.chance), self.workers, None)
        for j, series in enumerate(self.reporting.series):
            particles.history[:, first : last + 1, j] = daily(self.compiled, record, series)
        particles.records.append(record)
        particles.parents.append(np.arange(self.count))

    def weigh(self, particles: Particles, reports: list[Report]) -> None:
        """Weigh the particles by the reports of a day; resample if few carry the weight."""
        for report in reports:
            truth = truth_of(report, particles.history)
            column = self.n_parameters + report.bias
            bias = particles.normal[:, column] * self.reporting.bias_sd[report.bias]
            particles.log_weight += log_likelihood(report, truth, bias, self.reporting.stray_fraction)
        weight = normalised(particles.log_weight)
        self.sizes.append(1.0 / float((weight**2).sum()))
        if self.sizes[-1] < self.count / 2:
            self.resample(particles, weight)

    def resample(self, particles: Particles, weight: Floats) -> None:
        """Replace the particles by equally likely ones, and move their parameters a little."""
        chance = stream(self.seed, "resample", len(self.sizes))
        chosen = systematic(weight, self.count, float(chance.random()))
        moved = move_parameters(particles.normal, weight, chosen, chance, self._movable())
        particles.normal = moved
        particles.state = State(*(array[chosen] for array in particles.state))
        particles.history = particles.history[chosen]
        particles.log_weight = np.zeros(self.count)
        particles.parents[-1] = chosen

    def _movable(self) -> Ints:
        """Return the columns that may move: all but those whose work was done on day 0."""
        names = [parameter.name for parameter in self.uncertain.parameters]
        names += ["bias"] * len(self.reporting.biases)
        return np.flatnonzero(np.array([name != "population" for name in names]))

    def run(self, last: int, progress: Progress) -> Particles:
        """Return the particles at the end of the last day, after all reports."""
        particles = self.begin()
        days = sorted({report.last for report in self.reporting.reports})
        yesterday = -1
        for day in days:
            self.live(particles, yesterday + 1, day)
            self.weigh(particles, [r for r in self.reporting.reports if r.last == day])
            yesterday = day
            if progress is not None:
                progress(day + 1, last + 1)
        self.live(particles, yesterday + 1, last)
        check_conservation(particles.state)
        if progress is not None:
            progress(last + 1, last + 1)
        return particles

    def notes(self) -> tuple[str, ...]:
        """Return what a reader must know about how well the particles held out."""
        if not self.sizes or min(self.sizes) >= _BEGIN_TO_WORRY:
            return ()
        return (
            f"The fit is degenerate: at one report only {min(self.sizes):.0f} of {self.count} "
            "simulated histories carried the weight. Treat the intervals as too narrow, and look "
            "for a figure that no prior allows.",
        )


def _block(b: int) -> slice:
    return slice(b * BLOCK, (b + 1) * BLOCK)


def truth_of(report: Report, history: Floats) -> Floats:
    """Return what a report counts, for each particle: a level, or a sum over its days."""
    return history[:, report.first : report.last + 1, report.series].sum(1, dtype=np.float64)


def normalised(log_weight: Floats) -> Floats:
    """Return weights that sum to one.

    Examples
    --------
    >>> normalised(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum()


def systematic(weight: Floats, count: int, start: float) -> Ints:
    """Return the indices chosen by systematic resampling, in order.

    Examples
    --------
    >>> systematic(np.array([0.5, 0.5]), 4, 0.5)
    array([0, 0, 1, 1])
    """
    edges = np.cumsum(weight)
    edges[-1] = 1.0
    return np.searchsorted(edges, (np.arange(count) + start) / count, side="right").clip(
        max=weight.size - 1
    )


def move_parameters(
    normal: Floats, weight: Floats, chosen: Ints, chance: np.random.Generator, columns: Ints
) -> Floats:
    """Return the chosen particles' parameters, drawn together and spread out again."""
    moved = normal[chosen].copy()
    if columns.size == 0:
        return moved
    part = normal[:, columns]
    mean = weight @ part
    centred = part - mean
    spread = (centred * weight[:, None]).T @ centred
    values, vectors = np.linalg.eigh(spread)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    noise = chance.standard_normal((chosen.size, columns.size)) @ root.T
    moved[:, columns] = _KEEP * part[chosen] + (1 - _KEEP) * mean + np.sqrt(1 - _KEEP**2) * noise
    return moved


def trace(particles: Particles, chosen: Ints) -> Record:
    """Return the past of some of the final particles, by following their parents back."""
    rows = chosen
    pieces: list[Record] = []
    for k in range(len(particles.records) - 1, -1, -1):
        rows = particles.parents[k][rows]
        pieces.append(Record(*(array[rows] for array in particles.records[k])))
    pieces.reverse()
    return Record(*(np.concatenate(arrays, axis=1) for arrays in zip(*pieces, strict=True)))
