"""A forecast from the reports alone: recent growth carried on for a while, with the errors of like situations.

A *situation* is what is known of a place on a day ``s``: the people ``x`` of the last report, the slope
``r`` of the last `MEMORY_DAYS` days (days without a report since count as days without growth), and the
volatility ``v``, how much the root of the reported people has moved per day, forgotten at the rate
``1 / MEMORY_DAYS``; and ``a``, the age of the last report, so that a forecast has a *wait* of ``L + a`` days
behind it, with the lead ``L``.

*Middle.* Growth lasts ``tau`` days in the mean, so that after a lead of ``L`` days it has added as much as
``D = tau (1 - exp(-L / tau))`` full days::

    m(tau) = x + r D                 where a place grows
    m(tau) = x exp(r D / x)          where it shrinks: people leave in proportion, none below zero

*Cases.* For each past report ``y`` of each place the situation ``L`` days before is looked up, and the same
rule applied. Errors are taken on the root of people and grow with the root of the wait::

    e = (sqrt(y) - sqrt(m)) sqrt((L + a) / (L' + a'))

A case weighs more the more alike its situation is to the present one, in size and in volatility, and the longer
the report had been waited for (up to a week); the cases of other places together count as at most `SHARED`
own ones::

    w = min(1, gap / 7) exp(-(ln((x' + 100) / (x + 100)) / ALIKE)^2 / 2
                            -(ln((v' + 0.1) / (v + 0.1)) / ALIKE)^2 / 2)

*What growth does here.* The weight of each mean life in `LIVES_DAYS` is its likelihood under errors that
follow a Laplace distribution of unknown width, which integrates to ``p(tau) ~ S(tau)^-n`` with the sum of
weighted absolute errors ``S`` and the sum of weights ``n``; `ASSUMED` cases with an assumed error keep
it from being sure too soon. The middle is the weighted mean of ``sqrt(m)``.

*Range.* Quantiles are those of the weighted errors, a part `MIRRORED` of each with both signs, and of an
assumed error that counts as `ASSUMED` cases. No case, no data of other crises: the first forecast of all
has the assumed range.

*An empty place* has no growth to carry on. Places open at a steady rate, learnt from all reports that followed
one of nobody: ``n`` of somebody, ``T`` days waited for in all. With a gamma prior of shape ``ASSUMED / 2``
whose rate gives evens after `EVENS_DAYS`, it holds somebody after a wait of ``W`` days with chance::

    1 - exp(-W (ASSUMED / 2 + n) / (ASSUMED / 2 EVENS_DAYS / ln 2 + T))

and then as many as the cases that were about as empty, or about `OPENED_PEOPLE` within a factor, which counts
as `ASSUMED` cases.

The forecast is of what a report would say if one were made for that day. All numbers in capitals are
judgements; `docs/explanation/skill.md` shows how little hangs on each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from scipy.special import ndtri, stdtrit

from corridor.forecasters.base import HUB_LEVELS
from corridor.inference.report_series import report_series
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from corridor.forecasters.base import ForecastTask

    Floats = NDArray[np.float64]

MEMORY_DAYS = 28.0
"""Growth and volatility are those of about the last four weeks."""

LIVES_DAYS = (0.0, 7.0, 14.0, 28.0)
"""How long growth may last in the mean; 0 is the last report carried forward."""

ALIKE = 1.0
"""Situations are alike in size, and in volatility, within a factor of e to this."""

FEW_PEOPLE = 100.0
"""Added to people where sizes are compared or errors scaled: an empty place is like one with a few."""

LITTLE_VOLATILITY = 0.1
"""Added to the volatility where it is compared, roots of people per day."""

SHARED = 10.0
"""The cases of all other places together count as at most this many own ones."""

ASSUMED = 2.0
"""What is assumed counts as this many cases."""

ASSUMED_SPREAD = 0.04
"""Assumed error after a wait of `FORTNIGHT_DAYS`, as a share of the root of people: about 8 % of the people.

It has the tails of Student's t with `ASSUMED_FREEDOM` degrees of freedom."""

ASSUMED_FREEDOM = 4.0
FORTNIGHT_DAYS = 14.0
WEEK_DAYS = 7.0
MIRRORED = 0.25
"""Share of each error that counts with both signs: a burst seen once may turn into a loss."""

EVENS_DAYS = 28.0
"""An empty place is assumed to hold somebody after so many days as likely as not."""

OPENED_PEOPLE = 3000.0
"""Assumed median of people at a place that has opened since it was reported empty."""

OPENED_SPREAD = 2.0
"""Standard deviation of the logarithm of that number."""

_LEAST_ERROR = 1e-9
EVEN = (np.arange(50) + 0.5) / 50
"""Levels by which a range is spread evenly over its cases."""


