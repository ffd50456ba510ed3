"""The brief: one page that can be forwarded."""

import json
import re
import shutil
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from corridor.report.facts.context import report_context
from corridor.report.pages.brief import HEIGHT, MOST_NOTE_LINES, WIDTH, brief_svg, note_lines, write_brief
from corridor.runs.folder import read_run
from tests.report.conftest import HOSTILE
from tests.report.synthetic import make_run


def baselines(svg: str) -> list[float]:
    """Return where the lines of text stand that are not of the chart, from the top of the page."""
    page = re.sub(r"<g transform.*?</svg></g>", "", svg, flags=re.DOTALL)
    return [float(y) for y in re.findall(r'<text x="[^"]*" y="([^"]*)"', page)]


def test_the_brief_is_one_a4_page_as_pdf_and_as_png(run_folder, tmp_path):
    pdf, png = write_brief(run_folder, out=tmp_path)
    (page,) = PdfReader(BytesIO(pdf.read_bytes())).pages
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((WIDTH, HEIGHT), abs=1)
    assert png.read_bytes().startswith(b"\x89PNG")
    text = page.extract_text()
    assert "By 29 February 2020, likely 25,000 people in Main Camp" in " ".join(text.split())
    assert "Water to deliver" in text


def test_many_long_warnings_leave_the_brief_on_its_page(run_folder, tmp_path):
    moved = tmp_path / "RUN"
    shutil.copytree(run_folder, moved)
    facts = json.loads((moved / "run.json").read_text(encoding="utf-8"))
    facts["conflicts"] = ["The fit contradicts a report. " + "It goes on at length. " * 30] * 3
    (moved / "run.json").write_text(json.dumps(facts), encoding="utf-8")
    svg = brief_svg(report_context(read_run(moved)))
    assert max(baselines(svg)) < HEIGHT - 20
    assert "Not to stop, turn back" in svg


def test_names_that_try_to_become_markup_are_text(tmp_path):
    folder = make_run(tmp_path / "RUN", camp=HOSTILE)
    svg = brief_svg(report_context(read_run(Path(folder))))
    assert "<script" not in svg
    ET.fromstring(svg)  # noqa: S314 - our own drawing


def test_a_unit_that_its_item_names_is_not_said_twice_and_notes_are_large_enough_to_be_read(run_folder):
    svg = brief_svg(report_context(run_folder))
    texts = re.findall(
        r'font-size="([0-9.]+)"[^>]*>([^<]*)</text>', re.sub(r"<g transform.*?</g>", "", svg, flags=re.DOTALL)
    )
    assert any(text == "Toilets, emergency" for _, text in texts)
    assert any(text == "Food, full dry ration, kg a day" for _, text in texts)
    assert min(float(size) for size, text in texts if text) > 5


def test_a_long_note_of_a_figure_is_written_whole():
    note = "29 December – 4 January, by stated ways; otherwise 12,000 come and 11,000 leave"
    lines = note_lines(note, 92)
    assert len(lines) <= MOST_NOTE_LINES
    assert " ".join(line.text for line in lines) == note
