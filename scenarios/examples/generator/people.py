"""Children and births by unit: a census led to the base year and back, spread over the units."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from scenarios.examples.generator.chance import Chance, apportion
from scenarios.examples.generator.land import Unit
from scenarios.examples.generator.spec import People, Spec

AUTUMN = 1.0 / 3.0  # births of September-December, even months
SURVIVAL_TO_BIRTHDAY = 0.993  # birth to the census ages; .990-.993 to age 6, from memory
AGES = range(15)
_SMOOTHINGS = 40


def single_ages(bands: Mapping[tuple[int, int], int]) -> list[int]:
    """Residents by single age: smooth inside the bands, whose sums stay. Raises ValueError for a gap.

    >>> single_ages({(0, 0): 90, (1, 3): 300})
    [90, 99, 100, 101]
    """
    return list(_single_ages(tuple(sorted(bands.items()))))


@lru_cache
def _single_ages(items: tuple[tuple[tuple[int, int], int], ...]) -> tuple[int, ...]:
    bands = dict(items)
    spans = list(bands)
    if [first for first, _ in spans] != [0, *(last + 1 for _, last in spans[:-1])]:
        raise ValueError(f"the bands must follow each other from age 0: {spans}")
    sizes = [bands[span] / (span[1] - span[0] + 1) for span in spans for _ in range(span[0], span[1] + 1)]
    for _ in range(_SMOOTHINGS):
        padded = [sizes[0], *sizes, sizes[-1]]
        sizes = [
            (before + 2 * own + after) / 4 for before, own, after in zip(padded[:-2], sizes, padded[2:], strict=True)
        ]
        for first, last in spans:
            factor = bands[first, last] / sum(sizes[first : last + 1])
            sizes[first : last + 1] = [size * factor for size in sizes[first : last + 1]]
    found: list[int] = []
    for first, last in spans:
        parts = apportion(bands[first, last], {f"{age:03d}": sizes[age] for age in range(first, last + 1)})
        found += [parts[f"{age:03d}"] for age in range(first, last + 1)]
    return tuple(found)


def births_by_year(people: People, first: int) -> dict[int, int]:
    """Births by calendar year from `first` to the base year: back from the census, then as given."""
    ages = single_ages(people.bands)
    found = {}
    for year in range(first, people.base_year + 1):
        age = people.census_year - year
        if year in people.births:
            found[year] = people.births[year]
        elif age >= 1:  # on census day: born November of the year before to October
            found[year] = round(
                (_at(ages, people, age) * 10 + _at(ages, people, age - 1) * 2) / 12 / SURVIVAL_TO_BIRTHDAY
            )
        else:
            raise ValueError(f"births of {year} are not given: the census of {people.census_year} does not hold them")
    return found


def _at(ages: list[int], people: People, age: int) -> float:
    """Census residents of an age; beyond the last band as its last age, changed by `older_per_year`."""
    beyond = max(0, age - len(ages) + 1)
    return ages[age - beyond] * people.older_per_year**beyond


def residents(people: People, age: int, year: int) -> float:
    """Residents of completed `age` on 31 August of `year`, whole county."""
    then = age + people.census_year - year
    if then >= 0:
        ages = single_ages(people.bands)
        counted = _at(ages, people, then) * 5 / 6 + _at(ages, people, then + 1) / 6
        return counted * people.kept_per_year ** (year - people.census_year)
    born = year - age
    births = births_by_year(people, born - 1)
    start = births[born - 1] * AUTUMN + births[born] * (1.0 - AUTUMN)
    return start * SURVIVAL_TO_BIRTHDAY * people.kept_per_year**age


def county_children(people: People) -> dict[int, int]:
    """Residents aged 0-14 on 31 August of the base year."""
    return {age: round(residents(people, age, people.base_year)) for age in AGES}


def unit_weights(spec: Spec, units: list[Unit], age: float) -> dict[str, float]:
    """Share of the county's children of an age by unit (not rounded, sums to one); ages above 14 are allowed."""
    part = max(-0.2, min(age, 20.0) / 14.0)
    chance = Chance(spec.salt)
    size = {
        u.unit: math.exp(spec.people.unit_sd * chance.normal("unit size", u.unit))
        * (0.5 if u.unit in spec.people.small else 1.0)
        for u in units
    }
    groups: dict[tuple[str, bool], float] = {}
    for unit in units:
        groups[unit.township, unit.urban] = groups.get((unit.township, unit.urban), 0.0) + size[unit.unit]
    spans = {(t.code, urban): (t.town if urban else t.rural) for t in spec.place.townships for urban in (True, False)}
    weights = {}
    for unit in units:
        young, old = spans[unit.township, unit.urban]
        share = max(0.0, young + (old - young) * part)
        weights[unit.unit] = share * size[unit.unit] / groups[unit.township, unit.urban]
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def children(spec: Spec, units: list[Unit]) -> dict[tuple[str, str, int], int]:
    """Children by unit, group and age on 31 August of the base year; every age adds to the county."""
    chance, urban = Chance(spec.salt), {unit.unit: unit.urban for unit in units}
    found: dict[tuple[str, str, int], int] = {}
    for age, total in county_children(spec.people).items():
        for name, count in apportion(total, _jittered(spec, units, age, ("unit age", age))).items():
            share = spec.people.migrant_share[0 if urban[name] else 1]
            migrants = min(count, round(count * share * math.exp(0.2 * chance.normal("migrants", name, age))))
            found[name, "local", age] = count - migrants
            found[name, "migrant", age] = migrants
    return found


def births(spec: Spec, units: list[Unit]) -> dict[tuple[str, int], int]:
    """Births by unit and calendar year, by the residence of the mother."""
    base = spec.people.base_year
    found: dict[tuple[str, int], int] = {}
    first = min(spec.history.first_year - spec.stages[0].entry_age, base - 13)
    for year, total in births_by_year(spec.people, first).items():
        # An older cohort was born in the villages a little more often than it lives there now.
        weights = _jittered(spec, units, (base - year) * 1.15, ("unit births", year))
        for name, count in apportion(total, weights).items():
            found[name, year] = count
    return found


def _jittered(spec: Spec, units: list[Unit], age: float, key: tuple[str, int]) -> dict[str, float]:
    chance = Chance(spec.salt)
    return {
        name: weight * math.exp(spec.people.unit_age_sd * chance.normal(key[0], name, key[1]))
        for name, weight in unit_weights(spec, units, age).items()
    }
