"""Who forecasts by default: the combination, its members, and the baselines that it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.forecasters.base import ForecasterSet
from corridor.forecasters.baselines import Baseline, Rule
from corridor.forecasters.combination import PRIOR, SkillWeightedCombination
from corridor.forecasters.mechanism import Mechanism
from corridor.forecasters.reports_model import ReportsForecaster

if TYPE_CHECKING:
    from datetime import date

    from corridor.forecasters.base import Forecaster
    from corridor.forecasters.learned import Learned
    from corridor.forecasters.tilting import Histories
    from corridor.scenario.scenario import Scenario


def default_forecasters(scenario: Scenario, draws: int = 100, learned: Learned | None = None) -> ForecasterSet:
    """Return the combination, its members, and the baselines that it is compared with.

    A scenario under a Flee preset has nothing uncertain to learn, and an instance of Flee knows things in
    hindsight: there the combination does without the mechanism. So it does where nothing is stated that moves people.

    Parameters
    ----------
    scenario
        What is forecast.
    draws
        Draws of the mechanism.
    learned
        What other crises have taught; the shipped one if not given.
    """
    independent: tuple[Forecaster, ...] = (ReportsForecaster(learned), *(Baseline(rule, learned) for rule in Rule))
    if scenario.preset.is_flee or not scenario.has_mechanism:
        prior = {name: weight for name, weight in PRIOR.items() if name != "mechanism"}
        return ForecasterSet(independent=independent, combinations=(SkillWeightedCombination(prior),))
    histories: dict[date, Histories] = {}
    return ForecasterSet(
        independent=independent,
        sequential=(Mechanism(draws, histories=histories),),
        combinations=(SkillWeightedCombination(histories=histories, learned=learned),),
    )
