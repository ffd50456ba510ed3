"""Who said so, according to the sentence itself: a named person with office, or an organisation."""

from __future__ import annotations

import re

_TITLE = r"(?:spokes(?:man|woman|person)|commissioner|coordinator|director|chief|minister|officials?|governor|mayor|head|representative)"
_NAME = rf"(?:[A-Z][\w.'&-]*|of|the|for|de|and|on|{_TITLE})"
_PROPER = rf"[A-Z][\w.'&-]*(?:\s{_NAME})*?(?:\s[A-Z][\w.'&-]*)?(?:\s\([A-Z]{{2,}}\))?"
_OFFICE = r"(?:, (?:a |the )?(?:[\w.-]+ ){0,4}?(?:spokes(?:man|woman|person)|director|head|coordinator|minister|chief|commissioner|commander|governor|mayor|representative|official|manager)\b[^,;]{0,100})?"
_ACCORDING = re.compile(
    rf"\b(?:[Aa]ccording to|[Cc]ited by|[Ss]elon)\s(?:(?:the|a|an|l'|la|le)\s)?(?P<who>[^,;.]{{2,80}}?(?:U\.N\.)?[^,;.]{{0,60}}{_OFFICE})(?=,|;|\.|$| (?:said|at an?|in (?:Geneva|a)|on)\b)"
)
_SAID = r"(?:said|says|reports?|reported|stated|states|announced|estimates?|estimated|cited|registered|recorded|confirmed|counted|verified|warned|told|noted|calculated|is aware|identified)"
_SAYS = re.compile(
    rf"(?:^|[,;]\s|\.\s|\b(?:but|and|that|which|,)\s|\b[Tt]he\s)(?:[Tt]he\s)?(?P<who>{_PROPER}{_OFFICE}),?\s(?:\w+ly\s|has\s|have\s|had\s)?{_SAID}\b"
)
_INVERTED = re.compile(
    rf"\b(?:said|says|reported)\s(?:the\s)?(?P<who>(?:[\w.]+\s){{0,4}}?[A-Z][\w.'&-]*(?:\s[A-Z][\w.'&-]*)*{_OFFICE})"
)
_AT_END = re.compile(
    rf",\s(?:the\s)?(?P<who>[A-Z][\w.'&-]*(?:\s[\w.'&-]+){{0,4}}|local (?:officials|authorities|media))\s{_SAID}(?:\s[\w ]{{0,30}})?[.\"]*$"
)
_BRACKET = re.compile(r"\((?P<who>(?:[A-Z][A-Za-z]*[A-Z][A-Za-z/]*|[A-Z][a-z]+ [A-Z][a-z]+)(?:/[A-Z]+)*)(?:,[^()]*)?\)")
_NOBODY = re.compile(
    r"^(?:the )?(?:It|He|She|They|This|That|These|Those|There|We|I|Who|Which|An?|No|Another|Most|Many|Nearly|Almost|Nobody|About|Around|More|Over|Some|At|In|On|As|Up|Since|After|January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|People|Families)\b"
)


def said_by(text: str) -> str | None:
    """Return who said what a sentence says; None if the sentence names nobody."""
    for pattern in (_ACCORDING, _SAYS, _INVERTED, _AT_END):
        for match in pattern.finditer(text):
            who = re.sub(r"^(?:the|The)\s", "", match["who"]).strip(" ,'\"")
            who = re.sub(r"(?<=[a-z]{3})\.$", "", who)
            if not _NOBODY.match(who) and re.search(r"[^\W\d_]", who):
                return who
    for match in _BRACKET.finditer(text):
        if match["who"] not in {"IDPs", "IDP"} and re.search(r"\d|calculation|estimate|update|report", match[0]):
            return match["who"]
    return None
