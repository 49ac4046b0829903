"""What schools own besides general classrooms, draw by draw: areas, land, beds, special rooms.

Symbols: b[s] stock of a school in the base year, a[p] what project p adds to school s(p), o[d, p] its opening year,
u[p] the last year of temporary classrooms, else never.

    stock[d, t, s] = b[s] + sum_p a[p] [s(p) = s, o[d, p] <= t <= u[p]]

0 once a school has closed (its last pupils have left).  A school with an unknown stock stays unknown (nan), whatever is
added to it; nothing is filled in.  Stocks are of the legal school: all its sites together.
Tests: tests/sim/test_stocks.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.bundle import Bundle
from scenarios.schema_plan import PlanFile, Project
from sim.arrays import BoolArray, FloatArray, IntArray
from sim.model import NEVER, Model
from sim.room_stock import ROOM_STOCKS, room_stocks

SITE_STOCKS = ("beds", "teaching_area_m2", "sports_area_m2", "land_m2")
"""Columns of the table of sites, and of what projects add."""
KINDS = (*SITE_STOCKS, *ROOM_STOCKS)
"""All stocks; rooms: see `sim/room_stock.py`."""


@dataclass(frozen=True)
class PlanStocks:
    """What the projects of one plan change."""

    school: IntArray  # [project] index of the school
    closes: BoolArray  # [project]
    added: Mapping[str, FloatArray]  # kind -> [project], nan unknown
    lasts: IntArray | None = None  # [project] years for which a school that phases out keeps what it has; None: 0
    until: IntArray | None = None  # [project] last year of what it adds; None: never


@dataclass(frozen=True)
class Stocks:
    """Stocks of schools by kind, and what plans add to them."""

    base: Mapping[str, FloatArray]  # kind -> [school] of the base year; nan unknown, 0 while it is not built
    plans: Mapping[str, PlanStocks]  # by plan id

    def at(self, kind: str, plan: str, opening_year: IntArray, years: range) -> FloatArray:
        """Stock of a kind, [draw, year, school]; opening_year: [draw, project]. Raises KeyError for an unknown kind."""
        base, changes = self.base[kind], self.plans[plan]
        out = np.broadcast_to(base, (len(opening_year), len(years), len(base))).copy()
        there = opening_year[:, None, :] <= np.array(years)[None, :, None]  # [draw, year, project]
        if changes.until is not None:
            there &= np.array(years)[:, None] <= changes.until
        added = changes.added[kind]
        for project in np.flatnonzero(added != 0.0):  # nan counts: an unknown addition makes the stock unknown
            out[:, :, changes.school[project]] += np.where(there[:, :, project], added[project], 0.0)
        for project in np.flatnonzero(changes.closes):
            school = changes.school[project]
            lasts = 0 if changes.lasts is None else changes.lasts[project]
            gone = opening_year[:, None, project] + lasts <= np.array(years)
            out[:, :, school] = np.where(gone, 0.0, out[:, :, school])
        return out


def stocks_of(bundle: Bundle, model: Model) -> Stocks:
    """Stocks of a checked bundle, schools in the order of the model."""
    schools = model.layout.schools
    sites = bundle.tables["sites"]
    base = {kind: _base(sites, kind, schools, model.exists) for kind in SITE_STOCKS} | room_stocks(bundle, model)
    index = {school: i for i, school in enumerate(schools)}
    return Stocks(base, {name: _of_plan(plan, index, model) for name, plan in bundle.plans.items()})


def _base(sites: pd.DataFrame, kind: str, schools: tuple[str, ...], exists: BoolArray) -> FloatArray:
    """Sum over the sites of every school; nan where a site does not say, 0 where the school does not exist yet."""
    sums = sites.groupby("school")[kind].agg(lambda column: column.sum(skipna=False))
    found = np.array([float(sums.get(school, np.nan)) for school in schools])
    return np.where(exists, found, 0.0)


def _of_plan(plan: PlanFile, index: Mapping[str, int], model: Model) -> PlanStocks:
    at = [str(project.school) if project.new is None else project.new.school for project in plan.projects]
    added = {kind: np.array([_adds(project, kind) for project in plan.projects], dtype=float) for kind in KINDS}
    closes = np.array([project.kind == "closure" for project in plan.projects], dtype=bool)
    schools = np.array([index[school] for school in at], dtype=np.int64)
    lasts = [_lasts(project, model, int(school)) for project, school in zip(plan.projects, schools, strict=True)]
    until = np.array([NEVER if project.until is None else project.until for project in plan.projects], dtype=np.int64)
    return PlanStocks(schools, closes, added, np.array(lasts, dtype=np.int64), until)


def _lasts(project: Project, model: Model, school: int) -> int:
    """Years after which the last pupils of a school that phases out have left."""
    hosted = model.hosts[school]
    ladders = [int((hosted & (model.grades.starts == start)).sum()) for start in np.unique(model.grades.starts)]
    return min(project.transition_years, max(max(ladders) - 1, 0))


def _adds(project: Project, kind: str) -> float:
    """What a project adds of a kind; nan where a new school does not say."""
    name = kind.removesuffix("_small")
    if project.new is not None:
        given = getattr(project.new, name, None)
        return float("nan") if given is None else float(given)
    return 0.0 if project.adds is None else float(getattr(project.adds, name, 0.0))
