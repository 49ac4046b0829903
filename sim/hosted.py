"""What decides which rules and clauses are for a school: stages, year built, marks, share of migrant children.

Page: docs/science/indicators.md.  Tests: tests/sim/test_hosted.py.
"""

from collections.abc import Mapping

import numpy as np

from scenarios.bundle import Bundle
from scenarios.pack_rules import Hosted
from scenarios.school_marks import not_ordinary
from sim.model import Model

MIGRANTS = "migrant_pupils_share"
"""Imported indicator: migrant children among the pupils of a school [%]."""


def hosted_of(bundle: Bundle, model: Model) -> tuple[Hosted, ...]:
    """What decides which clauses are for a school, schools in the order of the model."""
    grades, table = model.grades, bundle.tables["schools"]
    built = dict(zip(table["school"], table["built"], strict=True))
    flags = dict(zip(table["school"], table["flags"], strict=True)) if "flags" in table else {}
    special, migrants = not_ordinary(flags), migrant_shares(bundle)
    found = []
    for i, school in enumerate(model.layout.schools):
        year = built.get(school)
        stages = tuple(grades.stages[s] for s in np.unique(grades.stage_of[model.hosts[i]]))
        known = None if year is None or np.isnan(year) else int(year)
        share = migrants.get((school, ""), migrants.get((school, stages[0])) if len(stages) == 1 else None)
        found.append(Hosted(stages, known, share, model.base_year + 1, ordinary=school not in special))
    return tuple(found)


def migrant_shares(bundle: Bundle) -> Mapping[tuple[str, str], float]:
    """Share of migrant children by school and stage (empty: the whole school) [0-1], of the last year on record.

    The share of the base year is held for all years; later rows count for schools that a plan opens.
    """
    frame = bundle.tables.get("indicators")
    if frame is None:
        return {}
    own = frame[(frame["indicator"] == MIGRANTS) & (frame["school"] != "")]
    there = set(bundle.tables["schools"]["school"])
    own = own[(own["year"] <= bundle.study.base_year) | ~own["school"].isin(there)]
    rows = own.sort_values("year", kind="stable")
    return {
        (str(school), str(stage)): float(value) / 100.0
        for school, stage, value in zip(rows["school"], rows["stage"], rows["value"], strict=True)
    }
