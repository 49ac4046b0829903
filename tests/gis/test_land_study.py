"""Parcels of a study: what stands against them, what they carry, and every mistake told in both languages."""

import json
from pathlib import Path

import numpy as np
import pytest

from gis.land_study import land_problems, read_land
from scenarios.loader import load_study
from scenarios.problems import Problem, render
from tests.gis.parcels import METRES, SOUTH, WEST, box, county, line, point, write

FREE = "p1,u1,15000,reserved,primary,state,0,,,,,\n"


def told(file: Path) -> list[Problem]:
    return [problem for problem in land_problems(load_study(file)) if problem.severity != "note"]


def words(problems: list[Problem], code: str) -> tuple[str, str]:
    found = [problem for problem in problems if problem.code == code]
    assert found, [problem.code for problem in problems]
    return render(found[0], "zh"), render(found[0], "en")


def test_a_parcel_that_nothing_stands_against(tmp_path: Path) -> None:
    file = county(tmp_path, FREE, {"p1": box(0, 0, 150, 100)}, {"petrol": [point(300, 50)]})
    land, problems = read_land(load_study(file))
    assert land is not None
    assert problems == []
    row = land.result.iloc[0]
    assert row[["outline", "breaks", "fit", "norm"]].tolist() == ["drawn", "", "free", "land.primary.urban"]
    assert row["petrol_m"] == pytest.approx(150.0)
    # 15 000 m2 is more than the 8 000 m2 that the largest listed size, 24 classes, asks for.
    assert (row["classes_max"], row["pupils_max"], row["more"]) == (24, 1080, True)
    assert {each.code for each in land.unchecked} >= {"farmland", "hazard", "gas"}


def test_farmland_hazards_lines_and_stations(tmp_path: Path) -> None:
    """150 x 100 m: a strip of 30 m is farmland, a 220 kV line runs 5 m off the edge, a road 20 m off the other."""
    constraints = {
        "farmland": [box(-50, -50, 80, 300)],
        "power_220": [line((155, -500), (155, 500))],
        "main_road": [line((-500, 120), (500, 120))],
    }
    file = county(tmp_path, FREE, {"p1": box(0, 0, 150, 100)}, constraints)
    land, _ = read_land(load_study(file))
    assert land is not None
    row = land.result.iloc[0]
    assert row["breaks"] == "farmland; power_220; main_road"
    assert row["farmland_lost"] == pytest.approx(0.2, abs=1e-3)
    assert (row["power_220_m"], row["main_road_m"]) == (pytest.approx(5.0), pytest.approx(20.0))
    assert row["power_220_lost"] == pytest.approx(10 / 150, abs=1e-3)
    # The road can be lived with behind a wall: its strip is not taken from the usable area.
    assert row["usable_m2"] == pytest.approx(15_000 * 110 / 150, abs=15)
    assert row["fit"] == "reduced"


def test_a_centre_stands_for_a_circle_of_equal_area(tmp_path: Path) -> None:
    rows = "p1,u1,10000,planned,primary,,0,,,,107.575,26.455\n"
    land, problems = read_land(load_study(county(tmp_path, rows)))
    assert land is not None
    assert float(land.parcels.shapes[0].area) == pytest.approx(10_000.0)
    assert [problem.code for problem in problems] == ["GIS162"]
    zh, en = words(problems, "GIS162")
    assert "等面积圆" in zh
    assert "p1" in en


def test_an_area_that_is_not_given_is_measured_and_told(tmp_path: Path) -> None:
    file = county(tmp_path, FREE.replace("15000", ""), {"p1": box(0, 0, 150, 100)})
    land, problems = read_land(load_study(file))
    assert land is not None
    assert land.result["area_m2"].tolist() == pytest.approx([15_000.0])
    assert "按图形量算" in words(problems, "GIS154")[0]


def test_a_parcel_without_area_and_without_place(tmp_path: Path) -> None:
    rows = "p1,u1,,reserved,primary,,0,,,,,\np2,u1,9000,reserved,primary,,0,,,,,\n"
    problems = told(county(tmp_path, rows))
    assert [problem.code for problem in problems] == ["GIS153", "GIS163"]
    assert problems[0].place == "data/parcels.csv:2:area_m2"
    zh, en = words(problems, "GIS153")
    assert "没有面积" in zh
    assert "neither an area nor a drawn outline" in en
    assert "无法核对约束" in words(problems, "GIS163")[0]
    assert "no constraint can be checked" in words(problems, "GIS163")[1]


