"""What is simulated to be found again: the siege that ships with Corridor, and a network with fighting and camps."""

from dataclasses import replace
from pathlib import Path

import corridor
from corridor.scenario.io.read import read_scenario
from corridor.scenario.observations import Measure
from corridor.scenario.parameters import LogNormal
from corridor.scenario.scenario import Grade, Scenario, Source
from tests.builders import camp, drive, event, scenario, town
from tests.recovery.truths import Asked, Case, Present

BUNDLED = Path(corridor.__file__).parent / "bundled"


def siege_template() -> Scenario:
    """Return the template of a siege that ships with Corridor."""
    return read_scenario(BUNDLED / "templates" / "siege")


def siege() -> Case:
    """Return a siege that leaks into a camp, told of by three sources."""
    return Case(
        stated=siege_template(),
        asked=(
            Asked(6, 6, "plain_camp", Measure.STOCK, "Camp registry"),
            Asked(19, 19, "plain_camp", Measure.STOCK, "Truck dispatch"),
            Asked(25, 25, "old_town", Measure.INSIDE, "Ridge radio"),
            Asked(0, 30, "plain_camp", Measure.ARRIVALS, "Camp registry"),
            Asked(31, 38, "ridge_screening", Measure.ARRIVALS, "Truck dispatch"),
            Asked(40, 40, "plain_camp", Measure.STOCK, "Camp registry"),
        ),
        origin=40,
        ahead=28,
        present={
            "people inside the siege on the last day": Present(("old_town",)),
            "people in the camp on the last day": Present(("plain_camp",)),
        },
        future={
            **{f"people in the camp {n} days later": ("stock", "plain_camp", n) for n in (1, 7, 14, 28)},
            "people who are still inside 14 days later": ("inside", "old_town", 14),
            "people who reach screening in those 14 days": ("arrivals", "ridge_screening", 14),
        },
        hidden={
            "people in the siege on the first day": "population.old_town",
            "rate at which the siege leaks": "leak_rate_per_day.old_town",
        },
        biases={},
    )


CAMPS = ("meadow", "lake", "hill")
FIGHTING = ("north", "east", "west")


def network(weeks: int = 4) -> Case:
    """Return five towns, three of which come under fighting one after the other, and three camps counted weekly.

    The hill camp is counted by the registry once, so that it says who is present there, and by the district weekly.
    The people in the meadow camp on the first day, the rates of onset and of leaving, the pull of two camps and the
    bias of the district are uncertain; push and pull wander.
    """
    origin = 7 * weeks
    places = (
        town("north", 12_000),
        town("east", 9_000),
        town("west", 15_000),
        town("middle", 3_000),
        town("south", 2_000),
        camp("meadow", None),
        camp("lake", 0),
        camp("hill", 500),
    )
    routes = (
        drive("north", "middle", 75, both_ways=True),
        drive("north", "east", 80, both_ways=True),
        drive("east", "south", 95, both_ways=True),
        drive("west", "middle", 62, both_ways=True),
        drive("west", "hill", 110, both_ways=True),
        drive("middle", "south", 78, both_ways=True),
        drive("middle", "lake", 56, both_ways=True),
        drive("south", "meadow", 32, both_ways=True),
        drive("south", "hill", 70, both_ways=True),
    )
    events = tuple(event("conflict", place, 2 + 7 * i, None, 1.0) for i, place in enumerate(FIGHTING))
    uncertain = {
        "population.meadow": LogNormal(median=2_000, within_factor=2),
        "onset_rate_per_day": LogNormal(median=0.01, within_factor=4),
        "departure_rate_per_day": LogNormal(median=0.001, within_factor=3),
        "attractiveness.lake": LogNormal(median=1, within_factor=2.5),
        "attractiveness.hill": LogNormal(median=1, within_factor=2.5),
        "push_sd": 0.5,
        "push_day_sd": 0.5,
        "pull_sd": 0.3,
        "choice_concentration": 50.0,
        "move_chance_town": 0.3,
    }
    sources = (
        Source(source="Registry", grade=Grade.B, reason="counts households"),
        Source(source="District", grade=Grade.C, reason="estimates"),
    )
    told_by = {"meadow": "Registry", "lake": "Registry", "hill": "District"}
    return Case(
        stated=replace(scenario(places, routes, events, days=origin + 29, values=uncertain), sources=sources),
        asked=(
            *(
                Asked(7 * week, 7 * week, place, Measure.STOCK, told_by[place])
                for week in range(1, weeks + 1)
                for place in CAMPS
            ),
            Asked(14, 14, "hill", Measure.STOCK, "Registry"),
        ),
        origin=origin,
        ahead=28,
        present={
            **{f"people in the {place} camp on the last day": Present((place,)) for place in CAMPS},
            "people who have not left the three towns": Present(FIGHTING, at_home=True),
        },
        future={
            f"people in the {place} camp {n} days later": ("stock", place, n) for place in CAMPS for n in (1, 7, 14, 28)
        },
        hidden={
            "rate at which people flee fighting": "onset_rate_per_day",
            "pull of the lake camp": "attractiveness.lake",
            "people in the meadow camp on the first day": "population.meadow",
        },
        biases={"bias of the district": ("District", "stock")},
    )


def weekly(weeks: int = 8) -> Case:
    """Return a town under fighting and a camp that is counted once, and reports its arrivals each week."""
    origin = 7 * weeks
    values = {
        "onset_rate_per_day": LogNormal(median=0.005, within_factor=4),
        "departure_rate_per_day": LogNormal(median=0.001, within_factor=3),
        "push_sd": 0.5,
        "push_day_sd": 0.5,
    }
    places, routes = (town("north", 30_000), camp("lake", 1_200)), (drive("north", "lake", 60),)
    events = (event("conflict", "north", 0, None, 1.0),)
    arrivals = (Asked(7 * week + 1, 7 * week + 7, "lake", Measure.ARRIVALS, "Registry") for week in range(weeks))
    return Case(
        stated=replace(
            scenario(places, routes, events, days=origin + 29, values=values),
            sources=(Source(source="Registry", grade=Grade.B, reason="counts households"),),
        ),
        asked=(Asked(0, 0, "lake", Measure.STOCK, "Registry"), *arrivals),
        origin=origin,
        ahead=28,
        present={
            "people in the camp on the last day": Present(("lake",)),
            "people who have not left the town": Present(("north",), at_home=True),
        },
        future={
            **{f"people in the camp {n} days later": ("stock", "lake", n) for n in (1, 7, 28)},
            **{f"people who arrive in those {n} days": ("arrivals", "lake", n) for n in (7, 28)},
        },
        hidden={"rate at which people flee fighting": "onset_rate_per_day"},
        biases={},
    )


CASES = {"siege": siege, "network": network, "weekly": weekly}
