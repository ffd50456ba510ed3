"""Unit tests run uncompiled: they call single steps of the kernels, which compiled code does not stand."""

from pathlib import Path

import numpy as np
import pytest
from numba.core import config

HERE = Path(__file__).parent
REASON = "unit tests run uncompiled: make unit, or NUMBA_DISABLE_JIT=1 pytest tests/unit"


def pytest_collection_modifyitems(items):
    """Skip the tests of this folder where the kernels would be compiled."""
    if not config.DISABLE_JIT:
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=REASON))


@pytest.fixture(autouse=True)
def modulo():
    """Let random numbers be worked out modulo 2 to the power of 64 without a warning, as the loop over days does."""
    with np.errstate(over="ignore"):
        yield
