"""County-level parts of a complete standards pack: what they name must be there. Opens no file."""

from itertools import combinations

from scenarios.balance_words import family_of
from scenarios.problems import Problem, error, nearest
from scenarios.schema_balance import StandardTarget
from scenarios.schema_pack import Pack
from scenarios.yaml_source import Key, YamlSource


def balance_problems(pack: Pack, source: YamlSource) -> list[Problem]:
    """Unknown indicators and clauses, targets that contradict each other. pack: with what it extends."""
    problems: list[Problem] = []
    if pack.coefficients is not None:
        known = [clause.indicator for clause in pack.clauses if clause.scope == "school"]
        for index, name in enumerate(pack.coefficients.indicators):
            if name not in known:
                place = source.place("coefficients", "indicators", index)
                problems.append(error("SCN576", place, name, near=nearest(name, known)))
    if pack.standard_school is not None:
        codes = [*(rule.code for rule in pack.rules), *(clause.code for clause in pack.clauses)]
        named = list(dict.fromkeys([*codes, *(family_of(code) for code in codes)]))
        for index, code in enumerate(pack.standard_school.requires):
            if code not in named:
                place = source.place("standard_school", "requires", index)
                problems.append(error("SCN577", place, code, near=nearest(code, named)))
    return problems + target_problems(pack.standard_targets or (), source, "standard_targets")


def target_problems(targets: tuple[StandardTarget, ...], source: YamlSource, key: Key) -> list[Problem]:
    """Two targets for one kind of school and year, and targets that fall with the years."""
    problems: list[Problem] = []
    for (_, first), (number, second) in combinations(enumerate(targets), 2):
        if first.ownership != second.ownership:
            continue
        if first.year == second.year:
            at = source.place(key, number, "share")
            problems.append(error("SCN578", at, f"{second.share:g}", before=f"{first.share:g}"))
        elif first.year is not None and second.year is not None:
            early, late = sorted((first, second), key=lambda one: one.year or 0)
            if late.share < early.share:
                at = source.place(key, number, "share")
                problems.append(error("SCN579", at, f"{late.share:g}", year=late.year, before=f"{early.share:g}"))
    return problems
