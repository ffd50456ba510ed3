"""A scenario and a run that several tests of the commands look at; none of them changes it."""

import pytest

from tests.cli.driving import command, forecast


@pytest.fixture(scope="session")
def siege(tmp_path_factory):
    """Return the folder of the small siege."""
    folder = tmp_path_factory.mktemp("scenarios") / "siege"
    assert command("new", folder).code == 0
    return folder


@pytest.fixture(scope="session")
def made(siege, tmp_path_factory):
    """Return a RUN folder of a forecast, with what the command said."""
    folder = tmp_path_factory.mktemp("runs") / "RUN"
    outcome = forecast(siege, folder, "--workers", 1)
    assert outcome.code == 0, outcome.err
    return folder, outcome


@pytest.fixture
def own_siege(tmp_path):
    """Return a folder of the small siege that a test may change."""
    folder = tmp_path / "own"
    assert command("new", folder).code == 0
    return folder


@pytest.fixture
def no_report(monkeypatch):
    """Leave out the page, which takes longer than all the rest and has tests of its own."""
    monkeypatch.setattr("corridor.report.pages.workbook.write_report", lambda folder, _options: folder)
