"""Groups that no parameter and no report distinguishes: fitted as one, and split by their shares afterwards.

Where no parameter and no report speaks of some groups, people of all of them have the same chances, so that who
belongs to which is independent of where they are. Given the people of a cell, those of each group are then
multinomial with the shares of the groups: the law is the same, and the fit runs as many times faster.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.inference.filtered_history import under_five_groups
from corridor.scenario.scenario import Group
from corridor.streams import stream

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Ints
    from corridor.inference.posterior import Posterior
    from corridor.scenario.observations import Observation
    from corridor.scenario.scenario import Scenario

_BY_GROUP, _FEWEST = frozenset({"held_fraction", "death_multiplier"}), 2


def merged(scenario: Scenario, observations: Iterable[Observation]) -> Scenario:
    """Return a scenario in which groups that nothing distinguishes from each other are one; the same if there are none.

    Children under five stand by themselves unless everybody is one group, because they are counted.
    """
    groups = scenario.groups
    if any(row.name in _BY_GROUP and row.subject is None for row in scenario.parameters):
        return scenario
    named = {row.group for row in observations} | {row.subject for row in scenario.parameters}
    several = [group for group in groups if group.group not in named]
    if len(several) < len(groups):
        several = [group for group in several if not group.is_under_five]
    if len(several) < _FEWEST:
        return scenario
    name, share = "_and_".join(group.group for group in several), sum(group.share for group in several)
    return replace(scenario, groups=(*(one for one in groups if one not in several), Group(group=name, share=share)))


def split_by_group(posterior: Posterior, compiled: Compiled, seed: int) -> Posterior:
    """Return a posterior of merged groups with the groups of a scenario.

    Parameters
    ----------
    posterior
        Fitted to a scenario whose last group is several in one.
    compiled
        The same scenario with its groups, compiled.
    seed
        Decides who belongs to which.
    """
    fitted = [group.group for group in posterior.compiled.scenario.groups]
    names = [group.group for group in compiled.scenario.groups]
    single = [(g, fitted.index(name)) for g, name in enumerate(names) if name in fitted]
    several = [g for g, name in enumerate(names) if name not in fitted]
    share, chance = compiled.program.network.share[several], stream(seed, "groups")

    def split(people: Ints) -> Ints:
        parts = np.empty((*people.shape[:-1], len(names)), dtype=np.int64)
        for g, f in single:
            parts[..., g] = people[..., f]
        parts[..., several] = chance.multinomial(people[..., -1], share / share.sum())
        return parts

    state, past = posterior.end_state, dict(posterior.past)
    if not single:
        young = under_five_groups(compiled.scenario)
        portion = float(compiled.program.network.share[young].sum() / share.sum())
        if young:
            past["stock_under_five"] = portion * past["stock"]
            past["cumulative_deaths_under_five"] = portion * past["cumulative_deaths"]
    cohorts = state.people.reshape(*state.people.shape[:2], -1, len(fitted))
    people = split(cohorts).reshape(*state.people.shape[:2], -1)
    return replace(
        posterior,
        compiled=compiled,
        end_state=state._replace(people=people),
        died=split(posterior.died),
        past=past,
    )
