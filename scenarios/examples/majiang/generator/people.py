"""Children and births by unit: the 2020 census of Majiang carried to 31 August 2023, spread over synthetic units.

Real: residents on census day, 1 November 2020, aged 0: 1 851, 1-4: 8 276, 5-9: 10 592, 10-14: 9 031 (county row 522635,
facts 5.2); registered in other counties: 11 271 of 131 081 residents; births of 2020 about 1 850, then the rates of
Guizhou (12.17, 11.03, 10.65 per thousand in 2021-2023, facts 4.2) on about 130 000 to 124 000 residents.
Synthetic: the split of the bands into single ages, the ages above 14, every share by unit and group.
"""

from __future__ import annotations

import math

from scenarios.examples.majiang.generator.chance import apportion, normal
from scenarios.examples.majiang.generator.places import Unit

BASE_YEAR = 2023
AGES = range(15)
BIRTH_YEARS = range(2010, 2024)

# Residents by single age on 1 November 2020; the bands add to the census exactly, the split inside them is synthetic.
CENSUS_2020 = [
    1851,  # age 0
    2000, 2060, 2110, 2106,  # 1-4: 8 276
    2140, 2135, 2122, 2105, 2090,  # 5-9: 10 592
    1880, 1825, 1790, 1775, 1761,  # 10-14: 9 031
    1745, 1730, 1715, 1700,  # 15-18: synthetic, as born (the census counts fewer: many study or work elsewhere)
    1690, 1685, 1690, 1700, 1715, 1730, 1740,  # 19-25: synthetic, for the pupils of 2010-2016
]  # fmt: skip
KEPT_PER_YEAR = 0.998  # deaths and net moves out of the county per year of age, synthetic
AUTUMN = 1.0 / 3.0  # births of September-December, facts 3.2
SURVIVAL_TO_BIRTHDAY = 0.993  # birth to the census ages, facts 4.3 (0.990-0.993 to age 6)

# Share of the county's children by place: (aged 0, aged 14), scaled to one. Synthetic; older children live in villages
# more often. About a third of all children are urban (39.0 % of residents were in 2020).
PLACE_SHARES = {
    "county town": (0.318, 0.244),
    "new town": (0.003, 0.003),
    "gd core": (0.024, 0.020),
    "xw core": (0.032, 0.026),
    "xs": (0.078, 0.075),
    "jz": (0.062, 0.060),
    "gd": (0.130, 0.160),
    "xw": (0.136, 0.165),
    "ls": (0.083, 0.103),
    "xc": (0.054, 0.068),
    "bm": (0.078, 0.095),
}
UNIT_SD = 0.22  # log, size of villages of one township, synthetic
# Remote villages of half the size, synthetic.
SMALL = ("gd-v08", "gd-v09", "gd-v11", "xw-v09", "xw-v14", "ls-v09", "xc-v06", "bm-v07")
UNIT_AGE_SD = 0.06  # log, age groups inside a unit, synthetic
# By urban or not; 8.6 % of all residents are registered in other counties, children fewer.
MIGRANT_SHARE = {True: 0.075, False: 0.010}


def census_on_31_august_2020(age: int) -> float:
    """Residents of completed `age` on 31 August 2020: 5/6 of that census age and 1/6 of the next."""
    return CENSUS_2020[age] * 5.0 / 6.0 + CENSUS_2020[age + 1] / 6.0


def county_births() -> dict[int, int]:
    """Births by calendar year: back from the census to 2019, then from birth rates."""
    births = {2020: 1850, 2021: 1590, 2022: 1430, 2023: 1320}  # facts 5.1, 4.2
    for year in BIRTH_YEARS:
        if year < 2020:
            age = 2020 - year  # on census day: born November of the year before to October
            born = (CENSUS_2020[age] * 10 + CENSUS_2020[age - 1] * 2) / 12.0
            births[year] = round(born / SURVIVAL_TO_BIRTHDAY)
    return dict(sorted(births.items()))


def cohort(entry_year: int, year: int) -> float:
    """Residents on 31 August of `year` who turned six by 31 August of `entry_year`, whole county."""
    age_2020 = 2026 - entry_year
    if age_2020 >= 0:
        start, anchor = census_on_31_august_2020(age_2020), 2020
    else:  # born after the census
        births = county_births()
        born = entry_year - 7
        start = (births[born] * AUTUMN + births[born + 1] * (1.0 - AUTUMN)) * SURVIVAL_TO_BIRTHDAY
        anchor = entry_year - 6
    return start * KEPT_PER_YEAR ** (year - anchor)


def county_children() -> dict[int, int]:
    """Residents by age on 31 August 2023."""
    return {age: round(cohort(BASE_YEAR + 6 - age, BASE_YEAR)) for age in AGES}


def place_of(unit: Unit) -> str:
    """The row of PLACE_SHARES a unit belongs to."""
    if not unit.urban:
        return unit.township
    if unit.unit == "jz-e3":
        return "new town"
    return "county town" if unit.township in ("xs", "jz") else f"{unit.township} core"


def unit_weights(units: list[Unit], age: float) -> dict[str, float]:
    """Share of the county's children of an age by unit (not rounded, sums to one); ages above 14 are allowed."""
    part = min(age, 17.0) / 14.0
    size = {u.unit: math.exp(UNIT_SD * normal("unit size", u.unit)) * (0.5 if u.unit in SMALL else 1.0) for u in units}
    places: dict[str, float] = {}
    for unit in units:
        places[place_of(unit)] = places.get(place_of(unit), 0.0) + size[unit.unit]
    weights = {}
    for unit in units:
        young, old = PLACE_SHARES[place_of(unit)]
        weights[unit.unit] = (young + (old - young) * part) * size[unit.unit] / places[place_of(unit)]
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def children(units: list[Unit]) -> dict[tuple[str, str, int], int]:
    """Children by unit, group and age on 31 August 2023; every age adds to the county."""
    urban = {unit.unit: unit.urban for unit in units}
    found: dict[tuple[str, str, int], int] = {}
    for age, total in county_children().items():
        weights = {
            name: weight * math.exp(UNIT_AGE_SD * normal("unit age", name, age))
            for name, weight in unit_weights(units, age).items()
        }
        for name, count in apportion(total, weights).items():
            migrants = round(count * MIGRANT_SHARE[urban[name]] * math.exp(0.2 * normal("migrants", name, age)))
            found[name, "local", age] = count - migrants
            found[name, "migrant", age] = migrants
    return found


def births(units: list[Unit]) -> dict[tuple[str, int], int]:
    """Births by unit and calendar year, by the residence of the mother."""
    found: dict[tuple[str, int], int] = {}
    for year, total in county_births().items():
        weights = {
            # An older cohort was born in the villages a little more often than it lives there now.
            name: weight * math.exp(UNIT_AGE_SD * normal("unit births", name, year))
            for name, weight in unit_weights(units, (BASE_YEAR - year) * 1.15).items()
        }
        for name, count in apportion(total, weights).items():
            found[name, year] = count
    return found
