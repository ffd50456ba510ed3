"""Every alternative that ships differs from its scenario by what it states, and by nothing else, in every history."""

import functools

import numpy as np
import pytest

import corridor as co
from corridor.forecasting.forecast import supposing
from corridor.scenario.events import EventKind
from tests.recovery.cases import BUNDLED

SEED, AHEAD, MEMBERS = 7, 28, 60
CASES = {
    "baghouz_2019": "2019-03-03",
    "templates/siege": "2031-02-03",
    "templates/network": "2031-05-04",
}
SAME = ("stock", "arrivals", "departures", "deaths", "waiting", "unexplained_arrivals", "unexplained_departures")
CLOSES = {EventKind.CLOSURE}
OPENS = {EventKind.CORRIDOR, EventKind.PAUSE, EventKind.TRANSPORT, EventKind.OPENING, EventKind.SCREENING_RATE}
FEW = 0.01
"""Share of arrivals by which a history may have fewer where something opens: those who die, who are drawn anew."""

TOUCHED = {
    # where what an alternative states begins to act: people upstream of it are not touched
    ("baghouz_2019", "pause_again"): "baghouz",
    ("baghouz_2019", "sealed"): "baghouz",
    ("baghouz_2019", "second_corridor"): "baghouz",
    ("baghouz_2019", "no_transport"): "collection_point",
    ("baghouz_2019", "extra_seats"): "suar",
    ("baghouz_2019", "earlier_spring"): "collection_point",
    ("baghouz_2019", "screening_doubled"): "screening_point",
    ("baghouz_2019", "trucks_doubled"): "collection_point",
    ("baghouz_2019", "reception_doubled"): "al_hol",
    ("baghouz_2019", "second_camp"): "suar",
    ("templates/siege", "no_corridor"): "old_town",
    ("templates/siege", "second_week"): "old_town",
    ("templates/network", "border_stays_open"): "stonebridge",
}


@functools.cache
def forecast_of(case):
    """Return a bundled scenario, what was learnt of it, and its forecast."""
    stated, reports = co.read_scenario(BUNDLED / case), co.read_observations(BUNDLED / case)
    posterior = co.calibrate(stated, reports, as_of=CASES[case], draws=MEMBERS, seed=SEED)
    return stated, posterior, co.forecast(stated, posterior, reports, horizon_days=AHEAD, members=MEMBERS, seed=SEED)


@functools.cache
def compared(case, alternative):
    """Return the histories of a scenario and of one of its alternatives."""
    stated, posterior, base = forecast_of(case)
    return base.samples, supposing(base, stated.with_alternative(alternative), posterior, seed=SEED).samples


def downstream(stated, place):
    """Return the places that people may come to from a place, and the place."""
    found = {place}
    while True:
        ends = {route.destination for route in stated.routes if route.origin in found}
        ends |= {route.origin for route in stated.routes if route.both_ways and route.destination in found}
        if ends <= found:
            return found
        found |= ends


def kinds(stated, alternative):
    """Return the kinds of events that an alternative adds, drops and does not add again, and its parameters."""
    (row,) = (row for row in stated.alternatives if row.alternative == alternative)
    dropped = {EventKind(drop.split()[0]) for drop in row.drop}
    return {event.kind for event in row.add} | dropped, dropped, row.parameters


def shipped():
    """Return each bundled case with each of its alternatives."""
    return [
        pytest.param(case, row.alternative, id=f"{case}-{row.alternative}")
        for case in CASES
        for row in co.read_scenario(BUNDLED / case).alternatives
    ]


def test_every_alternative_that_ships_is_looked_at():
    assert {tuple(parameter.values) for parameter in shipped()} == TOUCHED.keys()


@pytest.mark.parametrize(("case", "alternative"), shipped())
def test_places_upstream_have_the_same_people_in_every_history(case, alternative):
    usual, supposed = compared(case, alternative)
    touched = downstream(forecast_of(case)[0], TOUCHED[case, alternative])
    upstream = [place for place in usual.place.to_numpy().tolist() if place not in touched]
    for name in SAME:
        assert (usual[name].sel(place=upstream) == supposed[name].sel(place=upstream)).all(), name


@pytest.mark.parametrize(("case", "alternative"), shipped())
def test_unexplained_flows_are_the_same_people_wherever_there_are_so_many(case, alternative):
    usual, supposed = compared(case, alternative)
    assert (usual.unexplained_arrivals == supposed.unexplained_arrivals).all()
    fewer = np.minimum(usual.stock, supposed.stock) > 0
    same = usual.unexplained_departures == supposed.unexplained_departures
    assert same.where(fewer, other=True).all()


@pytest.mark.parametrize(("case", "alternative"), shipped())
def test_what_closes_raises_no_departures_and_what_opens_lowers_no_arrivals(case, alternative):
    usual, supposed = compared(case, alternative)
    changed, dropped, parameters = kinds(forecast_of(case)[0], alternative)
    place = TOUCHED[case, alternative]
    departures, arrivals = (
        [samples[name].sum("date").transpose("member", "place") for samples in (usual, supposed)]
        for name in ("departures", "arrivals")
    )
    if changed <= CLOSES and not dropped and not parameters:
        assert (departures[1].sel(place=place) <= departures[0].sel(place=place)).all()
        assert (departures[1].sum("place") <= departures[0].sum("place")).all()
    if changed <= OPENS and not dropped and all(getattr(row.prior, "factor", 0) > 1 for row in parameters):
        assert (arrivals[1].sum("place") >= (1 - FEW) * arrivals[0].sum("place") - 1).all()
