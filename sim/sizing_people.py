"""What schools need for people: teachers by the ratios of posts, beds for boarders, as needs of `sim/sizing.py`.

    teachers.by_pupils    D = ceil(N / r)           N pupils, r pupils for one post
    teachers.by_classes   D = ceil(k K)             K classes, k posts for one class
    teachers.needed       D = the larger of the two at a small school, else by pupils
    teachers.county       D = ceil(sum N / r)       posts of the county, against its teachers; no schools
    beds                  D = boarders of the school

Teachers there are the imported ones of the base year, held constant (`sim/staff.py`); beds those of the table of sites
and of projects.  A school whose teachers or beds are not known has no gap; a study without any figure has no rows.
Page: docs/science/sizing.md.  Tests: tests/sim/test_sizing_people.py.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from scenarios.staff_words import BY_CLASSES, BY_PUPILS, COUNTY, NEEDED
from sim.arrays import FloatArray
from sim.boarding_rows import ALL, BEDS_RULE, beds_of, boards_at
from sim.sizing import Need
from sim.staff import TEACHERS, posts

if TYPE_CHECKING:
    from sim.reduced import Reduced


def teacher_needs(one: "Reduced", years: slice) -> Iterator[Need]:
    """Needs of the ratios of posts in some years, by stage and, where teachers are given so, for the whole school."""
    imported, needs = one.details.imported, one.staff
    shape = one.now.result.rolls[:, years].shape[:3]
    of_stages: dict[str, list[str]] = {stage: [stage] for stage in needs}
    if needs:
        of_stages[ALL] = list(needs)
    for label, stages in of_stages.items():
        there = imported.schools.get((TEACHERS, "" if label == ALL else label))
        if there is None:
            continue
        known = np.broadcast_to(there, shape)
        pupils = np.sum([one.pupils[stage][:, years] for stage in stages], axis=0)
        for rule, name in ((NEEDED, "needed"), (BY_PUPILS, "by_pupils"), (BY_CLASSES, "by_classes")):
            wanted = np.sum([getattr(needs[stage], name)[:, years] for stage in stages], axis=0)
            asked = np.where(pupils > 0, wanted.astype(float), np.nan)
            yield Need(rule, label, TEACHERS, TEACHERS, asked, known, verified=_verified(one, rule))
    yield from _of_county(one, years, of_stages)


def _of_county(one: "Reduced", years: slice, of_stages: dict[str, list[str]]) -> Iterator[Need]:
    for label, stages in of_stages.items():
        there = one.details.imported.county.get((TEACHERS, "" if label == ALL else label))
        if there is None:
            continue
        ratios = one.details.staff.ratios
        wanted = np.sum(
            [posts(one.pupils[stage][:, years].sum(axis=2), ratios[stage][0]) for stage in stages], axis=0
        ).astype(float)[:, :, None]
        known = np.full(wanted.shape, there)
        yield Need(COUNTY, label, TEACHERS, TEACHERS, wanted, known, verified=_verified(one, COUNTY), county=True)


def _verified(one: "Reduced", rule: str) -> bool:
    """False where classes count and a ratio of the study or of the shipped file is from memory."""
    return rule not in (NEEDED, BY_CLASSES) or not one.details.staff.from_memory


def bed_needs(one: "Reduced", years: slice) -> Iterator[Need]:
    """Needs of beds in some years, of schools with boarders in any draw; none without a section `boarding`."""
    if one.details.boarding is None:
        return
    boarders = one.now.result.boarders[:, years].sum(axis=3, dtype=np.int64)
    asked: FloatArray = np.where(boards_at(one), boarders.astype(float), np.nan)
    yield Need(BEDS_RULE, ALL, "beds", "beds", asked, beds_of(one)[:, years])
