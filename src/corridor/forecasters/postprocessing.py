"""Post-processing of an ensemble by the errors of its earlier forecasts.

How far reports follow the simulated ensemble is learnt from past forecasts, as weather services do (model output
statistics, Glahn and Lowry 1972,
doi:10.1175/1520-0450(1972)011<1203:TUOMOS>2.0.CO;2), and its range is postprocessed with its own past errors (Roulston
and Smith 2003, doi:10.1034/j.1600-0870.2003.201378.x).

*Middle.* With the last report ``x``, and the medians that the ensemble holds for the origin, ``p``, and for a day
ahead, ``m``, reports follow the model by a share ``g`` through the days since the last report, and by a share ``f``
through the days ahead, on the root of people::

    sqrt(m(g, f)) = sqrt(x) + g (sqrt(p) - sqrt(x)) + f (sqrt(m) - sqrt(p))

*Cases.* Each report that followed an earlier forecast, at any lead up to its last, has an error for each rule,
``e = (sqrt(y) - sqrt(m'(g, f))) sqrt(wait / wait')``, where a wait is the lead and the age of the last report. A case
weighs more the more similar its situation (size and volatility, as in
:mod:`corridor.forecasters.situations`) and its lead are to the present ones.

*Rules.* Each pair of shares is weighted by its past errors, ``p(g, f) ~ S^-n``, with the sum ``S`` of weighted
absolute errors and the sum ``n`` of weights, where each case counts as `TRUST` of an independent one, since reports
and origins overlap. To both, the ensemble adds `ASSUMED` outcomes that follow it from the origin on: so
before any outcome is known, reports are expected to follow it. For the days since the last report nothing of it
has been tested, so that all shares are as likely.

*Range.* Quantiles are those of the weighted errors, and of the ensemble around its median as `ASSUMED` cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.forecasters.settings import POST_SIMILARITY
from corridor.forecasters.situations import EVEN, Situation, similarity, situation, weighted_quantiles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from corridor.forecasters.replay import Reported

    Floats = NDArray[np.float64]

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""How far reports may follow the model: 0 is not at all, 1 is wholly."""

ASSUMED = 2.0
"""The ensemble counts as this many outcomes that followed it."""

TRUST = 0.25
"""A past outcome counts as this share of an independent one."""

_LEAST_ERROR = 1e-9
_RULES = np.array([(since, ahead) for since in SHARES for ahead in SHARES])


@dataclass(frozen=True)
class PastForecast:
    """The median of an ensemble on an origin for the people at one place.

    Attributes
    ----------
    place
        Where.
    origin
        Last day known then.
    before
        What had been reported by then, (1,).
    middle
        Median for the origin and each of the following days, people, (day,).
    """

    place: str
    origin: int
    before: Situation
    middle: Floats


def postprocessed(
    people: Floats,
    now: PastForecast,
    earlier: Sequence[PastForecast],
    series: Mapping[str, Reported],
    days: Sequence[int],
    levels: Sequence[float],
) -> Floats:
    """Return quantiles of what would be reported, people, (day, level).

    Parameters
    ----------
    people
        The ensemble, (member, day), for the origin and each day after it.
    now
        Its median and situation.
    earlier
        Those of earlier origins, of this place and others.
    series
        What has been reported since, by place.
    days
        Days ahead, one or more each.
    levels
        Which quantiles, ascending.
    """
    past = _outcomes(earlier, series)
    rows = [_on_day(people[:, day], now, day, past, levels) for day in days]
    return np.array(rows).reshape(len(days), len(levels))


def situation_at(series: Reported, day: int) -> Situation:
    """Return what is known of a place at the end of a day, not before its first report, (1,)."""
    return situation(series.days.astype(np.float64), series.people, np.array([day], dtype=np.float64))


class Cases(NamedTuple):
    """Past reports with the situation as it was a lead before, (case,)."""

    before: Situation
    lead: Floats
    people: Floats
    weight: Floats


class _Outcomes(NamedTuple):
    """Reports that followed earlier forecasts, with the medians for the origin and for them, (case,)."""

    cases: Cases
    present: Floats
    middle: Floats


def _outcomes(earlier: Sequence[PastForecast], series: Mapping[str, Reported]) -> _Outcomes:
    rows = [
        (*(float(part[0]) for part in past.before), float(lead), people, past.middle[0], past.middle[lead])
        for past in earlier
        for day, people in zip(series[past.place].days.tolist(), series[past.place].people.tolist(), strict=True)
        if 0 < (lead := day - past.origin) < past.middle.size
    ]
    columns = np.array(rows, dtype=np.float64).reshape(-1, 8).T
    cases = Cases(Situation(*columns[:4]), columns[4], columns[5], np.ones(columns.shape[1]))
    return _Outcomes(cases, columns[6], columns[7])


def _on_day(members: Floats, forecast: PastForecast, lead: int, past: _Outcomes, levels: Sequence[float]) -> Floats:
    """Return quantiles in people for one day."""
    now, cases = forecast.before, past.cases
    last, present, middle = (float(np.sqrt(x)) for x in (now.people[0], forecast.middle[0], forecast.middle[lead]))
    ensemble = np.sqrt(np.quantile(members, EVEN))
    wait = lead + now.age[0]
    weight = (
        cases.weight * similarity(cases.before, now, POST_SIMILARITY) * np.minimum(cases.lead / lead, lead / cases.lead)
    )
    steps = [np.sqrt(part) for part in (cases.before.people, past.present, past.middle)]
    missed = np.sqrt(cases.people) - steps[0] - _RULES @ np.diff(steps, axis=0)
    missed *= np.sqrt(wait / (cases.lead + cases.before.age))
    assumed = ensemble - present - _RULES[:, 1:] * (middle - present)
    own = np.full(EVEN.size, ASSUMED / EVEN.size)
    share = rule_weights(np.hstack([missed, assumed]), np.concatenate([TRUST * weight, own]))
    centre = last + share @ _RULES @ np.array([present - last, middle - present])
    errors = np.concatenate([share @ missed, ensemble - middle])
    away = weighted_quantiles(errors, np.concatenate([weight, own]), levels)
    quantiles: Floats = np.maximum(0.0, centre + away) ** 2
    return quantiles


def rule_weights(missed: Floats, weight: Floats) -> Floats:
    """Return the weight of each of several rules by its past errors, (rule,), summing to one.

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
