"""Texts, pages and PDFs as they come, and the ones that hold no report."""

import datetime as dt
import io

import pytest
from pypdf import PdfReader, PdfWriter

from corridor.errors import ScenarioError
from corridor.sources.texts import read_documents, read_proposals_of
from corridor.sources.texts.files import Document

PAGE = """<!doctype html><html><head><title>News</title><script>var n = "900 people fled Gamma.";</script>
<meta property="article:published_time" content="2031-03-05T10:00:00Z"></head>
<body><nav>800 people fled Beta.</nav><article><h1>Alba</h1><p>Some 700 people fled&nbsp;Alba on Friday.</p></article>
<footer>600 people fled Delta.</footer></body></html>"""


def read(path):
    """Return the one document of a file."""
    (document,) = read_documents([path])
    return document


def pdf(text):
    """Return a PDF of one page with a line of text."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )


def test_a_page_gives_its_article_and_its_day_of_publication(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    document = read(path)
    assert document.published == dt.date(2031, 3, 5)
    (proposal,) = read_proposals_of([document])
    assert (proposal.count, proposal.place, str(proposal.end)) == (700, "Alba", "2031-02-28")
    assert document.text[slice(*proposal.span)].startswith("Some 700 people")


def test_a_pdf_with_a_text_layer_is_read(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf("Some 700 people fled Alba on 3 March 2031."))
    (proposal,) = read_proposals_of([read(path)])
    assert (proposal.count, proposal.place, str(proposal.end)) == (700, "Alba", "2031-03-03")


def test_an_encrypted_pdf_says_so(tmp_path):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Some 700 people fled Alba."))))
    writer.encrypt("secret", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)
    with pytest.raises(ScenarioError, match="the PDF is encrypted"):
        read(path)


def test_a_folder_is_read_in_the_order_of_names_and_a_name_may_hold_the_day(tmp_path):
    for name in ("b_2031-03-05.txt", "a.md", "ignored.csv"):
        (tmp_path / name).write_text("700 people fled Alba on Friday.", encoding="utf-8")
    documents = read_documents([tmp_path, tmp_path / "a.md"])
    assert [(row.file.rsplit("/")[-1], row.published) for row in documents] == [
        ("a.md", None),
        ("b_2031-03-05.txt", dt.date(2031, 3, 5)),
    ]


def test_standard_input_is_a_text():
    (document,) = read_documents(["-"], standard_input=b"700 people fled Alba.")
    assert (document.file, document.text) == ("-", "700 people fled Alba.")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.txt", b"", "holds no text"),
        ("binary.txt", b"700 people\0\1\2", "binary"),
        ("archive.txt", b"PK\x03\x04" + bytes(40), "archive or an office document"),
        ("bomb.txt", b"\x1f\x8b\x08" + bytes(40), "nothing in it is unpacked"),
        ("controls.txt", bytes(range(1, 255)) * 9, "binary, or text in an unknown encoding"),
        ("office.txt", b"\xd0\xcf\x11\xe0" + bytes(40), "archive or an office document"),
        ("bomb.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', "entities are not expanded"),
        ("page.txt", b'<html><title>Log in</title><form><input type="password"></form></html>', "asks for a password"),
        ("broken.pdf", b"%PDF-1.7\nnothing", "the PDF cannot be read"),
    ],
)
def test_what_is_no_report_is_refused_in_clear_words(tmp_path, name, data, words):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ScenarioError, match=words):
        read(path)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("latin-1", "700 personnes ont fui à Alba"),
        ("cp1256", "نزح 700 شخص إلى المخيم"),
        ("cp1251", "700 человек прибыли в лагерь"),
        ("shift_jis", "700人がキャンプに到着した"),
        ("utf-16-le", "700 people fled to Alba"),
    ],
)
def test_older_encodings_are_read_by_their_script(tmp_path, encoding, text):
    path = tmp_path / "report.txt"
    path.write_bytes(text.encode(encoding))
    assert read(path).text == text


@pytest.mark.parametrize("filling", [" ", ".", "\n", " \n", "(", "- ", "1 "])
def test_a_text_of_endless_repeats_is_read_to_its_end(filling):
    """Patterns that try every start of a run anew take hours here."""
    text = filling * (8_000 // len(filling)) + "\n\nMore than 700 people arrived at Alba camp on 3 March 2031."
    proposals = read_proposals_of([Document("report.txt", text, "0" * 64)])
    assert [row.count for row in proposals] == [700]


def test_all_problems_are_listed_at_once(tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    with pytest.raises(ScenarioError) as caught:
        read_documents([tmp_path / "absent.txt", tmp_path / "empty.txt"])
    assert [problem.code for problem in caught.value.problems] == ["X002", "X004"]
