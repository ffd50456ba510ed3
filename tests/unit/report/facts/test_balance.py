"""A reader can do the sum on the page."""

import re
from datetime import date

import pytest

from corridor.report.facts.balance import balance_table, rounded_balance
from corridor.report.facts.context import report_context
from corridor.report.facts.wording import Guard
from corridor.runs.folder import read_run
from corridor.runs.rows import BalanceRow
from tests.report.synthetic import make_run

COMES = "+"
ROW = BalanceRow(
    "camp", date(2020, 2, 1), date(2020, 2, 29), 66_514.4, 8912.4, 440.1, 7.2, 9160.4, 7389.3, 0.0, 76_750.6
)


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    return report_context(read_run(make_run(tmp_path_factory.mktemp("balance") / "RUN")))


def figure(text):
    return 0 if text.startswith("<") else int(text.replace(",", ""))


def test_the_lines_of_the_page_add_up_to_its_last_line_exactly(context):
    table = balance_table(context)
    assert table.days == ("by 8 Feb", "by 29 Feb")
    first, *changes, last = table.lines
    for n in range(len(table.days)):
        change = sum((1 if line.what.startswith(COMES) else -1) * figure(line.figures[n]) for line in changes)
        assert figure(first.figures[n]) + change == figure(last.figures[n])
    assert last.is_total
    assert [line.what[0] for line in changes] == ["+", "−", "−", "+", "−"]


@pytest.mark.parametrize("unit", [1, 10, 100])
def test_the_rounded_sum_lies_within_half_a_unit_for_each_figure_of_the_true_one(unit):
    shown = rounded_balance(ROW, unit, Guard(1))
    assert abs(shown["present_after"] - ROW.present_after) <= unit / 2 * 7
    assert all(value % unit == 0 for value in shown.values())


def test_few_deaths_are_less_than_ten_in_the_sum_too(context):
    deaths = next(line for line in balance_table(context).lines if "die" in line.what)
    assert set(deaths.figures) == {"<10"}
    assert rounded_balance(ROW, 10, Guard(10))["deaths"] == 0


def test_the_sentence_has_the_figures_of_the_table(context):
    table = balance_table(context)
    in_words = re.findall(r"<?\d[\d,]*(?= |;)", table.sentence.replace("29 Feb", "").replace("1 Feb", ""))
    assert in_words == [line.figures[-1] for line in table.lines]
