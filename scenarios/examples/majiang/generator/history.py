"""Enrolment by school, grade and year, 1 September 2010-2023: cohorts led through the schools. All synthetic.

Every year the whole county's pupils of a grade are fixed by the residents of that age less those who learn elsewhere.
Schools share them by the residents of their zones (grade 1) or by last year's pupils and the progression ratio of their
kind, with overdispersed chance.  Ratios and dispersion follow facts 4.3 (village 0.93-0.98, county town 1.01-1.06,
P6 -> Y7 0.97-1.00) and the .19-.94 N measured on real panels.
Real: the third county primary was built in 2020; before it, the two others had oversized classes (requirements S0-24).
"""

from __future__ import annotations

import math

from scenarios.examples.majiang.generator.chance import apportion, normal
from scenarios.examples.majiang.generator.network import AFTER_POINT, SCHOOLS, School, zones
from scenarios.examples.majiang.generator.people import BASE_YEAR, cohort, unit_weights
from scenarios.examples.majiang.generator.places import Unit

FIRST_YEAR = 2010
DRIFT_FROM = 2017  # the pull of schools moves from then on
OLDEST_ENTRY = 2009  # rural entrants before then choose as those of that year
NEW_IN_2020 = "ps-03"

RATIO = {"town": 1.022, "central": 0.990, "village": 0.958, "point": 0.950}  # before the county adds up
JUNIOR_RATIO = {"town": 1.008, "other": 0.988}
PROGRESSION_PHI = 0.35  # variance of next year's pupils per pupil
ENTRY_PHI = 0.6  # the same for new entrants
TRAIT_SD = 0.02  # yearly step of a school's attractiveness, log
GRADE_SD = 0.002  # county enrolment of a grade against residents, log
YEAR_SD = 0.006  # yearly step of the county's retention, log

OUT_SHARE = {"primary": 0.037, "junior": 0.056}  # of residents: private, other county (Kaili), home teaching
TO_TOWN = (0.05, 0.075)  # rural entrants in a county-town primary: 2017, 2023, a straight line before and between
TO_CENTRAL = (0.12, 0.16)  # other village entrants in the central primary of their township
TO_TOWN_JUNIOR = 0.07  # rural leavers of grade 6 in a county-town junior
TOWN_PRIMARIES = {"ps-01": 0.44, "ps-02": 0.23, "ps-03": 0.33}  # how rural children and movers inside the town choose
TOWN_JUNIORS = {"js-01": 0.65, "js-02": 0.35}
TOWN_FEED = {"ps-01": 0.86, "ps-02": 0.60, "ps-03": 0.35}  # share of the first junior, by the zones
TOWN_FEED_BEFORE = {"ps-01": 0.66, "ps-02": 0.56, "ps-03": 0.50}  # the same until the third primary opened
CENTRAL = {"gd": "cp-gd", "xw": "cp-xw", "ls": "cp-ls", "xc": "cp-xc", "bm": "cp-bm"}
INSIDE_TOWN_MOVES = 0.12  # town children in another county primary than their own


Rolls = dict[tuple[str, int, int], int]  # (school, grade, year) -> pupils


def setting(school: School) -> str:
    """The row of RATIO."""
    if school.school in TOWN_PRIMARIES:
        return "town"
    if school.school in CENTRAL.values():
        return "central"
    return "point" if school.kind == "point" else "village"


def county_pupils(grade: int, year: int) -> int:
    """Pupils of a grade in the county's own schools."""
    stage = "primary" if grade <= 6 else "junior"
    residents = cohort(year - grade + 1, year)
    # Steps are counted back from the base year, which agrees with its residents.
    steps = sum(normal("county year", later) for later in range(year + 1, BASE_YEAR + 1))
    chance = math.exp(GRADE_SD * normal("county grade", grade, year) - YEAR_SD * steps)
    return round(residents * (1.0 - OUT_SHARE[stage]) * chance)


def _linear(span: tuple[float, float], year: int) -> float:
    at = max(year, OLDEST_ENTRY)
    return span[0] + (span[1] - span[0]) * (at - DRIFT_FROM) / (BASE_YEAR - DRIFT_FROM)


def _open(year: int) -> dict[str, float]:
    """County primaries that are open, with their pull."""
    return {name: pull for name, pull in TOWN_PRIMARIES.items() if year >= 2020 or name != NEW_IN_2020}


def _primary_zones(year: int) -> dict[str, dict[str, float]]:
    """Weights of the primaries of every unit; until 2020 the two older county primaries serve the third one's zone."""
    served: dict[str, dict[str, float]] = {}
    for stage, unit, name, weight in zones():
        if stage != "primary":
            continue
        old = name == NEW_IN_2020 and year < 2020
        for served_by, part in ({"ps-01": 0.75, "ps-02": 0.25} if old else {name: 1.0}).items():
            row = served.setdefault(unit, {})
            row[served_by] = row.get(served_by, 0.0) + weight * part
    return served


