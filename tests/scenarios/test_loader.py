"""Reading a scenario: the tiny study is clean, all problems come at once, and no input makes the reader fail."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.loader import check, load
from scenarios.problems import ScenarioError, render
from scenarios.yaml_source import read_yaml

BASE = Path(__file__).resolve().parents[1] / "broken" / "_base"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A copy of the tiny study; its scenario file."""
    folder = tmp_path / "county"
    shutil.copytree(BASE, folder)
    return folder / "approval.yaml"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_tiny_study_is_clean() -> None:
    assert [render(problem, "en") for problem in check(BASE / "approval.yaml")] == []


def test_the_bundle_holds_everything_in_the_order_of_the_scenario_file() -> None:
    bundle = load(BASE / "approval.yaml")
    assert list(bundle.futures) == ["baseline", "high"]
    assert list(bundle.plans) == ["do-nothing", "build"]
    assert bundle.reference.id == "baseline"
    assert bundle.pack.id == "cn-2017-quality-balance"
    assert list(bundle.tables) == [
        "units", "schools", "sites", "zones", "children", "births", "enrolment", "attendance", "estates",
    ]  # fmt: skip
    assert bundle.warnings == ()
    assert bundle.root == bundle.study_root == BASE
    assert bundle.layer_path("units") == BASE / "data" / "units.geojson"
    assert bundle.layer_path("schools") is None
    assert bundle.table_path("zones") == "data/zones.csv"


def test_the_files_of_the_manifest_are_all_that_was_read() -> None:
    files = {file.relative_to(BASE).as_posix() for file in load(BASE / "approval.yaml").files if BASE in file.parents}
    there = {file.relative_to(BASE).as_posix() for file in BASE.rglob("*") if file.is_file()}
    assert files == there


def test_a_slip_in_the_study_file_makes_no_false_mistakes_in_the_tables(study: Path) -> None:
    table = study.parent / "data" / "enrolment.csv"
    rows = pd.read_csv(table, dtype=str)
    rows["grade"] = rows["grade"].map(lambda grade: "一二三四五六七八九"[int(grade) - 1] + "年级")
    wide = rows.pivot_table(index=["school", "year"], columns="grade", values="pupils", aggfunc="first").reset_index()
    wide.to_csv(table, index=False)
    assert [problem.code for problem in check(study) if problem.severity == "error"] == []
    change(study.parent / "study.yaml", "crs: EPSG:4545", "crs: 火星")
    assert [problem.code for problem in check(study) if problem.severity == "error"] == ["SCN109"]
    change(study.parent / "study.yaml", "entry: previous_grade", "entry: nobody")
    assert "SCN213" in [problem.code for problem in check(study)]  # nobody knows the grades then


def test_numbers_of_the_bundle() -> None:
    tables = load(BASE / "approval.yaml").tables
    assert tables["enrolment"].groupby("school")["pupils"].count().to_dict() == {"a": 24, "b": 12}
    assert tables["children"]["children"].dtype == np.int64
    assert tables["units"]["attraction"].tolist() == [1.0, 1.0, 0.0]


def test_the_order_of_rows_is_irrelevant(study: Path) -> None:
    for file in (study.parent / "data").glob("*.csv"):
        head, *rows = file.read_text(encoding="utf-8").splitlines()
        random.Random(1).shuffle(rows)
        file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    shuffled, plain = load(study).tables, load(BASE / "approval.yaml").tables
    for name, frame in plain.items():
        pd.testing.assert_frame_equal(shuffled[name], frame)


def test_problems_of_all_files_come_at_once(study: Path) -> None:
    folder = study.parent
    change(study, "draws: 20", "draws: 0")
    change(folder / "study.yaml", "detour: 1.5", "detuor: 1.5")
    change(folder / "futures" / "high.yaml", "2030: 0.55}", "2030: 55}")
    change(folder / "plans" / "build.yaml", "school: b\n", "school: bb\n")
    change(folder / "data" / "zones.csv", "primary,u3,a,1", "primary,u9,a,1")
    change(folder / "data" / "sites.csv", "a-1,a,12", "a-1,a,-12")
    change(folder / "data" / "enrolment.csv", "a,1,2020,", "a,1,2020,x")
    with pytest.raises(ScenarioError) as fault:
        load(study)
    assert [(problem.code, problem.place) for problem in fault.value.problems] == [
        ("SCN104", "approval.yaml:6:8"),
        ("SCN207", "data/enrolment.csv:2:pupils"),
        ("SCN216", "data/sites.csv:2:rooms"),
        ("SCN322", "data/zones.csv:4:unit"),
        ("SCN114", "futures/high.yaml:5:33"),
        ("SCN501", "plans/build.yaml:20:13"),
        ("SCN101", "study.yaml:17:10"),
    ]


def test_warnings_do_not_stop_a_run_and_are_kept(study: Path) -> None:
    change(study.parent / "plans" / "build.yaml", "2025: 3000}", "2025: 0}")
    assert [problem.code for problem in load(study).warnings] == ["SCN518"]