@pytest.mark.parametrize(
    ("area", "drawn", "zh", "en"),
    [
        ("22.5", "15000", "亩", "mu written as m2"),
        ("1.5", "15000", "公顷", "hectares"),
        ("12000", "15000", "相差 20%", "20 % apart"),
        ("10000000", "15000", "又乘了666.67", "multiplied by 666.67"),
    ],
)
def test_an_area_that_contradicts_the_outline(tmp_path: Path, area: str, drawn: str, zh: str, en: str) -> None:
    file = county(tmp_path, FREE.replace("15000", area), {"p1": box(0, 0, 150, 100)})
    problems = told(file)
    assert [problem.code for problem in problems] == ["GIS155"]
    assert zh in words(problems, "GIS155")[0]
    assert en in words(problems, "GIS155")[1]
    assert drawn in words(problems, "GIS155")[1]


def test_five_per_cent_are_not_a_contradiction(tmp_path: Path) -> None:
    file = county(tmp_path, FREE.replace("15000", "14400"), {"p1": box(0, 0, 150, 100)})
    assert told(file) == []


def test_parcels_outside_across_the_border_and_in_another_unit(tmp_path: Path) -> None:
    rows = "".join(f"p{n},u1,10000,reserved,primary,,0,,,,,\n" for n in (1, 2, 3))
    outlines = {"p1": box(-9000, 0, 100, 100), "p2": box(0, -150, 100, 100), "p3": box(1200, 0, 100, 100)}
    problems = told(county(tmp_path, rows, outlines))
    assert [problem.code for problem in problems] == ["GIS156", "GIS157", "GIS158"]
    assert "在本县各单元之外" in words(problems, "GIS156")[0]
    assert "outside every unit" in words(problems, "GIS156")[1]
    assert "%" in words(problems, "GIS157")[0]
    assert "lies outside every unit" in words(problems, "GIS157")[1]
    assert "图上主要在“u2”" in words(problems, "GIS158")[0]
    assert "mostly in 'u2'" in words(problems, "GIS158")[1]


def test_parcels_that_overlap_and_parcels_that_overlap_in_a_sliver(tmp_path: Path) -> None:
    rows = "".join(f"p{n},u1,10000,reserved,primary,,0,,,,,\n" for n in (1, 2, 3))
    outlines = {"p1": box(0, 0, 100, 100), "p2": box(80, 0, 100, 100), "p3": box(0, 99, 100, 100)}
    problems = told(county(tmp_path, rows, outlines))
    assert [problem.code for problem in problems] == ["GIS159", "GIS160", "GIS160"]
    zh, en = words(problems, "GIS159")
    assert "重叠 2000 平方米（较小地块的 20.0%）" in zh
    assert "overlap by 2000 m2" in en
    zh, en = words(problems, "GIS160")
    assert "细缝" in zh
    assert "slivers" in en


def test_outlines_that_no_row_names(tmp_path: Path) -> None:
    file = county(tmp_path, FREE, {"p1": box(0, 0, 150, 100), "p11": box(200, 0, 50, 50)})
    problems = told(file)
    assert [problem.code for problem in problems] == ["GIS161"]
    assert "在表里补一行" in words(problems, "GIS161")[0]
    assert "did you mean" in words(problems, "GIS161")[1].lower()


def test_the_same_id_twice_in_table_and_layer(tmp_path: Path) -> None:
    from schoolplan.prepare import check

    twice = county(tmp_path / "a", FREE + FREE, {"p1": box(0, 0, 150, 100)})
    assert "SCN225" in {problem.code for problem in check(twice)}
    file = county(tmp_path / "b", FREE, {"p1": box(0, 0, 150, 100)})
    write(tmp_path / "b/data/parcels.geojson", 2 * [({"parcel": "p1"}, box(0, 0, 150, 100))])
    assert "GIS016" in {problem.code for problem in land_problems(load_study(file))}


def test_a_constraint_layer_far_away_is_an_error_that_says_why(tmp_path: Path) -> None:
    """Eastings of the next 3-degree zone: 300 km off, where it would find every parcel free."""
    file = county(tmp_path, FREE, {"p1": box(0, 0, 150, 100)}, {"farmland": [box(300_000, 0, 500, 500)]})
    problems = told(file)
    assert [problem.code for problem in problems] == ["GIS164"]
    assert problems[0].place == "study.yaml:layers.constraints.farmland.crs"
    assert "对任何地块都不起作用" in words(problems, "GIS164")[0]
    assert "where no parcel is" in words(problems, "GIS164")[1]


