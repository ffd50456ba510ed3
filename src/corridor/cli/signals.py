"""Ctrl+C, a terminal that is closed and the request to end: one line and exit code 130, 129 or 143, whenever they come.

Nothing that takes long to load is imported, so that this holds from the first moment.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress

TYPE_CHECKING = False  # as type checkers know it, see corridor/__init__.py

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

WORDS = {signal.SIGINT: "Interrupted", signal.SIGTERM: "Terminated"}
if hasattr(signal, "SIGHUP"):  # Windows has none
    WORDS[signal.SIGHUP] = "The terminal was closed"

_SOON_S = 0.01


class _Moment:
    """How far this process is, and which signal it has received, which decide what the next one does."""

    is_working = False
    is_over = False
    is_lost = False
    received: int | None = None


_MOMENT = _Moment()


@contextmanager
def signals_in_words() -> Iterator[None]:
    """Answer signals in one line."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _MOMENT.is_over, _MOMENT.received = False, None
    before = {number: signal.getsignal(number) for number in WORDS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # as nohup wants it
            signal.signal(number, _receive)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def signals_raised() -> Iterator[None]:
    """Let a signal interrupt the work, so that it cleans up; a second one ends the process at once."""
    _MOMENT.is_working = True
    before, sys.unraisablehook = sys.unraisablehook, _raise_again
    try:
        yield
    finally:
        sys.unraisablehook = before
        _MOMENT.is_working, _MOMENT.is_over = False, True


def received() -> int | None:
    """Return the signal that ends this command; None if there was none."""
    return _MOMENT.received


def leave(code: int) -> None:
    """End the process at once: nobody waits for its threads, nor for all that was loaded to be taken apart."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # it is closed, or whoever read it has gone
            stream.flush()
    os._exit(code)


def _receive(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the system calls it so
    if _MOMENT.is_over:
        return
    is_second = _MOMENT.received is not None and not _MOMENT.is_lost
    _MOMENT.received, _MOMENT.is_lost = number, False
    if _MOMENT.is_working and not is_second:
        raise KeyboardInterrupt
    end = "at once; the next command that writes there removes what is left" if is_second else "nothing was changed"
    with suppress(OSError):
        os.write(
            sys.__stderr__.fileno() if sys.__stderr__ else 2, f"{WORDS[signal.Signals(number)]}; {end}.\n".encode()
        )
    os._exit(128 + number)


def _raise_again(lost: sys.UnraisableHookArgs) -> None:
    """Send a signal again that came within code which lets nothing be raised, such as the removal of an object."""
    if _MOMENT.received is None or not isinstance(lost.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    _MOMENT.is_lost = True
    again = threading.Timer(_SOON_S, os.kill, (os.getpid(), _MOMENT.received))
    again.daemon = True
    again.start()
