"""Ways to school: minutes and kilometres from every demand point to every school, on roads or as straight lines.

With roads (`travel.network`), by means of travel m, from demand point i to school s [min]:

    T[m, i, s] = leg_i + way on the network + leg_s      (see gis.network_places)
    minutes[m, u, s] = sum over i in u of w_i T[m, i, s] / sum of w_i,   over the points i that have a way
    within[m, u, s] = sum of w_i over the points with T <= limit_m

Without roads: T = 0.06 detour d / v_m, with d the straight line [m] and v_m a speed of the study [km/h].
w_i: share of the unit's children who live at point i.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gis.arrays import FloatArray, IntArray, Travel, weighted
from gis.demand_points import DemandPoints, demand_points, onto_roads
from gis.network import Times
from gis.network_places import Placed, place_on, ways, with_legs
from gis.places import SchoolPoints
from gis.travel_cache import FROM, content_hash, kept
from gis.travel_checks import Who, check_legs, check_limits, check_parts, check_reached
from gis.travel_network import RoadNetwork, load_network
from gis.units import Units
from scenarios.bundle import StudyBundle
from scenarios.problems import Problem, has_errors, warning
from scenarios.road_classes import MODES

_MIN = 0.06  # minutes that 1 m takes at 1 km/h


@dataclass(frozen=True)
class Ways:
    """What a study's space needs of its ways to school."""

    travel: Travel
    distance_km: FloatArray | None
    """On roads [unit, school]; None without roads."""
    school_distance_km: FloatArray | None
    """On roads [school, school]; None without roads."""


@dataclass(frozen=True)
class _Sites:
    """Demand points and schools in one list, points first."""

    points: DemandPoints
    schools: FloatArray
    detour: float
    walk: float

    @property
    def xy(self) -> FloatArray:
        return np.concatenate([self.points.xy, self.schools])

    @property
    def targets(self) -> IntArray:
        return len(self.points.xy) + np.arange(len(self.schools))

    @property
    def straight_m(self) -> FloatArray:
        """Detour x straight line from every point and school to every school [m]."""
        gap = self.xy[:, None, :] - self.schools[None, :, :]
        result: FloatArray = np.hypot(gap[..., 0], gap[..., 1]) * self.detour
        return result


def build_ways(bundle: StudyBundle, units: Units, schools: SchoolPoints) -> tuple[Ways | None, list[Problem]]:
    """Ways of a study, None where an error stops them; and every problem of its roads and demand points."""
    road, problems = load_network(bundle, units)
    points, found = demand_points(bundle, units)
    problems += found
    if has_errors(problems):
        return None, problems
    travel = bundle.study.travel
    if road is None:
        return Ways(_by_detour(bundle, points, schools.xy, len(units.ids)), None, None), problems
    if travel.demand.place == "roads" and points.kind == "spread":
        points = onto_roads(points, units, road.walkable_corners)
    sites = _Sites(points, schools.xy, travel.detour, travel.walk_km_per_h)
    return _by_roads(bundle, Who(units, schools, bundle.study.layers.units.path), road, sites, problems)


def _by_detour(bundle: StudyBundle, points: DemandPoints, schools: FloatArray, units: int) -> Travel:
    study = bundle.study.travel
    sites = _Sites(points, schools, study.detour, study.walk_km_per_h)
    speeds = np.array([study.walk_km_per_h, study.bus_km_per_h, study.car_km_per_h])
    minutes = sites.straight_m[None, :, :] * _MIN / speeds[:, None, None]
    return _travel(bundle, ("detour", ()), points, minutes, (sites.straight_m / 1000.0, units))


def _by_roads(
    bundle: StudyBundle,
    who: Who,
    road: RoadNetwork,
    sites: _Sites,
    problems: list[Problem],
) -> tuple[Ways | None, list[Problem]]:
    units = who.units
    wanted = bundle.study.travel.network
    if wanted is None:
        raise AssertionError("there are roads only where the study asks for them")
    straight = sites.straight_m
    found: dict[str, FloatArray] = {}
    placed: dict[str, Placed] = {}
    for mode in MODES:
        if not road.times[mode].usable.any():
            problems.append(warning("GIS119", road.shown, mode=f"@by_{mode}"))
            speed = float(getattr(bundle.study.travel, f"{mode}_km_per_h"))
            found[mode] = straight * _MIN / speed
            continue
        placed[mode] = place_on(road.network, road.times[mode], sites.xy, wanted.access_m)
        legs = placed[mode].leg_m * sites.detour * _MIN / sites.walk
        cost = _searched(bundle, road, placed[mode], sites)
        found[mode] = with_legs(cost, (legs, legs[sites.targets]), straight * _MIN / sites.walk)
    first = placed.get("walk") or placed.get("car")
    if first is None:
        return None, problems
    problems += check_parts(road, units)
    problems += check_legs(who, first, sites.points.unit, wanted.access_m)
    for mode, one in placed.items():
        problems += check_reached(mode, who, one, sites.points.unit, found[mode])
    km = _kilometres(bundle, road, placed, sites, found)
    travel = _travel(
        bundle, ("network", _about(road)), sites.points, np.stack([found[mode] for mode in MODES]), (km, len(units.ids))
    )
    problems += check_limits(bundle, travel)
    count = len(sites.points.xy)
    mean = weighted(km[:count], sites.points.unit, sites.points.weight, len(units.ids))
    return (None if has_errors(problems) else Ways(travel, mean, km[count:])), problems


