"""From drag to redraw, in a browser: the page itself notes the time from each move to the frame with the answer."""

from __future__ import annotations

import shutil
import statistics
import time

from playwright.sync_api import sync_playwright

from benchmarks.timing import Table

STATE = "scenario=baghouz-2019&known_by=2019-03-03&days=28"
SLIDER = "input[data-kind=screening_rate]"
MEASURES = "performance.getEntriesByName('drag to redraw').map((row) => row.duration)"
MOVE = """([selector, value]) => {
  const slider = document.querySelector(selector);
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""


def milliseconds(url: str, moves: int) -> tuple[list[float], float]:
    """Return the time from each move of a slider to its redraw, and what a move costs the processor in this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{url}#{STATE}")
        page.wait_for_selector("#chart canvas", timeout=600_000)
        page.locator(SLIDER).focus()
        begun = time.process_time()
        for move in range(moves):
            page.evaluate(MOVE, [SLIDER, str(80 + 80 * move)])
            while len(page.evaluate(MEASURES)) <= move:
                page.wait_for_timeout(20)
        cost = (time.process_time() - begun) / moves * 1000
        durations: list[float] = page.evaluate(MEASURES)
        browser.close()
    return durations, cost


def redraw(url: str, moves: int) -> Table:
    """Move a slider in a browser, and return how long the page took."""
    durations, cost = milliseconds(url, moves)
    cuts = statistics.quantiles(durations, n=20)
    return Table(
        "One person alone",
        f"A slider is moved {len(durations)} times in Chromium, each time once the last answer is drawn.",
        ("measured", "milliseconds"),
        (
            ("from the move to the redraw", f"P50 {cuts[9]:.0f}, P95 {cuts[18]:.0f}, longest {max(durations):.0f}"),
            ("of it work of the server's processors, both together", f"{cost:.0f}"),
        ),
    )
