"""Norms that the dossier sets beside a run and that the run does not judge: read from the shipped packs, with source.

Older class size: pack `cn-large-class` (大班额). Floor area per pupil: `cn-2002-urban-buildings` and
`cn-2008-rural-buildings`. They name stages `primary` and `junior`; a study with other stages has none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from reports.study_card import StageCard
from reports.view import View
from scenarios.packs import read_shipped
from scenarios.schema_clause import Clause

LARGE = "cn-large-class"
BUILDINGS = {True: "cn-2002-urban-buildings", False: "cn-2008-rural-buildings"}
"""Pack of floor areas by whether a school is urban."""
GRADES = "ABCM"
"""Grades of sources from official to from memory."""


@dataclass(frozen=True)
class Norm:
    """A value of a clause that a number rests on."""

    value: float
    code: str
    pack: str
    clause: Mapping[str, str]
    source: Mapping[str, str]
    grade: str

    def told(self, seen: View) -> str:
        """Clause, source and grade in one sentence."""
        labels = seen.labels
        return labels(
            "dossier.norm",
            clause=labels.pick(self.clause),
            source=labels.pick(self.source),
            grade=labels.grade(self.grade),
            code=self.code,
            pack=self.pack,
        )


@lru_cache(maxsize=1)
def legacy_sizes() -> Mapping[str, Norm]:
    """Stage -> largest class that is not yet 大班额, as the statistics of class sizes count it."""
    pack, _ = read_shipped(LARGE)
    found: dict[str, Norm] = {}
    for rule in () if pack is None else pack.rules:
        if rule.indicator != "class_size" or rule.bound is None:
            continue
        for stage in rule.stages:
            if stage not in found or rule.bound < found[stage].value:
                names = (rule.clause.model_dump(), rule.source.model_dump())
                found[stage] = Norm(float(rule.bound), rule.code, LARGE, *names, rule.source_grade)
    return found


def weighted_size(stages: list[tuple[StageCard, int]], sizes: Mapping[str, float | None]) -> float | None:
    """Pupils per room of a school whose stages share rooms: sizes weighted by the grades it teaches.

    stages: each with the number of its grades at the school. None where a stage has no size.
    """
    known = [(sizes.get(stage.id), grades) for stage, grades in stages]
    whole = sum(grades for _, grades in known)
    if not whole or any(size is None for size, _ in known):
        return None
    return sum((size or 0.0) * grades for size, grades in known) / whole


def school_stages(seen: View) -> dict[str, list[tuple[StageCard, int]]]:
    """School -> its stages with the number of grades that it teaches of each."""
    order = list(seen.run.study.grade_order())
    schools, found = seen.run.tables.school_list, {}
    for school, first, last in schools[["school", "first_grade", "last_grade"]].itertuples(index=False, name=None):
        span = order[order.index(first) : order.index(last) + 1] if first in order and last in order else []
        own = [(stage, sum(grade in span for grade in stage.grades)) for stage in seen.run.study.stages]
        found[str(school)] = [(stage, count) for stage, count in own if count]
    return found


def legacy_per_room(seen: View) -> dict[str, float]:
    """School -> pupils per room by the older class size; schools with a stage that has none are left out."""
    sizes = {stage: norm.value for stage, norm in legacy_sizes().items()}
    found = {school: weighted_size(stages, sizes) for school, stages in school_stages(seen).items()}
    return {school: size for school, size in found.items() if size is not None}


def floor_norms(*stages: str, urban: bool) -> tuple[tuple[int, Norm], ...]:
    """Classes -> floor area per pupil [m2] of schools of these stages and no other; the planning value of two.

    Rising; none where the pack has no clause for such schools (the rural one has none for nine-year schools).
    """
    pack, _ = read_shipped(BUILDINGS[urban])
    clauses = [one for one in (() if pack is None else pack.clauses) if set(one.stages) == set(stages) and one.sizes]
    named = [one for one in clauses if one.indicator in ("floor_area_per_pupil_planning", "floor_area_per_pupil")]
    return tuple(_norms(named[0], BUILDINGS[urban])) if named else ()


def norm_of(norms: tuple[tuple[int, Norm], ...], classes: float) -> tuple[Norm, float] | None:
    """Norm that applies to a number of classes and its value: on the line between two sizes, beyond them the nearest.

    Returns the clause, of two sizes the one with the weaker source, and the value [m2 per pupil].
    """
    if not norms:
        return None
    lower = [pair for pair in norms if pair[0] <= classes]
    upper = [pair for pair in norms if pair[0] >= classes]
    if not lower or not upper:
        nearest = (upper or lower)[0 if upper else -1]
        return nearest[1], nearest[1].value
    (a, first), (b, second) = lower[-1], upper[0]
    share = 0.0 if a == b else (classes - a) / (b - a)
    doubtful = max((first, second), key=lambda norm: GRADES.find(norm.grade))
    return doubtful, first.value + share * (second.value - first.value)


def _norms(clause: Clause, pack: str) -> list[tuple[int, Norm]]:
    names = (clause.clause.model_dump(), clause.source.model_dump())
    return sorted(
        (
            (one.classes, Norm(float(one.bound), clause.code, pack, *names, one.source_grade or clause.source_grade))
            for one in clause.sizes
        ),
        key=lambda pair: pair[0],
    )


ROOMS = "cn-gb50099-2011-rooms"


def room_norm(stage: str) -> Norm | None:
    """Net area of a general classroom per seat [m2] of a stage."""
    pack, _ = read_shipped(ROOMS)
    for one in () if pack is None else pack.clauses:
        if one.indicator == "classroom_area_per_seat" and stage in one.stages and one.bound is not None:
            names = (one.clause.model_dump(), one.source.model_dump())
            return Norm(float(one.bound), one.code, ROOMS, *names, one.source_grade)
    return None
