"""Named overrides of values: read in order, held to the registry, set, and told where two touch one value.

A case is the study with the overrides of the scenario, then of its future, then of its plan; those of a parent stand
before those of the child that extends it.  Two that touch one value (the same, or one that holds the other) in one case
are an error unless the later one names the earlier one under `replaces`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from scenarios.override_paths import (
    OWN_IDENTITY,
    SETTABLE,
    Said,
    Setter,
    UnknownPathError,
    found_path,
    may_set,
    settable,
    with_stages,
)
from scenarios.problems import Problem, error, nearest
from scenarios.schema_base import FileModel
from scenarios.schema_errors import known_keys
from scenarios.schema_overrides import ValueOverride
from scenarios.schema_study import StudyFile
from scenarios.yaml_graft import Graft
from scenarios.yaml_source import KeyPath, YamlSource

CLASS_SIZE = ("stages", "planned_class_size")


@dataclass(frozen=True)
class Setting:
    """One value that an override sets."""

    override: ValueOverride
    by: Setter
    text: str
    """Path as it was written."""
    said: Said
    """Its parts; of a value of a future's or plan's own file they begin with `~future` or `~plan`."""
    at: KeyPath
    """Place in the data that it changes."""
    source: YamlSource
    where: KeyPath
    """Place of the new value in `source`."""

    @property
    def place(self) -> str:
        """`file:line:column` of the path."""
        return self.source.place(*self.where, key=True)

    @property
    def own(self) -> bool:
        """Whether it sets a value of the future's or plan's own file."""
        return self.said[0].startswith("~")

    @property
    def scoped(self) -> bool:
        """Whether it holds for some schools only, or from a year on."""
        return bool(self.override.from_year or self.override.schools or self.override.townships)

    @property
    def sizes_classes(self) -> bool:
        """Whether it sets the planned class size of a stage."""
        return (self.said[0], self.said[-1]) == CLASS_SIZE


def settings(
    source: YamlSource, by: Setter, study: Mapping[str, Any], model: type[FileModel]
) -> tuple[list[Setting], list[Problem]]:
    """All values that the overrides of a file set, in order, and what cannot be set.

    source: a scenario, future or plan with what it extends; model: its schema; study: data of the study.
    """
    found: list[Setting] = []
    problems: list[Problem] = []
    named: dict[str, str] = {}
    listed = source.data.get("overrides")
    for number, raw in enumerate(listed if isinstance(listed, list) else []):
        try:
            override = ValueOverride.model_validate(raw)
        except ValidationError:
            continue  # told with the whole file
        at = source.place("overrides", number, "name")
        for name in dict.fromkeys((override.name.zh, override.name.en)):
            if name in named:
                problems.append(error("SCN487", at, name, other=named[name]))
            named.setdefault(name, at)
        for text in override.set:
            where: KeyPath = ("overrides", number, "set", text)
            one = _setting(override, by, text, source, where, study, model)
            problems += one if isinstance(one, list) else _misscoped(one)
            found += [one] if isinstance(one, Setting) else []
    return found, problems


def _setting(
    override: ValueOverride, by: Setter, text: str, source: YamlSource, where: KeyPath,
    study: Mapping[str, Any], model: type[FileModel],
) -> Setting | list[Problem]:  # fmt: skip
    place = source.place(*where, key=True)
    own = [key for key in known_keys(model, ()) if key not in OWN_IDENTITY] if by != "scenario" else []
    top = text.split(".", maxsplit=1)[0]
    try:
        if top in own:
            at, said = found_path(text, source.data, model)
            return Setting(override, by, text, (f"~{by}", *said), at, source, where)
        at, said = found_path(text, with_stages(study), StudyFile)
    except UnknownPathError as fault:
        before = ".".join(fault.before)
        known = (*own, *dict.fromkeys(rule.path[0] for rule in SETTABLE)) if not before else fault.known
        near = nearest(fault.part, known)
        near = f"{before}.{near}" if near and before else near
        return [error("SCN497", place, text, near=near, part=fault.part, known=tuple(known) or "@none")]
    rule = settable(said)
    if rule is None or by not in rule.by:
        why = "@set_never" if rule is None else rule.why
        who = tuple(f"@set_by_{one}" for one in rule.by) if rule is not None else "@set_by_nobody"
        return [error("SCN498", place, text, kind=f"@set_by_{by}", who=who, why=why, known=(*own, *may_set(by)))]
    return Setting(override, by, text, said, at, source, where)


def _misscoped(one: Setting) -> list[Problem]:
    """`from`, `schools` and `townships` of what holds everywhere and always."""
    if not one.scoped or (one.sizes_classes and one.by == "plan"):
        return []
    keys = [key for key, given in (("from", one.override.from_year), ("schools", one.override.schools),
                                   ("townships", one.override.townships)) if given]  # fmt: skip
    return [error("SCN483", one.source.place(*one.where[:2], key, key=True), key, path=one.text) for key in keys]


def applied(source: YamlSource, wanted: Sequence[Setting]) -> YamlSource:
    """A file with the values of overrides in place, each with the line where it stands. Scoped ones are left out."""
    if not wanted:
        return source
    made = Graft.of(source)
    for one in wanted:
        if not one.scoped:
            _with_defaults(made.data, one.at)
            name = one.override.name
            made.put(one.at, one.source, one.where, (name.zh, name.en))
    return made.source()


def _with_defaults(data: dict[str, Any], at: KeyPath) -> None:
    """Limits of the other stages as they are by default, where an override is the first to name one."""
    given = data.get("admission")
    if at[:2] != ("admission", "limit_km") or (isinstance(given, dict) and "limit_km" in given):
        return
    admission = data.setdefault("admission", {})
    stages = {str(one["id"]) for one in data["stages"]}
    timed = admission.get("limit_min") or {}
    default = {"primary": 4.0, "junior": 15.0}
    admission["limit_km"] = {stage: km for stage, km in default.items() if stage in stages and stage not in timed}


def conflicts(case: Sequence[Setting], same: "Overlap | None" = None) -> list[Problem]:
    """What two overrides of one case set alike; case: in order. same: which schools a scope means."""
    problems: list[Problem] = []
    for number, later in enumerate(case):
        earlier = [one for one in case[:number] if one.override is not later.override and _touch(one, later)]
        gone = _replaced(later, earlier)
        for one in earlier:
            if not gone & {one.override.name.zh, one.override.name.en} and (same is None or same.of(one, later)):
                name = one.override.name
                problems.append(
                    error("SCN499", later.place, later.text, other=one.place, zh=name.zh, en=name.en, path=one.text)
                )
    return problems


def _replaced(later: Setting, earlier: Sequence[Setting]) -> set[str]:
    """Names of the overrides whose place one takes, and of those whose place these took."""
    gone = set(later.override.replaces)
    for one in reversed(earlier):
        if gone & {one.override.name.zh, one.override.name.en}:
            gone |= set(one.override.replaces)
    return gone


def within_one(found: Sequence[Setting]) -> list[Problem]:
    """One override that sets a value and a part of it."""
    pairs = [(one, other) for n, one in enumerate(found) for other in found[:n] if one.override is other.override]
    return [
        error("SCN499", one.place, one.text, other=other.place, path=other.text,
              zh=other.override.name.zh, en=other.override.name.en)
        for one, other in pairs if _touch(one, other)
    ]  # fmt: skip


def _touch(one: Setting, other: Setting) -> bool:
    """Whether two set the same value, or one of them a part of what the other sets."""
    short = min(len(one.said), len(other.said))
    return one.said[:short] == other.said[:short]


@dataclass(frozen=True)
class Overlap:
    """Schools that scopes name, so that two scopes can be held against each other."""

    township: Mapping[str, str]
    """Township of every school."""

    def of(self, one: Setting, other: Setting) -> bool:
        """Whether two settings hold for a school in common."""
        first, second = self.schools(one.override), self.schools(other.override)
        return first is None or second is None or bool(first & second)

    def schools(self, override: ValueOverride) -> frozenset[str] | None:
        """Schools that an override is for, None for all."""
        if not override.schools and not override.townships:
            return None
        there = {school for school, town in self.township.items() if town in override.townships}
        return frozenset(there | set(override.schools))


def unmatched(case: Sequence[Setting]) -> list[Problem]:
    """Names under `replaces` that no earlier override of the case has, or that sets nothing in common."""
    problems: list[Problem] = []
    seen: set[int] = set()
    for later in case:
        if id(later.override) in seen:
            continue
        seen.add(id(later.override))
        mine = [one for one in case if one.override is later.override]
        before = case[: case.index(later)]
        names = {name for one in before for name in (one.override.name.zh, one.override.name.en)}
        for number, name in enumerate(later.override.replaces):
            at = later.source.place(*later.where[:2], "replaces", number)
            if name not in names:
                known = tuple(dict.fromkeys(one.override.name.zh for one in before))
                problems.append(error("SCN500", at, name, near=nearest(name, names), known=known or "@none"))
                continue
            meant = [one for one in before if name in (one.override.name.zh, one.override.name.en)]
            if not any(_touch(one, other) for one in meant for other in mine):
                problems.append(error("SCN488", at, name, other=meant[0].place))
    return problems
