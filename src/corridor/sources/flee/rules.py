"""From simsetting.yml to parameters, each with the words that say where its value comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corridor.errors import Where
from corridor.scenario.io.cells import suggestion
from corridor.scenario.parameters import DEFINITIONS, Fixed, Parameter
from corridor.scenario.presets import Preset
from corridor.sources.flee.account import Kind, Ledger
from corridor.sources.flee.files import Instance
from corridor.sources.flee.floods import BY_FLOOD, FLOOD_KEYS, read_flood_shares
from corridor.sources.flee.yaml_values import Value, Values, read_values

FILE = "simsetting.yml"
_MOVE, _SPAWN = "move_rules", "spawn_rules"
_BY_FIGHTING = f"{_SPAWN}.conflict_driven_spawning"
_FLOOD_ZONES = f"{_SPAWN}.flood_zone_spawning_only"
_EMPTY_CAMPS = f"{_SPAWN}.empty_camps_on_day0"

# Key of Flee, parameter of Corridor, default of Flee.
_NUMBERS: tuple[tuple[str, str, float], ...] = (
    (f"{_MOVE}.max_move_speed", "speed_vehicle_km_per_day", 360.0),
    (f"{_MOVE}.max_walk_speed", "speed_foot_km_per_day", 35.0),
    (f"{_MOVE}.default_movechance", "move_chance_town", 0.3),
    (f"{_MOVE}.conflict_movechance", "move_chance_conflict", 1.0),
    (f"{_MOVE}.camp_movechance", "move_chance_camp", 0.001),
    (f"{_MOVE}.camp_weight", "camp_weight", 1.0),
    (f"{_MOVE}.foreign_weight", "foreign_weight", 1.0),
    (f"{_MOVE}.conflict_weight", "conflict_weight", 10**-0.5),
    (f"{_MOVE}.softening", "softening_km", 10.0),
    (f"{_MOVE}.distance_power", "distance_power", 1.0),
    (f"{_MOVE}.weight_softening", "weight_softening", 0.0),
    (f"{_MOVE}.weight_power", "weight_power", 1.0),
    (f"{_MOVE}.capacity_buffer", "capacity_buffer", 0.9),
    (f"{_MOVE}.capacity_scaling", "capacity_scaling", 1.0),
    (f"{_MOVE}.home_distance_power", "home_distance_power", 0.5),
    (f"{_MOVE}.movechance_pop_base", "move_chance_population_base", 10_000.0),
    (f"{_MOVE}.movechance_pop_scale_factor", "move_chance_population_power", 0.0),
    (f"{_MOVE}.pruning_threshold", "pruning_threshold", 1.0),
)
_SWITCHES: tuple[tuple[str, str], ...] = (
    (f"{_MOVE}.start_on_foot", "start_on_foot"),
    (f"{_MOVE}.avoid_short_stints", "avoid_short_stints"),
    (f"{_MOVE}.stay_close_to_home", "stay_close_to_home"),
    (f"{_SPAWN}.take_from_population", "take_from_population"),
)
_FIRST_VERSION = {
    "speed_vehicle_km_per_day": 200.0,
    "camp_weight": 2.0,
    "conflict_weight": 0.25,
    "start_on_foot": 0.0,
    "avoid_short_stints": 0.0,
}
_ELSEWHERE = {
    f"{_MOVE}.awareness_level",
    f"{_MOVE}.idpcamp_movechance",
    f"{_MOVE}.use_v1_rules",
    f"{_MOVE}.use_pop_for_loc_weight",
    f"{_MOVE}.pop_power_for_loc_weight",
    f"{_SPAWN}.insert_day0",
    f"{_SPAWN}.conflict_spawn_decay",
    f"{_SPAWN}.conflict_spawn_decay_interval",
    _BY_FIGHTING,
    f"{_BY_FIGHTING}.spawn_mode",
    f"{_BY_FIGHTING}.displaced_per_conflict_day",
    *FLOOD_KEYS,
    "optimisations.hasten",
    _MOVE,
    _SPAWN,
    "optimisations",
    "log_levels",
}
_WITHOUT_EFFECT = {
    f"{_SPAWN}.camps_are_sinks": "Flee never reads it",
    f"{_SPAWN}.average_social_connectivity": "it moves nobody",
    f"{_MOVE}.two_system_decision_making": "in Flee it can never come into force",
    f"{_MOVE}.max_crossing_speed": "only Flee's micro model uses it",
    f"{_MOVE}.avg_religion_fraction": "it matters only together with rules that are left out",
    "number_of_steps": "the length of the period decides",
    "conflict_input_file": "conflicts.csv is read",
    "flood_level_input_file": "flood_level.csv is read",
    f"{_MOVE}.max_flood_level": "the levels of flood_level.csv decide",
    f"{_MOVE}.flood_movechances": "who is flooded moves on as who is fought over",
    f"{_MOVE}.flood_loc_weights": "what is flooded is avoided as what is fought over",
    "default_conflict_intensity": "only location_changes.csv uses it",
}
_UNSUPPORTED = {
    f"{_SPAWN}.read_from_agents_csv_file": "people read one by one from agents.csv",
    f"{_SPAWN}.starvation_driven_spawning": "displacement by hunger",
    _FLOOD_ZONES: "displacement by floods alone, without saying by how much (flood_driven_spawning)",
    _EMPTY_CAMPS: "camps that are empty on day 0, with the counts of that day taken off all others",
    f"{_SPAWN}.camps_are_sicks": "camps that nobody leaves, by the name under which Flee reads it",
    f"{_MOVE}.fixed_routes": "routes that are worked out beforehand",
    f"{_MOVE}.use_economic_pull": "economic pull",
    f"{_MOVE}.harvest_months": "harvests",
    f"{_MOVE}.flee_when_starving": "flight from hunger",
    f"{_MOVE}.avoid_food_deprived_locations": "weights by food",
    f"{_MOVE}.WomenAvoidHazards": "choices by gender",
    f"{_MOVE}.ChildrenAvoidHazards": "choices by age",
    f"{_MOVE}.ElderlyAvoidHazards": "choices by age",
    f"{_MOVE}.BoysTakeRisk": "choices by age and gender",
    f"{_MOVE}.MatchCampReligion": "choices by religion",
    f"{_MOVE}.MatchCampEthnicity": "choices by ethnicity",
    f"{_MOVE}.MatchTownEthnicity": "choices by ethnicity",
    f"{_MOVE}.MatchConflictEthnicity": "choices by ethnicity",
    f"{_MOVE}.flood_rules": "floods",
}
_NOT_IN_3_1 = {f"{_MOVE}.capacity_scaling", f"{_MOVE}.pruning_threshold", f"{_MOVE}.fixed_routes"} | {
    f"{_SPAWN}.conflict_spawn_decay_interval",
    _EMPTY_CAMPS,
}


@dataclass(frozen=True)
class Rules:
    """What simsetting.yml says: parameters, and what else the other files need to know."""

    parameters: tuple[Parameter, ...]
    inserts_day0: bool
    move_chance_idp_camp: float
    source: str
    """The words that say where a value comes from."""
    flood_shares: tuple[float, ...] = ()
    """What each level of a flood displaces, from level 0 on; none if floods displace nobody."""


def stated(key: str, value: float, source: str) -> Parameter:
    """Return a parameter with a fixed value and a source."""
    name, _, subject = key.partition(".")
    known = DEFINITIONS[name].parameter(subject or None)
    return known.model_copy(update={"prior": Fixed(value=value), "source": source})


def read_rules(instance: Instance, preset: Preset) -> Rules:
    """Return the rules of an instance: as its settings state them, else as Flee has them by default.

    Parameters
    ----------
    instance
        Where simsetting.yml lies, if there is one.
    preset
        Whose rules will hold; under Corridor's own, only what the file states is taken over.
    """
    text = instance.text(FILE)
    ledger = instance.ledger
    if text is None:
        ledger.note(Kind.REPAIRED, f"there is no {FILE}; Flee's defaults hold.")
    if instance.has("simsetting.csv"):
        ledger.note(Kind.REPAIRED, "simsetting.csv is of an old version of Flee and is not read.")
    values = read_values(text, FILE, ledger) if text is not None else Values({}, ledger)
    of_version = _of_version(values, preset, ledger)
    _account_of_the_rest(of_version, ledger, preset)
    return _Translation(instance, of_version, preset).rules()


def _of_version(values: Values, preset: Preset, ledger: Ledger) -> Values:
    """Return the values without those that Flee 3.1 does not read, if that is the preset."""
    if preset is not Preset.FLEE_3_1:
        return values
    for key in sorted(_NOT_IN_3_1 & set(values.stated)):
        ledger.note(Kind.REPAIRED, f"{key} is left out: Flee 3.1 does not know it.", values.at(key))
    return Values({key: value for key, value in values.stated.items() if key not in _NOT_IN_3_1}, ledger)


def _account_of_the_rest(values: Values, ledger: Ledger, preset: Preset) -> None:
    """Say what becomes of the keys that are no parameters."""
    translated = {row[0] for row in _NUMBERS} | {row[0] for row in _SWITCHES} | _ELSEWHERE
    known = [*translated, *_WITHOUT_EFFECT, *_UNSUPPORTED, *_SPAWNING]
    for key, value in values.stated.items():
        near = _UNSUPPORTED_FOLDED.get(_folded(key))
        if near == _FLOOD_ZONES and BY_FLOOD in values.stated:
            continue
        if near == _EMPTY_CAMPS and not preset.is_flee:
            ledger.note(Kind.REPAIRED, f"{key} has no effect under Corridor's own rules.", value.where)
        elif near and value.is_on:
            ledger.unsupported(f"{key} is on, and Corridor has no {_UNSUPPORTED[near]}.", value.where)
        elif key in _WITHOUT_EFFECT:
            ledger.note(Kind.REPAIRED, f"{key} has no effect: {_WITHOUT_EFFECT[key]}.", value.where)
        elif not near and key not in known and not _is_below(key, ("log_levels", *_UNSUPPORTED)):
            text = f"{key} is not a setting of Flee, which passes over it."
            ledger.note(Kind.REPAIRED, f"{text}{suggestion(key, known)}", value.where)
    _account_of_spawning(values, ledger, preset)


_SPAWNING = (f"{_SPAWN}.sum_from_camps", f"{_SPAWN}.conflict_zone_spawning_only")


def _account_of_spawning(values: Values, ledger: Ledger, preset: Preset) -> None:
    sums = preset is not Preset.FLEE_3_1
    if values.switch(_SPAWNING[0], default=sums) is not sums:
        which = "the sum over camps" if sums else "the series of the total"
        text = f"sum_from_camps differs from the preset, under which people set out as {which} grows."
        ledger.unsupported(text, values.at(_SPAWNING[0]))
    if not values.switch(_SPAWNING[1], default=True) and BY_FLOOD not in values.stated:
        text = "conflict_zone_spawning_only is off, and Corridor displaces people only where there is fighting."
        ledger.unsupported(text, values.at(_SPAWNING[1]))


def _folded(key: str) -> str:
    return key.replace("_", "").casefold()


_UNSUPPORTED_FOLDED = {_folded(key): key for key in _UNSUPPORTED}


def _is_below(key: str, tables: Iterable[str]) -> bool:
    return any(key.startswith(f"{table}.") for table in tables)


class _Translation:
    """Turns values into parameters."""

    def __init__(self, instance: Instance, values: Values, preset: Preset) -> None:
        self.values = values
        self.ledger = instance.ledger
        self.preset = preset
        self.source = f"{FILE} of {instance.name}"
        self.translated: dict[str, Parameter] = {}

    def rules(self) -> Rules:
        """Return everything that the settings say."""
        for key, name, default in _NUMBERS:
            self._put(name, self._bounded(name, self.values.number(key, default), key), key)
        for key, name in _SWITCHES:
            self._put(name, float(self.values.switch(key, default=False)), key)
        self._awareness()
        self._population_weight()
        self._by_fighting()
        flood_shares = self._by_flood()
        self._decay()
        self._first_version()
        self._hasten()
        if self.preset.is_flee:
            self.translated["move_chance_transit"] = stated(
                "move_chance_transit", 1.0, "a rule of Flee: nobody stays in a hub"
            )
        idp = self.values.number(f"{_MOVE}.idpcamp_movechance", 0.1)
        return Rules(
            parameters=tuple(self.translated.values()),
            inserts_day0=self.values.switch(f"{_SPAWN}.insert_day0", default=True),
            move_chance_idp_camp=self._bounded("move_chance_camp", idp, f"{_MOVE}.idpcamp_movechance"),
            source=self.source,
            flood_shares=flood_shares,
        )

    def _put(self, name: str, value: float, key: str) -> None:
        is_stated = key in self.values.stated
        if is_stated or self.preset.is_flee:
            words = self.source if is_stated else f"Flee's default; {self.source} says nothing else"
            self.translated[name] = stated(name, value, words)
        if is_stated:
            self.ledger.note(Kind.TRANSLATED, f"{key} {value:g} becomes {name}.", self.values.at(key))

    def _bounded(self, name: str, value: float, key: str) -> float:
        """Return a value within the bounds of its parameter; beyond them it is a problem."""
        known = DEFINITIONS[name]
        if known.low <= value <= known.high:
            return value
        if name == "capacity_buffer" and value == 1:
            self.ledger.note(
                Kind.REPAIRED, f"{key} 1 becomes {known.high:g}, which is next to it.", self.values.at(key)
            )
            return known.high
        what = f"{key} {value:g} is not possible as {name}."
        fix = f"Use a number from {known.low:,.10g} to {known.high:,.10g}: {known.meaning}."
        self.ledger.problem("I004", what, fix, self.values.at(key) or Where(FILE))
        return known.low

    def _awareness(self) -> None:
        key = f"{_MOVE}.awareness_level"
        level = self.values.whole(key, 1)
        if level == -1:
            self.ledger.note(Kind.REPAIRED, f"{key} -1 becomes 1, as in Flee.", self.values.at(key))
            level = 1
        self._put("awareness_level", self._bounded("awareness_level", level, key), key)

    def _population_weight(self) -> None:
        key, power = f"{_MOVE}.use_pop_for_loc_weight", f"{_MOVE}.pop_power_for_loc_weight"
        value = self.values.number(power, 0.1) if self.values.switch(key, default=False) else 0.0
        self._put("population_weight_power", self._bounded("population_weight_power", value, power), key)

    def _by_fighting(self) -> None:
        key = _BY_FIGHTING
        if key not in self.values.stated:
            return
        mode_value = self.values.stated.get(f"{key}.spawn_mode", Value("constant", Where(FILE)))
        mode = str(mode_value.value)
        names = {
            "constant": "displaced_per_conflict_day",
            "poisson": "displaced_per_conflict_day",
            "pop_ratio": "displaced_share_per_conflict_day",
        }
        if mode not in names:
            fix = "Use constant, pop_ratio or poisson."
            self.ledger.problem("I003", f"spawn_mode is {mode!r}.", fix, mode_value.where)
            return
        number = f"{key}.displaced_per_conflict_day"
        value = self.values.number(number, 0.01 if mode == "pop_ratio" else 500.0)
        self._put(names[mode], self._bounded(names[mode], value, number), key)
        self._put("displaced_poisson", float(mode == "poisson"), f"{key}.spawn_mode")

    def _by_flood(self) -> tuple[float, ...]:
        """Return what each level of a flood displaces; the largest is the rate of a day at full intensity."""
        shares, mode = read_flood_shares(self.values, self.ledger)
        if shares:
            name = "displaced_share_per_conflict_day" if mode == "pop_ratio" else "displaced_per_conflict_day"
            self._put(name, self._bounded(name, max(shares), BY_FLOOD), BY_FLOOD)
            self._put("displaced_poisson", float(mode == "poisson"), BY_FLOOD)
        return shares

    def _decay(self) -> None:
        key, days = f"{_SPAWN}.conflict_spawn_decay", f"{_SPAWN}.conflict_spawn_decay_interval"
        decay = self.values.stated.get(key)
        if decay is None or decay.value is None:
            return
        steps = decay.value if isinstance(decay.value, list) else None
        if not steps or not all(isinstance(step, int | float) and not isinstance(step, bool) for step in steps):
            fix = "Write numbers in brackets, as [1.0, 0.5, 0.1], or leave the key out."
            self.ledger.problem("I008", "conflict_spawn_decay is not a list of numbers.", fix, decay.where)
            return
        for i, step in enumerate(steps):
            factor = self._bounded("conflict_decay", float(step), key)
            self.translated[f"conflict_decay.{i}"] = stated(f"conflict_decay.{i}", factor, self.source)
        words = ", ".join(f"{step:g}" for step in steps)
        self.ledger.note(Kind.TRANSLATED, f"{key} {words} becomes conflict_decay, step by step.", decay.where)
        length = float(self.values.whole(days, 30))
        self._put("conflict_decay_days", self._bounded("conflict_decay_days", length, days), days)

    def _first_version(self) -> None:
        key = f"{_MOVE}.use_v1_rules"
        if self.values.switch(key, default=False):
            for name, value in _FIRST_VERSION.items():
                self.translated[name] = stated(name, value, f"use_v1_rules in {self.source}")
            words = ", ".join(f"{name} {value:g}" for name, value in _FIRST_VERSION.items())
            self.ledger.note(Kind.TRANSLATED, f"{key} becomes {words}.", self.values.at(key))

    def _hasten(self) -> None:
        hasten = self.values.whole("optimisations.hasten", 1)
        if hasten != 1:
            text = (
                f"hasten {hasten} is not applied: Corridor moves everybody, so the counts stay {hasten} times Flee's."
            )
            self.ledger.note(Kind.REPAIRED, text, self.values.at("optimisations.hasten"))


def parameter_values(parameters: Iterable[Parameter]) -> Mapping[str, float]:
    """Return fixed parameters as numbers, by their keys."""
    return {row.key: row.prior.value for row in parameters if isinstance(row.prior, Fixed)}
