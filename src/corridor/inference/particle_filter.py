"""A particle filter from the start of the calendar to the last day known.

Each particle is a full history: parameters, a normal law for the bias of each source, and where
everybody is. The calendar is cut into windows that end with reports. Every particle is propagated
through a window by the engine's own steps, with the random effects of the days (good and bad days)
drawn from the prior; then the reports are used with a large further error, which is made smaller step by
step until it is none. At each step the particles are resampled, and each proposes slightly different
random effects for the same days, which it keeps if the reports allow (resample-move, Gilks and Berzuini
2001, doi:10.1111/1467-9868.00280; the proposal leaves the prior as it is, Cotter et al. 2013,
doi:10.1214/13-STS421). So a sudden exodus is found without being likely beforehand. Where the reports
of a window leave few particles, the random effects of the two weeks before it are proposed anew
together with its own (block sampling over a fixed lag, Doucet, Briers and Sénécal 2006,
doi:10.1198/106186006X142744), so that the few that are left do not all have one past. Parameters
drift slowly, with a memory of ``parameter_days`` and the prior as their long-run spread: people,
roads and agencies change, and no lineage of particles is tied to the parameters it began
with. That drift is proposed and accepted with the random effects.
"""

from __future__ import annotations

from dataclasses import replace
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
from corridor.inference.conflicts import Checked, Conflict, Survival, checked, conflicts_of, degeneracy_note
from corridor.inference.filtered_history import FIT_LEVELS, Fit, Past, past_of
from corridor.inference.observation_model import Gaussian, ObservedSeries, Reporting
from corridor.inference.observed_series import counted_until, daily
from corridor.inference.parameter_distribution import (
    ParameterDistribution,
    conditional_distribution,
    near,
    prior_distribution,
)
from corridor.inference.parameter_drift import adjust_populations, drift, gone_from_hidden, memory_of
from corridor.inference.resampling import effective, normalised, systematic, tempering
from corridor.inference.unexplained_flow import booked, drift_sd, with_unexplained
from corridor.inference.weighing import drawn, reports_of, truth_of, weigh
from corridor.inference.windows import FixedLag, Particles, Path, Window, ancestors, lately, opened, windows
from corridor.streams import stream, streams

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.compile.rates import Uncertain
    from corridor.engine.program import Floats, ShortFloats
    from corridor.engine.run.simulate import Progress

BLOCK = 64
"""Particles that share streams; the number of workers does not change it."""

_HALF = 0.5
"""Share of the particles that must keep the weight at each step towards the full likelihood."""

_REJUVENATION_DAYS = 9
_FEWEST_REJUVENATIONS = 1
MOST_REJUVENATIONS = 3
"""Days to propagate again at each step, and the fewest and most rejuvenation steps that may mean: short windows
get more of them than long ones, and windows that half of the particles bear at once get the fewest."""

_GOOD_RATE = 0.3
"""Share of proposals that should be accepted; steps are made smaller or larger towards it."""

_HARD = 1 / 8
"""Share of the particles: where the reports of a window leave fewer effective, the weeks before it are proposed too."""

_WIDEST, _NARROWEST = 8.0, 0.01
"""Further error of reports, log units, where their likelihood counts as flat, and where as full."""

_NARROWING, _BISECTIONS = 3.0, 6
"""How many times narrower the likelihood is tried, and how often the last such step is halved."""

