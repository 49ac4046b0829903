"""Editor help: schemas of all YAML files that accept what the loader accepts and underline what it refuses."""

import copy
import datetime as dt
import json
import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scenarios import editor_schema as help_
from scenarios.loader import check
from scenarios.problems import ScenarioError, render
from scenarios.schema_errors import validate
from scenarios.schemas import SCHEMAS
from scenarios.shipped import FOLDER as EXAMPLES
from scenarios.shipped import copy_example, list_examples
from scenarios.templates import write_template
from scenarios.yaml_source import YamlSource, read_text, read_yaml

TESTS = Path(__file__).resolve().parents[1]
PACKS = EXAMPLES.parent / "packs"
DEFAULTS = {
    "construction-defaults": "construction",
    "fertility-defaults": "fertility",
    "housing-defaults": "housing",
    "boarding-defaults": "boarding",
    "road-classes": "roads",
    "money-defaults": "money",
    "closure-defaults": "closures",
    "staff-defaults": "staff",
    "attendance-defaults": "attendance",
}
NOT_IN_A_SCHEMA = {
    "SCN380": "keys that need another one (two ways at once are underlined)",
    "SCN393": "rates by age that are not all zero, ages from 10 to 49 (a list of eleven months is underlined)",
    "SCN394": "two keys that exclude each other",
    "SCN395": "survivors that never rise (survival above 1 is underlined)",
}
"""Codes of the file forms that JSON Schema could say only in a way that editors cannot explain."""


@cache
def checker(form: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(help_.schema_text(form)), format_checker=Draft202012Validator.FORMAT_CHECKER)


def as_json(value: Any) -> Any:
    """What an editor sees: keys are texts, days are texts."""
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def underlined(form: str, data: Any) -> list[str]:
    return [fault.message for fault in checker(form).iter_errors(as_json(data))]


def refused(form: str, data: Any) -> bool:
    """Whether the loader's model refuses plain data."""
    source = YamlSource("x.yaml", data, {}, {})
    return bool(validate(SCHEMAS[form], source)[1])


def form_of(file: Path, root: Path) -> str:
    assert file.is_relative_to(root)
    named = {"futures": "future", "plans": "plan"}.get(file.parent.name)
    own = {
        "study.yaml": "study",
        "approval.yaml": "scenario",
        "adaptive.yaml": "scenario",
        "guarded.yaml": "scenario",
        "programme.yaml": "programme",
    }
    return named or own.get(file.name, "pack")


def yaml_files(root: Path) -> list[Path]:
    """Of a study folder, or of a programme with the folders of its members."""
    return sorted(root.rglob("*.yaml"))


