"""Overrides of values and futures and plans that extend others, on the base study of the broken cases."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios import loader
from scenarios.extends import laid_over
from scenarios.override_paths import SETTABLE, UnknownPathError, found_path, settable
from scenarios.overrides import applied, settings
from scenarios.problems import render
from scenarios.schema_scenario import ScenarioFile
from scenarios.schema_study import StudyFile
from scenarios.yaml_source import read_text, read_yaml

BASE = Path(__file__).parent.parent / "broken" / "_base"
HEAD = "schema_version: 1\nid: {id}\nname: {{zh: 试, en: Test}}\n"


def study_in(folder, **files):
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    for name, body in files.items():
        kind, _, rest = name.partition("_")
        path = folder / f"{kind}s" / f"{rest}.yaml" if rest else folder / f"{kind}.yaml"
        path.write_text(body if not rest else HEAD.format(id=rest.replace("_", "-")) + body, encoding="utf-8")
    return folder / "approval.yaml"


def bundle(folder, **files):
    made, problems = loader.read(study_in(folder, **files))
    assert made is not None, "\n".join(render(problem, "en") for problem in problems)
    return made


def scenario(more, plans="[plans/do-nothing.yaml, plans/build.yaml]"):
    text = (BASE / "approval.yaml").read_text(encoding="utf-8")
    return text.replace("[plans/do-nothing.yaml, plans/build.yaml]", plans) + more


def test_a_plan_sets_values_of_the_study_for_itself_alone(tmp_path):
    more = (
        "extends: build\noverrides:\n  - name: {zh: 小班, en: Small}\n    set: {stages.primary.planned_class_size: 35, "
        "admission.divert_at: never, admission.limit_km.primary: 2.5}\n"
    )
    made = bundle(tmp_path, plan_small=more, approval=scenario("", "[plans/build.yaml, plans/small.yaml]"))
    small, build = made.study_in_plan("small"), made.study_in_plan("build")
    assert (small.stage("primary").planned_class_size, build.stage("primary").planned_class_size) == (35, 45)
    assert small.admission.limit_km == {"primary": 2.5, "junior": 15.0}
    assert (small.admission.divert_at, build.admission.divert_at, made.study.admission.divert_at) == (
        *("never", "norm", "norm"),
    )
    assert [p.id for p in made.plans["small"].projects] == [p.id for p in made.plans["build"].projects]
    assert made.plans["small"].note is None


def test_the_scenario_sets_a_value_for_all_cases_and_places_tell_the_override(tmp_path):
    more = (
        "overrides:\n  - name: {zh: 长窗, en: Long}\n    set: {learning_window.years: 2, spread.births_county_sd: 0.1}"
    )
    made = bundle(tmp_path, approval=scenario(more))
    assert made.study.learning_window.years == 2
    assert made.study.spread.births_county_sd == 0.1
    source = made.in_force.sources["study"]
    assert source.place("learning_window", "years") == "approval.yaml:12:34"
    assert source.origin(("learning_window", "years")).override == ("长窗", "Long")
    assert source.place("horizon").startswith("study.yaml:")


def test_a_limit_named_first_by_an_override_keeps_the_default_of_the_other_stage(tmp_path):
    study = (BASE / "study.yaml").read_text(encoding="utf-8")
    study = study.replace(", limit_km: {primary: 4.0, junior: 15.0}", "")
    more = "overrides:\n  - name: {zh: 近, en: Near}\n    set: {admission.limit_km.primary: 2.0}\n"
    made = bundle(tmp_path, study=study, approval=scenario(more))
    assert made.study.admission.limit_km == {"primary": 2.0, "junior": 15.0}


def test_a_child_takes_over_drops_replaces_and_adds(tmp_path):
    child = (
        "extends: build\ndrop_projects: [more-b]\nbudget: {2024: 9000}\nprojects:\n"
        "  - {id: new-c, name: {zh: 丙, en: C}, kind: new_school, start: 2024-01, cost: 10, replaces: true,\n"
        '     new: {school: c, first_grade: "1", last_grade: "6", unit: u2, lon: 107.585, lat: 26.455, rooms: 6}}\n'
        "  - {id: more-a, name: {zh: 甲, en: A}, kind: extension, start: 2024-03, cost: 5,\n"
        "     school: a, adds: {rooms: 2}}\n"
        "overrides:\n  - name: {zh: 省钱, en: Cheap}\n    set: {projects.more-a.cost: 7, budget.2025: 100}\n"
    )
    made = bundle(tmp_path, plan_child=child, approval=scenario("", "[plans/child.yaml]"))
    plan = made.plans["child"]
    assert [(p.id, p.cost) for p in plan.projects] == [("new-c", 10), ("more-a", 7)]
    assert plan.projects[0].new.rooms == 6
    assert plan.budget == {2024: 9000, 2025: 100}
    assert [zone.with_project for zone in plan.zones] == ["new-c"]
    source = made.in_force.sources["plan:child"]
    assert source.place("zones", 0).startswith("plans/build.yaml:")
    assert source.place("projects", 1, "cost").startswith("plans/child.yaml:")
    assert (tmp_path / "plans" / "build.yaml") in made.files  # an unlisted parent is an input, too


def test_a_chain_of_futures_keeps_the_line_where_each_value_stands(tmp_path):
    made = bundle(
        tmp_path,
        future_middle="extends: baseline\nurban_share: {2023: 0.42, 2030: 0.6}\n",
        future_high="extends: middle.yaml\nbirths: {count: {2023: 50, 2030: 40}}\n",
    )
    high, source = made.futures["high"], made.in_force.sources["future:high"]
    assert (high.births.way, high.urban_share) == ("count", {2023: 0.42, 2030: 0.6})
    assert source.place("urban_share") == "futures/middle.yaml:5:14"
    assert source.place("births", "count") == "futures/high.yaml:5:17"


def test_a_mistake_in_an_inherited_value_is_told_where_it_stands(tmp_path):
    path = study_in(
        tmp_path,
        future_middle="extends: baseline\nurban_share: {2023: 0.42, 2030: 1.6}\n",
        future_high="extends: middle\n",
    )
    places = [problem.place for problem in loader.check(path) if problem.code == "SCN114"]
    assert places == ["futures/middle.yaml:5:33"]


SMALL = """extends: build
overrides:
  - name: {zh: 小班, en: Small}
    set: {stages.primary.planned_class_size: 35}
    replaces: [Forty]
