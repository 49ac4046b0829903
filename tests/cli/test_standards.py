"""`schoolplan standards`: list, show, diff, in both languages and as JSON; the table of the guide is the list."""

import json
import re
from pathlib import Path

import pytest

import schoolplan
from scenarios.packs import shipped_packs
from scenarios.problems import ScenarioError
from schoolplan.standards import list_markdown
from tests.typed import typed as cli

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "standards.md"


def test_the_list_has_every_pack_with_its_clauses_by_grade() -> None:
    done = cli("standards", "list", "--lang", "en")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[1 : 1 + len(shipped_packs())]] == sorted(shipped_packs())
    row = next(line for line in lines if line.startswith("cn-2012-basic-balance"))
    assert row.split()[1:8] == ["2012-01-01", "20", "0", "0", "0", "18", "2"]
    assert "M from memory (unverified)" in done.stdout
    assert "凭记忆（未核实）" in cli("standards", "list", "--lang", "zh").stdout


def test_show_prints_every_clause_with_bound_unit_scope_source_and_grade() -> None:
    chinese = cli("standards", "show", "cn-2017-quality-balance", "--lang", "zh").stdout
    english = cli("standards", "show", "cn-2017-quality-balance", "--lang", "en").stdout
    pack = schoolplan.packs("cn-2017-quality-balance")[0]
    for code in [rule.code for rule in pack.rules] + [clause.code for clause in pack.clauses]:
        assert f"\n{code}: " in chinese, code
        assert f"\n{code}: " in english, code
    assert "≤ 45 人; 小学; 每班; 2017-04-19 起; 作判定" in chinese
    assert "≥ 0.85 （比例）" in chinese
    assert "（M, 未核实）" in chinese
    assert "≥ 4.2 per 100 pupils; primary; each school; from 2017-04-19; not assessed; imported figure" in english
    assert "(M, unverified)" in english
    assert english.count("unverified)") == sum(one.source_grade == "M" for one in (*pack.clauses, *pack.clearances)) + 1


def test_numbers_from_memory_inside_a_table_are_named() -> None:
    assert "未核实：18班, 24班" in cli("standards", "show", "cn-2008-rural-buildings", "--lang", "zh").stdout


def test_every_word_of_shipped_packs_has_a_chinese_one() -> None:
    for name in shipped_packs():
        shown = cli("standards", "show", name, "--lang", "zh").stdout
        facts = [line for line in shown.splitlines() if line.startswith("    ") and "依据 " not in line]
        left = {word for line in facts for word in re.findall(r"[a-z_]{3,}[a-z0-9_]*", line)}
        assert left == set(), name


def test_the_difference_of_two_packs_is_told_clause_by_clause() -> None:
    done = cli("standards", "diff", "cn-2012-basic-balance", "cn-2017-quality-balance", "--lang", "en")
    assert done.returncode == 0
    assert "changed CV.primary: " in done.stdout
    assert "  - Primary: the composite difference coefficient (mean of 8) is at most 0.65; ≤ 0.65" in done.stdout
    assert "dropped B4.primary: " in done.stdout
    assert "added G5.primary: Every primary class has at most 45 pupils" in done.stdout
    told = json.loads(cli("standards", "diff", "cn-2012-basic-balance", "cn-2017-quality-balance", "--json").stdout)
    kinds = [one["kind"] for one in told]
    totals = f"{kinds.count('changed')} changed, {kinds.count('added')} added, {kinds.count('dropped')} dropped"
    assert totals in done.stdout
    same = cli("standards", "diff", "cn-large-class", "cn-large-class", "--lang", "zh")
    assert "没有差别" in same.stdout


def test_as_json() -> None:
    listed = json.loads(cli("standards", "list", "--json", "--lang", "zh").stdout)
    assert {one["id"]: one["judged"] for one in listed}["cn-large-class"] == 4
    shown = json.loads(cli("standards", "show", "cn-gb50099-2011-rooms", "--json", "--lang", "en").stdout)
    seat = next(one for one in shown["clauses"] if one["code"] == "R.classroom.secondary")
    assert (seat["bounds"], seat["unit"], seat["grade"], seat["verdict"]) == (
        {"": 1.39},
        "m2_per_seat",
        "C",
        "not-assessed",
    )


def test_a_pack_of_ones_own_is_shown_and_compared(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "schema_version: 1\nid: own\nname: {zh: 自定, en: Own}\nvalid_from: 2024-01-01\nsource: 县教育局\n"
        "extends: cn-large-class\ndrops: [T.large]\n",
        encoding="utf-8",
    )
    done = cli("standards", "diff", "cn-large-class", str(file), "--lang", "en")
    assert "dropped T.large" in done.stdout
    assert "0 changed, 0 added, 1 dropped" in done.stdout


@pytest.mark.parametrize(
    ("words", "lang", "told"),
    [
        (("show",), "zh", "需要说明标准包：1 个"),
        (("diff", "cn-large-class"), "en", "takes the names of 2 pack(s)"),
        (("list", "cn-large-class"), "en", "takes the names of 0 pack(s)"),
    ],
)
def test_wrong_use_is_told(words: tuple[str, ...], lang: str, told: str) -> None:
    done = cli("standards", *words, "--lang", lang)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_pack_that_is_not_there_is_told() -> None:
    with pytest.raises(ScenarioError, match=r"SCN701.*cn-2018"):
        schoolplan.packs("cn-2018")
    with pytest.raises(ScenarioError, match="SCN006"):
        schoolplan.packs("nowhere/own.yaml")
    assert cli("standards", "show", "cn-2018").returncode == 3


def test_the_table_of_the_guide_is_the_list() -> None:
    table = GUIDE.read_text(encoding="utf-8").split("<!-- packs -->\n")[1].split("\n<!-- end packs -->")[0]
    assert table == list_markdown(schoolplan.packs(), "zh")
