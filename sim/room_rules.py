"""General classrooms by area, and the clauses on rooms, as arrays by school: what seats, re-use and sizing rest on.

Page: docs/science/rooms.md.  Tests: tests/sim/test_room_programme.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.bundle import Bundle
from scenarios.bundle_rooms import RoomNorms
from scenarios.room_clauses import AREA, PER_CLASSES, Home, kinds_with, least_area, rooms_per_12_classes, small_below
from sim.arrays import FloatArray
from sim.model import Model
from sim.room_stock import homes_of, inventory


@dataclass(frozen=True)
class GeneralRooms:
    """General classrooms of a school, like rooms of one size together."""

    count: FloatArray  # [size]
    area: FloatArray  # [size] net area of each, nan unknown [m2]


@dataclass(frozen=True)
class SpecialRooms:
    """The clauses on one kind of special rooms."""

    per_12: float  # rooms for twelve classes; 0: no clause
    small_below: FloatArray  # [school] size of the largest class below which the smaller bound holds; 0 never
    area: FloatArray  # [school] least area of a room that is yet to be built, 0 without a clause [m2]
    fits: FloatArray  # [school] general classrooms that meet the area clause; nan: no list of rooms
    fits_small: FloatArray  # [school] the same where classes are small


@dataclass(frozen=True)
class LandRule:
    """Least area of a site by pupils."""

    code: str
    stages: tuple[str, ...]
    schools: NDArray[np.bool_]  # [school] it is for
    pupils: FloatArray  # [size] rising
    site_m2: FloatArray  # [size]
    verified: bool


@dataclass(frozen=True)
class RoomRules:
    """What results on rooms need of a study."""

    special: Mapping[str, SpecialRooms]
    """By kind; kinds without any clause are absent."""
    general: tuple[GeneralRooms | None, ...]
    """By school; None: no list of its rooms, or one that disagrees with the table of sites."""
    norms: RoomNorms | None
    land: tuple[LandRule, ...]

    @property
    def small_below(self) -> Mapping[str, FloatArray]:
        """Size of the largest class below which the smaller bound holds, by kind, [school]; 0 never."""
        return {kind: special.small_below for kind, special in self.special.items()}


def room_rules(bundle: Bundle, model: Model) -> RoomRules:
    """Rules of a checked bundle, schools in the order of the model (with all its stages)."""
    homes, table = homes_of(bundle, model), inventory(bundle)
    kinds = dict.fromkeys((*kinds_with(bundle.pack, PER_CLASSES), *kinds_with(bundle.pack, AREA)))
    general = _general(table, model)
    special = {kind: _special(bundle, model, kind, homes, table) for kind in kinds}
    return RoomRules(special, general, bundle.rooms, _land(bundle, model, homes))


def _of_school(table: pd.DataFrame | None, school: str) -> pd.DataFrame | None:
    """General classrooms of a school; None where nothing of it is listed."""
    if table is None or not (table["school"] == school).any():
        return None
    return table[(table["school"] == school) & (table["room_type"] == "general") & (table["count"] > 0)]


def _general(table: pd.DataFrame | None, model: Model) -> tuple[GeneralRooms | None, ...]:
    found: list[GeneralRooms | None] = []
    for i, school in enumerate(model.layout.schools):
        rows = _of_school(table, school)
        if not model.exists[i]:
            found.append(GeneralRooms(np.zeros(0), np.zeros(0)))
        elif rows is None or rows["count"].sum(skipna=False) != model.rooms[i]:
            found.append(None)  # the check has told that the tables disagree
        else:
            found.append(GeneralRooms(rows["count"].to_numpy(float), rows["net_area_m2"].to_numpy(float)))
    return tuple(found)


def _special(bundle: Bundle, model: Model, kind: str, homes: list[Home], table: pd.DataFrame | None) -> SpecialRooms:
    pack, schools = bundle.pack, model.layout.schools

    def fits(small: bool) -> FloatArray:
        found = [
            _fitting(bundle, kind, home, _of_school(table, s), small) for s, home in zip(schools, homes, strict=True)
        ]
        return np.where(model.exists, np.array(found), 0.0)

    return SpecialRooms(
        per_12=rooms_per_12_classes(pack, kind),
        small_below=np.array([small_below(pack, kind, home) for home in homes]),
        area=np.array([least_area(pack, kind, home, np.nan, False) for home in homes]),
        fits=fits(False),
        fits_small=fits(True),
    )


def _fitting(bundle: Bundle, kind: str, home: Home, rows: pd.DataFrame | None, small: bool) -> float:
    """General classrooms large enough for a kind; those of unknown area are none, nan without a list."""
    if rows is None:
        return float("nan")
    least = [least_area(bundle.pack, kind, home, float(year), small) for year in rows["built"]]
    return float(rows["count"].to_numpy(float)[rows["net_area_m2"].to_numpy(float) >= np.array(least)].sum())


def _land(bundle: Bundle, model: Model, homes: list[Home]) -> tuple[LandRule, ...]:
    """Site areas of the pack, for schools that host exactly their stages; those with beds have tables of their own."""
    beds = bundle.tables["sites"].groupby("school")["beds"].sum()
    boards = np.array([beds.get(school, 0.0) > 0 for school in model.layout.schools])
    found = []
    for entry in bundle.pack.site_areas:
        there = np.array([
            set(home.stages) == set(entry.stages) and (entry.place == "any" or (entry.place == "urban") == home.urban)
            for home in homes
        ])  # fmt: skip
        there &= boards == entry.boarding
        sizes = sorted(entry.sizes, key=lambda size: size.pupils)
        if there.any():
            found.append(
                LandRule(
                    entry.code,
                    tuple(entry.stages),
                    there,
                    np.array([size.pupils for size in sizes], dtype=float),
                    np.array([size.site_m2 for size in sizes], dtype=float),
                    verified=entry.source_grade != "M" and all(size.source_grade != "M" for size in sizes),
                )
            )
    return tuple(found)
