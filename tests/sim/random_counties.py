"""Random small counties with all inputs of schools at once: rules, priority, gradual plans, measures, formations."""

import csv
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from scenarios.schema_classes import Classes, CompositeClasses, Measure
from tests.sim import busy, gradual, ruled, studies

SEEDS = (3, 5, 11)
RULES = st.sampled_from(["zone", "lottery", "nearest"])
PROJECTS = (gradual.NEW_P4, gradual.MORE_P2, gradual.LESS_N1, gradual.MORE_T1, gradual.MORE_J2, gradual.OUT_P3,
            gradual.CLOSE_T2)  # fmt: skip
SCHOOLS = ("p1", "p2", "p3", "t1", "t2", "n1", "j1", "j2")
PLAN = "gradual"


@dataclass(frozen=True)
class Inputs:
    """What a study and its plan say."""

    seed: int
    rules: dict
    classes: Classes
    projects: tuple
    measures: tuple[Measure, ...]


def measure_of(number, kind, school, first, years, rooms):
    values = {"id": f"m{number}", "kind": kind, "school": school, "from": first, "to": min(first + years, 2029)}
    return Measure.model_validate(values | {"rooms": rooms})


MEASURES = st.builds(
    lambda kinds: tuple(measure_of(i, *one) for i, one in enumerate(kinds)),
    st.lists(
        st.tuples(st.sampled_from(["temporary_classes", "shift"]), st.sampled_from(SCHOOLS), st.integers(2024, 2028),
                  st.integers(0, 3), st.integers(1, 3)),
        max_size=2, unique_by=lambda one: one[1],
    ),
)  # fmt: skip
COMPOSITE = st.builds(
    lambda below, together, size: CompositeClasses(
        schools=("t1", "t2"), pupils_below=below, grades_per_class=together, max_size=size
    ),
    st.sampled_from([None, 40]),
    st.integers(2, 4),
    st.integers(8, 30),
)
CLASSES = st.builds(
    lambda formation, composite: Classes(formation=formation, composite=composite),
    st.sampled_from(["free", "sticky", "learnt"]),
    st.one_of(st.none(), COMPOSITE),
)
ADMISSION = st.builds(
    lambda primary, junior, units, divert_at, ranks: {
        "rules": {"primary": primary, "junior": junior},
        "unit_rules": {"primary": units},
        "feeders": {"p1": "j2", "p2": "j1"} if junior == "feeder" else {},
        "divert_at": divert_at,
        **({"priority": ruled.PRIORITY, "classes": ruled.CLASSES} if ranks else {}),
    },
    RULES,
    st.sampled_from(["zone", "feeder", "nearest"]),
    st.dictionaries(st.sampled_from(["u1", "u3", "u6"]), RULES, max_size=2),
    st.sampled_from(["norm", "never"]),
    st.booleans(),
)
INPUTS = st.builds(
    Inputs,
    st.sampled_from(SEEDS),
    ADMISSION,
    CLASSES,
    st.lists(st.sampled_from(range(len(PROJECTS))), unique=True).map(
        lambda chosen: tuple(PROJECTS[i] for i in sorted(chosen))
    ),
    MEASURES,
)


@lru_cache(maxsize=8)
def county(folder: Path, seed: int, turned: bool = False):
    """The busy county of a seed with a record of classes; turned: the rows of every table in another order."""
    scenario = busy.write(folder / f"{seed}-{turned}", seed)
    _with_classes(scenario.with_name("enrolment.csv"))
    if turned:
        for number, table in enumerate(sorted(scenario.parent.glob("*.csv"))):
            head, *rows = table.read_text(encoding="utf-8").splitlines()
            order = np.random.default_rng(number).permutation(len(rows))
            table.write_text("\n".join([head, *(rows[i] for i in order)]) + "\n", encoding="utf-8")
    return studies.study(scenario, "study")


def _with_classes(table):
    """Classes of 12 to 18 pupils on record, by school."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        size = 12 + sum(map(ord, row["school"])) % 7
        row["sections"] = -(-int(row["pupils"]) // size)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def made(folder: Path, inputs: Inputs, turned: bool = False, **changed):
    """The study of some inputs, and with others of its fields instead."""
    inputs, of = replace(inputs, **changed), county(folder, inputs.seed, turned)
    plan = gradual.plan(inputs.projects).model_copy(update={"measures": inputs.measures})
    study = of.bundle.study.model_copy(update={"classes": inputs.classes})
    bundle = replace(of.bundle, study=study, plans={**of.bundle.plans, PLAN: plan})
    return ruled.with_rules(replace(of, bundle=bundle), **inputs.rules)