def test_a_study_may_lie_in_a_shared_folder(study: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine" / "scenarios"
    mine.mkdir(parents=True)
    shutil.move(study, mine / "approval.yaml")
    shutil.move(study.parent / "plans", mine / "plans")
    change(mine / "approval.yaml", "study: study.yaml", "study: ../../county/study.yaml")
    change(mine / "approval.yaml", "futures/baseline.yaml", str(study.parent / "futures" / "baseline.yaml"))
    change(mine / "approval.yaml", "futures/high.yaml", "../../county/futures/high.yaml")
    bundle = load(mine / "approval.yaml")
    assert (bundle.root, bundle.study_root) == (mine, study.parent)
    assert bundle.layer_path("units") == study.parent / "data" / "units.geojson"
    change(study.parent / "data" / "zones.csv", "primary,u3,a,1", "primary,u9,a,1")
    assert "../../county/data/zones.csv:4:unit" in [problem.place for problem in check(mine / "approval.yaml")]


def test_a_relative_path_of_the_scenario_file_is_enough(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(study.parent)
    assert load(Path("approval.yaml")).root == study.parent


def test_without_children_births_do(study: Path) -> None:
    folder = study.parent
    change(folder / "study.yaml", "  children: data/children.csv\n", "")
    change(folder / "study.yaml", "  attendance: data/attendance.csv\n", "")
    change(folder / "study.yaml", "children_as_of: 2023-08-31\n", "")
    with (folder / "data" / "births.csv").open("a", encoding="utf-8") as births:
        births.writelines(f"{unit},{year},20\n" for unit in ("u1", "u2", "u3") for year in (2016, 2017))
    bundle = load(study)
    assert "children" not in bundle.tables
    assert "attendance" not in bundle.tables


def test_a_pack_of_ones_own_replaces_the_shipped_one(study: Path) -> None:
    shipped = Path(__file__).resolve().parents[2] / "scenarios" / "packs" / "cn-2017-quality-balance.yaml"
    own = study.parent / "own.yaml"
    own.write_text(shipped.read_text(encoding="utf-8").replace("id: cn-2017-quality-balance", "id: own"), "utf-8")
    change(study.parent / "study.yaml", "standards: cn-2017-quality-balance", "standards: own.yaml")
    bundle = load(study)
    assert bundle.pack.id == "own"
    assert own in bundle.files


def test_census_ages_are_allowed_in_the_base_year(study: Path) -> None:
    change(study.parent / "study.yaml", "2023-08-31", "2023-11-01")
    assert check(study) == []


def test_migrant_children_may_be_absent_at_some_ages(study: Path) -> None:
    change(study.parent / "data" / "children.csv", "u1,migrant,4,3\n", "")
    assert check(study) == []


def test_a_private_school_needs_neither_zone_nor_site(study: Path) -> None:
    folder = study.parent / "data"
    with (folder / "schools.csv").open("a", encoding="utf-8") as schools:
        schools.write("p,私立学校,Private P,1,6,u1,107.577,26.457,zone,private,2015,\n")
    with (folder / "enrolment.csv").open("a", encoding="utf-8") as enrolment:
        enrolment.writelines(f"p,{grade},{year},20,1,0\n" for year in range(2020, 2024) for grade in range(1, 7))
    assert check(study) == []


WRONG_VALUES = ["null", "[]", "{}", "-1", "1.5", "true", "'x'", "2023-08-31", "[1, 2]", "{a: 1}", "''", "9" * 300,
                "1e400", ".nan", "“", "a：b", "[[[", "!!x y", "&a b", "*a", "@", "\t"]  # fmt: skip
WRONG_CELLS = ["", "-1", "x", "1.5", "1e9", "nan", "１２", "u1", "0", '"', "2023", "9" * 30, "*", ";", "合计"]


def spoil_yaml(file: Path, pick: Callable[[int], int]) -> None:
    """Put a wrong value where one stands."""
    source, _ = read_yaml(file, file.name)
    assert source is not None
    places = sorted(position for path, position in source.values.items() if path)
    line, column = places[pick(len(places))]
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    rest = lines[line - 1][column - 1 :]
    end = next((index for index, sign in enumerate(rest) if sign in ",}]\n"), len(rest))
    lines[line - 1] = lines[line - 1][: column - 1] + WRONG_VALUES[pick(len(WRONG_VALUES))] + rest[end:]
    file.write_text("".join(lines), encoding="utf-8")


def spoil_table(file: Path, pick: Callable[[int], int]) -> None:
    """Put a wrong cell where one stands."""
    rows = [line.split(",") for line in file.read_text(encoding="utf-8").splitlines()]
    row = rows[pick(len(rows))]
    row[pick(len(row))] = WRONG_CELLS[pick(len(WRONG_CELLS))]
    file.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")


@pytest.mark.parametrize("seed", range(30))
def test_no_spoilt_file_makes_the_check_fail(study: Path, seed: int) -> None:
    chance = random.Random(seed)
    files = sorted(file for file in study.parent.rglob("*") if file.suffix in (".yaml", ".csv"))
    for file in chance.sample(files, 2):
        (spoil_yaml if file.suffix == ".yaml" else spoil_table)(file, chance.randrange)
    for problem in check(study):
        assert render(problem, "zh")
        assert render(problem, "en")
