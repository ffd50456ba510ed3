"""What the heading of a column says it holds, by its words: in English, French, Spanish and Arabic, in any order."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from corridor.scenario.observations import Measure

_NAMED = 2
"""Where the words of names and villages stand among those of places: a name says least which level is meant."""


class Meaning(NamedTuple):
    """What a heading means: the role of its column, and how well it says so, less being better."""

    role: str
    rank: float
    measure: Measure | None = None


@lru_cache(maxsize=2000)
def words_of(heading: str) -> tuple[str, ...]:
    """Return the words of a heading without accents, capitals, articles and the number of a question.

    Examples
    --------
    >>> words_of("1.1.a.2: Survey Date"), words_of("admin2Name_en")
    (('survey', 'date'), ('admin2', 'name', 'en'))
    """
    text = re.sub(r"^\s*(?:[A-Za-z]?[0-9]+|[a-z])(?:\.\w+)*\s*[.:)]\s+", "", heading)
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    text = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", re.sub(r"\b(adm(?:in)?)[ _-]?([0-5])(?![0-9])", r" \1\2 ", text))
    return tuple(word.removeprefix("ال") if len(word) > 4 else word for word in words)  # noqa: PLR2004 - too short


class _Words(NamedTuple):
    """The words of headings by what they say."""

    fillers: frozenset[str]
    roles: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    surest: tuple[frozenset[str], ...]
    places: tuple[frozenset[str], ...]
    flows: Mapping[Measure, frozenset[str]]
    beside_flows: frozenset[str]
    parts: Mapping[str, frozenset[str]]
    beside_parts: frozenset[str]

    @property
    def any_place(self) -> frozenset[str]:
        return frozenset().union(*self.places)


@lru_cache(maxsize=1)
def _known() -> _Words:
    """Return the words of headings.toml, in the form in which headings are compared."""
    path = files("corridor.sources.tables").joinpath("headings.toml")
    stated = tomllib.loads(path.read_text(encoding="utf-8"))
    flows, parts = dict(stated["flows"]), dict(stated["parts"])
    beside_flows, beside_parts = _set(flows.pop("also")), _set(parts.pop("also"))
    return _Words(
        fillers=_set(stated["fillers"]),
        roles={role: (_set(row["needed"]), _set(row["also"])) for role, row in stated["roles"].items()},
        surest=tuple(map(_set, stated["surest"].values())),
        places=tuple(_set(row["words"]) for row in stated["places"]),
        flows={Measure(name): _set(text) for name, text in flows.items()},
        beside_flows=beside_flows,
        parts={part: _set(text) for part, text in parts.items()},
        beside_parts=beside_parts,
    )


def _set(text: str) -> frozenset[str]:
    return frozenset(word for part in text.split() for word in words_of(part))


@lru_cache(maxsize=2000)
def meaning_of(heading: str) -> Meaning | None:
    """Return what a heading means; None if one of its words belongs to nothing that is known.

    Examples
    --------
    >>> meaning_of("Localité d'accueil").role, meaning_of("Governorate of origin")
    ('place', None)
    """
    words, known = set(words_of(heading)), _known()
    if not words:
        return None
    flow = _flow(words)
    if flow is not None:
        return flow
    for role, (needed, also) in known.roles.items():
        places = known.any_place if role == "pcode" else frozenset()
        if words & needed and words <= needed | also | known.fillers | places:
            is_number_of_row = role == "pcode" and not (words & {"pcode", "رمز"} or words & known.any_place)
            return None if is_number_of_row else Meaning(role, _rank(role, words))
    return _place(words)


def _flow(words: set[str]) -> Meaning | None:
    """Return which flow a heading names; None if it names none, or says more."""
    known = _known()
    if not words <= known.fillers | known.beside_flows | frozenset().union(*known.flows.values()):
        return None
    measure = next((measure for measure, names in known.flows.items() if words & names), None)
    if measure is Measure.CUMULATIVE_ARRIVALS and words & known.flows[Measure.DEATHS]:
        measure = Measure.CUMULATIVE_DEATHS
    return Meaning("count", 9, measure) if measure is not None else None


def _rank(role: str, words: set[str]) -> float:
    """Return how well the words of a heading say what a column is: surer words and fewer fillers first."""
    if role == "count":
        surest = _known().surest
        return next((rank for rank, names in enumerate(surest) if words & names), len(surest))
    if role == "pcode":
        return min(_levels(words), default=9)
    return len(words) / 10 + (role == "date" and not words & {"date", "fecha", "تاريخ"})


def _levels(words: set[str]) -> list[int]:
    return [rank for rank, names in enumerate(_known().places) if words & names]


def _place(words: set[str]) -> Meaning | None:
    """Return that a heading names a place, if each of its words does or leaves it open."""
    known = _known()
    if not words <= known.fillers | known.any_place | {"en", "fr", "ar", "es"}:
        return None
    levels = _levels(words)
    named = [rank for rank in levels if rank != _NAMED] or levels
    return Meaning("place", min(named)) if named else None


def part_of_date(heading: str) -> str | None:
    """Return which part of a date a heading names alone: year, month, week or day; None if it names none.

    Examples
    --------
    >>> part_of_date("Année"), part_of_date("Reporting month"), part_of_date("Year of birth")
    ('year', 'month', None)
    """
    words, known = set(words_of(heading)), _known()
    named = (part for part, own in known.parts.items() if words & own and words <= own | known.beside_parts)
    return next(named, None)


def best_of(headings: Sequence[str], role: str, measure: Measure | None = None) -> int | None:
    """Return the column whose heading says best that it has a role; the first of equals, None if none does."""
    meanings = [(index, meaning_of(heading)) for index, heading in enumerate(headings)]
    fitting = [
        (meaning.rank, index)
        for index, meaning in meanings
        if meaning is not None and meaning.role == role and meaning.measure is measure
    ]
    return min(fitting)[1] if fitting else None
