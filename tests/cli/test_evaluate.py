"""The command evaluate: what it leaves, that it agrees with forecast, and that it can be interrupted."""

import csv
import json
import re
import shutil
from datetime import date, timedelta

import pytest

from corridor.backtest.summaries import COLUMNS
from corridor.errors import RunError
from corridor.forecasters.mechanism import MechanismRun
from corridor.report.pages.backtest_page import write_evaluation
from corridor.runs.folder import read_run
from tests.cli.driving import FEW, change, command, contents

START = date(2031, 3, 1)
TABLES = ("forecasts.csv", "scores.csv", "scores.json")
HUB = ["origin_date", "target", "horizon", "target_end_date", "location", "output_type", "output_type_id", "value"]
RULES = ("persistence", "drift", "damped_drift", "damped_step", "weighted_line")
ASKED = ("--every", 14, "--first-day", 33, "--horizons", "14,28", "--members", FEW, "--seed", 7)


def evaluate(scenario, out, *more):
    """Give the command with few members."""
    return command("evaluate", scenario, *ASKED, "--out", out, *more)


def rows(path):
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def network(tmp_path_factory):
    """Return the folder of the small network, which ends in May so that there are few origins."""
    folder = tmp_path_factory.mktemp("scenarios") / "network"
    assert command("new", folder, "--template", "network").code == 0
    stated = (folder / "scenario.toml").read_text(encoding="utf-8").partition("[[alternatives]]")[0]
    (folder / "scenario.toml").write_text(stated.replace("end = 2031-08-31", "end = 2031-05-02"), encoding="utf-8")
    change(folder / "places.csv", "Meadow camp", "<b>Meadow & camp")
    for name, start in (("observations.csv", "2031-0[56]"), ("events.csv", "2031-05")):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not re.match(start, line)]
        (folder / name).write_text("\n".join(kept) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def tested(network, tmp_path_factory):
    """Return the RUN folder of a back-test, with what the command said."""
    folder = tmp_path_factory.mktemp("runs") / "RUN"
    outcome = evaluate(network, folder, "--workers", 1)
    assert outcome.code == 0, outcome.err
    return folder, outcome


def test_few_reports_are_named_as_such_in_the_answer_the_page_and_the_scores(tested):
    folder, outcome = tested
    assert "Fewer than 20 reports at 14, 28 days: a skill from so few says little." in outcome.out
    assert "At 14, 28 days there are fewer than 20" in (folder / "evaluation.html").read_text(encoding="utf-8")
    models = json.loads((folder / "scores.json").read_text(encoding="utf-8"))["models"]
    assert all(row["few_targets"] for row in models["corridor"].values())


def test_origins_before_the_first_count_are_passed_over(network, tmp_path):
    late = tmp_path / "late"
    shutil.copytree(network, late)
    lines = [f"{START + timedelta(days=day)},meadow_camp,stock,{4000 + 20 * day},Registry" for day in range(36, 63, 3)]
    (late / "observations.csv").write_text("\n".join(["date,place,measure,count,source", *lines]), encoding="utf-8")
    outcome = evaluate(late, tmp_path / "RUN")
    assert outcome.code == 0, outcome.err
    scored = [row for row in rows(tmp_path / "RUN" / "forecasts.csv") if row["model"] == "corridor"]
    assert {row["origin_date"] for row in scored} == {"2031-04-17"}


def test_cumulative_arrivals_alone_are_scored_and_shown(network, tmp_path):
    alone = tmp_path / "arrivals"
    shutil.copytree(network, alone)
    weeks = [START + timedelta(days=3 * n) for n in range(21)]
    lines = [f"{day},meadow_camp,cumulative_arrivals,{300 + 150 * n},portal" for n, day in enumerate(weeks)]
    (alone / "observations.csv").write_text("\n".join(["date,place,measure,count,source", *lines]), encoding="utf-8")
    outcome = evaluate(alone, tmp_path / "RUN")
    assert outcome.code == 0, outcome.err
    assert "cumulative arrivals at 14 days, over the periods reported: skill" in outcome.out
    assert "_" not in outcome.out.split("Page:")[0], "names of forecasters are in words"
    table = rows(tmp_path / "RUN" / "flow_scores.csv")
    assert {row["nominal_horizon"] for row in table} == {"14", "28"}
    assert '<td class="figure" data-label="Model">pooled flows</td>' in (
        tmp_path / "RUN" / "evaluation.html"
    ).read_text(encoding="utf-8")


def test_a_series_that_was_filled_in_is_left_out_by_name_and_what_is_never_scored_is_said(network, tmp_path):
    filled = tmp_path / "filled"
    shutil.copytree(network, filled)
    with (filled / "observations.csv").open(encoding="utf-8", newline="") as stream:
        head, *lines = csv.reader(stream)
    place, count = head.index("place"), head.index("count")
    stated = [[*line[:count], "700", *line[count + 1 :]] if line[place] == "lakeside_camp" else line for line in lines]
    days = [(START + timedelta(days=n)).isoformat() for n in (20, 40, 60)]
    more = [
        [
            {"date": day, "place": "lakeside_camp", "measure": "stock", "count": "700", "source": "s"}.get(column, "")
            for column in head
        ]
        for day in days
    ]
    with (filled / "observations.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *stated, *more])
    outcome = evaluate(filled, tmp_path / "RUN", "--workers", 1)
    assert outcome.code == 0, outcome.err
    assert "Left out, because every report is one figure once it is not zero: Lakeside camp." in outcome.out
    page = (tmp_path / "RUN" / "evaluation.html").read_text(encoding="utf-8")
    assert "Left out, too, because every report is the same figure: Lakeside camp." in page
    assert "Deaths and people inside a besieged place are not scored" in page


def test_a_back_test_leaves_tables_and_a_page(tested, network):
    folder, _ = tested
    assert {path.name for path in folder.iterdir()} == {"run.json", "scenario", "evaluation.html", *TABLES}
    assert contents(folder / "scenario") == contents(network)
    assert [path.name for path in folder.parent.iterdir()] == ["RUN"]


def test_forecasts_have_the_columns_of_the_hub_between_model_and_nominal_horizon(tested):
    table = rows(tested[0] / "forecasts.csv")
    assert list(table[0]) == ["model", *HUB, "nominal_horizon"]
    assert {row["model"] for row in table} == {"corridor", "mechanism", "reports", *RULES}
    assert {row["target_end_date"] for row in table} == {"2031-04-30"}
    assert {(row["origin_date"], row["horizon"], row["nominal_horizon"]) for row in table} == {
        ("2031-04-03", "27", "28"),
        ("2031-04-17", "13", "14"),
    }


def test_scores_are_the_same_for_people_and_for_machines(tested):
    table = rows(tested[0] / "scores.csv")
    facts = json.loads((tested[0] / "scores.json").read_text(encoding="utf-8"))
    assert tuple(table[0]) == COLUMNS
    assert len(table) == len(facts["rows"])
    for row, fact in zip(table, facts["rows"], strict=True):
        assert float(row["wis"]) == pytest.approx(fact["wis"])
        assert row["skill"] == "" or float(row["skill"]) == pytest.approx(fact["skill"])
    assert (facts["targets"], facts["unscored"], facts["seed"]) == (4, 0, 7)


def test_run_json_tells_how_to_make_the_back_test_again(tested, network):
    facts = json.loads((tested[0] / "run.json").read_text(encoding="utf-8"))
    stated = {"every_days": 14, "first_day": 33, "horizons": [14, 28], "members": FEW, "seed": 7, "workers": 1}
    assert facts["arguments"] == {"scenario": str(network), **stated}
    assert facts["inputs"].keys() == contents(network).keys()
    assert facts["command"] == "evaluate"


def test_the_answer_is_one_line_for_each_horizon_the_weights_and_the_path_of_the_page(tested):
    first, second, few, weights, page = tested[1].out.splitlines()
    assert first.startswith("corridor at 14 days: skill ")
    assert second.startswith("corridor at 28 days: skill ")
    assert few.startswith("Fewer than 20 reports at 14, 28 days")
    shares = re.fullmatch(
        r"Weights in corridor on [0-9-]{10}, (?:14|28) days ahead: "
        r"the reports alone (\d+) %, the model (\d+) %\.",
        weights,
    )
    assert shares is not None, weights
    assert sum(map(int, shares.groups())) == pytest.approx(100, abs=1)
    assert page == f"Page: {tested[0] / 'evaluation.html'}"


def test_the_same_seed_gives_the_same_bytes_on_two_processes(tested, network, tmp_path):
    assert evaluate(network, tmp_path / "RUN", "--workers", 2).code == 0
    again, first = contents(tmp_path / "RUN"), contents(tested[0])
    assert {name: again[name] for name in TABLES} == {name: first[name] for name in TABLES}


def test_an_interrupted_back_test_goes_on_with_resume(tested, network, tmp_path, monkeypatch):
    out, asked = tmp_path / "RUN", []
    plain = MechanismRun.forecast

    def tiring(model, question):
        if len(asked) == 1:
            raise KeyboardInterrupt
        asked.append(question.origin)
        return plain(model, question)

    monkeypatch.setattr(MechanismRun, "forecast", tiring)
    stopped = evaluate(network, out, "--workers", 1)
    assert stopped.code == 130
    assert "with --resume the same command goes on" in stopped.err
    assert not out.exists()
    first = list(asked)

    def noting(model, question):
        asked.append(question.origin)
        return plain(model, question)

    monkeypatch.setattr(MechanismRun, "forecast", noting)
    assert evaluate(network, out, "--workers", 1, "--resume").code == 0
    assert len(asked) == len(set(asked))
    assert asked[:1] == first
    assert {name: contents(out)[name] for name in TABLES} == {name: contents(tested[0])[name] for name in TABLES}
    assert [path.name for path in tmp_path.iterdir()] == ["RUN"]


def test_what_is_kept_of_another_question_is_not_taken(network, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(MechanismRun, "forecast", stop)
    out = tmp_path / "RUN"
    assert evaluate(network, out, "--workers", 1).code == 130
    outcome = evaluate(network, out, "--workers", 1, "--resume", "--seed", 8)
    assert outcome.code == 2
    assert "seed differ" in outcome.err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--horizons", "7,x"), "7,14,28"),
        (("--horizons", "7,7"), "name a day twice"),
        (("--first-day", 3000), "No report"),
    ],
    ids=str,
)
def test_a_question_that_makes_no_sense_is_refused(network, tmp_path, more, words):
    outcome = evaluate(network, tmp_path / "RUN", *more)
    assert outcome.code == 2
    assert words in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_back_test_has_a_page_and_no_report(tested):
    with pytest.raises(RunError, match=r"evaluation\.html"):
        read_run(tested[0])


def test_the_page_is_made_again_from_the_folder_and_shows_names_as_text(tested, tmp_path):
    page = write_evaluation(tested[0], out=tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<bdi>&lt;b&gt;Meadow &amp; camp</bdi>" in page
    assert "<b>Meadow" not in page
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    for part in ("their skill is not drawn", "By horizon", "by place", "4 reports are too few to tell"):
        assert part in page
    for part in ("chart-reliability", "chart-ranks"):
        assert part not in page, "shares of few reports are not drawn"


def test_a_folder_without_scores_has_no_page(tmp_path):
    with pytest.raises(RunError, match=r"run\.json cannot be read"):
        write_evaluation(tmp_path)


def test_with_totals_given_who_is_where_is_scored_beside_splits(network, tmp_path):
    out = tmp_path / "RUN"
    outcome = evaluate(network, out, "--totals-given", "--workers", 1)
    assert outcome.code == 0, outcome.err
    table = {row["model"]: row for row in rows(out / "allocation.csv")}
    assert list(table) == ["corridor", "frozen_shares", "equal_shares", "capacity_shares"]
    assert int(table["corridor"]["members"]) == FEW
    spread = [float(table["corridor"][f"ard_rescaled_{end}"]) for end in ("p05", "p50", "p95")]
    assert 0 < spread[0] <= spread[1] <= spread[2] < 2
    assert all(
        float(row["ard"]) == pytest.approx(float(row["ard_rescaled"]), abs=1e-3) for row in list(table.values())[1:]
    )
    assert {path.name for path in out.iterdir()} == {
        *("run.json", "scenario", "evaluation.html", "allocation.csv", "scores.json")
    }
    assert outcome.out.startswith("corridor: ARD ")
    assert "This is no forecast" in (out / "evaluation.html").read_text(encoding="utf-8")
    again = tmp_path / "again"
    assert evaluate(network, again, "--totals-given", "--workers", 2).code == 0
    assert contents(again)["allocation.csv"] == contents(out)["allocation.csv"]
