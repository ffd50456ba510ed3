"""Whatever can be stated can be written and read back unchanged."""

import datetime as dt
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.scenario.events import Event
from corridor.scenario.io.read import read_folder
from corridor.scenario.io.write import write_scenario
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.parameters import DEFINITIONS, Beta, Fixed, LogNormal, Normal, Parameter, Uniform
from corridor.scenario.places import Place
from corridor.scenario.presets import Preset
from corridor.scenario.routes import Route
from corridor.scenario.scenario import Alternative, Group, Scenario, Source, Supply

START, END = dt.date(2031, 1, 1), dt.date(2031, 6, 30)
AWKWARD = (
    "=cmd|'/c calc'!A0",
    "+1",
    "-2",
    "@sum",
    "'=x",
    "''-x",
    "'quoted'",
    "<script>alert(1)</script>",
    "&amp; {{ 1 }}",
    "مخيم الهول",
    "محطّة، الشمال",
    "Лиман «Север»",
    'said "no", then; yes',
    "two\nlines",
    "two\r\nlines and\ttab",
    "#hashtag",
    "true",
    "2031-01-01",
    "\\u0041 \\ backslash",
    "\N{WORLD MAP} emoji",
)
texts = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=30).map(str.strip).filter(bool),
)
dates = st.dates(START, END)
maybe = st.none()
notes = st.dictionaries(st.sampled_from(("x_a", "x_ملاحظة", "x_<b>")), texts, max_size=2)
positive = st.floats(1e-3, 1e4)
lengths = st.floats(0.1, 1e4)  # under a preset of Flee no route is shorter
rates = st.floats(0.01, 1e4)
priors = st.one_of(
    st.builds(Fixed, value=st.floats(0, 1e6)),
    st.builds(LogNormal, median=positive, within_factor=st.floats(1.01, 100)),
    st.builds(Normal, mean=st.floats(5e3, 1e4), sd=st.floats(1e-3, 1e3)),
    st.builds(Uniform, low=st.floats(0, 1), high=st.floats(2, 9)),
    st.builds(Beta, mean=st.floats(0.3, 0.7), sd=st.floats(0.01, 0.15)),
)
decays = st.builds(Fixed, value=st.floats(0, 1))


def parameter(name, subject, prior, source):
    known = DEFINITIONS[name]
    return Parameter(name=name, subject=subject, prior=prior, unit=known.unit, meaning=known.meaning, source=source)


parameters = st.lists(
    st.builds(parameter, st.just("attractiveness"), st.sampled_from((None, "town_a", "camp_a")), priors, texts)
    | st.builds(parameter, st.just("seats_per_day"), st.sampled_from((None, "gate_a>camp_a/ridge")), priors, texts)
    | st.builds(parameter, st.just("conflict_decay"), st.sampled_from((None, "0", "12")), decays, texts),
    max_size=3,
    unique_by=lambda row: row.key,
).map(tuple)


@st.composite
def events(draw, kinds):
    kind, subject, value = draw(st.sampled_from(kinds))
    start, end = sorted((draw(dates), draw(dates)))
    is_open = draw(st.booleans())
    known = draw(maybe | st.dates(dt.date(2030, 1, 1), END))
    later = draw(st.booleans()) and not is_open
    return Event(
        start=start,
        end=None if is_open else end,
        kind=kind,
        subject=subject,
        value=draw(value),
        source=draw(texts),
        url=draw(maybe | texts),
        reported_on=known,
        end_reported_on=max(known or start, end) if later else None,
        notes=draw(notes),
    )


KINDS = (
    ("siege", "town_b", maybe),
    ("pause", None, maybe),
    ("cold", None, st.floats(1, 9)),
    ("conflict", "town_a", maybe | st.floats(0, 1)),
    ("closure", "camp_b", maybe),
    ("transport", "gate_a>camp_a", maybe | st.just(0.0) | st.floats(1, 1e9)),
    ("screening_rate", "gate_a", maybe | rates),
    ("inflow", "camp_b", positive),
    ("camp_suspended", "camp_b", maybe),
    ("closure", "gate_a>camp_a/ridge", maybe),
    ("relocation", "camp_a>camp_b", rates),
)
ROUTES = (
    ("town_a", "gate_a", None),
    ("town_b", "junction", None),
    ("junction", "gate_a", None),
    ("gate_a", "camp_a", None),
    ("gate_a", "camp_a", "ridge"),
    ("camp_a", "camp_b", None),
)
once = {"max_size": 5, "unique_by": lambda row: (row.kind, row.subject, row.start)}


