"""Any table of counts: read twice alike, in any order of its rows alike, imported twice as once; edits by hand stay."""

import csv
import datetime as dt
import io
import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.errors import ScenarioError
from corridor.scenario.io.read import read_folder
from corridor.scenario.io.write import table_text
from corridor.scenario.observations import Observation
from corridor.sources.tables.files import read_file
from corridor.sources.tables.into import import_counts
from corridor.sources.tables.layouts import read_counts

DAYS = st.dates(dt.date(2031, 1, 1), dt.date(2031, 2, 28)).map(str)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(("North", "الهول", "Città, the old one", 'the "new" site')),
        DAYS,
        st.sampled_from(("0", "12", "1,200", "65000", "-", "N/A", "1e400", "-5")),
        st.sampled_from(("conflict", "flood", "")),
    ),
    min_size=1,
    max_size=12,
)
FEW = settings(max_examples=25, deadline=None)


def table(rows) -> bytes:
    """Return a table of counts as a file."""
    text = io.StringIO()
    csv.writer(text).writerows([("Site", "Date", "Individuals", "Reason"), *rows])
    return text.getvalue().encode()


def read(folder: Path, data: bytes):
    """Return a file and its figures, None if it holds none."""
    path = folder / "table.csv"
    path.write_bytes(data)
    source = read_file(path)
    try:
        return source, read_counts(source, "auto", {})
    except ScenarioError:
        return source, None


def facts(reading) -> list[tuple]:
    """Return what figures say, without the rows in which they stand."""
    return sorted((str(row.spot), row.measure, row.date, row.count, row.source) for row in reading.figures)


@FEW
@given(ROWS, st.randoms(use_true_random=False))
def test_a_table_read_twice_or_in_another_order_gives_the_same_figures(rows, chance: random.Random):
    shuffled = list(rows)
    chance.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as name:
        _, one = read(Path(name), table(rows))
        assert read(Path(name), table(rows))[1] == one
        _, other = read(Path(name), table(shuffled))
        assert (one is None) is (other is None)
        assert one is None or facts(one) == facts(other)


@FEW
@given(ROWS)
def test_importing_a_file_again_changes_no_byte(rows):
    with tempfile.TemporaryDirectory() as name:
        source, reading = read(Path(name), table(rows))
        if reading is None:
            return
        folder = Path(name) / "scenario"
        import_counts(source, reading, folder, create=True)
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        again = import_counts(source, reading, folder, create=True)
        assert (again.added, again.revised) == (0, 0)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@FEW
@given(ROWS, ROWS, st.integers(0, 10**6))
def test_what_a_person_wrote_stays_whatever_is_imported_after_it(rows, more, count):
    with tempfile.TemporaryDirectory() as name:
        source, reading = read(Path(name), table(rows))
        if reading is None:
            return
        folder = Path(name) / "scenario"
        import_counts(source, reading, folder, create=True)
        imported, *others = read_folder(folder)[1]
        edited = imported.model_copy(update={"count": count})
        written = edited.model_copy(update={"source": "by hand", "notes": {}})
        text = table_text(Observation, [edited, written, *others])
        (folder / "observations.csv").write_text(text, encoding="utf-8", newline="")
        for data in (table(rows), table(more)):
            source, reading = read(Path(name), data)
            if reading is not None:
                import_counts(source, reading, folder, create=True)
        after = list(read_folder(folder)[1])
        assert edited in after
        assert written in after
