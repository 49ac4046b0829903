"""What an admission round reads: seats a class, lists, priority and rules as the kernels take them."""

from functools import lru_cache

import numpy as np

from sim.admission_rules import Rules
from sim.arrays import IntArray
from sim.classes_formation import seat_rules
from sim.kernels_seats import Ground, Luck
from sim.layout import slot_lookup
from sim.model import Model
from sim.policy import YearPolicy
from sim.world import YearWorld

_KEPT = 16  # grounds of as many policies; arrays of a model are told apart by their bytes


def ground_of(model: Model, policy: YearPolicy) -> Ground:
    """What is the same in every draw of a round.

    Where the bureau sends nobody on, seats are those of the planned size: beyond them children are only counted.
    """
    layout = model.layout
    slots = np.ascontiguousarray(layout.slot_school, dtype=np.int64)
    way = np.ascontiguousarray(model.attendance.way, dtype=float)
    shapes = (*slots.shape, way.shape[2], len(layout.schools))
    start, cell, slot, order = _pairs(slots.tobytes(), way.tobytes(), layout.slot_keys.tobytes(), shapes)
    factor = policy.divert_at if np.isfinite(policy.divert_at) else 1.0
    grades = model.grades
    forms = seat_rules(model.formation, grades.stages, grades.stage_of, len(layout.schools))
    return Ground(
        slots,
        slot_lookup(layout),
        start,
        cell,
        slot,
        order,
        np.ascontiguousarray(grades.stage_of, dtype=np.int64),
        np.ascontiguousarray(policy.divert, dtype=np.int64),
        np.floor(policy.planned_size * factor + 1e-9).astype(np.int64),
        np.ascontiguousarray(policy.rules.ranks),
        np.ascontiguousarray(policy.rules.rule),
        np.asarray(forms.may.any(axis=1)),
        forms._replace(cap=int(np.floor(forms.cap * factor + 1e-9))),
    )


@lru_cache(maxsize=_KEPT)
def _pairs(
    slots: bytes, way: bytes, keys: bytes, shapes: tuple[int, int, int, int]
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Homes that can attend each school: first pair of a school [school + 1], home and slot [pair], order to go
    [stage, pair].

    Of one class of priority the far go first, then by key.  Far is what the travel limit of the stage measures.
    """
    cells, width, stages, schools = shapes
    slot_school = np.frombuffer(slots, dtype=np.int64).reshape(cells, width)
    cell, slot = np.nonzero((slot_school >= 0) & (slot_school < schools))
    school = slot_school[cell, slot]
    by_school = np.lexsort((cell, school))
    cell, slot, school = cell[by_school], slot[by_school], school[by_school]
    start = np.searchsorted(school, np.arange(schools + 1)).astype(np.int64)
    far = np.frombuffer(way).reshape(cells, width, stages)[cell, slot]
    key = np.frombuffer(keys, dtype=np.uint64).reshape(cells, width)[cell, slot]
    order = np.stack([np.lexsort((key, -far[:, stage], school)) for stage in range(stages)])
    return start, cell.astype(np.int64), slot.astype(np.int64), order.astype(np.int64)


def luck_of(world: YearWorld, rules: Rules) -> Luck:
    """Random numbers of a round; those that no rule asks for are zero."""
    back = world.schools("admission/lottery")
    lots = world.schools("admission/lots") if rules.drawn else np.zeros((1, *back.shape[1:]))
    ranks = np.zeros((1, len(rules.ranks), back.shape[2]))
    if rules.mixed:
        ranks = world.grades_of_cells("admission/class")
    return Luck(back, lots, ranks)
