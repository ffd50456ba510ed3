"""The manual builds without a warning, asks nothing of any network, and leaves nothing out."""

import re
import tomllib

import pytest

import corridor
from corridor.backtest.origins import TOLERANCE_DAYS, Schedule
from corridor.cli.options import EVALUATED
from corridor.engine.network.travel_rules import PARTS_OF_DAY
from corridor.engine.program import QUEUE_AGES
from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.combination import HALF_LIFE_DAYS, PRIOR
from corridor.forecasters.settings import MEMORY_DAYS
from corridor.needs.standards import load_standards
from corridor.runs.forecast_run import MOST_DRAWS
from corridor.runs.rows import COLUMNS
from corridor.scenario.checks.check import FORMS, RULES
from corridor.scenario.events import Event, EventKind
from corridor.scenario.observations import Measure, Observation, Qualifier, Use
from corridor.scenario.parameters import DEFINITIONS
from corridor.scenario.places import Place, PlaceKind
from corridor.scenario.routes import Route, TravelMode
from corridor.scenario.scenario import Supply
from tests.cli.driving import command
from tests.docs.blocks import pages
from tests.docs.reading import page_of

ELSEWHERE = ("http:", "https:", "//")
LARGEST_PICTURE_BYTES = 300_000
LINK = re.compile(r"\]\(([^)\s]+)\)")
NOT_DEPENDENCIES = {"corridor"}


def words(site, page):
    """Return the text of a page of the reference."""
    return page_of(site / "reference" / f"{page}.html").text


@pytest.mark.slow
def test_no_page_loads_anything_from_elsewhere(site):
    found = {
        f"{path.relative_to(site)}: {address}"
        for path in site.rglob("*.html")
        for address in page_of(path).loads
        if address.startswith(ELSEWHERE)
    }
    assert found == set()


