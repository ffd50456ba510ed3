"""The command that opens the page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corridor.cli import options as o
from corridor.cli.output import command_output
from corridor.errors import UsageError

ScenarioChoice = Annotated[
    str | None,
    typer.Argument(
        metavar="[SCENARIO]",
        show_default=False,
        help="A scenario folder, or the name of a bundled one; the page lists those of this folder, too.",
    ),
]
Port = Annotated[int, typer.Option("--port", metavar="N", min=1, max=65535, help="Port on which the page is served.")]
Host = Annotated[
    str,
    typer.Option("--host", metavar="ADDRESS", help="Address to listen at; any but this machine's own needs a token."),
]
Names = Annotated[
    list[str] | None,
    typer.Option("--name", metavar="HOST", help="A host name by which others reach this machine; may be repeated."),
]
Runs = Annotated[Path, typer.Option("--runs", metavar="DIR", help="Folder for the RUN folders of reports.")]
PORT, HERE, RUNS = 8000, "127.0.0.1", Path("runs")


def serve(
    scenario: ScenarioChoice = None,
    *,
    port: Port = PORT,
    host: Host = HERE,
    name: Names = None,
    runs: Runs = RUNS,
    members: o.Members = o.MEMBERS,
    workers: o.Workers = o.CORES,
    language: o.PageLanguage = "en",
    verbose: o.Verbose = False,
) -> None:
    """Open a page on this machine: move levers, add reports, and see the forecast change."""
    with command_output(as_json=False, verbose=verbose) as output:
        from corridor.report.languages.language import language_of

        try:
            from corridor.serve.start import Address, check_address, page_address, run, settings_for
        except ImportError as error:
            message = f"The page needs {error.name}, which is not installed: pip install corridor[serve]"
            raise UsageError(message) from error
        address = Address(host, port)
        check_address(address)
        settings = settings_for(scenario, address, names=tuple(name or ()), runs=runs, members=members, workers=workers)
        page = page_address(scenario, address, settings, language_of(language).code)
        output.show(f"Open {page}\nStop with Ctrl+C.", {})
        run(settings, address)
