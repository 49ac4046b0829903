"""Maps: zones of the right year and plan, values as given, names that never touch, a large county in seconds."""

import time
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from shapely.geometry import Polygon, box

from reports import maps_data, maps_shapes
from reports.figures_setting import Caption, Case
from reports.maps import catchment_maps
from reports.maps_data import CLASS_BREACH, SIZE_BREACH, UTILISATION, MapLayers
from reports.maps_draw import MapPanel, radius_of
from reports.maps_labels import Wanted, overlaps, place, touches
from reports.style import PAPER, to_png
from tests.reports.boxes import words_of
from tests.reports.gallery import layers
from tests.reports.sample import PLANS, county_units, sample, words

S = sample()
L = layers(S)
W = words("en")
TITLE = Caption("finding")
PLAN = Case("fast-urban", "county-plan")
HOSTS = tuple(S.places["school"])


def draw(panels, stage="primary", measure=UTILISATION, found=L, lang="en", **more):
    return catchment_maps(
        found, S.schools, words(lang), panels=panels, stage=stage, measure=measure, caption=TITLE, **more
    )


def zones_drawn(axes) -> dict[str, str]:
    """Zone -> colour."""
    found = [one for one in axes.collections if str(one.get_gid()).startswith("zone:")]
    return {one.get_gid()[5:]: to_hex(one.get_facecolor()[0]) for one in found}


def test_a_zone_of_a_project_comes_when_the_project_is_more_likely_open_than_not() -> None:
    opens = maps_data.opening_years(S.projects, PLAN)
    chance = S.projects[(S.projects["future"] == PLAN.future) & (S.projects["plan"] == PLAN.plan)]
    first = chance[(chance["project"] == "no4-primary") & (chance["p_open"] >= 0.5)]["year"].min()
    assert opens["no4-primary"] == first
    before, after = (
        set(maps_data.zones_in_force(L, PLAN, "primary", year, HOSTS)["school"]) for year in (first - 1, first)
    )
    assert "ps-04" not in before
    assert "ps-04" in after


def test_a_closed_school_gives_its_zone_to_its_receivers_where_they_are_known() -> None:
    closures = {"county-plan": {"ps-08": ("bitan-close", ("ps-06",))}}
    told = MapLayers(L.units, L.schools, L.zones, L.projects, MappingProxyType(closures))
    assert "ps-08" in set(maps_data.zones_in_force(L, PLAN, "primary", 2032, HOSTS)["school"])
    assert "ps-08" not in set(maps_data.zones_in_force(told, PLAN, "primary", 2032, HOSTS)["school"])


def test_zones_are_coloured_by_their_schools() -> None:
    figure = draw([MapPanel(PLAN, 2029)], columns=1)
    values = maps_data.school_values(S.schools, PLAN, "primary", 2029)
    drawn = zones_drawn(figure.axes[0])
    assert set(drawn) == set(maps_data.zones_in_force(L, PLAN, "primary", 2029, HOSTS)["school"])
    for zone, color in drawn.items():
        used = maps_data.zone_value(values, [zone], "utilisation")
        assert color == (UTILISATION.scale.color(used) if np.isfinite(used) else PAPER)


def test_hatching_says_again_what_colour_says() -> None:
    case = Case("fast-urban", "do-nothing")
    axes = draw([MapPanel(case, 2029)]).axes[0]
    values = maps_data.school_values(S.schools, case, "primary", 2029)
    zones = {one.get_gid()[5:]: one for one in axes.collections if str(one.get_gid()).startswith("zone:")}
    for key, zone in zones.items():
        used = maps_data.zone_value(values, [key], "utilisation")
        assert (zone.get_hatch() in {"///", "xxx"}) == (used > 1.0)
    assert {len(measure.hatches) for measure in (SIZE_BREACH, CLASS_BREACH)} == {5}
    for measure in maps_data.MEASURES.values():
        assert len(measure.hatches) == len(measure.scale.colors) == len(measure.scale.breaks) + 1
        assert len(set(zip(measure.scale.colors, measure.hatches, strict=True))) == len(measure.hatches)


def test_a_zone_without_a_value_is_hatched_not_coloured() -> None:
    figure = draw([MapPanel(PLAN, 2033)])  # one school is closed and its receivers are not known
    zone = next(one for one in figure.axes[0].collections if one.get_gid() == "zone:ps-08")
    assert to_hex(zone.get_facecolor()[0]) == PAPER
    assert zone.get_hatch() == maps_data.NO_DATA


