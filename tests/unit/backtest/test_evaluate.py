"""The back-test: what models are told, what they are held against, and that nothing else decides the figures."""

from dataclasses import replace

import numpy as np
import pytest

from corridor.backtest.evaluate import evaluate
from corridor.backtest.origins import Schedule
from corridor.backtest.runner import run_forecasters
from corridor.backtest.targets import targets_of
from corridor.backtest.tasks import forecast_tasks
from corridor.errors import UsageError
from corridor.forecasters.base import HUB_LEVELS, ForecasterSet
from corridor.forecasters.baselines import BASELINES, Baseline, Rule
from corridor.scenario.observations import Observations
from tests.builders import camp, day, event, town, walk
from tests.builders import scenario as scenario_of
from tests.reports import camps, reports
from tests.unit.backtest.standins import Copier, Memory, Recorder, Walker

SCHEDULE = Schedule(14, 30, (7, 14))
PLAIN = ForecasterSet(independent=BASELINES)
BASELINE_NAMES = tuple(rule.value for rule in Rule)


def listened(scenario, observations, **options):
    """Return what a model was asked on each origin."""
    recorder = Recorder()
    evaluate(
        scenario, observations, schedule=SCHEDULE, models=ForecasterSet(independent=(recorder,)), seed=1, **options
    )
    return recorder.tasks


def everything(scores):
    """Return every figure of a back-test."""
    return scores.to_hub_table(), scores.to_rows(), scores.facts()


def test_a_model_is_told_what_was_known_on_the_origin_and_nothing_else(two_camps):
    scenario, observations = two_camps
    for asked in listened(scenario, observations):
        assert asked.observations == observations.known_by(asked.origin)
        assert asked.scenario == scenario.known_by(asked.origin)
        assert max(row.known_on for row in asked.observations) <= asked.origin


def test_only_days_with_reports_and_nominal_horizons_are_forecast_where_no_histories_are_simulated(two_camps):
    scenario, observations = two_camps
    dates = {row.date.toordinal() for row in observations}
    for asked in listened(scenario, observations):
        others = set(asked.days[1:]) - set(SCHEDULE.horizons)
        assert {asked.origin.toordinal() + ahead for ahead in others} <= dates
        assert asked.days


def test_changing_what_became_known_later_changes_no_question_and_no_answer():
    places = (town("north", 900), camp("lake", capacity=800, capacity_reported_on=day(70)), camp("hill"))
    routes = (walk("north", "lake"), walk("north", "hill"))
    before = scenario_of(places, routes, [event("conflict", "north", 3, 20)], days=100)
    observations = reports(lake={n: 10 * n for n in range(0, 98, 4)}, hill=dict.fromkeys(range(0, 98, 5), 300))
    origin = day(58)
    changed = replace(
        before,
        places=(places[0], camp("lake", capacity=10**6, capacity_reported_on=day(70)), places[2]),
        events=(*before.events, event("closure", "north>lake", 60, 70), event("conflict", "north", 80)),
    )
    other = Observations(
        tuple(row if row.date <= origin else row.model_copy(update={"count": 7}) for row in observations)
    )
    asked, again = (
        [one for one in forecast_tasks(one_scenario, known, SCHEDULE, 1) if one.origin <= origin]
        for one_scenario, known in ((before, observations), (changed, other))
    )
    assert len(asked) == 3
    assert asked == again
    for model in BASELINES:
        for first, second in zip(asked, again, strict=True):
            assert model.forecast(first).tobytes() == model.forecast(second).tobytes()


def test_a_forecast_is_held_against_the_true_reports(two_camps):
    scenario, observations = two_camps
    scores = evaluate(scenario, observations, schedule=SCHEDULE, models=PLAIN, seed=1)
    assert scores.targets == targets_of(observations, SCHEDULE.origins(scenario), (7, 14), ("lake", "hill"))
    true = np.array([target.people for target in scores.targets])
    middle = scores.quantiles["persistence"][:, HUB_LEVELS.index(0.5)]
    whole = next(row for row in scores.to_rows() if (row["model"], row["nominal_horizon"]) == ("persistence", "all"))
    assert whole["mae"] == pytest.approx(np.abs(middle - true).mean())
    assert whole["targets"] == len(true)


def test_the_middle_of_persistence_is_the_last_report_known(two_camps):
    scenario, observations = two_camps
    scores = evaluate(scenario, observations, schedule=SCHEDULE, models=PLAIN, seed=1)
    for target, line in zip(scores.targets, scores.quantiles["persistence"], strict=True):
        known = [row for row in observations.known_by(target.origin) if row.place == target.place]
        assert line[HUB_LEVELS.index(0.5)] == pytest.approx(max(known, key=lambda row: row.date).count, abs=0.06)


