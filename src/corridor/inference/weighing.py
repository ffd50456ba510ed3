"""How likely the reports of a window are for each particle, and what they say of biases and unexplained flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.inference.observation_model import Gaussian, learn
from corridor.inference.resampling import effective
from corridor.inference.unexplained_flow import (
    drift_after,
    drift_sd,
    flow_and_drift,
    split,
    unexplained_variance,
    with_unexplained,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from corridor.engine.program import Floats, ShortFloats
    from corridor.inference.observation_model import Report, Reporting
    from corridor.inference.unexplained_flow import FlowLaw
    from corridor.inference.windows import Window
    from corridor.scenario.observations import Observation


class Weighed(NamedTuple):
    """The likelihood of the reports of a window, the laws given them, and the report that leaves fewest particles."""

    bias: Gaussian  # (m, bias)
    drift: Gaussian  # (m, series)
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
    biases, drifts = _begun(window)
    flows = np.zeros((count, len(reports)))
    for n, report in enumerate(reports):
        bias = Gaussian(biases.mean[:, report.bias], biases.variance[:, report.bias])
        truth = _truth(reports, n, history, flows)
        if report.unexplained > 0:
            s = report.series
            joint = _flow_before(report, truth, Gaussian(drifts.mean[:, s], drifts.variance[:, s]))
            wide = Gaussian(bias.mean + joint.flow.mean, bias.variance + joint.flow.variance)
            gain, after = learn(report, truth, wide, reporting.stray_fraction, widening)
            after, flow, (drifts.mean[:, s], drifts.variance[:, s]) = split(bias, joint, after)
            flows[:, n] = flow.mean
        else:
            gain, after = learn(report, truth, bias, reporting.stray_fraction, widening)
        biases.mean[:, report.bias], biases.variance[:, report.bias] = after
        total += reporting.weight * gain
        if effective(gain) < hardest[0]:
            hardest = effective(gain), report.observation
    return Weighed(biases, drifts, total, hardest[1])


class Drawn(NamedTuple):
    """Unexplained flows drawn given the reports of a window, and the laws of biases and drifts given both."""

    flows: Floats  # (m, report) log units
    bias: Gaussian  # (m, bias)
    drift: Gaussian  # (m, series)


def drawn(reporting: Reporting, history: ShortFloats, window: Window, random: Generator) -> Drawn:
    """Return a draw of the unexplained flows of a window, given its reports.

    Figures say how large bias and flow are together. So biases are drawn, then flows given them; with the flows, what
    is left of each figure says what the biases are. Laws of both drawn apart would count the same surprise twice.

    Parameters
    ----------
    reporting
        All reports.
    history
        Shape (m, t, series), up to the last day of the window at least.
    window
        The window, with the laws of the biases after its reports in its path.
    random
        Draws.
    """
    reports, stray = reports_of(reporting, window.days), reporting.stray_fraction
    biases, drifts = _begun(window)
    after = window.path.bias
    supposed = after.mean + np.sqrt(np.maximum(after.variance, 0.0)) * random.standard_normal(after.mean.shape)
    flows = np.zeros((supposed.shape[0], len(reports)))
    for n, report in enumerate(reports):
        truth = _truth(reports, n, history, flows)
        if report.unexplained > 0:
            s, bias = report.series, supposed[:, report.bias]
            joint = _flow_before(report, truth, Gaussian(drifts.mean[:, s], drifts.variance[:, s]))
            together = Gaussian(bias + joint.flow.mean, joint.flow.variance)
            _, together = learn(report, truth, together, stray)
            spread = np.sqrt(np.maximum(together.variance, 0.0))
            flows[:, n] = together.mean - bias + spread * random.standard_normal(bias.size)
            drifts.mean[:, s], drifts.variance[:, s] = drift_after(joint, flows[:, n])
            truth = with_unexplained(truth, flows[:, n])
        own = Gaussian(biases.mean[:, report.bias], biases.variance[:, report.bias])
        _, (biases.mean[:, report.bias], biases.variance[:, report.bias]) = learn(report, truth, own, stray)
    return Drawn(flows, biases, drifts)


def _begun(window: Window) -> tuple[Gaussian, Gaussian]:
    """Return the laws of the biases and drifts with which a window begins, to be written into."""
    return Gaussian(*map(np.copy, window.bias)), Gaussian(*map(np.copy, window.drift))


def _truth(reports: Sequence[Report], n: int, history: ShortFloats, flows: Floats) -> Floats:
    """Return what a report counts, with the flow at earlier counts of the same place in its window, (m,)."""
    truth = truth_of(reports[n], history)
    if reports[n].unexplained == 0:
        return truth
    earlier = [m for m in range(n) if reports[m].series == reports[n].series]
    return with_unexplained(truth, flows[:, earlier].sum(1))


def _flow_before(report: Report, truth: Floats, drift: Gaussian) -> FlowLaw:
    """Return the law of the flow since the last count and of the drift at its end, before the report is used."""
    noise = unexplained_variance(report, truth)
    return flow_and_drift(drift, report.since, drift_sd(report.unexplained), noise)


def reports_of(reporting: Reporting, days: tuple[int, int]) -> list[Report]:
    """Return the reports whose last day lies in a window."""
    return [report for report in reporting.reports if days[0] <= report.last <= days[1]]


def truth_of(report: Report, history: ShortFloats) -> Floats:
    """Return what a report counts, for each particle: a level, or a sum over its days."""
    counted: Floats = history[:, report.first : report.last + 1, report.series].sum(1, dtype=np.float64)
    return counted
