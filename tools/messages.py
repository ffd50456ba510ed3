"""Carry the sentences of the pages into the catalogues of each language: `python tools/messages.py`.

What is new stands in a catalogue without a translation until somebody writes one; what is gone is taken out.
"""

from __future__ import annotations

import io
import re
import sys
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from corridor.needs.standards import BUNDLED, load_standards
from corridor.report.languages.language import ENGLISH, NAMES
from corridor.scenario.events import RULES, EventKind
from corridor.scenario.io.read import read_folder
from corridor.scenario.parameters import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).resolve().parents[1] / "src" / "corridor"
REPORT = SOURCE / "report"
WEB = SOURCE.parents[1] / "web"
SPOKEN = {"aria-label", "title", "placeholder"}
KEYWORDS = {"message": None, "translatable": None, "plural": (1, 2), "term": None}
PAGE_KEYWORDS = {"say": None, "mark": None, "many": (1, 2)}
WIDTH = 110
PLURAL_FORMS = {
    "fr": "nplurals=2; plural=(n > 1)",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)",
}
"""Stated, because Babel's own change from version to version; French millions have no form of their own here."""

_SAYS = "from corridor.message import"
"""Modules below the pages say sentences if they have this line."""

_LEFT_OUT = ("-Date: ", "EMAIL@", "LL@li", "Generated-By", "VERSION", "ORGANIZATION")

Message = str | tuple[str, str]


def catalogue_path(code: str) -> Path:
    """Return where the catalogue of a language is."""
    return REPORT / "languages" / code / "LC_MESSAGES" / "corridor.po"


def messages() -> dict[Message, str]:
    """Return every sentence that a page may hold, one and many where a number decides, with where it first stands."""
    places: dict[Message, str] = {}
    for text, where in chain(_in_modules(), _in_templates(), _in_tables(), _in_scenarios(), _in_page()):
        places.setdefault(text, where)
    return places


def _in_modules() -> Iterator[tuple[Message, str]]:
    for path in sorted(SOURCE.rglob("*.py")):
        if not path.is_relative_to(REPORT) and _SAYS not in path.read_text(encoding="utf-8"):
            continue
        with path.open("rb") as file:
            for _, text, *_ in extract("python", file, keywords=KEYWORDS):
                yield _message(text), _where(path)


def _in_templates() -> Iterator[tuple[Message, str]]:
    for path in sorted(REPORT.rglob("*.j2")):
        with path.open("rb") as file:
            found = babel_extract(file, tuple(KEYWORDS), (), {"encoding": "utf-8"})
            for _, function, text, _ in list(found):
                texts = text if isinstance(text, tuple) else (text,)
                words = tuple(one for one in texts if isinstance(one, str))
                yield _message(words if function == "plural" else words[0]), _where(path)


def _where(path: Path) -> str:
    return path.relative_to(REPORT if path.is_relative_to(REPORT) else SOURCE).as_posix()


def _in_tables() -> Iterator[tuple[Message, str]]:
    """Yield words of the tables of lower rooms: kinds of events, what parameters mean, the standards."""
    for kind in EventKind:
        rule = RULES[kind]
        for text in (rule.effect, (rule.unit or "").removesuffix("/day"), kind.replace("_", " ")):
            yield text, "kinds of events"
    for definition in DEFINITIONS.values():
        yield definition.meaning, "parameters"
        yield definition.unit, "parameters"
    yield from _in_standards()


def _in_standards() -> Iterator[tuple[Message, str]]:
    standards = load_standards(next(iter(BUNDLED)))
    for row in (*standards.items, *standards.margins, *standards.trucks):
        yield row.label, "standards"
    for row in (*standards.items, *standards.trucks):
        yield row.unit, "standards"
    yield "trucks", "standards"
    for row in standards.items:
        if row.quantity == 1:
            yield row.unit.removesuffix("s"), "standards"
    for row in (*standards.items, *standards.margins, *standards.trucks):
        yield row.edition, "standards"
        yield row.section, "standards"
    yield from ((row.covered_by.replace("_", " "), "standards") for row in standards.items)
    yield from ((row.standard, "standards") for row in standards.trucks if row.assumption)
    for level in chain.from_iterable(row.levels for row in standards.thresholds):
        yield level.meaning, "standards"


def _in_scenarios() -> Iterator[tuple[Message, str]]:
    for folder in sorted(path.parent for path in (SOURCE / "bundled").rglob("scenario.toml")):
        scenario, _ = read_folder(folder)
        for supposed in scenario.alternatives:
            yield supposed.meaning, "scenarios that ship"


class _Texts(HTMLParser):
    """Gathers the texts of the file of the page, and what is read aloud of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.is_text = True
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Gather what is read aloud; what stands in another language stays."""
        self.is_text = tag not in {"title", "style", "script"} and "lang" not in dict(attrs)
        self.texts += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        """Go on after an element whose text stays, whichever it is."""
        self.is_text = bool(tag)

    def handle_data(self, data: str) -> None:
        """Gather a text."""
        if self.is_text and re.search("[A-Za-z]", data):
            self.texts.append(" ".join(data.split()))


def _in_page() -> Iterator[tuple[Message, str]]:
    """Yield the sentences of the page that `corridor serve` shows."""
    for text in _Texts((WEB / "index.html").read_text(encoding="utf-8")).texts:
        yield text, "web/index.html"
    for path in sorted((WEB / "src").glob("*.ts")):
        with path.open("rb") as file:
            for _, text, *_ in extract("javascript", file, keywords=PAGE_KEYWORDS):
                yield _message(text), f"web/{path.name}"


def _message(text: str | tuple[str, ...]) -> Message:
    return text if isinstance(text, str) else (text[0], text[1])


def catalogue(code: str) -> Catalog:
    """Return the catalogue of a language as it is; an empty one where there is none yet."""
    path = catalogue_path(code)
    if not path.is_file():
        return Catalog(locale=code)
    return read_po(io.BytesIO(path.read_bytes()), locale=code)


def updated(code: str) -> Catalog:
    """Return the catalogue of a language with exactly the sentences that there are now."""
    old, new = catalogue(code), Catalog(locale=code, project="Corridor", fuzzy=False)
    new.mime_headers = [("Plural-Forms", PLURAL_FORMS[code])]
    for text, where in messages().items():
        if not text:
            continue
        row = old.get(text if isinstance(text, str) else text[0])
        new.add(text, row.string if row is not None and row.id == text else None, auto_comments=[where])
    return new


def text_of(new: Catalog) -> str:
    """Return a catalogue as the text of its file, without days and addresses."""
    out = io.BytesIO()
    write_po(out, new, width=WIDTH)
    lines = out.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not any(what in line for what in _LEFT_OUT))


def lacking(new: Catalog) -> list[Message]:
    """Return the sentences of a catalogue without a translation, or without one of its forms."""
    return [row.id for row in new if row.id and not all(row.string if isinstance(row.id, tuple) else (row.string,))]


def main() -> None:
    """Write the catalogues, and say what each of them lacks."""
    for code in NAMES:
        if code != ENGLISH.code:
            new = updated(code)
            catalogue_path(code).parent.mkdir(parents=True, exist_ok=True)
            catalogue_path(code).write_text(text_of(new), encoding="utf-8")
            print(f"{code}: {len(new)} messages, {len(lacking(new))} without a translation", file=sys.stderr)


if __name__ == "__main__":
    main()
