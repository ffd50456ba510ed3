"""Expected values are the mean of simulated members where nobody is crowded out, and nobody is lost in them.

False alarm: below 1e-4 for the whole file (five standard errors, by camp and day, over a few hundred of them).
"""

import numpy as np
import pytest

from corridor.backtest.prescribed import prescribed_totals, simulate_prescribed
from corridor.engine.compile.compile import compile_scenario
from corridor.errors import UsageError
from corridor.scenario.observations import Observations
from corridor.scenario.presets import Preset
from tests.builders import camp, drive, event, scenario, screening, town, under, walk
from tests.networks import counted, random_network
from verification.expected.day_matrix import Collapse, expected_stock

pytestmark = pytest.mark.statistical

FLEE = (Preset.FLEE_3_1, Preset.FLEE_NEWEST)
MEMBERS = 200

CASES = [
    (1, FLEE[0], {}),
    (2, FLEE[1], {}),
    (3, FLEE[1], {"start_on_foot": 1, "walk_probability": 0.2}),
    (4, FLEE[0], {"avoid_short_stints": 1, "pruning_threshold": 4.0}),
    (5, FLEE[1], {"awareness_level": 3, "weight_power": 1.5, "take_from_population": 1}),
    (6, FLEE[1], {"whole_way": 1, "conflict_detour": 2.0, "new_camp_weight": 3.0, "new_camp_days": 2}),
    (7, FLEE[0], {"whole_way": 1, "distance_power": 2.0}),
]


@pytest.mark.parametrize(("seed", "preset", "values"), CASES, ids=str)
def test_expected_people_are_the_mean_of_members(seed, preset, values):
    stated, reports = random_network(seed, preset, **values)
    stock = simulate_prescribed(stated, reports, members=MEMBERS, seed=seed).data.stock.to_numpy().astype(float)
    expected = expected_stock(stated, reports)
    error = stock.std(0, ddof=1) / np.sqrt(MEMBERS)
    assert (abs(stock.mean(0) - expected) <= 5 * error + 5 / MEMBERS).all()
    assert expected[-1].sum() > 300


@pytest.mark.parametrize(("seed", "preset", "values"), CASES, ids=str)
def test_chances_of_a_day_sum_to_one_from_every_slot(seed, preset, values):
    stated, reports = random_network(seed, preset, **values)
    compiled = compile_scenario(stated, prescribed_totals(stated, reports).set_out.tolist())
    collapse = Collapse(compiled)
    for v in np.unique(compiled.program.calendar.period):
        matrix = collapse.matrix(int(v), np.zeros(compiled.program.network.slot.size))
        assert matrix.data.min() > 0
        assert matrix.sum(axis=1) == pytest.approx(np.ones(matrix.shape[0]))


def test_nobody_is_lost_where_camps_are_crowded():
    stated, reports = random_network(6)
    small = [camp("one", 50, capacity=200), camp("two", 0, capacity=300)]
    crowded = under(
        stated.preset,
        scenario(
            (*stated.places[:5], *small),
            [road.model_copy(update={"distance_km": 0.2 * road.distance_km}) for road in stated.routes],
            stated.events[:2],
            days=stated.n_days,
            values={"take_from_population": 0, "capacity_buffer": 0.9},
        ),
    )
    expected = expected_stock(crowded, reports)
    joined = 50 + np.cumsum(prescribed_totals(crowded, reports).set_out)
    assert (expected >= 0).all()
    # 20 percent of at most 500 km are less than a day's travel, so that nobody spends a night on the way.
    assert expected.sum(1) == pytest.approx(joined)


def test_expected_people_are_whole_crowds_where_nothing_is_left_to_chance():
    stated = under(
        Preset.FLEE_NEWEST,
        scenario(
            (town("home", 100), town("hub"), camp("camp")),
            (drive("home", "hub", 100), drive("hub", "camp", 500)),
            (event("conflict", "home"),),
            days=4,
            values={"take_from_population": 0},
        ),
    )
    reports = counted("camp", (0, 70, 100, 100))
    assert expected_stock(stated, reports)[:, 2].tolist() == [0, 0, 70, 100]


def test_a_scenario_with_gates_has_no_expected_values():
    stated = scenario((town("home"), screening("ridge"), camp("camp")), (walk("home", "ridge"), walk("ridge", "camp")))
    with pytest.raises(UsageError, match="without gates"):
        expected_stock(stated, Observations(()))
