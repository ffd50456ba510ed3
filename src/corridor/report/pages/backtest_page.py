"""The page of a back-test: one HTML file with skill, reliability and ranks, and the tables behind them."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from corridor.backtest.summaries import LEAST_TARGETS
from corridor.errors import RunError
from corridor.report.facts.outcomes import outcomes_by_place
from corridor.report.facts.provenance import fact_lines
from corridor.report.facts.verdict import caution, verdict
from corridor.report.facts.wording import NO_NUMBER, Shown, number
from corridor.report.figures import backtest_charts
from corridor.report.figures.backtest_charts import LEAST_REPORTS, LEAST_SKILL, days_words, model_name
from corridor.report.languages.language import ENGLISH, Language, language_of, translatable
from corridor.report.pages.embed import figure, page
from corridor.runs.atomic import MARK, write_whole
from corridor.runs.folder import EVALUATION, SCORES_JSON

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from corridor.report.facts.outcomes import ReportedForecast
    from corridor.report.pages.embed import Figure

_ALL = "all"
LEAST_OUTCOMES, MOST_OUTCOMES = 3, 4


class Tile(NamedTuple):
    """A skill, in large print."""

    value: str
    label: str
    range: str


class Line(NamedTuple):
    """A row of a table of scores."""

    name: str
    horizon: str
    cells: tuple[Shown, ...]


HEADER = (
    translatable("Reports"),
    translatable("Skill"),
    translatable("Skill, log"),
    translatable("WIS"),
    translatable("WIS, log"),
    translatable("MAE"),
    translatable("50 %"),
    translatable("80 %"),
    translatable("95 %"),
)
"""Columns of the tables, after the model or place and the horizon."""


def write_evaluation(run_folder: Path, *, out: Path | None = None, language: str = "en") -> Path:
    """Write the page of a back-test from its RUN folder, and return where it is.

    Parameters
    ----------
    run_folder
        What `corridor evaluate` left behind.
    out
        Where to write; evaluation.html in the RUN folder if not given.
    language
        The page is written in it: en, fr or ar.

    Raises
    ------
    RunError
        The folder is not the result of a back-test, or the page cannot be written.
    UsageError
        There is no such language.
    """
    chosen = language_of(language)
    return write_back_test(
        run_folder, out, lambda run, scores: render(run, scores, _outcomes(run_folder, scores), chosen)
    )


def _outcomes(run_folder: Path, scores: Mapping[str, Any]) -> dict[str, list[ReportedForecast]]:
    main = next(iter(scores["models"]), None)
    return outcomes_by_place(run_folder, main) if main else {}


def write_back_test(
    run_folder: Path, out: Path | None, rendered: Callable[[Mapping[str, Any], Mapping[str, Any]], str]
) -> Path:
    """Write the page of a back-test of either kind, and return where it is.

    Parameters
    ----------
    run_folder
        What `corridor evaluate` left behind.
    out
        Where to write; evaluation.html in the RUN folder if not given.
    rendered
        Makes the page as HTML of what run.json and scores.json hold.
    """
    run, scores = _facts(run_folder / MARK), read_scores(run_folder)
    path = out or run_folder / EVALUATION
    write_whole(path, rendered(run, scores))
    return path


def render(
    run: Mapping[str, Any],
    scores: Mapping[str, Any],
    outcomes: Mapping[str, Sequence[ReportedForecast]] = MappingProxyType({}),
    language: Language = ENGLISH,
) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    run
        What run.json holds.
    scores
        What scores.json holds.
    outcomes
        Forecasts and the reports that came, by place.
    language
        Of the page.
    """
    models: dict[str, Any] = scores["models"]
    main = next(iter(models), "")
    own = models.get(main, {})
    charts = _charts(models, main, language) if main else {}
    whole = [row for row in scores["rows"] if row["place"] == _ALL]
    by_place = [row for row in scores["rows"] if row["place"] != _ALL and row["model"] == main]
    names: dict[str, str] = scores["places"]
    filled: dict[str, Any] = {
        "name": scores["scenario"],
        "scores": scores,
        "main": main,
        "verdict": verdict(models[main], main, language)
        if main
        else language.message("No report of the people present could be held against a forecast."),
        "caution": caution(models[main], language) if main else "",
        "outcomes": _outcome_charts(outcomes, language),
        "tiles": _tiles(main, models[main], language) if main else [],
        "charts": charts,
        "flows": [_flow_line(row, language) for row in scores.get("flows", [])],
        **_few(own),
        "header": tuple(map(language.term, HEADER)),
        "by_horizon": horizon_lines(scores, main, language),
        "others": [
            _line(row, model_name(row["model"], language), language)
            for row in sorted(whole, key=_order)
            if row["model"] != main
        ],
        "by_place": [_line(row, names.get(row["place"], row["place"]), language) for row in by_place],
        "dummies": [names.get(place, place) for place in scores.get("dummy_series", [])],
        "facts": fact_lines(run, language),
    }
    return page("evaluation.html.j2", filled, language)


def _few(own: Mapping[str, Any]) -> dict[str, Any]:
    """Return at which horizons there are too few reports to tell skill, to draw it, and to draw shares."""
    reports = {h: row["targets"] for h, row in own.items() if h != _ALL}
    return {
        "few": [h for h in reports if own[h].get("few_targets")],
        "least": LEAST_TARGETS,
        "skill_not_drawn": [h for h, count in reports.items() if count < LEAST_SKILL],
        "least_skill": LEAST_SKILL,
        "not_drawn": [h for h, count in reports.items() if count < LEAST_REPORTS],
        "least_drawn": LEAST_REPORTS,
    }


