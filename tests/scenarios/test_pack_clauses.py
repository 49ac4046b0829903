"""Shipped clauses: all 31 indicators, every number with source and grade; what a run does not judge says so."""

import re

import pytest

from scenarios.pack_listing import Entry, differences, entries, grades
from scenarios.pack_rules import Hosted, compulsory_stages, rules_for_school
from scenarios.packs import read_shipped, shipped_packs
from scenarios.schema_pack import Pack

Q17 = "cn-2017-quality-balance"


def shipped(name: str) -> Pack:
    pack, problems = read_shipped(name)
    assert not problems
    assert pack is not None
    return pack


def by_code(name: str) -> dict[str, Entry]:
    return {entry.code: entry for entry in entries(shipped(name))}


def test_all_31_indicators_of_2017_are_there() -> None:
    families = {match[1] for code in by_code(Q17) if (match := re.match(r"([LGQ]\d+)(\.|$)", code))}
    wanted = {f"L{n}" for n in range(1, 8)} | {f"G{n}" for n in range(1, 16)} | {f"Q{n}" for n in range(1, 10)}
    assert families == wanted
    assert len(wanted) == 31


def test_sizes_areas_and_rooms_are_judged_and_nothing_else() -> None:
    judged = {entry.code.split(".")[0] for entry in by_code(Q17).values() if entry.verdict == "judged"}
    assert judged == {"G4", "G5", "G3", "L4", "L5", "L7"}
    assert by_code(Q17)["G3.music"].verdict == "judged"
    assert by_code(Q17)["G3.music.area"].verdict == "not-assessed"
    assert {rule.code for rule in rules_for_school(shipped(Q17), Hosted(("primary",)))} == {"G4.primary", "G5.primary"}


def test_weights_and_exemptions_are_listed_with_what_they_say() -> None:
    found = by_code(Q17)
    assert found["W.nine-year"].bounds == (("primary", 1.0), ("junior", 1.1))
    assert found["X.small"].condition == (("pupils_below", 50), ("exempt", "L1, L2, L3, L4, L5, L6, L7, LS, CV"))
    assert {found[code].verdict for code in ("W.nine-year", "X.small")} == {"checked"}


def test_what_can_be_simulated_is_what_the_facts_say() -> None:
    found = {entry.code.split(".")[0] for entry in by_code(Q17).values() if entry.section in ("rules", "clauses")}
    simulated = {
        entry.code.split(".")[0]
        for entry in by_code(Q17).values()
        if entry.section in ("rules", "clauses") and entry.assessed == "simulated"
    }
    assert simulated == {"G1", "G3", "G4", "G5", "G6", "G13", "G15", "L4", "L5", "L7"}
    assert simulated < found


@pytest.mark.parametrize(
    ("pack", "code", "bounds", "direction", "unit", "grade"),
    [
        (Q17, "L1.primary", {"": 4.2}, "at_least", "per_100_pupils", "B"),
        (Q17, "L5.junior", {"": 10.2}, "at_least", "m2_per_pupil", "B"),
        (Q17, "L6.junior", {"": 2500}, "at_least", "yuan_per_pupil", "B"),
        (Q17, "CV.junior", {"": 0.45}, "at_most", "coefficient", "M"),
        (Q17, "LS.rest", {"": 0.85}, "at_least", "share", "M"),
        (Q17, "G3.music.area", {"": 96}, "at_least", "m2", "M"),
        (Q17, "G13.junior", {"": 0.95}, "at_least", "share", "B"),
        (Q17, "Q9.variance", {"": 0.15}, "at_most", "share", "B"),
        ("cn-2012-basic-balance", "CV.primary", {"": 0.65}, "at_most", "coefficient", "M"),
        ("cn-large-class", "LC.junior", {"": 55}, "at_most", "pupils", "C"),
        ("cn-large-class", "XC.primary", {"": 65}, "at_most", "pupils", "C"),
        ("cn-gb50099-2011-rooms", "R.classroom.primary", {"": 1.36}, "at_least", "m2_per_seat", "C"),
        ("cn-zhejiang-2018-warning", "W.primary", {"yellow": 0.9, "red": 1.0}, "at_least", "share", "C"),
    ],
)
def test_bounds_are_those_of_the_sources(
    pack: str, code: str, bounds: dict[str, float], direction: str, unit: str, grade: str
) -> None:
    entry = by_code(pack)[code]
    assert (dict(entry.bounds), entry.direction, entry.unit, entry.grade) == (bounds, direction, unit, grade)


def test_gt4_areas_of_urban_schools_follow_from_total_and_pupils() -> None:
    """Total area over classes x 45 or 50 pupils (nine-year: six and three ninths) is the area per pupil, within 0.1."""
    found = by_code("cn-2002-urban-buildings")
    pupils = {"primary": 45, "junior": 50, "nine-year": (6 * 45 + 3 * 50) / 9}
    checked = 0
    for school, each in pupils.items():
        for level in ("basic", "planning"):
            per, total = dict(found[f"A.{school}.{level}"].bounds), dict(found[f"F.{school}.{level}"].bounds)
            for size, area in total.items():
                # A printed figure may be cut or rounded: the facts call all rows consistent within 0.1.
                assert area / (int(size.split()[0]) * each) == pytest.approx(per[size], abs=0.1), (school, size)
                checked += 1
    assert checked == 24


def test_numbers_from_memory_inside_a_table_are_marked() -> None:
    found = by_code("cn-2008-rural-buildings")
    assert found["A.primary"].unverified == ("18 classes", "24 classes")
    assert found["A.junior"].unverified == ("24 classes",)
    assert by_code(Q17)["land.primary.rural"].unverified == ("18 classes", "24 classes")


def test_every_source_that_a_clause_names_in_brackets_is_listed() -> None:
    for name in shipped_packs():
        pack = shipped(name)
        for entry in entries(pack):
            for text in (entry.source.zh, entry.source.en):
                keys = set(re.findall(r"\[([A-Z]+\d+[a-z]?)\]", text))
                assert keys <= set(pack.sources), (name, entry.code)


def test_what_is_from_memory_says_so_in_its_grade() -> None:
    for name in shipped_packs():
        for entry in entries(shipped(name)):
            if "待核实" in entry.source.zh or "凭记忆，" in entry.source.zh:
                assert entry.grade == "M", (name, entry.code)


def test_the_older_test_of_class_size_is_judged() -> None:
    pack = shipped("cn-large-class")
    assert compulsory_stages(pack) == ("primary", "junior")
    assert [rule.code for rule in rules_for_school(pack, Hosted(("junior",)))] == ["LC.junior", "XC.junior"]
    assert grades(pack) == {"A": 0, "B": 0, "C": 6, "M": 0}


def test_from_2012_to_2017() -> None:
    first, second = entries(shipped("cn-2012-basic-balance")), entries(shipped(Q17))
    found = differences(first, second)
    changed = {one.before.code: one.after.code for one in found if one.kind == "changed" and one.before and one.after}
    assert changed["CV.primary"] == "CV.primary"
    assert changed["B1.primary"] == "L4.primary"
    assert changed["B7.junior"] == "L1.junior"
    dropped = {one.before.code.split(".")[0] for one in found if one.kind == "dropped" and one.before}
    assert dropped == {"B4", "B5", "B6", "B8", "G"}
    added = {one.after.code for one in found if one.kind == "added" and one.after}
    assert {"L2.primary", "G5.primary", "Q9.level"} <= added
    assert len(changed) + len(added) == len(second)
    assert differences(second, second) == ()
