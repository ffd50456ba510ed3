"""Falls that may have been re-registrations are found in the reports, and what is none of them is not."""

from dataclasses import replace

import numpy as np
import pytest

from corridor.inference.reregistrations import LEAST_SHARE, unexplained_drops
from corridor.scenario.observations import Observations, Use
from tests.builders import camp, day, drive, event, scenario
from tests.reports import camps, report, reports

DAYS = range(0, 7 * 20, 7)
MOVEMENT = (0, 60, 20, -40, 30, 90, -20, 50, 10, 70)
FALL = 10


def line(level_after, *, until=20):
    """Return weekly reports of some 10,000 people who move a little, and from the tenth on so many."""
    levels = [10_000] * FALL + [level_after] * (20 - FALL)
    return {7 * i: levels[i] + MOVEMENT[i % 10] for i in range(until)}


def found(stated, told):
    """Return the days between which falls are found."""
    return [((d.before.date, d.after.date), d.after.place) for d in unexplained_drops(stated, told)]


THE_FALL = [((day(63), day(70)), "camp")]


def test_a_sudden_fall_that_stays_is_found_with_its_reports_and_its_event():
    told = reports(camp=line(7_000))
    (drop,) = unexplained_drops(camps("camp", days=140), told)
    assert (drop.before.date, drop.before.count) == (day(63), 10_070)
    assert (drop.after.date, drop.after.count) == (day(70), 7_000)
    stated = drop.as_event()
    assert (stated.kind.value, stated.subject, stated.value) == ("verification", "camp", 7_000)
    assert stated.start == stated.end == stated.reported_on == day(70)


def test_its_event_is_known_no_sooner_than_the_report_that_shows_it():
    rows = [report("camp", number, count, known=number + 9) for number, count in line(7_000).items()]
    (drop,) = unexplained_drops(camps("camp", days=160), Observations(tuple(rows)))
    assert drop.as_event().known_on == day(79)
    assert drop.as_event().start == day(70)


def test_a_fall_of_a_place_that_has_grown_and_grows_on_is_found():
    told = {7 * i: 8_000 + 100 * i - (3_000 if i >= FALL else 0) for i in range(20)}
    assert found(camps("camp", days=140), reports(camp=told)) == THE_FALL


@pytest.mark.parametrize("dip", [1, 2, 3])
def test_a_dip_that_recovers_is_no_shift(dip):
    told = line(10_000) | {7 * (FALL + i): 6_000 for i in range(dip)}
    assert found(camps("camp", days=140), reports(camp=told)) == []


@pytest.mark.parametrize("peak", [1, 2, 3])
def test_a_peak_that_passes_is_no_shift(peak):
    told = line(10_000) | {7 * (FALL - i): 16_000 for i in range(peak)}
    assert found(camps("camp", days=140), reports(camp=told)) == []


@pytest.mark.parametrize("weekly", [0.02, 0.12, 0.3])
def test_a_decline_is_no_fall(weekly):
    told = {7 * i: round(20_000 * (1 - weekly) ** i) for i in range(20)}
    assert found(camps("camp", days=140), reports(camp=told)) == []


def test_people_who_leave_within_weeks_after_a_quiet_year_have_left():
    told = {number: round(10_000 * 0.85 ** max(0, i - 12)) for i, number in enumerate(DAYS)}
    assert found(camps("camp", days=140), reports(camp=told)) == []


def test_a_fall_like_others_of_the_place_is_its_usual_movement():
    rng = np.random.default_rng(4)
    told = {number: round(10_000 * float(np.exp(0.3 * rng.standard_normal()))) for number in DAYS}
    assert found(camps("camp", days=140), reports(camp=told)) == []


def test_a_fall_of_few_is_not_asked_about():
    least = round(10_070 * (1 - LEAST_SHARE))
    assert found(camps("camp", days=140), reports(camp=line(least - 20))) == THE_FALL
    assert found(camps("camp", days=140), reports(camp=line(least + 20))) == []


def test_a_camp_that_empties_was_not_counted_again():
    told = {number: 10_000 if number < 70 else 0 for number in DAYS}
    assert found(camps("camp", days=140), reports(camp=told)) == []


def test_too_few_reports_say_nothing_of_what_is_usual():
    told = dict(zip(range(0, 42, 7), (10_000, 10_020, 10_010, 6_000, 6_010, 6_000), strict=True))
    assert found(camps("camp", days=140), reports(camp=told)) == []


@pytest.mark.parametrize(
    "why",
    [
        event("verification", "camp", 70, 70, 7_000),
        event("verification", "camp", 66, 66, 7_100),
        event("camp_closes", "camp", 60),
        event("camp_suspended", "camp", 65, 68),
        event("relocation", "camp>other", 64, 69, 500),
    ],
    ids=lambda row: row.kind.value,
)
def test_a_fall_that_an_event_explains_is_not_listed(why):
    stated = scenario([camp("camp"), camp("other")], [drive("camp", "other")], (why,), days=140)
    assert found(stated, reports(camp=line(7_000))) == []
    assert found(replace(stated, events=()), reports(camp=line(7_000))) == THE_FALL


@pytest.mark.parametrize(
    "other",
    [
        event("verification", "other", 70, 70, 7_000),
        event("verification", "camp", 40, 40, 10_000),
        event("camp_suspended", "camp", 71, 90),
        event("relocation", "other>camp", 64, 69, 500),
        event("cold", None, 0, None, 2),
    ],
    ids=lambda row: row.kind.value,
)
def test_an_event_elsewhere_or_at_another_time_explains_nothing(other):
    stated = scenario([camp("camp"), camp("other")], [drive("other", "camp")], (other,), days=140)
    assert found(stated, reports(camp=line(7_000))) == THE_FALL


def test_what_became_known_later_changes_nothing():
    """On the day of the fall nobody knows that it stays; two reports later they do."""
    stated = camps("camp", days=140)
    told = reports(camp=line(7_000))
    listed = {t: len(unexplained_drops(stated, told, as_of=day(t))) for t in (69, 70, 76, 77, 84)}
    assert listed == {69: 0, 70: 0, 76: 0, 77: 1, 84: 1}
    recovers = Observations((*told.known_by(day(77)), *(report("camp", t, 10_000) for t in range(84, 140, 7))))
    assert unexplained_drops(stated, recovers, as_of=day(77)) == unexplained_drops(stated, told, as_of=day(77))
    assert found(stated, recovers) == []


def test_an_event_that_became_known_later_explains_nothing_yet():
    stated = scenario([camp("camp")], (), (event("camp_closes", "camp", 66, reported_on=day(100)),), days=140)
    told = reports(camp=line(7_000))
    assert len(unexplained_drops(stated, told, as_of=day(90))) == 1
    assert unexplained_drops(stated, told, as_of=day(100)) == ()


def test_reports_that_nobody_may_learn_from_are_not_looked_at():
    rows = [report("camp", number, count, use=Use.HOLD) for number, count in line(7_000).items()]
    assert unexplained_drops(camps("camp", days=140), Observations(tuple(rows))) == ()
