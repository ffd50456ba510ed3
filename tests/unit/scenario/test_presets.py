"""A preset decides whose rules hold where a scenario states nothing."""

from dataclasses import replace

import pytest

from corridor.scenario.io.read import read_folder
from corridor.scenario.parameters import DEFINITIONS, Fixed
from corridor.scenario.presets import Preset
from corridor.scenario.timeline import explain

FLEE = (Preset.FLEE_3_1, Preset.FLEE_NEWEST)


def test_a_scenario_that_names_no_preset_has_the_rules_of_corridor(folder):
    assert read_folder(folder)[0].preset is Preset.CORRIDOR


@pytest.mark.parametrize("preset", FLEE)
def test_one_word_in_the_settings_switches_the_defaults(folder, edit, preset):
    edit("scenario.toml", "\nend = ", f'\npreset = "{preset.value}"\nend = ')
    scenario, _ = read_folder(folder)
    assert scenario.parameter("death_rate_en_route_per_day").prior == Fixed(value=0)
    assert scenario.parameter("move_chance_camp", "plain_camp").prior == Fixed(value=0.001)
    assert scenario.parameter("softening_km").prior == DEFINITIONS["softening_km"].default


def test_what_is_stated_goes_before_the_default_of_any_preset(folder):
    scenario, _ = read_folder(folder)
    (stated, *_) = scenario.parameters
    for preset in Preset:
        assert replace(scenario, preset=preset).parameter(stated.name, stated.subject) == stated


def test_under_flee_nobody_dies_or_departs_and_nothing_varies_by_the_day():
    stopped = {name for name, row in DEFINITIONS.items() if row.default_of(Preset.FLEE_NEWEST) == Fixed(value=0)}
    assert {name for name in DEFINITIONS if name.startswith("death_rate_")} < stopped
    assert {"departure_rate_per_day", "return_rate_per_day", "push_sd", "push_day_sd", "pull_sd"} < stopped


def test_both_versions_of_flee_have_the_same_defaults():
    assert [row for row in DEFINITIONS.values() if row.default_of(FLEE[0]) != row.default_of(FLEE[1])] == []


def test_defaults_lie_within_their_bounds_under_every_preset():
    fixed = ((row, row.default_of(preset)) for row in DEFINITIONS.values() for preset in Preset)
    assert [
        row.name for row, prior in fixed if isinstance(prior, Fixed) and not row.low <= prior.value <= row.high
    ] == []


def test_parallel_routes_are_told_apart_by_what_they_go_by(folder):
    text = (folder / "routes.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{text[0]},via", *(f"{line}," for line in text[1:]), f"{text[1]},the_ridge"]
    (folder / "routes.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    scenario, _ = read_folder(folder)
    first, last = scenario.routes[0], scenario.routes[-1]
    assert last.route == f"{first.route}/the_ridge"
    assert last.reversed().route == f"{last.destination}>{last.origin}/the_ridge"


def test_a_suspended_camp_takes_nobody_and_says_so(folder):
    with (folder / "events.csv").open("a", encoding="utf-8") as table:
        columns = (folder / "events.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        cells = {"start": "2031-02-01", "kind": "camp_suspended", "subject": "plain_camp", "source": "invented"}
        table.write(",".join(cells.get(column, "") for column in columns) + "\n")
    text = explain(read_folder(folder)[0])
    assert "Plain Camp is no camp for the time; people there move on as from a town." in text
