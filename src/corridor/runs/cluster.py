"""A Dask cluster as workers: members, origins and alternatives run there, and a failure of it is said in words."""

from __future__ import annotations

import logging
import pickle
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corridor.cluster import blocks_of, threads_of
from corridor.errors import RunError, UsageError
from corridor.provenance import corridor_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from distributed import Client
    from distributed.security import Security

    from corridor.cluster import Item, Result, Shared
    from corridor.runs.requests import Draws

PATIENCE_S = 30
"""Seconds in which a scheduler must answer, and have a worker."""


@contextmanager
def _loss_in_words(address: str) -> Iterator[None]:
    """Say that a cluster was lost, where Dask does not reach it; tasks themselves neither read nor write files."""
    try:
        yield
    except (OSError, CancelledError) as error:
        message = (
            f"The cluster at {address} was lost: its scheduler, or all workers. Start them again, then the command; "
            "evaluate --resume goes on where it was."
        )
        raise RunError(message) from error


@dataclass(frozen=True)
class DaskCluster:
    """The workers of a Dask scheduler.

    Attributes
    ----------
    client
        The connection to the scheduler.
    address
        Of the scheduler, as the user names it.
    threads
        Threads of this process, for what is not spread.
    """

    client: Client
    address: str
    threads: int

    def spread(self, task: Callable[[Shared, Item], Result], shared: Shared, items: Sequence[Item]) -> Iterator[Result]:
        """Yield what a task makes of each item, in order; see :class:`corridor.cluster.Cluster`."""
        sent: list[object] = []
        try:
            with _loss_in_words(self.address):
                packed = self.client.scatter(pickle.dumps(shared), broadcast=True, hash=False)
                under_way = [self.client.submit(_done, task, packed, item, pure=False) for item in items]
                sent = [packed, *under_way]
                for task_there in under_way:
                    yield task_there.result()
                    task_there.release()
        finally:
            if self.client.status == "running":
                self.client.cancel(sent)

    def blocks(self, members: int) -> list[range]:
        """Return members in blocks, one for each task."""
        with _loss_in_words(self.address):
            return blocks_of(members, max(1, sum(self.client.nthreads().values())))


def _done(task: Callable[[Shared, Item], Result], packed: bytes, item: Item) -> Result:
    """Return what a task makes of an item, on a worker.

    What tasks share comes as bytes: arrays that Dask itself unpacks cannot be written to, and kernels of their own
    would be compiled for them.
    """
    shared: Shared = pickle.loads(packed)  # noqa: S301 - packed by the command that this worker works for
    return task(shared, item)


@contextmanager
def spread(draws: Draws) -> Iterator[Draws]:
    """Give draws whose workers are those of the cluster that they name, if they name one.

    Raises
    ------
    UsageError
        The extra for clusters is not installed.
    RunError
        The cluster does not answer, has another version of Corridor, or was lost.
    """
    if draws.on is None:
        yield draws
        return
    try:
        from distributed import Client, KilledWorker  # noqa: PLC0415 - an extra
        from distributed.security import Security  # noqa: PLC0415
    except ImportError as error:
        message = "--on needs Dask, which is not installed: pip install 'corridor[distributed]'."
        raise UsageError(message) from error
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # it logs a traceback; here an error has words
    _check_certificates(draws.on, Security())
    try:
        client = Client(draws.on, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, ValueError) as error:
        message = (
            f"No Dask scheduler answers at {draws.on}. Start one with: dask scheduler. Then, on each machine: "
            f"dask worker {draws.on}."
        )
        raise RunError(message) from error
    try:
        with _loss_in_words(draws.on):
            _check(client, draws.on)
        yield replace(draws, workers=DaskCluster(client, draws.on, threads_of(draws.workers)))
    except KilledWorker as error:
        message = (
            f"Several workers of {draws.on} ended while they worked on the same task, as systems end processes that "
            "run out of memory. Give workers more memory, or fewer threads each."
        )
        raise RunError(message) from error
    finally:
        client.close()


def _check_certificates(address: str, security: Security) -> None:
    """Refuse an address with TLS if Dask's configuration has no certificates that can be used."""
    if not address.startswith("tls://"):
        return
    try:
        context = security.get_connection_args("client").get("ssl_context")
        why = "none are set"
    except OSError as error:  # also where a certificate is none
        context, why = None, str(error)
    if context is None:
        message = (
            f"{address} needs certificates, and they cannot be used: {why}. Set ca-file, client.cert and client.key "
            "under distributed.comm.tls in Dask's configuration."
        )
        raise RunError(message)


def _check(client: Client, address: str) -> None:
    """Refuse a cluster without workers, or with another version of Corridor."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError as error:
        message = f"The scheduler at {address} has no worker. Start some with: dask worker {address}."
        raise RunError(message) from error
    answers = client.run(corridor_version, on_error="return").values()
    if any(isinstance(answer, ImportError) for answer in answers):
        message = f"A worker of {address} has no Corridor. Install the same version there as here."
        raise RunError(message)
    others = {answer for answer in answers if isinstance(answer, str)} - {corridor_version()}  # else it has just left
    if others:
        message = (
            f"Workers of {address} have Corridor {', '.join(sorted(others))}, and this is {corridor_version()}. "
            "Install the same version everywhere: others compute other figures."
        )
        raise RunError(message)
