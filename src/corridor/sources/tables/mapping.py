"""Which column of a sheet is what: proposed from headings and HXL tags, or stated in a mapping of the user's."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corridor.errors import UsageError
from corridor.scenario.io.cells import listed, suggestion
from corridor.scenario.observations import Measure
from corridor.sources.tables.heading_rows import heading_text, headings_of, named_or_tagged
from corridor.sources.tables.headings import best_of, meaning_of, part_of_date
from corridor.sources.tables.sheets import Row, Sheet
from corridor.sources.tables.values import parsed_date
from corridor.sources.tables.wide import day_within, is_day, wide_columns

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
    (r"#date\b(?=.*\+year)(?=.*\+(month|week)).*", "date"),
    (r"#date\b.*\+year.*", "year"),
    (r"#date\b.*\+month.*", "month"),
    (r"#date\b.*\+week.*", "week"),
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

_ENDS = ("to", "until", "au", "al", "hasta", "end")
"""Headings of the last day of a period, beside one of its first."""

PARTS_OF_DATE = ("year", "month", "week", "day")
ROLES = (*_HEADINGS, *PARTS_OF_DATE)


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
    flows: Mapping[int, Measure] = field(default_factory=dict)
    """Columns that count something else than `count`, each with what its heading says."""
    place: str | None = None
    day: dt.date | None = None
    """The place and the day of all rows, where no column says them."""
    ambiguous: str | None = None
    """A heading that is a day, and does not say which of its numbers is the month."""
    added: tuple[int, ...] = ()
    """Columns whose counts are added to that of the column of counts, as women to men."""

    @property
    def unread(self) -> tuple[str, ...]:
        """Return the headings of columns that nothing is taken from; groups above them as they stand."""
        taken = {*self.columns.values(), *self.wide, *self.added, *self.flows}
        return tuple(text for index, text in enumerate(self.headings) if text and index not in taken)

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
    if tags is None:
        headings, depth = headings_of(sheet.rows, header)
    else:
        headings, depth = named_or_tagged(sheet.rows[header], sheet.rows[tags]), 1
    columns = _by_tags(sheet.rows[tags]) if tags is not None else {}
    if tags is None or "count" not in columns:
        columns = {**_by_headings(headings, _numeric(sheet.rows[header + depth :])), **columns}
    columns |= _stated_columns(stated, headings)
    added = _added_columns(stated, headings)
    first = max(header + depth, tags + 1 if tags is not None else 0)
    wide = wide_columns(headings, columns, sheet.rows[first:], _text(stated, "dates"))
    roles = {role: index for role, index in columns.items() if role not in wide.instead_of}
    measure = stated.get("measure")
    return ColumnMap(
        columns=roles,
        headings=headings,
        first_row=sheet.rows[first].number if first < len(sheet.rows) else sheet.rows[-1].number + 1,
        sheet=sheet.name,
        measure=Measure(str(measure)) if measure else None,
        source=_text(stated, "source"),
        definition=_text(stated, "definition"),
        household_size=float(str(stated["household_size"])) if "household_size" in stated else None,
        dates=_text(stated, "dates"),
        country=_text(stated, "country"),
        wide=wide.meanings,
        ambiguous=wide.ambiguous,
        is_tagged=tags is not None,
        added=added,
        flows={} if wide.meanings or measure or tags is not None else _flows(headings, roles),
        place=_text(stated, "place"),
        day=None if has_day(roles) or wide.is_days else _stated_day(sheet, header, stated),
    )


def has_day(columns: Mapping[str, int]) -> bool:
    """Whether columns say when: a date, or a year and what else there is."""
    return "date" in columns or "year" in columns


def _stated_day(sheet: Sheet, header: int, stated: Mapping[str, object]) -> dt.date | None:
    """Return the one day that a mapping, the rows above the headings, or the name of the sheet state for all rows."""
    if "date" in stated:
        return parsed_date(stated["date"])
    cells = [cell for row in sheet.rows[:header] for cell in row.cells if cell not in ("", None)]
    return day_within(cells) or day_within([sheet.name])


def _flows(headings: Sequence[str], columns: Mapping[str, int]) -> dict[int, Measure]:
    """Return the columns that count something else than that of counts does, as arrivals beside people present."""
    taken = columns.get("count")
    own = meaning_of(headings[taken]) if taken is not None else None
    others = {measure: best_of(headings, "count", measure) for measure in Measure}
    return {
        index: measure
        for measure, index in others.items()
        if index is not None and index not in columns.values() and (own is None or own.measure is not measure)
    }


def _text(stated: Mapping[str, object], key: str) -> str | None:
    return str(stated[key]) if key in stated else None


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
        score = sum(plain(cell) in known or _means(cell) for cell in texts)
        days = sum(is_day(cell) for cell in texts)
        total = score + (0.9 * days if days > 1 else 0)
        if total > most and len(texts) > 1:
            best, most = i, total
    return best if most >= 1 else None


def _means(cell: object) -> bool:
    text = heading_text(cell)
    return meaning_of(text) is not None or part_of_date(text) is not None or _role_within(cell) is not None


def _numeric(rows: Sequence[Row]) -> set[int]:
    """Return the columns whose first cells are all numbers: they hold no names."""
    cells: dict[int, list[str]] = {}
    for row in rows[:HEADER_WITHIN]:
        for index in range(len(row.cells)):
            if text := row.text(index):
                cells.setdefault(index, []).append(text)
    return {index for index, texts in cells.items() if all(re.fullmatch("[0-9]+", text) for text in texts)}


def _by_headings(stated: Sequence[str], numeric: set[int]) -> dict[str, int]:
    """Return the columns by their headings: by the words, else by a usual name, else by a word within."""
    headings = [
        "" if i in numeric and (one := meaning_of(text)) is not None and one.role == "place" else text
        for i, text in enumerate(stated)
    ]
    names = [plain(heading) for heading in headings]
    columns: dict[str, int] = {}
    for role, known in _HEADINGS.items():
        is_free = [i not in columns.values() and not _says_other(headings[i], role) for i in range(len(names))]
        exact = next((names.index(name) for name in known if name in names and is_free[names.index(name)]), None)
        index = exact if role in {"measure", "source"} else best_of(headings, role)
        if index is None or index in columns.values():
            index = exact
        if index is None and role not in {"measure", "source"}:
            within = [i for i, text in enumerate(headings) if is_free[i] and _role_within(text) == role]
            index = within[0] if within and (role != "count" or len(within) == 1) else None  # parts are no whole
        if index is not None:
            columns[role] = index
    if {"x", "y"} <= set(names) and not {"lat", "lon"} & set(columns):
        columns |= {"lat": names.index("y"), "lon": names.index("x")}
    if "period_start" in columns and "date" not in columns:
        end = next((names.index(name) for name in _ENDS if name in names), None)
        columns |= {} if end is None else {"date": end}
    return columns | _date_parts(headings, columns.get("date"))


def _says_other(heading: str, role: str) -> bool:
    meaning = meaning_of(heading)
    return meaning is not None and meaning.role != role


def _date_parts(headings: Sequence[str], date: int | None) -> dict[str, int]:
    """Return the columns of year, month, week and day, where no column holds whole dates."""
    if date is not None and part_of_date(headings[date]) is None:
        return {}
    parts = [part_of_date(heading) for heading in headings]
    return {part: parts.index(part) for part in PARTS_OF_DATE if part in parts} if "year" in parts else {}


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
    if _PART.search(heading_text(heading)):
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
