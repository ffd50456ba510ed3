"""Tables that are broken, no tables, or made to fill a machine: refused in clear words, with nothing half written."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from corridor.errors import ScenarioError, UsageError
from corridor.scenario.io.read import read_folder
from corridor.scenario.io.write import copy_template
from corridor.sources.tables import layouts
from corridor.sources.tables.events import import_conflict
from corridor.sources.tables.files import read_file
from corridor.sources.tables.into import import_counts
from corridor.sources.tables.layouts import read_counts
from corridor.sources.tables.stated import read_mapping

DAY = dt.date(2031, 2, 13)
HEAD = "Site,Date,Individuals\n"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/hosts">]>'
)
GRID = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2" t="s"><v>4</v></c><c r="C2"><v>55</v></c></row>'
)


def imported(path: Path, folder: Path, mapping: Path | None = None):
    """Import the counts of a file into a new scenario."""
    source = read_file(path)
    stated = read_mapping(mapping) if mapping else {}
    return import_counts(source, read_counts(source, "auto", stated), folder, create=True)


def counts_of(folder: Path) -> list[tuple]:
    """Return name of the place, day and count of each figure of a scenario."""
    scenario, observations = read_folder(folder)
    names = {place.place: place.name for place in scenario.places}
    return [(names[row.place], str(row.date), row.count) for row in observations]


def packed(parts: dict[str, str]) -> bytes:
    """Return an archive of parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def xlsx(*, name="North", more="", before="", extra=()) -> bytes:
    """Return a workbook of one count as it is stored, with more rows, or text before its shared texts."""
    texts = "".join(f"<si><t>{text}</t></si>" for text in ("Site", "Date", "Individuals", name, "2031-02-13"))
    override = f"{PACKAGE}/content-types"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    parts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{override}"><Override PartName="/xl/workbook.xml" ContentType="{kind}"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{RELATIONS}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{RELATIONS}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{RELATIONS}/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>'
        ),
        "xl/sharedStrings.xml": f'{before}<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{GRID}{more}</sheetData></worksheet>',
        **dict(extra),
    }
    return packed(parts)


def ods(more="", *, before="", manifest="") -> bytes:
    """Return an OpenDocument workbook of one count, with more rows."""
    rows = "".join(
        f"<table:table-row>{''.join(cell(text) for text in row)}</table:table-row>"
        for row in (("Site", "Date", "Individuals"), ("North", "2031-02-13", "100"))
    )
    spaces = " ".join(f'xmlns:{name}="{OASIS}:{name}:1.0"' for name in ("office", "table", "text"))
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": (
                f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0">{manifest}</manifest:manifest>'
            ),
            "content.xml": (
                f"{before}<office:document-content {spaces}><office:body><office:spreadsheet>"
                f'<table:table table:name="S">{rows}{more}</table:table></office:spreadsheet></office:body>'
                "</office:document-content>"
            ),
        }
    )


def cell(text: str, times=1) -> str:
    """Return a cell of an OpenDocument table, repeated."""
    repeated = f'table:number-columns-repeated="{times}"'
    return f'<table:table-cell office:value-type="string" {repeated}><text:p>{text}</text:p></table:table-cell>'


def rows_of(text: str, times: int) -> str:
    """Return a row of an OpenDocument table, repeated."""
    return f'<table:table-row table:number-rows-repeated="{times}">{text}</table:table-row>'


def book(*sheets: list[list], merged=(), hidden=()) -> bytes:
    """Return a workbook of sheets."""
    workbook = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = workbook.active if not number else workbook.create_sheet(f"more {number}")
        for row in rows:
            sheet.append(row)
        if number in hidden:
            sheet.sheet_state = "hidden"
    for cells in merged:
        workbook.active.merge_cells(cells)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


