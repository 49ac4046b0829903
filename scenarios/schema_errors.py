"""From pydantic's findings to problems with a place, the value found, what is expected and how to mend it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scenarios.crs_words import meant_crs
from scenarios.problems import Problem, error, nearest
from scenarios.schema_base import FileModel
from scenarios.yaml_source import FULL_WIDTH_COLON, Key, KeyPath, YamlSource

Model = TypeVar("Model", bound=FileModel)

# What a type error expected, as an entry of `words` in the message catalogue.
_TYPES = {
    "int_type": "@whole_number",
    "int_from_float": "@whole_number",
    "float_type": "@number",
    "finite_number": "@number",
    "string_type": "@text",
    "bool_type": "@true_or_false",
    "date_type": "@date",
    "tuple_type": "@list",
    "dict_type": "@mapping",
    "model_type": "@mapping",
}
_FORMS = {
    "scn_id": "SCN107",
    "scn_month": "SCN108",
    "scn_crs": "SCN109",
    "scn_path_empty": "SCN110",
    "scn_share": "SCN111",
    "scn_divert_at": "SCN112",
    "scn_birth_index": "SCN113",
    "scn_urban_share": "SCN114",
    "scn_migration": "SCN115",
    "scn_town_pull": "SCN116",
    "scn_family_rate": "SCN421",
    "scn_public_share": "SCN427",
    "scn_births_ways": "SCN380",
    "scn_birth_count": "SCN381",
    "scn_tfr": "SCN382",
    "scn_women_migration": "SCN383",
    "scn_distribution": "SCN393",
    "scn_two_ways": "SCN394",
    "scn_survival": "SCN395",
}
_BOUNDS = {"greater_than_equal": ("ge", ">="), "greater_than": ("gt", ">"), "less_than_equal": ("le", "<=")}
_BOUNDS["less_than"] = ("lt", "<")


def validate(model: type[Model], source: YamlSource, told: Collection[str] = ()) -> tuple[Model | None, list[Problem]]:
    """Check a file against its schema; the model is None if anything is wrong. told: places with a problem already."""
    try:
        return model.model_validate(source.data), []
    except ValidationError as fault:
        problems = [
            _problem(model, source, detail) for detail in fault.errors(include_url=False) if not _of_entries(detail)
        ]
    # A misspelt key is also a missing one: said once, where it stands.
    meant = {problem.params.get("meant") for problem in problems} - {None}
    kept = [problem for problem in problems if problem.params.get("path") not in meant and problem.place not in told]
    return None, kept


def show(value: Any) -> str:
    """A value as a planner would write it, cut to a readable length."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: …" for key in list(value)[:4]) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(show(item) for item in value[:4]) + (", …]" if len(value) > 4 else "]")
    return str(value)


def _problem(model: type[FileModel], source: YamlSource, detail: ErrorDetails) -> Problem:
    kind, location = detail["type"], detail["loc"]
    path: KeyPath = tuple(part for part in location if part != "[key]")
    found, context = detail["input"], detail.get("ctx", {})
    if "year" in context:
        # A path by year: say the year whose value is wrong, unless one number stands for all years.
        found, by_year = context["value"], (*path, context["year"])
        path = by_year if by_year in source.values else path
    place = source.place(*path, key=kind == "extra_forbidden" or "[key]" in location)
    name = _said(source, path)
    if isinstance(found, str) and FULL_WIDTH_COLON in found and kind in ("model_type", "dict_type", "tuple_type"):
        return error("SCN011", place, found)
    if kind == "extra_forbidden":
        known = known_keys(model, path[:-1])
        near = nearest(path[-1], known)
        return error("SCN101", place, str(path[-1]), near=near, known=tuple(known), meant=(*path[:-1], near))
    if kind == "missing":
        return _missing(source, path, found)
    if _names_crs(path) and kind in ("scn_crs", "string_type"):
        return _no_crs(place, name, path, found)
    if kind in _FORMS:
        return error(_FORMS[kind], place, show(found), key=name)
    if kind in _BOUNDS:
        limit, sign = _BOUNDS[kind]
        return error("SCN104", place, show(found), key=name, expected=f"{sign} {context[limit]:g}")
    if kind == "literal_error":
        choices = tuple(part.strip("'") for part in str(context["expected"]).replace(" or ", ", ").split(", "))
        return error("SCN105", place, show(found), near=nearest(found, choices), key=name, choices=choices)
    if kind == "too_long":
        return error("SCN118", place, show(found), key=name, number=context["max_length"])
    if kind in ("too_short", "string_too_short"):
        return _short(place, name, found, context)
    if kind == "string_type" and isinstance(found, (int, float)) and not isinstance(found, bool):
        return error("SCN117", place, show(found), key=name)
    return error("SCN103", place, show(found), key=name, expected=_TYPES.get(kind, detail["msg"]))


