"""What the headline rests on beside the rules of a pack: whatever `tests.decides` names.

    school by school    clauses on indicators, the rules on the resource indicators (6 of 7, 85 %), beds for boarders
    the county          difference coefficients, targets of standard schools: broken in a year or not, by no school

Symbols: B[c, d, t, s] breach of a rule or clause by a school, K[c, d, t] breach of a clause on the county.

    headline holds in draw d    no B and no K anywhere in the decision window

Only what is known breaks anything, as in the verdicts of the clauses themselves: a coefficient counts the indicators it
has, a share of standard schools the most it can be.  What is not known of a clause is named (`Measured.silent`).
A target of one year counts in that year; of a year outside the window the headline says nothing.
Record 0045; page docs/science/verdicts.md.  Tests: tests/sim/test_deciding.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scenarios.deciding_words import target_rule
from scenarios.pack_rules import named
from sim.arrays import BoolArray, IntArray
from sim.balance import broken_by
from sim.boarding_rows import BEDS_RULE, bed_breach, beds_of, boards_at
from sim.breaches import Deciding, DecidingCounty, Named
from sim.clauses import without_data
from sim.clauses_inputs import ClauseBound
from sim.indicators import EVERY
from sim.school_standard_rows import shares
from sim.summary import window_of

if TYPE_CHECKING:
    from sim.details import Details
    from sim.reduced import Reduced


_EPS = 1e-9
_KEPT = ("pupils", "sharing", "shares", "clauses", "coefficients", "resources", "standard")


@dataclass(frozen=True)
class Said:
    """What a verdict says of something that is no clause of the pack."""

    code: str
    stages: tuple[str, ...] = ()
    verified: bool = True


@dataclass(frozen=True)
class Beds:
    """Boarders without a bed as a clause that decides."""

    bound: Named
    broken: BoolArray  # [draw, year, school]
    over: IntArray  # [draw, year, school]


@dataclass(frozen=True)
class OfCounty:
    """Breaches of a clause on the county, as `sim.breaches.DecidingCounty`."""

    bound: Named
    broken: BoolArray  # [draw, year]


def decided(one: "Reduced") -> "Reduced":
    """The case with everything that the scenario lets decide beside the rules of the pack."""
    if not one.details.decides:
        return one
    now = replace(one.now, deciding=tuple(_of_schools(one)), county=tuple(_of_county(one)), silent=_silent(one))
    out = replace(one, now=now)
    # What has been worked out of the clauses does not depend on which of them decide.
    out.__dict__.update({name: value for name, value in one.__dict__.items() if name in _KEPT})
    return out


def of_stages(details: "Details", stages: tuple[str, ...]) -> "Details":
    """Details without the clauses about stages that a simulation leaves out."""

    def kept(bounds: tuple[ClauseBound, ...]) -> tuple[ClauseBound, ...]:
        return tuple(bound for bound in bounds if bound.stage == EVERY or bound.stage in stages)

    clauses, balance = details.clauses, details.balance
    left = replace(
        balance,
        coefficients=kept(balance.coefficients),
        met=kept(balance.met),
        rest=kept(balance.rest),
        imported=kept(balance.imported),
    )
    return replace(details, clauses=replace(clauses, bounds=kept(clauses.bounds)), balance=left)


def _of_schools(one: "Reduced") -> Iterator[Deciding]:
    yield from (breach for breach in one.clauses if breach.bound.decides)
    if _wanted(one.details.balance.met, one.details.balance.rest):
        yield from (breach for breach, _ in one.resources if breach.bound.decides)
    if one.details.boarding is not None and named(BEDS_RULE, one.details.decides):
        found = bed_breach(one)
        yield Beds(Said(BEDS_RULE), found.broken, found.over)


def _of_county(one: "Reduced") -> Iterator[DecidingCounty]:
    if _wanted(one.details.balance.coefficients):
        for judged in one.coefficients:
            if judged.bound.decides:
                yield OfCounty(judged.bound, broken_by(one, judged))
    for target in one.details.balance.targets:
        rule = target_rule(target.ownership, target.year)
        both = shares(one, target.ownership) if named(rule, one.details.decides) else None
        if both is None:
            continue
        with np.errstate(invalid="ignore"):
            missed = both[1] < target.share - _EPS
        due = np.array([target.year in (None, year) for year in one.model.years])
        yield OfCounty(Said(rule), np.asarray(missed & due))


def _wanted(*bounds: tuple[ClauseBound, ...]) -> bool:
    """Whether any of some clauses decides: what they rest on is worked out for nothing else."""
    return any(bound.decides for group in bounds for bound in group)


def _silent(one: "Reduced") -> tuple[str, ...]:
    """Codes of deciding clauses of which something in the decision window is not known."""
    inside = window_of(one.model, one.assessment)
    found = [bound.code for bound in without_data(one) if bound.decides]
    found += [breach.bound.code for breach in one.clauses if breach.bound.decides and breach.unknown[:, inside].any()]
    balance, decides = one.details.balance, one.details.decides
    if _wanted(balance.met, balance.rest):
        found += [b.bound.code for b, _ in one.resources if b.bound.decides and b.unknown[:, inside].any()]
    if _wanted(balance.coefficients):
        judged = {each.bound.code: any(each.missing.values()) for each in one.coefficients}
        found += [bound.code for bound in balance.coefficients if bound.decides and judged.get(bound.code, True)]
    for target in balance.targets:
        rule = target_rule(target.ownership, target.year)
        if named(rule, decides) and _unsure(one, target.ownership, target.year, inside):
            found.append(rule)
    if named(BEDS_RULE, decides) and one.details.boarding is not None:
        boards = boards_at(one) & np.isnan(beds_of(one)[:, inside]).any(axis=(0, 1))
        found += [BEDS_RULE] if boards.any() else []
    return tuple(dict.fromkeys(found))


def _unsure(one: "Reduced", ownership: str, year: int | None, inside: slice) -> bool:
    """Whether a share of standard schools is not known in the years that its target is about."""
    both = shares(one, ownership)
    if both is None:
        return True
    due = np.zeros(len(one.model.years), dtype=bool)
    due[inside] = True
    if year is not None:
        due &= np.array([each == year for each in one.model.years])
    with np.errstate(invalid="ignore"):
        return bool((both[0] < both[1])[:, due].any())
