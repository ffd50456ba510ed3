"""The bundled scenario says what was known on 3 March 2019, by whom, and nothing else."""

from __future__ import annotations

import csv
import datetime as dt
import re
from itertools import pairwise
from pathlib import Path

import pytest

from corridor.scenario.events import Event, EventKind
from corridor.scenario.io.read import read_observations, read_scenario
from corridor.scenario.observations import Measure, Observations, Use
from corridor.scenario.scenario import Scenario

KNOWN_BY = dt.date(2019, 3, 3)
NOT_OBSERVED = {"capacity", "demography_share", "hospital_referrals", "sam_children", "state", "trucks"}


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    return root / "src" / "corridor" / "bundled" / "baghouz_2019"


@pytest.fixture(scope="module")
def scenario(folder: Path) -> Scenario:
    return read_scenario(folder)


@pytest.fixture(scope="module")
def reports(folder: Path) -> Observations:
    return read_observations(folder)


@pytest.fixture(scope="module")
def published(shared_data: Path) -> list[dict[str, str]]:
    """Return the rows of the published figures, with the number that each gives."""
    tables = ("camp_and_deaths.csv", "exits_and_inside.csv", "process_facts.csv")
    rows: list[dict[str, str]] = []
    for name in tables:
        with (shared_data / "baghouz" / name).open(encoding="utf-8", newline="") as table:
            rows += [{"table": name, **row} for row in csv.DictReader(table)]
    return rows


def in_force(scenario: Scenario, day: dt.date) -> set[tuple[str, str | None, float | None]]:
    return {(row.kind.value, row.subject, row.value) for row in scenario.events if row.covers(day)}


def days_of(scenario: Scenario, first: dt.date, last: dt.date) -> list[dt.date]:
    assert scenario.start <= first <= last <= scenario.end
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def numbers_in(row: dict[str, str]) -> set[float]:
    cells = [cell for key, cell in row.items() if key not in {"address", "table"} and "date" not in key]
    cells = [re.sub(r"\d{4}-\d{2}(-\d{2})?|(?<=\d),(?=\d{3})", "", cell) for cell in cells]
    return {float(found) for cell in cells for found in re.findall(r"\d+(?:\.\d+)?", cell)}


def test_the_scenario_reads_without_problems(scenario: Scenario, reports: Observations) -> None:
    assert scenario.start == dt.date(2018, 12, 1)
    assert scenario.end == dt.date(2019, 5, 31)
    assert len(reports) >= 60


def test_nothing_was_reported_after_the_day_of_the_forecast(scenario: Scenario, reports: Observations) -> None:
    rows = [*scenario.all_events, *reports, *scenario.stocks]
    assert [row for row in rows if row.reported_on is None or row.reported_on > KNOWN_BY] == []
    ends = [row.end_reported_on for row in scenario.all_events if row.end_reported_on is not None]
    assert max(ends) <= KNOWN_BY
    capacities = [row.capacity_reported_on for row in scenario.places if row.capacity is not None]
    assert all(day is not None and day <= KNOWN_BY for day in capacities)


def test_no_report_is_about_a_day_after_the_day_of_the_forecast(reports: Observations) -> None:
    assert max(row.date for row in reports) <= KNOWN_BY


def test_no_report_was_known_before_the_day_that_it_is_about(reports: Observations) -> None:
    assert [row for row in reports if row.known_on < row.date] == []


def test_everything_stated_has_a_source(scenario: Scenario, reports: Observations) -> None:
    suppositions = [row for other in scenario.alternatives for row in other.parameters]
    rows = [*scenario.parameters, *suppositions, *scenario.all_events, *reports, *scenario.stocks]
    assert [row for row in rows if len(row.source.strip()) < 2] == []


def test_every_source_of_a_report_has_a_grade_and_a_reason(scenario: Scenario, reports: Observations) -> None:
    graded = {row.source for row in scenario.sources if row.reason}
    assert {row.source for row in (*reports, *scenario.events)} - graded == set()


def test_every_address_is_one(scenario: Scenario, reports: Observations) -> None:
    addresses = [row.url for row in (*scenario.events, *reports, *scenario.stocks)]
    assert [url for url in addresses if url is None or not url.startswith("http")] == []


def test_every_report_says_what_was_counted(reports: Observations) -> None:
    assert [row for row in reports if not row.definition] == []


def test_what_is_not_fitted_says_why(reports: Observations) -> None:
    assert [row for row in reports if row.use is not Use.FIT and not row.notes.get("x_reason")] == []


def test_population_less_cumulative_arrivals_stays_near_ten_thousand(reports: Observations) -> None:
    fitted = [row for row in reports if row.use is Use.FIT and row.place == "al_hol"]
    stock = {(row.source, row.date): row.count for row in fitted if row.measure is Measure.STOCK}
    came = {(row.source, row.date): row.count for row in fitted if row.measure is Measure.CUMULATIVE_ARRIVALS}
    left = [(stock[key] or 0) - (came[key] or 0) for key in stock.keys() & came.keys()]
    assert len(left) >= 5
    assert all(9_000 <= people <= 11_000 for people in left)