def _short(place: str, name: str, found: Any, context: Mapping[str, Any]) -> Problem:
    if found and isinstance(found, Sequence):
        return error("SCN689", place, len(found), key=name, number=context["min_length"])
    return error("SCN106", place, show(found), key=name)


def _of_entries(detail: ErrorDetails) -> bool:
    """Whether a list counts as short only because entries of it are wrong; these are told one by one."""
    found, context = detail["input"], detail.get("ctx", {})
    return detail["type"] == "too_short" and isinstance(found, Sequence) and len(found) >= context["min_length"]


def _names_crs(path: KeyPath) -> bool:
    """Whether a key of the study declares a coordinate system."""
    return path in (("crs",), ("school_crs",)) or (len(path) == 3 and path[0] == "layers" and path[2] == "crs")


def _no_crs(place: str, name: str, path: KeyPath, found: Any) -> Problem:
    """A coordinate system that was left empty, or is written in a way that is not taken."""
    layer = path != ("crs",)
    if layer and (found is None or found == ""):
        return error("SCN119", place, key=name)
    return error("SCN109", place, show(found), near=meant_crs(show(found), layer=layer), key=name)


def _missing(source: YamlSource, path: KeyPath, found: Any) -> Problem:
    parent = path[:-1]
    if isinstance(path[-1], int):
        # A list that must have a fixed number of entries, e.g. [low, likely, high].
        return error("SCN118", source.place(*parent), show(found), key=_said(source, parent), number=path[-1] + 1)
    place = source.place(*parent, key=True) if parent else source.place()
    if _names_crs(path) and path != ("crs",):
        return error("SCN119", place, key=_said(source, path), path=path)
    return error("SCN102", place, key=str(path[-1]), parent=_said(source, parent) or "@this_file", path=path)


def _said(source: YamlSource, path: KeyPath) -> str:
    """A path as one reads it: `projects[no4].new.rooms`; list entries by their id, else by number from 1."""
    said = ""
    node: Any = source.data
    for part in path:
        is_list = isinstance(node, list)
        node = node[part] if is_list and isinstance(part, int) and part < len(node) else _child(node, part)
        if is_list and isinstance(part, int):
            said += f"[{node['id']}]" if isinstance(node, dict) and "id" in node else f"[{part + 1}]"
        else:
            said += f".{part}" if said else str(part)
    return said


def _child(node: Any, part: Key) -> Any:
    return node.get(part) if isinstance(node, dict) else None


def known_keys(model: type[FileModel], path: KeyPath) -> list[str]:
    """Keys that the schema allows at a place of the file."""
    schema = model.model_json_schema(by_alias=True)
    definitions = schema.get("$defs", {})
    nodes = [schema]
    for part in path:
        nodes = [child for node in nodes for child in _children(_resolved(node, definitions), part)]
    keys: list[str] = []
    for node in nodes:
        for option in _options(_resolved(node, definitions), definitions):
            keys += [key for key in option.get("properties", {}) if key not in keys]
    return keys


def _options(node: dict[str, Any], definitions: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(_resolved(option, definitions) for option in node.get("anyOf", []))]


def _resolved(node: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref")
    if reference is None and isinstance(node.get("anyOf"), list):
        merged = dict(node)
        for option in node["anyOf"]:
            merged = {**_resolved(option, definitions), **merged}
        return merged
    return node if reference is None else definitions[reference.rsplit("/", 1)[-1]]


def _children(node: dict[str, Any], part: Key) -> list[dict[str, Any]]:
    if isinstance(part, int) and "items" in node:
        return [node["items"]]
    properties = node.get("properties", {})
    if part in properties:
        return [properties[part]]
    other = node.get("additionalProperties")
    return [other] if isinstance(other, dict) else []
