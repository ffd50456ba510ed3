"""The page as a reader, and a reader's browser, meets it."""

import base64
import hashlib
import json
import os
import re
import shutil
from html.parser import HTMLParser

import altair as alt
import pytest
from jsonschema import ValidationError

from corridor.errors import RunError, UsageError
from corridor.report.facts import answer as first_screen
from corridor.report.facts.context import PageOptions, report_context
from corridor.report.facts.series import Estimate
from corridor.report.figures import network_map, palette
from corridor.report.pages import embed, report_page
from corridor.report.pages.brief import brief_svg, write_brief
from corridor.report.pages.card import write_card
from corridor.report.pages.report_page import write_report
from corridor.runs.folder import read_run, write_folder
from tests.report.synthetic import charts_in, facts, make_run, medians, quantile_rows, write_scenario_texts

MOST_BYTES = 3_000_000
LOADING = {"src", "href", "srcset", "data", "action", "poster", "background", "xlink:href"}
PEOPLE = re.compile(r"^(low|high)\d$|^(middle|value|low|high)$")


class Tags(HTMLParser):
    """Gathers the tags of a page with their attributes, and the text outside scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.is_script = False

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.is_script = tag in {"script", "style"}

    def handle_endtag(self, tag):
        self.is_script = self.is_script and tag not in {"script", "style"}

    def handle_data(self, data):
        if not self.is_script:
            self.text.append(data)


def read(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    return tags


def words(html: str) -> str:
    text = " ".join(" ".join(read(html).text).split())
    return text.replace("\u2068", "").replace("\u2069", "")


def test_report_is_made_from_the_run_folder_alone(tmp_path, run_folder):
    moved = tmp_path / "elsewhere"
    shutil.copytree(run_folder, moved)
    path = write_report(moved)
    assert path == moved / "report.html"
    assert "Main Camp" in path.read_text(encoding="utf-8")


def test_report_is_smaller_than_three_megabytes(html):
    assert len(html.encode()) < MOST_BYTES


def test_nothing_is_loaded_from_anywhere(html):
    for tag, attributes in read(html).tags:
        for name in LOADING & attributes.keys():
            target = attributes[name]
            if tag == "a":
                assert target.startswith(("#", "http://", "https://"))
            else:
                assert target.startswith("data:"), (tag, name, target[:60])
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    assert "url(" not in style
    assert "@import" not in style


def test_policy_forbids_requests_and_allows_exactly_the_scripts_of_the_page(html):
    policy = next(a["content"] for t, a in read(html).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digests = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts}
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == digests


def test_the_chart_library_stands_in_the_page_once(html):
    assert html.count("window.vegaEmbed=") == 1


def test_charts_are_valid_by_the_schema_of_the_library_that_draws_them(html):
    charts = charts_in(html)
    assert len(charts) > 5
    kinds = {json.dumps([layer["mark"] for layer in chart["layer"]], sort_keys=True): chart for chart in charts}
    for chart in kinds.values():
        rows = {name: rows[:1] for name, rows in chart["datasets"].items()}
        alt.Chart.from_dict({**chart, "width": 600, "datasets": rows}, validate=True)
    with pytest.raises(ValidationError):
        alt.Chart.from_dict({**charts[0], "layer": [{"mark": "no such mark", "encoding": {}}]}, validate=True)


def test_the_chart_library_is_stored_between_commands_and_made_anew_where_nothing_can_be_written(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(embed.vl_convert, "javascript_bundle", lambda *_, **__: calls.append(1) or "draw() // <!-- \r")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    texts = [embed.chart_library.__wrapped__() for _ in range(2)]
    assert texts == ["draw() // <\\!--"] * 2
    assert len(calls) == 1
    monkeypatch.setattr(embed, "cache_folder", lambda _: None)
    assert embed.chart_library.__wrapped__() == texts[0]
    assert len(calls) == 2


def test_markup_in_names_and_sources_is_shown_and_never_run(hostile_html):
    assert "&lt;script&gt;alert(1)" in hostile_html
    assert "<script>alert" not in hostile_html
    tags = read(hostile_html).tags
    assert not [a for t, a in tags if t == "img" and not a["src"].startswith("data:")]
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]


def test_data_of_charts_survive_hostile_names(hostile_html):
    described = " ".join(chart["description"] for chart in charts_in(hostile_html))
    assert "<script>alert(1)</script>" in described


def test_pictures_of_charts_hold_hostile_names_as_text_only(hostile_html):
    pictures = re.findall(r"data:image/svg\+xml;base64,([^\"]+)", hostile_html)
    assert pictures
    for picture in pictures:
        assert b"<script" not in base64.b64decode(picture)


def test_only_addresses_of_the_web_are_linked(html, hostile_html):
    def outside(page):
        return {a["href"] for t, a in read(page).tags if t == "a" and not a["href"].startswith("#")}

    assert outside(html) == {"https://example.org/a", "https://example.org/b"}
    assert outside(hostile_html) == {"https://example.org/a"}


def test_every_picture_and_chart_has_words_in_its_place(html):
    tags = read(html).tags
    assert next(a["lang"] for t, a in tags if t == "html") == "en"
    assert all(a.get("alt") for t, a in tags if t == "img")
    assert all(a.get("aria-label") for t, a in tags if a.get("role") == "img")


def test_charts_hold_no_small_count_of_people(html):
    assert charts_in(html)
    for chart in charts_in(html):
        if "deaths per 10,000" in str(chart) or "needed at" in chart["description"]:
            continue
        for rows in chart["datasets"].values():
            for row in rows:
                small = {k: v for k, v in row.items() if PEOPLE.match(k) and v is not None and 0 < v < 10}
                assert not small, (chart["description"], row)


def test_small_counts_are_said_as_less_than_ten(html):
    said = words(html)
    assert "<10" in said
    row = said[said.index("people there, مخيم") :][:80]
    assert "<10" in row
    assert not re.search(r"\b6\b", row)


def test_small_counts_are_shown_to_those_who_ask_for_them(run_folder, tmp_path):
    page = write_report(run_folder, PageOptions(suppress_below=0), out=tmp_path / "open.html").read_text(
        encoding="utf-8"
    )
    assert "<10" not in words(page)


@pytest.mark.parametrize("write", [write_report, write_brief, write_card])
def test_a_negative_limit_is_refused_in_words(run_folder, tmp_path, write):
    with pytest.raises(UsageError, match="suppress_below is -1"):
        write(run_folder, PageOptions(suppress_below=-1), out=tmp_path / "page.html")


@pytest.mark.parametrize("name", ["my.pdf", "my.docx", "my"])
def test_a_file_that_is_not_named_as_a_page_is_refused_with_what_to_write(run_folder, tmp_path, name):
    with pytest.raises(UsageError, match=r"Write my\.html .* --brief"):
        write_report(run_folder, out=tmp_path / name)
    assert not (tmp_path / name).exists()


def test_bands_lie_within_each_other(html):
    seen = 0
    for chart in charts_in(html):
        for row in (row for rows in chart["datasets"].values() for row in rows if "low0" in row):
            middle = [] if row["middle"] is None else [row["middle"]]
            lows = [row[f"low{n}"] for n in range(3) if f"low{n}" in row]
            highs = [row[f"high{n}"] for n in (2, 1, 0) if f"high{n}" in row]
            ladder = [*lows, *middle, *highs]
            assert ladder == sorted(ladder), row
            seen += 1
    assert seen > 100


def test_first_screen_says_how_many_by_when_and_how_sure(html):
    said = words(html)
    assert "By 29 February 2020, likely 25,000 people in Main Camp: low " in said
    assert " on 1 Feb." in said
    assert "In the next 7 days (2–8 February)" in said
    assert re.search(r"Still inside Old Town on 2 Feb: [^.]*\. No back-test has scored this figure", said)
    assert "Short already: water at Main Camp." in said
    assert "food (full dry ration) at Main Camp, likely 10 Feb (early 7 Feb, late 16 Feb)" in said
    assert "It rests on 11 reports by 3 sources" in said


def test_where_arrivals_alone_are_counted_the_report_is_about_arrivals(tmp_path):
    arrivals = {key: value for key, value in medians().items() if key == ("arrivals", "camp")}
    scenario = write_scenario_texts(tmp_path / "scenario")
    folder = write_folder(tmp_path / "RUN", run=facts(), tables=quantile_rows(arrivals), scenario_folder=scenario)
    page = write_report(folder).read_text(encoding="utf-8")
    text = words(page)
    assert "How many people are in Main Camp is unknown: nobody has counted them." in text
    assert page.index("Arriving at Main Camp each day") < page.index('class="annexes"')
    assert "People by camp" not in text
    assert "Who comes and who goes" not in text


def test_where_nobody_is_counted_who_arrives_is_the_headline(tmp_path, monkeypatch):
    arrivals = {key: value for key, value in medians().items() if key == ("arrivals", "camp")}
    scenario = write_scenario_texts(tmp_path / "scenario")
    folder = write_folder(tmp_path / "RUN", run=facts(), tables=quantile_rows(arrivals), scenario_folder=scenario)
    monkeypatch.setattr(first_screen, "arrivals_between", lambda *_: Estimate(300.0, 400.0, 500.0))
    told = first_screen.answer(report_context(read_run(folder)))
    assert "likely 400 people arrive at Main Camp" in told.headline
    assert told.sentences[0] == "How many people are in Main Camp is unknown: nobody has counted them."


def test_where_no_report_counts_arrivals_they_are_unknown_and_not_none(tmp_path):
    people = {key: value for key, value in medians().items() if key == ("stock", "camp")}
    scenario = write_scenario_texts(tmp_path / "scenario")
    folder = write_folder(tmp_path / "RUN", run=facts(), tables=quantile_rows(people), scenario_folder=scenario)
    text = words(write_report(folder).read_text(encoding="utf-8"))
    assert "How many arrive at Main Camp is unknown: no report counts arrivals." in text
    assert "arrive in the next" not in text


def test_a_report_about_a_chosen_place_shows_each_other_camp_once(run_folder, tmp_path):
    page = write_report(run_folder, PageOptions(place="small_camp"), out=tmp_path / "page.html").read_text(
        encoding="utf-8"
    )
    assert 'id="chart-stock-small_camp"' not in page
    assert page.count('id="chart-stock-camp"') == 1


def test_what_was_held_ignored_or_unknown_is_told_apart(html):
    said = words(html)
    for status in ("used", "held back", "ignored", "not known yet"):
        assert status in said


def test_page_says_what_it_must_not_be_used_for(html):
    assert "What it must not be used for" in words(html)


def test_provenance_stands_in_the_page(html):
    said = words(html)
    assert "seed 7" in said
    assert "files read, with their SHA-256: places.csv " + "0" * 64 in said


@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_an_interrupted_report_leaves_the_old_one_whole(run_folder, tmp_path, monkeypatch, call):
    path = tmp_path / "report.html"
    path.write_text("the old report", encoding="utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(report_page, "render", lambda *_: "the new report")
    monkeypatch.setattr(os, call, full)
    with pytest.raises(RunError, match="No space left on device"):
        write_report(run_folder, out=path)
    assert path.read_text(encoding="utf-8") == "the old report"
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_a_run_without_needs_supplies_or_coordinates_still_gives_a_report(tmp_path):
    run = make_run(tmp_path / "RUN")
    for name in ("needs.csv", "runout.csv", "posterior.csv"):
        header = (run / name).read_text(encoding="utf-8").splitlines()[0]
        (run / name).write_text(header + "\n", encoding="utf-8")
    places = run / "scenario" / "places.csv"
    bare = re.sub(r",-?\d+\.\d+,-?\d+\.\d+,SYR", ",,,SYR", places.read_text(encoding="utf-8"))
    places.write_text(bare, encoding="utf-8")
    page = write_report(run).read_text(encoding="utf-8")
    assert 'id="map"' not in page
    assert 'id="needs"' not in page


def test_reports_that_the_fit_contradicts_are_an_alarm_and_stand_once(tmp_path, run_folder):
    moved = tmp_path / "contradicted"
    shutil.copytree(run_folder, moved)
    conflict = "The fit contradicts a report: Registry counted 900 at main on 3 May, and the fit has 2,000."
    degenerate = "The fit is degenerate: the reports of 3 May left only 4 of 300 simulated histories."
    facts = json.loads((moved / "run.json").read_text(encoding="utf-8"))
    changed = facts | {
        "conflicts": [conflict],
        "degenerate": degenerate,
        "effective_sample_size": 4.0,
        "notes": [conflict, degenerate, *facts["notes"]],
    }
    (moved / "run.json").write_text(json.dumps(changed), encoding="utf-8")
    html = write_report(moved).read_text(encoding="utf-8")
    for sentence in (conflict, degenerate):
        assert words(html).count(sentence) == 1
        assert re.search(r'class="[^"]*warning[^"]*"[^>]*>\s*' + re.escape(sentence), html)
    assert "few distinct histories" not in html


def test_a_report_leads_to_its_file_rows_digest_import_and_sentence_and_proposals_that_wait_are_counted(
    tmp_path, run_folder
):
    moved = tmp_path / "imported"
    shutil.copytree(run_folder, moved)
    table = moved / "scenario" / "observations.csv"
    header, *rows = table.read_text(encoding="utf-8").splitlines()
    origin = 'sitrep.txt,120-164,p17,"Some <b>20,000</b> people were there.",' + "9f" * 32
    lines = [f"{row},{origin}" if ",20000," in row else f"{row},,,,," for row in rows]
    columns = "x_file,x_span,x_proposal,x_sentence,x_sha256"
    table.write_text("\n".join([f"{header},{columns}", *lines]) + "\n", encoding="utf-8")
    facts = json.loads((moved / "run.json").read_text(encoding="utf-8"))
    (moved / "run.json").write_text(json.dumps(facts | {"proposals_waiting": 3}), encoding="utf-8")
    html = write_report(moved).read_text(encoding="utf-8")
    said = words(html)
    assert "sitrep.txt, characters 120-164; SHA-256 9f9f9f9f9f9f; read, proposal p17" in said
    assert "Some &lt;b&gt;20,000&lt;/b&gt; people were there." in html
    assert "written by hand" in said
    assert "3 figures, read from texts, wait for a decision" in said


def test_the_first_screen_says_how_many_are_at_all_sites_together(run_folder, tmp_path):
    moved = tmp_path / "RUN"
    shutil.copytree(run_folder, moved)
    for name in ("forecast.csv", "past.csv"):
        lines = (run_folder / name).read_text(encoding="utf-8-sig").splitlines()
        whole = [line.replace(",camp,", ",all,") for line in lines if ",stock," in line and ",camp," in line]
        (moved / name).write_text("\n".join([*lines, *whole]) + "\n", encoding="utf-8")
    hidden = write_report(moved).read_text(encoding="utf-8")
    assert "at all" not in words(hidden), "4 people at the small camp would be the difference"
    shown = words(write_report(moved, PageOptions(suppress_below=0)).read_text(encoding="utf-8"))
    assert re.search(r"at the 2 sites together: 25,000 \(\d\d,000–\d\d,000\)", shown)
    assert "The 2 sites together, transit and screening included" in shown


def test_what_may_run_short_in_one_case_of_ten_is_not_called_next(run_folder, tmp_path):
    moved = tmp_path / "RUN"
    shutil.copytree(run_folder, moved)
    head, *_ = (run_folder / "runout.csv").read_text(encoding="utf-8-sig").splitlines()
    late = "camp,water,units,1000,2020-02-20,,,Office"
    (moved / "runout.csv").write_text(f"{head}\n{late}\n", encoding="utf-8")
    text = words(write_report(moved).read_text(encoding="utf-8"))
    assert "May run short: water at Main Camp, in 1 of 10 cases by 20 Feb, likely not by 29 Feb." in text
    assert "Next to run short" not in text


def test_what_new_arrivals_need_says_that_others_who_come_are_not_counted(run_folder, html, tmp_path):
    remark = "only for those who arrive by stated ways"
    assert remark not in html, "water, food and latrines are for everybody"
    moved = tmp_path / "RUN"
    shutil.copytree(run_folder, moved)
    needs = (moved / "needs.csv").read_text(encoding="utf-8-sig").replace(",latrines,", ",blankets,")
    (moved / "needs.csv").write_text(needs, encoding="utf-8")
    page = write_report(moved).read_text(encoding="utf-8")
    assert page.count(f'<th scope="row">Blankets for new arrivals<small>{remark}</small></th>') == 2
    assert page.count(remark) == 2


def test_charts_and_key_of_an_alternative_have_the_colour_of_its_banner(run_folder, html, tmp_path):
    moved = tmp_path / "RUN"
    shutil.copytree(run_folder, moved)
    stated = json.loads((moved / "run.json").read_text(encoding="utf-8"))
    (moved / "run.json").write_text(json.dumps({**stated, "alternative": "second_gate"}), encoding="utf-8")
    with (moved / "scenario" / "scenario.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[alternatives]]\nalternative = "second_gate"\nmeaning = "No corridor."\ndrop = ["corridor"]\n')
    page = write_report(moved).read_text(encoding="utf-8")
    blue = {palette.FORECAST, *palette.BANDS}
    for text, drawn, other in ((html, blue, set(palette.SUPPOSED_BANDS)), (page, set(palette.SUPPOSED_BANDS), blue)):
        charts = json.dumps(charts_in(text))
        (key,) = re.findall(r'<ul class="key".*?</ul>', text, re.DOTALL)
        pictures = "".join(base64.b64decode(one).decode() for one in re.findall(r"svg\+xml;base64,([^\"]+)", text))
        shapes = re.sub(r"<style>.*?</style>", "", pictures)
        for place in (charts, key, shapes):
            seen = set(re.findall(r"#[0-9a-f]{6}", place))
            assert seen >= drawn, drawn - seen
            assert seen.isdisjoint(other), seen & other
    brief = brief_svg(report_context(moved))
    assert palette.SUPPOSED_BANDS[2] in brief
    assert palette.BANDS[2] not in brief


def with_flows(run_folder, folder, flows):
    shutil.copytree(run_folder, folder)
    stated = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps({**stated, "flows": flows}), encoding="utf-8")
    return write_report(folder).read_text(encoding="utf-8")


def test_a_way_of_the_map_is_as_wide_as_people_are_expected_along_it(run_folder, html, tmp_path):
    flows = {"old_town>gate": [300, 1000, 2000], "gate>camp": [3000, 4000, 5000], "camp>small_camp": [0, 4, 20]}
    page = with_flows(run_folder, tmp_path / "RUN", flows)
    lines = re.findall(r'<polyline[^>]* stroke-width="([0-9.]+)"', page)
    assert lines == ["6.8", "12.0", "1.5"], "a quarter of the people: half of what is added; four people are not told"
    key = "The wider a way, the more people likely set out along it by 29 February 2020; the widest, 4,000."
    assert key in words(page)
    assert "The wider a way" not in html, "a run of an earlier version"
    assert set(re.findall(r'<polyline[^>]* stroke-width="([0-9.]+)"', html)) == {"1.5"}
    few = with_flows(run_folder, tmp_path / "FEW", {"old_town>gate": [0, 4, 9]})
    assert "The wider a way" not in few


def test_the_page_of_serve_draws_ways_as_wide(root):
    text = (root / "web" / "src" / "map.ts").read_text(encoding="utf-8")
    assert f"const THINNEST = {network_map.THINNEST:g};" in text
    assert f"const WIDEST_FLOW = {network_map.WIDEST_FLOW:g};" in text
    assert "THINNEST + (WIDEST_FLOW - THINNEST) * Math.sqrt(Math.min(likely / top, 1))" in text
