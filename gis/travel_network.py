"""The road network of a study: read, checked, joined, with times by means of travel. Start of `gis.travel`."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import CRS

from gis.apart import Positions, check_overlap
from gis.arrays import FloatArray
from gis.crs import Way
from gis.network import Network, Times, travel_times, walking_metres
from gis.network_noding import Rules, build_network, crossings
from gis.roads import Roads, chosen, lines_of, measured
from gis.roads_layer import OSM, Source, read_roads
from gis.roads_text import roads_of_tables, roads_of_text
from gis.units import Units, study_place
from scenarios.bundle import StudyBundle
from scenarios.crosscheck_roads import uses_tables
from scenarios.problems import Problem, error, has_errors, note, warning
from scenarios.road_classes import MODES, RoadClass, road_classes

_TEXT = (".txt",)


@dataclass(frozen=True)
class RoadNetwork:
    """A network ready for ways to school."""

    network: Network
    classes: tuple[RoadClass, ...]
    times: dict[str, Times]
    """Minutes by means of travel."""
    lengths: Times
    """Metres on foot."""
    shown: str
    """The source, for messages and for `explain`."""
    heights: bool
    """Whether the roads have heights, so that slope counts on foot."""

    @property
    def walkable_corners(self) -> FloatArray:
        """Corners of the roads that may be walked, [corner, 2]."""
        network = self.network
        return network.xy[np.repeat(self.lengths.usable, np.diff(network.first))]


def load_network(bundle: StudyBundle, units: Units) -> tuple[RoadNetwork | None, list[Problem]]:
    """The network of a study, None without one or where an error stops it; and every problem of its roads."""
    wanted = bundle.study.travel.network
    if wanted is None:
        return None, []
    classes = road_classes(bundle.study.travel.walk_km_per_h, bundle.tables.get("roads"))
    source = _source(bundle)
    roads, way, problems = _read(bundle, source, classes, units.way.target)
    if roads is None or way is None or has_errors(problems):
        return None, problems
    roads, found = _with_length(roads, source.shown)
    problems += found
    if roads.count == 0:
        return None, [*problems, error("GIS094", source.shown)]
    apart = _apart(bundle, units, roads, (way, source))
    if apart:
        return None, [*problems, *apart]
    trusted = source.path.suffix.lower() in OSM
    rules = Rules(wanted.noding == "crossings", wanted.snap_m, trusted)
    network = build_network(roads, rules)
    if not trusted and not rules.crossings and roads.node is None:
        problems += _missed_crossings(network, source, units)
    heights = bool(np.isfinite(network.z).any())
    if not heights and wanted.slope != "none":
        problems.append(note("GIS118", source.shown))
    km = f"{float(measured(roads).sum()) / 1000:.0f}"
    counts: dict[str, Any] = {"roads": roads.count, "km": km, "nodes": network.nodes, "edges": network.edges}
    problems.append(note("GIS107", source.shown, "", **counts))
    slope = wanted.slope if heights else "none"
    times = travel_times(network, classes, slope)
    return RoadNetwork(network, classes, times, walking_metres(network, classes), source.shown, heights), problems


def _source(bundle: StudyBundle) -> Source:
    wanted = bundle.study.travel.network
    if wanted is None:
        raise AssertionError("only asked for where the study has a network")
    shown = wanted.path or bundle.table_path("road_edges")
    place = study_place(bundle, "travel.network")
    return Source(bundle.study_root / shown, shown, place, wanted, bundle.study.crs)


def _read(
    bundle: StudyBundle, source: Source, classes: tuple[RoadClass, ...], working: CRS
) -> tuple[Roads | None, Way | None, list[Problem]]:
    if uses_tables(source.network, bundle.tables):
        return roads_of_tables(bundle.tables["road_nodes"], bundle.tables["road_edges"], source, classes, working)
    if source.path.suffix.lower() in _TEXT:
        try:
            text = source.path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as fault:
            reason = str(fault).replace(str(source.path), source.path.name)
            return None, None, [error("GIS001", source.shown, reason=reason)]
        return roads_of_text(text, source, classes, working)
    return read_roads(source, classes, working)


def _with_length(roads: Roads, shown: str) -> tuple[Roads, list[Problem]]:
    """Roads without those of no length (or with corners that have no place), and a warning that counts them."""
    sound = np.ones(roads.count, dtype=bool)
    sound[roads.road_of[~np.isfinite(roads.xy).all(axis=1)]] = False
    length = np.where(sound, measured(roads), 0.0)
    keep = length > 0
    if keep.all():
        return roads, []
    rows = tuple(int(row) for row in np.unique(roads.feature[~keep]))
    return chosen(roads, keep), [warning("GIS104", shown, count=int((~keep).sum()), features=rows)]


def _apart(bundle: StudyBundle, units: Units, roads: Roads, read: tuple[Way, Source]) -> list[Problem]:
    """An error where roads and units do not even touch, with the declaration that would explain it."""
    way, source = read
    county = np.asarray(units.frame.total_bounds, dtype=np.float64)
    corners = _corners(county)
    given = np.column_stack(units.way.backward(corners[:, 0], corners[:, 1]))
    ours = Positions(given, units.way.source, corners, bundle.study.layers.units.path)
    box = _corners(np.concatenate([roads.xy.min(axis=0), roads.xy.max(axis=0)]))
    theirs = Positions(np.column_stack(way.backward(box[:, 0], box[:, 1])), way.source, box, source.shown)
    found = check_overlap(ours, units.way, theirs, f"{source.place}.crs")
    return [error("GIS105", one.place, "", "", **one.params) for one in found]


def _corners(box: FloatArray) -> FloatArray:
    west, south, east, north = box.tolist()
    return np.array([[west, south], [west, north], [east, south], [east, north]])


def _missed_crossings(network: Network, source: Source, units: Units) -> list[Problem]:
    """Roads of one level that cross without meeting."""
    roads = network.roads
    _, _, spots = crossings(roads)
    count = len(spots) // 2
    if not count:
        return []
    at = units.way.back_text(*spots[0].tolist())
    return [warning("GIS106", f"{source.place}.noding", count=count, at=at, file=source.shown)]


def road_lines(found: RoadNetwork) -> tuple[np.ndarray, list[str], FloatArray]:
    """Edges as lines of the working CRS, their classes, and minutes forward by means of travel [mode, edge]."""
    network = found.network
    edges = Roads(
        network.xy, network.z, network.first, network.road, network.road, network.road,
        network.stretch, network.stretch, network.road, network.road,
    )  # fmt: skip
    names = [found.classes[number].name for number in network.roads.road_class[network.road]]
    return lines_of(edges), names, np.stack([found.times[mode].forward for mode in MODES])
