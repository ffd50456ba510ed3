"""Scenario to Program: names become indices, dates become days, events become arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corridor.engine.compile.calendar import Sources, calendar_of
from corridor.engine.compile.conflict_decay import decay_of
from corridor.engine.compile.new_camps import new_camps_of
from corridor.engine.compile.route_weights import weighing_of
from corridor.engine.network.active_events import ActiveEvents
from corridor.engine.network.layout import Layout, lay_out, rule_flags_of
from corridor.engine.program import Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.settings import Settings
    from corridor.scenario.scenario import Scenario


@dataclass(frozen=True)
class Compiled:
    """A program, with the scenario, its fixed parameters and the layout that its indices mean."""

    scenario: Scenario
    settings: Settings
    layout: Layout
    program: Program


def compile_scenario(scenario: Scenario, prescribed: Sequence[int] | None = None) -> Compiled:
    """Return the arrays of a scenario.

    Parameters
    ----------
    scenario
        The events and rules, known or supposed.
    prescribed
        How many people set out on each day, where that is known; None leaves it to the fighting.
    """
    active_events = ActiveEvents(scenario)
    return _compiled(active_events, lay_out(active_events, is_prescribed=prescribed is not None), prescribed)


def reweighed(compiled: Compiled, scenario: Scenario) -> Compiled:
    """Return a scenario compiled on the network of one that differs from it in nothing but the weights of paths.

    That is: in distance, size, novelty, fighting, chances to move on, capacity buffers and the like; not
    in places, routes and events, nor in what people look ahead to, nor in how fast they travel.
    """
    active_events = ActiveEvents(scenario)
    is_prescribed = bool(compiled.layout.network.rule_flags.is_prescribed[0])
    flags = rule_flags_of(active_events.settings, is_prescribed=is_prescribed)
    layout = replace(compiled.layout, network=compiled.layout.network._replace(rule_flags=flags))
    return _compiled(active_events, layout, compiled.program.calendar.prescribed.tolist() if is_prescribed else None)


def _compiled(active_events: ActiveEvents, layout: Layout, prescribed: Sequence[int] | None) -> Compiled:
    sources = Sources(
        active_events=active_events,
        layout=layout,
        weighing=weighing_of(active_events, layout),
        decay=decay_of(active_events.settings),
        new_camps=new_camps_of(active_events),
    )
    program = Program(layout.network, calendar_of(sources, prescribed))
    return Compiled(active_events.scenario, active_events.settings, layout, program)
