"""How often a fall is listed where people only come and go: random walks of the root of people.

The rates stand in docs/explanation/reporting.md. Of 2,000 walks each, none was listed with normal steps and 1.4, 2.3
and 3.0 % with heavy ones. If 3 % is the true rate, more than the 5 % that are allowed come once in a million times.
"""

import numpy as np
import pytest

from corridor.inference.reregistrations import unexplained_drops
from tests.reports import camps, reports

pytestmark = pytest.mark.statistical

WALKS, WEEKS = 2_000, 53
FALL = 0.3


def walks(law, per_day, seed):
    """Return weekly reports of a year, (walk, week), whose roots walk with a standard deviation per root of a day."""
    chance = np.random.default_rng(seed)
    steps = chance.standard_t(5, (WALKS, WEEKS)) / np.sqrt(5 / 3) if law == "heavy" else None
    steps = chance.standard_normal((WALKS, WEEKS)) if steps is None else steps
    roots = np.sqrt(20_000) + np.cumsum(per_day * np.sqrt(7) * steps, axis=1)
    return np.rint(np.maximum(roots, 0.0) ** 2).astype(int)


def listed(people):
    """Return the share of walks in which a fall is listed."""
    stated = camps("camp", days=7 * WEEKS)
    told = (reports(camp=dict(zip(range(0, 7 * WEEKS, 7), line, strict=True))) for line in people)
    return np.mean([bool(unexplained_drops(stated, one)) for one in told])


@pytest.mark.parametrize(("law", "most"), [("normal", 0.005), ("heavy", 0.05)])
@pytest.mark.parametrize("per_day", [0.5, 1.0, 3.0])
def test_people_who_come_and_go_are_rarely_taken_for_a_fall(law, most, per_day):
    assert listed(walks(law, per_day, seed=11)) <= most


def test_a_fall_of_three_in_ten_is_found_where_people_come_and_go_quietly():
    people = walks("normal", 0.5, seed=12)
    people[:, 26:] = np.rint(people[:, 26:] * (1 - FALL))
    assert listed(people) >= 0.95
