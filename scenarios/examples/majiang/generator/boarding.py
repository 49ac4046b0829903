"""Boarders of the base year by school and stage.

Real: the shares of the county's plan (S0-22), 42.98 % of rural primary pupils and 97.39 % of junior pupils. Synthetic:
how they are spread over schools, in proportion to the pupils of the grades that board (4 to 6, and 7 to 9). Grades 1 to
3 do not board (facts 3.3), so the share of all primary pupils makes 85.8 % of grades 4 to 6.
"""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.examples.majiang.generator.network import SCHOOLS
from scenarios.examples.majiang.generator.people import BASE_YEAR

RURAL_PRIMARY, JUNIOR = 0.4298, 0.9739
TOWN = ("ps-01", "ps-02", "ps-03")  # primary schools of the county town, without beds
UPPER, LAST = (4, 5, 6), (7, 8, 9)


def boarders(rolls: Mapping[tuple[str, int, int], int]) -> list[tuple[str, str, int, int]]:
    """Rows (school, stage, year, boarders); rolls: pupils by school, grade and year."""
    rural = [s.school for s in SCHOOLS if s.grades[0] == 1 and s.school not in TOWN]
    every = [s.school for s in SCHOOLS]
    of_primary = round(RURAL_PRIMARY * sum(_roll(rolls, school, (1, 2, 3, *UPPER)) for school in rural))
    of_junior = round(JUNIOR * sum(_roll(rolls, school, LAST) for school in every))
    rows = []
    for stage, schools, grades, total in (("primary", rural, UPPER, of_primary), ("junior", every, LAST, of_junior)):
        pupils = {school: _roll(rolls, school, grades) for school in schools}
        rows += [(school, stage, BASE_YEAR, n) for school, n in _spread(total, pupils).items()]
    return sorted(rows)


def _roll(rolls: Mapping[tuple[str, int, int], int], school: str, grades: tuple[int, ...]) -> int:
    return sum(rolls.get((school, grade, BASE_YEAR), 0) for grade in grades)


def _spread(total: int, pupils: Mapping[str, int]) -> dict[str, int]:
    """A total in proportion to pupils, by the largest remainder; schools without pupils are left out."""
    whole = sum(pupils.values())
    some = {school: count for school, count in pupils.items() if count}
    out = {school: total * count // whole for school, count in some.items()}
    rest = sorted(some, key=lambda school: (-(total * some[school] % whole), school))
    for school in rest[: total - sum(out.values())]:
        out[school] += 1
    return out
