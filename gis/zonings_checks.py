"""Whether a zoning is sound: one list of rules, each a function of the study and one zoning.

No zone; zones in parts; holes and enclaves; schools outside their zone; neighbourhoods that are split; main roads
between home and school; places without a way; children beyond the limit; nearest-share below its clause.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gis.arrays import FloatArray, IntArray
from gis.checks_zones import schools_outside, torn_zones, zones_of
from gis.findings import located, mark
from gis.zonings import Zoning, beyond_limit, nearest_children, split_groups, way_to_school, weighted_share
from gis.zonings_shapes import holes_of, inside_hole, parting_roads, zone_areas, zone_numbers
from gis.zonings_study import ZoningStudy
from scenarios.problems import Problem, error, note, warning

CLAUSES = {"primary": 1.0, "junior": 0.95}
"""Least share of urban pupils whose school is the nearest, by stage (clause on nearest zoned admission)."""
PARTED_STAGE = "primary"
"""Stage whose pupils should not cross main roads (service radius of urban primary schools)."""


@dataclass(frozen=True)
class Judged:
    """A zoning with the study it belongs to; place: the table in which it is written."""

    study: ZoningStudy
    zoning: Zoning
    place: str

    @property
    def children(self) -> FloatArray:
        """Children of the stage, [unit]; 1 in every unit where nobody counted them."""
        found = self.study.children(self.zoning.stage)
        return np.ones(len(self.zoning.units)) if found is None else found

    def units(self, rows: IntArray) -> tuple[str, ...]:
        """Ids of units. rows: [unit]."""
        return tuple(self.zoning.units[row] for row in rows.tolist())


def check_zoning(judged: Judged) -> list[Problem]:
    """All that is wrong or unusual with a zoning; findings carry their shapes."""
    return [problem for rule in RULES for problem in rule(judged)]


def no_zone(judged: Judged) -> list[Problem]:
    """Units with children that no school takes, in this stage or in some of its grades."""
    served = judged.zoning.share.sum(axis=1)
    found: list[Problem] = []
    for code, bad in (("GIS122", served == 0), ("GIS138", (served > 0) & (served < 1.0 - 1e-9))):
        rows = np.flatnonzero(bad & (judged.children > 0))
        if len(rows):
            problem = error(code, judged.place, judged.units(rows), stage=judged.zoning.stage, count=len(rows))
            found.append(_on_units(judged, problem, rows))
    return found


def torn(judged: Judged) -> list[Problem]:
    """Zones in parts (as for the zones of the study)."""
    zones = zones_of(judged.zoning.table(), list(judged.zoning.units))
    return [*torn_zones(zones, judged.study.units.frame, judged.place, judged.study.units.way)]


def outside(judged: Judged) -> list[Problem]:
    """Schools that do not stand in their zone (as for the zones of the study)."""
    zones = zones_of(judged.zoning.table(), list(judged.zoning.units))
    study = judged.study
    return [*schools_outside(zones, study.points, study.held, study.units.frame, study.units.way)]


def surrounded(judged: Judged) -> list[Problem]:
    """Holes of zones: with the only units of another zone, or with a part of one that has more elsewhere (enclave)."""
    study, zone = judged.study, zone_numbers(judged.zoning)
    number, names = zone
    found: list[Problem] = []
    for at, area in enumerate(zone_areas(study.shapes, number, len(names))):
        for hole in holes_of(area):
            rows = inside_hole(hole, study.unit_xy)
            others = sorted(set(number[rows].tolist()) - {-1})
            if not others:
                continue  # a gap of the layer, which the checks of the layer tell
            apart = [one for one in others if np.setdiff1d(np.flatnonzero(number == one), rows).size]
            inner = tuple(dict.fromkeys(school for one in (apart or others) for school in names[one]))
            params = {"school": names[at], "stage": judged.zoning.stage, "inner": inner, "units": judged.units(rows)}
            code = "GIS124" if apart else "GIS123"
            problem = warning(code, f"{judged.place}:{names[at][0]}", "", "", **params)
            found.append(located(problem, [mark(hole, study.units.way, judged.units(rows))], study.units.way.source))
    return found


def split_neighbourhoods(judged: Judged) -> list[Problem]:
    """Neighbourhoods whose units go to different schools; a note where no unit says its neighbourhood."""
    table = judged.study.bundle.tables["units"]
    if "neighbourhood" not in table.columns or not (table["neighbourhood"] != "").any():
        return [note("GIS126", judged.study.bundle.table_path("units"), stage=judged.zoning.stage)]
    group = judged.study.column("neighbourhood").fillna("").tolist()
    found: list[Problem] = []
    for name, sets in split_groups(group, judged.zoning.share).items():
        schools = tuple(" + ".join(judged.zoning.names(int(rows[0]))) for rows in sets)
        apart = np.concatenate(sets[1:])
        params = {"stage": judged.zoning.stage, "schools": schools, "units": judged.units(apart)}
        found.append(_on_units(judged, warning("GIS125", judged.place, name, "", **params), apart))
    return found


def main_roads_crossed(judged: Judged) -> list[Problem]:
    """Urban units of the primary stage that a main road parts from their school; one problem for each school."""
    study, zoning = judged.study, judged.zoning
    if zoning.stage != PARTED_STAGE:
        return []
    if not len(study.barriers):
        return [note("GIS128", study.bundle.study_file)]
    urban = study.column("urban").fillna(False).to_numpy(dtype=bool)
    unit, school = np.nonzero((zoning.share > 0) & urban[:, None])
    count = parting_roads(study.unit_xy[unit], study.points.xy[school], study.barriers)
    found: list[Problem] = []
    for one in np.unique(school[count > 0]).tolist():
        rows = unit[(count > 0) & (school == one)]
        pupils = float((judged.children[rows] * zoning.share[rows, one]).sum())
        params = {"units": judged.units(rows), "children": round(pupils), "count": len(rows)}
        found.append(_on_units(judged, warning("GIS127", judged.place, zoning.schools[one], "", **params), rows))
    return found


def without_a_way(judged: Judged) -> list[Problem]:
    """Units from which a school of their zone cannot be reached."""
    way = way_to_school(judged.zoning.share, judged.study.cost_km)
    rows = np.flatnonzero(np.isinf(way))
    if not len(rows):
        return []
    problem = warning("GIS129", judged.place, judged.units(rows), stage=judged.zoning.stage, count=len(rows))
    return [_on_units(judged, problem, rows)]


def too_far(judged: Judged) -> list[Problem]:
    """Children farther than the study's limits, both on foot and by bus."""
    study, zoning = judged.study, judged.zoning
    far = beyond_limit(zoning.share, study.near, judged.children)
    rows = np.flatnonzero(far >= 0.5)
    if not len(rows):
        return []
    ordered, limits = rows[np.argsort(-far[rows], kind="stable")], study.bundle.study.travel.limit_min
    percent = 100 * float(far.sum()) / float(judged.children.sum())
    params = {"stage": zoning.stage, "children": round(float(far.sum())), "percent": f"{percent:.0f}"}
    limit = {"walk": f"{limits.walk:g}", "bus": f"{limits.bus:g}", "count": len(rows)}
    problem = warning("GIS130", judged.place, judged.units(ordered), "", **params, **limit)
    return [_on_units(judged, problem, rows)]


