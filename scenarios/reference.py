"""The reference parts of `docs/guide/files.md` and `tables.md`, made from specs and schemas: they cannot go stale.

`python -m scenarios.reference docs/guide/files.md docs/guide/tables.md` rewrites what stands between the marks.
"""

import re
import sys
from pathlib import Path
from typing import Any

from scenarios.reference_tables import bureau_reference, common_words, indicator_reference, table_reference
from scenarios.schema_base import YEAR_MIN
from scenarios.schemas import json_schema
from scenarios.table_specs import SPECS

_JSON_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true/false",
    "null": "null",
    "array": "list",
    "object": "mapping",
}
_BOUNDS = (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))


def form_reference(name: str) -> str:
    """One YAML form as Markdown: every key with its type, default and meaning, nested keys with their path."""
    schema = json_schema(name)
    lines = ["| 键 key | 类型 type | 默认 default | 含义 meaning |", "| --- | --- | --- | --- |"]
    for path, field, required in _fields(schema, schema["$defs"], ""):
        star = "\\*" if required else ""
        is_part = "$ref" in field or "allOf" in field
        default = "" if required or is_part or "default" not in field else _default(field["default"])
        meaning = field.get("description", "")
        lines.append(f"| `{path}`{star} | {_type(field, schema['$defs'])} | {default} | {meaning} |".replace("\n", " "))
    return "\n".join(lines)


def _fields(part: dict[str, Any], definitions: dict[str, Any], prefix: str) -> list[tuple[str, dict[str, Any], bool]]:
    """All keys below a part of a schema, depth first, with whether the key must be given."""
    found: list[tuple[str, dict[str, Any], bool]] = []
    for key, field in part.get("properties", {}).items():
        inner, mark = _inner(field, definitions)
        described = {"description": inner.get("description", "")} | field if inner else field
        found.append((f"{prefix}{key}{mark}", described, key in part.get("required", ())))
        if inner and inner.get("title") != "Names":
            found += _fields(inner, definitions, f"{prefix}{key}{mark}.")
    return found


def _inner(field: dict[str, Any], definitions: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The form that a field holds, if it holds one, and `[]` if it holds a list of them."""
    for option in (field, *field.get("anyOf", ())):
        if "$ref" in option:
            return definitions[option["$ref"].rsplit("/", 1)[-1]], ""
        if isinstance(option.get("items"), dict) and "$ref" in option["items"]:
            return definitions[option["items"]["$ref"].rsplit("/", 1)[-1]], "[]"
    return {}, ""


def _type(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    options = [_one_type(option, definitions) for option in field.get("anyOf", (field,))]
    return " or ".join(dict.fromkeys(option for option in options if option != "null"))


def _one_type(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "$ref" in field:
        return "{zh, en}" if field["$ref"].endswith("/Names") else "mapping"
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    by_key = _by_key(field, definitions)
    if by_key:
        return by_key
    if field.get("format") == "date":
        return "date"
    name = _JSON_TYPES.get(str(field.get("type")), "")
    bounds = [f"{sign} {field[key]:.10g}" for key, sign in _BOUNDS if key in field]
    return " ".join([name, *bounds])


def _by_key(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    """A mapping from years or ids to values, e.g. `{year: number}`; empty for anything else."""
    if isinstance(field.get("additionalProperties"), dict):
        return f"{{id: {_type(field['additionalProperties'], definitions)}}}"
    for pattern, value in field.get("patternProperties", {}).items():
        key = "year" if "d{4}" in pattern else "age" if "d{1,2}" in pattern else "id"
        return f"{{{key}: {_type(value, definitions)}}}"
    return ""


def _default(value: Any) -> str:
    if isinstance(value, dict):
        if not all(isinstance(item, float) for item in value.values()):
            return ""
        if str(YEAR_MIN) in map(str, value):
            return f"{next(iter(value.values())):g}"
        return "`{" + ", ".join(f"{key}: {item:g}" for key, item in value.items()) + "}`"
    if value is None or value == []:
        return "–"
    return f"{value:g}" if isinstance(value, float) else f"`{value}`"


def blocks() -> dict[str, str]:
    """All generated blocks by name."""
    made = {f"table {name}": table_reference(spec) for name, spec in SPECS.items()}
    made |= {"bureaus": bureau_reference(), "words": common_words(), "indicator codes": indicator_reference()}
    forms = ("study", "future", "plan", "scenario", "programme", "pack")
    return made | {f"form {name}": form_reference(name) for name in forms}


def refreshed(text: str) -> str:
    """A page with its generated blocks brought up to date."""
    for name, block in blocks().items():
        start, end = f"<!-- {name} -->", f"<!-- end {name} -->"
        pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
        text = pattern.sub(lambda _, block=block, start=start, end=end: f"{start}\n{block}\n{end}", text)  # type: ignore[misc]
    return text


if __name__ == "__main__":
    for page in map(Path, sys.argv[1:]):
        page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")
