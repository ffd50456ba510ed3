"""From documents to proposals: every count and change that they state, said twice proposed once."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from corridor.errors import Problem, ScenarioError
from corridor.scenario.proposals import Proposal
from corridor.scenario.scenario import Scenario
from corridor.sources.texts.changes import Change, changes_of
from corridor.sources.texts.files import Document
from corridor.sources.texts.groups import group_id
from corridor.sources.texts.places import id_of, simple_name
from corridor.sources.texts.sentences import Sentence, sentences_of
from corridor.sources.texts.statements import Statement, statements_of

_LIBRARIES = (("dateparser", "dateparser"), ("text2num", "text_to_num"))


@dataclass(frozen=True)
class Publication:
    """What is known of texts beside their words: when they were published, and by whom."""

    published: dt.date | None = None
    source: str | None = None


def read_proposals_of(
    documents: Iterable[Document], publication: Publication | None = None, scenario: Scenario | None = None
) -> tuple[Proposal, ...]:
    """Return what texts state of displaced people, in the order of the texts; each statement once.

    Parameters
    ----------
    documents
        The texts, as :func:`corridor.sources.texts.read_documents` gives them.
    publication
        The day of publication of all of them, if the files do not state it, and their publisher.
    scenario
        The scenario whose places and groups are meant; None takes names as they stand.
    """
    _check_installed()
    known = publication or Publication()
    rows = [row for document in documents for row in _of(document, known, scenario)]
    return merged(rows)


def _check_installed() -> None:
    missing = [package for package, module in _LIBRARIES if find_spec(module) is None]
    if missing:
        fix = "Install what importers need with: pip install 'corridor[sources]'."
        what = f"reading needs {' and '.join(missing)}, which is not installed."
        raise ScenarioError("texts", (Problem("X010", what, fix),))


def _of(document: Document, publication: Publication, scenario: Scenario | None) -> Iterator[Proposal]:
    published = publication.published or document.published
    for sentence in sentences_of(document.text):
        common = {
            "published": published,
            "source": publication.source,
            "sentence": " ".join(sentence.raw.split()),
            "file": document.file,
            "sha256": document.sha256,
            "span_start": sentence.start,
            "span_end": sentence.end,
        }
        for statement in statements_of(sentence.text, published):
            yield _numbered({**common, **_count(sentence, statement, scenario)})
        for change in changes_of(sentence.text, published):
            yield _numbered({**common, **_change(sentence, change, scenario)})


def _numbered(values: dict[str, object]) -> Proposal:
    """Return a proposal under an id that reading the same text again gives again."""
    parts = [
        values.get(key)
        for key in ("sha256", "span_start", "event", "measure", "count", "count_high", "unit", "group", "start", "end")
    ]
    number = hashlib.sha256(repr([str(part) for part in parts]).encode()).hexdigest()[:10]
    return Proposal.model_validate({"proposal": f"p{number}", **values})


def _count(sentence: Sentence, row: Statement, scenario: Scenario | None) -> dict[str, object]:
    text = None
    if row.place:
        text = sentence.written(row.place) + (f", {sentence.written(row.within)}" if row.within else "")
    place, gaps = _place(text, sentence.text[slice(*row.place)] if row.place else None, scenario)
    return {
        "measure": row.measure,
        "count": row.count,
        "count_high": row.count_high,
        "qualifier": row.qualifier,
        "unit": row.unit,
        "household_size": row.household_size,
        "place": place,
        "place_text": text,
        "start": row.first,
        "end": row.last,
        "group": group_id(row.group, scenario.groups if scenario else ()),
        "share": row.share,
        "said_by": row.said_by,
        "confidence": row.confidence,
        "gaps": "; ".join((*row.gaps, *gaps)) or None,
    }


def _change(sentence: Sentence, row: Change, scenario: Scenario | None) -> dict[str, object]:
    text = sentence.written(row.place) if row.place else None
    place, gaps = _place(text, sentence.text[slice(*row.place)] if row.place else None, scenario)
    return {
        "event": row.kind,
        "place": place,
        "place_text": text,
        "start": None if row.is_end else row.day,
        "end": row.day if row.is_end else None,
        "said_by": row.said_by,
        "confidence": 0.5 + 0.15 * (row.place is not None) + 0.15 * (row.day is not None),
        "gaps": "; ".join((*row.gaps, *gaps)) or None,
    }


def _place(text: str | None, words: str | None, scenario: Scenario | None) -> tuple[str | None, tuple[str, ...]]:
    if text is None or words is None:
        return None, ()
    if scenario is None:
        return simple_name(words), ()
    place = id_of(words, scenario.places)
    return place, () if place else (f"no place of the scenario is named '{text}'",)


def merged(rows: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Return proposals with each statement once: the first and fullest, with where else it stands; ends joined to beginnings.

    Parameters
    ----------
    rows
        Proposals in the order of the texts.
    """
    distinct: list[_Stated] = []
    same_counts: dict[object, list[_Stated]] = {}
    for row in rows:
        stated = same_counts.setdefault((row.event, row.measure, row.count, row.count_high, row.unit, row.group), [])
        if not any(one.takes(row) for one in stated):
            stated.append(_Stated(row))
            distinct.append(stated[-1])
    return tuple(joined_spots(one.row, *one.again) for one in distinct)


