import shutil
from importlib.resources import files

import pytest
from pydantic import ValidationError

from corridor.errors import ScenarioError
from corridor.needs.standards import load_standards

SPHERE = load_standards("sphere-2018")
SOURCED = [SPHERE.household, *SPHERE.items, *SPHERE.margins, *SPHERE.trucks, *SPHERE.thresholds]


@pytest.fixture
def own_profile(tmp_path):
    """Return a maker of a user's profile: the one that ships, with words replaced."""

    def make(old="", new=""):
        text = files("corridor.needs").joinpath("standards.toml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "mine.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return make


def problems_of(path):
    with pytest.raises(ScenarioError) as caught:
        load_standards(path)
    return caught.value.problems


def test_every_figure_says_who_set_it_in_which_edition_and_where():
    for row in SOURCED:
        assert row.standard.strip()
        assert row.edition.strip()
        assert row.section.strip()
        assert row.url or row.assumption


def test_every_item_has_a_unit_and_a_label():
    assert all(row.unit.strip() and row.label.strip() for row in SPHERE.items)


@pytest.mark.parametrize(
    "item",
    ["water", "water_survival", "taps", "latrines_long_term", "site_area", "soap", "covered_area", "water_containers"],
)
def test_a_figure_that_was_only_read_in_a_quotation_is_marked_second_hand(item):
    assert SPHERE.item(item).second_hand
    assert "read at second hand" in SPHERE.item(item).citation


def test_a_figure_read_in_its_own_source_is_not_marked_second_hand():
    assert not SPHERE.item("latrines").second_hand
    assert not SPHERE.item("doctors").second_hand


def test_what_nobody_has_set_as_a_standard_is_marked_as_an_assumption():
    assert SPHERE.household.assumption
    assert SPHERE.truck("water_truck").assumption
    assert SPHERE.item("tents").assumption
    assert not SPHERE.item("water").assumption


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("water", "15 litres per person per day"),
        ("water_survival", "7.5 litres per person per day"),
        ("taps", "1 tap per 250 people"),
        ("latrines", "1 toilet per 50 people"),
        ("latrines_long_term", "1 toilet per 20 people"),
        ("food_energy", "2,100 kcal per person per day"),
        ("food", "0.555 kg per person per day"),
        ("covered_area", "3.5 m² per person"),
        ("covered_area_cold", "4.5 m² per person"),
        ("site_area", "45 m² per person"),
        ("soap", "0.25 kg per person per 30 days"),
        ("water_containers", "2 containers per household of 5 people"),
        ("tents", "1 tent per household of 5 people"),
        ("doctors", "1 doctor per 50,000 people"),
        ("clinical_officers", "1 clinical officer per 10,000 people"),
        ("nurses", "1 nurse per 10,000 people"),
        ("health_centres", "1 centre per 10,000 people"),
    ],
)
def test_the_profile_that_ships_holds_the_published_figures(item, words):
    assert SPHERE.figure(item) == words


@pytest.mark.parametrize(
    ("rate", "meaning"), [(0.99, None), (1.0, "emergency"), (2.5, "out of control"), (6.0, "major catastrophe")]
)
def test_a_crude_mortality_rate_is_read_against_the_emergency_levels(rate, meaning):
    assert SPHERE.threshold("crude_mortality").meaning_of(rate) == meaning


@pytest.mark.parametrize(("rate", "meaning"), [(1.9, None), (2.0, "emergency"), (4.0, "out of control")])
def test_a_rate_for_children_is_read_against_levels_of_its_own(rate, meaning):
    assert SPHERE.threshold("under_five_mortality").meaning_of(rate) == meaning


def test_standards_cannot_be_changed_in_place():
    with pytest.raises(ValidationError):
        SPHERE.item("water").quantity = 1


def test_a_profile_of_ones_own_is_read_from_its_path(own_profile):
    assert load_standards(own_profile("size = 5 ", "size = 6 ")).household.size == 6
    assert load_standards(own_profile()) == SPHERE


def test_a_profile_saved_with_a_byte_order_mark_is_read(own_profile):
    path = own_profile()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_standards(path) == SPHERE


def test_an_unknown_profile_is_refused_with_the_names_of_those_that_ship():
    (problem,) = problems_of("sphere-1998")
    assert "sphere-1998" in problem.what
    assert "sphere-2018" in problem.fix


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("name = ", encoding="utf-8")
    assert "not TOML" in problems_of(path)[0].what


def test_a_binary_file_is_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe\x00\x81")
    assert "UTF-8" in problems_of(path)[0].what


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("#" * 1_000_001, encoding="utf-8")
    assert "larger than" in problems_of(path)[0].what


def test_all_problems_of_a_profile_are_listed_at_once(own_profile):
    path = own_profile("quantity = 15\n", "quantity = -15\n")
    text = path.read_text(encoding="utf-8").replace('phase = "both"\n', 'phase = "sometimes"\n', 1)
    path.write_text(text.replace("quantity = 7.5\n", "", 1), encoding="utf-8")
    problems = problems_of(path)
    assert len(problems) == 3
    assert {problem.where.column for problem in problems} == {"items 1 quantity", "items 1 phase", "items 2 quantity"}
    assert all(problem.fix for problem in problems)


@pytest.mark.parametrize("number", ["nan", "inf", "1e300", "0"])
def test_a_quantity_that_makes_no_sense_is_refused(own_profile, number):
    (problem,) = problems_of(own_profile("quantity = 15\n", f"quantity = {number}\n"))
    assert problem.where.column == "items 1 quantity"


def test_an_unknown_field_is_refused(own_profile):
    (problem,) = problems_of(own_profile("quantity = 15\n", "quantity = 15\nquantitty = 15\n"))
    assert "quantitty" in problem.what


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('truck = "water_truck"', 'truck = "bicycle"', "bicycle"),
        ('item = "water_survival"', 'item = "water"', "there twice"),
        ('item = "taps"', 'item = "taps_gap"', "taps_gap"),
        ('truck = "water_truck"', 'truck = "cargo_truck"', "carries kg"),
        ('item = "water"\nfraction_low', 'item = "wine"\nfraction_low', "wine"),
    ],
)
def test_parts_of_a_profile_that_do_not_fit_together_are_refused(own_profile, old, new, found):
    assert found in problems_of(own_profile(old, new))[0].what


def test_the_profile_is_found_without_a_working_folder(monkeypatch, tmp_path):
    empty = tmp_path / "gone"
    empty.mkdir()
    monkeypatch.chdir(empty)
    shutil.rmtree(empty)
    assert load_standards("sphere-2018") == SPHERE
