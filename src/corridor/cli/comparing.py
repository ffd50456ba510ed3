"""What ``compare`` supposes and prints: levers from what was typed, one paragraph for each alternative."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from corridor.cli.answers import guard_of
from corridor.report.facts.differences import difference_lines
from corridor.runs.comparison_run import Suppositions
from corridor.runs.levers import parse_add, parse_set, parse_sweep
from corridor.runs.rows import DifferenceRow

if TYPE_CHECKING:
    from datetime import date

    from corridor.cli.output import Output
    from corridor.runs.comparison_run import ComparisonRun


def suppositions(
    alternatives: Iterable[str], sets: Iterable[str], adds: Iterable[str], sweep: str | None, origin: date
) -> Suppositions:
    """Return what is compared, from what was typed."""
    return Suppositions(
        alternatives=tuple(dict.fromkeys(alternatives)),
        levers=(*(parse_set(text, origin) for text in sets), *(parse_add(text, origin) for text in adds)),
        sweep=parse_sweep(sweep, origin) if sweep else (),
    )


def show_comparison(output: Output, run: ComparisonRun) -> None:
    """Print what each alternative changes by the last day, in words or for machines."""
    comparison, result = run.comparison, run.forecast.result
    last = comparison.base.samples.date.values[-1].astype("datetime64[D]").item()
    rows = [
        DifferenceRow(**{**row, "output_type_id": str(row["output_type_id"])})  # type: ignore[arg-type]  # a table row
        for row in comparison.to_rows()
        if row["target_end_date"] == last
    ]
    names = {row.place: row.name for row in result.scenario.places}
    units = {row.item: row.unit for row in result.needs.rows}
    guard = guard_of(result.needs)
    lines = difference_lines(rows, run.meanings, names, guard, assumed=result.forecast.assumption_only, units=units)
    words = [
        "\n".join(
            [
                f"{line.name}: {line.meaning}",
                f"  By {line.until}:",
                *(f"    {part}" for part in line.parts or (line.words,)),
            ]
        )
        for line in lines
    ]
    facts = {
        "run": str(run.forecast.folder),
        "report": str(run.forecast.report),
        "alternatives": {line.name: {"meaning": line.meaning, "difference": line.words} for line in lines},
        **run.forecast.facts,
    }
    output.show("\n".join([*words, f"Report: {run.forecast.report}"]), facts)
    output.warn([*result.posterior.notes, *run.cautions])
