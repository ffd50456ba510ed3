"""The posterior of a camp of unknown size, beside what normal numbers and integrals on a grid say.

Nothing happens in the camp, so that its logarithm and the biases of the sources are jointly normal and every firm
figure is one linear equation between them. Means are compared within five standard errors, and standard deviations
within a fifth; seeds are fixed. The number that errors are taken from is the effective number of ancestors that the
posterior itself reports.
"""

import math

import numpy as np
import pytest
from scipy import stats

from corridor.inference.calibrate import calibrate
from corridor.inference.filtered_history import PAST_LEVELS
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.parameters import LogNormal
from tests.builders import camp, day, event, scenario, town, walk

pytestmark = pytest.mark.statistical

MEDIAN, FACTOR = 20_000, 2.0
PRIOR_SD = math.log(FACTOR) / stats.norm.ppf(0.95)
FOR_EVER = 1e6
ERROR, BIAS = 0.10, 0.15
"""Of every source: they all have grade C, which these tests set."""


def figure(count, when=0, **fields):
    """Return a figure of a group: the counts of everybody by the counter of a camp would have no bias."""
    fields = fields if "measure" in fields else {"group": "everybody", **fields}
    stated = {"date": day(when), "place": "camp", "measure": "stock", "count": count, "source": "one", **fields}
    return Observation(**stated)


def waiting(days, values):
    """Return a camp in which nothing happens."""
    return scenario((camp("camp", None),), days=days, values=values)


def besieged(days, values):
    """Return a town that nobody leaves."""
    places = (town("camp", None), camp("plain"))
    return scenario(places, (walk("camp", "plain"),), (event("siege", "camp"),), days=days, values=values)


def fitted(*rows, last=0, draws=4_000, scene=waiting, **values):
    """Return the posterior of one place whose people stay where they are."""
    still = {
        "population.camp": LogNormal(median=MEDIAN, within_factor=FACTOR),
        "parameter_days": FOR_EVER,
        "population_days": FOR_EVER,
        "stray_fraction": 0.0,
        "unseen_sd": 0.0,
        "report_sd_c": ERROR,
        "bias_sd_c": BIAS,
        "edge_sd": 0.0,
        **values,
    }
    return calibrate(scene(last + 1, still), Observations(rows), as_of=day(last), draws=draws, seed=11)


def log_stock(posterior):
    """Return the logarithm of the people in the place at the end, draw by draw."""
    return np.log1p(posterior.end_state.people.sum((1, 2)))


def conditioned(mean, covariance, equations, seen, errors):
    """Return mean and covariance of normal numbers after noisy linear equations between them."""
    spread = equations @ covariance @ equations.T + np.diag(np.square(errors))
    gain = covariance @ equations.T @ np.linalg.inv(spread)
    return mean + gain @ (seen - equations @ mean), covariance - gain @ equations @ covariance


def agree(draws, mean, sd, worth):
    """Say whether draws have a mean within five standard errors, and a standard deviation within a fifth."""
    assert sd / math.sqrt(worth) < 0.1 * PRIOR_SD, "the comparison would say nothing"
    return abs(draws.mean() - mean) < 5 * sd / math.sqrt(worth) and abs(draws.std() / sd - 1) < 0.2


def error_of(count):
    return math.hypot(ERROR, 1 / math.sqrt(count + 1))


@pytest.mark.parametrize("count", [20_000, 31_000, 13_500])
def test_one_exact_figure_and_a_prior_meet_where_normal_numbers_do(count):
    found = fitted(figure(count))
    mean, covariance = conditioned(
        np.array([math.log(MEDIAN), 0.0]),
        np.diag([PRIOR_SD**2, BIAS**2]),
        np.array([[1.0, 1.0]]),
        np.array([math.log1p(count)]),
        [error_of(count)],
    )
    sd = np.sqrt(np.diag(covariance))
    bias = found.bias[:, 0]
    assert agree(log_stock(found), mean[0], sd[0], found.effective_sample_size)
    assert agree(bias, mean[1], sd[1], found.effective_sample_size)
    correlation = np.corrcoef(log_stock(found), bias)[0, 1]
    assert correlation == pytest.approx(covariance[0, 1] / (sd[0] * sd[1]), abs=0.1)


