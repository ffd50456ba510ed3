"""Which column of a sheet is what: proposed from headings and HXL tags, or stated in a mapping of the user's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corridor.errors import UsageError
from corridor.scenario.io.cells import listed, suggestion
from corridor.scenario.observations import Measure
from corridor.sources.tables.sheets import Row, Sheet
from corridor.sources.tables.values import parsed_date

HEADER_WITHIN = 25
"""The row of names, and one of HXL tags, stands among so many first rows."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_HEADINGS: dict[str, tuple[str, ...]] = {
    "place": _words(
        "location site sitename camp campname locationname placename place settlement nomdusite lieu localite "
        "town city village adm3name admin3name admin3 adm2name admin2name admin2 district commune county lga "
        "adm1name admin1name admin1 region province state governorate geomastername country countryname "
        "adm0name admin0name name nom "
    ),
    "pcode": _words(
        "pcode sitepcode placecode adm3pcode admin3pcode admin3code adm2pcode admin2pcode admin2code "
        "adm1pcode admin1pcode admin1code siteid idcamp ssid iso3 countrycode "
    ),
    "lat": _words("lat latitude ycoord gpslatitude centroidlat "),
    "lon": _words("lon long longitude lng xcoord gpslongitude centroidlon "),
    "date": _words(
        "date reportingdate datadate reportdate asof asofdate dateofassessment surveydate day month week "
        "monthend referenceperiodend periodend enddate jour datedelevaluation period "
    ),
    "period_start": _words("periodstart startdate referenceperiodstart from "),
    "reported_on": _words("reportedon publishedon publicationdate datepublished "),
    "count": _words(
        "individuals individual numpresentidpind numberofindividuals noofindividuals totalindividuals "
        "idpindividuals idpsindividuals idps idp population people persons personnes individus numberofpeople "
        "totalpopulation refugees displaced count value figure effectif stock arrivals newarrivals arrivees "
        "cumulativearrivals departures returnees total "
    ),
    "households": _words("households hh numberofhouseholds families numberoffamilies menages familles household "),
    "capacity": _words("capacity plancapacity plannedcapacity plannedcapacitynumberofpersons sitecapacity capacite "),
    "measure": _words("measure kind indicator type "),
    "source": _words("source datasource populationfiguresource "),
    "household_size": _words("householdsize hhsize averagehouseholdsize "),
}
_TAGS: tuple[tuple[str, str], ...] = (
    (r"#(loc|site|camp)\b(?!.*\+code)(.*\+name)?.*", "place"),
    (r"#(loc|site|camp)\b.*\+code.*", "pcode"),
    (r"#adm[1-5]\b.*\+(code|pcode).*", "pcode"),
    (r"#adm[1-5]\b(?!.*\+origin).*", "place"),
    (r"#country\b.*\+code.*", "pcode"),
    (r"#country\b.*", "place"),
    (r"#geo\b.*\+lat.*", "lat"),
    (r"#geo\b.*\+lon.*", "lon"),
    (r"#date\b.*\+start.*", "period_start"),
    (r"#date\b(?!.*\+(year|month|week)).*", "date"),
    (r"#(affected|population|inneed|reached)\b.*\+(hh|households?).*", "households"),
    (r"#(affected|population|inneed)\b(?!.*\+(f|m|children|adults|infants)\b).*", "count"),
    (r"#capacity\b.*", "capacity"),
    (r"#meta\b.*\+source.*", "source"),
)
_PART = re.compile(
    r"male|women|boys|girls|origin|percent|pct|%|men0|\b(men|children|elderly|hommes|femmes|filles|gar[cç]ons|enfants)\b",
    re.IGNORECASE,
)
"""Headings of parts of a count."""

ROLES = tuple(_HEADINGS)


@dataclass(frozen=True)
class ColumnMap:
    """Which column is what; `wide` names the columns whose headings are days or places."""

    columns: Mapping[str, int]
    headings: tuple[str, ...]
    first_row: int
    sheet: str = ""
    measure: Measure | None = None
    source: str | None = None
    definition: str | None = None
    household_size: float | None = None
    dates: str | None = None
    country: str | None = None
    wide: Mapping[int, object] = field(default_factory=dict)
    is_tagged: bool = False
    added: tuple[int, ...] = ()
    """Columns whose counts are added to that of the column of counts, as women to men."""

    def facts(self) -> dict[str, object]:
        """Return the mapping in the form of its file."""
        columns = {role: self.headings[index] for role, index in self.columns.items()}
        return {"sheet": self.sheet, "header_row": self.first_row, "columns": columns, "measure": self.measure}


