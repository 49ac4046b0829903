"""What packs say of space: clauses on the way to school, clearances, site areas; and mistakes in them."""

from pathlib import Path

import pytest

from scenarios.pack_space import bound_of, clearances, service_limit, site_area
from scenarios.packs import read_pack, read_shipped, shipped_packs
from scenarios.problems import render
from scenarios.schema_pack import Pack

NAME = "cn-2017-quality-balance"


@pytest.fixture(scope="module")
def pack() -> Pack:
    found, problems = read_shipped(NAME)
    assert found is not None
    assert problems == []
    return found


@pytest.mark.parametrize(
    ("use", "measure", "home", "bound"),
    [
        ("radius", "km", ("primary", "", True), 0.5),
        ("radius", "km", ("primary", "", False), 2.0),
        ("radius", "km", ("junior", "", True), 1.0),
        ("radius", "km", ("junior", "", False), float("inf")),
        ("radius", "minutes", ("primary", "", True), float("inf")),
        ("limit", "minutes", ("primary", "3", False), 30),
        ("limit", "minutes", ("primary", "4", False), float("inf")),
        # A clause on single grades is not a clause on the stage.
        ("limit", "minutes", ("primary", "", False), float("inf")),
    ],
)
def test_the_clause_of_a_home(pack: Pack, use: str, measure: str, home: tuple[str, str, bool], bound: float) -> None:
    assert bound_of(service_limit(pack, use, measure, home)) == bound


def test_the_tightest_clause_in_force_holds(pack: Pack) -> None:
    wide = next(clause for clause in pack.service if clause.code == "R.primary.rural")
    tight = wide.model_copy(update={"code": "own", "bound": 1.5, "valid_from": wide.valid_from.replace(year=2020)})
    own = pack.model_copy(update={"service": (wide, tight)})
    home = ("primary", "", False)
    assert bound_of(service_limit(own, "radius", "km", home, 2019)) == 2.0
    assert bound_of(service_limit(own, "radius", "km", home, 2020)) == 1.5
    ended = own.model_copy(update={"service": (wide.model_copy(update={"valid_to": wide.valid_from}),)})
    assert service_limit(ended, "radius", "km", home, 2020) is None


def test_site_areas_are_for_exactly_the_stages_of_the_school(pack: Pack) -> None:
    urban, rural = site_area(pack, ("primary",), True), site_area(pack, ("primary",), False)
    assert urban is not None
    assert rural is not None
    assert (urban.code, rural.code) == ("land.primary.urban", "land.primary.rural")
    boarding = site_area(pack, ("junior",), False, boarding=True)
    assert boarding is not None
    assert boarding.code == "land.junior.rural.boarding"
    assert site_area(pack, ("primary", "junior"), False) is None
    assert site_area(pack, (), True) is None


def test_every_number_on_space_has_its_source_and_its_grade(pack: Pack) -> None:
    entries = (*pack.service, *pack.clearances, *pack.site_areas)
    assert all(entry.source.zh and entry.source.en and entry.source_grade in "ABCM" for entry in entries)
    named = {key for key in pack.sources if any(f"[{key}]" in entry.source.en for entry in entries)}
    assert named == {"B4", "B9", "B14", "L3", "L4", "P10", "P11", "P12"}
    assert all(f"[{key}]" in entry.source.zh for entry in entries for key in named if f"[{key}]" in entry.source.en)
    assert {code for code, one in clearances(pack).items() if one.rule == "mitigable"} == {"railway", "main_road"}


def broken(tmp_path: Path, old: str, new: str):
    file = tmp_path / "own.yaml"
    text = shipped_packs()[NAME].read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return read_pack(file, "own.yaml")[1]


def test_a_code_twice_is_told(tmp_path: Path) -> None:
    problems = broken(tmp_path, "code: power_220", "code: power_110")
    assert [problem.code for problem in problems] == ["GIS150"]
    assert "重复" in render(problems[0], "zh")
    assert "'power_110' stands twice in clearances" in render(problems[0], "en")
    assert problems[0].place.startswith("own.yaml:")


def test_a_table_of_site_areas_that_falls_is_told(tmp_path: Path) -> None:
    problems = broken(tmp_path, "pupils: 810, site_m2: 18688", "pupils: 810, site_m2: 1868.8")
    assert [problem.code for problem in problems] == ["GIS151"]
    assert "应逐行变大" in render(problems[0], "zh")
    assert "1868.8 follows 15699" in render(problems[0], "en")


def test_an_unknown_rule_of_a_clearance_is_refused(tmp_path: Path) -> None:
    assert [problem.code for problem in broken(tmp_path, "rule: mitigable", "rule: perhaps")] == ["SCN105"]
