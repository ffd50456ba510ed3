"""The verdict of a back-test, and how far it can be trusted."""

import pytest

from corridor.report.facts.verdict import caution, verdict

ROW = {"skill": 0.34, "skill_p05": 0.1, "skill_p95": 0.5, "coverage_80": 0.88, "targets": 60, "origins": 12}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {},
            "Corridor was better than the last report carried forward, or its trend, whichever did better, by a third.",
        ),
        ({"skill": -0.2}, "worse than the last report carried forward, or its trend, whichever did better, by a fifth"),
        ({"skill": 0.02}, "about as good as the last report"),
        ({"skill": -1.5}, "its errors were 2.5 times as large"),
        ({"skill": None}, "no rival to be held against"),
        ({}, "Its 8-in-10 ranges held 88 of 100 reports."),
        ({"coverage_80": 0.55}, "held 55 of 100 reports: they are too narrow."),
        (
            {"coverage_80": 0.6, "targets": 5},
            "5 reports are too few to tell which is better. On these, Corridor was better ",
        ),
        ({"coverage_80": 0.6, "targets": 5}, "Its 8-in-10 ranges held 3 of 5."),
        ({"skill": 0.06, "skill_p05": -0.1}, "by a twentieth, perhaps by chance."),
        ({"coverage_80": 0.97}, "held 97 of 100 reports: they are wider than they need be."),
    ],
)
def test_the_verdict_says_better_or_worse_by_how_much_and_whether_ranges_hold(change, words):
    assert words in verdict({"7": {}, "all": {**ROW, **change}}, "corridor")


def test_a_difference_that_chance_may_have_made_is_called_so():
    assert caution({"all": ROW}) == ""
    assert "anything from −10 to +50 in 100" in caution({"all": {**ROW, "skill_p05": -0.1}})
    assert "60 reports from 12 origins: too few" in caution({"all": {**ROW, "skill_p05": None}})
