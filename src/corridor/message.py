"""A sentence in English that remembers what it was made from, so that a page can say it in another language.

What forecasts, fits and needs have to say is said long before a page is made, and by modules that know no languages:
``message("The count of {place} fell to {people}.", place=…, people=…)``. It is a ``str`` wherever one is wanted, in
``notes``, on a terminal, in run.json; the page looks up its template and fills the gaps anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from corridor.units import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NO_GAPS: Mapping[str, Gap] = MappingProxyType({})
_DAY, _ITEMS, _MARK = "day", "items", "mark"


class Message(str):
    """A sentence, or a part of one, in English; equal to its text.

    Attributes
    ----------
    template
        The sentence with its gaps named in braces; a word or a phrase without gaps is its own template.
    gaps
        What stands in them: numbers, days, names, further messages, or several of these.
    """

    __slots__ = ("gaps", "template")
    template: str
    gaps: Mapping[str, Gap]

    def __new__(cls, text: str, template: str = "", gaps: Mapping[str, Gap] = _NO_GAPS) -> Self:
        """Return a text that remembers its template and its gaps."""
        made = super().__new__(cls, text)
        made.template, made.gaps = template or text, gaps
        return made

    def __getnewargs__(self) -> tuple[str, str, dict[str, Gap]]:  # type: ignore[override]  # more than str has
        """Return what makes it again in another process."""
        return str(self), self.template, dict(self.gaps)

    def __reduce__(self) -> tuple[type[Message], tuple[str, str, dict[str, Gap]]]:
        """Return how it is made again in another process."""
        return Message, self.__getnewargs__()


@dataclass(frozen=True)
class Several:
    """Texts one after the other, with a mark between them."""

    items: tuple[Gap, ...]
    mark: str = ", "

    def __str__(self) -> str:
        """Return them in English."""
        return self.mark.join(map(_in_english, self.items))


Gap = str | int | float | date | Several
"""What may stand in a gap; a message is a str."""


def message(template: str, /, **gaps: Gap) -> Message:
    """Return a sentence in English.

    Parameters
    ----------
    template
        The sentence, its gaps named in braces.
    **gaps
        What stands in the gaps.

    Examples
    --------
    >>> from datetime import date
    >>> message("{place} had {people} people on {day}.", place="Gate", people=4500, day=date(2031, 2, 1))
    'Gate had 4,500 people on 1 February 2031.'
    """
    return Message(template.format(**{name: _in_english(value) for name, value in gaps.items()}), template, gaps)


def term(text: str) -> Message:
    """Return a word or a phrase of a table as a message of its own; braces in it mean nothing."""
    return Message(text)


def several(items: Iterable[Gap], mark: str = ", ") -> Several:
    """Return texts to stand in one gap, with a mark between them."""
    return Several(tuple(items), mark)


def joined(items: Iterable[Gap], mark: str = ", ") -> Message:
    """Return texts one after the other as one message, with a mark between them."""
    parts = several(items, mark)
    return Message(str(parts), "{parts}", {"parts": parts})


def _in_english(value: Gap) -> str:
    if isinstance(value, date):
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.10f}".rstrip("0").rstrip(".")
    return str(value)


def stated(messages: Iterable[str]) -> list[dict[str, object]]:
    """Return the messages among texts as run.json has them, each once; what is a bare text is left out."""
    by_text = {str(one): one for one in messages if isinstance(one, Message)}
    return [{"text": text, **_stated(one)} for text, one in by_text.items()]


def _stated(one: Message) -> dict[str, object]:
    return {"template": one.template, "gaps": {name: _plain(value) for name, value in one.gaps.items()}}


def _plain(value: Gap) -> object:
    if isinstance(value, Message):
        return _stated(value)
    if isinstance(value, Several):
        return {_ITEMS: [_plain(one) for one in value.items], _MARK: value.mark}
    return {_DAY: value.isoformat()} if isinstance(value, date) else value


def read_messages(stated_in: object) -> dict[str, Message]:
    """Return the messages of run.json by their English text; none where an earlier version wrote none.

    Parameters
    ----------
    stated_in
        What :func:`stated` returned, as JSON gives it back.
    """
    rows = stated_in if isinstance(stated_in, list) else []
    return {str(row["text"]): _message_of(row) for row in rows}


def _message_of(row: Mapping[str, object]) -> Message:
    gaps = row.get("gaps")
    assert isinstance(gaps, dict), "a message states its gaps"
    values = {str(name): _gap_of(value) for name, value in gaps.items()}
    template = str(row["template"])
    return message(template, **values) if values else term(template)


def _gap_of(value: object) -> Gap:
    if not isinstance(value, dict):
        assert isinstance(value, str | int | float), "a gap holds a text or a number"
        return value
    if _DAY in value:
        return date.fromisoformat(value[_DAY])
    if _ITEMS in value:
        return several((_gap_of(one) for one in value[_ITEMS]), str(value[_MARK]))
    return _message_of(value)
