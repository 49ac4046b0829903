"""What chance decides of the projects of a plan, for a block of draws: durations, risks, stages passed again.

Everything is a pure function of (seed, stream, project id, draw); nothing depends on what happens in a run.
Streams: "construction/<stage>" (durations; year = how often the stage has been passed), "construction/risk/<id>"
(year 0: whether it strikes, year 1: how many months it takes).
Tests: tests/sim/test_construction_repeat.py, tests/sim/test_construction_terms.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim import streams
from sim.arrays import FloatArray, IntArray
from sim.durations import Spread, likely_months, quantiles, stage_months
from sim.legs import legs
from sim.programme import risk_places
from sim.projects import BuildPlan, ProjectSpec
from sim.work_calendar import pace_of, work_done


@dataclass(frozen=True)
class Fate:
    """One draw.  months: of every leg.  struck: place of a risk -> months longer.  again(project, stage, passing)."""

    months: list[float]
    struck: dict[int, float]
    again: Callable[[int, str, int], float]


@dataclass
class Fates:
    """A block of draws of a plan.

    months: [draw, leg] in the order of the columns of `programme.prepare`.  stages: stage -> [draw, project], nan where
    a project does not pass it.  struck: whether a risk strikes if its stage is reached, [draw, risk], risks in the
    order of `risk_places`.  longer: by how many months if it does, [draw, risk].
    """

    plan: BuildPlan
    seed: int
    draws: IntArray
    spread: Spread
    months: FloatArray
    stages: dict[str, FloatArray]
    struck: NDArray[np.bool_]
    longer: FloatArray
    _again: dict[tuple[int, str, int], FloatArray] = field(default_factory=dict)

    def again(self, row: int, project: int, stage: str, passing: int) -> float:
        """Months of a stage that is passed once more (passing 1, 2, ...); drawn for the block when first needed."""
        key = (project, stage, passing)
        if key not in self._again:
            spec = self.plan.projects[project]
            self._again[key] = stage_months([spec], stage, self.seed, self.draws, self.spread, passing)[:, 0]
        return float(self._again[key][row])

    def passed_again(self, rows: IntArray, project: int, stage: str, passing: int) -> FloatArray:
        """The same for some rows, [row], drawn for them alone."""
        spec = self.plan.projects[project]
        return stage_months([spec], stage, self.seed, self.draws[rows], self.spread, passing)[:, 0]

    def fate(self, row: int) -> Fate:
        """What chance decides of one draw of the block."""
        struck = {int(risk): float(self.longer[row, risk]) for risk in np.flatnonzero(self.struck[row])}
        return Fate(self.months[row].tolist(), struck, lambda *key: self.again(row, *key))


def elapsed_work(spec: ProjectSpec, plan: BuildPlan) -> float | None:
    """Months of work done in the stage under way when it was seen; None if none is."""
    if spec.progress is None or spec.progress.under_way is None:
        return None
    stage, begun = spec.progress.under_way
    return work_done(begun, spec.progress.as_of, pace_of(stage, plan.breaks))


def stage_durations(plan: BuildPlan, seed: int, draws: IntArray, spread: Spread) -> dict[str, FloatArray]:
    """Months of every stage of every project, stage -> [draw, project], nan where a project does not pass it."""
    found: dict[str, FloatArray] = {}
    elapsed = {project.id: (project, elapsed_work(project, plan)) for project in plan.projects}
    for stage in dict.fromkeys(stage for project in plan.projects for stage in project.durations):
        columns = [place for place, project in enumerate(plan.projects) if stage in project.durations]
        already = {
            name: months
            for name, (project, months) in elapsed.items()
            if months is not None and project.progress and project.progress.under_way[0] == stage  # type: ignore[index]
        }
        projects = [plan.projects[place] for place in columns]
        found[stage] = np.full((len(draws), len(plan.projects)), np.nan)
        found[stage][:, columns] = stage_months(projects, stage, seed, draws, spread, elapsed=already)
    return found


def leg_months(plan: BuildPlan, seed: int, draws: IntArray, spread: Spread) -> FloatArray:
    """Months of every leg of every project, [draw, leg], legs in the order of the columns of `programme.prepare`."""
    return _summed(plan, stage_durations(plan, seed, draws, spread), len(draws))


def _summed(plan: BuildPlan, stages: dict[str, FloatArray], draws: int) -> FloatArray:
    # Summed in the project's own order of stages: another project must not change even the last bit.
    columns = [
        sum((stages[stage][:, place] for stage in leg.stages), np.zeros(draws))
        for place, project in enumerate(plan.projects)
        for leg in legs(project, plan.breaks)
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((draws, 0))


def draw_fates(plan: BuildPlan, seed: int, draws: IntArray, spread: Spread) -> Fates:
    """What chance decides in a block of draws; draws: [draw].

    spread "none": durations are the likely ones and a risk strikes if it is more likely than not.
    """
    stages = stage_durations(plan, seed, draws, spread)
    count = len(risk_places(plan))
    struck, longer = np.zeros((len(draws), count), dtype=bool), np.zeros((len(draws), count))
    column = 0
    for project in plan.projects:
        key = streams.entities([project.id])
        for risk in project.risks:
            if spread == "none":
                struck[:, column], longer[:, column] = risk.probability > 0.5, likely_months(risk.months)
            else:
                name = f"construction/risk/{risk.id}"
                struck[:, column] = streams.uniform(seed, name, 0, key, draws)[:, 0] < risk.probability
                rows = struck[:, column]  # how long is of interest only where it strikes
                longer[rows, column] = quantiles(streams.uniform(seed, name, 1, key, draws[rows])[:, 0], risk.months)
            column += 1
    return Fates(plan, seed, draws, spread, _summed(plan, stages, len(draws)), stages, struck, longer)
