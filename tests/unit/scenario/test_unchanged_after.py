"""The scenario in which nothing changes after a day: what a trend of reports describes."""

from tests.builders import camp, day, drive, event, scenario, town


def test_what_begins_later_never_does_and_what_is_in_force_goes_on():
    stated = scenario(
        (town("north", 100), camp("lake", 0)),
        (drive("north", "lake", 60),),
        (
            event("conflict", "north", 0, 5, 1.0),
            event("conflict", "north", 8, 20, 0.5),
            event("closure", "north>lake", 15, 18),
        ),
        days=30,
    )
    past, going_on, never = stated.unchanged_after(day(10)).events
    assert past == stated.events[0]
    assert (going_on.start, going_on.end) == (day(8), None)
    assert never.start > stated.end
    assert stated.unchanged_after(day(25)) == stated
