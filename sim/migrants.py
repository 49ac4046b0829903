"""Migrant pupils in public and private schools: a target share for those who enter, conversion of those who are there.

Symbols: P[t] public share of migrant pupils of a future, R[t] of the reference, p0 the model's own in the base year;
y[t] relative private share: private share of the future over that of the reference, when the model's own share follows
both paths on the logit scale; z[t] = odds(1 - P) / odds(1 - R) factor on the private odds of those who enter;
k[t] part of the gap that pupils of private schools close in a year.

    own[t; P] = expit(logit p0 + logit P[t] - logit P[0]),   y[t] = (1 - own[t; P]) / (1 - own[t; R])
    x[t, 0] = y[t];   x[t, g] = x[t-1, g-1] (1 - q[t, g]),   q[t, g] = k[t] max(0, 1 - y[t] / x[t-1, g-1])

x is the private share of a grade relative to the reference, so q converts each cohort towards the target of the year
and never past it; nobody is sent back to a private school.  Equal paths give y = 1, z = 1, q = 0 exactly.
Tests: tests/sim/test_migrants.py.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import CountArray, FloatArray, IntArray
from sim.model import PSEUDO_SCHOOLS, Model
from sim.variates import Chance
from sim.world import YearWorld

PRIVATE = PSEUDO_SCHOOLS.index("~private")


@dataclass(frozen=True)
class PublicShare:
    """What a future changes about migrant pupils' schools, beyond the reference."""

    private_odds: FloatArray  # [year - base] factor on the odds of private against public schools, for those who enter
    conversion: FloatArray  # [year - base, grade] share of private pupils who change over, by the grade they come to

    def acts(self) -> bool:
        """Whether anything differs from the reference future."""
        return bool((self.private_odds != 1.0).any() or self.conversion.any())

    def converts(self, i: int) -> bool:
        """Whether anybody changes over in year index i."""
        return bool(self.conversion[i].any())


def own_share(path: FloatArray, share: float) -> FloatArray:
    """The model's own share when it follows a path on the logit scale from the share of the base year, [year]."""
    logit = np.log(path / (1.0 - path))
    result: FloatArray = 1.0 / (1.0 + np.exp(-(np.log(share / (1.0 - share)) + logit - logit[0])))
    return result


def public_share(
    path: FloatArray, reference: FloatArray, gap_closed: FloatArray, share: float, grades: int
) -> PublicShare:
    """Factors of a future from its path and the reference's, [year - base] each; share: the model's own, base year."""
    relative = (1.0 - own_share(path, share)) / (1.0 - own_share(reference, share))
    shift = (np.log(path / (1.0 - path)) - np.log(path[0] / (1.0 - path[0]))) - (
        np.log(reference / (1.0 - reference)) - np.log(reference[0] / (1.0 - reference[0]))
    )
    left = np.ones(grades)
    conversion = np.zeros((len(path), grades))
    for i in range(1, len(path)):
        before = np.concatenate([relative[i : i + 1], left[:-1]])
        conversion[i, 1:] = gap_closed[i] * np.maximum(0.0, 1.0 - relative[i] / before[1:])
        left = before * (1.0 - conversion[i])
    return PublicShare(np.exp(-shift), conversion)


def base_public_share(model: Model) -> float | None:
    """Share of migrant pupils here in public schools by the attendance of the base year; None where none or all are.

    By shares and not by whole pupils: a home with a few migrant pupils rounds to none in private schools.
    """
    layout = model.layout
    pupils = model.pupils[layout.migrant].sum(axis=1)  # [cell, grade]
    shares = model.attendance.away[layout.migrant][:, layout.pseudo][:, :, model.grades.stage_of]
    private = float((pupils * shares[:, PRIVATE]).sum())
    elsewhere = float((pupils * shares.sum(axis=1)).sum()) - private
    here = float(pupils.sum()) - elsewhere
    return 1.0 - private / here if 0.0 < private < here else None


def with_private_odds(away: FloatArray, model: Model, factor: float) -> FloatArray:
    """Shares of attending away from the zone [cell, slot, ..] with the private odds of migrant homes times a factor.

    What private schools lose the zone gains: the share inside it is what is left to one.
    """
    slot = model.layout.pseudo.start + PRIVATE
    private = away[:, slot]
    others = away[:, model.layout.pseudo].sum(axis=1) - private
    among = np.maximum(1.0 - others, 0.0)  # children who attend a public or a private school here
    public = np.maximum(among - private, 0.0)
    target = among * np.divide(
        private * factor, private * factor + public, out=np.zeros_like(private), where=private > 0.0
    )
    home = model.layout.migrant.reshape(-1, *[1] * (private.ndim - 1))
    out = away.copy()
    out[:, slot] = np.where(home, target, private)
    # Public schools outside the zone keep their part of the public share.
    grown = np.divide(among - target, public, out=np.ones_like(public), where=public > 0.0)
    real = model.layout.real
    out[:, real] *= np.where(home, grown, 1.0)[:, None]
    return out


def convert(
    staying: CountArray, pool: CountArray, model: Model, rates: PublicShare, world: YearWorld, chance: Chance
) -> IntArray:
    """Migrant pupils of private schools who change to a public one join the pool, in place; their number, [draw].

    staying: [draw, slot, cell, grade], pool: [draw, cell, grade], after moving up.
    """
    slot = model.layout.pseudo.start + PRIVATE
    there = staying[:, slot] * model.layout.migrant[None, :, None]
    probability = np.broadcast_to(rates.conversion[world.year - model.base_year], there.shape)
    # The key of a pupil is the grade of last year; the first grade is empty before admission.
    u = np.roll(world.grades_of_cells("migrants/convert"), 1, axis=2)
    changing = chance.binomial(there, probability, u)
    staying[:, slot] -= changing
    pool += changing
    number: IntArray = changing.sum(axis=(1, 2), dtype=np.int64)
    return number


def migrant_pupils(model: Model, pupils: CountArray) -> CountArray:
    """Migrant pupils of every stage in public schools of the county and in private ones, [draw, stage, 2].

    pupils: [draw, slot, cell, grade].
    """
    homes, grades, layout = np.flatnonzero(model.layout.migrant), model.grades, model.layout
    out = np.zeros((len(pupils), len(grades.stages), 2), dtype=np.int32)
    public = np.zeros((len(pupils), len(grades.names)), dtype=np.int64)
    for home in homes:  # one home after the other: no copy of the pupils of all of them
        public += pupils[:, layout.real, home].sum(axis=1)
    private = pupils[:, layout.pseudo.start + PRIVATE][:, homes].sum(axis=1)
    for stage in range(len(grades.stages)):
        chosen = grades.stage_of == stage
        out[:, stage, 0], out[:, stage, 1] = public[:, chosen].sum(axis=1), private[:, chosen].sum(axis=1)
    return out
