"""Posterior: parameters, biases of sources and the present, given the reports."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.compile.rates import prior_values
from corridor.inference.conflicts import DEGENERATE
from corridor.inference.observation_model import DEFINING, ObservedSeries
from corridor.scenario.observations import Measure

if TYPE_CHECKING:
    from datetime import date

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.compile.rates import Uncertain
    from corridor.engine.program import Floats, Ints, ShortFloats, State
    from corridor.inference.conflicts import Conflict
    from corridor.inference.filtered_history import Fit, Past
    from corridor.inference.observation_model import Reporting


_SHOWN = 30
"""Parameters that fit on a screen."""


@dataclass(frozen=True, repr=False)
class Posterior:
    """Draws of everything uncertain, equally likely, with the past that led to each.

    Attributes
    ----------
    compiled
        The scenario as it was known on the last day, compiled.
    as_of
        Last day known.
    uncertain
        What the columns of ``normal`` stand for.
    normal
        Shape (draw, parameter), standard normal under the prior.
    bias
        Shape (draw, source and measure), log units.
    reporting
        The figures that were used.
    drift
        Shape (draw, place): drift of the unexplained flow on the last day, log units a day; zero where nothing is
        counted.
    end_state
        Where everybody is at the end of the last day, for each draw.
    arrived, died
        Shapes (draw, place) and (draw, place, group): people since the start of the calendar.
    history
        Shape (draw, t, series): daily values of each reported series.
    fits
        The fitted value of each report that was used.
    past
        Quantiles of each day, given the reports up to the end of its window.
    effective_sample_size
        Smallest effective number of particles on any day with reports.
    particles
        Number of particles that were run; none without a mechanism.
    conflicts
        Exact counts of the last four weeks outside the 99 % interval of the fit, with what to state.
    notes
        What a reader must know about the fit, in sentences.
    """

    compiled: Compiled
    as_of: date
    uncertain: Uncertain
    normal: Floats
    bias: Floats
    reporting: Reporting
    drift: Floats
    end_state: State
    arrived: Ints
    died: Ints
    history: ShortFloats
    fits: tuple[Fit, ...]
    past: Past
    effective_sample_size: float
    particles: int
    conflicts: tuple[Conflict, ...]
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        """Return the posterior on one screen: the fit, what it contradicts, and what was learnt."""
        head = (
            f"Posterior of {self.compiled.scenario.name} on {self.as_of}: {self.draws} draws of {self.particles} "
            f"histories, {len(self.fits)} reports, effective sample size {self.effective_sample_size:.0f}"
        )
        lines = [head, *(f"! {note}" for note in self.notes)]
        for row in self.summary()[:_SHOWN]:
            likely, low, high = (_short(float(row[level])) for level in ("p50", "p05", "p95"))
            lines.append(f"  {row['parameter']} ({row['unit']}): {likely} ({low} to {high} in 9 of 10)")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        return f"<pre>{escape(repr(self))}</pre>"

    @property
    def degenerate(self) -> str | None:
        """Return the sentence that says which days left few histories; None where enough are left."""
        return next((note for note in self.notes if note.startswith(DEGENERATE)), None)

    @property
    def has_mechanism(self) -> bool:
        """Whether histories were run; without a mechanism the reports alone speak."""
        return self.particles > 0

    @property
    def draws(self) -> int:
        """Return the number of draws."""
        return self.normal.shape[0]

    def values(self, key: str) -> Floats:
        """Return the draws of a parameter, in its own unit."""
        j = self.uncertain.keys.index(key)
        return prior_values(self.uncertain.parameters[j], self.normal[:, j])

    def stock_draws(self, place: str, day: int) -> Floats:
        """Return how many people each draw held at a place of which there are reports, (draw,).

        Parameters
        ----------
        place
            Where.
        day
            Day of the calendar, not after the last one.
        """
        series = self.reporting.series.index(ObservedSeries((place,), Measure.STOCK, None))
        return self.history[:, day, series].astype(np.float64)

    def report_factor(self, place: str) -> Floats:
        """Return what is reported for each person at a place by whoever counted it last, (draw,); 1 where nobody has.

        A figure that only bounds what was counted before is no count.

        Parameters
        ----------
        place
            Where.
        """
        counts = [
            report.bias
            for report in self.reporting.reports
            if self.reporting.series[report.series] == ObservedSeries((place,), Measure.STOCK, None)
            and not report.observation.only_bounds
        ]
        factor: Floats = np.exp(self.bias[:, counts[-1]]) if counts else np.ones(self.draws)
        return factor

    def summary(self) -> list[dict[str, str | float]]:
        """Return prior and posterior quantiles of each parameter and each bias that there may be, one row each.

        The columns are parameter, unit, prior_p05, prior_p50, prior_p95, p05, p50, p95.
        """
        levels = (0.05, 0.5, 0.95)
        normal = np.array([-1.6448536, 0.0, 1.6448536])
        rows: list[dict[str, str | float]] = []
        for parameter in self.uncertain.parameters:
            prior = prior_values(parameter, normal)
            now = np.quantile(self.values(parameter.key), levels)
            rows.append(_row(parameter.key, parameter.unit, prior, now))
        for b, (source, measure) in enumerate(self.reporting.biases):
            if (source, measure) == DEFINING:
                continue
            prior = np.exp(normal * self.reporting.bias_sd[b])
            now = np.quantile(np.exp(self.bias[:, b]), levels)
            rows.append(_row(f"report_factor.{source}.{measure}", "factor", prior, now))
        return rows

    def fit_rows(self) -> list[dict[str, object]]:
        """Return the reports that were used with their fitted values, one row each."""
        named = ("date", "place", "measure", "group", "period_start", "source")
        return [
            {
                **{name: getattr(fit.observation, name) for name in named},
                "reported": round(fit.observation.people or 0),
                **{level: round(getattr(fit, level), 1) for level in ("p05", "p50", "p95")},
            }
            for fit in self.fits
        ]


def _row(key: str, unit: str, prior: Floats, now: Floats) -> dict[str, str | float]:
    return {
        "parameter": key,
        "unit": unit,
        **{f"prior_{name}": float(x) for name, x in zip(("p05", "p50", "p95"), prior, strict=True)},
        **{name: float(x) for name, x in zip(("p05", "p50", "p95"), now, strict=True)},
    }


def _short(value: float) -> str:
    """Return a value with three digits that matter, and never as a power of ten."""
    return f"{float(f'{value:.3g}'):,.10f}".rstrip("0").rstrip(".")
