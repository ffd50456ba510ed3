"""The page that runs `corridor demo`, and the run that it leaves: intervals as wide as what is unknown, and no wider.

With as many members as in use: with 300, the median of the camp moved by four thousand people from seed to seed, with
1,000 by one thousand.
"""

import datetime as dt

import numpy as np
import pytest

from corridor.forecasters.base import HUB_LEVELS
from corridor.runs.folder import read_run
from tests.docs.blocks import DEMO, run_page

AS_OF, HORIZON = dt.date(2019, 3, 3), 28
REPORTED = (45_000, 52_000)
"""The least and the most reported of the people at al-Hol in the last week: at least 45,000, more than 52,000."""
EVERYWHERE = ("stock", "arrivals", "cumulative_arrivals", "cumulative_deaths")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Return the RUN folder of the demo, once the blocks of its page have run and said what the page shows."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run_page(DEMO, folder)
    return folder / "corridor-demo"


@pytest.fixture(scope="module")
def run(demo):
    """Return what that folder holds."""
    return read_run(demo)


@pytest.mark.slow
def test_the_page_of_the_demo_says_what_the_commands_say_and_a_report_is_left(demo):
    assert (demo / "report.html").is_file()


@pytest.mark.slow
def test_the_people_in_the_camp_on_the_last_day_are_as_uncertain_as_their_reports(run):
    today = {
        row.output_type_id: row.value
        for row in run.past
        if (row.target, row.location, row.target_end_date) == ("stock", "al_hol", AS_OF)
    }
    low, median, high = (today[level] for level in (0.05, 0.5, 0.95))
    assert low <= 1.02 * REPORTED[1]  # the quantiles of a fit move by as much with the seed
    assert high >= REPORTED[0]
    assert REPORTED[0] <= median <= 1.1 * REPORTED[1]
    assert 0.5 * (REPORTED[1] - REPORTED[0]) < high - low < 0.6 * median


@pytest.mark.slow
def test_the_further_ahead_the_wider_the_interval_of_the_camp(run):
    ahead = quantiles(run, "al_hol", "stock")
    spread = [ahead[day, 0.95] - ahead[day, 0.05] for day in (1, HORIZON)]
    assert spread[1] > spread[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("location", "target"), [*(("al_hol", target) for target in EVERYWHERE), ("baghouz", "inside")]
)
def test_every_level_of_every_day_is_there_and_quantiles_never_cross(run, location, target):
    values_of = quantiles(run, location, target)
    assert len(HUB_LEVELS) == 23
    assert values_of.keys() == {(h, level) for h in range(1, HORIZON + 1) for level in HUB_LEVELS}
    values = np.array([[values_of[h, level] for level in HUB_LEVELS] for h in range(1, HORIZON + 1)])
    assert (np.diff(values, axis=1) >= 0).all()
    assert (values >= 0).all()
    if target.startswith("cumulative"):
        assert (np.diff(values, axis=0) >= 0).all()


def quantiles(run, location, target):
    """Return the quantiles of a target at a place, by day ahead and level."""
    rows = (row for row in run.forecast if (row.location, row.target) == (location, target))
    return {(row.horizon, row.output_type_id): row.value for row in rows}
