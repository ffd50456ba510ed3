"""What an instance of Flee leaves open and Corridor's own law needs: stated as priors, each with its reason."""

from __future__ import annotations

from corridor.scenario.parameters import DEFINITIONS, Fixed, LogNormal, Parameter, Prior

_PRIORS: dict[str, tuple[Prior, str]] = {
    "onset_rate_per_day": (
        LogNormal(median=0.0005, within_factor=30),
        "a judgement: an instance counts whole towns and provinces, of whom few reach its camps; reports decide",
    ),
    "push_sd": (LogNormal(median=0.7, within_factor=2), "a judgement; reports decide how much onset wanders"),
    "pull_sd": (LogNormal(median=0.7, within_factor=2), "a judgement; reports decide how much camps differ in appeal"),
    **{
        f"death_rate_{where}_per_day": (Fixed(value=0.0), "an instance says nothing of deaths: they are left out")
        for where in ("en_route", "waiting", "new", "settled")
    },
}


def beliefs() -> tuple[Parameter, ...]:
    """Return the parameters that an instance does not state, for Corridor's own law."""
    return tuple(
        DEFINITIONS[name].parameter().model_copy(update={"prior": prior, "source": source})
        for name, (prior, source) in _PRIORS.items()
    )
