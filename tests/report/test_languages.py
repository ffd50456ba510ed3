"""The languages of a page: whole catalogues, and pages without a sentence in another language."""

import re
import string
from datetime import date
from html.parser import HTMLParser

import pytest

from corridor.errors import UsageError
from corridor.report.facts.context import PageOptions, report_context
from corridor.report.facts.wording import Guard, number
from corridor.report.languages.language import ENGLISH, NAMES, language_of
from corridor.report.pages.brief import brief_svg
from corridor.report.pages.report_page import write_report
from tools.messages import catalogue, lacking, updated

OTHERS = sorted(set(NAMES) - {ENGLISH.code})
OF_THE_SCENARIO = {"Agency", "Camp", "Corridor", "Earth", "Gate", "Main", "Natural", "Old", "Radio", "Town", "Two"}
OF_THE_SCENARIO |= {"gates", "office", "units"}
"""Words of the invented scenario, and names of their own, which stand in every language as they are."""

NAMED = re.compile(r"\b(?:\w+\.(?:csv|json)|\w+(?:_\w+)+|corridor review|WIS|CRPS|ARD|SHA-256|Python|log|[A-D])\b")


class Texts(HTMLParser):
    """Gathers the texts of a page that are not marked as of another language; no styles, scripts or map."""

    EMPTY = frozenset({"meta", "img", "br", "input", "link"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in self.EMPTY:
            skipped = tag in {"style", "script", "svg", "q", "bdi", "code"} or dict(attrs).get("lang") == "en"
            self.open.append((tag, skipped))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not any(skipped for _, skipped in self.open):
            self.texts.append(data.strip())


@pytest.mark.parametrize("code", OTHERS)
def test_every_catalogue_has_exactly_the_sentences_of_the_pages_and_a_translation_of_each(code):
    message = "run python tools/messages.py, and translate what it says is new"
    assert [row.id for row in catalogue(code)] == [row.id for row in updated(code)], message
    assert lacking(catalogue(code)) == [], message


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_gaps_the_tags_and_the_blanks_at_the_ends_of_its_sentence(code):
    def gaps(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for row in catalogue(code):
        texts = (row.id[1], row.string) if isinstance(row.id, tuple) else (row.id, (row.string,))
        for text in texts[1] if row.id else ():
            missing = gaps(texts[0]) ^ gaps(text)
            assert missing <= ({"count"} if isinstance(row.id, tuple) else set()), text
            assert sorted(re.findall(r"</?\w+>", text)) == sorted(re.findall(r"</?\w+>", texts[0])), text
            assert text.endswith(" ") == texts[0].endswith(" "), text


@pytest.mark.parametrize(
    ("code", "count", "words"),
    [
        ("fr", 0, "0 rapport"),
        ("fr", 1234, "1\u202f234 rapports"),
        ("ar", 1, "تقرير واحد"),
        ("ar", 2, "تقريرين"),
        ("ar", 7, "7 تقارير"),
        ("ar", 28, "28 تقريراً"),
        ("ar", 100, "100 تقرير"),
    ],
)
def test_a_number_decides_the_form_by_the_rule_of_its_language(code, count, words):
    assert language_of(code).plural("{count} report", "{count} reports", count) == words


def test_numbers_and_days_have_the_form_of_the_language():
    day = date(2019, 3, 3)
    french, arabic = language_of("fr"), language_of("ar")
    assert (french.day(day), french.short_day(date(2019, 2, 11))) == ("3 mars 2019", "11 févr.")
    assert re.fullmatch(r"3\s?–\s?10 mars", french.span(day, date(2019, 3, 10)))
    assert (number(45_678, 3, french), number(0.0123, 3, french)) == ("45\u202f700", "0,0123")
    assert (arabic.day(day), number(45_678, 3, arabic)) == ("3 مارس 2019", "45,700")
    assert Guard(10, arabic).text(4) == "أقل من 10"


def test_the_first_of_a_month_is_an_ordinal_number_in_french():
    french, first = language_of("fr"), date(2031, 1, 1)
    assert (french.day(first), french.short_day(date(2019, 2, 1))) == ("1er janvier 2031", "1er févr.")
    assert re.fullmatch(r"1er\s?–\s?21 janvier", french.span(first, date(2031, 1, 21)))
    assert re.fullmatch(r"31 janvier\s?–\s?1er février", french.span(date(2031, 1, 31), date(2031, 2, 1)))


def test_a_name_in_the_other_direction_is_isolated_and_a_sign_stays_on_the_left_of_its_number():
    arabic = language_of("ar")
    assert arabic.isolated("Main Camp") == "\u2068Main Camp\u2069"
    assert arabic.isolated("مخيم") == "مخيم"
    assert ENGLISH.isolated("مخيم") == "\u2068مخيم\u2069"
    assert arabic.signed("−", "5") == "\u200e−5"


def test_a_month_that_is_cut_by_a_point_ends_a_sentence_without_a_second_one():
    french = language_of("fr")
    day = french.short_day(date(2019, 2, 3))
    assert french.message("; as many as on {day}", day=day).endswith("le 3 févr.")
    assert french.message("It can hold {capacity} on the last day.", capacity=day).endswith(" 3 févr.")


def test_an_unknown_language_is_refused_with_those_that_there_are(run_folder):
    with pytest.raises(UsageError, match=r"'de'.*en \(English\), fr \(français\), ar \(العربية\)"):
        write_report(run_folder, PageOptions(language="de"))


def test_the_page_says_its_language_and_direction(page):
    code = re.search(r'<html lang="(\w+)"', page)[1]
    assert ('dir="rtl">' in page.split("\n")[1]) == language_of(code).is_right_to_left
    assert ('lang="en" dir="ltr"' in page) == (code != "en"), "sentences of the run are marked as English"


def test_no_sentence_of_an_arabic_page_is_left_in_english(page_in):
    text = NAMED.sub("", " ".join(Texts(page_in("ar")).texts))
    left = set(re.findall(r"[A-Za-z]{2,}", text)) - OF_THE_SCENARIO
    assert left == set()


def test_no_number_of_a_french_page_is_written_as_in_english(page_in):
    text = " ".join(Texts(page_in("fr")).texts)
    assert re.findall(r"\b[1-9]\d*,\d{3}\b|\b\d+\.\d", text) == []
    assert ".." not in text
    assert re.search(r"\b\d+\u202f\d{3}\b", text)


def test_an_arabic_brief_is_written_from_the_right(run_folder):
    svg = brief_svg(report_context(run_folder, PageOptions(language="ar")))
    page = re.sub(r"<g transform.*?</svg></g>", "", svg, flags=re.DOTALL)
    texts = re.findall(r"<text ([^>]*)>([^<]*)</text>", page)
    assert texts
    assert all('text-anchor="end"' in where for where, _ in texts)
    assert all(text.startswith("\u2067") and text.endswith("\u2069") for _, text in texts)
