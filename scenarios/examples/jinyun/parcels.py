"""Land for schools: parcels with outlines, and what stands against them. All synthetic."""

from __future__ import annotations

from dataclasses import dataclass

from shapely import Polygon, box
from shapely.geometry import mapping

from scenarios.examples.generator import Spec
from scenarios.examples.generator.land import Frame, Unit
from scenarios.examples.generator.spec import Point
from scenarios.examples.generator.texts import layer, table

NOTE = "Synthetic: not land of any plan. 合成数据：非任何规划的用地。"
COLUMNS = "parcel,unit,area_m2,status,ownership,planned_use,stage,locked,locked_by,locked_on,lock_reason,source"
LOCK = ("县自然资源局", "2024-03-15", "县政府专题会议纪要（合成）")
PLAN = "城镇教育用地专项规划（合成）"


@dataclass(frozen=True)
class Parcel:
    """A rectangle [m] beside the middle of a unit, `away` [km] east and north of it."""

    parcel: str
    unit: str
    size: tuple[int, int]
    away: Point
    status: str
    ownership: str
    planned_use: str
    locked: bool = False

    def outline(self, seeds: dict[str, Unit]) -> Polygon:
        """Its outline [km]. Raises ValueError where it leaves its unit."""
        unit = seeds[self.unit]
        x, y = unit.seed[0] + self.away[0], unit.seed[1] + self.away[1]
        shape = box(x, y, x + self.size[0] / 1000, y + self.size[1] / 1000)
        if not unit.polygon.contains(shape):
            raise ValueError(f"the parcel {self.parcel} leaves the unit {self.unit}")
        return shape


PARCELS = (
    Parcel("A33-01", "cc-e2", (180, 130), (0.05, 0.05), "reserved", "state", "primary", True),
    Parcel("A33-02", "cc-v02", (220, 160), (0.10, -0.05), "planned", "collective", "junior"),
    Parcel("A33-03", "ja-c1", (150, 120), (-0.30, 0.10), "allocated", "state", "primary", True),
    Parcel("A33-04", "jc-v01", (200, 150), (0.15, 0.20), "planned", "collective", "primary"),
)


def _constraints(frame: Frame, seeds: dict[str, Unit]) -> dict[str, str]:
    """A power line across A33-02, a slope above A33-04, a petrol station near A33-03."""
    x, y = seeds["cc-v02"].seed
    line = [frame.to_lonlat(x + 0.18, y - 1.2), frame.to_lonlat(x + 0.30, y + 1.2)]
    a, b = seeds["jc-v01"].seed
    slope = box(a + 0.22, b + 0.10, a + 0.9, b + 0.9)
    p, q = seeds["ja-c1"].seed
    ring = [list(frame.to_lonlat(*corner)) for corner in slope.exterior.coords]
    return {
        "data/power_110.geojson": _one("power_110", {"type": "LineString", "coordinates": [list(end) for end in line]}),
        "data/hazard.geojson": _one("hazard", {"type": "Polygon", "coordinates": [ring]}),
        "data/petrol.geojson": _one(
            "petrol", {"type": "Point", "coordinates": list(frame.to_lonlat(p - 0.33, q + 0.13))}
        ),
    }


def _one(name: str, geometry: dict[str, object]) -> str:
    return layer(name, NOTE, [{"type": "Feature", "properties": {"id": f"{name}-1"}, "geometry": geometry}])


def parcel_files(spec: Spec, units: list[Unit]) -> dict[str, str]:
    """Table and outlines of the parcels, and the constraint layers."""
    frame, seeds = Frame.of(spec.place), {unit.unit: unit for unit in units}
    rows: list[tuple[object, ...]] = []
    features: list[dict[str, object]] = []
    for each in PARCELS:
        shape = each.outline(seeds)
        lock = LOCK if each.locked else ("", "", "")
        kind = (each.status, each.ownership, each.planned_use, each.planned_use)
        rows.append((each.parcel, each.unit, each.size[0] * each.size[1], *kind, int(each.locked), *lock, PLAN))
        ring = [list(frame.to_lonlat(*corner)) for corner in mapping(shape)["coordinates"][0]]
        geometry: dict[str, object] = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"parcel": each.parcel}, "geometry": geometry})
    return {
        "data/parcels.csv": table(COLUMNS, rows),
        "data/parcels.geojson": layer("parcels", NOTE, features),
        **_constraints(frame, seeds),
    }