def test_ten_figures_of_one_source_leave_its_bias_and_figures_of_two_sources_do_not():
    """Ten figures of one source average its errors out, and never what it gets wrong each time."""
    count = 26_000
    same = fitted(*(figure(count, when) for when in range(10)), last=9)
    mean, covariance = conditioned(
        np.array([math.log(MEDIAN), 0.0]),
        np.diag([PRIOR_SD**2, BIAS**2]),
        np.ones((10, 2)),
        np.full(10, math.log1p(count)),
        [error_of(count)] * 10,
    )
    assert agree(log_stock(same), mean[0], math.sqrt(covariance[0, 0]), same.effective_sample_size)
    others = fitted(*(figure(count, when, source=f"source {when}") for when in range(10)), last=9)
    mean, covariance = conditioned(
        np.array([math.log(MEDIAN)]),
        np.array([[PRIOR_SD**2]]),
        np.ones((10, 1)),
        np.full(10, math.log1p(count)),
        [math.hypot(error_of(count), BIAS)] * 10,
    )
    assert agree(log_stock(others), mean[0], math.sqrt(covariance[0, 0]), others.effective_sample_size)
    assert log_stock(others).std() < 0.6 * log_stock(same).std()


def test_two_sources_that_disagree_are_each_believed_in_part():
    found = fitted(figure(15_000, 0, source="low"), figure(30_000, 0, source="high"))
    mean, covariance = conditioned(
        np.array([math.log(MEDIAN), 0.0, 0.0]),
        np.diag([PRIOR_SD**2, BIAS**2, BIAS**2]),
        np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]),
        np.log1p([15_000, 30_000]),
        [error_of(15_000), error_of(30_000)],
    )
    sd = np.sqrt(np.diag(covariance))
    order = {source: b for b, (source, _) in enumerate(found.reporting.biases)}
    draws = (log_stock(found), found.bias[:, order["low"]], found.bias[:, order["high"]])
    for j in range(3):
        assert agree(draws[j], mean[j], sd[j], found.effective_sample_size)


def test_what_was_counted_long_ago_is_forgotten_as_fast_as_the_memory_says():
    """The logarithm of the camp wanders with a memory of 30 days: figures on days 0 and 40, seen on day 60."""
    memory, when = 30.0, (0, 40, 60)
    found = fitted(figure(30_000, 0, source="low"), figure(14_000, 40, source="high"), last=60, population_days=memory)
    keep = np.exp(-np.abs(np.subtract.outer(when, when)) / memory)
    mean, covariance = conditioned(
        np.full(3, math.log(MEDIAN)),
        PRIOR_SD**2 * keep,
        np.eye(3)[:2],
        np.log1p([30_000, 14_000]),
        [math.hypot(error_of(count), BIAS) for count in (30_000, 14_000)],
    )
    assert agree(log_stock(found), mean[2], math.sqrt(covariance[2, 2]), found.effective_sample_size)


def test_a_figure_of_half_weight_counts_as_half_a_figure():
    found = fitted(figure(30_000), report_weight=0.5)
    mean, covariance = conditioned(
        np.array([math.log(MEDIAN)]),
        np.array([[PRIOR_SD**2]]),
        np.ones((1, 1)),
        np.log1p([30_000]),
        [math.sqrt(2) * math.hypot(error_of(30_000), BIAS)],
    )
    assert agree(log_stock(found), mean[0], math.sqrt(covariance[0, 0]), found.effective_sample_size)


TAIL = 0.3
GRID = np.linspace(math.log(MEDIAN) - 6 * PRIOR_SD, math.log(MEDIAN) + 6 * PRIOR_SD, 4_001)
ALL = math.hypot(error_of(30_000), BIAS)


def beyond(stated):
    """Return how likely *at least* is: the truth less an exponential amount, in log units, with a normal error."""
    return stats.exponnorm.pdf(GRID - math.log1p(stated), TAIL / ALL, scale=ALL)


def short_of(stated):
    return stats.exponnorm.pdf(math.log1p(stated) - GRID, TAIL / ALL, scale=ALL)


def firm(stated, stray):
    return (1 - stray) * stats.norm.pdf(GRID, math.log1p(stated), ALL) + stray * stats.norm.pdf(
        GRID, math.log1p(stated), 1.5
    )


def within(low, high):
    return stats.norm.cdf(np.log1p(high), GRID, ALL) - stats.norm.cdf(np.log1p(low), GRID, ALL)


