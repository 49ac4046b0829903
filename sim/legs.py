"""The legs that the stages of a project are merged into, and what each asks for before it begins.

A leg is a run of stages that waits for nothing on the way: money, a crew and all else are asked for at the start of a
leg only, so a leg is one event instead of one per stage, with the same dates.
Formula of the payments: docs/science/construction.md, equation 2; those of a project in progress: equation 12.
Tests: tests/sim/test_projects.py, tests/sim/test_construction_progress.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sim.project_terms import Break, Risk
from sim.projects import CREW_STAGE, ProjectSpec
from sim.work_calendar import Pace, pace_of

YUAN = 10_000  # yuan in one 万元
SHARES_OF_MU = 10_000  # quotas of land are counted in whole ten-thousandths of a mu (0.07 m2), as money in yuan


@dataclass(frozen=True)
class Leg:
    """Stages passed without a wait between them.

    yuan: released before the leg.  crew: a crew is held during it.  desk: review desk held during it.
    after: projects that must be handed over before it.  approvals: (stage, months of validity) that it needs.
    risks: those that are judged when it falls due.  pace: of its work by month, [12], None = always full.
    land: (month from which its parcel is there, ten-thousandths of a mu asked of the quota) before it ends.
    """

    stages: tuple[str, ...]
    yuan: int
    crew: bool
    desk: str | None = None
    after: tuple[str, ...] = ()
    approvals: tuple[tuple[str, float], ...] = ()
    risks: tuple[Risk, ...] = ()
    pace: Pace | None = None
    land: tuple[float, int] | None = None

    @cached_property
    def plain(self) -> bool:
        """Whether nothing but money and a crew is asked for."""
        return not (self.desk or self.after or self.approvals or self.risks or self.pace or self.land)


def payments_yuan(spec: ProjectSpec) -> dict[str, int]:
    """Whole yuan released before each stage; the sum is the cost rounded to the yuan, whatever the shares."""
    total, paid, share = round(spec.cost * YUAN), 0, 0.0
    payments = {}
    last = max((i for i, stage in enumerate(spec.durations) if spec.payments.get(stage, 0.0) > 0), default=-1)
    for i, stage in enumerate(spec.durations):
        share += spec.payments.get(stage, 0.0)
        due = total if i == last else min(total, round(total * share))
        payments[stage] = due - paid if i <= last else 0
        paid += payments[stage]
    return payments


def seen_stages(spec: ProjectSpec) -> list[str]:
    """Stages that have begun or ended already."""
    progress = spec.progress
    return [] if progress is None else [*progress.done, *([progress.under_way[0]] if progress.under_way else [])]


def payments_left(spec: ProjectSpec) -> tuple[dict[str, int], int]:
    """Whole yuan still to be released before each stage that has not begun, and before hand-over.

    What is paid already covers the first payments; what should have been paid by now is asked for with the next one,
    or before hand-over where none is left.
    """
    paid = 0 if spec.progress is None else round(spec.progress.paid * YUAN)
    seen, due, left = set(seen_stages(spec)), 0, {}
    for stage, yuan in payments_yuan(spec).items():
        due += yuan
        if stage not in seen:
            left[stage] = max(0, due - paid) if yuan else 0
            paid += left[stage]
    return left, max(0, due - paid)


def legs(spec: ProjectSpec, breaks: Sequence[Break] = ()) -> tuple[Leg, ...]:
    """Merge the stages of a project into legs.

    A new leg begins where something is asked for, and after a stage that holds something, that a season or a risk may
    lengthen, or that may be passed again.  A stage under way is a leg of its own; it asks for nothing any more.
    """
    left, _ = payments_left(spec)
    done = set() if spec.progress is None else set(spec.progress.done)
    again = repeatable(spec)
    merged: list[Leg] = []
    closed = True
    for stage in (stage for stage in spec.durations if stage not in done):
        held = replace(stage_alone(spec, stage, breaks), yuan=left.get(stage, 0))
        leg = held if stage not in left else _asking(spec, held)
        if spec.land is not None and stage == spec.land.stage:
            leg = replace(leg, land=(spec.land.month, round(spec.land.mu * SHARES_OF_MU)))
        alone = leg.crew or bool(leg.desk or leg.pace or leg.risks or leg.land) or stage in again or stage not in left
        if closed or alone or leg.yuan or not leg.plain:
            merged.append(leg)
        else:
            merged[-1] = replace(merged[-1], stages=(*merged[-1].stages, stage))
        closed = alone
    return tuple(merged)


def repeatable(spec: ProjectSpec) -> set[str]:
    """Stages that may be passed again."""
    return {one.stage for one in spec.approvals} | {stage for one in spec.risks for stage in one.repeats}


def stage_alone(spec: ProjectSpec, stage: str, breaks: Sequence[Break] = ()) -> Leg:
    """A stage with what it holds and the seasons that slow it, without money."""
    crew = spec.needs_crew and stage == CREW_STAGE
    return Leg((stage,), 0, crew, spec.desks.get(stage), pace=pace_of(stage, breaks))


def _asking(spec: ProjectSpec, leg: Leg) -> Leg:
    stage = leg.stages[0]
    return replace(
        leg,
        after=tuple(sorted({one.project for one in spec.after if one.stage == stage})),
        approvals=tuple((one.stage, one.months) for one in spec.approvals if one.until == stage),
        risks=tuple(one for one in spec.risks if one.stage == stage),
    )
