"""The mean over families of crises: a family of many crises weighs no more than one of a single crisis."""

import numpy as np
import pytest

from corridor.backtest.families import CrisisSkill, family_skill


def rows(**families):
    """Return crises of 50 targets with the skills stated by family."""
    return [
        CrisisSkill(f"{family}_{n}", family, skill, 50)
        for family, skills in families.items()
        for n, skill in enumerate(skills)
    ]


def test_families_count_the_same_however_many_crises_they_have():
    many = family_skill(rows(sahel=[0.0] * 9, lake=[0.6]), least=20, seed=1)
    assert many.value == pytest.approx(0.3)
    assert (many.families, many.crises, many.targets) == (2, 10, 500)


def test_crises_of_few_targets_are_left_out_and_named():
    few = [*rows(sahel=[0.2]), CrisisSkill("small", "lake", -3.0, 19)]
    mean = family_skill(few, least=20, seed=1)
    assert (mean.value, mean.left_out) == (pytest.approx(0.2), ("small",))
    assert mean.low is None  # one family has no spread between families


def test_without_a_crisis_there_is_no_mean():
    assert family_skill([], least=20, seed=1).value is None


def test_the_interval_holds_the_mean_and_is_as_wide_as_families_differ():
    skills = np.random.default_rng(3).normal(0.3, 0.2, 8)
    mean = family_skill(rows(**{f"f{n}": [one] for n, one in enumerate(skills)}), least=20, seed=1)
    assert mean.low < mean.value < mean.high
    assert mean.high - mean.low == pytest.approx(2 * 1.645 * skills.std() / 8**0.5, rel=0.2)
    assert mean == family_skill(rows(**{f"f{n}": [one] for n, one in enumerate(skills)}), least=20, seed=1)
