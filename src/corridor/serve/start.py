"""Starting the server: which scenarios, which address, and whether the page is built."""

from __future__ import annotations

import errno
import secrets
import socket
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import uvicorn

from corridor.errors import UsageError
from corridor.runs.inputs import bundled_names, scenario_folder
from corridor.serve.app import create_app
from corridor.serve.desk import Desk, Settings
from corridor.serve.library import Library
from corridor.serve.security import LOOPBACK, Access

_LOCAL = {"127.0.0.1", "localhost", "::1"}
_ANY = {"0.0.0.0", "::"}  # noqa: S104 - recognised, not bound


@dataclass(frozen=True)
class Address:
    """Where the server listens."""

    host: str
    port: int

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in _LOCAL

    @property
    def name(self) -> str:
        """Return the host as a browser names it: in brackets if it is of version 6."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def url(self) -> str:
        """Return what a browser opens."""
        return f"http://{self.name}:{self.port}/"


def assets() -> Path:
    """Return the folder of the built page.

    Raises
    ------
    UsageError
        The page has not been built.
    """
    folder = Path(str(files("corridor") / "serve" / "static"))
    if not (folder / "index.html").is_file():
        message = (
            "The page has not been built, so there is nothing to show. In the folder of the project, run: make page "
            "(it takes Node from PyPI if there is none). Installed wheels hold the built page."
        )
        raise UsageError(message)
    return folder


def settings_for(
    scenario: str | None, address: Address, *, names: tuple[str, ...], runs: Path, members: int, workers: int
) -> Settings:
    """Return what the server needs.

    Parameters
    ----------
    scenario
        A scenario folder, or the name of a bundled one; None opens whichever comes first.
    address
        Where it listens; anything but this machine asks for a token.
    names
        Further host names by which it may be addressed.
    runs
        The folder for RUN folders.
    members
        Members at rest.
    workers
        Threads of a calculation.
    """
    elsewhere = None if scenario is None or scenario in bundled_names() else scenario_folder(scenario)
    hosts = LOOPBACK | {name.lower() for name in names} | (set() if address.host in _ANY else {address.name.lower()})
    token = None if address.is_local else secrets.token_urlsafe(24)
    return Settings(
        library=Library(Path.cwd(), elsewhere),
        runs=runs,
        access=Access(frozenset(hosts), token),
        members=members,
        workers=workers,
        assets=assets(),
    )


def page_address(scenario: str | None, address: Address, settings: Settings, language: str = "en") -> str:
    """Return the address to open: with the language, the scenario, and with the token where one is needed."""
    parts = [] if language == "en" else [f"language={language}"]
    if scenario is not None:
        folder = settings.library.elsewhere
        parts.append(f"scenario={folder.resolve().name if folder is not None else scenario}")
    if settings.access.token is not None:
        parts.append(f"token={settings.access.token}")
    return address.url + (f"#{'&'.join(parts)}" if parts else "")


def check_address(address: Address) -> None:
    """Refuse an address at which nobody can listen, before it is told to anybody.

    Raises
    ------
    UsageError
        Another program listens there, or this machine has no such address.
    """
    try:
        kinds = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        with socket.socket(kinds[0][0], socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(kinds[0][4])
    except OSError as error:
        advice = "Another program listens there; give another --port." if error.errno == errno.EADDRINUSE else ""
        message = f"Nothing can be served at {address.host}, port {address.port}: {error.strerror}. {advice}".rstrip()
        raise UsageError(message) from error


def run(settings: Settings, address: Address) -> None:
    """Serve until interrupted."""
    uvicorn.run(
        create_app(Desk(settings)),
        host=address.host,
        port=address.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=200,
        timeout_keep_alive=30,
    )
