"""Groups that no parameter and no report distinguishes: fitted as one, and split by their shares afterwards.

Where no parameter and no report speaks of a group, people of all groups have the same chances, so that who
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
    from corridor.inference.posterior import Posterior
    from corridor.scenario.observations import Observation
    from corridor.scenario.scenario import Scenario

_BY_GROUP = frozenset({"held_fraction", "death_multiplier"})


def merged(scenario: Scenario, observations: Iterable[Observation]) -> Scenario:
    """Return a scenario of one group if nothing distinguishes its groups, and else the scenario itself."""
    names = {group.group for group in scenario.groups}
    named = {row.group for row in observations} | {row.subject for row in scenario.parameters}
    is_distinguished = bool(names & named) or any(row.name in _BY_GROUP for row in scenario.parameters)
    if is_distinguished or len(names) == 1:
        return scenario
    return replace(scenario, groups=(Group(group="everybody", share=1.0),))


def split_by_group(posterior: Posterior, compiled: Compiled, seed: int) -> Posterior:
    """Return a posterior of one group with the groups of a scenario.

    Parameters
    ----------
    posterior
        Fitted to everybody as one group.
    compiled
        The same scenario with its groups, compiled.
    seed
        Decides who belongs to which.
    """
    share = compiled.program.network.share / compiled.program.network.share.sum()
    chance = stream(seed, "groups")
    state = posterior.end_state
    people = chance.multinomial(state.people, share)
    died = chance.multinomial(posterior.died[..., 0], share)
    young = float(share[under_five_groups(compiled.scenario)].sum())
    past = dict(posterior.past)
    if young > 0:
        past["stock_under_five"] = young * past["stock"]
        past["cumulative_deaths_under_five"] = young * past["cumulative_deaths"]
    return replace(
        posterior,
        compiled=compiled,
        end_state=state._replace(people=people.reshape(*state.people.shape[:2], -1).astype(np.int64)),
        died=died.astype(np.int64),
        past=past,
    )
