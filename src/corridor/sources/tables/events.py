"""Conflict events as published, UCDP's or ACLED's: days of fighting near the places of a scenario."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from corridor.errors import UsageError
from corridor.provenance import today
from corridor.scenario.checks.whereabouts import haversine_km
from corridor.scenario.events import Event, EventKind
from corridor.scenario.io.cells import listed, suggestion
from corridor.scenario.io.read import read_folder
from corridor.scenario.io.write import table_text
from corridor.scenario.places import Place, PlaceKind
from corridor.sources.flee.account import many
from corridor.sources.flee.locations import ids
from corridor.sources.tables.figures import Entry, Kind, Spot, counted, listed_rows
from corridor.sources.tables.into import replace_tables
from corridor.sources.tables.matching import Matcher, folded
from corridor.sources.tables.records import Record, names_of, records_of
from corridor.sources.tables.sheets import SourceFile, refused

LAYOUTS = ("auto", "ucdp", "acled")
"""The words for --layout."""

WITHIN_KM = 25.0
"""An event this near to a town is one of fighting there, if no other town is nearer."""

MOST_TOWNS = 60
"""So many towns are taken from a table of events, if a scenario has none."""

CALM_DAYS = 14
"""Events of one town with fewer days between them are one spell of fighting."""

SEVERE_DEATHS = 25
"""Deaths on the first day of a spell at which its intensity is 1; with fewer, it is in proportion, at least a tenth.

