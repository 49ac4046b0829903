"""Standards packs: find, read and check them; `scenarios.pack_rules` says which rules hold for a school.

A pack is a file of rules (`scenarios.schema_pack`). `study.yaml` names a shipped pack by id or the path of its own.
"""

from functools import lru_cache
from pathlib import Path

from scenarios.pack_space import space_problems
from scenarios.problems import Problem, error, nearest
from scenarios.schema_errors import validate
from scenarios.schema_pack import Pack
from scenarios.yaml_source import YamlSource, read_yaml

PACK_FOLDER = Path(__file__).parent / "packs"
_OTHER_FILES = ("construction-defaults", "fertility-defaults", "housing-defaults", "road-classes")


def shipped_packs() -> dict[str, Path]:
    """Packs that come with the program, by id."""
    files = sorted(PACK_FOLDER.glob("*.yaml"))
    return {file.stem: file for file in files if file.stem not in _OTHER_FILES}


def is_own(name: str) -> bool:
    """Whether `study.yaml` names a file of the planner rather than a shipped pack."""
    return name.endswith((".yaml", ".yml"))


def unknown_pack(name: str, place: str) -> Problem:
    """No shipped pack has that id."""
    known = tuple(shipped_packs())
    return error("SCN701", place, name, near=nearest(name, known), known=known)


@lru_cache(maxsize=8)
def _shipped(name: str) -> tuple[Pack | None, tuple[Problem, ...]]:
    path = shipped_packs()[name]
    pack, problems = read_pack(path, path.name)
    return pack, tuple(problems)


def read_shipped(name: str) -> tuple[Pack | None, list[Problem]]:
    """A pack that comes with the program, read once. Raises KeyError for another name."""
    pack, problems = _shipped(name)
    return pack, list(problems)


def read_pack(path: Path, shown: str) -> tuple[Pack | None, list[Problem]]:
    """Read and check a pack. shown: the path as problems name it."""
    source, problems = read_yaml(path, shown)
    if source is None:
        return None, problems
    pack, found = validate(Pack, source)
    problems += found
    return pack, problems if pack is None else [*problems, *_check(pack, source), *space_problems(pack, source)]


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
    return problems + _check_facilities(pack, source)


def _check_facilities(pack: Pack, source: YamlSource) -> list[Problem]:
    problems: list[Problem] = []
    codes = [one.code for one in pack.facilities]
    for number, one in enumerate(pack.facilities):
        at = ("facilities", number)
        if one.code in codes[:number]:
            problems.append(error("SCN702", source.place(*at, "code"), one.code))
        if one.valid_to is not None and one.valid_to < one.valid_from:
            problems.append(error("SCN705", source.place(*at, "valid_to"), str(one.valid_to), start=one.valid_from))
        if one.per == "thousand" and one.amount is None:
            problems.append(error("SCN446", source.place(*at, "per"), one.code))
        for index, demand in enumerate(one.when):
            if demand.up_to is not None and demand.up_to < demand.at_least:
                place = source.place(*at, "when", index, "up_to")
                problems.append(error("SCN447", place, demand.up_to, least=demand.at_least, clause=one.code))
    return problems
