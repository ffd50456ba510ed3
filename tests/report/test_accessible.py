"""Whether the page is valid HTML, and whether everybody can read it: contrast, headings, tables."""

import re
from itertools import pairwise

import html5lib
import pytest

from corridor.report.figures import palette
from tests.report.test_page import read

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
TEXT, DRAWN = 4.5, 3.0  # WCAG 2.2, AA: 1.4.3 for text, 1.4.11 for what is drawn


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb as WCAG defines it."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def variables(html: str) -> dict[str, dict[str, str]]:
    """Return the colours of the page by name, in the light and in the dark."""
    light, dark = re.findall(r":root \{(.*?)\}", STYLE.search(html)[1], re.DOTALL)
    return {
        name: dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block)) for name, block in (("light", light), ("dark", dark))
    }


def test_contrast_of_black_and_white_is_twenty_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_html_is_valid(page, hostile_html):
    for text in (page, hostile_html):
        without_scripts = re.sub(r"(<script[^>]*>).*?(</script>)", r"\1\2", text, flags=re.DOTALL)
        html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(without_scripts)


def test_ids_are_used_once_and_links_within_the_page_lead_somewhere(page):
    tags = read(page).tags
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for t, a in tags if t == "a" and a["href"].startswith("#")} <= set(ids)


def test_headings_descend_one_step_at_a_time_from_a_single_first(page):
    levels = [int(tag[1]) for tag, _ in read(page).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_cell_that_heads_a_table_says_what_it_heads(page):
    heads = [a for tag, a in read(page).tags if tag == "th"]
    assert heads
    assert all(a.get("scope") in {"col", "row"} for a in heads)


def test_cells_of_cards_carry_the_heading_that_a_narrow_screen_hides(page):
    for table in re.findall(r'<table class="cards[^"]*">(.*?)</table>', page, re.DOTALL):
        columns = re.findall(r'<th scope="col">(.*?)</th>', table)
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table.split("<tbody>")[1], re.DOTALL):
            labels = re.findall(r'<t[dh][^>]*?(?:data-label="([^"]*)"|scope="row")', row)
            assert [label or columns[0] for label in labels] == columns


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_it_stands_on(page, scheme):
    colours = variables(page)[scheme]
    for ground in ("page", "pale", "warn"):
        for ink in ("ink", "quiet", "blue", "report"):
            assert contrast(colours[ink], colours[ground]) >= TEXT, (ink, ground)


@pytest.mark.parametrize("is_dark", [False, True])
def test_what_is_drawn_stands_out(is_dark):
    def seen(colour):
        return palette.DARK[colour] if is_dark else colour

    paper = seen(palette.PAPER)
    for words in (palette.INK, palette.QUIET, palette.LIMIT, palette.REPORT):
        assert contrast(seen(words), paper) >= TEXT, words
    for mark in (palette.FORECAST, palette.REPORT, palette.LIMIT, palette.NOT_USED):
        assert contrast(seen(mark), paper) >= DRAWN, mark
    for band in palette.BANDS:
        assert contrast(seen(palette.FORECAST), seen(band)) >= DRAWN, band
        assert contrast(seen(palette.SUPPOSED[palette.FORECAST]), seen(palette.SUPPOSED[band])) >= DRAWN, band
        assert contrast(seen(palette.SUPPOSED[palette.REPORT]), seen(palette.SUPPOSED[band])) >= TEXT, band
    assert contrast(seen(palette.COUNTRY), paper) >= TEXT


def test_every_colour_of_the_charts_has_one_for_the_dark(html):
    drawn = {
        word
        for chart in re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
        for word in re.findall(r"#[0-9a-f]{6}\b", chart)
    }
    assert drawn
    assert drawn <= set(palette.DARK)
