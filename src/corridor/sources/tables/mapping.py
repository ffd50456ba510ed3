"""Which column of a sheet is what: proposed from headings and HXL tags, or stated in a mapping of the user's."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

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
ROLES = tuple(_HEADINGS)
_KEYS = ("sheet", "header_row", "measure", "source", "definition", "household_size", "dates", "columns", "country")


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

    def facts(self) -> dict[str, object]:
        """Return the mapping in the form of its file."""
        columns = {role: self.headings[index] for role, index in self.columns.items()}
        return {"sheet": self.sheet, "header_row": self.first_row, "columns": columns, "measure": self.measure}


def plain(heading: object) -> str:
    """Return a heading without capitals, accents, blanks and marks."""
    text = unicodedata.normalize("NFKD", str(heading or "")).casefold()
    return "".join(c for c in text if c.isalnum() and not unicodedata.combining(c))


def read_mapping(path: Path) -> dict[str, object]:
    """Return what a mapping file states.

    Raises
    ------
    UsageError
        It is no TOML, or states what no mapping has.
    """
    try:
        stated: dict[str, object] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} is no mapping: {error}.") from None
    columns = stated.get("columns", {})
    if not isinstance(columns, dict):
        raise UsageError(f'{path}: columns is a table, as [columns] and below it count = "Individuals".')
    for key, allowed in [*((key, _KEYS) for key in stated), *((key, ROLES) for key in columns)]:
        if key not in allowed:
            raise UsageError(f"{path}: '{key}' is not known. Use {listed(allowed)}.{suggestion(str(key), allowed)}")
    return stated


def proposed(sheet: Sheet, stated: Mapping[str, object] | None = None) -> ColumnMap | None:
    """Return the mapping of a sheet, as its headings and tags propose and the user states; None if it has none."""
    stated = stated or {}
    tags = next((i for i, row in enumerate(sheet.rows[:HEADER_WITHIN]) if _is_tagged(row)), None)
    header = _header(sheet, stated, tags)
    if header is None:
        return None
    headings = tuple(row_text for row_text in map(_heading, sheet.rows[header].cells))
    columns = _by_tags(sheet.rows[tags]) if tags is not None else {}
    if tags is None or "count" not in columns:
        columns = {**_by_headings(headings), **columns}
    columns |= _stated_columns(stated, headings)
    first = max(header, tags if tags is not None else -1) + 1
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
    )


def _text(stated: Mapping[str, object], key: str) -> str | None:
    return str(stated[key]) if key in stated else None


def _heading(cell: object) -> str:
    return " ".join(str(cell if cell is not None else "").split())


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
        score = sum(plain(cell) in known or _role_within(plain(cell)) is not None for cell in texts)
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
            index = next((i for i, name in enumerate(names) if _role_within(name) == role), None)
        if index is not None and index not in columns.values():
            columns[role] = index
    return columns


def _role_within(name: str) -> str | None:
    """Return the role that a longer heading has by a word in it, as 'Total IDP Individuals (DTM)'."""
    words = (
        ("households", ("household", "menage", "famil")),
        ("count", ("individual", "individu", "idppop", "idpind", "personnes", "nombrepers", "refugees", "newarrivals")),
        ("capacity", ("plannedcapacity", "plancapacity")),
        ("date", ("dateof", "reportingdate", "datede")),
        ("place", ("sitename", "campname", "nomdusite", "locationname")),
    )
    if any(word in name for word in ("male", "female", "women", "men0", "boys", "girls", "origin", "percent", "pct")):
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
    columns = stated.get("columns", {})
    assert isinstance(columns, dict), "a mapping was checked when it was read"
    result = {}
    for role, heading in columns.items():
        if str(heading) not in headings:
            near = suggestion(str(heading), headings)
            raise UsageError(f"there is no column '{heading}'. Use {listed(h for h in headings if h)}.{near}")
        result[role] = headings.index(str(heading))
    return result


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
