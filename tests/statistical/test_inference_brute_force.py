"""A small siege: the posterior beside many histories drawn from the prior and weighed by the same three figures.

Parameters do not drift here, so that whole histories drawn by `simulate` and weighed by how likely the figures are
(importance sampling) have the same posterior. The densities of the figures are written out again, with scipy. The
share of weighted histories below a quantile of the posterior must be its level, up to four standard errors of both
samples (false alarm 6e-5 for each). How many draws the weighted histories are worth follows from their weights. What
a posterior is worth was measured: between ten seeds, the share below its median had a standard deviation of 0.02,
which is that of 600 independent draws. It is less than the smallest effective number on a day with reports, because
what is lost in several windows adds up where parameters cannot drift.
"""

import math

import numpy as np
import pytest
from scipy import stats

from corridor.engine.run.simulate import simulate
from corridor.inference.calibrate import calibrate
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.parameters import LogNormal, Uniform
from tests.builders import camp, day, drive, event, people, scenario, screening, town, transit, walk

pytestmark = pytest.mark.statistical

LAST = 19
MEMBERS, DRAWS, SEEDS = 12_000, 2_000, (1, 2, 3)
WORTH = 600.0 * len(SEEDS)
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
GRADE_SD, GRADE_BIAS, ABOUT, EDGE, TAIL = 0.08, 0.08, 0.05, 0.2, 0.5


def siege():
    """Return a besieged town of unknown size, a corridor for a week, screening, a transit centre and a camp."""
    places = (town("old_town", None), screening("ridge", 300), transit("junction"), camp("plain", None))
    routes = (walk("old_town", "ridge", 6), drive("ridge", "junction", 42), drive("junction", "plain", 130))
    events = (
        event("siege", "old_town"),
        event("corridor", "old_town", 7, 13, 400),
        event("transport", "junction>plain", 0, None, 350),
    )
    uncertain = {
        "population.old_town": LogNormal(median=4_000, within_factor=2.5),
        "population.plain": LogNormal(median=2_000, within_factor=1.5),
        "leak_rate_per_day": LogNormal(median=0.005, within_factor=3),
        "corridor_uptake_per_day": LogNormal(median=0.08, within_factor=3),
        "push_sd": Uniform(low=0.2, high=0.8),
        "push_day_sd": 0.4,
        "gate_day_sd": 0.3,
        "parameter_days": 1e6,
        "population_days": 1e6,
        "stray_fraction": 0.0,
        "unseen_sd": 0.0,
        "report_sd_c": GRADE_SD,
        "bias_sd_c": GRADE_BIAS,
        "about_sd": ABOUT,
        "edge_sd": EDGE,
        "inside_tail": TAIL,
    }
    return scenario(places, routes, events, days=LAST + 1, values=uncertain)


REPORTS = (
    Observation(date=day(6), place="old_town", measure="inside", count=3_500, source="radio"),
    Observation(date=day(12), place="plain", measure="stock", count=3_300, qualifier="about", source="registry"),
    Observation(date=day(18), place="ridge", measure="arrivals", count=1_900, period_start=day(3), source="dispatch"),
)


def weights(prior):
    """Return how likely the three figures are in each history; no two share a bias, so that it only widens them.

    The registry is the only one who counts the camp: who is present is by definition whom it counts, without a bias.
    """
    inside, stock = (np.log1p(people(prior, *where)) for where in (("inside", "old_town", 6), ("stock", "plain", 12)))
    came = np.log1p(people(prior, "arrivals", "ridge")[:, 3:19].sum(1))
    figures = [math.log1p(row.count) for row in REPORTS]
    biases = (GRADE_BIAS, 0.0, GRADE_BIAS)
    base = [GRADE_SD**2 + bias**2 + 1 / (row.count + 1) for row, bias in zip(REPORTS, biases, strict=True)]
    # A source knows log x + error and states less than it knows, by an exponential amount: exactly scipy's exponnorm.
    wide = math.sqrt(base[0] + EDGE**2)
    log_weight = stats.exponnorm.logpdf(inside, TAIL / wide, loc=figures[0], scale=wide)
    log_weight += stats.norm.logpdf(figures[1], stock, math.sqrt(base[1] + ABOUT**2))
    log_weight += stats.norm.logpdf(figures[2], came, math.sqrt(base[2] + EDGE**2 / 16))
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum()


def at(posterior, place):
    """Return how many people are at a place on the last day, draw by draw."""
    index = [row.place for row in posterior.compiled.scenario.places].index(place)
    return posterior.end_state.people[:, posterior.compiled.program.network.slot.place == index].sum((1, 2))


QUANTITIES = {
    "inside": (lambda prior: people(prior, "inside", "old_town", LAST), lambda found: at(found, "old_town")),
    "stock": (lambda prior: people(prior, "stock", "plain", LAST), lambda found: at(found, "plain")),
    "arrived": (
        lambda prior: people(prior, "arrivals", "plain").sum(1),
        lambda found: found.arrived[:, 3],
    ),
    "queue": (lambda prior: people(prior, "waiting", "junction", LAST), lambda found: at(found, "junction")),
}


def shares(values, weight, cut):
    """Return the share of weighted values below a cut; ties count half."""
    return weight[values < cut].sum() + 0.5 * weight[values == cut].sum()


def width(values, weight):
    """Return the width of the 90 % interval of weighted values."""
    order = np.argsort(values)
    low, high = np.interp([0.05, 0.95], weight[order].cumsum(), values[order])
    return high - low


@pytest.mark.slow
def test_the_posterior_is_that_of_weighted_histories_and_not_the_prior():
    """The prior's intervals are at least half as wide again, so that it would not agree."""
    stated = siege()
    prior = simulate(stated, members=MEMBERS, seed=5)
    weight = weights(prior)
    found = [calibrate(stated, Observations(REPORTS), as_of=day(LAST), draws=DRAWS, seed=seed) for seed in SEEDS]
    worth = 1 / ((weight**2).sum() + 1 / WORTH)
    for quantity, (of_prior, of_posterior) in QUANTITIES.items():
        seen, draws = of_prior(prior), np.concatenate([of_posterior(posterior) for posterior in found])
        even = np.full(draws.size, 1 / draws.size)
        for level in LEVELS:
            cut = np.quantile(draws, level)
            error = math.sqrt(level * (1 - level) / worth)
            assert error < 0.02, "the comparison would say nothing"
            assert shares(seen, weight, cut) == pytest.approx(shares(draws, even, cut), abs=4 * error), quantity
        if quantity != "queue":
            assert width(seen, np.full(seen.size, 1 / seen.size)) > 1.5 * width(seen, weight), quantity
