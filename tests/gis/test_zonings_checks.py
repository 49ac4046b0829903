"""The rules of a zoning on squared paper: a mistake drawn by hand for each, told in both languages; drafts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.arrays import FloatArray
from gis.zonings import Zoning
from gis.zonings_checks import Judged, check_zoning
from gis.zonings_compare import Pair, change_layer, change_table, summary_table, zone_table
from gis.zonings_plan import base_zonings, plan_zonings
from gis.zonings_propose import proposal_table, proposed, stage_seats, voronoi
from gis.zonings_study import ZoningStudy, zoning_study
from scenarios.problems import Problem
from scenarios.schema_plan import PlanFile
from tests.gis.county import EAST, NORTH, SIDE, bundle, codes, grid, told, write_layer

CHILDREN = 10


def made(
    root: Path, columns: int, rows: int, schools: list[tuple[str, float, float]], zones: list[int], **more
) -> ZoningStudy:
    """A county on squared paper; schools: name and place [km]; zones: number of the school of each unit."""
    features = grid(columns, rows)
    write_layer(root / "data" / "units.geojson", features)
    units = [name for name, _ in features]
    held = [f"u{int(y) * columns + int(x):02d}" for _, x, y in schools]
    listed = [(name, unit, x, y) for (name, x, y), unit in zip(schools, held, strict=True)]
    study = bundle(root, listed, units, **more)
    study.tables["schools"] = study.tables["schools"].assign(
        first_grade="1", last_grade="1", ownership="public", name_en=""
    )
    study.tables["units"] = study.tables["units"].assign(urban=1, neighbourhood="")
    names = [name for name, _, _ in schools]
    rows_of = [("primary", unit, names[number], 1.0) for unit, number in zip(units, zones, strict=True) if number >= 0]
    study.tables["zones"] = pd.DataFrame(rows_of, columns=["stage", "unit", "school", "weight"])
    ages = [(unit, "local", age, CHILDREN) for unit in units for age in (5, 6, 7)]
    study.tables["children"] = pd.DataFrame(ages, columns=["unit", "group", "age", "children"])
    found, problems = zoning_study(study)
    assert found is not None, problems
    return found


def judged(study: ZoningStudy) -> list[Problem]:
    return check_zoning(Judged(study, base_zonings(study)["primary"], "z.csv"))


TWO = [("a", 0.5, 0.5), ("b", 3.5, 0.5)]


def test_a_sound_zoning_says_only_what_was_not_looked_for(tmp_path: Path) -> None:
    assert sorted(codes(judged(made(tmp_path, 4, 1, TWO, [0, 0, 1, 1])))) == ["GIS126", "GIS128"]


def test_units_without_a_zone_and_zones_in_parts(tmp_path: Path) -> None:
    problems = judged(made(tmp_path, 4, 1, TWO, [0, 1, -1, 1]))
    assert "1 unit(s) belong to no zone of the stage primary: u02" in told(problems, "GIS122")
    assert "falls into 2 parts" in told(problems, "GIS061")
    assert {one.severity for one in problems if one.code == "GIS122"} == {"error"}


def test_a_unit_that_nobody_lives_in_needs_no_zone(tmp_path: Path) -> None:
    study = made(tmp_path, 4, 1, TWO, [0, 0, -1, 1])
    study.bundle.tables["children"].loc[lambda table: table["unit"] == "u02", "children"] = 0
    assert "GIS122" not in codes(judged(study))


def test_a_zone_inside_another_and_an_enclave(tmp_path: Path) -> None:
    ring = [0, 0, 0, 0, 1, 0, 0, 0, 0]
    schools = [("a", 0.5, 0.5), ("b", 1.5, 1.5)]
    message = told(judged(made(tmp_path / "hole", 3, 3, schools, ring)), "GIS123")
    assert "the zone of a surrounds that of b (units u04)" in message
    more = [0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1]
    problems = judged(made(tmp_path / "enclave", 4, 3, [("a", 0.5, 0.5), ("b", 3.5, 1.5)], more))
    assert "units u05 of b are an enclave inside the zone of a" in told(problems, "GIS124")
    (mark,) = next(one for one in problems if one.code == "GIS124").marks
    assert mark.area_m2 == pytest.approx(1e6)
    assert mark.units == ("u05",)


def test_a_school_outside_its_zone(tmp_path: Path) -> None:
    problems = judged(made(tmp_path, 4, 1, [("a", 3.5, 0.5), ("b", 0.5, 0.5)], [0, 0, 1, 1]))
    assert codes(problems).count("GIS060") == 2


def test_a_split_neighbourhood(tmp_path: Path) -> None:
    study = made(tmp_path, 4, 1, TWO, [0, 0, 1, 1])
    study.bundle.tables["units"]["neighbourhood"] = ["x", "x", "x", ""]
    message = told(judged(study), "GIS125")
    assert "the neighbourhood 'x' is split between a, b; apart from most of it: u02" in message


def road(x: float, kind: str) -> dict:
    line = [[EAST + x * SIDE, NORTH - 500], [EAST + x * SIDE, NORTH + 3 * SIDE]]
    return {"type": "Feature", "properties": {"class": kind}, "geometry": {"type": "LineString", "coordinates": line}}


def with_roads(root: Path, *roads: dict) -> dict:
    import json

    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4545"}}
    across = {"type": "Feature", "properties": {"class": "local"}}
    lines = [[[EAST - 500, NORTH + y], [EAST + 5 * SIDE, NORTH + y]] for y in (500, 1500)]
    features = [across | {"geometry": {"type": "LineString", "coordinates": line}} for line in lines]
    (root / "data").mkdir(parents=True, exist_ok=True)
    body = {"type": "FeatureCollection", "crs": crs, "features": [*features, *roads]}
    (root / "data" / "roads.geojson").write_text(json.dumps(body), encoding="utf-8")
    network = {"path": "data/roads.geojson", "class_field": "class", "crs": "EPSG:4545", "noding": "crossings"}
    return {"travel": {"detour": 1.5, "network": network}}


def test_a_main_road_between_home_and_school(tmp_path: Path) -> None:
    roads = with_roads(tmp_path, road(1.2, "national"), road(2.8, "local"))
    study = made(tmp_path, 4, 1, TWO, [0, 0, 1, 1], **roads)
    assert len(study.barriers) == 1
    message = told(judged(study), "GIS127")
    assert "1 urban unit(s) with 10 primary children lie across a main road from school a: u01" in message
    study.bundle.tables["units"]["urban"] = 0
    assert not {"GIS127", "GIS128"} & set(codes(judged(study)))


def test_places_without_a_way_and_beyond_the_limit(tmp_path: Path) -> None:
    study = made(tmp_path, 12, 1, [("a", 0.5, 0.5)], [0] * 12)
    problems = judged(study)
    assert "are farther from their school than 30 minutes on foot and 30 minutes by bus" in told(problems, "GIS130")
    cut = replace(study, cost_km=np.where(np.arange(12)[:, None] == 3, np.inf, study.cost_km))
    assert "no way leads from 1 unit(s) to their school: u03" in told(judged(cut), "GIS129")


def test_the_clause_on_the_nearest_school_counts_urban_children(tmp_path: Path) -> None:
    study = made(tmp_path, 4, 1, TWO, [0, 0, 0, 1])
    assert "75.0 % of the urban children have the nearest school" in told(judged(study), "GIS131")
    study.bundle.tables["units"].loc[2, "urban"] = 0
    assert "GIS131" not in codes(judged(study))


def change(*rows: tuple[list[str], list[str], int], stage: str = "primary") -> PlanFile:
    zones = [{"stage": stage, "units": units, "schools": schools, "from": year} for units, schools, year in rows]
    return PlanFile.model_validate({"schema_version": 1, "id": "p", "name": {"zh": "调", "en": "P"}, "zones": zones})


def test_the_zones_of_a_plan_are_those_of_the_year(tmp_path: Path) -> None:
    study = made(tmp_path, 4, 1, TWO, [0, 0, 1, 1])
    plan = change((["u01"], ["b"], 2025), (["u01"], ["a", "b"], 2027))
    for year, wanted in ((2024, ("a",)), (2025, ("b",)), (None, ("a", "b"))):
        found = plan_zonings(study, plan, year, "p.csv")
        assert found.after["primary"].names(1) == wanted
        assert found.before["primary"].names(1) == ("a",)
    assert found.year == 2027


TWO_GRADES = {
    "stages": [
        {"id": "primary", "name": {"zh": "小学", "en": "Primary"}, "grades": ["1", "2"], "entry": "residents",
         "entry_age": 6, "planned_class_size": 45},
    ]
}  # fmt: skip


def test_a_teaching_point_keeps_the_former_school_for_the_upper_grades(tmp_path: Path) -> None:
    study = made(tmp_path, 4, 1, [*TWO, ("t", 2.5, 0.5)], [0, 0, 1, 1], **TWO_GRADES)
    study.bundle.tables["schools"]["last_grade"] = ["2", "2", "1"]
    assert study.hosts("primary").tolist() == [[True, True], [True, True], [True, False]]
    found = plan_zonings(study, change((["u02"], ["t"], 2025)), None, "p.csv")
    assert found.after["primary"].share[2].tolist() == [0.0, 0.5, 0.5]
    assert "do not have them; there the former schools stay: u02" in told(found.problems, "GIS139")
    study.bundle.tables["zones"].loc[2, "school"] = "t"
    assert "no school of the zone of 1 unit(s) has them" in told(judged(study), "GIS138")


def test_two_zonings_side_by_side(tmp_path: Path) -> None:
    study = made(tmp_path, 4, 1, TWO, [0, 0, 0, 1])
    after = plan_zonings(study, change((["u02"], ["b"], 2025)), None, "p.csv").after["primary"]
    pair = Pair(study, base_zonings(study)["primary"], after)
    (row,) = change_table(pair).to_dict("records")
    assert (row["unit"], row["school_before"], row["school_after"]) == ("u02", "a", "b")
    assert (row["children"], row["moved_children"], row["moved_entrants"]) == (10.0, 10.0, 10.0)
    # Points are spread over a unit, so that ways are means and not those of its middle.
    assert row["km_before"] == pytest.approx(3.0, rel=0.05)
    assert row["km_change"] == pytest.approx(-1.5, rel=0.05)
    values = summary_table(pair).set_index("measure")
    assert values.loc["units_changed", "after"] == 1
    assert values.loc["children_moved_share", "after"] == pytest.approx(0.25)
    assert values.loc["nearest_share", ["before", "after"]].tolist() == [0.75, 1.0]
    assert values.loc["moved_farther", "after"] == 0.0
    zones = zone_table(study, after, "after").set_index("school")
    assert zones.loc["b", ["units", "children", "parts", "holes"]].tolist() == [2, 20.0, 1, 0]
    assert zones["compactness"].tolist() == pytest.approx([4 * np.pi * 2 / 36] * 2, rel=1e-3)
    assert zones["school_inside"].all()
    layer = change_layer(pair)
    assert layer.geometry.area.tolist() == pytest.approx([1e6])
    assert layer.crs == study.units.way.target


@given(order=st.permutations(range(4)))
def test_the_order_of_rows_never_matters(order: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    study = made(tmp_path_factory.mktemp("county"), 4, 1, TWO, [0, 1, 0, 1])
    one = judged(study)
    table = study.bundle.tables["zones"]
    study.bundle.tables["zones"] = table.iloc[order].reset_index(drop=True)
    assert judged(study) == one


def school_of(zoning: Zoning | None) -> list[str]:
    assert zoning is not None
    return ["+".join(zoning.names(row)) for row in range(len(zoning.units))]


def seats(study: ZoningStudy, rooms: list[int]) -> ZoningStudy:
    study.bundle.tables["sites"] = pd.DataFrame({"school": study.points.ids, "rooms": rooms})
    return study


def test_drafts_by_nearest_seats_and_voronoi(tmp_path: Path) -> None:
    study = seats(made(tmp_path, 5, 1, [("a", 0.5, 0.5), ("b", 4.2, 0.5)], [0] * 5), [1, 1])
    assert school_of(proposed(study, "primary", "nearest")[0]) == ["a", "a", "b", "b", "b"]
    assert school_of(proposed(study, "primary", "voronoi")[0]) == ["a", "a", "a", "b", "b"]
    assert stage_seats(study, "primary").tolist() == [45.0, 45.0]
    found, problems = proposed(study, "primary", "seats")
    assert (school_of(found), problems) == (["a", "a", "b", "b", "b"], [])
    full, problems = proposed(seats(study, [1, 0]), "primary", "seats")
    assert school_of(full) == ["a"] * 5
    assert "5 children lack a seat (at the least 5); schools that are full: a" in told(problems, "GIS134")
    assert found is not None
    table = proposal_table([found], 2024)
    assert list(table.columns) == ["stage", "unit", "year", "school"]
    assert table.iloc[0].tolist() == ["primary", "u00", 2024, "a"]


def test_a_draft_offers_public_schools_with_all_grades_and_keeps_teaching_points(tmp_path: Path) -> None:
    schools = [("a", 0.5, 0.5), ("b", 1.5, 0.5), ("t", 2.5, 0.5), ("w", 3.5, 0.5)]
    study = made(tmp_path, 5, 1, schools, [0, 0, 2, 0, 0], **TWO_GRADES)
    study.bundle.tables["schools"] = study.bundle.tables["schools"].assign(
        last_grade=["2", "2", "1", "2"], ownership=["public", "public", "public", "private"]
    )
    assert study.offered("primary").tolist() == [True, True, False, False]
    assert school_of(proposed(study, "primary", "nearest")[0]) == ["a", "b", "b+t", "b", "b"]


def test_a_draft_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    study = made(tmp_path, 4, 1, TWO, [0, 0, 1, 1])
    del study.bundle.tables["children"]
    found, problems = proposed(study, "primary", "seats")
    assert found is None
    assert "no zoning by seats can be proposed" in told(problems, "GIS133")
    study.bundle.tables["schools"]["ownership"] = "private"
    found, problems = proposed(study, "primary", "nearest")
    assert found is None
    assert "no public school" in told(problems, "GIS132")


def test_voronoi_on_roads_follows_the_roads(tmp_path: Path) -> None:
    """A river parts the county between u01 and u02; the only way to b leads over the north."""
    study = made(
        tmp_path, 4, 2, [("a", 0.5, 0.5), ("b", 2.5, 0.5)], [0] * 8, **with_roads(tmp_path, road(3.6, "local"))
    )
    names = [study.points.ids[at] for at in voronoi(study, study.offered("primary")).tolist()]
    assert names[:4] == ["a", "a", "b", "b"]
    # In the north the road along 3.6 km is the only link to the south: everybody there is nearer to b.
    assert names[4:] == ["b", "b", "b", "b"]


def test_schools_of_one_unit_share_its_cell(tmp_path: Path) -> None:
    study = made(tmp_path, 4, 1, [("a", 0.2, 0.5), ("b", 0.8, 0.5), ("c", 3.5, 0.5)], [0] * 4)
    names = school_of(proposed(study, "primary", "voronoi")[0])
    assert names[1:] == ["b", "c", "c"]
    assert names[0] in ("a", "b")


def test_children_count_only_where_somebody_counted_them(tmp_path: Path) -> None:
    study = made(tmp_path, 4, 1, TWO, [0, 0, 1, 1])
    found: FloatArray | None = study.children("primary")
    assert found is not None
    assert found.tolist() == [10.0] * 4
    assert study.children("primary", entry=True) is not None
    assert shapely.union_all(study.shapes).area == pytest.approx(4e6)
    del study.bundle.tables["children"]
    assert study.children("primary") is None
