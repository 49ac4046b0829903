"""Standards packs: find, read and check them; select the rules that hold for a school.

A pack is a file of rules (`scenarios.schema_pack`). `study.yaml` names a shipped pack by id or the path of its own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scenarios.problems import Problem, ScenarioError, error, has_errors, nearest
from scenarios.schema_errors import validate
from scenarios.schema_pack import AppliesIf, Pack, Rule, SchoolKind
from scenarios.yaml_source import YamlSource, read_yaml

PACK_FOLDER = Path(__file__).parent / "packs"
_OTHER_FILES = ("construction-defaults",)
HIGHER_STAGES = ("senior",)
"""Stages above the compulsory ones; with both compulsory stages they make a twelve-year school."""


@dataclass(frozen=True)
class Hosted:
    """What decides which rules hold for a school.

    stages: ids of the stages it hosts.  built: year, None if unknown (then no rule for old buildings applies).
    migrant_share: share of migrant children among its pupils [0-1], None if unknown.  year: school year, None: any.
    """

    stages: tuple[str, ...]
    built: int | None = None
    migrant_share: float | None = None
    year: int | None = None


def shipped_packs() -> dict[str, Path]:
    """Packs that come with the program, by id."""
    files = sorted(PACK_FOLDER.glob("*.yaml"))
    return {file.stem: file for file in files if file.stem not in _OTHER_FILES}


def pack_path(name: str, folder: Path) -> Path | None:
    """Where a pack named in `study.yaml` lies; None if no shipped pack has that id."""
    if name.endswith((".yaml", ".yml")):
        return folder / name
    return shipped_packs().get(name)


def load_pack(name: str) -> Pack:
    """A shipped pack by id. Raises ScenarioError."""
    path = shipped_packs().get(name)
    if path is None:
        raise ScenarioError([unknown_pack(name, name)])
    pack, problems = read_pack(path, path.name)
    if pack is None or has_errors(problems):
        raise ScenarioError(problems)
    return pack


def unknown_pack(name: str, place: str) -> Problem:
    """No shipped pack has that id."""
    known = tuple(shipped_packs())
    return error("SCN701", place, name, near=nearest(name, known), known=known)


def read_pack(path: Path, shown: str) -> tuple[Pack | None, list[Problem]]:
    """Read and check a pack. shown: the path as problems name it."""
    source, problems = read_yaml(path, shown)
    if source is None:
        return None, problems
    pack, found = validate(Pack, source)
    problems += found
    return pack, problems if pack is None else problems + _check(pack, source)


def _check(pack: Pack, source: YamlSource) -> list[Problem]:
    problems: list[Problem] = []
    codes = [rule.code for rule in pack.rules]
    for number, rule in enumerate(pack.rules):
        at = ("rules", number)
        if rule.code in codes[:number]:
            problems.append(error("SCN702", source.place(*at, "code"), rule.code))
        for index, code in enumerate(rule.replaces):
            if code not in codes:
                place = source.place(*at, "replaces", index)
                problems.append(error("SCN703", place, code, near=nearest(code, codes), rule=rule.code))
        if (rule.indicator == "class_size") != (rule.scope == "class"):
            found = f"{rule.indicator}, {rule.scope}"
            problems.append(error("SCN704", source.place(*at, "scope"), found, rule=rule.code))
        if rule.valid_to is not None and rule.valid_to < rule.valid_from:
            problems.append(error("SCN705", source.place(*at, "valid_to"), str(rule.valid_to), start=rule.valid_from))
    return problems


def compulsory_stages(pack: Pack) -> tuple[str, ...]:
    """Stages that the pack has rules for, in the order of the file."""
    return tuple(dict.fromkeys(stage for rule in pack.rules for stage in rule.stages))


def school_kind(pack: Pack, stages: Collection[str]) -> SchoolKind | None:
    """Kind of a school by the stages it hosts; None if it hosts no stage of the pack."""
    compulsory = [stage for stage in compulsory_stages(pack) if stage in stages]
    if not compulsory:
        return None
    if len(compulsory) == 1:
        return "single_stage"
    return "twelve_year" if any(stage in HIGHER_STAGES for stage in stages) else "nine_year"


def rules_for_school(pack: Pack, hosted: Hosted) -> tuple[Rule, ...]:
    """Rules that hold for a school: at most one on its size, and one on class size for each stage it hosts.

    A rule that is replaced by another one that applies is left out; of two size rules that apply (built early *and*
    many migrant children) the wider bound holds, because either condition alone grants it.
    """
    kind = school_kind(pack, hosted.stages)
    fitting = [rule for rule in pack.rules if _applies(rule, kind, hosted)]
    replaced = {code for rule in fitting for code in rule.replaces}
    fitting = [rule for rule in fitting if rule.code not in replaced]
    sizes = [rule for rule in fitting if rule.indicator == "school_size"]
    widest = max(sizes, key=lambda rule: rule.bound, default=None)
    return tuple(rule for rule in fitting if rule.indicator != "school_size" or rule is widest)


def size_rule(pack: Pack, hosted: Hosted) -> Rule | None:
    """The bound on the size of a school, None if the pack has none for it; pupils of `rule.stages` count."""
    found = [rule for rule in rules_for_school(pack, hosted) if rule.indicator == "school_size"]
    return found[0] if found else None


def class_rule(pack: Pack, stage: str, hosted: Hosted) -> Rule | None:
    """The bound on every class of a stage; of several the tightest."""
    rules = rules_for_school(pack, hosted)
    found = [rule for rule in rules if rule.indicator == "class_size" and stage in rule.stages]
    return min(found, key=lambda rule: rule.bound, default=None)


def _applies(rule: Rule, kind: SchoolKind | None, hosted: Hosted) -> bool:
    if rule.indicator == "school_size" and not set(rule.stages) <= set(hosted.stages):
        return False
    if not set(rule.stages) & set(hosted.stages):
        return False
    return _in_force(rule, hosted.year) and _meets(rule.applies_if, kind, hosted)


def _meets(condition: AppliesIf, kind: SchoolKind | None, hosted: Hosted) -> bool:
    if condition.kind is not None and condition.kind != kind:
        return False
    if condition.built_before is not None and (hosted.built is None or hosted.built >= condition.built_before):
        return False
    share = condition.migrant_share_above
    return share is None or (hosted.migrant_share is not None and hosted.migrant_share > share)


def _in_force(rule: Rule, year: int | None) -> bool:
    """Whether a rule is in force on 1 September of a school year."""
    if year is None:
        return True
    day = date(year, 9, 1)
    return rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)
