"""What the layers say of each parcel, as one table: areas, distances, lost land, what is broken, what it carries."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.land import Against, largest_school, usable_m2
from gis.land_checks import Parcels
from gis.units import study_place
from scenarios.bundle import StudyBundle
from scenarios.pack_space import site_area
from scenarios.problems import Problem, note
from scenarios.schema_space import SiteArea

STAGES_OF = {
    "kindergarten": ("kindergarten",),
    "primary": ("primary",),
    "junior": ("junior",),
    "nine_year": ("primary", "junior"),
    "senior": ("senior",),
}
"""Planned use of a parcel -> stages of the school."""
FITS = ("free", "measures", "reduced", "unfit", "unknown")
"""Fit for a school: nothing against it; with measures; on the part that is left; not even the smallest; not known."""


def land_table(bundle: StudyBundle, parcels: Parcels, found: tuple[Against, ...]) -> tuple[pd.DataFrame, list[Problem]]:
    """One row for each parcel: areas, what it breaks, how far, how much is lost, what it carries; and what is missing.

    Columns: those of the table `parcels`; outline (drawn, circle, none); of each constraint layer CODE_m (distance [m])
    and CODE_lost (share [0-1]); breaks (codes); usable_m2; norm (code of the site areas); pupils_max, classes_max; more
    (the parcel is larger than the largest size); fit (one of `FITS`).
    """
    frame = parcels.table.copy()
    frame["area_m2"] = parcels.area_m2
    shape = np.where(parcels.drawn, "drawn", np.where(parcels.placed, "circle", "none"))
    frame["outline"] = shape
    usable = usable_m2(parcels.shapes, parcels.area_m2, list(found))
    for each in found:
        code = each.clearance.code
        frame[f"{code}_m"] = np.round(np.where(np.isinf(each.distance_m), np.nan, each.distance_m), 1)
        frame[f"{code}_lost"] = np.round(each.share, 4)
    broken = np.array([each.broken for each in found], dtype=bool).reshape(len(found), len(frame))
    codes = [each.clearance.code for each in found]
    hard = np.array([each.clearance.rule == "forbidden" for each in found], dtype=bool)
    frame["breaks"] = ["; ".join(np.array(codes, dtype=object)[broken[:, at]]) for at in range(len(frame))]
    frame["usable_m2"] = np.round(usable, 0)
    tables = _norms(bundle, frame)
    frame["norm"] = ["" if table is None else table.code for table in tables]
    carried = [
        None if table is None or np.isnan(area) else largest_school(np.array([area]), table)
        for table, area in zip(tables, usable, strict=True)
    ]
    frame["pupils_max"] = [np.nan if one is None else float(one.pupils[0]) for one in carried]
    frame["classes_max"] = [np.nan if one is None else float(one.classes[0]) for one in carried]
    frame["more"] = [one is not None and bool(one.largest[0]) for one in carried]
    frame["fit"] = _fit(frame, broken[hard].any(axis=0), broken[~hard].any(axis=0))
    bare = frame.loc[(frame["norm"] == "") & (frame["planned_use"] != "other"), "parcel"]
    place = study_place(bundle, "standards")
    return frame, [note("GIS171", place, parcels=tuple(bare))] if len(bare) else []


def _norms(bundle: StudyBundle, frame: pd.DataFrame) -> list[SiteArea | None]:
    """Table of site areas for the planned use and place of each parcel, [parcel]."""
    units = bundle.tables["units"].set_index("unit")["urban"].astype(bool).to_dict()
    return [
        site_area(bundle.pack, STAGES_OF.get(use, ()), units.get(unit, False))
        for use, unit in zip(frame["planned_use"], frame["unit"], strict=True)
    ]


def _fit(frame: pd.DataFrame, hard: NDArray[np.bool_], soft: NDArray[np.bool_]) -> list[str]:
    """What each parcel is fit for, [parcel]. hard, soft: whether it breaks a forbidding or a mitigable clearance."""
    usable, classes = frame["usable_m2"].to_numpy(dtype=np.float64), frame["classes_max"].to_numpy(dtype=np.float64)
    conditions = [np.isnan(usable), (usable <= 0) | (classes == 0), hard, soft]
    return [str(word) for word in np.select(conditions, np.array(FITS[:0:-1]), FITS[0])]
