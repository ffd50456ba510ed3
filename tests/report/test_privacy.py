"""Whoever is too few to be shown cannot be worked out from what they need."""

import csv
import json
import re
from datetime import timedelta

import pytest

from corridor.needs.small import SmallNeeds, limits_of, needs_of_one, small_needs
from corridor.needs.standards import load_standards
from corridor.report.facts.context import PageOptions, report_context
from corridor.report.pages.brief import brief_svg
from corridor.report.pages.report_page import render
from tests.report.synthetic import HORIZON_DAYS, ORIGIN, charts_in, make_run

PEOPLE = (2, 4, 30)
"""Low, likely and high number of people at the small camp."""


def append(path, rows):
    columns = path.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, columns).writerows(rows)


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    """Return a run in which a camp of four people needs water, food, tents and losses, and has some of it."""
    run = make_run(tmp_path_factory.mktemp("few") / "RUN")
    one = needs_of_one(load_standards("sphere-2018"))
    items = {"water": 0.0, "water_losses": 0.0, "food": 0.0, "tents": 0.0, "water_gap": 15.0}
    needs = [
        {
            "date": ORIGIN + timedelta(days=ahead),
            "place": "small_camp",
            "item": item,
            "unit": "tents" if item == "tents" else "litres/day",
            **{
                end: one[item.removesuffix("_gap")].of(people) - covered
                for end, people in zip(("p10", "p50", "p90"), PEOPLE, strict=True)
            },
            "standard": "15 litres per person per day",
            "source": "Sphere",
        }
        for ahead in range(1, HORIZON_DAYS + 1)
        for item, covered in items.items()
    ]
    append(run / "needs.csv", needs)
    ends = dict.fromkeys(("p10", "p50", "p90"), ORIGIN + timedelta(days=5))
    append(run / "runout.csv", [{"place": "small_camp", "item": "water", "unit": "litres", "on_site": 15, **ends}])
    return report_context(run, PageOptions(place="small_camp"))


def test_needs_of_fewer_than_ten_people_are_neither_in_tables_nor_in_charts(context):
    page = render(context)
    table = re.search(r'<table class="cards small">.*?</table>', page[page.index('id="needs"') :], re.DOTALL)[0]
    cells = re.findall(r'data-label="\d+ \w+">([^<]*)(?:<small>([^<]*)</small>)?</td>', table)
    likely = {text for text, _ in cells}
    assert likely == {"&lt;150", "&lt;80.8", "&lt;5.55", "&lt;2"}
    assert {ends.partition("–")[0] for _, ends in cells} == likely
    (water,) = (one for one in charts_in(page) if one["description"].startswith("Water needed"))
    rows = next(iter(water["datasets"].values()))
    assert {(row["p10"], row["p50"]) for row in rows if "p10" in row} == {(0, None)}
    assert json.dumps(water).count('"p90": 450') == len(rows)


def test_what_lacks_and_what_runs_short_is_left_out_where_it_would_tell_a_hidden_need(context):
    page = render(context)
    assert "still lacking" not in page
    assert {row.place for row in context.runout} == {"camp"}


def test_the_first_screen_and_the_brief_name_no_amount_of_water_for_few(context):
    shown = "&lt;231"
    assert f"<b>{shown}</b><span>litres of water a day to deliver</span>" in render(context)
    assert f"Water to deliver: {shown} litres a day" in brief_svg(context)


def test_everything_is_shown_to_those_who_may_see_it(context):
    page = render(report_context(context.run, PageOptions(place="small_camp", suppress_below=0)))
    assert "60<small>30–450</small>" in page
    assert "still lacking" in page


def test_whole_things_are_hidden_only_where_they_tell_how_few_they_are_for():
    limits = limits_of(needs_of_one(load_standards("sphere-2018")), 10)
    among = SmallNeeds(limits)
    assert among.hides("tents", 1)
    assert not among.hides("tents", 2)
    assert not among.hides("taps", 1)
    assert not among.hides("water_trucks", 1)
    assert not among.hides("water", 0)
    assert limits_of(needs_of_one(load_standards("sphere-2018")), 1) == {}


def test_a_custom_item_without_a_figure_is_shown(context):
    assert not small_needs({}, context.run.needs).few
