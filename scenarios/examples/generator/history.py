"""Enrolment by school, grade and year, 1 September: cohorts led through the schools. All synthetic.

Every year the county's pupils of a grade are its residents of that age less those who learn elsewhere. Schools share
them by the residents of their zones (entry) or by last year's pupils and the ratio of their kind, with overdispersed
chance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from scenarios.examples.generator.chance import Chance, apportion
from scenarios.examples.generator.land import Unit
from scenarios.examples.generator.network import zones
from scenarios.examples.generator.people import residents, unit_weights
from scenarios.examples.generator.spec import School, Spec, Stage

Rolls = dict[tuple[str, str, int], int]  # (school, grade, year) -> pupils
Weights = dict[str, float]


class Record:
    """The making of one record; what depends on the specification alone is worked out once."""

    def __init__(self, spec: Spec, units: list[Unit]) -> None:
        self.spec, self.units, self.chance = spec, units, Chance(spec.salt)
        self.urban = {unit.unit: unit.urban for unit in units}
        self.schools = {school.school: school for school in spec.schools}
        self.spans = {school.school: spec.span(school) for school in spec.schools}
        self.rows = zones(spec, units)
        self._weights: dict[float, Weights] = {}

    def county_pupils(self, grade: str, year: int) -> int:
        """Pupils of a grade in the county's own schools."""
        spec, how = self.spec, self.spec.history
        total = residents(spec.people, spec.age(grade), year)
        # Steps are counted back from the base year, which agrees with its residents.
        steps = sum(self.chance.normal("county year", later) for later in range(year + 1, spec.people.base_year + 1))
        chance = math.exp(how.grade_sd * self.chance.normal("county grade", grade, year) - how.year_sd * steps)
        return round(total * (1.0 - sum(spec.stage_of(grade).out.values())) * chance)

    def open(self, school: School, year: int) -> bool:
        """Whether a school has opened."""
        return school.opened <= year

    def weights(self, age: float) -> Weights:
        """Share of the county's children of an age by unit."""
        if age not in self._weights:
            self._weights[age] = unit_weights(self.spec, self.units, age)
        return self._weights[age]

    def zones_of(self, stage: str, year: int, grade: str) -> dict[str, Weights]:
        """Share of each school that teaches a grade in every unit's zone; before a school opens others serve it."""
        served: dict[str, Weights] = {}
        for row_stage, unit, name, weight in self.rows:
            if row_stage != stage or grade not in self.spans[name]:
                continue
            school = self.schools[name]
            row = served.setdefault(unit, {})
            for by, part in ({name: 1.0} if self.open(school, year) else _scaled(school.before)).items():
                row[by] = row.get(by, 0.0) + weight * part
        return {unit: _scaled(row) for unit, row in served.items()}

    def pulls(self, grade: str, year: int) -> Weights:
        """Open schools of a grade that draw children from beyond their zones, shares."""
        found = {n: s.pull for n, s in self.schools.items() if s.pull and grade in self.spans[n] and self.open(s, year)}
        return _scaled(found) if found else {}

    def choice(self, unit: str, zone: Weights, pulls: Weights, away: float) -> Weights:
        """Where the children of a unit learn: in their zone, or away with the pull."""
        share = (self.spec.history.in_town if self.urban[unit] else away) if pulls else 0.0
        found = {name: part * (1.0 - share) for name, part in zone.items()}
        for name, part in pulls.items():
            found[name] = found.get(name, 0.0) + part * share
        return found

    def entrants(self, stage: Stage, year: int) -> dict[str, int]:
        """Pupils of the first grade of a stage that resident children enter."""
        grade, how, base = stage.grades[0], self.spec.history, self.spec.people.base_year
        years = max(1, base - how.first_year)
        at = max(0.0, (year - how.first_year) / years)
        away = how.to_town[0] + (how.to_town[1] - how.to_town[0]) * at
        pulls, total = self.pulls(grade, year), self.county_pupils(grade, year)
        living = self.weights(self.spec.age(grade) + base - year)
        expected: Weights = {}
        for unit, zone in self.zones_of(stage.id, year, grade).items():
            for name, part in self.choice(unit, zone, pulls, away).items():
                expected[name] = expected.get(name, 0.0) + total * living[unit] * part
        return self.shared(total, expected, grade, year, how.entry_phi)

    def shared(self, total: int, expected: Weights, grade: str, year: int, phi: float) -> dict[str, int]:
        """The county's pupils of a grade over its schools, with chance."""
        weights = {}
        for name, mean in expected.items():
            if mean <= 0.0:
                continue
            exponent = math.sqrt(phi / mean) * self.chance.normal("pupils", name, grade, year)
            if grade == self.spans[name][0]:
                steps = range(self.spec.history.first_year, year + 1)
                exponent += self.spec.history.trait_sd * sum(self.chance.normal("trait", name, t) for t in steps)
            weights[name] = mean * math.exp(min(exponent, 1.0))
        return apportion(total, weights)

    def moved_up(self, rolls: Rolls, grade: str, year: int) -> dict[str, int]:
        """Pupils of a grade by school, from the grade below a year earlier."""
        spec = self.spec
        below, stage = spec.grades[spec.grades.index(grade) - 1], spec.stage_of(grade)
        entering = grade == stage.grades[0]
        zones_next = self.zones_of(stage.id, year, grade) if entering else {}
        expected: Weights = {}
        for name, school in self.schools.items():
            pupils = rolls.get((name, below, year - 1), 0) * spec.kind(school).ratio
            goes = self.feed(school, zones_next, grade, year) if entering else self.stays(school, grade)
            for to, part in goes.items() if pupils else ():
                expected[to] = expected.get(to, 0.0) + pupils * part
        if not entering:
            self.split(expected, grade, year)
        return self.shared(self.county_pupils(grade, year), expected, grade, year, spec.history.progression_phi)

    def stays(self, school: School, grade: str) -> Weights:
        """Next school inside a stage. Raises ValueError where a school ends and names none."""
        if grade in self.spans[school.school]:
            return {school.school: 1.0}
        if not school.then and school.last == self.spec.grades[self.spec.grades.index(grade) - 1]:
            raise ValueError(f"{school.school} ends before its stage; `then` must name the next school")
        return {school.then: 1.0} if school.then else {}

    def feed(self, school: School, zones_next: dict[str, Weights], grade: str, year: int) -> Weights:
        """Schools of the next stage by the homes of a school's own zone; without a zone, of the whole county."""
        living = self.weights(self.spec.age(grade) + self.spec.people.base_year - year)
        stage = self.spec.stage_of(self.spec.grades[self.spec.grades.index(grade) - 1]).id
        homes = {unit: weight for row, unit, name, weight in self.rows if (row, name) == (stage, school.school)}
        pulls, found = self.pulls(grade, year), Weights()
        for unit, weight in (homes or dict.fromkeys(living, 1.0)).items():
            goes = self.choice(unit, zones_next[unit], {} if self.urban[unit] else pulls, self.spec.history.up_to_town)
            for name, part in goes.items():
                found[name] = found.get(name, 0.0) + living[unit] * weight * part
        return _scaled(found)

    def split(self, expected: Weights, grade: str, year: int) -> None:
        """Schools that open this year take over their zones in all grades."""
        for name, school in self.schools.items():
            if school.opened != year or grade not in self.spans[name]:
                continue
            stage = self.spec.stage_of(grade).id
            living = self.weights(self.spec.age(grade) + self.spec.people.base_year - year)
            own = sum(living[unit] * w for row, unit, to, w in self.rows if (row, to) == (stage, name))
            for by, part in _scaled(school.before).items():
                kept = sum(living[unit] * w for row, unit, to, w in self.rows if (row, to) == (stage, by))
                moved = expected.get(by, 0.0) * own * part / (own * part + kept)
                expected[by] = expected.get(by, 0.0) - moved
                expected[name] = expected.get(name, 0.0) + moved


