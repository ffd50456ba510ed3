"""The benchmark: instances are laid out, forecasts survive writing and reading, and what is amiss is refused."""

import csv
import datetime as dt

import numpy as np
import pytest

from corridor.backtest.evaluate import scored_targets
from corridor.backtest.tasks import forecast_tasks
from corridor.forecasters.base import HUB_LEVELS
from verification.benchmark.layout import lay_out
from verification.benchmark.protocol import COLUMNS, SCHEDULE, SEED, Questions, hub_rows, read_forecasts
from verification.benchmark.score import table_lines
from verification.crises import FAMILIES, Crisis, Series, as_scenario


@pytest.fixture(scope="module")
def questions():
    """Return a crisis of two camps that grow, with a report every week for half a year."""
    days = np.arange(0, 180, 7)
    series = {name: Series(days, by * days + 100.0) for name, by in (("Lake camp", 9.0), ("Hill camp", 4.0))}
    crisis = Crisis("made", "made", dt.date(2031, 1, 1), 180, series)
    scenario, observations = as_scenario(crisis)
    tasks = tuple(forecast_tasks(scenario, observations, SCHEDULE, SEED))
    targets, _ = scored_targets(scenario, observations, SCHEDULE, tasks, required=True)
    return Questions(crisis, observations, {row.place: row.name for row in scenario.places}, tasks, targets)


def written(path, questions, **models):
    """Write forecasts that are the truth times a factor, with a range of a tenth."""
    spread = 1 + 0.1 * (np.array(HUB_LEVELS) - 0.5)
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(COLUMNS)
        for model, factor in models.items():
            table = np.array([factor * row.people * spread for row in questions.targets])
            rows.writerows(hub_rows(model, questions, table))
    return path


def test_the_better_of_two_rivals_decides_the_skill(tmp_path, questions):
    path = written(tmp_path / "forecasts.csv", questions, theirs=1.0, persistence=0.8, drift=1.5)
    lines = table_lines(read_forecasts(path), {"made": questions})
    theirs = next(line for line in lines if line.startswith("| theirs | 7 |"))
    persistence = next(line for line in lines if line.startswith("| persistence | 7 |"))
    assert float(theirs.split("|")[3]) > 0.9
    assert persistence.split("|")[3].strip() == "+0.00"


def test_a_forecast_without_all_levels_is_refused_by_name(tmp_path, questions):
    path = written(tmp_path / "theirs.csv", questions, theirs=1.0)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"theirs.csv: theirs in made, .* camp: 23 levels"):
        read_forecasts(path)


def test_instances_are_laid_out_and_missing_ones_named(tmp_path):
    for part in ("input_csv", "source_data"):
        (tmp_path / "FabFlee" / "config_files" / "car" / part).mkdir(parents=True)
        (tmp_path / "FabFlee" / "config_files" / "car" / part / "a.csv").write_text("a", encoding="utf-8")
    assert lay_out(tmp_path / "FabFlee", tmp_path / "data") == [name for name in FAMILIES if name != "car"]
    assert (tmp_path / "data" / "flee" / "car" / "source_data" / "a.csv").is_file()
