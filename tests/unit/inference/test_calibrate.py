"""The door of inference: what it cuts, what it refuses, what it says of itself."""

import datetime as dt
import re

import numpy as np
import pytest

from corridor.errors import UsageError
from corridor.inference.calibrate import calibrate
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.parameters import LogNormal
from tests.builders import camp, day, scenario

STEADY = {
    "population.camp": LogNormal(median=1_000, within_factor=2),
    "parameter_days": 1e6,
    "population_days": 1e6,
    "stray_fraction": 0.0,
    "unseen_sd": 0.0,
}


def stated(**values):
    return scenario((camp("camp", None),), days=6, values={**STEADY, **values})


def figure(count=1_200, when=2, **fields):
    return Observation(
        **{"date": day(when), "place": "camp", "measure": "stock", "count": count, "source": "test", **fields}
    )


def fitted(*rows, as_of=3, draws=32, seed=1, **values):
    return calibrate(stated(**values), Observations(rows), as_of=day(as_of), draws=draws, seed=seed)


@pytest.mark.parametrize("number", [-1, 6])
def test_a_day_outside_the_calendar_is_refused_in_words(number):
    with pytest.raises(UsageError, match="lies outside the calendar, 2031-01-01 to 2031-01-06"):
        fitted(as_of=number)


def test_the_day_may_be_written_as_text():
    found = calibrate(stated(), Observations((figure(),)), as_of="2031-01-04", draws=8, seed=1)
    assert found.as_of == dt.date(2031, 1, 4)


@pytest.mark.parametrize(
    "rows", [(), (figure(when=3, reported_on=day(4)),), (figure(use="hold"),), (figure(count=None),)]
)
def test_without_reports_the_prior_stands(rows):
    found = fitted(*rows, draws=200)
    assert found.effective_sample_size == pytest.approx(found.particles)
    assert found.notes == ()
    assert np.median(found.values("population.camp")) == pytest.approx(1_000, rel=0.15)
    assert found.past["stock"].shape[1] == 4


def test_there_are_as_many_draws_as_asked_for_and_at_least_three_times_as_many_particles():
    found = fitted(figure(), draws=33)
    assert found.draws == found.normal.shape[0] == found.bias.shape[0] == 33
    assert found.end_state.people.shape[0] == found.arrived.shape[0] == found.died.shape[0] == 33
    assert found.particles >= 99


def test_values_are_in_the_unit_of_the_parameter():
    found = fitted(figure(), draws=50)
    people = found.end_state.people.sum((1, 2))
    assert (np.rint(found.values("population.camp")) == people).all()


def test_the_summary_sets_posterior_beside_prior_for_parameters_and_biases():
    copied = figure(1_250, 3, source="another")
    rows = {row["parameter"]: row for row in fitted(figure(), copied, draws=200).summary()}
    population = rows["population.camp"]
    assert [population[name] for name in ("prior_p05", "prior_p50", "prior_p95")] == pytest.approx([500, 1_000, 2_000])
    assert population["unit"] == "people"
    assert population["prior_p05"] < population["p05"] < population["p50"] < population["p95"] < population["prior_p95"]
    assert [name for name in rows if name.startswith("report_factor")] == ["report_factor.another.stock"]
    bias = rows["report_factor.another.stock"]
    assert bias["prior_p50"] == 1.0
    assert bias["prior_p05"] * bias["prior_p95"] == pytest.approx(1.0)
    assert bias["unit"] == "factor"


def test_what_is_reported_for_each_person_present_is_that_of_who_counted_last():
    first, later = figure(1_000, 1), figure(1_300, 2, source="another")
    assert (fitted(first, draws=50).report_factor("camp") == 1.0).all()
    factor = fitted(first, later, draws=200).report_factor("camp")
    assert 1.05 < np.median(factor) < 1.3
    assert (fitted(first, later, figure(1_000, 3), draws=50).report_factor("camp") == 1.0).all()


def test_every_report_that_was_weighed_is_set_beside_the_fit():
    rows = (figure(), figure(900, 1, qualifier="about"), figure(5, 3, use="ignore"), figure(7, 3, reported_on=day(4)))
    found = fitted(*rows, draws=100).fit_rows()
    assert [(row["date"], row["reported"]) for row in found] == [(day(1), 900), (day(2), 1_200)]
    for row in found:
        assert 600 < row["p05"] < row["p50"] < row["p95"] < 1_800


def test_households_are_set_beside_the_fit_as_people():
    found = fitted(figure(240, household_size=5.0), draws=50).fit_rows()
    assert found[0]["reported"] == 1_200
    assert found[0]["p50"] == pytest.approx(1_200, rel=0.3)


def test_a_figure_that_no_prior_allows_is_called_degenerate():
    found = fitted(figure(10**8, qualifier="exact"), draws=64)
    assert [conflict.observation.people for conflict in found.conflicts] == [10**8]
    assert len(found.notes) == 2
    assert found.notes[-1].startswith("The fit is degenerate")
    assert not re.search(r"\d{4}-\d\d|_", found.notes[-1]), "dates and names stand in words"
    assert f"of {found.particles:,} simulated histories" in found.notes[-1]
    assert found.effective_sample_size < 20


def test_a_figure_that_everybody_expects_needs_no_note():
    assert fitted(figure(), draws=200, report_sd_c=0.4).notes == ()


def test_progress_ends_with_the_last_day():
    seen = []
    calibrate(
        stated(),
        Observations((figure(),)),
        as_of=day(4),
        draws=8,
        seed=1,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == sorted(seen)
    assert seen[-1] == (5, 5)


def test_a_posterior_is_shown_on_a_screen_without_powers_of_ten():
    shown = repr(fitted(figure(1_200, when=2)))
    assert len(shown) < 2_500
    assert not re.search(r"\de[+-]\d", shown)
    assert re.search(r"\(people\): [\d,.]+ \([\d,.]+ to [\d,.]+ in 9 of 10\)", shown) or "(1/day)" in shown
