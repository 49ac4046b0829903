"""Every value in force, with its unit and where it comes from: a file and line, an override, a clause, a default.

Values of the study come first (they hold for all cases), then those that the scenario file sets for the run, those of
every future and plan, and the clauses of the standards packs.  Names, notes and sources are no values.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from scenarios.bundle import Bundle
from scenarios.overrides_acting import InForce
from scenarios.pack_listing import entries
from scenarios.schema_base import YEAR_MIN, FileModel, Names
from scenarios.schema_errors import show
from scenarios.schema_study import Stage, StudyFile
from scenarios.yaml_source import KeyPath, Origin, YamlSource

From = Literal["set", "inherited", "override", "default", "clause"]

_PROSE = frozenset({"schema_version", "id", "name", "note", "sources", "source", "overrides"})
_UNIT = re.compile(r"\[([^\[\]\"'`]{1,40})\]")
_LISTS = frozenset({"projects", "zones", "quotas"})
_FOLDED = ("kind", "stage", "units", "schools", "school", "start", "cost", "priority", "with", "from", "targets")


@dataclass(frozen=True)
class Value:
    """One value in force."""

    group: str
    """`study`, `scenario`, `future:ID`, `plan:ID`, `pack:ID`."""
    path: str
    value: str
    unit: str
    origin: From
    place: str
    """`file:line:column`, or pack and clause; empty for a default."""
    override: tuple[str, str] = ("", "")
    """Name of the override that sets it (Chinese, English)."""
    grade: str = ""
    """Grade of the source of a clause."""


def values_in_force(bundle: Bundle) -> list[Value]:
    """Every value of a scenario, group by group in the order of the files."""
    acting = bundle.in_force
    if acting is None:
        return []
    found = list(_of_file("study", bundle.study, acting.sources["study"]))
    found += _of_file("scenario", bundle.scenario, acting.sources["scenario"])
    for name, future in bundle.futures.items():
        key = f"future:{name}"
        found += _of_file(key, future, acting.sources[key])
        found += _changed(acting, key, acting.futures.get(name))
    for name, plan in bundle.plans.items():
        key = f"plan:{name}"
        found += _of_file(key, plan, acting.sources[key])
        found += [*_changed(acting, key, acting.plans.get(name)), *_scoped(acting, key)]
    return [*found, *_clauses(bundle, acting.sources["study"])]


def _of_file(group: str, model: FileModel, source: YamlSource) -> Iterator[Value]:
    for path, said, value, unit in _leaves(model, source, (), "", ""):
        yield _value(group, path, said, value, unit, source)


def _value(group: str, path: KeyPath, said: str, value: Any, unit: str, source: YamlSource) -> Value:
    there = next((path[:n] for n in range(len(path), 0, -1) if path[:n] in source.values), ())
    # What a part leaves out is a default; a short form, such as a bare path, says one of its values.
    raw = _raw(source, there)
    written = there == path or (bool(there) and not isinstance(raw, (dict, list)) and raw == value)
    origin = source.origin(path)
    if not written:
        return Value(group, said, _shown(value), unit, "default", "")
    kind: From = "override" if any(origin.override) else "set" if _own(origin, source) else "inherited"
    return Value(group, said, _shown(value), unit, kind, source.place(*path), origin.override)


def _own(origin: Origin, source: YamlSource) -> bool:
    return origin.file == source.file


def _raw(source: YamlSource, path: KeyPath) -> Any:
    found: Any = source.data
    for part in path:
        found = found[part]
    return found


def _leaves(
    node: Any, source: YamlSource, path: KeyPath, said: str, unit: str
) -> Iterator[tuple[KeyPath, str, Any, str]]:
    """Place, path as written, value and unit of everything below a node that is a value by itself."""
    if isinstance(node, FileModel) and not isinstance(node, Names):
        for name, field in type(node).model_fields.items():
            key = field.alias or name
            if name not in _PROSE:
                below = f"{said}.{key}" if said else key
                about = _unit(field.description or "")
                yield from _leaves(getattr(node, name), source, (*path, key), below, about)
        return
    if isinstance(node, Mapping) and node and all(isinstance(key, str) for key in node):
        for key, value in node.items():
            yield from _leaves(value, source, (*path, key), f"{said}.{key}", unit)
        return
    if isinstance(node, tuple) and node and all(isinstance(one, FileModel) for one in node):
        for number, one in enumerate(node):
            label = getattr(one, "id", None) or number + 1
            yield from _leaves(one, source, (*path, number), f"{said}.{label}", "")
        return
    yield path, said, node, unit


def _unit(about: str) -> str:
    found = _UNIT.findall(about)
    return found[-1] if found and found[-1] not in ("-", "0-1", "1") else ""


def _shown(value: Any) -> str:
    if isinstance(value, Mapping) and set(value) == {YEAR_MIN, max(value, default=0)} and len(set(value.values())) == 1:
        return show(next(iter(value.values())))  # a path that holds one number in every year
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {show(one)}" for key, one in value.items()) or "-"
    if isinstance(value, (tuple, list)):
        return ", ".join(show(one) for one in value) or "-"
    return "-" if value is None else show(value)


def _changed(acting: InForce, key: str, study: StudyFile | None) -> Iterator[Value]:
    """Values of the study that a future or a plan sets for all schools and years."""
    if study is None:
        return
    source = acting.sources[f"study+{key}"]
    wanted = {one.at: one for one in acting.named[key] if not one.own and not one.scoped}
    for path, said, value, unit in _leaves(study, source, (), "", ""):
        if any(path[: len(at)] == at for at in wanted):
            yield _value(key, path, said, value, unit, source)


def _scoped(acting: InForce, key: str) -> Iterator[Value]:
    """Values of the study that a plan sets for some schools, or from a year on."""
    unit = _unit(Stage.model_fields["planned_class_size"].description or "")
    for one in acting.named[key]:
        if one.scoped:
            override = one.override
            limits = [f"{override.from_year}-"] if override.from_year else []
            places = (*override.townships, *override.schools)
            limits += [", ".join(places)] if places else []
            value = f"{show(override.set[one.text])} ({'; '.join(limits)})"
            name = (override.name.zh, override.name.en)
            yield Value(key, ".".join(one.said), value, unit, "override", one.source.place(*one.where), name)


def _clauses(bundle: Bundle, study: YamlSource) -> Iterator[Value]:
    """Bounds of all clauses; those that the study changes stand where it does so."""
    changed = bundle.study.standards_overrides
    alerts = () if bundle.alert_pack is None else (bundle.alert_pack,)
    for pack in {one.id: one for one in (*alerts, *bundle.facility_packs, bundle.pack)}.values():
        for entry in entries(pack):
            told = ", ".join(f"{what}: {show(number)}" if what else show(number) for what, number in entry.bounds)
            sign = {"at_least": "≥ ", "at_most": "≤ "}.get(entry.direction, "")
            path: KeyPath = ("standards_overrides", entry.code)
            own = entry.code in changed and path in study.values
            origin = study.origin(path)
            place = study.place(*path, key=True) if own else f"{pack.id} {entry.code}"
            kind: From = "clause" if not own else "override" if any(origin.override) else "set"
            yield Value(f"pack:{pack.id}", entry.code, sign + told if told else "-", entry.unit, kind, place,
                        origin.override if own else ("", ""), entry.grade)  # fmt: skip


def folded(values: list[Value]) -> list[Value]:
    """What is set, inherited or overridden; of entries of long lists one line each, with what is set beside it."""
    out: list[Value] = []
    entry: tuple[str, str] = ("", "")
    for one in values:
        if one.origin in ("default", "clause"):
            continue
        parts = one.path.split(".")
        here = (one.group, ".".join(parts[:2])) if parts[0] in _LISTS and len(parts) > 2 else ("", "")
        if here == ("", "") or one.origin == "override":
            out.append(one)
        elif here != entry:
            told = [o.value for o in values if (o.group, o.path.rsplit(".", 1)[0]) == here
                    and o.path.rsplit(".", 1)[-1] in _FOLDED and o.origin != "default"]  # fmt: skip
            out.append(Value(one.group, here[1], ", ".join(told), "", one.origin, one.place))
        entry = here
    return out
