"""Parcels of a study: read, checked, held against constraints and site areas. Start reading here for land."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.crs import find_way
from gis.land import Against, against, circles
from gis.land_checks import Parcels, area_problems, county_problems, overlap_problems
from gis.land_layers import Constraint, read_constraints, read_outlines
from gis.land_log import Log, State, lock_problems, log_problems, state_of
from gis.land_table import land_table
from gis.layer_crs import Evidence, settle_crs
from gis.units import Units, read_units, study_place
from scenarios.bundle import StudyBundle
from scenarios.pack_space import clearances
from scenarios.problems import Problem, error, has_errors, in_order, nearest, note, warning
from scenarios.schema_space import Clearance

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Land:
    """Parcels of a study with what stands against them, in the order of the table."""

    parcels: Parcels
    found: tuple[Against, ...]
    """One for each constraint layer, in the order of the pack."""
    unchecked: tuple[Clearance, ...]
    """Clearances of the pack for which the study has no layer."""
    constraints: tuple[Constraint, ...]
    result: pd.DataFrame
    """`land_table`."""
    units: Units
    state: State
    """What the log is held against."""


def has_land(bundle: StudyBundle) -> bool:
    """Whether a study has anything of land to check."""
    layers = bundle.study.layers
    return "parcels" in bundle.tables or layers.parcels is not None or bool(layers.constraints)


def land_problems(bundle: StudyBundle) -> list[Problem]:
    """Every problem of parcels, constraints and the log; none for a study without parcels."""
    return read_land(bundle)[1] if has_land(bundle) else []


def read_land(bundle: StudyBundle) -> tuple[Land | None, list[Problem]]:
    """Land of a study, None if a problem stops it; and every problem of it (not those of the units layer)."""
    units, _ = read_units(bundle)
    if units is None:
        return None, []
    constraints, problems = read_constraints(bundle, units)
    if "parcels" not in bundle.tables:
        missing = error("GIS175", study_place(bundle, "tables"))
        return None, in_order([*problems, missing])
    parcels, found = _parcels(bundle, units)
    problems += found
    if parcels is None:
        return None, in_order(problems)
    log = _log(bundle)
    outlines = [shape if drawn else None for shape, drawn in zip(parcels.shapes, parcels.drawn, strict=True)]
    state = state_of(bundle.tables["parcels"], outlines)
    problems += [] if log is None else log_problems(log)
    problems += lock_problems(state, log, dict(zip(parcels.ids, parcels.places, strict=True)))
    held = tuple(against(parcels.shapes, each.shapes, each.clearance) for each in constraints)
    result, found = land_table(bundle, parcels, held)
    unchecked = tuple(
        each
        for code, each in clearances(bundle.pack).items()
        if code not in {one.clearance.code for one in constraints}
    )
    land = Land(parcels, held, unchecked, tuple(constraints), result, units, state)
    return land, in_order([*problems, *found])


def _log(bundle: StudyBundle) -> Log | None:
    rows = bundle.tables.get("parcel_log")
    if rows is None:
        return None
    places = {str(int(entry)): place for entry, place in bundle.places.get("parcel_log.entry", {}).items()}
    return Log(rows, bundle.table_path("parcel_log"), places)


def _parcels(bundle: StudyBundle, units: Units) -> tuple[Parcels | None, list[Problem]]:
    """Shapes and areas of the parcels of the table, and what is wrong with them."""
    table = bundle.tables["parcels"]
    outlines, problems = read_outlines(bundle, units)
    if outlines is None and has_errors(problems):
        return None, problems
    ids = [str(name) for name in table["parcel"]]
    drawn_of = {} if outlines is None else dict(zip(outlines["id"], outlines.geometry, strict=True))
    layer = bundle.study.layers.parcels
    problems += [
        error("GIS161", "" if layer is None else layer.path, name, nearest(name, ids), id=name,
              table=bundle.table_path("parcels"))
        for name in sorted(set(drawn_of) - set(ids))
    ]  # fmt: skip
    shapes = np.array([*(drawn_of.get(name) for name in ids), None], dtype=object)[:-1]
    drawn = ~np.asarray(shapely.is_missing(shapes), dtype=bool)
    written = table["area_m2"].to_numpy(dtype=np.float64)
    area = np.where(np.isnan(written) & drawn, shapely.area(shapes), written)
    places = tuple(bundle.place("parcels", "parcel", name) for name in ids)
    cells = tuple(bundle.place("parcels", "area_m2", name) for name in ids)
    xy, found = _centres(bundle, units)
    problems += found
    round_ = ~drawn & np.isfinite(xy).all(axis=1) & ~np.isnan(area)
    shapes[round_] = circles(xy[round_], area[round_])
    parcels = Parcels(table, shapes, drawn, area, places)
    problems += _said_of_shapes(parcels, round_, cells)
    problems += [*area_problems(parcels, cells), *county_problems(parcels, units), *overlap_problems(parcels, units)]
    return parcels, [*problems, *_lock_words(parcels)]


def _centres(bundle: StudyBundle, units: Units) -> tuple[NDArray[np.float64], list[Problem]]:
    """Centres of the table in the working CRS, NaN without one, [parcel, 2]."""
    given = bundle.tables["parcels"][["lon", "lat"]].to_numpy(dtype=np.float64)
    known = np.isfinite(given).all(axis=1)
    xy = np.full(given.shape, np.nan)
    if not known.any():
        return xy, []
    low, high = given[known].min(axis=0), given[known].max(axis=0)
    box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    evidence = Evidence(box, None, bundle.study.crs)
    place, shown = study_place(bundle, "school_crs"), bundle.table_path("parcels")
    crs, problems = settle_crs(bundle.study.school_crs, evidence, shown, place)
    way, found = (None, []) if crs is None else find_way(crs, units.way.target, place)
    if way is not None:
        xy[known] = way.points(given[known])
    # How positions are read is told for the schools already.
    return xy, [problem for problem in [*problems, *found] if problem.severity != "note"]


def _said_of_shapes(parcels: Parcels, round_: NDArray[np.bool_], cells: tuple[str, ...]) -> list[Problem]:
    """What stands in for an area or an outline, and parcels that have neither."""
    ids, written = np.array(parcels.ids, dtype=object), parcels.table["area_m2"].to_numpy(dtype=np.float64)
    bare, lost = np.isnan(parcels.area_m2), ~parcels.placed
    problems = [error("GIS153", cells[at], parcel=ids[at]) for at in np.flatnonzero(bare).tolist()]
    problems += [warning("GIS163", parcels.places[at], parcel=ids[at]) for at in np.flatnonzero(lost & ~bare).tolist()]
    measured = np.flatnonzero(np.isnan(written) & parcels.drawn)
    if measured.size:
        problems.append(note("GIS154", cells[measured[0]], parcels=tuple(ids[measured])))
    if round_.any():
        problems.append(note("GIS162", parcels.places[np.flatnonzero(round_)[0]], parcels=tuple(ids[round_])))
    return problems


def _lock_words(parcels: Parcels) -> list[Problem]:
    """Locked parcels of which the table does not say by whom, when and why."""
    words = (("locked_by", "@lock_by"), ("locked_on", "@lock_on"), ("lock_reason", "@lock_reason"))
    problems: list[Problem] = []
    for row, place in zip(parcels.table.to_dict("records"), parcels.places, strict=True):
        missing = tuple(word for column, word in words if not row[column])
        if row["locked"] and missing:
            problems.append(warning("GIS170", place, parcel=row["parcel"], missing=missing))
    return problems
