"""What a case with turned drivers comes to: one number per draw for each thing that stress and sensitivity ask about.

All points share seed and draws, therefore every random number: differences between points are paired.  Points with the
same forecast are simulated together (`sim/engine.py`).  Years after the last one asked for are not simulated; they
change nothing before.  Tests: tests/sim/test_stress.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.breaches import Deciding, DecidingCounty, Named
from sim.deciding import decided, of_stages
from sim.details import Details
from sim.engine import CasePlan, CaseResult, as_built, case_sizes, simulate
from sim.judge import measure
from sim.model import Model
from sim.reduced import Reduced
from sim.stress_drivers import Footing, Turned, turned
from sim.summary import Assessment, measured

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
    details: Details | None = None  # what decides beside the rules (`sim/deciding.py`); None: nothing does

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
    broken: FloatArray  # [bound, year of the window, school] share of draws; the rules, then `beside`
    beside: tuple[Named, ...] = ()  # clauses on schools that decide beside the rules
    county: tuple[Named, ...] = ()  # clauses on the county that do
    county_broken: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))  # [clause, year of the window]

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
    built = [as_built(one.case, result.course) for result, one in zip(results, cases, strict=True)]
    return [outcome_of(result, model, question, case) for result, case in zip(results, built, strict=True)]


def outcome_of(result: CaseResult, model: Model, question: Question, case: CasePlan) -> Outcome:
    """Reduce a simulated case.

    Asked of one school, clauses on the county as a whole are left out: no school breaks them.
    """
    first, last = (year - model.base_year - 1 for year in question.assessment.window)
    inside = slice(first, last + 1)
    beside, of_county = _beside(result, model, question, case)
    breaches = [*(measure(result, bound, model.grades) for bound in question.assessment.bounds), *beside]
    schools = slice(None) if question.school is None else slice(question.school, question.school + 1)
    broken = np.stack([b.broken[:, inside] for b in breaches])
    over = np.maximum.reduce([b.over[:, inside, schools] for b in breaches])
    rolls = result.rolls[:, question.year - model.base_year - 1, schools].sum(axis=(1, 2), dtype=np.int64)
    share = broken.mean(axis=1)
    if question.school is not None:
        elsewhere = np.arange(share.shape[2]) != question.school
        share[:, :, elsewhere] = 0.0
    failed = broken[:, :, :, schools].any(axis=(0, 2, 3))
    whole = np.zeros((0, last + 1 - first))
    if of_county:
        failed |= np.logical_or.reduce([one.broken[:, inside] for one in of_county]).any(axis=1)
        whole = np.stack([one.broken[:, inside].mean(axis=0) for one in of_county])
    named = (tuple(one.bound for one in beside), tuple(one.bound for one in of_county))
    return Outcome(np.asarray(~failed), over.sum(axis=2).max(axis=1), rolls, share, *named, whole)


def _beside(
    result: CaseResult, model: Model, question: Question, case: CasePlan
) -> tuple[tuple[Deciding, ...], tuple[DecidingCounty, ...]]:
    """Breaches of what decides beside the rules, by schools and by the county (of a question about the county)."""
    details = question.details
    if details is None or not details.decides:
        return (), ()
    school = replace(model, early=None)  # drivers turn the school ladder alone
    now = measured(result, school, question.assessment, case_sizes(school, case))
    own = of_stages(details, school.grades.stages)
    found = decided(Reduced(now, school, case, question.assessment, "", own, None)).now
    return found.deciding, found.county if question.school is None else ()
