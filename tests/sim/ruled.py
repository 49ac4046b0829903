"""Studies in memory with rules of admission, made from those of other tests."""

from dataclasses import replace

import pandas as pd

from scenarios.overrides_acting import InForce
from sim.build import build_model
from tests.sim import studies

CLASSES = (("*", "local", "house", 0.6), ("*", "local", "hukou", 0.4), ("u1", "local", "house", 0.25),
           ("u1", "local", "points", 0.75),
           ("u2", "migrant", "points", 0.5), ("u2", "migrant", "migrant", 0.5))  # fmt: skip
"""Shares by unit, group and class: migrant children of other units are of the class `migrant`."""
PRIORITY = ("house", "hukou", "points", "migrant")


def with_rules(of: studies.Study, plans: dict[str, dict] | None = None, classes=(), **rules) -> studies.Study:
    """The study with other values of `admission`, and of each plan with its own."""
    study = of.bundle.study
    own = study.admission.model_copy(update=rules)
    changed = study.model_copy(update={"admission": own})
    tables = dict(of.bundle.tables)
    if classes:
        tables["admission_classes"] = pd.DataFrame(classes, columns=["unit", "group", "class", "share"])
    bundle = replace(of.bundle, study=changed, tables=tables)
    if plans:
        force = {
            plan: changed.model_copy(update={"admission": own.model_copy(update=values)})
            for plan, values in plans.items()
        }
        bundle = replace(bundle, in_force=replace(bundle.in_force or InForce(), plans=force))
    return replace(of, bundle=bundle, model=build_model(bundle, of.space))