_FREE_RATE = 0.85
"""Where so many proposals are accepted, the reports hardly depend on the random effects, and one step is enough."""


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
        places = len(compiled.scenario.places)
        self.chance = [streams(places, seed, "assimilate", b) for b in range(self.count // BLOCK)]
        self.random = stream(seed, "assimilate/weather")
        self.memory_days = memory_of(compiled, self.uncertain)
        self.survivals: list[Survival] = []
        self.counts: list[Checked] = []
        self.recent: list[Window] = []
        self.past: list[Past] = []
        self.fits: list[Fit] = []

    def begin(self) -> Particles:
        """Return particles drawn from the prior, before day 0."""
        compiled, shape = self.compiled, (self.count, len(self.reporting.biases))
        normal = stream(self.seed, "priors").standard_normal((self.count, len(self.uncertain.parameters)))
        rates = rates_of(compiled, self.uncertain, normal)
        start = self.random.standard_normal(rates.place.shape)
        random = stream(self.seed, "assimilate/groups")
        parts = [
            first_state(compiled, rows_of(rates, _block(b)), random, start[_block(b)])
            for b in range(self.count // BLOCK)
        ]
        state = joined(parts, axis=0)
        history = np.zeros((self.count, compiled.scenario.n_days, len(self.reporting.series)), np.float32)
        bias = Gaussian(np.zeros(shape), np.broadcast_to(self.reporting.bias_sd**2, shape).copy())
        arrived = np.zeros((self.count, compiled.program.network.place.size), dtype=np.int64)
        died = np.zeros((*arrived.shape, len(compiled.scenario.groups)), dtype=np.int64)
        drift = self.first_drift(self.reporting.series)
        return Particles(normal, bias, drift, state, history, arrived, died)

    def first_drift(self, series: Sequence[ObservedSeries]) -> Gaussian:
        """Return the law of the drift of unexplained flow before any count, (m, series)."""
        sd = drift_sd(self.reporting.unseen_sd)
        return Gaussian(*(np.full((self.count, len(series)), value) for value in (0.0, sd**2)))

    def propagate(
        self, history: ShortFloats, window: Window, numbers: Floats, innovations: Floats, widening: float = 0.0
    ) -> Path:
        """Return the path of every particle through a window under given random effects, with its likelihood.

        The history (m, t, series) is read up to the day before the window. A widening is a further error of all
        reports, log units.
        """
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
        up_to_end = np.concatenate([history[:, :first], series], axis=1)
        bias, flow_drift, likelihood, _ = weigh(self.reporting, up_to_end, window, widening)
        return Path(normal, innovations, numbers, end, record, series, bias, flow_drift, likelihood)

    def distribution_before(self, particles: Particles, day: int) -> ParameterDistribution:
        """Return the law of the parameters before a day: the prior on the first, later what the particles say of them.

        They say it given who has left the hidden populations and what has been counted of each series.
        """
        if day == 0 or not self.rejuvenations:
            return prior_distribution(particles.normal)
        gone = gone_from_hidden(self.compiled, self.uncertain, particles.state, particles.normal)
        counted = counted_until(day - 1, particles.history, self.reporting.series)
        return conditional_distribution(particles.normal, np.hstack([gone, np.log1p(counted)]))

    def advance(self, particles: Particles, days: tuple[int, int]) -> Survival:
        """Propagate the particles through a window and condition them on its reports; return what is left of them."""
        window = opened(particles, self.distribution_before(particles, days[0]), days, self.compiled)
        size = (self.count, days[1] - days[0] + 1, day_effects_size(self.compiled))
        numbers, innovations = (self.random.standard_normal(s) for s in (size, particles.normal.shape))
        window.path = self.propagate(particles.history, window, numbers, innovations)
        particles.history[:, window.span] = window.path.series
        fixed_lag = FixedLag([window], particles.history, np.arange(self.count))
        hardest = weigh(self.reporting, particles.history, window).hardest
        if reports_of(self.reporting, days):
            fixed_lag = self.condition(fixed_lag) if self.rejuvenations else self.weigh_once(fixed_lag)
        self.close(particles, fixed_lag)
        return Survival(days, ancestors(fixed_lag.ancestor), hardest)

    def weigh_once(self, fixed_lag: FixedLag) -> FixedLag:
        """Return windows resampled once, with as high a power of its likelihood as half of the particles bear."""
        likelihood = fixed_lag.last.path.log_likelihood
        fixed_lag.windows = [window.without_begin() for window in fixed_lag.windows]
        return self.resample(fixed_lag, tempering(likelihood, _HALF * self.count) * likelihood)

    def resample(self, fixed_lag: FixedLag, log_weight: Floats) -> FixedLag:
        """Return windows resampled by the weights of the particles."""
        return fixed_lag.of(systematic(normalised(log_weight), self.count, float(self.random.random())))

    def sharpen(self, fixed_lag: FixedLag, widening: float) -> tuple[FixedLag, float]:
        """Return windows resampled by a less wide likelihood of the last one's reports, and its widening.

        It is narrowed until half of the particles are effective, or to the full likelihood. Far from a report that is
        the likelihood of a stray figure, which leads nowhere; a wide one leads there.
        """
        window, wanted = fixed_lag.last, _HALF * self.count
        before = window.path.log_likelihood if widening < _WIDEST else np.zeros(self.count)
        wide = widening
        for narrow in narrowings(widening):
            weighed = weigh(self.reporting, fixed_lag.history, window, narrow)
            if effective(weighed.log_likelihood - before) < wanted:
                break
            wide = narrow
        for _ in range(_BISECTIONS if effective(weighed.log_likelihood - before) < wanted else 0):
            middle = 0.5 * (wide + narrow)
            trial = weigh(self.reporting, fixed_lag.history, window, middle)
            if effective(trial.log_likelihood - before) < wanted:
                narrow, weighed = middle, trial
            else:
                wide = middle
        bias, drift, log_likelihood, _ = weighed
        window.path = replace(window.path, log_likelihood=log_likelihood, bias=bias, drift=drift)
        return self.resample(fixed_lag, log_likelihood - before), narrow

    def condition(self, fixed_lag: FixedLag) -> FixedLag:
        """Return windows conditioned on the reports of the last one, step by step, rejuvenated at each."""
        first, last = fixed_lag.last.days
        steps = min(self.rejuvenations, max(_FEWEST_REJUVENATIONS, _REJUVENATION_DAYS // (last - first + 1)))
        history, window = fixed_lag.history, fixed_lag.last
        trials = (weigh(self.reporting, history, window, narrow) for narrow in narrowings(_WIDEST))
        left = min(effective(trial.log_likelihood) for trial in trials)
        if left >= _HALF * self.count:
            steps = _FEWEST_REJUVENATIONS
        if left < _HARD * self.count:
            fixed_lag = replace(fixed_lag, windows=[*lately(self.recent, first), fixed_lag.last])
        widening, step, wide_step = _WIDEST, 0.5, 0.5
        while widening > 0:
            fixed_lag, widening = self.sharpen(fixed_lag, widening)
            for _ in range(steps):
                rate = self.rejuvenate(fixed_lag.latest, widening, step)
                step = _adapted(step, rate)
                if rate > _FREE_RATE:
                    break
            if len(fixed_lag.windows) > 1:
                wide_step = _adapted(wide_step, self.rejuvenate(fixed_lag, widening, wide_step))
        return fixed_lag

    def rejuvenate(self, fixed_lag: FixedLag, widening: float, step: float) -> float:
        """Propose other random effects and another drift to every particle; return the share accepted.

        ``z' = sqrt(1 - step**2) z + step noise`` leaves the prior of both as it is, so that only
        the likelihoods decide: of the last window with a widening, of those before it in full.
        """
        proposal = self.proposed(fixed_lag, widening, step)
        gain = np.zeros(self.count)
        for window, other in zip(fixed_lag.windows, proposal.windows, strict=True):
            gain += other.path.log_likelihood - window.path.log_likelihood
        rows = np.log(self.random.random(self.count)) < gain
        fixed_lag.accept(proposal, rows)
        return float(rows.mean())

    def proposed(self, fixed_lag: FixedLag, widening: float, step: float) -> FixedLag:
        """Return windows under other random effects, a step away: each window begins where the one before ends."""
        history = fixed_lag.history.copy()
        done: list[Window] = []
        for window in fixed_lag.windows:
            begun = (
                done[-1].following(window.days, window.distribution, window.path)
                if done
                else self.begun_anew(window, step)
            )
            done = [earlier.without_record() for earlier in done]
            both, noise = (window.path.numbers, window.path.innovations), self.random.standard_normal
            numbers, innovations = (near(one, step, noise(one.shape)) for one in both)
            wide = widening if window is fixed_lag.last else 0.0
            moved = replace(begun, path=self.propagate(history, begun, numbers, innovations, wide))
            history[:, window.span] = moved.path.series
            if window is not fixed_lag.last:
                self.book(moved, history)
            done.append(moved)
        return replace(fixed_lag, windows=done, history=history)

    def begun_anew(self, window: Window, step: float) -> Window:
        """Return a window that begins with other parameters, a step away in the law that they had before it."""
        begin = copy_of(window.begin)
        moved = window.distribution.near(window.base, step, self.random)
        base = adjust_populations(self.compiled, self.uncertain, begin, window.base, moved)
        return replace(window, begin=begin, base=base)

    def close(self, particles: Particles, fixed_lag: FixedLag) -> None:
        """Write the end of the last window into the particles."""
        window = fixed_lag.last
        particles.history = fixed_lag.history
        for report in reports_of(self.reporting, window.days):
            bias = Gaussian(window.bias.mean[:, report.bias], window.bias.variance[:, report.bias])
            count = checked(report, truth_of(report, particles.history), bias)
            self.counts += [count] if count else []
        self.book(window, particles.history)
        path = window.path
        particles.normal, particles.state, particles.bias = path.normal, path.end, path.bias
        particles.drift = path.drift
        for report in reports_of(self.reporting, window.days):
            truth = truth_of(report, particles.history)
            self.fits.append(Fit(report.observation, *(float(x) for x in np.quantile(truth, FIT_LEVELS))))
        self.past.append(past_of(path.record, window.arrived, window.died, self.compiled.scenario))
        particles.arrived, particles.died = window.arrived_by_end(), window.died_by_end()
        if self.rejuvenations:
            self.remember(fixed_lag)

    def remember(self, fixed_lag: FixedLag) -> None:
        """Keep the windows of the last two weeks, as the particles that are left have them."""
        together = {window.days for window in fixed_lag.windows}
        before = [window.of(fixed_lag.ancestor) for window in self.recent if window.days not in together]
        recent = lately([*before, *fixed_lag.windows], fixed_lag.last.days[1] + 1)
        self.recent = [window.without_record() for window in recent]

    def book(self, window: Window, history: ShortFloats) -> None:
        """Book the unexplained flow of each count of a window on its day, in state, record, series and history."""
        path = window.path
        flows, bias, drift = drawn(self.reporting, history, window, self.random)
        window.path = path = replace(path, bias=bias, drift=drift)
        for n, report in enumerate(reports_of(self.reporting, window.days)):
            if report.unexplained > 0:
                (place,) = self.reporting.series[report.series].places
                p = self.compiled.scenario.place_index[place]
                present = path.series[:, -1, report.series].astype(np.float64)
                change = np.rint(with_unexplained(present, flows[:, n]) - present).astype(np.int64)
                moved = booked(self.compiled, p, change, path.end)
                days = slice(report.last - window.days[0], None)
                stock, waiting = path.record.group["stock"][:, days, p], path.record.place["waiting"][:, days, p]
                stock[:] = np.maximum(stock + moved.by_group[:, None], 0)
                waiting[:] = np.clip(waiting + moved.waiting[:, None], 0, stock.sum(2))
                path.series[:, days, report.series] = stock.sum(2)
        history[:, window.span] = path.series

    def run_to(self, particles: Particles, first: int, last: int, progress: Progress = None) -> None:
        """Propagate the particles from a first to a last day, conditioned on the reports of those days."""
        days = sorted({report.last for report in self.reporting.reports if first <= report.last <= last})
        for span in windows(days, last, first):
            self.survivals.append(self.advance(particles, span))
            if progress is not None:
                progress(span[1] + 1, last + 1)
        check_conservation(particles.state)

    def extend(self, compiled: Compiled, reporting: Reporting, particles: Particles) -> None:
        """Take over what has become known since: more events, more reports, of more sources and series."""
        series, biases = len(reporting.series), len(reporting.biases)
        self.recent = []
        self.compiled, self.reporting = compiled, reporting
        new = np.broadcast_to(reporting.bias_sd**2, (self.count, biases))[:, particles.bias.mean.shape[1] :]
        particles.bias = Gaussian(
            np.hstack([particles.bias.mean, np.zeros(new.shape)]),
            np.hstack([particles.bias.variance, new]),
        )
        fresh = self.first_drift(reporting.series[particles.drift.mean.shape[1] :])
        particles.drift = Gaussian(*(np.hstack(parts) for parts in zip(particles.drift, fresh, strict=True)))
        shape = (*particles.history.shape[:2], series - particles.history.shape[2])
        particles.history = np.concatenate([particles.history, np.zeros(shape, np.float32)], axis=2)

    @property
    def effective_size(self) -> float:
        """Return the smallest effective number of ancestors over all windows."""
        return min((one.effective for one in self.survivals), default=float(self.count))

    def conflicts(self, as_of: date) -> tuple[Conflict, ...]:
        """Return the exact counts of the last four weeks that the fit contradicts."""
        return conflicts_of(self.compiled.scenario, self.counts, as_of)

    def notes(self, as_of: date) -> tuple[str, ...]:
        """Return what a reader must know about the fit: its conflicts, and where few histories are left."""
        note = degeneracy_note(self.compiled.scenario, self.survivals, self.count)
        return (*(one.words for one in self.conflicts(as_of)), *([note] if note else []))


def narrowings(widening: float) -> Iterator[float]:
    """Yield narrower and narrower further errors of reports, log units; the last is none.

    Examples
    --------
    >>> [round(narrow, 2) for narrow in narrowings(0.3)]
    [0.1, 0.03, 0.01, 0.0]
    """
    while widening > _NARROWEST:
        widening /= _NARROWING
        yield widening
    yield 0.0


def _adapted(step: float, rate: float) -> float:
    """Return a step made smaller or larger towards the share of proposals that should be accepted."""
    return float(np.clip(step * np.exp(rate - _GOOD_RATE), 0.02, 1.0))


def _block(b: int) -> slice:
    return slice(b * BLOCK, (b + 1) * BLOCK)