@pytest.mark.parametrize(
    ("row", "likelihood", "values"),
    [
        (figure(30_000, qualifier="at_least"), beyond(30_000), {}),
        (figure(30_000, qualifier="more_than"), beyond(30_000), {}),
        (figure(14_000, qualifier="at_most"), short_of(14_000), {}),
        (figure(14_000, qualifier="almost"), short_of(14_000), {}),
        (figure(25_000, count_high=35_000, qualifier="between"), within(25_000, 35_000), {}),
        (figure(60_000), firm(60_000, 0.1), {"stray_fraction": 0.1}),
    ],
    ids=["at_least", "more_than", "at_most", "almost", "between", "stray"],
)
def test_hedged_figures_leave_the_posterior_that_an_integral_gives(row, likelihood, values):
    """Levels of 5, 50 and 95 % lie within four standard errors of an integral (false alarm 2e-4 each)."""
    # What counting adds to the error differs a little from figure to figure; it is a thousandth of it.
    found = fitted(row, at_least_tail=TAIL, about_sd=TAIL, **values)
    density = likelihood * stats.norm.pdf(GRID, math.log(MEDIAN), PRIOR_SD)
    below = np.cumsum(density) / density.sum()
    draws = log_stock(found)
    for level in (0.05, 0.5, 0.95):
        share = (draws <= np.interp(level, below, GRID)).mean()
        assert share == pytest.approx(level, abs=4 * math.sqrt(level * (1 - level) / found.effective_sample_size))


@pytest.mark.parametrize(("count", "low", "high"), [(7_000, -0.15, 0.0), (60_000, 0.6, 1.1)])
def test_a_figure_of_people_inside_lifts_the_belief_when_large_and_hardly_lowers_it_when_small(count, low, high):
    """A third of what is believed lowers the log by less than 0.15, the threefold lifts it by more than 0.6."""
    found = fitted(figure(count, measure="inside"), inside_tail=1.5, scene=besieged)
    tail = stats.exponnorm.pdf(GRID - math.log1p(count), 1.5 / ALL, scale=ALL)
    density = tail * stats.norm.pdf(GRID, math.log(MEDIAN), PRIOR_SD)
    mean = (density * GRID).sum() / density.sum()
    assert low < mean - math.log(MEDIAN) < high
    assert log_stock(found).mean() == pytest.approx(mean, abs=5 * PRIOR_SD / math.sqrt(found.effective_sample_size))


DAY_SD = 0.7
USUAL = 10_000
"""People who leave on a usual day: so many in 100 million leak out that the binomial adds nothing to speak of."""


@pytest.mark.parametrize(
    ("counts", "weight"),
    [((60_000,), 1.0), ((60_000, 1_500, 11_000, 9_000, 80_000, 2_000), 1.0), ((60_000, 1_500), 0.5)],
    ids=["one exodus", "days unlike each other", "half weight"],
)
def test_the_good_and_the_bad_days_are_found_although_they_were_unlikely(counts, weight):
    """Each day's log is normal before and after its figure; quantiles lie within 0.15 of its deviation."""
    places = (town("town", 100_000_000), camp("plain"))
    values = {
        "leak_rate_per_day": USUAL / 1e8,
        "push_day_sd": DAY_SD,
        "stray_fraction": 0.0,
        "unseen_sd": 0.0,
        "edge_sd": 0.0,
        "report_sd_c": ERROR,
        "bias_sd_c": BIAS,
        "report_weight": weight,
    }
    stated = scenario(places, (walk("town", "plain"),), (event("siege", "town"),), days=len(counts), values=values)
    rows = [
        figure(count, when, place="town", measure="departures", source=f"source {when}")
        for when, count in enumerate(counts)
    ]
    found = calibrate(stated, Observations(tuple(rows)), as_of=day(len(counts) - 1), draws=1_000, seed=3)
    for when, count in enumerate(counts):
        error = math.hypot(error_of(count), BIAS) / math.sqrt(weight)
        trust = DAY_SD**2 / (DAY_SD**2 + error**2)
        mean, sd = math.log(USUAL) + trust * math.log(count / USUAL), math.sqrt(trust) * error
        for level in (0.05, 0.5, 0.95):
            seen = math.log(found.past["departures"][PAST_LEVELS.index(level), when, 0])
            assert (seen - mean) / sd == pytest.approx(stats.norm.ppf(level), abs=0.15)
