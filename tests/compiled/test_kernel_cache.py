"""Where the compiled kernel is stored, and that no fault of the store costs more than a compilation."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from corridor.engine.kernel import compiling

MODULE = textwrap.dedent(
    """
    import json, os, sys
    import numba  # before anything of Corridor
    from corridor.engine.kernel.compiling import kernel, kernel_folder

    @kernel
    def one_more(cells):
        cells[0] += 1

    if __name__ == "__main__":
        import numpy as np
        cells = np.zeros(1, dtype=np.int64)
        one_more(cells)
        folder = kernel_folder()
        print(json.dumps({
            "value": int(cells[0]),
            "hits": sum(one_more.stats.cache_hits.values()),
            "folder": None if folder is None else str(folder),
            "numba": os.environ.get("NUMBA_CACHE_DIR"),
        }))
    """
)


@pytest.fixture
def script(tmp_path):
    """Return the file of a small kernel."""
    path = tmp_path / "small_kernel.py"
    path.write_text(MODULE, encoding="utf-8")
    return path


def begin(script, cache, **more):
    """Start a process that runs the small kernel with a cache folder."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    surroundings |= {"XDG_CACHE_HOME": str(cache), **more}
    command = [sys.executable, str(script)]
    return subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own script


def result(process):
    """Return what a process printed."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out)


def test_the_kernel_is_stored_in_a_folder_of_its_own_even_if_numba_was_imported_before(script, tmp_path):
    cache = tmp_path / "cache"
    first, second = result(begin(script, cache)), result(begin(script, cache))
    assert (first["value"], first["hits"]) == (1, 0)
    assert (second["value"], second["hits"]) == (1, 1)
    assert first["folder"] == str(cache / "corridor" / f"kernels-{compiling.source_hash()}")
    assert first["numba"] is None


def test_two_processes_that_begin_at_once_do_each_other_no_harm(script, tmp_path):
    both = [begin(script, tmp_path / "cache") for _ in range(2)]
    assert [result(process)["value"] for process in both] == [1, 1]
    assert result(begin(script, tmp_path / "cache"))["hits"] == 1


def test_a_folder_that_cannot_be_written_is_replaced_by_another(script, tmp_path):
    cache, spare = tmp_path / "a_file", tmp_path / "spare"
    cache.write_text("not a folder", encoding="utf-8")
    spare.mkdir()
    found = result(begin(script, cache, TMPDIR=str(spare)))
    assert found["value"] == 1
    assert found["folder"].startswith(str(spare))


def test_without_any_folder_the_kernel_is_compiled_and_not_stored(script, tmp_path):
    cache = tmp_path / "a_file"
    cache.write_text("not a folder", encoding="utf-8")
    spare = tmp_path / "spare"
    spare.mkdir()
    (spare / f"corridor-{os.getuid()}").write_text("not a folder", encoding="utf-8")
    found = result(begin(script, cache, TMPDIR=str(spare)))
    assert (found["value"], found["folder"]) == (1, None)


def test_a_damaged_store_costs_a_compilation_and_no_more(script, tmp_path):
    folder = result(begin(script, tmp_path))["folder"]
    for path in Path(folder).iterdir():
        path.write_bytes(b"\x80")
    found = result(begin(script, tmp_path))
    assert (found["value"], found["hits"]) == (1, 0)


def test_kernels_of_versions_unused_for_longest_are_removed(tmp_path):
    folders = [tmp_path / f"kernels-{n:02d}" for n in range(compiling.FOLDERS + 3)]
    for age, folder in enumerate(folders):
        folder.mkdir()
        os.utime(folder, (1_000 - age, 1_000 - age))
    (tmp_path / "else").mkdir()
    current = folders[-1]
    compiling.remove_old(tmp_path, current)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"else", current.name, *(folder.name for folder in folders[: compiling.FOLDERS - 1])}
