"""What a figure counts: people, households, homes, or nothing that the reader is after."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from corridor.sources.texts.numbers import Figure
from corridor.sources.texts.words import (
    DEMONYM,
    DISPLACED_NOUN,
    HOMES,
    HOUSEHOLDS,
    NOT_COUNTED,
    PEOPLE,
    SHORT_PEOPLE,
    STOPS,
)

REACH = 9
"""Words after a figure among which its noun is looked for."""

_TOKEN = re.compile(r"\s*([\w'’-]+|[^\w\s])")
_COUNTED = re.compile(
    r"\b(?:(?:camp|site|settlement|IDP|refugee|displaced)(?:'s)? population|population of (?:the )?[^,;.0-9]{0,40}?(?:camp|site|settlement)|numbers? of|totals?(?: number)?(?: of)?|caseload|bringing the total)\b",
    re.IGNORECASE,
)
_TO_NUMBER = re.compile(
    r"\b(?:to|at|is|was|are|reached|reaching|exceeded|totalled|totaled|totalling|totaling|now|of)\s(?:now |an estimated |about |"
    r"around |over |more than |at least |nearly |almost |some |approximately |roughly |as high as |up to |as many as |at )*$",
    re.IGNORECASE,
)
_PART_OF = re.compile(
    r"\s(?:out )?of (?:the |these |those |some |about |an estimated |more than |its |their )*\d[\d,]*"
)
_WHOLE_OF = re.compile(r"\d (?:out )?of (?:the |these |those |some |about |an estimated |more than |its |their )*$")
_DISPLACED_BEFORE = re.compile(
    r"\b(?:displaced|uprooted|evacuated) (?:about |around |some |an estimated |more than |at least |nearly |over |another )?$"
)
_OBJECT_ENDS = re.compile(r"\s(?:from|in|at|since|on|by|across)\b|[.,;]|$")
_SHARE_BEFORE = re.compile(
    r"\b(?:\d|one|two|three|four|five|six|seven|eight|nine) (?:in|out of|of every|in every) $", re.IGNORECASE
)
_ELLIPTIC = re.compile(
    r"\s?(?:(?:of (?:them|whom|these|those)|others?|more|had|have|has|were|was|are|being|been|already|newly|did|still|also|alone|to be|"
    r"remain(?:ed)?) )*(?:displaced|fled|flee|arriv|evacuat|return|left\b|died|dead\b|killed|crossed|escaped|reached|"
    r"sought|went\b|headed\b|took (?:refuge|shelter)|waiting\b|queu(?:ing|eing)|living\b|lived?\b|resid|staying|shelter|hosted|trapped|stranded|homeless|likewise|relocated|moved|uprooted|remain)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Noun:
    """What a figure counts: the unit, the words, where they end, and whether they say displaced."""

    unit: Literal["people", "households"]
    words: str
    end: int
    is_displaced: bool = False
    is_home: bool = False
    is_missing: bool = False


def noun_of(text: str, figure: Figure) -> Noun | None:
    """Return what a figure counts; None if it is nothing that the reader is after.

    Parameters
    ----------
    text
        The sentence.
    figure
        One of its figures.
    """
    before = text[max(0, figure.start - 60) : figure.start]
    if re.search(r"\b(?:groups?|famil(?:y|ies)|households?|batch(?:es)?) of (?:more than |at least |up to )?$", before):
        return None
    if _SHARE_BEFORE.search(before):
        return None
    part = _PART_OF.match(text, figure.end)
    if part:
        whole, _ = _after(text, Figure(part.end(), part.end(), 0))
        return replace(whole, is_missing=True) if whole else None
    if _WHOLE_OF.search(before):
        return None
    noun, is_refused = _after(text, figure)
    if noun or is_refused:
        return noun
    return _before(text, figure) or _elliptic(text, figure)


def _after(text: str, figure: Figure) -> tuple[Noun | None, bool]:
    """Return the noun that follows, and whether what follows is something else."""
    words: list[str] = []
    position, demonym = figure.end, None
    for count in range(REACH):
        match = _TOKEN.match(text, position)
        if not match:
            break
        word, position = match[1], match.end()
        if not word[0].isalnum() or (word.lower() in STOPS and not (count == 0 and word.lower() == "of")):
            if word in ",\"'-" and count and len(words) < 3 and _lists_on(text, position):  # noqa: PLR2004 - adjectives
                continue
            break
        words.append(word)
        if NOT_COUNTED.match(word) and not re.match(r"\s?(?:and|&) (?:their )?(?:families|civilians)", text[position:]):
            return None, True
        noun = _noun(text, word, figure, position)
        if noun and not (
            word.lower() in {"displaced", "displacement", "refugee", "civilian", "more", "others"}
            and _goes_on(text, position)
        ):
            return noun, False
        if DEMONYM.match(word):
            demonym = Noun("people", text[figure.end : position].strip(), position)
    return demonym, False


def _lists_on(text: str, position: int) -> bool:
    return bool(re.match(r"\s?[a-z-]+ (?:people|persons|families|households|civilians|IDPs|refugees)", text[position:]))


def _goes_on(text: str, position: int) -> bool:
    """Whether the word is an adjective of a noun that comes, as in displaced families or more people."""
    following = re.match(r"\s?([\w'-]+)(?:\s([\w'-]+))?", text[position:])
    if not following:
        return False
    return any(
        word is not None
        and bool(
            PEOPLE.search(word) or HOUSEHOLDS.search(word) or word.lower() in SHORT_PEOPLE or NOT_COUNTED.match(word)
        )
        for word in following.groups()[: 2 if following[1].lower() not in STOPS else 1]
    ) or bool(DEMONYM.match(following[1]))


def _noun(text: str, word: str, figure: Figure, position: int) -> Noun | None:
    words = text[figure.end : position].strip()
    displaced = bool(DISPLACED_NOUN.search(words))
    if HOUSEHOLDS.search(word) and not word.lower().startswith("familiar"):
        owns_home = re.match(r"' ?(?:homes|houses)\b", text[position:]) or re.match(
            r"' ?(?:homes|houses)\b", text[position - 1 :]
        )
        return Noun("households", words, position, is_displaced=displaced, is_home=bool(owns_home))
    if HOMES.match(word):
        return Noun("households", words, position, is_home=True)
    if PEOPLE.search(word) or word.lower() in SHORT_PEOPLE:
        return Noun("people", words, position, is_displaced=displaced)
    return None


def _before(text: str, figure: Figure) -> Noun | None:
    """Return the noun of "the number of displaced people … stands at 12,000"."""
    before = text[: figure.start]
    clause = before[max(before.rfind(";"), before.rfind(": "), before.rfind("(")) + 1 :]
    counted = [match.start() for match in _COUNTED.finditer(clause)]
    if not counted or not _TO_NUMBER.search(clause):
        return None
    between = clause[counted[-1] :]
    if not (
        PEOPLE.search(between)
        or HOUSEHOLDS.search(between)
        or re.search(r"\bIDPs?\b|arriv|displaced|population", between)
    ):
        return _carried(clause, figure) if "total" in between else None
    unit: Literal["people", "households"] = (
        "households" if HOUSEHOLDS.search(between) and not PEOPLE.search(between) else "people"
    )
    return Noun(
        unit,
        between.strip(),
        figure.end,
        is_displaced=bool(DISPLACED_NOUN.search(between) or re.search("arriv|displac|population", between)),
    )


def _carried(clause: str, figure: Figure) -> Noun | None:
    """Return the noun of "8,000 people arrived, bringing the total to 30,000": that of the count before."""
    if not (PEOPLE.search(clause) or HOUSEHOLDS.search(clause) or DISPLACED_NOUN.search(clause)):
        return None
    unit: Literal["people", "households"] = (
        "households" if HOUSEHOLDS.search(clause) and not PEOPLE.search(clause) else "people"
    )
    return Noun(unit, "", figure.end, is_displaced=bool(DISPLACED_NOUN.search(clause)), is_missing=True)


def _elliptic(text: str, figure: Figure) -> Noun | None:
    """Return the noun that is left out beside a verb of displacement, as in "100,000 fled" and "displaced 4,000 from"."""
    is_object = _DISPLACED_BEFORE.search(text[max(0, figure.start - 40) : figure.start])
    if _ELLIPTIC.match(text, figure.end) or (is_object and _OBJECT_ENDS.match(text, figure.end)):
        return Noun("people", "", figure.end, is_missing=True)
    return None
