# What Corridor uses of numba: a decorated function takes and returns what it says, and `_nrt` is an option.

from collections.abc import Callable
from typing import Literal, TypeVar

_Step = TypeVar("_Step", bound=Callable[..., object])

def njit(
    *, cache: bool, nogil: bool, _nrt: bool = ..., inline: Literal["always", "never"] = ..., forceinline: bool = ...
) -> Callable[[_Step], _Step]: ...
