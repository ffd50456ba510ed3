"""Names of forecasters for people; tables have short ones in code."""

from __future__ import annotations

from corridor.message import term

_NAMES = {
    "persistence": term("persistence"),
    "drift": term("drift"),
    "damped_drift": term("damped drift"),
    "damped_step": term("damped step"),
    "weighted_line": term("weighted line"),
    "pooled_flows": term("pooled flows"),
    "zero": term("nobody"),
    "last": term("the last period"),
    "mean_of_four": term("the mean of four"),
    "damped_mean": term("the damped mean"),
    "frozen_shares": term("frozen shares"),
    "equal_shares": term("equal shares"),
    "capacity_shares": term("capacity shares"),
    "reports": term("the reports alone"),
    "mechanism": term("the model"),
}


def english_name(model: str) -> str:
    """Return the name of a forecaster for people: a message, which pages translate; of one that is not ours, its own.

    Parameters
    ----------
    model
        As tables have it.

    Examples
    --------
    >>> str(english_name("damped_mean"))
    'the damped mean'
    """
    return _NAMES.get(model) or model.replace("_", " ")
