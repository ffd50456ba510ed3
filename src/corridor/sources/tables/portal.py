"""UNHCR's operational data portal: time series, people by location, and tables of situations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from corridor.scenario.observations import Measure
from corridor.sources.tables.figures import Entry, Figure, Kind, Reading, Spot, added_up, with_periods
from corridor.sources.tables.records import Record, records_of
from corridor.sources.tables.sheets import SourceFile

SOURCE = "UNHCR operational data portal"


def read_unhcr(source: SourceFile) -> Reading:
    """Return the figures of a file of the portal: registered people are stocks, new arrivals flows."""
    records = records_of(source)
    names = {name for record in records[:20] for name in record.cells}
    if "data_date" in names:
        return _series(source, records)
    if "geomaster_name" in names:
        return _locations(records)
    return _situations(records)


def _series(source: SourceFile, records: tuple[Record, ...]) -> Reading:
    document = source.document if isinstance(source.document, Mapping) else {}
    name = str(document.get("situation_view_name") or "Situation")
    figures = []
    for record in records:
        count, date = record.people("individuals"), record.date("data_date", "unix_timestamp")
        if count is not None and date is not None:
            figures.append(Figure(Spot(name), Measure.STOCK, date, count, SOURCE, "individuals", rows=(record.number,)))
    last = {figure.date: figure for figure in figures}
    account = [
        Entry(Kind.READ, f"{len(last):,} figures of {name}."),
        Entry(
            Kind.TO_DECIDE,
            "the file does not say whether it counts people present or all who ever came; they are taken as present "
            "(stock). Write cumulative_arrivals as the measure if they add up.",
        ),
    ]
    if len(last) < len(figures):
        account.append(
            Entry(Kind.LEFT_OUT, f"{len(figures) - len(last):,} figures of a day that stands twice; the last counts.")
        )
    return Reading("unhcr", tuple(last[date] for date in sorted(last)), tuple(account))


def _groups(record: Record) -> frozenset[str]:
    return frozenset(re.findall(r"[0-9]+", record.text("population_group_id")))


def _locations(records: tuple[Record, ...]) -> Reading:
    """Return people by location; a row whose groups another row of the place counts, too, is left out."""
    left: Counter[str] = Counter()
    taken: dict[tuple[str, str], list[frozenset[str]]] = {}
    figures: list[Figure] = []
    for record in sorted(records, key=lambda record: -len(_groups(record))):
        count, date = record.people("individuals"), record.date("date")
        name = record.text("geomaster_name")
        if count is None or date is None or not name:
            left["rows without a figure, a date or a place"] += 1
            continue
        groups, key = _groups(record), (name, str(date) if not _groups(record) else "")
        if groups and any(groups & others for others in taken.get(key, [])):
            left["rows whose people another row of the place counts, too"] += 1
            continue
        taken.setdefault(key, []).append(groups)
        figures.append(_location(record, name))
    rows, parts = added_up(figures)
    moved = sum(_month_differs(record) for record in records)
    account = [Entry(Kind.READ, f"{len(rows):,} figures of {len({row.spot.key for row in rows}):,} places.")]
    if parts:
        account.append(Entry(Kind.TRANSLATED, f"{parts:,} rows by origin or accommodation were added to others."))
    if moved:
        account.append(Entry(Kind.TRANSLATED, f"month contradicts date in {moved:,} rows: the date counts."))
    account += [Entry(Kind.LEFT_OUT, f"{number:,} {why}.") for why, number in left.items()]
    return Reading("unhcr", with_periods(rows), tuple(account))


def _location(record: Record, name: str) -> Figure:
    group = record.cells.get("population_groups")
    first = group[0] if isinstance(group, list) and group and isinstance(group[0], dict) else record.cells
    is_new = str(first.get("pop_data_type_code")) == "NEW"
    is_cumulative = str(first.get("pop_frequency_cumulative_code")) == "C"
    flow = Measure.CUMULATIVE_ARRIVALS if is_cumulative else Measure.ARRIVALS
    date, count = record.date("date"), record.people("individuals")
    assert date is not None, "rows without a date are left out before"
    assert count is not None, "rows without a figure are left out before"
    return Figure(
        spot=Spot(name, None, *record.position("centroid_lat", "centroid_lon")),
        measure=flow if is_new else Measure.STOCK,
        date=date,
        count=count,
        source=SOURCE,
        definition=f"individuals, {first.get('pop_data_type_name') or 'registered'}".lower(),
        rows=(record.number,),
    )


def _month_differs(record: Record) -> bool:
    date, month = record.date("date"), record.text("month")
    return date is not None and month.isdigit() and int(month) != date.month


def _situations(records: tuple[Record, ...]) -> Reading:
    """Return people by country of asylum, added over countries of origin and types of population."""
    figures: list[Figure] = []
    left = 0
    for record in records:
        count, date = record.people("Individuals"), record.date("Date")
        name = record.text("Country", "Location", "ISO3")
        if count is None or date is None or not name:
            left += 1
            continue
        code = record.text("ISO3")
        country = code if re.fullmatch("[A-Z]{3}", code) else None
        spot = Spot(name, code or None, country=country)
        definition = "individuals, registered"
        figures.append(
            Figure(spot, Measure.STOCK, date, count, SOURCE, definition, sheet=record.sheet, rows=(record.number,))
        )
    rows, parts = added_up(figures)
    account = [Entry(Kind.READ, f"{len(rows):,} figures of {len({row.spot.key for row in rows}):,} countries.")]
    if parts:
        account.append(Entry(Kind.TRANSLATED, f"{parts:,} rows by origin or type were added to others of their day."))
    if left:
        account.append(Entry(Kind.LEFT_OUT, f"{left:,} rows without a figure, a date or a country."))
    return Reading("unhcr", rows, tuple(account))
