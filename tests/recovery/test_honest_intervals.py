"""The bundled scenario on its last day: intervals that own up to what nobody knows, and still say something.

With as many draws as in use: with 300, the median of the camp moved by four thousand people from seed to seed, with
1,000 by one thousand.
"""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

import corridor
from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasting.forecast import forecast
from corridor.inference.calibrate import calibrate
from corridor.scenario.io.read import read_observations, read_scenario

FOLDER = Path(corridor.__file__).parent / "bundled" / "baghouz_2019"
AS_OF, DRAWS, HORIZON = dt.date(2019, 3, 3), 1_000, 28
SAID = (45_000, 52_000)
"""The least and the most that was said of the people at al-Hol in the last week: at least 45,000, more than 52,000."""
EVERYWHERE = ("stock", "arrivals", "cumulative_arrivals", "cumulative_deaths")


@pytest.mark.slow
def test_the_forecast_of_the_camp_owns_up_to_what_nobody_knows_and_still_says_something():
    stated, reports = read_scenario(FOLDER), read_observations(FOLDER)
    posterior = calibrate(stated, reports, as_of=AS_OF, draws=DRAWS, seed=7)
    future = forecast(stated, posterior, horizon_days=HORIZON, members=DRAWS, seed=7)
    today = future.past.stock.sel(place="al_hol", date=str(AS_OF))
    low, median, high = (float(today.sel(quantile=level)) for level in (0.05, 0.5, 0.95))
    assert low <= 1.02 * SAID[1]  # the quantiles of a fit move by as much with the seed
    assert high >= SAID[0]
    assert SAID[0] <= median <= 1.1 * SAID[1]
    assert 0.5 * (SAID[1] - SAID[0]) < high - low < 0.6 * median
    ahead = future.quantiles((0.05, 0.95)).stock.sel(place="al_hol").to_numpy()
    assert ahead[1, -1] - ahead[0, -1] > ahead[1, 0] - ahead[0, 0]
    assert_the_table_is_whole(future)


def assert_the_table_is_whole(future):
    """Every level of every day of what is asked of al-Hol and Baghouz, and quantiles that never cross."""
    rows = future.to_hub_table()
    wanted = [("al_hol", target) for target in EVERYWHERE] + [("baghouz", "inside")]
    for location, target in wanted:
        found = {
            (row["horizon"], row["output_type_id"]): row["value"]
            for row in rows
            if row["location"] == location and row["target"] == target
        }
        assert found.keys() == {(h, level) for h in range(1, HORIZON + 1) for level in HUB_LEVELS}, target
        values = np.array([[found[h, level] for level in HUB_LEVELS] for h in range(1, HORIZON + 1)])
        assert len(HUB_LEVELS) == 23
        assert (np.diff(values, axis=1) >= 0).all(), target
        assert (values >= 0).all(), target
        if target.startswith("cumulative"):
            assert (np.diff(values, axis=0) >= 0).all(), target
