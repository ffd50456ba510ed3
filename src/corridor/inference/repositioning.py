"""Where everybody is today, in the positions of a scenario that has others than the one that was learnt from.

A supposition may add a gate, at which people wait in a queue that there was none of before, or change how far people
travel in a day, and so where they can spend the night.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.program import QUEUE_AGES
from corridor.engine.run.members import cohort_count
from corridor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.network.layout import Layout
    from corridor.engine.program import State

Position = tuple[tuple[object, ...], float]
"""What people do, and at which part of the way they are, 0 where they are on none."""


def repositioned(state: State, learnt: Compiled, supposed: Compiled) -> State:
    """Return where everybody is in the positions of what is supposed; the same where they are those of what was learnt.

    People on the way are at the same part of it, as near as there is a position.

    Raises
    ------
    UsageError
        People are on a way that under what is supposed takes less than a day, so that nobody can be on it.
    """
    cohorts = max(state.people.shape[2], cohort_count(supposed))
    if cohorts == state.people.shape[2] and has_positions_of(learnt.layout, supposed.layout):
        return state
    before, after = slots_by_position(learnt.layout), slots_by_position(supposed.layout)
    people = np.zeros((state.people.shape[0], supposed.layout.network.slot.size, cohorts), dtype=np.int64)
    for position, slot in before.items():
        own = state.people[:, slot]
        if own.any():
            people[:, _nearest(position, after), : own.shape[1]] += own
    return state._replace(people=people)


def _nearest(position: Position, slots: Mapping[Position, int]) -> int:
    """Return the slot of a position, or of the one on the same way that is nearest to it."""
    what, part = position
    if position in slots:
        return slots[position]
    others = [(abs(part - there), slot) for (which, there), slot in slots.items() if which == what]
    if not others:
        message = (
            "What is supposed lets people come so far in a day that nobody spends the night on a way on which some are "
            "today. Change the parameter in scenario.toml, and learn from the reports with it."
        )
        raise UsageError(message)
    return min(others)[1]


def has_positions_of(one: Layout, other: Layout) -> bool:
    """Whether two networks have the same positions, in the same slots."""
    return (
        one.queues == other.queues
        and one.tables.rests == other.tables.rests
        and one.tables.roads == other.tables.roads
        and one.tables.level == other.tables.level
        and one.tables.ground.paces == other.tables.ground.paces
        and one.paths.rows == other.paths.rows
    )


def slots_by_position(layout: Layout) -> dict[Position, int]:
    """Return the slot of each position of the night, by what people do there."""
    at, queue, levels = layout.network.place, layout.network.queue, list(enumerate(layout.tables.level))
    seen: Counter[tuple[int, ...]] = Counter()
    ways: dict[int, tuple[object, ...]] = {-1: ()}
    for o, row in enumerate(layout.paths.rows):
        ways[o] = (row.routes, seen[row.routes])  # parallel routes may make the same path twice
        seen[row.routes] += 1
    slots: dict[Position, int] = {}
    for rest, slot in layout.tables.rests.items():
        slots |= {(("rest", rest.place, ways[rest.path], rest.on_foot, step), 0.0): slot + k for k, step in levels}
    for on, slot in layout.tables.roads.items():
        part = on.offset / layout.tables.ground.pace(on.path, on_foot=on.on_foot).length
        slots |= {(("way", ways[on.path], on.on_foot, on.turned_back, step), part): slot + k for k, step in levels}
    for name, slot in zip(layout.queues, queue.slot.tolist(), strict=True):
        slots |= {(("queue", name, age), 0.0): slot + age for age in range(QUEUE_AGES)}
    for name in ("home", "new"):
        slots |= {((name, p), 0.0): slot for p, slot in enumerate(at[name].tolist()) if slot >= 0}
    assert len(slots) == layout.network.slot.size, "every slot is a position"
    return slots
