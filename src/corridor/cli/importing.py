"""The commands that translate what others have written into scenario folders."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from corridor.cli import options as o
from corridor.cli.output import command_output

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.sources.flee import Imported

importers = typer.Typer(
    epilog="\b\nExample:\n  corridor import counts dtm.csv my-scenario --create",
    add_help_option=False,
    no_args_is_help=True,
    rich_markup_mode=None,
)


@importers.callback()
def formats(*, show_help: o.Help = False) -> None:
    """Translate what others have written into a scenario folder, losing nothing silently."""


@importers.command(
    short_help="An instance of Flee.",
    epilog="\b\nExamples:\n  corridor import flee burundi my-burundi --preset corridor\n"
    "  corridor import flee nigeria my-nigeria --mend\n  corridor import flee sweep/run3 my-run3 --base burundi",
)
def flee(
    source: o.FleeSource,
    folder: o.NewFolder,
    *,
    preset: o.Preset = "flee-newest",
    base: o.Base = None,
    mend: o.Mend = False,
    allow_unsupported: o.AllowUnsupported = False,
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Translate an instance of Flee, and give an account of what was read, mended and left out.

    The folder is written whole or not at all. What the instance knows only in hindsight is kept and
    marked, so that no forecast uses it.
    """
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.sources.flee import parsed_preset, read_flee, write_imported
        from corridor.sources.flee.folder import check_free

        check_free(folder)
        imported = read_flee(
            source, base=base, preset=parsed_preset(preset), allow_unsupported=allow_unsupported, mend=mend
        )
        write_imported(imported, folder)
        output.show("\n".join(_words(imported, folder)), _facts(imported, folder))


@importers.command(
    short_help="Counts of displaced people, as published.",
    epilog="\b\nExamples:\n  corridor import counts dtm.csv my-scenario --create\n"
    "  corridor import counts camps.xlsx my-scenario --map mapping.toml",
)
def counts(
    file: o.TableFile,
    scenario: o.IntoScenario,
    *,
    layout: o.CountsLayout = "auto",
    mapping: o.MapFile = None,
    create: o.Create = False,
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Add the counts of a table to a scenario, each with the file and row that it comes from.

    At a terminal, which column was taken for what is shown with three rows, and asked, before anything is written.

    A second import of a revised file adds what is new and dates what has changed; what a person wrote stays.
    """
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.cli.imported import counts_facts, counts_words, is_agreed, mapping_to_edit
        from corridor.sources.tables.files import read_file
        from corridor.sources.tables.into import import_counts
        from corridor.sources.tables.layouts import read_counts
        from corridor.sources.tables.stated import read_mapping

        source = read_file(file)
        reading = read_counts(source, layout, read_mapping(mapping) if mapping else {})
        at_terminal = bool(reading.examples) and not (mapping or as_json) and sys.stdin.isatty()
        if at_terminal and not is_agreed(reading, sys.stdin):
            output.show(mapping_to_edit(reading), {})
            return
        imported = import_counts(source, reading, scenario, create=create)
        output.show("\n".join(counts_words(imported)), counts_facts(imported))


@importers.command(
    short_help="Conflict events, as published.",
    epilog="\b\nExample:\n  corridor import conflict ged.csv my-scenario --layout ucdp",
)
def conflict(
    file: o.TableFile,
    scenario: o.IntoScenario,
    *,
    layout: o.ConflictLayout = "auto",
    within_km: o.WithinKm = 25.0,
    calm_days: o.CalmDays = 14,
    severe_deaths: o.SevereDeaths = 25.0,
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Add fighting near the towns of a scenario to its events, from a table of UCDP or ACLED.

    Each spell of fighting becomes known with its first event, so that no forecast knows it before.
    """
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.cli.imported import conflict_facts, conflict_words
        from corridor.sources.tables.events import Thresholds, import_conflict
        from corridor.sources.tables.files import read_file

        thresholds = Thresholds(within_km, calm_days, severe_deaths)
        imported = import_conflict(read_file(file), scenario, layout, thresholds)
        output.show("\n".join(conflict_words(imported)), conflict_facts(imported))


@importers.command(
    short_help="Routes between places, from roads.",
    epilog="\b\nExamples:\n  corridor import routes roads.osm.pbf --into my-scenario\n"
    "  corridor import routes --into my-scenario --detour 1.4",
)
def routes(
    roads: o.RoadFiles = None,
    *,
    into: o.IntoFolder,
    snap_km: o.SnapKm = 5.0,
    detour: o.Detour = 1.3,
    mode: o.Mode = "foot",
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Add the shortest ways by road between neighbouring places of a scenario, with places off the network listed.

    Without a road file, great-circle distances times a detour factor, marked as such. What a person wrote stays.
    """
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.cli.imported import routes_facts, routes_words
        from corridor.sources.roads.into import RouteOptions, import_routes, parsed_mode

        imported = import_routes(roads or (), into, RouteOptions(snap_km, detour, parsed_mode(mode)))
        output.show("\n".join(routes_words(imported)), routes_facts(imported))


def _words(imported: Imported, folder: Path) -> Iterator[str]:
    from corridor.sources.flee.account import account_lines

    scenario = imported.scenario
    yield f"{folder} holds {scenario.name}: {len(scenario.places)} places, {len(scenario.routes)} routes,"
    yield f"{len(scenario.events)} events and {len(imported.observations):,} reports, preset {scenario.preset.value}."
    yield ""
    yield from account_lines(imported.account)
    yield ""
    if scenario.preset.is_flee:
        yield "Under this preset corridor evaluate forecasts from reports alone; --preset corridor adds the mechanism."
    yield f"README.md in {folder} holds this account, too. Next: corridor check {folder}"


def _facts(imported: Imported, folder: Path) -> dict[str, object]:
    scenario = imported.scenario
    return {
        "folder": str(folder),
        "scenario": scenario.name,
        "preset": scenario.preset.value,
        "places": len(scenario.places),
        "routes": len(scenario.routes),
        "events": dict(Counter(event.kind.value for event in scenario.events)),
        "reports": len(imported.observations),
        "account": [
            {
                "kind": entry.kind.value,
                "text": entry.text,
                "file": entry.where.file if entry.where else None,
                "line": entry.where.line if entry.where else None,
                "column": entry.where.column if entry.where else None,
            }
            for entry in imported.account
        ],
        "files": dict(imported.digests),
    }
