"""The schools on the map: zones, positions, sites."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

from shapely import Point as ShapelyPoint

from scenarios.examples.generator.land import Unit
from scenarios.examples.generator.spec import Point, School, Site, Spec

ENTER_THERE = 0.1  # weight beside 1 of the complete school that follows a teaching point

Zone = tuple[str, str, str, float]  # stage, unit, school, weight


def zone_texts(spec: Spec, school: School) -> dict[str, str]:
    """Zone of a school by stage."""
    first = {spec.stage_of(school.first).id: school.zone} if school.zone else {}
    return {**first, **school.zones}


def zones(spec: Spec, units: list[Unit]) -> list[Zone]:
    """Rows of the base year. Raises ValueError for a unit that no zone of a stage holds."""
    rows: dict[tuple[str, str, str], float] = {}
    by_id = {school.school: school for school in spec.schools}
    for school in spec.schools:
        for stage, text in zone_texts(spec, school).items():
            for unit, weight in members(text, units).items():
                rows[stage, unit, school.school] = weight
                if school.then and spec.span(by_id[school.then])[0] == school.first:
                    rows.setdefault((stage, unit, school.then), ENTER_THERE)
    for stage_of in spec.stages:
        missing = {unit.unit for unit in units} - {unit for stage, unit, _ in rows if stage == stage_of.id}
        if missing:
            raise ValueError(f"no {stage_of.id} school serves {sorted(missing)}")
    return sorted((*key, weight) for key, weight in rows.items())


def members(text: str, units: list[Unit]) -> dict[str, float]:
    """Units and weights of a zone text: `a-c1 b-v02:0.5 @c *`. Raises ValueError for an unknown unit."""
    found: dict[str, float] = {}
    for word in text.split():
        name, _, weight = word.partition(":")
        if name == "*":
            hit = [unit.unit for unit in units]
        elif name.startswith("@"):
            hit = [unit.unit for unit in units if unit.township == name[1:]]
        else:
            hit = [unit.unit for unit in units if unit.unit == name]
        if not hit:
            raise ValueError(f"unknown unit or township {name!r} in the zone {text!r}")
        found.update(dict.fromkeys(hit, float(weight or 1.0)))
    return found


def position(spec: Spec, school: School, units: list[Unit]) -> Point:
    """Place [km]; a second school of a unit stands apart from the first, inside the same unit."""
    unit = next(unit for unit in units if unit.unit == school.unit)
    rank = [other.school for other in spec.schools if other.unit == school.unit].index(school.school)
    reach = 0.35 * sqrt(unit.polygon.area / pi) if rank else 0.0
    turn = 2.4 * rank
    while True:
        x, y = unit.seed[0] + reach * cos(turn), unit.seed[1] + reach * sin(turn)
        if reach < 1e-6 or unit.polygon.contains(ShapelyPoint(x, y)):
            return x, y
        reach *= 0.7


def sites(spec: Spec, school: School) -> tuple[Site, ...]:
    """The sites of a school; without its own list one, with the areas of its kind. Raises ValueError."""
    if school.sites:
        if sum(site.rooms for site in school.sites) != school.rooms:
            raise ValueError(f"the rooms of the sites of {school.school} are not {school.rooms}")
        return school.sites
    kind = spec.kind(school)
    teaching = round(kind.teaching * school.rooms * school.teaching)
    sports = round(kind.sports * school.rooms * school.sports)
    return (Site(school.rooms, school.beds, teaching, sports, round(kind.land * school.rooms)),)
