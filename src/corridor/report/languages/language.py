"""The language of a page: its sentences from a catalogue, its numbers and dates in the form of its readers.

Every sentence stands in English where it is made, as ``language.message("{count} places on {day}", count=…, day=…)``:
whole, with named gaps, never put together from parts of sentences. In a template it is ``{{ message("…", …) }}``, and
where a number decides the form, ``plural("{count} report", "{count} reports", count)``. Words that stand in a table of
a module are marked ``translatable("…")`` and read with ``language.term(…)``. ``python tools/messages.py`` then carries
what is new into the catalogues beside this module, where it is translated; a test fails until it is.

A language is a value that is passed on: a report has it as ``context.language``, and one process may write for readers
of several languages at once. English needs no catalogue, and never loads Babel.
"""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from corridor.errors import UsageError
from corridor.message import Message, Several
from corridor.scenario.names import isolated
from corridor.units import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corridor.message import Gap

NAMES = MappingProxyType({"en": "English", "fr": "français", "ar": "العربية"})
"""The languages that there are, by code, each under its own name."""

RIGHT_TO_LEFT = frozenset({"ar"})
DECIMALS = "#,##0.##########"
LEFT_TO_RIGHT_MARK = "\u200e"


def translatable(text: str) -> str:
    """Return a text as it is: the name of this function marks it for the catalogues."""
    return text


LANDS = (translatable("N. Cyprus"), translatable("Somaliland"))
"""What the outlines draw apart under the code of another country."""