def test_degrees_taken_for_metres(tmp_path: Path) -> None:
    file = county(tmp_path, FREE, {"p1": box(0, 0, 150, 100)}, {"farmland": [box(0, 0, 1, 1)]})
    body = {"type": "Polygon", "coordinates": [[[107.57, 26.45], [107.58, 26.45], [107.58, 26.46], [107.57, 26.45]]]}
    write(tmp_path / "data/farmland.geojson", [({}, (body["type"], body["coordinates"]))], None)
    problems = told(file)
    assert [problem.code for problem in problems] == ["GIS038"]
    assert METRES in words(problems, "GIS038")[1]


def test_layers_that_the_pack_does_not_know_and_values_that_choose_nothing(tmp_path: Path) -> None:
    file = county(
        tmp_path, FREE, {"p1": box(0, 0, 150, 100)}, {"farmlnd": [box(0, 0, 9, 9)], "power_220": [point(0, 0)]}
    )
    text = file.read_text(encoding="utf-8")
    text = text.replace("power_220.geojson,", 'power_220.geojson, field: 电压, values: ["220kV"],')
    file.write_text(text, encoding="utf-8")
    write(tmp_path / "data/power_220.geojson", [({"电压": "110kV"}, line((0, 0), (9, 9)))])
    problems = told(file)
    assert [problem.code for problem in problems] == ["GIS152", "GIS165"]
    assert "farmland" in words(problems, "GIS152")[1]
    assert "没有名为“farmlnd”" in words(problems, "GIS152")[0]
    assert "选不出要素" in words(problems, "GIS165")[0]
    assert "no feature of the constraint layer 'power_220' has 电压 in 220kV" in words(problems, "GIS165")[1]


def test_a_field_chooses_the_lines_of_one_voltage(tmp_path: Path) -> None:
    file = county(tmp_path, FREE, {"p1": box(0, 0, 150, 100)}, {"power_220": [point(0, 0)]})
    text = file.read_text(encoding="utf-8")
    text = text.replace("power_220.geojson,", 'power_220.geojson, field: kv, values: ["220"],')
    file.write_text(text, encoding="utf-8")
    near, far = line((152, -50), (152, 150)), line((190, -50), (190, 150))
    write(tmp_path / "data/power_220.geojson", [({"kv": 110}, near), ({"kv": 220}, far)])
    land, problems = read_land(load_study(file))
    assert problems == []
    assert land is not None
    assert land.result["power_220_m"].tolist() == pytest.approx([40.0])


def test_without_site_areas_nothing_is_made_up(tmp_path: Path) -> None:
    file = county(tmp_path, FREE.replace("primary", "nine_year"), {"p1": box(0, 0, 150, 100)})
    land, problems = read_land(load_study(file))
    assert land is not None
    assert np.isnan(land.result["pupils_max"].iloc[0])
    zh, en = words(problems, "GIS171")
    assert "没有这些地块的用地指标" in zh
    assert "no site areas for p1" in en


def test_a_locked_parcel_says_by_whom_and_why(tmp_path: Path) -> None:
    rows = FREE.replace("state,0,,,", "state,1,land bureau,,")
    problems = told(county(tmp_path, rows, {"p1": box(0, 0, 150, 100)}))
    assert [problem.code for problem in problems] == ["GIS169", "GIS170"]
    assert "没有写锁定日期、锁定依据" in words(problems, "GIS170")[0]
    assert "does not say on which day, why" in words(problems, "GIS170")[1]
    assert "还没有登记" in words(problems, "GIS169")[0]
    assert "--record" in words(problems, "GIS169")[1]


def test_constraints_without_parcels(tmp_path: Path) -> None:
    file = county(tmp_path, FREE, None, {"petrol": [point(0, 0)]})
    text = file.read_text(encoding="utf-8").replace("  parcels: data/parcels.csv\n", "")
    file.write_text(text, encoding="utf-8")
    problems = told(file)
    assert [problem.code for problem in problems] == ["GIS175"]
    assert "没有地块表" in words(problems, "GIS175")[0]
    assert "no table of parcels" in words(problems, "GIS175")[1]


def test_check_tells_of_land_too(tmp_path: Path) -> None:
    from schoolplan.prepare import check

    rows = FREE.replace("15000", "30000")
    file = county(tmp_path, rows, {"p1": box(0, 0, 150, 100)})
    assert "GIS155" in {problem.code for problem in check(file)}
    assert "GIS155" in {problem.code for problem in check(tmp_path / "approval.yaml")}
    body = json.loads((tmp_path / "data/parcels.geojson").read_text(encoding="utf-8"))
    assert body["features"][0]["geometry"]["coordinates"][0][0] == [WEST, SOUTH]
