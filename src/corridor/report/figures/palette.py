"""The colours of charts, maps and pages, each with the one that takes its place on a dark screen."""

from __future__ import annotations

INK = "#1d2935"
QUIET = "#5b6773"
FORECAST = "#0b5a8f"
REPORT = "#b3400a"
NOT_USED = "#78818a"
LIMIT = "#7a1f5c"
OTHERS = ("#3b7a57", "#8a6d00", "#6a51a3")
BANDS = ("#d3e3ef", "#a3c6de", "#76adcf")
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
    GRID: "#2a353f",
    AXIS: "#4a5763",
    SEA: "#1b242c",
    BORDER: "#46525d",
    COUNTRY: "#97a1ab",
    PAPER: "#131a20",
}
"""What each colour becomes on a dark screen."""


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
