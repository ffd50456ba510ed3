"""What a sound scenario may still have wrong: sentences that ask for a second look, and refuse nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from corridor.scenario.checks.whereabouts import wrong_coordinates
from corridor.scenario.events import EventKind
from corridor.scenario.io.cells import listed
from corridor.scenario.observations import Observation, Observations, Qualifier, Use
from corridor.scenario.places import PlaceKind
from corridor.scenario.scenario import Scenario

TIMES_OUT_OF_LINE = 6
"""A count so many times its neighbours on both sides is pointed out: with a digit too many it is ten times what it was,
and neighbours differ.
"""

TIMES_AT_THE_END = 9
"""A last count so many times the two before it is pointed out: there a sudden influx may be true."""

_NEIGHBOURS_AGREE = 4

_MOST_SHOWN = 5


def plausibility_warnings(scenario: Scenario, observations: Observations) -> tuple[str, ...]:
    """Return what deserves a second look although every rule is kept, one sentence each.

    Parameters
    ----------
    scenario
        Its places and routes are compared.
    observations
        Exact figures that are used are compared.
    """
    counted = [row for row in observations if row.use is not Use.IGNORE and row.count is not None]
    exact = _series(row for row in counted if row.qualifier is Qualifier.EXACT)
    warnings = [*_contradicting(exact), *_falling(exact), *_out_of_line(_series(counted))]
    return (*_few(list(wrong_coordinates(scenario))), *_out_of_reach(scenario), *_few(warnings))


def _few(sentences: list[str]) -> list[str]:
    more = len(sentences) - _MOST_SHOWN
    return sentences if more <= 0 else [*sentences[:_MOST_SHOWN], f"{more} more of this sort."]


def _series(rows: Iterable[Observation]) -> dict[tuple[object, ...], list[Observation]]:
    """Return figures of one source about one thing, in order of their dates."""
    series: dict[tuple[object, ...], list[Observation]] = {}
    for row in sorted(rows, key=lambda row: (row.date, row.known_on)):
        key = (row.place, row.measure, row.source, row.group, row.definition, row.household_size)
        series.setdefault(key, []).append(row)
    return series


def _contradicting(series: dict[tuple[object, ...], list[Observation]]) -> Iterator[str]:
    for rows in series.values():
        for one, other in pairwise(rows):
            is_same = (one.date, one.known_on) == (other.date, other.known_on)
            if is_same and one.count != other.count and not _is_plain_flow(one):
                yield (
                    f"{one.source} gives two exact counts, {one.count:,} and {other.count:,}, for {one.measure.value} "
                    f"of {one.place} on {one.date}: keep one, or say by reported_on which corrects which."
                )


def _is_plain_flow(row: Observation) -> bool:
    return row.measure.is_flow and not row.measure.is_cumulative


def _falling(series: dict[tuple[object, ...], list[Observation]]) -> Iterator[str]:
    for rows in series.values():
        cumulative = [row for row in rows if row.measure.is_cumulative]
        for one, other in pairwise(cumulative):
            if one.period_start == other.period_start and (other.count or 0) < (one.count or 0):
                yield (
                    f"{other.measure.value} of {other.place} by {other.source} falls from {one.count:,} on {one.date} "
                    f"to {other.count:,} on {other.date}: what is cumulative never falls. If it is a correction, write "
                    "ignore as the use of the rows before it; if counting began anew, write its first day as "
                    "period_start; or correct the figure."
                )


def _out_of_line(series: dict[tuple[object, ...], list[Observation]]) -> Iterator[str]:
    for rows in series.values():
        stocks = [row for row in rows if not row.measure.is_flow]
        for one, row, other in zip(stocks, stocks[1:], stocks[2:], strict=False):
            if _is_out_of_line(row, (one, other), TIMES_OUT_OF_LINE):
                yield _strange(row, f"stands between {_dated(one)} and {_dated(other)}")
        if len(stocks) > 2:  # noqa: PLR2004 - two neighbours
            first, last = stocks[:3], stocks[:-4:-1]
            is_less = (first[0].count or 0) < (first[1].count or 0)  # as where a camp has just opened
            if not is_less and _is_out_of_line(first[0], first[1:], TIMES_OUT_OF_LINE):
                yield _strange(first[0], f"comes before {_dated(first[1])} and {_dated(first[2])}")
            if _is_out_of_line(last[0], last[1:], TIMES_AT_THE_END):
                yield _strange(last[0], f"comes after {_dated(last[2])} and {_dated(last[1])}")


def _is_out_of_line(row: Observation, neighbours: Sequence[Observation], times: int) -> bool:
    """Whether a count is many times two others that agree roughly, or as small a part of them."""
    low, high = sorted(other.count or 0 for other in neighbours)
    count = row.count or 0
    agree = low > 0 and high < _NEIGHBOURS_AGREE * low
    return agree and (count >= times * high or count * times <= low)


def _dated(row: Observation) -> str:
    return f"{row.count:,} on {row.date}"


def _strange(row: Observation, where: str) -> str:
    text = f"{row.count:,} as {row.measure.value} of {row.place} on {row.date} {where}"
    return f"{text}: check for a digit too many or too few."


def _out_of_reach(scenario: Scenario) -> Iterator[str]:
    """Yield which camps nobody can reach, although there are routes."""
    if not scenario.routes:  # without any route there is no network, only counts
        return
    reached = {row.destination for row in scenario.routes}
    reached |= {row.origin for row in scenario.routes if row.both_ways}
    settled = {EventKind.INFLOW, EventKind.CLOSURE, EventKind.CAMP_CLOSES}
    reached |= {row.subject for row in scenario.all_events if row.kind in settled and row.subject}
    camps = [place.place for place in scenario.places if place.kind is PlaceKind.CAMP and place.place not in reached]
    if camps:
        more = f" and {len(camps) - _MOST_SHOWN} more" if len(camps) > _MOST_SHOWN else ""
        yield (
            f"no route leads to {listed(camps[:_MOST_SHOWN], 'and')}{more}: nobody is forecast to travel there. Add a "
            "route in routes.csv, or say by a closure in events.csv that it is shut."
        )
