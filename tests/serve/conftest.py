"""A server on a free port, and a browser to look at its page."""

import os
import shutil
import socket
import threading
import time

import pytest
import uvicorn
from playwright.sync_api import sync_playwright
from starlette.testclient import TestClient

from corridor.scenario.io.write import copy_template
from corridor.serve.app import create_app
from corridor.serve.desk import Desk, Settings
from corridor.serve.library import Library

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
IS_REQUIRED = os.environ.get("CORRIDOR_REQUIRE_BROWSER") == "1"
HOSTILE = "<script>document.title='owned'</script>"
HERE = "http://localhost:8000"
MEMBERS = 100
"""At rest; fewer than in use, so that a fit takes seconds."""
SUPPOSED = [
    {"kind": "screening_rate", "subject": "ridge_screening", "value": 1200, "start": "2031-02-14", "end": None},
    {"kind": "corridor", "subject": "old_town", "value": 3000, "start": "2031-02-14", "end": None},
    {"kind": "pause", "subject": "old_town", "value": None, "start": "2031-02-14", "end": "2031-02-14"},
]
"""Levers of which a report is written: once, for the tests of the API and of the page."""


@pytest.fixture
def home(tmp_path):
    """Return a folder with one scenario, the small siege, that a test may change."""
    copy_template("siege", tmp_path / "home" / "siege")
    return tmp_path / "home"


@pytest.fixture
def client(home):
    """Return a client of a server of that folder."""
    with TestClient(create_app(Desk(Settings(Library(home), home / "runs"))), base_url=HERE) as client:
        yield client


@pytest.fixture(scope="session")
def unchanged_home(tmp_path_factory):
    """Return such a folder for tests that change nothing in it."""
    home = tmp_path_factory.mktemp("unchanged") / "home"
    copy_template("siege", home / "siege")
    return home


@pytest.fixture(scope="session")
def reader(unchanged_home):
    """Return a client of a server of a folder that no test changes."""
    desk = Desk(Settings(Library(unchanged_home), unchanged_home / "runs"))
    with TestClient(create_app(desk), base_url=HERE) as client:
        yield client


def finished(client, job):
    """Return a job once it is over."""
    deadline = time.monotonic() + 500
    while job["status"] in {"queued", "running"} and time.monotonic() < deadline:
        time.sleep(0.1)
        job = client.get(f"/api/jobs/{job['job']}").json()
    return job


@pytest.fixture(scope="session")
def desk(tmp_path_factory, root):
    """Return what is behind the API and the page of two sieges.

    In the first, the name of the screening point is a script, and nobody states what the camp receives a day.
    """
    home = tmp_path_factory.mktemp("desk")
    copy_template("siege", home / "siege")
    copy_template("siege", home / "shared")
    places = home / "siege" / "places.csv"
    text = places.read_text(encoding="utf-8")
    assert "Ridge screening point" in text
    places.write_text(text.replace("Ridge screening point", HOSTILE), encoding="utf-8")
    events = home / "siege" / "events.csv"
    text = events.read_text(encoding="utf-8")
    assert "reception_rate,plain_camp,650," in text
    events.write_text(text.replace("reception_rate,plain_camp,650,", "reception_rate,plain_camp,,"), encoding="utf-8")
    assets = root / "src" / "corridor" / "serve" / "static"
    return Desk(Settings(Library(home), home / "runs", members=MEMBERS, workers=2, assets=assets))


@pytest.fixture(scope="session")
def fitted_client(desk):
    """Return a client of a server that has learnt from the siege, with the request of that fit."""
    client = TestClient(create_app(desk), base_url=HERE)  # without its end: the page goes on with the same desk
    request = {"scenario": "siege", "known_by": "2031-02-13", "days": 14}
    job = finished(client, client.post("/api/calibrate", json=request).json())
    assert job["status"] == "done", job
    return client, request


class Site:
    """A server that a browser can open."""

    def __init__(self, desk: Desk) -> None:
        self.home = desk.library.home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.server = uvicorn.Server(uvicorn.Config(create_app(desk), port=port, log_level="warning", ws="none"))
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.url = f"http://127.0.0.1:{port}/"

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.thread.start()
        while not self.server.started:
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop."""
        self.server.should_exit = True
        self.thread.join(timeout=20)


@pytest.fixture(scope="session")
def site(desk):
    """Return a server of the page."""
    if not (desk.settings.assets / "index.html").is_file():
        message = "the page is not built: make page"
        pytest.fail(message) if IS_REQUIRED else pytest.skip(message)
    site = Site(desk)
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def chromium():
    """Return a browser, or skip where the machine has none."""
    if CHROMIUM is None:
        message = "no Chromium on this machine: the page was not looked at"
        pytest.fail(message) if IS_REQUIRED else pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


FIT_FIRST = 424
"""The answer to a what-if whose fit is not at hand any more: the page learns again."""


def is_complaint(row, refused, *, offline):
    """Return whether a line of the console is one; a browser itself notes a request that is refused or fails."""
    is_note = f"status of {FIT_FIRST}" in row.text
    is_note = is_note or (refused is not None and f"status of {refused}" in row.text)
    is_note = is_note or (offline and "ERR_INTERNET_DISCONNECTED" in row.text)
    return row.type in {"error", "warning"} and not is_note


@pytest.fixture
def tab(chromium, site):
    """Return a function that opens a tab at a state; every console error and foreign request fails the test."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    complaints, own = [], (site.url, "blob:", "data:")

    def opened(state, *, wait=True, refused=None, offline=False):
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.on(
            "console", lambda row: complaints.append(row.text) if is_complaint(row, refused, offline=offline) else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda row: None if row.url.startswith(own) else complaints.append(row.url))
        page.goto(f"{site.url}#{state}")
        page.wait_for_selector("#place option", state="attached")
        if wait:
            page.wait_for_selector("#chart canvas")
        return page

    yield opened
    for page in context.pages:
        page.goto("about:blank")  # as a tab that is closed: what it still waits for is given up
    context.close()
    assert complaints == []
