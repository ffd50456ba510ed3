"""The picture of the data flow is the one that its script draws, and the code agrees with its arrows."""

from tests.docs.blocks import ROOT
from tools import draw_data_flow
from tools.draw_data_flow import BOXES, Arrow, Box, contradicted, drawn


def test_the_picture_is_what_the_script_draws():
    assert (ROOT / "docs" / "images" / "data_flow.svg").read_text(encoding="utf-8") == drawn()


def test_an_arrow_that_no_import_supports_is_refused(monkeypatch):
    boxes = (Box("import", 0, 0, (), "sources"), Box("check", 0, 1, (), "scenario"), Box("page", 0, 2, (), "report"))
    monkeypatch.setattr(draw_data_flow, "BOXES", boxes)
    monkeypatch.setattr(draw_data_flow, "ARROWS", (Arrow("import", "check"), Arrow("import", "page")))
    assert contradicted() == ["import → page"]


def test_boxes_do_not_cover_each_other():
    cells = [(box.column + step, box.row) for box in BOXES for step in range(box.span)]
    assert len(cells) == len(set(cells))