def _searched(bundle: StudyBundle, road: RoadNetwork, placed: Placed, sites: _Sites) -> FloatArray:
    """Costs on the network [place, school], from the study's cache where it holds them."""
    work = road.network.nodes * len(sites.targets) * len(MODES)
    folder = cache_folder(bundle.study_root) if work >= FROM else None
    times = placed.times
    parts = (placed.network.edge_node, placed.network.first, times.forward, times.back, times.along, times.against)
    where = (placed.edge, placed.node, placed.along, placed.against, sites.targets)
    key = "" if folder is None else content_hash((*parts, *where))
    return np.asarray(kept(folder, key, ("cost",), lambda: {"cost": ways(placed, sites.targets)})["cost"])


def _kilometres(
    bundle: StudyBundle,
    road: RoadNetwork,
    placed: dict[str, Placed],
    sites: _Sites,
    found: dict[str, FloatArray],
) -> FloatArray:
    """Lengths of the shortest ways on foot [km], [place, school]; detour x straight line where there is none."""
    straight = sites.straight_m
    if "walk" not in placed:
        return straight / 1000.0
    speed = _one_speed(road.times["walk"], road.lengths)
    if speed is not None and np.isclose(speed, sites.walk):
        metres = found["walk"] / _MIN * sites.walk
    else:
        wanted = bundle.study.travel.network
        assert wanted is not None
        there = place_on(road.network, road.lengths, sites.xy, wanted.access_m)
        legs = there.leg_m * sites.detour
        metres = with_legs(_searched(bundle, road, there, sites), (legs, legs[sites.targets]), straight)
    result: FloatArray = np.where(np.isfinite(metres), metres, straight) / 1000.0
    return result


def _one_speed(times: Times, lengths: Times) -> float | None:
    """The speed [km/h] if it is the same everywhere, so that the fastest way is the shortest."""
    usable = np.isfinite(times.forward) & (lengths.forward > 0)
    if not usable.any() or not np.array_equal(np.isfinite(times.forward), np.isfinite(lengths.forward)):
        return None
    speeds = lengths.forward[usable] / times.forward[usable] * _MIN
    same = bool(np.allclose(speeds, speeds[0], rtol=1e-9)) and np.allclose(times.forward, times.back, rtol=1e-9)
    return float(speeds[0]) if same else None


def _travel(
    bundle: StudyBundle,
    source: tuple[str, tuple[str, ...]],
    points: DemandPoints,
    minutes: FloatArray,
    km: tuple[FloatArray, int],
) -> Travel:
    """Sums over the demand points. minutes: [mode, point or school, school]; km: [point or school, school], units."""
    count, units = len(points.xy), km[1]
    limits = bundle.study.travel.limit_min
    limit = np.array([limits.walk, limits.bus, limits.car])
    there = minutes[:, :count]
    reached, within, mean = (np.empty((len(MODES), units, minutes.shape[2])) for _ in range(3))
    for mode in range(len(MODES)):
        has_way = np.isfinite(there[mode])
        reached[mode] = weighted(has_way.astype(np.float64), points.unit, points.weight, units)
        near = (there[mode] <= limit[mode]).astype(np.float64)
        within[mode] = np.clip(weighted(near, points.unit, points.weight, units), 0.0, 1.0)
        total = weighted(np.where(has_way, there[mode], 0.0), points.unit, points.weight, units)
        mean[mode] = np.divide(total, reached[mode], out=np.full_like(total, np.inf), where=reached[mode] > 0)
    return Travel(
        source[0], MODES, limit, mean, within, np.clip(reached, 0.0, 1.0), minutes[:, count:],
        points.unit, points.xy, points.weight, there, km[0][:count], source[1],
    )  # fmt: skip


def _about(road: RoadNetwork) -> tuple[str, ...]:
    """For `explain`: file, roads, edges, nodes."""
    return (road.shown, str(road.network.roads.count), str(road.network.edges), str(road.network.nodes))


def cache_folder(study_root: Path) -> Path:
    """Where matrices of a study are kept; may be deleted at any time."""
    return study_root / ".cache"