LONG = "N" * 3_000_000
REFERENCES = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>3</v></c></row>' for i in range(3, 400))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"\xff\xfe", "the file is empty"),
        (b"\x1f\x8b\x08" + b"\0" * 40, "a packed file"),
        (b"%PDF-1.7\nSite,Date,Individuals\n", "a PDF"),
        (b"\xff\xd8\xff\xe1" + b"\xa1\xb2\xc3" * 90, "a picture"),
        (bytes(range(1, 255)) * 9, "binary"),
        (b"<!-- saved -->\n<script>1</script><body>Please log in</body>", "web page"),
        (b"\n\nPlease <b>log in</b>, <a href='x'>first</a>\n", "web page"),
        (ENTITIES.encode() + b"<x>&b;</x>", "entities are not expanded"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"result":[{"numPresentIdpInd":1' + b"0" * 5_000 + b"}]}", "thousands of digits"),
        (b'{"result":[{"admin1Name":"\\ud800"}]}', "half of a character"),
        (b'{"error":"please log in"}', "none of the layouts"),
        (HEAD.encode() + b'"North,2031-02-13,10\nSouth,2031-02-13,20\n', "line 2: a quoted cell that begins"),
        (HEAD.encode() + b"N" * 5_000 + b",2031-02-13,10\n", "5,000 characters"),
        (xlsx()[:900], "damaged"),
        (xlsx(more='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "row 1,048,576 and column 16,384"),
        (xlsx(more="<row r='4294967295'><c r='A4294967295'><v>1</v></c></row>"), "row 4,294,967,295"),
        (xlsx(name=LONG, more=REFERENCES), "the texts of the workbook fill"),
        (xlsx(before=ENTITIES, name="&b;"), "declares entities"),
        (xlsx(before=ENTITIES, name="&c;"), "declares entities"),
        (xlsx(extra={"xl/workbook.bin": "x"}.items()), "XLSB"),
        (ods(manifest="<manifest:encryption-data/>"), "encrypted"),
        (ods(before=ENTITIES), "declares entities"),
        (ods(rows_of(cell("x", 1_000), 90_000)), "row 90,002 and column 1,000"),
        (ods(rows_of(cell(LONG), 2_000)), "the texts of the workbook fill"),
        (book([["Site", "Date", "Individuals"], ["North", DAY, "=50+50"]]), r"1 formula without a stored value .C2."),
        (
            book([["Site", "Date", "Individuals", None], [None, None, "Men", "Women"], ["North", DAY, 1, 2]]),
            "'Individuals Men', 'Individuals Women'",
        ),
    ],
)
def test_a_hostile_table_is_refused_in_words_and_nothing_is_written(tmp_path, data, words):
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    with pytest.raises(ScenarioError, match=words):
        imported(path, tmp_path / "out")
    assert [item.name for item in tmp_path.iterdir()] == ["table.csv"]


def test_blank_rows_to_the_end_of_a_sheet_are_no_bomb(tmp_path):
    path = tmp_path / "table.ods"
    path.write_bytes(ods(rows_of('<table:table-cell table:number-columns-repeated="16384"/>', 1_048_574)))
    imported(path, tmp_path / "out")
    assert counts_of(tmp_path / "out") == [("North", "2031-02-13", 100)]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1256", ("مخيم الهول", "مخيم روج")),
        ("cp1251", ("Луганск", "Старобельск")),
        ("cp1252", ("Béré", "N’Djaména")),
        ("shift_jis", ("難民キャンプ", "テント村")),
        ("gb18030", ("北京市难民", "上海市")),
        ("utf-16", ("Béré", "مخيم روج")),
        ("utf-16-le", ("Site A", "Site B")),
    ],
)
def test_older_encodings_are_read_by_their_script_and_named(tmp_path, encoding, names):
    path = tmp_path / "table.csv"
    path.write_bytes((HEAD + "".join(f"{name},2031-02-13,10\n" for name in names)).encode(encoding))
    done = imported(path, tmp_path / "out")
    assert sorted(name for name, _, _ in counts_of(tmp_path / "out")) == sorted(names)
    is_named = any("is not UTF-8" in entry.text for entry in done.account)
    assert is_named is not encoding.startswith("utf")


def test_formulas_without_a_stored_value_are_named_and_macros_are_not_run(tmp_path):
    path = tmp_path / "table.xlsm"
    path.write_bytes(xlsx(more='<row r="3"><c r="C3"><f>1+1</f></c></row>', extra={"xl/vbaProject.bin": "x"}.items()))
    done = imported(path, tmp_path / "out")
    texts = " ".join(entry.text for entry in done.account)
    assert "1 formula without a stored value" in texts
    assert "macros; they were not run" in texts
    assert counts_of(tmp_path / "out") == [("North", "2031-02-13", 55)]


def test_a_number_merged_over_places_is_left_out_and_a_name_merged_over_days_is_repeated(tmp_path):
    rows = [["Site", "Date", "Individuals"], ["North", DAY, 300], ["South", DAY, None], ["East", DAY, 7]]
    rows.append([None, DAY + dt.timedelta(days=1), 8])
    path = tmp_path / "table.xlsx"
    path.write_bytes(book(rows, merged=("C2:C3", "A4:A5")))
    done = imported(path, tmp_path / "out")
    assert counts_of(tmp_path / "out") == [("East", "2031-02-13", 7), ("East", "2031-02-14", 8)]
    assert any("merged over several rows (row 2" in entry.text for entry in done.account)


def test_columns_of_men_and_women_are_added_where_a_mapping_says_so(tmp_path):
    path, mapping = tmp_path / "table.xlsx", tmp_path / "mapping.toml"
    path.write_bytes(book([["Site", "Date", "Individuals", None], [None, None, "Men", "Women"], ["North", DAY, 1, 2]]))
    mapping.write_text('[columns]\ncount = ["Individuals Men", "Individuals Women"]\n', encoding="utf-8")
    imported(path, tmp_path / "out", mapping)
    assert counts_of(tmp_path / "out") == [("North", "2031-02-13", 3)]


def test_of_two_sheets_with_the_same_places_the_first_counts_and_what_differs_is_to_be_decided(tmp_path):
    head = ["Site", "Date", "Individuals"]
    path = tmp_path / "table.xlsx"
    path.write_bytes(
        book([head, ["North", DAY, 10], ["South", DAY, 20]], [head, ["North", DAY, 13], ["South", DAY, 20]])
    )
    done = imported(path, tmp_path / "out")
    assert counts_of(tmp_path / "out") == [("North", "2031-02-13", 10), ("South", "2031-02-13", 20)]
    texts = " ".join(entry.text for entry in done.account)
    assert "1 figure of sheet more 1 that sheet Sheet has" in texts
    assert "row 2: North, 13; row 2 of Sheet: 10" in texts
    assert done.revised == 0


def test_hidden_sheets_are_named_and_read_only_if_a_mapping_names_them(tmp_path):
    head = ["Site", "Date", "Individuals"]
    path, mapping = tmp_path / "table.xlsx", tmp_path / "mapping.toml"
    path.write_bytes(book([head, ["North", DAY, 10]], [head, ["South", DAY, 20]], hidden=(1,)))
    done = imported(path, tmp_path / "out")
    assert counts_of(tmp_path / "out") == [("North", "2031-02-13", 10)]
    assert any("more 1 is hidden" in entry.text for entry in done.account)
    mapping.write_text('sheet = "more 1"\n', encoding="utf-8")
    imported(path, tmp_path / "second", mapping)
    assert counts_of(tmp_path / "second") == [("South", "2031-02-13", 20)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('measure = "people"', "measure = 'people' is not possible"),
        ('household_size = "many"', "people for each household"),
        ('dates = "y"', "d/m/Y or m/d/Y"),
        ("header_row = 0", "from 1"),
        ("columns = 3", "a table"),
        ('[columns]\nplace = ["A", "B"]', "count alone may be a list"),
        ("x" * 10, "is no mapping"),
    ],
)
def test_a_mapping_that_states_what_is_not_possible_is_refused_in_words(tmp_path, line, words):
    (tmp_path / "mapping.toml").write_text(line, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        read_mapping(tmp_path / "mapping.toml")


def test_what_is_left_out_names_its_row_and_what_stands_there(tmp_path):
    path = tmp_path / "table.csv"
    lines = (
        "North,31/02/2031,1",
        "North,1850-01-01,2",
        'North,2031-02-13,"1,2,3"',
        "North,2031-02-14,1e400",
        "North,2031-02-15,9",
    )
    path.write_text(HEAD + "\n".join(lines), encoding="utf-8")
    texts = [entry.text for entry in imported(path, tmp_path / "out").account]
    assert "2 rows without a date that exists, from 1900 to 2100 (row 2: '31/02/2031' and the like)." in texts
    assert "2 cells with no count of people (row 4: '1,2,3' is not a whole number of people and the like)." in texts
    assert counts_of(tmp_path / "out") == [("North", "2031-02-15", 9)]


ACLED = "event_date,event_type,location,latitude,longitude,fatalities\n"
UCDP = "date_start,date_end,latitude,longitude,best,where_prec\n"


@pytest.mark.parametrize(
    "text",
    [
        ACLED + "2031-06-08,Battles,,nan,inf,3\n2031-06-09,Battles,=cmd(),5.00,30.00,-4\n",
        UCDP + "2031-06-08,x,999,inf,5,1\n2031-06-09,2031-06-01,5.00,30.00,1e400,abc\n31/02/2031,x,5,30,1,1\n",
    ],
)
def test_events_with_impossible_cells_are_left_out_and_the_others_read(tmp_path, text):
    copy_template("network", tmp_path / "net")
    path = tmp_path / "events.csv"
    path.write_text(text, encoding="utf-8")
    done = import_conflict(read_file(path), tmp_path / "net", "auto")
    assert [(event.subject, str(event.start)) for event in done.added] == [("northgate", "2031-06-09")]
    assert any("deaths are no count" in entry.text for entry in done.account)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            (
                "location_code,admin_level,admin1_name,population,reference_period_start,reference_period_end\n"
                "ARD,two,East,5,2031-01-01,2031-01-31\nARD,1,North,5,2031-01-01,2031-01-31\n"
            ),
            "North",
        ),
        (
            (
                '{"data": [{"geomaster_name": "North", "individuals": 7, "date": "2031-01-01", "centroid_lat": "nan",'
                ' "centroid_lon": "1e999", "population_groups": {"a": 1}}]}'
            ),
            "North",
        ),
        (
            (
                '[{"displacement_type": "Conflict", "figure": 12, "role": "Recommended figure", "latitude": 91,'
                ' "longitude": [], "displacement_start_date": "2031-01-01", "displacement_end_date": "2031-01-05",'
                ' "locations_name": "North", "created_at": {}}]'
            ),
            "",
        ),
        (
            HEAD.replace("Individuals", "Households,Household size") + "North,2031-02-13,9,nan\nNorth,2031-02-14,9,5\n",
            "North",
        ),
    ],
)
def test_impossible_cells_of_published_layouts_are_passed_over(tmp_path, text, place):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    imported(path, tmp_path / "out")
    ((name, _, _),) = counts_of(tmp_path / "out")
    assert place in name


def test_rows_that_contradict_each_other_by_the_thousand_are_not_all_listed(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text(HEAD + "".join(f"North,2031-02-13,{count}\n" for count in range(3000)), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        imported(path, tmp_path / "scenario")
    text = str(caught.value)
    assert "row 2: 0, row 3: 1, row 4: 2, row 5: 3, and 2,996 more" in text
    assert len(text) < 1000


def test_more_figures_than_a_scenario_takes_are_refused_with_nothing_written(tmp_path, monkeypatch):
    monkeypatch.setattr(layouts, "MAX_FIGURES", 2)
    path = tmp_path / "counts.csv"
    rows = [f"North,2031-02-{day:02},{day}\n" for day in (1, 2, 3)]
    path.write_text(HEAD + "".join(rows[:2]), encoding="utf-8")
    imported(path, tmp_path / "two")
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    with pytest.raises(
        ScenarioError,
        match=r"holds 3 figures \(2031 to 2031; most are of no country named 3\); more than 2 are not taken",
    ):
        imported(path, tmp_path / "three")
    assert not (tmp_path / "three").exists()