def test_a_place_of_which_nothing_was_known_is_not_scored_but_counted():
    observations = reports(lake={n: 500 + n for n in range(0, 60, 7)}, hill={60: 900, 67: 950, 74: 970})
    scores = evaluate(camps("lake", "hill", days=80), observations, schedule=SCHEDULE, models=PLAIN, seed=1)
    unseen = [target for target in scores.targets if target.place == "hill" and target.origin < day(60)]
    assert unseen == []
    assert scores.unscored == 3  # of day 60 from the origin of day 44; of days 67 and 74 from that of day 58


def test_skill_is_told_against_the_better_of_persistence_and_drift(two_camps):
    rows = evaluate(*two_camps, schedule=SCHEDULE, models=PLAIN, seed=1).to_rows()
    whole = {(row["model"], row["nominal_horizon"]): row for row in rows if row["place"] == "all"}
    for horizon in (7, 14):
        wis = {model: whole[model, horizon]["wis"] for model in ("persistence", "drift", "damped_drift")}
        best = min(("persistence", "drift"), key=wis.get)
        row = whole["damped_drift", horizon]
        assert row["best_rival"] == best
        assert row["skill"] == pytest.approx(1 - wis["damped_drift"] / wis[best])
        assert row["skill_drift"] == pytest.approx(1 - wis["damped_drift"] / wis["drift"])
        assert row["skill_p05"] <= row["skill"] <= row["skill_p95"]
        assert whole[best, horizon]["skill"] == 0


def test_skill_is_given_against_the_best_of_all_baselines_too(two_camps):
    rows = evaluate(*two_camps, schedule=SCHEDULE, models=PLAIN, seed=1).to_rows()
    whole = {(row["model"], row["nominal_horizon"]): row for row in rows if row["place"] == "all"}
    for horizon in (7, 14):
        wis = {model: whole[model, horizon]["wis"] for model in BASELINE_NAMES}
        best = min(wis, key=wis.get)
        row = whole["drift", horizon]
        assert row["best_baseline"] == best
        assert row["skill_best"] == pytest.approx(1 - wis["drift"] / wis[best])
        assert row["skill_best"] <= row["skill"]
        assert whole[best, horizon]["skill_best"] == 0


def test_a_series_that_is_one_constant_is_no_target_and_the_account_names_it():
    moving = {n: 500 + n for n in range(0, 80, 7)}
    filled = {0: 0, **dict.fromkeys(range(7, 80, 7), 3_000)}
    scores = evaluate(
        camps("lake", "hill", days=80), reports(lake=moving, hill=filled), schedule=SCHEDULE, models=PLAIN, seed=1
    )
    assert {target.place for target in scores.targets} == {"lake"}
    assert scores.facts()["dummy_series"] == ["hill"]


def test_scores_of_places_and_horizons_add_up_to_the_whole(two_camps):
    rows = evaluate(*two_camps, schedule=SCHEDULE, models=PLAIN, seed=1).to_rows()
    for model in ("persistence", "drift", "damped_drift"):
        mine = [row for row in rows if row["model"] == model]
        (whole,) = (row for row in mine if (row["place"], row["nominal_horizon"]) == ("all", "all"))
        parts = [row for row in mine if "all" not in {row["place"], row["nominal_horizon"]}]
        assert sum(row["targets"] for row in parts) == whole["targets"]
        assert sum(row["targets"] * row["wis"] for row in parts) == pytest.approx(whole["targets"] * whole["wis"])


def test_without_both_rivals_there_are_scores_and_no_skill(two_camps):
    rows = evaluate(
        *two_camps, schedule=SCHEDULE, models=ForecasterSet(independent=(Baseline(Rule.DRIFT),)), seed=1
    ).to_rows()
    assert all(row["skill"] is None and row["wis"] > 0 for row in rows)


def test_the_table_has_the_columns_of_the_hub_between_model_and_nominal_horizon(two_camps):
    scores = evaluate(*two_camps, schedule=SCHEDULE, models=PLAIN, seed=1)
    table = scores.to_hub_table()
    assert list(table[0]) == [
        "model",
        *("origin_date", "target", "horizon", "target_end_date", "location", "output_type", "output_type_id", "value"),
        "nominal_horizon",
    ]
    assert len(table) == len(BASELINE_NAMES) * len(scores.targets) * len(HUB_LEVELS)
    assert {row["target"] for row in table} == {"stock"}
    assert [row["output_type_id"] for row in table[:23]] == list(HUB_LEVELS)
    assert all(abs(row["horizon"] - row["nominal_horizon"]) <= 3 for row in table)


def test_the_same_figures_on_one_and_on_two_processes(two_camps):
    one, two = (evaluate(*two_camps, schedule=SCHEDULE, models=PLAIN, seed=1, workers=workers) for workers in (1, 2))
    assert everything(one) == everything(two)


