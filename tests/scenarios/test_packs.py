"""Standards packs: the shipped one says what the evaluation measures say, and one size bound holds for a school."""

from pathlib import Path

import pytest

from scenarios.pack_rules import Hosted, compulsory_stages, rules_for_school, school_kind, size_rule
from scenarios.packs import read_pack, read_shipped, shipped_packs, unknown_pack
from scenarios.problems import render
from scenarios.schema_pack import Pack

PACK = "cn-2017-quality-balance"


def shipped(name: str) -> Pack:
    pack, problems = read_shipped(name)
    assert not problems
    assert pack is not None
    return pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    return shipped(PACK)


def test_the_shipped_packs_can_be_listed_and_read() -> None:
    assert {name for name in shipped_packs() if shipped(name).rules} == {PACK, "cn-large-class"}
    for name in shipped_packs():
        assert shipped(name).id == name


def test_an_unknown_pack_is_told_with_the_known_ones() -> None:
    told = render(unknown_pack("cn-2018", "study.yaml:9:12"), "en")
    assert "study.yaml:9:12: SCN701 error: there is no standards pack 'cn-2018'" in told
    assert PACK in told


@pytest.mark.parametrize(
    ("stages", "built", "migrants", "code", "bound"),
    [
        (("primary",), None, None, "G4.primary", 2000),
        (("primary",), 2011, None, "G4.primary", 2000),
        (("primary",), 2010, None, "G4.primary.old", 2400),
        (("primary",), 2015, 0.51, "G4.primary.migrant", 2400),
        (("primary",), 2015, 0.50, "G4.primary", 2000),
        (("junior",), 2020, None, "G4.junior", 2000),
        (("junior", "senior"), 2020, None, "G4.junior", 2000),
        (("junior",), 1998, None, "G4.junior.old", 2400),
        (("primary", "junior"), 2020, None, "G4.nine-year", 2500),
        (("primary", "junior"), 2009, None, "G4.nine-year.old", 3000),
        (("kindergarten", "primary", "junior"), None, 0.7, "G4.nine-year.migrant", 3000),
        (("primary", "junior", "senior"), 2020, None, "G4.twelve-year", 2500),
        (("primary", "junior", "senior"), 2001, None, "G4.twelve-year.old", 3000),
        (("primary", "junior", "senior"), 2020, 0.9, "G4.twelve-year.migrant", 3000),
    ],
)
def test_one_size_bound_holds(
    pack: Pack, stages: tuple[str, ...], built: int | None, migrants: float | None, code: str, bound: float
) -> None:
    rule = size_rule(pack, Hosted(stages, built, migrants))
    assert rule is not None
    assert (rule.code, rule.bound, rule.unit, rule.family) == (code, bound, "pupils", "G4")


def test_the_size_of_a_twelve_year_school_counts_the_compulsory_part(pack: Pack) -> None:
    rule = size_rule(pack, Hosted(("primary", "junior", "senior")))
    assert rule is not None
    assert rule.stages == ("primary", "junior")


def test_old_schools_with_many_migrant_children_have_one_bound_still(pack: Pack) -> None:
    rules = rules_for_school(pack, Hosted(("primary",), 1990, 0.8))
    assert [rule.bound for rule in rules if rule.indicator == "school_size"] == [2400]


def test_every_class_of_a_stage_has_its_bound(pack: Pack) -> None:
    nine_year = Hosted(("primary", "junior"))
    assert [rule.code for rule in rules_for_school(pack, nine_year)] == ["G4.nine-year", "G5.primary", "G5.junior"]
    classes = {rule.stages: (rule.bound, rule.scope) for rule in rules_for_school(pack, nine_year)[1:]}
    assert classes == {("primary",): (45, "class"), ("junior",): (50, "class")}


@pytest.mark.parametrize("stages", [(), ("senior",), ("kindergarten",)])
def test_schools_of_other_stages_have_no_rule(pack: Pack, stages: tuple[str, ...]) -> None:
    assert school_kind(pack, stages) is None
    assert rules_for_school(pack, Hosted(stages)) == ()
    assert size_rule(pack, Hosted(stages)) is None


def test_rules_hold_from_their_first_day(pack: Pack) -> None:
    assert size_rule(pack, Hosted(("primary",), year=2016)) is None
    assert size_rule(pack, Hosted(("primary",), year=2017)) is not None


def test_rules_that_ended_do_not_hold(pack: Pack) -> None:
    first = pack.rules[0]
    ended = first.model_copy(update={"valid_to": first.valid_from.replace(year=2024)})
    old = pack.model_copy(update={"rules": (ended,)})
    assert size_rule(old, Hosted(("primary",), year=2023)) is not None
    assert size_rule(old, Hosted(("primary",), year=2024)) is None


def test_every_rule_has_clause_source_and_grade_in_both_languages(pack: Pack) -> None:
    assert compulsory_stages(pack) == ("primary", "junior")
    for rule in pack.rules:
        assert rule.clause.zh
        assert rule.clause.en
        assert str(int(rule.bound)) in rule.clause.zh
        assert str(int(rule.bound)) in rule.clause.en
        assert "[G1]" in rule.source.zh
        assert rule.source_grade == "B"
        keys = {key for key in ("G1", "G2", "S0") if f"[{key}]" in rule.source.en}
        assert keys <= set(pack.sources)


def test_a_pack_of_ones_own_is_checked_in_the_same_way(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    text = shipped_packs()[PACK].read_text(encoding="utf-8")
    file.write_text(text.replace("source_grade: B", "source_grade: Z", 1), encoding="utf-8")
    own, problems = read_pack(file, "own.yaml")
    assert own is None
    assert [problem.code for problem in problems] == ["SCN105"]


def test_every_clause_on_facilities_names_a_source_that_the_pack_lists() -> None:
    packs = [pack for name in shipped_packs() if (pack := shipped(name)).facilities]
    assert {pack.id for pack in packs} >= {"cn-zhuzhou-2010-housing", "cn-hunan-2019-housing", "cn-living-circles-2018"}
    for pack in packs:
        for one in pack.facilities:
            assert any(f"[{key}]" in one.source.zh and f"[{key}]" in one.source.en for key in pack.sources), one.code
            assert one.source_grade in ("C", "M")  # no official text was at hand
            for demand in one.when:
                digits = f"{demand.at_least:.0f}".rstrip("0")
                assert digits in one.clause.en.replace(" ", "") or one.per == "thousand", one.code
