"""Proposals in the page: what was read in texts joins the tables only if a person accepts it."""

import csv
import datetime as dt

import pytest
from playwright.sync_api import expect

from corridor.scenario.observations import Measure
from corridor.scenario.proposals import Proposal
from corridor.sources.texts.review import propose

PATH = "/api/scenarios/siege/proposals"
SENTENCE = "About 21,500 people were in Plain Camp on 10 March."


def proposal(name, **changed):
    """Return a proposal as the reader of texts makes one."""
    facts = {
        "proposal": name,
        "measure": Measure.STOCK,
        "count": 21_500,
        "place": "plain_camp",
        "end": dt.date(2031, 3, 10),
        "said_by": "camp manager",
        "published": dt.date(2031, 3, 11),
        "sentence": SENTENCE,
        "file": "texts/sitrep.txt",
        "sha256": "0" * 64,
        "span_start": 0,
        "span_end": len(SENTENCE),
        "confidence": 0.9,
    }
    return Proposal(**facts | changed)


@pytest.fixture
def waiting(home):
    """Return a scenario folder in which two proposals wait, one of them without a place."""
    propose(
        home / "siege", [proposal("p1"), proposal("p2", place=None, place_text="the plain", confidence=0.4, count=900)]
    )
    return home / "siege"


def reports(folder):
    """Return the rows of observations.csv."""
    with (folder / "observations.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_proposals_wait_with_their_sentences_and_what_they_lack(client, waiting):
    first, second = client.get(PATH).json()
    assert (first["proposal"], first["sentence"], first["lacking"]) == ("p1", SENTENCE, [])
    assert "The plain is not a place" in second["lacking"][0]
    assert [row["source"] for row in reports(waiting)].count("camp manager") == 0


def test_what_is_accepted_is_a_row_and_waits_no_more(client, waiting):
    before = len(reports(waiting))
    left = client.post(f"{PATH}/p1/accept").json()
    assert [row["proposal"] for row in left] == ["p2"]
    row = reports(waiting)[-1]
    assert len(reports(waiting)) == before + 1
    assert (row["count"], row["place"], row["source"]) == ("21500", "plain_camp", "camp manager")


def test_what_is_rejected_leaves_the_tables_as_they_are(client, waiting):
    before = reports(waiting)
    left = client.post(f"{PATH}/p1/reject").json()
    assert [row["proposal"] for row in left] == ["p2"]
    assert reports(waiting) == before


def test_what_lacks_a_place_is_mended_and_then_accepted(client, waiting):
    refused = client.post(f"{PATH}/p2/accept")
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["code"] == "X101"
    mended = client.post(f"{PATH}/p2/mend", json={"values": {"place": "plain_camp", "count": "950"}}).json()
    assert [(row["place"], row["count"], row["lacking"]) for row in mended if row["proposal"] == "p2"] == [
        ("plain_camp", 950, [])
    ]
    assert client.post(f"{PATH}/p2/accept").status_code == 200
    assert reports(waiting)[-1]["count"] == "950"


@pytest.mark.usefixtures("waiting")
def test_a_field_that_nobody_can_mend_is_refused(client):
    answer = client.post(f"{PATH}/p1/mend", json={"values": {"sentence": "=cmd()"}})
    assert answer.status_code == 422
    assert "not a field to mend" in answer.json()["detail"]


@pytest.mark.usefixtures("waiting")
def test_a_proposal_that_is_not_there_is_refused_in_words(client):
    answer = client.post(f"{PATH}/p9/accept")
    assert answer.status_code == 422
    assert "no proposal p9" in answer.json()["detail"]


def test_a_person_accepts_on_the_page(tab, desk):
    folder = desk.library.home / "shared"
    propose(folder, [proposal("p7")])
    page = tab("scenario=shared&known_by=2031-02-13&days=14", wait=False)
    expect(page.locator("#proposals")).to_contain_text(SENTENCE)
    page.get_by_role("button", name="Accept: People present: 21,500, Plain Camp").click()
    expect(page.get_by_role("button", name="See the forecast with what was accepted")).to_be_visible()
    expect(page.locator("#proposals")).not_to_contain_text(SENTENCE)
    assert reports(folder)[-1]["x_proposal"] == "p7"
