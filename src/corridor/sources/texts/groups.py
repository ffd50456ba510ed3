"""Groups of people, and the shares of a count that a sentence gives to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from corridor.scenario.scenario import Group

_GROUP = (
    r"(?:(?:young |small )?children (?:aged )?(?:under|below|younger than) (?:the age of )?(?:five|5|one|1|18|eighteen)(?: years)?(?: of age| old)?|under[- ](?:five|5)s?|"
    r"(?:women and children|children and women|women and girls|women|men|boys|girls|infants|babies|children|minors|elderly|older people|newborns))"
)
_SHARE = re.compile(
    r"\b(?P<share>(?:\d{1,2}(?:\.\d+)?|[a-z-]+) ?(?:%|per ?cent)|(?:a |one |two |three |four |some )?(?:third|thirds|quarter|quarters|fifth|fifths|half)|half)"
    rf" (?:of (?:them|whom|these|those|the \w+)|(?:are|were))(?: (?:are|were|being))? (?P<group>{_GROUP})",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"(?<![\w-]){_GROUP}$", re.IGNORECASE)
_PARTS = {"half": Fraction(1, 2), "third": Fraction(1, 3), "quarter": Fraction(1, 4), "fifth": Fraction(1, 5)}
_TIMES = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "some": 1}
_UNDER_FIVE = re.compile(
    r"(?:under|below|younger than)[ -](?:the age of )?(?:five|5)\b|infants|babies|newborns", re.IGNORECASE
)


class Share(NamedTuple):
    """A share of a count that a sentence gives to a group, and where it stands."""

    start: int
    end: int
    share: float
    group: str


def shares_of(text: str) -> Iterator[Share]:
    """Yield the shares that a sentence states, as two thirds of them young children under five."""
    for match in _SHARE.finditer(text):
        share = _fraction(match["share"].lower())
        if share is not None and 0 < share <= 1:
            yield Share(match.start(), match.end(), share, match["group"])


def _fraction(words: str) -> float | None:
    percent = re.match(r"(\d{1,2}(?:\.\d+)?) ?(?:%|per)", words)
    if percent:
        return float(percent[1]) / 100
    *times, part = words.split()
    size = _PARTS.get(part.removesuffix("s").replace("halve", "half"))
    return float(size * _TIMES.get(times[0] if times else "one", 1)) if size else None


def group_of(counted: str) -> str | None:
    """Return the group that the words of a count name; None for people in general."""
    match = _COUNTED.search(counted.strip())
    return match[0] if match else None


def group_id(words: str | None, groups: Iterable[Group]) -> str | None:
    """Return the id of the scenario's group that words mean, or else the words.

    Parameters
    ----------
    words
        The group as the text names it.
    groups
        Those of the scenario.
    """
    if words is None:
        return None
    rows = tuple(groups)
    if _UNDER_FIVE.search(words):
        young = [row.group for row in rows if row.is_under_five]
        return young[0] if len(young) == 1 else words
    same = [row.group for row in rows if row.group.replace("_", " ") == words.lower()]
    return same[0] if same else words
