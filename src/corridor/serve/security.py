"""What a browser or a stranger may ask for: hosts, origins, tokens, sizes, and the headers of every answer."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from corridor.message import message
from corridor.serve.languages import chosen_language

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 4_000_000
"""Bytes of a request; a table of observations of several years has a tenth of it."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}
API = "/api/"
WRONG_HOST = message("This server does not answer to that host name. Open the address that corridor serve printed.")
WRONG_SITE = message("Requests from other sites are refused.")
TOO_LONG = message("A request has at most {count} bytes.", count=MOST_BYTES)
NOT_JSON = message("Send JSON, with Content-Type: application/json.")
NO_TOKEN = message("This address needs the token that corridor serve printed.")


@dataclass(frozen=True)
class Access:
    """Who may ask.

    Attributes
    ----------
    hosts
        Names by which this server may be addressed, without the port; lower case.
    token
        What every request to the API must carry as ``Authorization: Bearer``; None asks for nothing.
    """

    hosts: frozenset[str] = LOOPBACK
    token: str | None = None


class Guard:
    """Middleware that refuses what does not come from the page itself, before anything is read."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it in words."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        is_api = scope["path"].startswith(API)
        refusal = self._refusal(headers, is_api=is_api, is_safe=scope["method"] in {"GET", "HEAD"})
        if refusal is not None:
            status, words = refusal
            await _refuse(send, status, chosen_language(headers).worded(words))
            return
        await self._app(scope, _Counted(receive), _with_headers(send, is_api=is_api))

    def _refusal(self, headers: dict[str, str], *, is_api: bool, is_safe: bool) -> tuple[int, str] | None:
        """Return the status and the words with which a request is refused; None lets it pass."""
        refusals = (
            (_host_of(headers.get("host", "")) not in self._access.hosts, 421, WRONG_HOST),
            (is_api and headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}, 403, WRONG_SITE),
            (_is_foreign(headers), 403, WRONG_SITE),
            (not is_safe and not _is_json(headers), 415, NOT_JSON),
            (is_api and not self._is_allowed(headers), 401, NO_TOKEN),
            (_is_too_long(headers), 413, TOO_LONG),
        )
        return next(((status, words) for is_refused, status, words in refusals if is_refused), None)

    def _is_allowed(self, headers: dict[str, str]) -> bool:
        if self._access.token is None:
            return True
        kind, _, token = headers.get("authorization", "").partition(" ")
        wanted = self._access.token.encode()
        return kind.lower() == "bearer" and hmac.compare_digest(token.encode("latin-1", "replace"), wanted)


class _Counted:
    """Receives a request, and stops where it passes the limit."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._bytes = 0

    async def __call__(self) -> Message:
        received = await self._receive()
        self._bytes += len(received.get("body", b""))
        if self._bytes > MOST_BYTES:
            raise HTTPException(413, TOO_LONG)
        return received


def _host_of(header: str) -> str:
    """Return a host without its port, lower case.

    Examples
    --------
    >>> _host_of("LocalHost:8000"), _host_of("[::1]:8000"), _host_of("evil.example")
    ('localhost', '[::1]', 'evil.example')
    """
    name = header.lower()
    return name.partition("]")[0] + "]" if name.startswith("[") else name.partition(":")[0]


def _is_foreign(headers: dict[str, str]) -> bool:
    """Whether a page of another site sends the request."""
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host")


def _is_json(headers: dict[str, str]) -> bool:
    return headers.get("content-type", "application/json").partition(";")[0].strip() == "application/json"


def _is_too_long(headers: dict[str, str]) -> bool:
    length = headers.get("content-length", "0")
    return not length.isdecimal() or int(length) > MOST_BYTES


def _with_headers(send: Send, *, is_api: bool) -> Send:
    extra = HEADERS | ({b"cache-control": b"no-store"} if is_api else {})

    async def sending(sent: Message) -> None:
        if sent["type"] == "http.response.start":
            sent = {**sent, "headers": [*_others(sent["headers"], extra), *extra.items()]}
        await send(sent)

    return sending


def _others(headers: Iterable[tuple[bytes, bytes]], extra: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.lower() not in extra]


async def _refuse(send: Send, status: int, words: str) -> None:
    body = json.dumps({"detail": words, "problems": []}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *HEADERS.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
