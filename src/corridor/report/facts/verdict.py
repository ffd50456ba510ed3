"""What a back-test says, in one sentence: better or worse than the last report, by how much, and if ranges hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor.backtest.summaries import LEAST_TARGETS

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALL = "all"
EVEN = 0.05
"""A skill closer to zero is called about as good."""

TOO_FEW, TOO_MANY = 0.7, 0.9
"""Coverage of an 8-in-10 range that twenty reports or more can tell from right."""

SHARES = (
    (0.05, "a twentieth"),
    (0.1, "a tenth"),
    (0.2, "a fifth"),
    (0.25, "a quarter"),
    (1 / 3, "a third"),
    (0.4, "two fifths"),
    (0.5, "half"),
    (0.6, "three fifths"),
    (2 / 3, "two thirds"),
    (0.75, "three quarters"),
    (0.9, "nine tenths"),
)
_RIVALS = "the last report carried forward, or its trend, whichever did better"


def share_words(fraction: float) -> str:
    """Return a fraction as people say it.

    Examples
    --------
    >>> share_words(0.31), share_words(0.48), share_words(0.08)
    ('a third', 'half', 'a tenth')
    """
    return min(SHARES, key=lambda row: abs(row[0] - fraction))[1]


def verdict(horizons: Mapping[str, Any], main: str) -> str:
    """Return the answer of a back-test.

    Parameters
    ----------
    horizons
        Scores of one model by horizon, as scores.json has them.
    main
        Its name.
    """
    row = horizons.get(_ALL) or next(iter(horizons.values()))
    if row["targets"] < LEAST_TARGETS:
        reports = "1 report is" if row["targets"] == 1 else f"{row['targets']} reports are"
        held = round(row["coverage_80"] * row["targets"])
        return f"{reports} too few to tell. {_better(row, main.capitalize())} Its 8-in-10 ranges held {held} of them."
    held = f"Its 8-in-10 ranges held {row['coverage_80'] * 100:.0f} of 100 reports"
    return f"{_better(row, main.capitalize())} {held}{_honest(row)}."


def caution(horizons: Mapping[str, Any]) -> str:
    """Return how far the verdict can be trusted, in a sentence; nothing where the difference is clear."""
    row = horizons.get(_ALL) or next(iter(horizons.values()))
    low, high = row.get("skill_p05"), row.get("skill_p95")
    if low is None or high is None:
        origins = "1 origin" if row["origins"] == 1 else f"{row['origins']} origins"
        return f"It rests on {row['targets']} reports from {origins}: too few to say how far chance made it."
    if low < 0 < high:
        return (
            f"The difference may be chance: with other origins it could have been anything from {_percent(low)} to "
            f"{_percent(high)} in 100 (9 in 10)."
        )
    return ""


def _percent(fraction: float) -> str:
    return f"{fraction * 100:+.0f}".replace("-", "−")


def _better(row: Mapping[str, Any], name: str) -> str:
    skill = row.get("skill")
    if skill is None:
        return f"{name} has no rival to be held against."
    if abs(skill) < EVEN:
        return f"{name} was about as good as {_RIVALS}."
    if skill < -1:
        return f"{name} was worse than {_RIVALS}: its errors were {1 - skill:.1f} times as large."
    side = "better" if skill > 0 else "worse"
    low, high = row.get("skill_p05"), row.get("skill_p95")
    chance = ", perhaps by chance" if low is not None and high is not None and low < 0 < high else ""
    return f"{name} was {side} than {_RIVALS}, by {share_words(abs(skill))}{chance}."


def _honest(row: Mapping[str, Any]) -> str:
    """Return whether ranges are too narrow or too wide."""
    if row["coverage_80"] < TOO_FEW:
        return ": they are too narrow"
    return ": they are wider than they need be" if row["coverage_80"] > TOO_MANY else ""
