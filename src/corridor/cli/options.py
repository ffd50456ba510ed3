"""Arguments and options of the commands, each declared once."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from corridor.cli.output import Output
from corridor.runs.requests import Kept

KEPT = Kept.PLACES
SEED = 7
MEMBERS = 1000
EVALUATED = 100
DAYS = 28
DEMO_DAY = date(2019, 3, 3)
CORES = os.cpu_count() or 1


def as_day(text: str | date) -> date:
    """Return a date from what was typed."""
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        message = f"'{text}' is not a date. Write it as 2019-03-03."
        raise typer.BadParameter(message) from error


def as_horizons(text: str) -> tuple[int, ...]:
    """Return days ahead from what was typed, such as 7,14,28."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        message = f"'{text}' are no days ahead. Write them as 7,14,28."
        raise typer.BadParameter(message, param_hint="--horizons") from error


def _say_version(wanted: bool) -> None:
    if wanted:
        from corridor.provenance import corridor_version

        _answer(f"corridor {corridor_version()}")


def _say_help(context: typer.Context, wanted: bool) -> None:
    if wanted:
        _answer(context.get_help())


def _answer(words: str) -> None:
    Output(as_json=False).show(words, {})
    raise typer.Exit


def _workers(kind: str) -> Any:  # noqa: ANN401 - what typer itself says that an option is
    return typer.Option(
        "--workers",
        metavar="N",
        min=1,
        max=1024,
        show_default="all cores",
        help=f"{kind}; they change the time and nothing else.",
    )


ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A scenario folder, or the name of a bundled one: baghouz-2019.")
]
RunOut = Annotated[
    Path,
    typer.Option("--out", metavar="RUN", help="Folder for the results; an earlier run there is replaced at the end."),
]
KnownBy = Annotated[
    date,
    typer.Option("--known-by", metavar="DATE", parser=as_day, help="Last day known; what became known later is cut."),
]
Days = Annotated[int, typer.Option("--days", metavar="N", min=1, max=3660, help="Days ahead.")]
Standards = Annotated[
    str,
    typer.Option(
        "--standards",
        metavar="PROFILE",
        help="Standards for the needs: sphere-2018, or the path of your own profile.",
    ),
]
STANDARDS = "sphere-2018"
Alternative = Annotated[
    str | None,
    typer.Option("--with", metavar="ALTERNATIVE", help="Suppose an alternative that scenario.toml states."),
]
Alternatives = Annotated[
    list[str] | None,
    typer.Option("--with", metavar="ALTERNATIVE", help="An alternative that scenario.toml states; may be repeated."),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="LEVER",
        help='Set or multiply a value: "seats_per_day a>b=x2", "transport a>b=500 2031-02-05..".',
    ),
]
Adds = Annotated[
    list[str] | None,
    typer.Option("--add", metavar="LEVER", help='Add an event: "pause old_town 2031-02-05..2031-02-12".'),
]
Sweep = Annotated[
    str | None,
    typer.Option("--sweep", metavar="LEVER", help='Try evenly spaced values: "seats_per_day a>b=500..5000/10".'),
]
Members = Annotated[
    int,
    typer.Option("--members", metavar="N", min=2, max=100_000, help="Simulated histories; more are smoother, slower."),
]
Every = Annotated[int, typer.Option("--every", metavar="N", min=1, max=3660, help="Days from one origin to the next.")]
FirstDay = Annotated[
    int, typer.Option("--first-day", metavar="N", min=0, max=3660, help="Day of the first origin; the start is day 0.")
]
Horizons = Annotated[
    str, typer.Option("--horizons", metavar="N,N", help="Days ahead that are scored, with commas between them.")
]
TotalsGiven = Annotated[
    bool,
    typer.Option("--totals-given", help="Give the total of all camps each day, and score who is where; no forecast."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with what an interrupted command has left.")]
Processes = Annotated[int, _workers("Processes")]
Seed = Annotated[
    int,
    typer.Option("--seed", metavar="N", min=0, help="Decides all chance: same seed, same figures."),
]
Workers = Annotated[int, _workers("Threads")]
On = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="ADDRESS",
        help="A Dask scheduler, such as tcp://10.0.0.1:8786, whose workers share the work; same figures.",
    ),
]
Keep = Annotated[
    Kept,
    typer.Option(
        "--keep", help="What ensemble.nc has of each member: people by place and group, or also who takes each route."
    ),
]
OnDay = Annotated[
    date | None, typer.Option("--on", metavar="DATE", parser=as_day, help="This day only, not the whole calendar.")
]
NewFolder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")]
FleeSource = Annotated[
    Path, typer.Argument(metavar="SOURCE", help="An instance of Flee: the folder that holds input_csv.")
]
Preset = Annotated[
    str,
    typer.Option(
        "--preset",
        metavar="NAME",
        help="Whose rules hold: flee-newest, flee-3.1, or corridor with deaths, departures and days that vary. Under "
        "Flee's, evaluate forecasts from the reports alone.",
    ),
]
TableFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A table as published: CSV, XLSX, XLS, ODS or JSON.", show_default=False)
]
IntoScenario = Annotated[Path, typer.Argument(metavar="SCENARIO", help="The folder of a scenario.", show_default=False)]
RoadFiles = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[ROADS]…",
        help="Files of roads: GeoJSON, GeoPackage (.gpkg) or OpenStreetMap (.osm.pbf).",
        show_default="great circles",
    ),
]
IntoFolder = Annotated[Path, typer.Option("--into", metavar="SCENARIO", help="The folder of a scenario.")]
SnapKm = Annotated[
    float,
    typer.Option(
        "--snap-km", metavar="KM", min=0, max=1000, help="A place is on the network if a road is this near to it."
    ),
]
WithinKm = Annotated[
    float,
    typer.Option("--within-km", metavar="KM", min=0, max=500, help="Fighting this near to a town is fighting there."),
]
CalmDays = Annotated[
    int,
    typer.Option(
        "--calm-days", metavar="DAYS", min=1, max=365, help="A spell ends after so many days without an event."
    ),
]
SevereDeaths = Annotated[
    float,
    typer.Option(
        "--severe-deaths", metavar="N", min=1, max=100_000, help="Deaths on the first day that are intensity 1."
    ),
]
Detour = Annotated[
    float,
    typer.Option(
        "--detour",
        metavar="X",
        min=1,
        max=10,
        help="Without a road file: roads are so much longer than great circles.",
    ),
]
Mode = Annotated[str, typer.Option("--mode", metavar="MODE", help="What people travel by: foot, vehicle or boat.")]
CountsLayout = Annotated[
    str,
    typer.Option(
        "--layout", metavar="NAME", help="What the file is: auto, hxl, dtm, hapi, unhcr, idmc, prmn, sites or table."
    ),
]
ConflictLayout = Annotated[str, typer.Option("--layout", metavar="NAME", help="What the file is: auto, ucdp or acled.")]
MapFile = Annotated[
    Path | None, typer.Option("--map", metavar="FILE", help="A mapping.toml that says which column is what.")
]
Create = Annotated[
    bool, typer.Option("--create", help="Begin a scenario with the places of the file, or add those that it lacks.")
]
AllowUnsupported = Annotated[
    bool,
    typer.Option("--allow-unsupported", help="Leave out what is switched on and has no meaning in Corridor."),
]
Mend = Annotated[
    bool,
    typer.Option(
        "--mend", help="Repair faults of the files where the repair is obvious, and state each in the account."
    ),
]
Base = Annotated[
    Path | None,
    typer.Option(
        "--base", metavar="PARENT", help="The instance that SOURCE changes: what SOURCE lacks is taken from it."
    ),
]
Template = Annotated[
    str,
    typer.Option("--template", metavar="NAME", help="siege: two towns, one trapped; network: five towns, two camps."),
]
FromFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--from", metavar="FILE…", help="Begin from files: places, counts, conflict events, roads, in any order."
    ),
]
MoreFiles = Annotated[list[Path] | None, typer.Argument(metavar="", hidden=True, show_default=False)]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="What corridor forecast or corridor demo has made.")]
ReportOut = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", show_default="report.html in RUN", help="Where to write the page."),
]
SuppressBelow = Annotated[
    int,
    typer.Option("--suppress-below", metavar="N", min=0, help='Counts of people below this are shown as "<N".'),
]
MainPlace = Annotated[
    str | None,
    typer.Option("--place", metavar="PLACE", show_default="the one with most reports", help="What the page is about."),
]
FabFlee = Annotated[
    Path, typer.Argument(metavar="FABFLEE", help="A checkout of FabFlee, which publishes the instances.")
]
BenchmarkData = Annotated[Path, typer.Argument(metavar="DATA", help="The folder of the instances.")]
BenchmarkOut = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to write the three tables.")]
ForecastFiles = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Tables of forecasts.")]
Since = Annotated[
    list[Path] | None,
    typer.Option(
        "--since", metavar="RUN", help="An earlier forecast, or a back-test, to set beside what came. Repeat for more."
    ),
]
Brief = Annotated[
    bool, typer.Option("--brief", help="Write a page of A4 to forward, too: brief.pdf and brief.png beside the report.")
]
Card = Annotated[
    bool,
    typer.Option(
        "--card", help="Write a model card, too: model_card.html, with the back-tests of --since, beside the report."
    ),
]
Workbook = Annotated[
    bool,
    typer.Option(
        "--workbook", help="Write forecast.xlsx, too, in the language and without the small counts, beside the report."
    ),
]
PageLanguage = Annotated[
    str, typer.Option("--language", metavar="CODE", help="What the page is written in: en, fr or ar.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON document, for machines.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="If Corridor itself fails, show where.")]
Version = Annotated[
    bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Say which version this is.")
]
# Instead of typer's own, which loads pydantic to find that nobody gave it: a quarter of a second for each command.
Help = Annotated[bool, typer.Option("--help", is_eager=True, callback=_say_help, help="Show this message and exit.")]
