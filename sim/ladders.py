"""Two ladders of grades: school, and the stage before it (kindergarten), whose pupils do not feed grade 1.

Symbols: R[c, a, t] resident children of home c and age a, the stock of record up to school; K[c, s, g, t] pupils of
kindergartens by home; a0 age of the lowest grade; p[t] gross enrolment rate of the stage (`participation`).

    q0       = sum_s K[s, first grade, base] / sum_c R[c, a0, base]        1 without a table of children
    q[t]     = q0 p[t] / p[base]
    enters   floor(R q[t] + u) of the R children of a home who reach the age a0 in year t

The early ladder is a model of its own that walks the same children by the same random numbers: births, survival and
estates of a draw are those of the school ladder, so that a draw with more births has more in both.  Children are
counted once, as residents; the roll of a kindergarten is a share of them.  Children in kindergarten move up by its
learnt ratios, with its own forecast, zones, projects and diversion.  Results of both are read as one set of schools
and grades (`whole`, `sim.engine.join`); rooms of a school that teaches in both are divided by grades while children are
admitted, and are one pool when classes are formed.  Page: docs/science/stages.md.  Tests: tests/sim/test_ladders.py.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scenarios.bundle import Bundle
from scenarios.schema_base import constant_path, path_value
from scenarios.schema_future import FutureFile
from sim.arrays import CountArray, FloatArray
from sim.classes_formation import Ladder
from sim.model import Grades, Model
from sim.seats import gather, school_totals


def early_view(bundle: Bundle) -> Bundle | None:
    """The study as its stage before school sees it; None where there is none.

    Late entry, public schools of migrant pupils and age profiles of movers are of school and fall away.
    """
    study = bundle.study
    stages = study.early_stages
    if not stages:
        return None
    age = int(stages[0].entry_age or 0)
    survival = study.entry.survival_per_year
    entry = study.entry.model_copy(
        update={
            "share_at_entry_age": constant_path(1.0),
            "survival_per_year": survival[:age] if isinstance(survival, tuple) else survival,
        }
    )
    view = study.model_copy(update={"stages": stages, "entry": entry})
    futures = {name: _of_young(future) for name, future in bundle.futures.items()}
    return replace(bundle, study=view, futures=futures, every_stage=study.stages)


def _of_young(future: FutureFile) -> FutureFile:
    outside = future.external_migration.model_copy(update={"local_profile": None, "migrant_profile": None})
    families = future.families.model_copy(update={"leaving_profile": None, "returning_profile": None})
    children = future.migrant_children.model_copy(update={"public_share": None})
    return future.model_copy(update={"external_migration": outside, "families": families, "migrant_children": children})


def participation(bundle: Bundle, children: FloatArray | None, rolls: FloatArray) -> FloatArray | None:
    """The rate q, [year - base]; None for a ladder that all children enter.

    children: [cell, age] or None.  rolls: [school, grade] of the base year.
    """
    stage, base = bundle.study.school_stages[0], bundle.study.base_year
    path = stage.participation
    if path is None:
        return None
    living = 0.0 if children is None else float(children[:, int(stage.entry_age or 0)].sum())
    level = float(rolls[:, 0].sum()) / living if living > 0.0 else 1.0
    rate = np.array([path_value(path, year) for year in range(base, bundle.study.horizon + 1)])
    return np.asarray(level * rate / rate[0])


def whole(model: Model) -> Model:
    """The model as results are read: all schools with the grades of both ladders; not for simulation."""
    early = model.early
    if early is None:
        return model
    return replace(
        model,
        grades=_grades(early.grades, model.grades),
        hosts=np.hstack([early.hosts, model.hosts]),
        rooms=early.rooms + model.rooms,
        early=None,
        gains=_gains(early, model),
    )


def _gains(early: Model, school: Model) -> NDArray[np.bool_] | None:
    """Grades that conversions add, of both ladders, [school, grade]; None: there are none."""
    if early.gains is None and school.gains is None:
        return None
    both = [np.zeros(one.hosts[: len(one.layout.schools)].shape, bool) if one.gains is None else one.gains
            for one in (early, school)]  # fmt: skip
    return np.hstack(both)


def _grades(a: Grades, b: Grades) -> Grades:
    starts = np.concatenate([a.starts, len(a.names) + b.starts])
    return Grades(
        names=(*a.names, *b.names),
        stages=(*a.stages, *b.stages),
        stage_of=np.concatenate([a.stage_of, len(a.stages) + b.stage_of]),
        planned_size=np.concatenate([a.planned_size, b.planned_size]),
        entry_age=b.entry_age,
        ladder_start=starts,
        ladder_age=np.concatenate([a.entry_ages, b.entry_ages]),
    )


def class_ladder(model: Model) -> Ladder:
    """What the classes of a model are formed from, with the grades of both ladders."""
    full = whole(model)
    grades, rooms = full.grades, np.where(full.exists, full.rooms, 0)
    return Ladder(grades.stages, grades.stage_of, base_rolls(model), rooms, grades.planned_size)


def base_rolls(model: Model) -> CountArray:
    """Pupils of the base year by school and grade, of both ladders, [school, grade]."""
    own = school_totals(model.pupils.transpose(1, 0, 2)[None], gather(model), model)[0]
    return own if model.early is None else np.hstack([base_rolls(model.early), own])