class Reported(Protocol):
    """The reported people of a place: day numbers, ascending, and figures, (report,)."""

    @property
    def days(self) -> NDArray[np.int64]:
        """Return the days for which there are reports."""

    @property
    def people(self) -> Floats:
        """Return the reported people."""


class Situation(NamedTuple):
    """What is known of a place on each of some days, (day,).

    Attributes
    ----------
    people
        Those of the last report.
    slope
        People per day over the last `MEMORY_DAYS`.
    volatility
        Movement of the root of people, per day.
    age
        Days since the last report.
    """

    people: Floats
    slope: Floats
    volatility: Floats
    age: Floats


class Cases(NamedTuple):
    """Past reports with the situation as it was a lead before, (case,)."""

    before: Situation
    lead: Floats
    people: Floats
    weight: Floats


@dataclass(frozen=True)
class ReportsForecaster:
    """A forecast from the reports alone."""

    @property
    def name(self) -> str:
        """Return how tables name it."""
        return "trend"

    def forecast(self, task: ForecastTask) -> Floats:
        """Return quantiles of the people present, (place, day, level)."""
        start = task.scenario.start
        origin = day_of(task.origin, start)
        series = report_series(task.observations, start)
        return trend(series, origin, task.places, [origin + day for day in task.days], HUB_LEVELS)


def trend(
    series: Mapping[str, Reported], origin: int, places: Sequence[str], days: Sequence[int], levels: Sequence[float]
) -> Floats:
    """Return quantiles of the people at each place on each day, shape (place, day, level).

    Parameters
    ----------
    series
        Reports by place; those for days after the origin are not looked at.
    origin
        Last day known.
    places
        For which places; one without any report known is not a number.
    days
        Days of the calendar, after the origin.
    levels
        Which quantiles, ascending.
    """
    known = {place: _known(series[place], origin) for place in sorted(series)}
    known = {place: one for place, one in known.items() if one[0].size}
    quantiles = np.full((len(places), len(days), len(levels)), np.nan)
    for t, day in enumerate(days):
        lead = float(day - origin)
        cases = {place: cases_of(*one, lead) for place, one in known.items()}
        for p, place in enumerate(places):
            if place in known:
                now = situation(*known[place], np.array([origin], dtype=np.float64))
                similar = _together(cases, place, now)
                if now.people[0] > 0:
                    quantiles[p, t] = _held(now, lead, similar, levels)
                else:
                    quantiles[p, t] = _opened(opening_rate(known.values()) * (lead + now.age[0]), similar, levels)
    return quantiles


def _known(series: Reported, origin: int) -> tuple[Floats, Floats]:
    """Return days and people of the reports for days up to the origin."""
    known = series.days <= origin
    return series.days[known].astype(np.float64), series.people[known].astype(np.float64)


def situation(days: Floats, people: Floats, on: Floats) -> Situation:
    """Return what was known of a place on each of some days, none before its first report.

    Parameters
    ----------
    days, people
        Its reports, (report,).
    on
        Days of the calendar, (day,).
    """
    last = np.searchsorted(days, on, "right") - 1
    begin = np.maximum(on - MEMORY_DAYS, days[0])
    earlier = np.where(begin >= days[last], people[last], np.interp(begin, days, people))
    slope = (people[last] - earlier) / np.maximum(on - begin, WEEK_DAYS)
    age = on[:, None] - days[1:]
    moved = np.where(age >= 0, np.exp(-np.maximum(age, 0.0) / MEMORY_DAYS), 0.0) @ np.abs(np.diff(np.sqrt(people)))
    watched = np.maximum(on - days[0], WEEK_DAYS)
    volatility = moved / (MEMORY_DAYS * -np.expm1(-watched / MEMORY_DAYS))
    return Situation(people[last], slope, volatility, on - days[last])


def cases_of(days: Floats, people: Floats, lead: float) -> Cases:
    """Return the reports of a place that could have been forecast a lead before, and what was known then."""
    on = np.maximum(days[1:] - lead, days[0])
    return Cases(situation(days, people, on), days[1:] - on, people[1:], np.minimum(1.0, np.diff(days) / WEEK_DAYS))


def _together(cases: Mapping[str, Cases], place: str, now: Situation) -> Cases:
    """Return the cases of all places, those of a place first, and their weights in its present situation."""
    order = [place, *(other for other in cases if other != place)]
    own = cases[place].weight.size
    before = Situation(*(np.concatenate(parts) for parts in zip(*(cases[one].before for one in order), strict=True)))
    weight = np.concatenate([cases[one].weight for one in order])
    weight[own:] *= min(1.0, SHARED / max(weight[own:].sum(), 1e-9))
    weight *= similarity(before, now)
    lead, people = (np.concatenate([getattr(cases[one], name) for one in order]) for name in ("lead", "people"))
    return Cases(before, lead, people, weight)


