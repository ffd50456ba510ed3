"""Extrapolation: what was learnt of a lever, and whether a value lies beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.message import Message, message, term
from corridor.scenario.events import RULES, EventKind
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corridor.inference.posterior import Posterior
    from corridor.message import Gap
    from corridor.scenario.levers import Lever

_LEVELS = (0.01, 0.1, 0.5, 0.9, 0.99)


@dataclass(frozen=True)
class LearntRange:
    """What the reports and the events up to the last day known show of a lever, in the unit of its kind.

    Attributes
    ----------
    least, most
        Beyond these nothing was learnt: the central 98 % of the posterior and every stated value.
    quantiles
        Low, likely and high by the posterior, at .1, .5 and .9; None where the value was only ever stated.
    """

    least: float
    most: float
    quantiles: tuple[float, float, float] | None = None


def learnt_range(posterior: Posterior, kind: EventKind, subject: str | None) -> LearntRange | None:
    """Return what was learnt of a lever; None if nobody has stated it and no parameter stands for it.

    Parameters
    ----------
    posterior
        The fit.
    kind, subject
        Of the lever.
    """
    scenario, origin = posterior.compiled.scenario, posterior.as_of
    stated = [
        row.value
        for row in scenario.events
        if row.kind is kind and row.subject == subject and row.value is not None and row.start <= origin
    ]
    place = next((row for row in scenario.places if row.place == subject), None)
    if kind is EventKind.CAPACITY_CHANGE and place is not None and place.capacity is not None:
        stated.append(float(place.capacity))
    name = RULES[kind].parameter
    keys = [] if name is None else [f"{name}.{subject}", name]
    key = next((key for key in keys if key in posterior.uncertain.keys), None)
    if key is None:
        return LearntRange(min(stated), max(stated)) if stated else None
    least, low, likely, high, most = np.quantile(posterior.values(key), _LEVELS).tolist()
    return LearntRange(min([least, *stated]), max([most, *stated]), (low, likely, high))


def longest_days(posterior: Posterior, kind: EventKind, subject: str | None) -> int:
    """Return the days that the longest event of a kind without a value has lasted up to the last day known."""
    scenario, origin = posterior.compiled.scenario, posterior.as_of
    ends = [
        (row.start, min(row.end or origin, origin))
        for row in scenario.events
        if row.kind is kind and row.subject == subject and row.start <= origin
    ]
    return max((day_of(last, first) + 1 for first, last in ends), default=0)


def extrapolations(posterior: Posterior, levers: Iterable[Lever]) -> tuple[Message, ...]:
    """Return a sentence for each lever that lies outside what the model was learnt from.

    Parameters
    ----------
    posterior
        The fit.
    levers
        What is supposed of the days to come.
    """
    sentences = (_extrapolation(posterior, lever) for lever in levers)
    return tuple(sentence for sentence in sentences if sentence)


def _where(posterior: Posterior, subject: str | None) -> Message:
    """Return the place or the way that a lever is about, by names."""
    if subject is None:
        return term("everywhere")
    names = {row.place: row.name for row in posterior.compiled.scenario.places}
    first, _, last = subject.partition("/")[0].partition(">")
    origin, destination = names.get(first, first), names.get(last, last)
    return message("{origin} to {destination}", origin=origin, destination=destination) if last else term(origin)


def _extrapolation(posterior: Posterior, lever: Lever) -> Message | None:
    kind = lever.kind.value.replace("_", " ")
    what = message("{kind}, {where}", kind=Message(kind.capitalize(), kind), where=_where(posterior, lever.subject))
    unit = RULES[lever.kind].unit
    if unit is None:
        return _too_long(posterior, lever, what)
    learnt = learnt_range(posterior, lever.kind, lever.subject)
    if learnt is None:
        return message(
            "{what}: no report and no event shows what holds here, so the answer rests on the rules of the model.",
            what=what,
        )
    if lever.value is None or learnt.least <= lever.value <= learnt.most:
        return None
    least, most = _rounded(learnt.least), _rounded(learnt.most)
    gaps: dict[str, Gap] = {
        "what": what,
        "value": _rounded(lever.value),
        "unit": term(unit.replace("/day", " per day")),
        "span": least if least == most else message("{low} to {high}", low=least, high=most),
    }
    if unit.startswith("factor"):
        return message("{what}: {value}, a {unit}, lies outside what the model was learnt from ({span}).", **gaps)
    return message("{what}: {value} {unit} lies outside what the model was learnt from ({span}).", **gaps)


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def _too_long(posterior: Posterior, lever: Lever, what: Message) -> Message | None:
    if lever.value == 0:
        return None
    longest = longest_days(posterior, lever.kind, lever.subject)
    if longest == 0:
        return message(
            "{what}: none was in force here up to {day}, so nothing was learnt of its effect.",
            what=what,
            day=posterior.as_of,
        )
    last = lever.end or posterior.compiled.scenario.end
    days = day_of(last, lever.start) + 1
    if days <= longest:
        return None
    return message(
        "{what}: {days} days are longer than any before (the longest: {longest}).",
        what=what,
        days=days,
        longest=longest,
    )
