"""What a back-test says, in one sentence: better or worse than the last report, by how much, and if ranges hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor.backtest.summaries import LEAST_TARGETS
from corridor.report.languages.language import ENGLISH, Language, translatable

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALL = "all"
EVEN = 0.05
"""A skill closer to zero is called about as good."""

TOO_FEW, TOO_MANY = 0.7, 0.9
"""Coverage of an 8-in-10 range that twenty reports or more can tell from right."""

SHARES = (
    (0.05, translatable("a twentieth")),
    (0.1, translatable("a tenth")),
    (0.2, translatable("a fifth")),
    (0.25, translatable("a quarter")),
    (1 / 3, translatable("a third")),
    (0.4, translatable("two fifths")),
    (0.5, translatable("half")),
    (0.6, translatable("three fifths")),
    (2 / 3, translatable("two thirds")),
    (0.75, translatable("three quarters")),
    (0.9, translatable("nine tenths")),
)


def share_words(fraction: float, language: Language = ENGLISH) -> str:
    """Return a fraction as people say it.

    Parameters
    ----------
    fraction
        The fraction.
    language
        Of the page.

    Examples
    --------
    >>> share_words(0.31), share_words(0.48), share_words(0.08)
    ('a third', 'half', 'a tenth')
    """
    return language.term(min(SHARES, key=lambda row: abs(row[0] - fraction))[1])


def verdict(horizons: Mapping[str, Any], main: str, language: Language = ENGLISH) -> str:
    """Return the answer of a back-test.

    Parameters
    ----------
    horizons
        Scores of one model by horizon, as scores.json has them.
    main
        Its name.
    language
        Of the page.
    """
    row = horizons.get(_ALL) or next(iter(horizons.values()))
    better = _better(row, main.capitalize(), language)
    if row["targets"] >= LEAST_TARGETS:
        return f"{better} {_honest(row, language)}"
    return language.plural(
        "{count} report is too few to tell which is better. On it, {better} Its 8-in-10 ranges held {held} of {count}.",
        "{count} reports are too few to tell which is better. On these, {better} Its 8-in-10 ranges held {held} of "
        "{count}.",
        row["targets"],
        better=better,
        held=round(row["coverage_80"] * row["targets"]),
    )


def caution(horizons: Mapping[str, Any], language: Language = ENGLISH) -> str:
    """Return how far the verdict can be trusted, in a sentence; nothing where the difference is clear."""
    row = horizons.get(_ALL) or next(iter(horizons.values()))
    low, high = row.get("skill_p05"), row.get("skill_p95")
    if low is None or high is None:
        return language.message(
            "It rests on {reports} from {origins}: too few to say how far chance made it.",
            reports=language.plural("{count} report", "{count} reports", row["targets"]),
            origins=language.plural("{count} origin", "{count} origins", row["origins"]),
        )
    if low < 0 < high:
        return language.message(
            "The difference may be chance: with other origins it could have been anything from {low} to {high} in 100 "
            "(9 in 10).",
            low=_percent(low, language),
            high=_percent(high, language),
        )
    return ""


def _percent(fraction: float, language: Language) -> str:
    return language.signed("−" if round(fraction * 100) < 0 else "+", f"{abs(fraction) * 100:.0f}")


def _better(row: Mapping[str, Any], name: str, language: Language) -> str:
    skill, message = row.get("skill"), language.message
    if skill is None:
        return message("{model} has no rival to be held against.", model=name)
    if abs(skill) < EVEN:
        return message(
            "{model} was about as good as the last report carried forward, or its trend, whichever did better.",
            model=name,
        )
    if skill < -1:
        return message(
            "{model} was worse than the last report carried forward, or its trend, whichever did better: its errors "
            "were {factor} times as large.",
            model=name,
            factor=language.decimal(round(1 - skill, 1)),
        )
    low, high = row.get("skill_p05"), row.get("skill_p95")
    gaps = {
        "model": name,
        "share": share_words(abs(skill), language),
        "chance": message(", perhaps by chance") if low is not None and high is not None and low < 0 < high else "",
    }
    if skill > 0:
        return message(
            "{model} was better than the last report carried forward, or its trend, whichever did better, by {share}"
            "{chance}.",
            **gaps,
        )
    return message(
        "{model} was worse than the last report carried forward, or its trend, whichever did better, by {share}"
        "{chance}.",
        **gaps,
    )


def _honest(row: Mapping[str, Any], language: Language) -> str:
    """Return how many reports ranges held, and whether they are too narrow or too wide."""
    held = f"{row['coverage_80'] * 100:.0f}"
    if row["coverage_80"] < TOO_FEW:
        return language.message("Its 8-in-10 ranges held {held} of 100 reports: they are too narrow.", held=held)
    if row["coverage_80"] > TOO_MANY:
        return language.message(
            "Its 8-in-10 ranges held {held} of 100 reports: they are wider than they need be.", held=held
        )
    return language.message("Its 8-in-10 ranges held {held} of 100 reports.", held=held)