def test_utilisation_is_pupils_over_seats_and_risk_is_the_highest() -> None:
    values = maps_data.school_values(S.schools, PLAN, "primary", 2029)
    rows = S.schools[
        (S.schools["future"] == PLAN.future) & (S.schools["plan"] == PLAN.plan) & (S.schools["year"] == 2029)
    ]
    two = rows[rows["entity"].isin(["ps-01", "ps-02"]) & (rows["stage"] == "all")]
    pupils, seats = (two[two["indicator"] == name]["p50"].sum() for name in ("roll", "seats"))
    assert maps_data.zone_value(values, ["ps-01", "ps-02"], "utilisation") == pytest.approx(pupils / seats)
    chances = two[two["indicator"] == "roll"]["p_exceed"]
    assert maps_data.zone_value(values, ["ps-01", "ps-02"], "size_breach") == chances.max()
    assert np.isnan(maps_data.zone_value(values, ["nobody"], "utilisation"))
    nine = rows[(rows["entity"] == "ny-01") & (rows["indicator"] == "roll")].set_index("stage")["p50"]
    assert values.loc["ny-01", "used"] == nine["all"]  # its seats are not split by stage
    assert values.loc["ny-01", "roll"] == nine["primary"]


def test_symbols_grow_with_the_roll_and_new_schools_are_stars() -> None:
    axes = draw([MapPanel(PLAN, 2029)]).axes[0]
    rolls = maps_data.school_values(S.schools, PLAN, "primary", 2029)["roll"]
    signs = {one.get_gid()[7:]: one for one in axes.lines if str(one.get_gid()).startswith("school:")}
    assert set(signs) == set(maps_data.stage_schools(S.places, "primary", W.stages)["school"]) & set(rolls.index)
    assert {key for key, sign in signs.items() if sign.get_marker() == "*"} == {"ps-04"}
    assert signs["ps-01"].get_markersize() == pytest.approx(2 * radius_of(rolls["ps-01"]))
    assert radius_of(400) - radius_of(0) == pytest.approx(2 * (radius_of(100) - radius_of(0)))


def test_desire_lines_lead_from_each_unit_to_its_school() -> None:
    axes = draw([MapPanel(Case("baseline", "do-nothing"), 2025)], stage="junior").axes[0]
    lines = next(one for one in axes.collections if one.get_gid() == "desire").get_segments()
    ends = {tuple(segment[1]) for segment in lines}
    places = S.places.set_index("school")
    served = maps_data.zones_in_force(L, Case("baseline", "do-nothing"), "junior", 2025, HOSTS)["school"]
    assert len(lines) == len(served) == len(S.units)
    assert ends == {(places["x"][key], places["y"][key]) for key in set(served)}


def test_panels_share_extent_and_steps() -> None:
    figure = draw([MapPanel(Case("fast-urban", plan), year) for plan in PLANS for year in (2025, 2029)], columns=2)
    assert len({axes.get_xlim() + axes.get_ylim() for axes in figure.axes[:-1]}) == 1
    west, south, east, north = S.units.total_bounds
    (left, right), (bottom, top) = figure.axes[0].get_xlim(), figure.axes[0].get_ylim()
    assert left < west < east < right
    assert bottom < south < north < top
    across, up = (size * 72 for size in figure.get_size_inches() * figure.axes[0].get_position().size)
    assert (right - left) / across == pytest.approx((top - bottom) / up)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "zh",
            ("内部用图 未送审", "示意，不作为划界依据", "坐标系 EPSG:4545", "合成数据", "示例县", "北", "方案新建学校"),
        ),
        ("en", ("internal use, not reviewed", "sketch, not a basis for boundaries", "CRS EPSG:4545", "Synthetic", "N")),
    ],
)
def test_the_furniture_is_complete(lang, said) -> None:
    figure = draw([MapPanel(PLAN, 2029)], lang=lang)
    found = words_of(figure).texts
    assert [text for text in said if not any(text in one for one in found)] == []
    bars = [axes for axes in figure.axes if any(type(one).__name__ == "ScaleBar" for one in axes.artists)]
    maps = [figure.axes[0], figure.axes[2]]  # the county and the town, each with its own bar
    for bar, drawn in zip(bars, maps, strict=True):
        left, right = drawn.get_xlim()
        share = bar.get_position().width / drawn.get_position().width
        assert bar.get_xlim()[1] == pytest.approx((right - left) * share)  # the bar is true to the map


