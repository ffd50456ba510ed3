"""How likely a figure is: a density for each way of hedging it, with its bias known, believed or learnt."""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest

from corridor.inference.observation_model import (
    DEFINING,
    Gaussian,
    Report,
    counters_of,
    days_counted,
    learn,
    log_likelihood,
    reporting_of,
)
from corridor.scenario.observations import Measure, Observation
from corridor.scenario.scenario import Source
from tests.builders import camp, day, scenario, town

TRUTH = 20_000.0
DENSITIES = ("exact", "about", "at_least", "more_than", "at_most", "almost", "between")


def report(count, qualifier="exact", *, measure="stock", sd=0.1, tail=0.25, width=None):
    """Return a figure with a stated error and tail, log units; a range has its width in log units."""
    high = None if width is None else math.floor(math.exp(math.log1p(count) + width))
    row = Observation(
        date=day(3), place="camp", measure=measure, count=count, count_high=high, qualifier=qualifier, source="test"
    )
    return Report(observation=row, series=0, first=3, last=3, bias=0, sd=sd, tail=tail)


def likelihood(figure, truth=TRUTH, bias=0.0, stray=0.0):
    """Return the density of one figure at one truth."""
    return float(np.exp(log_likelihood(figure, np.array([truth]), np.array([bias]), stray))[0])


def width_of(qualifier):
    return 0.4 if qualifier == "between" else None


@pytest.mark.parametrize("stray", [0.0, 0.02, 0.3])
@pytest.mark.parametrize("qualifier", DENSITIES)
def test_densities_of_a_figure_in_log_units_integrate_to_one(qualifier, stray):
    grid = np.linspace(math.log1p(TRUTH) - 7.5, math.log1p(TRUTH) + 7.5, 1_501)
    counts = [round(math.expm1(x)) for x in grid]
    figures = [report(count, qualifier, width=width_of(qualifier)) for count in counts]
    total = np.trapezoid([likelihood(figure, bias=0.3, stray=stray) for figure in figures], grid)
    assert total == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("qualifier", ["exact", "about"])
def test_a_firm_figure_is_likeliest_where_truth_and_bias_give_it(qualifier):
    truths = np.geomspace(TRUTH / 3, TRUTH * 3, 2_001)
    found = log_likelihood(report(20_000, qualifier), truths, np.full_like(truths, 0.2), 0.02)
    assert math.log1p(truths[found.argmax()]) + 0.2 == pytest.approx(math.log1p(20_000), abs=2e-3)


@pytest.mark.parametrize("qualifier", ["at_least", "more_than"])
def test_at_least_prefers_a_truth_above_the_figure(qualifier):
    figure = report(20_000, qualifier)
    assert likelihood(figure, TRUTH * 1.2) > 1.5 * likelihood(figure, TRUTH / 1.2)


@pytest.mark.parametrize("qualifier", ["at_most", "almost"])
def test_at_most_prefers_a_truth_below_the_figure(qualifier):
    figure = report(20_000, qualifier)
    assert likelihood(figure, TRUTH / 1.2) > 1.5 * likelihood(figure, TRUTH * 1.2)


def test_at_most_is_the_mirror_of_at_least():
    up, down = report(20_000, "at_least"), report(20_000, "at_most")
    for step in (0.05, 0.3, 1.0):
        above, below = math.expm1(math.log1p(20_000) + step), math.expm1(math.log1p(20_000) - step)
        assert likelihood(up, above) == pytest.approx(likelihood(down, below))
        assert likelihood(up, below) == pytest.approx(likelihood(down, above))


def test_a_truth_far_above_at_least_loses_an_e_fold_with_every_tail():
    figure = report(20_000, "at_least", sd=0.02, tail=0.25)
    near, far = (math.expm1(math.log1p(20_000) + step) for step in (1.0, 1.25))
    assert likelihood(figure, near) / likelihood(figure, far) == pytest.approx(math.e, rel=1e-3)


def test_people_inside_are_bound_from_below_only_and_weakly():
    figure = report(5_000, "about", measure="inside", sd=0.2, tail=1.5)
    assert likelihood(figure, 15_000) > 0.4 * likelihood(figure, 6_000)
    assert likelihood(figure, 5_000 / 3) < 0.01 * likelihood(figure, 6_000)


@pytest.mark.parametrize("qualifier", ["exact", "at_most", "between"])
def test_people_inside_are_bound_from_below_whatever_the_words(qualifier):
    figure = report(5_000, qualifier, measure="inside", width=width_of(qualifier), tail=1.5)
    assert likelihood(figure, 20_000) > 100 * likelihood(figure, 5_000 / 4)


def test_between_is_flat_inside_and_falls_off_outside():
    figure = report(10_000, "between", sd=0.05, width=math.log(2))
    inside = [likelihood(figure, truth) for truth in (12_000, 14_000, 17_000)]
    assert inside == pytest.approx([1 / math.log(2)] * 3, rel=1e-3)
    assert likelihood(figure, 7_000) < 0.01 * inside[0]
    assert likelihood(figure, 30_000) < 0.01 * inside[0]


