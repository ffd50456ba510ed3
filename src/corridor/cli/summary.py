"""What ``check`` says of a scenario that has no problems: its size, its reports, and warnings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from corridor.cli.advice import Fall, falls_of
from corridor.runs.inputs import read_sound
from corridor.scenario.checks.plausibility import plausibility_warnings
from corridor.scenario.checks.whereabouts import countries_of
from corridor.scenario.io.cells import listed
from corridor.scenario.io.proposals import count_proposals
from corridor.scenario.observations import Observations, Use
from corridor.scenario.scenario import Scenario
from corridor.scenario.sentences import state
from corridor.scenario.timeline import in_words, periods


@dataclass(frozen=True)
class Reports:
    """How many reports there are, what they are used for, and the days of the first and the last."""

    count: int
    fit: int
    hold: int
    ignore: int
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Summary:
    """The size of a sound scenario, and what deserves a second look."""

    scenario: str
    start: date
    end: date
    days: int
    places: int
    routes: int
    events: int
    reports: Reports
    alternatives: tuple[str, ...]
    warnings: tuple[str, ...]
    to_confirm: tuple[Fall, ...]
    proposals: Mapping[str, int]
    countries: tuple[str, ...] = ()
    """In which places lie by their coordinates, where places.csv does not say it."""

    def facts(self) -> dict[str, object]:
        """Return the summary for machines."""
        return {**asdict(self), "problems": []}

    def words(self) -> str:
        """Return the summary for people."""
        reports = self.reports
        span = f", from {in_words(reports.first)} to {in_words(reports.last)}" if reports.first and reports.last else ""
        uses = f"{reports.fit:,} to learn from, {reports.hold:,} held back, {reports.ignore:,} ignored"
        lines = [
            f"{self.scenario}: no problems.",
            f"  {in_words(self.start)} to {in_words(self.end)}, {self.days:,} days",
            f"  {self.places:,} places, {self.routes:,} routes, {self.events:,} events",
            *([f"  by their coordinates places lie in {listed(self.countries, 'and')}"] if self.countries else []),
            f"  {reports.count:,} report{'' if reports.count == 1 else 's'}{span}: {uses}",
            f"  alternatives: {', '.join(self.alternatives) or 'none'}",
            *self._proposals(),
            *(f"Warning: {warning}" for warning in self.warnings),
            *(fall.words() for fall in self.to_confirm),
        ]
        return "\n".join(lines)

    def _proposals(self) -> Iterator[str]:
        if any(self.proposals.values()):
            states = ", ".join(f"{count:,} {state}" for state, count in self.proposals.items())
            yield f"  proposals read from texts, which no forecast uses until they are accepted: {states}"


def summary_of(folder: Path) -> Summary:
    """Return the summary of a scenario folder.

    Raises
    ------
    ScenarioError
        The folder has problems; all of them are listed.
    """
    scenario, observations = read_sound(folder)
    rows = observations.rows
    uses = Counter(row.use for row in rows)
    reports = Reports(
        count=len(rows),
        fit=uses[Use.FIT],
        hold=uses[Use.HOLD],
        ignore=uses[Use.IGNORE],
        first=min((row.date for row in rows), default=None),
        last=max((row.date for row in rows), default=None),
    )
    return Summary(
        scenario=scenario.name,
        start=scenario.start,
        end=scenario.end,
        days=scenario.n_days,
        places=len(scenario.places),
        routes=len(scenario.routes),
        events=len(scenario.events),
        reports=reports,
        alternatives=tuple(row.alternative for row in scenario.alternatives),
        warnings=(*_warnings(scenario, observations), *plausibility_warnings(scenario, observations)),
        proposals={state.value: count for state, count in count_proposals(folder).items()},
        to_confirm=falls_of(scenario, observations, folder),
        countries=countries_of(scenario),
    )


def periods_of(scenario: Scenario, on: date | None) -> list[dict[str, object]]:
    """Return what holds when, for machines: all periods, or the one that holds a day."""
    return [
        {"start": period.start, "end": period.end, "holds": state(scenario, period.events)}
        for period in periods(scenario)
        if on is None or period.start <= on <= period.end
    ]


def _warnings(scenario: Scenario, observations: Observations) -> Iterator[str]:
    if not observations.to_fit():
        yield "no report may be learnt from, so a forecast will say what the assumptions alone say."
    graded = {row.source for row in scenario.sources}
    unknown = sorted({row.source for row in observations if row.use is Use.FIT} - graded)
    if unknown:
        yield f"without a grade in scenario.toml, taken as C: {', '.join(unknown)}."
    undated = [row.place for row in scenario.places if row.capacity is not None and row.capacity_reported_on is None]
    if undated:
        yield f"capacities without capacity_reported_on, which no forecast uses: {', '.join(undated)}."
    if not any(row.kind.is_final for row in scenario.places):
        yield "no place is a camp or a host community, so nobody ever arrives."
    if not scenario.stocks:
        yield "no stocks.csv, so the days on which supplies run out are not estimated."
