"""Makes RUN folders for tests: a small siege with invented figures, in the files of a real run."""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from statistics import NormalDist
from typing import TYPE_CHECKING

from corridor.runs.folder import write_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

START, ORIGIN = date(2020, 1, 1), date(2020, 2, 1)
HORIZON_DAYS = 28
PAST_LEVELS = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
LEVELS = (0.01, 0.025, *(n / 20 for n in range(1, 20)), 0.975, 0.99)

SETTINGS = """
name = "Two gates"
start = 2020-01-01
end = 2020-04-30
[[groups]]
group = "under_five"
share = 0.2
is_under_five = true
[[groups]]
group = "others"
share = 0.8
[[sources]]
source = "Camp office"
grade = "A"
reason = "head count"
[parameters."population.old_town"]
prior = "lognormal"
median = 9000
within_factor = 2
source = "invented"
"""
PLACES = """place,name,kind,lat,lon,country,population
old_town,Old Town,town,34.4667,40.9512,SYR,
gate,Gate,screening,34.64,40.95,SYR,0
camp,{camp},camp,36.375,41.151,SYR,10000
small_camp,مخيم,camp,36.2787,40.777,SYR,40
"""
ROUTES = """origin,destination,distance_km,mode,both_ways
old_town,gate,20,foot,false
gate,camp,200,vehicle,false
camp,small_camp,40,vehicle,true
"""
EVENTS = """start,end,kind,subject,value,source,url
2020-01-01,,siege,old_town,,{source},
2020-01-20,2020-02-10,corridor,old_town>gate,800,{source},{url}
2020-02-20,,closure,camp>small_camp,,{source},
"""
OBSERVATIONS = """date,place,measure,count,count_high,qualifier,period_start,source,url,reported_on,use
2020-01-05,camp,stock,10400,,exact,,Camp office,https://example.org/a,,fit
2020-01-20,camp,stock,13000,,about,,{source},{url},,fit
2020-01-25,camp,stock,15000,,more_than,,Radio,,,fit
2020-01-28,camp,stock,19000,,almost,,Radio,,,fit
2020-01-31,camp,stock,17000,19000,between,,Radio,,,fit
2020-01-15,camp,stock,30000,,exact,,Radio,,,ignore
2020-01-16,camp,stock,12000,,exact,,Radio,,,hold
2020-02-05,camp,stock,20000,,exact,,Camp office,,,fit
2020-01-31,camp,arrivals,2000,,about,2020-01-25,Camp office,,,fit
2020-01-30,camp,deaths,7,,exact,,Camp office,,,fit
2020-01-30,camp,cumulative_deaths,84,,more_than,,Camp office,,,fit
2020-01-30,small_camp,stock,6,,exact,,Camp office,,,fit
2020-01-30,old_town,inside,3000,,at_least,,Radio,,,fit
2020-01-30,camp+small_camp,stock,18000,,about,,Radio,,,fit
"""


def write_scenario_texts(
    folder: Path, *, camp: str = "Main Camp", source: str = "Agency", url: str = "https://example.org/b"
) -> Path:
    """Write the scenario, with a name, a source and an address of the test's choice."""
    folder.mkdir(parents=True)
    texts = {"scenario.toml": SETTINGS, "places.csv": PLACES, "routes.csv": ROUTES}
    texts |= {"events.csv": EVENTS, "observations.csv": OBSERVATIONS, "README.md": "Invented.\n"}
    for name, text in texts.items():
        filled = text.replace("{camp}", camp).replace("{source}", source).replace("{url}", url)
        (folder / name).write_text(filled.lstrip("\n"), encoding="utf-8")
    return folder


def medians() -> dict[tuple[str, str], Callable[[int], float]]:
    """Return likely values by measure and place, as functions of the day."""
    return {
        ("stock", "camp"): lambda t: 10_000 + 260 * t,
        ("stock", "small_camp"): lambda t: 4 + t / 20,
        ("arrivals", "camp"): lambda t: 260 + 60 * math.sin(t),
        ("cumulative_arrivals", "camp"): lambda t: 270 * (t + 1),
        ("inside", "old_town"): lambda t: max(9_000 - 150 * t, 0),
        ("waiting", "gate"): lambda t: 3 + abs(400 * math.sin(t / 9)),
        ("deaths", "camp"): lambda _t: 3.0,
        ("cumulative_deaths", "camp"): lambda t: 3.0 * (t + 1),
    }


def quantile_rows(
    likely: Mapping[tuple[str, str], Callable[[int], float]], *, start: date = START, origin: date = ORIGIN
) -> dict[str, list[dict[str, object]]]:
    """Return the tables forecast and past: log-normal, ever wider after the origin."""
    tables: dict[str, list[dict[str, object]]] = {"forecast": [], "past": []}
    for (measure, place), value in likely.items():
        for t in range((origin - start).days + HORIZON_DAYS + 1):
            day = start + timedelta(days=t)
            horizon = (day - origin).days
            table, levels = ("past", PAST_LEVELS) if horizon <= 0 else ("forecast", LEVELS)
            spread = 0.04 + 0.02 * math.sqrt(max(horizon, 0)) * (1 if measure.startswith(("stock", "cum")) else 3)
            tables[table] += [
                {
                    "origin_date": origin,
                    "target": measure,
                    "horizon": horizon,
                    "target_end_date": day,
                    "location": place,
                    "output_type": "quantile",
                    "output_type_id": level,
                    "value": round(value(t) * math.exp(spread * NormalDist().inv_cdf(level)), 1),
                }
                for level in levels
            ]
    return tables


