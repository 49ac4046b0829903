"""Estimated counts of the base year in plain Python: one draw, child by child of the table, roll by roll.

Written from docs/science/estimated.md, not from the arrays of `sim/estimated.py`.
"""

import math
from collections.abc import MutableMapping

from sim.model import Model
from verification.reference_chance import Stream, combine, even_split, key_of


def young_of_draw(model: Model, stream: Stream) -> tuple[list[list[int]], list[int]]:
    """Children below school age [home][age], and those of entry age who wait a year [home]."""
    assert model.estimated is not None
    sds, common = model.estimated.children_sd, model.estimated.common
    residents, waiting = [], []
    for cell, name in enumerate(model.layout.cells):
        numbers = []
        for age, count in enumerate([*model.residents[cell], model.waiting[cell]]):
            born = model.base_year - 1 - age
            home = combine(key_of(name), born)
            shared = stream.normal("children/estimated/county", 0, combine(key_of("county"), born))
            own = stream.normal("children/estimated", 0, home)
            sd = float(sds[cell, age])
            z = math.sqrt(common) * shared + math.sqrt(1 - common) * own
            u = stream.uniform("children/estimated/whole", 0, home)
            numbers.append(math.floor(int(count) * math.exp(sd * z - sd**2 / 2) + u))
        residents.append(numbers[:-1])
        waiting.append(numbers[-1])
    return residents, waiting


def draw_withheld(model: Model, stream: Stream, pupils: MutableMapping[tuple[int, int], list[int]]) -> None:
    """Rolls that are withheld: 1 to 9 pupils, divided over the homes in proportion to those who stand for them."""
    assert model.estimated is not None
    for school, name in enumerate(model.layout.schools):
        for grade in range(len(model.grades.names)):
            if not model.estimated.withheld[school, grade]:
                continue
            key = combine(key_of(name), grade)
            total = 1 + math.floor(9 * stream.uniform("pupils/withheld", model.base_year, key))
            homes = [cell for cell in range(len(model.layout.cells)) if (cell, school) in pupils]
            weights = [float(pupils[cell, school][grade]) for cell in homes]
            u = stream.uniform("pupils/withheld/which", model.base_year, key)
            for cell, part in zip(homes, even_split(total, weights, u), strict=True):
                pupils[cell, school][grade] = part
