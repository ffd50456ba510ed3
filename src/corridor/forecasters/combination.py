"""Several forecasters combined: their quantiles averaged, with weights from their past scores.

*Score.* A past forecast is scored by its WIS on the scale of the root of people, which stands
between people, where the largest camp decides, and factors, where the smallest does: ``l``, the mean of
twice the quantile scores over the levels given.

*Weights.* With the scores of the reports known by an origin, each weighted by ``u``::

    S(m) = sum of u l(m) + DOUBT * mean over models and outcomes of l
    w(m) ~ prior(m) S(m)^(-TRUST * (sum of u + DOUBT))

the posterior weight of each model if its scores were draws of an exponential distribution of unknown
mean, tempered: outcomes of neighbouring camps and origins are no independent witnesses, so each counts
`TRUST` of one. `DOUBT` outcomes on which all models did equally well keep few scores from deciding. Multiply
all people by a constant, and the weights stay as they are.

An outcome weighs ``u = 2^(-age / HALF_LIFE_DAYS) / max(L / L', L' / L)``: recent ones more than old ones, and
those of a lead ``L'`` like the one asked for, ``L``, more than those of other leads.

*Combination.* Quantiles are averaged level by level on the root of people, so that the pool has the mean
shape of its members, not all their modes; it neither falls with the level nor below zero, since no
member does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.dependence import shared_errors
from corridor.forecasters.learned import shipped
from corridor.forecasters.model_names import english_name
from corridor.forecasters.tilting import tilted_quantiles
from corridor.inference.report_series import count_series, report_series
from corridor.message import Several, message, several
from corridor.units import day_of

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from corridor.forecasters.base import ForecastTask, ScoredForecast
    from corridor.forecasters.learned import Learned
    from corridor.forecasters.tilting import Histories

    Floats = NDArray[np.float64]

MODEL = "corridor"
"""The name under which tables have Corridor's own forecasts: those of the combination."""

TRUST = 0.25
"""A past outcome counts as this share of an independent one."""

DOUBT = 4.0
"""This many outcomes on which all models did equally well are assumed."""

HALF_LIFE_DAYS = 90.0
"""An outcome this old counts half."""


PRIOR = {"reports": 3.0, "mechanism": 1.0}
"""Members and their weights before any outcome is known; that of the mechanism grows by as many reports as it uses more
than the others, who use counts of the people present only."""


class Past(NamedTuple):
    """Past forecasts of several forecasters with the reports that score them, as known by an origin.

    Attributes
    ----------
    quantiles
        People, (model, outcome, level); not a number where a forecaster made none.
    people
        What was reported, (outcome,).
    lead
        Days from the origin of each forecast to its report, (outcome,).
    age
        Days from the report to the present origin, not negative, (outcome,).
    """

    quantiles: Floats
    people: Floats
    lead: Floats
    age: Floats


def root_scale_wis(quantiles: Floats, people: Floats, levels: Sequence[float]) -> Floats:
    """Return the WIS of forecasts on the scale of the root of people, shape of `people` after broadcasting.

    Parameters
    ----------
    quantiles
        People, (..., level).
    people
        What was reported, (...).
    levels
        Levels of the quantiles, even around 0.5.
    """
    missed = np.sqrt(people)[..., None] - np.sqrt(quantiles)
    level = np.asarray(levels)
    scores: Floats = 2 * np.mean(np.maximum(level * missed, (level - 1) * missed), axis=-1)
    return scores


def combination_weights(past: Past, lead: float, levels: Sequence[float], prior: Floats) -> Floats:
    """Return the weight of each model at a lead, (model,), summing to one.

    Reports that any of the forecasters did not forecast are left out.

    Parameters
    ----------
    past
        Forecasts whose outcome is known.
    lead
        Days ahead, one or more.
    levels
        Levels of the quantiles.
    prior
        Weights before any outcome, positive, (model,).
    """
    scores = root_scale_wis(past.quantiles, past.people, levels)
    is_scored = np.isfinite(scores).all(axis=0)
    likeness = np.minimum(past.lead / lead, lead / past.lead)
    weight = np.where(is_scored, likeness * 2.0 ** (-past.age / HALF_LIFE_DAYS), 0.0)
    scores = np.where(is_scored, scores, 0.0)
    total = scores @ weight
    if not total.mean() > 0:
        even: Floats = prior / prior.sum()
        return even
    typical = total.mean() / weight.sum()
    log = np.log(prior) - TRUST * (weight.sum() + DOUBT) * np.log(total + DOUBT * typical)
    share = np.exp(log - log.max())
    weights: Floats = share / share.sum()
    return weights


