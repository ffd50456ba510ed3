"""Linear algebra has one thread, unless somebody has decided otherwise before."""

import pytest

from tests.cli.driving import python

CODE = """
import os, sys
from corridor.cli import main
assert "numpy" not in sys.modules, "what is set after NumPy has been imported changes nothing"
try:
    main(["--version"])
except SystemExit:
    pass
print(os.environ["OPENBLAS_NUM_THREADS"])
"""


@pytest.mark.parametrize(("stated", "held"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_linear_algebra_has_one_thread_before_it_is_imported(monkeypatch, stated, held):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    outcome = python(CODE, **stated)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.split()[-1] == held
