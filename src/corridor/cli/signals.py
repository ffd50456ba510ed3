"""Ctrl+C and the request to end: one line and exit code 130 or 143, whenever they come.

Nothing that takes long to load is imported, so that this holds from the first moment.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager

TYPE_CHECKING = False  # as type checkers know it, see corridor/__init__.py

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

WORDS = {signal.SIGINT: "Interrupted", signal.SIGTERM: "Terminated"}


class TerminatedError(KeyboardInterrupt):
    """The process was requested to end (SIGTERM); it is cleaned up after like an interrupt from the keyboard."""


class _Moment:
    """How far this process is, which decides what a signal does."""

    is_working = False
    is_over = False
    was_signalled = False


_MOMENT = _Moment()


@contextmanager
def signals_in_words() -> Iterator[None]:
    """Answer signals in one line; a process that one has ended leaves without waiting for its threads."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _MOMENT.is_over = _MOMENT.was_signalled = False
    before = {number: signal.getsignal(number) for number in WORDS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # as nohup wants it
            signal.signal(number, _received)
    try:
        yield
    except SystemExit as leaving:
        if _MOMENT.was_signalled and isinstance(leaving.code, int):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(leaving.code)  # a member that is being simulated in a thread would be waited for
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def signals_raised() -> Iterator[None]:
    """Let a signal interrupt the work, so that it cleans up; a second one ends the process at once."""
    _MOMENT.is_working = True
    try:
        yield
    finally:
        _MOMENT.is_working, _MOMENT.is_over = False, True


def _received(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the system calls it so
    if _MOMENT.is_over:
        return
    is_second, _MOMENT.was_signalled = _MOMENT.was_signalled, True
    if _MOMENT.is_working and not is_second:
        raise TerminatedError if number == signal.SIGTERM else KeyboardInterrupt
    end = "at once; the next command that writes there removes what is left" if is_second else "nothing was changed"
    os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, f"{WORDS[signal.Signals(number)]}; {end}.\n".encode())
    os._exit(128 + number)
