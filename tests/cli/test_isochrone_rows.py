"""The tiny study beside one straight road: isochrones of its run, where they are known; its maps by command."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import shapely

import schoolplan
from reports.run_folder import RunFolder
from schoolplan.isochrone_rows import isochrone_document, open_sets
from schoolplan.prepare import prepare
from tests.typed import typed as cli

pytestmark = pytest.mark.usefixtures("no_pictures")

TINY = Path(__file__).parents[1] / "tiny"
PLAIN = "travel: {detour: 1.5, walk_km_per_h: 3.6}"
ROADS = "network: {path: data/roads.geojson, crs: 'EPSG:4490', class_field: class}"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    folder = tmp_path_factory.mktemp("roads")
    shutil.copytree(TINY, folder / "study")
    road = {"type": "Feature", "properties": {"class": "village"},
            "geometry": {"type": "LineString", "coordinates": [[107.56, 26.455], [107.61, 26.455]]}}  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": [road]})
    (folder / "study" / "data" / "roads.geojson").write_text(text, encoding="utf-8")
    study = folder / "study" / "study.yaml"
    plain = study.read_text(encoding="utf-8")
    assert PLAIN in plain
    study.write_text(plain.replace(PLAIN, f"{PLAIN[:-1]}, {ROADS}}}"), encoding="utf-8")
    return schoolplan.run(folder / "study" / "approval.yaml", folder / "run", draws=2, workers=1, drivers=False)


def test_sets_of_schools_that_are_open_together() -> None:
    rows = [("f", plan, year, school, stage, "roll", roll)
            for plan in ("p", "q") for year in (2025, 2026) for school, stage, roll in
            (("a", "primary", 5.0), ("b", "primary", 3.0 if (plan, year) == ("q", 2026) else 0.0), ("c", "junior", 9.0))
            ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["future", "plan", "year", "entity", "stage", "indicator", "p50"])
    assert open_sets(table, ("primary", "junior"), (2025, 2026)) == {
        ("junior", ("c",)): ["f/p/2025", "f/p/2026", "f/q/2025", "f/q/2026"],
        ("primary", ("a",)): ["f/p/2025", "f/p/2026", "f/q/2025"],
        ("primary", ("a", "b")): ["f/q/2026"],
    }
    assert open_sets(table, ("junior",), (2026,)) == {("junior", ("c",)): ["f/p/2026", "f/q/2026"]}


def test_along_the_road_ten_minutes_are_six_hundred_metres(run: RunFolder) -> None:
    areas = run.isochrones()
    assert areas is not None
    now = areas[[f"steady/do-nothing/{run.study.window[0]}" in when.split() for when in areas["when"]]]
    primary = now[now["stage"] == "primary"].set_index("minutes").geometry
    assert list(primary.index) == [10.0, 15.0, 30.0]
    school = run.tables.school_list.set_index("school").loc["a"]
    at = shapely.Point(school["x"], school["y"])
    for minutes, shape in primary.items():
        assert shape.is_valid
        assert shape.covers(at)
        if minutes < 30:  # 30 minutes reach beyond the units, and so beyond the grid
            assert shape.bounds[2] - at.x == pytest.approx(60 * minutes, abs=60)
            assert shape.bounds[3] - at.y == pytest.approx(40 * minutes, abs=60)
    assert primary[15.0].buffer(1).covers(primary[10.0])


def test_every_case_and_year_with_pupils_has_its_areas(run: RunFolder) -> None:
    areas = run.isochrones()
    assert areas is not None
    told = [(stage, when) for stage, whens in zip(areas["stage"], areas["when"], strict=True) for when in whens.split()]
    years = sorted(run.tables.access_units["year"].unique())
    wanted = {(stage, f"{future}/{plan}/{year}") for future, plan in run.cases for year in years[1:]
              for stage in ("primary", "junior")}  # fmt: skip
    assert set(told) >= wanted
    assert all(told.count(one) == 3 for one in told)


def test_a_study_without_roads_has_none(run: RunFolder) -> None:
    assert isochrone_document(prepare(TINY / "approval.yaml"), run.tables.schools, (2025,)) is None


def test_maps_are_written_and_named(run: RunFolder) -> None:
    done = cli("report", run.path, "--format", "maps", "--paper", "a3", "--lang", "zh")
    assert done.returncode == 0, done.stderr
    papers = run.path / "papers" / "zh"
    files = sorted(path.name for path in (papers / "maps").iterdir())
    assert {"isochrones-primary.png", "isochrones-junior.png"} <= {name[3:] for name in files}
    assert not any("not-drawn" in name for name in files)
    assert done.stdout.count(".png") == len(files)
    book = (papers / "maps.pdf").read_bytes()
    assert book.startswith(b"%PDF")
    assert b"1190.55" in book


def test_another_paper_is_wrong_use(run: RunFolder) -> None:
    done = cli("report", run.path, "--format", "maps", "--paper", "A5", "--lang", "zh")
    assert done.returncode == 2
    assert "A4, A3" in done.stderr


def test_a_place_that_cannot_be_written_to_is_told_at_once(run: RunFolder, tmp_path: Path) -> None:
    (tmp_path / "maps").write_text("mine", encoding="utf-8")
    done = cli("report", run.path, "--format", "maps", "--out", tmp_path, "--lang", "zh")
    assert done.returncode == 2, done.stderr
    assert "RUN013" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["maps"]
