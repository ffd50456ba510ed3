"""From the name of a country, as people spell it, to its ISO 3166-1 alpha-3 code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

FIRST_USER_CODE = "XAA"
"""ISO 3166-1 leaves XAA to XZZ to users; countries that nobody here knows get them in turn."""

# Names in everyday English, further spellings after a slash.
_NAMES = """
AFG Afghanistan; ALB Albania; DZA Algeria; AND Andorra; AGO Angola; ATG Antigua and Barbuda; ARG Argentina; ARM
Armenia; AUS Australia; AUT Austria; AZE Azerbaijan; BHS Bahamas/The Bahamas; BHR Bahrain; BGD Bangladesh; BRB
Barbados; BLR Belarus; BEL Belgium; BLZ Belize; BEN Benin; BTN Bhutan; BOL Bolivia; BIH Bosnia and Herzegovina/Bosnia;
BWA Botswana; BRA Brazil; BRN Brunei/Brunei Darussalam; BGR Bulgaria; BFA Burkina Faso/Burkina; BDI Burundi; CPV Cape
Verde/Cabo Verde; KHM Cambodia; CMR Cameroon; CAN Canada; CAF Central African Republic/CAR; TCD Chad; CHL Chile; CHN
China; COL Colombia; COM Comoros; COG Republic of the Congo/RC/Congo/ROC/Congo Brazzaville/Congo Republic; COD
Democratic Republic of the Congo/DRC/DR Congo/Congo DR/Congo Kinshasa/Democratic Republic of Congo/Zaire; CRI Costa
Rica; CIV Ivory Coast/Cote d'Ivoire; HRV Croatia; CUB Cuba; CYP Cyprus; CZE Czechia/Czech Republic; DNK Denmark; DJI
Djibouti; DMA Dominica; DOM Dominican Republic; ECU Ecuador; EGY Egypt; SLV El Salvador; GNQ Equatorial Guinea; ERI
Eritrea; EST Estonia; SWZ Eswatini/Swaziland; ETH Ethiopia; FJI Fiji; FIN Finland; FRA France; GAB Gabon; GMB
Gambia/The Gambia; GEO Georgia; DEU Germany; GHA Ghana; GRC Greece; GRD Grenada; GTM Guatemala; GIN Guinea; GNB
Guinea-Bissau; GUY Guyana; HTI Haiti; HND Honduras; HUN Hungary; ISL Iceland; IND India; IDN Indonesia; IRN Iran; IRQ
Iraq; IRL Ireland; ISR Israel; ITA Italy; JAM Jamaica; JPN Japan; JOR Jordan; KAZ Kazakhstan; KEN Kenya; KIR Kiribati;
PRK North Korea; KOR South Korea/Korea; XKX Kosovo; KWT Kuwait; KGZ Kyrgyzstan; LAO Laos; LVA Latvia; LBN Lebanon; LSO
Lesotho; LBR Liberia; LBY Libya; LIE Liechtenstein; LTU Lithuania; LUX Luxembourg; MDG Madagascar; MWI Malawi; MYS
Malaysia; MDV Maldives; MLI Mali; MLT Malta; MRT Mauritania; MUS Mauritius; MEX Mexico; MDA Moldova; MCO Monaco; MNG
Mongolia; MNE Montenegro; MAR Morocco; MOZ Mozambique; MMR Myanmar/Burma; NAM Namibia; NRU Nauru; NPL Nepal; NLD
Netherlands/The Netherlands; NZL New Zealand; NIC Nicaragua; NER Niger; NGA Nigeria; MKD North Macedonia/Macedonia;
NOR Norway; OMN Oman; PAK Pakistan; PSE Palestine/State of Palestine; PAN Panama; PNG Papua New Guinea; PRY Paraguay;
PER Peru; PHL Philippines; POL Poland; PRT Portugal; QAT Qatar; ROU Romania; RUS Russia/Russian Federation; RWA
Rwanda; SLB Solomon Islands; STP Sao Tome and Principe; SAU Saudi Arabia; SEN Senegal; SRB Serbia; SYC Seychelles; SLE
Sierra Leone; SGP Singapore; SVK Slovakia; SVN Slovenia; SOM Somalia; ZAF South Africa; SSD South Sudan; ESP Spain;
LKA Sri Lanka; SDN Sudan; SUR Suriname; SWE Sweden; CHE Switzerland; SYR Syria/Syrian Arab Republic; TWN Taiwan; TJK
Tajikistan; TZA Tanzania/United Republic of Tanzania; THA Thailand; TLS Timor-Leste/East Timor; TGO Togo; TON Tonga;
TTO Trinidad and Tobago; TUN Tunisia; TUR Turkey/Turkiye; TKM Turkmenistan; TUV Tuvalu; UGA Uganda; UKR Ukraine; ARE
United Arab Emirates/UAE; GBR United Kingdom/UK/Great Britain; USA United States/United States of America/US; URY
Uruguay; UZB Uzbekistan; VUT Vanuatu; VEN Venezuela; VNM Vietnam/Viet Nam; ESH Western Sahara; YEM Yemen; ZMB Zambia;
ZWE Zimbabwe
"""


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKD", name).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c)).split())


def _table() -> dict[str, str]:
    codes: dict[str, str] = {}
    for entry in _NAMES.replace("\n", " ").split(";"):
        code, _, names = entry.strip().partition(" ")
        codes[_plain(code)] = code
        codes.update({_plain(name): code for name in names.split("/")})
    return codes


def country_codes(names: Iterable[str]) -> dict[str, str]:
    """Return a code for each name of a country: of ISO 3166-1, or one that it leaves to users.

    Parameters
    ----------
    names
        Names as people spell them, in any case, with blanks or underscores; or codes.

    Examples
    --------
    >>> country_codes(["South_Sudan", "DRC", "Ruritania"])
    {'South_Sudan': 'SSD', 'DRC': 'COD', 'Ruritania': 'XAA'}
    """
    table, own, codes = _table(), list(user_codes()), {}
    for name in dict.fromkeys(names):
        known = table.get(_plain(name))
        codes[name] = known or own.pop(0)
    return codes


def user_codes() -> Iterable[str]:
    """Yield the codes that ISO 3166-1 leaves to users, one after the other; XKX is taken."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return (code for code in (f"X{a}{b}" for a in letters for b in letters) if code != "XKX")
