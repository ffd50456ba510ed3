"""Who does the work: threads of this process, or the workers of a cluster; what comes of it is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Result = TypeVar("Result")

LEAST_MEMBERS = 10
"""Members of a task at least: a task costs some milliseconds by itself."""

TASKS_PER_THREAD = 4
"""Tasks for each thread of a cluster, so that those that end early help the others."""


class Cluster(Protocol):
    """Workers elsewhere."""

    @property
    def threads(self) -> int:
        """Return the threads of this process, for what is not spread."""

    def spread(self, task: Callable[[Shared, Item], Result], shared: Shared, items: Sequence[Item]) -> Iterator[Result]:
        """Yield what a task makes of each item, in order of the items.

        Parameters
        ----------
        task
            A function of a module that workers can import.
        shared
            What all tasks need; it is sent once.
        items
            What tells tasks apart.
        """

    def blocks(self, members: int) -> list[range]:
        """Return members in blocks, one for each task."""


Workers = int | Cluster
"""Threads of this process, or a cluster."""


def threads_of(workers: Workers) -> int:
    """Return the threads of this process that may work."""
    return workers if isinstance(workers, int) else workers.threads


def blocks_of(members: int, threads: int) -> list[range]:
    """Return members in blocks for so many threads.

    Examples
    --------
    >>> blocks_of(25, 1)
    [range(0, 10), range(10, 20), range(20, 25)]
    """
    size = max(LEAST_MEMBERS, -(-members // (TASKS_PER_THREAD * threads)))
    return [range(first, min(first + size, members)) for first in range(0, members, size)]
