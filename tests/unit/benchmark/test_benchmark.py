"""The benchmark: instances are laid out, forecasts survive writing and reading, and what is amiss is refused."""

import csv
import datetime as dt

import numpy as np
import pytest

from corridor.benchmark.crises import FAMILIES, Crisis
from corridor.benchmark.layout import lay_out
from corridor.benchmark.protocol import prepared, read_benchmark
from corridor.benchmark.scoring import left_out, score_forecasts, table_of
from corridor.benchmark.tables import COLUMNS, hub_rows, read_forecasts
from corridor.errors import ScenarioError, UsageError
from corridor.forecasters.base import HUB_LEVELS
from corridor.inference.report_series import ReportSeries


@pytest.fixture(scope="module")
def made():
    """Return a crisis of two camps that grow, with a report every week for half a year."""
    days = np.arange(0, 180, 7)
    series = {name: ReportSeries(days, by * days + 100.0) for name, by in (("Lake camp", 9.0), ("Hill camp", 4.0))}
    return prepared(Crisis("made", "made", dt.date(2031, 1, 1), 180, series))


def written(path, made, **models):
    """Write forecasts that are the truth times a factor, with a range of a tenth."""
    spread = 1 + 0.1 * (np.array(HUB_LEVELS) - 0.5)
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(COLUMNS)
        for model, factor in models.items():
            table = np.array([factor * row.people * spread for row in made.targets])
            rows.writerows(hub_rows(model, made, table))
    return path


def changed(path, **lines):
    """Change some lines of a file, by their number."""
    text = path.read_text(encoding="utf-8").splitlines()
    for number, line in lines.items():
        text[int(number.removeprefix("line")) - 1] = line
    path.write_text("\n".join(text), encoding="utf-8")
    return path


def test_the_better_of_two_rivals_decides_the_skill(tmp_path, made):
    path = written(tmp_path / "forecasts.csv", made, theirs=1.0, persistence=0.8, drift=1.5)
    scores = score_forecasts(read_forecasts(path), {"made": made})
    values = {(row.model, row.horizon): row.skills["skill"].value for row in scores}
    assert values["theirs", 7] > 0.9
    assert values["persistence", 7] == 0
    assert values["drift", 7] < 0
    assert "| persistence | 7 | +0.00 | +0.00 |" in table_of(scores)


def test_models_are_scored_on_the_targets_that_all_have_forecast(tmp_path, made):
    whole = read_forecasts(written(tmp_path / "ours.csv", made, persistence=0.8, drift=1.5))
    theirs = read_forecasts(written(tmp_path / "theirs.csv", made, theirs=1.0))["theirs"]
    some = {key: line for key, line in theirs.items() if key[-1] == "Lake camp"}
    elsewhere = {("made", "2031-02-01", "2031-02-08", "No camp"): next(iter(theirs.values()))}
    forecasts = {**whole, "theirs": some | elsewhere}
    assert left_out(forecasts, {"made": made})["theirs"] == (len(theirs) - len(some), 1)
    scores = score_forecasts(forecasts, {"made": made})
    assert sum(row.skills["skill"].targets for row in scores if row.model == "drift") <= len(some)


def test_every_fault_of_a_table_is_named_with_its_line(tmp_path, made):
    path = written(tmp_path / "theirs.csv", made, theirs=1.0)
    head = "theirs,made,2031-01-31,stock,4,2031-02-05,Lake camp,quantile"
    with pytest.raises(ScenarioError) as refused:
        read_forecasts(changed(path, line2=f"{head},0.33,5", line3=f"{head},0.025,many", line30=f"{head},0.1,-4"))
    assert str(refused.value).startswith("theirs.csv: ")
    codes = [(problem.code, problem.where.line) for problem in refused.value.problems]
    assert {("B002", 2), ("B003", 3), ("B003", 30)} <= set(codes)
    assert "B004" in {code for code, _ in codes}  # the forecasts that have lost a level


def test_a_forecast_that_falls_with_its_level_is_refused(tmp_path, made):
    path = written(tmp_path / "theirs.csv", made, theirs=1.0)
    last = path.read_text(encoding="utf-8").splitlines()[23]
    with pytest.raises(ScenarioError, match=r"B005  theirs.csv, line 2: the forecast of theirs for made, .* falls"):
        read_forecasts(changed(path, line24=f"{last.rpartition(',')[0]},0"))


def test_like_faults_are_counted_once_they_are_many(tmp_path, made):
    path = written(tmp_path / "theirs.csv", made, theirs=1.0)
    path.write_text(path.read_text(encoding="utf-8").replace(",quantile,0.5,", ",quantile,0.51,"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"more of this kind") as refused:
        read_forecasts(path)
    assert len(refused.value.problems) == 12


@pytest.mark.parametrize("text", ["", "model,value\n", "\x00"])
def test_a_file_that_is_no_table_of_forecasts_is_refused(tmp_path, text):
    path = tmp_path / "theirs.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match="B001"):
        read_forecasts(path)


def test_skill_needs_the_two_rivals(tmp_path, made):
    path = written(tmp_path / "theirs.csv", made, theirs=1.0)
    with pytest.raises(UsageError, match="no forecast of persistence and drift"):
        score_forecasts(read_forecasts(path), {"made": made})


def test_instances_are_laid_out_and_missing_ones_named(tmp_path):
    for part in ("input_csv", "source_data"):
        (tmp_path / "FabFlee" / "config_files" / "car" / part).mkdir(parents=True)
        (tmp_path / "FabFlee" / "config_files" / "car" / part / "a.csv").write_text("a", encoding="utf-8")
    assert lay_out(tmp_path / "FabFlee", tmp_path / "data") == [name for name in FAMILIES if name != "car"]
    assert (tmp_path / "data" / "flee" / "car" / "source_data" / "a.csv").is_file()
    with pytest.raises(UsageError, match="has none of the instances"):
        lay_out(tmp_path / "data", tmp_path / "other")


def test_an_instance_that_cannot_be_read_and_a_folder_without_any_are_refused(tmp_path):
    with pytest.raises(UsageError, match="corridor benchmark layout"):
        read_benchmark(tmp_path)
    (tmp_path / "flee" / "car" / "input_csv").mkdir(parents=True)
    with pytest.raises(ScenarioError, match=r"B006 .*car: cannot be read"):
        read_benchmark(tmp_path)
