"""Flows of the futures and schools that new housing needs, for the synthetic run folder."""

import numpy as np
import pandas as pd

from reports.table_shapes import SHAPES
from tests.reports import factory_numbers as f

_CLAUSE = (
    ("clause_zh", "每 5000-8000 人配建一所小学"), ("clause_en", "one primary school per 5000-8000 residents"),
    ("source_zh", "试验规定，第 3 条"), ("source_en", "test rules, article 3"), ("source_grade", "C"),
)  # fmt: skip


def flows() -> pd.DataFrame:
    """The reference future adds nothing, the other one 60 children a year to town and more who return."""
    rows = []
    for year in f.YEARS:
        for future, stream, stated, acting in (
            ("baseline", "to_town", 210.0, 0.0), ("baseline", "returning", 12.0, 0.0),
            ("baseline", "left_behind", 80.0, 0.0), ("baseline", "leaving_with_parents", 40.0, 0.0),
            ("fast", "to_town", 270.0, 60.0), ("fast", "returning", 15.0, 3.0),
            ("fast", "external_local", -30.0, -30.0),
            ("fast", "left_behind", 60.0, -20.0), ("fast", "leaving_with_parents", 60.0, 20.0),
        ):  # fmt: skip
            rows.append((future, stream, year, stated, acting, "children"))
    return pd.DataFrame(rows, columns=SHAPES["flows"].names)


def estate_needs() -> pd.DataFrame:
    """Two phases that need a school each, met in time, late or not at all; a third whose size is not known."""
    given = {
        "do-nothing": (("none", "", np.nan, 0.0), ("none", "", np.nan, 0.0)),
        "county-plan": (("in_time", "no4-primary", 2027.0, 18.0), ("late", "no4-primary", 2031.0, 12.0)),
        "compact": (("part", "no2-extension", 2028.0, 6.0), ("none", "", np.nan, 0.0)),
    }
    rows = []
    for plan, phases in given.items():
        for phase, year, (status, by, opens, provided), required in zip(
            ("1", "2"), (2028, 2030), phases, (18.0, 11.2), strict=True
        ):
            rows.append(
                {"plan": plan, "estate": "river-bank", "phase": phase, "clause": "primary-a", "year": year,
                 "facility": "primary", "measured": 5200.0, "required": required, "unit": "classes", "schools": 1.0,
                 "provided": provided, "status": status, "by": by, "opens": opens, "unknown": "", **dict(_CLAUSE)}
            )  # fmt: skip
        rows.append(
            {"plan": plan, "estate": "west-gate", "phase": "all", "clause": "primary-a", "year": 2029,
             "facility": "primary", "measured": np.nan, "required": np.nan, "unit": "classes", "schools": 0.0,
             "provided": np.nan, "status": "unknown", "by": "", "opens": np.nan, "unknown": "residents",
             **dict(_CLAUSE)}
        )  # fmt: skip
    every = [{"future": future, **row} for future in f.FUTURES for row in rows]
    return pd.DataFrame(every, columns=SHAPES["estate_needs"].names)