@pytest.mark.slow
def test_no_style_imports_anything_from_elsewhere(site):
    fetching = re.compile(r"@import|url\(\s*['\"]?(?:https?:)?//")
    assert [path.name for path in site.rglob("*.css") if fetching.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.slow
def test_equations_are_drawn_by_the_browser_itself(site):
    page = (site / "explanation" / "model.html").read_text(encoding="utf-8")
    assert page.count("<math ") > 20
    assert "mathjax.js" not in page.lower()


@pytest.mark.slow
def test_the_help_of_every_command_stands_on_its_page(site, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    page = words(site, "cli")
    general = command("--help").out
    names = re.findall(r"^  ([a-z]+)  ", general.partition("Commands:")[2], re.MULTILINE)
    assert names
    for said in (general, *(command(name, "--help").out for name in names)):
        assert said.strip() in page


@pytest.mark.slow
@pytest.mark.parametrize("model", [Place, Route, Event, Observation, Supply], ids=lambda model: model.__name__)
def test_every_column_of_a_table_is_explained(site, model):
    page = words(site, "scenario_folder")
    for name, field in model.model_fields.items():
        if name != "notes":
            assert f"\n{name}\n" in page
            assert field.description in page


@pytest.mark.slow
@pytest.mark.parametrize("kind", [PlaceKind, TravelMode, EventKind, Measure, Qualifier, Use], ids=lambda k: k.__name__)
def test_every_word_that_a_cell_may_hold_is_explained(site, kind):
    page = words(site, "scenario_folder")
    assert [member.value for member in kind if not re.search(rf"\b{member.value}\b", page)] == []


@pytest.mark.slow
def test_every_parameter_is_listed_with_its_meaning_and_its_source(site):
    page = words(site, "scenario_folder")
    for definition in DEFINITIONS.values():
        assert definition.name in page
        assert definition.meaning in page
        assert definition.source.partition("(")[0] in page


@pytest.mark.slow
def test_every_rule_is_listed(site):
    page = words(site, "check_rules")
    for code, asks in [*FORMS.items(), *((rule.code, rule.asks) for rule in RULES)]:
        assert code in page
        assert asks in page


@pytest.mark.slow
def test_standards_at_second_hand_stay_marked(site):
    profile = load_standards("sphere-2018")
    page = words(site, "standards")
    listed = [*profile.items, *profile.margins, *profile.trucks, *profile.thresholds, profile.household]
    weak = [row for row in listed if row.second_hand]
    assumed = [row for row in listed if row.assumption]
    assert weak
    assert page.count("SECOND HAND") == len(weak) + 1  # and where the mark is explained
    assert page.count("ASSUMPTION") == len(assumed) + 1
    assert [row.item for row in profile.items if profile.figure(row.item) not in page] == []


@pytest.mark.slow
def test_every_column_of_a_run_is_listed(site):
    page = words(site, "run_folder")
    assert {column for columns in COLUMNS.values() for column in columns if f"\n{column}\n" not in page} == set()


@pytest.mark.slow
def test_every_public_name_is_in_the_reference(site):
    page = (site / "reference" / "api.html").read_text(encoding="utf-8")
    assert [name for name in corridor.__all__ if f'id="corridor.{name}"' not in page] == []


def test_every_dependency_has_a_line_on_what_it_saves(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    groups = project["dependency-groups"].values()
    wanted = [*project["project"]["dependencies"], *(row for rows in (*extras, *groups) for row in rows)]
    names = {re.split(r"[\[<>=~! ]", row)[0] for row in wanted} - NOT_DEPENDENCIES
    page = (root / "docs" / "explanation" / "design.md").read_text(encoding="utf-8")
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_defaults_that_are_the_same_in_flee_are_those_of_the_code(root):
    page = (root / "docs" / "explanation" / "coming_from_flee.md").read_text(encoding="utf-8")
    same = re.findall(r"^\| [^|]+ \| `(\w+)` \| ([0-9.]+) \|$", page, re.MULTILINE)
    assert len(same) > 5
    assert [name for name, stated in same if DEFINITIONS[name].default.value != float(stated)] == []


def test_defaults_that_differ_in_flee_are_those_of_the_code(root):
    page = (root / "docs" / "explanation" / "coming_from_flee.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| `(\w+)`[^|]* \| ([0-9.]+) \| ([0-9.]+|a prior) \| [^|]+ \|$", page, re.MULTILINE)
    assert len(rows) > 5
    for name, under_flee, own in rows:
        definition = DEFINITIONS[name]
        assert definition.flee_default is not None, name
        assert definition.flee_default.value == float(under_flee), name
        assert getattr(definition.default, "value", "a prior") == (own if own == "a prior" else float(own)), name


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("explanation/model.md", f"counted in {PARTS_OF_DAY} parts"),
        ("how-to/write_a_scenario.md", f"rounded to {PARTS_OF_DAY}ths of a day"),
        ("explanation/reporting.md", f"= `inside_tail` = {DEFINITIONS['inside_tail'].default.value} by default"),
        ("reference/run_folder.md", f"{len(HUB_LEVELS)} quantile levels"),
        ("explanation/uncertainty.md", f"{len(HUB_LEVELS)} quantiles"),
        ("explanation/inference.md", f"{MOST_DRAWS:,} at most"),
        ("explanation/inference.md", f"lose half of their weight in {HALF_LIFE_DAYS:.0f} days"),
        ("explanation/inference.md", f"slope $r$ of the last {MEMORY_DAYS:.0f} days"),
        ("explanation/inference.md", f"the weights $w^0$ are {', '.join(f'{w:.0f}' for w in PRIOR.values())} for"),
        ("explanation/skill.md", f"every {Schedule().every_days} days from day {Schedule().first_day} of the calendar"),
        ("explanation/skill.md", f"within {TOLERANCE_DAYS} days of it"),
        ("how-to/evaluate.md", f"{EVALUATED} members."),
    ],
)
def test_numbers_in_the_text_are_those_of_the_code(root, page, words):
    text = (root / "docs" / page).read_text(encoding="utf-8")
    assert " ".join(words.split()) in " ".join(text.split())


def test_the_text_counts_the_days_of_a_queue_and_the_kinds_of_events(root):
    in_words = {16: "sixteen", 17: "seventeen"}
    model = (root / "docs" / "explanation" / "model.md").read_text(encoding="utf-8")
    recipe = (root / "docs" / "how-to" / "add_an_event_kind.md").read_text(encoding="utf-8")
    assert f"{in_words[QUEUE_AGES].capitalize()} days are distinguished" in model
    assert f"{in_words[len(EventKind)]} kinds" in recipe


def test_links_between_pages_lead_somewhere():
    lost = [
        f"{page.name}: {target}"
        for page in pages()
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not target.startswith((*ELSEWHERE, "#")) and not (page.parent / target.partition("#")[0]).exists()
    ]
    assert lost == []


def test_the_picture_of_the_report_is_light(root):
    assert 10_000 < (root / "docs" / "images" / "report.png").stat().st_size < LARGEST_PICTURE_BYTES
