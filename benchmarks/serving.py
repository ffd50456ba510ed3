"""A server of the page for as long as something is measured on it."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from corridor.serve.app import create_app
from corridor.serve.desk import Desk, Settings
from corridor.serve.library import Library
from corridor.serve.start import assets

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKERS = 2


@contextmanager
def served() -> Iterator[str]:
    """Serve the bundled scenarios on a free port, and give the address."""
    with tempfile.TemporaryDirectory() as room:
        home = Path(room)
        desk = Desk(Settings(Library(home), home / "runs", workers=WORKERS, assets=assets()))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(create_app(desk), port=port, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.should_exit = True
            thread.join(timeout=20)
