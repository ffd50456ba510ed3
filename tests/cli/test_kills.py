"""A command that is killed leaves the old run or the new one; `make faults` tries it 200 times for each command."""

import subprocess
import sys


def test_a_simulation_killed_at_some_moments_leaves_a_whole_run_and_the_next_sweeps(root):
    command = [sys.executable, "-m", "verification.faults", "--kills", "3", "--commands", "simulate"]
    outcome = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - our own code
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "| simulate | kill -9 | 3 | 0 | 0 |" in outcome.stdout
