"""What a programme adds to the run of one of its members: chance in common, pupils of others, what is kept for sums."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from scenarios.bundle import Bundle
from scenarios.schema_quotas import Quota
from schoolplan.built import Built
from schoolplan.prepare import Prepared
from schoolplan.quota_rows import counts
from sim import ensemble
from sim.arrays import IntArray
from sim.calendar_result import Calendar
from sim.engine import CasePlan
from sim.rollup import Kept, Key
from sim.rollup_keep import packed, packed_outs, with_series

CaseIds = tuple[str, str]

ROLLUP, OUTS = "rollup.npz", "outs.npz"
"""Files of a member's run folder that its programme reads."""


@dataclass(frozen=True)
class Link:
    """A member's place in its programme."""

    programme: Mapping[str, object]
    """What the manifest of the run says of it."""
    seed: int
    """Seed of the member: a plain number, or a `sim.kin.MemberSeed`."""
    members: Mapping[CaseIds, IntArray] = field(default_factory=dict)
    """Pupils more (or fewer) of other members by future and plan, [draw, year - first, grade]."""
    sends: bool = False
    """Whether other members need to know who leaves."""
    quotas: tuple[Quota, ...] = ()
    """Quotas of the programme, counted in every member."""

    def cases(self, cases: tuple[CasePlan, ...]) -> tuple[CasePlan, ...]:
        """Cases with the pupils of other members."""
        return tuple(
            replace(case, rates=replace(case.rates, members=self.members.get((case.rates.future, case.network.plan))))
            for case in cases
        )

    def documents(self, prepared: Prepared, job: ensemble.Job, built: Built) -> dict[str, bytes]:
        """Files for the run folder by name; the parts of the job must still be there."""
        kept = ensemble.kept_cases(job)
        full = {ids: self._with_plan(case, prepared.bundle, ids[1], built.cases[ids]) for ids, case in kept.items()}
        made = {ROLLUP: packed(full)}
        return made | ({OUTS: outs_of(job)} if self.sends else {})

    def _with_plan(self, kept: Kept, bundle: Bundle, plan: str, calendar: Calendar) -> Kept:
        """The same with what the plan spends and reaches, in every draw."""
        spend = calendar.spend.copy()
        if spend.size:
            spend[:, :, 0] += calendar.spend_before
        at = {year: i for i, year in enumerate(calendar.years)}
        total = np.rint(spend.sum(axis=1)).astype(np.int64)
        series = {Key("spend", "all", "10k_yuan"): np.stack([total[:, at[year]] for year in kept.years], axis=1)}
        for quota in self.quotas:
            reached, _ = counts(bundle, plan, calendar, quota, list(kept.years))
            series[Key(f"quota:{quota.id}", "all", "projects")] = reached
        return with_series(kept, series)


def outs_of(job: ensemble.Job) -> bytes:
    """Who leaves, usually and in every case, of a finished job: one file."""
    usual = ensemble.array_of(job, 0, "outs_usual")
    cases = {
        (case.rates.future, case.network.plan): ensemble.array_of(job, number, "outs")
        for number, case in enumerate(job.cases)
    }
    return packed_outs(usual, cases)
