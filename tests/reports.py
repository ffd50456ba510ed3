"""Reports in a line or two, for the tests of forecasts against reports."""

from corridor.scenario.observations import Observation, Observations
from tests.builders import camp, day, scenario


def report(place, number, count, *, known=None, **fields):
    """Return a reported stock of a place on a day; it becomes known that day or on a later one."""
    stated = {"measure": "stock", "source": "test", **fields}
    return Observation(
        date=day(number), place=place, count=count, reported_on=None if known is None else day(known), **stated
    )


def reports(**counts):
    """Return reported stocks: for each place a mapping from day to people."""
    return Observations(
        tuple(report(place, number, count) for place, line in counts.items() for number, count in line.items())
    )


def camps(*names, days=120):
    """Return a scenario of camps with no way anywhere."""
    return scenario([camp(name) for name in names], days=days)


def growing(first, slope, every=7, until=119):
    """Return reports that grow by a constant number of people a day."""
    return {number: first + slope * number for number in range(0, until + 1, every)}
