"""Worker processes that end with the command that started them."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


_WORKERS_WERE_ENDED = "ignore:resource_tracker:UserWarning"
"""For the process that frees what ended workers leave: it does so, and need not warn of it after our last line."""


@contextmanager
def worker_processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of processes, which an interrupt or an error ends at once.

    Ctrl+C in a terminal reaches the workers as well; they leave it to the command, which ends them.

    Parameters
    ----------
    workers
        Processes at most.
    """
    others = set(active_children())
    if _WORKERS_WERE_ENDED not in sys.warnoptions:
        sys.warnoptions.append(_WORKERS_WERE_ENDED)
    executor = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_follow_parent)
    try:
        yield executor
    except BaseException:
        for process in set(active_children()) - others:
            process.terminate()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold back signals that end a command for a moment: half-started workers could not be ended.

    A process that is started meanwhile never receives Ctrl+C, and the others once it has started.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _follow_parent() -> None:
    """Leave interrupts to the parent, and end when it ends: a parent that is killed cannot end its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGHUP})
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
