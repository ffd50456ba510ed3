"""From data_layout.csv and registration_corrections.csv to reports, verifications and the people of day 0."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corridor.errors import Problem
from corridor.scenario.events import Event, EventKind
from corridor.scenario.interpolation import value_on
from corridor.scenario.io.cells import shown, suggestion
from corridor.scenario.observations import Measure, Observation, Use
from corridor.scenario.places import Place, PlaceKind
from corridor.scenario.presets import Preset
from corridor.sources.flee.account import Kind, many
from corridor.sources.flee.fighting import Calendar
from corridor.sources.flee.files import Instance, Row
from corridor.sources.flee.locations import Location, ids
from corridor.sources.flee.series import CampSeries, Count, latest, parsed_date, read_series

LAYOUT = "data_layout.csv"
CORRECTIONS = "registration_corrections.csv"
_LEFT_OUT = "the correction is left out"


@dataclass(frozen=True)
class Reports:
    """What was counted: reports, camps that only the counts know, verifications, people on day 0 by name of camp."""

    observations: tuple[Observation, ...] = ()
    places: tuple[Place, ...] = ()
    events: tuple[Event, ...] = ()
    day0: Mapping[str, int] | None = None


def read_reports(instance: Instance, locations: Mapping[str, Location], calendar: Calendar, preset: Preset) -> Reports:
    """Return what was counted in an instance; nothing for one without data, as a grid.

    Parameters
    ----------
    instance
        Where source_data lies, if it is there.
    locations
        The locations by their names.
    calendar
        Reports outside of it are kept and not used.
    preset
        Whose rules will hold.
    """
    folder = "source_data/" if instance.has("source_data") else ""
    if not instance.has(f"{folder}{LAYOUT}"):
        text = f"there is no {LAYOUT}: nothing was counted, and camps are empty on day 0."
        instance.ledger.note(Kind.REPAIRED, text)
        return Reports()
    return _Reader(instance, locations, calendar, preset).reports(folder)


class _Reader:
    """Reads the counts of one instance."""

    def __init__(
        self, instance: Instance, locations: Mapping[str, Location], calendar: Calendar, preset: Preset
    ) -> None:
        self.instance = instance
        self.ledger = instance.ledger
        self.locations = locations
        self.calendar = calendar
        self.preset = preset
        self.place_of = {name: location.place.place for name, location in locations.items()}
        self.extra: list[Place] = []
        self.seen: set[str] = set()
        self.title_of: dict[str, str] = {}

    def reports(self, folder: str) -> Reports:
        """Return everything."""
        rows = [self._spelt(row) for row in self.instance.data_rows(f"{folder}{LAYOUT}", 2)]
        if rows and rows[0].cells[0] in self.locations:
            text = f"the first row, {rows[0].cells[0]}, is taken for the total, as in Flee."
            self.ledger.note(Kind.REPAIRED, text, rows[0].at())
        camps = [s for row in rows[1:] if (s := self._camp(row, folder)) is not None]
        total = read_series(self.instance, rows[0], folder, self.preset) if rows else None
        self._each_camp_has_data(f"{folder}{LAYOUT}", rows)
        corrected = _Corrections(self.instance, camps, self.calendar, self.title_of)
        if self.preset.is_flee:
            day0 = {series.name: corrected.on_first_day(series) for series in camps}
        else:
            day0 = {series.name: latest(series.counts, self.calendar.start) or 0 for series in camps}
        observations = [row for series in camps for row in self._stocks(series)]
        observations += self._total(total, camps) if total else []
        outside = sum(not self.calendar.start <= row.date <= self.calendar.end for row in observations)
        self.ledger.note(
            Kind.READ, f"{folder}{LAYOUT}: {len(camps)} series of camps, {many(len(observations), 'count')} in all."
        )
        if outside:
            self.ledger.note(Kind.TRANSLATED, f"{many(outside, 'count')} outside the period: kept, not used.")
        events = tuple(corrected.events(self.place_of, self.preset))
        return Reports(tuple(observations), tuple(self.extra), events, day0)

    def _camp(self, row: Row, folder: str) -> CampSeries | None:
        """Return the series of a row; a name that is no camp, or is there already, gets a place of its own."""
        series = read_series(self.instance, row, folder, self.preset)
        if series is None:
            return None
        name = series.name
        location = self.locations.get(name)
        if location is not None and location.is_camp and name not in self.seen:
            self.seen.add(name)
            return series
        is_again = name in self.seen
        if is_again and not self.preset.is_flee:
            self.ledger.note(Kind.REPAIRED, f"{name} stands twice and counts once.", row.at())
            return None
        title = f"{name} (counted again)" if is_again else name if location is None else f"{name} (counts only)"
        while title in self.place_of:
            title = f"{title} again"
        place = ids([title], [*self.place_of.values()])[0]
        self.place_of[title] = place
        if not is_again:
            self.title_of[name] = title
        self.seen.add(title)
        self.extra.append(Place(place=place, name=title.strip(), kind=PlaceKind.CAMP, notes={"x_only_in": LAYOUT}))
        why = "stands twice" if is_again else "is no camp of locations.csv"
        text = f"{name} {why}: its people set out, as in Flee, but its counts are not used for anything else."
        self.ledger.note(Kind.REPAIRED, text, row.at())
        return CampSeries(title, series.files, series.counts)

    def _each_camp_has_data(self, file: str, rows: Sequence[Row]) -> None:
        named = {row.cells[0] for row in rows[1:]}
        for location in self.locations.values():
            if location.is_camp and location.name not in named:
                what = f"{LAYOUT} has no row for the camp {shown(location.name)}, and Flee stops at that."
                near = suggestion(location.name, named)
                fix = f"Add a row with its name and file to {file}, or make it a town.{near}"
                self.ledger.repairable(Problem("I010", what, fix, location.where), "it is a camp that nobody counted")

    def _spelt(self, row: Row) -> Row:
        """Return a row with the name of its camp as locations.csv spells it, if only blanks differ."""
        name, known = row.cells[0], row.cell(0)
        if name in self.locations or known not in self.locations:
            return row
        what = f"{shown(name)} has blanks around the name {known}."
        fault = Problem("I010", what, "Take them out; Flee takes it for another name.", row.at())
        self.ledger.repairable(fault, "it is read without them")
        return replace(row, cells=(known, *row.cells[1:]))

    def _stocks(self, series: CampSeries) -> Iterator[Observation]:
        place = self.place_of[series.name]
        is_camp = series.name in self.locations
        counts = series.counts if self.preset.is_flee else sorted(series.counts, key=lambda count: count.date)
        last = {count.date: i for i, count in enumerate(counts)}
        counted: set[tuple[dt.date, int]] = set()
        for i, count in enumerate(counts):
            if (count.date, count.people) in counted:
                continue
            counted.add((count.date, count.people))
            is_used = is_camp and last[count.date] == i
            yield self._stock(place, series, count, Use.FIT if is_used else Use.IGNORE)

    def _total(self, total: CampSeries, camps: Sequence[CampSeries]) -> Iterator[Observation]:
        joined = "+".join(dict.fromkeys(self.place_of[series.name] for series in camps))
        counted: set[tuple[dt.date, int]] = set()
        for count in total.counts if joined else ():
            if (count.date, count.people) not in counted:
                counted.add((count.date, count.people))
                yield self._stock(joined, total, count, Use.HOLD)

    def _stock(self, place: str, series: CampSeries, count: Count, use: Use) -> Observation:
        is_inside = self.calendar.start <= count.date <= self.calendar.end
        return Observation(
            date=count.date,
            place=place,
            measure=Measure.STOCK,
            count=count.people,
            definition="count of the instance",
            source=f"{series.files} of {self.instance.name}",
            reported_on=count.known,
            use=use if is_inside else Use.IGNORE,
        )


class _Corrections:
    """The registration corrections of an instance, and what they make of its series."""

    def __init__(
        self, instance: Instance, camps: Sequence[CampSeries], calendar: Calendar, title_of: Mapping[str, str]
    ) -> None:
        self.instance = instance
        self.title_of = title_of
        self.calendar = calendar
        self.dates = {series.name: [count.date for count in series.counts] for series in camps}
        self.values = {series.name: [float(count.people) for count in series.counts] for series in camps}
        self.counts = {series.name: series.counts for series in camps}
        self.corrections: list[tuple[str, dt.date, int, bool]] = []
        for row in self._rows():
            self._take(row)

    def _rows(self) -> Iterator[Row]:
        file = self.instance.file(CORRECTIONS)
        for row in self.instance.all_rows(file):
            if row.is_blank:
                self.instance.ledger.note(Kind.REPAIRED, "a row of blank cells is left out.", row.at())
            elif row.is_comment:
                text = "a comment is left out; Flee takes it for a camp here and stops."
                self.instance.ledger.note(Kind.REPAIRED, text, row.at())
            elif len(row.cells) < 2:  # noqa: PLR2004 - camp and date
                fix = "Write the camp, the date, and perhaps normalize."
                self.instance.ledger.problem("I002", "the row has 1 cell, and 2 are read.", fix, row.at())
            else:
                yield row

    def _take(self, row: Row) -> None:
        """Scale the earlier values of a camp, as Flee does, and remember the correction."""
        ledger, date = self.instance.ledger, parsed_date(row.cell(1))
        name = self.title_of.get(row.cells[0], row.cells[0])
        if date is None:
            what = f"{shown(row.cell(1))} is not a date in the form 2019-03-03."
            ledger.problem("I003", what, "Write year, month and day with dashes.", row.at("date"))
        elif name not in self.values:
            named = {series for series in self.values if series not in self.title_of.values()} | set(self.title_of)
            fix = f"Name a series of {LAYOUT}.{suggestion(name, named)}"
            ledger.repairable(Problem("I011", f"{shown(name)} has no series.", fix, row.at()), _LEFT_OUT)
        elif date < self.calendar.start:
            ledger.note(Kind.REPAIRED, "a correction before the period is left out, as in Flee.", row.at())
        elif date not in self.dates[name] or date == self.dates[name][0]:
            what = f"the series of {row.cells[0]} has no count on {date} with another before it."
            fix = "Use the date of a row of its file that is not the first."
            ledger.repairable(Problem("I011", what, fix, row.at()), _LEFT_OUT)
        else:
            self._scale(row, name, date)

    def _scale(self, row: Row, name: str, date: dt.date) -> None:
        values = self.values[name]
        for at in [i for i, known in enumerate(self.dates[name]) if known == date]:
            if values[at - 1] < 1:
                what = f"the count of {row.cells[0]} before {date} is 0, and nothing can be scaled to fit."
                fault = Problem("I011", what, "Use a later date, or delete the row.", row.at())
                self.instance.ledger.repairable(fault, _LEFT_OUT)
                return
            factor = values[at] / values[at - 1]
            values[:at] = [value * factor for value in values[:at]]
        if any(known[:2] == (name, date) for known in self.corrections):
            self.instance.ledger.note(Kind.REPAIRED, "the correction stands twice and counts once.", row.at())
            return
        self.corrections.append((name, date, self.counts[name][at].people, row.cell(2) == "normalize"))

    def on_first_day(self, series: CampSeries) -> int:
        """Return how many people a camp holds on day 0, corrected by what was found later."""
        days = [date.toordinal() for date in self.dates[series.name]]
        return value_on(days, self.values[series.name], self.calendar.start.toordinal())

    def events(self, place_of: Mapping[str, str], preset: Preset) -> Iterator[Event]:
        """Yield the corrections as verifications; known on their day."""
        ledger = self.instance.ledger
        for name, date, people, is_normalised in self.corrections:
            if date > self.calendar.end and not preset.is_flee:
                ledger.note(Kind.HINDSIGHT, f"the correction of {name} on {date} comes after the period: left out.")
                continue
            yield Event(
                start=date,
                end=date,
                kind=EventKind.VERIFICATION,
                subject=place_of[name],
                value=people,
                source=f"{CORRECTIONS} of {self.instance.name}",
                reported_on=date,
                notes={"x_normalize": "true"} if is_normalised else {},
            )
        if self.corrections:
            text = (
                f"{many(len(self.corrections), 'registration correction')} of the counts before: verifications, known "
                "on their day, and only the presets of Flee look back with them."
            )
            ledger.note(Kind.HINDSIGHT, text)
