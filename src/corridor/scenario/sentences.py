"""What holds while some events are in force, in sentences; used by ``explain``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from corridor.scenario.events import RULES, Event, EventKind
from corridor.scenario.io.cells import listed
from corridor.scenario.places import Place, PlaceKind
from corridor.scenario.routes import parts_of
from corridor.scenario.scenario import Scenario

_K = EventKind
_ORDER = tuple(kind for kind in EventKind if kind not in {_K.CAPACITY_CHANGE, _K.CAMP_OPENS, _K.CAMP_CLOSES})
_HOLDING = (_K.SIEGE, _K.PAUSE, _K.CORRIDOR)
_NOUNS = {
    PlaceKind.TOWN: ("town", "towns"),
    PlaceKind.TRANSIT: ("transit site", "transit sites"),
    PlaceKind.SCREENING: ("screening point", "screening points"),
    PlaceKind.RECEPTION: ("reception area", "reception areas"),
    PlaceKind.CAMP: ("camp", "camps"),
    PlaceKind.HOST_COMMUNITY: ("host community", "host communities"),
    PlaceKind.MARKER: ("junction", "junctions"),
}
_GATES = {PlaceKind.SCREENING: _K.SCREENING_RATE}


def counts(scenario: Scenario) -> str:
    """Return how many places of each kind and how many routes a scenario has, in words."""
    kinds = Counter(place.kind for place in scenario.places)
    parts = [f"{kinds[kind]} {nouns[kinds[kind] != 1]}" for kind, nouns in _NOUNS.items() if kinds[kind]]
    routes = len(scenario.routes)
    return listed([*parts, f"{routes} route{'' if routes == 1 else 's'}"], "and")


def state(scenario: Scenario, events: Sequence[Event]) -> tuple[str, ...]:
    """Return what holds while exactly these events are in force, one sentence each.

    Parameters
    ----------
    scenario
        Gives the places and their names, and which places and routes have openings at all.
    events
        The events in force.
    """
    names = _names(scenario)
    ordered = sorted((e for e in events if e.kind in _ORDER), key=lambda e: _ORDER.index(e.kind))
    sentences = [_sentence(event, names) for event in ordered if event.kind in _HOLDING]
    sentences += _held(events, names)
    sentences += [_sentence(event, names) for event in ordered if event.kind not in _HOLDING]
    sentences += _gates(scenario, events, names)
    sentences += _shut(scenario, events, names)
    sentences.append(_camps(scenario, events, names))
    return tuple(dict.fromkeys(sentences))


def _names(scenario: Scenario) -> dict[str, str]:
    """Return what to call each place: its name, with its id where the name is shared."""
    shared = Counter(place.name for place in scenario.places)
    return {
        place.place: place.name if shared[place.name] == 1 else f"{place.name} ({place.place})"
        for place in scenario.places
    }


def _called(subject: str, names: dict[str, str]) -> str:
    origin, destination, via = parts_of(subject)
    if destination:
        by = f" by {via}" if via else ""
        return f"the way from {names.get(origin, origin)} to {names.get(destination, destination)}{by}"
    return names.get(origin, origin)


def _sentence(event: Event, names: dict[str, str]) -> str:
    subject = _called(event.subject, names) if event.subject else None
    if event.kind is _K.CORRIDOR and event.subject in names:
        subject = f"a corridor out of {subject}"
    text = event.model_copy(update={"subject": subject}).effect()
    return f"{text[:1].upper()}{text[1:]}."


def _closed(events: Iterable[Event]) -> set[str | None]:
    return {event.subject for event in events if event.kind is _K.CLOSURE}


def _held(events: Sequence[Event], names: dict[str, str]) -> list[str]:
    """Return, for each besieged place without a usable corridor, that there is none."""
    closed, sentences = _closed(events), []
    for siege in (event for event in events if event.kind is _K.SIEGE and event.subject):
        corridors = [
            e.subject for e in events if e.kind is _K.CORRIDOR and (e.subject or "").split(">")[0] == siege.subject
        ]
        place = _called(siege.subject or "", names)
        if not corridors:
            sentences.append(f"No corridor leads out of {place}.")
        elif siege.subject in closed or set(corridors) <= closed:
            sentences.append(f"The corridor out of {place} is shut by a closure.")
    return sentences


def _gates(scenario: Scenario, events: Sequence[Event], names: dict[str, str]) -> list[str]:
    """Return what each gate passes where the table of places says it and no event does."""
    sentences = []
    for place in scenario.places:
        kind = _GATES.get(place.kind, _K.RECEPTION_RATE)
        stated = any(event.kind is kind and event.subject == place.place for event in events)
        if place.throughput_per_day is not None and not stated:
            value = f"{place.throughput_per_day:,}"
            sentences.append(f"{RULES[kind].effect.format(subject=names[place.place], value=value)}.")
    return sentences


def _shut(scenario: Scenario, events: Sequence[Event], names: dict[str, str]) -> list[str]:
    """Return which ways are shut because what they depend on is not in force."""
    kinds = {_K.OPENING: "{} is shut, outside its openings.", _K.TRANSPORT: "No vehicles run along {}."}
    sentences = []
    for kind, words in kinds.items():
        running = {event.subject for event in events if event.kind is kind}
        subjects = dict.fromkeys(e.subject for e in scenario.events if e.kind is kind and e.subject)
        texts = (words.format(_called(subject, names)) for subject in subjects if subject not in running)
        sentences += [f"{text[:1].upper()}{text[1:]}" for text in texts]
    return sentences


def _camps(scenario: Scenario, events: Sequence[Event], names: dict[str, str]) -> str:
    takers = [place for place in scenario.places if place.kind.is_final and _takes_people(place, scenario, events)]
    if not takers:
        return "No camp takes people."
    texts = [f"{names[place.place]} ({_room(place, events)})" for place in takers]
    return f"Camps that take people: {', '.join(texts)}."


def _takes_people(place: Place, scenario: Scenario, events: Sequence[Event]) -> bool:
    kinds = {event.kind for event in events if event.subject == place.place}
    opens = any(event.kind is _K.CAMP_OPENS and event.subject == place.place for event in scenario.events)
    return (not opens or _K.CAMP_OPENS in kinds) and not kinds & {_K.CAMP_CLOSES, _K.CAMP_SUSPENDED, _K.CLOSURE}


def _room(place: Place, events: Sequence[Event]) -> str:
    changes = [e for e in events if e.kind is _K.CAPACITY_CHANGE and e.subject == place.place]
    latest = max(changes, key=lambda event: event.start, default=None)
    capacity = place.capacity if latest is None else latest.value
    return "capacity unknown" if capacity is None else f"can hold {capacity:,.0f}"
