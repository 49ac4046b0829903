"""Who of a programme's members sends pupils to whom, and what that adds to a run."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scenarios.programme import Programme
from scenarios.programme_parts import Member
from scenarios.schema_programme import Flow
from sim.arrays import IntArray
from sim.kin import member_seed
from sim.rollup_flows import arrivals, cohort_numbers

CaseIds = tuple[str, str]


@dataclass(frozen=True)
class Outs:
    """Who leaves a member, [draw, year, grade]."""

    usual: IntArray
    cases: Mapping[CaseIds, IntArray]  # by the member's own ids


@dataclass(frozen=True)
class Exchange:
    """The flows between members that can run."""

    flows: tuple[Flow, ...]
    lost: tuple[Flow, ...]  # from a broken member: what it changes is not known

    def senders(self) -> set[str]:
        """Members from whom somebody comes."""
        return {flow.origin for flow in self.flows}

    def stages_into(self, member: str) -> frozenset[str]:
        """Stages to whose schools others send pupils."""
        return frozenset(flow.stage for flow in self.flows if flow.to == member)


def exchange(programme: Programme, broken: set[str]) -> Exchange:
    """Flows among the members that are not broken."""
    alive = [flow for flow in programme.file.flows if flow.to not in broken]
    flows = tuple(flow for flow in alive if flow.origin not in broken)
    return Exchange(flows, tuple(flow for flow in alive if flow.origin in broken))


def seed_of(programme: Programme, member: str, seed: int) -> int:
    """Seed of a member; the only member of a programme has nobody to share with: it runs as it would alone."""
    if len(programme.members) == 1:
        return seed
    return member_seed(seed, member, programme.file.common_share)


def grades_of(member: Member) -> list[tuple[str, str]]:
    """Stage and grade of every grade of the school ladder, lowest first; stages before school have no flows."""
    if member.bundle is None:
        return []
    study = member.bundle.study
    early = {stage.id for stage in study.early_stages}
    return [(stage.id, grade) for stage in study.stages if stage.id not in early for grade in stage.grades]


def coming(
    programme: Programme, exchange_: Exchange, member: Member, outs: Mapping[str, Outs], seed: int
) -> dict[CaseIds, IntArray]:
    """Pupils more (or fewer) who come to a member, by its own future and plan, [draw, year - first, grade]."""
    by_id = {one.id: one for one in programme.sound}
    target, found = grades_of(member), {}
    for own_futures in programme.futures.values():
        for own_plans in programme.plans.values():
            total: IntArray | None = None
            for origin in sorted({flow.origin for flow in exchange_.flows if flow.to == member.id}):
                case = outs[origin].cases[own_futures[origin], own_plans[origin]]
                came = _from(exchange_, by_id[origin], member.id, (case, outs[origin].usual), seed)
                placed = _in_grades(came, grades_of(by_id[origin]), target)
                total = placed if total is None else total + placed
            if total is not None:
                found[own_futures[member.id], own_plans[member.id]] = total
    return found


def _from(exchange_: Exchange, origin: Member, to: str, outs: tuple[IntArray, IntArray], seed: int) -> IntArray:
    """Pupils more (or fewer) who come from one member to another, [draw, year, grade of the origin]."""
    flows = [flow for flow in exchange_.flows if flow.origin == origin.id]
    destinations = list(dict.fromkeys(flow.to for flow in flows))
    grades = grades_of(origin)
    shares = np.zeros((len(destinations), len(grades)))
    for flow in flows:
        shares[destinations.index(flow.to), [stage == flow.stage for stage, _ in grades]] = flow.share
    case, usual = outs
    draws, years = case.shape[:2]
    first = _first_year(origin)
    u = cohort_numbers(seed, origin.id, range(first, first + years), len(grades), np.arange(draws))
    came: IntArray = arrivals(case, usual, shares, u)[destinations.index(to)]
    return came


def _first_year(member: Member) -> int:
    if member.bundle is None:
        raise AssertionError("only sound members send pupils")
    return member.bundle.study.base_year + 1


def _in_grades(came: IntArray, given: list[tuple[str, str]], wanted: list[tuple[str, str]]) -> IntArray:
    """The same by the grades of the receiving member; grades that only one of the two has receive nobody."""
    out = np.zeros((*came.shape[:2], len(wanted)), dtype=np.int64)
    for i, grade in enumerate(wanted):
        if grade in given:
            out[:, :, i] = came[:, :, given.index(grade)]
    return out
