"""What an override may set: the registry of values of the study, and how a dotted path finds its value.

All cases of a scenario live in one random world, fitted and learnt once.  What that world rests on is the same for all
of them, so only the scenario file may set it; what a bureau decides may differ between plans; what nobody decides may
differ between futures.  A future and a plan may set every value of their own file, which matters where they extend
another one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from scenarios.schema_base import FileModel
from scenarios.schema_births import Fertility
from scenarios.schema_errors import known_keys
from scenarios.schema_migration import Migration
from scenarios.schema_study import Spread
from scenarios.yaml_source import Key, KeyPath

Setter = Literal["scenario", "future", "plan"]
Said = tuple[str, ...]
"""A path as it is written, part by part; parts of lists are ids."""


@dataclass(frozen=True)
class Settable:
    """A value of the study that may be set; `<…>` stands for any id. It holds for all that lies below it, too."""

    path: Said
    by: tuple[Setter, ...]
    why: str  # entry of `words` in the message catalogue


def _rules(by: tuple[Setter, ...], why: str, *paths: str) -> tuple[Settable, ...]:
    return tuple(Settable(tuple(path.split(".")), by, why) for path in paths)


def _keys(part: str, model: type[FileModel]) -> tuple[str, ...]:
    return tuple(f"{part}.{key}" for key in model.model_fields)


SETTABLE: tuple[Settable, ...] = (
    *_rules(("scenario", "plan"), "@set_policy", "stages.<stage>.planned_class_size", "admission.divert_at"),
    *_rules(("scenario", "plan"), "@set_policy", "admission.limit_km.<stage>", "admission.limit_min.<stage>"),
    *_rules(("scenario", "plan"), "@set_policy", "admission.rules", "admission.unit_rules", "admission.feeders"),
    *_rules(("scenario", "plan"), "@set_policy", "admission.priority", "admission.purchased_share"),
    *_rules(("scenario", "plan"), "@set_policy", "construction.crews", "construction.desks.<desk>.files"),
    *_rules(("scenario", "plan"), "@set_policy", "construction.split_stages", "construction.from_ledger"),
    *_rules(("scenario", "plan"), "@set_policy", "construction.default_approvals", "construction.default_risks"),
    *_rules(("scenario", "future"), "@set_people", *_keys("migration", Migration), *_keys("fertility", Fertility)),
    *_rules(("scenario",), "@set_world", "horizon", "learning_window.years", "learning_window.ratios"),
    *_rules(("scenario",), "@set_world", *_keys("spread", Spread)),
    *_rules(("scenario",), "@set_world", "entry.share_at_entry_age", "entry.autumn_births_share"),
    *_rules(("scenario",), "@set_world", "entry.survival_per_year", "entry.births_series", "resident_per_hukou"),
    *_rules(("scenario",), "@set_world", "stages.<stage>.participation", "stages.<stage>.entry_share"),
    *_rules(("scenario",), "@set_world", "admission.beyond_zone"),
    *_rules(("scenario",), "@set_world", "travel.detour", "travel.walk_km_per_h", "travel.bus_km_per_h"),
    *_rules(("scenario",), "@set_world", "travel.car_km_per_h", "travel.limit_min"),
    *_rules(("scenario",), "@set_judged", "standards", "standards_overrides.<clause>"),
)
"""Every value of the study that an override may set; all others are identity, files, or what the tables count on."""

OWN_IDENTITY = ("schema_version", "id", "name", "note", "sources", "extends", "drop_projects", "drop_zones",
                "overrides", "rezoning")  # fmt: skip
"""Keys of a future or a plan that no override sets."""

_YEAR = re.compile(r"(19|20|21)\d\d")


class UnknownPathError(Exception):
    """A path that names nothing: the part that is not known, what stands before it and what is known there."""

    def __init__(self, part: str, before: Said, known: Iterable[str]) -> None:
        super().__init__(part)
        self.part, self.before, self.known = part, before, tuple(known)


def found_path(text: str, data: Mapping[str, Any], model: type[FileModel]) -> tuple[KeyPath, Said]:
    """Place of a dotted path in plain data, and its parts as written. Raises UnknownPathError.

    Ids may hold dots: the longest id or key that fits is taken.  A key that the schema knows need not be in the data.
    """
    node: Any = data
    rest = text
    where: KeyPath = ()
    parts: Said = ()
    while rest:
        choices = _choices(node, model, where, rest)
        fitting = [name for name in choices if rest == name or rest.startswith(name + ".")]
        if not fitting:
            raise UnknownPathError(rest if not choices else rest.split(".", maxsplit=1)[0], parts, choices)
        name = max(fitting, key=len)
        key, rest = choices[name], rest[len(name) + 1 :]
        node = _below(node, key)
        where, parts = (*where, key), (*parts, name)
    return where, parts


def _choices(node: Any, model: type[FileModel], path: KeyPath, rest: str) -> dict[str, Key]:
    """What can stand below a place, as it is written, and its key in the data."""
    if path == ("standards_overrides",):
        return {rest: rest}  # a code of a clause, which may hold dots; the pack says whether it knows it
    year = rest.split(".", maxsplit=1)[0]
    if isinstance(node, dict) and _YEAR.fullmatch(year) and any(isinstance(key, int) for key in node):
        return {year: int(year)}
    if isinstance(node, list):
        return {str(one["id"]): number for number, one in enumerate(node) if isinstance(one, dict) and "id" in one}
    found: dict[str, Key] = {key: key for key in known_keys(model, path)}
    if isinstance(node, dict):
        found |= {str(key): key for key in node}
    return found


def _below(node: Any, key: Key) -> Any:
    if isinstance(node, list) and isinstance(key, int):
        return node[key]
    return node.get(key) if isinstance(node, dict) else None


def settable(said: Said) -> Settable | None:
    """The entry of the registry that a path of the study falls under, if any."""
    return next((rule for rule in SETTABLE if _falls_under(said, rule.path)), None)


def _falls_under(said: Said, path: Said) -> bool:
    pairs = list(zip(said, path, strict=False))
    return len(said) >= len(path) and all(part == wanted or wanted.startswith("<") for part, wanted in pairs)


def may_set(by: Setter) -> tuple[str, ...]:
    """Paths of the study that a kind of file may set."""
    return tuple(".".join(rule.path) for rule in SETTABLE if by in rule.by)


def with_stages(data: Mapping[str, Any]) -> dict[str, Any]:
    """The study's data with a place for the limits and rules of every stage, so that they can be named."""
    stages = [str(one["id"]) for one in data.get("stages") or () if isinstance(one, dict) and "id" in one]
    given = data.get("admission")
    admission = dict(given) if isinstance(given, dict) else {}
    for key in ("limit_km", "limit_min", "rules", "unit_rules"):
        limits = admission.get(key)
        admission[key] = dict.fromkeys(stages) | (limits if isinstance(limits, dict) else {})
    return {**data, "admission": admission}
