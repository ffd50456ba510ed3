"""The commands that read texts, and by which a person decides what becomes of the proposals."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corridor.cli import options as o
from corridor.cli.output import command_output
from corridor.errors import CorridorError, UsageError

if TYPE_CHECKING:
    from corridor.scenario.proposals import Proposal

Texts = Annotated[
    list[str],
    typer.Argument(metavar="TEXT…", help="Plain text, a page saved from a browser, a PDF, a folder of them, or -."),
]
Into = Annotated[
    Path | None, typer.Option("--into", metavar="SCENARIO", help="Scenario folder in which the proposals wait.")
]
Published = Annotated[
    date | None,
    typer.Option(
        "--published",
        metavar="DATE",
        parser=o.as_day,
        help="Day of publication, for 'on Friday' and 'last week'; else as the file states it.",
    ),
]
Source = Annotated[str | None, typer.Option("--source", metavar="NAME", help="Who published the texts.")]
Scenario = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario folder in which proposals wait.")]
AcceptAbove = Annotated[
    float | None,
    typer.Option(
        "--accept-above", metavar="C", min=0, max=1, help="Accept all of at least this confidence that lack nothing."
    ),
]
Accept = Annotated[list[str] | None, typer.Option("--accept", metavar="ID", help="Accept this one; may be repeated.")]
Reject = Annotated[list[str] | None, typer.Option("--reject", metavar="ID", help="Reject this one; may be repeated.")]
Mend = Annotated[
    list[str] | None,
    typer.Option("--mend", metavar="ID:FIELD=VALUE", help="Change a field of this one first; may be repeated."),
]

readers = typer.Typer()


@readers.command(
    short_help="Read reports: propose their figures.",
    epilog="\b\nExample:\n  corridor read sitrep.txt --published 2019-03-04 --into my-scenario",
)
def read(
    texts: Texts,
    *,
    into: Into = None,
    published: Published = None,
    source: Source = None,
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Read news and situation reports, and propose what they state of displaced people.

    Counts and changes are printed with the sentence that states them. With --into they wait in
    proposals.csv of the scenario until corridor review accepts them; no forecast uses them before.
    """
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.scenario.io.read import read_scenario
        from corridor.sources.texts import Publication, read_documents, read_proposals_of
        from corridor.sources.texts.review import propose

        scenario = read_scenario(into) if into else None
        typed = sys.stdin.buffer.read() if "-" in texts else b""
        documents = read_documents(texts, standard_input=typed)
        proposals = read_proposals_of(documents, Publication(published, source), scenario)
        lines = [line for row in proposals for line in _lines(row)]
        undated = [row.file for row in documents if not (published or row.published)]
        if undated:
            output.warn([f"no day of publication for {', '.join(undated)}: give it with --published."])
        if into:
            new = propose(into, proposals)
            lines += [f"{len(new)} new of {len(proposals)} in {into / 'proposals.csv'}. Next: corridor review {into}"]
        output.show("\n".join(lines or ["Nothing is stated of displaced people."]), [row.facts() for row in proposals])


