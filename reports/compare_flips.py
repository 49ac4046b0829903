"""Which clauses change their verdict: from plan to plan inside a run, and from run to run under one plan."""

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from reports.matrix import SEVERITY, baseline_plan
from reports.run_folder import RunFolder
from reports.table_shapes import OVERALL

KEYS = ("scope", "rule", "stage", "entity")
COLUMNS = (
    "run_a", "plan_a", "run_b", "plan_b", "future", *KEYS, "decides", "before", "after", "probability_before",
    "probability_after", "change",
)  # fmt: skip
ABSENT = "absent"
"""Verdict of a school that does not stand in the decision window in one of the cases."""


def flips(runs: Sequence[RunFolder]) -> pd.DataFrame:
    """Rows `COLUMNS`: each run against the one named before it, then every plan against the baseline plan of its run.

    decides: 1 where the headline rests on the clause.  change: better | worse | other (one side says nothing).
    """
    parts = []
    for first, second in pairwise(runs):
        there = {plan.id for plan in second.study.plans}
        parts += [_between(first, plan.id, second, plan.id) for plan in first.study.plans if plan.id in there]
    for run in runs:
        base = baseline_plan(run.study).id
        parts += [_between(run, base, run, plan.id) for plan in run.study.plans if plan.id != base]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    return frame[list(COLUMNS)]


def _between(first: RunFolder, plan_a: str, second: RunFolder, plan_b: str) -> pd.DataFrame:
    """Verdicts of two plans that differ, in the futures that both runs have."""
    sides = []
    for run, plan in ((first, plan_a), (second, plan_b)):
        rows = run.tables.verdicts
        sides.append(rows[rows["plan"] == plan][["future", *KEYS, "verdict", "probability"]])
    both = sides[0].merge(sides[1], on=["future", *KEYS], how="outer", suffixes=("_a", "_b"))
    futures = [future.id for future in first.study.futures if future.id in {one.id for one in second.study.futures}]
    both = both[both["future"].isin(futures)].fillna({"verdict_a": ABSENT, "verdict_b": ABSENT})
    both = both[both["verdict_a"] != both["verdict_b"]]
    decides = {OVERALL, *(rule.code for run in (first, second) for rule in run.study.rules if rule.decides)}
    out = pd.DataFrame(
        {
            "run_a": first.name, "plan_a": plan_a, "run_b": second.name, "plan_b": plan_b, "future": both["future"],
            **{key: both[key] for key in KEYS},
            "decides": both["rule"].isin(decides).astype(int),
            "before": both["verdict_a"], "after": both["verdict_b"],
            "probability_before": both["probability_a"], "probability_after": both["probability_b"],
            "change": [change_of(a, b) for a, b in zip(both["verdict_a"], both["verdict_b"], strict=True)],
        },
        columns=list(COLUMNS),
    )  # fmt: skip
    order = {future: place for place, future in enumerate(futures)}
    return out.sort_values(
        ["future", "scope", "entity", "rule", "stage"], ignore_index=True,
        key=lambda column: column.map(order) if column.name == "future" else column,
    )  # fmt: skip


_SILENT = (ABSENT, "not-assessed", "outlook")


def change_of(before: str, after: str) -> str:
    """Whether a verdict became better or worse; other: one of both says nothing of the window.

    >>> change_of("fails", "at-risk"), change_of("holds", "undecided"), change_of("absent", "fails")
    ('better', 'worse', 'other')
    """
    if before in _SILENT or after in _SILENT:
        return "other"
    return "better" if SEVERITY.index(after) > SEVERITY.index(before) else "worse"
