"""The state of members is checked before anything is made of it."""

import pytest

from corridor.engine.kernel import counting
from corridor.engine.run.members import check_conservation
from corridor.errors import BoundsError
from corridor.scenario import places
from tests.builders import camp, scenario, sim, town


def test_more_people_than_the_record_can_count_are_refused():
    check_conservation(sim(scenario((town("town", 1_000_000_000), camp("camp")))).state)
    with pytest.raises(BoundsError, match="3,000,000,000 people take part, and no more than 2,147,483,647"):
        check_conservation(sim(scenario(tuple(town(name, 1_000_000_000) for name in ("one", "two", "three")))).state)


def test_the_check_of_a_scenario_and_the_record_count_alike():
    assert places.MOST_COUNTED == counting.MOST_COUNTED
