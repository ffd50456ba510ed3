"""Parts of the day are brought together if people get as far from one as from the other, and only then."""

import pytest

from corridor.engine.network import merged_parts as module
from corridor.scenario.presets import Preset
from tests.builders import camp, drive, scenario, sim, town, under
from tests.networks import random_network

FLEE = (Preset.FLEE_3_1, Preset.FLEE_NEWEST)


def hops_from(network, i):
    """Return what may be driven or walked from a position: length, a day's travel, and the position at the end."""
    rest, place, paths = network.rest[i], network.place, network.path.size
    first, last = place.first_path[rest.place], place.last_path[rest.place]
    for o in range(first, last) if rest.path < 0 else (rest.path,):
        hop = network.hop[o + paths if rest.walks else o]
        if hop.goes_on:
            for speed in {hop.speed, hop.slow_speed}:
                if speed > hop.length:
                    yield int(hop.length), int(speed), int(hop.rest)


def ways_ahead(network):
    """Return for each position and part of the day that people reach all that they may do from there today."""
    found = {}

    def from_(i, used):
        if (i, used) not in found:
            found[i, used] = tuple(
                from_(rest, used + length) if used + length < speed else None
                for length, speed, rest in hops_from(network, i)
            )
        return i, found[i, used]

    for i in range(network.rest.size):
        from_(i, 0)
    for road in network.road:
        for i, used in ((road.rest, road.used), (road.slow_rest, road.slow_used)):
            if i >= 0 and used >= 0:
                from_(int(i), int(used))
    return found


def latest(network, i, used):
    """Return the latest part that is alike."""
    parts = network.merged_part[network.first_merged[i] : network.first_merged[i + 1]]
    return int(parts[parts >= used].min())


@pytest.mark.parametrize("preset", FLEE)
@pytest.mark.parametrize("seed", range(6))
def test_parts_of_the_day_are_alike_just_where_all_ways_ahead_are(preset, seed):
    network = sim(under(preset, random_network(seed)[0])).program.network
    if network.clock.minds_stints[0]:
        assert network.merged_part.size == 0
        return
    ahead = ways_ahead(network)
    assert len(ahead) >= network.rest.size
    by_position = {}
    for i, used in ahead:
        by_position.setdefault(i, []).append(used)
    for i, parts in by_position.items():
        for one in parts:
            assert latest(network, i, one) >= one
            for other in parts:
                assert (latest(network, i, one) == latest(network, i, other)) == (ahead[i, one] == ahead[i, other])


def chain(preset=Preset.FLEE_3_1):
    """Return four places in a row, 30, 50 and 90 km apart, and a day's travel of 100 km."""
    places = (town("a"), town("b"), town("c"), camp("d"))
    roads = (drive("a", "b", 30.0), drive("b", "c", 50.0), drive("c", "d", 90.0))
    return under(preset, scenario(places, roads, values={"speed_vehicle_km_per_day": 100.0}))


def test_from_the_start_of_a_road_people_who_have_come_far_are_alike():
    network = sim(chain()).program.network
    a, b, c = (int(network.place.morning[p]) for p in range(3))
    assert latest(network, a, 0) == 19_999  # c is 80 km away: below 20 km behind them, people may go on from there
    assert latest(network, b, 0) == 49_999
    assert latest(network, b, 30_000) == 49_999
    assert latest(network, c, 0) == 9_999
    assert latest(network, c, 50_000) == latest(network, c, 80_000)


def test_where_time_is_counted_nothing_is_brought_together():
    assert sim(chain(Preset.CORRIDOR)).program.network.merged_part.size == 0


@pytest.mark.parametrize("bound", ["MOST_PARTS", "MOST_HOPS"])
def test_where_there_is_too_much_to_look_at_nothing_is_brought_together(bound, monkeypatch):
    monkeypatch.setattr(module, bound, 1)
    network = sim(chain()).program.network
    assert network.merged_part.size == 0
    assert network.first_merged.tolist() == [0] * (network.rest.size + 1)