class _Stated:
    """A statement with where else it stands: a sentence may stand a hundred thousand times in a file."""

    def __init__(self, row: Proposal) -> None:
        self.row = row
        self.again: list[Proposal] = []
        self._known = {_all_but_spots(row)}

    def takes(self, row: Proposal) -> bool:
        """Whether another proposal states the same; if so, it is joined."""
        if _all_but_spots(row) in self._known:
            self.again.append(row)
            return True
        joined = _joined(self.row, row)
        if joined is None:
            return False
        self.row = joined
        self._known.add(_all_but_spots(row))
        return True


def _all_but_spots(row: Proposal) -> tuple[object, ...]:
    return (row.place, row.place_text, row.start, row.end, row.confidence, row.gaps, row.said_by, row.source, row.share)


def same_statement(one: Proposal, two: Proposal) -> bool:
    """Whether two proposals state the same: as many of the same kind, and places and days that agree."""
    return _joined(one, two) is not None


def _joined(one: Proposal, two: Proposal) -> Proposal | None:
    """Return one proposal for two that state the same, or None."""
    if one.event is not None or two.event is not None:
        return _joined_change(one, two)
    is_same = (one.measure, one.count, one.count_high, one.unit, one.group) == (
        two.measure,
        two.count,
        two.count_high,
        two.unit,
        two.group,
    )
    if (
        not is_same
        or not _agree(one.place_key, two.place_key)
        or not _agree(one.end, two.end)
        or not _agree(one.start, two.start)
    ):
        return None
    fuller, other = (two, one) if two.confidence > one.confidence else (one, two)
    return joined_spots(fuller, other)


def _joined_change(one: Proposal, two: Proposal) -> Proposal | None:
    if one.event is not two.event or not _agree(one.place_key, two.place_key):
        return None
    if not _agree(one.start, two.start) or not _agree(one.end, two.end):
        return None
    start, end = one.start or two.start, one.end or two.end
    if start and end and end < start:
        return None
    is_new = (start, end) != (one.start, one.end)
    gaps = _union(one.gaps, two.gaps if is_new else None)
    place = {"place": one.place or two.place, "place_text": one.place_text or two.place_text}
    if place["place_text"] or place["place"]:
        gaps = "; ".join(gap for gap in (gaps or "").split("; ") if gap not in {"no place", ""}) or None
    if start:
        gaps = "; ".join(gap for gap in (gaps or "").split("; ") if gap not in {"no date", ""}) or None
    known = {"start": start, "end": end, "gaps": gaps, "confidence": max(one.confidence, two.confidence), **place}
    main, other = (two, one) if one.start is None and two.start is not None else (one, two)
    return joined_spots(main.model_copy(update={**known, "also_at": one.also_at}), other)


def joined_spots(row: Proposal, *others: Proposal) -> Proposal:
    """Return a proposal with the places in texts where other ones state the same."""
    own = f"{row.file}:{row.span_start}-{row.span_end}"
    spots = dict.fromkeys((row.also_at or "").split("; "))
    for other in others:
        spots[f"{other.file}:{other.span_start}-{other.span_end}"] = None
        spots.update(dict.fromkeys((other.also_at or "").split("; ")))
    listed = "; ".join(spot for spot in spots if spot and spot != own)
    return row.model_copy(update={"also_at": listed or None})


def _agree(one: object, two: object) -> bool:
    return one is None or two is None or one == two


def _union(one: str | None, two: str | None) -> str | None:
    parts = [part for text in (one, two) if text for part in text.split("; ")]
    return "; ".join(dict.fromkeys(parts)) or None
