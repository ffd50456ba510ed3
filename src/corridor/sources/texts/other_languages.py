"""French and Arabic sentences: not understood, so that their figures of people are proposed bare, and only those."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from corridor.sources.texts.numbers import Figure

_FRENCH = re.compile(
    r"\b(?:les?|la|des?|du|une?|dans|ont|sont|été|est|qui|pour|avec|selon|depuis|personnes|familles|déplacés?|plus|vers|aux?|leurs?|et|en)\b",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"\b(?:the|of|and|in|to|were|was|have|has|from|by|with|people|that|are|is|on|at|families|displaced)\b",
    re.IGNORECASE,
)
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_PEOPLE = re.compile(
    r"\s(?:(?:de|d'|nouveaux|nouvelles)\s?)?(?:personnes?|civils|habitants|déplacés|réfugiés|retournés|enfants|femmes|hommes|individus|"
    r"نازح\w*|لاجئ\w*|شخص\w*|أشخاص|مدني\w*|مهجر\w*|طفل\w*|أطفال|نسمة)"
)
_HOUSEHOLDS = re.compile(r"\s(?:(?:de|d')\s?)?(?:familles?|ménages?|عائل\w*|أسر\w*)")
_DISPLACED = re.compile(
    r"déplac|réfugi|fui\b|fuir|fuient|arriv|évacu|quitt|camp\b|camps\b|retourn|rapatri|abri|accueil|sinistr|نزح|نازح|نزوح|لجوء|إجلاء|فرار|لاجئ|لجأ|فر\b|فروا|هجر|مخيم|وصل|أجل|غادر|عاد|محاصر",
    re.IGNORECASE,
)
_ASSISTED = re.compile(
    r"assist|reçu|bénéfici|distribu|fourni|vaccin|aide |aidé|مساعد|توزيع|تلق|استفاد|لقاح", re.IGNORECASE
)


def is_english(text: str) -> bool:
    """Whether a sentence is read as English: no Arabic letters to speak of, no more French words than English ones."""
    if len(_ARABIC.findall(text)) > len(text) / 4:
        return False
    french = len(_FRENCH.findall(text))
    return french < 3 or len(_ENGLISH.findall(text)) >= french  # noqa: PLR2004 - a name has one or two


def bare_figures(text: str, figures: Sequence[Figure]) -> Iterator[tuple[Figure, Literal["people", "households"]]]:
    """Yield the figures of people in a sentence about displacement that is not English, each with its unit."""
    if not _DISPLACED.search(text) or _ASSISTED.search(text):
        return
    for figure in figures:
        if _HOUSEHOLDS.match(text, figure.end):
            yield figure, "households"
        elif _PEOPLE.match(text, figure.end):
            yield figure, "people"
