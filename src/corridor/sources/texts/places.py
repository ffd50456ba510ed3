"""The places that a sentence names, and which of them a figure is about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from corridor.scenario.observations import Measure
from corridor.scenario.places import Place

_ADMIN = (
    "city|town|villages?|districts?|provinces?|governorates?|count(?:y|ies)|states?|regions?|(?:refugee |IDP |displacement |transit )?camps?|prefectures?|departments?|"
    "territor(?:y|ies)|valley|lake|areas?|municipalit(?:y|ies)|islands?|site|self-administered zone|sub-districts?|transit cent(?:re|er)|"
    "peninsula|atoll|airport|airstrip|coast|river|division|woreda|zone|local government area|LGA|capital|neighbou?rhoods?|border|crossing|pocket"
)
_DIRECTION = r"(?:north|south|east|west|central|rural|greater|upper|lower|inner|coastal)[\w-]*"
_UP = r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪĮİĶŁŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŹŻŽ]"
_WORD = rf"(?:(?:al|el|Al|El|Deir|Tel|Tell|Abu)[ -]|(?:ad|as|ar|an|ash|at|az|ed|es|Ad|As|Ar|An|Ash|At|Az)-)?(?:[dlDLO]')?{_UP}[\w'’_�-]*"
_GLUE = r"(?:\s(?:de|du|del|la|le|los|las|des|da|do|dos|of|el|al|es|ez-|el-|y|and)(?=\s))?"
_NAME = rf"{_WORD}(?:{_GLUE}(?:\s|/){_WORD}){{0,4}}"
_AREA = rf"(?:the )?(?:(?:{_DIRECTION}|(?:the )?(?:{_ADMIN})(?: of)?|parts of|outskirts of|city of|nearby|neighbou?ring|surrounding|besieged|port|capital|countryside of|rural)[ -])*"
_ONE = rf"{_AREA}{_NAME}(?:\s(?:{_ADMIN})\b)*"
_CANDIDATE = re.compile(
    rf"(?P<place>(?:the )?{_ONE}(?:(?:,\s?(?:and )?|\s(?:and|in|of|near|or)\s(?:the )?(?:{_DIRECTION} (?:city|part|parts) of )?){_ONE})*)"
)
_PREPOSITION = re.compile(
    r".*(?<![\w-])((?i:in|at|off|from|to|into|towards?|near|around|within|inside|outside|across|of|through|on|throughout|over|reached|reaching|entered|entering|left|leaving|"
    r"fled|fleeing|with|between|both|à|de|dans|vers))(?!\w)\s?(?:the\s?)?(?:[a-z-]+\s){0,4}?$"
)
_NOT_A_PLACE = re.compile(
    r"^(?:the )?(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|"
    r"Sunday|UN|U\.N|United Nations|UNHCR|OCHA|IOM|IDMC|WFP|UNICEF|WHO|NGOs?|IDPs?|ISIS|ISIL|IS|SDF|Islamic State|Boko Haram|Al[ -]Shabaab|Taliban|Daesh|Red C\w+|"
    r"Government|Ministry|President|Mr|Mrs|Dr|Spokes\w+|Christians?|Muslims?|Kurdish|Hurricane|Typhoon|Cyclone|Tropical|Storm|Sunni|Shia|Rohingya|Ramadan|Eid|Christmas|"
    r"Roughly|Close|Fewer|Less|Just|Upwards|Several|Scores|Last|Next|Early|Late|Earlier|Until|Fully|Quelque|Environ|Plus|Between|Overall|In total|Currently|Today|Yesterday|About|Around|More|Over|Some|Nearly|Almost|Approximately|At|In|On|The|As|Up|Between|An|A|Since|Of|This|These|Those|They|Its?|He|She|We|Their|His|Her|Our|All|Both|Each|Every|Half|There|One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Aid|According|By|After|Before|While|When|"
    r"However|Also|From|Most|Many|Meanwhile|Another|Up|Floods?|Clashes|Shelling|Air ?strikes?|Attacks?|Conflict|Insecurity|Insurgents|Militants|Rebels|Gunmen|Police|Troops|Soldiers|Drought|Rains?|Fighting|Violence|Heavy|Following|During|Thousands|Hundreds|Tens|Dozens|People|Families|Civilians|Security|Humanitarian|Only|With|No|Displaced|Residents|Authorities|Officials|Local|Latest|New|Context)\b",
)
_NAMED_THING = re.compile(
    r"\b(?:(?:governor|mayor|minister|president|head|director) of(?: the)?|cyclone|typhoon|hurricane|storm|earthquake|operation|president|general|leader|commander|minister)\s$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"(?:,| and| in| of| near| or)\s?(?:the )?(?=[A-Z])")
_PEOPLE_NAME = re.compile(
    r"^(?:the )?[A-Z][\w-]*(?:ian|ians|ese|ish|eans?|ans|qi|qis|nis)$|^(?:Afghan|Somali|Yemeni|Pakistani|Bangladeshi|Israeli|Pashtun|Hausa|Dinka|Nuer|Luba|Twa)s?$"
)
_ACTS = re.compile(
    r"\s?(?:army|government|military|forces|troops|officials|authorities|police|air force|refugees|people|families|IDPs|nationals|fighters|civilians|returnees|said|says)\b"
)
_GROUP_AFTER = re.compile(
    r",? an? (?:[\w-]+ ){0,3}(?:group|militia|tribe|clan|community|army|faction|movement|party|charity)\b"
)
"""What says that a name is one of people and no place."""

_FIRED_FROM = re.compile(
    r"\b(?:air ?strikes?|shelling|shells|fire|rockets?|missiles?|mortars?|bombardments?|attacks?|raids?|troops|"
    r"soldiers|fighters|militants) from (?:the )?$",
    re.IGNORECASE,
)
"""Where an attack came from is not where people left."""

_COUNTRIES = frozenset(["UK", "US", "USA", "UAE", "DRC", "CAR", "PNG"])


@dataclass(frozen=True)
class NamedPlace:
    """A place that a sentence names: where it stands, its words, and the preposition before it."""

    start: int
    end: int
    words: str
    preposition: str


def places_of(text: str) -> tuple[NamedPlace, ...]:
    """Return the places that a sentence names, in their order."""
    named = []
    for match in _CANDIDATE.finditer(text):
        words, start = _trimmed(text, match)
        while words and not _is_place(text, words, start):
            words, start = _next_name(text, words, start)
        if not words:
            continue
        before = _PREPOSITION.search(text[max(0, start - 60) : start])
        preposition = before[1].lower() if before else "'s" if text.startswith("'s", start + len(words)) else ""
        if _NAMED_THING.search(text[:start]) or (not preposition and not _opens(text, start, words)):
            continue
        if preposition == "to" and re.search(r"according to (?:the )?$", text[:start]):
            continue
        if preposition == "from" and _FIRED_FROM.search(text[max(0, start - 60) : start]):
            continue
        named.append(NamedPlace(start, start + len(words), words, preposition))
    return tuple(named)


def _trimmed(text: str, match: re.Match[str]) -> tuple[str, int]:
    words, start = match["place"], match.start()
    if words.startswith("the "):
        words, start = words[4:], start + 4
    lead = re.match(r"(?:(?:In|On|At|From|Also in|Near|Across|Around|Since|Within) (?:the )?)+(?=[A-Z])", words)
    if lead:
        words, start = words[lead.end() :], start + lead.end()
    cuts = (cut.start() for cut in _SEPARATOR.finditer(words) if _NOT_A_PLACE.match(words[cut.end() :]))
    words = words[: next(cuts, len(words))]
    words = re.sub(r"'s?$", "", words).rstrip(" ,'")
    return words, text.index(words, start) if words else start


def _next_name(text: str, words: str, start: int) -> tuple[str, int]:
    """Return what follows the first name of a place, as Alba of "UN camp in Alba"; nothing if it is the last."""
    rest = re.search(r"(?: in| of| at| near|,)\s(?:the )?(?=(?:[\w-]+ ){0,3}[A-Z])", words)
    if not rest:
        return "", start
    return words[rest.end() :], text.index(words[rest.end() :], start + rest.end())


def _opens(text: str, start: int, words: str) -> bool:
    """Whether a name without a preposition stands where a subject stands, or is a possessive."""
    before = text[:start].rstrip()
    is_possessive = text.startswith("'s", start + len(words))
    is_subject = (
        not before
        or before[-1] in ".;:,"
        or bool(re.search(r"(?:^|[.;:,]\s)[Tt]he$|\b(?:that|where|while|and)(?: the)?$", before))
    )
    return is_possessive or (len(words) > 1 and is_subject and not re.search(r"\ban?$", before))


def _is_place(text: str, words: str, start: int) -> bool:
    name = re.sub(
        rf"^(?:(?:{_DIRECTION}|the|near|nearby|neighbou?ring|besieged|port|capital|city of|town of)[ -])+", "", words
    )
    first = re.split(r",| and | in | of | near ", name)[0]
    if not first[1:] or _NOT_A_PLACE.match(first):
        return False
    if re.fullmatch(r"[A-Z]{2,6}s?", first) and first not in _COUNTRIES:
        return False
    after = text[start + len(words) :]
    if _GROUP_AFTER.match(after) and "," not in words:
        return False
    return not ((_PEOPLE_NAME.match(first) and re.match(r"\s[a-z]", after)) or _ACTS.match(after))


_ARRIVING = frozenset({Measure.ARRIVALS, Measure.CUMULATIVE_ARRIVALS})
_DEATHS = frozenset({Measure.DEATHS, Measure.CUMULATIVE_DEATHS})
_WANTED: dict[Measure | None, tuple[str, ...]] = {
    Measure.DEPARTURES: ("from", "fled", "left", "leaving", "fleeing"),
    Measure.ARRIVALS: ("to", "at", "in", "into", "reached", "reaching", "entered", "towards", "toward", "through"),
    Measure.CUMULATIVE_ARRIVALS: ("to", "at", "in", "into", "reached", "entered"),
    Measure.DEATHS: ("to", "in", "at", "from", "near"),
    Measure.CUMULATIVE_DEATHS: ("to", "in", "at", "from", "near"),
    Measure.STOCK: ("in", "at", "inside", "'s", ""),
    Measure.INSIDE: ("in", "inside", "at"),
    Measure.WAITING: ("at", "in", "near"),
    None: ("in", "at"),
}


def place_of(
    places: Iterable[NamedPlace], measure: Measure | None, span: tuple[int, int], region: tuple[int, int]
) -> NamedPlace | None:
    """Return the place that a figure is about: one that its verb asks for, and near.

    Parameters
    ----------
    places
        Those of the sentence.
    measure
        What was counted.
    span
        The figure and its noun, characters.
    region
        The passage that belongs to the figure.
    """
    wanted = _WANTED.get(measure, ("in", "at"))

    def cost(place: NamedPlace) -> float:
        distance = place.start - span[1] if place.start >= span[1] else span[0] - place.end + 10
        is_usual = place.preposition in {"in", "at", "near", "across", "on", "within"} or (
            measure in _DEATHS and place.preposition == "from"
        )
        role = 0 if place.preposition in wanted else 25 if is_usual else 60
        return distance + role + (0 if region[0] <= place.start < region[1] else 150)

    possible = [place for place in places if place.preposition or place.end <= span[0]]
    if measure in _ARRIVING and any(place.preposition in wanted for place in possible):
        possible = [place for place in possible if place.preposition != "from"]
    return min(possible, key=cost, default=None)


def simple_name(words: str) -> str:
    """Return the first name of a place's words, without what kind of place it is.

    Examples
    --------
    >>> simple_name("eastern Alba city in Norland province")
    'Alba'
    """
    first = re.split(r",|\s(?:and|in|of|near|or)\s(?=(?:the )?[\w -]*[A-Z])", words)[0]
    first = re.sub(
        rf"^(?:(?:the|{_DIRECTION}|near|nearby|neighbou?ring|besieged|(?:{_ADMIN})(?: of)?|parts of|outskirts of)[ -])+(?=\S*[A-Z])",
        "",
        first,
    )
    return re.sub(rf"(?:\s(?:{_ADMIN}))+$", "", first).strip() or words


def id_of(words: str, places: Iterable[Place]) -> str | None:
    """Return the id of the scenario's place that words name; None if none does, or several do.

    Parameters
    ----------
    words
        The place as the text names it.
    places
        Those of the scenario.
    """
    rows = tuple(places)
    for name in (simple_name(words), words):
        exact = {row.place for row in rows if _key(name) in _keys(row)}
        if exact:
            return exact.pop() if len(exact) == 1 else None
    head = f" {_key(re.split(r',| in ', words)[0])} "
    within = {row.place for row in rows if any(f" {key} " in head for key in _keys(row) if key)}
    return within.pop() if len(within) == 1 else None


def _keys(place: Place) -> set[str]:
    aliases = getattr(place, "aliases", None) or ()
    names = re.split(r"[|;]", aliases) if isinstance(aliases, str) else aliases
    return {_key(name) for name in (place.place, place.name, *names)} | {_key(simple_name(place.name))}


def _key(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    plain = re.sub(r"[^\w]+|_", " ", plain)
    return re.sub(r"\b(?:al|el|the)\b\s?", "", plain).strip()
