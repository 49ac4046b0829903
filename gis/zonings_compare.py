"""Two zonings side by side, as tables: zones, changed units, and how the way to school changes."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.arrays import BoolArray, FloatArray, IntArray
from gis.catchments import parts_of
from gis.zonings import (
    Zoning,
    beyond_limit,
    changed_units,
    moved_children,
    nearest_children,
    way_to_school,
    weighted_quantiles,
    weighted_share,
)
from gis.zonings_shapes import holes_of, roundness
from gis.zonings_study import ZoningStudy

ZONE_COLUMNS = (
    "zoning", "stage", "school", "units", "children", "parts", "holes", "school_inside", "compactness", "area_km2",
    "km_mean", "km_p90", "km_max", "nearest_share",
)  # fmt: skip
CHANGE_COLUMNS = (
    "stage", "unit", "township", "urban", "school_before", "school_after", "children", "moved_children",
    "moved_entrants", "km_before", "km_after", "km_change",
)  # fmt: skip
SUMMARY_COLUMNS = ("stage", "measure", "before", "after", "unit")
_QUANTILES = (0.5, 0.9)


@dataclass(frozen=True)
class Pair:
    """Two zonings of one stage."""

    study: ZoningStudy
    before: Zoning
    after: Zoning

    @property
    def stage(self) -> str:
        """Id of the stage."""
        return self.after.stage

    @property
    def children(self) -> FloatArray:
        """Children of the stage, [unit]; 1 for each unit where nobody counted them."""
        found = self.study.children(self.stage)
        return np.ones(len(self.after.units)) if found is None else found

    @property
    def changed(self) -> BoolArray:
        """Units whose school changes, [unit]."""
        return changed_units(self.before.share, self.after.share)

    def moved(self, entry: bool = False) -> FloatArray:
        """Children whose school changes (entry: of the age of entry), [unit]."""
        count = self.study.children(self.stage, entry)
        some = np.ones(len(self.after.units)) if count is None else count
        return moved_children(self.before.share, self.after.share, some)


def zone_table(study: ZoningStudy, zoning: Zoning, name: str) -> pd.DataFrame:
    """One row for each school with a zone, columns of `ZONE_COLUMNS`; name: which zoning it is."""
    found = study.children(zoning.stage)
    children = np.ones(len(zoning.units)) if found is None else found
    near = nearest_children(zoning.share, study.cost_km, study.offered(zoning.stage))
    rows = []
    for at in np.flatnonzero((zoning.share > 0).any(axis=0)).tolist():
        mine = zoning.share[:, at] > 0
        area = shapely.union_all(study.shapes[mine])
        weight, way = children * zoning.share[:, at], study.cost_km[:, at]
        middle, far = weighted_quantiles(way, weight, _QUANTILES)
        rows.append(
            {
                "zoning": name, "stage": zoning.stage, "school": zoning.schools[at], "units": int(mine.sum()),
                "children": float(weight.sum()), "parts": _parts(study, mine), "holes": len(holes_of(area)),
                "school_inside": study.held[at] in {zoning.units[row] for row in np.flatnonzero(mine)},
                "compactness": float(roundness(np.array([area], dtype=object))[0]), "area_km2": area.area / 1e6,
                "km_mean": _mean(way, weight), "km_p90": far if np.isfinite(middle) else float("nan"),
                "km_max": _most(way[mine & np.isfinite(way)]),
                "nearest_share": weighted_share(np.where(mine, near, np.nan), weight),
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(ZONE_COLUMNS))


def _most(way: FloatArray) -> float:
    return float(way.max()) if way.size else float("nan")


def _parts(study: ZoningStudy, mine: BoolArray) -> int:
    part: IntArray = parts_of(study.touching, np.where(mine, 0, -1))
    return len(set(part[mine].tolist()))


def _mean(way: FloatArray, weight: FloatArray) -> float:
    return weighted_share(np.where(np.isfinite(way), way, np.nan), weight)


def change_table(pair: Pair) -> pd.DataFrame:
    """One row for each unit whose school changes, most moved children first; columns of `CHANGE_COLUMNS`."""
    study, rows = pair.study, np.flatnonzero(pair.changed)
    before, after = (way_to_school(one.share, study.cost_km) for one in (pair.before, pair.after))
    table = pd.DataFrame(
        {
            "stage": pair.stage,
            "unit": [pair.after.units[row] for row in rows],
            "township": study.column("township").to_numpy()[rows],
            "urban": study.column("urban").to_numpy()[rows],
            "school_before": ["+".join(pair.before.names(int(row))) for row in rows],
            "school_after": ["+".join(pair.after.names(int(row))) for row in rows],
            "children": pair.children[rows],
            "moved_children": pair.moved()[rows],
            "moved_entrants": pair.moved(entry=True)[rows],
            "km_before": before[rows],
            "km_after": after[rows],
            "km_change": _difference(after, before)[rows],
        },
        columns=list(CHANGE_COLUMNS),
    )
    return table.sort_values(["moved_children", "unit"], ascending=[False, True], ignore_index=True)


def _difference(after: FloatArray, before: FloatArray) -> FloatArray:
    known = np.isfinite(after) & np.isfinite(before)
    result: FloatArray = np.subtract(after, before, out=np.full(len(after), np.nan), where=known)
    return result


def summary_table(pair: Pair) -> pd.DataFrame:
    """Measures of the stage before and after, columns of `SUMMARY_COLUMNS`; `before` may be empty."""
    rows: list[tuple[str, str, float, float, str]] = []
    urban = pair.study.column("urban").fillna(False).to_numpy(dtype=bool)
    values = [_measures(pair, zoning, urban) for zoning in (pair.before, pair.after)]
    for name, unit in _UNITS.items():
        rows.append((pair.stage, name, values[0][name], values[1][name], unit))
    nan, moved, children = float("nan"), pair.moved(), pair.children
    ways = [way_to_school(one.share, pair.study.cost_km) for one in (pair.before, pair.after)]
    change = _difference(ways[1], ways[0])
    least, middle, most = weighted_quantiles(change, moved, (0.1, 0.5, 0.9))
    longer = float(moved[np.isfinite(change) & (change > 0)].sum())
    changed = {
        "units_changed": (float(pair.changed.sum()), "units"),
        "children_moved": (float(moved.sum()), "children"),
        "children_moved_share": (float(moved.sum()) / max(float(children.sum()), 1e-9), "-"),
        "entrants_moved": (float(pair.moved(entry=True).sum()), "children"),
        "moved_farther": (longer, "children"),
        "moved_change_p10": (least, "km"),
        "moved_change_p50": (middle, "km"),
        "moved_change_p90": (most, "km"),
    }
    rows += [(pair.stage, name, nan, value, unit) for name, (value, unit) in changed.items()]
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))


_UNITS = {
    "zones": "zones", "zones_in_parts": "zones", "units_without_zone": "units", "km_mean": "km", "km_p50": "km",
    "km_p90": "km", "km_max": "km", "beyond_limit": "children", "nearest_share": "-", "nearest_share_urban": "-",
}  # fmt: skip


def _measures(pair: Pair, zoning: Zoning, urban: BoolArray) -> dict[str, float]:
    study, children = pair.study, pair.children
    way = way_to_school(zoning.share, study.cost_km)
    near = nearest_children(zoning.share, study.cost_km, study.offered(pair.stage))
    held = np.flatnonzero((zoning.share > 0).any(axis=0))
    parts = [_parts(study, zoning.share[:, at] > 0) for at in held.tolist()]
    middle, far = weighted_quantiles(way, children, _QUANTILES)
    finite = np.isfinite(way) & (children > 0)
    return {
        "zones": float(len(held)),
        "zones_in_parts": float(sum(count > 1 for count in parts)),
        "units_without_zone": float((zoning.share.sum(axis=1) == 0).sum()),
        "km_mean": _mean(way, children),
        "km_p50": middle,
        "km_p90": far,
        "km_max": _most(way[finite]),
        "beyond_limit": float(beyond_limit(zoning.share, study.near, children).sum()),
        "nearest_share": weighted_share(near, children),
        "nearest_share_urban": weighted_share(np.where(urban, near, np.nan), children),
    }


def change_layer(pair: Pair) -> gpd.GeoDataFrame:
    """Changed units with the columns of `change_table`, for a map or QGIS; working CRS."""
    table = change_table(pair)
    row = {name: at for at, name in enumerate(pair.study.ids)}
    shapes = pair.study.shapes[[row[name] for name in table["unit"]]]
    return gpd.GeoDataFrame(table, geometry=list(shapes), crs=pair.study.units.way.target)