"""
SMALLER = """extends: small
overrides:
  - name: {zh: 更小, en: Smaller}
    set: {stages.primary.planned_class_size: 30}
"""
FORTY = """overrides:
  - name: {zh: 四十, en: Forty}
    set: {stages.primary.planned_class_size: 40}
"""


def test_replaces_takes_the_place_of_an_override_and_of_what_that_replaced(tmp_path):
    listed = scenario(FORTY, "[plans/do-nothing.yaml, plans/small.yaml, plans/smaller.yaml]")
    made = bundle(tmp_path, plan_small=SMALL, plan_smaller=SMALLER + "    replaces: 小班\n", approval=listed)
    sizes = [
        made.study_in_plan(plan).stage("primary").planned_class_size for plan in ("do-nothing", "small", "smaller")
    ]
    assert sizes == [40, 35, 30]


def test_a_child_that_replaces_the_first_only_still_meets_the_second(tmp_path):
    listed = scenario(FORTY, "[plans/small.yaml, plans/smaller.yaml]")
    path = study_in(tmp_path, plan_small=SMALL, plan_smaller=SMALLER + "    replaces: Forty\n", approval=listed)
    found = [problem for problem in loader.check(path) if problem.severity == "error"]
    assert [(one.code, one.place, one.params["other"]) for one in found] == [
        ("SCN499", "plans/smaller.yaml:7:11", "plans/small.yaml:7:11")
    ]


def test_class_sizes_of_some_places_or_years_are_no_conflict_where_they_do_not_meet(tmp_path):
    more = "overrides:\n" + "".join(
        f"  - {{name: {{zh: 试{n}, en: T{n}}}, set: {{stages.primary.planned_class_size: {size}}}, {scope}}}\n"
        for n, (size, scope) in enumerate(((40, "schools: [a]"), (35, "schools: [b], from: 2027")))
    )
    made = bundle(tmp_path, plan_build=more, approval=scenario("", "[plans/build.yaml]"))
    assert [(one.size, one.from_year, one.schools) for one in made.class_sizes("build")] == [
        (40, None, frozenset("a")),
        (35, 2027, frozenset("b")),
    ]
    assert made.study_in_plan("build").stage("primary").planned_class_size == 45


def test_every_entry_of_the_registry_names_a_value_that_the_schema_has():
    data = {
        "stages": [{"id": "<stage>"}],
        "admission": {"limit_km": {"<stage>": 1}, "limit_min": {"<stage>": 1}},
        "standards_overrides": {},
        "construction": {"desks": [{"id": "<desk>"}]},
    }
    for rule in SETTABLE:
        text = ".".join(rule.path)
        at, said = found_path(text, data, StudyFile)
        assert (settable(said), len(at)) == (rule, len(said))
        assert set(rule.by) <= {"scenario", "future", "plan"}
        # A future and a plan never meet in one value, so that cases need not be held against each other.
        assert not {"future", "plan"} <= set(rule.by)


def test_ids_with_dots_and_misspelt_parts():
    data = {"stages": [{"id": "a"}, {"id": "a.b", "planned_class_size": 3}]}
    assert found_path("stages.a.b.planned_class_size", data, StudyFile)[0] == ("stages", 1, "planned_class_size")
    with pytest.raises(UnknownPathError) as fault:
        found_path("stages.c.planned_class_size", data, StudyFile)
    assert (fault.value.part, fault.value.before, fault.value.known) == ("c", ("stages",), ("a", "a.b"))


CHANGES = (
    ("stages.primary.planned_class_size", 35),
    ("admission.limit_km.junior", 9.0),
    ("spread.births_county_sd", 0.07),
    ("entry.share_at_entry_age", 0.9),
    ("learning_window.years", 2),
    ("construction.crews", 4),
)


@given(st.permutations(CHANGES), st.integers(1, len(CHANGES)))
def test_the_order_of_independent_overrides_does_not_matter(changes, parts):
    study, _ = read_yaml(BASE / "study.yaml", "study.yaml")
    groups = [changes[n::parts] for n in range(parts)]
    lines = [", ".join(f"{path}: {value}" for path, value in group) for group in groups]
    text = "overrides:\n" + "".join(
        f"  - {{name: {{zh: 第{n}项, en: Item {n}}}, set: {{{line}}}}}\n" for n, line in enumerate(lines)
    )
    source, _ = read_text(text, "approval.yaml")
    found, problems = settings(source, "scenario", study.data, ScenarioFile)
    made = applied(study, found)
    assert problems == []
    assert made.data == {
        **study.data,
        "stages": [{**study.data["stages"][0], "planned_class_size": 35}, study.data["stages"][1]],
        "admission": {"divert_at": "norm", "limit_km": {"primary": 4.0, "junior": 9.0}},
        "spread": {**study.data["spread"], "births_county_sd": 0.07},
        "entry": {**study.data["entry"], "share_at_entry_age": 0.9},
        "learning_window": {"years": 2},
        "construction": {"crews": 4},
    }


@given(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")))
def test_a_child_has_the_projects_of_its_parent_less_those_dropped_and_its_own(base, dropped, own):
    def plan(name, ids, more=""):
        rows = "".join(f"  - {{id: {one}, cost: 1, replaces: {str(one in base).lower()}}}\n" for one in sorted(ids))
        return read_text(f"id: {name}\n{more}projects:\n{rows}" if rows else f"id: {name}\n{more}", f"{name}.yaml")[0]

    drops = sorted(dropped & base)
    made, problems = laid_over(plan("child", own, f"drop_projects: [{', '.join(drops)}]\n"), plan("base", base))
    ids = [one["id"] for one in made.data.get("projects", [])]
    assert sorted(ids) == sorted((base - dropped) | own)
    assert len(ids) == len(set(ids))
    assert {problem.code for problem in problems} <= {"SCN492", "SCN494"}
    for number, name in enumerate(ids):
        assert made.place("projects", number).startswith("child.yaml" if name in own else "base.yaml")


def test_the_guide_page_lists_what_may_be_set_and_by_whom():
    page = (Path(__file__).parents[2] / "docs" / "guide" / "overrides.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:] for line in page.splitlines() if line.startswith("| `")]
    told = {}
    for paths, scenario_file, future, plan, *_ in rows:
        by = [who for who, cell in (("scenario", scenario_file), ("future", future), ("plan", plan)) if "yes" in cell]
        told |= {path: tuple(by) for path in paths.split("`")[1::2]}
    listed = {".".join(rule.path): rule.by for rule in SETTABLE}
    spread = {path for path in listed if path.startswith("spread.")}
    assert {path: by for path, by in listed.items() if path not in spread} | {"spread.…": ("scenario",)} == told


def test_every_part_of_the_study_is_settable_or_is_known_not_to_be():
    """A new part of `study.yaml` has to be decided on: who may set it, or that nobody does."""
    never = {"schema_version", "id", "name", "synthetic", "note", "language", "base_year", "crs", "reference_future"}
    never |= {"facility_standards", "tables", "layers", "school_crs", "children_base", "children_as_of", "sources"}
    never |= {"staff", "money", "closures", "standard_targets", "boarding", "classes", "alerts"}
    assert set(StudyFile.model_fields) - {rule.path[0] for rule in SETTABLE} == never
