"""Several models made into one: their quantiles averaged, with weights from how well each has done so far.

*Score.* A past forecast of a model is scored by its WIS on the scale of the root of people, which stands
between people, where the largest camp decides, and factors, where the smallest does: ``l``, the mean of
twice the quantile scores over the levels given.

*Weights.* With the scores of the outcomes known by an origin, each outcome weighted by ``u``::

    S(m) = sum of u l(m) + DOUBT * mean over models and outcomes of l
    w(m) ~ prior(m) S(m)^(-TRUST * (sum of u + DOUBT))

the posterior weight of each model if its scores were draws of an exponential distribution of unknown
mean, tempered: outcomes of neighbouring camps and origins are no independent witnesses, so each counts
`TRUST` of one. `DOUBT` outcomes on which all models did equally well keep few scores from deciding. Multiply
all people by a constant, and the weights stay as they are.

An outcome weighs ``u = 2^(-age / HALF_LIFE_DAYS) / max(L / L', L' / L)``: recent ones more than old ones, and
those of a lead ``L'`` like the one asked for, ``L``, more than those of other leads.

*Pool.* Quantiles are averaged level by level on the root of people, so that the pool has the mean
shape of its members, not all their modes; it neither falls with the level nor below zero, since no
member does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TRUST = 0.25
"""A past outcome counts as this share of an independent one."""

DOUBT = 4.0
"""This many outcomes on which all models did equally well are assumed."""

HALF_LIFE_DAYS = 90.0
"""An outcome this old counts half."""


class Past(NamedTuple):
    """Past forecasts of several models with what became of them, as far as that was known by an origin.

    Attributes
    ----------
    quantiles
        People, (model, outcome, level); not a number where a model had nothing to say.
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


def root_scores(quantiles: Floats, people: Floats, levels: Sequence[float]) -> Floats:
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
    found: Floats = 2 * np.mean(np.maximum(level * missed, (level - 1) * missed), axis=-1)
    return found


def pool_weights(past: Past, lead: float, levels: Sequence[float], prior: Floats) -> Floats:
    """Return the weight of each model at a lead, (model,), summing to one.

    Outcomes for which any of the models had nothing to say are left out.

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
    scores = root_scores(past.quantiles, past.people, levels)
    heard = np.isfinite(scores).all(axis=0)
    likeness = np.minimum(past.lead / lead, lead / past.lead)
    weight = np.where(heard, likeness * 2.0 ** (-past.age / HALF_LIFE_DAYS), 0.0)
    scores = np.where(heard, scores, 0.0)
    total = scores @ weight
    if not total.mean() > 0:
        even: Floats = prior / prior.sum()
        return even
    typical = total.mean() / weight.sum()
    log = np.log(prior) - TRUST * (weight.sum() + DOUBT) * np.log(total + DOUBT * typical)
    share = np.exp(log - log.max())
    found: Floats = share / share.sum()
    return found


def pooled(quantiles: Floats, weights: Floats) -> Floats:
    """Return the weighted average of quantiles, (..., level).

    A model that has nothing to say (not a number) leaves its weight to the others.

    Parameters
    ----------
    quantiles
        People, (model, ..., level).
    weights
        Weight of each model, (model,).
    """
    heard = np.isfinite(quantiles)
    share = np.where(heard, weights.reshape(-1, *[1] * (quantiles.ndim - 1)), 0.0)
    total = share.sum(axis=0)
    mean = (share * np.sqrt(np.where(heard, quantiles, 0.0))).sum(axis=0) / np.where(total > 0, total, np.nan)
    found: Floats = mean**2
    return found


_MEMBERS = {
    "mechanism": "the model",
    "trend": "the trend of the reports",
    "persistence": "the last report carried forward",
}


def weights_in_words(weights: Mapping[str, float]) -> str:
    """Return how much each member of a pool weighs.

    Examples
    --------
    >>> weights_in_words({"mechanism": 0.6, "trend": 0.4})
    'the model 60 %, the trend of the reports 40 %'
    """
    return ", ".join(f"{_MEMBERS.get(member, member)} {weight * 100:.0f} %" for member, weight in weights.items())
