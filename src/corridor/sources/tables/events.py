"""Conflict events as published, UCDP's or ACLED's: days of fighting near the places of a scenario."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corridor.scenario.checks.whereabouts import haversine_km
from corridor.scenario.events import Event, EventKind
from corridor.scenario.io.read import read_folder
from corridor.scenario.io.write import table_text
from corridor.scenario.places import Place, PlaceKind
from corridor.sources.flee.account import many
from corridor.sources.flee.locations import ids
from corridor.sources.tables.clashes import Clash, clashes_of, layout_of
from corridor.sources.tables.figures import Entry, Kind, Spot, counted, listed_rows
from corridor.sources.tables.into import replace_tables
from corridor.sources.tables.matching import Matcher, folded
from corridor.sources.tables.records import records_of
from corridor.sources.tables.sheets import SourceFile, refused

MOST_TOWNS = 60
"""So many towns are taken from a table of events, if a scenario has none."""


@dataclass(frozen=True)
class Thresholds:
    """Which events are fighting in a town, and how severe: a user may set them, and the account states them."""

    within_km: float = 25.0
    """An event this near to a town is one of fighting there, if no other town is nearer."""
    calm_days: int = 14
    """Events of one town with fewer days between them are one spell of fighting."""
    severe_deaths: float = 25.0
    """Deaths on the first day of a spell at which its intensity is 1; with fewer it is in proportion, at least a tenth.

    What comes later in the spell is not known when it begins, and decides nothing.
    """

    @property
    def words(self) -> str:
        """Return the thresholds in words."""
        return (
            f"{self.within_km:g} km to the town; a spell ends after {self.calm_days} days without an event; "
            f"{self.severe_deaths:g} deaths or more on its first day are intensity 1, fewer in proportion, at least "
            f"{_LEAST_INTENSITY:g}"
        )


USUAL = Thresholds()

_LEAST_INTENSITY = 0.1
_SPELL_KNOWN_AFTER = dt.timedelta(days=1)
_IMPORTED_END = "x_end"


@dataclass(frozen=True)
class ImportedConflict:
    """What an import of conflict events has done."""

    folder: Path
    layout: str
    added: tuple[Event, ...]
    unchanged: int
    account: tuple[Entry, ...]
    extended: int = 0
    """Spells of an earlier import that have gone on since."""


def import_conflict(source: SourceFile, folder: Path, layout: str, thresholds: Thresholds = USUAL) -> ImportedConflict:
    """Put the fighting of a file into the events of a scenario, and return what was done.

    Events within so many km of a town, or in the administrative unit of its P-code or name, become spells of fighting
    there; each becomes known with its first event, its end some days after its last.

    Raises
    ------
    UsageError
        There is no such layout.
    ScenarioError
        The file or the scenario cannot be used, or no event is near a town.
    """
    scenario, _ = read_folder(folder)
    own = layout_of(source, layout)
    left: Counter[str] = Counter()
    clashes = list(clashes_of(records_of(source), own, left))
    towns = [place for place in scenario.places if place.kind is PlaceKind.TOWN]
    by_town = _by_town(clashes, towns, left, thresholds.within_km)
    notes = {"x_file": source.name, "x_sha256": source.digest, "x_import": f"conflict, layout {own}"}
    spells = [_spell(town, run, thresholds, notes) for town, rows in by_town.items() for run in _runs(rows, thresholds)]
    inside = [row for row in spells if row.start <= scenario.end and (row.end is None or row.end >= scenario.start)]
    events, added, extended = _merged(scenario.events, inside)
    if not spells:
        why = "; ".join(f"{count:,} {text}" for text, count in left.items()) or "the file has no event"
        raise refused(
            source.name,
            "S015",
            f"no event is near a town of the scenario: {why}.",
            "Check the coordinates of its towns.",
        )
    if added or extended:
        replace_tables({"events.csv": table_text(Event, events)}, folder)
    account = (
        Entry(Kind.READ, f"{counted(len(clashes), _what(clashes))}."),
        Entry(
            Kind.TRANSLATED,
            f"{sum(map(len, by_town.values())):,} near {many(len(by_town), 'town')}: {many(len(spells), 'spell')}.",
        ),
        Entry(Kind.TRANSLATED, f"thresholds: {thresholds.words}."),
        *_aggregated(clashes),
        *(Entry(Kind.LEFT_OUT, f"{counted(count, why)}.") for why, count in left.items()),
        *_outside(len(spells) - len(inside)),
        *_extended(extended),
        *(Entry(Kind.TO_DECIDE, note) for note in source.notes),
    )
    return ImportedConflict(folder, own, added, len(inside) - len(added) - extended, account, extended)


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
        for clash in clashes_of(records_of(source), layout_of(source, "auto"), Counter())
        if clash.spot.lat is not None and clash.start <= calendar[1] and clash.end >= calendar[0]
    ]
    deaths: Counter[Spot] = Counter()
    for clash in clashes:
        deaths[clash.spot._replace(pcode=None)] += clash.deaths
    towns: list[Place] = []
    for spot, _ in sorted(deaths.items(), key=lambda item: (-item[1], item[0].name)):
        if len(towns) < MOST_TOWNS and _nearest(spot, towns, USUAL.within_km) is None:
            (place,) = ids([spot.name or "town"], [*taken, *(town.place for town in towns)])
            name = spot.name or "not named"
            towns.append(Place(place=place, name=name, kind=PlaceKind.TOWN, lat=spot.lat, lon=spot.lon))
    return tuple(towns)


def _what(clashes: Sequence[Clash]) -> str:
    return "periods with fighting, counted by area" if any(clash.events for clash in clashes) else "events of fighting"


def _aggregated(clashes: Sequence[Clash]) -> Iterator[Entry]:
    if any(clash.events for clash in clashes):
        text = "counts by area and period, no events: each is known at its end; its deaths are spread over its events."
        yield Entry(Kind.TRANSLATED, text)


def _outside(count: int) -> Iterator[Entry]:
    if count:
        yield Entry(Kind.LEFT_OUT, f"{counted(count, 'spells')} outside the calendar.")


def _extended(count: int) -> Iterator[Entry]:
    if count:
        yield Entry(Kind.TRANSLATED, f"{counted(count, 'spells')} of an earlier import went on: the end is later now.")


def _merged(present: Sequence[Event], spells: Sequence[Event]) -> tuple[list[Event], tuple[Event, ...], int]:
    """Return the events of a scenario with new spells added, those spells, and how many of an earlier import went on.

    The end of an imported spell moves only if nobody has changed it by hand since.
    """
    rows = list(present)
    known = {(row.kind, row.subject, row.start): index for index, row in enumerate(rows)}
    added: list[Event] = []
    extended = 0
    for spell in spells:
        index = known.get((spell.kind, spell.subject, spell.start))
        if index is None:
            added.append(spell)
            continue
        own = rows[index]
        is_untouched = own.end is not None and own.notes.get(_IMPORTED_END) == own.end.isoformat()
        if is_untouched and own.end is not None and spell.end is not None and spell.end > own.end:
            changes = {"end": spell.end, "end_reported_on": spell.end_reported_on, "notes": spell.notes}
            rows[index] = own.model_copy(update=changes)
            extended += 1
    return [*rows, *added], tuple(added), extended


def _by_town(
    clashes: Iterable[Clash], towns: Sequence[Place], left: Counter[str], within_km: float
) -> dict[str, list[Clash]]:
    rows: dict[str, list[Clash]] = {}
    matcher = Matcher([town.model_copy(update={"lat": None, "lon": None}) for town in towns])
    for clash in clashes:
        town = _nearest(clash.spot, towns, within_km)
        if town is None and (folded(clash.spot.name) or clash.spot.pcode):
            town = matcher.place_of(clash.spot) or _within(clash.spot, towns)
        if town is None:
            left[f"events farther than {within_km:g} km from every town"] += 1
        else:
            rows.setdefault(town, []).append(clash)
    return rows


def _within(spot: Spot, towns: Sequence[Place]) -> str | None:
    """Return the largest town whose P-code begins with that of an area: codes of towns continue those of areas."""
    code = (spot.pcode or "").casefold()
    inside = [town for town in towns if code and (town.pcode or "").casefold().startswith(code)]
    return max(inside, key=lambda town: (town.population or 0, town.place)).place if inside else None


def _nearest(spot: Spot, towns: Sequence[Place], within_km: float) -> str | None:
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
    return nearest[1] if nearest is not None and nearest[0] <= within_km else None


def _runs(clashes: Sequence[Clash], thresholds: Thresholds) -> Iterator[list[Clash]]:
    """Yield the events of each spell of fighting in a town: with fewer calm days between them than end one."""
    run: list[Clash] = []
    for clash in sorted(clashes, key=lambda clash: (clash.start, clash.end, clash.row)):
        if run and (clash.start - max(one.end for one in run)).days > thresholds.calm_days:
            yield run
            run = []
        run.append(clash)
    if run:
        yield run


def _spell(town: str, run: Sequence[Clash], thresholds: Thresholds, notes: Mapping[str, str]) -> Event:
    last = max(clash.end for clash in run)
    first_known = run[0].known or run[0].start
    deaths = sum(clash.deaths / (clash.events or 1) for clash in run if clash.start == run[0].start)
    intensity = min(1.0, max(_LEAST_INTENSITY, deaths / thresholds.severe_deaths))
    return Event(
        start=run[0].start,
        end=last,
        kind=EventKind.CONFLICT,
        subject=town,
        value=round(intensity, 3),
        source=notes["x_import"].split()[-1].upper(),
        reported_on=max(first_known, run[0].start),
        end_reported_on=max(last + dt.timedelta(days=thresholds.calm_days) + _SPELL_KNOWN_AFTER, first_known),
        notes={**notes, "x_row": listed_rows(sorted(clash.row for clash in run)), _IMPORTED_END: last.isoformat()},
    )
