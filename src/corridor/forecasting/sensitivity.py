"""What a forecast rests on: default values that nobody has replaced, and how far each moves a headline figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.engine.compile.rates import prior_values
from corridor.message import message, term
from corridor.scenario.events import EventKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from corridor.forecasting.forecast import Forecast
    from corridor.inference.posterior import Posterior
    from corridor.message import Gap, Message
    from corridor.scenario.parameters import Parameter
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]

LEAST_SHARE = 0.1
"""A default that moves a figure by less than this share of it is not named."""

SURE_ERRORS = 3.0
"""So many standard errors a slope must be away from zero to count."""


REMOVE_PEOPLE = ("death_rate", "departure_rate")
"""Beginnings of the names of parameters of which more cannot mean more people."""

_NO_SPREAD = 1e-9


class Sensitivity(NamedTuple):
    """How far a parameter at its default moves a figure of the forecast.

    Attributes
    ----------
    parameter, meaning, unit
        Its id, what it means, and the unit of its values.
    low, high
        Values at the 10 % and 90 % quantiles of the draws, given the reports.
    figure
        What is moved: people present on the last day, people who arrive, or people inside.
    change
        People more (or fewer, where negative) at the high value than at the low one.
    share
        Size of the change as a share of the figure's median.
    """

    parameter: str
    meaning: str
    unit: str
    low: float
    high: float
    figure: str
    change: float
    share: float

    def __str__(self) -> str:
        """Return it as a sentence."""
        return str(self.words)

    @property
    def words(self) -> Message:
        """Return it as a message."""
        high, low = (float(f"{value:.2g}") for value in (self.high, self.low))
        unit = term("a day") if self.unit == "1/day" else term(self.unit)
        gaps: dict[str, Gap] = {
            "parameter": self.parameter,
            "meaning": term(self.meaning),
            "high": high,
            "low": message("{low} {unit}", low=low, unit=unit) if self.unit else low,
            "people": round(float(f"{abs(self.change):.2g}")),
            "figure": term(self.figure),
        }
        if self.change > 0:
            return message("{parameter} ({meaning}) at {high} rather than {low} means {people} more {figure}", **gaps)
        return message("{parameter} ({meaning}) at {high} rather than {low} means {people} fewer {figure}", **gaps)


def rests_on(forecast: Forecast, posterior: Posterior) -> tuple[Sensitivity, ...]:
    """Return the uncertain defaults that move a headline figure by more than a tenth, the strongest first.

    For each parameter the slope of the figure over the members, ``cov(z, y) / var(z)`` with ``z`` the standard normal
    number that stands for its value, gives the change between the 10 % and the 90 % quantile of its draws.

    Parameters
    ----------
    forecast
        The forecast; one without a mechanism rests on no parameter.
    posterior
        What it was made from.
    """
    if forecast.histories is None or not posterior.has_mechanism:
        return ()
    scenario = posterior.compiled.scenario
    stated = {row.key for row in scenario.parameters}
    draws = forecast.histories.which % posterior.draws
    normal = posterior.normal[draws]
    shares = np.unique(draws, return_counts=True)[1] / draws.size
    distinct = 1 / float((shares**2).sum())
    moved = [
        _moved(parameter, normal[:, j], figure, people, distinct)
        for j, parameter in enumerate(posterior.uncertain.parameters)
        if not {parameter.key, parameter.name} & stated
        for figure, people in headline_figures(forecast, scenario).items()
    ]
    strong = [one for one in moved if one is not None and one.share > LEAST_SHARE]
    return tuple(sorted(strong, key=lambda one: -one.share))


def headline_figures(forecast: Forecast, scenario: Scenario) -> dict[str, Floats]:
    """Return the figures that a reader acts on, in words, for each member."""
    sites = list(forecast.sites)
    figures = {
        term("people at all sites on the last day"): forecast.samples.stock.sel(place=sites).isel(date=-1).sum("place"),
        term("arrivals at all sites"): forecast.samples.arrivals.sel(place=sites).sum(("date", "place")),
    }
    if any(row.kind is EventKind.SIEGE for row in scenario.events):
        figures[term("people inside on the last day")] = forecast.samples.inside.isel(date=-1).sum("place")
    return {words: people.to_numpy().astype(np.float64) for words, people in figures.items()}


def _moved(parameter: Parameter, z: Floats, figure: str, people: Floats, distinct: float) -> Sensitivity | None:
    """Return how far a parameter moves a figure; None where as many distinct draws do not show that it does."""
    middle = float(np.median(people))
    if z.std() < _NO_SPREAD or people.std() == 0 or middle <= 0:
        return None
    slope = float(np.cov(z, people)[0, 1] / z.var(ddof=1))
    error = float(people.std() / (z.std() * np.sqrt(distinct)))
    if abs(slope) < SURE_ERRORS * error:
        return None
    if slope > 0 and parameter.name.startswith(REMOVE_PEOPLE):
        return None  # they only take people away: the reports tie them to histories with more people
    low, high = np.quantile(z, [0.1, 0.9])
    least, most = prior_values(parameter, np.array([low, high])).tolist()
    change = slope * float(high - low)
    words = parameter.key, parameter.meaning, parameter.unit
    return Sensitivity(*words, least, most, figure, change, abs(change) / middle)
