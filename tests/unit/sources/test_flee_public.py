"""The four public instances, where they are at hand: sound when written, counted whole, the same read back."""

import csv
import os
from pathlib import Path

import pytest

from corridor.scenario.io.read import read_folder
from corridor.scenario.presets import Preset
from corridor.sources.flee import read_flee, write_imported

SHARED = Path(os.environ.get("CORRIDOR_SHARED", Path(__file__).resolve().parents[4] / "shared"))
INSTANCES = SHARED / "data" / "flee"
NAMES = ("burundi", "car", "mali2012", "ssudan")
# Places of locations.csv, camps, roads, days, people in camps on day 0.
SIZES = {
    "burundi": (30, 5, 41, 396, 191),
    "car": (63, 14, 86, 820, 66_984),
    "mali2012": (23, 7, 35, 300, 10_838),
    "ssudan": (51, 10, 60, 604, 0),
}

pytestmark = pytest.mark.skipif(
    not INSTANCES.is_dir(), reason="the public instances of Flee are not beside the repository: shared/data/flee"
)


@pytest.fixture(scope="module", params=NAMES)
def instance(request):
    """Return an instance by its name, with what it becomes."""
    return INSTANCES / request.param, read_flee(INSTANCES / request.param)


def rows(path):
    """Return the rows of a table that state something."""
    with path.open(encoding="utf-8", newline="") as table:
        return [row for row in csv.reader(table) if row and row[0].strip() and not row[0].startswith("#")]


@pytest.mark.parametrize("preset", Preset)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_sound_scenario_under_every_preset_and_is_read_back_unchanged(tmp_path, name, preset):
    result = read_flee(INSTANCES / name, preset=preset)
    assert read_folder(write_imported(result, tmp_path / "out")) == (result.scenario, result.observations)


def test_its_size_is_the_published_one(instance):
    folder, result = instance
    scenario = result.scenario
    own = [row for row in scenario.places if "x_only_in" not in row.notes]
    camps = [row for row in own if row.kind.is_final]
    sizes = (len(own), len(camps), len(scenario.routes), scenario.n_days, sum(row.population or 0 for row in camps))
    assert sizes == SIZES[folder.name]


def test_no_count_is_lost_but_those_that_flee_loses_when_it_adds_files_up(instance):
    folder, result = instance
    layout = rows(folder / "source_data" / "data_layout.csv")
    single = {row[0]: row[1].strip() for row in layout if len([cell for cell in row[1:] if cell.strip()]) == 1}
    for name, file in single.items():
        counts = [
            (row[0].strip(), int(row[1]))
            for row in rows(folder / "source_data" / file)
            if row[0].strip()[:4].isdigit() and len(row) > 1 and row[1].strip()
        ]
        source = f"{file} of {folder.name}"
        found = [(row.date.isoformat(), row.count) for row in result.observations if row.source == source]
        assert found == list(dict.fromkeys(counts)), name


def test_every_place_keeps_its_name_position_and_country(instance):
    folder, result = instance
    places = {row.name: row for row in result.scenario.places}
    for name, _, country, lat, lon, *_ in rows(folder / "input_csv" / "locations.csv"):
        place = places[name]
        assert (place.notes["x_country"], place.lat, place.lon) == (country, float(lat), float(lon))


def test_every_road_keeps_its_ends_and_its_length(instance):
    folder, result = instance
    names = {row.place: row.name for row in result.scenario.places}
    found = [(names[row.origin], names[row.destination], row.distance_km) for row in result.scenario.routes]
    assert found == [(row[0], row[1], float(row[2])) for row in rows(folder / "input_csv" / "routes.csv")]


def test_every_file_that_was_read_has_its_digest(instance):
    folder, result = instance
    names = {name for name in result.digests if name.startswith("input_csv/")}
    assert names == {f"input_csv/{path.name}" for path in (folder / "input_csv").iterdir()}
    assert "simsetting.yml" in result.digests


def test_a_forecast_of_the_first_day_knows_no_capacity_no_correction_and_no_later_fighting(instance):
    _, result = instance
    known = result.scenario.known_by(result.scenario.start)
    assert all(row.capacity is None for row in known.places)
    assert all(row.start <= result.scenario.start for row in known.events)
    assert not [row for row in known.events if row.kind.value == "verification"]
