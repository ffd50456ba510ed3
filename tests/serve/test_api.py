"""The API: the names of the verbs, the messages of check, and futures that differ by what is supposed alone."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import sampled_from

from corridor.errors import UsageError
from corridor.forecasting.forecast import supposing
from corridor.report.languages.language import language_of
from corridor.runs.progress import forecasting, learning
from corridor.runs.rows import FORECAST
from corridor.scenario.io.read import read_folder
from corridor.serve.answers import MEASURES
from corridor.serve.app import create_app
from corridor.serve.desk import Desk, Settings
from corridor.serve.fits import people_if, supposed, what_if, with_reports
from corridor.serve.library import Library
from corridor.serve.people import people_of, quantiles
from corridor.serve.requests import Fit, Report, WhatIf
from corridor.serve.sliders import sliders
from tests.serve.conftest import MEMBERS, SUPPOSED, finished

HERE = {"Host": "localhost"}
KNOWN = (None, "fit", "base")
"""What a generated question is made to be about: anything, the fit at hand, or that fit without levers."""
VERBS = {"read_scenario", "calibrate", "forecast", "compare", "write_report"}


def test_operations_have_the_names_of_the_verbs(client):
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {row["operationId"] for path in paths.values() for row in path.values()} >= VERBS


def test_scenarios_that_ship_are_listed_and_cannot_be_changed(client):
    listed = {row["scenario"]: row["is_editable"] for row in client.get("/api/scenarios").json()}
    assert listed == {"baghouz-2019": False, "siege": True}
    table = client.get("/api/scenarios/baghouz-2019/tables/events").json()
    asked = {key: table[key] for key in ("version", "columns", "rows")}
    answer = client.put("/api/scenarios/baghouz-2019/tables/events", json=asked)
    assert answer.status_code == 422
    assert "ships with Corridor" in answer.json()["detail"]


def test_a_report_that_is_there_already_is_refused_in_the_file_and_counts_once_on_the_screen(client, home):
    report = {"date": "2031-02-12", "place": "plain_camp", "measure": "stock", "count": 12000, "source": "camp manager"}
    assert client.post("/api/scenarios/siege/observations", json=report).status_code == 201
    again = client.post("/api/scenarios/siege/observations", json=report)
    assert again.status_code == 422
    assert again.json()["detail"].startswith("siege: 1 problem\n")
    assert "the same figure stands in line" in again.json()["problems"][0]["what"]
    _, observations = read_folder(home / "siege")
    fresh = Report(**(report | {"count": 12500}))
    assert with_reports(observations, [Report(**report), fresh, fresh]).rows == (
        *observations.rows,
        fresh.observation(),
    )


def test_a_copy_can_be_changed(client, home):
    assert client.post("/api/scenarios/baghouz-2019/copy", json={"to": "mine"}).json()["is_editable"]
    assert (home / "mine" / "scenario.toml").is_file()
    assert client.get("/api/scenarios/mine").json()["title"] == "Baghouz and al-Hol"
    assert client.post("/api/scenarios/siege/copy", json={"to": "mine"}).status_code == 422


def test_a_faulty_table_is_refused_with_file_line_and_column_and_nothing_is_written(client, home):
    before = (home / "siege" / "places.csv").read_bytes()
    table = client.get("/api/scenarios/siege/tables/places").json()
    table["rows"][1][table["columns"].index("kind")] = "kamp"
    asked = {key: table[key] for key in ("version", "columns", "rows")}
    answer = client.put("/api/scenarios/siege/tables/places", json=asked)
    assert answer.status_code == 422
    problem = answer.json()["problems"][0]
    assert (problem["file"], problem["line"], problem["column"]) == ("places.csv", 3, "kind")
    assert "kamp" in problem["what"]
    assert (home / "siege" / "places.csv").read_bytes() == before


def test_a_table_that_another_tab_has_changed_is_not_overwritten(client):
    table = client.get("/api/scenarios/siege/tables/events").json()
    asked = {key: table[key] for key in ("version", "columns", "rows")}
    changed = {**asked, "rows": asked["rows"][:-1]}
    assert client.put("/api/scenarios/siege/tables/events", json=changed).status_code == 200
    assert client.put("/api/scenarios/siege/tables/events", json=asked).status_code == 409


def test_a_what_if_before_its_fit_says_what_to_do_first(client):
    answer = client.post("/api/compare", json={"scenario": "siege", "known_by": "2031-02-13"})
    assert answer.status_code == 424
    assert "calibrate first" in answer.json()["detail"]


def test_days_past_the_calendar_are_refused_before_any_work(client):
    answer = client.post("/api/calibrate", json={"scenario": "siege", "known_by": "2031-04-20", "days": 28})
    assert answer.status_code == 422
    assert "calendar" in answer.json()["detail"]


def test_without_levers_nothing_differs_from_the_base(fitted_client):
    client, asked = fitted_client
    answer = client.post("/api/compare", json=asked | {"members": 50}).json()
    assert answer["members"] == 50
    assert {(row["low"], row["high"], row["chance_above"]) for row in answer["differences"]} == {(0, 0, 0)}


def test_a_wide_corridor_leaves_fewer_people_besieged(fitted_client):
    client, asked = fitted_client
    first = client.post("/api/forecast", json=asked).json()["days"][0]
    lever = {"kind": "corridor", "subject": "old_town", "value": 6000, "start": first}
    answer = client.post("/api/compare", json=asked | {"members": 50, "levers": [lever]}).json()
    inside = next(row for row in answer["differences"] if (row["measure"], row["place"]) == ("inside", "all"))
    assert inside["chance_below"] > 0.9


def test_while_many_ask_those_who_drag_get_fewer_members_without_needs(fitted_client, monkeypatch):
    client, request = fitted_client
    monkeypatch.setattr("corridor.serve.desk.BUSY_FROM", 0)
    monkeypatch.setattr("corridor.serve.desk.BUSY_MEMBERS", 30)
    lever = {"kind": "corridor", "subject": "old_town", "value": 4321, "start": "2031-02-14"}
    dragged, at_rest = (
        client.post("/api/compare", json=request | {"levers": [lever], "members": members}).json()
        for members in (50, None)
    )
    assert (dragged["members"], dragged["needs"], dragged["runout"]) == (30, None, None)
    assert (at_rest["members"], bool(at_rest["needs"]), bool(at_rest["runout"])) == (MEMBERS, True, True)


def test_a_change_in_need_is_that_of_the_same_members(fitted_client):
    client, request = fitted_client
    lever = {"kind": "corridor", "subject": "old_town", "value": 4000, "start": "2031-02-14"}
    asked = request | {"levers": [lever]}
    supposed, alone = (client.post(f"/api/{verb}", json=asked).json() for verb in ("compare", "forecast"))
    assert {row["change"] for row in alone["needs"]} == {None}
    changes = {(row["item"], row["place"]): row["change"] for row in supposed["needs"]}
    assert any(changes.values())
    unmoved = client.post("/api/compare", json=request).json()
    assert {row["change"] for row in unmoved["needs"]} == {0}


@pytest.mark.parametrize(
    ("lever", "words"),
    [
        ({"kind": "corridor", "subject": "nowhere", "value": 1, "start": "2031-02-20"}, "no lever corridor nowhere"),
        ({"kind": "corridor", "subject": "old_town", "value": 1, "start": "2031-02-01"}, "changes the days after"),
        ({"kind": "corridor", "subject": "old_town", "value": -1, "start": "2031-02-20"}, "greater than or equal to 0"),
        ({"kind": "corridor", "subject": "old_town", "start": "2031-02-20", "end": "2031-02-19"}, "before the first"),
        ({"kind": "magic", "subject": "old_town", "value": 1, "start": "2031-02-20"}, "kind"),
    ],
)
def test_a_lever_that_makes_no_sense_is_refused_in_words(fitted_client, lever, words):
    client, asked = fitted_client
    answer = client.post("/api/compare", json=asked | {"levers": [lever]})
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


class AtOnce:
    """Turns in which everything is worked out, or fails, before anybody waits for it."""

    def submit(self, task, *given):
        turn = Future()
        try:
            turn.set_result(task(*given))
        except UsageError as error:
            turn.set_exception(error)
        return turn


def test_an_answer_that_fails_before_anybody_waits_for_it_is_refused_in_words(desk, fitted_client, monkeypatch):
    client, asked = fitted_client
    monkeypatch.setattr(desk, "_turns", AtOnce())
    lever = {"kind": "corridor", "subject": "old_town", "value": 1, "start": "2031-02-02"}
    for _ in range(2):
        answer = client.post("/api/compare", json=asked | {"levers": [lever]})
        assert answer.status_code == 422
        assert "changes the days after" in answer.json()["detail"]


def test_a_report_of_the_screen_is_a_run_folder(fitted_client):
    client, request = fitted_client
    asked = request | {"levers": SUPPOSED}
    shown = client.post("/api/forecast", json=asked).json()
    job = finished(client, client.post("/api/write_report", json=asked).json())
    assert job["status"] == "done", job
    report = client.get(f"/api/jobs/{job['job']}/report")
    assert report.headers["content-disposition"].startswith("attachment")
    assert "ridge_screening passes" in report.text or "1,200" in report.text
    camp = next(row for row in shown["series"] if (row["measure"], row["place"]) == ("stock", "plain_camp"))
    last = [
        row.value
        for row in FORECAST.read(Path(job["run"]))
        if (row.target, row.location, row.output_type_id, row.horizon) == ("stock", "plain_camp", 0.5, 14)
    ]
    assert last == pytest.approx([camp["quantiles"][2][-1]], abs=1)
    assert client.post("/api/write_report", json=asked).json()["job"] == job["job"]


def test_the_first_members_of_a_what_if_are_those_of_the_whole(desk, fitted_client):
    _, request = fitted_client
    fitted = desk.fitted(Fit(**request))
    again = supposing(fitted.base, fitted.scenario, fitted.posterior, seed=fitted.seed, workers=2).samples
    whole = what_if(fitted, WhatIf(**request, levers=SUPPOSED), workers=2).samples
    few = what_if(fitted, WhatIf(**request, levers=SUPPOSED, members=50), workers=1).samples
    for name in ("stock", "arrivals", "waiting", "inside"):
        np.testing.assert_array_equal(again[name].values, fitted.base.samples[name].values)
        np.testing.assert_array_equal(few[name].values, whole[name].values[:50])
    assert not np.array_equal(whole.stock.values, again.stock.values)


def test_a_dragged_answer_has_the_members_of_the_forecast_for_every_lever(desk, fitted_client):
    _, request = fitted_client
    fitted = desk.fitted(Fit(**request))
    for slider in sliders(fitted.scenario, fitted.posterior.as_of):
        value, end = ((slider.low + slider.high) / 2, None) if slider.unit else (None, "2031-02-20")
        lever = {"kind": slider.kind, "subject": slider.subject, "value": value, "start": "2031-02-14", "end": end}
        asked = WhatIf(**request, levers=[lever], members=30)
        scenario = supposed(fitted.scenario, asked)
        whole = people_of(what_if(fitted, asked, workers=1).samples, MEASURES)
        dragged = people_if(fitted, asked, scenario, workers=1)
        assert (dragged.days, dragged.places) == (whole.days, whole.places)
        for measure in MEASURES:
            np.testing.assert_array_equal(dragged.of[measure], whole.of[measure], err_msg=f"{slider.kind} {measure}")


def test_who_sets_out_for_the_camp_are_those_who_arrive_by_the_only_way(desk, fitted_client):
    _, request = fitted_client
    people = desk.fitted(Fit(**request)).people
    set_out = people.flow[:, :, people.routes.index("junction_transit>plain_camp")].cumsum(1)
    arrived = people.of["arrivals"][:, :, people.places.index("plain_camp")].cumsum(1)
    waiting = people.of["in_transit"][:, :, people.places.index("plain_camp")]
    assert set_out.any()
    assert (arrived[:, 1:] <= set_out[:, 1:] + waiting[:, :1] + arrived[:, :1]).all()


@pytest.mark.parametrize("members", [20, 21, 99, 100])
def test_quantiles_of_columns_are_those_of_numpy(members):
    values = np.random.default_rng(members).integers(0, 5000, (members, 40))
    levels = (0.1, 0.25, 0.5, 0.75, 0.9)
    np.testing.assert_array_equal(quantiles(values, levels), np.quantile(values, levels, axis=0))


def test_people_who_want_the_same_get_the_same_bytes_calculated_once(fitted_client, desk, monkeypatch):
    client, request = fitted_client
    calls = []
    calculated = desk._calculate  # noqa: SLF001 - how often it is called is what is looked at
    monkeypatch.setattr(desk, "_calculate", lambda *task: calls.append(task) or calculated(*task))
    lever = {"kind": "corridor", "subject": "old_town", "value": 2345, "start": "2031-02-14"}
    asked = request | {"levers": [lever], "members": 20}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: client.post("/api/compare", json=asked).content, range(4)))
    assert (len(set(answers)), len(calls)) == (1, 1)


def test_what_was_learnt_of_a_lever_comes_with_the_past(fitted_client):
    client, request = fitted_client
    learnt = client.post("/api/past", json=request).json()["learnt"]
    assert [(row["kind"], row["subject"]) for row in learnt] == [("reception_rate", "plain_camp")]
    assert [row for row in learnt if not 0 < row["low"] <= row["likely"] <= row["high"]] == []


@pytest.mark.parametrize(
    ("lever", "words"),
    [
        (
            {"kind": "screening_rate", "subject": "ridge_screening", "value": 90_000},
            "90,000 people per day lies outside",
        ),
        ({"kind": "pause", "subject": "old_town", "value": None, "end": "2031-02-27"}, "Pause, Old Town"),
    ],
)
def test_a_lever_outside_what_was_learnt_is_said_to_be(fitted_client, lever, words):
    client, request = fitted_client
    levers = [lever | {"start": "2031-02-14"}]
    answer = client.post("/api/compare", json=request | {"members": 50, "levers": levers}).json()
    assert [words in note for note in answer["notes"]] == [True]


def test_a_lever_within_what_was_learnt_needs_no_note(fitted_client):
    client, request = fitted_client
    learnt = client.post("/api/past", json=request).json()["learnt"][0]
    lever = {"kind": learnt["kind"], "subject": learnt["subject"], "value": learnt["likely"], "start": "2031-02-14"}
    answer = client.post("/api/compare", json=request | {"members": 50, "levers": [lever]}).json()
    assert answer["notes"] == []


@pytest.fixture(scope="module")
def schema(tmp_path_factory, desk, fitted_client):
    """Return the description of a server of a copy of the siege, which has its fit at hand."""
    _, request = fitted_client
    home = tmp_path_factory.mktemp("schema")
    copytree(desk.library.home / "siege", home / "siege")
    own, fit = Desk(Settings(Library(home), home / "runs", members=MEMBERS)), Fit(**request)
    own.fits.keep(fit.key(own.library.version("siege")), desk.fitted(fit))
    return schemathesis.openapi.from_asgi("/api/openapi.json", create_app(own), headers=HERE), request


def test_nothing_that_the_description_allows_makes_the_server_fail(schema):
    described, request = schema
    operations = [row.ok() for row in described.get_all_operations()]
    assert len(operations) >= len(VERBS)
    reached = set()
    for operation in operations:

        @settings(max_examples=9, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(), known=sampled_from(KNOWN))
        def answered(case, known):
            if known and "scenario" in case.path_parameters:
                case.path_parameters["scenario"] = "siege"
            if known and case.path in {"/api/calibrate", "/api/past", "/api/forecast", "/api/compare"}:
                case.body |= request | {"reports": []}
            if known == "base" and case.path in {"/api/forecast", "/api/compare"}:
                case.body |= {"levers": [], "alternative": None, "members": 20}
            answer = case.call(headers=HERE)
            assert answer.status_code < 500, (case, answer.text)
            if answer.status_code < 300:
                reached.add(case.operation.definition.raw["operationId"])

        answered()
    assert reached >= {"read_scenario", "forecast", "compare", "past", "read_table"}


def test_the_sentences_of_the_page_come_from_the_catalogues_of_the_report(reader):
    french = reader.get("/api/words/fr").json()
    assert french["texts"]["Download report"] == "Télécharger le rapport"
    assert french["texts"]["{count} report"] == ["{count} rapport", "{count} rapports"]
    assert reader.get("/api/words/en").json() == {"language": "en", "is_right_to_left": False, "texts": {}}
    assert reader.get("/api/words/ar").json()["is_right_to_left"] is True
    assert reader.get("/api/words/de").status_code == 422


def test_an_answer_is_in_the_language_that_is_asked_and_nothing_is_learnt_anew(fitted_client):
    client, request = fitted_client
    lever = [{"kind": "screening_rate", "subject": "ridge_screening", "value": 90000, "start": "2031-02-14"}]
    english = client.post("/api/compare", json=request | {"levers": lever}).json()
    french = client.post("/api/compare", json=request | {"levers": lever, "language": "fr"})
    assert french.status_code == 200
    assert french.json()["series"] == english["series"]
    assert {row["label"] for row in french.json()["needs"]} > {"Eau à livrer, pertes comprises"}
    remarks = {row["item"]: row["remark"] for row in french.json()["needs"]}
    assert (
        remarks["blankets"]
        == remarks["tents_new_arrivals"]
        == "seulement pour ceux qui arrivent par les voies indiquées"
    )
    assert remarks["water"] == remarks["food"] == ""
    assert "est en dehors de ce dont le modèle a appris" in french.json()["notes"][0]
    assert {row["words"] for row in english["ways"]} & {row["words"] for row in french.json()["ways"]} == set()
    past = client.post("/api/past", json=request | {"language": "ar"}).json()
    assert "no corridor leads out of the siege" not in {row["words"] for row in past["ways"]}


def test_a_scenario_opens_with_its_own_names_and_our_sentences_in_a_language(reader):
    screen = reader.get("/api/scenarios/siege?language=ar").json()
    assert "\u2068Plain Camp\u2069" in {row["name"] for row in screen["places"]}
    assert {row["meaning"] for row in screen["alternatives"]} > {"تأتي الهدنة المؤقتة، ولا يأتي الممر."}


def test_a_report_of_the_screen_is_written_in_its_language(fitted_client):
    client, request = fitted_client
    job = finished(client, client.post("/api/write_report", json=request | {"language": "ar"}).json())
    assert job["status"] == "done", job
    report = client.get(f"/api/jobs/{job['job']}/report").text
    assert '<html lang="ar" dir="rtl">' in report
    assert (Path(job["run"]) / "forecast.xlsx").is_file()


def test_what_ten_people_need_stands_beside_each_need(fitted_client):
    client, request = fitted_client
    needs = client.post("/api/forecast", json=request).json()["needs"]
    assert {row["item"]: row["small"] for row in needs}["water"] == pytest.approx(150 / 0.65, abs=1)


FRENCH = {"Accept-Language": "fr-FR,fr;q=0.9"}


@pytest.mark.parametrize(
    ("method", "path", "asked", "words"),
    [
        ("GET", "/api/scenarios/nowhere", None, "Il n’y a pas ici de scénario de ce nom. Il y a : baghouz-2019"),
        ("POST", "/api/scenarios/siege/copy", {"to": "../x"}, "Un nom a au plus 64 lettres"),
        ("POST", "/api/scenarios/siege/copy", {"to": "siege"}, "siege est pris."),
        ("POST", "/api/scenarios/baghouz-2019/observations", {}, "Ce qui est demandé n’est pas possible : date, place"),
        (
            "POST",
            "/api/calibrate",
            {"scenario": "siege", "known_by": "2031-04-20"},
            "pas dans le calendrier de",
        ),
        ("POST", "/api/compare", {"scenario": "siege", "known_by": "2031-02-13"}, "Rien n’a encore été appris"),
        ("GET", f"/api/jobs/{'0' * 32}", None, "Il n’y a pas de telle tâche"),
    ],
)
def test_a_refusal_is_in_the_language_of_whoever_asks(reader, method, path, asked, words):
    answer = reader.request(method, path, json=asked, headers=FRENCH)
    assert answer.status_code >= 400
    assert words in answer.json()["detail"]
    assert words not in reader.request(method, path, json=asked).json()["detail"]


def test_the_steps_of_a_job_are_in_the_language_of_whoever_waits(desk):
    job = desk.jobs.done("steps")
    with job.steps(forecasting(14)):
        pass
    assert desk.state_of(job).step == "Forecasting 14 days"
    assert desk.state_of(job, language_of("fr")).step == "Prévision sur 14 jours"


@pytest.mark.parametrize(
    ("words", "english", "french", "arabic"),
    [
        (forecasting(1), "Forecasting 1 day", "Prévision sur 1 jour", "التوقع ليوم واحد"),
        (learning(1), "Learning from 1 report", "Apprentissage à partir de 1 rapport", "التعلّم من تقرير واحد"),
    ],
)
def test_a_step_of_one_day_or_one_report_is_in_the_singular(desk, words, english, french, arabic):
    job = desk.jobs.done("steps")
    with job.steps(words):
        pass
    assert desk.state_of(job).step == english
    assert desk.state_of(job, language_of("fr")).step == french
    assert desk.state_of(job, language_of("ar")).step == arabic


def test_a_mistake_of_ours_is_called_one_in_any_language(desk):
    job = desk.jobs.done("mistake")
    job.error = ZeroDivisionError("division by zero")
    assert "mistake of Corridor, not of yours (ZeroDivisionError" in desk.state_of(job).detail
    assert "une erreur de Corridor, pas de vous (ZeroDivisionError" in desk.state_of(job, language_of("fr")).detail
