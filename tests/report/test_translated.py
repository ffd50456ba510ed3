"""A real run in other languages: nothing that Corridor says of it is left in English."""

import re
import shutil
from datetime import date
from importlib.resources import files

import pytest
from python_calamine import CalamineWorkbook

from corridor.message import message
from corridor.report.facts.context import PageOptions, report_context
from corridor.report.languages.language import language_of
from corridor.report.pages.report_page import write_report
from corridor.report.pages.workbook import write_people
from corridor.runs.comparison_run import Suppositions, make_comparison_run
from corridor.runs.levers import parse_set, parse_sweep
from corridor.runs.requests import Draws, ForecastRequest
from tests.report.test_languages import Texts

KNOWN_BY = date(2031, 3, 4)
SAME_IN_FRENCH = {"camp", "camps", "source", "sources", "notes", "distance", "date", "horizons", "pause", "population"}
SAME_IN_FRENCH |= {"arguments", "version", "transit", "centres", "places", "fraction", "siege", "python", "corridor"}
OF_THE_SCENARIO = re.compile(
    r"[\w-]+\.csv|Two towns, one under siege \(invented\)|Ridge radio|Old Town|Mill Town|Ridge screening point|"
    r"Junction transit centre|Plain Camp"
)


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    """Return the run of a comparison of the template siege: an alternative, a lever and a sweep."""
    folder = tmp_path_factory.mktemp("translated")
    shutil.copytree(files("corridor") / "bundled" / "templates" / "siege", folder / "siege")
    supposed = Suppositions(
        ("no_corridor",),
        (parse_set("screening_rate ridge_screening=90000", KNOWN_BY),),
        parse_sweep("seats_per_day ridge_screening>junction_transit=100..900/3", KNOWN_BY),
    )
    request = ForecastRequest(str(folder / "siege"), KNOWN_BY, 28)
    return make_comparison_run(request, supposed, Draws(40, 7, 1), out=folder / "run").forecast.folder


@pytest.fixture(scope="module")
def english(run_folder):
    return Texts(write_report(run_folder).read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_no_text_of_a_page_is_the_same_as_in_english(run_folder, english, tmp_path, code):
    page = write_report(run_folder, PageOptions(language=code), out=tmp_path / "page.html").read_text(encoding="utf-8")
    same = set(Texts(page).texts) & set(english.texts)
    words = {word.lower() for text in same for word in re.findall(r"[A-Za-z]{3,}", OF_THE_SCENARIO.sub("", text))}
    assert words - (SAME_IN_FRENCH if code == "fr" else {"python"}) == set()


def test_what_is_marked_as_english_is_the_text_of_the_scenario_alone(run_folder, tmp_path):
    page = write_report(run_folder, PageOptions(language="fr"), out=tmp_path / "page.html").read_text(encoding="utf-8")
    marked = re.findall(r'<(\w+)[^>]* lang="en"[^>]*>(.*?)</\1>', page)
    definitions = {row.definition for row in report_context(run_folder).run.observations}
    assert {text for _, text in marked} <= definitions


def test_a_workbook_is_in_the_language_of_its_page(run_folder, tmp_path):
    path = write_people(run_folder, PageOptions(language="fr"), out=tmp_path)
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["Personnes", "Arrivées", "Besoins", "Ruptures", "Bilan", "À propos"]
    head, first, *_ = book.get_sheet_by_name("Besoins").to_python()
    assert head == ["date", "lieu", "article", "unité", "bas", "probable", "haut", "norme", "source"]
    assert first[1:4] == ["Junction transit centre", "Eau", "litres par jour"]
    assert first[7] == "15 litres par personne et par jour"


def test_a_lower_room_is_understood_in_every_language_it_is_translated_to():
    weights = message("{member} {percent} %", member=message("the model"), percent=60)
    assert language_of("fr").worded(weights) == "le modèle 60 %"
    assert language_of("ar").worded(message("on {day}", day=KNOWN_BY)) == "يوم 4 مارس 2031"
    assert language_of("fr").worded(message("Never translated: {n}.", n=1)) == "Never translated: 1."


def test_countries_have_the_names_of_the_language_and_those_without_a_code_their_own():
    assert language_of("fr").country("TUR", "Turkey") == "Turquie"
    assert language_of("ar").country("SYR", "Syria") == "سوريا"
    assert language_of("fr").country("SOM", "Somaliland") == "Somaliland"
    assert language_of("en").country("TUR", "Turkey") == "Turkey"
