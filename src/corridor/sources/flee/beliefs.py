"""What an instance of Flee leaves open and Corridor's own law needs: stated as priors, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.scenario.parameters import DEFINITIONS, Fixed, LogNormal, Parameter, Prior

if TYPE_CHECKING:
    from collections.abc import Iterable

_PRIORS: dict[str, tuple[Prior, str]] = {
    "onset_rate_per_day": (
        LogNormal(median=0.0005, within_factor=30),
        "a judgement: an instance counts whole towns and provinces, of whom few reach its camps; reports decide",
    ),
    "push_sd": (LogNormal(median=1.0, within_factor=2), "a judgement; reports decide how much onset wanders"),
    "push_days": (Fixed(value=60), "a judgement: where many flee, many go on fleeing for weeks"),
    "pull_sd": (
        LogNormal(median=1.5, within_factor=2),
        "a judgement: camps of like distance differ tenfold in what they take in; reports decide",
    ),
    "pull_days": (Fixed(value=120), "a judgement: what makes a camp sought after lasts"),
    "whole_way": (
        Fixed(value=1.0),
        "people choose where to go, not each next town; the manual says what that gains where totals are given",
    ),
    "distance_power": (Fixed(value=2.0), "as in the gravity laws of migration, for whole ways"),
    "conflict_detour": (
        Fixed(value=2.0),
        "a judgement: people go round fighting unless that is twice as far",
    ),
    "new_camp_weight": (Fixed(value=3.0), "a judgement: camps are opened for those who come then"),
    "unseen_sd": (
        Fixed(value=0.3),
        "a judgement: an instance says nothing of the people whom its network leaves out of a camp, or brings there",
    ),
    **{
        f"death_rate_{where}_per_day": (Fixed(value=0.0), "an instance says nothing of deaths: they are left out")
        for where in ("en_route", "waiting", "new", "settled")
    },
}


def beliefs(stated: Iterable[Parameter] = ()) -> tuple[Parameter, ...]:
    """Return the parameters that an instance does not state, for Corridor's own law."""
    names = {parameter.name for parameter in stated}
    return tuple(
        DEFINITIONS[name].parameter().model_copy(update={"prior": prior, "source": source})
        for name, (prior, source) in _PRIORS.items()
        if name not in names
    )
