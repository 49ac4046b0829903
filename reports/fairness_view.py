"""The section on fairness: gaps between groups, who finds no seat, who is moved, and the way by decile and by grade."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from gis.access import DECILES
from reports.i18n import NOTHING, decimal, integer, minus
from reports.matrix import NEGLIGIBLE
from reports.section_table import Rows, Table
from reports.view import View

Row = Mapping[Hashable, object]
SPLITS = {
    "place": ("urban", "rural"),
    "mark": ("other", "weak"),
    "home": ("urban", "rural"),
    "group": ("local", "migrant"),
}
"""Ways to divide, in the order of the table; as in `sim.fairness`."""
GAPS = ("way_min", "class_size", "area")
COUNTS = ("no_seat", "sent_on", "beyond")
GAP = "gap"
MEASURE = "minutes"


@dataclass(frozen=True)
class Page:
    """What the template of the section names."""

    lead: str
    tables: list[Table]
    moved: list[str]


def page(seen: View) -> Page | None:
    """The section in the future and year of the headline; None where nothing is known of any group."""
    table = seen.run.tables.fairness
    own = table[(table["future"] == seen.future) & (table["year"] == seen.year)]
    tables = [_gaps(seen, own), _counts(seen, own), _deciles(seen), _grades(seen)]
    shown = [one for one in tables if one.rows]
    if not shown:
        return None
    year = seen.labels.school_year(seen.year)
    lead = seen.labels("fairness.lead", future=seen.words.future(seen.future), year=year,
                       plan=seen.words.plan(seen.plan), base=seen.words.plan(seen.baseline))  # fmt: skip
    return Page(lead, shown, _moved(seen))


def _plans(seen: View) -> tuple[str, ...]:
    return tuple(dict.fromkeys((seen.baseline, seen.plan)))


def _lookup(table: pd.DataFrame) -> dict[tuple[str, ...], Row]:
    keys = ["plan", "stage", "split", "group", "indicator", "unit"]
    return {tuple(str(row[key]) for key in keys): row for row in table.to_dict("records")}


def _divided(seen: View, indicators: tuple[str, ...]) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Stage, indicator, way to divide and its groups, in the order of the tables."""
    for stage in seen.run.study.stages:
        for indicator in indicators:
            for split, groups in SPLITS.items():
                yield stage.id, indicator, split, groups


def _gaps(seen: View, table: pd.DataFrame) -> Table:
    """Both groups under the headline plan, their gap, the gap without it, and what the plan changes."""
    labels, found = seen.labels, _lookup(table)
    rows: Rows = []
    for stage, indicator, split, groups in _divided(seen, GAPS):
        for unit in sorted({key[5] for key in found if key[4] == indicator}):
            of = (stage, split, GAP, indicator, unit)
            gap = found.get((seen.plan, *of))
            if gap is None:
                continue
            pair = [found.get((seen.plan, stage, split, group, indicator, unit)) for group in groups]
            rows.append(
                (
                    seen.words.stage(stage),
                    labels(f"fairness.what.{indicator}"),
                    labels(f"fairness.split.{split}"),
                    *(NOTHING if one is None else _number(one, "mean") for one in pair),
                    _mean(gap),
                    _mean(found.get((seen.baseline, *of))),
                    NOTHING if seen.plan == seen.baseline else _difference(gap),
                )
            )
    heads = ("stage", "fair_what", "fair_split", "fair_first", "fair_second", "fair_gap", "fair_base", "fair_change")
    return Table(labels("fairness.gaps"), _heads(seen, heads), rows)


def _counts(seen: View, table: pd.DataFrame) -> Table:
    """Children without a seat, sent on, or beyond the limit, by groups of homes."""
    labels, found = seen.labels, _lookup(table)
    rows: Rows = []
    for stage, indicator, split, groups in _divided(seen, COUNTS):
        unit = "pupils" if indicator == "beyond" else "children"
        for group in groups:
            each = [found.get((plan, stage, split, group, indicator, unit)) for plan in _plans(seen)]
            if all(one is None or _number(one, "mean", 0) == "0" for one in each):
                continue
            of, what = labels(f"fairness.children.{group}"), labels(f"fairness.what.{indicator}")
            apart = NOTHING if len(each) < 2 else _difference(each[-1], 0)
            rows.append((seen.words.stage(stage), what, of, *(_mean(one, 0) for one in each), apart))
    plans = [seen.words.plan(plan) for plan in _plans(seen)]
    heads = [*_heads(seen, ("stage", "fair_what", "fair_group")), *plans, labels("column.fair_difference")]
    return Table(labels("fairness.counts"), heads, rows)


