"""A finished case with all its draws, ready to be read by the functions of `sim/reductions.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.balance import Judged, judge_coefficients
from sim.classes import largest_classes
from sim.clauses import ClauseBreach, judge_clauses
from sim.details import Details
from sim.engine import CasePlan
from sim.fairness import Key, fair_values
from sim.indicators_split import pupils_by_stage, shares, sharing_stages
from sim.model import Model
from sim.school_standard import Reached, Standard, resource_breaches, standard_schools
from sim.staff import Need, needs_by_stage
from sim.summary import Assessment, Measured


@dataclass(frozen=True)
class Reduced:
    """A finished case with all its draws, ready to be read."""

    now: Measured
    model: Model
    """With all its stages (`sim.ladders.whole`)."""
    case: CasePlan
    """Future, plan and opening years [draw, project]."""
    assessment: Assessment
    study: str
    """Id of the study, the entity of county rows."""
    details: Details
    reference: NDArray[np.int64] | None
    """Public rolls of the reference future under the same plan, [draw, year, grade]; None: not among the cases."""
    ladder: Model | None = None
    """The school ladder as it was simulated; None: `model`, a study without a stage before school."""
    base: "Reduced | None" = None
    """The same future and draws under the plan that others are held against; None: this is it, or there is none."""

    @cached_property
    def fair(self) -> Mapping[Key, NDArray[np.float64]]:
        """What groups of children find, [draw, year]."""
        return fair_values(self)

    @cached_property
    def pupils(self) -> Mapping[str, NDArray[np.int64]]:
        """Pupils of schools by stage, [draw, year, school]."""
        grades = self.model.grades
        return pupils_by_stage(self.now.result.rolls, grades.stages, grades.stage_of)

    @cached_property
    def sharing(self) -> tuple[str, ...]:
        """Stages of the study that share what a school owns."""
        inputs = self.details.clauses
        return sharing_stages(inputs.weights, inputs.compulsory, self.model.grades.stages)

    @cached_property
    def largest(self) -> NDArray[np.int64]:
        """Pupils in the largest class of a school in the stages that share what it owns, [draw, year, school]."""
        stage_of, stages = self.model.grades.stage_of, self.model.grades.stages
        chosen = np.flatnonzero(np.isin(stage_of, [stages.index(name) for name in self.sharing]))
        result = self.now.result
        sizes = largest_classes(result.rolls[..., chosen], result.classes[..., chosen])
        most: NDArray[np.int64] = sizes.max(axis=3, initial=0)
        return most

    @cached_property
    def shares(self) -> Mapping[str, NDArray[np.float64]]:
        """Part of a school's stock that one pupil of a stage has, by stage and for `all`, [draw, year, school]."""
        return shares(self.pupils, self.details.clauses.weights, self.sharing)

    @cached_property
    def clauses(self) -> tuple[ClauseBreach, ...]:
        """Clauses on indicators with their values and breaches; read by `sim.clauses.clause_breaches`."""
        return judge_clauses(self)

    @cached_property
    def coefficients(self) -> tuple[Judged, ...]:
        """Difference coefficients by clause."""
        return judge_coefficients(self)

    @cached_property
    def resources(self) -> tuple[tuple[ClauseBreach, Reached], ...]:
        """The school rule of the resource indicators by clause and stage."""
        return resource_breaches(self)

    @cached_property
    def standard(self) -> Standard | None:
        """Standard schools; None where the pack does not say what they are."""
        return standard_schools(self)

    @cached_property
    def staff(self) -> Mapping[str, Need]:
        """Teachers needed by stage."""
        return needs_by_stage(self)
