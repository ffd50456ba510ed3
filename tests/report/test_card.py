"""The model card: what a forecast is, for what, from what it was learnt, how well it has done."""

import json
from shutil import copytree

import pytest

from corridor.errors import UsageError
from corridor.report.facts.context import PageOptions
from corridor.report.pages.card import write_card
from corridor.runs.folder import read_run
from corridor.scenario.observations import Measure
from tests.report.test_page import LOADING, read, words

SECTIONS = ["details", "use", "misuse", "data", "evaluation", "limits", "ethics", "provenance"]
SCORE = {
    "model": "corridor",
    "place": "all",
    "nominal_horizon": 28,
    "targets": 40,
    "origins": 12,
    **dict.fromkeys(("wis", "mae"), 120.0),
    "wis_log1p": 0.1,
    **{f"coverage_{level}": level / 100 for level in (50, 80, 95)},
    **{f"skill{of}{end}": 0.3 for of in ("", "_log1p") for end in ("", "_p05", "_p95")},
}


@pytest.fixture(scope="module")
def card(run_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("card")
    path = write_card(run_folder, out=folder)
    assert path == folder / "model_card.html"
    return path.read_text(encoding="utf-8")


def test_the_card_has_the_sections_that_readers_of_cards_look_for(card):
    found = [attributes["id"] for tag, attributes in read(card).tags if tag == "h2"]
    assert found == SECTIONS


def test_its_figures_are_those_of_the_run(card, run_folder):
    run, text = read_run(run_folder), words(card)
    assert f"with seed {run.run['seed']};" in text
    assert f"Corridor {run.run['version']}" in text
    assert f"{len(run.scenario.places)} places, {len(run.scenario.routes)} routes" in text
    used = [row for row in run.observations.known_by(run.origin_date).to_fit() if row.measure is Measure.STOCK]
    assert f"people there ({len(used)})" in text
    assert "No report was used that counts: departures, people waiting" in text
    assert "No back-test of this scenario stands beside this card" in text
    assert "Counts of people from 1 to 9 are not shown" in text


def test_it_runs_and_loads_nothing(card):
    assert "<script" not in card
    policy = next(a["content"] for _, a in read(card).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert "script-src 'none'" in policy
    assert not [name for tag, attributes in read(card).tags for name in LOADING & attributes.keys() if tag != "a"]


def test_a_back_test_that_is_named_gives_the_verdict_and_the_scores(run_folder, tmp_path):
    backtest = tmp_path / "BACKTEST"
    copytree(run_folder, backtest)
    facts = json.loads((backtest / "run.json").read_text(encoding="utf-8"))
    (backtest / "run.json").write_text(json.dumps(facts | {"command": "evaluate"}), encoding="utf-8")
    scores = {"models": {"corridor": {"28": SCORE}}, "rows": [SCORE], "origins": 12}
    (backtest / "scores.json").write_text(json.dumps(scores), encoding="utf-8")
    header, *rows = (run_folder / "forecast.csv").read_text(encoding="utf-8").splitlines()
    older = [f"corridor,{row.replace('2020-02-01', '2020-01-18', 1)},28" for row in rows if ",stock," in row]
    table = "\n".join([f"model,{header},nominal_horizon", *older])
    (backtest / "forecasts.csv").write_text(table + "\n", encoding="utf-8")
    text = words(write_card(run_folder, PageOptions(since=(backtest,)), out=tmp_path).read_text(encoding="utf-8"))
    assert "Corridor was better than the last report carried forward" in text
    assert "Back-test of 12 origins" in text
    assert "No back-test" not in text


def test_a_place_that_the_scenario_lacks_is_refused(run_folder, tmp_path):
    with pytest.raises(UsageError, match="is not a place of"):
        write_card(run_folder, PageOptions(place="nowhere"), out=tmp_path)
