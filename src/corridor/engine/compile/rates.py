"""Parameters to rates: standard normal draws become values, values become arrays for the steps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from corridor.engine.compile.route_weights import residents
from corridor.engine.program import MEMBER, MEMBER_GROUP, MEMBER_PLACE, Rates, filled_table
from corridor.scenario.parameters import DEFINITIONS, Beta, Fixed, Learnt, LogNormal, Normal, Parameter, Uniform

if TYPE_CHECKING:
    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Floats
    from corridor.scenario.scenario import Scenario

SINGLE = frozenset(
    {
        "population",
        "corridor_capacity_per_day",
        "screening_rate_per_day",
        "reception_rate_per_day",
        "seats_per_day",
    }
)
"""Parameters that each place or route has for itself even if one prior is stated for all."""

_FACTOR_90 = float(special.ndtri(0.95))


@dataclass(frozen=True)
class Uncertain:
    """The parameters that are not fixed, in the order of the columns of a draw."""

    parameters: tuple[Parameter, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the ids of the parameters."""
        return tuple(parameter.key for parameter in self.parameters)


def prior_values(parameter: Parameter, z: Floats) -> Floats:
    """Return the values of a parameter for standard normal numbers.

    The value is the prior's quantile at the normal's probability, so that a normal number stands
    for every parameter, whatever its prior; it is kept within the bounds of the definition.

    Parameters
    ----------
    parameter
        The parameter.
    z
        Standard normal numbers, any shape.
    """
    prior = parameter.prior
    match prior:
        case Fixed():
            values = np.full_like(z, prior.value)
        case LogNormal():
            values = prior.median * np.exp(math.log(prior.within_factor) / _FACTOR_90 * z)
        case Normal():
            values = prior.mean + prior.sd * z
        case Beta():
            size = prior.mean * (1 - prior.mean) / prior.sd**2 - 1
            values = special.betaincinv(prior.mean * size, (1 - prior.mean) * size, special.ndtr(z))
        case Uniform():
            values = prior.low + (prior.high - prior.low) * special.ndtr(z)
        case Learnt():
            message = f"{parameter.key} multiplies what is learnt, and no scenario states what that is."
            raise TypeError(message)
    definition = DEFINITIONS[parameter.name]
    return np.clip(parameter.factor * values, definition.low, definition.high)


def uncertain_parameters(compiled: Compiled) -> Uncertain:
    """Return the parameters of a scenario that are uncertain and matter to it."""
    parameters: dict[str, Parameter] = {}
    for name, subject in _uses(compiled):
        parameter = own_parameter(compiled.scenario, name, subject)
        if not isinstance(parameter.prior, Fixed):
            parameters[parameter.key] = parameter
    return Uncertain(tuple(parameters.values()))


def own_parameter(scenario: Scenario, name: str, subject: str | None) -> Parameter:
    """Return the parameter for a subject; some have no meaning but for a single subject."""
    parameter = scenario.parameter(name, subject)
    if name in SINGLE and parameter.subject is None and subject is not None:
        return parameter.model_copy(update={"subject": subject})
    return parameter


def _uses(compiled: Compiled) -> list[tuple[str, str | None]]:
    """Return every parameter that the scenario's arrays need, with its subject."""
    scenario, network, calendar = compiled.scenario, compiled.layout.network, compiled.program.calendar
    uses: list[tuple[str, str | None]] = []
    stated = _stated(scenario)
    for p, place in enumerate(scenario.places):
        is_stated = f"population.{place.place}" in stated
        if place.population is None and (is_stated or place.kind.value == "town"):
            uses.append(("population", place.place))
        if calendar.place.besieged[:, p].any():
            uses += [(name, place.place) for name in ("leak_rate_per_day", "corridor_uptake_per_day")]
        if np.isnan(calendar.place.corridor[:, p]).any():
            uses.append(("corridor_capacity_per_day", place.place))
        if (calendar.place.conflict[:, p] > 0).any() and network.place.home[p] >= 0:
            uses.append(("onset_rate_per_day", place.place))
        if place.kind.is_final:
            uses += [(name, place.place) for name in ("departure_rate_per_day", "return_rate_per_day")]
        uses += [(name, place.place) for name in ("attractiveness", _move_name(compiled, p), "move_chance_conflict")]
        uses += [(name, place.place) for name in ("push_sd", "push_day_sd")]
    uses += [(gate_parameter(compiled, q), compiled.layout.queues[q]) for q in _unknown_gates(compiled)]
    uses += [(name, group.group) for group in scenario.groups for name in ("held_fraction", "death_multiplier")]
    uses += [(name, None) for name in _GENERAL]
    return uses


_GENERAL = (
    "gate_day_sd",
    "capacity_buffer",
    "choice_concentration",
    "overflow_chance_per_day",
    "push_days",
    "pull_sd",
    "pull_days",
    "death_rate_inside_per_day",
    "death_rate_en_route_per_day",
    "death_rate_waiting_per_day",
    "death_rate_new_per_day",
    "death_rate_settled_per_day",
    "new_days",
    "deprivation_multiplier",
    "deprivation_days",
)
_HAZARDS = ("inside", "en_route", "waiting", "new", "settled")


def _stated(scenario: Scenario) -> set[str]:
    return {parameter.key for parameter in scenario.parameters}


def _unknown_gates(compiled: Compiled) -> list[int]:
    return [int(q) for q in np.flatnonzero(np.isnan(compiled.program.calendar.gate).any(0))]


def gate_parameter(compiled: Compiled, q: int) -> str:
    """Return the name of the parameter that gives a queue's rate where no event does."""
    network = compiled.layout.network
    if network.queue.path[q] >= 0:
        return "seats_per_day"
    is_screening = network.place.is_screening[network.queue.place[q]]
    return "screening_rate_per_day" if is_screening else "reception_rate_per_day"


