"""Charts of a back-test: shares are drawn of ten reports or more, and of no fewer."""

from datetime import date

import pytest

from corridor.report.facts.outcomes import ReportedForecast
from corridor.report.figures.backtest_charts import (
    LEAST_REPORTS,
    LEAST_SKILL,
    forecasts_against_reports,
    model_name,
    rank_histogram,
    reliability,
    skill_by_horizon,
)
from corridor.report.languages.language import language_of

COVERAGE = {"0.5": 0.4, "0.8": 0.7, "0.95": 1.0}


def horizons(*reports):
    """Return scores by horizon, a week apart, each from so many reports."""
    return {
        str(7 * n): {"targets": count, "coverage": COVERAGE, "pit": [count - 1, *[0] * 8, 1]}
        for n, count in enumerate(reports, start=1)
    }


@pytest.mark.parametrize("draw", [reliability, rank_histogram])
def test_shares_of_ten_reports_are_drawn_and_of_nine_are_not(draw):
    assert draw("corridor", horizons(LEAST_REPORTS)) is not None
    assert draw("corridor", horizons(LEAST_REPORTS - 1)) is None
    assert draw("corridor", {}) is None


@pytest.mark.parametrize("draw", [reliability, rank_histogram])
def test_a_horizon_of_few_reports_is_left_out_beside_one_of_many(draw):
    drawn = str(draw("corridor", horizons(12, 3, 10)).to_dict())
    assert "7 days" in drawn
    assert "21 days" in drawn
    assert "14 days" not in drawn


def test_the_description_of_a_reliability_chart_says_what_each_interval_held():
    chart = reliability("corridor", horizons(20)).to_dict()
    assert chart["description"] == (
        "Reliability of corridor. 7 days: 50\u00a0% intervals held 40\u00a0%; "
        "7 days: 80\u00a0% intervals held 70\u00a0%; 7 days: 95\u00a0% intervals held 100\u00a0%."
    )


def test_the_description_of_a_rank_histogram_counts_both_ends():
    chart = rank_histogram("corridor", horizons(20)).to_dict()
    assert "19 of 20 in the lowest tenth, 1 in the highest" in chart["description"]


def test_small_counts_of_a_back_test_are_not_shown():
    outcome = ReportedForecast(date(2031, 2, 1), 7, likely=4.0, low=2.0, high=30.0, reported=6)
    (row, *_) = forecasts_against_reports("Gate", [outcome]).to_dict()["datasets"].values()
    assert [row[0][name] for name in ("low", "likely", "high", "reported")] == [0, None, 30, None]
    assert row[0]["words"].endswith("likely <10 (<10–30); reported <10")


def test_the_name_of_the_program_is_the_same_in_every_language():
    assert model_name("corridor", language_of("ar")) == "corridor"
    assert model_name("damped_drift", language_of("fr")) == "dérive amortie"
    assert model_name("of_my_own", language_of("fr")) == "of my own"


def test_a_skill_of_fewer_than_three_reports_is_not_drawn():
    def scores(*reports):
        row = {"skill": 0.2, "skill_p05": None, "skill_p95": None}
        return {"corridor": {str(7 * n): {**row, "targets": count} for n, count in enumerate(reports, start=1)}}

    assert skill_by_horizon(scores(LEAST_SKILL, LEAST_SKILL)) is not None
    assert skill_by_horizon(scores(LEAST_SKILL, LEAST_SKILL - 1)) is None
    drawn = str(skill_by_horizon(scores(9, 1, 9)).to_dict())
    assert "7 days" in drawn
    assert "14 days" not in drawn


@pytest.mark.parametrize("model", ["zero", "last", "mean_of_four", "damped_mean", "damped_step", "weighted_line"])
def test_rivals_have_names_in_other_languages(model):
    assert model_name(model, language_of("ar")) != model_name(model, language_of("en"))
