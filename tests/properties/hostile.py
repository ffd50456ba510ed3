"""Scenarios as an adversary would write them: some keep to every rule and stretch it, some break many at once."""

import datetime as dt
from pathlib import Path

from hypothesis import strategies as st

from corridor.scenario.events import RULES, EventKind, Subject
from corridor.scenario.parameters import DEFINITIONS
from corridor.scenario.places import PlaceKind

NAMES = (
    "Town",
    "الهول",
    "Città <b>",
    "Донецк",
    "村",
    "=cmd()",
    "a" * 300,
    'O\'Brien, "the" camp',
    "'",
    "\u202eabc",
    "𝒳",
)
HOSTILE = (
    *("", "nan", "inf", "-1", "-0", "1e300", "1e-300", "1e999", "9" * 400, "0x10", "1,5", "٣", "½", "=1+1", "None"),
    *(
        "0001-01-01",
        "9999-12-31",
        "2031-02-30",
        "31/12/2031",
        "true",
        "TRUE",
        ">",
        "a>b",
        " ",
        "\t",
        "\0",
        "\ud7ff",
        "🙂",
    ),
    *("town_0", "camp", "fixed", "1000000000", "0.0004", "#x", '"', "'", ";", "\n"),
)
SCRAPS = (b"\0", b"\xff\xfe", b'"', b"\r", b"\n\n", b";", b",", b"[[", b"]", b"{", b"=", b"\xef\xbb\xbf", b"9" * 5000)
STARTS = (dt.date(2031, 1, 1), dt.date(1900, 1, 1), dt.date(2100, 12, 20), dt.date(2028, 2, 27))
FAR = (dt.date(1, 1, 1), dt.date(9999, 12, 30))

SITES = [kind.value for kind in PlaceKind if kind is not PlaceKind.TOWN]
PEOPLE = st.sampled_from(("0", "1", "7", "100", "5000", "400000000", "1000000000"))
A_DAY = st.sampled_from(("0", "0.3", "1", "17", "1000", "1000000000"))
KM = st.sampled_from(("0.1", "1", "30", "250", "20000"))
TINY_KM = st.sampled_from(("1e-300", "0.0004", "0.02"))
CAMPS = ("camp", "host_community")
SUITS = {
    EventKind.SIEGE: ("town",),
    EventKind.CONFLICT: ("town",),
    EventKind.PAUSE: ("town",),
    EventKind.SCREENING_RATE: ("screening",),
    EventKind.RECEPTION_RATE: (*CAMPS, "reception"),
    EventKind.CAPACITY_CHANGE: (*CAMPS, "transit"),
    EventKind.CAMP_OPENS: CAMPS,
    EventKind.CAMP_CLOSES: CAMPS,
    EventKind.CAMP_SUSPENDED: ("camp",),
    EventKind.VERIFICATION: CAMPS,
}
"""Kinds of places that an event is about, where not all are."""
HARSH = {
    "speed_foot_km_per_day": (0.1, 200),
    "speed_vehicle_km_per_day": (1, 3000),
    "choice_concentration": (0.01, 1e9),
    "awareness_level": (0, 1, 2, 3),
    "conflict_decay_days": (1, 10_000),
}
"""Values of parameters whose usual ends say little."""


def table(columns, rows):
    """Return a table as text."""
    return "\n".join(",".join(quoted(cell) for cell in row) for row in (columns, *rows)) + "\n"


def quoted(cell):
    """Return a cell that may hold anything."""
    return '"' + cell.replace('"', '""') + '"' if any(letter in cell for letter in ',"\n\r') else cell


@st.composite
def places(draw):
    """Return rows of places.csv: one town, sites of every kind, and towns that no road may reach."""
    kinds = ["town", *draw(st.lists(st.sampled_from(["town", "camp", *SITES]), max_size=5))]
    rows = []
    for i, kind in enumerate(kinds):
        passes = kind in {"screening", "reception", "camp", "host_community"} and draw(st.booleans())
        is_empty = kind == "marker"
        capacity = "" if is_empty or draw(st.booleans()) else draw(PEOPLE)
        rows.append(
            (
                f"{kind}_{i}",
                draw(st.sampled_from(NAMES)),
                kind,
                draw(st.sampled_from(("", "-90", "0", "33.5"))),
                "",
                "" if is_empty else draw(PEOPLE),
                capacity,
                draw(PEOPLE) if passes else "",
            )
        )
    return [(*row[:4], row[3], *row[5:]) for row in rows]


@st.composite
def routes(draw, names, km):
    """Return rows of routes.csv: loops, islands, parallels of both directions."""
    ends = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda pair: pair[0] < pair[1])
    pairs = draw(st.lists(ends, unique=True, max_size=8)) if len(names) > 1 else []
    days = st.sampled_from(("", "", "", "0.001", "1", "365"))
    modes = st.sampled_from(("foot", "vehicle", "boat"))
    return [
        (
            *(pair if draw(st.booleans()) else pair[::-1]),
            draw(km),
            draw(modes),
            draw(days),
            draw(st.sampled_from(("true", "false"))),
        )
        for pair in pairs
    ]


