"""The page in a browser: what people do with it, and that it neither complains nor asks anybody else."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from tests.serve.conftest import HOSTILE, MEMBERS, SUPPOSED

SIEGE = "scenario=siege&known_by=2031-02-13&days=14"
SHARED = "scenario=shared&known_by=2031-02-13&days=14"
expect.set_options(timeout=180_000)  # a report is learnt from anew
CORRIDOR = "input[data-kind=corridor]"


def drag(page, selector, *, steps=5):
    """Drag the handle of a slider to the right with the mouse, in steps."""
    handle = page.locator(selector)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.35, y)
    page.mouse.down()
    for step in range(steps):
        page.mouse.move(box["x"] + box["width"] * (0.4 + 0.5 * step / steps), y)
        page.wait_for_timeout(60)
    page.mouse.up()


def test_a_scenario_opens_with_its_forecast_its_map_and_its_needs(tab):
    page = tab(SIEGE)
    expect(page.locator("#headline")).to_contain_text("Plain Camp, 27 February 2031: likely")
    expect(page.locator("#map svg circle")).to_have_count(5)
    expect(page.locator("#needs")).to_contain_text("Water to deliver, losses included")
    expect(page.locator("#differences")).to_contain_text("Move a slider")
    expect(page.locator("#supposed")).to_be_hidden()


def test_dragging_moves_the_forecast_while_one_drags_and_settles_at_all_members(tab):
    page, wanted = tab(SIEGE), []
    page.on("request", lambda row: wanted.append(row.post_data_json["members"]) if "compare" in row.url else None)
    with page.expect_response(lambda row: "compare" in row.url and row.request.post_data_json["members"] is None):
        drag(page, CORRIDOR)
    expect(page.locator("#supposed")).to_contain_text("What if? Corridor capacity, Old Town")
    expect(page.locator("#differences table")).to_contain_text("all camps")
    expect(page.locator("#members")).to_have_text(f"{MEMBERS} simulated histories.")
    assert (wanted[0], wanted[-1]) == (300, None)
    assert "lever=corridor" in page.url
    assert page.evaluate("performance.getEntriesByName('drag to redraw').length") >= 1


def test_taking_a_lever_back_gives_the_base(tab):
    page = tab(SIEGE)
    before = page.locator("#headline").text_content()
    drag(page, CORRIDOR)
    expect(page.locator("#supposed")).to_be_visible()
    page.get_by_role("button", name=re.compile("Take back: Corridor")).click()
    expect(page.locator("#supposed")).to_be_hidden()
    expect(page.locator("#headline")).to_have_text(before)


def test_a_slider_moves_by_keyboard_alone(tab):
    page = tab(SIEGE)
    page.locator(CORRIDOR).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#supposed")).to_contain_text("Corridor capacity")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=re.compile("Take back: Corridor"))).to_be_focused()


def test_a_tab_without_its_server_says_so_and_goes_on_when_it_is_back(tab):
    page = tab(SIEGE, offline=True)
    page.context.set_offline(offline=True)
    page.locator(CORRIDOR).press("ArrowRight")
    expect(page.locator("#trouble")).to_contain_text("The server does not answer")
    page.context.set_offline(offline=False)
    page.locator(CORRIDOR).press("ArrowRight")
    expect(page.locator("#trouble")).to_be_empty()
    expect(page.locator("#supposed")).to_contain_text("Corridor capacity")


def test_a_link_opens_the_same_screen(tab):
    state = f"{SIEGE}&lever=corridor|old_town|3000|2031-02-14|&place=plain_camp&measure=arrivals&day=2031-02-20"
    page = tab(state)
    expect(page.locator("#supposed")).to_contain_text("3,000 people a day")
    expect(page.locator("#measure")).to_have_value("arrivals")
    expect(page.locator("#day-words")).to_contain_text("20 February 2031, forecast")
    again = tab(page.url.partition("#")[2])
    expect(again.locator("#headline")).to_have_text(page.locator("#headline").text_content())


def test_days_are_stepped_through_on_the_map(tab):
    page = tab(SIEGE)
    expect(page.locator("#day-words")).to_contain_text("27 February 2031, forecast")
    page.get_by_role("button", name="One day earlier").click()
    expect(page.locator("#day-words")).to_contain_text("26 February 2031, forecast")
    page.locator("#day").fill("0")
    expect(page.locator("#day-words")).to_contain_text("fit")


def test_the_ways_of_a_day_are_on_the_map_and_in_a_table(tab):
    page = tab(f"{SIEGE}&day=2031-02-20")
    expect(page.locator("#map path.road")).to_have_count(4)
    expect(page.locator("#map-key")).to_contain_text("held by a siege")
    page.get_by_text("The ways on this day as a table").click()
    row = page.get_by_role("row", name=re.compile("Junction transit centre → Plain Camp"))
    expect(row).to_contain_text("vehicles for up to 700 people a day")
    expect(row).to_contain_text(re.compile(r"\d \("))
    page.locator("#day").fill("0")
    expect(page.locator("#map-key")).not_to_contain_text("set out")


def test_a_report_on_the_chart_says_whose_it_is_by_pointer_and_by_keyboard(tab):
    page = tab(SIEGE)
    marks, words = page.locator("#chart .mark"), page.locator("#mark-words")
    expect(words).to_be_hidden()
    marks.first.hover()
    expect(words).to_contain_text("people present")
    expect(words).to_contain_text(re.compile("known on .* 2031"))
    first = words.text_content()
    page.locator("#measure").focus()
    page.keyboard.press("Tab")
    expect(marks.last).to_be_focused()
    page.keyboard.press("Home")
    expect(marks.first).to_be_focused()
    expect(words).to_have_text(first)
    page.keyboard.press("Tab")
    expect(words).to_be_hidden()


def test_a_report_that_came_in_moves_the_forecast(tab):
    page = tab(SIEGE)
    page.locator("#report [name=count]").fill("20,000")
    page.locator("#report [name=source]").fill("camp manager")
    page.get_by_role("button", name="See the forecast with it").click()
    expect(page.locator("#moved")).to_contain_text("Before it: likely")
    expect(page.locator("#report-list")).to_contain_text("20,000 people present (camp manager)")
    assert "report=2031-02-13" in page.url


def test_a_report_counts_once(tab):
    page = tab(f"{SIEGE}&report=2031-02-13|plain_camp|stock|exact|20000|camp manager", wait=False)
    page.locator("#report [name=count]").fill("20 000")
    page.locator("#report [name=source]").fill("camp manager")
    page.get_by_role("button", name="See the forecast with it").click()
    expect(page.locator("#report-problem")).to_contain_text("there already")


def test_a_job_of_a_server_that_was_started_anew_meanwhile_is_begun_again(tab):
    page, forgotten = tab(SIEGE, refused=404), []
    job = {"job": "0" * 32, "status": "queued", "step": "", "done": 0, "total": 0, "ahead": 0}
    page.route("**/api/calibrate", lambda row: forgotten.append(row) or row.fulfill(status=202, json=job), times=1)
    page.reload()
    expect(page.locator("#headline")).to_contain_text("likely")
    assert len(forgotten) == 1
    expect(page.locator("#trouble")).to_be_empty()


def test_a_count_that_is_none_is_refused_beside_the_form(tab):
    page = tab(SIEGE, wait=False)
    page.locator("#report [name=source]").fill("somebody")
    for count in ("", "many", "-5", "1e9", "12345678901", "12.5", "12,5", "1,23", "1.0000"):
        page.locator("#report [name=count]").fill("1")
        page.evaluate("document.querySelector('#report-problem').textContent = ''")
        page.locator("#report [name=count]").fill(count)
        page.get_by_role("button", name="See the forecast with it").click()
        expect(page.locator("#report-problem")).to_contain_text("whole number")


def test_the_report_of_the_screen_is_downloaded(tab, site, tmp_path):
    levers = "".join(f"&lever={'|'.join(str(one or '') for one in row.values())}" for row in SUPPOSED)
    page = tab(f"{SIEGE}{levers}")
    with page.expect_download(timeout=300_000) as waited:
        page.get_by_role("button", name="Download report").click()
    text = waited.value.path().read_text(encoding="utf-8")
    assert text.startswith("<!")
    assert "Plain Camp" in text
    run = json.loads(next((site.home / "runs").glob("siege-*/run.json")).read_text(encoding="utf-8"))
    assert run["alternative"] == "on_the_screen"
    waited.value.save_as(tmp_path / "report.html")
    phone = page.context.browser.new_page(viewport={"width": 390, "height": 844}, offline=True)
    phone.goto((tmp_path / "report.html").as_uri())
    expect(phone.locator(".supposed")).to_be_visible()
    assert phone.locator(".supposed").bounding_box()["height"] <= 844 / 4 + 1, "it stays while one scrolls"
    edge = phone.locator(".tiles li").first.evaluate("row => getComputedStyle(row).borderInlineStartColor")
    assert edge == "rgb(179, 64, 10)", "an alternative has another colour than the forecast"
    phone.locator("details:has(.map) > summary").click()
    expect(phone.get_by_text("The map is wider than this screen")).to_be_visible()
    name = phone.locator(".map tspan", has_text="Plain Camp").first
    expect(name).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.screenshot(path=tmp_path / "report.png")
    phone.close()


def test_a_faulty_cell_shows_the_message_of_check_and_is_marked(tab):
    page = tab(SIEGE, wait=False, refused=422)
    page.get_by_text("Read and change the tables").click()
    page.get_by_label("Table", exact=True).select_option("places")
    expect(page.get_by_label("capacity, line 2")).to_be_visible()  # events, shown before, have a kind as well
    cell = page.get_by_label("kind, line 2")
    cell.fill("kamp")
    page.get_by_role("button", name="Check and save").click()
    expect(page.locator("#tables")).to_contain_text("places.csv, line 2, column kind")
    expect(page.get_by_label("kind, line 2")).to_have_attribute("aria-invalid", "true")


def test_two_tabs_do_not_overwrite_each_other(tab):
    first, second = tab(SHARED, wait=False), tab(SHARED, wait=False, refused=409)
    for page in (first, second):
        page.get_by_text("Read and change the tables").click()
        page.get_by_label("Table", exact=True).select_option("observations")
        expect(page.get_by_label("measure, line 2")).to_be_visible()  # events, shown before, have a source as well
        page.get_by_label("source, line 2").fill("a new name" if page is first else "another name")
    first.get_by_role("button", name="Check and save").click()
    expect(first.locator("#tables")).to_contain_text("Saved")
    second.get_by_role("button", name="Check and save").click()
    expect(second.locator("#tables")).to_contain_text("has changed since you opened it")
    expect(second.get_by_label("source, line 2")).to_have_value("another name")


def test_a_table_that_comes_late_does_not_take_the_place_of_the_one_chosen_since(tab):
    page, late = tab(SHARED), []

    def held_back(route):
        late.append(route)

    page.route("**/events", held_back)
    page.get_by_text("Read and change the tables").click()
    page.get_by_label("Table", exact=True).select_option("observations")
    expect(page.get_by_label("measure, line 2")).to_be_visible()
    with page.expect_response("**/events"):
        late[0].continue_()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(page.get_by_label("measure, line 2")).to_be_visible()


def test_names_that_are_scripts_are_shown_and_never_run(tab):
    page = tab(f"{SIEGE}&place=ridge_screening&measure=waiting")
    expect(page.locator("#headline")).to_contain_text(HOSTILE)
    expect(page.locator("#map svg circle title", has_text="<script>")).to_have_count(1)
    assert page.title() == "Corridor"
    assert page.evaluate("[...document.querySelectorAll('script')].every(row => row.src !== '')")


def learning_until_cancelled(*_, progress, **__):
    """Stand for a fit that takes as long as it takes somebody to click."""
    for _ in range(2_000):
        progress(1, 10)
        time.sleep(0.05)
    pytest.fail("nobody has cancelled it")


def test_what_takes_long_shows_how_far_it_is_and_is_cancelled(tab, monkeypatch):
    monkeypatch.setattr("corridor.serve.fits.calibrate", learning_until_cancelled)
    page = tab("scenario=shared&known_by=2031-02-13&days=13", wait=False)
    expect(page.locator("#status progress")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#trouble")).to_contain_text("Cancelled")
    expect(page.locator("#status")).to_be_empty()


def test_a_link_that_nobody_can_read_opens_the_scenario_all_the_same(tab):
    page = tab(f"{SIEGE}&lever=%00|x&lever=corridor|nowhere|NaN|never|&report=|||&place=nowhere&measure=souls&day=x")
    expect(page.locator("#headline")).to_contain_text("People present, Plain Camp")
    expect(page.locator("#supposed")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_nothing_is_wider_than_the_screen_and_words_can_be_read(tab, width, height):
    page = tab(f"{SIEGE}&lever=corridor|old_town|3000|2031-02-14|", wait=False)
    page.set_viewport_size({"width": width, "height": height})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_selector("#chart canvas")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        chart = page.locator("#chart").bounding_box()
        assert chart["y"] + chart["height"] <= height
        assert [row for row in page.evaluate(CONTRASTS) if row["ratio"] < 4.5] == []


CONTRASTS = """() => {
  const rgb = (text) => text.match(/[0-9.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((x) => x / 255)
    .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4))
    .reduce((sum, x, k) => sum + x * [0.2126, 0.7152, 0.0722][k], 0);
  const ground = (row) => {
    for (let at = row; at; at = at.parentElement) {
      const found = rgb(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('p, h1, h2, label, small, output, th, td, li, button, summary, figcaption')]
    .filter((row) => row.offsetParent !== null && row.textContent.trim() !== '')
    .map((row) => {
      const [a, b] = [light(rgb(getComputedStyle(row).color)), light(ground(row))].sort((x, y) => y - x);
      return { text: row.textContent.slice(0, 40), ratio: (a + 0.05) / (b + 0.05) };
    });
}"""


def test_the_page_speaks_the_language_that_is_chosen_and_the_address_holds_it(tab):
    page = tab(SIEGE)
    page.get_by_label("Language").select_option("fr")
    expect(page.locator("#headline")).to_contain_text("Personnes présentes, Plain Camp, 27 février 2031 : probablement")
    expect(page.get_by_role("button", name="Télécharger le rapport")).to_be_visible()
    expect(page.locator("#needs")).to_contain_text("litres par jour")
    assert "language=fr" in page.url
    assert page.locator("html").get_attribute("lang") == "fr"
    page.get_by_label("Langue").select_option("en")
    expect(page.locator("#headline")).to_contain_text("People present, Plain Camp, 27 February 2031: likely")
    expect(page.get_by_role("button", name="Download report")).to_be_visible()
    assert "language" not in page.url


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_no_sentence_of_the_page_is_left_in_english(tab, code):
    page = tab(f"{SIEGE}&language={code}")
    expect(page.locator("html")).to_have_attribute("lang", code)
    expect(page.locator("#chart canvas")).to_be_visible()
    english = page.locator("#language").evaluate(
        """async () => {
          const words = await (await fetch(`api/words/${document.documentElement.lang}`)).json();
          return Object.entries(words.texts).filter(([text, found]) => found !== text).map(([text]) => text);
        }"""
    )
    shown = set(page.evaluate("document.body.innerText").split("\n")) - {"siege", "no corridor", "second week"}
    assert shown & set(english) == set()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_selector("#chart canvas")
    wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room == 390
    if code == "ar":
        assert page.locator("html").get_attribute("dir") == "rtl"
        trucks = page.locator(".lever label small", has_text="Junction transit centre").first.inner_text()
        assert re.sub("[\u2066-\u2069]", "", trucks) == "Ridge screening point ← Junction transit centre".replace(
            "Ridge screening point", HOSTILE
        )
        heading = page.locator("#levers-section h2").inner_text()
        assert not re.search("[A-Za-z]", heading)