def test_figures_that_contradict_each_other_are_all_kept(reports: Observations) -> None:
    known = {(row.measure, row.count) for row in reports}
    together = [
        (Measure.STOCK, (22_356, 16_248)),
        (Measure.STOCK, (52_000, 51_000, 47_000, 45_000)),
        (Measure.DEPARTURES, (51_750, 50_000, 40_000)),
        (Measure.DEPARTURES, (36_545, 28_000)),
        (Measure.CUMULATIVE_DEATHS, (73, 75, 84)),
        (Measure.INSIDE, (5_000, 3_000, 2_000)),
    ]
    assert [(m, n) for m, counts in together for n in counts if (m, n) not in known] == []


def test_every_figure_was_published(reports: Observations, published: list[dict[str, str]]) -> None:
    given: dict[str, set[float]] = {}
    for row in published:
        given.setdefault(row["address"], set()).update(numbers_in(row))
    counts = [(row.url or "", n) for row in reports for n in (row.count, row.count_high) if n is not None]
    assert [pair for pair in counts if pair[1] not in given.get(pair[0], set())] == []


def test_every_usable_figure_is_there(
    scenario: Scenario, reports: Observations, published: list[dict[str, str]]
) -> None:
    there = {(row.url, row.count) for row in reports} | {(row.url, row.count_high) for row in reports}
    missing = [
        row
        for row in published
        if row["table"] != "process_facts.csv"
        and (row.get("metric") or row.get("kind")) not in NOT_OBSERVED
        and (row.get("as_of_date") or row["date"]) >= scenario.start.isoformat()
        and not {(row["address"], float(row[key])) for key in ("value", "value_low") if row[key]} & there
    ]
    assert missing == []


def test_the_way_from_baghouz_to_the_camp_is_as_long_as_the_texts_say(scenario: Scenario) -> None:
    stops = ("baghouz", "collection_point", "screening_point", "omar", "suar", "al_hol")
    length = {row.route: row.distance_km for row in scenario.routes}
    total = sum(length[f"{a}>{b}"] for a, b in pairwise(stops))
    assert total == pytest.approx(300, rel=0.05)


def test_every_route_says_where_its_length_comes_from(scenario: Scenario) -> None:
    assert [row for row in scenario.routes if not row.notes.get("x_source")] == []


def test_a_siege_never_outlasts_the_capture_and_baghouz_is_still_besieged(scenario: Scenario) -> None:
    ends = {row.subject: row.end for row in scenario.events if row.kind is EventKind.SIEGE}
    assert ends["hajin"] == dt.date(2018, 12, 14)
    assert ends["al_shafa"] == dt.date(2019, 1, 6)
    assert ends["baghouz"] is None


def test_trucks_can_carry_people_in_every_phase_but_the_week_without_exits(scenario: Scenario) -> None:
    carried: list[Event] = [
        row
        for row in scenario.events
        if row.kind is EventKind.TRANSPORT and row.subject == "collection_point>screening_point"
    ]
    without = [
        day for day in days_of(scenario, scenario.start, scenario.end) if not any(row.covers(day) for row in carried)
    ]
    week = days_of(scenario, dt.date(2019, 2, 13), dt.date(2019, 2, 19))
    assert without == [*week, dt.date(2019, 2, 21), dt.date(2019, 2, 23), dt.date(2019, 2, 24)]


@pytest.mark.parametrize("day", [dt.date(2018, 12, 20), dt.date(2019, 1, 20), dt.date(2019, 2, 10), KNOWN_BY])
def test_whenever_one_looks_the_last_convoy_known_is_thought_to_go_on(scenario: Scenario, day: dt.date) -> None:
    seen = in_force(scenario.known_by(day), dt.date(2019, 4, 1))
    roads = {subject for kind, subject, _ in seen if kind == "transport"}
    assert roads == {"collection_point>screening_point", "suar>al_hol"}


def test_only_what_a_planner_could_assume_holds_after_the_last_day_known(scenario: Scenario) -> None:
    later = in_force(scenario, KNOWN_BY + dt.timedelta(days=1))
    assert ("siege", "baghouz", None) in later
    assert ("corridor", "baghouz", None) in later
    assert {kind for kind, _, _ in later}.isdisjoint({"pause", "closure"})
    assert [row for row in scenario.events if row.start > KNOWN_BY] == []


def test_an_alternative_changes_nothing_of_the_past(scenario: Scenario) -> None:
    changed = {
        (other.alternative, day)
        for other in scenario.alternatives
        for day in days_of(scenario, scenario.start, KNOWN_BY)
        if in_force(scenario.with_alternative(other.alternative), day) != in_force(scenario, day)
    }
    assert changed == set()


def test_an_alternative_changes_the_future_as_seen_on_the_last_day_known(scenario: Scenario) -> None:
    usual = scenario.known_by(KNOWN_BY)
    days = days_of(scenario, KNOWN_BY, scenario.end)
    for other in scenario.alternatives:
        seen = scenario.with_alternative(other.alternative).known_by(KNOWN_BY)
        is_other_parameter = seen.parameters != usual.parameters
        assert is_other_parameter or any(in_force(seen, day) != in_force(usual, day) for day in days), other.alternative


def test_the_groups_make_up_everybody(scenario: Scenario) -> None:
    assert sum(row.share for row in scenario.groups) == pytest.approx(1)
    assert [row.group for row in scenario.groups if row.is_under_five] == ["under_five"]


def test_the_readme_says_that_nothing_later_was_used(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "Nothing published after 3 March 2019 was used" in text