@dataclass(frozen=True)
class Language:
    """A language that a page is written in.

    Attributes
    ----------
    code
        By BCP 47, such as fr.
    catalogue
        Holds the translation of each sentence; English has none.
    """

    code: str = "en"
    catalogue: NullTranslations = field(default_factory=NullTranslations, repr=False, compare=False)

    @property
    def is_english(self) -> bool:
        """Whether sentences stand as they are written in the modules."""
        return self.code == "en"

    @property
    def is_right_to_left(self) -> bool:
        """Whether lines run from right to left."""
        return self.code in RIGHT_TO_LEFT

    def message(self, text: str, /, **values: object) -> str:
        """Return a sentence with its gaps filled.

        Parameters
        ----------
        text
            The sentence in English, its gaps named in braces.
        **values
            What stands in the gaps.
        """
        return self._ended(self.catalogue.gettext(text).format(**values))

    def plural(self, one: str, many: str, /, count: int, **values: object) -> str:
        """Return a sentence in the form that a number takes; the gap {count} is filled with that number.

        Parameters
        ----------
        one, many
            The sentence in English, of one thing and of several.
        count
            How many things.
        **values
            What stands in further gaps.
        """
        return self._ended(self.catalogue.ngettext(one, many, count).format(count=self.decimal(count), **values))

    def _ended(self, sentence: str) -> str:
        """Return a sentence with one point where a month that is cut by a point stands at its end."""
        return sentence if self.is_english else sentence.replace("..", ".")

    def term(self, text: str) -> str:
        """Return a word or a phrase of a table, as it is where no catalogue has it; braces in it mean nothing."""
        return self.catalogue.gettext(text) if text else ""

    def worded(self, sentence: str) -> str:
        """Return what a lower room said in English, in this language; a bare text as it is, or by the catalogue.

        Parameters
        ----------
        sentence
            A message, or a text.
        """
        if self.is_english:
            return sentence
        if not isinstance(sentence, Message):
            return self.term(sentence)
        gaps = {name: self._filled(value) for name, value in sentence.gaps.items()}
        text = self.message(sentence.template, **gaps) if gaps else self.term(sentence.template)
        return f"{text[:1].upper()}{text[1:]}" if sentence[:1].isupper() else text

    def _filled(self, value: Gap) -> str:
        """Return what stands in a gap of a message."""
        if isinstance(value, Message):
            return self.worded(value)
        if isinstance(value, str):
            return self.isolated(value)
        if isinstance(value, Several):
            return self.term(value.mark).join(map(self._filled, value.items))
        return self.day(value) if isinstance(value, date) else self.decimal(value)

    def country(self, code: str, name: str) -> str:
        """Return what a country is called.

        Parameters
        ----------
        code
            ISO 3166-1 alpha-3.
        name
            In English; of a land without a code of its own, it decides.
        """
        if self.is_english:
            return name
        if name in LANDS:
            return self.term(name)
        from babel.core import Locale, get_global  # noqa: PLC0415 - 0.2 s that English need not wait for

        known = Locale(self.code).territories
        return next((known[one] for one in get_global("territory_aliases").get(code, ()) if one in known), name)

    def listed(self, texts: Iterable[str]) -> str:
        """Return texts one after the other, with the comma of the language between them."""
        return self.message(", ").join(texts)

    def clauses(self, texts: Iterable[str]) -> str:
        """Return texts one after the other, with the semicolon of the language between them."""
        return self.message("; ").join(texts)

    def decimal(self, value: float) -> str:
        """Return a number with all its digits, as many as ten after the point, thousands set apart."""
        if self.is_english:
            return f"{value:,}"
        from babel.numbers import format_decimal  # noqa: PLC0415 - 0.2 s that English need not wait for

        return format_decimal(value, format=DECIMALS, locale=self.code)

    def percent(self, fraction: float) -> str:
        """Return a fraction as whole per cent; the sign stays on the line of its number."""
        if self.is_english:
            return f"{fraction * 100:.0f}\u00a0%"
        from babel.numbers import format_percent  # noqa: PLC0415 - 0.2 s that English need not wait for

        return format_percent(fraction, locale=self.code)

    def signed(self, sign: str, text: str) -> str:
        """Return a number with a sign before it, which stays on its left in every script."""
        return f"{LEFT_TO_RIGHT_MARK if self.is_right_to_left else ''}{sign}{text}"

    def day(self, when: date) -> str:
        """Return a date with its month in words."""
        if self.is_english:
            return f"{when.day} {MONTHS[when.month - 1]} {when.year}"
        from babel.dates import format_date  # noqa: PLC0415 - 0.2 s that English need not wait for

        return self._first_named(format_date(when, "long", locale=self.code))

    def short_day(self, when: date) -> str:
        """Return a date without its year, the month cut as is usual."""
        if self.is_english:
            return f"{when.day} {MONTHS[when.month - 1][:3]}"
        from babel.dates import format_skeleton  # noqa: PLC0415 - 0.2 s that English need not wait for

        return self._first_named(format_skeleton("MMMd", when, locale=self.code))

    def span(self, first: date, last: date) -> str:
        """Return a stretch of days."""
        if not self.is_english:
            from babel.dates import format_interval  # noqa: PLC0415 - 0.2 s that English need not wait for

            return self._first_named(format_interval(first, last, "MMMMd", locale=self.code))
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{last.day} {MONTHS[last.month - 1]}"
        return f"{first.day} {MONTHS[first.month - 1]} – {last.day} {MONTHS[last.month - 1]}"

    def _first_named(self, days: str) -> str:
        """Return days with the first of a month as French has it, an ordinal number, which Babel does not know."""
        return re.sub(r"(?<!\d)1(?=\s)", "1er", days) if self.code == "fr" else days

    def isolated(self, name: str) -> str:
        """Return a name so that one in a script of the other direction does not turn its sentence around."""
        if not self.is_right_to_left:
            return isolated(name)
        is_turned = any(unicodedata.bidirectional(letter) == "L" for letter in name)
        return f"\u2068{name}\u2069" if is_turned else name

    def drawn(self, text: str) -> str:
        """Return a text for a drawing, where nothing else says that it runs from right to left."""
        return f"\u2067{text}\u2069" if self.is_right_to_left else text


ENGLISH = Language()


@cache
def language_of(code: str) -> Language:
    """Return a language by its code.

    Parameters
    ----------
    code
        Such as fr.

    Raises
    ------
    UsageError
        There is no page in that language.
    """
    if code not in NAMES:
        listed = ", ".join(f"{one} ({name})" for one, name in NAMES.items())
        message = f"there is no page in the language '{code}'. There are: {listed}."
        raise UsageError(message)
    return ENGLISH if code == ENGLISH.code else Language(code, _catalogue(code))


def _catalogue(code: str) -> GNUTranslations:
    """Return the catalogue of a language, read from the file that translators edit: none is compiled, none is stale."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - 0.2 s that English need not wait for
    from babel.messages.pofile import read_po  # noqa: PLC0415

    path = files("corridor.report.languages").joinpath(code, "LC_MESSAGES", "corridor.po")
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), locale=code))
    compiled.seek(0)
    return GNUTranslations(compiled)
