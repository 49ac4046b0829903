"""Cliffs: how many more children in a grade trigger one more class, one more room, a breach (临界).

Symbols: n[g] pupils, k[g] classes the school needs whatever its rooms, K rooms; x children more in grade g, the other
grades as they are, school by school, year by year, draw by draw.

    class        smallest x with k[g](n[g] + x) > k[g](n[g])
    room         smallest x with sum_h k[h] > K          0 where the rooms are short already
    class_size   smallest x at which a class of the school is beyond its limit, rooms and crowding as `sim/classes.py`
    school_size  smallest x at which the school is beyond its limit

Distances of 400 and more are counted as such.  Tables hold quantiles of x over the draws in which the grade has pupils,
and the share of these draws in which 1, 3, 5, 10 children trigger it.  Tests: tests/sim/test_cliff.py (child by child).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import FloatArray, IntArray
from sim.classes_formation import plain_rules, rules_of
from sim.classes_shared import Rules
from sim.cliff_kernels import FAR, KINDS, NO_LIMIT, Year, count_distances
from sim.judge import Bound, stage_grades
from sim.ladders import class_ladder
from sim.model import Grades
from sim.reduced import Reduced

TRIGGERS = ("class", "room", "class_size", "school_size")
CHILDREN = (1, 3, 5, 10)
QUANTILES = (0.1, 0.5)


def cliff_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the table `cliffs` of a case."""
    result, model = one.now.result, one.model
    schools, grades = model.layout.schools, model.grades
    rules = _rules(one)
    limit = class_limits(one.assessment.bounds, grades, len(schools))
    sized = _has_size_limit(one.assessment.bounds, grades, len(schools))
    planned = np.broadcast_to(one.now.planned, (len(model.years), len(schools), len(grades.names)))
    before = np.ascontiguousarray(rules.first[:, None])
    frames = []
    for t, year in enumerate(model.years):
        rolls = _by_school(result.rolls[:, t])
        now = Year(
            rolls,
            _by_school(result.rooms[:, t]),
            before,
            np.ascontiguousarray(planned[t], dtype=np.int64),
            limit,
            size_left(rolls, one.assessment.bounds, grades),
        )
        counts = np.zeros((len(schools), len(grades.names), KINDS, FAR + 1), dtype=np.int64)
        count_distances(now, rules, counts)
        judged = np.stack([np.ones_like(sized), np.ones_like(sized), limit < NO_LIMIT, sized], axis=2)
        frames.append(_rows(counts, judged, len(result.rolls)).assign(year=year))
        before = _by_school(result.classes[:, t])
    frame = pd.concat(frames, ignore_index=True)
    frame["entity"] = np.array(schools, dtype=object)[frame.pop("school")]
    frame["grade"] = np.array(grades.names, dtype=object)[frame["grade"]]
    return frame


def _by_school(values: NDArray[np.integer]) -> IntArray:
    """[school, draw, ...] of [draw, school, ...]: the loops run over the draws of one school."""
    return np.ascontiguousarray(values.swapaxes(0, 1), dtype=np.int64)


def _rules(one: Reduced) -> Rules:
    formation = one.model.formation
    if formation is None:
        return plain_rules(one.model.grades.stage_of, len(one.model.layout.schools))
    return rules_of(formation, class_ladder(one.ladder or one.model))


def class_limits(bounds: tuple[Bound, ...], grades: Grades, schools: int) -> IntArray:
    """Pupils per class that the clauses allow, [school, grade]; NO_LIMIT where none holds."""
    out = np.full((schools, len(grades.names)), NO_LIMIT, dtype=np.int64)
    for bound in bounds:
        if bound.indicator == "class_size":
            cap = np.where(np.isnan(bound.limit), NO_LIMIT, np.floor(np.nan_to_num(bound.limit))).astype(np.int64)
            held = stage_grades(grades, bound.stages)
            out[:, held] = np.minimum(out[:, held], cap[:, None])
    return out


def size_left(rolls: IntArray, bounds: tuple[Bound, ...], grades: Grades) -> IntArray:
    """Children until schools with rolls [school, draw, grade] are beyond their size, same shape; FAR: no clause."""
    out = np.full(rolls.shape, FAR, dtype=np.int64)
    for bound in bounds:
        if bound.indicator != "school_size":
            continue
        held = stage_grades(grades, bound.stages)
        own = np.where(np.isnan(bound.limit), np.inf, np.floor(np.nan_to_num(bound.limit)))
        left = np.minimum(own[:, None] - rolls[..., held].sum(axis=2) + 1, FAR).astype(np.int64)
        out[..., held] = np.minimum(out[..., held], left[..., None])
    return out


def _has_size_limit(bounds: tuple[Bound, ...], grades: Grades, schools: int) -> NDArray[np.bool_]:
    """Whether a clause on its size holds for a school and grade, [school, grade]."""
    out = np.zeros((schools, len(grades.names)), dtype=bool)
    for bound in bounds:
        if bound.indicator == "school_size":
            out |= ~np.isnan(bound.limit)[:, None] & stage_grades(grades, bound.stages)
    return out


@dataclass(frozen=True)
class Summary:
    """Distances of some cells over their draws."""

    quantiles: FloatArray  # [quantile, cell]; nan for FAR and beyond
    reached: FloatArray  # [children, cell] share of draws that so many children trigger


def summary(counts: IntArray) -> Summary:
    """Quantiles and shares of counts [cell, FAR + 1]; every cell has a draw."""
    up_to = np.cumsum(counts, axis=1)
    total = up_to[:, -1]
    places = [(up_to < np.ceil(q * total - 1e-9)[:, None]).sum(axis=1) for q in QUANTILES]
    quantiles = np.where(np.array(places) >= FAR, np.nan, places)
    return Summary(quantiles, np.array([up_to[:, k] / total for k in CHILDREN]))


def _rows(counts: IntArray, judged: NDArray[np.bool_], draws: int) -> pd.DataFrame:
    """Rows of one year; counts [school, grade, kind, FAR + 1], judged [school, grade, kind]."""
    total = counts.sum(axis=3)
    school, grade, kind = np.nonzero((total > 0) & judged)
    found = summary(counts[school, grade, kind])
    columns: dict[str, object] = {
        "school": school,
        "grade": grade,
        "trigger": np.array(TRIGGERS, dtype=object)[kind],
        "share": total[school, grade, kind] / draws,
        **{f"p{round(100 * q)}": found.quantiles[i] for i, q in enumerate(QUANTILES)},
        **{f"p_{k}": found.reached[i] for i, k in enumerate(CHILDREN)},
    }
    return pd.DataFrame(columns)
