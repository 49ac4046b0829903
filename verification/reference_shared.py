"""Composite classes in plain words: every way to cut the grades of a stage into classes, and seats child by child."""

from collections.abc import Sequence
from functools import cache

from sim.model import Model


def fewest_classes(model: Model, school: int, pupils: Sequence[int], size: Sequence[int], factor: float) -> int:
    """Classes that a school needs, its grades sharing classes where they may; size: pupils a class, by grade."""
    return sum(_of_stage(model, school, stage, pupils, size, factor) for stage in range(len(model.grades.stages)))


def _of_stage(model: Model, school: int, stage: int, pupils: Sequence[int], size: Sequence[int], factor: float) -> int:
    rule = None if model.formation is None else model.formation.composite
    mine = [g for g in range(len(pupils)) if int(model.grades.stage_of[g]) == stage]
    every = sum(pupils[g] for g in mine)
    apart = sum(-(-pupils[g] // size[g]) for g in mine)
    if rule is None or not rule.schools[school] or every >= rule.below:
        return apart
    if rule.stages and model.grades.stages[stage] not in rule.stages:
        return apart
    filled = tuple((pupils[g], size[g]) for g in mine if pupils[g] > 0)
    return _cut(filled, rule.together, int(rule.cap * factor + 1e-9))


@cache
def _cut(grades: tuple[tuple[int, int], ...], together: int, cap: int) -> int:
    """The fewest classes of all ways to let neighbouring grades share one."""
    if not grades:
        return 0
    (n, size), *_ = grades
    found = [-(-n // size) + _cut(grades[1:], together, cap)]
    runs = [run for run in range(2, min(together, len(grades)) + 1) if sum(n for n, _ in grades[:run]) <= cap]
    found += [1 + _cut(grades[run:], together, cap) for run in runs]
    return min(found)


def shared_seats(
    model: Model, school: int, stay: list[int], want: list[int], rooms: int, size: list[int], factor: float
) -> list[int]:
    """Seats for newcomers by grade, one child after the other, lowest grade first."""

    def fits(pupils: list[int]) -> bool:
        return fewest_classes(model, school, pupils, size, factor) <= most

    most = max(rooms, fewest_classes(model, school, stay, size, factor))
    pupils = list(stay)
    for g, wanted in enumerate(want):
        while pupils[g] < stay[g] + wanted and fits([n + (h == g) for h, n in enumerate(pupils)]):
            pupils[g] += 1
    taught = sum(a + b > 0 for a, b in zip(stay, want, strict=True))
    out = []
    for g in range(len(stay)):
        more = list(pupils)
        while fits([n + (h == g) for h, n in enumerate(more)]) and more[g] < stay[g] + want[g] + most * max(size):
            more[g] += 1
        fair = min(rooms // max(taught, 1), -(-want[g] // size[g])) * size[g] if stay[g] == 0 else 0
        out.append(max(more[g] - stay[g], fair))
    return out
