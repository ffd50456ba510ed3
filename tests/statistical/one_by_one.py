"""A network whose camp is filled by several roads at once, and Flee's law on it, one person after the other.

The law is written down here anew, from Flee's own order of a day: first each one at rest decides, then each one under
way arrives, and decides again while the day is not over. Whoever leaves or comes to the camp changes the room that the
next one sees. Flee goes through people in the order in which they were displaced. The order of Corridor is drawn each
day, those in camps, who were displaced earlier than most others, within the first half.
"""

import numba
import numpy as np

from corridor.engine.run.simulate import simulate
from corridor.scenario.presets import Preset
from tests.builders import camp, drive, event, people, scenario, town, under

PLACES = ("large", "middle", "small", "ahead", "camp", "other")
ROADS = (
    ("large", "camp", 60.0),
    ("large", "other", 90.0),
    ("middle", "ahead", 40.0),
    ("small", "camp", 120.0),
    ("small", "ahead", 50.0),
    ("ahead", "camp", 70.0),
    ("ahead", "other", 150.0),
)
A_DAY = {20: (1, 1, 0), 100: (4, 3, 1), 1_000: (40, 25, 9), 50_000: (2_000, 1_300, 450), 2_000: (2_500, 1_500, 500)}
"""People who become displaced in the first three places each day, by the capacity of the camp."""

LOOKED_AT = {2_000: (0, 1, 2, 3)}
"""Days that are looked at where not the usual ones: a camp that some hundreds fill up within hours."""

USUAL = (24, 30, 39)
"""The camp is filling, has just filled, and is full."""

SPEED, BUFFER = 200.0, 0.9
MOVE_TOWN, MOVE_CAMP = 0.3, 0.02


def days_of(capacity):
    """Return how many days are gone through."""
    return max(LOOKED_AT.get(capacity, USUAL)) + 1


def filling(capacity, preset=Preset.FLEE_3_1):
    """Return the scenario."""
    places = [town(place) for place in PLACES[:4]]
    inflows = [event("inflow", place, 0, None, n) for place, n in zip(PLACES, A_DAY[capacity], strict=False) if n]
    stated = scenario(
        (*places, camp("camp", capacity=capacity), camp("other")),
        [drive(*road, both_ways=True) for road in ROADS],
        inflows,
        days=days_of(capacity),
        values={
            "speed_vehicle_km_per_day": SPEED,
            "capacity_buffer": BUFFER,
            "move_chance_town": MOVE_TOWN,
            "move_chance_camp": MOVE_CAMP,
            "awareness_level": 1,
        },
    )
    return under(preset, stated)


def in_groups(capacity, members, seed, preset=Preset.FLEE_3_1):
    """Return people in each place at the end of each day, (place, member, day), as Corridor moves them."""
    ensemble = simulate(filling(capacity, preset), members=members, seed=seed, workers=2)
    return np.array([people(ensemble, "stock", place) for place in PLACES])


def one_by_one(capacity, members, seed, *, as_displaced=False):
    """Return the same, moved one by one, in the order of Corridor or in that in which people were displaced."""
    km = np.zeros((len(PLACES), len(PLACES)))
    for one, other, length in ROADS:
        a, b = PLACES.index(one), PLACES.index(other)
        km[a, b] = km[b, a] = length
    a_day = np.array(A_DAY[capacity])
    inside = np.empty((members, days_of(capacity), len(PLACES)), dtype=np.int64)
    chance = np.random.default_rng(seed)
    for m in range(members):
        _days(km, a_day, (float(capacity), as_displaced), chance, inside[m])
    return inside.transpose(2, 0, 1)


@numba.njit
def _room(inside, p, capacity):
    if p != 4:
        return 1.0
    return min(1.0, max(0.0, 1.0 - (inside[p] - BUFFER * capacity) / (capacity * (1.0 - BUFFER))))


@numba.njit
def _decide(km, p, inside, capacity, chance):
    """Return where somebody in a place sets out for; -1 is nowhere."""
    if chance.random() >= (MOVE_CAMP if p >= 4 else MOVE_TOWN):
        return -1
    total = 0.0
    for q in range(km.shape[0]):
        if km[p, q] > 0.0:
            total += _room(inside, q, capacity) / (10.0 + km[p, q])
    left, chosen = chance.random() * total, -1
    for q in range(km.shape[0]):
        if km[p, q] > 0.0 and left >= 0.0:
            left -= _room(inside, q, capacity) / (10.0 + km[p, q])
            chosen = q
    return -1 if _room(inside, chosen, capacity) < 0.5 else chosen


@numba.njit
def _drawn(at, chance):
    """Return people in an order that is drawn, those in camps within the first half."""
    turn = chance.random(at.size)
    return np.argsort(np.where(at >= 4, turn / 2.0, turn))


@numba.njit
def _days(km, a_day, rules, chance, record):
    """Go through the days, and record how many people are inside each place, (day, place)."""
    (days, places), (capacity, as_displaced) = record.shape, rules
    at = np.zeros(days * a_day.sum(), dtype=np.int64)
    bound = np.full(at.size, -1)
    inside, displaced = np.zeros(places, dtype=np.int64), 0
    for t in range(days):
        for p in range(a_day.size):
            at[displaced : displaced + a_day[p]] = p
            inside[p] += a_day[p]
            displaced += a_day[p]
        order = np.arange(displaced) if as_displaced else _drawn(at[:displaced], chance)
        for i in order:
            bound[i] = _decide(km, at[i], inside, capacity, chance)
            if bound[i] >= 0:
                inside[at[i]] -= 1
        for i in order if as_displaced else np.argsort(chance.random(displaced)):
            moved = 0.0
            while bound[i] >= 0:
                moved += km[at[i], bound[i]]
                at[i], bound[i] = bound[i], -1
                inside[at[i]] += 1
                if moved < SPEED:
                    bound[i] = _decide(km, at[i], inside, capacity, chance)
                    if bound[i] >= 0:
                        inside[at[i]] -= 1
        record[t] = inside
