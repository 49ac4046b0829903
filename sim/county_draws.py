"""The county in every draw and school year: what two runs of the same worlds are set against each other by.

Symbols, by draw d, school year t and school s: N pupils, S nominal seats (rooms x planned class size), B breach of
anything the headline rests on, O pupils over it, K[y] capital released in calendar year y.

    pupils = sum_s N      seats = sum_s S      unused = sum_s max(0, S - N)      short = sum_s max(0, N - S)
    schools_over = sum_s B     pupils_over = sum_s O     classes_over = classes larger than the limit of their stage
    capital = sum of K[y], y <= t (payments before the base year among them)

The base year has one row, draw 0: what was counted, with the rules of the pack alone and no capital of the plan.
Page: docs/science/compare.md.  Tests: tests/sim/test_county_draws.py.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.classes_formation import base_classes
from sim.ladders import class_ladder
from sim.money import capital
from sim.reduced import Reduced
from sim.rollup_keep import classes_over
from sim.summary import Measured, measured

WHOLE = ("pupils", "seats", "unused", "short", "classes", "classes_over", "schools_over", "pupils_over")
COLUMNS = ("year", "draw", *WHOLE, "capital")
Totals = dict[str, NDArray[np.integer]]


def county_draw_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the table `county_draws` of a case: the base year, then every draw of every simulated year."""
    base = pd.DataFrame({name: values.ravel() for name, values in _totals(_today(one), one).items()})
    found = _totals(one.now, one)
    draws, years = found["pupils"].shape
    spent = capital(one).cumsum(axis=1)[:, 1 : years + 1]
    table = pd.DataFrame({name: values.T.ravel() for name, values in found.items()})
    year, draw = np.repeat(np.array(list(one.model.years)), draws), np.tile(np.arange(draws), years)
    table = table.assign(year=year, draw=draw, capital=spent.T.ravel())
    base = base.assign(year=one.model.base_year, draw=0, capital=0.0)
    return pd.concat([base, table], ignore_index=True)[list(COLUMNS)]


def _today(one: Reduced) -> Measured:
    """The base year in the form of a case with one draw and one year; only what is counted of it is read."""
    ladder, model = class_ladder(one.ladder or one.model), one.model
    classes = base_classes(model.formation, ladder)
    result = replace(
        one.now.result,
        rolls=ladder.rolls[None, None].astype(np.int32),
        classes=classes.count[None, None].astype(np.int16),
        rooms=ladder.rooms[None, None].astype(np.int16),
        open=model.exists[None, None],
        short=classes.short[None, None],
    )
    return measured(result, model, one.assessment)


def _totals(case: Measured, one: Reduced) -> Totals:
    """Sums over schools, [draw, year]."""
    pupils = case.result.rolls.sum(axis=3, dtype=np.int64)
    gap = case.seats - pupils
    over = [np.asarray(found) for found in classes_over(case, one.model, one.assessment).values()]
    broken = np.logical_or.reduce([breach.broken for breach in case.headline])
    beyond = np.maximum.reduce([breach.over for breach in case.headline])
    return {
        "pupils": pupils.sum(axis=2),
        "seats": case.seats.sum(axis=2),
        "unused": np.maximum(gap, 0).sum(axis=2),
        "short": np.maximum(-gap, 0).sum(axis=2),
        "classes": case.result.classes.sum(axis=(2, 3), dtype=np.int64),
        "classes_over": np.sum(over, axis=0) if over else np.zeros(gap.shape[:2], dtype=np.int64),
        "schools_over": broken.sum(axis=2),
        "pupils_over": beyond.sum(axis=2),
    }
