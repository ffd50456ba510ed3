"""The figures of a sentence: digits, words and vague words, with how firm each is.

Words become numbers by text2num (MIT, 0.9 MB, releases in 2026, English and French among others). Digits with
separators, multipliers and vague words such as thousands are rules of our own: the library leaves them alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from corridor.scenario.observations import Qualifier
from corridor.sources.texts.words import QUALIFIERS

LARGEST = 10**9
"""Figures beyond this count no people."""

_FACTORS = {
    "hundred": 100, "thousand": 1_000, "k": 1_000, "mille": 1_000, "million": 10**6, "millions": 10**6, "m": 10**6,
    "mn": 10**6, "billion": 10**9, "milliard": 10**9, "milliards": 10**9, "bn": 10**9, "lakh": 10**5, "lakhs": 10**5, "dozen": 12, "ألف": 1_000, "آلاف": 1_000,
}  # fmt: skip
_FACTOR = r"(?:\s?(?P<factor>hundred|thousand|mille|millions?|milliards?|mn|billion|bn|lakhs?|k|m|ألف|آلاف)(?![\w]))?"
_DIGITS = re.compile(
    r"(?:(?<![\d.,/:$€£#+-])|(?<=\d-))(?:(?<![A-Za-z_])|(?<=[a-z])(?=\d{1,3},\d{3}))"
    r"(?P<digits>\d{1,3},\d{1,2}(?= ?(?:millions?|milliards?|mille)\b)|\d{1,3}(?:(?P<sep>[,.' ])\d{3})(?:(?P=sep)\d{3})*(?![\d])|\d+(?:\.\d+)?)"
    + _FACTOR
    + r"(?!\d|[,.:/]\d|-\d{3}(?! (?:people|persons|famil|household|individual|civilian|IDP|refugee|evacuee|arrival)))"
)
_CODE_AFTER = re.compile(
    r"(?:st|nd|rd|th|am|pm|km|kg|cm|mm|[A-Zeèm])\b|[eE]\d|\s?(?:%|per ?cents?\b|pour cent)|-?(?:year|day|month|week|hour)s?\b"
)
_MONEY_BEFORE = re.compile(
    r"(?:[$€£]|USD|US\$|EUR|SDG|number|No\.|page|phone|tel\.?|resolution|article|magnitude|aged?|ages|about age)\s?:?$",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:(?P<tens>tens|dozens|scores|hundreds|thousands) of (?P<of>thousands|hundreds|millions)|"
    r"(?P<few>several|a few|few|a couple of|couple of|many) (?P<unit>dozens?|hundreds?|thousands?|tens of thousands)|"
    r"(?P<half>half a million)|(?P<bare>dozens|scores|hundreds|thousands|millions))\b",
    re.IGNORECASE,
)
_VAGUE_SIZES = {"tens": 10, "dozens": 24, "scores": 40, "hundreds": 100, "thousands": 1_000, "millions": 10**6}
_UNITS = {"dozen": 12, "hundred": 100, "thousand": 1_000, "tens of thousand": 10_000}
_WORD = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    "nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_WORDS = re.compile(
    rf"\b(?:{_WORD}|a(?= (?:hundred|thousand|million|dozen)))(?:(?:[ -]| and )(?:{_WORD}|hundred|thousand|million|dozen))*\b",
    re.IGNORECASE,
)
_SHARE_AFTER = re.compile(
    r"[ -](?:thirds?|quarters?|fifths?|tenths?|halves|in \w+|out of|of them|of the(?! \d)|per ?cent|%|-year)",
    re.IGNORECASE,
)
_QUALIFIERS = tuple(
    (
        qualifier,
        re.compile(
            rf"(?<!\w){words}\s?(?:an? )?(?:additional |further |total of |extra |other |estimated |the )?$",
            re.IGNORECASE,
        ),
    )
    for qualifier, words in QUALIFIERS
)
_RANGE = re.compile(r"\s?(?:-|to|and|or|à|et|و)\s?")


@dataclass(frozen=True)
class Figure:
    """A figure and where it stands in its sentence; `high` is the upper end of a range."""

    start: int
    end: int
    value: int
    high: int | None = None
    qualifier: Qualifier = Qualifier.EXACT
    is_vague: bool = False


def figures_of(text: str, taken: Iterable[tuple[int, int]] = ()) -> tuple[Figure, ...]:
    """Return the figures of a sentence that may count people, in their order.

    Parameters
    ----------
    text
        The sentence.
    taken
        Stretches that are dates, whose digits count nobody.
    """
    spans = tuple(taken)
    vague = list(_vague(text))
    figures = [*vague, *_written(text), *_digits(text)]
    free: list[Figure] = []
    for figure in sorted(figures, key=lambda row: (row.start, -row.end)):
        follows = not free or free[-1].end <= figure.start
        if follows and all(figure.end <= a or b <= figure.start for a, b in spans):
            free.append(figure)
    return tuple(_qualified(text, figure) for figure in _ranged(text, free))


def _digits(text: str) -> Iterator[Figure]:
    for match in _DIGITS.finditer(text):
        after, before = text[match.end() : match.end() + 30], text[max(0, match.start() - 12) : match.start()]
        if _CODE_AFTER.match(after) or _MONEY_BEFORE.search(before):
            continue
        sep, digits = match["sep"], match["digits"]
        if sep and not (sep == "." and match["factor"]):
            digits = digits.replace(sep, "")
        value = float(digits.replace(",", ".")) * _FACTORS.get(match["factor"] or "", 1)
        if value.is_integer() and value <= LARGEST and not _is_year(match, before, after):
            yield Figure(match.start(), match.end(), int(value))


def _is_year(match: re.Match[str], before: str, after: str) -> bool:
    if not re.fullmatch(r"(?:19|20)\d\d", match[0]):
        return False
    counted = re.match(
        r"(?:\s(?:and|to|et|à|و)\s?[\d,.]{3,9})?\s(?:شخص|عائلة|أسرة|personnes|familles|people|families|households|persons|individuals|refugees|IDPs)",
        after,
    )
    return not counted or bool(re.search(r"\b(?:in|since|of|during|until|from|by|en|depuis)\s$", before))


def _vague(text: str) -> Iterator[Figure]:
    for match in _VAGUE.finditer(text):
        if match["half"]:
            yield Figure(match.start(), match.end(), 500_000)
            continue
        low, high = _vague_size(match)
        yield Figure(match.start(), match.end(), low, high, Qualifier.BETWEEN, is_vague=True)


def _vague_size(match: re.Match[str]) -> tuple[int, int]:
    if match["tens"]:
        low = _VAGUE_SIZES[match["tens"].lower()] * _VAGUE_SIZES[match["of"].lower()]
        return low, 10 * low - 1
    if match["few"]:
        size = _UNITS[match["unit"].lower().removesuffix("s")]
        few, many = (
            (2, 3) if "couple" in match["few"].lower() else (3, 9) if match["few"].lower() == "several" else (2, 5)
        )
        return few * size, many * size
    word = match["bare"].lower()
    size = _VAGUE_SIZES[word]
    return size, 99 if size < 100 else 10 * size - 1  # noqa: PLR2004 - below a hundred


def _written(text: str) -> Iterator[Figure]:
    for match in _WORDS.finditer(text):
        value = _in_digits(match[0].lower())
        if value is not None and not _SHARE_AFTER.match(text[match.end() : match.end() + 12]):
            yield Figure(match.start(), match.end(), value)


@lru_cache(maxsize=1_000)
def _in_digits(words: str) -> int | None:
    """Return the number that words mean; None if they mean none or only one."""
    from text_to_num import text2num  # noqa: PLC0415 - reading alone needs it

    dozens = words.endswith("dozen")
    words = re.sub(r"^a (?=hundred|thousand|million)", "one ", words)
    words = re.sub(r"^a dozen$", "one", words).removesuffix(" dozen") if dozens else words
    try:
        value = int(text2num(words, "en")) * (12 if dozens else 1)
    except ValueError:
        return None
    return value if 1 < value <= LARGEST else None


def _ranged(text: str, figures: list[Figure]) -> Iterator[Figure]:
    """Yield the figures, two that are the ends of a range as one."""
    i = 0
    while i < len(figures):
        one = figures[i]
        two = figures[i + 1] if i + 1 < len(figures) else None
        if two and _is_range(text, one, two):
            yield Figure(one.start, two.end, one.value, two.value, Qualifier.BETWEEN)
            i += 2
        else:
            yield one
            i += 1


def _is_range(text: str, one: Figure, two: Figure) -> bool:
    link = text[one.end : two.start]
    if one.high or two.high or two.value <= one.value or not _RANGE.fullmatch(link):
        return False
    if link.strip() in {"and", "et", "و"}:
        return bool(re.search(r"(?:between|entre|بين)\s$", text[: one.start], re.IGNORECASE))
    rises = re.search(
        r"(?:rose|risen|grew|grown|increased|jumped|up|climbed|swelled|doubled|\w+ing)\s(?:\w+\s)?from\s$",
        text[: one.start],
    )
    return not rises


def _qualified(text: str, figure: Figure) -> Figure:
    if figure.qualifier is Qualifier.BETWEEN:
        return figure
    before, after = text[max(0, figure.start - 48) : figure.start], text[figure.end : figure.end + 12]
    if re.match(r"\+|\s(?:or more|and more|ou plus)\b", after):
        return replace(figure, qualifier=Qualifier.AT_LEAST)
    qualifier = next((qualifier for qualifier, words in _QUALIFIERS if words.search(before)), None)
    return replace(figure, qualifier=qualifier) if qualifier else figure
