"""From a file to its text, or to the reason why it cannot be one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from corridor.errors import Problem, Where

MAX_BYTES = 50_000_000
"""A larger file is refused before it is read; tables of a scenario are thousands of times smaller."""

_SHEETS = (".xlsx", ".xls", ".ods")

MAX_SETTINGS_BYTES = 1_000_000
"""The same for scenario.toml and README.md."""

_UTF8_FIX = "Save it as UTF-8 (in a spreadsheet: 'CSV UTF-8'); names in any script are then safe."


def read_text(path: Path, max_bytes: int = MAX_BYTES) -> str | Problem:
    """Return the text of a file without a byte-order mark, or the problem with it.

    Parameters
    ----------
    path
        The file.
    max_bytes
        It is read only if it is a plain file of at most so many bytes.
    """
    try:
        status = path.stat()
        unfit = _unfit(path, status, max_bytes)
        data = b"" if unfit else path.read_bytes()
    except FileNotFoundError:
        return Problem("F001", "the file is missing.", _missing_fix(path), Where(path.name))
    except OSError as error:
        what = f"the file cannot be opened ({error.strerror or 'no reason given'})."
        return Problem("F002", what, "Check that it is a file that you may read.", Where(path.name))
    return unfit or _decoded(path.name, data)


def _unfit(path: Path, status: os.stat_result, max_bytes: int) -> Problem | None:
    if not stat.S_ISREG(status.st_mode):
        what = "this is a folder or a device, not a file."
        return Problem("F002", what, f"Put a plain file named {path.name} in its place.", Where(path.name))
    if status.st_size > max_bytes:
        what = f"the file has {status.st_size:,} bytes; more than {max_bytes:,} are not read."
        fix = "Leave out what the scenario does not need."
        return Problem("F003", what, fix, Where(path.name))
    return None


def _missing_fix(path: Path) -> str:
    file = path.name
    beside = next((sheet for end in _SHEETS if (sheet := path.with_suffix(end)).is_file()), None)
    if file == "observations.csv" and beside is not None:
        return (
            f"{beside.name} lies beside it: save its sheet as {file} (CSV UTF-8), or write {file} with the header "
            f"date,place,measure,source alone and run corridor import counts {beside.name} on this folder."
        )
    if beside is not None:
        return f"{beside.name} lies beside it: save its sheet as {file} (in a spreadsheet: 'CSV UTF-8')."
    misnamed = _misnamed(path)
    if misnamed is not None:
        return f"{misnamed} lies beside it: rename it {file}."
    if file.endswith(".csv"):
        return f"Write {file}; if there is nothing to state, with its header alone."
    return f"Write {file}, or name the folder that holds it."


def _misnamed(path: Path) -> str | None:
    """Return a file that is named as this one but for capitals, or an ending that an editor adds and hides."""
    meant = {path.name.casefold(), f"{path.name}.txt".casefold()}
    try:
        return next((other.name for other in sorted(path.parent.iterdir()) if other.name.casefold() in meant), None)
    except OSError:
        return None


def _decoded(file: str, data: bytes) -> str | Problem:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem("F006", "the file is UTF-16, not UTF-8.", _UTF8_FIX, Where(file, 1))
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        what = "the file is binary: it holds a zero byte."
        fix = f"Export it as text; a spreadsheet or an archive renamed to {file} will not do."
        return Problem("F005", what, fix, Where(file, line))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Problem("F006", f"byte 0x{data[error.start]:02x} is not UTF-8.", _UTF8_FIX, Where(file, line))
    if not text.strip():
        return Problem("F004", "the file is empty.", _empty_fix(file), Where(file))
    return text


def _empty_fix(file: str) -> str:
    if file.endswith(".csv"):
        return "Write at least the header, the row of column names."
    return f"Write {file}, or name the folder that holds it."
