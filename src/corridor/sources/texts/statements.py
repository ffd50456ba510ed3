"""From a sentence to the counts of displaced people that it states."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from corridor.scenario.observations import Measure, Qualifier
from corridor.sources.texts.attribution import said_by
from corridor.sources.texts.groups import group_of, shares_of
from corridor.sources.texts.nouns import Noun, noun_of
from corridor.sources.texts.numbers import Figure, figures_of
from corridor.sources.texts.other_languages import bare_figures, is_english
from corridor.sources.texts.periods import Period, periods_of
from corridor.sources.texts.places import NamedPlace, place_of, places_of
from corridor.sources.texts.verbs import Governed, governed

_CUMULATIVE = {Measure.ARRIVALS: Measure.CUMULATIVE_ARRIVALS, Measure.DEATHS: Measure.CUMULATIVE_DEATHS}
_PARTS = r"(?:including|among them|of whom|of them|most of them|many of them|mostly)\b"
_INSERTED = re.compile(rf"\s?\({_PARTS}[^()]*\)|,\s{_PARTS}[^,;()]*,")
_EACH = r"\s(?:each|apiece|(?:per|in each|to an?|to each|for each|in every|an?) (?:household|family))\b"
_IS_SIZE = re.compile(_EACH)
_SIZE = re.compile(
    r"[^.;]{0,40}?\b(?P<size>\d{1,2}(?:\.\d+)?|two|three|four|five|six|seven|eight|nine|ten) "
    rf"(?:persons|people|members|individuals|souls){_EACH}",
    re.IGNORECASE,
)
_EVERYBODY = re.compile(r"[^.;]{0,60}?\bwomen and children\b")
"""Men, women and children: no group."""

_COMPARED = re.compile(
    r"\b(?:(?:up|down|increas\w+|compared (?:to|with)|against|than) )(?:\w+ ){0,4}?[0-9][0-9,.]*", re.IGNORECASE
)
_SMALL = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_BRACKETED = re.compile(
    r"\s?(?:\(|, or |or |from |in |of |comprising |representing |totall?ing |with )\s?(?:(?:about|approximately|around|some|more than|nearly|almost|at least|over|an estimated|roughly|or) ){0,2}$"
)


@dataclass(frozen=True)
class Statement:
    """One count as a sentence states it."""

    measure: Measure | None
    count: int
    count_high: int | None
    qualifier: Qualifier
    unit: Literal["people", "households"]
    confidence: float
    place: tuple[int, int] | None = None
    within: tuple[int, int] | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    group: str | None = None
    share: float | None = None
    said_by: str | None = None
    household_size: float | None = None
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Counted:
    figure: Figure
    noun: Noun
    verb: Governed


@dataclass(frozen=True)
class _Context:
    text: str
    places: tuple[NamedPlace, ...]
    periods: tuple[Period, ...]
    published: dt.date | None
    counted: tuple[_Counted, ...]

    def region(self, i: int) -> tuple[int, int]:
        """Return the passage between the count before and the one after."""
        first = self.counted[i - 1].noun.end if i else 0
        inserted = _INSERTED.match(self.text, self.counted[i].noun.end)
        beyond = inserted.end() if inserted else 0
        last = next((row.figure.start for row in self.counted[i + 1 :] if row.figure.start >= beyond), len(self.text))
        return first, last


@lru_cache(maxsize=2_000)
def statements_of(text: str, published: dt.date | None) -> tuple[Statement, ...]:
    """Return the counts of displaced people that a sentence states, in their order.

    Parameters
    ----------
    text
        The sentence, as :class:`corridor.sources.texts.sentences.Sentence` holds it.
    published
        Day of publication; None leaves relative days open.
    """
    if not re.search(
        r"\d|hundred|thousand|million|dozen|score|mille|\b(?:two|three|four|five|six|seven|eight|nine|ten|\w+teen|\w+ty)\b",
        text,
        re.IGNORECASE,
    ):
        return ()
    periods = periods_of(text, published)
    figures = figures_of(text, ((row.start, row.end) for row in periods))
    if not figures:
        return ()
    if not is_english(text):
        return tuple(_bare(figure, unit, periods) for figure, unit in bare_figures(text, figures))
    counted = tuple(_counted(text, figures))
    if not counted:
        return ()
    context = _Context(text, places_of(text), periods, published, counted)
    statements = [_statement(context, i) for i in range(len(counted))]
    return tuple(_with_sizes(context, statements)) + tuple(_shares(context, statements))


def _bare(figure: Figure, unit: Literal["people", "households"], periods: Sequence[Period]) -> Statement:
    day = next((row.last for row in periods if not row.is_of_speech), None)
    gaps = ("the sentence was not understood: state what was counted, where and when",)
    return Statement(None, figure.value, figure.high, figure.qualifier, unit, 0.2, last=day, gaps=gaps)


def _counted(text: str, figures: Sequence[Figure]) -> Iterator[_Counted]:
    """Yield the figures that count displaced people, each with its noun and verb."""
    nouns = [noun_of(text, figure) for figure in figures]
    nouns = [None if noun and _IS_SIZE.match(text, noun.end) else noun for noun in nouns]
    earlier: _Counted | None = None
    following = [figure.start for figure, noun in zip(figures, nouns, strict=True) if noun]
    ends = sorted(noun.end for noun in nouns if noun)
    for i, (figure, noun) in enumerate(zip(figures, nouns, strict=True)):
        earlier_nouns = bisect_right(ends, figure.start)
        first = ends[earlier_nouns - 1] if earlier_nouns else 0
        last = next((start for start in following if start > figure.start), len(text))
        if noun is None:
            noun = _listed(text, figure, earlier)  # noqa: PLW2901 - what the list before it counts
            verb = earlier.verb if noun and earlier else None
        else:
            inserted = _INSERTED.match(text, noun.end)
            reach = replace(noun, end=inserted.end()) if inserted else noun
            last = len(text) if inserted else last
            verb = governed(text, figure, reach, (first, last)) or _bracketed_verb(text, figure, noun, figures, i)
        if noun and verb:
            earlier = _Counted(figure, noun, verb)
            yield earlier


def _listed(text: str, figure: Figure, earlier: _Counted | None) -> Noun | None:
    """Return the noun of a figure in a list by place: "33,000 from Alba, 8,900 from Beria"."""
    if earlier is None or figure.is_vague or not re.match(r"\s(?:from|in|to|at)\s(?:the\s)?[A-Z]", text[figure.end :]):
        return None
    link = text[earlier.noun.end : figure.start]
    if re.search(r"\.\s|;", link) or not re.search(r"[:,(]|\band\b", link):
        return None
    return Noun(earlier.noun.unit, "", figure.end, is_missing=True)


def _bracketed_verb(text: str, figure: Figure, noun: Noun, figures: Sequence[Figure], i: int) -> Governed | None:
    """Return the verb of "300 families (1,500 people) fled" for the first figure: that which follows the bracket."""
    if i + 1 == len(figures) or not _BRACKETED.fullmatch(text[noun.end : figures[i + 1].start]):
        return None
    second = noun_of(text, figures[i + 1])
    return governed(text, figure, replace(noun, end=second.end), (figure.start, len(text))) if second else None


def _statement(context: _Context, i: int) -> Statement:
    row = context.counted[i]
    figure, noun, verb = row.figure, row.noun, row.verb
    region = context.region(i)
    measure = verb.measure
    period = _period(context, row, region)
    measure, first, last = _dated(context, measure, period, noun)
    span = (figure.start, max(noun.end, min(verb.verb_end, region[1])))
    place = place_of(context.places, measure, span, region)
    if measure is Measure.DEPARTURES and place is not None and place.preposition in {"to", "into"}:
        is_own = region[0] <= place.start < region[1]
        measure, place = (Measure.ARRIVALS, place) if is_own else (measure, None)
    gaps = tuple(_gaps(row, context.text, place, period, last))
    return Statement(
        measure=measure,
        count=figure.value,
        count_high=figure.high,
        qualifier=figure.qualifier,
        unit=noun.unit,
        confidence=_confidence(row, has_place=place is not None, has_date=last is not None),
        place=(place.start, place.end) if place else None,
        within=_opening(context, place),
        first=first,
        last=last,
        group=None if _EVERYBODY.match(context.text, noun.end) else group_of(noun.words),
        said_by=said_by(context.text),
        household_size=_stated_size(context.text, noun),
        gaps=gaps,
    )


def _period(context: _Context, row: _Counted, region: tuple[int, int]) -> Period | None:
    """Return the expression of time that dates a count: the nearest of its own passage, else one that opens the sentence."""
    usable = [
        period
        for period in context.periods
        if not (period.is_of_speech or period.role == "context" or _compares(context.text, row.noun.end, period.start))
    ]
    own = [period for period in usable if region[0] <= period.start < region[1]]
    opening = [period for period in usable if period.end <= context.counted[0].figure.start]
    if row.verb.measure in {Measure.STOCK, Measure.INSIDE, Measure.WAITING}:
        own = [period for period in own if period.role in {"as of", "as at"}] or own

    def distance(period: Period) -> int:
        return period.start - row.noun.end if period.start >= row.noun.end else row.figure.start - period.end

    return min(own or opening, key=distance, default=None)


def _compares(text: str, first: int, last: int) -> bool:
    """Whether a day is that of an earlier figure, as in 28,000, up from 21,000 a month ago."""
    return bool(_COMPARED.search(text[first:last]))


def _dated(
    context: _Context, measure: Measure | None, period: Period | None, noun: Noun
) -> tuple[Measure | None, dt.date | None, dt.date | None]:
    spoken_on = next((row.last for row in context.periods if row.is_of_speech and row.last), None)
    if period is None:
        return measure, None, None
    first, last = period.first, period.last
    if period.role in {"since", "depuis"}:
        last = spoken_on or context.published
        measure = _CUMULATIVE.get(measure, measure) if measure else None
    elif measure and "total" in noun.words and measure in _CUMULATIVE:
        measure, first = _CUMULATIVE[measure], None
    if measure in {Measure.STOCK, Measure.INSIDE, Measure.WAITING}:
        if measure is Measure.STOCK and period.role == "since":
            return measure, None, last
        return measure, None, last
    if measure in {Measure.ARRIVALS, Measure.DEPARTURES} and period.role in {"as of", "as at", "by"}:
        first = None
    return measure, first, last


def _opening(context: _Context, place: NamedPlace | None) -> tuple[int, int] | None:
    """Return the place that opens the sentence and holds that of the count, as in "In Norland, 140 people came to Alba"."""
    first = context.counted[0].figure.start
    opening = next(
        (row for row in context.places if row.end <= first and row.preposition in {"in", "on", "across"}), None
    )
    if place is None or opening is None or place.start <= first or place.preposition not in {"in", "at"}:
        return None
    if opening.start > 24 and not re.match(r",? where\b", context.text[opening.end :]):  # noqa: PLR2004 - characters
        return None
    return opening.start, opening.end


_PART_BEFORE = re.compile(
    r"(?:\bhalf|\bin \w+|thirds?|quarters?|%|per ?cent|most|majority|many) of (?:the |these |those |about |some |an estimated )*$",
    re.IGNORECASE,
)
_RATE = re.compile(r"\s(?:\w+\s){0,3}?(?:(?:a|per|each|every) (?:day|week|month|year)\b(?! ago)|daily\b|on average)")
_RATE_BEFORE = re.compile(
    r"\b(?:average of|averaging|rate of) (?:about |around |some |nearly |up to )?$", re.IGNORECASE
)


def _gaps(
    row: _Counted, text: str, place: NamedPlace | None, period: Period | None, last: dt.date | None
) -> Iterator[str]:
    if row.noun.is_home:
        yield "homes were counted: whether their households left is not stated"
    elif row.verb.measure is None:
        yield "what was counted was not understood"
    if row.verb.is_hypothetical:
        yield "the sentence speaks of what may be, not of what was counted"
    if _RATE.match(text, row.noun.end) or _RATE_BEFORE.search(text[max(0, row.figure.start - 40) : row.figure.start]):
        yield "a rate, so many in each period, not a count"
    if _PART_BEFORE.search(text[: row.figure.start]):
        yield "the sentence speaks of a part of them"
    if place is None:
        yield "no place"
    if period and period.gap:
        yield period.gap
    if last is None and not (period and period.gap):
        yield "no date"


def _confidence(row: _Counted, *, has_place: bool, has_date: bool) -> float:
    """Return how clear a statement is, 0 to 1: points for a near verb, a noun, a place and a date."""
    points = 0.55 + 0.15 * has_place + 0.15 * has_date
    points += 0.1 if row.verb.distance < 40 else 0.0  # noqa: PLR2004 - characters
    points -= 0.2 * row.noun.is_missing + 0.15 * row.figure.is_vague + 0.35 * row.verb.is_hypothetical
    points -= 0.3 * (row.verb.measure is None)
    return round(min(0.95, max(0.05, points)), 2)


def _with_sizes(context: _Context, statements: Sequence[Statement]) -> Iterator[Statement]:
    """Yield the statements; households with their people in brackets as one, with the size that follows."""
    i = 0
    while i < len(statements):
        one = statements[i]
        if i + 1 < len(statements):
            two = statements[i + 1]
            link = context.text[context.counted[i].noun.end : context.counted[i + 1].figure.start]
            if one.unit != two.unit and _BRACKETED.fullmatch(link):
                households, people = (one, two) if one.unit == "households" else (two, one)
                size = people.count / households.count if households.count else 0
                if 1 <= size <= 20:  # noqa: PLR2004 - people in a household
                    whole = _completed(one, two)
                    yield replace(whole, household_size=round(size, 2)) if one is households else whole
                    i += 2
                    continue
        yield one
        i += 1


def _stated_size(text: str, noun: Noun) -> float | None:
    """Return the size of households that a sentence states beside their number, as in "600 households, six people each"."""
    match = _SIZE.match(text, noun.end) if noun.unit == "households" else None
    if not match:
        return None
    word = match["size"].lower()
    return float(_SMALL.index(word) + 2) if word in _SMALL else float(word)


def _completed(one: Statement, two: Statement) -> Statement:
    """Return the first of two counts of the same people with the place and days that the second alone has."""
    if len(two.gaps) >= len(one.gaps):
        return one
    same = {"count": one.count, "count_high": one.count_high, "qualifier": one.qualifier, "unit": one.unit}
    return replace(two, **same)  # type: ignore[arg-type]  # fields of a statement


def _shares(context: _Context, statements: Sequence[Statement]) -> Iterator[Statement]:
    for share in shares_of(context.text):
        before = [i for i, row in enumerate(context.counted) if row.figure.end <= share.start]
        if before:
            whole = statements[before[-1]]
            high = None if whole.count_high is None else round(whole.count_high * share.share)
            yield replace(
                whole,
                count=round(whole.count * share.share),
                count_high=high,
                group=share.group,
                share=round(share.share, 3),
            )
