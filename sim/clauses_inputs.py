"""Clauses of a pack turned into bounds by school, as far as the simulated year does not decide.

What a school is from the start (kind, place, year built) is settled here; conditions on its pupils, its largest class
or its beds are kept and judged draw by draw in `sim/clauses.py`.  Page: docs/science/indicators.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from scenarios.bundle import Bundle
from scenarios.pack_rules import Hosted, judged, meets, school_kind, sized_stages
from scenarios.pack_rules import named as named
from scenarios.schema_clause import Clause, Condition
from scenarios.schema_pack import Pack
from sim.arrays import BoolArray
from sim.hosted import hosted_of as hosted_of
from sim.indicators import EVERY
from sim.indicators_split import Weights
from sim.model import Model


@dataclass(frozen=True)
class When:
    """Schools that a clause is for: settled ones, and conditions on what a year brings."""

    schools: BoolArray  # [school] as far as the year does not decide
    boarding: bool | None = None
    pupils_below: int | None = None
    largest_class_below: int | None = None


@dataclass(frozen=True)
class ClauseBound:
    """One clause and stage as bounds by school."""

    code: str
    indicator: str
    stage: str  # stage id, or `all`
    direction: Literal["at_least", "at_most"]
    limit: float  # the bound, moved by the tolerance
    unit: str
    when: When
    unless: tuple[When, ...] = ()  # clauses that replace it, schools that are left out
    verified: bool = True  # False: the bound is from memory (source grade M)
    decides: bool = False  # whether it counts in the headline
    sizes: tuple[tuple[int, float], ...] = ()  # classes -> bound, moved by the tolerance, where it depends on the size

    @property
    def stages(self) -> tuple[str, ...]:
        """The stage as rules name theirs; empty for the whole school."""
        return () if self.stage == EVERY else (self.stage,)


@dataclass(frozen=True)
class ClauseInputs:
    """What a pack says of indicators: bounds, and how stages share a school's stocks."""

    weights: Weights = ()
    compulsory: tuple[str, ...] = ()
    bounds: tuple[ClauseBound, ...] = ()


def clause_inputs(bundle: Bundle, model: Model) -> ClauseInputs:
    """Clauses of a checked bundle; model: with all its stages."""
    pack, year = bundle.pack, model.base_year + 1
    hosted = hosted_of(bundle, model)
    weights = tuple(dict(entry.stages) for entry in pack.weights if in_force(entry, year))
    return ClauseInputs(weights, sized_stages(pack), clause_bounds(bundle, model, hosted))


def in_force(entry: object, year: int) -> bool:
    """Whether an entry of a pack is in force on 1 September of a school year."""
    day, start, end = date(year, 9, 1), getattr(entry, "valid_from", None), getattr(entry, "valid_to", None)
    return (start is None or start <= day) and (end is None or day <= end)


def clause_bounds(bundle: Bundle, model: Model, hosted: Sequence[Hosted]) -> tuple[ClauseBound, ...]:
    """Bounds of the clauses in force in the first simulated year, one for each clause and stage, in pack order."""
    chosen = [one for one in bundle.pack.clauses if judged(one) and in_force(one, model.base_year + 1)]
    return bounds_of(chosen, bundle, model, hosted)


def bounds_of(
    chosen: Sequence[Clause], bundle: Bundle, model: Model, hosted: Sequence[Hosted]
) -> tuple[ClauseBound, ...]:
    """Bounds of some clauses that are in force, one for each clause and stage, in their order."""
    pack, decides = bundle.pack, bundle.scenario.tests.decides
    urban = urban_schools(bundle, model)
    exempt = [one for one in pack.exemptions if in_force(one, model.base_year + 1)]
    found = []
    for clause in chosen:
        # A clause is replaced where another one holds that names it, whatever replaces that one.
        others = [other for other in chosen if clause.code in other.replaces]
        for stage in clause.stages or (EVERY,):
            if stage != EVERY and stage not in model.grades.stages:
                continue
            of = [_when(other.applies_if, stage, hosted, urban, pack) for other in others if _about(other, stage)]
            of += [
                _when(one.applies_if, EVERY, hosted, urban, pack) for one in exempt if named(clause.code, one.exempt)
            ]
            found.append(_bound(clause, stage, _when(clause.applies_if, stage, hosted, urban, pack), of, decides))
    return tuple(one for one in found if one.when.schools.any())


def _about(clause: Clause, stage: str) -> bool:
    return not clause.stages or stage == EVERY or stage in clause.stages


def _bound(clause: Clause, stage: str, when: When, unless: Sequence[When], decides: Sequence[str]) -> ClauseBound:
    least = clause.direction == "at_least"
    slack = -clause.tolerance if least else clause.tolerance
    sizes = tuple(sorted((one.classes, one.bound + slack) for one in clause.sizes))
    # A clause by sizes is told by its strictest bound; what counts is that of the school's classes.
    strict = (max if least else min)((value for _, value in sizes), default=float(clause.bound or 0.0) + slack)
    return ClauseBound(
        code=clause.code,
        indicator=clause.indicator,
        stage=stage,
        direction="at_least" if least else "at_most",
        limit=strict,
        unit=clause.unit or "",
        when=when,
        unless=tuple(unless),
        verified=clause.source_grade != "M",
        decides=named(clause.code, decides),
        sizes=sizes,
    )


def _when(condition: Condition, stage: str, hosted: Sequence[Hosted], urban: BoolArray, pack: Pack) -> When:
    """The condition of a clause on a stage, settled as far as it can be."""
    kinds = [school_kind(pack, one.stages) for one in hosted]
    there = [
        (kind is not None if stage == EVERY else stage in one.stages) and meets(condition, kind, one)
        for kind, one in zip(kinds, hosted, strict=True)
    ]
    place = {"any": np.ones(len(urban), dtype=bool), "urban": urban, "rural": ~urban}[condition.place]
    return When(
        np.array(there, dtype=bool) & place,
        condition.boarding,
        condition.pupils_below,
        condition.largest_class_below,
    )


def urban_schools(bundle: Bundle, model: Model) -> BoolArray:
    """Whether a school stands in a unit that is urban in the base year, [school]."""
    units = bundle.tables["units"]
    urban = dict(zip(units["unit"], units["urban"] == 1, strict=True))
    at = dict(zip(bundle.tables["schools"]["school"], bundle.tables["schools"]["unit"], strict=True))
    for plan in bundle.plans.values():
        for project in plan.projects:
            if project.new is not None:
                at.setdefault(project.new.school, project.new.unit)
    return np.array([bool(urban.get(at.get(school), False)) for school in model.layout.schools])