@pytest.mark.parametrize("qualifier", DENSITIES)
def test_a_stray_figure_cannot_rule_a_truth_out(qualifier):
    figure = report(20_000, qualifier, width=width_of(qualifier))
    assert likelihood(figure, 20_000 * 20) < 0.01
    assert likelihood(figure, 20_000 / 20, stray=0.02) > 1e-4 * likelihood(figure, 20_000, stray=0.02)


def test_nobody_reported_and_nobody_there_agree():
    assert likelihood(report(0), 0.0) > likelihood(report(0), 5.0)


def moments(figure, truth, belief, stray):
    """Return the likelihood with the bias summed out, and the bias's mean and variance after it, by integration."""
    mean, sd = float(belief.mean[0]), math.sqrt(float(belief.variance[0]))
    bias = np.linspace(mean - 12 * sd, mean + 12 * sd, 20_001)
    prior = np.exp(-0.5 * ((bias - mean) / sd) ** 2) / (sd * math.sqrt(2 * math.pi))
    apt = np.exp(log_likelihood(figure, np.full_like(bias, truth), bias, 0.0))
    excess = math.log1p(truth) + mean - math.log1p(figure.observation.people)
    broad = math.exp(-0.5 * (excess / 1.5) ** 2) / (1.5 * math.sqrt(2 * math.pi))
    weight = prior * ((1 - stray) * apt + stray * broad)
    total = np.trapezoid(weight, bias)
    after = np.trapezoid(weight * bias, bias) / total
    return total, after, np.trapezoid(weight * (bias - after) ** 2, bias) / total


@pytest.mark.parametrize("stray", [0.0, 0.1])
@pytest.mark.parametrize("factor", [0.3, 0.8, 1.0, 1.5, 4.0])
@pytest.mark.parametrize("qualifier", DENSITIES)
def test_what_is_learnt_of_a_bias_has_the_moments_of_its_distribution(qualifier, factor, stray):
    figure = report(20_000, qualifier, sd=0.1, tail=0.2, width=width_of(qualifier))
    belief = Gaussian(np.array([0.1]), np.array([0.15]))
    weight, after = learn(figure, np.array([TRUTH * factor]), belief, stray)
    total, mean, variance = moments(figure, TRUTH * factor, belief, stray)
    assert float(np.exp(weight[0])) == pytest.approx(total, rel=1e-4)
    assert float(after.mean[0]) == pytest.approx(mean, abs=1e-4)
    assert float(after.variance[0]) == pytest.approx(variance, rel=1e-3)


@pytest.mark.parametrize("qualifier", DENSITIES)
def test_nothing_is_learnt_of_a_bias_that_is_known(qualifier):
    known = Gaussian(np.array([0.1]), np.array([0.0]))
    _, after = learn(report(20_000, qualifier, width=width_of(qualifier)), np.array([15_000.0]), known, 0.02)
    assert after.mean[0] == 0.1
    assert after.variance[0] < 1e-11


@pytest.mark.parametrize("factor", [1e-4, 0.01, 0.1, 0.3, 3.0, 10.0, 100.0, 1e4])
@pytest.mark.parametrize("qualifier", DENSITIES)
def test_a_truth_however_far_off_leaves_numbers_that_can_be_used(qualifier, factor):
    belief = Gaussian(np.array([0.0]), np.array([0.04]))
    figure = report(20_000, qualifier, sd=0.05, width=width_of(qualifier))
    weight, after = learn(figure, np.array([TRUTH * factor]), belief, 0.02)
    assert np.isfinite(weight).all()
    assert abs(float(after.mean[0])) < 10
    assert 0 < float(after.variance[0]) < 1


def test_a_figure_that_is_surely_stray_teaches_nothing():
    belief = Gaussian(np.array([0.0]), np.array([0.04]))
    _, after = learn(report(20_000, sd=0.05), np.array([20.0]), belief, 0.02)
    assert float(after.mean[0]) == pytest.approx(0.0, abs=1e-6)
    assert float(after.variance[0]) == pytest.approx(0.04, abs=1e-6)


PLACES = (town("town", 100), camp("camp"))


def stated(*grades):
    sources = tuple(Source(source=f"source {grade}", grade=grade) for grade in grades)
    return replace(scenario(PLACES, days=10), sources=sources)


def figure(measure="stock", when=3, count=10_000, **fields):
    fields = {"place": "camp", "source": "source B", **fields}
    return Observation(date=day(when), measure=measure, count=count, **fields)


@pytest.mark.parametrize(
    ("measure", "fields", "days"),
    [
        ("stock", {}, (3, 3)),
        ("stock", {"period_start": day(1)}, (3, 3)),
        ("inside", {}, (3, 3)),
        ("arrivals", {}, (3, 3)),
        ("arrivals", {"period_start": day(1)}, (1, 3)),
        ("deaths", {"period_start": day(-2)}, (-2, 3)),
        ("cumulative_arrivals", {}, (0, 3)),
        ("cumulative_deaths", {"period_start": day(2)}, (2, 3)),
    ],
)
def test_days_counted_follow_from_measure_and_period(measure, fields, days):
    assert days_counted(stated(), figure(measure, **fields)) == days