def need_rows(stock: Callable[[int], float], place: str, start: date, origin: date) -> list[dict[str, object]]:
    """Return the table needs for a place."""
    standards = (
        ("water", "litres/day", 15.0, "15 litres per person per day"),
        ("food", "kg/day", 0.555, "0.555 kg per person per day"),
        ("latrines", "toilets", 0.02, "1 toilet per 50 people"),
    )
    return [
        {
            "date": origin + timedelta(days=h),
            "place": place,
            "item": item,
            "unit": unit,
            "p10": stock((origin - start).days + h) * each * (1 - 0.01 * h),
            "p50": stock((origin - start).days + h) * each,
            "p90": stock((origin - start).days + h) * each * (1 + 0.015 * h),
            "standard": standard,
            "source": "Sphere Handbook (2018), water supply standard 2.1",
        }
        for item, unit, each, standard in standards
        for h in range(1, HORIZON_DAYS + 1)
    ]


def runout_rows(place: str, origin: date) -> list[dict[str, object]]:
    """Return the table runout: short already, soon, late, and never."""
    days = {"water": (1, 1, 1), "food": (6, 9, 15), "latrines": (14, 22, None), "blankets": (None, None, None)}
    return [
        {
            "place": place,
            "item": item,
            "unit": "units",
            "on_site": 1000.0,
            **{
                name: None if n is None else origin + timedelta(days=n)
                for name, n in zip(("p10", "p50", "p90"), when, strict=True)
            },
            "source": "Agency, stock list",
        }
        for item, when in days.items()
    ]


def posterior_rows() -> list[dict[str, object]]:
    """Return the table posterior: one quantity learnt, one in people and small, one fixed."""
    columns = ("parameter", "unit", "prior_p05", "prior_p50", "prior_p95", "p05", "p50", "p95")
    rows = (
        ("population.old_town", "people", 4500, 9000, 18000, 8000, 9100, 10400),
        ("population.small_camp", "people", 2, 4, 30, 3, 4, 9),
        ("leak_rate_per_day.old_town", "1/day", 0.001, 0.005, 0.02, 0.001, 0.005, 0.019),
        ("about_sd", "log units", 0.07, 0.07, 0.07, 0.07, 0.07, 0.07),
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def balance_rows(stock: Callable[[int], float], place: str, start: date, origin: date) -> list[dict[str, object]]:
    """Return the table balance for a place, in averages that are no round numbers."""
    today = (origin - start).days
    rows: list[dict[str, object]] = []
    for days in (7, 14, 28):
        before, deaths, left, other = stock(today) + 12.3, 0.25 * days, 15.7 * days, (327.2 * days, 263.9 * days)
        after = stock(today + days) + 12.3
        rows.append(
            {
                "place": place,
                "from_date": origin,
                "until_date": origin + timedelta(days=days),
                "present_before": round(before, 1),
                "arrivals": round(after - before + deaths + left - other[0] + other[1], 1),
                "departures": round(left, 1),
                "deaths": round(deaths, 1),
                "other_arrivals": round(other[0], 1),
                "other_departures": round(other[1], 1),
                "rest": 0.0,
                "present_after": round(after, 1),
            }
        )
    return rows


def facts(origin: date = ORIGIN) -> dict[str, object]:
    """Return run.json."""
    return {
        "version": "0.1.0",
        "seed": 7,
        "arguments": {"horizon_days": HORIZON_DAYS, "known_by": origin},
        "inputs": {"places.csv": "0" * 64},
        "origin_date": origin,
        "horizon_days": HORIZON_DAYS,
        "scenario": "Two gates",
        "effective_sample_size": 640.0,
        "notes": ["The pool of histories was renewed twice."],
    }


def make_run(folder: Path, **texts: str) -> Path:
    """Make a RUN folder; keywords as in write_scenario_texts."""
    scenario = write_scenario_texts(folder.parent / f"{folder.name}-scenario", **texts)
    likely = medians()
    tables = {
        **quantile_rows(likely),
        "needs": need_rows(likely["stock", "camp"], "camp", START, ORIGIN),
        "runout": runout_rows("camp", ORIGIN),
        "posterior": posterior_rows(),
        "balance": balance_rows(likely["stock", "camp"], "camp", START, ORIGIN),
    }
    return write_folder(folder, run=facts(), tables=tables, scenario_folder=scenario)


def charts_in(html: str) -> list[dict[str, object]]:
    """Return the charts that stand in a page."""
    parts = html.split('<script type="application/json">')[1:]
    return [json.loads(part.split("</script>")[0]) for part in parts]
