"""A back-test that finds nothing to score says why, and proposes options that do score something."""

import re

import pytest

from corridor.backtest.evaluate import evaluate
from corridor.backtest.origins import Schedule
from corridor.errors import UsageError
from corridor.forecasters.base import ForecasterSet
from corridor.forecasters.baselines import BASELINES
from corridor.scenario.observations import Observations
from tests.reports import camps, report, reports

PLAIN = ForecasterSet(independent=BASELINES)


def refused(scenario, observations, schedule=None):
    """Return the words with which a back-test is refused."""
    with pytest.raises(UsageError) as caught:
        evaluate(scenario, observations, schedule=schedule, models=PLAIN, seed=1)
    return str(caught.value)


def proposed(words, asked):
    """Return the schedule that the words propose."""
    value = dict(re.findall(r"--([a-z-]+) ([\d,]*\d)", words))
    return Schedule(
        int(value.get("every", asked.every_days)),
        int(value.get("first-day", asked.first_day)),
        tuple(map(int, value["horizons"].split(","))) if "horizons" in value else asked.horizons,
    )


@pytest.mark.parametrize(
    ("observations", "asked", "reason"),
    [
        (reports(lake={1: 100, 3: 150, 10: 300}), Schedule(), "the last report is of day 10, the first origin day 30"),
        (reports(lake={40: 100, 42: 140}), Schedule(14, 10, (28,)), "none lies within three days of 28 days"),
        (reports(lake={0: 100, 85: 150}), Schedule(14, 30, (7,)), "none lies within three days of 7 days"),
        (reports(lake={0: 9, 40: 8}), Schedule(14, 3000), "the first origin would be day 3000, and the calendar ends"),
        (
            Observations(tuple(report("lake", n, 20, measure="arrivals") for n in (2, 4, 6))),
            Schedule(),
            "the last report is of day 6, the first origin day 30",
        ),
    ],
    ids=["early", "horizon too long", "far apart", "late origin", "flows"],
)
def test_what_is_proposed_scores_something(observations, asked, reason):
    scenario = camps("lake", days=100)
    words = refused(scenario, observations, asked)
    assert reason in words
    other = proposed(words, asked)
    assert other != asked
    scores = evaluate(scenario, observations, schedule=other, models=PLAIN, seed=1)
    assert scores.targets or scores.flows


@pytest.mark.parametrize(
    ("observations", "reason"),
    [
        (Observations(()), "there is none at all"),
        (reports(lake={0: 100}), "the last report is of day 0"),
        (reports(lake={0: 0, 40: 150, 50: 150, 60: 150}), "each place has one figure that never changes"),
        (
            Observations(tuple(report("lake", 7 * n, 900 - n, measure="cumulative_arrivals") for n in range(9))),
            "cumulative",
        ),
        (
            Observations((report("lake", 9, 3, measure="deaths"), report("lake", 50, 90, qualifier="more_than"))),
            "(1 of deaths, 1 bounds or without a figure)",
        ),
    ],
    ids=["none", "one", "filled in", "falling", "bounds"],
)
def test_where_no_options_help_reports_are_asked_for(observations, reason):
    words = refused(camps("lake", days=100), observations)
    assert reason in words
    assert words.endswith("Add reports.")
