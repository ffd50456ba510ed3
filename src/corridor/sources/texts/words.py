"""The words by which figures of displaced people are told from other figures."""

from __future__ import annotations

import re

from corridor.scenario.observations import Qualifier

_Q = Qualifier


def any_of(words: str) -> str:
    """Return a pattern that takes any of some words; a line end or two blanks part them.

    Examples
    --------
    >>> any_of("at least  up to")
    '(?:at least|up to)'
    """
    parts = (part.strip() for part in re.split(r"\n|  +", words))
    return f"(?:{'|'.join(part for part in parts if part)})"


QUALIFIERS: tuple[tuple[Qualifier, str], ...] = (
    (_Q.AT_MOST, any_of("no more than  not more than  up to  as many as  at most  a maximum of  fewer than  less than  under  below  jusqu'à  au plus")),
    (_Q.AT_LEAST, any_of("at least  no fewer than  not less than  no less than  a minimum of  au moins  pas moins de  ما لا يقل عن")),
    (_Q.MORE_THAN, any_of("more than  over  above  exceeded  exceeding  exceeds  in excess of  upwards of  surpassed  surpassing  plus de  plus d'  أكثر من")),
    (_Q.ALMOST, any_of("almost  nearly  close to  just under  just below  approaching  près de  presque  قرابة")),
    (_Q.ABOUT, any_of("about  around  approximately  approx\\.?  roughly  some  an estimated  estimated  circa  perhaps  ~  environ  quelque  نحو  حوالي")),
)  # fmt: skip
"""Qualifiers, and the words before a figure that mean them; the first that fits is taken."""

PEOPLE = re.compile(
    r"people|persons?(?!nel)|individuals?|civilians?|residents?|villagers|inhabitants|townspeople|townsfolk|survivors|"
    r"evacuees|refugees?|returnees?|asylum[- ]seekers?|migrants?|newcomers|displacements?|displaced|citizens|nationals|"
    r"children|childre|workers|farmers|pastoralists|fishermen|herders|arrivals|souls|deaths|fatalities|casualties|lives",
    re.IGNORECASE,
)
"""Nouns of people, found within glued words too (``peoplewere``)."""

SHORT_PEOPLE = frozenset(
    [
        "idp",
        "idps",
        "men",
        "women",
        "man",
        "woman",
        "girls",
        "boys",
        "infants",
        "babies",
        "toddlers",
        "youths",
        "pwd",
        "others",
        "more",
        "homeless",
        "dead",
        "kids",
        "newborns",
        "adults",
    ]
)
"""Nouns of people too short to be looked for within a word."""

DISPLACED_NOUN = re.compile(
    r"\bIDPs?\b|refugee|returnee|evacuee|asylum[- ]seeker|displace|\barrivals\b|newcomer|homeless|\buprooted\b",
    re.IGNORECASE,
)
"""Nouns that say by themselves that people are displaced."""

HOUSEHOLDS = re.compile(r"famil(?:y|ies)|familis|households?|ménages?|familles?|\bHHs?\b", re.IGNORECASE)
"""Nouns of households."""

HOMES = re.compile(r"^(?:homes?|houses?|dwellings?|apartments?|flats)$", re.IGNORECASE)
"""Nouns of dwellings: households only where they were destroyed, damaged or evacuated."""

NOT_COUNTED = re.compile(
    r"^(?:"
    r"troops?|soldiers?|fighters?|militants?|combatants?|rebels?|insurgents?|jihadists?|extremists?|terrorists?|gunmen|"
    r"militia(?:men|s)?|police(?:men)?|officers?|guards?|peacekeepers?|commandos?|mercenaries|recruits|snipers?|bombers?|"
    r"suspects?|prisoners|detainees|inmates|commanders?|forces|army|staff|personnel|volunteers|medics|doctors|nurses|"
    r"teachers|students|pupils|officials|members|monitors|observers|journalists|employees|tourists|voters|spectators|"
    r"protesters|demonstrators|patients|cases|doses|tents?|shelters|kits?|blankets?|mattresses|tarpaulins|litres?|liters?|"
    r"tonnes?|tons?|kilos?|kilograms?|kg|km|kilomet(?:re|er)s?|metres?|meters?|miles?|hectares?|acres?|inches|feet|cm|mm|"
    r"dollars?|euros?|pounds?|usd|francs?|dinars?|shillings|percent|per|cent|degrees?|"
    r"years?|months?|weeks?|days?|hours?|minutes?|seconds?|nights?|year-old|"
    r"villages?|towns?|cities|camps?|provinces?|districts?|states|counties|schools?|hospitals?|clinics?|centres?|centers?|"
    r"sites?|locations?|countries|areas|buses|trucks?|vehicles?|cars|boats?|ships?|convoys?|aircraft|planes|tanks|"
    r"weapons?|rifles?|shells?|rockets?|missiles?|bombs?|mines?|rounds|airstrikes|strikes|attacks?|incidents?|"
    r"meals?|rations?|parcels?|bags|sacks|latrines?|toilets?|wells|plots|beds|classrooms|shops|cattle|livestock|goats|"
    r"sheep|animals|trees|cents|points|times|others'|local|aftershocks|magnitude|pages?|articles?|resolutions?|"
    r"combattants?|soldats|militaires|policiers|مقاتل\w*|جندي|جنود|مسلح\w*"
    r")$",
    re.IGNORECASE,
)
"""Nouns of what is no displaced person: people under arms or on duty, things, money, measures and times."""

DEMONYM = re.compile(r"^[A-Z][a-z]+(?:ans|ian|is|ese|ians|inians|bs|ds|ngya|gyas|Turks|Kurds|ali|alis|ois|i)$")
"""Names of peoples in the plural, as Iraqis, Syrians, Rohingya."""

STOPS = frozenset(
    [
        "this",
        "last",
        "today",
        "compared",
        "down",
        "in",
        "at",
        "from",
        "to",
        "into",
        "for",
        "and",
        "or",
        "were",
        "was",
        "is",
        "are",
        "be",
        "been",
        "being",
        "had",
        "have",
        "has",
        "having",
        "who",
        "which",
        "that",
        "while",
        "when",
        "after",
        "before",
        "since",
        "by",
        "with",
        "without",
        "as",
        "on",
        "off",
        "because",
        "due",
        "near",
        "across",
        "through",
        "fled",
        "flee",
        "left",
        "arrived",
        "reached",
        "remain",
        "remained",
        "live",
        "lived",
        "living",
        "could",
        "can",
        "may",
        "might",
        "will",
        "would",
        "should",
        "must",
        "between",
        "during",
        "until",
        "including",
        "include",
        "but",
        "moved",
        "crossed",
        "returned",
        "died",
        "lost",
        "sought",
        "took",
        "stayed",
        "face",
        "faced",
        "need",
        "needed",
        "receive",
        "received",
    ]
)
"""Words at which the name of what is counted ends."""