@readers.command(
    short_help="Accept, mend or reject proposals.",
    epilog="\b\nExample:\n  corridor review my-scenario --accept-above 0.8",
)
def review(
    scenario: Scenario,
    *,
    accept_above: AcceptAbove = None,
    accept: Accept = None,
    reject: Reject = None,
    mend: Mend = None,
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Accept, mend or reject what was read: one at a time with its sentence, or as the options say.

    Without an option the proposals that wait are shown one by one; answer a (accept), r (reject),
    s (leave for later), q (stop), or FIELD=VALUE to mend. What is accepted becomes a row of
    observations.csv or events.csv, with file, characters, sentence and hash beside it.
    """
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.scenario.io.proposals import count_proposals
        from corridor.sources.texts import review as decisions

        _known(scenario)
        waiting: tuple[object, ...] = ()
        for words in mend or ():
            name, field, value = _parts(words)
            decisions.mend(scenario, name, {field: value})
        if accept:
            decisions.accept(scenario, accept)
        if reject:
            decisions.reject(scenario, reject)
        if accept_above is not None:
            _, waiting = decisions.accept_above(scenario, accept_above)
        if not (mend or accept or reject or accept_above is not None or as_json):
            _one_by_one(scenario)
        counts = {state.value: count for state, count in count_proposals(scenario).items()}
        left = [f"Waits: {problem}" for problem in waiting]
        words = ", ".join(f"{count} {state}" for state, count in counts.items())
        output.show("\n".join([*left, f"{scenario}: {words}."]), {**counts, "waits": [str(row) for row in waiting]})


def _known(folder: Path) -> None:
    if not (folder / "proposals.csv").exists():
        message = f"{folder} holds no proposals. Read a text into it first: corridor read TEXT --into {folder}"
        raise UsageError(message)


def _parts(words: str) -> tuple[str, str, str]:
    name, colon, rest = words.partition(":")
    field, equals, value = rest.partition("=")
    if not (colon and equals):
        message = f"'{words}' mends nothing. Write it as p0123456789:place=al_hol."
        raise UsageError(message)
    return name, field.strip(), value


def _one_by_one(folder: Path) -> None:
    """Show each proposal that waits, and do what is answered; the end of the input leaves the rest."""
    from corridor.scenario.io.proposals import read_proposals
    from corridor.scenario.proposals import ProposalState

    for row in read_proposals(folder):
        if row.state is ProposalState.PENDING and not _decided(folder, row):
            return


def _decided(folder: Path, row: Proposal) -> bool:
    """Ask about one proposal until it is decided or left; return whether to go on."""
    from corridor.sources.texts import review as decisions

    print("\n".join(_lines(row)))
    while True:
        print("accept (a), reject (r), later (s), stop (q), or FIELD=VALUE: ", end="", flush=True)
        answer = sys.stdin.readline()
        print()
        choice = answer.strip()
        if not answer or choice == "q":
            return False
        if choice == "s":
            return True
        try:
            if choice == "a":
                decisions.accept(folder, [row.proposal])
                return True
            if choice == "r":
                decisions.reject(folder, [row.proposal])
                return True
            field, equals, value = choice.partition("=")
            if equals:
                mended = decisions.mend(folder, row.proposal, {field.strip(): value})
                print("\n".join(_lines(mended)))
        except CorridorError as error:
            print(error)


def _lines(row: Proposal) -> Iterator[str]:
    """Yield a proposal as people read it: what, where, when; the sentence; what is open."""
    size = f" of {row.household_size:g}" if row.unit == "households" and row.household_size else ""
    count = f"{row.count:,}" if row.count is not None else ""
    high = f" to {row.count_high:,}" if row.count_high is not None else ""
    hedge = f"{row.qualifier.value.replace('_', ' ')} " if row.qualifier.value not in {"exact", "between"} else ""
    kind = row.event.value if row.event else (row.measure.value if row.measure else "not understood")
    what = f"event {kind}" if row.event else f"{kind}: {hedge}{count}{high} {row.unit}{size}"
    group = f", {row.group}" if row.group else ""
    place = f", {row.place or row.place_text}" if row.place or row.place_text else ""
    days = " to ".join(dict.fromkeys(str(day) for day in (row.start, row.end) if day))
    speaker = f", says {row.said_by}" if row.said_by else ""
    when = f", {days}" if days else ""
    yield f"{row.proposal}  {what}{group}{place}{when}{speaker}  (confidence {row.confidence:.2f})"
    yield f"    “{row.sentence}”"
    yield f"    {row.file}, characters {row.span_start}–{row.span_end}" + (
        f"; also {row.also_at}" if row.also_at else ""
    )
    if row.gaps:
        yield f"    open: {row.gaps}"
