"""A forecast from the reports alone: several rules mixed, with scales and tails that other crises have taught.

*Rules.* Each rule of :mod:`corridor.forecasters.point_rules` has a weight by its mean scaled errors ``e``, those of
other crises ``G`` and those of the cases of this crisis with weights ``w``::

    share ~ (8 G + sum w min(|e|, 8))^(-(8 + sum w) / 2)

which is its likelihood under errors of a Laplace law of unknown width, tempered by half since cases overlap.
The best five are mixed.

*Scale.* The scale ``s`` learnt from other crises is multiplied by how much larger or smaller the errors of the cases
were. An error made after a wait of ``W'`` days, where the scale was ``s'``, is scaled half by the one that was learnt,
which is itself an estimate, and half by the root of the wait::

    e = missed / s  sqrt(s / s') (W / W')^(1/4)
    kappa = (6 + sum w |e| / E|z|) / (6 + sum w)

*Tails.* Quantiles are those of the shipped errors ``z``, times ``kappa``, as `PRIOR_SCALE_CASES` cases, and of the
errors of the cases that changed, a part `MIRRORED` of each with both signs: camps grow in bursts and rarely shrink, in
other crises, too; and of the last report itself, with the chance that a report repeats it. They are read off at the
levels below which, in other crises, as many reports fell as should.

*An empty place* has no growth to carry on. Places open at a steady rate, learnt from all reports that followed
one of nobody: ``n`` of somebody, ``T`` days waited for in all. With a gamma prior of shape ``OPENING_PRIOR / 2``
whose rate gives evens after `EVENS_DAYS`, it holds somebody after a wait of ``W`` days with chance::

    1 - exp(-W (OPENING_PRIOR / 2 + n) / (OPENING_PRIOR / 2 EVENS_DAYS / ln 2 + T))

and then as many as the cases that were about as empty, or about `OPENED_PEOPLE`.

The forecast is of what a report would say if one were made for that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from corridor.forecasters import settings
from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.learned import growth_of, shipped
from corridor.forecasters.point_rules import MODEL_RULES, RULES
from corridor.forecasters.replay import known_series, outlook, unit_of_errors
from corridor.forecasters.situations import EVEN, weighted_quantiles
from corridor.inference.report_series import overtaken, report_series
from corridor.inference.unexplained_flow import MONTH_DAYS
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from corridor.forecasters.base import ForecastTask
    from corridor.forecasters.learned import Learned
    from corridor.forecasters.replay import Cases, Reported, View

    Floats = NDArray[np.float64]

_LEAST_WEIGHT = 1e-3


@dataclass(frozen=True)
class ReportsForecaster:
    """A forecast from the reports alone.

    Attributes
    ----------
    learned
        What other crises have taught; the shipped one if not given.
    """

    learned: Learned | None = None

    @property
    def name(self) -> str:
        """Return how tables name it."""
        return "reports"

    def forecast(self, task: ForecastTask) -> Floats:
        """Return quantiles of the people present, (place, day, level)."""
        start = task.scenario.start
        series = report_series(task.observations, start)
        quantiles = reports_quantiles(
            series, day_of(task.origin, start), task.places, task.days, learned=self.learned or shipped()
        )
        month_sd = task.scenario.parameter("unseen_sd").prior.central
        for place, (days, share) in overtaken(task.observations, start).items():
            if place in task.places:
                row = task.places.index(place)
                quantiles[row] = widened(quantiles[row], overtaken_sd(days, share, month_sd), HUB_LEVELS)
        return quantiles


def overtaken_sd(days: int, share: float, month_sd: float) -> float:
    """Return the relative error of a count brought forward by flows, log units: each is off, and some are unreported.

    Parameters
    ----------
    days
        Days since the count.
    share
        People said to have come or gone since, relative to the figure carried forward.
    month_sd
        Spread of unreported flows over a month, log units.
    """
    return float(np.hypot(settings.FLOW_ERROR * share, month_sd * np.sqrt(days / MONTH_DAYS)))


def widened(quantiles: Floats, sd: float, levels: Sequence[float]) -> Floats:
    """Return quantiles of people, (…, level), with a further independent relative error, log units, about their median.

    Variances add: ``log(q / m)^2 + (z sd)^2`` at each level, with ``m`` the median and ``z`` the normal quantile.
    """
    log = np.log1p(np.maximum(quantiles, 0.0))
    scores = ndtri(np.asarray(levels))
    middle = np.take(log, [scores.size // 2], axis=-1)
    people: Floats = np.expm1(middle + np.sign(scores) * np.hypot(log - middle, scores * sd))
    return np.maximum(people, 0.0)


def reports_quantiles(
    series: Mapping[str, Reported],
    origin: int,
    places: Sequence[str],
    leads: Sequence[int],
    *,
    learned: Learned,
    rule: str | None = None,
) -> Floats:
    """Return quantiles of the people at each place on each day, (place, day, level).

    Parameters
    ----------
    series
        Reports by place; those for days after the origin are not used.
    origin
        Last day known.
    places
        For which places; one without any report known is not a number.
    leads
        Days ahead, ascending.
    learned
        What other crises have taught.
    rule
        The one point rule that is carried forward, with errors of both signs; all are mixed if not given.
    """
    known = known_series(series, origin)
    quantiles = np.full((len(places), len(leads), len(HUB_LEVELS)), np.nan)
    if not known:
        return quantiles
    seen = outlook(known, origin, leads)
    errors = seen.occupied.missed() / unit_of_errors(seen.occupied.view, learned)
    rate = opening_rate(known.values())
    for place in known.keys() & set(places):
        view, weight = seen.views[place], seen.weights[place]
        if view.now.people[0] > 0:
            rows = [_occupied(_at(view, t), seen.occupied, errors, weight[t], learned, rule) for t in range(len(leads))]
        else:
            waits = np.array(leads) + view.now.age
            rows = [_opened(rate * waits[t], seen.cases.people, weight[t]) for t in range(len(leads))]
        quantiles[places.index(place)] = rows
    return quantiles


def _at(view: View, t: int) -> View:
    """Return one view of several, still as arrays of one."""
    one = slice(t, t + 1)
    now = type(view.now)(*(part[one] for part in view.now))
    return view._replace(now=now, lead=view.lead[one], features=view.features[one], roots=view.roots[:, one])


def _occupied(view: View, cases: Cases, errors: Floats, weight: Floats, learned: Learned, rule: str | None) -> Floats:
    """Return quantiles in people for a place that was not empty."""
    used = weight > _LEAST_WEIGHT
    scale = learned.scale(view.features, view.now, view.lead)[0]
    weight, errors = weight[used], errors[:, used] * (unit_of_errors(view, learned)[0] / scale)
    if rule is None:
        best, shares = _rule_shares(errors[: len(MODEL_RULES)], weight, learned.rule_errors_at(growth_of(view.now)[0]))
    else:
        best, shares = np.array([RULES.index(rule)]), np.ones(1)
    own = np.clip(shares @ errors[best], -settings.LARGEST_ERROR, settings.LARGEST_ERROR)
    spread, part = learned.errors * _kappa(own, weight, learned), settings.MIRRORED if rule is None else 1.0
    may_repeat = rule is None or rule == RULES[0]
    is_unchanged = (cases.people == cases.view.now.people)[used]
    counted = weight * ~is_unchanged if may_repeat else weight
    values = np.concatenate([spread, -spread, own, -own])
    prior = np.full(spread.size, settings.PRIOR_SCALE_CASES / spread.size)
    weights = np.concatenate([one * share for one in (prior, counted) for share in (1 - part / 2, part / 2)])
    roots, mixed = (view.roots[best] + scale * values).ravel(), (shares[:, None] * weights).ravel()
    if may_repeat:
        chance = _chance_unchanged(is_unchanged, weight, learned)
        roots = np.append(roots, np.sqrt(view.now.people))
        mixed = np.append(mixed * (1 - chance), chance * mixed.sum())
    levels = learned.levels if rule is None else HUB_LEVELS
    people: Floats = np.maximum(0.0, weighted_quantiles(roots, mixed, levels)) ** 2
    return people


def _rule_shares(errors: Floats, weight: Floats, elsewhere: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return the numbers of the best rules and their shares, which sum to one."""
    capped = np.minimum(np.abs(errors), settings.LARGEST_ERROR)
    count = settings.PRIOR_CASES + weight.sum()
    log = -count / 2 * np.log((settings.PRIOR_CASES * elsewhere + capped @ weight) / count)
    best = np.argsort(-log, kind="stable")[: settings.BEST_RULES]
    shares = np.exp(log[best] - log[best[0]])
    return best, shares / shares.sum()


