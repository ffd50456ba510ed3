"""What every part of the report draws on: the run, its series, its reports, and the guard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corridor.errors import UsageError
from corridor.message import read_messages
from corridor.needs.small import PersonNeed, limits_of, needs_of_one, small_needs
from corridor.needs.standards import BUNDLED, GAP, TRUCKS, load_standards
from corridor.report.facts.comparison import compare_reports
from corridor.report.facts.series import series_table
from corridor.report.facts.wording import Guard
from corridor.report.languages.language import ENGLISH, language_of
from corridor.runs.folder import MESSAGES, NEEDS_OF_ONE, as_written, read_run
from corridor.scenario.events import EventKind
from corridor.scenario.observations import Measure, by_reports
from corridor.scenario.routes import parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from corridor.message import Message
    from corridor.needs.rows import NeedRow, RunOutRow
    from corridor.needs.small import SmallNeeds
    from corridor.report.facts.comparison import ComparedReport
    from corridor.report.facts.series import PlaceSeries, SeriesTable
    from corridor.report.languages.language import Language
    from corridor.runs.folder import Run

MOST_PLACES = 6
EVERYWHERE = "all"
"""The location under which the tables have the sum over all places."""


@dataclass(frozen=True)
class PageOptions:
    """What a page of a run is about, and how it is written: the same for the report, the brief, the card, the workbook.

    Attributes
    ----------
    suppress_below
        Counts of people from 1 to below this are shown as "<10", in charts and tables alike.
    place
        What it is mainly about; the place of rest with most reports if None.
    language
        It is written in it: en, fr or ar.
    since
        RUN folders of earlier forecasts of the same scenario, or of a back-test of it, to set beside what came.
    """

    suppress_below: int = 10
    place: str | None = None
    language: str = "en"
    since: tuple[Path, ...] = ()


class Worded(NamedTuple):
    """A sentence of the run, and whether it stands there in English for want of a template."""

    text: str
    is_english: bool


@dataclass(frozen=True)
class ReportContext:
    """A run with all that its pages are made from."""

    run: Run
    series: SeriesTable
    compared: tuple[ComparedReport, ...]
    guard: Guard
    place: str | None = None
    since: tuple[Path, ...] = ()

    @property
    def language(self) -> Language:
        """Return the language that the page is written in."""
        return self.guard.language

    @property
    def origin(self) -> date:
        """Return the last day of which anything was known."""
        return self.run.origin_date

    @property
    def end(self) -> date:
        """Return the last day of the forecast."""
        return self.origin + timedelta(days=self.run.horizon_days)

    def name(self, place: str) -> str:
        """Return the name of a place for people; several places are joined by +."""
        parts = (self._names.get(part.strip(), part.strip()) for part in place.split("+"))
        return " + ".join(self.language.isolated(part) for part in parts)

    def path_name(self, subject: str) -> str:
        """Return a place, or a route as ORIGIN → DESTINATION, by names for people."""
        origin, destination, via = parts_of(subject)
        names = [self.name(place) for place in (origin, destination) if place]
        ends = (
            self.language.message("{origin} → {destination}", origin=names[0], destination=names[-1])
            if len(names) > 1
            else "".join(names)
        )
        return ends + (f" ({self.language.isolated(via)})" if via else "")

    def item(self, item: str) -> str:
        """Return the name of an item of need for people."""
        return self._item_names.get(item) or self.language.isolated(item.replace("_", " ").capitalize())

    def worded(self, text: str) -> Worded:
        """Return a sentence of the run in the language of the page; in English where the run has no template of it."""
        stated = self._messages.get(text)
        words = self.language.worded(text if stated is None else stated)
        return Worded(words, is_english=stated is None and words == text)

    @cached_property
    def needs(self) -> tuple[NeedRow, ...]:
        """Return what is needed, without what would tell a need that is too small to be shown."""
        return tuple(row for row in self.run.needs if not self.small_needs.hides_row(row))

    @cached_property
    def runout(self) -> tuple[RunOutRow, ...]:
        """Return when stocks end, without what would tell a need that is too small to be shown."""
        return tuple(row for row in self.run.runout if not self.small_needs.hides_runout(row))

    @cached_property
    def small_needs(self) -> SmallNeeds:
        """Return which needs would tell counts of people that are too small to be shown."""
        return small_needs(self.guard.needs, self.run.needs)

    @cached_property
    def _messages(self) -> Mapping[str, Message]:
        with as_written(MESSAGES):
            return read_messages(self.run.run.get(MESSAGES))

    @property
    def supposition(self) -> str | None:
        """Return what an alternative supposes, in its own words; None for the scenario as stated."""
        name = self.run.run.get("alternative")
        meanings = {row.alternative: row.meaning for row in self.run.scenario.alternatives}
        return None if name is None else self.worded(meanings.get(str(name), str(name))).text

    @property
    def assumed(self) -> tuple[str, ...]:
        """Return the targets that rest on defaults alone: nobody has reported them, and nobody states a rate."""
        targets = self.run.run.get("assumption_only")
        return tuple(map(str, targets)) if isinstance(targets, list) else ()

    @cached_property
    def _names(self) -> Mapping[str, str]:
        everywhere = self.language.message("all places together")
        return {row.place: row.name for row in self.run.scenario.places} | {EVERYWHERE: everywhere}

    @cached_property
    def _item_names(self) -> Mapping[str, str]:
        return item_names(self.language)

    @cached_property
    def camps(self) -> tuple[str, ...]:
        """Return the places where people settle, the fullest at the end of the forecast first."""
        final = {row.place for row in self.run.scenario.places if row.kind.is_final}
        return tuple(row.place for row in self._by_last_day(Measure.STOCK) if row.place in final)

    @cached_property
    def main_place(self) -> str:
        """Return what the report is mainly about: the place chosen, else the camp with most reports, else arrivals."""
        if self.place is not None:
            return self.place
        most_reported = by_reports(self.camps, self.run.observations.known_by(self.origin))
        if most_reported:
            return most_reported[0]
        places = self._by_last_day(Measure.STOCK) or self._by_last_day(Measure.ARRIVALS)
        return places[0].place if places else self.run.scenario.places[0].place

    @cached_property
    def besieged(self) -> tuple[str, ...]:
        """Return the places besieged on the origin or later, the one with most inside first."""
        sieges = {
            row.subject
            for row in self.run.scenario.events
            if row.kind is EventKind.SIEGE and row.start <= self.end and (row.end is None or row.end >= self.origin)
        }
        besieged = [row for row in self.series.places(Measure.INSIDE) if row.place in sieges]
        return tuple(
            row.place for row in sorted(besieged, key=lambda row: -(row.at(self.origin, 0.5) or 0.0)) if row.largest > 0
        )

    @cached_property
    def gates(self) -> tuple[str, ...]:
        """Return the places where people wait, the longest queue first."""
        queues = self.series.places(Measure.WAITING)
        return tuple(row.place for row in queues if row.largest >= max(self.guard.below, 1))

    def _by_last_day(self, measure: Measure) -> list[PlaceSeries]:
        def fullness(row: PlaceSeries) -> tuple[float, float]:
            return (-(row.at(self.end, 0.5) or 0.0), -row.largest)

        return sorted(self.series.places(measure), key=fullness)


def report_context(run: Run | Path, options: PageOptions | None = None) -> ReportContext:
    """Return a run with its series, each report set beside the fit, and the guard.

    Parameters
    ----------
    run
        The run, or its folder.
    options
        What the page is about, and how it is written.

    Raises
    ------
    RunError
        The folder is not the result of a forecast.
    UsageError
        suppress_below is negative, the scenario has no such place, or there is no such language.
    """
    options = options or PageOptions()
    language, suppress_below, place = language_of(options.language), options.suppress_below, options.place
    run = read_run(run) if isinstance(run, Path) else run
    if suppress_below < 0:
        message = f"suppress_below is {suppress_below}; it is a number of people, 0 or more."
        raise UsageError(message)
    names = [row.place for row in run.scenario.places]
    if place is not None and place not in names:
        message = f"'{place}' is not a place of {run.scenario.name}. It has: {', '.join(names)}."
        raise UsageError(message)
    series = series_table(run.past, run.forecast)
    compared = compare_reports(
        run.observations, series, weighed=run.fit, start=run.scenario.start, origin=run.origin_date
    )
    limits = limits_of(_needs_of_one(run), suppress_below)
    return ReportContext(
        run=run,
        series=series,
        compared=compared,
        guard=Guard(suppress_below, language, limits),
        place=place,
        since=options.since,
    )


def _needs_of_one(run: Run) -> Mapping[str, PersonNeed]:
    """Return what one person needs; by the standards that ship where an earlier version did not state it."""
    stated = run.run.get(NEEDS_OF_ONE)
    if not isinstance(stated, dict):
        return needs_of_one(load_standards(next(iter(BUNDLED))))
    with as_written(NEEDS_OF_ONE):
        return {item: PersonNeed(float(amount), bool(is_whole)) for item, (amount, is_whole) in stated.items()}


def item_names(language: Language = ENGLISH) -> Mapping[str, str]:
    """Return names for people of the items of the bundled standards, by id.

    Parameters
    ----------
    language
        Of the names.

    Examples
    --------
    >>> item_names()["water"]
    'Water'
    """
    standards = load_standards(next(iter(BUNDLED)))
    names = {row.item: language.term(row.label) for row in standards.items}
    names |= {row.margin: language.term(row.label) for row in standards.margins}
    trucks = {row.truck: language.term(row.label) for row in standards.trucks}
    for row in standards.items:
        label = language.term(row.label)
        names[row.item + GAP] = language.message("{item}: still lacking", item=label)
        if row.truck is not None:
            names[row.item + TRUCKS] = language.message(
                "{item}: {trucks}", item=label, trucks=trucks[row.truck].lower()
            )
    return names
