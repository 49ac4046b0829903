"""How many classes the schools of the record opened: by the planned size while rooms last, then fuller classes."""

from __future__ import annotations

from scenarios.examples.majiang.generator.history import Rolls
from scenarios.examples.majiang.generator.network import SCHOOLS

PLANNED = {"primary": 45, "junior": 50}


def sections(rolls: Rolls) -> dict[tuple[str, int, int], int]:
    """Classes by school, grade and year; today's rooms are taken for the whole record (synthetic)."""
    rooms = {school.school: school.rooms for school in SCHOOLS}
    opened: dict[tuple[str, int, int], int] = {}
    for name, year in sorted({(school, year) for school, _, year in rolls}):
        grades = {g: n for (school, g, y), n in rolls.items() if school == name and y == year}
        for grade, count in _fit(grades, rooms[name]).items():
            opened[name, grade, year] = count
    return opened


def _fit(grades: dict[int, int], rooms: int) -> dict[int, int]:
    """Classes of every grade: the smallest common crowding, in percent, that fits the rooms."""
    for percent in range(100, 400):
        count = {g: -(-n * 100 // (PLANNED["primary" if g <= 6 else "junior"] * percent)) for g, n in grades.items()}
        if sum(count.values()) <= rooms:
            return count
    return {g: min(n, 1) for g, n in grades.items()}
