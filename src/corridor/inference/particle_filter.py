"""A particle filter from the start of the calendar to the last day known.

Each particle is a full history: parameters, what is believed of each source's bias, and where
everybody is. The calendar is cut into stretches that end with reports. Every particle lives a
stretch by the engine's own steps, under weather (the good and the bad days) drawn from the prior;
then the reports are let in bit by bit, by raising their likelihood to a growing power. At each
power the particles are resampled, and each lives its stretch again under slightly different
weather, which it keeps if the reports allow (resample-move, Gilks and Berzuini 2001,
doi:10.1111/1467-9868.00280; the proposal leaves the prior as it is, Cotter et al. 2013,
doi:10.1214/13-STS421). So a sudden exodus is found without being likely beforehand. Parameters
drift slowly, with a memory of ``parameter_days`` and the prior as their long-run spread: people,
roads and agencies change, and no lineage of particles is ever stuck with the parameters it began
with. That drift is tried and kept like the weather.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.compile.rates import rates_of, uncertain_parameters
from corridor.engine.run.members import (
    Members,
    check_conservation,
    copy_of,
    empty_record,
    first_state,
    joined,
    rows_of,
    weather_of,
    weather_size,
    world_of,
)
from corridor.engine.run.simulate import over, run_days
from corridor.inference.filtered_history import FIT_LEVELS, Fit, Past, past_of
from corridor.inference.observation_model import Belief, Report, Reporting, learn
from corridor.inference.observed_series import daily
from corridor.inference.parameter_drift import drift, memory_of, move_populations
from corridor.inference.resampling import normalised, systematic, tempering
from corridor.inference.unexplained_flow import set_right, split, unseen_variance, with_unseen
from corridor.streams import stream, streams

if TYPE_CHECKING:
    from corridor.engine.compile.compile import Compiled
    from corridor.engine.compile.rates import Uncertain
    from corridor.engine.program import Bools, Floats, Ints, Record, ShortFloats, State
    from corridor.engine.run.simulate import Progress

BLOCK = 64
"""Particles that share streams; the number of workers does not change it."""

_STRETCH = 3
"""Days within which reports are weighed together."""

_HALF = 0.5
"""Share of the particles that must keep the weight at each power of the likelihood."""

PER_DRAW, PLAIN_PER_DRAW = 3, 2
"""Particles for each draw of the posterior that is wanted, with moves and without."""

_DAYS_OF_MOVES = 9
_FEWEST_MOVES = 1
MOST_MOVES = 3
"""Days to live again at each power, and the fewest and most tries that may mean: short stretches are
tried more often than long ones."""

_GOOD_RATE = 0.3
"""Share of moves that should be accepted; steps are made smaller or larger towards it."""

_FREE_RATE = 0.85
"""Where so many moves are accepted, the reports hardly depend on the weather, and one try is enough."""

_BEGIN_TO_WORRY = 50.0
"""Effective number of ancestors below which the fit is called degenerate."""


@dataclass
class Particles:
    """The particles as they are now; the only thing here that changes."""

    normal: Floats  # (m, parameter) standard normal under the prior
    belief: Belief  # (m, bias)
    state: State
    history: ShortFloats  # (m, t, series)
    arrived: Ints  # (m, p) since the start
    died: Ints  # (m, p, g) since the start


@dataclass
class Stretch:
    """A run of days up to a day with reports, as lived by every particle; it changes by moves."""

    days: tuple[int, int]
    begin: State  # where each particle began the stretch
    before: Belief  # biases at the beginning
    base: Floats  # (m, parameter) parameters before they drift
    normal: Floats  # (m, parameter) parameters
    kicks: Floats  # (m, parameter) standard normal, behind the drift
    ancestor: Ints  # (m,) particle that each began as
    numbers: Floats  # (m, t, number) standard normal weather
    end: State
    record: Record
    belief: Belief
    unseen: Belief  # (m, report) of people who came and went unseen
    lived: ShortFloats  # (m, t, series) of these days
    log_likelihood: Floats  # (m,)

    def pick(self, chosen: Ints) -> None:
        """Keep the chosen particles, in that order."""
        for name in ("begin", "before", "end", "record", "belief", "unseen"):
            setattr(self, name, rows_of(getattr(self, name), chosen))
        for name in ("base", "normal", "kicks", "ancestor", "numbers", "lived", "log_likelihood"):
            setattr(self, name, getattr(self, name)[chosen])

    def accept(self, other: Stretch, rows: Bools) -> None:
        """Take over what some particles lived in another try."""
        for name in ("end", "record", "belief", "unseen"):
            for mine, theirs in zip(getattr(self, name), getattr(other, name), strict=True):
                mine[rows] = theirs[rows]
        for name in ("normal", "kicks", "numbers", "lived", "log_likelihood"):
            getattr(self, name)[rows] = getattr(other, name)[rows]


class Filter:
    """A particle filter over one scenario and its reports.

    With no moves it is a plain one: each stretch is lived once, and its reports are let in as far as half
    of the particles can bear; what they say beyond that is lost. It takes a third of the time or less.
    """

    def __init__(
        self,
        compiled: Compiled,
        reporting: Reporting,
        *,
        count: int,
        seed: int,
        moves: int = MOST_MOVES,
        workers: int,
    ) -> None:
        self.compiled = compiled
        self.reporting = reporting
        self.uncertain: Uncertain = uncertain_parameters(compiled)
        self.count = -(-count // BLOCK) * BLOCK
        self.seed = seed
        self.moves = moves
        self.workers = workers
        self.chance = [streams(seed, "assimilate", b) for b in range(self.count // BLOCK)]
        self.weather = stream(seed, "assimilate/weather")
        self.memory_days = memory_of(compiled, self.uncertain)
        self.sizes: list[float] = []
        self.past: list[Past] = []
        self.fits: list[Fit] = []

    def begin(self) -> Particles:
        """Return particles drawn from the prior, before day 0."""
        compiled, shape = self.compiled, (self.count, len(self.reporting.biases))
        normal = stream(self.seed, "priors").standard_normal((self.count, len(self.uncertain.parameters)))
        rates = rates_of(compiled, self.uncertain, normal)
        start = self.weather.standard_normal(rates.place.shape)
        parts = [
            first_state(compiled, rows_of(rates, _block(b)), chance, start[_block(b)])
            for b, chance in enumerate(self.chance)
        ]
        state = joined(parts, axis=0)
        history = np.zeros((self.count, compiled.scenario.n_days, len(self.reporting.series)), np.float32)
        belief = Belief(np.zeros(shape), np.broadcast_to(self.reporting.bias_sd**2, shape).copy())
        arrived = np.zeros((self.count, compiled.program.map.place.size), dtype=np.int64)
        died = np.zeros((*arrived.shape, len(compiled.scenario.groups)), dtype=np.int64)
        return Particles(normal, belief, state, history, arrived, died)

    def live(self, particles: Particles, stretch: Stretch, numbers: Floats, kicks: Floats) -> Stretch:
        """Let every particle live a stretch under some weather, and weigh what came of it."""
        first, last = stretch.days
        end = copy_of(stretch.begin)
        drifted = drift(stretch.base, kicks, last - first + 1, self.memory_days)
        normal = move_populations(self.compiled, self.uncertain, end, stretch.base, drifted)
        rates = rates_of(self.compiled, self.uncertain, normal)
        record = empty_record(self.compiled, self.count, last - first + 1)
        members = Members(rates, end, record, weather_of(self.compiled, numbers))

        def one(b: int) -> None:
            world = world_of(self.compiled.program, members.some(_block(b)), self.chance[b])
            run_days(world, first, last)

        over(one, len(self.chance), self.workers, None)
        series = [daily(self.compiled, record, s) for s in self.reporting.series]
        shape = (self.count, last - first + 1, 0)
        lived = np.stack(series, axis=2).astype(np.float32) if series else np.zeros(shape, np.float32)
        history = np.concatenate([particles.history[stretch.ancestor, :first], lived], axis=1)
        likelihood, belief, unseen = self.weigh(history, stretch)
        return replace(
            stretch,
            normal=normal,
            kicks=kicks,
            numbers=numbers,
            end=end,
            record=record,
            belief=belief,
            unseen=unseen,
            lived=lived,
            log_likelihood=likelihood,
        )

    def weigh(self, history: ShortFloats, stretch: Stretch) -> tuple[Floats, Belief, Belief]:
        """Return how likely the reports of a stretch are, and what is then believed of biases and of what is unseen."""
        reports = self.reports_of(stretch.days)
        total = np.zeros(self.count)
        mean, variance = stretch.before.mean.copy(), stretch.before.variance.copy()
        unseen = Belief(*np.zeros((2, self.count, len(reports))))
        for n, report in enumerate(reports):
            b = report.bias
            belief = Belief(mean[:, b], variance[:, b])
            same = [m for m, other in enumerate(reports[:n]) if other.series == report.series]
            truth = truth_of(report, history)
            if report.unseen > 0:
                truth = with_unseen(truth, unseen.mean[:, same].sum(1))
            spread = unseen_variance(report, truth)
            wide = Belief(belief.mean, belief.variance + spread)
            gain, after = learn(report, truth, wide, self.reporting.stray_fraction)
            if report.unseen > 0:
                after, (unseen.mean[:, n], unseen.variance[:, n]) = split(belief, spread, after)
            mean[:, b], variance[:, b] = after
            total += self.reporting.weight * gain
        return total, Belief(mean, variance), unseen

    def reports_of(self, days: tuple[int, int]) -> list[Report]:
        """Return the reports whose last day lies in a stretch."""
        return [report for report in self.reporting.reports if days[0] <= report.last <= days[1]]

    def advance(self, particles: Particles, days: tuple[int, int]) -> float:
        """Let the particles live a stretch of days and learn from its reports.

        Returns the effective number of particles that the present ones descend from.
        """
        none, unlived = np.zeros(0), np.zeros(0, np.float32)
        has_reports = bool(self.reports_of(days))
        start = Stretch(
            days=days,
            begin=particles.state,
            before=particles.belief,
            base=particles.normal,
            normal=particles.normal,
            kicks=none,
            ancestor=np.arange(self.count),
            numbers=none,
            end=particles.state,
            record=empty_record(self.compiled, 0, 0),
            belief=particles.belief,
            unseen=Belief(none, none),
            lived=unlived,
            log_likelihood=none,
        )
        size = (self.count, days[1] - days[0] + 1, weather_size(self.compiled))
        numbers, kicks = (self.weather.standard_normal(s) for s in (size, particles.normal.shape))
        stretch = self.live(particles, start, numbers, kicks)
        if has_reports:
            self.let_in(particles, stretch)
        self.keep(particles, stretch)
        return ancestors(stretch.ancestor)

    def let_in(self, particles: Particles, stretch: Stretch) -> None:
        """Let the reports of a stretch in, power by power, with moves at each; without moves, once."""
        power, step = 0.0, 0.5
        length = stretch.days[1] - stretch.days[0] + 1
        if self.moves == 0:
            gain = tempering(stretch.log_likelihood, _HALF * self.count)
            weight = normalised(gain * stretch.log_likelihood)
            stretch.pick(systematic(weight, self.count, float(self.weather.random())))
            return
        moves = min(self.moves, max(_FEWEST_MOVES, _DAYS_OF_MOVES // length))
        while power < 1.0:
            gain = tempering(stretch.log_likelihood, _HALF * self.count, 1.0 - power)
            power = 1.0 if gain >= 1.0 - power - 1e-9 else power + gain
            weight = normalised(gain * stretch.log_likelihood)
            stretch.pick(systematic(weight, self.count, float(self.weather.random())))
            for _ in range(moves):
                rate = self.move(particles, stretch, power, step)
                step = float(np.clip(step * np.exp(rate - _GOOD_RATE), 0.02, 1.0))
                if rate > _FREE_RATE:
                    break

    def move(self, particles: Particles, stretch: Stretch, power: float, step: float) -> float:
        """Let every particle try other weather and another drift; return the share that kept them.

        ``z' = sqrt(1 - step**2) z + step noise`` leaves the prior of both as it is, so that only
        the likelihoods decide.
        """
        numbers, kicks = (
            np.sqrt(1 - step**2) * old + step * self.weather.standard_normal(old.shape)
            for old in (stretch.numbers, stretch.kicks)
        )
        tried = self.live(particles, stretch, numbers, kicks)
        gain = power * (tried.log_likelihood - stretch.log_likelihood)
        rows = np.log(self.weather.random(self.count)) < gain
        stretch.accept(tried, rows)
        return float(rows.mean())

    def keep(self, particles: Particles, stretch: Stretch) -> None:
        """Take over what was lived."""
        first, last = stretch.days
        self.count_in(stretch)
        particles.history = particles.history[stretch.ancestor]
        particles.history[:, first : last + 1] = stretch.lived
        particles.normal, particles.state = stretch.normal, stretch.end
        particles.belief = stretch.belief
        for report in self.reports_of(stretch.days):
            truth = truth_of(report, particles.history)
            self.fits.append(Fit(report.observation, *(float(x) for x in np.quantile(truth, FIT_LEVELS))))
        arrived, died = particles.arrived[stretch.ancestor], particles.died[stretch.ancestor]
        self.past.append(past_of(stretch.record, arrived, died, self.compiled.scenario))
        particles.arrived = arrived + stretch.record.place["arrivals"].sum(1)
        particles.died = died + stretch.record.group["deaths"].sum(1)

    def count_in(self, stretch: Stretch) -> None:
        """Put those who came unseen where they were counted, and take away those who left so."""
        for n, report in enumerate(self.reports_of(stretch.days)):
            if report.unseen > 0:
                spread = np.sqrt(np.maximum(stretch.unseen.variance[:, n], 0.0))
                drawn = stretch.unseen.mean[:, n] + spread * self.weather.standard_normal(self.count)
                days = slice(report.last - stretch.days[0], None)
                (place,) = self.reporting.series[report.series].places
                p = [row.place for row in self.compiled.scenario.places].index(place)
                stock = stretch.record.group["stock"][:, days, p]
                set_right(self.compiled, p, drawn, stretch.end, stock, stretch.lived[:, days, report.series])

    def go_on(self, particles: Particles, first: int, last: int, progress: Progress = None) -> None:
        """Let the particles live the days from a first to a last, and learn from the reports of those days."""
        days = sorted({report.last for report in self.reporting.reports if first <= report.last <= last})
        for span in stretches(days, last, first):
            self.sizes.append(self.advance(particles, span))
            if progress is not None:
                progress(span[1] + 1, last + 1)
        check_conservation(particles.state)

    def take(self, compiled: Compiled, reporting: Reporting, particles: Particles) -> None:
        """Take over what has become known since: more events, more reports, of more sources and series."""
        series, biases = len(reporting.series), len(reporting.biases)
        self.compiled, self.reporting = compiled, reporting
        new = np.broadcast_to(reporting.bias_sd**2, (self.count, biases))[:, particles.belief.mean.shape[1] :]
        particles.belief = Belief(
            np.hstack([particles.belief.mean, np.zeros(new.shape)]),
            np.hstack([particles.belief.variance, new]),
        )
        shape = (*particles.history.shape[:2], series - particles.history.shape[2])
        particles.history = np.concatenate([particles.history, np.zeros(shape, np.float32)], axis=2)

    def notes(self) -> tuple[str, ...]:
        """Return what a reader must know about how well the particles held out."""
        if min(self.sizes, default=_BEGIN_TO_WORRY) >= _BEGIN_TO_WORRY:
            return ()
        note = (
            f"The fit is degenerate: the reports of one stretch of days left only "
            f"{min(self.sizes):.0f} of {self.count} simulated histories. Treat the intervals as "
            "too narrow, and look for a figure that no prior allows."
        )
        return (note,)


def particles_for(draws: int, moves: int) -> int:
    """Return how many particles are run for so many draws."""
    return (PER_DRAW if moves else PLAIN_PER_DRAW) * draws


def _block(b: int) -> slice:
    return slice(b * BLOCK, (b + 1) * BLOCK)


def stretches(days: list[int], last: int, first: int = 0) -> list[tuple[int, int]]:
    """Return runs of days from a first to a last, each ending with a day of reports; close reports share one.

    Examples
    --------
    >>> stretches([0, 13, 14, 16, 30], 31)
    [(0, 0), (1, 13), (14, 16), (17, 30), (31, 31)]
    >>> stretches([], 4)
    [(0, 4)]
    """
    found: list[tuple[int, int]] = []
    later: list[int | None] = [*days, None]
    for day, following in zip(days, later[1:], strict=True):
        if following is None or following - first >= _STRETCH or following - day > _STRETCH:
            found.append((first, day))
            first = day + 1
    return [*found, (first, last)] if first <= last else found


def truth_of(report: Report, history: ShortFloats) -> Floats:
    """Return what a report counts, for each particle: a level, or a sum over its days."""
    counted: Floats = history[:, report.first : report.last + 1, report.series].sum(1, dtype=np.float64)
    return counted


def ancestors(ancestor: Ints) -> float:
    """Return the effective number of particles that the present ones descend from.

    Examples
    --------
    >>> ancestors(np.array([0, 0, 1, 1]))
    2.0
    """
    share = np.unique(ancestor, return_counts=True)[1] / ancestor.size
    return 1.0 / float((share**2).sum())
