"""The report: one HTML file that asks nothing of any network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import altair as alt
import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from corridor.errors import UsageError
from corridor.report import figures, tables
from corridor.report.answer import answer
from corridor.report.atomic import write_whole
from corridor.report.maps import network_map
from corridor.report.marks import WIDTH
from corridor.report.material import EVERYWHERE, MOST_PLACES, material
from corridor.report.run_folder import REPORT, read_run
from corridor.report.words import day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from corridor.report.material import Material

VEGA_LITE = alt.SCHEMA_VERSION.removeprefix("v").rpartition(".")[0]
CHARTED_NEEDS = ("water", "food", "latrines", "tents_new_arrivals", "blankets", "health_centres")
SMALL_WIDTH = 340
MOST_EACH = 3
ARRIVALS, WAITING = "Arrivals", "Still inside, and waiting on the way"
DEATHS, CAMPS = "Deaths", "Other camps"
_LINES = re.compile(r' (?:d|transform)="[^"]*"')
_LONG = re.compile(r"-?\d+\.\d{2,}")


@dataclass(frozen=True)
class Figure:
    """A chart as it stands in the page: a picture for everybody, a specification for scripts."""

    id: str
    heading: str
    picture: str
    alt: str
    spec: Markup


def write_report(run_folder: Path, *, out: Path | None = None, suppress_below: int = 10) -> Path:
    """Write the report of a run as one HTML file and return where it is.

    Parameters
    ----------
    run_folder
        What `forecast` left behind; nothing else is read.
    out
        Where to write; report.html in the RUN folder if not given.
    suppress_below
        Counts of people from 1 to below this are shown as "<10", in charts and tables alike.

    Raises
    ------
    RunError
        The folder is not the result of a forecast, or the report cannot be written.
    UsageError
        suppress_below is negative.
    """
    if suppress_below < 0:
        message = f"suppress_below is {suppress_below}; it is a number of people, 0 or more."
        raise UsageError(message)
    path = out or run_folder / REPORT
    told = material(read_run(run_folder), suppress_below=suppress_below)
    write_whole(path, render(told))
    return path


def render(told: Material) -> str:
    """Return the report as HTML."""
    environment = Environment(
        loader=PackageLoader("corridor.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["isodate"] = day
    notes = tables.footnotes(told)
    scripts = (_bundle(), _asset("report.js"))
    context: dict[str, Any] = {
        "told": told,
        "name": told.name(told.main_place),
        "origin": day(told.origin),
        "end": day(told.end),
        "tomorrow": day(told.origin + timedelta(days=1)),
        "answer": answer(told),
        "main_chart": _main_chart(told),
        "sections": _sections(told),
        "people": tables.people_table(told),
        "needs": tables.need_tables(told, notes),
        "need_charts": _need_charts(told),
        "runouts": tables.runout_lines(told, notes),
        "runout_chart": _figure("runout", "When supplies run short", figures.runout_days(told)),
        "map": network_map(told),
        "reports": tables.report_lines(told),
        "parameters": tables.parameter_lines(told),
        "ahead": tables.ahead_lines(told),
        "facts": tables.fact_lines(told.run.run),
        "notes": notes,
        "style": Markup(_asset("report.css")),  # noqa: S704 - our own file
        "scripts": [Markup(text) for text in scripts],  # noqa: S704 - the library, and our own file
        "policy": _policy(scripts),
    }
    return environment.get_template("report.html.j2").render(context)


def _main_chart(told: Material) -> Figure | None:
    heading = f"People in {told.name(told.main_place)}"
    return _figure("stock", heading, figures.camp_stock(told, told.main_place))


def _sections(told: Material) -> list[tuple[str, list[Figure]]]:
    sections: dict[str, list[Figure]] = {}
    for title, drawn in _charts(told):
        if drawn is not None:
            sections.setdefault(title, []).append(drawn)
    return list(sections.items())


def _charts(told: Material) -> Iterator[tuple[str, Figure | None]]:
    main, name = told.main_place, told.name(told.main_place)
    yield ARRIVALS, _figure("arrivals", f"Arriving at {name} each day", figures.daily_arrivals(told, main))
    yield ARRIVALS, _figure("arrived", f"Arrived at {name} so far", figures.cumulative_arrivals(told, main))
    for place in told.besieged[:MOST_EACH]:
        heading = f"Still inside {told.name(place)}"
        yield WAITING, _figure(f"inside-{place}", heading, figures.still_inside(told, place))
    for place in told.gates[:MOST_EACH]:
        yield WAITING, _figure(f"waiting-{place}", f"Waiting at {told.name(place)}", figures.waiting(told, place))
    everywhere = "Deaths so far, on the way and in camps"
    yield DEATHS, _figure("deaths", everywhere, figures.deaths_so_far(told, EVERYWHERE))
    yield DEATHS, _figure("rate", "Deaths against the emergency thresholds", figures.death_rate(told, EVERYWHERE))
    heading = "Deaths of children under five against the emergency thresholds"
    yield DEATHS, _figure("rate-under-five", heading, figures.death_rate(told, EVERYWHERE, "under_five"))
    for place in told.camps[1:MOST_PLACES]:
        yield CAMPS, _figure(f"stock-{place}", told.name(place), figures.camp_stock(told, place, height=180))


def _need_charts(told: Material) -> list[Figure]:
    stated = {row.item for row in told.run.needs if row.place == told.main_place}
    drawn = (
        _figure(
            f"need-{item}",
            told.item(item),
            figures.need_over_time(told, told.main_place, item),
            width=SMALL_WIDTH,
        )
        for item in CHARTED_NEEDS
        if item in stated
    )
    return [one for one in drawn if one is not None]


def _figure(name: str, heading: str, chart: alt.LayerChart | None, *, width: int = WIDTH) -> Figure | None:
    if chart is None:
        return None
    spec = chart.to_dict()
    svg = vl_convert.vegalite_to_svg({**spec, "width": width}, vl_version=VEGA_LITE)
    picture = base64.b64encode(_shortened(svg).encode()).decode()
    return Figure(
        id=f"chart-{name}",
        heading=heading,
        picture=f"data:image/svg+xml;base64,{picture}",
        alt=spec["description"],
        spec=_inert({**spec, "width": "container"}),
    )


def _shortened(svg: str) -> str:
    """Return a picture whose lines are given to a tenth of a pixel: a third of the size."""
    return _LINES.sub(lambda line: _LONG.sub(lambda found: f"{float(found[0]):.1f}", line[0]), svg)


def _inert(spec: object) -> Markup:
    """Return data as JSON that cannot end the element that it stands in, whatever it holds."""
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704 - just made harmless


@cache
def _bundle() -> str:
    text = vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;", vl_version=VEGA_LITE)
    assert "</script" not in text.lower(), "a library that ends its own element would spill"
    return text.replace("\r", "").replace("<!--", "<\\!--").strip()


def _asset(name: str) -> str:
    folder = files("corridor.report").joinpath("templates")
    return folder.joinpath(name).read_text(encoding="utf-8").strip()


def _policy(scripts: Iterable[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
