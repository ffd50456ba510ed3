"""From the text of a document to its sentences, each with the place of every character in the text.

Rules of our own: pysbd, the usual library, has had no release since 2021 and does not keep character spans through
the texts that PDFs give.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 2_000
"""Characters of a sentence; a longer one is cut at a blank, so that reading time grows with the text alone."""

_PARAGRAPH_END = re.compile(r"\n[ \t\r]*\n\s*|\n\s*(?=[•‣▪●*–—-]\s)|\n\s*(?=\d{1,2}[.)]\s)|\f")
_LINE_END = re.compile(r"(?<![ \t\r])[ \t\r]*\n[ \t]*")
_BOUNDARY = re.compile(r"(?<![.!?؟])[.!?؟]+[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[^\W_a-z])|(?<=[a-z]{3}[.!?])(?=[A-Z][a-z])")
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "gen",
        "col",
        "maj",
        "capt",
        "lt",
        "st",
        "no",
        "nos",
        "approx",
        "e.g",
        "i.e",
        "vs",
        "u.n",
        "u.s",
        "u.k",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "fig",
        "ca",
        "cf",
        "est",
        "incl",
        "gov",
        "sen",
        "rep",
        "art",
        "al",
        "etc",
    ]
)
_LAST_WORD = re.compile(r"([\w.]+?)\.?$")
_MIS_DECODED = (
    ("Š—Ès", "'s"),
    ("Š—È", "'"),
    ("Š—“", '"'),
    ("Š—\ufffd", '"'),
    ("â€™", "'"),
    ("â€œ", '"'),
    ("â€\x9d", '"'),
    ("â€“", "-"),
)
_ONE_FOR_ONE = str.maketrans("’‘ʼ“”«»‐‑–—٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٬٫،", '\'\'\'""""----' + "0123456789" * 2 + ",." + ",")
_MIS_READ = tuple((old.translate(_ONE_FOR_ONE), new) for old, new in _MIS_DECODED)
_INVISIBLE = "\u00ad\u200b\u200e\u200f\ufeff"
_ODD = re.compile(rf"[Šâ{_INVISIBLE}]")
_WORD = re.compile(r"\S+")
_HYPHENATED = re.compile(r"[A-Za-z]{2,}-\s?[a-z]{2,}")
_GLUED = re.compile(
    r"\b(?:from|in|of|to|at|on|by|and|with|near|into|for)(?=the\b)|\b(?:fled|from|into|near|between)(?=[A-Z][a-z]{2})"
    r"|\b[A-Z]{3,}(?=(?:is|was|has|and|in)\b)"
)
"""Words that a PDF has glued to the next one, as fromthe, fledAlba, IDMCis."""

_OFTEN_BROKEN = frozenset(
    [
        "families",
        "family",
        "people",
        "persons",
        "households",
        "displaced",
        "internally",
        "individuals",
        "civilians",
        "refugees",
        "returnees",
        "evacuated",
        "evacuees",
        "residents",
        "children",
        "arrived",
        "humanitarian",
        "villages",
        "neighbourhoods",
        "displacement",
    ]
)


@dataclass(frozen=True)
class Sentence:
    """A sentence as it is read, one blank between words, and where each character stands in the document."""

    text: str
    offsets: tuple[int, ...]
    raw: str
    paragraph: int

    @property
    def start(self) -> int:
        """Return where it begins in the document, characters."""
        return self.offsets[0]

    @property
    def end(self) -> int:
        """Return where it ends in the document, characters."""
        return self.start + len(self.raw)

    def written(self, span: tuple[int, int]) -> str:
        """Return a passage of the sentence as the document has it, on one line."""
        first, last = self.offsets[span[0]], self.offsets[span[1] - 1]
        passage = self.raw[first - self.start : last - self.start + 1]
        is_mis_decoded = any(old in passage for old, _ in _MIS_DECODED)
        return self.text[slice(*span)] if is_mis_decoded else " ".join(passage.split())


