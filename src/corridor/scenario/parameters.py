"""Every constant of the model, with its unit, its prior and where that came from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from corridor.scenario.presets import Preset


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fixed(_Row):
    """A value that is taken as known."""

    prior: Literal["fixed"] = "fixed"
    value: float

    @property
    def central(self) -> float:
        """Return the value."""
        return self.value


class LogNormal(_Row):
    """A positive value, known within a factor: 90 % lies between median/f and median x f."""

    prior: Literal["lognormal"] = "lognormal"
    median: float = Field(gt=0)
    within_factor: float = Field(gt=1, le=1e6)

    @property
    def central(self) -> float:
        """Return the median."""
        return self.median


class Normal(_Row):
    """A value known with a symmetric error."""

    prior: Literal["normal"] = "normal"
    mean: float
    sd: float = Field(gt=0)

    @property
    def central(self) -> float:
        """Return the mean."""
        return self.mean


class Uniform(_Row):
    """Any value between two ends, none more likely than another."""

    prior: Literal["uniform"] = "uniform"
    low: float
    high: float

    @property
    def central(self) -> float:
        """Return the middle."""
        return (self.low + self.high) / 2


class Beta(_Row):
    """A fraction between 0 and 1 with a mean and a standard deviation."""

    prior: Literal["beta"] = "beta"
    mean: float = Field(gt=0, lt=1)
    sd: float = Field(gt=0, lt=0.5)

    @property
    def central(self) -> float:
        """Return the mean."""
        return self.mean


class Learnt(_Row):
    """In an alternative: the value as the scenario states it and as it is learnt, times a factor."""

    prior: Literal["learnt"] = "learnt"
    factor: float = Field(gt=0, le=1e6)

    @property
    def central(self) -> float:
        """Return the factor."""
        return self.factor


Prior = Annotated[Fixed | LogNormal | Normal | Uniform | Beta | Learnt, Field(discriminator="prior")]


class Parameter(_Row):
    """A constant of the model, for everything or for one place, route or group."""

    name: str
    subject: str | None = None
    prior: Prior
    unit: str
    meaning: str
    source: str
    factor: float = 1.0
    """What a supposition multiplies the value by, whether drawn from the prior or learnt."""

    def multiplied(self, factor: float, subject: str | None, source: str) -> Parameter:
        """Return the parameter for a subject with its value times a factor, be it fixed, drawn or learnt."""
        row = self.model_copy(update={"subject": subject, "source": source})
        if isinstance(row.prior, Fixed):
            return row.model_copy(update={"prior": Fixed(value=row.prior.value * factor)})
        return row.model_copy(update={"factor": row.factor * factor})

    @property
    def key(self) -> str:
        """Return the id used in scenario.toml: name, or name.subject."""
        return self.name if self.subject is None else f"{self.name}.{self.subject}"


class Definition(_Row):
    """What a parameter means, what it may be about, and its default."""

    name: str
    unit: str
    meaning: str
    default: Prior
    source: str
    flee_default: Fixed | None = None
    per: Literal["place", "route", "group", "step"] | None = None
    low: float = 0.0
    high: float = 1e9
    must_be_fixed: bool = False
    is_whole: bool = False

    def default_of(self, preset: Preset) -> Prior:
        """Return what holds under a preset where a scenario states nothing."""
        return self.flee_default if preset.is_flee and self.flee_default is not None else self.default

    def parameter(self, subject: str | None = None, preset: Preset = Preset.CORRIDOR) -> Parameter:
        """Return the default under a preset as a parameter."""
        return Parameter(
            name=self.name,
            subject=subject,
            prior=self.default_of(preset),
            unit=self.unit,
            meaning=self.meaning,
            source=self.source,
        )


_FLEE = "Flee's published rules (github.com/djgroen/flee)"
_JUDGED = "Corridor's default, a judgement to be replaced by local knowledge"
_GRAVITY = "the gravity law of movement between places: Zipf 1946, doi:10.2307/2087063"
_STEERED = "Corridor's judgement: new arrivals are registered at the site that opened last; off by default"
_LEAKS = "from a siege at rest to an assault: 0.003 to 0.008 a day from west Mosul, March 2017 (OCHA sitreps 23 and 24)"
_UNHCR = "UNHCR mortality thresholds: 0.3 to 0.5 per 10,000 a day is usual in a stable setting"


def _d(name: str, unit: str, default: Prior, meaning: str, source: str, **more: object) -> Definition:
    return Definition.model_validate(
        {"name": name, "unit": unit, "default": default, "meaning": meaning, "source": source, **more}
    )


def _fixed(value: float) -> Fixed:
    return Fixed(value=value)


def _about(median: float, within_factor: float) -> LogNormal:
    return LogNormal(median=median, within_factor=within_factor)


_ONE = {"high": 1.0}
_SWITCH = {"high": 1.0, "must_be_fixed": True, "is_whole": True}
_FIXED = {"must_be_fixed": True}
_SD = {"high": 3.0, "must_be_fixed": True}
_OFF = {"flee_default": Fixed(value=0)}


def _flee(value: float) -> dict[str, Fixed]:
    return {"flee_default": Fixed(value=value)}


# A table, to be read row by row: a row may take two lines.
# fmt: off
_TRAVEL = (
    _d("move_chance_town", "fraction/day", _fixed(0.3),
       "displaced people who move on from a town", _FLEE, per="place", **_ONE),
    _d("move_chance_conflict", "fraction/day", _fixed(1.0),
       "displaced people who move on from fighting", _FLEE, per="place", **_ONE),
    _d("move_chance_transit", "fraction/day", _fixed(1.0),
       "people ready to go on from a transit, screening or reception site", _JUDGED, per="place", **_ONE, **_flee(1.0)),
    _d("move_chance_camp", "fraction/day", _fixed(0.0),
       "people in a camp who set off for another place of the scenario", _JUDGED, per="place", **_ONE, **_flee(0.001)),
    _d("speed_foot_km_per_day", "km/day", _fixed(35.0),
       "distance walked in a day", _FLEE, low=0.1, high=200, must_be_fixed=True),
    _d("speed_vehicle_km_per_day", "km/day", _fixed(360.0),
       "distance driven in a day", _FLEE, low=1, high=3000, must_be_fixed=True, **_flee(360)),
    _d("speed_boat_km_per_day", "km/day", _fixed(100.0),
       "distance travelled by boat in a day", _JUDGED, low=1, high=3000, must_be_fixed=True),
    _d("softening_km", "km", _fixed(10.0),
       "added to distances so that near places do not dominate", _FLEE, high=10_000, must_be_fixed=True),
    _d("distance_power", "exponent", _fixed(1.0), "how strongly distance deters", _FLEE, high=10, must_be_fixed=True),
    _d("attractiveness", "factor", _fixed(1.0),
       "weight of a place when a route is chosen", _JUDGED, per="place", low=0, high=1e6),
    _d("capacity_buffer", "fraction", _fixed(0.9),
       "share of capacity above which a place is sought less", _FLEE, high=0.999),
    _d("choice_concentration", "people-equivalents", _fixed(50.0),
       "Dirichlet concentration of each day's route choice; small means that whole convoys choose alike",
       _JUDGED, low=0.01, high=1e9, **_flee(1e9)),
)
_CHOICE = (
    _d("awareness_level", "hops", _fixed(1.0),
       "how many places ahead people choose, 0 is nobody moves; with more than 1 they remember the rest of the route",
       _FLEE, high=10, must_be_fixed=True, is_whole=True),
    _d("whole_way", "0 or 1", _fixed(0.0),
       "1: people choose a camp by the whole of the shortest open way there and keep to it, however many places ahead",
       _GRAVITY, **_SWITCH),
    _d("conflict_detour", "factor", _fixed(1.0),
       "what a km of road into a place with fighting counts for when whole ways are compared; above 1 people go round",
       _JUDGED, low=1, high=1e6, must_be_fixed=True),
    _d("camp_weight", "factor", _fixed(1.0), "weight of a camp when a route is chosen", _FLEE, high=1e6, **_FIXED),
    _d("new_camp_weight", "factor", _fixed(1.0),
       "further weight of a camp that opened or reopened after day 0, as long as it is new", _STEERED,
       high=1e6, **_FIXED),
    _d("new_camp_days", "days", _fixed(180.0), "how long a camp is new", _STEERED, low=1, high=10_000,
       must_be_fixed=True, is_whole=True),
    _d("camp_size_power", "exponent", _fixed(0.0),
       "a camp is multiplied by its capacity, in tens of thousands of people, to this power; 0 is off",
       _JUDGED, high=10, **_FIXED),
    _d("foreign_weight", "factor", _fixed(1.0),
       "weight of a place in another country than that of the first place", _FLEE, high=1e6, **_FIXED),
    _d("conflict_weight", "factor", _fixed(0.3162),
       "weight of a place with fighting, to the power of its intensity",
       _FLEE, high=1e6, must_be_fixed=True, **_flee(10**-0.5)),
    _d("weight_softening", "factor", _fixed(0.0),
       "added to the weight of every place, so that none is out of the question", _FLEE, high=1e6, **_FIXED),
    _d("weight_power", "exponent", _fixed(1.0),
       "how strongly the weight of a way decides; 0 makes all alike", _FLEE, high=10, **_FIXED),
    _d("capacity_scaling", "factor", _fixed(1.0), "capacity in use, relative to the table of places",
       _FLEE, per="place", high=1e6, must_be_fixed=True),
    _d("capacity_growth_per_day", "people/day", _fixed(0.0), "room that a camp gains each day",
       _FLEE, per="place", must_be_fixed=True),
    _d("day0_counted_twice", "people", _fixed(0.0),
       "people subtracted from a capacity although they count as inside; a capacity below 1 then means unlimited",
       _FLEE, per="place", must_be_fixed=True),
    _d("start_on_foot", "0 or 1", _fixed(0.0),
       "1: displaced people walk their first route, at the speed on foot", _FLEE, **_SWITCH),
    _d("avoid_short_stints", "0 or 1", _fixed(0.0),
       "1: people who moved little of late go on from a town that they reach during the day", _FLEE, **_SWITCH),
    _d("stay_close_to_home", "0 or 1", _fixed(0.0), "1: far places weigh less, as the crow flies", _FLEE, **_SWITCH),
    _d("home_distance_power", "exponent", _fixed(0.5),
       "how strongly the distance as the crow flies deters", _FLEE, high=10, **_FIXED),
    _d("population_weight_power", "exponent", _fixed(0.0),
       "a place that is no camp is multiplied by its population to this power; 0 is off", _FLEE, high=10, **_FIXED),
    _d("move_chance_population_base", "people", _fixed(10_000.0),
       "population or capacity at which the chance to move on is as stated", _FLEE, low=1, **_FIXED),
    _d("move_chance_population_power", "exponent", _fixed(0.0),
       "how the chance to move on grows with population or capacity; 0 is off", _FLEE, low=-10, high=10, **_FIXED),
    _d("pruning_threshold", "factor", _fixed(1.0),
       "ways that weigh less than the best by more than this are left out; up to 1.001 is off",
       _FLEE, high=1e9, **_FIXED),
    _d("walk_probability", "fraction", _fixed(0.0),
       "chance that a day on this route goes at the speed on foot", _FLEE, per="route", high=1.0, must_be_fixed=True),
    _d("conflict_decay", "factor", _fixed(1.0),
       "factor on the intensity of fighting in a step of its time; the last given goes on",
       _FLEE, per="step", high=1e3, must_be_fixed=True),
    _d("conflict_decay_days", "days", _fixed(30.0), "length of such a step", _FLEE, low=1, high=10_000, **_FIXED),
)
_ONSET = (
    _d("population", "people", _about(10_000, 3),
       "people in the place on day 0 where the table leaves it blank", _JUDGED, per="place"),
    _d("onset_rate_per_day", "1/day", _about(0.01, 5),
       "rate at which residents flee fighting of intensity 1", _JUDGED, per="place", high=10),
    _d("leak_rate_per_day", "1/day", _about(0.002, 8),
       "rate at which besieged people get out without an opening", _LEAKS, per="place", high=10),
    _d("corridor_uptake_per_day", "1/day", _about(0.1, 3),
       "rate at which besieged people use an open corridor", _JUDGED, per="place", high=10),
    _d("corridor_capacity_per_day", "people/day", _about(2_000, 3),
       "people that can pass a corridor in a day where its event gives no figure", _JUDGED, per="place"),
    _d("push_sd", "log units", _fixed(0.7),
       "spread of the slow wandering of the rate of leaving", _JUDGED, per="place", high=5, **_OFF),
    _d("push_days", "days", _fixed(14.0), "memory of that wandering", _JUDGED, low=0.1, high=1000),
    _d("push_day_sd", "log units", _fixed(0.7),
       "day-to-day spread of the rate of leaving", _JUDGED, per="place", high=5, **_OFF),
    _d("pull_sd", "log units", _fixed(0.3),
       "spread of the slow wandering of a camp's attractiveness", _JUDGED, high=5, **_OFF),
    _d("pull_days", "days", _fixed(30.0), "memory of that wandering", _JUDGED, low=0.1, high=1000),
)
_SPAWNING = (
    _d("displaced_per_conflict_day", "people/day", _fixed(0.0),
       "people displaced from each place with fighting of intensity 1, in place of the rate of onset; 0 is off",
       _FLEE, **_FIXED),
    _d("displaced_share_per_conflict_day", "fraction/day", _fixed(0.0),
       "share of the population displaced by fighting of intensity 1, in place of the rate of onset; 0 is off",
       _FLEE, high=1.0, must_be_fixed=True),
    _d("displaced_poisson", "0 or 1", _fixed(0.0), "1: those numbers are the mean of a Poisson law", _FLEE, **_SWITCH),
    _d("take_from_population", "0 or 1", _fixed(1.0),
       "1: people who become displaced are no longer residents of their place", _JUDGED, **_SWITCH, **_OFF),
)
_GATES = (
    _d("screening_rate_per_day", "people/day", _about(1_000, 3),
       "people screened in a day where no figure is given", _JUDGED, per="place"),
    _d("reception_rate_per_day", "people/day", _about(2_000, 3),
       "people admitted in a day where no figure is given", _JUDGED, per="place"),
    _d("seats_per_day", "people/day", _about(1_000, 3),
       "people carried in a day where no figure is given", _JUDGED, per="route"),
    _d("gate_day_sd", "log units", _fixed(0.3), "day-to-day spread of what a gate passes", _JUDGED, high=3, **_OFF),
    _d("held_fraction", "fraction", _fixed(0.0),
       "people held back at screening, who do not travel on", _JUDGED, per="group", **_ONE, **_OFF),
    _d("overflow_chance_per_day", "fraction/day", _fixed(0.5),
       "people waiting at a full camp who go on elsewhere", _JUDGED, **_ONE),
)
_DEATHS = (
    _d("death_rate_inside_per_day", "1/day", _fixed(0.0),
       "hazard of death in a besieged place; 0 leaves such deaths out of the model", _JUDGED, high=1, **_OFF),
    _d("death_rate_en_route_per_day", "1/day", _about(2e-4, 4), "hazard of death on the way", _JUDGED, high=1, **_OFF),
    _d("death_rate_waiting_per_day", "1/day", _about(2e-4, 4),
       "hazard of death while waiting in the open", _JUDGED, high=1, **_OFF),
    _d("death_rate_new_per_day", "1/day", _about(1e-4, 4),
       "hazard of death soon after arrival", _JUDGED, high=1, **_OFF),
    _d("death_rate_settled_per_day", "1/day", _about(4e-5, 1.6),
       "hazard of death in a camp later on", _UNHCR, high=1, **_OFF),
    _d("new_days", "days", _fixed(14.0),
       "mean time during which somebody counts as newly arrived", _JUDGED, low=1, high=365),
    _d("death_multiplier", "factor", _fixed(1.0),
       "hazard of a group relative to the others", _JUDGED, per="group", high=1e3),
    _d("deprivation_multiplier", "factor", _fixed(1.5),
       "hazard of people who left a siege, until they have recovered", _JUDGED, low=1, high=1e3),
    _d("deprivation_days", "days", _fixed(21.0),
       "mean time in a camp until deprivation wears off", _JUDGED, low=1, high=1000),
)
_LEAVING = (
    _d("departure_rate_per_day", "1/day", _about(5e-4, 10),
       "rate at which people leave a camp for somewhere outside the model", _JUDGED, per="place", high=1, **_OFF),
    _d("return_rate_per_day", "1/day", _fixed(0.0),
       "rate at which people leave a camp to go home", _JUDGED, per="place", high=1, **_OFF),
)
_REPORTS = (
    _d("report_sd_a", "log units", _fixed(0.02),
       "relative error of a registration or a head count", _JUDGED, low=1e-4, **_SD),
    _d("report_sd_b", "log units", _fixed(0.05),
       "relative error of an agency that is on the spot", _JUDGED, low=1e-4, **_SD),
    _d("report_sd_c", "log units", _fixed(0.15), "relative error of an informed estimate", _JUDGED, low=1e-4, **_SD),
    _d("report_sd_d", "log units", _fixed(0.40), "relative error of hearsay", _JUDGED, low=1e-4, **_SD),
    _d("bias_sd_a", "log units", _fixed(0.02), "lasting bias of a source of grade A for one measure", _JUDGED, **_SD),
    _d("bias_sd_b", "log units", _fixed(0.05), "lasting bias of a source of grade B for one measure", _JUDGED, **_SD),
    _d("bias_sd_c", "log units", _fixed(0.20), "lasting bias of a source of grade C for one measure", _JUDGED, **_SD),
    _d("bias_sd_d", "log units", _fixed(0.50), "lasting bias of a source of grade D for one measure", _JUDGED, **_SD),
    _d("unseen_sd", "log units",
       _fixed(0.1), "spread, over a month, of people at a counted place whom the network neither brings nor takes away",
       _JUDGED, high=3, must_be_fixed=True),
    _d("about_sd", "log units", _fixed(0.07), "further relative error of a figure given as about", _JUDGED, **_SD),
    _d("parameter_days", "days", _fixed(365.0),
       "memory of the slow drift of every uncertain parameter", _JUDGED, low=1, high=1e6, must_be_fixed=True),
    _d("population_days", "days", _fixed(60.0),
       "memory of an uncounted population: nobody counts it, so that earlier estimates fade",
       _JUDGED, low=1, high=1e6, must_be_fixed=True),
    _d("report_weight", "fraction", _fixed(1.0),
       "share of its evidence that a figure keeps; below 1 where sources copy each other",
       _JUDGED, low=0.01, high=1.0, must_be_fixed=True),
    _d("edge_sd", "log units", _fixed(0.25),
       "relative error of a one-day count of people on the move, from not knowing when the day was cut",
       _JUDGED, low=0.0, **_SD),
    _d("stray_fraction", "fraction", _fixed(0.02),
       "figures that have nothing to do with the truth", _JUDGED, low=0, high=0.5, **_FIXED),
    _d("inside_tail", "log units", _fixed(1.5),
       "how far the people inside exceed the figures for them, on average", _JUDGED, low=0.001, high=10, **_FIXED),
    _d("at_least_tail", "log units", _fixed(0.25),
       "how far the truth lies beyond a one-sided figure, on average", _JUDGED, low=0.001, high=10, **_FIXED),
)
# fmt: on

DEFINITIONS: dict[str, Definition] = {
    definition.name: definition
    for table in (_TRAVEL, _CHOICE, _ONSET, _SPAWNING, _GATES, _DEATHS, _LEAVING, _REPORTS)
    for definition in table
}
