"""Whatever bytes stand in an instance of Flee, it becomes a sound scenario or is refused with reasons."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.errors import ScenarioError
from corridor.sources.flee import read_flee, write_imported
from tests.flee_instances import FILES, conflicts, write_instance

TEXTS = {
    **FILES,
    "input_csv/conflicts.csv": conflicts(Alpha=[1], Beta=[0, 1, 0]),
    "input_csv/closures.csv": "location,Beta,,2,5\ncamp,Kappa,,0,3\ncountry,Ardenia,Uganda,0,4\n",
    "input_csv/registration_corrections.csv": "Kappa,2031-01-03\n",
    "input_csv/demographics_age.csv": "age,Default\n0,10\n30,20\n",
}
SCRAPS = st.one_of(
    st.binary(max_size=8),
    st.sampled_from((b'"', b",", b"\n", b"\r", b"#", b":", b"- ", b"[", b"{", b"}", b"&a ", b"*a", b"!!x ", b"'")),
    st.sampled_from((b"\0", b"\xff", b"nan", b"-", b"1e999", b"9" * 400, b"2031-02-30", b"True", b".inf", b"0x1F")),
    st.sampled_from((b"=cmd()", "الهول".encode(), b"Alpha", b"Kappa", b"camp", b"\xef\xbb\xbf", b"\t")),
)


@settings(max_examples=300)
@given(file=st.sampled_from(sorted(TEXTS)), begin=st.floats(0, 1), cut=st.integers(0, 12), scrap=SCRAPS)
def test_an_instance_with_any_bytes_changed_becomes_a_scenario_or_is_refused_with_reasons(file, begin, cut, scrap):
    with tempfile.TemporaryDirectory() as room:
        data = TEXTS[file].encode()
        at = int(begin * len(data))
        source = write_instance(Path(room), {**TEXTS, file: data[:at] + scrap + data[at + cut :]})
        try:
            folder = write_imported(read_flee(source), Path(room) / "out")
        except ScenarioError as error:
            assert error.problems  # noqa: PT017 - either outcome is right
        else:
            assert (folder / "scenario.toml").is_file()
