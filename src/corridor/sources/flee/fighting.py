"""From conflicts.csv to events of fighting, by the steps in which Flee takes them in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from corridor.errors import Problem, Where
from corridor.scenario.events import Event, EventKind
from corridor.scenario.io.cells import shown
from corridor.scenario.places import PlaceKind
from corridor.scenario.presets import Preset
from corridor.sources.flee.account import Kind, many
from corridor.sources.flee.files import Instance, Row
from corridor.sources.flee.floods import FLOODS, intensities
from corridor.sources.flee.locations import Location

FILE = "conflicts.csv"
_PEACE = 1e-6
_HIGHEST = 10.0
_ONE_DAY = dt.timedelta(days=1)


class Calendar(NamedTuple):
    """The period of an instance: its first day and how many days it has."""

    start: dt.date
    n_days: int

    @property
    def end(self) -> dt.date:
        """Return the last day."""
        return self.day(self.n_days - 1)

    def day(self, number: int) -> dt.date:
        """Return the date of a day, counted from zero."""
        return self.start + dt.timedelta(days=number)


class Fight(NamedTuple):
    """Fighting of one intensity: from a day, and until the day on which it has ended; None is until further notice."""

    first: int
    over: int | None
    intensity: float


def fights(values: Sequence[float], before: float | None, preset: Preset) -> Iterator[Fight]:
    """Yield when a place is fought over, as Flee works it out from the values of its column.

    Fighting begins where a value rises above zero and ends where it falls to zero; a change between two
    intensities goes unnoticed. Flee 3.1 lets fighting end only after a day whose value is exactly 1.
    Under Corridor's own rules each change of intensity counts.

    Parameters
    ----------
    values
        One for each day.
    before
        Intensity of a place that is a conflict zone to begin with; Flee counts it from the day before
        the first. None is a place at peace.
    preset
        Whose rules will hold.
    """
    now = None if before is None else Fight(-1, None, before)
    for day, value in enumerate(values):
        last = values[day - 1] if day else 0.0
        begins = value > _PEACE and (day == 0 or last < _PEACE)
        ends = day > 0 and value < _PEACE and (last == 1 if preset is Preset.FLEE_3_1 else last >= _PEACE)
        changes = not preset.is_flee and now is not None and value > _PEACE and value != now.intensity
        if now is not None and (begins or ends or changes):
            if day > 0:
                yield now._replace(over=day)
            now = None
        if begins or changes:
            now = Fight(day, None, value)
    if now is not None:
        yield now


def table_of(instance: Instance, flood_shares: Sequence[float]) -> str:
    """Return which table says what drives people out: the levels of floods, where floods do, else fighting."""
    by_flood = instance.has(instance.file(FLOODS)) and (flood_shares or not instance.has(instance.file(FILE)))
    return FLOODS if by_flood else FILE


def covered(instance: Instance, calendar: Calendar, table: str) -> Calendar:
    """Return the calendar as far as a table has rows; a shorter table is a problem, unless it is mended.

    Parameters
    ----------
    instance
        Where the table lies.
    calendar
        The period that is stated.
    table
        The name of the table.
    """
    file = instance.file(table)
    rows = [row for row in instance.all_rows(file)[1:] if not row.is_blank and not row.is_comment]
    if not instance.has(file) or len(rows) >= calendar.n_days:
        return calendar
    what = f"the table has {many(len(rows), 'day')}, and the period {calendar.n_days:,}."
    fix = f"Add rows, or set Length to {len(rows)} in sim_period.csv; Flee stops at the end of the table."
    fault = Problem("I007", what, fix, Where(file, rows[-1].line if rows else 1))
    if not rows:
        instance.ledger.problem(fault.code, what, fix, fault.where)
        return calendar
    is_mended = instance.ledger.repairable(fault, "the period ends with the table")
    return calendar._replace(n_days=len(rows)) if is_mended else calendar


def read_fighting(
    instance: Instance,
    locations: Mapping[str, Location],
    calendar: Calendar,
    preset: Preset,
    flood_shares: Sequence[float] = (),
) -> tuple[Event, ...]:
    """Return the events of fighting of an instance, or of floods where these drive people out.

    A flood becomes an event of fighting whose intensity is the share that its level displaces, of the largest
    share: Corridor displaces ``share x people x intensity`` a day, which is what DFlee does.

    Parameters
    ----------
    instance
        Where conflicts.csv lies.
    locations
        The locations by their names.
    calendar
        The days for which the table must have rows.
    preset
        Whose rules will hold.
    flood_shares
        What each level of a flood displaces, from level 0 on; none if floods displace nobody.
    """
    name = table_of(instance, flood_shares)
    columns = _columns(instance, locations, name)
    table = _values(instance, columns, calendar, name)
    if name == FLOODS:
        table = {place: intensities(values, flood_shares) for place, values in table.items()}
        text = "levels of floods become fighting of that strength: what drives people out, and what they avoid."
        instance.ledger.note(Kind.TRANSLATED, text, Where(instance.file(name)))
    events: list[Event] = []
    for location in locations.values():
        values = table.get(location.name, [0.0] * calendar.n_days)
        before = location.numbers.get("conflict_intensity", 1.0) if location.starts_in_conflict else None
        if location.place.kind is not PlaceKind.TOWN:
            if any(value > _PEACE for value in values):
                text = f"fighting at {location.name}, which is no town, has no meaning in Corridor."
                instance.ledger.unsupported(text, Where(instance.file(name), 1, location.name))
            continue
        events += [_event(instance, location, fight, calendar, name) for fight in fights(values, before, preset)]
    what = "floods" if name == FLOODS else "fighting"
    text = f"{many(len(events), 'spell')} of {what}; each end is known on the day after it."
    instance.ledger.note(Kind.TRANSLATED, text)
    return tuple(events)


def _event(instance: Instance, location: Location, fight: Fight, calendar: Calendar, table: str) -> Event:
    start = calendar.day(fight.first)
    over = None if fight.over is None else calendar.day(fight.over)
    is_from_map = fight.first < 0
    return Event(
        start=start,
        end=None if over is None else over - _ONE_DAY,
        kind=EventKind.CONFLICT,
        subject=location.place.place,
        value=fight.intensity,
        source=f"{'locations.csv' if is_from_map else table} of {instance.name}",
        reported_on=start,
        end_reported_on=over,
    )


def _columns(instance: Instance, locations: Mapping[str, Location], table: str) -> dict[str, int]:
    """Return where the column of each place stands."""
    file, ledger = instance.file(table), instance.ledger
    header = instance.all_rows(file)[:1]
    names = [cell.strip() for cell in header[0].cells] if header else []
    columns: dict[str, int] = {}
    unknown = []
    for index, name in enumerate(names):
        if index == 0 or not name:
            continue
        if name in columns:
            fix = "Keep one of them; Flee would mix them up."
            ledger.problem("I006", f"the column {shown(name)} stands twice.", fix, Where(file, 1, name))
        elif name in instance.faulty_names:
            continue
        elif name not in locations:
            unknown.append(name)
        else:
            columns[name] = index
    if unknown:
        text = f"columns of places that locations.csv lacks have no effect: {', '.join(unknown)}."
        ledger.note(Kind.REPAIRED, text, Where(file, 1))
    return columns


def _values(instance: Instance, columns: Mapping[str, int], calendar: Calendar, table: str) -> dict[str, list[float]]:
    """Return the values of each place, day by day; the order of the rows counts, not the day that they name."""
    file, ledger = instance.file(table), instance.ledger
    rows = list(instance.data_rows(file, 1, header=True))
    ledger.note(Kind.READ, f"{file}: {many(len(columns), 'place')}, {many(len(rows), 'day')}.")
    if len(rows) < calendar.n_days:
        return {}
    if len(rows) > calendar.n_days:
        text = f"{many(len(rows) - calendar.n_days, 'day')} after the period: left out."
        ledger.note(Kind.REPAIRED, text, rows[calendar.n_days].at())
    rows = rows[: calendar.n_days]
    misnumbered = next((row for day, row in enumerate(rows) if row.cell(0) != str(day)), None)
    if misnumbered:
        text = "days are not numbered 0, 1, 2, …; as in Flee the order of the rows counts."
        ledger.note(Kind.REPAIRED, text, misnumbered.at())
    return {name: [_intensity(instance, row, index, name) for row in rows] for name, index in columns.items()}


def _intensity(instance: Instance, row: Row, index: int, name: str) -> float:
    value = instance.number(row, index, name)
    if value is None or 0 <= value <= _HIGHEST:
        return value or 0.0
    what = f"{value:g} is not possible as an intensity."
    instance.ledger.problem("I004", what, f"Use a number from 0 to {_HIGHEST:g}, usually 0 or 1.", row.at(name))
    return 0.0
