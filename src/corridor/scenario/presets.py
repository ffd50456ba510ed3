"""Whose rules hold on the network: Corridor's own, or those of a version of Flee."""

from __future__ import annotations

from enum import StrEnum


class Preset(StrEnum):
    """Whose rules hold; it decides the defaults of parameters and the quirks of the engine."""

    CORRIDOR = "corridor"
    FLEE_3_1 = "flee-3.1"
    FLEE_NEWEST = "flee-newest"

    @property
    def is_flee(self) -> bool:
        """Whether it reproduces a version of Flee."""
        return self is not Preset.CORRIDOR