What comes later in the spell is not known when it begins, and decides nothing.
"""

_LEAST_INTENSITY = 0.1
_VAGUE = 5
"""UCDP: from this precision of the place on, an event is known for a province or a country alone."""

_NOT_FIGHTING = {"protests", "riots", "strategic developments"}
_SPELL_KNOWN_AFTER = dt.timedelta(days=1)


class Clash(NamedTuple):
    """One event of a file: its days, where, how many died, and its row."""

    start: dt.date
    end: dt.date
    spot: Spot
    deaths: int
    row: int
    known: dt.date | None


@dataclass(frozen=True)
class ImportedConflict:
    """What an import of conflict events has done."""

    folder: Path
    layout: str
    added: tuple[Event, ...]
    unchanged: int
    account: tuple[Entry, ...]


def import_conflict(source: SourceFile, folder: Path, layout: str) -> ImportedConflict:
    """Put the fighting of a file into the events of a scenario, and return what was done.

    Events within 25 km of a town, or in the administrative unit of its P-code or name, become spells of fighting
    there; each becomes known with its first event, its end two weeks after its last.

    Raises
    ------
    UsageError
        There is no such layout.
    ScenarioError
        The file or the scenario cannot be used, or no event is near a town.
    """
    scenario, _ = read_folder(folder)
    own = _layout_of(source, layout)
    left: Counter[str] = Counter()
    clashes = list(_clashes(records_of(source), own, left))
    towns = [place for place in scenario.places if place.kind is PlaceKind.TOWN]
    by_town = _by_town(clashes, towns, left)
    spells = [event for town, rows in by_town.items() for event in _spells(town, rows, source, own)]
    inside = [row for row in spells if row.start <= scenario.end and (row.end is None or row.end >= scenario.start)]
    present = {(row.kind, row.subject, row.start) for row in scenario.events}
    added = tuple(row for row in inside if (row.kind, row.subject, row.start) not in present)
    if not spells:
        why = "; ".join(f"{count:,} {text}" for text, count in left.items()) or "the file has no event"
        raise refused(
            source.name,
            "S015",
            f"no event is near a town of the scenario: {why}.",
            "Check the coordinates of its towns.",
        )
    if added:
        replace_tables({"events.csv": table_text(Event, (*scenario.events, *added))}, folder)
    account = (
        Entry(Kind.READ, f"{len(clashes):,} events of fighting."),
        Entry(
            Kind.TRANSLATED,
            f"{sum(map(len, by_town.values())):,} near {many(len(by_town), 'town')}: {many(len(spells), 'spell')}.",
        ),
        Entry(
            Kind.TRANSLATED,
            f"thresholds: {WITHIN_KM:g} km to the town; a spell ends after {CALM_DAYS} days without an event; "
            f"{SEVERE_DEATHS} deaths or more on its first day are intensity 1, fewer in proportion, at least "
            f"{_LEAST_INTENSITY:g}.",
        ),
        *(Entry(Kind.LEFT_OUT, f"{counted(count, why)}.") for why, count in left.items()),
        *_outside(len(spells) - len(inside)),
        *(Entry(Kind.TO_DECIDE, note) for note in source.notes),
    )
    return ImportedConflict(folder, own, added, len(inside) - len(added), account)


def towns_of_fighting(source: SourceFile, calendar: tuple[dt.date, dt.date], taken: Iterable[str]) -> tuple[Place, ...]:
    """Return towns where there was fighting, those with most deaths first, 25 km apart or more.

    Parameters
    ----------
    source
        A table of conflict events.
    calendar
        Events of other days are passed over.
    taken
        Ids of other places.
    """
    clashes = [
        clash
        for clash in _clashes(records_of(source), _layout_of(source, "auto"), Counter())
        if clash.spot.lat is not None and clash.start <= calendar[1] and clash.end >= calendar[0]
    ]
    deaths: Counter[Spot] = Counter()
    for clash in clashes:
        deaths[clash.spot._replace(pcode=None)] += clash.deaths
    towns: list[Place] = []
    for spot, _ in sorted(deaths.items(), key=lambda item: (-item[1], item[0].name)):
        if len(towns) < MOST_TOWNS and _nearest(spot, towns) is None:
            (place,) = ids([spot.name or "town"], [*taken, *(town.place for town in towns)])
            name = spot.name or "not named"
            towns.append(Place(place=place, name=name, kind=PlaceKind.TOWN, lat=spot.lat, lon=spot.lon))
    return tuple(towns)


def _layout_of(source: SourceFile, layout: str) -> str:
    """Return the layout of a file, whose columns it has."""
    if layout not in LAYOUTS:
        raise UsageError(f"'{layout}' is not a layout. Use {listed(LAYOUTS)}.{suggestion(layout, LAYOUTS)}")
    names = names_of(source)
    own = layout if layout != "auto" else "ucdp" if "date_start" in names else "acled"
    needed = ("date_start", "latitude", "best") if own == "ucdp" else ("event_date",)
    lacking = [name for name in needed if name not in names]
    if lacking:
        what = f"a file of the layout {own} has {listed(needed, 'and')}, and {listed(lacking, 'and')} is missing."
        raise refused(source.name, "S010", what, "Name the other layout with --layout, or download the table again.")
    return own


def _outside(count: int) -> Iterator[Entry]:
    if count:
        yield Entry(Kind.LEFT_OUT, f"{count:,} spells outside the calendar.")


def _clashes(records: Iterable[Record], layout: str, left: Counter[str]) -> Iterator[Clash]:
    for record in records:
        start = record.date("date_start", "event_date")
        end = record.date("date_end", "event_date") or start
        if start is None or end is None:
            left["rows without a date"] += 1
        elif layout == "ucdp" and (record.whole("where_prec") or 1) >= _VAGUE:
            left["events known for a province or a country alone (where_prec)"] += 1
        elif record.text("event_type").casefold() in _NOT_FIGHTING:
            left["events of protest, riot or strategic development"] += 1
        else:
            deaths = record.people("best") if layout == "ucdp" else record.people("fatalities")
            if deaths is None:
                left["events whose deaths are no count, taken as none (these events are read)"] += 1
            name = record.text("location", "where_coordinates", "admin3", "admin2", "adm_2", "admin1", "adm_1")
            code = record.text("admin2_code", "admin2Pcode", "admin1_code") or None
            spot = Spot(name, code, *record.position("latitude", "longitude"))
            yield Clash(start, max(start, end), spot, deaths or 0, record.number, _known(record, end))


def _known(record: Record, end: dt.date) -> dt.date | None:
    """Return the day on which an event was entered, where the file says it; None if it does not."""
    stamp = record.date("timestamp")
    return stamp if stamp is not None and end <= stamp <= today() else None


def _by_town(clashes: Iterable[Clash], towns: Sequence[Place], left: Counter[str]) -> dict[str, list[Clash]]:
    rows: dict[str, list[Clash]] = {}
    matcher = Matcher([town.model_copy(update={"lat": None, "lon": None}) for town in towns])
    for clash in clashes:
        town = _nearest(clash.spot, towns)
        if town is None and folded(clash.spot.name):
            town = matcher.place_of(clash.spot)
        if town is None:
            left[f"events farther than {WITHIN_KM:g} km from every town"] += 1
        else:
            rows.setdefault(town, []).append(clash)
    return rows


def _nearest(spot: Spot, towns: Sequence[Place]) -> str | None:
    if spot.lat is None or spot.lon is None:
        return None
    nearest = min(
        (
            (haversine_km(spot.lat, spot.lon, town.lat, town.lon), town.place)
            for town in towns
            if town.lat is not None and town.lon is not None
        ),
        default=None,
    )
    return nearest[1] if nearest is not None and nearest[0] <= WITHIN_KM else None


def _spells(town: str, clashes: Sequence[Clash], source: SourceFile, layout: str) -> Iterator[Event]:
    """Yield spells of fighting in a town: events with fewer calm days between them than end one."""
    run: list[Clash] = []
    for clash in sorted(clashes, key=lambda clash: (clash.start, clash.end, clash.row)):
        if run and (clash.start - max(one.end for one in run)).days > CALM_DAYS:
            yield _spell(town, run, source, layout)
            run = []
        run.append(clash)
    if run:
        yield _spell(town, run, source, layout)


def _spell(town: str, run: Sequence[Clash], source: SourceFile, layout: str) -> Event:
    last = max(clash.end for clash in run)
    first_known = run[0].known or run[0].start
    deaths = sum(clash.deaths for clash in run if clash.start == run[0].start)
    intensity = min(1.0, max(_LEAST_INTENSITY, deaths / SEVERE_DEATHS))
    return Event(
        start=run[0].start,
        end=last,
        kind=EventKind.CONFLICT,
        subject=town,
        value=round(intensity, 3),
        source=layout.upper(),
        reported_on=max(first_known, run[0].start),
        end_reported_on=max(last + dt.timedelta(days=CALM_DAYS) + _SPELL_KNOWN_AFTER, first_known),
        notes={
            "x_file": source.name,
            "x_row": listed_rows(sorted(clash.row for clash in run)),
            "x_sha256": source.digest,
            "x_import": f"conflict, layout {layout}",
        },
    )