def test_the_town_is_shown_larger_and_named_there() -> None:
    figure = draw([MapPanel(PLAN, 2029)])
    county, town = figure.axes[0], figure.axes[2]
    frame = next(one for one in county.patches if one.get_gid() == "inset")
    assert frame.get_bbox().extents.tolist() == pytest.approx(
        [town.get_xlim()[0], town.get_ylim()[0], town.get_xlim()[1], town.get_ylim()[1]]
    )
    named = [[one.get_text() for one in axes.texts if one.get_gid() == "label"] for axes in (county, town)]
    assert set(named[0]).isdisjoint(named[1])
    assert "Sample County No. 1 Primary School" in named[1]
    assert "Xianxi Primary School" in named[0]
    assert "town enlarged" in town.get_title(loc="left")
    found = words_of(figure)
    box = frame.get_window_extent().extents
    assert [w.text for w in found.words if w.text in named[0] and touches(w.box, tuple(box), -1.0)] == []


def test_the_town_is_where_a_third_of_the_pupils_are() -> None:
    places = pd.DataFrame(
        {"school": list("abcdef"), "x": [0, 500, 0, 30_000, 0, 40_000.0], "y": [0, 0, 700, 0, 30_000, 9.0]}
    )
    rolls = pd.Series([500.0, 400, 300, 900, 900, 0], index=list("abcdef"))
    west, south, east, north = maps_data.busy_extent(places, rolls, (0, 0, 60_000, 50_000))
    assert (west, east) == (-910, 910)  # 1.3 x 700 m around `a`: a, b and c are the first 1200 of 3000 pupils
    assert (south, north) == (-910, 910)
    assert maps_data.busy_extent(places, rolls, (0, 0, 4_000, 4_000)) is None  # the county is hardly larger
    assert maps_data.busy_extent(places[:2], rolls, (0, 0, 60_000, 50_000)) is None  # too few schools


@pytest.mark.parametrize("measure", [UTILISATION, SIZE_BREACH, CLASS_BREACH])
@pytest.mark.parametrize("stage", ["primary", "junior"])
def test_names_on_maps_never_touch(measure, stage) -> None:
    found = words_of(draw([MapPanel(PLAN, year) for year in (2025, 2033)], stage=stage, measure=measure))
    assert found.collisions() == []


def test_the_worst_year_is_the_one_with_most_expected_breaches() -> None:
    year = maps_data.worst_year(S.schools, PLAN, W.window)
    rows = S.schools[(S.schools["future"] == PLAN.future) & (S.schools["plan"] == PLAN.plan)]
    rows = rows[rows["indicator"].isin(["roll", "largest_class"]) & ~rows["stage"].str.startswith("grade:")]
    sums = {each: rows[rows["year"] == each]["p_exceed"].sum() for each in range(2025, 2030)}
    assert year == max(sums, key=sums.get)
    assert maps_data.worst_year(S.schools.iloc[:0], PLAN, W.window) is None


def test_one_unit_and_one_school_make_a_map() -> None:
    units = gpd.GeoDataFrame({"unit": ["u"]}, geometry=[box(475_000, 2_930_000, 476_000, 2_931_000)], crs="EPSG:4545")
    zones = pd.DataFrame([(PLAN.plan, "primary", "u", "ps-01", 2023, "")], columns=S.zones.columns)
    one = MapLayers(units, S.places[S.places["school"] == "ps-01"], zones, S.projects)
    figure = draw([MapPanel(PLAN, 2029)], found=one)
    assert to_png(figure, 50)
    assert set(zones_drawn(figure.axes[0])) == {"ps-01"}


def test_a_layer_without_crs_says_so() -> None:
    bare = MapLayers(
        gpd.GeoDataFrame(S.units.drop(columns="geometry"), geometry=list(S.units.geometry)),
        L.schools,
        L.zones,
        L.projects,
    )
    assert any("CRS unknown" in text for text in words_of(draw([MapPanel(PLAN, 2029)], found=bare)).texts)


def test_a_county_of_3000_units_is_drawn_in_seconds() -> None:
    large = layers(sample(3000))
    start = time.process_time()  # what others run meanwhile does not count
    assert to_png(draw([MapPanel(Case("fast-urban", plan), 2029) for plan in PLANS[:2]], found=large))
    assert time.process_time() - start < 12  # about 1 s


def test_holes_and_islands_become_one_path() -> None:
    ring = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (1, 2), (2, 2), (2, 1)]])
    path = maps_shapes.to_outline(shapely.union_all([ring, box(10, 0, 11, 1)]))
    assert (path.codes == path.MOVETO).sum() == 3
    assert (path.codes == path.CLOSEPOLY).sum() == 3
    assert len(maps_shapes.to_outline(Polygon())) == 0