def test_figures_stand_in_the_order_of_their_days():
    rows = (figure(when=5), figure(when=1), figure(when=9), figure(when=1, count=7))
    found = reporting_of(stated(), rows).reports
    assert [(item.last, item.observation.count) for item in found] == [(1, 10_000), (1, 7), (5, 10_000), (9, 10_000)]


def test_figures_of_days_that_the_calendar_does_not_have_are_left_out():
    rows = (figure("deaths", period_start=day(-1)), figure(when=10), figure(when=-1), figure(when=9))
    assert [item.last for item in reporting_of(stated(), rows).reports] == [9]


def test_figures_about_the_same_thing_share_a_series():
    rows = (
        figure("arrivals"),
        figure("cumulative_arrivals"),
        figure("arrivals", source="other"),
        figure("arrivals", group="everybody"),
        figure("stock"),
        figure("stock", place="camp+town"),
    )
    found = reporting_of(stated(), rows)
    assert [item.series for item in found.reports] == [0, 0, 0, 1, 2, 3]
    assert found.series[3].places == ("camp", "town")
    assert found.series[0].measure is Measure.ARRIVALS


def test_a_source_has_one_bias_for_each_thing_it_counts():
    rows = (
        figure("arrivals"),
        figure("cumulative_arrivals", place="town"),
        figure("stock"),
        figure("arrivals", source="source D"),
    )
    found = reporting_of(stated("B", "D"), [*rows, figure("stock", place="town")])
    assert [item.bias for item in found.reports] == [0, 0, 1, 2, 3]
    assert found.biases == (("source B", "arrivals"), DEFINING, ("source D", "arrivals"), ("source B", "stock"))
    assert found.bias_sd[0] == found.bias_sd[3] > found.bias_sd[1] == 0.0
    assert found.bias_sd[2] > found.bias_sd[0]


def test_a_hedged_figure_and_a_single_early_one_do_not_define_who_is_present():
    hedged = figure(when=1, source="radio", qualifier="at_least")
    weekly = [figure(when=number, source="agency") for number in (3, 5, 7)]
    assert counters_of(stated(), [hedged]) == {}
    assert counters_of(stated(), [hedged, *weekly]) == {"camp": "agency"}
    assert counters_of(stated(), [figure(when=2, source="visitor"), *weekly]) == {"camp": "agency"}
    assert counters_of(stated(), [figure(when=2, source="visitor"), weekly[0]]) == {"camp": "visitor"}


def test_who_is_present_is_whom_the_source_of_the_best_grade_counts():
    rows = (
        figure(when=1, source="source C"),
        figure(when=2, source="source B"),
        figure(when=3, source="source A", group="everybody"),
        figure(when=4, source="nobody knows", place="north_camp"),
        figure(when=5, source="source C", place="north_camp"),
        figure(when=5, source="source C", place="camp+north_camp"),
    )
    places = (*PLACES, camp("north_camp"))
    case = replace(stated("A", "B", "C"), places=places)
    assert counters_of(case, rows) == {"camp": "source B", "north_camp": "nobody knows"}
    found = reporting_of(case, rows)
    has_bias = [found.bias_sd[report.bias] > 0 for report in found.reports]
    assert has_bias == [True, False, True, False, True, True]


def test_the_error_grows_with_the_grade_of_the_source():
    rows = [figure(source=f"source {grade}") for grade in "ABCD"]
    errors = [item.sd for item in reporting_of(stated(*"ABCD"), rows).reports]
    assert errors == sorted(errors)
    assert len(set(errors)) == 4


def test_a_source_without_a_grade_counts_as_an_estimate():
    rows = (figure(source="nobody knows"), figure(source="source C"))
    one, two = reporting_of(stated("C"), rows).reports
    assert one.sd == two.sd


def test_about_adds_an_error_of_its_own():
    found = reporting_of(stated("B"), (figure(), figure(qualifier="about"))).reports
    assert found[1].sd ** 2 - found[0].sd ** 2 == pytest.approx(0.07**2)


def test_small_counts_have_the_error_of_counting():
    found = reporting_of(stated("A"), (figure(count=3), figure(count=1_000_000))).reports
    assert found[0].sd ** 2 - found[1].sd ** 2 == pytest.approx(1 / 4 - 1 / 1_000_001)


def test_households_count_as_people():
    found = reporting_of(stated("A"), (figure(count=100, household_size=5.0), figure(count=500))).reports
    assert found[0].sd == pytest.approx(found[1].sd)
    assert likelihood(found[0], 500.0) == pytest.approx(likelihood(found[1], 500.0))


def test_nearly_and_more_than_lie_closer_to_the_figure_than_at_least_does():
    words = ("more_than", "almost", "at_least", "at_most")
    tails = [item.tail for item in reporting_of(stated(), [figure(qualifier=word) for word in words]).reports]
    assert tails[0] == tails[1] < tails[2] == tails[3]


def test_the_day_itself_is_counted_where_no_period_is_stated():
    row = Observation(date=dt.date(2031, 1, 4), place="camp", measure="arrivals", count=5, source="test")
    assert days_counted(stated(), row) == (3, 3)
