"""Every position of a day, enumerated: nodes in order of the day, and where people go from there."""

from corridor.engine.network.active_events import ActiveEvents
from corridor.engine.network.layout import lay_out
from corridor.engine.network.travel_rules import PARTS_OF_DAY
from corridor.engine.program import EN_ROUTE
from tests.builders import network, scenario, town, walk
from verification.expected.numbering import day_of


def enumerated(stated):
    """Return the layout of a scenario, and every position of a day on it."""
    layout = lay_out(ActiveEvents(stated))
    return layout.network, day_of(layout)


def test_hops_lead_to_later_nodes_alone_and_arrive_today_or_end_the_day_on_the_road():
    _, day = enumerated(network())
    for n, node in enumerate(day.node):
        reached = day.hop.cell[node.first_hop : node.last_hop]
        assert (reached[reached >= 0] > n).all()
    assert ((day.hop.cell >= 0) ^ (day.hop.slot >= 0)).all()


def test_only_nodes_that_somebody_can_reach_are_made():
    tables, day = enumerated(network())
    assert set(range(day.node.size)) <= set(day.hop.cell) | set(day.road.cell) | set(day.rester.cell)
    assert day.node.size < (PARTS_OF_DAY + 1) * tables.place.size


def test_a_hop_leads_as_far_as_its_road_is_long():
    stated = scenario((town("a"), town("b"), town("c")), (walk("a", "b", 17.5), walk("b", "c", 26.25)))
    tables, day = enumerated(stated)
    noon = day.hop.cell[day.node.first_hop[0]]
    assert day.node.place[noon] == 1
    on = day.hop[day.node.first_hop[noon]]
    assert on.cell == -1
    assert tables.slot.exposure[on.slot] == EN_ROUTE
    assert tables.slot.place[on.slot] == 2
    following = day.road[day.road.slot.tolist().index(on.slot)]
    assert day.node.place[following.cell] == 2


def test_where_the_day_ends_there_are_no_hops():
    stated = scenario((town("a"), town("b"), town("c")), (walk("a", "b", 35), walk("b", "c", 5)))
    _, day = enumerated(stated)
    evening = day.node[day.hop.cell[day.node.first_hop[0]]]
    assert evening.place == 1
    assert evening.first_hop == evening.last_hop
