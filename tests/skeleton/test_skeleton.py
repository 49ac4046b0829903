"""A skeleton from a census and a boundary: totals kept, everything told, the study accepted."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import schoolplan
from scenarios.problems import ScenarioError, has_errors
from scenarios.yaml_source import read_yaml
from tests.skeleton import town
from tests.skeleton.made import ask, codes, made, refused, table
from tests.typed import typed as cli


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_skeleton_is_accepted_and_says_what_it_is(tmp_path: Path, lang: str) -> None:
    folder, skeleton = made(tmp_path, ask(tmp_path), lang)
    problems = schoolplan.check(folder / "study.yaml")
    assert not has_errors(problems), problems
    assert {problem.code for problem in problems if problem.severity == "warning"} == {"SCN361"}
    assert codes(skeleton) == {"CEN013", "CEN023", "CEN027", "CEN031"}
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert "$" not in readme
    assert ("未写入任何单元" if lang == "zh" else "are in no unit") in readme
    later = schoolplan.check(folder / "approval.yaml")
    assert {problem.code for problem in later if problem.severity == "error"} <= {"SCN360", "SCN361", "SCN362"}


def test_its_files_name_their_schemas_and_an_editor_has_nothing_to_underline(tmp_path: Path) -> None:
    folder, _ = made(tmp_path, ask(tmp_path), "zh")
    forms = {"study": "study", "approval": "scenario", "futures/baseline": "future", "plans/do-nothing": "plan"}
    for name, form in forms.items():
        file = folder / f"{name}.yaml"
        named = file.read_text(encoding="utf-8").splitlines()[0].partition("$schema=")[2]
        schema = (file.parent / named).resolve()
        assert schema == (folder / ".schema" / f"{form}.json").resolve()
        source, _ = read_yaml(file, name)
        assert source is not None
        seen = json.loads(json.dumps(source.data, default=str))
        assert list(Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).iter_errors(seen)) == []


def test_children_and_residents_add_to_the_census(tmp_path: Path) -> None:
    folder, skeleton = made(tmp_path, ask(tmp_path))
    children, splits, people = (table(folder, name) for name in ("children", "children-splits", "population"))
    for part in skeleton.parts:
        own = children[children["unit"] == part.code]
        by_age = own.groupby("age")["children"].sum()
        assert [by_age[0], *(by_age.loc[low:high].sum() for low, high in ((1, 4), (5, 9), (10, 14)))] == list(
            part.by_band[:4]
        )
        share = (part.people["from_province"] + part.people["from_elsewhere"]) / part.residents
        assert own[own["group"] == "migrant"]["children"].sum() == pytest.approx(share * by_age.sum(), abs=0.6)
        bands = people[people["unit"] == part.code].groupby("age_from")["people"].sum()
        assert bands.tolist() == list(part.by_band)
        both = (
            splits[splits["county"] == part.code]
            .groupby("band", sort=False)[["sprague", "births_guided", "taken"]]
            .sum()
        )
        assert (both.sub(list(part.by_band[:4]), axis=0).abs() < 0.05).all().all()
    assert people["households"].dropna().tolist() == [part.people["households"] for part in skeleton.parts]
    assert table(folder, "units")["urban"].tolist() == [0, 1]


def test_the_boundary_is_written_as_delivered(tmp_path: Path) -> None:
    folder, _ = made(tmp_path, ask(tmp_path))
    before, after = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in (tmp_path / "b.geojson", folder / "data" / "units.geojson")
    )
    assert [one["geometry"] for one in after["features"]] == [one["geometry"] for one in before["features"]]
    assert [one["properties"]["unit"] for one in after["features"]] == ["990121", "990122"]


def test_people_without_a_polygon_are_told_with_all_numbers(tmp_path: Path) -> None:
    _, skeleton = made(tmp_path, ask(tmp_path))
    told = next(problem for problem in skeleton.problems if problem.code == "CEN031")
    units = sum(part.residents for part in skeleton.parts)
    assert (told.found, told.params["units"]) == (str(skeleton.left[0].residents), units)
    assert told.params["total"] == units + skeleton.left[0].residents == skeleton.census.whole.residents


def test_they_can_be_added_to_a_neighbour(tmp_path: Path) -> None:
    folder, skeleton = made(tmp_path, ask(tmp_path, merge=("990123=990122",)))
    assert "CEN036" in codes(skeleton)
    assert "CEN031" not in codes(skeleton)
    assert sum(part.residents for part in skeleton.parts) == skeleton.census.whole.residents
    assert table(folder, "population")["people"].sum() == skeleton.census.whole.residents
    assert "并入丑区" in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("wish", ["990122=990121", "990123=990199", "990123"])
def test_a_wish_that_cannot_be_met(tmp_path: Path, wish: str) -> None:
    assert [problem.code for problem in refused(tmp_path, ask(tmp_path, merge=(wish,)))] == ["CEN035"]


def test_one_county_alone(tmp_path: Path) -> None:
    folder, skeleton = made(tmp_path, ask(tmp_path, place="丑区"))
    assert table(folder, "units")["unit"].tolist() == ["990122"]
    assert next(problem.params["found"] for problem in skeleton.problems if problem.code == "CEN032") == ("990121",)


def test_a_city_of_one_polygon_is_one_unit(tmp_path: Path) -> None:
    whole = town.layer(tmp_path, "w.geojson", ({"adcode": "990100"}, town.square(town.LON, town.LAT, 0.2, 0.1)))
    _, skeleton = made(tmp_path, ask(tmp_path, boundary=whole))
    assert [part.code for part in skeleton.parts] == ["990100"]
    assert not skeleton.left


def test_the_boundary_of_another_place(tmp_path: Path) -> None:
    other = town.layer(tmp_path, "o.geojson", ({"adcode": 110101}, town.square(town.LON, town.LAT, 0.1, 0.1)))
    assert [problem.code for problem in refused(tmp_path, ask(tmp_path, boundary=other))] == ["CEN033"]


def test_the_year_of_the_census(tmp_path: Path) -> None:
    nameless = town.census(tmp_path, "census.csv")
    assert [problem.code for problem in refused(tmp_path, ask(tmp_path, census=nameless))] == ["CEN012"]
    folder, skeleton = made(tmp_path, ask(tmp_path, census=nameless, census_year=2010))
    assert "children_as_of: 2010-11-01" in (folder / "study.yaml").read_text(encoding="utf-8")
    assert "CEN013" not in codes(skeleton)
    assert {"CEN025"} <= codes(skeleton)  # births begin in 2000, and those aged 10-14 were born before


def test_bands_whose_births_are_missing_rest_on_sprague(tmp_path: Path) -> None:
    folder, skeleton = made(tmp_path, ask(tmp_path, births=town.births(tmp_path, 2012)))
    told = next(problem for problem in skeleton.problems if problem.code == "CEN025")
    assert told.params["bands"] == ("5-9", "10-14")
    assert told.params["found"] == tuple(str(year) for year in range(2005, 2012))
    splits = table(folder, "children-splits")
    assert splits[splits["age"] >= 5]["births_guided"].isna().all()
    assert splits[splits["age"].between(1, 4)]["births_guided"].notna().all()


def test_without_births_and_without_migrants(tmp_path: Path) -> None:
    wanted = ask(tmp_path, births=None, census=town.census(tmp_path, "plain_2020.csv", moved=False))
    folder, skeleton = made(tmp_path, wanted)
    assert {"CEN004", "CEN024"} <= codes(skeleton)
    assert set(table(folder, "children")["group"]) == {"local"}
    assert "全部记为户籍" in (folder / "README.md").read_text(encoding="utf-8")


def test_splits_far_apart_and_negative_sprague_are_told(tmp_path: Path) -> None:
    path = town.census(tmp_path, "college_2020.csv")
    lines = [line.split(",") for line in path.read_text(encoding="gbk").splitlines()]
    for line in lines[1:]:
        for column, head in enumerate(lines[0]):
            if "15到19" in head:  # a college town
                line[column] = "9000"
    path.write_text("\n".join(",".join(line) for line in lines), encoding="gbk")
    _, skeleton = made(tmp_path, replace(ask(tmp_path), census=path, place="990121"))
    assert "10-14" in [problem.found for problem in skeleton.problems if problem.code == "CEN028"]
    assert "CEN026" in codes(skeleton)


def test_a_folder_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ScenarioError, match="EXA002"):
        schoolplan.new_from_census(tmp_path / "study", ask(tmp_path))
    assert [path.name for path in (tmp_path / "study").iterdir()] == ["mine.txt"]


# command line ------------------------------------------------------------


def test_the_command_tells_and_points_on(tmp_path: Path) -> None:
    files = (
        "--census",
        town.census(tmp_path),
        "--boundary",
        town.boundary(tmp_path),
        "--births",
        town.births(tmp_path),
    )
    done = cli("new", tmp_path / "s", *files, "--place", "990121", "--boundary-crs", "GCJ-02")
    assert done.returncode == 0, done.stderr
    assert "Skeleton of 子县" in done.stdout
    assert "check" in done.stdout
    assert "CEN027" in done.stderr
    checked = cli("check", tmp_path / "s" / "study.yaml")
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--place", "990121"), "--place"),
        (("--example", "majiang", "--census", "C"), "--example"),
        (("--census", "C"), "--place"),
        (("--census", "C", "--place", "990121", "--boundary", "B"), "--boundary-crs"),
        (
            ("--census", "C", "--place", "990121", "--boundary", "B", "--boundary-crs", "GCJ-02", "--units", "B"),
            "--units-crs",
        ),
    ],
)
def test_wrong_use_is_told(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    files = {"C": str(town.census(tmp_path)), "B": str(town.boundary(tmp_path))}
    done = cli("new", tmp_path / "s", *(files.get(word, word) for word in words))
    assert done.returncode == 2
    assert told in done.stderr
    assert not (tmp_path / "s").exists()


def test_bad_input_is_exit_3_and_a_missing_extra_exit_5(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    from scenarios.problems import error
    from schoolplan.exits import INVALID_INPUT, MISSING_PART, guarded

    files = ("--census", town.census(tmp_path), "--boundary", town.boundary(tmp_path))
    done = cli("new", tmp_path / "s", *files, "--place", "999999", "--boundary-crs", "WGS99")
    assert done.returncode == INVALID_INPUT
    assert "CEN005" in done.stderr
    assert "GIS004" in done.stderr

    def missing(standalone_mode: bool) -> None:
        raise ScenarioError([error("CEN040", "pop.tif")])

    assert guarded(missing) == MISSING_PART
    assert "schoolplan[raster]" in capsys.readouterr().err
