"""Clauses of the standards pack turned into bounds by school."""

from dataclasses import replace

import numpy as np

from scenarios.bundle import Bundle
from scenarios.pack_rules import rules_for_school
from sim.breaches import Named
from sim.hosted import hosted_of
from sim.judge import Bound
from sim.model import Grades, Model

ROOMS_RULE = "rooms"  # our own check: every grade with pupils needs a room of its own


def bounds(bundle: Bundle, model: Model) -> list[Bound]:
    """One bound per rule of the pack that applies to any school, and the check on rooms; in the order of the pack."""
    schools, grades = model.layout.schools, model.grades
    limits: dict[str, np.ndarray] = {}
    for i, hosted in enumerate(hosted_of(bundle, model)):
        # Class sizes of a stage that a conversion adds count, too; the size of the school is that of its grades today.
        gained = tuple(grades.stages[s] for s in np.unique(grades.stage_of[model.may_host[i] & ~model.hosts[i]]))
        later = replace(hosted, stages=tuple(s for s in grades.stages if s in (*hosted.stages, *gained)))
        added = [rule for rule in rules_for_school(bundle.pack, later) if rule.indicator == "class_size" and gained]
        for rule in (*added, *rules_for_school(bundle.pack, hosted)):
            row = limits.setdefault(rule.code, np.full(len(schools), np.nan))
            row[i] = rule.bound + rule.tolerance
    out = [
        Bound(rule.code, rule.indicator, tuple(rule.stages), limits[rule.code], verified=rule.source_grade != "M")
        for rule in bundle.pack.rules
        if rule.code in limits
    ]
    return [*out, Bound(ROOMS_RULE, "rooms", grades.stages, np.zeros(len(schools)))]


def stage_label(bound: Named, grades: Grades) -> str:
    """Stage column of a rule: the stage it is about, or `all` when it is about several."""
    named = [stage for stage in bound.stages if stage in grades.stages]
    return named[0] if len(named) == 1 else "all"