def _charts(models: Mapping[str, Any], main: str, language: Language) -> dict[str, Any]:
    """Return the charts of the people present, by name."""
    message = language.message
    return {
        "skill": figure(
            "skill", message("Skill by horizon, in people"), backtest_charts.skill_by_horizon(models, language)
        ),
        "skill_log": figure(
            "skill-log",
            message("Skill by horizon, in log(1 + people)"),
            backtest_charts.skill_by_horizon(models, language, ending="_log1p"),
        ),
        "reliability": figure(
            "reliability",
            message("Intervals of {model}", model=main),
            backtest_charts.reliability(main, models[main], language),
        ),
        "ranks": figure(
            "ranks",
            message("Reports within the forecasts of {model}", model=main),
            backtest_charts.rank_histogram(main, models[main], language),
        ),
    }


def _outcome_charts(outcomes: Mapping[str, Sequence[ReportedForecast]], language: Language) -> list[Figure | None]:
    shown = [(place, rows) for place, rows in outcomes.items() if len(rows) >= LEAST_OUTCOMES][:MOST_OUTCOMES]
    return [
        figure(f"outcomes-{n}", place, backtest_charts.forecasts_against_reports(place, rows, language))
        for n, (place, rows) in enumerate(shown)
    ]


def _flow_line(row: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    """Return the cells of a row of the table of flows."""
    skill, log = (
        _signed(row[key], language) if row[key] is not None else NO_NUMBER for key in ("skill", "skill_log1p")
    )
    covered = language.percent(row["coverage_80"])
    measure = language.term(str(row["measure"]).replace("_", " "))
    return (
        measure,
        model_name(row["model"], language),
        days_words(row["nominal_horizon"], language),
        number(row["targets"], 3, language),
        number(row["wis"], 3, language),
        skill,
        log,
        covered,
    )


def _tiles(main: str, horizons: Mapping[str, Any], language: Language) -> list[Tile]:
    rows = [row for horizon, row in horizons.items() if horizon != _ALL and row["skill"] is not None]
    return [
        Tile(
            _signed(row["skill"], language),
            language.clauses(filter(None, (_against_rival(row, main, language), _against_best(row, language)))),
            _ends(row["skill_p05"], row["skill_p95"], language),
        )
        for row in rows
    ]


def _against_rival(row: Mapping[str, Any], main: str, language: Language) -> str:
    return language.message(
        "skill of {model} at {days}, against {rival}",
        model=model_name(main, language),
        days=days_words(row["nominal_horizon"], language),
        rival=model_name(row["best_rival"], language),
    )


def _against_best(row: Mapping[str, Any], language: Language) -> str:
    if row.get("skill_best") is None or row["best_baseline"] == row["best_rival"]:
        return ""
    return language.message(
        "{skill} against the best baseline, {baseline}",
        skill=_signed(row["skill_best"], language),
        baseline=model_name(row["best_baseline"], language),
    )


def _ends(low: float | None, high: float | None, language: Language) -> str:
    """Return the ends of the interval of a skill; nothing where it is unknown."""
    if low is None or high is None:
        return ""
    return language.message("{low} to {high}", low=_signed(low, language), high=_signed(high, language))


def _order(row: Mapping[str, Any]) -> tuple[bool, int]:
    horizon = str(row["nominal_horizon"])
    return (horizon == _ALL, 0 if horizon == _ALL else int(horizon))


def _line(row: Mapping[str, Any], name: str, language: Language) -> Line:
    horizon = row["nominal_horizon"]
    return Line(
        name=name,
        horizon=language.message("all") if horizon == _ALL else days_words(horizon, language),
        cells=(
            Shown(number(row["targets"], 3, language)),
            *(_skill(row, skill, language) for skill in ("skill", "skill_log1p")),
            *(Shown(number(row[score], 3, language)) for score in ("wis", "wis_log1p", "mae")),
            *(Shown(language.percent(row[f"coverage_{level}"])) for level in (50, 80, 95)),
        ),
    )


def _skill(row: Mapping[str, Any], skill: str, language: Language) -> Shown:
    value, low, high = (row[f"{skill}{end}"] for end in ("", "_p05", "_p95"))
    return Shown(NO_NUMBER) if value is None else Shown(_signed(value, language), _ends(low, high, language))


def _signed(value: float, language: Language) -> str:
    """Return a skill with its sign and two digits after the point; what rounds to nothing has no sign."""
    if round(value, 2) == 0:
        return "0.00" if language.is_english else language.decimal(0)
    sign = "−" if round(value, 2) < 0 else "+"
    if language.is_english:
        return f"{value:+.2f}".replace("-", "−")
    return language.signed(sign, language.decimal(round(abs(value), 2)))


def read_scores(run_folder: Path) -> dict[str, Any]:
    """Return what scores.json of a back-test holds.

    Raises
    ------
    RunError
        The folder is not the result of a back-test.
    """
    return _facts(run_folder / SCORES_JSON)


def horizon_lines(scores: Mapping[str, Any], model: str, language: Language) -> tuple[Line, ...]:
    """Return the scores of one model by horizon, all places together."""
    rows = [row for row in scores["rows"] if row["place"] == _ALL and row["model"] == model]
    return tuple(_line(row, model_name(model, language), language) for row in sorted(rows, key=_order))


def _facts(path: Path) -> dict[str, Any]:
    """Return what a JSON file of a RUN folder holds."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read, so there is no page of a back-test to write. Run corridor evaluate again."
        raise RunError(message) from error
    assert isinstance(facts, dict), "run.json and scores.json hold tables of facts"
    return facts
