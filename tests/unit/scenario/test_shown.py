"""A scenario as a notebook shows it: one screen, no names that become code."""

from dataclasses import replace

from corridor.scenario.io.read import read_scenario


def test_a_scenario_is_shown_on_a_few_lines(folder):
    assert repr(read_scenario(folder)).splitlines() == [
        "Two towns, one under siege (invented): 2031-01-01 to 2031-04-30, 120 days",
        "  places: 2 town, 1 screening, 1 transit, 1 camp",
        "  4 routes, 11 events, 4 parameters stated",
        "  alternatives: no_corridor, second_week",
    ]


def test_the_name_of_a_scenario_is_text_in_a_notebook(folder):
    shown = replace(read_scenario(folder), name="<script>alert(1)</script>")._repr_html_()
    assert shown.startswith("<pre>&lt;script&gt;")
