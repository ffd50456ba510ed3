"""corridor read and corridor review: what they print, what they leave, and their exit codes."""

import io
import json

import pytest

from corridor.scenario.io.read import read_folder
from tests.cli.driving import command

FIELDS = (
    *("measure", "count", "count_high", "qualifier", "unit", "place", "place_text", "start", "end", "group"),
    *("said_by", "sentence", "file", "span", "confidence"),
)


@pytest.fixture
def text(tmp_path):
    """Return a small report."""
    path = tmp_path / "sitrep.txt"
    path.write_text(
        "Some 700 people were displaced from Alba on 20 January 2031, said the council. Nothing else is known.",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def scenario(tmp_path):
    """Return a scenario folder."""
    command("new", tmp_path / "mine")
    return tmp_path / "mine"


def type_in(monkeypatch, words):
    """Let a person type."""
    monkeypatch.setattr("sys.stdin", io.StringIO(words))


def test_machines_get_a_list_of_proposals_with_the_fields_of_the_contract(text):
    outcome = command("read", text, "--published", "2031-01-22", "--json")
    (proposal,) = json.loads(outcome.out)
    assert outcome.code == 0
    assert set(FIELDS) <= set(proposal)
    assert (proposal["measure"], proposal["count"], proposal["place"]) == ("departures", 700, "Alba")
    first, last = proposal["span"]
    assert text.read_text(encoding="utf-8")[first:last].startswith("Some 700 people")


def test_people_see_the_sentence_and_nothing_is_written_without_a_scenario(text, tmp_path):
    before = sorted(tmp_path.iterdir())
    outcome = command("read", text)
    assert "departures: about 700 people, Alba, 2031-01-20" in outcome.out
    assert "no day of publication" in outcome.err
    assert sorted(tmp_path.iterdir()) == before


def test_what_is_read_into_a_scenario_waits_and_check_counts_it(text, scenario):
    outcome = command("read", text, "--published", "2031-01-22", "--into", scenario)
    assert "1 new of 1" in outcome.out
    assert "1 pending, 0 accepted, 0 rejected" in command("check", scenario).out


def test_a_person_mends_and_accepts_one_at_a_time(text, scenario, monkeypatch):
    command("read", text, "--published", "2031-01-22", "--into", scenario)
    place = read_folder(scenario)[0].places[0].place
    type_in(monkeypatch, f"a\nplace={place}\na\n")
    outcome = command("review", scenario)
    assert "Alba is not a place of the scenario" in outcome.out
    assert "0 pending, 1 accepted" in outcome.out
    row = read_folder(scenario)[1].rows[-1]
    assert (row.count, row.place) == (700, place)


def test_options_reject_and_mend_without_a_person(text, scenario):
    command("read", text, "--published", "2031-01-22", "--into", scenario)
    (proposal,) = json.loads(command("read", text, "--published", "2031-01-22", "--json").out)
    name = proposal["proposal"]
    assert command("review", scenario, "--mend", f"{name}:count=650", "--json").facts["pending"] == 1
    assert command("review", scenario, "--reject", name, "--json").facts["rejected"] == 1
    assert command("review", scenario, "--accept", name).code == 2


def test_the_end_of_the_input_leaves_what_waits(text, scenario, monkeypatch):
    command("read", text, "--published", "2031-01-22", "--into", scenario)
    type_in(monkeypatch, "")
    assert "1 pending" in command("review", scenario).out


def test_a_file_that_is_no_report_is_an_input_with_problems(tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    outcome = command("read", tmp_path / "empty.txt", "--json")
    assert (outcome.code, outcome.facts["problems"][0]["code"]) == (1, "X004")


def test_a_scenario_without_proposals_is_told_how_to_get_some(scenario):
    outcome = command("review", scenario)
    assert outcome.code == 2
    assert "corridor read TEXT --into" in outcome.err