def plain(heading: object) -> str:
    """Return a heading without capitals, accents, blanks and marks."""
    text = unicodedata.normalize("NFKD", str(heading or "")).casefold()
    return "".join(c for c in text if c.isalnum() and not unicodedata.combining(c))


def proposed(sheet: Sheet, stated: Mapping[str, object] | None = None) -> ColumnMap | None:
    """Return the mapping of a sheet, as its headings and tags propose and the user states; None if it has none."""
    stated = stated or {}
    tags = next((i for i, row in enumerate(sheet.rows[:HEADER_WITHIN]) if _is_tagged(row)), None)
    header = _header(sheet, stated, tags)
    if header is None:
        return None
    below = sheet.rows[header + 1] if tags is None and header + 1 < len(sheet.rows) else None
    headings, has_second = _headings(sheet.rows[header], below)
    columns = _by_tags(sheet.rows[tags]) if tags is not None else {}
    if tags is None or "count" not in columns:
        columns = {**_by_headings(headings), **columns}
    columns |= _stated_columns(stated, headings)
    added = _added_columns(stated, headings)
    first = max(header + has_second, tags if tags is not None else -1) + 1
    wide = {} if "count" in columns or "households" in columns else _wide(headings, columns)
    measure = stated.get("measure")
    return ColumnMap(
        columns=columns,
        headings=headings,
        first_row=sheet.rows[first].number if first < len(sheet.rows) else sheet.rows[-1].number + 1,
        sheet=sheet.name,
        measure=Measure(str(measure)) if measure else None,
        source=_text(stated, "source"),
        definition=_text(stated, "definition"),
        household_size=float(str(stated["household_size"])) if "household_size" in stated else None,
        dates=_text(stated, "dates"),
        country=_text(stated, "country"),
        wide=wide,
        is_tagged=tags is not None,
        added=added,
    )


def _text(stated: Mapping[str, object], key: str) -> str | None:
    return str(stated[key]) if key in stated else None


def _heading(cell: object) -> str:
    return " ".join(str(cell if cell is not None else "").split())


def _headings(row: Row, below: Row | None) -> tuple[tuple[str, ...], bool]:
    """Return the headings of a sheet, and whether a second row parts some of them, as men and women below people.

    A second row has no figure, and a name where the first is blank: that is where one heading stands over several.
    """
    first = [_heading(cell) for cell in row.cells]
    second = [_heading(cell) for cell in below.cells] if below is not None else []
    second = [text if text != first[i] else "" for i, text in enumerate(second[: len(first)])]
    is_words = not any(re.search("[0-9]", text) for text in second)
    parts = [i for i, text in enumerate(second) if text and not first[i] and i and (first[i - 1] or second[i - 1])]
    if not (is_words and parts and first[0] and not second[0]):
        return tuple(first), False
    headings: list[str] = []
    group = ""
    for i, text in enumerate(first):
        part = second[i] if i < len(second) else ""
        group = text or (group if part else "")
        headings.append(" ".join(word for word in (group, part) if word))
    return tuple(headings), True


def _is_tagged(row: Row) -> bool:
    texts = [str(cell).strip() for cell in row.cells if cell not in ("", None)]
    tags = [text for text in texts if re.fullmatch(r"#[A-Za-z][\w+ -]*", text)]
    return len(tags) >= 2 and len(tags) >= 0.5 * len(texts)  # noqa: PLR2004 - a footnote may stand among them


def _header(sheet: Sheet, stated: Mapping[str, object], tags: int | None) -> int | None:
    """Return which row holds the names: as stated, above the tags, or the one with most headings that are known."""
    if "header_row" in stated:
        number = int(str(stated["header_row"]))
        return next((i for i, row in enumerate(sheet.rows) if row.number == number), None)
    if tags is not None:
        return max(tags - 1, 0)
    known = {name for names in _HEADINGS.values() for name in names}
    best, most = None, 0.0
    for i, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        texts = [cell for cell in row.cells if cell not in ("", None)]
        score = sum(plain(cell) in known or _role_within(cell) is not None for cell in texts)
        days = sum(_is_day(cell) for cell in texts)
        total = score + (0.9 * days if days > 1 else 0)
        if total > most and len(texts) > 1:
            best, most = i, total
    return best if most >= 1 else None


