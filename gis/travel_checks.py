"""What is wrong with ways to school: parts that do not meet, places off every road, ways and limits nobody has."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gis.arrays import FloatArray, IntArray, Travel
from gis.findings import located, mark
from gis.network import main_part, metres
from gis.network_places import Placed
from gis.places import SchoolPoints
from gis.travel_network import RoadNetwork
from gis.units import Units, study_place
from scenarios.bundle import StudyBundle
from scenarios.problems import Problem, error, note, warning

_MOST_MARKS = 200


@dataclass(frozen=True)
class Who:
    """Units and schools between which ways are looked for."""

    units: Units
    schools: SchoolPoints
    place: str
    """The units layer, for messages about homes."""


def check_parts(road: RoadNetwork, units: Units) -> list[Problem]:
    """A note on roads that cannot be walked to from the main part: how many pieces, how long, where the longest is."""
    network = road.network
    times = road.times["walk"] if road.times["walk"].usable.any() else road.times["car"]
    main, part = main_part(network, times)
    off = times.usable & ~main[network.edge_node[:, 0]]
    if not off.any():
        return []
    length = np.add.reduceat(metres(network), network.first[:-1])
    by_part = np.bincount(part[network.edge_node[off, 0]], weights=length[off])
    longest = int(np.flatnonzero(off & (part[network.edge_node[:, 0]] == int(by_part.argmax())))[0])
    spot = network.xy[network.first[longest]]
    share = float(length[off].sum() / length[times.usable].sum())
    params: dict[str, Any] = {
        "parts": int((by_part > 0).sum()),
        "km": f"{length[off].sum() / 1000:.1f}",
        "percent": f"{share:.1%}",
    }
    shapes = [network.xy[network.first[at] : network.first[at + 1]] for at in np.flatnonzero(off)[:_MOST_MARKS]]
    problem = note("GIS108", road.shown, at=units.way.back_text(*spot.tolist()), **params)
    return [located(problem, [mark(shapely.LineString(xy), units.way) for xy in shapes], units.way.source)]


def check_legs(who: Who, placed: Placed, point_unit: IntArray, access_m: float) -> list[Problem]:
    """Schools on no road (errors), and units with homes far from every road (one warning).

    point_unit: [point]; places are the points, then the schools.
    """
    units, schools = who.units, who.schools
    count = len(point_unit)
    problems: list[Problem] = []
    for at in np.flatnonzero(placed.leg_m[count:] > access_m).tolist():
        away = f"{placed.leg_m[count + at]:.0f}"
        params: dict[str, Any] = {"school": schools.ids[at], "metres": away, "most": f"{access_m:g}"}
        shape = shapely.LineString(np.stack([schools.xy[at], placed.spot[count + at]]))
        line = mark(shape, units.way, (schools.ids[at],))
        problems.append(located(error("GIS109", schools.places[at], **params), [line], units.way.source))
    far = placed.leg_m[:count]
    lost = np.unique(point_unit[far > access_m])
    if len(lost):
        names = tuple(units.ids[at] for at in lost)
        counts: dict[str, Any] = {"count": len(names), "every": len(units.ids)}
        metres_off = {"metres": f"{far.max():.0f}", "most": f"{access_m:g}"}
        problems.append(warning("GIS115", who.place, names, "", **counts, **metres_off))
    return problems


def check_reached(mode: str, who: Who, placed: Placed, point_unit: IntArray, minutes: FloatArray) -> list[Problem]:
    """Units and schools that stand on another part than the rest, so that no way leads from one to the other.

    minutes: [point or school, school].
    """
    units, schools = who.units, who.schools
    count = len(point_unit)
    none = ~np.isfinite(minutes[:count])
    if not none.any():
        return []
    off = ~placed.on_main
    there = np.unique(point_unit[off[:count] & none.any(axis=1)])
    cut = np.flatnonzero(off[count:] & none.any(axis=0))
    if not len(there) and not len(cut):
        there, cut = np.unique(point_unit[none.any(axis=1)]), np.flatnonzero(none.any(axis=0))
    pairs = len(np.unique(point_unit[np.nonzero(none)[0]] * minutes.shape[1] + np.nonzero(none)[1]))
    params: dict[str, Any] = {
        "mode": f"@by_{mode}",
        "units": tuple(units.ids[at] for at in there) or "@nobody",
        "schools": tuple(schools.ids[at] for at in cut) or "@nobody",
        "pairs": pairs,
    }
    return [warning("GIS116", who.place, **params)]


def check_limits(bundle: StudyBundle, travel: Travel) -> list[Problem]:
    """Limits that no child of the county meets with any school."""
    problems: list[Problem] = []
    for number, mode in enumerate(travel.modes):
        if travel.within.shape[2] and not travel.within[number].any():
            least = f"{travel.point_minutes[number].min():.0f}"
            limit = f"{travel.limit_min[number]:g}"
            place = study_place(bundle, f"travel.limit_min.{mode}")
            problems.append(warning("GIS117", place, limit, mode=f"@by_{mode}", least=least))
    return problems
