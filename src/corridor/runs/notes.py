"""What the reader of a forecast must know of it, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.forecasters.combination import weights_in_words
from corridor.inference.reregistrations import unexplained_drops
from corridor.message import message, several, term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corridor.forecasting.forecast import Forecast
    from corridor.forecasting.sensitivity import Sensitivity
    from corridor.inference.reregistrations import Drop
    from corridor.message import Message
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

MOST_NAMED = 3
"""So many defaults are named in the notes; run.json has all."""


def forecast_notes(
    scenario: Scenario,
    observations: Observations,
    forecast: Forecast,
    alternative: str | None,
    notes: tuple[Iterable[str], Iterable[str], Iterable[str]],
) -> list[str]:
    """Return the notes of a forecast.

    Parameters
    ----------
    scenario, observations
        What was forecast, and all reports.
    forecast
        The forecast.
    alternative
        Name of the alternative that is supposed, if any.
    notes
        Those of the fit, of the defaults that decide, and of the needs.
    """
    meanings = {row.alternative: row.meaning for row in scenario.alternatives}
    supposition = []
    if alternative is not None:
        meaning = term(meanings[alternative])
        supposition = [
            message("This is an alternative, {alternative}: {meaning}", alternative=alternative, meaning=meaning)
        ]
    of_fit, of_defaults, of_needs = notes
    drops = unexplained_drops(scenario, observations, as_of=forecast.origin_date)
    sure = (*of_fit, *assumption_notes(forecast), *weight_notes(forecast))
    return [*supposition, *sure, *of_defaults, *of_needs, *drop_notes(scenario, drops)]


def drop_notes(scenario: Scenario, drops: Iterable[Drop]) -> list[Message]:
    """Return falls of counts that may have been re-registrations, in words."""
    return [
        message(
            "The count of {place} fell from {before} on {first} to {after} on {last} and stayed down. It was taken for "
            "people who left. If it was a re-registration, say so: corridor check gives the line.",
            place=scenario.place(drop.after.place).name,
            before=round(drop.before.people or 0.0),
            first=drop.before.date,
            after=round(drop.after.people or 0.0),
            last=drop.after.date,
        )
        for drop in drops
    ]


def assumption_notes(forecast: Forecast) -> list[Message]:
    """Return what is forecast from default parameters alone, in words."""
    if not forecast.assumption_only:
        return []
    note = message(
        "Deaths are an assumption only: nobody has reported any, and the scenario states no rate of its own. They "
        "follow from default rates: state death_rate_settled_per_day and the others, or leave deaths out."
    )
    return [note]


def default_notes(sensitivities: Sequence[Sensitivity]) -> list[Message]:
    """Return the default values that decide a headline figure, in words: the strongest of each parameter."""
    strongest = {one.parameter: one for one in reversed(sensitivities)}
    named = sorted(strongest.values(), key=lambda one: -one.share)[:MOST_NAMED]
    if not named:
        return []
    note = message(
        "This rests on default values that decide more than a tenth of a headline figure; state what is known locally "
        "in scenario.toml. {defaults}.",
        defaults=several((one.words for one in named), "; "),
    )
    return [note]


def weight_notes(forecast: Forecast) -> list[Message]:
    """Return what the people at places with reports rest on, in words."""
    last = {
        str(row["member"]): float(row["weight"])
        for row in forecast.weights
        if row["nominal_horizon"] == forecast.horizon_days
    }
    if not last:
        return []
    words = message(
        "The people present in {days} days, where they are counted, are the average of several forecasts, weighed by "
        "how well each has done so far: {weights}.",
        days=forecast.horizon_days,
        weights=weights_in_words(last),
    )
    return [words]
