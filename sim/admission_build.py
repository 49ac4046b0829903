"""Rules of admission of a checked study or plan as arrays."""

import numpy as np
import pandas as pd

from scenarios.bundle import Bundle
from scenarios.schema_study import StudyFile
from sim.admission_rules import RULES, Rules, default_rules
from sim.arrays import FloatArray
from sim.model import Grades, Layout

_EVERY = "*"
_MIGRANT = "migrant"


def rules_of_study(study: StudyFile, table: pd.DataFrame | None, layout: Layout, grades: Grades) -> Rules | None:
    """Rules of a study, or of the study as a plan changes it; None where it says nothing of them.

    table: `admission_classes`, where the study has it.
    """
    admission = study.admission
    if not admission.has_rules:
        return None
    usual = default_rules(layout, len(grades.stages))
    rule = usual.rule.copy()
    for cell, unit in enumerate(layout.unit_of):
        for stage, name in enumerate(grades.stages):
            # Homes outside the county have no unit that a rule could name.
            rule[cell, stage] = RULES[admission.rule_for(name, layout.units[unit]) if unit >= 0 else "zone"].number
    index = {school: i for i, school in enumerate(layout.schools)}
    feeds = usual.feeds.copy()
    for school, target in admission.feeders.items():
        # A plan may name schools that only another plan builds: nobody attends them here.
        if school in index and target in index:
            feeds[index[school]] = index[target]
    ranks = usual.ranks if not admission.priority or table is None else _ranks(admission.priority, table, layout)
    return Rules(rule, feeds, ranks)


def _ranks(priority: tuple[str, ...], table: pd.DataFrame, layout: Layout) -> FloatArray:
    """Cumulated shares of the classes of every home, [cell, class]; the last is 1.

    Rows of a unit count before those of all units; migrant homes without rows are of the class `migrant`, and pupils
    from outside the county are last, with nothing to show.
    """
    rows = {(str(u), str(g), str(c)): float(x) for u, g, c, x in table[["unit", "group", "class", "share"]].to_numpy()}
    shares = np.zeros((len(layout.cells), len(priority)))
    for cell, name in enumerate(layout.cells):
        unit, group = name.split("|")
        for where in (unit, _EVERY):
            shares[cell] = [rows.get((where, group, one), 0.0) for one in priority]
            if layout.unit_of[cell] < 0 or shares[cell].any():
                break
        if layout.unit_of[cell] < 0 or not shares[cell].any():
            shares[cell] = 0.0
            shares[cell, priority.index(_MIGRANT) if group == _MIGRANT and _MIGRANT in priority else -1] = 1.0
    ranks = np.cumsum(shares, axis=1) / shares.sum(axis=1, keepdims=True)
    ranks[ranks > 1.0 - 1e-9] = 1.0
    return np.asarray(ranks)


def feeders_of(bundle: Bundle) -> set[tuple[str, str]]:
    """Every feeder of the study and of all plans, as pairs of schools."""
    studies = [bundle.study, *(bundle.study_in_plan(plan) for plan in bundle.plans)]
    return {pair for study in studies for pair in study.admission.feeders.items()}


def with_feeders(wanted: list[set[int]], feeders: set[tuple[str, str]], schools: tuple[str, ...]) -> list[set[int]]:
    """Schools that each home may need [cell], with those which the schools it attends feed, and so on upwards."""
    index = {school: i for i, school in enumerate(schools)}
    pairs = [(index[a], index[b]) for a, b in sorted(feeders) if a in index and b in index]
    out = [set(chosen) for chosen in wanted]
    for _ in pairs:
        for chosen in out:
            chosen |= {b for a, b in pairs if a in chosen}
    return out
