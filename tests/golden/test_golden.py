"""Numbers of two scenarios, to the person: they move only with a sentence in the changelog that says why.

After a change that is meant to move them, rewrite the files and look at the difference:

    pytest tests/golden --update-golden
    git diff tests/golden
"""

import csv
from pathlib import Path

import numpy as np
import pytest

import corridor
from corridor.engine.run.simulate import simulate
from corridor.forecasting.forecast import forecast
from corridor.forecasting.hub_table import TARGETS
from corridor.inference.calibrate import calibrate
from corridor.scenario.io.read import read_observations, read_scenario

HERE = Path(__file__).parent
TEMPLATES = Path(corridor.__file__).parent / "bundled" / "templates"
SEED, MEMBERS, LEVELS = 7, 48, (0.05, 0.5, 0.95)
COLUMNS = ("target", "place", "date", *(f"p{round(100 * level):02}" for level in LEVELS))


def table(quantiles):
    """Return quantiles as rows of text, whole people, without places where nobody ever is."""
    rows = []
    for target in (name for name in TARGETS if name in quantiles):
        values = quantiles[target].transpose("place", "date", "quantile")
        for place, block in zip(values.place.to_numpy().tolist(), values.to_numpy(), strict=True):
            if np.nanmax(block, initial=0.0) > 0:
                days = (str(date)[:10] for date in values.date.to_numpy())
                rows += [(target, place, day, *map(whole, line)) for day, line in zip(days, block, strict=True)]
    return rows


def whole(value):
    """Return whole people as text; halves go up, so that no rounding rule decides."""
    return str(int(np.floor(value + 0.5)))


def forecast_of_the_siege():
    """Return every seventh day of a forecast from the middle of the siege template."""
    folder = TEMPLATES / "siege"
    stated, reports = read_scenario(folder), read_observations(folder)
    posterior = calibrate(stated, reports, as_of="2031-02-08", draws=MEMBERS, seed=SEED)
    future = forecast(stated, posterior, reports, horizon_days=28, members=MEMBERS, seed=SEED)
    return table(future.quantiles(LEVELS).isel(date=slice(0, None, 7)))


def simulation_of_the_network():
    """Return every fourteenth day of a simulation of the network template."""
    days = simulate(read_scenario(TEMPLATES / "network"), members=MEMBERS, seed=SEED).data
    chosen = days[[name for name in TARGETS if name in days]].isel(date=slice(6, None, 14))
    return table(chosen.quantile(list(LEVELS), dim="member"))


GOLDEN = {"siege_forecast": forecast_of_the_siege, "network_simulation": simulation_of_the_network}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_numbers_are_those_of_the_golden_file(name, request):
    path, rows = HERE / f"{name}.csv", GOLDEN[name]()
    if request.config.getoption("--update-golden", default=False):
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
        pytest.skip(f"{path.name} was rewritten: look at the difference before it is kept")
    with path.open(newline="", encoding="utf-8") as file:
        header, *stored = (tuple(row) for row in csv.reader(file))
    assert header == COLUMNS
    assert len(stored) == len(rows)
    assert [f"{old} is now {new[3:]}" for old, new in zip(stored, rows, strict=True) if old != new] == []
