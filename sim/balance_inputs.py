"""County-level parts of a pack as arrays: resource indicators, difference coefficients, standard schools, targets.

Page: docs/science/coefficients.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from scenarios.balance_words import COEFFICIENT, COUNTED, MET, REST, clauses_on
from scenarios.bundle import Bundle
from scenarios.schema_clause import Clause
from scenarios.schema_pack import Pack
from sim.arrays import BoolArray
from sim.clauses_inputs import ClauseBound, bounds_of, hosted_of, in_force
from sim.model import Model

OWNERSHIPS = ("all", "public", "private")


@dataclass(frozen=True)
class Target:
    """Share of standard schools to be reached; year None: in every year of the decision window."""

    share: float
    ownership: str
    year: int | None


@dataclass(frozen=True)
class CountyBound:
    """A clause on one imported value of the county."""

    code: str
    indicator: str
    stage: str  # empty: all stages
    least: bool
    limit: float  # the bound, moved by the tolerance
    verified: bool


@dataclass(frozen=True)
class BalanceInputs:
    """What a pack says beyond single indicators of single schools."""

    resources: tuple[str, ...] = ()  # indicators of the coefficients
    thresholds: Mapping[tuple[str, str], ClauseBound] = field(default_factory=dict)  # by indicator and stage
    coefficients: tuple[ClauseBound, ...] = ()  # clauses on coefficients, one for each stage
    mode: Literal["each", "mean"] = "each"
    each_at_most: float | None = None
    met: tuple[ClauseBound, ...] = ()  # least number of resource indicators reached, by stage
    rest: tuple[ClauseBound, ...] = ()  # least part of the threshold for the others, by stage
    imported: tuple[ClauseBound, ...] = ()  # clauses whose values are imported
    county: tuple[CountyBound, ...] = ()  # the same of the county
    standard: tuple[str, ...] = ()  # codes or families that a standard school meets
    targets: tuple[Target, ...] = ()
    private: BoolArray | None = None  # [school]

    def owned(self, ownership: str, schools: int) -> BoolArray:
        """Schools of an ownership, [school]."""
        private = np.zeros(schools, dtype=bool) if self.private is None else self.private
        return {"all": np.ones(schools, dtype=bool), "public": ~private, "private": private}[ownership]


def balance_inputs(bundle: Bundle, model: Model) -> BalanceInputs:
    """County-level inputs of a checked bundle; model: with all its stages."""
    pack = bundle.pack
    current = pack.model_copy(
        update={"clauses": tuple(one for one in pack.clauses if in_force(one, model.base_year + 1))}
    )
    hosted = hosted_of(bundle, model)

    def bounds(clauses: Sequence[Clause]) -> tuple[ClauseBound, ...]:
        return bounds_of(clauses, bundle, model, hosted)

    spec = pack.coefficients
    names = () if spec is None else spec.indicators
    of_resources = [one for name in names for one in clauses_on(current, name) if one.scope == "school" and one.stages]
    stages = tuple(dict.fromkeys(stage for one in of_resources for stage in one.stages))
    school_rules = [
        [one if one.stages else one.model_copy(update={"stages": stages}) for one in clauses_on(current, name)]
        for name in (MET, REST)
    ]
    targets = bundle.study.standard_targets if bundle.study.standard_targets is not None else pack.standard_targets
    return BalanceInputs(
        resources=tuple(names),
        thresholds={(one.indicator, one.stage): one for one in bounds(of_resources)},
        coefficients=bounds(clauses_on(current, COEFFICIENT)) if names else (),
        mode=pack.cv_mode or "each",
        each_at_most=None if spec is None else spec.each_at_most,
        met=bounds(school_rules[0]),
        rest=bounds(school_rules[1]),
        imported=tuple(replace(one, decides=False) for one in bounds(_imported(current, "school"))),
        county=_county(current),
        standard=() if pack.standard_school is None else pack.standard_school.requires,
        targets=tuple(Target(one.share, one.ownership, one.year) for one in targets or ()),
        private=_private(bundle, model),
    )


def _imported(pack: Pack, scope: str) -> list[Clause]:
    """Clauses with a number whose value is the bureau's own."""
    numbered = [one for one in pack.clauses if one.bound is not None and one.direction is not None]
    given = [one for one in numbered if one.assessed == "imported" and one.indicator not in COUNTED]
    return [one for one in given if one.scope == scope]


def _county(pack: Pack) -> tuple[CountyBound, ...]:
    return tuple(
        CountyBound(
            code=one.code,
            indicator=one.indicator,
            stage=stage,
            least=one.direction == "at_least",
            limit=float(one.bound or 0.0) + (-one.tolerance if one.direction == "at_least" else one.tolerance),
            verified=one.source_grade != "M",
        )
        for one in _imported(pack, "county")
        for stage in one.stages or ("",)
    )


def _private(bundle: Bundle, model: Model) -> BoolArray:
    """Whether a school is private, [school]; schools that plans open are public unless they say otherwise."""
    table = bundle.tables["schools"]
    of = dict(zip(table["school"], table["ownership"] == "private", strict=True))
    return np.array([bool(of.get(school, False)) for school in model.layout.schools])