def test_a_shared_border_is_drawn_once() -> None:
    path = maps_shapes.borders(np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)], dtype=object))
    steps = np.hypot(*np.diff(path.vertices, axis=0).T)[path.codes[1:] == path.LINETO]
    assert steps.sum() == pytest.approx(7)


def test_simplifying_keeps_neighbours_together_and_broken_layers_alive() -> None:
    units = county_units(40)
    kept = maps_shapes.simplified(units, 50.0)
    assert bool(shapely.coverage_is_valid(kept))
    assert shapely.area(kept).sum() == pytest.approx(units.area.sum(), rel=1e-3)
    broken = gpd.GeoDataFrame({"unit": ["a", "b"]}, geometry=[box(0, 0, 2, 2), box(1, 0, 3, 2)])
    assert len(maps_shapes.simplified(broken, 0.1)) == 2


@given(
    st.lists(
        st.builds(
            Wanted,
            x=st.floats(0, 400), y=st.floats(0, 300), radius=st.floats(1, 9), width=st.floats(5, 120),
            height=st.floats(6, 12), weight=st.floats(0, 3000),
        ),
        max_size=40,
    )
)  # fmt: skip
def test_placed_names_never_overlap_and_stay_inside(names) -> None:
    boxes = [found.box for found in place(names, (0, 0, 400, 300)) if found is not None]
    assert overlaps(boxes) == 0
    assert all(b[0] >= 0 and b[1] >= 0 and b[2] <= 400 and b[3] <= 300 for b in boxes)
    assert place(names, (0, 0, 400, 300)) == place(names, (0, 0, 400, 300))


def test_the_weightier_name_gets_the_place() -> None:
    rivals = [Wanted(30, 5, 2, 40, 8, weight) for weight in (1.0, 2.0)]
    assert [found is not None for found in place(rivals, (0, 0, 80, 10))] == [False, True]


def test_a_name_stands_by_its_own_symbol_or_has_a_line_to_it() -> None:
    alone, crowd = Wanted(50, 50, 3, 40, 8), [Wanted(50 + 9 * k, 50, 4, 60, 8) for k in range(8)]
    assert place([alone], (0, 0, 200, 100))[0].leader is False
    found = [one for one in place(crowd, (0, 0, 400, 100)) if one is not None]
    assert any(one.leader for one in found)
    for name, one in zip(crowd, place(crowd, (0, 0, 400, 100)), strict=True):
        if one is not None and not one.leader:
            x, y = np.clip(name.x, one.box[0], one.box[2]), np.clip(name.y, one.box[1], one.box[3])
            own = np.hypot(x - name.x, y - name.y)
            others = [
                np.hypot(np.clip(o.x, one.box[0], one.box[2]) - o.x, np.clip(o.y, one.box[1], one.box[3]) - o.y)
                for o in crowd
                if o is not name
            ]
            assert own <= min(others)


def test_names_left_out_are_counted_in_the_heading() -> None:
    case = Case("baseline", "do-nothing")
    crowd = S.places.assign(x=475_000.0, y=2_930_000.0)
    found = MapLayers(L.units, pd.concat([crowd, _more(crowd, 30)], ignore_index=True), L.zones, L.projects)
    schools = pd.concat([S.schools, *(_rows_of(case, f"x{k}") for k in range(30))], ignore_index=True)
    panels = [MapPanel(case, 2029)] * 3
    figure = catchment_maps(
        found, schools, W, panels=panels, stage="primary", measure=UTILISATION, caption=TITLE, columns=2
    )
    placed = [one for one in figure.axes[0].texts if one.get_gid() == "label"]
    signs = [one for one in figure.axes[0].lines if str(one.get_gid()).startswith("school:")]
    assert len(placed) < len(signs)
    assert f"names without room: {len(signs) - len(placed)}" in figure.axes[0].get_title(loc="left")


def _more(places: pd.DataFrame, count: int) -> pd.DataFrame:
    return pd.concat([places.iloc[:1].assign(school=f"x{k}") for k in range(count)], ignore_index=True)


def _rows_of(case: Case, key: str) -> pd.DataFrame:
    rows = S.schools
    chosen = (rows["future"] == case.future) & (rows["plan"] == case.plan) & (rows["year"] == 2029)
    return rows[chosen & (rows["entity"] == "ps-01")].assign(entity=key)
