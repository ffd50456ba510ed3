"""What a page of the built manual says, and what it asks for."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

_LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "object": "data"}


@dataclass
class Page(HTMLParser):
    """The text of a page, the addresses that it loads, and the ids that it has."""

    text: str = ""
    loads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin as the parser wants it."""
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element loads."""
        address = dict(attrs).get(_LOADS.get(tag, ""))
        if address:
            self.loads.append(address)

    def handle_data(self, data: str) -> None:
        """Note what is said."""
        self.text += data


def page_of(path: Path) -> Page:
    """Return a page as it was read."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page
