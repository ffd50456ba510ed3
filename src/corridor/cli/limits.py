"""A limit of addresses (``ulimit -v``), under which libraries fail in ways of their own, or never answer."""

from __future__ import annotations

from corridor.errors import RunError

_LEAST_BYTES = 700_000_000


def address_limit() -> int | None:
    """Return the limit of addresses, bytes; None if there is none."""
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit


def limit_in_words() -> str:
    """Return what to do about the limit; nothing where there is none."""
    limit = address_limit()
    if limit is None:
        return ""
    return f" A limit of {limit / 10**9:.1f} GB of addresses is set; lift it with: ulimit -v unlimited."


def check_address_limit() -> None:
    """Refuse to load the libraries under a limit that is too low for them.

    Raises
    ------
    RunError
        It is; some would fail in words of their own, and one tries for ever.
    """
    limit = address_limit()
    if limit is not None and limit < _LEAST_BYTES:
        message = f"The libraries alone need {_LEAST_BYTES / 10**9:g} GB of addresses.{limit_in_words()}"
        raise RunError(message)
