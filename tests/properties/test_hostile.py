"""Whatever a scenario holds, it is answered with numbers that can be or with reasons, within ten seconds.

The suite tries some hundred; `make fuzz` ten thousand, and says how far it is.
"""

import os
import signal
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from corridor.engine.run.simulate import simulate
from corridor.errors import CorridorError
from corridor.forecasting.hub_table import target_quantiles
from corridor.inference.filtered_history import site_names, under_five_groups
from corridor.inference.projection import with_totals
from corridor.scenario.io.read import read_folder
from corridor.scenario.timeline import explain
from tests.builders import network
from tests.properties.hostile import damaged, folders, write

EXAMPLES = int(os.environ.get("CORRIDOR_FUZZED", "300"))
OFTEN = 500
PATIENCE_S = 10
LEVELS = (0.01, 0.25, 0.5, 0.75, 0.99)
SOME = {
    "deadline": None,
    "phases": (Phase.explicit, Phase.generate),
    "suppress_health_check": list(HealthCheck),
    "database": None,
}


@pytest.fixture(scope="module", autouse=True)
def kernel():
    """Have the kernel compiled before anything is timed."""
    simulate(network(days=2), members=1, seed=1)


@pytest.fixture
def tried(capfd):
    """Return what counts the scenarios of a test, and says so now and then where there are many."""
    done = 0

    def count():
        nonlocal done
        done += 1
        if done % OFTEN == 0:
            with capfd.disabled():
                test = os.environ["PYTEST_CURRENT_TEST"].split("::")[-1].split(" ")[0]
                sys.stderr.write(f"{done} of {EXAMPLES // 2}: {test}\n")
                sys.stderr.flush()

    return count


@contextmanager
def patience():
    """Fail after ten seconds of the processor's time, which a busy machine does not lengthen."""

    def too_long(*_):
        raise TimeoutError(f"no answer within {PATIENCE_S} s")

    before = signal.signal(signal.SIGPROF, too_long)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def examined(files, seed):
    """Read a scenario and simulate it, and look at every number."""
    with tempfile.TemporaryDirectory() as room, patience():
        try:
            stated, _ = read_folder(write(files, Path(room) / "scenario"))
            assert explain(stated, None)
            data = with_totals(simulate(stated, members=3, seed=seed).data, under_five_groups(stated))
        except CorridorError:
            return
    for name, values in data.data_vars.items():
        assert np.isfinite(values.to_numpy()).all(), name
        assert (values >= 0).all(), name
    for name, values in target_quantiles(data, LEVELS, site_names(stated)).data_vars.items():
        steps = np.diff(values.transpose("place", "date", "quantile").to_numpy(), axis=2)
        assert not (steps < 0).any(), name
    assert [str(day)[:10] for day in data.date.to_numpy()[[0, -1]]] == [str(stated.start), str(stated.end)]
    event("sound")


@settings(max_examples=EXAMPLES // 2, **SOME)
@given(folders(), st.integers(0, 2**32))
def test_a_scenario_that_stretches_the_rules_has_possible_numbers_or_is_refused(tried, files, seed):
    tried()
    examined(files, seed)


@settings(max_examples=EXAMPLES - EXAMPLES // 2, **SOME)
@given(folders(), st.randoms(use_true_random=False), st.integers(0, 2**32))
def test_a_scenario_that_is_damaged_has_possible_numbers_or_is_refused_with_reasons(tried, files, chances, seed):
    tried()
    examined(damaged(files, chances), seed)
