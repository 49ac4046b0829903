"""What a zoning of a study is judged by: units, schools, ways, children, neighbours, main roads. As plain arrays."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from gis.arrays import BUS, WALK, BoolArray, FloatArray
from gis.demand_points import DemandPoints, demand_points
from gis.distance import distance_matrix_km
from gis.pieces import Geometries
from gis.places import SchoolPoints, locate
from gis.schools import all_schools, table_schools
from gis.travel import build_ways
from gis.travel_network import RoadNetwork, load_network, road_lines
from gis.units import Units, load_units, representative_points
from gis.zonings import stage_ages, stage_children
from gis.zonings_shapes import neighbours, whole_roads
from scenarios.bundle import Bundle, StudyBundle
from scenarios.problems import Problem, error, has_errors, in_order
from scenarios.schema_plan import PlanFile, Project


@dataclass(frozen=True)
class ZoningStudy:
    """A study as zonings see it; rows of units as in the layer, schools sorted by id."""

    bundle: StudyBundle
    units: Units
    points: SchoolPoints
    """Schools of the table and new ones of the plans."""
    held: tuple[str, ...]
    """Unit that holds each school, "" if none, [school]."""
    cost_km: FloatArray
    """Way from unit to school, on roads where the study has them [km], inf without a way, [unit, school]."""
    near: FloatArray
    """Share of the children of a unit within the study's limits, on foot or by bus [0-1], [unit, school]."""
    demand: DemandPoints
    network: RoadNetwork | None

    @property
    def ids(self) -> tuple[str, ...]:
        """Units."""
        return self.units.ids

    @cached_property
    def shapes(self) -> Geometries:
        """Polygons of the units in the working CRS, [unit]."""
        return np.asarray(self.units.frame.geometry.array, dtype=object)

    @cached_property
    def unit_xy(self) -> FloatArray:
        """One point for each unit [m], [unit, 2]."""
        return representative_points(self.units.frame)

    @cached_property
    def touching(self) -> csr_array:
        """Units that touch or nearly touch, [unit, unit]."""
        return neighbours(self.shapes)

    @cached_property
    def barriers(self) -> Geometries:
        """Main roads: those of a class that primary pupils should not cross on foot, [road]."""
        if self.network is None:
            return np.zeros(0, dtype=object)
        lines, names, _ = road_lines(self.network)
        main = {one.name for one in self.network.classes if not one.crossable}
        return whole_roads(np.asarray(lines, dtype=object)[[name in main for name in names]])

    @cached_property
    def spans(self) -> dict[str, tuple[str, str]]:
        """First and last grade of every school, the new ones of the plans too."""
        table = self.bundle.tables["schools"]
        firsts, lasts = table["first_grade"].astype(str), table["last_grade"].astype(str)
        found = dict(zip(table["school"].astype(str), zip(firsts, lasts, strict=True), strict=True))
        for project in self.new_projects:
            if project.new is not None:
                found[project.new.school] = (project.new.first_grade, project.new.last_grade)
        return found

    @property
    def new_projects(self) -> tuple[Project, ...]:
        """Projects of all plans that build a school."""
        return tuple(one for plan in plans_of(self.bundle) for one in plan.projects if one.new is not None)

    def hosts(self, stage: str) -> BoolArray:
        """Whether a school has a grade of the stage, [school, grade]."""
        grades = self.bundle.study.grades
        at = np.array([grades.index(grade) for grade in self.bundle.study.stage(stage).grades])
        span = np.array([[grades.index(grade) for grade in self.spans[name]] for name in self.points.ids])
        return (span[:, :1] <= at[None, :]) & (at[None, :] <= span[:, 1:])

    def offered(self, stage: str) -> BoolArray:
        """Schools that all children of a stage can be sent to: public, of today, with all its grades, [school]."""
        table = self.bundle.tables["schools"]
        public = table.loc[table["ownership"] == "public", "school"].tolist()
        return np.isin(np.array(self.points.ids, dtype=object), public) & self.hosts(stage).all(axis=1)

    @cached_property
    def ages(self) -> dict[str, tuple[int, ...]]:
        """Ages of the children of each stage."""
        stages = [(stage.id, stage.entry_age, len(stage.grades)) for stage in self.bundle.study.stages]
        return dict(stage_ages(stages))

    def children(self, stage: str, entry: bool = False) -> FloatArray | None:
        """Children of the ages of a stage (entry: of its age of entry only), [unit]; None without a children table."""
        table = self.bundle.tables.get("children")
        if table is None or stage not in self.ages:
            return None
        ages = self.ages[stage]
        return stage_children(table, self.ids, ages[:1] if entry else ages)

    def column(self, name: str) -> pd.Series:
        """A column of the units table, in the order of the layer."""
        return self.bundle.tables["units"].set_index("unit")[name].reindex(list(self.ids))


def plans_of(bundle: StudyBundle) -> tuple[PlanFile, ...]:
    """Plans of a scenario; none of a study alone."""
    return tuple(bundle.plans.values()) if isinstance(bundle, Bundle) else ()


def zoning_study(bundle: StudyBundle) -> tuple[ZoningStudy | None, list[Problem]]:
    """A study ready for zonings, None if an error stops it; every problem of its layers, schools and roads."""
    if "schools" not in bundle.tables:
        return None, [error("GIS121", bundle.study_file)]
    units, problems = load_units(bundle)
    if units is None:
        return None, in_order(problems)
    points, found = all_schools(bundle, units) if isinstance(bundle, Bundle) else table_schools(bundle, units)
    problems += found
    if points is None:
        return None, in_order(problems)
    points = _sorted(points)
    held, located = locate(points, units.frame, units.way)
    problems += located
    ways, found = build_ways(bundle, units, points)
    problems += found
    if ways is None or has_errors(problems):
        return None, in_order(problems)
    network, demand = load_network(bundle, units)[0], demand_points(bundle, units)[0]
    travel = ways.travel
    demand = DemandPoints(travel.point_xy, travel.point_unit, travel.point_weight, demand.kind)
    cost = ways.distance_km
    if cost is None:
        cost = distance_matrix_km(representative_points(units.frame), points.xy, bundle.study.travel.detour)
    # Where nobody of a unit has a way on foot or by car, a length of the straight line is no way.
    lost = ~np.isfinite(travel.minutes).any(axis=0)
    near = travel.within[[WALK, BUS]].max(axis=0)
    return ZoningStudy(bundle, units, points, held, np.where(lost, np.inf, cost), near, demand, network), in_order(
        problems
    )


def _sorted(points: SchoolPoints) -> SchoolPoints:
    order = np.argsort(np.array(points.ids, dtype=object), kind="stable").tolist()
    ids, stated, places = (tuple(row[at] for at in order) for row in (points.ids, points.units, points.places))
    return SchoolPoints(ids, stated, points.xy[order], places, points.content)
