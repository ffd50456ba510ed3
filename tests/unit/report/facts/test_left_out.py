"""Charts that would be mostly empty are left out with a sentence that says what they would show."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from corridor.report.facts.left_out import is_queue_drawn, is_rate_drawn, queue_remark, rate_remark
from corridor.report.facts.series import PlaceSeries
from corridor.report.facts.wording import Guard
from corridor.report.languages.language import ENGLISH

ORIGIN = date(2031, 2, 1)
DAYS = [ORIGIN + timedelta(days=n) for n in range(-20, 15)]


def context_of(likely, high):
    """Return a context whose only queue has so many people, likely and high, on each day."""
    levels = {when: {0.5: likely(n), 0.9: high(n)} for n, when in enumerate(DAYS)}
    series = SimpleNamespace(find=lambda measure, place: PlaceSeries(measure, place, levels))
    return SimpleNamespace(
        series=series,
        guard=Guard(10),
        origin=ORIGIN,
        end=DAYS[-1],
        name={"gate": "North Gate"}.__getitem__,
        language=ENGLISH,
    )


@pytest.mark.parametrize(("busy_days", "is_drawn"), [(6, False), (7, True)])
def test_a_queue_is_drawn_where_it_is_likely_to_be_there_for_a_week(busy_days, is_drawn):
    context = context_of(lambda n: 50 if n < busy_days else 0, lambda _: 300)
    assert is_queue_drawn(context, "gate") is is_drawn
    assert bool(queue_remark(context, ["gate"])) is not is_drawn


def test_the_sentence_in_place_of_a_queue_says_how_long_it_may_be_ahead():
    context = context_of(lambda _: 0, lambda n: 340 if DAYS[n] == date(2031, 2, 9) else 20 if n else 9_000)
    assert queue_remark(context, ["gate"]) == (
        "Nobody, or hardly anybody, is likely to wait at North Gate (340 or more on 9 Feb in 1 of 10 cases): "
        "no chart is drawn."
    )


def test_a_rate_of_deaths_is_drawn_where_most_weeks_may_be_shown():
    assert is_rate_drawn(60, 30)
    assert not is_rate_drawn(60, 29)
    assert not is_rate_drawn(8, 6)
    context = context_of(lambda _: 0, lambda _: 0)
    assert "fewer than 10 people die: no rate is drawn" in rate_remark(context, is_drawn=False)
    assert rate_remark(context, is_drawn=True).endswith("10 or more.")