@st.composite
def places(draw):
    kinds = {
        "town_a": "town",
        "town_b": "town",
        "gate_a": "screening",
        "camp_a": "camp",
        "camp_b": "camp",
        "junction": "marker",
    }
    people = st.integers(0, 10**9)
    rows = []
    for place, kind in kinds.items():
        lat, lon = draw(st.tuples(maybe, maybe) | st.tuples(st.floats(-90, 90), st.floats(-180, 180)))
        is_marker = kind == "marker"
        capacity = None if is_marker else draw(maybe | people)
        rows.append(
            Place(
                place=place,
                name=draw(texts),
                kind=kind,
                pcode=draw(maybe | texts),
                lat=lat,
                lon=lon,
                country=draw(st.sampled_from((None, "SYR"))),
                population=draw(people if kind == "town" else maybe if is_marker else maybe | people),
                capacity=capacity,
                capacity_reported_on=None if capacity is None else draw(maybe | dates),
                throughput_per_day=draw(maybe | people) if kind == "screening" else None,
                notes=draw(notes),
            )
        )
    return tuple(rows)


@st.composite
def observations(draw):
    measure = draw(st.sampled_from(("stock", "arrivals", "cumulative_deaths", "waiting")))
    first, last = sorted((draw(dates), draw(dates)))
    is_between = draw(st.booleans())
    low, high = sorted((draw(st.integers(0, 10**9)), draw(st.integers(0, 10**9))))
    return Observation(
        date=last,
        place=draw(st.sampled_from(("camp_a", "camp_a+camp_b", "gate_a"))),
        measure=measure,
        count=low if is_between else draw(maybe | st.just(low)),
        count_high=high if is_between else None,
        qualifier="between" if is_between else draw(st.sampled_from(("exact", "about", "more_than"))),
        period_start=first if measure in {"arrivals", "cumulative_deaths"} else None,
        group=draw(st.sampled_from((None, "under_five"))),
        household_size=draw(maybe | st.floats(0.1, 50)),
        definition=draw(maybe | texts),
        source=draw(texts),
        url=draw(maybe | texts),
        reported_on=draw(maybe | st.dates(last, dt.date(2032, 1, 1))),
        use=draw(st.sampled_from(("fit", "hold", "ignore"))),
        notes=draw(notes),
    )


@st.composite
def scenarios(draw):
    routes = [
        Route(
            origin=origin,
            destination=destination,
            distance_km=draw(lengths),
            mode="vehicle",
            travel_days=draw(maybe | st.floats(0.01, 365)),
            both_ways=draw(st.booleans()),
            via=via,
            notes=draw(notes),
        )
        for origin, destination, via in ROUTES
    ]
    stated = draw(st.lists(events(KINDS), **once))
    drops = st.sampled_from(sorted({event.kind.value for event in stated}) or [None])
    alternative = Alternative(
        alternative="other",
        meaning=draw(texts),
        add=tuple(draw(st.lists(events(KINDS), **once))),
        drop=tuple(word for word in draw(st.lists(drops, max_size=2)) if word),
        parameters=draw(parameters),
    )
    supply = st.builds(
        Supply,
        date=dates,
        place=st.sampled_from(("camp_a", "camp_b")),
        item=texts,
        quantity=st.floats(0, 1e12),
        unit=texts,
        kind=st.sampled_from(("on_site", "pipeline", "per_day")),
        source=texts,
        url=maybe | texts,
        reported_on=maybe | dates,
        notes=notes,
    )
    sources = st.builds(Source, source=st.sampled_from(("A", "ب", "=b")), grade=st.sampled_from("ABCD"), reason=texts)
    return Scenario(
        name=draw(texts),
        start=START,
        end=END,
        groups=(Group(group="under_five", share=0.1 + 0.2, is_under_five=True), Group(group="others", share=0.7)),
        places=draw(places()),
        routes=tuple(routes),
        events=tuple(stated),
        parameters=draw(parameters),
        sources=tuple(draw(st.lists(sources, max_size=2, unique_by=lambda row: row.source))),
        stocks=tuple(draw(st.lists(supply, max_size=3, unique_by=lambda row: row.item))),
        alternatives=draw(st.sampled_from(((), (alternative,)))),
        preset=draw(st.sampled_from(Preset)),
    )


reports = st.lists(observations(), max_size=5, unique_by=lambda row: (row.date, row.place, row.source)).map(tuple)


@settings(max_examples=150)
@given(scenario=scenarios(), rows=reports)
def test_what_is_written_is_read_back_unchanged(scenario, rows):
    with tempfile.TemporaryDirectory() as room:
        folder = write_scenario(scenario, Observations(rows), Path(room) / "scenario")
        assert read_folder(folder) == (scenario, Observations(rows))