def read(file: Path) -> dict[str, Any]:
    source, problems = read_yaml(file, file.name)
    assert source is not None
    assert problems == [], file
    return source.data


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Study folders as `new` writes them."""
    made = {name: copy_example(name, tmp_path_factory.mktemp("new") / name) for name in list_examples()}
    for lang in ("zh", "en"):
        made[f"template-{lang}"] = write_template(tmp_path_factory.mktemp("new") / lang, lang)
    return made


@pytest.mark.parametrize("form", list(SCHEMAS))
def test_schemas_are_json_schema_of_2020_and_refer_to_themselves_only(form: str) -> None:
    text = help_.schema_text(form)
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert all(found.startswith("#/$defs/") for found in re.findall(r'"\$ref": "([^"]*)"', text))


def test_all_files_that_new_writes_have_nothing_underlined(folders: dict[str, Path]) -> None:
    for name, root in folders.items():
        files = yaml_files(root)
        forms = {form_of(file, root) for file in files}
        city = {"programme"} if name == "zhuzhou" else set()
        assert forms - {"pack"} == {"study", "scenario", "future", "plan"} | city
        for file in files:
            assert underlined(form_of(file, root), read(file)) == [], file


def test_the_first_line_of_every_file_finds_its_schema_without_a_network(folders: dict[str, Path]) -> None:
    for root in folders.values():
        assert sorted(file.stem for file in (root / ".schema").iterdir()) == sorted(help_.PLANNERS_FORMS)
        for file in yaml_files(root):
            form, depth = form_of(file, root), len(file.relative_to(root).parts) - 1
            line = file.read_text(encoding="utf-8").splitlines()[0]
            assert line == help_.first_line(form, depth), file
            named = file.parent / line.partition("$schema=")[2]
            assert named.read_text(encoding="utf-8") == help_.schema_text(form)


def test_shipped_packs_and_defaults_have_nothing_underlined() -> None:
    files = sorted(PACKS.glob("*.yaml"))
    assert set(DEFAULTS) < {file.stem for file in files}
    for file in files:
        assert underlined(DEFAULTS.get(file.stem, "pack"), read(file)) == [], file.name


def test_the_examples_of_the_guide_have_nothing_underlined() -> None:
    text = (TESTS.parent / "docs" / "guide" / "files.md").read_text(encoding="utf-8")
    forms = {"study": "study", "futures": "future", "plans": "plan", "approval": "scenario", "programme": "programme"}
    found = re.findall(r"```yaml\n(# (\w+)\S*\n.*?)```", text, re.DOTALL)
    assert len(found) == len(forms)
    for example, name in found:
        source, _ = read_text(example, name)
        assert source is not None
        assert underlined(forms[name], source.data) == []


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("study.yaml", lambda data: data.update(horizn=data.pop("horizon")), "'horizn' was unexpected"),
        ("study.yaml", lambda data: data["learning_window"].update(ratios="nett"), "'nett' is not one of"),
        (
            "study.yaml",
            lambda data: data["stages"][0].update(planned_class_size=450),
            "450 is greater than the maximum",
        ),
        ("study.yaml", lambda data: data.pop("base_year"), "'base_year' is a required property"),
        ("study.yaml", lambda data: data["stages"][0].update(grades=[1, 2]), "1 is not of type 'string'"),
        ("study.yaml", lambda data: data.update(school_crs="gcj02"), "'gcj02' does not match"),
        ("study.yaml", lambda data: data.update(children_as_of="in autumn"), "is not valid under any"),
        ("futures/low.yaml", lambda data: data["urban_share"].update({2030: 47}), "47 is greater than or equal to"),
        ("futures/low.yaml", lambda data: data.update(urban_share={}), "should be non-empty"),
        ("plans/compact.yaml", lambda data: data["projects"][0].update(kind="extention"), "'extention' is not one of"),
        ("approval.yaml", lambda data: data["tests"].update(p_required=0.3), "0.3 is less than or equal to"),
    ],
)
def test_mistakes_are_underlined(file: str, change: Callable[[dict[str, Any]], object], said: str) -> None:
    root = EXAMPLES / "majiang"
    form, data = form_of(root / file, root), copy.deepcopy(read(root / file))
    data.setdefault("learning_window", {}) if form == "study" else data.setdefault("tests", {})
    data = data if form in ("study", "scenario") else {key: item for key, item in data.items() if key != "tests"}
    change(data)
    assert any(said in message for message in underlined(form, data)), underlined(form, data)
    assert refused(form, data)


def spots(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key and list entry of plain data."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, item in pairs:
        yield (*path, key)
        yield from spots(item, (*path, key))


def changed(data: Any, path: tuple[Any, ...], mistake: str) -> Any | None:
    """A copy with one mistake at a place; None where that mistake cannot be made there."""
    data = copy.deepcopy(data)
    parent = data
    for key in path[:-1]:
        parent = parent[key]
    value = parent[path[-1]]
    if mistake == "misspelt":
        if isinstance(parent, list):
            return None
        parent[f"{path[-1]}x"] = parent.pop(path[-1])
    elif mistake == "left out":
        if isinstance(parent, list):
            return None
        del parent[path[-1]]
    elif mistake == "mapping":
        parent[path[-1]] = {"no": "such"}
    elif mistake == "text":
        parent[path[-1]] = "?!"
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        far = 10**9 if isinstance(value, int) else 1e9
        parent[path[-1]] = -far if mistake == "far below" else far
    else:
        return None
    return data


@pytest.mark.parametrize("mistake", ["misspelt", "left out", "mapping", "text", "far below", "far above"])
def test_a_mistake_at_any_place_is_underlined_exactly_if_the_loader_refuses_it(mistake: str) -> None:
    base = TESTS / "broken" / "_base"
    tried = {True: 0, False: 0}
    for file in yaml_files(base):
        form, data = form_of(file, base), read(file)
        for path in spots(data):
            wrong = changed(data, path, mistake)
            if wrong is not None:
                said, no = underlined(form, wrong), refused(form, wrong)
                assert bool(said) == no, (file.name, path, said)
                tried[no] += 1
    assert tried[True] > 20, tried


def broken_files() -> Iterator[tuple[str, str, Path]]:
    for case in sorted(file.parent for file in (TESTS / "broken").glob("*/expect.yaml")):
        for file in yaml_files(case):
            if file.name != "expect.yaml":
                yield case.name, form_of(file, case), file


def test_the_broken_cases_about_keys_and_types_are_underlined_and_no_other_is() -> None:
    seen = set()
    for case, form, file in broken_files():
        source, problems = read_yaml(file, file.name)
        if source is None or problems or "extends" in source.data:
            continue  # what extends another file is held to the schema with what it takes from there
        codes = {problem.code for problem in validate(SCHEMAS[form], source)[1]}
        said = underlined(form, source.data)
        if codes - set(NOT_IN_A_SCHEMA):
            assert said, (case, file.name, codes)
            seen |= codes
        elif not codes:
            assert said == [], (case, file.name)
    assert {"SCN101", "SCN102", "SCN103", "SCN104", "SCN105", "SCN106", "SCN117"} <= seen


def test_every_key_of_a_planners_file_has_chinese_words_and_no_word_is_left_over() -> None:
    for form in help_.PLANNERS_FORMS:
        assert help_.keys_without_chinese(form) == [], "add them to scenarios/schema_words.yaml"
    assert help_.words_without_key() == [], "take them out of scenarios/schema_words.yaml"


def test_words_of_both_languages_units_and_defaults_are_shown() -> None:
    schema = help_.editor_schema("study")
    size = schema["$defs"]["Stage"]["properties"]["planned_class_size"]
    assert size["markdownDescription"].startswith("编班时的班额（人/班）")
    assert "[pupils/class]" in size["markdownDescription"]
    assert size["description"].startswith("Size that forms classes")
    assert (size["minimum"], size["maximum"]) == (1, 200)
    assert "title" not in size
    assert schema["$defs"]["Spread"]["properties"]["births_county_sd"]["default"] == 0.04
    assert schema["$defs"]["Entry"]["properties"]["share_at_entry_age"]["default"] == 1.0
    pull = help_.editor_schema("future")["properties"]["town_pull"]
    assert "default" not in pull
    assert "Default: 1 in every year." in pull["description"]


def test_a_foreign_file_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text('{"mine": true}', encoding="utf-8")
    with pytest.raises(ScenarioError) as stop:
        help_.write_schemas(tmp_path)
    assert [problem.code for problem in stop.value.problems] == ["SCN480"]
    assert [file.name for file in tmp_path.iterdir()] == ["plan.json"]
    shutil.rmtree(tmp_path)
    first = help_.write_schemas(tmp_path / "a")
    (tmp_path / "a" / "plan.json").write_text('{"$comment": "schoolplan"}', encoding="utf-8")
    assert help_.write_schemas(tmp_path / "a") == first
    assert (tmp_path / "a" / "plan.json").read_text(encoding="utf-8") == help_.schema_text("plan")


def test_a_schema_of_another_version_is_told_with_the_command_that_mends_it(tmp_path: Path) -> None:
    root = copy_example("majiang", tmp_path / "study")
    assert not [problem for problem in check(root / "study.yaml") if problem.code == "SCN481"]
    schema = root / ".schema" / "study.json"
    schema.write_text(schema.read_text(encoding="utf-8").replace('"horizon"', '"horizn"'), encoding="utf-8")
    (told,) = [problem for problem in check(root / "study.yaml") if problem.code == "SCN481"]
    assert (told.severity, told.place) == ("note", "study.yaml:1:1")
    assert f"schoolplan schema --out {schema.parent.as_posix()}" in render(told, "zh")
    schema.unlink()
    assert not [problem for problem in check(root / "study.yaml") if problem.code == "SCN481"]