def nearest_clause(judged: Judged) -> list[Problem]:
    """Share of urban children whose school is the nearest, where it is below the clause of the stage."""
    clause = CLAUSES.get(judged.zoning.stage)
    if clause is None:
        return []
    study, zoning = judged.study, judged.zoning
    near = nearest_children(zoning.share, study.cost_km, study.offered(zoning.stage))
    urban = study.column("urban").fillna(False).to_numpy(dtype=bool)
    share = weighted_share(np.where(urban, near, np.nan), judged.children)
    if not np.isfinite(share) or share >= clause - 1e-9:
        return []
    rows = np.flatnonzero(urban & (near < 1.0) & (judged.children > 0))
    params = {"percent": f"{100 * share:.1f}", "clause": f"{100 * clause:.0f}", "stage": zoning.stage}
    problem = warning("GIS131", judged.place, judged.units(rows), "", count=len(rows), **params)
    return [_on_units(judged, problem, rows)]


def _on_units(judged: Judged, problem: Problem, rows: Sequence[int] | IntArray) -> Problem:
    """The problem with the area of its units as its mark."""
    area = shapely.union_all(judged.study.shapes[np.asarray(rows)])
    names = judged.units(np.asarray(rows))
    return located(problem, [mark(area, judged.study.units.way, names)], judged.study.units.way.source)


RULES: tuple[Callable[[Judged], list[Problem]], ...] = (
    no_zone,
    torn,
    outside,
    surrounded,
    split_neighbourhoods,
    main_roads_crossed,
    without_a_way,
    too_far,
    nearest_clause,
)
"""Every rule of a zoning, in the order in which it is told."""
