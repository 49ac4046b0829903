"""What results of admission need of a study: clauses on zones and migrant pupils, purchased places, units of ways."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from scenarios.bundle import Bundle
from sim.arrays import BoolArray
from sim.clauses_inputs import ClauseBound, bounds_of, hosted_of, in_force
from sim.model import Model

NEARBY, MIGRANTS = "nearby_entry_share", "migrant_public_share"
"""Indicators of packs that admission makes forward, scope county."""


@dataclass(frozen=True)
class AdmissionInputs:
    """Inputs of the shares and of the table of placements."""

    bounds: tuple[ClauseBound, ...] = ()
    private: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=bool))  # [school]
    measures: tuple[str, ...] = ()  # [stage] km or minutes: what its travel limit is in
    purchased: Mapping[str, float] = field(default_factory=dict)
    """Share of the migrant pupils of private schools whose places are purchased, by plan."""


def admission_inputs(bundle: Bundle, model: Model) -> AdmissionInputs:
    """Inputs of a checked bundle; model: with all its stages."""
    table = bundle.tables["schools"]
    private = dict(zip(table["school"], table["ownership"] == "private", strict=True))
    chosen = [
        one
        for one in bundle.pack.clauses
        if one.indicator in (NEARBY, MIGRANTS) and one.scope == "county" and one.bound is not None
        if in_force(one, model.base_year + 1)
    ]
    return AdmissionInputs(
        bounds=bounds_of(chosen, bundle, model, hosted_of(bundle, model)),
        private=np.array([bool(private.get(school, False)) for school in model.layout.schools]),
        measures=tuple(bundle.study.admission.measure_for(stage) for stage in model.grades.stages),
        purchased={plan: bundle.study_in_plan(plan).admission.purchased_share for plan in bundle.plans},
    )
