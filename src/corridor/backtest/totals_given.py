"""Allocation of a given total over camps: the second track, for comparison with figures published for Flee.

As many people set out each day as the reports of all camps grew by, so that the model knows the future
total and only says where people go. It is scored by the averaged relative difference (`scores.ard`), beside
three splits of the same total that need no model. None of this is a forecast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.prescribed import prescribed_totals, relative_difference, simulate_prescribed
from corridor.backtest.scores import INTERVAL, ard
from corridor.errors import UsageError
from corridor.forecasters.combination import MODEL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from corridor.engine.run.simulate import Progress
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]

FROZEN_DAY = 30
"""Day of the calendar whose shares the frozen split keeps."""

COLUMNS = (
    "model",
    "days",
    "camps",
    "members",
    *(f"{score}{end}" for score in ("ard", "ard_rescaled") for end in ("", "_p05", "_p50", "_p95")),
)
"""Columns of allocation.csv."""


@dataclass(frozen=True)
class Allocation:
    """People in each camp day by day, simulated and split by rule, beside the reports.

    Attributes
    ----------
    scenario_name
        Name of the scenario.
    seed
        What decided all chance.
    places
        Camps that are scored.
    reported
        People, interpolated between reports, (day, place).
    mean
        Mean of the simulated people, (day, place).
    members
        Relative difference of each member by day, as it is and rescaled, each (member, day).
    splits
        The reported total split by a rule, by its name, each (day, place).
    """

    scenario_name: str
    seed: int
    places: tuple[str, ...]
    reported: Floats
    mean: Floats
    members: tuple[Floats, Floats]
    splits: Mapping[str, Floats]

    def to_rows(self) -> list[dict[str, object]]:
        """Return the scores of the mean of members and of each split; and of single members, 5, 50 and 95 %."""
        rows = []
        for model, people in {MODEL: self.mean, **self.splits}.items():
            normal, rescaled = ard(people, self.reported)
            row: dict[str, object] = dict.fromkeys(COLUMNS)
            row |= {"model": model, "days": len(self.reported), "camps": len(self.places)}
            row |= {"ard": normal, "ard_rescaled": rescaled}
            if model == MODEL:
                row["members"] = len(self.members[0])
                for score, by_day in zip(("ard", "ard_rescaled"), self.members, strict=True):
                    low, middle, high = np.quantile(by_day.mean(1), (INTERVAL[0], 0.5, INTERVAL[1]))
                    row |= {f"{score}_p05": float(low), f"{score}_p50": float(middle), f"{score}_p95": float(high)}
            rows.append(row)
        return rows

    def by_day(self) -> dict[str, Floats]:
        """Return the rescaled relative difference of each day, by model, (day,)."""
        return {
            model: relative_difference(people, self.reported, rescaled=True)
            for model, people in {MODEL: self.mean, **self.splits}.items()
        }


def allocate(
    scenario: Scenario,
    observations: Observations,
    *,
    members: int = 100,
    seed: int,
    workers: int = 1,
    progress: Progress = None,
) -> Allocation:
    """Simulate with the total of all camps given each day, and score where people are.

    Parameters
    ----------
    scenario
        What the user wrote.
    observations
        All reports.
    members
        Number of simulated histories.
    seed
        Decides every random number.
    workers
        Threads; their number changes the time and nothing else.
    progress
        Called with (done, total).

    Raises
    ------
    UsageError
        No camp has reports.
    """
    prescribed = prescribed_totals(scenario, observations)
    if not prescribed.places:
        message = f"No camp of {scenario.name} has reports of the people in it, so there is no total to be given."
        raise UsageError(message)
    ensemble = simulate_prescribed(
        scenario, observations, members=members, seed=seed, workers=workers, progress=progress
    )
    stock = ensemble.data.stock.sel(place=list(prescribed.places)).transpose("member", "date", "place").to_numpy()
    reported = prescribed.counts.astype(np.float64)
    capacities = [scenario.place(place).capacity for place in prescribed.places]
    normal, rescaled = (relative_difference(stock, reported, rescaled=only_shares) for only_shares in (False, True))
    return Allocation(
        scenario_name=scenario.name,
        seed=seed,
        places=prescribed.places,
        reported=reported,
        mean=stock.mean(0),
        members=(normal, rescaled),
        splits=splits_of(reported, capacities),
    )


def splits_of(reported: Floats, capacities: Sequence[float | None]) -> dict[str, Floats]:
    """Return the reported total split by rules that need no model, by their names, each (day, camp).

    ``frozen_shares`` keeps the shares of day 30, ``equal_shares`` splits evenly, ``capacity_shares`` by
    capacity, where any is stated. A capacity is often no more than the highest count that came later,
    so that the last knows the future.

    Parameters
    ----------
    reported
        People, (day, camp).
    capacities
        People that each camp can take; None is unknown and gets nothing.
    """
    total = reported.sum(1)
    weights = {
        "frozen_shares": reported[min(FROZEN_DAY, len(reported) - 1)],
        "equal_shares": np.ones(reported.shape[1]),
        "capacity_shares": np.array([capacity or 0 for capacity in capacities], dtype=np.float64),
    }
    return {name: np.outer(total, weight / weight.sum()) for name, weight in weights.items() if weight.sum() > 0}
