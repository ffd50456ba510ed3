"""Floods that drive people out, as in DFlee: the share that each level displaces, and what that means as an event."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.sources.flee.account import Ledger
    from corridor.sources.flee.yaml_values import Values

FLOODS = "flood_level.csv"
"""The levels of floods: a column for each place, a row for each day."""

BY_FLOOD = "spawn_rules.flood_driven_spawning"
_SHARES = f"{BY_FLOOD}.displaced_per_flood_day"
_MODES = (f"{BY_FLOOD}.spawn_mode", f"{BY_FLOOD}.flood_spawn_mode")
FLOOD_KEYS = (BY_FLOOD, *_MODES, _SHARES)
"""The settings of simsetting.yml that say how floods displace people."""

_DEFAULT = (0.0, 0.1, 0.2, 0.5, 0.9)
"""What each level of a flood displaces, by DFlee's default, as shares of the people."""


def read_flood_shares(values: Values, ledger: Ledger) -> tuple[tuple[float, ...], str]:
    """Return what each level of a flood displaces a day, from level 0 on, and whether that is a share or a number.

    Parameters
    ----------
    values
        The settings.
    ledger
        Takes a list that is none as a problem.
    """
    stated = values.stated
    if BY_FLOOD not in stated:
        return (), ""
    mode = next((str(stated[key].value).lower() for key in _MODES if key in stated), "pop_ratio")
    shares = stated[_SHARES].value if _SHARES in stated else list(_DEFAULT)
    if isinstance(shares, list):
        numbers = [float(one) for one in shares if isinstance(one, int | float) and not isinstance(one, bool)]
        if len(numbers) == len(shares) and min(numbers, default=-1.0) >= 0 and max(numbers) > 0:
            return tuple(numbers), mode
    fix = "Write a number for each level of a flood, from level 0 on, as [0.0, 0.1, 0.5]."
    what = "displaced_per_flood_day is not a list of numbers, some of them above 0."
    ledger.problem("I008", what, fix, values.at(_SHARES) or values.at(BY_FLOOD))
    return (), mode


def intensities(levels: Sequence[float], shares: Sequence[float]) -> list[float]:
    """Return the intensity of each day of a flood: what its level displaces, as a part of the largest share.

    Without shares the level itself is the intensity.

    Examples
    --------
    >>> intensities([0, 1, 3, 9], [0.0, 0.1, 0.2, 0.5])
    [0.0, 0.2, 1.0, 1.0]
    """
    if not shares:
        return list(levels)
    return [shares[min(math.ceil(level), len(shares) - 1)] / max(shares) if level > 0 else 0.0 for level in levels]