def _is_day(cell: object) -> bool:
    text = str(cell)
    return bool(re.search(r"[0-9]", text)) and len(text) > 3 and day_of_heading(cell) is not None  # noqa: PLR2004


def day_of_heading(cell: object) -> object:
    """Return the day that a heading names, perhaps among other words, as 15 Nov 2014 IDPs; None if it names none."""
    text = re.sub(r"\b(idps?|individuals?|hh|total|population|as of|families)\b", "", str(cell), flags=re.IGNORECASE)
    return parsed_date(cell) or parsed_date(text.strip(" -_:"))


def _by_headings(headings: Sequence[str]) -> dict[str, int]:
    names = [plain(heading) for heading in headings]
    columns: dict[str, int] = {}
    for role, known in _HEADINGS.items():
        index = next((names.index(name) for name in known if name in names), None)
        if index is None and role not in {"measure", "source"}:
            index = next((i for i, heading in enumerate(headings) if _role_within(heading) == role), None)
        if index is not None and index not in columns.values():
            columns[role] = index
    return columns


def _role_within(heading: object) -> str | None:
    """Return the role that a longer heading has by a word in it, as 'Total IDP Individuals (DTM)'."""
    name = plain(heading)
    words = (
        ("households", ("household", "menage", "famil")),
        ("count", ("individual", "individu", "idppop", "idpind", "personnes", "nombrepers", "refugees", "newarrivals")),
        ("capacity", ("plannedcapacity", "plancapacity")),
        ("date", ("dateof", "reportingdate", "datede")),
        ("place", ("sitename", "campname", "nomdusite", "locationname")),
    )
    if _PART.search(_heading(heading)):
        return None
    return next((role for role, parts in words if any(part in name for part in parts)), None)


def _by_tags(row: Row) -> dict[str, int]:
    """Return the columns by their HXL tags; of several levels the deepest, of several counts the plainest."""
    ranked: dict[str, tuple[tuple[int, int], int]] = {}
    for index in range(len(row.cells)):
        tag = re.sub(r"\s+", "", row.text(index).lower())
        role = next((role for pattern, role in _TAGS if re.fullmatch(pattern, tag)), None)
        if role is None or (role != "count" and "+origin" in tag):
            continue
        deepest = (
            int(level[1]) if (level := re.match(r"#adm([1-5])", tag)) else 9 if re.match("#(loc|site)", tag) else 0
        )
        rank = (deepest if role in {"place", "pcode"} else int("+ind" in tag or "+idp" in tag), -tag.count("+"))
        if role not in ranked or rank > ranked[role][0]:
            ranked[role] = (rank, index)
    return {role: index for role, (_, index) in ranked.items()}


def _stated_columns(stated: Mapping[str, object], headings: Sequence[str]) -> dict[str, int]:
    """Return the columns that a mapping names; of several that are to be added the first."""
    columns = stated.get("columns", {})
    assert isinstance(columns, dict), "a mapping was checked when it was read"
    named = {role: heading[0] if isinstance(heading, list) else heading for role, heading in columns.items()}
    return {role: _index(str(heading), headings) for role, heading in named.items()}


def _added_columns(stated: Mapping[str, object], headings: Sequence[str]) -> tuple[int, ...]:
    columns = stated.get("columns", {})
    count = columns.get("count") if isinstance(columns, dict) else None
    return tuple(_index(str(heading), headings) for heading in count[1:]) if isinstance(count, list) else ()


def _index(heading: str, headings: Sequence[str]) -> int:
    if heading not in headings:
        near = suggestion(heading, headings)
        raise UsageError(f"there is no column '{heading}'. Use {listed(h for h in headings if h)}.{near}")
    return headings.index(heading)


def _wide(headings: Sequence[str], columns: Mapping[str, int]) -> dict[int, object]:
    """Return the columns whose headings are days, or, beside a column of days alone, places."""
    free = [i for i, heading in enumerate(headings) if heading and i not in columns.values()]
    days = {i: day for i in free if _is_day(headings[i]) and (day := day_of_heading(headings[i])) is not None}
    if days and "date" not in columns:
        return dict(days)
    if "date" in columns and "place" not in columns:
        return {
            i: headings[i] for i in free if not re.search(r"total|sum|note|comment|source", headings[i], re.IGNORECASE)
        }
    return {}
