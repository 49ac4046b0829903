"""Table of needs: what schools lack by clause, the smallest additions that close it, and what they cost.

Cost [10 000 yuan] = units x m2 of a unit x unit cost, of the additions at the probability that the scenario asks for;
nothing where no unit cost is known.  County rows: additions of all schools with which all of them hold together.
Page: docs/science/sizing.md.  Tests: tests/sim/test_sizing_needs.py.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import FloatArray
from sim.reduced import Reduced
from sim.sizing import LEVELS, Gap, Need, addition, gap_of, held_where_absent, least, together
from sim.sizing_needs import needs_of

NAMES = tuple(f"p{round(100 * level)}" for level in LEVELS)
COLUMNS = (
    "rule", "stage", "entity", "kind", "unit", "p_holds", *(f"needed_{name}" for name in NAMES), "there",
    *(f"missing_{name}" for name in NAMES), "required", "missing", "cost", "unknown", "unverified", "years",
)  # fmt: skip


def need_rows(one: Reduced) -> pd.DataFrame:
    """Needs over the decision window, schools and county."""
    return sizing_rows(one, one.assessment.window, one.assessment.required)


def sizing_rows(one: Reduced, window: tuple[int, int], required: float) -> pd.DataFrame:
    """Needs over school years from the first to the last of a window; required: probability for `missing` and cost."""
    base = one.model.base_year
    years = slice(window[0] - base - 1, window[1] - base)
    label = str(window[0]) if window[0] == window[1] else f"{window[0]}-{window[1]}"
    parts = [_rows(one, need, gap_of(need, slice(None)), required) for need in needs_of(one, years)]
    found = [part for part in parts if len(part["entity"])]
    # One frame at the end: frames of every clause would take longer than the draws.
    if not found:
        return pd.DataFrame(columns=list(COLUMNS))
    columns = {name: np.concatenate([part[name] for part in found]) for name in COLUMNS[:-1]}
    return pd.DataFrame({**columns, "years": label})[list(COLUMNS)]


def _rows(one: Reduced, need: Need, gap: Gap, required: float) -> dict[str, NDArray[np.generic]]:
    """Columns of one clause: the schools it is for and, last, the county; no rows where it is for none.

    A need of the county as a whole has the county's row alone: there `there` and `needed` are the county's own.
    """
    at = np.flatnonzero(~np.isnan(gap.needed).all(axis=0))
    if not len(at):
        return {"entity": np.zeros(0, dtype=object)}
    gap = Gap(gap.needed[:, at], gap.there[:, at], gap.missing[:, at])
    missing = held_where_absent(gap)
    known = ~np.isnan(missing).any(axis=0)
    asked = np.where(np.isnan(gap.needed), -np.inf, gap.needed)
    fine = missing <= 1e-6
    found = {"p_holds": np.where(known, fine.mean(axis=0), np.nan)}
    every = {"p_holds": float(fine[:, known].all(axis=1).mean()) if known.any() else np.nan}
    found["there"] = np.where(known, np.median(gap.there, axis=0), np.nan)
    every["there"] = _sum(found["there"])
    for level, name in zip(LEVELS, NAMES, strict=True):
        found[f"needed_{name}"], every[f"needed_{name}"] = np.maximum(least(asked, level), 0.0), np.nan
        found[f"missing_{name}"], every[f"missing_{name}"] = addition(gap, level), _sum(together(gap, level))
    yuan = np.full(len(at), np.nan) if need.county else _yuan(one, need)[at]
    own, joint = addition(gap, required), together(gap, required)
    found |= {"missing": own, "cost": _cost(own, yuan), "unknown": (~known).astype(float)}
    every |= {"missing": _sum(joint), "unknown": float((~known).sum())}
    every["cost"] = float(_cost(joint, yuan)[known].sum()) if known.any() else np.nan
    rows: dict[str, NDArray[np.generic]] = {name: np.append(found[name], every[name]) for name in found}
    rows["entity"] = np.array([*(one.model.layout.schools[i] for i in at), one.study], dtype=object)
    if need.county:
        rows = {name: values[:-1] for name, values in rows.items()} | {"entity": rows["entity"][-1:]}
    count = len(rows["entity"])
    rows["required"] = np.full(count, required)
    said = {"rule": need.rule, "stage": need.stage, "kind": need.kind, "unit": need.unit}
    said["unverified"] = "" if need.verified else need.rule
    return rows | {name: np.full(count, text, dtype=object) for name, text in said.items()}


def _cost(units: FloatArray, yuan: FloatArray) -> FloatArray:
    """Cost of additions; nothing for none, nan where the cost of one is not known [10 000 yuan]."""
    return np.where(units == 0.0, 0.0, units * yuan)


def _sum(values: FloatArray) -> float:
    """Sum of what is known; nan where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.sum()) if len(known) else float("nan")


def _yuan(one: Reduced, need: Need) -> FloatArray:
    """Cost of one unit by school [10 000 yuan]; nan where it is not known."""
    norms, schools = one.details.rooms.norms, len(one.model.layout.schools)
    price = None if norms is None else norms.prices.get(need.price)
    if price is None:
        return np.full(schools, np.nan)
    m2 = np.ones(schools) if need.m2 is None else need.m2
    return m2 * price.yuan / 1e4
