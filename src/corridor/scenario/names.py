"""Names for people of places and of the ways between them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from corridor.scenario.routes import parts_of


def isolated(name: str) -> str:
    """Return a name so that one written from right to left does not turn its sentence around."""
    is_right_to_left = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in name)
    return f"\u2068{name}\u2069" if is_right_to_left else name


def place_words(place: str, names: Mapping[str, str]) -> str:
    """Return the name of a place for people; several places are joined by +.

    Examples
    --------
    >>> place_words("north+south", {"north": "North Camp"})
    'North Camp + south'
    """
    return " + ".join(isolated(names.get(part.strip(), part.strip())) for part in place.split("+"))


def subject_words(subject: str, names: Mapping[str, str]) -> str:
    """Return a place by its name, and a route as ORIGIN → DESTINATION.

    Parameters
    ----------
    subject
        The id of a place or of a route.
    names
        Names of places by id; a place without one keeps its id.

    Examples
    --------
    >>> subject_words("town>camp/the_bridge", {"town": "Old Town", "camp": "Main Camp"})
    'Old Town → Main Camp (the_bridge)'
    """
    origin, destination, via = parts_of(subject)
    ends = [place_words(place, names) for place in (origin, destination) if place]
    return " → ".join(ends) + (f" ({isolated(via)})" if via else "")
