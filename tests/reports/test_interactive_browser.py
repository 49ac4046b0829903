"""The interactive map of a report, driven in a real browser with the network off: mouse, keys, an automatic checker."""

import re
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from reports import album
from reports.album import Picture
from reports.figures_setting import Case
from reports.html_report import write_report
from reports.i18n import NBSP, percent
from reports.maps_data import MEASURES, UTILISATION, school_values, stage_schools, zone_value, zones_in_force
from reports.run_folder import RunFolder
from reports.view import View
from tests.reports.browsing import Open, plain
from tests.reports.test_interactive_data import layers_of

pytestmark = pytest.mark.slow
DOT = Picture("data:image/png;base64,iVBORw0KGgo=", "dot", 10, 10)


@pytest.fixture(scope="module")
def reports(run: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The whole report in both languages, a dot for each picture."""
    folder = tmp_path_factory.mktemp("interactive")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(album, "paint", lambda task: DOT)
        return {lang: write_report(run, lang, folder / f"{lang}.html") for lang in ("zh", "en")}


def wanted_fills(english: View, case: Case, stage: str, year: int, measure: str) -> list[str]:
    """Colours of the units from the tables, by the functions of the maps on paper."""
    layers, tables = layers_of(english), english.run.tables
    hosts = stage_schools(layers.schools, stage, english.setting.stages)["school"].tolist()
    values = school_values(tables.schools, case, stage, year)
    served = zones_in_force(layers, case, stage, year, hosts).groupby("unit")["school"].agg(list)
    scale, hatches = MEASURES[measure].scale, MEASURES[measure].hatches
    wanted = []
    for unit in layers.units["unit"]:
        step = int(scale.step(np.array([zone_value(values, served[unit], measure)]))[0])
        wanted.append(f"{measure}{step}" if hatches[step] else scale.colors[step])
    return wanted


def test_colours_are_those_of_the_tables_for_every_choice(
    english: View, reports: dict[str, Path], opened: Open
) -> None:
    """Slider, plan, future, stage, measure: every unit of both maps as the tables say; no request, no message."""
    found = opened(reports["en"])
    page = found.page
    plans, futures = list(english.plans), [future.id for future in english.run.study.futures]
    years = sorted(english.run.tables.schools["year"].unique())
    boxes = {
        name: page.get_by_label(name, exact=True) for name in ("Stage", "Future", "Colour", "Left map", "Right map")
    }
    choices = [
        (0, 0, "fast", "primary", "utilisation", 5),
        (1, 2, "fast", "junior", "utilisation", 9),
        (2, 1, futures[0], "primary", "size_breach", 14),
        (0, 1, "fast", "junior", "class_breach", 0),
    ]
    drawn = set()
    for left, right, future, stage, measure, at in choices:
        boxes["Left map"].select_option(index=left)
        boxes["Right map"].select_option(index=right)
        boxes["Future"].select_option(index=futures.index(future))
        boxes["Stage"].select_option(index=["primary", "junior"].index(stage))
        boxes["Colour"].select_option(index=["utilisation", "size_breach", "class_breach"].index(measure))
        found.year(at)
        for side, plan in enumerate((left, right)):
            wanted = wanted_fills(english, Case(future, plans[plan]), stage, int(years[at]), measure)
            assert plain(found.fills(side)) == wanted
            drawn |= set(wanted)
    assert len(drawn) >= 6
    assert found.requests == [reports["en"].as_uri()]
    assert found.troubles == []


def test_both_views_zoom_and_move_together(reports: dict[str, Path], opened: Open) -> None:
    found = opened(reports["en"])
    page = found.page
    first = found.transforms()
    assert first[0] == first[1]
    page.get_by_role("button", name="Zoom in").nth(1).click()
    nearer = found.transforms()
    assert nearer[0] == nearer[1] != first[0]
    box = found.map(0).bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 40, middle[1] + 25, steps=4)
    page.mouse.up()
    moved = found.transforms()
    assert moved[0] == moved[1]
    shift = np.subtract(*(np.array([float(n) for n in re.findall(r"-?[\d.]+", t)[:2]]) for t in (moved[0], nearer[0])))
    assert shift == pytest.approx([40, 25], abs=1)
    assert found.sheet.is_hidden()  # a drag is no click
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    wheeled = found.transforms()
    assert wheeled[0] == wheeled[1] != moved[0]
    page.get_by_role("button", name="Whole map").first.click()
    assert found.transforms() == first
    before = page.evaluate("scrollY")
    page.get_by_role("slider").focus()
    page.mouse.move(*middle)
    page.mouse.wheel(0, 60)
    assert found.transforms() == first  # without Ctrl the wheel moves the page
    page.wait_for_function("before => scrollY > before", arg=before)


def test_pointer_shows_numbers_of_both_plans(english: View, reports: dict[str, Path], opened: Open) -> None:
    found = opened(reports["en"])
    found.year(6)
    year = sorted(english.run.tables.schools["year"].unique())[6]
    stage = found.page.get_by_label("Stage", exact=True).locator("option:checked").inner_text().lower()
    school = "js-01" if stage == "junior" else "ps-01"
    found.school(1, english.words.school(school)).hover()
    said = found.tip.inner_text().replace(NBSP, " ")
    for plan in (english.baseline, english.plan):
        values = school_values(english.run.tables.schools, Case(english.future, plan), stage, year)
        assert english.words.plan(plan) in said
        assert f"{round(values.loc[school, 'roll']):,}".replace(",", " ") in said
        assert percent(values.loc[school, "class_breach"]) in said.replace(" %", "%")
    found.page.mouse.move(2, 2)
    assert found.tip.is_hidden()
    found.page.mouse.move(*found.point_of_unit(0, 0))
    names = english.units.set_index("unit")["name_en"]
    assert names.iloc[0] in found.tip.inner_text()
    assert "Zone school" in found.tip.inner_text()


def test_a_click_opens_the_page_of_a_school(english: View, reports: dict[str, Path], opened: Open) -> None:
    found = opened(reports["en"])
    breach = english.deciding[0]
    name = english.words.school(breach.school)
    found.school(0, name).click()
    assert found.sheet.get_by_role("heading", name=name).is_visible()
    stage = found.page.get_by_label("Stage", exact=True).locator("option:checked").inner_text().lower()
    rows = found.sheet.locator("tbody tr").evaluate_all(
        "all => all.map(r => Array.from(r.cells).map(c => c.textContent))"
    )
    tables, wanted = english.run.tables, []
    for year in sorted(tables.schools["year"].unique()):
        cells = [english.labels.school_year(year)]
        for plan in (english.baseline, english.plan):
            case = Case(english.future, plan)
            values = school_values(tables.schools, case, stage, year).loc[breach.school]
            own = tables.schools.query("entity == @breach.school and year == @year and indicator == 'roll'")
            own = own[(own["stage"] == stage) & (own["future"] == english.future) & (own["plan"] == plan)].iloc[0]
            use = round(1000 * zone_value(values.to_frame().T, [breach.school], UTILISATION.key))
            words = english.labels
            cells += [
                words.integer(values["roll"]),
                f"{words.integer(own['p10'])}–{words.integer(own['p90'])}",
                words.integer(values["seats"]),
                f"{(use + 5) // 10}{NBSP}%",
                words.percent(values["size_breach"]),
                words.percent(values["class_breach"]),
            ]
        wanted.append(cells)
    assert rows == wanted
    assert found.sheet.locator("svg[role=img]").count() == 2
    found.sheet.get_by_role("link").click()
    assert found.page.url.endswith(f"#school-{breach.school}")
    found.sheet.get_by_role("button", name="Close").click()
    assert found.sheet.is_hidden()
    found.map(1).locator("[data-unit]").nth(7).click(force=True)
    assert found.sheet.is_visible()  # a unit opens its zone school


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.tagName"))


def test_keys_alone_do_everything(reports: dict[str, Path], opened: Open) -> None:
    """From the slider by Tab into the map, school to school, zoom, open, read, close, back where it was."""
    found = opened(reports["en"])
    page = found.page
    page.get_by_role("slider").focus()
    stops = []
    for _ in range(11):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("document.activeElement.closest('[data-school]') ? 'school' : document.activeElement.tagName")
        )
    assert stops[:6] == ["BUTTON", "SELECT", "BUTTON", "BUTTON", "BUTTON", "school"]
    assert stops[6:11] == ["SELECT", "BUTTON", "BUTTON", "BUTTON", "school"]
    first = focused(page)
    assert found.tip.is_visible()
    assert first in page.locator(".imap-said").inner_text()
    visited = {first}
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown") * 3:
        page.keyboard.press(key)
        visited.add(focused(page))
    assert len(visited) >= 4
    whole = found.transforms()
    page.keyboard.press("+")
    assert found.transforms() != whole
    assert found.tip.is_visible()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("0")
    assert found.transforms() == whole
    name = focused(page)
    page.keyboard.press("Enter")
    assert focused(page) == name
    assert page.evaluate("document.activeElement.tagName") == "SECTION"
    page.keyboard.press("Escape")
    assert found.sheet.is_hidden()
    assert page.evaluate("document.activeElement.hasAttribute('data-school')")
    assert focused(page) == name
    page.keyboard.press("Escape")
    assert found.tip.is_hidden()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_automatic_checker_finds_no_barrier(lang: str, reports: dict[str, Path], opened: Open) -> None:
    """axe-core on the section as it opens, and with numbers and the page of a school shown."""
    found = opened(reports[lang])
    schools = found.map(0).locator("[data-school]:visible")
    for act in (lambda: None, lambda: schools.first.focus(), lambda: schools.first.press("Enter")):
        act()
        result = Axe().run(found.page, context="#interactive").response
        assert [(one["id"], one["nodes"][0]["html"]) for one in result["violations"]] == []
        assert len(result["passes"]) > 10
    assert found.troubles == []


def test_play_goes_to_the_last_year_and_stops(reports: dict[str, Path], opened: Open) -> None:
    found = opened(reports["en"])
    found.year(12)
    found.page.get_by_role("button", name="Play").click()
    found.page.wait_for_function("() => document.querySelector('.imap input').value === '14'", timeout=20_000)
    found.page.get_by_role("button", name="Play").wait_for()
    assert found.page.locator(".imap-year").inner_text() == "2038-39"


def test_paper_shows_the_maps_and_no_controls(reports: dict[str, Path], opened: Open) -> None:
    found = opened(reports["zh"])
    found.page.emulate_media(media="print")
    assert found.map(0).is_visible()
    assert found.map(1).is_visible()
    assert found.page.locator(".imap-legend").is_visible()
    assert found.page.locator(".imap-controls, .imap-years, .imap-zoom, .imap-keys").filter(visible=True).count() == 0
    boxes = [found.map(side).bounding_box() for side in (0, 1)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["y"] == boxes[1]["y"]


def test_a_narrow_window_puts_one_map_below_the_other(reports: dict[str, Path], opened: Open) -> None:
    found = opened(reports["zh"], wide=400, high=800)
    boxes = [found.map(side).bounding_box() for side in (0, 1)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[1]["y"] > boxes[0]["y"] + boxes[0]["height"]
    section = found.page.locator("#interactive")
    assert section.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_two_fingers_zoom_and_a_tap_opens_a_school(reports: dict[str, Path], opened: Open) -> None:
    """Touches as the browser sends them: both views follow a pinch; a tap is a click."""
    found = opened(reports["en"], wide=400, high=800)
    first = found.transforms()
    found.map(0).scroll_into_view_if_needed()
    box = found.map(0).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    wire = found.page.context.new_cdp_session(found.page)
    wire.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})

    def touch(kind: str, apart: float) -> None:
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}] if apart else []
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 20)
    for apart in (26, 34, 44, 60):
        touch("touchMove", apart)
    touch("touchEnd", 0)
    pinched = found.transforms()
    assert pinched[0] == pinched[1]
    scale = [float(re.findall(r"scale\(([\d.]+)\)", one)[0]) for one in (first[0], pinched[0])]
    assert scale[1] > 1.8 * scale[0]
    assert found.sheet.is_hidden()
    wire.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    found.sheet.wait_for(state="visible")
    assert found.page.locator(".imap-pick").is_visible()
    assert found.troubles == []
