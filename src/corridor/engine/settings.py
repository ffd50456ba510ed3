"""The fixed parameters of a scenario, each looked up once: how people choose, travel and become displaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.scenario.parameters import Fixed
from corridor.scenario.routes import route_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.scenario.presets import Preset
    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario


@dataclass(frozen=True)
class RouteSettings:
    """The fixed parameters of one directed route: km/day by its means of travel and on foot, and a chance."""

    speed_km_per_day: float
    foot_km_per_day: float
    walk_probability: float


@dataclass(frozen=True)
class PlaceSettings:
    """The fixed parameters of one place's capacity: people/day, people, and a factor."""

    capacity_growth_per_day: float
    day0_counted_twice: float
    capacity_scaling: float


@dataclass(frozen=True)
class Settings:
    """The fixed parameters of a scenario.

    Attributes
    ----------
    preset
        Whose rules: Corridor's own, or Flee's with its peculiarities.
    awareness_level
        How many places ahead people choose; 0 is that nobody moves.
    starts_on_foot
        Whether people walk their first route.
    minds_stints
        Whether people who have travelled little lately do not stay in a town.
    whole_way
        Whether people choose a camp by the whole way there, instead of a place so many places ahead.
    vehicle_km_per_day
        A day's travel by vehicle where no route states another.
    routes, places
        What holds for each directed route and for each place.
    conflict_decay, conflict_decay_days
        Factors on the intensity of fighting, one for each so many days that it goes on.
    others
        As in the reference of parameters, by the same name.
    """

    preset: Preset
    awareness_level: int
    starts_on_foot: bool
    minds_stints: bool
    whole_way: bool
    vehicle_km_per_day: float
    routes: tuple[RouteSettings, ...]
    places: tuple[PlaceSettings, ...]
    conflict_decay: tuple[float, ...]
    conflict_decay_days: int
    new_camp_days: int
    new_camp_weight: float
    stays_close_to_home: bool
    home_distance_power: float
    population_weight_power: float
    conflict_detour: float
    softening_km: float
    distance_power: float
    camp_size_power: float
    weight_softening: float
    weight_power: float
    camp_weight: float
    conflict_weight: float
    foreign_weight: float
    pruning_threshold: float
    takes_residents: bool
    is_poisson: bool
    displaced_per_conflict_day: float
    displaced_share_per_conflict_day: float
    move_chance_population_power: float
    move_chance_population_base: float


_AS_THEY_ARE = (
    "new_camp_weight",
    "home_distance_power",
    "population_weight_power",
    "conflict_detour",
    "softening_km",
    "distance_power",
    "camp_size_power",
    "weight_softening",
    "weight_power",
    "camp_weight",
    "conflict_weight",
    "foreign_weight",
    "pruning_threshold",
    "displaced_per_conflict_day",
    "displaced_share_per_conflict_day",
    "move_chance_population_power",
    "move_chance_population_base",
)


def settings_of(scenario: Scenario, routes: Sequence[Route]) -> Settings:
    """Return the fixed parameters of a scenario and its directed routes.

    Parameters
    ----------
    scenario
        The scenario.
    routes
        Its routes, each direction for itself.
    """
    steps = sum(p.name == "conflict_decay" and p.subject is not None for p in scenario.parameters)
    values = _Values(scenario)
    return Settings(
        preset=scenario.preset,
        awareness_level=int(fixed_value(scenario, "awareness_level")),
        starts_on_foot=fixed_value(scenario, "start_on_foot") > 0,
        minds_stints=fixed_value(scenario, "avoid_short_stints") > 0,
        whole_way=fixed_value(scenario, "whole_way") > 0,
        vehicle_km_per_day=fixed_value(scenario, "speed_vehicle_km_per_day"),
        routes=tuple(values.of_route(route) for route in routes),
        places=tuple(values.of_place(place.place) for place in scenario.places),
        conflict_decay=tuple(fixed_value(scenario, "conflict_decay", str(i)) for i in range(steps)) or (1.0,),
        conflict_decay_days=max(1, int(fixed_value(scenario, "conflict_decay_days"))),
        new_camp_days=int(fixed_value(scenario, "new_camp_days")),
        stays_close_to_home=fixed_value(scenario, "stay_close_to_home") > 0,
        takes_residents=fixed_value(scenario, "take_from_population") > 0,
        is_poisson=fixed_value(scenario, "displaced_poisson") > 0,
        **{name: fixed_value(scenario, name) for name in _AS_THEY_ARE},
    )


def fixed_value(scenario: Scenario, name: str, subject: str | None = None) -> float:
    """Return a parameter that must be fixed."""
    prior = scenario.parameter(name, subject).prior
    assert isinstance(prior, Fixed), f"{name} must be fixed"
    return prior.value


class _Values:
    """Fixed parameters of places and routes, most of which have the general value: that is looked up once."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._own = {(row.name, row.subject) for row in scenario.parameters if row.subject is not None}
        self._general: dict[str, float] = {}

    def of_route(self, route: Route) -> RouteSettings:
        """Return the settings of a route; a road that goes both ways is stated once."""
        ids = [route.route]
        if route.both_ways:
            ids.append(route_id(route.destination, route.origin, route.via))
        return RouteSettings(
            speed_km_per_day=self._value(f"speed_{route.mode.value}_km_per_day", ids),
            foot_km_per_day=self._value("speed_foot_km_per_day", ids),
            walk_probability=self._value("walk_probability", ids),
        )

    def of_place(self, place: str) -> PlaceSettings:
        """Return the settings of a place."""
        return PlaceSettings(
            capacity_growth_per_day=self._value("capacity_growth_per_day", [place]),
            day0_counted_twice=self._value("day0_counted_twice", [place]),
            capacity_scaling=self._value("capacity_scaling", [place]),
        )

    def _value(self, name: str, subjects: Sequence[str]) -> float:
        for subject in subjects:
            if (name, subject) in self._own:
                return fixed_value(self._scenario, name, subject)
        if name not in self._general:
            self._general[name] = fixed_value(self._scenario, name)
        return self._general[name]
