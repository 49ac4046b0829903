"""Checks of a standards pack: codes, dates, bounds; those on space are in `scenarios.pack_space`. Opens no file."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from scenarios.problems import Problem, error, nearest
from scenarios.schema_alerts import COLOURS
from scenarios.schema_clause import EarlyWarning
from scenarios.schema_pack import Pack
from scenarios.yaml_source import YamlSource


def pack_problems(pack: Pack, source: YamlSource, below: Sequence[str] = ()) -> list[Problem]:
    """What is wrong inside a pack. pack: as written; below: codes of the pack that it extends."""
    problems: list[Problem] = []
    for section in ("rules", "clauses", "weights", "exemptions", "warnings", "facilities", "service"):
        problems += _dates(section, getattr(pack, section), source)
    codes = [*below, *(rule.code for rule in pack.rules), *(clause.code for clause in pack.clauses)]
    for section, replaces in (
        ("rules", [(one.code, one.replaces) for one in pack.rules]),
        ("clauses", [(one.code, one.replaces) for one in pack.clauses]),
    ):
        for number, (rule, named) in enumerate(replaces):
            for index, code in enumerate(named):
                if code not in codes:
                    place = source.place(section, number, "replaces", index)
                    problems.append(error("SCN703", place, code, near=nearest(code, codes), rule=rule))
    for number, clause in enumerate(pack.clauses):
        ways = (clause.bound is not None) + bool(clause.sizes)
        numbered = clause.direction is not None and clause.unit is not None
        if ways > 1 or bool(ways) != numbered:
            problems.append(error("SCN469", source.place("clauses", number, "code"), clause.code))
    for number, one_warning in enumerate(pack.warnings):
        for row, (low, high) in enumerate(pairwise(one_warning.levels), start=1):
            if high.at_least <= low.at_least:
                place = source.place("warnings", number, "levels", row, "at_least")
                problems.append(error("SCN470", place, f"{high.at_least:g}", before=f"{low.at_least:g}"))
        problems += _colours(number, one_warning, source)
    return problems + _scopes(pack, source) + _facilities(pack, source) + _without_base(pack, source)


def _colours(number: int, one: EarlyWarning, source: YamlSource) -> list[Problem]:
    """Levels of a warning that are no colours, or stand out of order."""
    problems: list[Problem] = []
    graded: list[str] = []
    for row, name in enumerate(level.level for level in one.levels):
        place = source.place("warnings", number, "levels", row, "level")
        if name not in COLOURS:
            problems.append(error("SCN651", place, name, known=COLOURS, near=nearest(name, COLOURS)))
            continue
        if graded and COLOURS.index(name) <= COLOURS.index(graded[-1]):
            problems.append(error("SCN652", place, name, before=graded[-1], known=COLOURS))
        graded.append(name)
    return problems


def _dates(section: str, entries: Sequence[Any], source: YamlSource) -> list[Problem]:
    """Entries that end before they start, the same code twice, versions of a code that are in force together."""
    problems: list[Problem] = []
    for number, one in enumerate(entries):
        if one.valid_to is not None and one.valid_to < one.valid_from:
            place = source.place(section, number, "valid_to")
            problems.append(error("SCN705", place, str(one.valid_to), start=one.valid_from))
        earlier = [entry for entry in entries[:number] if entry.code == one.code and _together(entry, one)]
        if not earlier:
            continue
        if any(entry.valid_from == one.valid_from for entry in earlier):
            if section != "service":  # told with the other codes on space
                problems.append(error("SCN702", source.place(section, number, "code"), one.code))
        else:
            place = source.place(section, number, "valid_from")
            problems.append(error("SCN460", place, one.code, start=one.valid_from, other=earlier[0].valid_from))
    return problems


def _together(first: Any, second: Any) -> bool:
    """Whether two entries are in force on a common day."""
    begins = first.valid_to is None or second.valid_from <= first.valid_to
    return begins and (second.valid_to is None or first.valid_from <= second.valid_to)


def _scopes(pack: Pack, source: YamlSource) -> list[Problem]:
    problems: list[Problem] = []
    for number, rule in enumerate(pack.rules):
        if (rule.indicator == "class_size") != (rule.scope == "class"):
            found = f"{rule.indicator}, {rule.scope}"
            problems.append(error("SCN704", source.place("rules", number, "scope"), found, rule=rule.code))
    return problems


def _facilities(pack: Pack, source: YamlSource) -> list[Problem]:
    problems: list[Problem] = []
    for number, one in enumerate(pack.facilities):
        at = ("facilities", number)
        if one.per == "thousand" and one.amount is None:
            problems.append(error("SCN446", source.place(*at, "per"), one.code))
        for index, demand in enumerate(one.when):
            if demand.up_to is not None and demand.up_to < demand.at_least:
                place = source.place(*at, "when", index, "up_to")
                problems.append(error("SCN447", place, demand.up_to, least=demand.at_least, clause=one.code))
    return problems


def _without_base(pack: Pack, source: YamlSource) -> list[Problem]:
    """Keys that only make sense in a pack that extends another."""
    if pack.extends is not None:
        return []
    given = [key for key, value in (("drops", pack.drops), ("overrides", pack.overrides)) if value]
    return [error("SCN471", source.place(key, key=True), key) for key in given]
