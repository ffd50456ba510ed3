"""On which line of a TOML file each key stands; the parser itself does not say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]
_PART = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*""")
_LONG = re.compile(r"'''|\"\"\"")
_SKIP = re.compile(r"""'''|\"\"\"|"(?:[^"\\]|\\.)*"|'[^']*'|\#.*|[\[\]]""")


@dataclass(frozen=True)
class KeyLines:
    """The line of each key, by its path; tables in a list are counted from zero."""

    lines: Mapping[Path, int]

    def line_of(self, path: Path) -> int | None:
        """Return the line of a key, or of the nearest table around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


@dataclass(frozen=True)
class _Open:
    """What a line leaves open: a long string, or brackets."""

    quote: str = ""
    brackets: int = 0


def key_lines(text: str) -> KeyLines:
    """Return where the keys and tables of a sound TOML text stand.

    Examples
    --------
    >>> key_lines("start = 2018-12-01").line_of(("start",))
    1
    """
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    still = _Open()
    for number, line in enumerate(text.split("\n"), start=1):
        if still.quote or still.brackets:
            still = _left_open(line, still)
        elif line.lstrip().startswith("["):
            table = _table(line.strip(), counts)
            lines.setdefault(table, number)
            lines.setdefault(table[:-1] if isinstance(table[-1], int) else table, number)
        else:
            keys, end = _keys(line, 0)
            if keys and line[end : end + 1] == "=":
                lines.setdefault(table + keys, number)
                still = _left_open(line[end + 1 :], still)
    return KeyLines(lines)


def _keys(line: str, start: int) -> tuple[tuple[str, ...], int]:
    """Return the parts of a dotted key and where it ends."""
    parts: list[str] = []
    part = _PART.match(line, start)
    while part:
        parts.append(part[1].strip("\"'") if part[1][0] in "\"'" else part[1])
        end = part.end()
        part = _PART.match(line, end + 1) if line[end : end + 1] == "." else None
        if not part:
            return tuple(parts), end
    return (), start


def _table(line: str, counts: dict[Path, int]) -> Path:
    """Return the path of a table from its header; `counts` keeps how many each list has."""
    is_list = line.startswith("[[")
    keys, _ = _keys(line, 2 if is_list else 1)
    path: Path = ()
    for i, key in enumerate(keys):
        path = (*path, key)
        if is_list and i == len(keys) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _left_open(text: str, still: _Open) -> _Open:
    """Return what is open after more text."""
    quote, brackets, position = still.quote, still.brackets, 0
    while True:
        if quote:
            end = text.find(quote, position)
            if end < 0:
                return _Open(quote, brackets)
            quote, position = "", end + len(quote)
        token = _SKIP.search(text, position)
        if not token:
            return _Open("", brackets)
        position = token.end()
        quote = token[0] if _LONG.fullmatch(token[0]) else ""
        brackets += {"[": 1, "]": -1}.get(token[0], 0)