def sentences_of(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a text in their order; what lies between them is blank."""
    for number, (start, end) in enumerate(_paragraphs(text)):
        for first, last in _split(text, start, end):
            read, offsets = _plain(text, first, last)
            if read:
                yield Sentence(read, offsets, text[offsets[0] : offsets[-1] + 1], number)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _PARAGRAPH_END.finditer(text):
        yield from _headings_apart(text, start, match.start())
        start = match.end()
    yield from _headings_apart(text, start, len(text))


def _headings_apart(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a paragraph; short lines that end without a point, as headings do, stand for themselves."""
    width = max((len(line) for line in text[start:end].split("\n")), default=0)
    first = start
    for match in _LINE_END.finditer(text, start, end):
        line = text[first : match.start()].rsplit("\n", 1)[-1].strip()
        goes_on = text[match.end() : match.end() + 1].islower()
        if line and not goes_on and len(line) < 0.6 * width and line[-1] not in ",;-":
            yield first, match.start()
            first = match.end()
    yield first, end


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for match in _BOUNDARY.finditer(text, start, end):
        if not _is_abbreviated(text[max(first, match.start() - 12) : match.start() + 1]):
            yield from _bounded(text, first, match.end())
            first = match.end()
    yield from _bounded(text, first, end)


def _is_abbreviated(before: str) -> bool:
    if not before.endswith("."):
        return False
    word = _LAST_WORD.search(before)
    last = word[1].lower() if word else ""
    return (
        last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha()) or bool(re.fullmatch(r"(?:[a-z]\.)+[a-z]", last))
    )


def _bounded(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    while last - first > LONGEST:
        cut = text.rfind(" ", first + 1, first + LONGEST)
        cut = first + LONGEST if cut < 0 else cut
        yield first, cut
        first = cut
    yield first, last


def _plain(text: str, first: int, last: int) -> tuple[str, tuple[int, ...]]:
    """Return a passage with one blank for each run of blanks and plain quotes, dashes and digits."""
    passage = text[first:last]
    words: list[str] = []
    offsets: list[int] = []
    for match in _WORD.finditer(passage):
        if words:
            offsets.append(offsets[-1] + 1)
        word, places = match[0].translate(_ONE_FOR_ONE), range(first + match.start(), first + match.end())
        word, more = _mended(word, places) if _ODD.search(word) else (word, places)
        if word:
            words.append(word)
            offsets.extend(more)
        elif words:
            offsets.pop()
    return _joined(" ".join(words), tuple(offsets))


def _mended(word: str, places: Sequence[int]) -> tuple[str, list[int]]:
    """Return a word without invisible characters, and with quotes that a wrong encoding had broken."""
    letters: list[str] = []
    offsets: list[int] = []
    i = 0
    while i < len(word):
        old, new = next(((old, new) for old, new in _MIS_READ if word.startswith(old, i)), (word[i], word[i]))
        shown = "" if new in _INVISIBLE else new
        letters += shown
        offsets += [places[i]] * len(shown)
        i += len(old)
    return "".join(letters), offsets


def _joined(read: str, offsets: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """Return the passage with common words joined that a line end had broken, as in fami-lies, and glued ones parted."""
    for match in reversed(list(_HYPHENATED.finditer(read))):
        whole = re.sub(r"-\s?", "", match[0])
        if whole.lower() in _OFTEN_BROKEN:
            remaining = [i for i in range(match.start(), match.end()) if read[i] not in "- "]
            offsets = (*offsets[: match.start()], *(offsets[i] for i in remaining), *offsets[match.end() :])
            read = read[: match.start()] + whole + read[match.end() :]
    for match in reversed(list(_GLUED.finditer(read))):
        offsets = (*offsets[: match.end()], offsets[match.end()], *offsets[match.end() :])
        read = f"{read[: match.end()]} {read[match.end() :]}"
    return read, offsets
