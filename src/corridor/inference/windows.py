"""The calendar cut into windows that end with reports, and what particles hold in one of them, or in several."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.run.members import each, empty_record, rows_of
from corridor.inference.observation_model import Gaussian

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Array, Bools, Floats, Ints, Record, ShortFloats, State
    from corridor.inference.parameter_distribution import ParameterDistribution

WINDOW_DAYS = 3
"""Days within which reports are weighed together."""

LAG_DAYS = 14
"""Days before a window whose random effects its reports may still change (fixed lag)."""


@dataclass
class Particles:
    """The particles as they are at the end of a day; the filter changes them in place."""

    normal: Floats  # (m, parameter) standard normal under the prior
    bias: Gaussian  # (m, bias)
    drift: Gaussian  # (m, series) of unexplained flow, log units a day, on the day of the last count
    state: State
    history: ShortFloats  # (m, t, series)
    arrived: Ints  # (m, p) since the start
    died: Ints  # (m, p, g) since the start


@dataclass
class Path:
    """What every particle did in the days of a window; accepted proposals are written into it."""

    normal: Floats  # (m, parameter) parameters after their drift
    innovations: Floats  # (m, parameter) standard normal, behind the drift
    numbers: Floats  # (m, t, number) standard normal random effects of the days
    end: State
    record: Record
    series: ShortFloats  # (m, t, series) of these days
    bias: Gaussian  # (m, bias)
    drift: Gaussian  # (m, series)
    log_likelihood: Floats  # (m,)

    def arrays(self) -> Iterator[Array]:
        """Yield all arrays, particles first."""
        yield from (self.normal, self.innovations, self.numbers, self.series, self.log_likelihood)
        for part in (self.end, self.record, self.bias, self.drift):
            yield from part

    def of(self, rows: Ints) -> Path:
        """Return the path of some particles, in that order."""
        return Path(
            normal=self.normal.take(rows, axis=0),
            innovations=self.innovations.take(rows, axis=0),
            numbers=self.numbers.take(rows, axis=0),
            end=rows_of(self.end, rows),
            record=rows_of(self.record, rows),
            series=self.series.take(rows, axis=0),
            bias=rows_of(self.bias, rows),
            drift=rows_of(self.drift, rows),
            log_likelihood=self.log_likelihood.take(rows, axis=0),
        )


@dataclass
class Window:
    """A run of days up to a day with reports: where each particle began it, and its path since."""

    days: tuple[int, int]
    begin: State  # of no particle where none begins anew
    bias: Gaussian  # (m, bias) before the reports
    drift: Gaussian  # (m, series) before the reports
    base: Floats  # (m, parameter) parameters before they drift
    distribution: ParameterDistribution  # of the base, before the reports
    arrived: Ints  # (m, p) up to the day before
    died: Ints  # (m, p, g) up to the day before
    path: Path

    @property
    def span(self) -> slice:
        """Return the days as a slice of the calendar."""
        return slice(self.days[0], self.days[1] + 1)

    def of(self, rows: Ints) -> Window:
        """Return the window of some particles, in that order."""
        return Window(
            days=self.days,
            begin=rows_of(self.begin, rows) if self.begin.people.size else self.begin,
            bias=rows_of(self.bias, rows),
            drift=rows_of(self.drift, rows),
            base=self.base.take(rows, axis=0),
            distribution=self.distribution._replace(mean=self.distribution.mean.take(rows, axis=0)),
            arrived=self.arrived[rows],
            died=self.died[rows],
            path=self.path.of(rows),
        )

    def arrays(self) -> Iterator[Array]:
        """Yield all arrays, particles first."""
        yield from (*self.begin, *self.bias, *self.drift, self.base, self.distribution.mean, self.arrived, self.died)
        yield from self.path.arrays()

    def arrived_by_end(self) -> Ints:
        """Return arrivals of each particle and place since the start, (m, p)."""
        total: Ints = self.arrived + self.path.record.place["arrivals"].sum(1)
        return total

    def died_by_end(self) -> Ints:
        """Return deaths of each particle, place and group since the start, (m, p, g)."""
        total: Ints = self.died + self.path.record.group["deaths"].sum(1)
        return total

    def without_record(self) -> Window:
        """Return the window without the record of its days, whose arrivals and deaths the next one begins with."""
        record = each(self.path.record, lambda days: days[:, :0].copy())
        return replace(self, path=replace(self.path, record=record))

    def without_begin(self) -> Window:
        """Return the window without where each particle began it, if nobody will begin it anew."""
        return replace(self, begin=each(self.begin, lambda array: array[:0]))

    def following(self, days: tuple[int, int], distribution: ParameterDistribution, path: Path) -> Window:
        """Return the window of the next days, begun where this one ends, with the law and the path it had."""
        own = self.path
        ends = self.arrived_by_end(), self.died_by_end()
        return Window(days, own.end, own.bias, own.drift, own.normal, distribution, *ends, path)


@dataclass
class FixedLag:
    """Neighbouring windows, oldest first, whose random effects are proposed together; the last has the new reports."""

    windows: list[Window]
    history: ShortFloats  # (m, t, series) of all days up to the last window, its own included
    ancestor: Ints  # (m,) particle that each descends from at the beginning of the last window

    @property
    def last(self) -> Window:
        """Return the window whose reports are being weighed."""
        return self.windows[-1]

    @property
    def latest(self) -> FixedLag:
        """Return the last window alone, on the same arrays."""
        return FixedLag(self.windows[-1:], self.history, self.ancestor)

    def of(self, rows: Ints) -> FixedLag:
        """Return the run of windows of some particles, in that order."""
        windows = [window.of(rows) for window in self.windows]
        return FixedLag(windows, self.history.take(rows, axis=0), self.ancestor[rows])

    def accept(self, proposal: FixedLag, rows: Bools) -> None:
        """Take over the proposed windows of some particles, in place."""
        for window, proposed in zip(self.windows, proposal.windows, strict=True):
            for current, other in zip(window.arrays(), proposed.arrays(), strict=True):
                current[rows] = other[rows]
        self.history[rows] = proposal.history[rows]


def opened(
    particles: Particles, distribution: ParameterDistribution, days: tuple[int, int], compiled: Compiled
) -> Window:
    """Return a window that no particle has run through yet, before which the parameters have a law."""
    none = np.zeros(0)
    path = Path(
        normal=particles.normal,
        innovations=none,
        numbers=none,
        end=particles.state,
        record=empty_record(compiled, 0, 0),
        series=np.zeros(0, np.float32),
        bias=particles.bias,
        drift=particles.drift,
        log_likelihood=none,
    )
    return Window(
        days=days,
        begin=particles.state,
        bias=particles.bias,
        drift=particles.drift,
        base=particles.normal,
        distribution=distribution,
        arrived=particles.arrived,
        died=particles.died,
        path=path,
    )


def lately(windows: list[Window], day: int) -> list[Window]:
    """Return the windows that began at most the lag before a day, oldest first."""
    return [window for window in windows if day - window.days[0] <= LAG_DAYS]


def windows(days: list[int], last: int, first: int = 0) -> list[tuple[int, int]]:
    """Return runs of days from a first to a last, each ending with a day of reports; close reports share one.

    Examples
    --------
    >>> windows([0, 13, 14, 16, 30], 31)
    [(0, 0), (1, 13), (14, 16), (17, 30), (31, 31)]
    >>> windows([], 4)
    [(0, 4)]
    """
    spans: list[tuple[int, int]] = []
    later: list[int | None] = [*days, None]
    for day, following in zip(days, later[1:], strict=True):
        if following is None or following - first >= WINDOW_DAYS or following - day > WINDOW_DAYS:
            spans.append((first, day))
            first = day + 1
    return [*spans, (first, last)] if first <= last else spans


def ancestors(ancestor: Ints) -> float:
    """Return the effective number of particles that the present ones descend from.

    Examples
    --------
    >>> ancestors(np.array([0, 0, 1, 1]))
    2.0
    """
    share = np.unique(ancestor, return_counts=True)[1] / ancestor.size
    return 1.0 / float((share**2).sum())
