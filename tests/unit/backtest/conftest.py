"""Two camps with weekly reports that become known two days later."""

import numpy as np
import pytest

from corridor.scenario.observations import Observations
from tests.reports import camps, report

PLACES = ("lake", "hill")


@pytest.fixture
def two_camps():
    """Return a scenario of 120 days and its reports: one camp grows, the other shrinks, with noise."""
    noise = np.random.default_rng(1).normal(0, 150, (20, 2)).round()
    rows = [
        report(place, 6 * n, int(max(0, (2_000 + slope * n) + noise[n, p])), known=6 * n + 2)
        for n in range(20)
        for p, (place, slope) in enumerate(zip(PLACES, (300, -80), strict=True))
    ]
    return camps(*PLACES), Observations(tuple(rows))
