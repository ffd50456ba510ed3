"""Earlier forecasts beside what came (--since), and what has changed since."""

import json
import re
from datetime import timedelta
from shutil import copytree

import pytest

from corridor.errors import UsageError
from corridor.report.facts.context import report_context
from corridor.report.facts.earlier import earlier_forecasts, since_words
from corridor.report.figures.earlier_chart import forecasts_against_outcomes
from corridor.runs.earlier import read_earlier
from corridor.runs.folder import read_run, write_folder
from tests.report.synthetic import ORIGIN, START, facts, medians, quantile_rows

BEFORE = ORIGIN - timedelta(days=14)


@pytest.fixture(scope="module")
def context(run_folder):
    return report_context(read_run(run_folder))


@pytest.fixture(scope="module")
def earlier_run(run_folder, tmp_path_factory):
    """Return the RUN folder of a forecast two weeks earlier, a tenth lower."""
    likely = {key: (lambda t, of=value: 0.9 * of(t)) for key, value in medians().items()}
    folder = tmp_path_factory.mktemp("earlier") / "RUN"
    tables = quantile_rows(likely, start=START, origin=BEFORE)
    return write_folder(folder, run=facts(BEFORE), tables=tables, scenario_folder=run_folder / "scenario")


def test_later_reports_are_held_against_the_range_that_was_forecast(context, earlier_run):
    (earlier,) = earlier_forecasts(context, [read_run(earlier_run)])
    days = [row.report.date.isoformat() for row in earlier.outcomes]
    assert days == ["2020-01-20", "2020-01-25", "2020-01-28", "2020-01-31"]
    assert all(row.report.known_on > BEFORE for row in earlier.outcomes)


def test_the_change_since_the_last_forecast_is_a_sentence_with_its_reasons(context, earlier_run):
    change, record = since_words(context, earlier_forecasts(context, [read_run(earlier_run)]))
    assert change.startswith(
        "Changed since the forecast of 18 January 2020: +2,200 on 15 Feb, 21,700 now and 19,500 then"
    )
    assert re.search(r"because \d+ more reports were used, the newest: .+ on \d+ \w{3}", change)
    assert re.search(r"held \d of 4 later reports of Main Camp within the range", record)


def test_the_chart_has_each_forecast_from_its_own_day_on(context, earlier_run):
    chart = forecasts_against_outcomes(context, earlier_forecasts(context, [read_run(earlier_run)]))
    rows = [row for rows in chart.to_dict()["datasets"].values() for row in rows if "made" in row]
    assert {row["made"] for row in rows} == {"18 Jan"}
    assert min(row["date"] for row in rows) == (BEFORE + timedelta(days=1)).isoformat()
    assert all(row["low"] <= row["likely"] <= row["high"] for row in rows)
    assert forecasts_against_outcomes(context, ()) is None


def test_a_run_that_is_not_earlier_is_refused(context, run_folder):
    with pytest.raises(UsageError, match="not before 2020-02-01"):
        earlier_forecasts(context, [read_run(run_folder)])


def test_a_back_test_gives_a_forecast_for_each_origin_with_what_came(context, earlier_run, run_folder, tmp_path):
    backtest = tmp_path / "BACKTEST"
    copytree(run_folder / "scenario", backtest / "scenario")
    made = json.loads((run_folder / "run.json").read_text(encoding="utf-8")) | {"command": "evaluate"}
    (backtest / "run.json").write_text(json.dumps(made), encoding="utf-8")
    reported = {"2020-01-20", "2020-01-25", "2020-01-31"}
    header, *rows = (earlier_run / "forecast.csv").read_text(encoding="utf-8").splitlines()
    shown = [row for row in rows if row.split(",")[3] in reported]
    later = [row.replace(BEFORE.isoformat(), ORIGIN.isoformat(), 1) for row in shown]
    lines = [f"{model},{row},7" for model, some in (("corridor", shown), ("drift", later)) for row in some]
    table = "\n".join([f"model,{header},nominal_horizon", *lines, *(f"corridor,{row},7" for row in later)])
    (backtest / "forecasts.csv").write_text(table, encoding="utf-8")
    (from_backtest,) = earlier_forecasts(context, read_earlier(backtest, context.origin))
    (from_run,) = earlier_forecasts(context, read_earlier(earlier_run, context.origin))
    assert from_backtest.run.origin_date == BEFORE
    assert from_backtest.outcomes == tuple(row for row in from_run.outcomes if row.report.date.isoformat() in reported)
    assert len(from_backtest.outcomes) == len(reported)
    assert "held " in " ".join(since_words(context, [from_backtest]))
    with pytest.raises(UsageError, match="without a forecast from before"):
        tuple(read_earlier(backtest, BEFORE))
