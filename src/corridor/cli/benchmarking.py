"""The commands of the benchmark: lay out its data, make our forecasts, score anybody's."""

from __future__ import annotations

import typer

from corridor.cli import options as o
from corridor.cli.output import command_output
from corridor.cli.progress import show_progress

benchmarks = typer.Typer(
    epilog="\b\nExample:\n  corridor benchmark score data benchmark/forecasts.csv theirs.csv",
    add_help_option=False,
    no_args_is_help=True,
    rich_markup_mode=None,
)


@benchmarks.callback()
def benchmark(*, show_help: o.Help = False) -> None:
    """Compare forecasts of people in camps by one protocol: nine public instances, six families of crises."""


@benchmarks.command(
    short_help="Lay out the public instances.", epilog="\b\nExample:\n  corridor benchmark layout FabFlee data"
)
def layout(fabflee: o.FabFlee, data: o.BenchmarkData, *, as_json: o.AsJson = False, verbose: o.Verbose = False) -> None:
    """Copy the instances of the benchmark from a checkout of FabFlee, as they were published."""
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.benchmark.crises import FAMILIES
        from corridor.benchmark.layout import lay_out

        missing = lay_out(fabflee, data)
        words = f"{len(FAMILIES) - len(missing)} of {len(FAMILIES)} instances lie in {data / 'flee'}."
        if missing:
            output.warn([f"Not in this checkout: {', '.join(missing)}."])
        output.show(words, {"data": str(data), "missing": missing})


@benchmarks.command(
    short_help="Make Corridor's forecasts and the baselines.",
    epilog="\b\nExample:\n  corridor benchmark forecast data --out benchmark",
)
def forecast(
    data: o.BenchmarkData,
    *,
    out: o.BenchmarkOut,
    workers: o.Processes = o.CORES,
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Write reports.csv, tasks.csv and forecasts.csv: what was known, what is asked for, and our forecasts of it.

    What other crises teach is learnt anew for each crisis, without its family.
    """
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.benchmark.forecasts import write_benchmark

        with show_progress("Forecasting") as tick:
            targets = write_benchmark(data, out, workers=workers, tick=tick)
        lines = [f"{name}: {count:,} reports to be forecast" for name, count in targets.items()]
        output.show("\n".join([*lines, f"Tables: {out}"]), {"out": str(out), "targets": targets})


@benchmarks.command(
    short_help="Score tables of forecasts beside each other.",
    epilog="\b\nExample:\n  corridor benchmark score data benchmark/forecasts.csv theirs.csv",
)
def score(
    data: o.BenchmarkData, files: o.ForecastFiles, *, as_json: o.AsJson = False, verbose: o.Verbose = False
) -> None:
    """Print the table of all models of some files, on the targets that each of them has forecast.

    The files must hold persistence and drift, against which skill is given.
    """
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.benchmark.protocol import read_benchmark
        from corridor.benchmark.scoring import left_out, score_forecasts, table_of
        from corridor.benchmark.tables import read_files

        by_crisis = read_benchmark(data)
        forecasts = read_files(files)
        scores = score_forecasts(forecasts, by_crisis)
        absent = left_out(forecasts, by_crisis)
        output.warn(_gaps(absent))
        facts = {"scores": [row.facts() for row in scores], "left_out": {name: n for name, (n, _) in absent.items()}}
        output.show(table_of(scores), facts)


def _gaps(absent: dict[str, tuple[int, int]]) -> list[str]:
    """Return what the forecasts of each model lack, and what they have beyond the targets, in words."""
    return [
        *(
            f"{model} left out {targets:,} target{'s' if targets != 1 else ''}; no model is scored on those."
            for model, (targets, _) in absent.items()
            if targets
        ),
        *(
            f"{model} has {more:,} forecast{'s' if more != 1 else ''} that tasks.csv does not ask for; not scored."
            for model, (_, more) in absent.items()
            if more
        ),
    ]
