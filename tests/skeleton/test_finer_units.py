"""Units finer than counties: their people by area, by dwellings, by a raster."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

import schoolplan
from gis import raster as raster_room
from scenarios.problems import has_errors
from schoolplan.skeleton import Ask
from tests.skeleton import town
from tests.skeleton.made import ask, codes, made, refused, table


def finer(folder: Path, **more: object) -> Ask:
    return ask(folder, merge=("990123=990122",), units=town.villages(folder), units_crs="GCJ-02", **more)


def people_raster(folder: Path, rows: int = 120, empty: bool = False) -> Path:
    """People only in the southern half of the eastern column of each county."""
    grid = np.zeros((rows, 240), dtype="float32")
    if not empty:
        grid[60:, 60:120] = 3.0
        grid[60:, 180:] = 1.0
        grid[60:, :60] = 1.0
    path = folder / "pop.tif"
    profile = {"driver": "GTiff", "height": rows, "width": 240, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    transform = Affine(1 / 1200, 0, town.LON - 0.0045, 0, -1 / 1200, town.LAT + 0.1 + 0.0035)
    with rasterio.open(path, "w", **profile, transform=transform) as file:
        file.write(grid, 1)
    return path


def test_villages_share_the_people_by_area(tmp_path: Path) -> None:
    folder, skeleton = made(tmp_path, finer(tmp_path))
    assert not has_errors(schoolplan.check(folder / "study.yaml"))
    people = table(folder, "population").groupby("unit")["people"].sum()
    west, east = (part.residents for part in skeleton.parts)
    assert people[["v1", "v2", "v3", "v4"]].sum() == pytest.approx(west, rel=0.01)
    assert people.sum() == west + east == skeleton.census.whole.residents
    assert people["v5"] == pytest.approx(east / 4, rel=0.01)
    children = table(folder, "children")
    assert children["children"].sum() == sum(sum(part.by_band[:4]) for part in skeleton.parts)
    assert children["estimated_sd"].min() >= 0.4
    assert "CEN048" in codes(skeleton)
    assert table(folder, "units")["township"].tolist() == ["子县"] * 4 + ["丑区"] * 4


def test_villages_share_the_people_by_a_raster(tmp_path: Path) -> None:
    folder, skeleton = made(tmp_path, finer(tmp_path, raster=people_raster(tmp_path)))
    assert not has_errors(schoolplan.check(folder / "study.yaml"))
    people = table(folder, "population").groupby("unit")["people"].sum()
    west, _ = (part.residents for part in skeleton.parts)
    assert people.sum() == skeleton.census.whole.residents
    assert people["v3"] == pytest.approx(0.75 * west, rel=0.05)
    assert people["v2"] < 0.05 * west
    urban = dict(zip(table(folder, "units")["unit"], table(folder, "units")["urban"], strict=True))
    assert urban["v7"] == 1
    assert urban["v1"] == 0
    assert 0.2 <= table(folder, "children")["estimated_sd"].min() < 0.4


def test_villages_share_the_people_by_dwellings(tmp_path: Path) -> None:
    folder, skeleton = made(tmp_path, finer(tmp_path, dwellings=town.dwellings(tmp_path, "合计,750", ",")))
    assert not has_errors(schoolplan.check(folder / "study.yaml"))
    people = table(folder, "population").groupby("unit")["people"].sum()
    west, east = (part.residents for part in skeleton.parts)
    assert people.sum() == skeleton.census.whole.residents
    assert people["v3"] == pytest.approx(west * 300 / 450, rel=0.01)
    assert people["v7"] == pytest.approx(east * 100 / 250, rel=0.01)
    units = table(folder, "units")
    urban = dict(zip(units["unit"], units["urban"], strict=True))
    assert (urban["v3"], urban["v7"], urban["v1"]) == (0, 1, 0)  # 30 % of the west live in towns, v3 alone holds more
    assert 0.2 <= table(folder, "children")["estimated_sd"].min() < 0.4
    told = {problem.code: problem for problem in skeleton.problems}
    assert told["CEN048"].params["how"] == "@units_by_dwellings"
    assert (told["CEN056"].params["found"], told["CEN056"].params["count"]) == (("合计",), 1)
    assert "CEN058" not in told
    for file in ("README.md", "study.yaml"):
        assert "households.csv" in (folder / file).read_text(encoding="utf-8")


def test_dwellings_by_name_are_told(tmp_path: Path) -> None:
    names = "\n".join(["村居名称,总户数", *(f"村{i},{10 * i}" for i in range(1, 9))])
    (tmp_path / "by-name.csv").write_text(names, encoding="utf-8")
    _, skeleton = made(tmp_path, finer(tmp_path, dwellings=tmp_path / "by-name.csv"))
    assert next(problem.found for problem in skeleton.problems if problem.code == "CEN058") == "8"
    assert skeleton.units.weights[0].tolist() == pytest.approx([0.1, 0.2, 0.3, 0.4, 0, 0, 0, 0], abs=1e-4)


def test_a_unit_with_two_rows_of_dwellings(tmp_path: Path) -> None:
    (told,) = refused(tmp_path, finer(tmp_path, dwellings=town.dwellings(tmp_path, "v1,5")))
    assert (told.code, told.place.split("/")[-1]) == ("CEN057", "households.csv:10:村居代码")


@pytest.mark.parametrize("cell", ["", "-5", "约300", "待定", "inf"])
def test_a_number_of_dwellings_that_is_none(tmp_path: Path, cell: str) -> None:
    file = town.dwellings(tmp_path)
    file.write_text(file.read_text(encoding="gbk").replace("v3,300", f"v3,{cell}"), encoding="gbk")
    found = refused(tmp_path, finer(tmp_path, dwellings=file))
    assert [(problem.code, problem.place.split("/")[-1]) for problem in found] == [("CEN054", "households.csv:4:户数")]


def test_units_without_a_row_of_dwellings_are_named(tmp_path: Path) -> None:
    file = town.dwellings(tmp_path)
    file.write_text(file.read_text(encoding="gbk").replace("v3,300\n", ""), encoding="gbk")
    (told,) = refused(tmp_path, finer(tmp_path, dwellings=file))
    assert (told.code, told.params["found"]) == ("CEN055", ("v3",))


def test_tables_without_dwellings_or_with_nobody(tmp_path: Path) -> None:
    headless = town.dwellings(tmp_path, head="村,人")
    assert [one.code for one in refused(tmp_path, finer(tmp_path, dwellings=headless))] == ["CEN059"]
    nobody = tmp_path / "nobody.csv"
    nobody.write_text("\n".join(["unit,dwellings", *(f"v{i},0" for i in range(1, 9))]), encoding="utf-8")
    assert {one.code for one in refused(tmp_path, finer(tmp_path, dwellings=nobody))} == {"CEN044"}


def test_one_kind_of_weight(tmp_path: Path) -> None:
    weights = {"raster": people_raster(tmp_path), "dwellings": town.dwellings(tmp_path)}
    assert [one.code for one in refused(tmp_path, finer(tmp_path, **weights))] == ["CEN049"]
    folder, skeleton = made(tmp_path, ask(tmp_path, **weights))
    unused = [problem.found for problem in skeleton.problems if problem.code == "CEN047"]
    assert unused == ["pop.tif", "households.csv"]
    assert "households.csv" not in (folder / "study.yaml").read_text(encoding="utf-8")


def test_a_raster_that_is_too_small_or_empty(tmp_path: Path) -> None:
    _, skeleton = made(tmp_path, finer(tmp_path, raster=people_raster(tmp_path, rows=100)))
    assert {"CEN043"} <= codes(skeleton)
    (tmp_path / "b").mkdir()
    nobody = people_raster(tmp_path / "b", empty=True)
    assert {problem.code for problem in refused(tmp_path / "b", finer(tmp_path, raster=nobody))} == {"CEN044"}


def test_villages_without_people_outside_and_with_gaps(tmp_path: Path) -> None:
    away = ({"code": "far", "name": "远村"}, town.square(108.5, 26.4, 0.05, 0.05))
    sparse = town.villages(tmp_path, away, rows=1)
    wanted = replace(finer(tmp_path, raster=people_raster(tmp_path)), units=sparse)
    folder, skeleton = made(tmp_path, wanted)
    assert {"CEN032", "CEN046"} <= codes(skeleton)
    assert table(folder, "population")["people"].sum() == skeleton.census.whole.residents
    north = replace(
        finer(tmp_path, raster=people_raster(tmp_path)), units=town.villages(tmp_path, rows=10, height=0.01)
    )
    (tmp_path / "n").mkdir()
    _, skeleton = made(tmp_path / "n", north)
    assert "CEN045" in codes(skeleton)


def test_a_raster_without_finer_units_is_not_used_and_said(tmp_path: Path) -> None:
    folder, skeleton = made(tmp_path, ask(tmp_path, raster=people_raster(tmp_path)))
    assert "CEN047" in codes(skeleton)
    assert "pop.tif" not in (folder / "study.yaml").read_text(encoding="utf-8")


def test_a_missing_extra_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster_room, "find_spec", lambda name: None)
    found = refused(tmp_path, finer(tmp_path, raster=people_raster(tmp_path)))
    assert [problem.code for problem in found] == ["CEN040"]
