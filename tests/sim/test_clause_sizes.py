"""Clauses whose bound depends on the size of the school: by classes, linear between sizes, in every draw and year."""

from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest

from scenarios.pack_rules import judged
from scenarios.schema_clause import SizeBound
from schoolplan.card import bound_of
from sim.clauses import clause_breaches, limits_of
from sim.clauses_inputs import clause_inputs
from sim.details import Details
from sim.ladders import whole
from sim.sizing_needs import needs_of
from tests.sim import studies
from tests.sim.clause_worlds import bound, world

AREA = "teaching_area_m2"
SIZES = ((12, 6.0), (18, 5.4), (24, 5.0))


def by_classes(*classes, area):
    """One draw and year: primary schools of 40 pupils a class."""
    schools = len(classes)
    rolls = [[[[0, 40 * n, 0, 0] for n in classes]]]
    rule = replace(bound(6.0, schools=schools), sizes=SIZES)
    return world(rolls, {AREA: area}, (rule,))


@pytest.mark.parametrize(
    ("classes", "limit"), [(6, 6.0), (12, 6.0), (15, 5.7), (18, 5.4), (21, 5.2), (24, 5.0), (30, 5.0)]
)
def test_the_bound_is_that_of_the_classes_and_linear_between_sizes(classes: int, limit: float) -> None:
    one = by_classes(classes, area=[1000.0])
    assert limits_of(one, one.details.clauses.bounds[0])[0, 0, 0] == pytest.approx(limit)


@pytest.mark.parametrize("classes", [6, 15, 24])
def test_a_school_breaks_its_own_bound_and_no_other(classes: int) -> None:
    limit = float(np.interp(classes, *zip(*SIZES, strict=True)))
    pupils = 40 * classes
    for area, broken, over in ((limit * pupils, False, 0), (limit * (pupils - 2), True, 2)):
        (breach,) = clause_breaches(by_classes(classes, area=[area]))
        assert bool(breach.broken[0, 0, 0]) is broken
        assert breach.over[0, 0, 0] == over


@dataclass(frozen=True)
class Case:
    """What sizing needs of a case."""

    network: object
    opening_year: np.ndarray


def test_what_is_missing_is_of_the_same_bound() -> None:
    one = by_classes(6, 24, area=[1000.0, 4000.0])
    rooms = SimpleNamespace(small_below={}, norms=None, land=(), special={})
    details = Details(one.details.stocks, one.details.clauses, rooms)
    case = Case(one.case.network, one.case.opening_year)
    needs = [n for n in needs_of(replace(one, details=details, case=case), slice(None)) if n.kind == AREA]
    assert needs[0].needed[0, 0].tolist() == pytest.approx([6.0 * 240, 5.0 * 960])


def test_a_clause_of_a_pack_by_sizes_is_judged_with_its_tolerance_and_told_by_the_strictest() -> None:
    of = studies.study(studies.LOADING)
    sizes = tuple(SizeBound(classes=n, bound=value) for n, value in reversed(SIZES))
    old = of.bundle.pack.clauses
    changed = tuple(
        c.model_copy(update={"bound": None, "sizes": sizes, "tolerance": 0.1}) if c.code == "L4.primary" else c
        for c in old
    )
    (clause,) = (c for c in changed if c.code == "L4.primary")
    assert judged(clause)
    assert bound_of(clause) == 6.0
    bundle = replace(of.bundle, pack=of.bundle.pack.model_copy(update={"clauses": changed}))
    found = next(b for b in clause_inputs(bundle, whole(of.model)).bounds if b.code == "L4.primary")
    assert found.sizes == tuple((n, value - 0.1) for n, value in SIZES)
    assert found.limit == pytest.approx(5.9)
