"""Who is affected, by groups of children: class, seat and way under every plan, and the change that it makes."""

from collections.abc import Sequence

import pandas as pd

from reports.i18n import NOTHING, signed
from reports.run_folder import RunFolder
from reports.section_table import Rows, Table
from reports.view import View

SHOWN = {"class_size": 1, "no_seat": 0, "sent_on": 0, "way_min": 0}
"""Figures of groups and their decimals."""
SPLITS = ("home", "group")
"""Town and country by the home, local and migrant children."""
COLUMNS = ("run", "future", "plan", "stage", "year", "split", "group", "indicator", "unit", "mean", "diff_mean")


def affected_groups(runs: Sequence[RunFolder]) -> pd.DataFrame:
    """Rows `COLUMNS` of `fairness.csv` in the last year of each decision window; diff_mean: against the baseline."""
    parts = []
    for run in runs:
        table = run.tables.fairness
        rows = table[table["split"].isin(SPLITS) & (table["group"] != "gap") & table["indicator"].isin(list(SHOWN))]
        parts.append(rows[rows["year"] == run.study.window[1]].assign(run=run.name))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def group_table(seen: View, frame: pd.DataFrame) -> list[Table]:
    """The reference future in words, folded; nothing where the run splits children into no groups."""
    labels, words, study = seen.labels, seen.words, seen.run.study
    own = frame[(frame["run"] == seen.run.name) & (frame["future"] == study.reference_future)]
    if own.empty:
        return []
    heads = [labels(f"compare.affected.{key}") for key in ("stage", "children", "plan")]
    heads += [labels(f"compare.group.{key}") for key in SHOWN]
    rows: Rows = []
    for stage, split, group in dict.fromkeys(zip(own["stage"], own["split"], own["group"], strict=True)):
        for plan in seen.plans:
            case = own[(own["stage"] == stage) & (own["split"] == split) & (own["group"] == group)]
            cells = [_cell(case[(case["plan"] == plan)], name) for name in SHOWN]
            rows.append((words.stage(stage), labels(f"fairness.children.{group}"), words.plan(plan), *cells))
    title = labels("compare.group.title", future=words.future(study.reference_future),
                   year=labels.school_year(study.window[1]))  # fmt: skip
    return [Table(title, heads, rows, folded=True)]


def _cell(rows: pd.DataFrame, name: str) -> str:
    """A figure with its change in brackets."""
    found, digits = rows[rows["indicator"] == name], SHOWN[name]
    if found.empty or pd.isna(found["mean"].iloc[0]):
        return NOTHING
    change = float(found["diff_mean"].iloc[0])
    said = f"{float(found['mean'].iloc[0]):.{digits}f}"
    return said if change != change else f"{said} ({signed(change, digits)})"