def _move_name(compiled: Compiled, p: int) -> str:
    network = compiled.layout.network
    if network.place.is_camp[p]:
        return "move_chance_camp"
    return "move_chance_town" if network.place.is_town[p] else "move_chance_transit"


class Values:
    """The values of parameters by name and subject, for all members at once."""

    def __init__(self, scenario: Scenario, uncertain: Uncertain, z: Floats) -> None:
        self.scenario = scenario
        self.count = z.shape[0]
        self.drawn = {
            parameter.key: prior_values(parameter, z[:, j]) for j, parameter in enumerate(uncertain.parameters)
        }
        self.own = self.drawn.keys() | _stated(scenario)

    def one(self, name: str, subject: str | None = None) -> Floats:
        """Return the values of one parameter, shape (m,)."""
        parameter = own_parameter(self.scenario, name, subject)
        if parameter.key in self.drawn:
            return self.drawn[parameter.key]
        median = prior_values(parameter, np.zeros(1))[0]
        return np.full(self.count, median)

    def many(self, name: str, subjects: list[str]) -> Floats:
        """Return the values of one parameter for several subjects, shape (m, subjects)."""
        return self.each([name] * len(subjects), subjects)

    def each(self, names: list[str], subjects: list[str]) -> Floats:
        """Return the values of a parameter of each of several subjects, shape (m, subjects); most share the general."""
        general = {name: self.one(name) for name in dict.fromkeys(names)}
        columns = [
            self.one(name, subject) if f"{name}.{subject}" in self.own else general[name]
            for name, subject in zip(names, subjects, strict=True)
        ]
        return _columns(columns, self.count)


def rates_of(compiled: Compiled, uncertain: Uncertain, z: Floats) -> Rates:
    """Return the rates of each member.

    Parameters
    ----------
    compiled
        The compiled scenario.
    uncertain
        What the columns of z stand for.
    z
        Shape (member, parameter), standard normal.
    """
    scenario = compiled.scenario
    values = Values(scenario, uncertain, z)
    places = [place.place for place in scenario.places]
    groups = [group.group for group in scenario.groups]
    moves = values.each([_move_name(compiled, p) for p in range(len(places))], places)
    crowd = _crowd(compiled)
    queues = list(compiled.layout.queues)
    gates = values.each([gate_parameter(compiled, q) for q in range(len(queues))], queues)
    leaving = values.many("departure_rate_per_day", places) + values.many("return_rate_per_day", places)
    hazards = [np.zeros(values.count), *(values.one(f"death_rate_{name}_per_day") for name in _HAZARDS)]
    by_place = {
        "leak": values.many("leak_rate_per_day", places),
        "uptake": values.many("corridor_uptake_per_day", places),
        "corridor": values.many("corridor_capacity_per_day", places),
        "onset": values.many("onset_rate_per_day", places),
        "attract": values.many("attractiveness", places),
        "move": moves * crowd,
        "move_conflict": values.many("move_chance_conflict", places) * crowd,
        "move_town": values.many("move_chance_town", places) * crowd,
        "push_sd": values.many("push_sd", places),
        "push_day_sd": values.many("push_day_sd", places),
        "depart": -np.expm1(-leaving),
        "initial": _initial(compiled, values),
    }
    by_group = {"held": values.many("held_fraction", groups), "frailty": values.many("death_multiplier", groups)}
    return Rates(
        place=filled_table(MEMBER_PLACE, by_place),
        gate=gates,
        member=filled_table(MEMBER, _of_member(values)),
        hazard=_columns(hazards, values.count),
        group=filled_table(MEMBER_GROUP, by_group),
    )


def _crowd(compiled: Compiled) -> Floats:
    """Return the factor on the chance of moving on from each place: ``(people / base) ** power``.

    People are the residents, or the capacity where that is more. Where fewer people make the chance
    larger, a place without any counts as one of a single person.
    """
    scenario, settings = compiled.scenario, compiled.settings
    power, base = settings.move_chance_population_power, settings.move_chance_population_base
    least = 1.0 if power < 0 else 0.0
    held = [0.0 if place.kind.is_final else residents(scenario, place) for place in scenario.places]
    people = [max(least, n, float(place.capacity or 0)) for n, place in zip(held, scenario.places, strict=True)]
    return np.array([(n / base) ** power if power else 1.0 for n in people])


def _of_member(values: Values) -> dict[str, Floats]:
    return {
        "gate_sd": values.one("gate_day_sd"),
        "buffer": values.one("capacity_buffer"),
        "concentration": values.one("choice_concentration"),
        "overflow": values.one("overflow_chance_per_day"),
        "push_keep": np.exp(-1.0 / values.one("push_days")),
        "pull_sd": values.one("pull_sd"),
        "pull_keep": np.exp(-1.0 / values.one("pull_days")),
        "deprivation": values.one("deprivation_multiplier"),
        "recover": -np.expm1(-1.0 / values.one("deprivation_days")),
        "settle": -np.expm1(-1.0 / values.one("new_days")),
    }


def _columns(columns: list[Floats], count: int) -> Floats:
    return np.ascontiguousarray(np.array(columns).reshape(len(columns), count).T)


def _initial(compiled: Compiled, values: Values) -> Floats:
    scenario = compiled.scenario
    used = {parameter for parameter in _uses(compiled) if parameter[0] == "population"}
    columns = []
    for place in scenario.places:
        if ("population", place.place) in used:
            columns.append(values.one("population", place.place))
        else:
            columns.append(np.full(values.count, float(place.population or 0)))
    return _columns(columns, values.count)
