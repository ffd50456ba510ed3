"""Each figure of the first screen leads to the reports that it rests on."""

import pytest

from corridor.report.facts.context import report_context
from corridor.report.facts.grounds import NEWEST, grounds
from corridor.runs.folder import read_run
from tests.report.synthetic import make_run


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    return grounds(report_context(read_run(make_run(tmp_path_factory.mktemp("grounds") / "RUN"))))


def test_every_figure_names_the_newest_reports_that_were_used_for_it(listed):
    people, arrivals, inside = listed
    assert (people.total, len(people.newest)) == (6, NEWEST)
    assert people.newest[0].day == "31 Jan"
    assert {line.status for ground in listed for line in ground.newest} == {"used"}
    assert [arrivals.newest[0].figure, inside.newest[0].figure] == ["about 2,000", "at least 3,000"]
    assert people.words == "6 reports speak of it."
    assert inside.words == "1 report speaks of it."


def test_a_figure_of_which_no_report_speaks_says_so(listed):
    nothing = listed[0]._replace(total=0, newest=())
    assert nothing.words.startswith("No report speaks of it")
