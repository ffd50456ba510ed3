"""A particle filter from the start of the calendar to the last day known.

Each particle is a full history: parameters, a normal law for the bias of each source, and where
everybody is. The calendar is cut into windows that end with reports. Every particle is propagated
through a window by the engine's own steps, with the random effects of the days (good and bad days)
drawn from the prior; then the likelihood of the reports is raised to a growing power (tempering). At
each power the particles are resampled, and each proposes slightly different random effects for the
same days, which it keeps if the reports allow (resample-move, Gilks and Berzuini 2001,
doi:10.1111/1467-9868.00280; the proposal leaves the prior as it is, Cotter et al. 2013,
doi:10.1214/13-STS421). So a sudden exodus is found without being likely beforehand. Parameters
drift slowly, with a memory of ``parameter_days`` and the prior as their long-run spread: people,
roads and agencies change, and no lineage of particles is tied to the parameters it began
with. That drift is proposed and accepted with the random effects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.compile.rates import rates_of, uncertain_parameters
from corridor.engine.run.members import (
    Members,
    check_conservation,
    copy_of,
    day_effects_of,
    day_effects_size,
    empty_record,
    first_state,
    joined,
    rows_of,
    sim_state_of,
)
from corridor.engine.run.simulate import over, run_days
from corridor.inference.filtered_history import FIT_LEVELS, Fit, Past, past_of
from corridor.inference.observation_model import Gaussian, Report, Reporting, learn
from corridor.inference.observed_series import daily
from corridor.inference.parameter_drift import adjust_populations, drift, memory_of
from corridor.inference.resampling import normalised, systematic, tempering
from corridor.inference.unexplained_flow import book_unexplained, split, unexplained_variance, with_unexplained
from corridor.inference.windows import Particles, Path, Window, ancestors, opened, windows
from corridor.streams import stream, streams

if TYPE_CHECKING:
    from corridor.engine.compile.compile import Compiled
    from corridor.engine.compile.rates import Uncertain
    from corridor.engine.program import Floats, ShortFloats
    from corridor.engine.run.simulate import Progress

BLOCK = 64
"""Particles that share streams; the number of workers does not change it."""

_HALF = 0.5
"""Share of the particles that must keep the weight at each power of the likelihood."""

PER_DRAW, PLAIN_PER_DRAW = 3, 2
"""Particles for each draw of the posterior that is wanted, with rejuvenation and without."""

_REJUVENATION_DAYS = 9
_FEWEST_REJUVENATIONS = 1
MOST_REJUVENATIONS = 3
"""Days to propagate again at each power, and the fewest and most rejuvenation steps that may mean: short windows
get more of them than long ones."""

_GOOD_RATE = 0.3
"""Share of proposals that should be accepted; steps are made smaller or larger towards it."""

_FREE_RATE = 0.85
"""Where so many proposals are accepted, the reports hardly depend on the random effects, and one step is enough."""

_DEGENERATE_BELOW = 50.0
"""Effective number of ancestors below which the fit is called degenerate."""


class ParticleFilter:
    """A particle filter over one scenario and its reports.

    Without rejuvenation it is a plain one: each window is propagated once, and its reports are used with the
    highest power that leaves half of the particles effective. It takes a third of the time or less.
    """

    def __init__(
        self,
        compiled: Compiled,
        reporting: Reporting,
        *,
        count: int,
        seed: int,
        rejuvenations: int = MOST_REJUVENATIONS,
        workers: int,
    ) -> None:
        self.compiled = compiled
        self.reporting = reporting
        self.uncertain: Uncertain = uncertain_parameters(compiled)
        self.count = -(-count // BLOCK) * BLOCK
        self.seed = seed
        self.rejuvenations = rejuvenations
        self.workers = workers
        self.chance = [streams(seed, "assimilate", b) for b in range(self.count // BLOCK)]
        self.random = stream(seed, "assimilate/weather")
        self.memory_days = memory_of(compiled, self.uncertain)
        self.sizes: list[float] = []
        self.past: list[Past] = []
        self.fits: list[Fit] = []

    def begin(self) -> Particles:
        """Return particles drawn from the prior, before day 0."""
        compiled, shape = self.compiled, (self.count, len(self.reporting.biases))
        normal = stream(self.seed, "priors").standard_normal((self.count, len(self.uncertain.parameters)))
        rates = rates_of(compiled, self.uncertain, normal)
        start = self.random.standard_normal(rates.place.shape)
        parts = [
            first_state(compiled, rows_of(rates, _block(b)), chance, start[_block(b)])
            for b, chance in enumerate(self.chance)
        ]
        state = joined(parts, axis=0)
        history = np.zeros((self.count, compiled.scenario.n_days, len(self.reporting.series)), np.float32)
        bias = Gaussian(np.zeros(shape), np.broadcast_to(self.reporting.bias_sd**2, shape).copy())
        arrived = np.zeros((self.count, compiled.program.network.place.size), dtype=np.int64)
        died = np.zeros((*arrived.shape, len(compiled.scenario.groups)), dtype=np.int64)
        return Particles(normal, bias, state, history, arrived, died)

    def propagate(self, particles: Particles, window: Window, numbers: Floats, innovations: Floats) -> Path:
        """Return the path of every particle through a window under given random effects, with its likelihood."""
        first, last = window.days
        end = copy_of(window.begin)
        drifted = drift(window.base, innovations, last - first + 1, self.memory_days)
        normal = adjust_populations(self.compiled, self.uncertain, end, window.base, drifted)
        rates = rates_of(self.compiled, self.uncertain, normal)
        record = empty_record(self.compiled, self.count, last - first + 1)
        members = Members(rates, end, record, day_effects_of(self.compiled, numbers))

        def one(b: int) -> None:
            sim_state = sim_state_of(self.compiled.program, members.some(_block(b)), self.chance[b])
            run_days(sim_state, first, last)

        over(one, len(self.chance), self.workers, None)
        columns = [daily(self.compiled, record, s) for s in self.reporting.series]
        shape = (self.count, last - first + 1, 0)
        series = np.stack(columns, axis=2).astype(np.float32) if columns else np.zeros(shape, np.float32)
        history = np.concatenate([particles.history[window.ancestor, :first], series], axis=1)
        likelihood, bias, unexplained = self.weigh(history, window)
        return Path(normal, innovations, numbers, end, record, series, bias, unexplained, likelihood)

    def weigh(self, history: ShortFloats, window: Window) -> tuple[Floats, Gaussian, Gaussian]:
        """Return the log-likelihood of the reports of a window, and the laws of biases and unexplained flows."""
        reports = self.reports_of(window.days)
        total = np.zeros(self.count)
        mean, variance = window.bias.mean.copy(), window.bias.variance.copy()
        unexplained = Gaussian(*np.zeros((2, self.count, len(reports))))
        for n, report in enumerate(reports):
            b = report.bias
            bias = Gaussian(mean[:, b], variance[:, b])
            same = [m for m, other in enumerate(reports[:n]) if other.series == report.series]
            truth = truth_of(report, history)
            if report.unexplained > 0:
                truth = with_unexplained(truth, unexplained.mean[:, same].sum(1))
            spread = unexplained_variance(report, truth)
            wide = Gaussian(bias.mean, bias.variance + spread)
            gain, after = learn(report, truth, wide, self.reporting.stray_fraction)
            if report.unexplained > 0:
                after, (unexplained.mean[:, n], unexplained.variance[:, n]) = split(bias, spread, after)
            mean[:, b], variance[:, b] = after
            total += self.reporting.weight * gain
        return total, Gaussian(mean, variance), unexplained

    def reports_of(self, days: tuple[int, int]) -> list[Report]:
        """Return the reports whose last day lies in a window."""
        return [report for report in self.reporting.reports if days[0] <= report.last <= days[1]]

    def advance(self, particles: Particles, days: tuple[int, int]) -> float:
        """Propagate the particles through a window and condition them on its reports.

        Returns the effective number of particles that the present ones descend from.
        """
        window = opened(particles, days, self.compiled)
        size = (self.count, days[1] - days[0] + 1, day_effects_size(self.compiled))
        numbers, innovations = (self.random.standard_normal(s) for s in (size, particles.normal.shape))
        window.path = self.propagate(particles, window, numbers, innovations)
        if self.reports_of(days):
            window = self.temper(particles, window) if self.rejuvenations else self.weigh_once(window)
        self.close(particles, window)
        return ancestors(window.ancestor)

    def weigh_once(self, window: Window) -> Window:
        """Return a window resampled once, with as high a power of its likelihood as half of the particles bear."""
        gain = tempering(window.path.log_likelihood, _HALF * self.count)
        return self.resample(window, gain)

    def resample(self, window: Window, power: float) -> Window:
        """Return a window resampled by a power of its likelihood."""
        weight = normalised(power * window.path.log_likelihood)
        return window.resampled(systematic(weight, self.count, float(self.random.random())))

    def temper(self, particles: Particles, window: Window) -> Window:
        """Return a window conditioned on its reports, power by power, rejuvenated at each."""
        power, step = 0.0, 0.5
        length = window.days[1] - window.days[0] + 1
        steps = min(self.rejuvenations, max(_FEWEST_REJUVENATIONS, _REJUVENATION_DAYS // length))
        while power < 1.0:
            gain = tempering(window.path.log_likelihood, _HALF * self.count, 1.0 - power)
            power = 1.0 if gain >= 1.0 - power - 1e-9 else power + gain
            window = self.resample(window, gain)
            for _ in range(steps):
                rate = self.rejuvenate(particles, window, power, step)
                step = float(np.clip(step * np.exp(rate - _GOOD_RATE), 0.02, 1.0))
                if rate > _FREE_RATE:
                    break
        return window

    def rejuvenate(self, particles: Particles, window: Window, power: float, step: float) -> float:
        """Propose other random effects and another drift to every particle; return the share accepted.

        ``z' = sqrt(1 - step**2) z + step noise`` leaves the prior of both as it is, so that only
        the likelihoods decide.
        """
        numbers, innovations = (
            np.sqrt(1 - step**2) * old + step * self.random.standard_normal(old.shape)
            for old in (window.path.numbers, window.path.innovations)
        )
        proposal = self.propagate(particles, window, numbers, innovations)
        gain = power * (proposal.log_likelihood - window.path.log_likelihood)
        rows = np.log(self.random.random(self.count)) < gain
        window.accept(proposal, rows)
        return float(rows.mean())

    def close(self, particles: Particles, window: Window) -> None:
        """Write the end of a window into the particles."""
        first, last = window.days
        path = window.path
        self.book(window)
        particles.history = particles.history[window.ancestor]
        particles.history[:, first : last + 1] = path.series
        particles.normal, particles.state, particles.bias = path.normal, path.end, path.bias
        for report in self.reports_of(window.days):
            truth = truth_of(report, particles.history)
            self.fits.append(Fit(report.observation, *(float(x) for x in np.quantile(truth, FIT_LEVELS))))
        arrived, died = particles.arrived[window.ancestor], particles.died[window.ancestor]
        self.past.append(past_of(path.record, arrived, died, self.compiled.scenario))
        particles.arrived = arrived + path.record.place["arrivals"].sum(1)
        particles.died = died + path.record.group["deaths"].sum(1)

    def book(self, window: Window) -> None:
        """Add unexplained arrivals at counted places, and take away those who left unexplained."""
        path = window.path
        for n, report in enumerate(self.reports_of(window.days)):
            if report.unexplained > 0:
                spread = np.sqrt(np.maximum(path.unexplained.variance[:, n], 0.0))
                drawn = path.unexplained.mean[:, n] + spread * self.random.standard_normal(self.count)
                days = slice(report.last - window.days[0], None)
                (place,) = self.reporting.series[report.series].places
                p = [row.place for row in self.compiled.scenario.places].index(place)
                stock = path.record.group["stock"][:, days, p]
                book_unexplained(self.compiled, p, drawn, path.end, stock, path.series[:, days, report.series])

    def run_to(self, particles: Particles, first: int, last: int, progress: Progress = None) -> None:
        """Propagate the particles from a first to a last day, conditioned on the reports of those days."""
        days = sorted({report.last for report in self.reporting.reports if first <= report.last <= last})
        for span in windows(days, last, first):
            self.sizes.append(self.advance(particles, span))
            if progress is not None:
                progress(span[1] + 1, last + 1)
        check_conservation(particles.state)

    def extend(self, compiled: Compiled, reporting: Reporting, particles: Particles) -> None:
        """Take over what has become known since: more events, more reports, of more sources and series."""
        series, biases = len(reporting.series), len(reporting.biases)
        self.compiled, self.reporting = compiled, reporting
        new = np.broadcast_to(reporting.bias_sd**2, (self.count, biases))[:, particles.bias.mean.shape[1] :]
        particles.bias = Gaussian(
            np.hstack([particles.bias.mean, np.zeros(new.shape)]),
            np.hstack([particles.bias.variance, new]),
        )
        shape = (*particles.history.shape[:2], series - particles.history.shape[2])
        particles.history = np.concatenate([particles.history, np.zeros(shape, np.float32)], axis=2)

    def notes(self) -> tuple[str, ...]:
        """Return what a reader must know about how well the particles held out."""
        if min(self.sizes, default=_DEGENERATE_BELOW) >= _DEGENERATE_BELOW:
            return ()
        note = (
            f"The fit is degenerate: the reports of one stretch of days left only "
            f"{min(self.sizes):.0f} of {self.count} simulated histories. Treat the intervals as "
            "too narrow, and look for a figure that no prior allows."
        )
        return (note,)


def particles_for(draws: int, rejuvenations: int) -> int:
    """Return how many particles are run for so many draws."""
    return (PER_DRAW if rejuvenations else PLAIN_PER_DRAW) * draws


def _block(b: int) -> slice:
    return slice(b * BLOCK, (b + 1) * BLOCK)


def truth_of(report: Report, history: ShortFloats) -> Floats:
    """Return what a report counts, for each particle: a level, or a sum over its days."""
    counted: Floats = history[:, report.first : report.last + 1, report.series].sum(1, dtype=np.float64)
    return counted
