"""From drag to redraw, in a browser: `python -m benchmarks.redraw --moves 40`.

A server is started, Chromium opens the bundled case, and a slider is moved step by step. The page itself notes the time
from each move to the frame in which the answer is drawn; printed are its quantiles.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright

from corridor.serve.app import create_app
from corridor.serve.desk import Desk, Settings
from corridor.serve.library import Library
from corridor.serve.start import assets

STATE = "scenario=baghouz-2019&known_by=2019-03-03&days=28"
SLIDER = "input[data-kind=screening_rate]"
MEASURES = "performance.getEntriesByName('drag to redraw').map((row) => row.duration)"


def milliseconds(url: str, moves: int) -> list[float]:
    """Return the time from each move of a slider to its redraw."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{url}#{STATE}")
        page.wait_for_selector("#chart canvas", timeout=600_000)
        page.locator(SLIDER).focus()
        for move in range(moves):
            page.evaluate(
                """([selector, value]) => {
                     const slider = document.querySelector(selector);
                     slider.value = value;
                     slider.dispatchEvent(new Event("input", { bubbles: true }));
                   }""",
                [SLIDER, str(80 + 80 * move)],
            )
            while len(page.evaluate(MEASURES)) <= move:
                page.wait_for_timeout(20)
        durations: list[float] = page.evaluate(MEASURES)
        browser.close()
    return durations


def main() -> None:
    """Start a server, move a slider in a browser, and print how long the page took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--port", type=int, default=8766)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        desk = Desk(Settings(Library(Path(room)), Path(room) / "runs", workers=2, assets=assets()))
        server = uvicorn.Server(uvicorn.Config(create_app(desk), port=arguments.port, log_level="warning", ws="none"))
        threading.Thread(target=server.run, daemon=True).start()
        while not server.started:
            time.sleep(0.05)
        durations = milliseconds(f"http://127.0.0.1:{arguments.port}/", arguments.moves)
        server.should_exit = True
    cuts = statistics.quantiles(durations, n=20)
    print(f"moves        {len(durations)}")
    print(f"milliseconds P50 {cuts[9]:.0f}, P95 {cuts[18]:.0f}, longest {max(durations):.0f}")


if __name__ == "__main__":
    main()
