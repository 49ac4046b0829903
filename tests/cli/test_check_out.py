"""`check --out DIR`: every problem as a table and, where it has a shape, as a layer; nothing is written elsewhere."""

import csv
import shutil
from pathlib import Path

import pyogrio
import pytest

from scenarios.problems import error
from schoolplan.problem_files import COLUMNS, Spot, harmless, spot, write_problems
from tests.cli.test_commands import BASE, cli

CASES = Path(__file__).parents[1] / "broken"


def study(folder: Path, *cases: str) -> Path:
    """The base study with the files of broken cases laid over it; returns the scenario file."""
    shutil.copytree(BASE, folder)
    for case in cases:
        shutil.copytree(CASES / case, folder, dirs_exist_ok=True)
    return folder / "approval.yaml"


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("place", "parts"), [
    ("book.xlsx[学校 (2)]!E17", Spot("book.xlsx", "学校 (2)", "17", "E")),
    ("book.xlsx[学校]", Spot("book.xlsx", "学校")),
    ("data/schools.csv:17:unit", Spot("data/schools.csv", "", "17", "unit")),
    ("data/schools.csv:17:在校生数:合计", Spot("data/schools.csv", "", "17", "在校生数:合计")),
    ("study.yaml:3:12", Spot("study.yaml", "", "3", "12")),
    ("data/schools.csv:s1", Spot("data/schools.csv", "", "", "s1")),
    ("data/units.geojson:feature 12 (u013)", Spot("data/units.geojson", "", "12", "u013")),
    ("data/units.geojson:feature 12", Spot("data/units.geojson", "", "12")),
    ("data/units.geojson", Spot("data/units.geojson")),
    ("C:/county/units.csv:4:unit", Spot("C:/county/units.csv", "", "4", "unit")),
])  # fmt: skip
def test_a_place_is_taken_apart(place: str, parts: Spot) -> None:
    assert spot(place) == parts


def test_a_cell_is_never_a_formula() -> None:
    assert harmless("=1+2") == "'=1+2"
    assert harmless("@cmd") == "'@cmd"
    assert harmless("-12.5") == "-12.5"
    assert harmless("u1") == "u1"


def test_all_problems_are_written_with_their_shapes(tmp_path: Path) -> None:
    file = study(tmp_path / "county", "layer-thin-overlap", "unit-names-twice")
    before = tree(tmp_path)
    done = cli("check", file, "--out", tmp_path / "told", "--lang", "zh")
    assert done.returncode == 0, done.stderr
    assert "全部问题已写入" in done.stdout
    after = tree(tmp_path)
    assert {name for name in after if name not in before} == {"told/problems.csv", "told/problems.gpkg"}
    assert {name: after[name] for name in before} == before
    rows = table(tmp_path / "told" / "problems.csv")
    assert tuple(rows[0]) == COLUMNS
    assert [row["code"] for row in rows] == ["GIS062", "GIS024"]
    sliver = rows[1]
    assert (sliver["file"], sliver["severity"]) == ("data/units.geojson", "warning")
    assert "细缝" in sliver["message"]
    assert float(sliver["area_m2"]) > 1
    assert 107 < float(sliver["at"].split(",")[0]) < 108
    layers = {name for name, kind in pyogrio.list_layers(tmp_path / "told" / "problems.gpkg") if kind is not None}
    assert layers == {"problem_points", "problem_areas"}


def test_problems_of_tables_are_there_too_and_the_exit_code_stays(tmp_path: Path) -> None:
    file = study(tmp_path / "county", "cell-not-a-number")
    done = cli("check", file, "--out", tmp_path / "told", "--lang", "en")
    assert done.returncode == 3
    assert [path.name for path in (tmp_path / "told").iterdir()] == ["problems.csv"]
    rows = table(tmp_path / "told" / "problems.csv")
    told = cli("check", file, "--json", "--lang", "en")
    assert f'"found": "{rows[0]["found"]}"' in told.stdout
    assert rows[0]["row"].isdigit()
    assert rows[0]["column"]
    assert rows[0]["fix"]


def test_a_folder_that_holds_something_is_never_written_to(tmp_path: Path) -> None:
    file = study(tmp_path / "county")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    before = tree(tmp_path)
    done = cli("check", file, "--out", tmp_path / "full")
    assert done.returncode == 2
    assert "RUN005" in done.stderr
    assert tree(tmp_path) == before
    assert cli("check", file, "--out", tmp_path / "empty").returncode == 0
    assert (tmp_path / "empty" / "problems.csv").is_file()


def test_found_cells_stay_out_of_formulas(tmp_path: Path) -> None:
    write_problems([error("SCN207", "data/a.csv:3:rooms", "=HYPERLINK(1)")], tmp_path / "told", "en")
    assert table(tmp_path / "told" / "problems.csv")[0]["found"] == "'=HYPERLINK(1)"
