"""The past of a crisis replayed: what each rule would have forecast for each report, and the errors it made.

For each past report of each place and each lead of `LEADS_DAYS` the situation that many days before is looked up, every
point rule applied, and its error on the root of people divided by `unit_of_errors` of that situation, so that errors
of small and large camps, of short and long waits, of calm and turbulent times can stand for each other. Only reports
known by the origin are used.

A case weighs less the older it is, the less its situation and lead are like the present ones, and the shorter the gap
before it; the cases of all other places together count as at most `SHARED` own ones::

    w = min(1, gap / 7) 2^(-age / 180) similarity min(L / L', L' / L)
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from corridor.forecasters.learned import features_of
from corridor.forecasters.point_rules import rule_roots
from corridor.forecasters.settings import CASE_HALF_LIFE_DAYS, LEADS_DAYS, SHARED, SIMILARITY, WEEK_DAYS
from corridor.forecasters.situations import Situation, similarity, situation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from corridor.forecasters.learned import Learned

    Floats = NDArray[np.float64]

_SHARE_OF_LEADS = 1 / 1.75
"""One report is a case at three leads, whose weights of 1, 1/2 and 1/4 come to one."""

_TOLERANCE_DAYS = 3.5
_FEW = 1e-9


class Reported(Protocol):
    """The reported people of a place: day numbers, ascending, and figures, (report,)."""

    @property
    def days(self) -> NDArray[np.int64]:
        """Return the days for which there are reports."""

    @property
    def people(self) -> Floats:
        """Return the reported people."""


class View(NamedTuple):
    """A place seen from some origins at some leads, (view,).

    Attributes
    ----------
    now
        What was known.
    lead
        Days ahead.
    features
        What the scale of errors depends on, (view, feature).
    roots
        Root of the people that each rule expects, (rule, view).
    """

    now: Situation
    lead: Floats
    features: Floats
    roots: Floats


class Cases(NamedTuple):
    """Past reports, and how they were seen a lead before, (case,).

    Attributes
    ----------
    view
        What was known a lead before.
    day
        Day of the report.
    people
        The figure.
    weight
        At most 1, less where the report before is only days away.
    place
        Number of the place in alphabetical order.
    """

    view: View
    day: Floats
    people: Floats
    weight: Floats
    place: NDArray[np.int64]

    def subset(self, chosen: NDArray[np.bool_]) -> Cases:
        """Return some of the cases."""
        view = View(
            Situation(*(part[chosen] for part in self.view.now)),
            self.view.lead[chosen],
            self.view.features[chosen],
            self.view.roots[:, chosen],
        )
        return Cases(view, self.day[chosen], self.people[chosen], self.weight[chosen], self.place[chosen])

    def at_occupied_places(self) -> Cases:
        """Return those of places that were not empty a lead before."""
        return self.subset(self.view.now.people > 0)

    def missed(self) -> Floats:
        """Return the error of each rule on the root of people, (rule, case)."""
        missed: Floats = np.sqrt(self.people) - self.view.roots
        return missed

    def scaled(self, learned: Learned) -> Floats:
        """Return the error of each rule in units of the scale that other crises have taught, (rule, case)."""
        scaled: Floats = self.missed() / learned.scale(self.view.features, self.view.now, self.view.lead)
        return scaled


def unit_of_errors(view: View, learned: Learned) -> Floats:
    """Return what errors of a view are divided by before another view takes them, (view,).

    It lies half-way, on the logarithm, between the scale that other crises have taught, itself an estimate, and the
    root of the wait alone.
    """
    scale = learned.scale(view.features, view.now, view.lead)
    unit: Floats = np.sqrt(scale * np.sqrt(view.lead + view.now.age))
    return unit


def known_series(series: Mapping[str, Reported], origin: int) -> dict[str, tuple[Floats, Floats]]:
    """Return days and people of the reports for days up to the origin, by place in alphabetical order."""
    known = {}
    for place in sorted(series):
        upto = series[place].days <= origin
        if upto.any():
            known[place] = series[place].days[upto].astype(np.float64), series[place].people[upto].astype(np.float64)
    return known


class Outlook(NamedTuple):
    """All places on an origin, and how much their past counts at some leads; several forecasters share it.

    Attributes
    ----------
    cases
        The past of all places.
    occupied
        Those of them that were not empty.
    views
        Each place as it is seen on the origin, (lead,).
    weights
        How much each case counts for each place, (lead, case): `occupied` ones where the place is not empty, else all.
    """

    cases: Cases
    occupied: Cases
    views: Mapping[str, View]
    weights: Mapping[str, Floats]


def outlook(known: Mapping[str, tuple[Floats, Floats]], origin: int, leads: Sequence[int]) -> Outlook:
    """Return all places on an origin as they are seen at some leads.

    Parameters
    ----------
    known
        Days and people of the reports of each place, one or more each.
    origin
        Last day known.
    leads
        Days ahead, ascending.
    """
    key = tuple((place, days.tobytes(), people.tobytes()) for place, (days, people) in known.items())
    return _outlook(key, origin, tuple(leads))


@lru_cache(maxsize=2)
def _outlook(key: tuple[tuple[str, bytes, bytes], ...], origin: int, leads: tuple[int, ...]) -> Outlook:
    known = {place: (np.frombuffer(days), np.frombuffer(people)) for place, days, people in key}
    cases = replayed(list(known.values()))
    occupied = cases.at_occupied_places()
    lead = np.array(leads, dtype=np.float64)
    views, weights = {}, {}
    for own, (place, (days, people)) in enumerate(known.items()):
        views[place] = view_of(days, people, np.full(lead.size, float(origin)), lead)
        now = Situation(*(part[:1] for part in views[place].now))
        weights[place] = case_weights(occupied if people[-1] > 0 else cases, now, lead, origin, own)
    return Outlook(cases, occupied, views, weights)


def view_of(days: Floats, people: Floats, on: Floats, lead: Floats) -> View:
    """Return how a place is seen from some origins at some leads.

    Parameters
    ----------
    days, people
        Its reports, (report,).
    on, lead
        Origins, none before the first report, and days ahead, (view,).
    """
    now = situation(days, people, on)
    features = features_of(days, people, on, lead, now)
    return View(now, lead, features, rule_roots(days, people, on, lead, now))


def replayed(known: Sequence[tuple[Floats, Floats]]) -> Cases:
    """Return the reports that could have been forecast a lead before, with what was known then.

    Parameters
    ----------
    known
        Days and people of the reports of each place, one or more reports each.
    """
    parts = [_of_place(number, days, people) for number, (days, people) in enumerate(known)]
    views = [part.view for part in parts]
    view = View(
        Situation(*(np.concatenate(columns) for columns in zip(*(one.now for one in views), strict=True))),
        np.concatenate([one.lead for one in views]),
        np.concatenate([one.features for one in views]),
        np.concatenate([one.roots for one in views], axis=1),
    )
    rest = (np.concatenate(columns) for columns in zip(*(part[1:] for part in parts), strict=True))
    return Cases(view, *rest)


def _of_place(number: int, days: Floats, people: Floats) -> Cases:
    """Return the cases of one place; where it was first reported later, only the shortest lead is cut."""
    lead = np.repeat(LEADS_DAYS, days.size - 1)
    report = np.tile(np.arange(1, days.size), len(LEADS_DAYS))
    on = np.maximum(days[report] - lead, days[0])
    near = (days[report] - on >= lead - _TOLERANCE_DAYS) | (lead == LEADS_DAYS[0])
    report, on = report[near], on[near]
    weight = np.minimum(1.0, np.diff(days) / WEEK_DAYS)[report - 1]
    place = np.full(report.size, number, dtype=np.int64)
    return Cases(view_of(days, people, on, days[report] - on), days[report], people[report], weight, place)


def case_weights(cases: Cases, now: Situation, lead: Floats, origin: float, own: int) -> Floats:
    """Return how much each case counts for a place in its present situation, (lead, case).

    Parameters
    ----------
    cases
        Of all places.
    now
        The present situation, (1,).
    lead
        Days ahead, (lead,).
    origin
        Last day known.
    own
        Number of the place.
    """
    ratio = cases.view.lead / lead[:, None]
    weight = cases.weight * _SHARE_OF_LEADS * 2.0 ** (-(origin - cases.day) / CASE_HALF_LIFE_DAYS)
    by_lead: Floats = weight * similarity(cases.view.now, now, SIMILARITY) * np.minimum(ratio, 1 / ratio)
    others = cases.place != own
    total = by_lead[:, others].sum(axis=1, keepdims=True)
    by_lead[:, others] *= np.minimum(1.0, SHARED / np.maximum(total, _FEW))
    return by_lead
