"""The verb that governs a figure decides what was counted: the nearest one, and none for people who got something."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corridor.scenario.observations import Measure
from corridor.sources.texts.nouns import Noun
from corridor.sources.texts.numbers import Figure
from corridor.sources.texts.words import any_of

_M = Measure
_Words = tuple[Measure | None, re.Pattern[str]]
FAR = 60
"""Characters beyond which a verb no longer speaks of a figure before it."""


_FREE = r"(?:(?<![a-z-])|(?<=were)|(?<=was)|(?<=been)|(?<=had)|(?<=have)|(?<=who)|(?<=people))"
"""A verb begins a word, or follows one to which a PDF has glued it."""


def _compiled(*rows: tuple[Measure | None, str]) -> tuple[_Words, ...]:
    return tuple((measure, re.compile(rf"{_FREE}{words}", re.IGNORECASE)) for measure, words in rows)


_AFTER = _compiled(
    (None, any_of(
        "injured  wounded  hospitali[sz]ed  received? (?!permission)(?!orders?)(?!at)(?!in)  receiving  benefit  (?:was|were|been|be|being|are|is) (?:\\w+ly )?(?:assisted|provided|supplied|"
        "vaccinated|treated|arrested|detained|injured|wounded|recruited|abducted|kidnapped|infected|interviewed|surveyed|trained|targeted|fed|screened for|immuni[sz]ed|served|supported|given|prioriti[sz]ed)  in (?:\\w+ )?need  "
        "need(?:s|ed|ing)?  require  had access  have access  lack(?:s|ed)?  face[ds]?  attended  with (?:food|kits|cash|water|aid)"
    )),
    (_M.WAITING, any_of("wait(?:s|ed|ing)?  awaiting  queu(?:ed|e|ing|eing)  undergoing (?:security )?(?:screening|checks)  being (?:screened|processed)")),
    (_M.INSIDE, any_of("(?:is|are|was|were|remain(?:ed|s)?|still|be) (?:\\w+ )?(?:trapped|besieged|stuck|stranded|holed up|cut off|encircled)  trapped  stranded  under siege  besieged  (?:still|remain(?:ed|s|ing)?) inside")),
    (_M.DEATHS, any_of("died  die  dead  dying  (?:were|was|been|are) (?:\\w+ )?killed  killed  perished  drowned  lost their lives  froze to death  lost (?:her|his) li(?:fe|ves)")),
    (_M.ARRIVALS, any_of(
        "arriv(?:ed|e|es|ing|als?)  reach(?:ed|es|ing)?  entered  entering  poured into  streamed into  flooded into  pour(?:ing)? into  (?:came|come|coming|went|going|gone|headed|heading) (?:in)?to (?!war)  "
        "cross(?:ed|ing)? (?:\\w+ ){0,3}(?:into|to)  moved (?:in)?to  took (?:shelter|refuge)  "
        "(?:sought|seek|seeking|found|find|taken|taking) (?:refuge|shelter|safety|sanctuary)  (?:were|was|been|are|being) (?:\\w+ )?(?:received|taken|transferred|transported|brought|bussed|relocated|moved|transported|admitted)"
        "(?: by \\w+)? (?:at|to|in|into)  joined  resettled"
    )),
    (_M.STOCK, any_of(
        "(?:remain|still|stay|living|live|lived|lives|resid|shelter|camp|sleep)(?:s|ed|es|ing|e)?(?= |$|,|\\.)  hosted  housed  accommodated  "
        "(?:are|were|was|is|being) (?:\\w+ )?(?:hosted|housed|accommodated|sheltered|sheltering|staying|settled|living|registered (?:at|in))  settled  "
        "(?:are|were|is|was) (?:\\w+ )?(?:still |now |currently )?(?:in|at) (?:\\w+ )?(?:\\w+ )?(?:camps?|sites?|cent(?:re|er)s|shelters|settlements|schools)  "
        "in (?:\\w+ ){0,3}(?:camps|sites|shelters|settlements)(?! on)  (?<!been )(?<!were )displaced since  (?:are|is) (?:now |still |currently |internally )+displaced"
    )),
    (_M.DEPARTURES, any_of(
        "without (?:shelter|homes?|a roof)  displaced  fled  flee(?:ing|s)?  uprooted  (?:were|was|been|are|being) (?:\\w+(?:-\\w+)? ){0,2}(?:evacuated|relocated|expelled|evicted|transferred|moved|bussed|trucked)  evacuated  evacuate  evacuating  "
        "driven (?:out|from)  driven  homeless  left(?! (?:dead|without|behind))  leave  leaving  departed  escaped  escape  escaping  returned  return(?:ing|s)?  went back  gone back  "
        "moved  crossed  crossing  relocated  limped  walked  trekked  streamed  poured  came out  come out  moves?(?= )  got out  emerged  abandoned  likewise  "
        "(?:forced|compelled|obliged) (?:\\w+ )?(?:to (?:\\w*ee|leave|evacuate|abandon|move|seek)|from|out)  on the move  vacated  (?:registered|recorded|verified|reported)"
    )),
)  # fmt: skip
_BEFORE = _compiled(
    (None, any_of(
        "provid(?:ed|es|e|ing)(?: \\S+){0,12}? (?:to|for)  distribut(?:ed|es|e|ing|ion)(?: \\S+){0,12}? (?:to|for|among)  deliver(?:ed|s|ing|y)?(?: \\S+){0,12}? (?:to|for)  "
        "assist(?:ed|s|ing|ance)?(?: \\S+){0,6}? (?:to|for)  assist(?:ed|s|ing)?  (?:we|they|it|agencies|agency|partners?|teams?|organi[sz]ations?|UNHCR|IOM|WFP|UNICEF|OCHA|actors|convoys?) (?:\\w+ )?reach(?:ed|es|ing)?  support(?:ed|s|ing)?(?: for| to)?  "
        "vaccinat(?:ed|es|ing|e)  treat(?:ed|s|ing)  train(?:ed|s|ing)  fed  feed(?:s|ing)?(?: for)?  help(?:ed|s|ing)?(?: for| to)?  target(?:ed|s|ing)?  "
        "(?:campaigns?|vaccination|immuni[sz]ation|drives?|programmes?|programs?|projects?|rounds?) (?:\\w+ ){0,2}?reach(?:ed|es|ing)?  serv(?:ed|es|ing|e)  benefit(?:ed|s|ing|ting|ted)?  (?:food|aid|kits?|assistance|supplies|water|cash|accommodation|shelter|space|room|enough|care|services|rations?)(?: \\S+){0,3}? (?:to|for)  "
        "capacity (?:of|for|to \\w+)  (?:can|could|to|will) (?:host|house|accommodate|hold|receive|shelter)  designed (?:for|to \\w+)  built (?:for|to \\w+)  plan(?:ned|s)? (?:for|to \\w+)  intended for  population of  towns? of  city of  village of  "
        "arrest(?:ed|s|ing)  detain(?:ed|s|ing)  injur(?:ed|es|ing)  wound(?:ed|s|ing)  recruit(?:ed|s|ing)  abduct(?:ed|s|ing)  kidnapp(?:ed|ing)  infect(?:ed|s|ing)  gave (?:\\S+ ){0,6}?to  sen(?:t|d) (?:\\S+ ){0,6}?to  screened  immuni[sz]ed  interview(?:ed|s)? (?:with)?  survey(?:ed)? (?:of)?  appeal(?:ed)? for"
    )),
    (_M.WAITING, any_of("queues? of  backlog of")),
    (_M.INSIDE, any_of("trapp(?:ed|ing)  trap  besieg(?:ed|ing)  strand(?:ed|ing)  trapped with")),
    (_M.DEATHS, any_of("kill(?:ed|ing|s)  deaths? of  claimed(?: the lives of)?  death toll (?:\\S+ ){0,8}?(?:to|at|of)")),
    (_M.STOCK, any_of(
        "host(?:s|ed|ing)?  hous(?:es|ed|ing|e)  accommodat(?:es|ed|ing|e)  shelter(?:s|ed|ing)?  home to  holds?  holding  held  contains?  number(?:s|ed)?  "
        "population (?:\\S+ ){0,8}?(?:to|at|is|was|now)  crammed with  there (?:are|were) (?:now |still |currently )?  overcrowded with  caring for"
    )),
    (_M.ARRIVALS, any_of("receiv(?:ed|es|ing|e)  arrivals? of  influx of  took in  taken in  admitted  welcom(?:ed|ing)  absorbed  registered  into (?:\\w+ )?(?:shelters|camps)")),
    (_M.DEPARTURES, any_of(
        "displac(?:ed|es|ing|e(?!ment))  displacements? of  evacuat(?:ed|es|ing|e|ions?)(?: of)?  uproot(?:ed|ing|s)  forc(?:ed|es|ing|e)  driv(?:en|ing)  drove  drove out  exodus of  "
        "flight of  returns? of  caused?  causing  resulted in  leaving  left  ma(?:de|king)  prompt(?:ed|ing)  trigger(?:ed|ing)  pushed  expelled  relocat(?:ed|ing)  relocation of  moved  transported  bussed  carried  carrying  ferried  took  brought  bringing(?! the total)"
    )),
)  # fmt: skip
_HYPOTHETICAL = re.compile(
    r"\b(?:could|may|might|would|will|expected to|expects?|expecting|likely to|risk of|at risk|fears?|feared to|threatens?|planned|if|until|in case|up to be|"
    r"anticipat\w+|projected|potential(?:ly)?|preparing for|to be|to allow|should)\b",
    re.IGNORECASE,
)
_DESTROYED = re.compile(
    r"destr?oy|damag|collaps|burn|raz|demolish|flatten|wreck|evacuat|homeless|washed away|inundat|uninhabitable|lost",
    re.IGNORECASE,
)
_ACCOUNTED = {"displaced", "registered", "recorded", "verified", "reported"}
"""Verbs after which another one says what was counted, as in recorded arriving."""

_PASSIVE = re.compile(r"(?:were|was|been|are|is|be)\s(?:\w+\s){0,2}$")
_HARMED = re.compile(r"arrest|detain|injur|wound|hospitali|recruit|abduct|kidnap|infect", re.IGNORECASE)
"""Right beside a figure, these verbs count other people than the displaced."""

_DISPLACEMENT = re.compile(
    r"displac|IDP|refugee|evacu|fled\b|flee|camp\b|camps\b|shelter|siege|besieg|on (?:the|their) (?:way|road|route)|en route|arriv|exposure|hypothermia|cold|crossing|journey|corridor|exodus",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[;.:]\s|, (?!of|an|a|about|some|more|including)|\bwho\b|\bfrom\b")
_BETWEEN = re.compile(
    r"(?:[\s,]*(?:about|around|some|an?|the|of|to|up|at|least|most|more|than|over|nearly|almost|approximately|roughly|estimated|additional|further|another|as|many|"
    r"total|also|now|currently|already|just|under|close|fewer|less|maximum|minimum|no|not|other|out|away|new|in excess|what|were|was|"
    r"[a-z]+ly|(?:in|at|within|from|across) (?:the )?[A-Z][\w'-]*(?: [A-Z][\w'-]*)?)(?![\w]))*[\s,]*",
)
_CLAUSE = re.compile(
    r";|\.\s|\s(?:while|whereas|although|but|though)\s|,\s(?:and|bringing|but)\s|,?\s(?:after|when|because|following|amid|as)\s"
)


@dataclass(frozen=True)
class Governed:
    """What the governing verb makes of a figure."""

    measure: Measure | None
    distance: int
    is_hypothetical: bool = False
    verb: str = ""
    verb_end: int = 0


def governed(text: str, figure: Figure, noun: Noun, region: tuple[int, int]) -> Governed | None:
    """Return what was counted; None if the figure counts no displaced people.

    Parameters
    ----------
    text
        The sentence.
    figure, noun
        One of its figures, and what it counts.
    region
        The passage that belongs to the figure: from the figure before it to the one after it.
    """
    if noun.is_home:
        around = text[max(region[0], figure.start - 60) : min(region[1], noun.end + 80)]
        return Governed(None, 0, verb="homes", verb_end=noun.end) if _DESTROYED.search(around) else None
    if noun.end == figure.end and noun.words:
        return _within_noun(noun, bool(_HYPOTHETICAL.search(noun.words)))
    before = _nearest_before(text, figure, region[0])
    after = _nearest_after(text, noun, region[1])
    dead = 5 if text.startswith(" dead", noun.end) else 0
    is_described = bool(
        re.match(
            r"\s(?:who|whom|that|displaced|fleeing|living|sheltering|uprooted|affected|in|at|from)\b", text[noun.end :]
        )
    )
    chosen = _decided(before, after, noun, text[figure.start : noun.end + dead], is_described=is_described)
    if chosen is None or (chosen.measure is Measure.DEATHS and not _DISPLACEMENT.search(text)):
        return None
    window = text[max(region[0], figure.start - 40) : max(chosen.verb_end, noun.end)]
    return Governed(chosen.measure, chosen.distance, bool(_HYPOTHETICAL.search(window)), chosen.verb, chosen.verb_end)


def _within_noun(noun: Noun, is_hypothetical: bool) -> Governed | None:  # noqa: FBT001 - a fact of the sentence
    """Return what "the number of people sheltering at the base had reached" counts: what its own words say."""
    nearest = _first(_AFTER, noun.words)
    if nearest is None or nearest[1][0].lower() == "displaced":
        chosen = _by_noun(noun, noun.words)
    elif nearest[0] is None:
        return None
    else:
        chosen = Governed(nearest[0], 30, verb=nearest[1][0], verb_end=noun.end)
    return replace(chosen, is_hypothetical=is_hypothetical) if chosen else None


_REFUSED = Governed(None, -1)


def _decided(
    before: Governed | None, after: Governed | None, noun: Noun, counted: str, *, is_described: bool
) -> Governed | None:
    is_harm = any(row and row.distance <= 1 and _HARMED.match(row.verb) for row in (before, after))
    if is_harm or (_is_refusal(after) and after is not None and not (before and before.measure)):
        return None
    if _is_refusal(before) and (after is None or noun.is_displaced or after.distance > FAR or is_described):
        return None
    if re.search(r"deaths|fatalities|casualties|\bdead\b", counted):
        return Governed(Measure.DEATHS, 0, verb="deaths", verb_end=noun.end)
    if before and before.verb.lower() == "leaving" and after and after.measure:
        return after
    candidates = [row for row in (before, after) if row and row.measure]
    if candidates:
        return min(candidates, key=lambda row: row.distance)
    return _by_noun(noun, counted)


def _is_refusal(row: Governed | None) -> bool:
    return row is not None and row.measure is None


def _by_noun(noun: Noun, counted: str) -> Governed | None:
    if not (noun.is_displaced or DISPLACED_IN.search(counted)):
        return None
    words = counted.lower()
    if re.search("deaths|fatalities", words):
        measure = Measure.DEATHS
    elif "arriv" in words or "newcomer" in words:
        measure = Measure.ARRIVALS
    else:
        measure = (
            Measure.DEPARTURES
            if "displacement" in words or "evacuee" in words or "returnee" in words
            else Measure.STOCK
        )
    return Governed(measure, 60, verb="noun", verb_end=noun.end)


DISPLACED_IN = re.compile(r"displac|IDP|refugee|evacuee|returnee|asylum|arrival|homeless", re.IGNORECASE)


def _nearest_after(text: str, noun: Noun, limit: int) -> Governed | None:
    passage = text[noun.end : limit]
    cut = _CLAUSE.search(passage)
    clause = passage[: cut.start()] if cut and cut.start() > 3 else passage  # noqa: PLR2004 - a comma at once is an insertion
    nearest = _first(_AFTER, clause)
    if not nearest:
        return None
    measure, match = nearest
    if re.match(r"return|went back|gone back", match[0]) and re.match(
        r"\s(?:\S+\s){0,6}?(?:to|home)\b", clause[match.end() :]
    ):
        return Governed(Measure.ARRIVALS, match.start(), verb="returned", verb_end=noun.end + match.end())
    if measure is Measure.DEPARTURES and match[0].lower() in _ACCOUNTED:
        later = _first(_AFTER, clause[match.end() :])
        if (
            later
            and later[0] in {Measure.ARRIVALS, Measure.STOCK}
            and not (match[0].lower() == "displaced" and _PASSIVE.search(clause[: match.start()]))
        ):
            return Governed(
                later[0],
                match.end() + later[1].start(),
                verb=later[1][0],
                verb_end=noun.end + match.end() + later[1].end(),
            )
    return Governed(measure, match.start(), verb=match[0], verb_end=noun.end + match.end())


def _nearest_before(text: str, figure: Figure, limit: int) -> Governed | None:
    """Return the verb whose object the figure is: little more than adverbs stand between."""
    passage = text[limit : figure.start]
    best = None
    for measure, pattern in _BEFORE:
        for match in pattern.finditer(passage):
            gap = passage[match.end() :]
            is_near = (
                len(gap) <= FAR and not _ENDS.search(gap) if measure is None else _BETWEEN.fullmatch(gap) is not None
            )
            if is_near and (best is None or match.end() > best.verb_end):
                best = Governed(measure, len(gap), verb=match[0], verb_end=match.end())
    return Governed(best.measure, best.distance, verb=best.verb, verb_end=figure.end) if best else None


def _first(table: tuple[_Words, ...], passage: str) -> tuple[Measure | None, re.Match[str]] | None:
    matches = [(measure, match) for measure, pattern in table if (match := pattern.search(passage))]
    return min(matches, key=lambda row: (row[1].start(), -len(row[1][0])), default=None)
