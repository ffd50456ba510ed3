"""From a page saved from a browser to the text of its article, without menus, scripts and forms."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

from corridor.errors import Problem, Where

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "footer",
        "aside",
        "form",
        "button",
        "select",
        "svg",
        "iframe",
        "object",
        "head",
    ]
)
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "table",
        "tr",
        "blockquote",
        "figure",
        "figcaption",
        "br",
        "hr",
        "dl",
        "dt",
        "dd",
        "pre",
        "td",
        "th",
    ]
)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PUBLISHED = frozenset(
    ["article:published_time", "datepublished", "date", "dc.date", "dcterms.created", "pubdate", "publishdate"]
)
_LOGIN = re.compile(r"\b(?:log ?in|sign ?in|password|create an account|single sign-on)\b", re.IGNORECASE)


class _Page(HTMLParser):
    """Gathers the text of a page, and what it states of itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.skipped: list[str] = []
        self.published: dt.date | None = None
        self.asks_password = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a tag."""
        stated = {key: value or "" for key, value in attrs}
        if tag == "input" and stated.get("type", "").lower() == "password":
            self.asks_password = True
        if tag == "meta":
            name = (stated.get("property") or stated.get("name") or stated.get("itemprop") or "").lower()
            if name in _PUBLISHED:
                self.published = self.published or _day(stated.get("content", ""))
        if tag == "time" and not self.skipped:
            self.published = self.published or _day(stated.get("datetime", ""))
        if tag in _SKIPPED and tag not in _VOID:
            self.skipped.append(tag)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        """End what is left out, or a block."""
        if tag in self.skipped:
            while self.skipped.pop() != tag:
                pass
        elif tag == "body":
            self.skipped.clear()
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        """Take the text."""
        if not self.skipped:
            self.parts.append(re.sub(r"\s+", " ", data))


def page_text(source: str, where: Where) -> tuple[str | Problem, dt.date | None]:
    """Return the text of a page and its day of publication; a problem if it asks for a password instead.

    Parameters
    ----------
    source
        The page as saved.
    where
        Its file, for messages.
    """
    page = _Page()
    page.feed(source)
    page.close()
    text = re.sub(r"\n\s*\n\s*", "\n\n", "".join(page.parts)).strip()
    title = re.search(r"<title[^>]{0,200}>([^<]{0,300})", source, re.IGNORECASE)
    short = len(text) < 1_500  # noqa: PLR2004 - characters; a report is longer than a form
    if page.asks_password and (short or (title and _LOGIN.search(title[1]))):
        what = "this is a page that asks for a password, not a report."
        fix = "Log in with a browser, open the report and save that page."
        return Problem("X009", what, fix, where), None
    return text, page.published


def _day(text: str) -> dt.date | None:
    match = _DAY.match(text)
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
