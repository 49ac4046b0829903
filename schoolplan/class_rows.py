"""Classes of the base year, school by school and grade by grade: as registered, else as the run forms them."""

import numpy as np
import pandas as pd

from scenarios.classes_record import usable
from schoolplan.prepare import Prepared
from sim.classes import taught
from sim.classes_formation import base_classes
from sim.ladders import class_ladder, whole

COLUMNS = ("school", "grade", "pupils", "classes", "recorded")


def class_rows(prepared: Prepared) -> pd.DataFrame:
    """Rows of `classes_today.csv`; grades that share a class stand with the lowest of them."""
    model = prepared.model
    ladder = class_ladder(model)
    count = base_classes(model.formation, ladder).count
    school, grade = np.nonzero((count > 0) & model.exists[:, None])
    formed = pd.DataFrame(
        {
            "school": np.array(model.layout.schools, dtype=object)[school],
            "grade": np.array(whole(model).grades.names, dtype=object)[grade],
            "pupils": taught(ladder.rolls, count)[school, grade],
            "classes": count[school, grade],
        }
    ).assign(recorded=0)
    registered = _registered(prepared)
    both = formed.merge(registered, on=["school", "grade"], how="left", suffixes=("", "_there"))
    known = both["classes_there"].notna()
    for name in ("pupils", "classes"):
        both[name] = both[f"{name}_there"].where(known, both[name]).astype(np.int64)
    return both.assign(recorded=known.astype(np.int64))[list(COLUMNS)]


def _registered(prepared: Prepared) -> pd.DataFrame:
    rows, base = prepared.bundle.tables["enrolment"], prepared.bundle.study.base_year
    names = {"pupils": "pupils", "sections": "classes"}
    if "sections" not in rows.columns:
        return pd.DataFrame(columns=["school", "grade", *names.values()])
    own = usable(rows[rows["year"] == base], base)
    return own[["school", "grade", *names]].rename(columns=names)
