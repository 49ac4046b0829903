"""Packs over packs: entries by code, drops, changes to single clauses, versions by date, changes by the study."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from scenarios.loader import read_study
from scenarios.pack_extends import in_force
from scenarios.packs import files_of, read_pack, read_shipped, shipped_packs
from scenarios.problems import render
from scenarios.schema_pack import Pack

BASE = Path(__file__).resolve().parents[1] / "broken" / "_base"
HEAD = "schema_version: 1\nid: own\nname: {zh: 自定, en: Own}\nvalid_from: 2024-01-01\nsource: 县教育局\n"
TEXT = "{zh: 小学每班不超过35人, en: At most 35 in a primary class}"
SMALL = "{bound: 35, clause: " + TEXT + ", source: 试点方案, source_grade: A}"
RULE = (
    "  - {{code: {code}, clause: {{zh: 每班, en: Class}}, indicator: class_size, stages: [primary], scope: class,"
    " bound: {bound}, unit: pupils, valid_from: {first}, source: 文件, source_grade: A{more}}}\n"
)


def own(folder: Path, text: str, name: str = "own.yaml") -> Pack:
    (folder / name).write_text(HEAD + text, encoding="utf-8")
    pack, problems = read_pack(folder / name, name)
    assert [one.code for one in problems if one.severity == "error"] == []
    assert pack is not None
    return pack


def shipped() -> Pack:
    pack, _ = read_shipped("cn-2017-quality-balance")
    assert pack is not None
    return pack


def test_an_entry_takes_the_place_of_that_of_the_same_code_and_the_rest_stays(tmp_path: Path) -> None:
    text = "extends: cn-2017-quality-balance\ndrops: [G4.primary.old, L1.primary]\nrules:\n"
    more = RULE.format(code="G5.primary", bound=40, first="2024-01-01", more="")
    pack = own(tmp_path, text + more + RULE.format(code="X.primary", bound=56, first="2024-01-01", more=""))
    before = [rule.code for rule in shipped().rules]
    before.remove("G4.primary.old")
    assert [rule.code for rule in pack.rules] == [*before, "X.primary"]
    bounds = {rule.code: rule.bound for rule in pack.rules}
    assert (bounds["G5.primary"], bounds["G5.junior"], bounds["X.primary"]) == (40, 50, 56)
    assert len(pack.clauses) == len(shipped().clauses) - 1
    assert pack.service == shipped().service
    assert pack.id == "own"
    assert "G1" in pack.sources


def test_a_change_sets_what_it_names_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        HEAD + f"extends: cn-2017-quality-balance\noverrides:\n  G5.primary: {SMALL}\n", encoding="utf-8"
    )
    pack, problems = read_pack(tmp_path / "own.yaml", "own.yaml")
    assert pack is not None
    rule = next(rule for rule in pack.rules if rule.code == "G5.primary")
    assert (rule.bound, rule.clause.en, rule.source.zh, rule.source_grade) == (
        35,
        "At most 35 in a primary class",
        "试点方案",
        "A",
    )
    assert rule.stages == ("primary",)
    assert [(one.code, one.severity) for one in problems] == [("SCN468", "note")]
    assert "the bound of clause G5.primary is 35 instead of 45; by 试点方案" in render(problems[0], "en")
    assert "由 45 改为 35" in render(problems[0], "zh")


def test_a_pack_extends_one_that_extends_a_shipped_one(tmp_path: Path) -> None:
    own(tmp_path, f"extends: cn-2017-quality-balance\noverrides:\n  G5.primary: {SMALL}\n", "city.yaml")
    pack = own(tmp_path, "extends: city.yaml\ndrops: [G5.junior]\n")
    assert {rule.code: rule.bound for rule in pack.rules if rule.indicator == "class_size"} == {"G5.primary": 35}
    names = [file.name for file in files_of(tmp_path / "own.yaml")]
    assert names == ["own.yaml", "city.yaml", "cn-2017-quality-balance.yaml"]


def test_a_pack_that_is_missing_is_told(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(HEAD + "extends: town.yaml\n", encoding="utf-8")
    pack, problems = read_pack(tmp_path / "own.yaml", "own.yaml")
    assert pack is None
    assert [(one.code, one.place) for one in problems] == [("SCN006", "own.yaml:6:10")]


@pytest.mark.parametrize(("year", "bound"), [(2019, 45), (2023, 45), (2024, 40), (2030, 40)])
def test_of_several_versions_that_of_the_day_holds(tmp_path: Path, year: int, bound: float) -> None:
    first = RULE.format(code="G5.primary", bound=45, first="2020-01-01", more=", valid_to: 2024-08-31")
    pack = own(tmp_path, "rules:\n" + first + RULE.format(code="G5.primary", bound=40, first="2024-09-01", more=""))
    assert [rule.bound for rule in pack.rules] == [45, 40]
    assert [rule.bound for rule in in_force(pack, year).rules] == [bound]


def test_single_versions_stay_whatever_their_dates() -> None:
    assert in_force(shipped(), 1990) is shipped() or in_force(shipped(), 1990) == shipped()


def study_with(folder: Path, text: str) -> Path:
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    file = folder / "study.yaml"
    written = file.read_text(encoding="utf-8")
    line = "standards: cn-2017-quality-balance\n"
    assert line in written
    file.write_text(written.replace(line, text), encoding="utf-8")
    return file


def test_a_study_changes_single_clauses(tmp_path: Path) -> None:
    text = f"standards: cn-2017-quality-balance\nstandards_overrides:\n  G5.primary: {SMALL}\n"
    study, problems = read_study(study_with(tmp_path, text))
    assert study is not None
    assert [one.place for one in problems if one.code == "SCN468"] == ["study.yaml:13:3"]
    bounds = {rule.code: rule.bound for rule in study.pack.rules}
    assert (bounds["G5.primary"], bounds["G5.junior"]) == (35, 50)
    assert (
        next(rule for rule in shipped().rules if rule.code == "G5.primary").bound == 45
    )  # the shipped one is untouched


def test_a_study_changes_a_clause_of_a_facility_pack(tmp_path: Path) -> None:
    change = SMALL.replace("bound: 35", "bound: 24")
    text = "standards: cn-2017-quality-balance\nfacility_standards: [cn-zhuzhou-2010-housing]\n"
    study, _ = read_study(study_with(tmp_path, f"{text}standards_overrides:\n  ZZ.primary: {change}\n"))
    assert study is not None
    assert {one.code: one.amount for one in study.facility_packs[0].facilities}["ZZ.primary"] == 24


def test_versions_are_chosen_for_the_first_year_of_a_study(tmp_path: Path) -> None:
    first = RULE.format(code="G5.primary", bound=45, first="2020-01-01", more=", valid_to: 2024-08-31")
    study_with(tmp_path, "standards: own.yaml\n")
    own(tmp_path, "rules:\n" + first + RULE.format(code="G5.primary", bound=40, first="2024-09-01", more=""))
    study, _ = read_study(tmp_path / "study.yaml")
    assert study is not None
    assert study.study.base_year == 2023  # the first year to be judged is 2024
    assert [rule.bound for rule in study.pack.rules] == [40]


def test_the_files_of_all_packs_belong_to_the_study(tmp_path: Path) -> None:
    study_with(tmp_path, "standards: own.yaml\n")
    own(tmp_path, "extends: cn-2017-quality-balance\n")
    study, _ = read_study(tmp_path / "study.yaml")
    assert study is not None
    assert {tmp_path / "own.yaml", shipped_packs()["cn-2017-quality-balance"]} <= set(study.files)


def test_days_of_a_pack_are_days() -> None:
    assert all(isinstance(one.valid_from, dt.date) for one in shipped().clauses)