def similarity(before: Situation, now: Situation) -> Floats:
    """Return how alike past situations are to the present one, in size and in volatility, 1 at most, (case,)."""
    size = np.log((before.people + FEW_PEOPLE) / (now.people + FEW_PEOPLE)) / ALIKE
    volatility = np.log((before.volatility + LITTLE_VOLATILITY) / (now.volatility + LITTLE_VOLATILITY)) / ALIKE
    similarities: Floats = np.exp(-(size**2 + volatility**2) / 2)
    return similarities


def carried_on(now: Situation, life: float, lead: Floats) -> Floats:
    """Return the people after a lead, if growth lasts so many days in the mean, (day,)."""
    reach = life * -np.expm1(-lead / life) if life > 0 else 0.0 * lead
    shrunk = now.people * np.exp(np.minimum(now.slope, 0.0) * reach / np.maximum(now.people, 1.0))
    people: Floats = np.where(now.slope >= 0, now.people + now.slope * reach, shrunk)
    return people


def _held(now: Situation, lead: float, cases: Cases, levels: Sequence[float]) -> Floats:
    """Return quantiles in people for a place that was not empty."""
    wait = lead + now.age[0]
    spread = ASSUMED_SPREAD * np.sqrt((now.people[0] + FEW_PEOPLE) * wait / FORTNIGHT_DAYS)
    weight = np.where(cases.before.people > 0, cases.weight, 0.0)
    roots = np.array([np.sqrt(carried_on(cases.before, life, cases.lead)) for life in LIVES_DAYS])
    missed = (np.sqrt(cases.people) - roots) * np.sqrt(wait / (cases.lead + cases.before.age))
    assumed = np.full((len(LIVES_DAYS), 1), spread)
    share = rule_weights(np.hstack([missed, assumed]), np.append(weight, ASSUMED))
    middle = share @ np.array([np.sqrt(carried_on(now, life, np.array([lead]))[0]) for life in LIVES_DAYS])
    errors = share @ missed
    values = np.concatenate([errors, -errors, spread * stdtrit(ASSUMED_FREEDOM, EVEN)])
    weights = [weight * (1 - MIRRORED / 2), weight * MIRRORED / 2, np.full(EVEN.size, ASSUMED / EVEN.size)]
    quantiles: Floats = np.maximum(0.0, middle + weighted_quantiles(values, np.concatenate(weights), levels)) ** 2
    return quantiles


def opening_rate(known: Iterable[tuple[Floats, Floats]]) -> float:
    """Return the rate per day at which empty places open, from the days and people of reports of each place."""
    opened, waited = ASSUMED / 2, ASSUMED / 2 * EVENS_DAYS / np.log(2)
    for days, people in known:
        was_empty = people[:-1] <= 0
        opened += float((people[1:][was_empty] > 0).sum())
        waited += float(np.diff(days)[was_empty].sum())
    return float(opened / waited)


def _opened(rate: float, cases: Cases, levels: Sequence[float]) -> Floats:
    """Return quantiles in people for a place that was empty, and opens at a rate over the whole wait."""
    empty = np.exp(-rate)
    held = cases.people > 0
    assumed = np.log(OPENED_PEOPLE) + OPENED_SPREAD * ndtri(EVEN)
    sizes = np.concatenate([np.log(cases.people[held]), assumed])
    weights = np.concatenate([cases.weight[held], np.full(EVEN.size, ASSUMED / EVEN.size)])
    level = np.asarray(levels)
    above = np.clip((level - empty) / (1 - empty), 0.0, 1.0)
    quantiles: Floats = np.where(level <= empty, 0.0, np.exp(weighted_quantiles(sizes, weights, above)))
    return quantiles


def rule_weights(missed: Floats, weight: Floats) -> Floats:
    """Return how far each of several rules is believed, (rule,), summing to one.

    Parameters
    ----------
    missed
        Errors of each rule in each case, assumed ones among them, (rule, case).
    weight
        Weights of the cases, (case,).
    """
    log = -weight.sum() * np.log(np.maximum(np.abs(missed) @ weight, _LEAST_ERROR))
    share = np.exp(log - log.max())
    weights: Floats = share / share.sum()
    return weights


def weighted_quantiles(values: Floats, weights: Floats, levels: Sequence[float]) -> Floats:
    """Return quantiles of weighted values, straight between the middles of their steps, (level,)."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) - weights[order] / 2
    quantiles: Floats = np.interp(levels, reached / weights.sum(), values[order])
    return quantiles
