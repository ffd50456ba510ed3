"""A search that stays near the prior medians, and never looks at what it is scored by."""

import numpy as np
import pytest

from verification.searching import STRENGTHS, Around, Chosen, Scored, points_around, squared_distance

PRIOR = {
    "power": Around(2.0, 1.5, 0.1, 6.0),
    "buffer": Around(0.9, 0.2, 0.2, 0.98, is_linear=True),
    "detour": Around(2.0, 2.0, 1.0, 5.0, among=(1.0, 2.0, 5.0)),
}


def test_the_first_point_is_what_is_believed_beforehand_and_lies_at_no_distance():
    first = points_around(PRIOR, 5, seed=3)[0]
    assert first == {"power": 2.0, "buffer": 0.9, "detour": 2.0}
    assert squared_distance(PRIOR, first) == 0


def test_points_are_the_same_for_the_same_seed_and_stay_within_bounds():
    points = points_around(PRIOR, 64, seed=3)
    assert points == points_around(PRIOR, 64, seed=3) != points_around(PRIOR, 64, seed=4)
    assert len(points) == 65
    assert all(around.low <= point[name] <= around.high for point in points for name, around in PRIOR.items())
    assert {point["detour"] for point in points} == {1.0, 2.0, 5.0}
    assert max(point["buffer"] for point in points) == 0.98


def test_a_latin_hypercube_has_its_median_at_the_middle_and_two_thirds_within_one_spread():
    power = np.array([point["power"] for point in points_around(PRIOR, 200, seed=1)[1:]])
    assert (power < 2).sum() == 100
    assert ((power > 2 / 1.5) & (power < 2 * 1.5)).mean() == pytest.approx(0.683, abs=0.01)


def test_distance_is_counted_in_spreads_and_added_up():
    assert squared_distance(PRIOR, {"power": 2 * 1.5**2, "buffer": 0.5, "detour": 1.0}) == pytest.approx(4 + 4 + 1)


def table(**scores):
    return Scored(np.array([0.0, 1.0, 4.0]), {name: np.array(values) for name, values in scores.items()})


def test_the_penalty_decides_between_near_and_far():
    found = table(a=[0.50, 0.49, 0.40], b=[0.50, 0.49, 0.40])
    assert [found.best(["a", "b"], strength) for strength in (0.0, 0.02, 0.03)] == [2, 2, 0]


def test_what_holds_in_every_instance_is_believed_without_penalty_and_what_does_not_is_not():
    same = table(a=[0.5, 0.4, 0.1], b=[0.5, 0.4, 0.1], c=[0.5, 0.4, 0.1])
    assert same.calibrated(["a", "b", "c"]).point == 2
    # Each instance alone would have another point: what two of them like is bad for the third.
    torn = table(a=[0.5, 0.1, 0.9], b=[0.5, 0.9, 0.1], c=[0.5, 0.6, 0.6])
    assert torn.calibrated(["a", "b", "c"]) == Chosen(0, STRENGTHS[-1])


def test_what_helps_by_less_than_it_varies_is_not_believed():
    unsure = table(a=[0.50, 0.51, 0.45], b=[0.50, 0.51, 0.51], c=[0.50, 0.51, 0.50])
    assert unsure.calibrated(["a", "b", "c"]).point == 0
    sure = table(a=[0.50, 0.51, 0.45], b=[0.50, 0.51, 0.44], c=[0.50, 0.51, 0.46])
    assert sure.calibrated(["a", "b", "c"]).point == 2


def test_among_equal_penalties_the_strongest_counts():
    flat = table(a=[0.5, 0.6, 0.6], b=[0.5, 0.6, 0.6])
    assert flat.calibrated(["a", "b"]) == Chosen(0, max(STRENGTHS))


def test_the_instance_that_is_scored_has_no_part_in_the_choice():
    rng = np.random.default_rng(8)
    distance = rng.uniform(0, 5, 40)
    scores = {name: rng.uniform(0, 1, 40) for name in "abc"}
    one = Scored(distance, scores | {"left out": rng.uniform(0, 1, 40)})
    other = Scored(distance, scores | {"left out": rng.uniform(0, 9, 40)})
    assert one.calibrated("abc") == other.calibrated("abc") == Scored(distance, scores).calibrated("abc")