def test_the_seed_decides_the_bootstrap_and_not_the_baselines(two_camps):
    one, other = (evaluate(*two_camps, schedule=SCHEDULE, models=PLAIN, seed=seed) for seed in (1, 2))
    assert one.to_hub_table() == other.to_hub_table()
    assert one.to_rows() != other.to_rows()


def test_progress_is_told_for_each_answer(two_camps):
    said = []
    evaluate(*two_camps, schedule=SCHEDULE, models=PLAIN, seed=1, progress=lambda *tick: said.append(tick))
    total = len(BASELINE_NAMES) * len(SCHEDULE.origins(two_camps[0]))
    assert said == [(n, total) for n in range(1, total + 1)]


def test_an_interrupted_back_test_goes_on_where_it_stopped(two_camps):
    memory = Memory()
    models = ForecasterSet(independent=(tired := Recorder(tires_after=2), *BASELINES))
    with pytest.raises(KeyboardInterrupt):
        evaluate(*two_camps, schedule=SCHEDULE, models=models, cache=memory, seed=1)
    assert len(tired.tasks) == 2
    rested = Recorder()
    models = ForecasterSet(independent=(rested, *BASELINES))
    resumed = evaluate(*two_camps, schedule=SCHEDULE, models=models, cache=memory, seed=1)
    assert {one.origin for one in rested.tasks}.isdisjoint(one.origin for one in tired.tasks)
    whole = evaluate(*two_camps, schedule=SCHEDULE, models=ForecasterSet(independent=(Recorder(), *BASELINES)), seed=1)
    assert everything(resumed) == everything(whole)


def test_a_model_in_order_is_asked_in_order_and_passes_what_is_kept(two_camps):
    scenario, observations = two_camps
    origins = list(SCHEDULE.origins(scenario))
    memory, first = Memory(), Walker()
    models = ForecasterSet(independent=BASELINES, sequential=(first,))
    evaluate(scenario, observations, schedule=SCHEDULE, models=models, cache=memory, seed=1)
    assert (first.said, first.passed) == (origins, [])
    del memory.answers["walker", origins[-1]]
    second = Walker()
    evaluate(
        scenario, observations, schedule=SCHEDULE, models=replace(models, sequential=(second,)), cache=memory, seed=1
    )
    assert (second.said, second.passed) == (origins[-1:], origins[:-1])


def test_a_pool_sees_past_forecasts_with_the_outcomes_known_by_the_origin(two_camps):
    scenario, observations = two_camps
    pool = Copier("drift")
    models = ForecasterSet(independent=BASELINES, combinations=(pool,))
    scores = evaluate(scenario, observations, schedule=SCHEDULE, models=models, seed=1)
    assert list(scores.quantiles) == ["copier", *BASELINE_NAMES]
    assert np.array_equal(scores.quantiles["copier"], scores.quantiles["drift"])
    said = {
        (target, model): table[n]
        for model, table in scores.quantiles.items()
        for n, target in enumerate(scores.targets)
    }
    seen = 0
    for asked, current, past in pool.shown:
        assert current.keys() == set(BASELINE_NAMES)
        known = asked.observations.known_by(asked.origin)
        for outcome in past:
            assert outcome.target.origin < asked.origin
            assert any((row.place, row.date) == (outcome.target.place, outcome.target.date) for row in known)
            assert np.array_equal(outcome.quantiles["drift"], said[outcome.target, "drift"])
            seen += 1
    assert seen > 20
    assert pool.shown[0][2] == []


def test_a_pool_learns_nothing_of_a_target_whose_days_are_not_over(two_camps):
    scenario, observations = two_camps
    pool = Copier("drift")
    daily = Schedule(1, 30, (7,))
    evaluate(
        scenario,
        observations,
        schedule=daily,
        models=ForecasterSet(independent=BASELINES, combinations=(pool,)),
        seed=1,
    )
    for asked, _, past in pool.shown:
        assert all((asked.origin - outcome.target.origin).days >= 10 for outcome in past)


def test_an_answer_of_the_wrong_shape_is_our_mistake(two_camps):
    class Broken(Recorder):
        def forecast(self, asked):
            return super().forecast(asked)[:, :, ::2]

    with pytest.raises(AssertionError, match="shape"):
        evaluate(*two_camps, schedule=SCHEDULE, models=ForecasterSet(independent=(Broken(),)), seed=1)


def test_without_a_report_to_be_held_against_there_is_no_back_test():
    observations = reports(lake={0: 5, 20: 6})
    with pytest.raises(UsageError, match="No report"):
        evaluate(camps("lake"), observations, schedule=SCHEDULE, models=PLAIN, seed=1)


def test_answers_may_come_in_any_order_of_models(two_camps):
    asked = list(forecast_tasks(*two_camps, SCHEDULE, 1))
    one, other = (
        run_forecasters(asked, ForecasterSet(independent=order), (7, 14), cache=Memory())
        for order in (BASELINES, BASELINES[::-1])
    )
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[key], other[key]) for key in one)
