"""What the reports of a window say of biases and unexplained flows together."""

from types import SimpleNamespace

import numpy as np
import pytest

from corridor.inference.observation_model import Gaussian, reporting_of
from corridor.inference.unexplained_flow import drift_sd, flow_and_drift, unexplained_variance
from corridor.inference.weighing import drawn, weigh
from corridor.scenario.observations import Observation
from tests.builders import camp, day, drive, scenario, town

COUNT, TRUTH, LAST = 100_000, 10_000.0, 20
UNSEEN_SD, FIGURE = 0.3, 13_000


@pytest.fixture(scope="module")
def window():
    """Return reports, histories and a window: a copy of a count of a camp, by a source that has been off before."""
    stated = scenario(
        (town("north", 5_000), camp("lake", 1_000)),
        (drive("north", "lake", 60),),
        days=60,
        values={"unseen_sd": UNSEEN_SD, "stray_fraction": 0.0},
    )
    rows = [
        Observation(date=day(number), place="lake", measure="stock", count=count, source=source)
        for number, count, source in ((0, 10_000, "agency"), (LAST, FIGURE, "another"))
    ]
    reporting = reporting_of(stated, rows)
    bias = Gaussian(np.tile([0.0, 0.1], (COUNT, 1)), np.tile([0.0, 0.04], (COUNT, 1)))
    drift = Gaussian(np.full((COUNT, 1), 0.002), np.full((COUNT, 1), drift_sd(UNSEEN_SD) ** 2))
    history = np.full((COUNT, 60, 1), TRUTH, dtype=np.float32)
    begun = SimpleNamespace(days=(1, LAST), bias=bias, drift=drift)
    begun.path = SimpleNamespace(bias=weigh(reporting, history, begun).bias)
    return reporting, history, begun


def joint_law(window):
    """Return the mean and covariance of bias, flow and drift given the report, as linear algebra has them."""
    reporting, _, begun = window
    report = reporting.reports[-1]
    one = np.array([TRUTH])
    drift = Gaussian(begun.drift.mean[:1, 0], begun.drift.variance[:1, 0])
    law = flow_and_drift(drift, report.since, drift_sd(UNSEEN_SD), unexplained_variance(report, one))
    mean = np.array([0.1, law.flow.mean[0], law.drift.mean[0]])
    shared = law.covariance[0]
    prior = np.array([[0.04, 0, 0], [0, law.flow.variance[0], shared], [0, shared, law.drift.variance[0]]])
    sight = np.array([1.0, 1.0, 0.0])
    gain = prior @ sight / (sight @ prior @ sight + report.sd**2)
    seen = np.log1p(FIGURE) - np.log1p(TRUTH)
    return mean + gain * (seen - sight @ mean), prior - np.outer(gain, sight @ prior)


def test_flows_biases_and_drifts_are_drawn_from_their_joint_law(window):
    reporting, history, begun = window
    mean, covariance = joint_law(window)
    found = drawn(reporting, history, begun, np.random.default_rng(5))
    flow, bias, drift = found.flows[:, 0], found.bias.mean[:, 1], found.drift.mean[:, 0]
    # what is left uncertain of bias and drift once the flow is drawn, and how they go with it: six standard errors
    error = 6 / np.sqrt(COUNT)
    assert flow.mean() == pytest.approx(mean[1], abs=error * np.sqrt(covariance[1, 1]))
    assert flow.var() == pytest.approx(covariance[1, 1], rel=2 * error)
    for part, law, n in ((bias, found.bias.variance[:, 1], 0), (drift, found.drift.variance[:, 0], 2)):
        assert part.mean() == pytest.approx(mean[n], abs=error * np.sqrt(covariance[n, n]))
        assert part.var() + law.mean() == pytest.approx(covariance[n, n], rel=2 * error)
        assert np.cov(part, flow)[0, 1] == pytest.approx(covariance[n, 1], rel=4 * error)
    assert covariance[0, 1] < 0 < covariance[2, 1]


def test_what_a_counter_counts_has_no_bias_to_learn(window):
    reporting, history, begun = window
    found = drawn(reporting, history, begun, np.random.default_rng(5))
    assert (found.bias.mean[:, 0] == 0).all()
    assert found.bias.variance[:, 0].max() < 1e-9
