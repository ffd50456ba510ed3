"""The balance of each place: who is there today, who comes and who goes until a day, in averages that add up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.units import date_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import xarray as xr
    from numpy.typing import NDArray

    from corridor.forecasting.forecast import Forecast
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]

BALANCED_DAYS = (7, 14, 28)
"""Days ahead for which there is a balance, and the last day of the forecast."""

SIGNS = {"arrivals": 1, "departures": -1, "deaths": -1, "unexplained_arrivals": 1, "unexplained_departures": -1}
"""Variables of a forecast that change the number of people present, and how."""

COLUMN = {"unexplained_arrivals": "other_arrivals", "unexplained_departures": "other_departures"}
"""Columns of balance.csv that are named otherwise than the variables of a forecast."""


def balance_rows(forecast: Forecast, scenario: Scenario) -> list[dict[str, object]]:
    r"""Return the balance of each place where anybody is or passes, for a week, two, four and the last day.

    All figures are means over the members, because means add up and medians do not:

    .. math:: \bar S_h = \bar S_0 + \sum_{t=1}^{h} (\bar A_t - \bar D_t - \bar M_t + \bar U^+_t - \bar U^-_t) + \bar R_h

    with people present :math:`S`, arrivals :math:`A`, departures :math:`D`, deaths :math:`M`, unexplained arrivals
    :math:`U^+` and departures :math:`U^-`, and the rest :math:`R`: above zero residents who become displaced, below
    zero those who are held back at screening.

    Parameters
    ----------
    forecast
        Its members.
    scenario
        Gives the order of places.
    """
    means = {name: _means(forecast.samples[name]) for name in ("stock", *SIGNS)}
    present = means["stock"]
    change = np.sum([sign * means[name] for name, sign in SIGNS.items()], axis=0)
    before = present[0] - change[0]
    days = sorted({*(day for day in BALANCED_DAYS if day < forecast.horizon_days), forecast.horizon_days})
    order = [str(place) for place in forecast.samples["place"].values]
    rows: list[dict[str, object]] = []
    for place in (row.place for row in scenario.places):
        p = order.index(place)
        if ("stock", place) in forecast.unknown or not any(mean[:, p].any() for mean in means.values()):
            continue
        for day in days:
            until = date_of(day, forecast.origin_date)
            rest = present[day - 1, p] - before[p] - change[:day, p].sum()
            people = {
                "present_before": before[p],
                **{COLUMN.get(name, name): means[name][:day, p].sum() for name in SIGNS},
                "rest": rest,
                "present_after": present[day - 1, p],
            }
            rounded = {
                name: None if (name, place) in forecast.unknown else round(float(value), 1) + 0.0
                for name, value in people.items()
            }
            rows.append({"place": place, "from_date": forecast.origin_date, "until_date": until, **rounded})
    return rows


def balance_facts(rows: Sequence[Mapping[str, object]], sites: Sequence[str], last: date) -> list[dict[str, object]]:
    """Return the balances of the sites up to the last day, as run.json has them."""
    return [
        {name: str(value) if name.endswith("date") else value for name, value in row.items()}
        for row in rows
        if row["place"] in sites and row["until_date"] == last
    ]


def _means(people: xr.DataArray) -> Floats:
    """Return the mean over members, (day, place)."""
    mean: Floats = people.mean("member").transpose("date", "place").to_numpy()
    return mean
