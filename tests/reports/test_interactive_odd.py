"""The interactive map in a browser with odd documents: names that are markup, gaps, no zones, one unit, 3 000 units."""

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from reports.figures_setting import Case
from reports.interactive_data import Source, Start, document
from reports.maps_data import UTILISATION, MapLayers, school_values, zone_value, zones_in_force
from reports.pictures import closures
from reports.view import View
from tests.reports.browsing import Open, alone, plain
from tests.reports.test_interactive_data import EVIL, layers_of, source_of, start_of

pytestmark = pytest.mark.slow


def test_names_are_only_text(english: View, opened: Open, tmp_path: Path) -> None:
    """Markup, quotes and emoji in names reach the screen as they are, and run nothing."""
    names = {("school", "ps-01"): EVIL, ("unit", "u01"): EVIL, ("plan", english.plan): "<img src=x onerror=alert(1)>"}
    setting = replace(english.setting, names={**english.setting.names, **names})
    found = opened(alone(document(source_of(english), setting, start_of(english)), tmp_path / "evil.html"))
    found.map(0).locator(f"[data-school='{list(english.run.tables.school_list['school']).index('ps-01')}']").press(
        "Enter"
    )
    assert found.sheet.locator("h3").evaluate("one => one.textContent") == EVIL
    assert found.page.locator("img").count() == 0
    assert found.troubles == []


def test_a_school_without_place_is_in_the_list_and_without_numbers_hatched(
    english: View, opened: Open, tmp_path: Path
) -> None:
    layers = layers_of(english)
    schools = layers.schools.copy()
    schools.loc[schools["school"] == "ps-01", ["x", "y"]] = np.nan
    table = english.run.tables.schools
    gone = table[~((table["entity"] == "ps-02") & (table["year"] == english.year))]
    source = source_of(english, layers=replace(layers, schools=schools), schools=gone)
    found = opened(alone(document(source, english.setting, start_of(english)), tmp_path / "gaps.html"))
    assert found.school(0, english.words.school("ps-01")).count() == 0
    found.page.get_by_label("School", exact=True).select_option(label=english.words.school("ps-01"))
    assert "no coordinates" in found.sheet.inner_text()
    served = zones_in_force(
        layers, Case(english.future, english.baseline), "primary", english.year, list(schools["school"])
    )
    units = list(layers.units["unit"])
    mine = [units.index(unit) for unit in served.loc[served["school"] == "ps-02", "unit"]]
    fills = plain(found.fills(0))
    assert mine
    assert [number for number, fill in enumerate(fills) if fill == "utilisationnone"] == sorted(mine)
    assert found.troubles == []


def test_a_stage_without_zones_colours_schools(english: View, opened: Open, tmp_path: Path) -> None:
    layers = layers_of(english)
    zones = layers.zones[layers.zones["stage"] != "junior"]
    start = replace(start_of(english), stage="junior")
    found = opened(
        alone(
            document(source_of(english, layers=replace(layers, zones=zones)), english.setting, start),
            tmp_path / "open.html",
        )
    )
    assert set(found.fills(0)) == {"#ffffff"}
    circles = found.map(0).locator("circle").evaluate_all("all => all.map(one => one.getAttribute('fill'))")
    values = school_values(english.run.tables.schools, Case(english.future, english.baseline), "junior", english.year)
    place = list(english.run.tables.school_list["school"]).index("js-01")
    step = int(UTILISATION.scale.step(np.array([zone_value(values, ["js-01"], "utilisation")]))[0])
    wanted = f"utilisation{step}" if UTILISATION.hatches[step] else UTILISATION.scale.colors[step]
    shown = found.map(0).locator(f"[data-school='{place}'] circle").get_attribute("fill")
    assert shown is not None
    assert plain([shown]) == [wanted]
    assert len(circles) > 3
    assert "has no zones" in found.page.locator(".imap-legend").inner_text()


def lattice(english: View, across: int, up: int, plans: tuple[str, ...]) -> tuple[Source, Start]:
    """A county of across x up square units, all served by two schools of the run."""
    boxes = [shapely.box(x, y, x + 500, y + 500) for y in range(0, 500 * up, 500) for x in range(0, 500 * across, 500)]
    keys = [f"u{at}" for at in range(len(boxes))]
    units = gpd.GeoDataFrame({"unit": keys}, geometry=boxes, crs=english.run.study.crs)
    chosen = ("ps-01", "ps-02")
    schools = english.run.tables.school_list[english.run.tables.school_list["school"].isin(chosen)]
    schools = schools.assign(x=[250.0, 500.0 * across - 250], y=250.0)
    rows = [(plan, "primary", key, chosen[at % 2], 0, "") for plan in plans for at, key in enumerate(keys)]
    zones = pd.DataFrame(rows, columns=["plan", "stage", "unit", "school", "from_year", "with_project"])
    layers = MapLayers(units, schools, zones, english.run.tables.projects, closures(english.run.study))
    homes = english.run.tables.zones
    return Source(layers, english.run.tables.schools, homes, (english.future,), plans), Start(
        english.future, plans, "primary", english.year
    )


@pytest.mark.parametrize(("across", "up", "plans"), [(1, 1, 1), (60, 50, 2)])
def test_one_unit_under_one_plan_and_three_thousand_units(
    across: int, up: int, plans: int, english: View, opened: Open, tmp_path: Path
) -> None:
    source, start = lattice(english, across, up, english.plans[:plans])
    found = opened(alone(document(source, english.setting, start), tmp_path / "lattice.html"))
    assert found.page.locator(".imap-view").count() == plans
    assert found.map(0).locator("[data-unit]").count() == across * up
    found.year(3)
    assert json.loads(found.page.locator("#interactive-data").inner_text())["years"][3] == 2027
    assert found.page.locator(".imap-caption").inner_text().startswith("2027-28")
    assert found.troubles == []


def test_names_of_forty_characters_stay_in_a_narrow_window(english: View, opened: Open, tmp_path: Path) -> None:
    more = "示范实验寄宿制学校" * 5
    names = {key: f"{name}{more}"[:40] for key, name in english.setting.names.items()}
    setting = replace(english.setting, names=names)
    found = opened(alone(document(source_of(english), setting, start_of(english)), tmp_path / "long.html"), wide=400)
    school = found.map(0).locator("[data-school]:visible").first
    school.focus()
    assert found.tip.is_visible()
    school.press("Enter")
    section = found.page.locator("#interactive")
    assert section.evaluate("one => one.scrollWidth <= one.clientWidth")
    school.focus()
    tip, stage = found.tip.bounding_box(), found.page.locator(".imap-views").bounding_box()
    assert tip is not None
    assert stage is not None
    assert tip["x"] >= stage["x"]
    assert tip["x"] + tip["width"] <= stage["x"] + stage["width"] + 1
