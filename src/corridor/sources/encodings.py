"""In which encoding a text was saved: UTF-8, UTF-16, or the older one in which its words are words of one script."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_SAMPLE_BYTES = 200_000
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS = 0.002
_MOSTLY = 0.95
_FEW = 0.1

_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("cp1256", r"[\u0621-\u065f\u0660-\u0669\u067e\u0686\u0698\u06af\u060c\u061b\u061f\u0640]"),
    ("iso8859_6", r"[\u0621-\u0652\u060c\u061b\u061f]"),
    ("cp1251", r"[\u0410-\u044f\u0401\u0451\u0404-\u0407\u0454-\u0457\u00ab\u00bb\u2013\u2014\u2116]"),
    ("koi8_r", r"[\u0410-\u044f\u0401\u0451]"),
    ("cp866", r"[\u0410-\u044f\u0401\u0451]"),
    ("cp932", r"[\u3040-\u30ff\u4e00-\u9fff\u3000-\u3005\uff01-\uff5e]"),
    ("cp949", r"[\uac00-\ud7a3]"),
    ("gb18030", r"[\u4e00-\u9fff\u3000-\u3002\uff01-\uff5e]"),
)
"""Older encodings, with the letters of their script; Arabic stands first, since its bytes are Cyrillic letters, too."""


_NOT_WESTERN = (
    r"[^\x00-\x7f\xa0-\xa1\xab-\xad\xb0\xb7\xbb\xbf-\xd6\xd8-\xf6\xf8-\xff\u0152\u0153\u2013-\u201e\u2022\u2026\u20ac]"
)


class Decoded(NamedTuple):
    """A text, and the encoding that it was read in."""

    text: str
    encoding: str

    @property
    def is_certain(self) -> bool:
        """Whether the bytes themselves say so."""
        return self.encoding.startswith("utf")


def decoded(data: bytes) -> Decoded | None:
    """Return a text that was saved in a common encoding; None if the bytes are no text, or nothing tells which.

    Text that is not UTF-8 has no mark of its encoding. The one is taken in which nearly all letters beyond ASCII are
    of one script and words do not mix scripts: a wrong guess gives other names of places without any error.
    """
    wide = _wide(data)
    result = _as(data, wide) if wide else None
    if not wide and not _is_binary(data[:_SAMPLE_BYTES].decode("latin-1")) and b"\0" not in data:
        result = _as(data, "utf-8-sig") or _of_a_script(data) or _western(data)
    return result if result is not None and not _is_binary(result.text[:_SAMPLE_BYTES]) else None


def _is_binary(sample: str) -> bool:
    """Whether more characters than a slip are controls of devices, which no text has."""
    return len(_CONTROLS.findall(sample)) > _MOST_CONTROLS * len(sample)


def _wide(data: bytes) -> str | None:
    """Return which form of UTF-16 a text has, by its mark or by the zero of every other byte."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = data[: _SAMPLE_BYTES // 100 * 2]
    pairs = len(sample) // 2
    for encoding, high, low in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        if pairs and sample[high::2].count(0) > pairs / 4 and not sample[low::2].count(0):
            return encoding
    return None


def _as(data: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        return None


def _of_a_script(data: bytes) -> Decoded | None:
    for encoding, letters in _SCRIPTS:
        result = _as(data, encoding)
        if result is not None and _is_of_script(result.text[:_SAMPLE_BYTES], letters):
            return result
    return None


def _is_of_script(text: str, letters: str) -> bool:
    """Whether letters beyond ASCII are of one script, in words that neither mix scripts nor capitals."""
    foreign = re.findall(r"[^\x00-\x7f\xa0]", text)
    own = sum(re.fullmatch(letters, letter) is not None for letter in foreign)
    words = re.findall(r"[^\W\d_]*[^\W\d_\x00-\x7f][^\W\d_]*", text)
    odd = sum(bool(re.search(r"[A-Za-z]|[а-яё][А-ЯЁ]", word)) for word in words)
    is_chinese = "ac00" not in letters and "4e00" in letters and "3040" not in letters
    if is_chinese and not _is_common_chinese(foreign):
        return False
    if "3040" in letters and sum("\u3040" <= letter <= "\u30ff" for letter in foreign) < _FEW * len(foreign):
        return False
    is_script = own >= _MOSTLY * len(foreign) and len(foreign) >= 2 * len(words)
    return bool(words) and is_script and odd <= _FEW * len(words)


def _is_common_chinese(letters: list[str]) -> bool:
    """Whether most characters are among the common ones of GB 2312; bytes of other texts give rare ones."""
    common = 0
    for letter in letters:
        try:
            common += 0xB0 <= letter.encode("gb2312")[0] <= 0xD7  # noqa: PLR2004 - level one
        except UnicodeEncodeError:
            continue
    return common >= 0.7 * len(letters)


def _western(data: bytes) -> Decoded | None:
    """Return a text in the encoding that its letters are most usual in."""
    western = _as(data, "cp1252")
    if western is not None and not re.search(_NOT_WESTERN, western.text):
        return western
    from charset_normalizer import from_bytes  # noqa: PLC0415 - an optional extra

    guess = from_bytes(data).best()
    return Decoded(str(guess), guess.encoding) if guess is not None else None
