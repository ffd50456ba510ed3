"""The life of proposals in a scenario folder: they wait, and only what is accepted becomes a row."""

import datetime as dt

import pytest

from corridor.errors import ScenarioError, UsageError
from corridor.scenario.io.proposals import count_proposals, read_proposals
from corridor.scenario.io.read import read_folder
from corridor.scenario.io.write import copy_template
from corridor.sources.texts import Document, Publication, read_proposals_of
from corridor.sources.texts.review import accept, accept_above, mend, propose, reject

TEXT = (
    "On 20 January 2031 some 700 people arrived at {camp}. Another 40 families arrived at Nowhere on 21 January 2031."
)


@pytest.fixture
def folder(tmp_path):
    """Return a scenario in which two proposals wait, one of a place that it lacks."""
    folder = copy_template("siege", tmp_path / "mine")
    scenario, _ = read_folder(folder)
    camp = next(place for place in scenario.places if place.kind.value == "camp")
    document = Document("sitrep.txt", TEXT.format(camp=camp.name), "a" * 64)
    propose(folder, read_proposals_of([document], Publication(dt.date(2031, 1, 22), "Red Crescent"), scenario))
    return folder


def rows(folder):
    """Return the observations of a folder."""
    return read_folder(folder)[1].rows


def test_what_waits_is_in_no_table(folder, tmp_path):
    assert rows(folder) == rows(copy_template("siege", tmp_path / "fresh"))
    assert {state.value: count for state, count in count_proposals(folder).items()} == {
        "pending": 2,
        "accepted": 0,
        "rejected": 0,
    }


def test_an_accepted_proposal_is_a_row_with_its_provenance(folder):
    before = (folder / "observations.csv").read_text(encoding="utf-8").splitlines()
    first = read_proposals(folder)[0]
    assert [row.proposal for row in accept(folder, [first.proposal])] == [first.proposal]
    row = rows(folder)[-1]
    assert (row.count, row.measure.value, str(row.date), row.source) == (700, "arrivals", "2031-01-20", "Red Crescent")
    assert row.notes["x_sentence"].startswith("On 20 January 2031 some 700 people")
    assert (row.notes["x_file"], row.notes["x_span"], row.notes["x_sha256"]) == (
        "sitrep.txt",
        "0-" + row.notes["x_span"][2:],
        "a" * 64,
    )
    after = (folder / "observations.csv").read_text(encoding="utf-8").splitlines()
    assert [line[: len(old)] for line, old in zip(after, before, strict=False)] == before


def test_accepting_twice_adds_nothing_twice(folder):
    first = read_proposals(folder)[0].proposal
    accept(folder, [first])
    size = len(rows(folder))
    assert accept(folder, [first]) == ()
    assert len(rows(folder)) == size


def test_a_row_that_stands_in_the_table_already_is_not_added_after_an_interruption(folder):
    first = read_proposals(folder)[0].proposal
    waiting = (folder / "proposals.csv").read_text(encoding="utf-8")
    accept(folder, [first])
    (folder / "proposals.csv").write_text(waiting, encoding="utf-8")
    size = len(rows(folder))
    accept(folder, [first])
    assert len(rows(folder)) == size


def test_what_lacks_something_is_not_accepted_and_says_what(folder):
    second = read_proposals(folder)[1].proposal
    before = (folder / "observations.csv").read_bytes()
    with pytest.raises(ScenarioError) as caught:
        accept(folder, [second])
    assert [problem.code for problem in caught.value.problems] == ["X101", "X104"]
    assert (folder / "observations.csv").read_bytes() == before


def test_a_mended_proposal_can_be_accepted(folder):
    first, second = read_proposals(folder)
    changed = mend(folder, second.proposal, {"place": first.place, "household_size": "5"})
    assert "mended by a person" in changed.gaps
    accept(folder, [second.proposal])
    row = rows(folder)[-1]
    assert (row.count, row.household_size, row.people) == (40, 5.0, 200.0)


def test_an_impossible_value_mends_nothing(folder):
    first = read_proposals(folder)[0]
    with pytest.raises(ScenarioError, match="is not a date"):
        mend(folder, first.proposal, {"end": "yesterday"})
    with pytest.raises(UsageError, match="is not a field to mend"):
        mend(folder, first.proposal, {"sentence": "Nobody came."})
    assert read_proposals(folder)[0] == first


def test_a_row_that_would_break_the_scenario_is_refused_whole(folder):
    first = read_proposals(folder)[0].proposal
    mend(folder, first, {"end": "2091-01-01", "start": ""})
    before = (folder / "observations.csv").read_bytes()
    with pytest.raises(ScenarioError):
        accept(folder, [first])
    assert (folder / "observations.csv").read_bytes() == before


def test_a_rejected_proposal_stays_rejected_when_the_text_is_read_again(folder):
    first = read_proposals(folder)[0]
    reject(folder, [first.proposal])
    assert propose(folder, [first]) == ()
    assert read_proposals(folder)[0].state.value == "rejected"
    with pytest.raises(UsageError, match="was rejected before"):
        accept(folder, [first.proposal])


def test_all_above_a_confidence_are_accepted_but_for_those_that_lack_something(folder):
    added, waiting = accept_above(folder, 0.5)
    assert [row.count for row in added] == [700]
    assert [problem.code for problem in waiting] == ["X101", "X104"]


def test_the_same_statement_of_another_text_is_noted_beside_the_first(folder):
    first = read_proposals(folder)[0]
    other = first.model_copy(update={"proposal": "p1", "file": "news.txt", "span_start": 5, "span_end": 50})
    assert propose(folder, [other]) == ()
    assert read_proposals(folder)[0].also_at == "news.txt:5-50"
