"""Reads the shipped curves of housing (`packs/housing-defaults.yaml`) and lays the table `estate_curves` over them."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.problems import Problem, ScenarioError, error
from scenarios.schema_housing import OLDEST, Curve, Housing, TypeCurves, faults
from scenarios.table_text import capped
from scenarios.tables import Table
from scenarios.yaml_source import read_yaml

DEFAULTS_FILE = Path(__file__).parent / "packs" / "housing-defaults.yaml"
_FIRST = {"occupancy": 0, "ages": 0, "born": 1}
"""First step of a curve."""


@lru_cache(maxsize=1)
def load_housing() -> Housing:
    """The shipped curves and risks, checked; read once."""
    source, problems = read_yaml(DEFAULTS_FILE, DEFAULTS_FILE.name)
    if source is None or problems:
        raise ScenarioError(problems)
    return Housing.model_validate(source.data)


def housing_of(tables: dict[str, pd.DataFrame]) -> Housing:
    """The shipped curves with those of a study's (checked) table in their place."""
    frame, shipped = tables.get("estate_curves"), load_housing()
    if frame is None or not len(frame):
        return shipped
    types = dict(shipped.types)
    for kind, rows in frame.groupby("dwelling_type"):
        types[kind] = _over(types[kind], rows)  # type: ignore[index]
    return shipped.model_copy(update={"types": types})


def _over(curves: TypeCurves, rows: pd.DataFrame) -> TypeCurves:
    """Curves of a type with the rows of a study over them; nothing is checked here."""
    own = {}
    for name, part in rows.groupby("curve"):
        values = tuple(part.sort_values("step")["value"].astype(float))
        own[str(name)] = Curve(values=values, source="estate_curves", source_grade="B")  # type: ignore[arg-type]
    return curves.model_copy(update=own)


def curve_problems(table: Table) -> list[Problem]:
    """Steps without gaps, ages 0-14 that sum to 1, an occupancy that never falls."""
    frame = table.frame
    if frame[["step", "value"]].isna().any().any():
        return []
    problems: list[Problem] = []
    for (kind, name), rows in frame.groupby(["dwelling_type", "curve"]):
        if name not in _FIRST or kind not in load_housing().types:
            continue
        steps = np.sort(rows["step"].to_numpy().astype(int))
        wanted = np.arange(_FIRST[name], _FIRST[name] + len(steps))
        place = table.place(int(rows.index[0]), "step")
        if (steps != wanted).any():
            problems.append(error("SCN438", place, tuple(steps.tolist()), curve=name, type=kind, first=_FIRST[name]))
            continue
        if name in faults(_over(load_housing().types[kind], rows)):
            shown = tuple(float(v) for v in rows.sort_values("step")["value"])
            code = "SCN439" if name == "ages" else "SCN440"
            place, total = table.place(int(rows.index[0]), "value"), round(sum(shown), 6)
            problems.append(error(code, place, shown, type=kind, total=total, oldest=OLDEST))
    return capped(problems, "step")