def _scaled(weights: Mapping[str, float]) -> Weights:
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()} if total else {}


def enrolment(spec: Spec, units: list[Unit]) -> Rolls:
    """Pupils by school, grade and year; cohorts start in the first grade before the record, so it is consistent."""
    record, rolls = Record(spec, units), Rolls()
    for year in range(spec.history.first_year - len(spec.grades) + 1, spec.people.base_year + 1):
        for index, grade in enumerate(spec.grades):
            stage = spec.stage_of(grade)
            if grade == stage.grades[0] and stage.entry == "residents":
                counts = record.entrants(stage, year)
            elif any((name, spec.grades[index - 1], year - 1) in rolls for name in record.schools):
                counts = record.moved_up(rolls, grade, year)
            else:
                continue
            rolls.update({(name, grade, year): count for name, count in counts.items()})
    return {
        key: count for key, count in sorted(rolls.items())
        if key[2] >= spec.history.first_year and key[1] in record.spans[key[0]]
    }  # fmt: skip


def sections(spec: Spec, rolls: Rolls) -> dict[tuple[str, str, int], int]:
    """Classes by school, grade and year: of the planned size while the rooms of today last, then fuller ones."""
    rooms = {school.school: school.rooms for school in spec.schools}
    by_school: dict[tuple[str, int], dict[str, int]] = {}
    for (name, grade, year), pupils in rolls.items():
        by_school.setdefault((name, year), {})[grade] = pupils
    return {
        (name, grade, year): count
        for (name, year), grades in by_school.items()
        for grade, count in _fit(spec, grades, rooms[name]).items()
    }


def _fit(spec: Spec, grades: dict[str, int], rooms: int) -> dict[str, int]:
    """Classes of every grade: the smallest common crowding, in percent, that fits the rooms."""
    for percent in range(100, 400):
        count = {g: -(-n * 100 // (spec.stage_of(g).planned * percent)) for g, n in grades.items()}
        if sum(count.values()) <= rooms:
            return count
    return {g: min(n, 1) for g, n in grades.items()}
