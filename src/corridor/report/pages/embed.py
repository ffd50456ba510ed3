"""Putting charts, styles and scripts into a page that stands alone and may run nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import altair as alt
import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from corridor.cache import cache_folder
from corridor.errors import RunError
from corridor.report.figures.palette import dark_rules, supposed
from corridor.report.figures.style import WIDTH
from corridor.report.languages.language import ENGLISH
from corridor.runs.atomic import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from corridor.report.languages.language import Language

VEGA_LITE = alt.SCHEMA_VERSION.removeprefix("v").rpartition(".")[0]
_LINES = re.compile(r' (?:d|transform)="[^"]*"')
_LONG = re.compile(r"-?\d+\.\d{2,}")
_RESERVED_GB = 75
"""Addresses that the JavaScript engine of vl-convert reserves; where it cannot, it ends the process."""


@dataclass(frozen=True)
class Figure:
    """A chart as it stands in the page: a picture for everybody, a specification for scripts."""

    id: str
    heading: str
    picture: str
    alt: str
    spec: Markup


def check_address_space() -> None:
    """Refuse to draw under a limit of addresses that would end the process without a word.

    Raises
    ------
    RunError
        The limit (``ulimit -v``) is below what the drawing library reserves.
    """
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < _RESERVED_GB * 10**9:
        message = (
            f"The figures of a report cannot be drawn under a limit of {limit / 10**9:.1f} GB of addresses "
            f"(ulimit -v): the library that draws them reserves {_RESERVED_GB} GB, of which it uses little. "
            "Lift that limit with ulimit -v unlimited; a limit of memory itself, as containers have it, does no harm."
        )
        raise RunError(message)


def page(template: str, context: Mapping[str, object], language: Language = ENGLISH, *, has_charts: bool = True) -> str:
    """Return a page from a template, with the style, the scripts and the policy that lets only those run.

    Parameters
    ----------
    template
        Name of the template.
    context
        What it is filled with; all text is escaped.
    language
        Of the page; sentences of the run itself are marked as English in any other.
    has_charts
        Whether it needs the library that draws, which is a megabyte.
    """
    environment = Environment(
        loader=PackageLoader("corridor.report.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"message": _marked(language.message), "plural": _marked(language.plural)}
    scripts = (chart_library(), _asset("report.js")) if has_charts else ()
    filled = {
        **context,
        "language": language,
        "in_english": "" if language.is_english else Markup(' lang="en" dir="ltr"'),
        "style": Markup(_asset("report.css") + dark_rules(":is(figure,.key) svg ")),  # noqa: S704 - our own file
        "scripts": [Markup(text) for text in scripts],  # noqa: S704 - the library, and our own file
        "policy": _policy(scripts),
    }
    return environment.get_template(template).render(filled)


def _marked(worded: Callable[..., str]) -> Callable[..., Markup]:
    """Return a method of a language so that markup in its sentences is kept, and what fills their gaps is escaped."""

    def marked(*texts: object, **values: object) -> Markup:
        safe = {name: value if isinstance(value, int) else escape(value) for name, value in values.items()}
        return Markup(worded(*texts, **safe))  # noqa: S704 - sentences of ours, with escaped values

    return marked


def figure(
    name: str, heading: str, chart: alt.LayerChart | None, *, width: int = WIDTH, is_supposed: bool = False
) -> Figure | None:
    """Return a chart for the page; None stays None.

    Parameters
    ----------
    name
        Tells the figures of a page apart.
    heading
        What stands above it.
    chart
        The chart.
    width
        Of the picture, in pixels; the live chart is as wide as the page.
    is_supposed
        Whether it shows an alternative, which has colours of its own.
    """
    if chart is None:
        return None
    spec = specification(chart, is_supposed=is_supposed)
    drawn = base64.b64encode(_both_ways(picture(spec, width)).encode()).decode()
    return Figure(
        id=f"chart-{name}",
        heading=heading,
        picture=f"data:image/svg+xml;base64,{drawn}",
        alt=spec["description"],
        spec=_inert({**spec, "width": "container"}),
    )


def specification(chart: alt.LayerChart, *, is_supposed: bool) -> dict[str, Any]:
    """Return what is drawn, in the colours of the forecast or in those of an alternative."""
    spec: dict[str, Any] = chart.to_dict(validate=False)  # charts are validated by the tests
    return json.loads(supposed(json.dumps(spec))) if is_supposed else spec


def picture(spec: Mapping[str, object], width: int) -> str:
    """Return a chart as SVG, its lines given to a tenth of a pixel: a third of the size.

    Parameters
    ----------
    spec
        The chart.
    width
        Of what is drawn between the axes, in pixels.
    """
    check_address_space()
    svg = vl_convert.vegalite_to_svg({**spec, "width": width}, vl_version=VEGA_LITE)
    return _LINES.sub(lambda line: _LONG.sub(lambda value: f"{float(value[0]):.1f}", line[0]), svg)


def _both_ways(svg: str) -> str:
    """Return a picture that follows the reader's screen into the dark."""
    start = svg.index(">", svg.index("<svg")) + 1
    return f"{svg[:start]}<style>{dark_rules()}</style>{svg[start:]}"


def _inert(spec: object) -> Markup:
    """Return data as JSON that cannot end the element that it stands in, whatever it holds."""
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704 - just made harmless


@cache
def chart_library() -> str:
    """Return the library that draws live charts; it takes seconds to make, and is stored."""
    folder = cache_folder(f"charts-{version('vl-convert-python')}-{VEGA_LITE}")
    stored = folder / "vega-embed.js" if folder else None
    if stored and stored.is_file():
        return stored.read_text(encoding="utf-8")
    check_address_space()
    text = vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;", vl_version=VEGA_LITE)
    assert "</script" not in text.lower(), "a library that ends its own element would spill"
    text = text.replace("\r", "").replace("<!--", "<\\!--").strip()
    if stored:
        with suppress(RunError):  # a full disk: the page has it all the same
            write_whole(stored, text)
    return text


def _asset(name: str) -> str:
    folder = files("corridor.report.pages").joinpath("templates")
    return folder.joinpath(name).read_text(encoding="utf-8").strip()


def _policy(scripts: Iterable[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
