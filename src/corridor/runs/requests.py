"""What a run is made of: the members to draw, the forecast that is wanted, and the page that is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from corridor.cluster import Workers

STANDARDS = "sphere-2018"

WritePage = Callable[[Path], object]
"""Writes the page of a RUN folder that is being filled."""


def no_page(folder: Path) -> None:
    """Write no page."""


@dataclass(frozen=True)
class Draws:
    """Number of simulated members, the seed of all random numbers, and the workers that share the work.

    Attributes
    ----------
    members
        Simulated histories.
    seed
        Decides every random number.
    workers
        Threads or processes; their number changes the time and nothing else.
    on
        Address of a Dask scheduler whose workers share the work; None is this machine alone.
    """

    members: int = 1000
    seed: int = 7
    workers: Workers = 1
    on: str | None = None


class Kept(StrEnum):
    """What a simulation keeps of its members."""

    PLACES = "places"
    ALL = "all"


@dataclass(frozen=True)
class SimulationRequest:
    """The simulation that is wanted.

    Attributes
    ----------
    scenario
        A scenario folder, or the name of a bundled scenario.
    keep
        What is kept of each member: people by place and by group, or also those who set out along each route.
    """

    scenario: str
    keep: Kept = Kept.PLACES


@dataclass(frozen=True)
class ForecastRequest:
    """The forecast that is wanted.

    Attributes
    ----------
    scenario
        A scenario folder, or the name of a bundled scenario.
    known_by
        Last day known.
    days
        Days ahead.
    alternative
        Which alternative of the scenario is supposed; None is the scenario itself.
    standards
        Name of a bundled profile of standards, or the path of one's own.
    """

    scenario: str
    known_by: date
    days: int
    alternative: str | None = None
    standards: str = STANDARDS
