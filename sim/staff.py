"""Teachers that schools need, by pupils and by classes.

Symbols: N pupils and K classes of a school and stage, r pupils for one post, k posts for one class.

    by pupils    ceil(N / r)          county: ceil(sum N / r)
    by classes   ceil(k K)            county: sum over schools
    needed       the larger of the two where N is below the size of a small school, else by pupils

Ratios are data: `scenarios/packs/staff-defaults.yaml`, or `staff` of the study.  The gap is what is needed less the
teachers that the study says it has (imported, held constant).  Page: docs/science/staff.md.
Tests: tests/sim/test_staff.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.bundle import Bundle
from sim.arrays import FloatArray, IntArray
from sim.quantiles import quantile_rows

if TYPE_CHECKING:
    from sim.reduced import Reduced


TEACHERS = "teachers"
"""Imported indicator: full-time teachers."""
BY_PUPILS, BY_CLASSES, NEEDED, GAP = "teachers_by_pupils", "teachers_by_classes", "teachers_needed", "teachers_gap"
UNIT = "teachers"
_EPS = 1e-9


@dataclass(frozen=True)
class Need:
    """Teachers of one stage, [draw, year, school]."""

    by_pupils: IntArray
    by_classes: IntArray
    needed: IntArray


def posts(pupils: IntArray, per_post: float) -> IntArray:
    """Posts for pupils, [any shape]; per_post: pupils for one."""
    return np.asarray(np.ceil(pupils / per_post - _EPS).astype(np.int64))


def need(pupils: IntArray, classes: IntArray, ratio: tuple[float, float], small: int) -> Need:
    """Teachers from pupils and classes [draw, year, school]; ratio: pupils per post, posts per class."""
    by_pupils = posts(pupils, ratio[0])
    by_classes = np.ceil(classes * ratio[1] - _EPS).astype(np.int64)
    larger = np.maximum(by_pupils, by_classes)
    return Need(by_pupils, by_classes, np.where((pupils > 0) & (pupils < small), larger, by_pupils))


@dataclass(frozen=True)
class StaffInputs:
    """Ratios by stage: pupils per post, posts per class."""

    ratios: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    small: int = 0  # pupils below which the larger need counts
    from_memory: bool = False  # a ratio, or when it counts, is from memory (grade M)


def staff_inputs(bundle: Bundle) -> StaffInputs:
    """Ratios of a checked bundle."""
    staff = bundle.staff
    if staff is None:
        return StaffInputs()
    found = {name: (one.pupils_per_post, one.posts_per_class) for name, one in staff.stages.items()}
    return StaffInputs(found, staff.small_below or 0, any(one.grade == "M" for one in staff.sources))


def needs_by_stage(one: "Reduced") -> dict[str, Need]:
    """Teachers needed of every stage that has ratios."""
    grades, inputs = one.model.grades, one.details.staff
    found = {}
    for i, stage in enumerate(grades.stages):
        if stage in inputs.ratios:
            classes = one.now.result.classes[..., grades.stage_of == i].sum(axis=3, dtype=np.int64)
            found[stage] = need(one.pupils[stage], classes, inputs.ratios[stage], inputs.small)
    return found


def staff_rows(one: "Reduced") -> pd.DataFrame:
    """Rows by school, stage and year in which the school is open, and gaps where its teachers are known."""
    schools, years, frames = list(one.model.layout.schools), one.model.years, []
    hosts = one.model.hosts[: len(schools)]
    needs = one.staff

    def add(values: NDArray[np.generic], indicator: str, stage: str, at: IntArray) -> None:
        keys = {"stage": stage, "indicator": indicator, "unit": UNIT}
        if values.dtype == np.int64 and values.max(initial=0) < np.iinfo(np.int16).max:
            values = values.astype(np.int16)  # sorts several times faster
        frame = quantile_rows(values[:, :, at], keys, None, years, [schools[i] for i in at])
        frames.append(frame[one.now.open[:, at].reshape(-1)])

    for stage, found in needs.items():
        at = np.flatnonzero(hosts[:, one.model.grades.stage_of == one.model.grades.stages.index(stage)].any(axis=1))
        add(found.by_pupils, BY_PUPILS, stage, at)
        add(found.by_classes, BY_CLASSES, stage, at)
        add(found.needed, NEEDED, stage, at)
    for stage, gap in _gaps(one, needs).items():
        at = np.flatnonzero(~np.isnan(gap).all(axis=(0, 1)))
        add(gap, GAP, stage, at)
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _gaps(one: "Reduced", needs: Mapping[str, Need]) -> dict[str, FloatArray]:
    """Teachers needed less those there are, [draw, year, school], nan unknown; by stage, `all` for the whole school."""
    imported, found = one.details.imported, {}
    for stage, needed in needs.items():
        there = imported.schools.get((TEACHERS, stage))
        if there is not None:
            found[stage] = needed.needed - there
    whole = imported.schools.get((TEACHERS, ""))
    if whole is not None and needs:
        found["all"] = sum(one_need.needed for one_need in needs.values()) - whole
    return found


def county_staff_rows(one: "Reduced") -> pd.DataFrame:
    """Rows of the county by stage and year, and the gap where the teachers of the county are known."""
    frames = []

    def add(values: NDArray[np.generic], indicator: str, stage: str) -> None:
        keys = {"stage": stage, "indicator": indicator, "unit": UNIT}
        frames.append(quantile_rows(values[:, :, None], keys, None, one.model.years, [one.study]))

    needs = one.staff
    for stage, found in needs.items():
        total = one.pupils[stage].sum(axis=2)
        add(posts(total, one.details.staff.ratios[stage][0]), BY_PUPILS, stage)
        add(found.by_classes.sum(axis=2), BY_CLASSES, stage)
        add(found.needed.sum(axis=2), NEEDED, stage)
        there = one.details.imported.county.get((TEACHERS, stage))
        if there is not None:
            add(found.needed.sum(axis=2) - there, GAP, stage)
    whole = one.details.imported.county.get((TEACHERS, ""))
    if whole is not None and needs:
        add(sum(found.needed.sum(axis=2) for found in needs.values()) - whole, GAP, "all")
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
