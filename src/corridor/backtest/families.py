"""Skill over several crises: a mean over families of crises, with a bootstrap over them.

Crises of one family (the same conflict in another period, resolution or source) are no independent evidence. So skills
are averaged within each family first, and families count the same. The interval is from a bootstrap: families are
drawn with replacement, then crises within each. With six families it is wide, and rightly so.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.backtest.scores import INTERVAL, RESAMPLES
from corridor.streams import stream

if TYPE_CHECKING:
    from collections.abc import Iterable


class CrisisSkill(NamedTuple):
    """The skill in one crisis.

    Attributes
    ----------
    crisis, family
        Which.
    skill
        1 - WIS / WIS of a rival.
    targets
        Reports that it rests on.
    """

    crisis: str
    family: str
    skill: float
    targets: int


class FamilySkill(NamedTuple):
    """A mean skill over families of crises.

    Attributes
    ----------
    value, low, high
        The mean, and 5 and 95 % of the bootstrap; None without a family, or with a single one.
    families, crises, targets
        How many it rests on.
    left_out
        Crises with too few targets.
    """

    value: float | None
    low: float | None
    high: float | None
    families: int
    crises: int
    targets: int
    left_out: tuple[str, ...]


def family_skill(rows: Iterable[CrisisSkill], *, least: int, seed: int) -> FamilySkill:
    """Return the mean skill over families of crises.

    Parameters
    ----------
    rows
        The skill in each crisis.
    least
        A crisis with fewer targets is left out.
    seed
        Decides the resamples.

    Examples
    --------
    >>> rows = [CrisisSkill("a", "x", 0.1, 50), CrisisSkill("b", "x", 0.3, 50), CrisisSkill("c", "y", 0.4, 50)]
    >>> round(family_skill(rows, least=20, seed=1).value, 3)
    0.3
    """
    every = list(rows)
    used = [row for row in every if row.targets >= least]
    by_family: dict[str, list[float]] = defaultdict(list)
    for row in used:
        by_family[row.family].append(row.skill)
    families = [np.array(skills) for _, skills in sorted(by_family.items())]
    value = float(np.mean([skills.mean() for skills in families])) if families else None
    low = high = None
    if len(families) > 1:
        draws = stream(seed, "bootstrap over families")
        drawn = draws.integers(len(families), size=(RESAMPLES, len(families)))
        means = np.zeros(drawn.shape)
        for number, skills in enumerate(families):
            of_family = drawn == number
            means[of_family] = skills[draws.integers(skills.size, size=(of_family.sum(), skills.size))].mean(axis=1)
        low, high = (float(end) for end in np.quantile(means.mean(axis=1), INTERVAL))
    left_out = tuple(sorted(row.crisis for row in every if row.targets < least))
    return FamilySkill(value, low, high, len(families), len(used), sum(row.targets for row in used), left_out)
