"""Boarders against beds, meals and land, by school, stage, year and draw; the check `beds` beside the clauses.

Symbols: B boarders of a school in a draw and year, b its beds (`sim/stocks.py`, nan unknown), n its pupils, m share of
day pupils who eat at school.

    short    = max(B - b, 0)                          breach of the check `beds` where it is above 0
    diners   = B + m (n - B)
    land     = 5.7 m2 for each boarder, 2.5 m2 for each diner   (defaults with their source)
    posts    = ceil(B / boarders for one life teacher)

A school whose beds are not known is not judged.  Page: docs/science/boarding.md.
Tests: tests/sim/test_boarding_rows.py.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.deciding_words import BEDS
from sim.arrays import BoolArray, FloatArray, IntArray
from sim.boarding_needs import BoardingNeeds
from sim.judge import Bound
from sim.quantiles import QUANTILE_NAMES, order_statistics
from sim.reduced import Reduced
from sim.summary import county_verdict, school_verdict, window_of

BEDS_RULE = BEDS
"""Our own check: a bed for every boarder."""
ALL = "all"
COLUMNS = (
    "year", "school", "stage", "pupils", "boarders", "p10", "p50", "p90", "beds", "p_short", "short", "diners",
    "canteen_m2", "dormitory_m2", "life_teachers",
)  # fmt: skip


@dataclass(frozen=True)
class BedBreach:
    """Boarders without a bed, as `sim.breaches.Broken`."""

    over: IntArray  # [draw, year, school]
    broken: BoolArray  # [draw, year, school]


def boarding_rows(one: Reduced) -> pd.DataFrame:
    """Rows by year and school with pupils who may board: one by stage, one for the whole school (`all`)."""
    needs = one.details.boarding
    if needs is None:
        return pd.DataFrame(columns=list(COLUMNS))
    found, model = one.now.result.boarders, one.model
    names = model.grades.stages[len(model.grades.stages) - found.shape[3] :]
    frames = [_rows(one, name, one.pupils[name], found[..., stage]) for stage, name in enumerate(names)]
    frames.append(_whole(one, needs, np.add.reduce([one.pupils[name] for name in names])))
    return pd.concat(frames, ignore_index=True)


def boards_at(one: Reduced) -> BoolArray:
    """Schools with a boarder in any draw and year, [school]."""
    return np.asarray((one.now.result.boarders > 0).any(axis=(0, 1, 3)))


def _rows(one: Reduced, stage: str, pupils: NDArray[np.integer], boarders: NDArray[np.integer]) -> pd.DataFrame:
    """Pupils and boarders of a stage, [draw, year, school], at schools with boarders."""
    schools = np.flatnonzero((boarders > 0).any(axis=(0, 1)))
    years = one.model.years
    table = order_statistics(boarders[:, :, schools].reshape(len(boarders), -1))
    low, middle, high = (table[QUANTILE_NAMES.index(name)] for name in ("p10", "p50", "p90"))
    columns: dict[str, object] = {
        "year": np.repeat(np.array(list(years)), len(schools)),
        "school": np.tile(np.array([one.model.layout.schools[s] for s in schools], dtype=object), len(years)),
        "stage": stage,
        "pupils": pupils[:, :, schools].mean(axis=0).reshape(-1),
        "boarders": boarders[:, :, schools].mean(axis=0).reshape(-1),
        "p10": low,
        "p50": middle,
        "p90": high,
    }
    return pd.DataFrame(columns).reindex(columns=list(COLUMNS))


def _whole(one: Reduced, needs: BoardingNeeds, pupils: NDArray[np.integer]) -> pd.DataFrame:
    """Rows of whole schools, with beds, meals and land. pupils: of school stages, [draw, year, school]."""
    boarders = one.now.result.boarders.sum(axis=3, dtype=np.int64)
    frame = _rows(one, ALL, pupils, boarders)
    at = np.flatnonzero((boarders > 0).any(axis=(0, 1)))
    beds = beds_of(one)[:, :, at]
    breach = bed_breach(one)
    known = ~np.isnan(beds).any(axis=0)
    diners = boarders + needs.day_meals * (pupils - boarders)
    frame["beds"] = np.where(known, np.nan_to_num(beds).mean(axis=0), np.nan).reshape(-1)
    frame["p_short"] = np.where(known, breach.broken[:, :, at].mean(axis=0), np.nan).reshape(-1)
    frame["short"] = np.where(known, breach.over[:, :, at].mean(axis=0), np.nan).reshape(-1)
    frame["diners"] = diners[:, :, at].mean(axis=0).reshape(-1)
    frame["canteen_m2"] = needs.canteen_m2 * frame["diners"]
    frame["dormitory_m2"] = needs.dormitory_m2 * frame["boarders"]
    if needs.per_life_teacher is not None:
        posts = np.ceil(boarders[:, :, at] / needs.per_life_teacher)
        frame["life_teachers"] = posts.mean(axis=0).reshape(-1)
    return frame


def beds_of(one: Reduced) -> FloatArray:
    """Beds, [draw, year, school], nan unknown."""
    return one.details.stocks.at("beds", one.case.network.plan, one.case.opening_year, one.model.years)


def bed_breach(one: Reduced) -> BedBreach:
    """Boarders without a bed in every draw, year and school; a school whose beds are not known breaks nothing."""
    boarders = one.now.result.boarders.sum(axis=3, dtype=np.int64)
    over = np.maximum(boarders - np.where(np.isnan(beds := beds_of(one)), np.inf, beds), 0.0)
    short: IntArray = np.ceil(over).astype(np.int64)
    return BedBreach(short, short > 0)


def bed_verdict_rows(one: Reduced) -> pd.DataFrame:
    """Verdicts on beds of schools with boarders whose beds are known, and of the county; none without the section.

    The check is our own and stays out of the headline, unless `tests.decides` names it.
    """
    if one.details.boarding is None:
        return pd.DataFrame()
    model, inside, breach = one.model, window_of(one.model, one.assessment), bed_breach(one)
    known = boards_at(one) & ~np.isnan(beds_of(one)).any(axis=(0, 1))
    bound = Bound(BEDS_RULE, BEDS_RULE, model.grades.stages, np.where(known, 0.0, np.nan))
    there = np.flatnonzero(known & one.now.open[inside.start :].any(axis=0))
    rows = [school_verdict(one.now, bound, breach, int(s), model, one.assessment) for s in there]
    county = county_verdict([breach], BEDS_RULE, ALL, one.assessment, inside)
    # A stage label of several stages is `all` in rows of schools too; a study of one stage names that.
    return pd.DataFrame([*(row | {"stage": ALL} for row in rows), county | {"entity": one.study, "unverified": ""}])