def _kappa(own: Floats, weight: Floats, learned: Learned) -> float:
    """Return how much larger errors of the present crisis are than the scale learnt from others."""
    prior = settings.PRIOR_SCALE_CASES
    return float((prior + weight @ np.abs(own) / np.abs(learned.errors).mean()) / (prior + weight.sum()))


def _chance_unchanged(is_unchanged: NDArray[np.bool_], weight: Floats, learned: Learned) -> float:
    """Return the chance that the next report repeats the last one."""
    unchanged = weight @ is_unchanged
    prior = settings.PRIOR_UNCHANGED
    return float((prior * learned.unchanged + unchanged) / (prior + weight.sum()))


def opening_rate(known: Iterable[tuple[Floats, Floats]]) -> float:
    """Return the rate per day at which empty places open, from the days and people of reports of each place."""
    opened = settings.OPENING_PRIOR / 2
    waited = opened * settings.EVENS_DAYS / np.log(2)
    for days, people in known:
        was_empty = people[:-1] <= 0
        opened += float((people[1:][was_empty] > 0).sum())
        waited += float(np.diff(days)[was_empty].sum())
    return float(opened / waited)


def _opened(rate: float, people: Floats, weight: Floats) -> Floats:
    """Return quantiles in people for a place that was empty, and opens at a rate over the whole wait."""
    empty = np.exp(-rate)
    held = people > 0
    assumed = np.log(settings.OPENED_PEOPLE) + settings.OPENED_SPREAD * ndtri(EVEN)
    sizes = np.concatenate([np.log(people[held]), assumed])
    weights = np.concatenate([weight[held], np.full(EVEN.size, settings.OPENING_PRIOR / EVEN.size)])
    level = np.asarray(HUB_LEVELS)
    above = np.clip((level - empty) / (1 - empty), 0.0, 1.0)
    quantiles: Floats = np.where(level <= empty, 0.0, np.exp(weighted_quantiles(sizes, weights, above)))
    return quantiles
