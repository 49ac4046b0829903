"""The document of the interactive map: shapes within half a grid step, numbers those of the run's tables."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from reports.figures_setting import Case
from reports.i18n import Labels
from reports.interactive_data import Source, Start, document, to_json
from reports.interactive_legend import MEASURES, round_breaks, step_names
from reports.interactive_shapes import STEPS, Grid, grid_of, topology
from reports.interactive_values import Pool, whole
from reports.interactive_view import SCRIPTS, TEMPLATES, page, ui_words
from reports.maps_data import (
    CLASS_BREACH,
    SIZE_BREACH,
    UTILISATION,
    MapLayers,
    school_values,
    stage_schools,
    zone_value,
    zones_in_force,
)
from reports.maps_shapes import simplified
from reports.pictures import closures
from reports.run_folder import RunFolder
from reports.view import View, view

SCALES = {measure.key: measure.scale for measure in (UTILISATION, SIZE_BREACH, CLASS_BREACH)}


def years_of(steps: list[int | None], years: int) -> list[float]:
    """A series as the guide tells: differences, null = no number, nothing at the end = no change."""
    out, last = [], 0
    for at in range(years):
        step = steps[at] if at < len(steps) else 0
        last += step or 0
        out.append(float("nan") if step is None else float(last))
    return out


def polygons(made: dict) -> list[list[np.ndarray]]:
    """Rings of every unit in grid steps, closed."""
    lines = [np.cumsum(np.array(line).reshape(-1, 2), axis=0) for line in made["lines"]]
    units = []
    for own in made["rings"]:
        rings = []
        for ring in own:
            parts = [lines[~number][::-1] if number < 0 else lines[number] for number in ring]
            for before, after in zip(parts, [*parts[1:], parts[0]], strict=True):
                assert (before[-1] == after[0]).all()
            rings.append(np.concatenate([parts[0], *(part[1:] for part in parts[1:])]))
        units.append(rings)
    return units


@pytest.fixture(scope="module")
def seen(run: RunFolder) -> View:
    return view(run, "zh")


@pytest.fixture(scope="module")
def made(seen: View) -> dict:
    found = page(seen)
    assert found is not None
    return json.loads(found.json)


def layers_of(seen: View) -> MapLayers:
    tables = seen.run.tables
    return MapLayers(seen.units, tables.school_list, tables.zone_list, tables.projects, closures(seen.run.study))


def cases(made: dict) -> Iterator[tuple[int, Case]]:
    pairs = [Case(future, plan) for future, _ in made["futures"] for plan, _ in made["plans"]]
    yield from enumerate(pairs)


def test_every_number_of_every_school_and_zone_is_that_of_the_tables(seen: View, made: dict) -> None:
    """All cases, stages, years: rolls and seats whole, shares in thousandths and on their side of every break."""
    tables, layers = seen.run.tables, layers_of(seen)
    ids, units = made["schools"]["ids"], list(layers.units["unit"])
    count = len(made["years"])
    number = lambda field, case, stage, place: years_of(  # noqa: E731
        made["series"][made["values"][field][case][stage][place]], count
    )
    compared = 0
    for at, case in cases(made):
        for stage, (key, _, zoned) in enumerate(made["stages"]):
            hosts = stage_schools(layers.schools, key, seen.setting.stages)["school"].tolist()
            zones = [years_of(made["series"][s], count) for s in made["zones"][at][stage]]
            for year, start in enumerate(made["years"]):
                values = school_values(tables.schools, case, key, start)
                for place, school in enumerate(ids):
                    for field, column in (("pupils", "roll"), ("seats", "seats")):
                        sent = number(field, at, stage, place)[year]
                        if school not in hosts or school not in values.index:
                            assert np.isnan(sent)
                        else:
                            assert sent == round(values.loc[school, column])
                    for field in SCALES:
                        told = zone_value(values, [school] if school in hosts else [], field)
                        same(field, number(field, at, stage, place)[year], told)
                    compared += 1
                served = zones_in_force(layers, case, key, start, hosts)
                for unit, place in zip(units, (int(zone[year]) for zone in zones), strict=True):
                    wanted = sorted(served.loc[served["unit"] == unit, "school"])
                    assert zoned == bool(len(served))
                    assert sorted(members(made, place)) == wanted
                    for field in SCALES if wanted else ():
                        same(field, number(field, at, stage, place)[year], zone_value(values, wanted, field))
    assert compared == 2 * 3 * 2 * 15 * 12


def members(made: dict, place: int) -> list[str]:
    ids = made["schools"]["ids"]
    numbers = [] if place < 0 else [place] if place < len(ids) else made["sets"][place - len(ids)]
    return [ids[number] for number in numbers]


def same(field: str, sent: float, told: float) -> None:
    """The value in thousandths, off by at most one where plain rounding would cross a break."""
    assert np.isnan(sent) == np.isnan(told)
    if np.isnan(sent):
        return
    breaks = SCALES[field].breaks
    assert abs(sent - 1000 * told) <= (0.5 if np.rint(1000 * told) == sent else 1.0) + 1e-9
    assert np.searchsorted([round(1000 * b) for b in breaks], sent) == SCALES[field].step(np.array([told]))[0]
    if field != "utilisation":
        assert (sent < 10) == (told < 0.01)
        assert (sent > 990) == (told > 0.99)


def test_ranges_of_rolls_and_pupils_by_home(seen: View, made: dict) -> None:
    count, tables = len(made["years"]), seen.run.tables
    for at, case in cases(made):
        for stage, (key, _, _) in enumerate(made["stages"]):
            own = tables.schools[(tables.schools["future"] == case.future) & (tables.schools["plan"] == case.plan)]
            rolls = own[(own["indicator"] == "roll") & (own["stage"] == key)].set_index(["entity", "year"])
            for field, column in (("low", "p10"), ("high", "p90")):
                for place, school in enumerate(made["schools"]["ids"]):
                    sent = years_of(made["series"][made["values"][field][at][stage][place]], count)
                    if school in rolls.index.get_level_values(0):
                        assert sent == [round(rolls.loc[(school, year), column]) for year in made["years"]]
            homes = tables.zones[(tables.zones["future"] == case.future) & (tables.zones["plan"] == case.plan)]
            homes = homes[(homes["indicator"] == "pupils") & (homes["stage"] == key)].set_index(["entity", "year"])
            for unit, series in zip(seen.units["unit"], made["homes"][at][stage], strict=True):
                sent = years_of(made["series"][series], count)
                assert sent == [round(homes.loc[(unit, year), "p50"]) for year in made["years"]]


def test_shapes_come_back_within_half_a_step_and_share_their_borders(seen: View, made: dict) -> None:
    ground, units = made["ground"], seen.units
    left, bottom, right, top = units.total_bounds
    step = max(right - left, top - bottom) / STEPS
    assert ground["step"] == pytest.approx(step, rel=1e-4)
    kept = simplified(units, max(right - left, top - bottom) / 1500)
    for rings, shape in zip(polygons(ground), kept, strict=True):
        wanted = shapely.get_coordinates(shape)
        sent = np.concatenate(rings) * step + [left, bottom]
        far = np.abs(wanted[:, None, :] - sent[None, :, :]).max(axis=2).min(axis=1)
        assert far.max() <= step / 2 * 1.0001
        assert shapely.Polygon(rings[0], rings[1:]).is_valid
    sides = np.bincount([n if n >= 0 else ~n for own in ground["rings"] for ring in own for n in ring])
    assert set(sides) <= {1, 2}
    assert len(sides) == len(ground["lines"])
    inner = shapely.length(shapely.intersection(kept[7], kept[8]))
    shared = {n if n >= 0 else ~n for ring in ground["rings"][7] for n in ring} & {
        n if n >= 0 else ~n for ring in ground["rings"][8] for n in ring
    }
    lines = [np.cumsum(np.array(ground["lines"][n]).reshape(-1, 2), axis=0) * step for n in shared]
    assert sum(shapely.LineString(line).length for line in lines) == pytest.approx(inner, rel=0.01)


def frame(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"unit": [f"u{at}" for at in range(len(shapes))]}, geometry=list(shapes), crs="EPSG:4545")


def test_a_hole_an_island_and_four_corners() -> None:
    """A unit inside another, a unit in two parts, and four units that meet in a point."""
    outer, inner = shapely.box(0, 0, 100, 100), shapely.box(40, 40, 60, 60)
    far = shapely.MultiPolygon([shapely.box(100, 0, 200, 50), shapely.box(300, 0, 320, 20)])
    cut = topology(frame(outer.difference(inner), inner, far, shapely.box(100, 50, 200, 100)))
    rings = polygons({"lines": cut.lines, "rings": cut.rings})
    assert [len(own) for own in rings] == [2, 1, 2, 1]
    areas = [abs(shapely.Polygon(own[0], own[1:]).area if n != 2 else sum(shapely.Polygon(r).area for r in own))
             for n, own in enumerate(rings)]  # fmt: skip
    assert np.array(areas) * cut.grid.step**2 == pytest.approx([9600, 400, 5400, 5000], rel=1e-3)
    assert {n for ring in cut.rings[1] for n in ring} == {~n for n in cut.rings[0][1]} or cut.rings[0][1] == cut.rings[
        1
    ][0]
    squares = topology(frame(*(shapely.box(x, y, x + 10, y + 10) for x in (0, 10) for y in (0, 10))))
    assert len(squares.lines) == 4 + 4


def test_one_unit_and_three_thousand() -> None:
    one = topology(frame(shapely.box(5, 5, 6, 9)))
    assert one.rings == (((0,),),)
    assert (one.grid.wide, one.grid.high) == (STEPS // 4, STEPS)
    many = topology(frame(*(shapely.box(x, y, x + 1, y + 1) for x in range(60) for y in range(50))))
    assert len(many.rings) == 3000
    assert len(many.lines) == 2 * 60 * 50 + 60 + 50 - 4  # at the corners of the county two lines are one
    tiny = topology(frame(shapely.box(0, 0, 1e5, 1e5), shapely.box(1e5, 0, 1e5 + 1, 1)))
    assert tiny.rings[1] != ()


def test_series_tell_differences_and_gaps() -> None:
    pool = Pool()
    values = np.array([[5.0, 7.0, np.nan], [5.0, np.nan, np.nan], [6.0, 7.0, np.nan], [6.0, 9.0, np.nan]])
    assert pool.add(values) == [0, 1, 2]
    assert pool.add(values[:, :1]) == [0]
    assert pool.series() == [[5, 0, 1], [7, None, 0, 2], [None, None, None, None]]
    for column, steps in zip(values.T, pool.series(), strict=True):
        np.testing.assert_array_equal(years_of(steps, 4), column)


def test_rounding_stays_on_its_side_of_a_break() -> None:
    values = np.array([0.9500001, 0.95, 0.9504999, 0.0, np.nan, 1.0996])
    sent = whole(values, 1000, (0.95, 1.10))
    np.testing.assert_array_equal(sent, [951, 950, 951, 0, np.nan, 1100])
    np.testing.assert_array_equal(whole(np.array([0.4, 0.0, 1.5]), 1, (0.0,)), [1, 0, 2])


def test_breaks_of_densities_are_round_numbers() -> None:
    assert round_breaks(np.array([np.nan, 0.0])) == [1.0]
    assert round_breaks(np.linspace(1, 1000, 500)) == [200.0, 400.0, 700.0]
    assert round_breaks(np.array([3.2])) == [3.0]
    assert len(step_names(["1", "2"], Labels("en"))) == 3


EVIL = "</script><script>alert('x')</script>\" ' \u2028 \U0001f3eb &amp; <!-- \x85"


def test_names_cannot_leave_the_script_element(seen: View) -> None:
    """Quotes, markup, line separators, emoji and 40 characters come back as they were, and open no tag."""
    names = {("school", "ps-01"): EVIL, ("school", "ps-02"): "示例县第二小学" * 6, ("unit", "u01"): "a\"'\\"}
    setting = replace(seen.setting, names={**seen.setting.names, **names})
    text = to_json(document(source_of(seen), setting, start_of(seen)))
    assert not set("<>&\u2028\u2029\x85") & set(text)
    assert text.splitlines() == [text]
    back = json.loads(text)
    assert EVIL in back["schools"]["names"]
    assert back["units"]["names"][0] == "a\"'\\"
    assert json.loads(to_json({"name": "\ud800"}))["name"] == "\ud800"
    assert to_json({"name": "\ud800"}).encode("utf-8")


def source_of(seen: View, **changes: object) -> Source:
    tables = seen.run.tables
    futures = tuple(future.id for future in seen.run.study.futures)
    return replace(Source(layers_of(seen), tables.schools, tables.zones, futures, seen.plans), **changes)


def start_of(seen: View) -> Start:
    return Start(seen.future, seen.plans[:2], "primary", seen.year)


def test_a_school_without_place_and_a_year_without_numbers(seen: View) -> None:
    tables, layers = seen.run.tables, layers_of(seen)
    list_ = tables.school_list.copy()
    list_.loc[list_["school"] == "ps-01", ["x", "y"]] = np.nan
    gone = tables.schools[~((tables.schools["entity"] == "ps-02") & (tables.schools["year"] == 2030))]
    made = document(source_of(seen, layers=replace(layers, schools=list_), schools=gone), seen.setting, start_of(seen))
    back = json.loads(to_json(made))
    ids = back["schools"]["ids"]
    assert back["schools"]["at"][ids.index("ps-01")] is None
    sent = years_of(back["series"][back["values"]["utilisation"][0][0][ids.index("ps-02")]], len(back["years"]))
    assert [year for year, value in zip(back["years"], sent, strict=True) if np.isnan(value)] == [2030]


def test_one_draw_has_no_chances(seen: View) -> None:
    made = document(source_of(seen, one_draw=True), seen.setting, start_of(seen))
    assert [measure["key"] for measure in made["measures"]] == ["utilisation", "homes"]
    assert set(made["values"]) == {"pupils", "low", "high", "seats", "utilisation"}


def test_nothing_to_draw_is_no_section(seen: View) -> None:
    assert page(replace(seen, units=seen.units.iloc[:0])) is None
    tables = replace(seen.run.tables, school_list=seen.run.tables.school_list.iloc[:0])
    assert page(replace(seen, run=replace(seen.run, tables=tables))) is None
    tables = replace(seen.run.tables, schools=seen.run.tables.schools.iloc[:0])
    assert page(replace(seen, run=replace(seen.run, tables=tables))) is None


def test_one_plan_is_one_view(seen: View) -> None:
    study = seen.run.study
    alone = study.model_copy(update={"plans": tuple(p for p in study.plans if p.id == seen.baseline)})
    found = page(replace(seen, run=replace(seen.run, study=alone), plan=seen.baseline))
    assert found is not None
    made = json.loads(found.json)
    assert made["start"]["plans"] == [0]
    assert [plan for plan, _ in made["plans"]] == [seen.baseline]


def test_start_and_words(seen: View, made: dict) -> None:
    start = made["start"]
    assert made["futures"][start["future"]][0] == seen.future
    assert [made["plans"][plan][0] for plan in start["plans"]] == [seen.baseline, seen.plan]
    assert made["years"][start["year"]] == seen.year
    assert [measure["key"] for measure in made["measures"]] == list(MEASURES)
    for lang in ("zh", "en"):
        assert set(ui_words(Labels(lang))) == set(made["words"])
    for measure in made["measures"]:
        assert len(measure["colors"]) == len(measure["hatches"]) == len(measure["steps"]) == len(measure["breaks"]) + 1


def test_a_report_grows_by_little(seen: View) -> None:
    """2 futures x 3 plans x 2 stages x 15 years of 12 schools and 20 units, and the program itself [bytes]."""
    found = page(seen)
    assert found is not None
    assert len(found.json.encode()) < 90_000
    assert len((found.script + found.style).encode()) < 80_000


def test_the_program_uses_every_word_and_no_other(made: dict) -> None:
    """`words.<name>` and the heads of the table by year, in the files that the page carries."""
    code = "\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in SCRIPTS)
    used = set(re.findall(r"\bwords\.([a-z_]+)", code)) | set(re.findall(r'"(head_[a-z]+)"', code))
    assert used == set(made["words"])


def test_a_point_of_a_grid() -> None:
    grid = grid_of((1000.0, 2000.0, 9192.0, 6096.0))
    assert grid == Grid(1000.0, 2000.0, 1.0, 8192, 4096)
    assert grid.count(np.array([[1000.4, 6095.6]])).tolist() == [[0, 4096]]
