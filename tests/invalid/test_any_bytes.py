"""Whatever bytes stand in a file, the reader answers with a scenario or with problems, never with a crash."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.errors import ScenarioError
from corridor.scenario.io.read import read_folder

SOUND = Path(__file__).resolve().parents[2] / "src" / "corridor" / "bundled" / "templates" / "siege"
FILES = sorted(path.name for path in SOUND.iterdir())
SCRAPS = st.one_of(
    st.binary(max_size=8),
    st.sampled_from((b'"', b"'", b",", b";", b"\n", b"\r", b"\n\n", b"[", b"]", b"[[", b"{", b"}", b"=", b"#", b".")),
    st.sampled_from((b"\0", b"\xff", b"nan", b"-", b"1e999", b"9" * 400, b"2031-02-30", b'"""', b"0", b"true")),
    st.sampled_from((b"x_", b">", b"+", "الهول".encode(), b"=cmd()")),
)


def outcome(folder):
    """Return the days of the calendar, or the problems."""
    try:
        scenario, _ = read_folder(folder)
    except ScenarioError as error:
        return error.problems
    return range(scenario.n_days)


@settings(max_examples=300)
@given(file=st.sampled_from(FILES), begin=st.floats(0, 1), cut=st.integers(0, 12), scrap=SCRAPS)
def test_a_file_with_any_bytes_changed_is_read_or_refused_with_reasons(file, begin, cut, scrap):
    with tempfile.TemporaryDirectory() as room:
        folder = Path(shutil.copytree(SOUND, Path(room) / "scenario"))
        data = (folder / file).read_bytes()
        at = int(begin * len(data))
        (folder / file).write_bytes(data[:at] + scrap + data[at + cut :])
        assert len(outcome(folder)) > 0
