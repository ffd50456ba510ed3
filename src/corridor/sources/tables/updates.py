"""IDMC's internal displacement updates: new displacements in a period, each event once."""

from __future__ import annotations

from collections import Counter

from corridor.scenario.observations import Measure, Qualifier
from corridor.sources.tables.figures import Entry, Figure, Kind, Reading, Spot, added_up
from corridor.sources.tables.records import Record, records_of
from corridor.sources.tables.sheets import SourceFile

SOURCE = "IDMC internal displacement updates"
_ROLES = {"recommended figure", ""}
_QUALIFIERS = {
    "total": Qualifier.EXACT,
    "approximately": Qualifier.ABOUT,
    "about": Qualifier.ABOUT,
    "more than": Qualifier.MORE_THAN,
    "at least": Qualifier.AT_LEAST,
    "less than or equal": Qualifier.AT_MOST,
    "up to": Qualifier.AT_MOST,
}


def read_idmc(source: SourceFile) -> Reading:
    """Return new displacements as departures from where they happened: recommended figures, the newest of each event.

    One event has many rows, so that a plain sum is several times too high. Rows of another role than the recommended
    figure are left out; of rows about one event, place and period the one created last counts.
    """
    left: Counter[str] = Counter()
    newest: dict[tuple[object, ...], Record] = {}
    for record in records_of(source):
        if record.text("role").casefold() not in _ROLES:
            left["rows that are no recommended figure (role)"] += 1
            continue
        if record.people("figure") is None or _end(record) is None:
            left["rows without a figure or a date"] += 1
            continue
        key = (
            record.text("event_name", "id"),
            record.text("latitude"),
            record.text("longitude"),
            _start(record),
            _end(record),
        )
        other = newest.get(key)
        if other is not None:
            left["rows about an event, place and period that a newer row is about"] += 1
        if other is None or record.text("created_at") >= other.text("created_at"):
            newest[key] = record
    rows, parts = added_up(_figure(record) for record in newest.values())
    account = [Entry(Kind.READ, f"{len(rows):,} figures of new displacements, as departures.")]
    if parts:
        account.append(
            Entry(Kind.TRANSLATED, f"{parts:,} rows of other events of the same place and period were added.")
        )
    account += [Entry(Kind.LEFT_OUT, f"{count:,} {why}.") for why, count in left.items()]
    return Reading("idmc", rows, tuple(account))


def _start(record: Record) -> object:
    return record.date("displacement_start_date", "displacement_date")


def _end(record: Record) -> object:
    return record.date("displacement_end_date", "displacement_date")


def _figure(record: Record) -> Figure:
    start = record.date("displacement_start_date", "displacement_date")
    end = record.date("displacement_end_date", "displacement_date")
    count = record.people("figure")
    assert end is not None, "rows without a date are left out before"
    assert count is not None, "rows without a figure are left out before"
    known = record.date("created_at")
    lat, lon = record.position("latitude", "longitude")
    country = record.text("country") or "place not named"
    at = f" {lat:.2f} {lon:.2f}" if lat is not None and lon is not None else ""
    return Figure(
        spot=Spot(record.text("locations_name") or f"{country}{at}", None, lat, lon, record.text("iso3") or None),
        measure=Measure.DEPARTURES,
        date=end,
        count=count,
        source=SOURCE,
        definition=f"new displacements ({record.text('displacement_type') or 'cause not named'})".lower(),
        period_start=start if start is not None and start <= end else None,
        reported_on=known if known is not None and known >= end else None,
        qualifier=_QUALIFIERS.get(record.text("qualifier").casefold(), Qualifier.ABOUT),
        rows=(record.number,),
    )
