"""Schools that are one, or nearly: education groups with several sites, and schools that share teachers.

Symbols, for the members S of a group: N[s] pupils, K[s] classes, b[s] nominal seats, k classes that one teacher of the
shared subjects can teach, r pupils for one of them (where a rule counts pupils).

    group       sum_S N, sum_S K, sum_S b, pupils beyond seats, members in breach of some clause
    apart       sum_S need(N[s], K[s])
    together    need(sum_S N, sum_S K),     need(N, K) = max(ceil(K / k), ceil(N / r))
    saved       apart - together: what rounding up at every school by itself costs

Neither changes a pupil.  Page: docs/science/zones-over-time.md.  Tests: tests/sim/test_school_groups.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.bundle import Bundle
from sim.arrays import IntArray
from sim.model import Model
from sim.quantiles import QUANTILE_NAMES, quantile_rows

COLUMNS = ("kind", "entity", "members", "year", "stage", "indicator", "unit", "mean", *QUANTILE_NAMES)
_EPS = 1e-9


@dataclass(frozen=True)
class Shared:
    """Schools that share teachers under a plan."""

    schools: IntArray
    teachers: float  # who teach at more than one of them
    classes_per_teacher: float
    pupils_per_teacher: float | None


@dataclass(frozen=True)
class SchoolGroups:
    """Groups of the table of schools, and sharing by plan."""

    groups: Mapping[str, IntArray] = field(default_factory=dict)  # name -> schools
    shares: Mapping[str, tuple[Shared, ...]] = field(default_factory=dict)  # plan -> those that share


def school_groups(bundle: Bundle, model: Model) -> SchoolGroups:
    """Groups and sharing of a checked bundle, schools in the order of the model."""
    index = {school: i for i, school in enumerate(model.layout.schools)}
    table = bundle.tables["schools"]
    named = table[table["group"] != ""]
    groups = {
        str(name): np.sort([index[str(school)] for school in rows["school"]])
        for name, rows in named.groupby("group", sort=True)
    }
    shares = {
        plan.id: tuple(
            Shared(np.array([index[school] for school in one.schools], dtype=np.int64), one.teachers,
                   one.classes_per_teacher, one.pupils_per_teacher)
            for one in plan.shares
        )
        for plan in bundle.plans.values()
    }  # fmt: skip
    return SchoolGroups(groups, {plan: found for plan, found in shares.items() if found})


def teachers_needed(pupils: NDArray[np.integer], classes: NDArray[np.integer], one: Shared) -> IntArray:
    """Teachers of the shared subjects for pupils and classes taught as one, of the same shape."""
    by_classes = np.ceil(classes / one.classes_per_teacher - _EPS)
    by_pupils = 0.0 if one.pupils_per_teacher is None else np.ceil(pupils / one.pupils_per_teacher - _EPS)
    return np.asarray(np.maximum(by_classes, by_pupils), dtype=np.int64)


@dataclass(frozen=True)
class Counts:
    """What a case counts by school, [draw, year, school] unless said otherwise."""

    rolls: NDArray[np.integer]  # [draw, year, school, grade]
    classes: NDArray[np.integer]  # [draw, year, school, grade]
    seats: IntArray
    beyond: NDArray[np.integer]
    broken: NDArray[np.bool_]  # of any clause


Values = Iterator[tuple[str, str, str, NDArray[np.integer]]]
"""Stage, indicator, unit and values [draw, year]."""


def group_rows(found: SchoolGroups, counts: Counts, model: Model, plan: str) -> pd.DataFrame:
    """Rows of all groups and of the schools that share teachers under a plan; columns `COLUMNS`."""
    frames = [pd.DataFrame(columns=list(COLUMNS))]
    for name, schools in found.groups.items():
        frames += _rows("group", name, schools, _of_group(counts, schools, model), model)
    for one in found.shares.get(plan, ()):
        name = "+".join(model.layout.schools[school] for school in one.schools)
        frames += _rows("shared", name, one.schools, _of_shared(counts, one), model)
    return pd.concat(frames[1:], ignore_index=True)[list(COLUMNS)] if len(frames) > 1 else frames[0]


def _rows(kind: str, name: str, schools: IntArray, values: Values, model: Model) -> Iterator[pd.DataFrame]:
    members = " ".join(model.layout.schools[school] for school in schools)
    for stage, indicator, unit, value in values:
        keys = {"stage": stage, "indicator": indicator, "unit": unit}
        frame = quantile_rows(value[:, :, None], keys, None, model.years, [name])
        yield frame.assign(kind=kind, members=members)


def _of_group(counts: Counts, schools: IntArray, model: Model) -> Values:
    rolls, classes = (np.asarray(of[:, :, schools].sum(axis=2)) for of in (counts.rolls, counts.classes))
    yield "all", "roll", "pupils", rolls.sum(axis=2)
    yield "all", "classes", "classes", classes.sum(axis=2)
    yield "all", "seats", "seats", counts.seats[:, :, schools].sum(axis=2)
    yield "all", "beyond_seats", "pupils", counts.beyond[:, :, schools].sum(axis=2)
    yield "all", "schools_over", "schools", counts.broken[:, :, schools].sum(axis=2)
    taught = model.may_host[schools].any(axis=0)
    for stage, name in enumerate(model.grades.stages):
        grades = model.grades.stage_of == stage
        if (taught & grades).any():
            yield name, "roll", "pupils", rolls[..., grades].sum(axis=2)
            yield name, "classes", "classes", classes[..., grades].sum(axis=2)


def _of_shared(counts: Counts, one: Shared) -> Values:
    pupils = np.asarray(counts.rolls[:, :, one.schools].sum(axis=3))
    classes = np.asarray(counts.classes[:, :, one.schools].sum(axis=3))
    apart = teachers_needed(pupils, classes, one).sum(axis=2)
    together = teachers_needed(pupils.sum(axis=2), classes.sum(axis=2), one)
    yield "all", "roll", "pupils", pupils.sum(axis=2)
    yield "all", "classes", "classes", classes.sum(axis=2)
    yield "all", "teachers_apart", "teachers", apart
    yield "all", "teachers_together", "teachers", together
    yield "all", "teachers_saved", "teachers", apart - together