def combined(quantiles: Floats, weights: Floats) -> Floats:
    """Return the weighted average of quantiles, (..., level).

    A forecaster without a forecast (not a number) leaves its weight to the others.

    Parameters
    ----------
    quantiles
        People, (model, ..., level).
    weights
        Weight of each model, (model,).
    """
    is_stated = np.isfinite(quantiles)
    share = np.where(is_stated, weights.reshape(-1, *[1] * (quantiles.ndim - 1)), 0.0)
    total = share.sum(axis=0)
    mean = (share * np.sqrt(np.where(is_stated, quantiles, 0.0))).sum(axis=0) / np.where(total > 0, total, np.nan)
    people: Floats = mean**2
    return people


@dataclass(frozen=True)
class SkillWeightedCombination:
    """Several forecasters averaged by their past scores: the forecast of Corridor.

    Attributes
    ----------
    prior
        Weight of each member before any outcome is known.
    histories
        The simulated histories of each origin, written by :class:`corridor.forecasters.mechanism.Mechanism`; where
        there are some, the forecast is that of the histories tilted towards the average, with the effect of what is
        stated to change.
    learned
        What other crises have taught; the shipped one if not given.
    """

    prior: Mapping[str, float] = field(default_factory=lambda: PRIOR)
    histories: Mapping[date, Histories] = field(default_factory=dict, compare=False)
    learned: Learned | None = None

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return MODEL

    def combine(self, task: ForecastTask, current: Mapping[str, Floats], past: Sequence[ScoredForecast]) -> Floats:
        """Return people at `HUB_LEVELS`, (place, day, level)."""
        weights = self.weights(task, past)
        histories = self.histories.get(task.origin)
        quantiles = np.array([_unchanged(member, current[member], histories) for member in self.prior])
        share = np.array([weights[member] for member in self.prior])
        days = [combined(quantiles[:, :, t], share[:, t]) for t in range(len(task.days))]
        average = np.stack(days, axis=1)
        return average if histories is None else tilted_quantiles(histories, average, HUB_LEVELS, self.shared(task))

    def shared(self, task: ForecastTask) -> float:
        """Return the correlation that errors at two places have, as far as reports known by the origin show."""
        start = task.scenario.start
        series = report_series(task.observations, start)
        return shared_errors(series, day_of(task.origin, start), self.learned or shipped())

    def weights(self, task: ForecastTask, past: Sequence[ScoredForecast]) -> Mapping[str, Floats]:
        """Return the weight of each member for each day ahead, (day,)."""
        members = list(self.prior)
        if len(members) == 1:
            return {members[0]: np.ones(len(task.days))}
        shape = (len(members), len(past), len(HUB_LEVELS))
        known = Past(
            np.array([[row.quantiles[m] for row in past] for m in members]).reshape(shape),
            np.array([row.target.people for row in past], dtype=np.float64),
            np.array([row.target.horizon for row in past], dtype=np.float64),
            np.array([(task.origin - row.target.date).days for row in past], dtype=np.float64),
        )
        prior = np.array(
            [weight * (_report_ratio(task) if m == "mechanism" else 1.0) for m, weight in self.prior.items()]
        )
        by_day = np.array([combination_weights(known, float(day), HUB_LEVELS, prior) for day in task.days])
        return dict(zip(members, by_day.T, strict=True))


def _unchanged(member: str, quantiles: Floats, histories: Histories | None) -> Floats:
    """Return a member's forecast as if nothing changed after the origin: that of the mechanism has what is stated."""
    if member != "mechanism" or histories is None:
        return quantiles
    effect = histories.reported(histories.effect).mean(0)
    shifted: Floats = np.maximum(0.0, quantiles - effect[:, :, None])
    return shifted


def _report_ratio(task: ForecastTask) -> float:
    """Return how many reports there are of any kind for each count of people present."""
    of_people_present = sum(
        counts.days.size for counts in count_series(task.observations, task.scenario.start).values()
    )
    return max(1.0, len(task.observations.to_fit()) / max(1, of_people_present))


def weights_in_words(weights: Mapping[str, float]) -> Several:
    """Return how much each member of a pool weighs.

    Examples
    --------
    >>> str(weights_in_words({"mechanism": 0.6, "reports": 0.4}))
    'the model 60 %, the reports alone 40 %'
    """
    return several(
        message("{member} {percent} %", member=english_name(member), percent=round(weight * 100))
        for member, weight in weights.items()
    )
