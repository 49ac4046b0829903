"""JSON Schemas for editors: what a file form allows, with Chinese and English words, beside the planner's own files.

An editor that knows JSON Schema (VS Code with the YAML extension, anything on yaml-language-server) completes keys,
shows what they mean and underlines what the loader would refuse. The first line of a file names its schema by a path
relative to the file; no address, so it works without a network:

    # yaml-language-server: $schema=.schema/study.json

The models are the one source: keys, types, ranges, choices, defaults and English words come from them, the Chinese
words from `schema_words.yaml` and, for tables, from the dictionary.
"""

import copy
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from scenarios.problems import Problem, ScenarioError, error, note
from scenarios.schema_base import YEAR_MIN
from scenarios.schemas import SCHEMAS, json_schema
from scenarios.table_specs import SPECS
from scenarios.yaml_source import read_yaml

FOLDER = ".schema"
"""Folder of the schemas in the folder of a study."""
PLANNERS_FORMS = ("study", "future", "plan", "scenario", "programme", "pack")
"""Forms of files that a planner writes; the others are the shipped files of defaults."""
_MADE_BY = "schoolplan"
_NAMED = re.compile(r"# yaml-language-server: \$schema=(?P<path>(?:\.\./)*\.schema/(?P<form>\w+)\.json)\s*$")
_LONGEST = 200
_WORDS_FILE = Path(__file__).with_name("schema_words.yaml")


def first_line(form: str, depth: int = 0) -> str:
    """The line that tells an editor the schema of a file that lies `depth` folders below the study."""
    return f"# yaml-language-server: $schema={'../' * depth}{FOLDER}/{form}.json"


def editor_schema(form: str) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a form, with the words of both languages. Raises KeyError for another name."""
    schema = copy.deepcopy(json_schema(form))
    for part in (schema, *schema["$defs"].values()):
        name = part.pop("title")
        for key, field in part.get("properties", {}).items():
            _settled(field)
            about = field.get("description") or _about(field, schema["$defs"])
            chinese = words().get(name, {}).get(key)
            if chinese:
                field["markdownDescription"] = f"{chinese}\n\n{about}"
    head = {"$schema": schema.pop("$schema"), "title": form, "$comment": _MADE_BY}
    return {**head, **schema}


def _settled(field: dict[str, Any]) -> None:
    """Take away what an editor would show or insert to no use: made-up titles, defaults that are whole mappings.

    A path that holds one value in every year has that number as its default.
    """
    field.pop("title", None)
    default = field.get("default")
    if isinstance(default, dict) and str(YEAR_MIN) in default:
        value = default[str(YEAR_MIN)]
        field["description"] = f"{field['description']} Default: {value:g} in every year."
        default = value if any(option.get("type") == "number" for option in field.get("anyOf", ())) else None
    if default is None or default == [] or isinstance(default, dict):
        field.pop("default", None)
    else:
        field["default"] = default


def _about(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    """Words of the part that a field refers to, where it has none of its own."""
    for option in (field, *field.get("anyOf", ())):
        if "$ref" in option:
            return str(definitions[option["$ref"].rsplit("/", 1)[-1]].get("description", ""))
    return ""


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, str]]:
    """Chinese words by model and key; those of the tables are the dictionary's."""
    source, problems = read_yaml(_WORDS_FILE, _WORDS_FILE.name)
    if source is None or problems:
        raise RuntimeError(f"{_WORDS_FILE.name} is broken: {problems}")
    written = cast("dict[str, dict[str, str]]", source.data)
    return written | {"Tables": {name: spec.about_zh for name, spec in SPECS.items()}}


def keys_without_chinese(form: str) -> list[str]:
    """`Model.key` of a form for which there is no Chinese text."""
    known = words()
    return [f"{model}.{key}" for model, key in _keys(form) if not known.get(model, {}).get(key)]


def _keys(form: str) -> Iterator[tuple[str, str]]:
    schema = json_schema(form)
    for part in (schema, *schema["$defs"].values()):
        for key in part.get("properties", {}):
            yield part["title"], key


def words_without_key() -> list[str]:
    """`Model.key` of the words file that no form has any more."""
    there = {pair for form in SCHEMAS for pair in _keys(form)}
    return [f"{model}.{key}" for model, keys in words().items() for key in keys if (model, key) not in there]


@cache
def schema_text(form: str) -> str:
    """The file of a schema, letter by letter the same for the same version."""
    return json.dumps(editor_schema(form), ensure_ascii=False, indent=1) + "\n"


def write_schemas(folder: Path, forms: Sequence[str] = PLANNERS_FORMS) -> list[Path]:
    """Write schemas into a folder, made if need be; older ones of ours are replaced.

    Raises ScenarioError (SCN480) for a file of that name that is no schema of ours; nothing is written then.
    """
    files = {folder / f"{form}.json": schema_text(form) for form in forms}
    foreign = [error("SCN480", str(file), file.name) for file in files if file.exists() and not _is_ours(file)]
    if foreign:
        raise ScenarioError(foreign)
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        file.write_text(text, encoding="utf-8", newline="\n")
    return list(files)


def stale_schema(file: Path, shown: str) -> list[Problem]:
    """A note (SCN481) if the schema that a file names lies there and is not that of this version.

    shown: the file as problems name it. A schema that is not there is the editor's to say.
    """
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        named = _NAMED.match(lines.readline(_LONGEST))
    if named is None or named["form"] not in SCHEMAS:
        return []
    schema = file.parent / named["path"]
    if not schema.is_file() or not _is_ours(schema) or schema.read_text(encoding="utf-8") == schema_text(named["form"]):
        return []
    return [note("SCN481", f"{shown}:1:1", named["path"], folder=schema.parent.as_posix())]


def _is_ours(file: Path) -> bool:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("$comment") == _MADE_BY
