"""`zoning` from end to end: what is written, said and returned; the same bytes twice; the draft is its own input."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from typer.testing import CliRunner

import schoolplan
from reports.run_errors import RunError
from scenarios.problems import ScenarioError, render
from schoolplan import exits
from schoolplan.__main__ import main
from schoolplan.cli import app

TABLE = "stage,unit,year,school\nprimary,u2,2025,c\n"
FILES = {"zoning.csv", "changes.csv", "summary.csv", "problems.csv", "zoning.gpkg", "zoning.png", "zoning.html"}


@pytest.fixture
def county(tmp_path: Path, repository: Path) -> Path:
    """The base study with a second primary school, in u2, to which u3 goes; and not yet u2 itself."""
    shutil.copytree(repository / "tests" / "broken" / "_base", tmp_path / "s")
    folder = tmp_path / "s"

    def more(name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        file = folder / "data" / f"{name}.csv"
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        change(table).to_csv(file, index=False)

    def twin(table: pd.DataFrame, column: str = "school") -> pd.DataFrame:
        return pd.concat([table, table[table[column] == "a"].assign(**{column: "c"})], ignore_index=True)

    place = {"name_zh": "丙小学", "name_en": "Primary C", "unit": "u2", "lon": "107.585"}
    more("schools", lambda t: pd.concat([t, t[t["school"] == "a"].assign(school="c", **place)], ignore_index=True))
    more("sites", lambda t: twin(t).assign(site=lambda new: new["site"].where(new["school"] != "c", "c-1")))
    more("enrolment", twin)
    more("zones", lambda t: t.assign(school=t["school"].where((t["stage"] != "primary") | (t["unit"] != "u3"), "c")))
    build = folder / "plans" / "build.yaml"
    text = build.read_text(encoding="utf-8").replace("school: c,", "school: d,").replace("[c]", "[d]")
    build.write_text(text, encoding="utf-8")
    return folder


def cli(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.output


def test_a_rezoning_is_checked_compared_and_drawn(county: Path, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(TABLE, encoding="utf-8")
    code, said = cli(
        "zoning", county / "study.yaml", "--table", tmp_path / "r.csv", "--lang", "en", "--out", tmp_path / "o"
    )
    assert code == exits.GOOD, said
    assert "1 unit(s) change their school" in said
    assert {file.name for file in (tmp_path / "o").iterdir()} >= FILES
    (row,) = pd.read_csv(tmp_path / "o" / "changes.csv", encoding="utf-8-sig").to_dict("records")
    assert (row["unit"], row["school_before"], row["school_after"]) == ("u2", "a", "c")
    assert row["km_after"] < row["km_before"]
    page = (tmp_path / "o" / "zoning.html").read_text(encoding="utf-8")
    assert "Primary A" in page
    assert "Primary C" in page
    assert 'lang="en"' in page
    assert "://" not in page  # self-contained: nothing is fetched


def test_layers_have_zones_changed_units_and_styles(county: Path, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(TABLE, encoding="utf-8")
    done = schoolplan.zoning(county / "study.yaml", tmp_path / "o", table=tmp_path / "r.csv")
    file = done.path / "zoning.gpkg"
    names = {"zones before primary", "zones after primary", "zones before junior", "zones after junior"}
    assert set(pyogrio.list_layers(file)[:, 0]) == names | {"changed units primary", "layer_styles"}
    zones = gpd.read_file(file, layer="zones after primary")
    assert zones["school"].tolist() == ["a", "c"]
    assert zones["name"].tolist() == ["甲小学", "丙小学"]
    assert zones.crs.to_epsg() == 4545
    changed = gpd.read_file(file, layer="changed units primary")
    assert changed["unit"].tolist() == ["u2"]
    styles = pyogrio.read_dataframe(file, layer="layer_styles").set_index("f_table_name")["styleQML"]
    assert 'attr="school"' in styles["zones after primary"]
    assert "b_diagonal" in styles["changed units primary"]


def test_the_same_question_gives_the_same_bytes(county: Path, tmp_path: Path) -> None:
    folders = [schoolplan.zoning(county / "study.yaml", tmp_path / name, propose="nearest").path for name in "ab"]
    for file in (*FILES, "rezoning.csv"):
        assert (folders[0] / file).read_bytes() == (folders[1] / file).read_bytes(), file


@pytest.mark.parametrize("way", ["nearest", "seats", "voronoi"])
def test_a_draft_can_be_read_back(county: Path, tmp_path: Path, way: str) -> None:
    code, said = cli("zoning", county / "study.yaml", "--propose", way, "--lang", "zh", "--out", tmp_path / "d")
    assert code == exits.GOOD, said
    draft = tmp_path / "d" / "rezoning.csv"
    assert list(pd.read_csv(draft, encoding="utf-8-sig").columns) == ["stage", "unit", "year", "school"]
    again = schoolplan.zoning(county / "study.yaml", tmp_path / "again", table=draft)
    assert "GIS135" not in {one.code for one in again.problems}
    first = pd.read_csv(tmp_path / "d" / "changes.csv", encoding="utf-8-sig")
    assert again.changes["unit"].tolist() == first["unit"].tolist()


def test_the_zones_of_a_plan_and_a_plan_that_does_not_exist(county: Path, tmp_path: Path) -> None:
    plan = county / "plans" / "do-nothing.yaml"
    plan.write_text(plan.read_text(encoding="utf-8") + "rezoning: data/r.csv\n", encoding="utf-8")
    (county / "data" / "r.csv").write_text(TABLE, encoding="utf-8")
    done = schoolplan.zoning(county / "approval.yaml", tmp_path / "o", plan="do-nothing")
    assert done.changes["school_after"].tolist() == ["c"]
    built = schoolplan.zoning(county / "approval.yaml", tmp_path / "b", plan="build", lang="en")
    assert built.changes["school_after"].tolist() == ["d"]
    with pytest.raises(ScenarioError) as stopped:
        schoolplan.zoning(county / "approval.yaml", tmp_path / "x", plan="do-nothin")
    (problem,) = [one for one in stopped.value.problems if one.code == "GIS137"]
    assert "do-nothing" in render(problem, "en")
    assert "没有“do-nothin”" in render(problem, "zh")


def test_without_zones_or_schools_it_says_what_is_needed(county: Path, tmp_path: Path) -> None:
    study = county / "study.yaml"
    text = study.read_text(encoding="utf-8")
    study.write_text(text.replace("  zones: data/zones.csv\n", ""), encoding="utf-8")
    with pytest.raises(ScenarioError) as stopped:
        schoolplan.zoning(study, tmp_path / "o")
    assert "GIS140" in {one.code for one in stopped.value.problems}
    drafted = schoolplan.zoning(study, tmp_path / "d", propose="nearest")
    assert set(drafted.zones["zoning"]) == {"after"}
    assert "before" not in "".join(pyogrio.list_layers(drafted.path / "zoning.gpkg")[:, 0])
    lines = [
        line
        for line in text.splitlines()
        if not any(f"  {name}:" in line for name in ("schools", "sites", "zones", "enrolment"))
    ]
    study.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as stopped:
        schoolplan.zoning(study, tmp_path / "x")
    told = [one for one in stopped.value.problems if one.code == "GIS121"]
    assert "no schools table" in render(told[0], "en")
    assert "没有学校表" in render(told[0], "zh")


def test_what_is_read_in_a_certain_way_is_noted(county: Path, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(TABLE, encoding="utf-8")
    study = county / "study.yaml"
    lines = [
        line
        for line in study.read_text(encoding="utf-8").splitlines()
        if "children" not in line and "births:" not in line
    ]
    study.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = schoolplan.zoning(study, tmp_path / "o", table=tmp_path / "r.csv")
    codes = {one.code for one in done.problems}
    assert {"GIS135", "GIS136"} <= codes
    assert done.changes["moved_children"].tolist() == [1.0]


@pytest.mark.parametrize(
    ("table", "code", "zh", "en"),
    [
        ("stage,unit,year,school\nprimary,u2,2025,q\n", "SCN501", "q", "'q'"),
        ("stage,unit,year,school\nprimary,u22,2025,a\n", "SCN322", "u22", "'u22'"),
        ("stage,unit,year,school\nprimary,u2,2025,b\n", "SCN329", "不办学段", "none of the stage"),
        ("stage,unit,year,school\nprimary,u2,2020,c\n", "SCN524", "2020", "2020"),
        ("stage,school,unit,year\nprimary,u2,c,2025\nprimary,u3,c,2025\n", "GIS120", "写反", "exchanged"),
    ],
)
def test_a_wrong_table_stops_with_its_cell(
    county: Path, tmp_path: Path, table: str, code: str, zh: str, en: str
) -> None:
    file = tmp_path / "r.csv"
    file.write_text(table, encoding="utf-8")
    with pytest.raises(ScenarioError) as stopped:
        schoolplan.zoning(county / "study.yaml", tmp_path / "o", table=file)
    (problem,) = [one for one in stopped.value.problems if one.severity == "error"]
    assert problem.code == code
    assert problem.place.startswith(f"{file.as_posix()}:2:")
    assert zh in render(problem, "zh")
    assert en in render(problem, "en")
    assert not (tmp_path / "o").exists()


def test_exit_codes(county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def code(*words: object) -> int:
        monkeypatch.setattr("sys.argv", ["schoolplan", "zoning", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            main()
        return int(stop.value.code or 0)

    (tmp_path / "bad.csv").write_text("stage,unit,year,school\nprimary,u2,2025,q\n", encoding="utf-8")
    (tmp_path / "good.csv").write_text(TABLE, encoding="utf-8")
    study = county / "study.yaml"
    assert code(study, "--table", tmp_path / "bad.csv", "--out", tmp_path / "o") == exits.INVALID_INPUT
    assert code(study, "--propose", "nearest", "--table", tmp_path / "good.csv") == exits.WRONG_USE
    assert code(study, "--propose", "farthest") == exits.WRONG_USE
    assert code(study, "-q", "--out", tmp_path / "o") == exits.GOOD
    assert code(study, "-q", "--out", tmp_path / "o") == exits.WRONG_USE
    zones = county / "data" / "zones.csv"
    zones.write_text(zones.read_text(encoding="utf-8").replace("primary,u3,c,1\n", ""), encoding="utf-8")
    assert code(study, "-q", "--out", tmp_path / "p") == exits.INVALID_INPUT


def test_json_says_the_numbers(county: Path, tmp_path: Path) -> None:
    code, said = cli("zoning", county / "study.yaml", "--propose", "nearest", "--json", "--out", tmp_path / "o")
    assert code == exits.GOOD
    found = json.loads(said[said.index("{") :])
    assert {row["measure"] for row in found["summary"]} >= {"children_moved", "nearest_share"}
    with pytest.raises(RunError):
        schoolplan.zoning(county / "study.yaml", tmp_path / "o")
