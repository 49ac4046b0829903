"""The loading study with boarders: a primary and a junior school, beds, and boarders on record."""

from dataclasses import replace

import numpy as np
import pandas as pd

from scenarios.schema_boarding import Boarding
from sim.boarding_build import boards_of, curves_of, may_board
from sim.ladders import whole
from sim.stocks import stocks_of
from tests.sim import studies

RECORD = (("a", "primary", "", 120), ("b", "junior", "", 150))


def boarding(record=RECORD, beds=(("a", 100), ("b", 160)), **section):
    """The study with a section `boarding`, boarders on record (school, stage, grade, boarders) and beds by school."""
    plain = studies.study(studies.LOADING, "study")
    tables = dict(plain.bundle.tables)
    sites = tables["sites"].copy()
    for school, count in beds:
        sites.loc[sites["school"] == school, "beds"] = count
    columns = ["school", "stage", "grade", "boarders"]
    rows = pd.DataFrame([dict(zip(columns, row, strict=True)) for row in record], columns=columns).assign(year=2023)
    tables |= {"sites": sites, "boarders": rows}
    study = plain.bundle.study.model_copy(update={"boarding": Boarding(**section)})
    return replace(plain, bundle=replace(plain.bundle, study=study, tables=tables))


def boards(of, case):
    """Chances to board in a case of that study, and its curves."""
    curves = curves_of(of.bundle, of.model, of.space)
    beds = stocks_of(of.bundle, whole(of.model)).at("beds", case.network.plan, case.opening_year, of.model.years)
    return boards_of(curves, of.model, may_board(curves.observed, beds)), curves


def expected_base(of, chances):
    """Expected boarders of the base year by school and stage, cell by cell and slot by slot."""
    model = of.model
    found = {}
    for cell, row in enumerate(model.layout.slot_school):
        for slot, school in enumerate(row):
            if not 0 <= school < len(model.layout.schools):
                continue
            for grade, stage in enumerate(model.grades.stage_of):
                at = (slot * len(model.layout.cells) + cell) * len(model.grades.names) + grade
                (places,) = np.nonzero(chances.entry == at)
                key = (model.layout.schools[school], model.grades.stages[stage])
                for place in places:
                    found[key] = found.get(key, 0.0) + model.pupils[cell, slot, grade] * chances.chance[place]
    return found