@st.composite
def events(draw, names, roads, start, days):
    """Return rows of events.csv of every kind, about places and roads."""
    rows = []
    for kind in draw(st.lists(st.sampled_from(list(EventKind)), max_size=6)):
        rule = RULES[kind]
        subjects = {
            Subject.PLACE: names,
            Subject.ROUTE: roads,
            Subject.EITHER: names + roads,
            Subject.ANYWHERE: ["", *names],
        }
        fitting = [name for name in subjects[rule.subject] if name.startswith(SUITS.get(kind, ""))]
        if not fitting:
            continue
        first = draw(st.integers(0, days - 1))
        last = draw(st.one_of(st.none(), st.integers(first, days - 1)))
        value = draw(A_DAY) if rule.unit and (rule.needs_value or draw(st.booleans())) else ""
        value = str(max(1.0, float(value))) if kind is EventKind.COLD else value
        value = str(min(1.0, float(value))) if kind is EventKind.CONFLICT and value else value
        end = "" if last is None else str(start + dt.timedelta(days=last))
        rows.append(
            (
                str(start + dt.timedelta(days=first)),
                end,
                kind.value,
                draw(st.sampled_from(fitting)),
                value,
                "x",
            )
        )
    return rows


@st.composite
def observations(draw, names, start, days):
    """Return rows of observations.csv."""
    measures = st.sampled_from(("stock", "arrivals", "cumulative_arrivals", "waiting", "deaths"))
    qualifiers = st.sampled_from(("exact", "about", "at_least", "almost"))
    rows = []
    for place in draw(st.lists(st.sampled_from(names), max_size=3)):
        day = str(start + dt.timedelta(days=draw(st.integers(0, days - 1))))
        measure = draw(measures)
        begins = str(start) if measure not in {"stock", "waiting"} else ""
        rows.append((day, place, measure, draw(PEOPLE), draw(qualifiers), begins, "x", "fit"))
    return rows


@st.composite
def parameters(draw):
    """Return parameters at the ends of what is allowed, as text of scenario.toml."""
    text = []
    for name in draw(st.lists(st.sampled_from(sorted(DEFINITIONS)), unique=True, max_size=5)):
        definition = DEFINITIONS[name]
        low, high = definition.low, definition.high
        ends = HARSH.get(name) or (low, high if high is not None and high < 1e12 else 1e6, definition.default.central)
        text.append(
            f'[parameters.{name}]\nprior = "fixed"\nvalue = {float(draw(st.sampled_from(ends))):g}\nsource = "x"\n'
        )
    return "\n".join(text)


@st.composite
def folders(draw):
    """Return the files of a scenario that keeps to most rules, as text by name."""
    start, days = draw(st.sampled_from(STARTS)), draw(st.integers(1, 8))
    preset = draw(st.sampled_from(("corridor", "corridor", "flee-3.1", "flee-newest")))
    km = st.one_of(KM, TINY_KM) if preset == "corridor" else KM
    sites = draw(places())
    names = [row[0] for row in sites]
    roads = draw(routes(names, km))
    ways = [f"{row[0]}>{row[1]}" for row in roads]
    end = start + dt.timedelta(days=days - 1)
    head = f'name = "x"\npreset = "{preset}"\nstart = {start}\nend = {end}\n'
    groups = draw(st.sampled_from(("", '[[groups]]\ngroup = "a"\nshare = 1e-12\n[[groups]]\ngroup = "b"\nshare = 1\n')))
    return {
        "scenario.toml": head + groups + draw(parameters()),
        "places.csv": table(
            ("place", "name", "kind", "lat", "lon", "population", "capacity", "throughput_per_day"), sites
        ),
        "routes.csv": table(("origin", "destination", "distance_km", "mode", "travel_days", "both_ways"), roads),
        "events.csv": table(
            ("start", "end", "kind", "subject", "value", "source"), draw(events(names, ways, start, days))
        ),
        "observations.csv": table(
            ("date", "place", "measure", "count", "qualifier", "period_start", "source", "use"),
            draw(observations(names, start, days)),
        ),
    }


def damaged(files, chances):
    """Return files as bytes, damaged in a few places by cells, rows, keys, dates and bytes; chances is a `Random`."""
    made = {name: text.encode("utf-8", "surrogatepass") for name, text in files.items()}
    for _ in range(chances.randint(1, 4)):
        name = chances.choice(sorted(made))
        lines = made[name].split(b"\n")
        n = chances.randrange(len(lines))
        way = chances.choice(("cell", "cell", "row", "swap", "cut", "bytes", "drop", "date"))
        if way == "cell":
            cells = lines[n].split(b"," if name.endswith("csv") else b"=")
            cells[chances.randrange(len(cells))] = chances.choice(HOSTILE).encode("utf-8", "surrogatepass")
            lines[n] = b",".join(cells) if name.endswith("csv") else b"=".join(cells)
        elif way == "row":
            lines.insert(n, lines[chances.randrange(len(lines))])
        elif way == "swap":
            lines.reverse()
        elif way == "cut":
            lines = lines[:n]
        elif way == "date":
            old, new = (str(chances.choice(days)).encode() for days in ((*STARTS,), FAR))
            lines = [line.replace(old, new) for line in lines]
        else:
            at = chances.randrange(len(lines[n]) + 1)
            lines[n] = lines[n][:at] + (chances.choice(SCRAPS) if way == "bytes" else b"") + lines[n][at + 1 :]
        made[name] = b"\n".join(lines)
        if chances.random() < 0.03:
            del made[name]
        if not made:
            break
    return made


def write(files, folder: Path) -> Path:
    """Write files, text or bytes, into a new folder."""
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)
    return folder
