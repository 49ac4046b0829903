"""What a case with turned drivers comes to: one number per draw for each thing that stress and sensitivity ask about.

All points share seed and draws, therefore every random number: differences between points are paired.  Points with the
same forecast are simulated together (`sim/engine.py`).  Years after the last one asked for are not simulated; they
change nothing before.  Tests: tests/sim/test_stress.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.engine import CaseResult, simulate
from sim.judge import measure
from sim.model import Model
from sim.stress_drivers import Footing, Turned, turned
from sim.summary import Assessment

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Amounts = Mapping[str, float]
TOGETHER = 12
"""Cases simulated at once: enough to share the random world, few enough for the memory."""


@dataclass(frozen=True)
class Question:
    """What is asked: of the county or of one school, in which years, in how many draws."""

    assessment: Assessment
    school: int | None  # index of the school; None: the county
    year: int  # school year whose roll is reported
    seed: int
    draws: int

    @property
    def last(self) -> int:
        """Last school year that matters."""
        return max(self.assessment.window[1], self.year)


@dataclass(frozen=True)
class Outcome:
    """What came of one point."""

    good: BoolArray  # [draw] no limit is broken in the window
    over: IntArray  # [draw] pupils over the limits in the worst year of the window
    roll: IntArray  # [draw] pupils of the school, or of all public schools, in the year asked for
    broken: FloatArray  # [bound, year of the window, school] share of draws

    @property
    def probability(self) -> float:
        """Share of draws without a breach."""
        return float(self.good.mean())


Ask = Callable[[Sequence[Amounts]], list[Outcome]]
"""From points (driver -> amount) to what came of each."""


def outcomes(foot: Footing, question: Question, points: Sequence[Amounts]) -> list[Outcome]:
    """What came of each point, in their order."""
    cases = [turned(foot, point) for point in points]
    found: dict[int, Outcome] = {}
    kept = sorted(range(len(cases)), key=lambda i: points[i].get("retention", 0.0))
    group: list[int] = []
    for at, i in enumerate(kept):
        group.append(i)
        after = kept[at + 1] if at + 1 < len(kept) else None
        same = after is not None and points[after].get("retention", 0.0) == points[i].get("retention", 0.0)
        if not same or len(group) == TOGETHER:
            found |= dict(zip(group, _together([cases[j] for j in group], question), strict=True))
            group = []
    return [found[i] for i in range(len(points))]


def _together(cases: list[Turned], question: Question) -> list[Outcome]:
    model = replace(cases[0].model, horizon=min(cases[0].model.horizon, question.last))
    results = simulate(model, [one.case for one in cases], question.seed, np.arange(question.draws))
    return [outcome_of(result, model, question) for result in results]


def outcome_of(result: CaseResult, model: Model, question: Question) -> Outcome:
    """Reduce a simulated case."""
    first, last = (year - model.base_year - 1 for year in question.assessment.window)
    inside = slice(first, last + 1)
    breaches = [measure(result, bound, model.grades) for bound in question.assessment.bounds]
    schools = slice(None) if question.school is None else slice(question.school, question.school + 1)
    broken = np.stack([b.broken[:, inside] for b in breaches])
    over = np.maximum.reduce([b.over[:, inside, schools] for b in breaches])
    rolls = result.rolls[:, question.year - model.base_year - 1, schools].sum(axis=(1, 2), dtype=np.int64)
    share = broken.mean(axis=1)
    if question.school is not None:
        elsewhere = np.arange(share.shape[2]) != question.school
        share[:, :, elsewhere] = 0.0
    good: BoolArray = np.asarray(~broken[:, :, :, schools].any(axis=(0, 2, 3)))
    return Outcome(good, over.sum(axis=2).max(axis=1), rolls, share)
