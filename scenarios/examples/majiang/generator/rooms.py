"""The rooms of the schools by type and net area; all synthetic, from the kind of school and its general classrooms.

The county's plan names teaching rooms that are lacking and music and art rooms below their area (S0-13): village
schools have a music room of 60 m2 or none, the town's primaries art rooms of 66 m2, the third primary (2020) music
rooms of 80 m2 where new ones need 96.  A few classrooms of every school are large enough to become special rooms.
"""

from __future__ import annotations

from scenarios.examples.majiang.generator.network import School

Row = tuple[str, int, float, int]
"""Type, number of rooms, net area of each [m2], of these with multimedia."""

CLASSROOM = {"primary": 60.0, "junior": 69.5, "nine_year": 67.0, "point": 54.0}
"""Net area of a classroom [m2]: 45 x 1.36 and 50 x 1.39 are 61.2 and 69.5 (facts 2.5)."""
LARGE = 75.0
"""Of one classroom in ten, one at least in schools of eight and more."""


def special(school: School) -> list[Row]:
    """Special rooms: many are too small or missing."""
    if school.kind == "point":
        return []
    if school.school == "ps-03":
        return [("music", 2, 80, 2), ("art", 3, 92, 3), ("computer", 2, 96, 2)]
    if school.school.startswith("ps-0"):
        return [("music", school.rooms // 20, 78, 1), ("art", school.rooms // 20, 66, 0), ("computer", 2, 92, 2)]
    if school.kind == "junior":
        return [("music", 1, 90, 1), ("art", 1, 80, 0), ("laboratory", 2, 96, 0), ("computer", 1, 100, 1)]
    if school.kind == "nine_year":
        return [("music", 1, 96, 1), ("art", 1, 60, 0), ("laboratory", 1, 96, 0)]
    return [("music", 1, 60, 0)] if school.rooms >= 8 else []


def general(school: School) -> list[Row]:
    """General classrooms; those in use have multimedia, one in ten has none."""
    large = max(school.rooms // 10, 1) if school.rooms >= 8 else 0
    area = 67.0 if school.school.startswith("ps-0") else CLASSROOM[school.kind]
    small = school.rooms - large
    found: list[Row] = [("general", small, area, small - small // 10)]
    return [*found, ("general", large, LARGE, large)] if large else found


def rows(school: School) -> list[tuple[str, str, int, int, str, int, int]]:
    """Rows of the table: site, type, number of the row, rooms, net area, of these with multimedia, year built."""
    listed = [*general(school), *special(school)]
    return [
        (f"{school.school}-1", kind, number, count, f"{area:g}", screens, school.built)
        for number, (kind, count, area, screens) in enumerate(listed, start=1)
    ]
