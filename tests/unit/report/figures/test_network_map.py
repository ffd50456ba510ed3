"""The map: coarse where it could harm, readable everywhere."""

from itertools import combinations

import pytest

from corridor.report.facts.context import report_context
from corridor.report.figures.label_placement import Area, label_for
from corridor.report.figures.network_map import network_map, positions
from corridor.runs.folder import read_run
from corridor.scenario.outlines import Box, outlines
from tests.report.synthetic import make_run


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return report_context(read_run(make_run(tmp_path_factory.mktemp("map") / "RUN")))


def test_a_besieged_place_and_the_way_out_are_drawn_to_a_tenth_of_a_degree(told):
    found = positions(told.run.scenario)
    assert found["old_town"] == (41.0, 34.5)
    assert found["gate"] == (41.0, 34.6)
    assert found["camp"] == (41.15, 36.38)


def test_labels_do_not_lie_on_each_other(told):
    drawing = network_map(told)
    areas = [label.area for label in (*drawing.labels, *drawing.countries)]
    assert len(drawing.labels) == 4
    assert not [pair for pair in combinations(areas, 2) if pair[0].meets(pair[1])]


def test_labels_stay_on_the_sheet(told):
    drawing = network_map(told)
    assert all(label.area.lies_within((drawing.width, drawing.height)) for label in drawing.labels)


def test_places_stand_north_up_and_west_left(told):
    spots = {spot.place: spot for spot in network_map(told).spots}
    assert spots["camp"].y < spots["gate"].y < spots["old_town"].y
    assert spots["small_camp"].x < spots["camp"].x


def test_small_counts_are_not_written_on_the_map(told):
    labels = {label.name: label.words for label in network_map(told).labels}
    small = next(words for name, words in labels.items() if "مخيم" in name)
    assert small == "<10"


def test_the_country_of_every_place_is_drawn():
    names = {row.name for row in outlines(Box(38, 33, 43, 38)) if row.holds((41.15, 36.375))}
    assert names == {"Syria"}


def test_other_scenarios_get_an_outline_of_the_world():
    assert "Mali" in {row.name for row in outlines(Box(-5, 12, 1, 17))}


def test_a_view_beyond_every_outline_has_none():
    assert outlines(Box(-300, -3, -290, 3)) == ()


def test_a_label_moves_aside_and_points_to_its_place():
    crowd = [Area(0, 60, 200, 140)]
    label = label_for((100, 100), 4, ("Name", ""), crowd, (200, 300))
    assert label is not None
    assert label.leader is not None
    assert not label.area.meets(crowd[0])


def test_a_label_without_room_is_left_out():
    assert label_for((100, 100), 4, ("Name", ""), [Area(0, 0, 200, 200)], (200, 200)) is None