def entry_shares(units: list[Unit], year: int) -> dict[str, float]:
    """Weight of every primary in the first-grade entrants of a year, before chance."""
    served = _primary_zones(year)
    residents = unit_weights(units, 6.0 + BASE_YEAR - year)
    shares = dict.fromkeys((s.school for s in SCHOOLS), 0.0)
    open_now = _open(year)
    for unit in units:
        zone = served[unit.unit]
        in_town = any(name in TOWN_PRIMARIES for name in zone)
        away = INSIDE_TOWN_MOVES if in_town else _linear(TO_TOWN, year)
        central = CENTRAL.get(unit.township)
        near = 0.0 if in_town or central is None or central in zone else _linear(TO_CENTRAL, year)
        for name, weight in zone.items():
            shares[name] += residents[unit.unit] * (1.0 - away - near) * weight / sum(zone.values())
        if near and central:
            shares[central] += residents[unit.unit] * near
        for name, pull in open_now.items():
            shares[name] += residents[unit.unit] * away * pull / sum(open_now.values())
    return shares


def _entrants(units: list[Unit], year: int) -> dict[str, int]:
    total = county_pupils(1, year)
    weights = {}
    for name, share in entry_shares(units, year).items():
        expected = total * share
        if expected <= 0.0:
            continue
        trait = TRAIT_SD * sum(normal("trait", name, t) for t in range(DRIFT_FROM, year + 1))
        chance = math.sqrt(ENTRY_PHI / expected) * normal("entry", name, year)
        weights[name] = expected * math.exp(trait + chance)
    return apportion(total, weights)


def _next_school(school: School, grade: int, year: int) -> dict[str, float]:
    """Where the pupils of `grade` of a school learn in `year`, one grade up, shares."""
    if grade == 6:
        return _junior_shares(school, year)
    if grade == 3 and school.kind == "point":
        return {AFTER_POINT[school.school]: 1.0}
    return {school.school: 1.0}


def _junior_shares(school: School, year: int) -> dict[str, float]:
    """Shares of junior schools for the sixth grade of a primary: by the homes of its zone, and the pull of the town."""
    if school.school in TOWN_PRIMARIES:  # zones of the two county juniors cut across those of the primaries
        first = (TOWN_FEED if year > 2020 else TOWN_FEED_BEFORE)[school.school]
        return {"js-01": first, "js-02": 1.0 - first}
    unit = school.unit if school.school != "ps-gh" else "ls-v04"
    own = next(s.school for s in SCHOOLS if unit in s.junior_zone.split())
    if own in TOWN_JUNIORS:
        return {own: 1.0}
    shares = {name: TO_TOWN_JUNIOR * part for name, part in TOWN_JUNIORS.items()}
    shares[own] = 1.0 - TO_TOWN_JUNIOR
    if school.school == "ps-gh":  # village 5 of Longshan is zoned to the nine-year school
        shares["ns-hb"] = shares[own] * 0.3
        shares[own] *= 0.7
    return shares


def _ratio(school: School, grade: int) -> float:
    if grade <= 6:
        return RATIO[setting(school)]
    return JUNIOR_RATIO["town" if school.school in TOWN_JUNIORS else "other"]


def _split_of_2020(weights: dict[str, float]) -> None:
    """The third county primary opens in all grades: pupils move by the new zones."""
    if "ps-01" not in weights:
        return
    moved = 0.0
    for name, share in (("ps-01", 0.355), ("ps-02", 0.24)):
        part = weights[name] * share
        weights[name] -= part
        moved += part
    weights[NEW_IN_2020] = weights.get(NEW_IN_2020, 0.0) + moved


def _moved_up(rolls: Rolls, grade: int, year: int) -> dict[str, int]:
    """Pupils of `grade` in `year` by school, from the grade below a year earlier."""
    weights: dict[str, float] = {}
    for school in SCHOOLS:
        before = rolls.get((school.school, grade - 1, year - 1), 0)
        for name, share in _next_school(school, grade - 1, year).items():
            weights[name] = weights.get(name, 0.0) + before * share * _ratio(school, grade - 1)
    if year == 2020 and grade <= 6:
        _split_of_2020(weights)
    for name, expected in weights.items():
        if expected > 0.0:
            chance = math.sqrt(PROGRESSION_PHI / expected) * normal("progress", name, grade, year)
            weights[name] = expected * math.exp(chance)
    return apportion(county_pupils(grade, year), weights)


def enrolment(units: list[Unit]) -> Rolls:
    """Pupils by school, grade and year; cohorts start in grade 1 before the record, so its first year is consistent."""
    rolls: Rolls = {}
    for year in range(FIRST_YEAR - 8, BASE_YEAR + 1):
        for name, count in _entrants(units, year).items():
            rolls[name, 1, year] = count
        for grade in range(2, 10):
            if (SCHOOLS[0].school, 1, year - grade + 1) in rolls:
                for name, count in _moved_up(rolls, grade, year).items():
                    rolls[name, grade, year] = count
    spans = {school.school: school.grades for school in SCHOOLS}
    return {
        (name, grade, year): count
        for (name, grade, year), count in sorted(rolls.items())
        if year >= FIRST_YEAR and spans[name][0] <= grade <= spans[name][1] and (name != NEW_IN_2020 or year >= 2020)
    }
