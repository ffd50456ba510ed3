"""What an import of a table has done, for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from corridor.sources.flee.account import many
from corridor.sources.tables.figures import HEADINGS, Entry

if TYPE_CHECKING:
    from corridor.sources.beginning import Begun
    from corridor.sources.roads.into import ImportedRoutes
    from corridor.sources.tables.events import ImportedConflict
    from corridor.sources.tables.figures import Reading
    from corridor.sources.tables.into import Imported


def _account_lines(account: Iterable[Entry]) -> Iterator[str]:
    entries = list(account)
    for kind, heading in HEADINGS.items():
        own = [entry.text for entry in entries if entry.kind is kind]
        if own:
            yield ""
            yield f"{heading}:"
            yield from (f"- {' '.join(text.split())}" for text in own)


def _account_facts(account: Iterable[Entry]) -> list[dict[str, str]]:
    return [{"kind": entry.kind.value, "text": entry.text} for entry in account]


def counts_words(imported: Imported) -> Iterator[str]:
    """Yield what an import of counts has done, in lines for people."""
    reading = imported.reading
    yield (
        f"{imported.folder}: {many(imported.added, 'figure')} added, {imported.revised:,} revised, "
        f"{imported.unchanged:,} there already; read as {reading.layout}."
    )
    if reading.examples:
        yield from ("", *mapping_words(reading))
    yield from _account_lines(imported.account)
    yield ""
    yield f"Next: corridor check {imported.folder}"


def mapping_words(reading: Reading) -> Iterator[str]:
    """Yield which column was taken for what, and the first rows as they were read."""
    columns = reading.mapping.get("columns")
    pairs = columns.items() if isinstance(columns, dict) else ()
    yield "Columns: " + ", ".join(f"{role} = '{heading}'" for role, heading in pairs)
    yield from (f"  {example}" for example in reading.examples)


def is_agreed(reading: Reading, answers: TextIO) -> bool:
    """Whether the person at the terminal says that the columns were taken rightly; a blank line says so."""
    print("\n".join(mapping_words(reading)))
    print(
        f"{many(len(reading.figures), 'figure')}; nothing is written yet. Go on? yes (y), no (n): ", end="", flush=True
    )
    answer = answers.readline()
    print()
    return answer.strip().casefold() in {"", "y", "yes"} and answer != ""


def mapping_to_edit(reading: Reading) -> str:
    """Return the mapping that was proposed in the form of its file, to be corrected."""
    columns = reading.mapping.get("columns")
    pairs = columns.items() if isinstance(columns, dict) else ()
    lines = [f"{role} = {json.dumps(heading, ensure_ascii=False)}" for role, heading in pairs]
    return "\n".join(
        [
            "Nothing was written. Correct this, save it as mapping.toml, and add --map mapping.toml:",
            "",
            "[columns]",
            *lines,
        ]
    )


def counts_facts(imported: Imported) -> dict[str, object]:
    """Return what an import of counts has done, for machines."""
    reading = imported.reading
    return {
        "scenario": str(imported.folder),
        "layout": reading.layout,
        "figures": len(reading.figures),
        "added": imported.added,
        "revised": imported.revised,
        "unchanged": imported.unchanged,
        "created": [place.place for place in imported.created],
        "unmatched": [
            {"name": row.spot.name, "pcode": row.spot.pcode, "figures": row.figures, "closest": list(row.closest)}
            for row in imported.unmatched
        ],
        "mapping": dict(reading.mapping),
        "examples": list(reading.examples),
        "account": _account_facts(imported.account),
    }


def conflict_words(imported: ImportedConflict) -> Iterator[str]:
    """Yield what an import of conflict events has done, in lines for people."""
    yield (
        f"{imported.folder}: {many(len(imported.added), 'spell')} of fighting added, {imported.extended:,} extended, "
        f"{imported.unchanged:,} there already; read as {imported.layout}."
    )
    yield from _account_lines(imported.account)
    yield ""
    yield f"Next: corridor check {imported.folder}"


def conflict_facts(imported: ImportedConflict) -> dict[str, object]:
    """Return what an import of conflict events has done, for machines."""
    return {
        "scenario": str(imported.folder),
        "layout": imported.layout,
        "added": [event.model_dump(mode="json", exclude_none=True) for event in imported.added],
        "extended": imported.extended,
        "unchanged": imported.unchanged,
        "account": _account_facts(imported.account),
    }


def routes_words(imported: ImportedRoutes) -> Iterator[str]:
    """Yield what an import of routes has done, in lines for people."""
    yield (
        f"{imported.folder}: {many(len(imported.added), 'route')} added, {imported.changed:,} changed, "
        f"{imported.removed:,} removed, {imported.unchanged:,} there already."
    )
    if imported.off_network:
        yield f"Off the network: {', '.join(place for place, _ in imported.off_network)}."
    if imported.islands:
        yield f"On roads that lead to no other place: {', '.join(imported.islands)}."
    yield from _account_lines(imported.account)
    yield ""
    yield f"Next: corridor check {imported.folder}"


def routes_facts(imported: ImportedRoutes) -> dict[str, object]:
    """Return what an import of routes has done, for machines."""
    return {
        "scenario": str(imported.folder),
        "added": [row.model_dump(mode="json", exclude_none=True) for row in imported.added],
        "changed": imported.changed,
        "removed": imported.removed,
        "unchanged": imported.unchanged,
        "off_network": [{"place": place, "nearest_road_km": round(km, 3)} for place, km in imported.off_network],
        "islands": list(imported.islands),
        "account": _account_facts(imported.account),
    }


def begun_words(begun: Begun) -> Iterator[str]:
    """Yield what a scenario from files holds, in lines for people."""
    scenario = begun.scenario
    events, routes = many(len(scenario.events), "event"), many(len(scenario.routes), "route")
    places, reports = many(len(scenario.places), "place"), many(begun.reports, "report")
    yield f"{begun.folder}: {scenario.start} to {scenario.end}, {places}, {routes}, {events}, {reports}."
    yield from (f"  {name}: {kind.value}" for name, kind in begun.kinds)
    yield from _account_lines(begun.account)
    yield ""
    yield f"README.md in {begun.folder} holds this account, too. Next:"
    yield f"  corridor check {begun.folder}"
    yield f"  corridor forecast {begun.folder} --known-by {begun.last_known} --out my-forecast"


def begun_facts(begun: Begun) -> dict[str, object]:
    """Return what a scenario from files holds, for machines."""
    scenario = begun.scenario
    return {
        "folder": str(begun.folder),
        "start": scenario.start,
        "end": scenario.end,
        "places": len(scenario.places),
        "routes": len(scenario.routes),
        "events": len(scenario.events),
        "reports": begun.reports,
        "has_mechanism": scenario.has_mechanism,
        "known_by": begun.last_known,
        "files": {name: kind.value for name, kind in begun.kinds},
        "account": _account_facts(begun.account),
    }
