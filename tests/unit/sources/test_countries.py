"""Countries by any usual name."""

import re

import pytest

from corridor.sources.countries import country_codes


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Burundi", "BDI"),
        ("South_Sudan", "SSD"),
        ("Burkina_Faso", "BFA"),
        ("DRC", "COD"),
        ("RC", "COG"),
        ("car", "CAF"),
        ("Côte d'Ivoire", "CIV"),
        ("Türkiye", "TUR"),
        ("SYR", "SYR"),
        ("  south  sudan ", "SSD"),
    ],
)
def test_usual_spellings_are_known(name, code):
    assert country_codes([name]) == {name: code}


def test_unknown_countries_get_the_codes_left_to_users_one_each():
    assert country_codes(["Ardenia", "Mali", "Belmark", "Ardenia"]) == {
        "Ardenia": "XAA",
        "Mali": "MLI",
        "Belmark": "XAB",
    }


def test_all_codes_are_three_capital_letters_and_kosovos_is_never_given_away():
    found = country_codes([f"Land {i}" for i in range(600)])
    assert len(set(found.values())) == 600
    assert all(re.fullmatch("X[A-Z]{2}", code) for code in found.values())
    assert "XKX" not in found.values()
