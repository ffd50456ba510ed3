"""Take the pictures of the report and of the page that the manual shows, in Chromium: `make pictures`.

The page learns from the bundled case as it was known on 3 March 2019, a slider is moved, and the report of the scenario
as it stands is written by the server. Pictures are taken of both.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from benchmarks.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
STATE = "scenario=baghouz-2019&known_by=2019-03-03&days=28"
LEVER = "&lever=reception_rate|al_hol|6000|2019-03-04|"
LONG_MS = 1_200_000


def report(browser: Browser, url: str) -> None:
    """Take the first screen of the report, as the server writes it for the scenario as it stands."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    page.goto(f"{url}#{STATE}")
    page.wait_for_selector("#chart canvas", timeout=LONG_MS)
    with page.expect_download(timeout=LONG_MS) as waited:
        page.get_by_role("button", name="Download report").click()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(Path(waited.value.path()).rename(Path(waited.value.path()).with_suffix(".html")).as_uri())
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / "report.png")
    page.close()


def screen(browser: Browser, url: str, name: str, size: tuple[int, int], *, is_dark: bool = False) -> None:
    """Take the first screen of the page under a lever."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if is_dark else "light"
    )
    page = context.new_page()
    page.goto(f"{url}#{STATE}{LEVER}")
    page.wait_for_selector("#supposed:not([hidden])", timeout=LONG_MS)
    page.screenshot(path=IMAGES / name)
    context.close()


def main() -> None:
    """Take all pictures."""
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        report(browser, url)
        screen(browser, url, "page.png", (1440, 900))
        screen(browser, url, "page_phone.png", (390, 844), is_dark=True)
        browser.close()
    for picture in ("report.png", "page.png", "page_phone.png"):
        print(f"{picture}: {(IMAGES / picture).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
