"""How likely the reports of a window are for each particle, and what they say of biases and unexplained flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.inference.observation_model import Gaussian, learn
from corridor.inference.resampling import effective
from corridor.inference.unexplained_flow import drift_sd, flow_and_drift, split, unexplained_variance, with_unexplained

if TYPE_CHECKING:
    from corridor.engine.program import Floats, ShortFloats
    from corridor.inference.observation_model import Report, Reporting
    from corridor.inference.windows import Window
    from corridor.scenario.observations import Observation


class Weighed(NamedTuple):
    """The likelihood of the reports of a window, the laws given them, and the report that leaves fewest particles."""

    bias: Gaussian  # (m, bias)
    drift: Gaussian  # (m, series)
    unexplained: Gaussian  # (m, report) flow, log units
    log_likelihood: Floats  # (m,)
    hardest: Observation | None


def weigh(reporting: Reporting, history: ShortFloats, window: Window, widening: float = 0.0) -> Weighed:
    """Return what the reports of a window say of every particle.

    Parameters
    ----------
    reporting
        All reports.
    history
        Shape (m, t, series), up to the last day of the window at least.
    window
        The window.
    widening
        Further error of all reports, log units.
    """
    reports, count = reports_of(reporting, window.days), window.bias.mean.shape[0]
    total = np.zeros(count)
    hardest: tuple[float, Observation | None] = (np.inf, None)
    biases, drifts = (Gaussian(part.mean.copy(), part.variance.copy()) for part in (window.bias, window.drift))
    flows = Gaussian(*np.zeros((2, count, len(reports))))
    for n, report in enumerate(reports):
        bias = Gaussian(biases.mean[:, report.bias], biases.variance[:, report.bias])
        truth = truth_of(report, history)
        if report.unexplained > 0:
            s = report.series
            earlier = [m for m, other in enumerate(reports[:n]) if other.series == s]
            truth = with_unexplained(truth, flows.mean[:, earlier].sum(1))
            drift_before = Gaussian(drifts.mean[:, s], drifts.variance[:, s])
            noise = unexplained_variance(report, truth)
            joint = flow_and_drift(drift_before, report.since, drift_sd(report.unexplained), noise)
            wide = Gaussian(bias.mean + joint.flow.mean, bias.variance + joint.flow.variance)
            gain, after = learn(report, truth, wide, reporting.stray_fraction, widening)
            after, flow, later = split(bias, joint, after)
            (flows.mean[:, n], flows.variance[:, n]), (drifts.mean[:, s], drifts.variance[:, s]) = flow, later
        else:
            gain, after = learn(report, truth, bias, reporting.stray_fraction, widening)
        biases.mean[:, report.bias], biases.variance[:, report.bias] = after
        total += reporting.weight * gain
        if effective(gain) < hardest[0]:
            hardest = effective(gain), report.observation
    return Weighed(biases, drifts, flows, total, hardest[1])


def reports_of(reporting: Reporting, days: tuple[int, int]) -> list[Report]:
    """Return the reports whose last day lies in a window."""
    return [report for report in reporting.reports if days[0] <= report.last <= days[1]]


def truth_of(report: Report, history: ShortFloats) -> Floats:
    """Return what a report counts, for each particle: a level, or a sum over its days."""
    counted: Floats = history[:, report.first : report.last + 1, report.series].sum(1, dtype=np.float64)
    return counted
