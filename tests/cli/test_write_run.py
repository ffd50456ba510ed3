"""A forecast made in Python becomes a RUN folder and a report."""

from datetime import date

import corridor as co
from corridor.runs.folder import read_run
from tests.cli.driving import FEW


def test_a_forecast_made_in_python_becomes_a_run_with_a_report(siege, tmp_path):
    scenario, reports = co.read_scenario(siege), co.read_observations(siege)
    posterior = co.calibrate(scenario, reports, as_of=date(2031, 1, 20), draws=FEW, seed=7)
    ahead = co.forecast(scenario, posterior, reports, horizon_days=7, members=FEW, seed=7)
    needs = co.estimate_needs(ahead, scenario)
    folder = co.write_run(co.ForecastResult(scenario, reports, posterior, ahead, needs), out=tmp_path / "RUN")
    run = read_run(folder)
    assert (run.origin_date, run.horizon_days) == (date(2031, 1, 20), 7)
    assert run.scenario == scenario
    assert {row.place for row in run.needs} == {row.place for row in needs.rows}
    html = co.write_report(folder).read_text(encoding="utf-8")
    assert "By 27 January 2031, likely " in html
