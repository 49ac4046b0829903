"""The data files as text: tables (CSV) and the layer of units (GeoJSON), the same bytes on every machine."""

from __future__ import annotations

from scenarios.examples.generator.indicators import indicators_csv
from scenarios.examples.generator.texts import layer, table
from scenarios.examples.majiang.generator import estates as homes
from scenarios.examples.majiang.generator import history, network, people, rooms
from scenarios.examples.majiang.generator.boarding import boarders
from scenarios.examples.majiang.generator.classes import sections
from scenarios.examples.majiang.generator.drawing import to_lonlat
from scenarios.examples.majiang.generator.ledger import HEADER, ledger
from scenarios.examples.majiang.generator.places import TOWNSHIPS, Unit
from scenarios.examples.majiang.generator.roads import roads_geojson

LAYER_NOTE = (
    "Synthetic: own drawing of a Majiang-like county, not a boundary of any authority. EPSG:4490, lon and lat, "
    "six decimals. 合成数据：自绘示意图，非任何机构的界线。"
)


def township_name(code: str) -> str:
    """Chinese name of a township."""
    return TOWNSHIPS[code].name_zh + TOWNSHIPS[code].suffix_zh


def units_csv(units: list[Unit]) -> str:
    """Units."""
    rows = [(u.unit, u.name_zh, u.name_en, township_name(u.township), int(u.urban), u.attraction) for u in units]
    return table("unit,name_zh,name_en,township,urban,attraction", rows)


def units_geojson(units: list[Unit]) -> str:
    """The layer of units, one feature a line."""
    features: list[dict[str, object]] = []
    for unit in units:
        ring = [list(to_lonlat(x, y)) for x, y in unit.cell.polygon.exterior.coords]
        properties = {"unit": unit.unit, "name_zh": unit.name_zh, "name_en": unit.name_en}
        geometry: dict[str, object] = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return layer("units", LAYER_NOTE, features)


def schools_csv(units: list[Unit]) -> str:
    """Schools."""
    by_name = {unit.unit: unit for unit in units}
    rows = []
    for school in network.SCHOOLS:
        lon, lat = network.position(school, by_name)
        rows.append((
            school.school, school.name_zh, school.name_en, *school.grades, school.unit,
            f"{lon:.6f}", f"{lat:.6f}", school.reach, "public", school.built, school.flags,
        ))  # fmt: skip
    header = "school,name_zh,name_en,first_grade,last_grade,unit,lon,lat,reach,ownership,built,flags"
    return table(header, sorted(rows))


def sites_csv() -> str:
    """Sites, one a school."""
    rows = [(f"{s.school}-1", s.school, *network.site(s)) for s in network.SCHOOLS]
    return table("site,school,rooms,beds,teaching_area_m2,sports_area_m2,land_m2,floor_area_m2", sorted(rows))


def rooms_csv() -> str:
    """Rooms by type and net area."""
    rows = [row for school in sorted(network.SCHOOLS, key=lambda s: s.school) for row in rooms.rows(school)]
    return table("site,room_type,room,count,net_area_m2,multimedia,built", rows)


def zones_csv() -> str:
    """Zones of the base year."""
    rows = [(stage, unit, school, f"{weight:g}") for stage, unit, school, weight in network.zones()]
    return table("stage,unit,school,weight", rows)


def children_csv(units: list[Unit]) -> str:
    """Children; migrant rows only in units that have migrant children, then of every age."""
    found = people.children(units)
    present = {(unit, group) for (unit, group, _), count in found.items() if count or group == "local"}
    rows = [(*key, count) for key, count in sorted(found.items()) if key[:2] in present]
    return table("unit,group,age,children", rows)


def births_csv(units: list[Unit]) -> str:
    """Births by calendar year."""
    return table("unit,year,births", [(*key, count) for key, count in sorted(people.births(units).items())])


def enrolment_csv(units: list[Unit]) -> str:
    """Enrolment by school, grade and year with the number of classes."""
    rolls = history.enrolment(units)
    opened = sections(rolls)
    rows = [(*key, count, opened[key]) for key, count in sorted(rolls.items())]
    return table("school,grade,year,pupils,sections", rows)


def boarders_csv(units: list[Unit]) -> str:
    """Boarders of the base year by school and stage."""
    return table("school,stage,year,boarders", boarders(history.enrolment(units)))


def attendance_csv() -> str:
    """Resident children who learn elsewhere."""
    rows = [(township_name(code), stage, to, count) for (code, stage, to), count in homes.ATTENDANCE.items()]
    return table("township,stage,destination,pupils", sorted(rows))


def estates_csv() -> str:
    """Housing estates."""
    header = "estate,unit,completion,dwellings,yield_per_dwelling,outside_share,in_town_share,rural_share,ramp_years"
    return table(f"{header},dwelling_type", homes.ESTATES)


def phases_csv() -> str:
    """Phases of the estate that is still to come."""
    return table("estate,phase,completion,completion_month,dwellings,status", homes.PHASES)


def indicators(units: list[Unit]) -> str:
    """Imported indicators (synthetic); multimedia rooms are in the table of rooms."""
    town = {unit.unit: unit.urban for unit in units}
    rolls = history.enrolment(units)
    teachers = {}
    for school in network.SCHOOLS:
        first, last = school.grades
        posts = sum(
            rolls.get((school.school, grade, people.BASE_YEAR), 0) / (19.0 if grade < 7 else 13.5)
            for grade in range(first, last + 1)
        )
        teachers[school.school] = max(round(posts * (1.0 if town[school.unit] else 1.1)), 2)
    places = {school.school: town[school.unit] for school in network.SCHOOLS}
    return indicators_csv(
        "majiang-1", people.BASE_YEAR, places, ("js-03", "ps-04"), teachers, 2026, ("multimedia_rooms_per100",)
    )


def tables(units: list[Unit]) -> dict[str, str]:
    """All generated files by their path in the example."""
    return {
        "data/units.csv": units_csv(units),
        "data/units.geojson": units_geojson(units),
        "data/roads.geojson": roads_geojson(units),
        "data/schools.csv": schools_csv(units),
        "data/sites.csv": sites_csv(),
        "data/rooms.csv": rooms_csv(),
        "data/zones.csv": zones_csv(),
        "data/children.csv": children_csv(units),
        "data/births.csv": births_csv(units),
        "data/enrolment.csv": enrolment_csv(units),
        "data/boarders.csv": boarders_csv(units),
        "data/attendance.csv": attendance_csv(),
        "data/indicators.csv": indicators(units),
        "data/estates.csv": estates_csv(),
        "data/estate_phases.csv": phases_csv(),
        "data/projects.csv": table(HEADER, ledger()),
    }