def _access(seen: View, plan: str) -> pd.DataFrame:
    table = seen.run.tables.access
    return table[(table["future"] == seen.future) & (table["year"] == seen.year) & (table["plan"] == plan)
                 & (table["measure"] == MEASURE) & (table["pupils"] > 0)]  # fmt: skip


def _deciles(seen: View) -> Table:
    """Minutes on foot within which each tenth of the pupils of a stage gets to school."""
    names = [f"p{share * 100:.0f}" for share in DECILES]
    rows: Rows = []
    for stage in (stage.id for stage in seen.run.study.stages):
        for plan in _plans(seen):
            own = _access(seen, plan)
            rows += [
                (seen.words.stage(stage), seen.words.plan(plan), *(_number(row, name, 0) for name in names))
                for row in own[own["stage"] == stage].to_dict("records")
            ]
    heads = [*_heads(seen, ("stage", "plan")), *(seen.labels.percent(share) for share in DECILES)]
    return Table(seen.labels("fairness.deciles"), heads, rows, folded=True)


def _grades(seen: View) -> Table:
    """Median and ninth decile of the way, and pupils beyond the limit, by grade."""
    labels, plans = seen.labels, _plans(seen)
    of = {plan: _access(seen, plan).set_index("stage") for plan in plans}
    rows: Rows = []
    for grade in (grade for stage in seen.run.study.stages for grade in stage.grades):
        key = f"grade:{grade}"
        if not any(key in table.index for table in of.values()):
            continue
        cells = []
        for name, digits in (("p50", 0), ("p90", 0), ("beyond", 0)):
            cells += [
                _number(of[plan].loc[key].to_dict(), name, digits) if key in of[plan].index else NOTHING
                for plan in plans
            ]
        rows.append((labels("fairness.grade", grade=grade), *cells))
    what = ("fairness.p50", "fairness.p90", "fairness.beyond")
    heads = [labels(one, plan=seen.words.plan(plan)) for one in what for plan in plans]
    return Table(labels("fairness.grades"), [labels("column.fair_grade"), *heads], rows, folded=True)


def _moved(seen: View) -> list[str]:
    """How many pupils every plan moves until the horizon, and at most so many again."""
    table = seen.run.tables.fairness
    own = table[(table["future"] == seen.future) & table["indicator"].isin(["moved", "moved_again"])]
    sums = own.groupby(["plan", "indicator"])["mean"].sum()
    said = []
    for plan in seen.plans:
        moved = float(sums.get((plan, "moved"), 0.0))
        if moved < NEGLIGIBLE:
            continue
        again = float(sums.get((plan, "moved_again"), 0.0))
        key = "fairness.moved" if again >= NEGLIGIBLE else "fairness.moved_once"
        said.append(seen.labels(key, plan=seen.words.plan(plan), n=integer(moved), again=integer(again)))
    if not said and len(own):
        said.append(seen.labels("fairness.moved_none"))
    return said


def _heads(seen: View, keys: tuple[str, ...]) -> list[str]:
    return [seen.labels(f"column.{key}") for key in keys]


def _number(row: Row, name: str, digits: int = 1) -> str:
    value = float(str(row[name]))
    return NOTHING if pd.isna(value) else minus(integer(value) if digits == 0 else decimal(value, digits))


def _mean(row: Row | None, digits: int = 1) -> str:
    return NOTHING if row is None else _ranged(row, "mean", "p10", "p90", digits)


def _difference(row: Row | None, digits: int = 1) -> str:
    return NOTHING if row is None else _ranged(row, "diff_mean", "diff_p10", "diff_p90", digits)


def _ranged(row: Row, middle: str, low: str, high: str, digits: int = 1) -> str:
    """A mean with its 10-90 % range where draws are kept."""
    values = [_number(row, name, digits) for name in (middle, low, high)]
    return values[0] if NOTHING in values or values[1] == values[2] else f"{values[0]} ({values[1]} … {values[2]})"
