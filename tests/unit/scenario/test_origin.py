"""Where a figure was brought from."""

from corridor.scenario.observations import Observation

ROW = {"date": "2031-03-03", "place": "camp", "measure": "stock", "count": 12, "source": "DTM"}


def test_a_figure_of_a_table_leads_to_sheet_and_rows_and_one_of_a_text_to_its_sentence():
    table = {"x_file": "dtm.xlsx", "x_sheet": "Round 3", "x_row": "4-5", "x_sha256": "9f" * 32, "x_import": "counts"}
    origin = Observation(**ROW, notes=table).origin
    assert origin is not None
    assert origin.words() == "dtm.xlsx, sheet Round 3, row 4-5; SHA-256 9f9f9f9f9f9f; counts"
    text = {"x_file": "a.txt", "x_span": "7-19", "x_sentence": "Twelve came.", "x_proposal": "p1"}
    origin = Observation(**ROW, notes=text).origin
    assert origin is not None
    assert (origin.words(), origin.sentence) == ("a.txt, characters 7-19; read, proposal p1", "Twelve came.")


def test_a_figure_written_by_hand_has_no_origin():
    assert Observation(**ROW, notes={"x_remark": "by phone"}).origin is None
