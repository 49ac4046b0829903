"""The data files as text: tables (CSV) and the layer of units (GeoJSON), the same bytes on every machine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from scenarios.examples.generator import history, land, network, people
from scenarios.examples.generator.chance import apportion
from scenarios.examples.generator.land import Frame, Unit
from scenarios.examples.generator.spec import Spec

LAYER_NOTE = (
    "Synthetic: own drawing, not a boundary of any authority. EPSG:4490, lon and lat, six decimals. "
    "合成数据：自绘示意图，非任何机构的界线。"
)


def table(header: str, rows: Iterable[Sequence[object]]) -> str:
    """CSV text; cells never hold commas, quotes or line breaks."""
    lines = [header]
    for row in rows:
        cells = [str(cell) for cell in row]
        if any(mark in cell for cell in cells for mark in ',"\n'):
            raise ValueError(f"a cell needs quoting: {cells}")
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def layer(name: str, note: str, features: Iterable[dict[str, object]]) -> str:
    """GeoJSON text in EPSG:4490, one feature a line."""
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    head = {"type": "FeatureCollection", "name": name, "note": note, "crs": crs}
    return _dump(head)[:-1] + ',"features":[\n' + ",\n".join(_dump(feature) for feature in features) + "\n]}\n"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _units(spec: Spec, units: list[Unit]) -> dict[str, str]:
    names = {township.code: township.name_zh for township in spec.place.townships}
    rows = [(u.unit, u.name_zh, u.name_en, names[u.township], int(u.urban), u.attraction) for u in units]
    frame = Frame.of(spec.place)
    features: list[dict[str, object]] = []
    for unit in units:
        ring = [list(frame.to_lonlat(x, y)) for x, y in unit.polygon.exterior.coords]
        properties = {"unit": unit.unit, "name_zh": unit.name_zh, "name_en": unit.name_en}
        geometry: dict[str, object] = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return {
        "data/units.csv": table("unit,name_zh,name_en,township,urban,attraction", rows),
        "data/units.geojson": layer("units", LAYER_NOTE, features),
    }


def _schools(spec: Spec, units: list[Unit]) -> dict[str, str]:
    frame, rows, sites = Frame.of(spec.place), [], []
    for s in sorted(spec.schools, key=lambda school: school.school):
        lon, lat = frame.to_lonlat(*network.position(spec, s, units))
        names = (s.school, s.name_zh, s.name_en, s.first, s.last, s.unit)
        grouped = (s.group,) if any(other.group for other in spec.schools) else ()
        rows.append((*names, f"{lon:.6f}", f"{lat:.6f}", s.reach, s.ownership, s.built, s.flags, *grouped))
        for number, site in enumerate(network.sites(spec, s), start=1):
            sites.append(
                (f"{s.school}-{number}", s.school, site.rooms, site.beds, site.teaching, site.sports, site.land)
            )
    header = "school,name_zh,name_en,first_grade,last_grade,unit,lon,lat,reach,ownership,built,flags"
    header += ",group" if any(school.group for school in spec.schools) else ""
    zoned = {stage.id for stage in spec.stages if stage.zoned}
    rows_of = (row for row in network.zones(spec, units) if row[0] in zoned)
    zones = [(stage, unit, school, f"{weight:g}") for stage, unit, school, weight in rows_of]
    return {
        "data/schools.csv": table(header, rows),
        "data/sites.csv": table("site,school,rooms,beds,teaching_area_m2,sports_area_m2,land_m2", sites),
        "data/zones.csv": table("stage,unit,school,weight", zones),
    }


def _rooms(spec: Spec) -> dict[str, str]:
    """The table of rooms; like rooms of one type are told apart by a number."""
    rows = []
    for s in sorted(spec.schools, key=lambda school: school.school):
        for number, rooms in enumerate(s.inventory, start=1):
            built = rooms.built or s.built
            rows.append((f"{s.school}-1", rooms.kind, number, rooms.count, f"{rooms.area:g}", rooms.screens, built))
    return {"data/rooms.csv": table("site,room_type,room,count,net_area_m2,multimedia,built", rows)} if rows else {}


def _people(spec: Spec, units: list[Unit]) -> dict[str, str]:
    found = people.children(spec, units)
    # Migrant rows only in units that have migrant children, then of every age.
    present = {(unit, group) for (unit, group, _), count in found.items() if count or group == "local"}
    children = [(*key, count) for key, count in sorted(found.items()) if key[:2] in present]
    births = [(*key, count) for key, count in sorted(people.births(spec, units).items())]
    return {
        "data/children.csv": table("unit,group,age,children", children),
        "data/births.csv": table("unit,year,births", births),
        "data/attendance.csv": table("township,stage,destination,pupils", _attendance(spec, units)),
    }


def _attendance(spec: Spec, units: list[Unit]) -> list[tuple[str, str, str, int]]:
    """Resident children who learn elsewhere, by township as its children are."""
    base, names = spec.people.base_year, {t.code: t.name_zh for t in spec.place.townships}
    rows = []
    for stage in spec.stages:
        ages = [spec.age(grade) for grade in stage.grades]
        living = people.unit_weights(spec, units, sum(ages) / len(ages))
        shares = {code: sum(living[u.unit] for u in units if u.township == code) for code in names}
        total = sum(people.residents(spec.people, age, base) for age in ages)
        for destination, share in () if stage.partly else stage.out.items():
            parts = apportion(round(total * share), shares)
            rows += [(names[code], stage.id, destination, count) for code, count in parts.items() if count]
    return sorted(rows)


def _estates(spec: Spec) -> dict[str, str]:
    if not spec.estates:
        return {}
    header = "estate,unit,completion,dwellings,yield_per_dwelling,outside_share,in_town_share,rural_share,ramp_years"
    rows, phases = [], []
    for e in spec.estates:
        rows.append((e.estate, e.unit, e.completion, e.dwellings, e.children, *e.shares, e.ramp_years, e.dwelling_type))
        for number, p in enumerate(e.phases, start=1):
            phases.append((e.estate, number, p.completion, p.month, p.dwellings, p.status))
    files = {"data/estates.csv": table(f"{header},dwelling_type", rows)}
    if phases:
        columns = "estate,phase,completion,completion_month,dwellings,status"
        files["data/estate_phases.csv"] = table(columns, phases)
    return files


def _enrolment(spec: Spec, units: list[Unit]) -> str:
    rolls = history.enrolment(spec, units)
    opened = history.sections(spec, rolls)
    order = {grade: index for index, grade in enumerate(spec.grades)}
    keys = sorted(rolls, key=lambda key: (key[0], order[key[1]], key[2]))
    rows = [(*key, rolls[key], opened[key]) for key in keys]
    return table("school,grade,year,pupils,sections", rows)


def tables(spec: Spec) -> dict[str, str]:
    """All generated files by their path in the example; estates and rooms only where the specification has some."""
    units = land.units(spec)
    return {
        **_units(spec, units),
        **_schools(spec, units),
        **_rooms(spec),
        **_people(spec, units),
        "data/enrolment.csv": _enrolment(spec, units),
        **_estates(spec),
    }
