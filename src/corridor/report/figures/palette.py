"""The colours of charts, maps and pages, each with the one that takes its place on a dark screen."""

from __future__ import annotations

import re

INK = "#1d2935"
QUIET = "#5b6773"
FORECAST = "#0b5a8f"
REPORT = "#b3400a"
NOT_USED = "#78818a"
LIMIT = "#7a1f5c"
OTHERS = ("#3b7a57", "#8a6d00", "#6a51a3")
BANDS = ("#d3e3ef", "#a3c6de", "#76adcf")
SUPPOSED_BANDS = ("#fbe9df", "#f5ccb2", "#efb08a")
GRID, AXIS = "#e6e9ec", "#c3c9cf"
SEA, BORDER, COUNTRY = "#eef2f5", "#b9c2ca", "#68727b"
PAPER = "#ffffff"

DARK = {
    INK: "#e8edf2",
    QUIET: "#a9b4bf",
    FORECAST: "#a9d6f7",
    REPORT: "#f0925e",
    NOT_USED: "#97a1ab",
    LIMIT: "#ec9bd0",
    OTHERS[0]: "#7fd1a4",
    OTHERS[1]: "#e0c04a",
    OTHERS[2]: "#b9a7ee",
    BANDS[0]: "#1d3444",
    BANDS[1]: "#2a536e",
    BANDS[2]: "#38749b",
    SUPPOSED_BANDS[0]: "#35221a",
    SUPPOSED_BANDS[1]: "#57331f",
    SUPPOSED_BANDS[2]: "#784427",
    GRID: "#2a353f",
    AXIS: "#4a5763",
    SEA: "#1b242c",
    BORDER: "#46525d",
    COUNTRY: "#97a1ab",
    PAPER: "#131a20",
}
"""What each colour becomes on a dark screen."""

SUPPOSED = {FORECAST: REPORT, REPORT: INK, **dict(zip(BANDS, SUPPOSED_BANDS, strict=True))}
"""What each colour becomes in the charts of an alternative: those of its banner, and ink for the signs of reports."""

_COLOUR = re.compile("#[0-9a-f]{6}")


def supposed(text: str) -> str:
    """Return a drawing, or the specification of a chart, in the colours of an alternative.

    Examples
    --------
    >>> supposed('{"color":"#0b5a8f"}'), supposed('{"color":"#b3400a"}')
    ('{"color":"#b3400a"}', '{"color":"#1d2935"}')
    """
    return _COLOUR.sub(lambda colour: SUPPOSED.get(colour[0], colour[0]), text)


def dark_rules(scope: str = "") -> str:
    """Return the style rules that turn drawings dark where the reader's screen is.

    Parameters
    ----------
    scope
        Selector of what holds the drawings, with a blank after it; nothing within a drawing.

    Examples
    --------
    >>> '.map [fill="#1d2935"]{fill:#e8edf2}' in dark_rules(".map ")
    True
    """
    rules = (
        f'{scope}[{part}="{light}"]{{{part}:{dark}}}' for light, dark in DARK.items() for part in ("fill", "stroke")
    )
    return f"@media screen and (prefers-color-scheme: dark){{{''.join(rules)}}}"
