"""Pupils of other members: they arrive, nobody is lost, outs do not depend on them, the reference is as it was."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from sim.build import build_model
from sim.engine import ARRAYS, FLOWS, CaseResult, simulate
from sim.linked import reached, with_outside
from tests.sim import studies
from tests.sim.test_conservation import assert_conserved

DRAWS = np.arange(12)
PRIMARY = frozenset({"primary"})


@lru_cache(maxsize=4)
def receiving(stages: frozenset[str] = PRIMARY) -> studies.Study:
    """The loading study with schools that children of other members attend."""
    of = studies.study(studies.LOADING)
    return replace(of, model=build_model(of.bundle, of.space, stages))


def results(
    of: studies.Study, members: np.ndarray | None, future: str = "high", plan: str = "do-nothing"
) -> CaseResult:
    one = studies.case(of, future, plan, len(DRAWS))
    return simulate(of.model, [replace(one, rates=replace(one.rates, members=members))], 1, DRAWS)[0]


def nobody(of: studies.Study) -> np.ndarray:
    return np.zeros((len(DRAWS), len(of.model.years), len(of.model.grades.names)), dtype=np.int64)


def assert_same(a: CaseResult, b: CaseResult) -> None:
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


def test_a_study_that_may_receive_and_does_not_is_as_it_was() -> None:
    ordinary, ready = studies.study(studies.LOADING), receiving()
    for future in ("baseline", "high"):
        before = results(ordinary, None, future, "build")
        assert_same(before, results(ready, None, future, "build"))
        assert_same(before, results(ready, nobody(ready), future, "build"))


def test_the_reference_future_sends_what_it_usually_sends_and_another_one_more() -> None:
    of = studies.study(studies.LOADING)
    for plan in ("do-nothing", "build"):
        usual = results(of, None, "baseline", plan)
        np.testing.assert_array_equal(usual.outs, usual.outs_usual)
        assert usual.outs.any()
    high = results(of, None, "high")
    np.testing.assert_array_equal(high.outs_usual, usual.outs_usual)
    assert high.outs.sum() != high.outs_usual.sum()


def test_all_who_come_are_on_the_rolls_of_the_year_in_their_grade() -> None:
    of = receiving()
    coming = nobody(of)
    coming[:, 2, 0], coming[:, 2, 3] = 7, 4 + DRAWS % 3
    before, after = results(of, None), results(of, coming)
    more = (after.rolls - before.rolls).sum(axis=2)
    np.testing.assert_array_equal(more[:, 2], coming[:, 2])
    assert not more[:, :2].any()
    np.testing.assert_array_equal(after.linked, coming)
    flows = list(FLOWS)
    joined = after.flows[..., flows.index("inbound")] - before.flows[..., flows.index("inbound")]
    np.testing.assert_array_equal(joined, coming.sum(axis=2))


def test_who_no_longer_comes_is_taken_from_the_row_outside_and_what_it_lacks_is_said() -> None:
    of = receiving()
    coming = nobody(of)
    coming[:, 1, 0], coming[:, 2, 1] = 9, -5  # five of the nine go on elsewhere a year later
    coming[:, 3, 0] = -10_000
    with_them = nobody(of)
    with_them[:, 1, 0] = 9
    before, after = results(of, with_them), results(of, coming)
    fewer = (after.rolls - before.rolls).sum(axis=2)
    assert (fewer[:, 2, 1] <= 0).all()
    assert (after.linked[:, 2, 1] == -5).sum() >= len(DRAWS) - 2  # a draw may have lost some of the nine on the way
    assert (after.linked[:, 3, 0] > -10_000).all()
    assert (after.linked[:, 3, 0] <= 0).all()
    assert (after.rolls >= 0).all()


def test_who_leaves_does_not_depend_on_who_comes() -> None:
    of = receiving()
    coming = nobody(of)
    coming[:, :, 0], coming[:, :, 2] = 60, 25
    before, after = results(of, None, "high", "build"), results(of, coming, "high", "build")
    assert not np.array_equal(before.rolls, after.rolls)
    np.testing.assert_array_equal(before.outs, after.outs)
    np.testing.assert_array_equal(before.outs_usual, after.outs_usual)
    np.testing.assert_array_equal(before.residents, after.residents)
    np.testing.assert_array_equal(before.pupils, after.pupils)


@pytest.mark.parametrize("sign", [1, -1])
def test_nobody_is_lost(monkeypatch: pytest.MonkeyPatch, sign: int) -> None:
    of = receiving()
    years, grades = len(of.model.years), len(of.model.grades.names)
    change = sign * np.random.default_rng(2).integers(0, 6, (len(DRAWS), years, grades))
    make = studies.case

    def linked_case(*given: object, **named: object) -> object:
        one = make(*given, **named)  # type: ignore[arg-type]
        return replace(one, rates=replace(one.rates, members=change))

    monkeypatch.setattr(studies, "case", linked_case)
    assert_conserved(of, "high", "build")


def test_only_schools_of_the_stage_are_opened_to_others() -> None:
    model = receiving().model
    hosts = model.hosts[: len(model.layout.schools)] & model.exists[:, None]
    wanted = reached([{0}, set()], hosts, model.grades, PRIMARY)
    primary = np.flatnonzero(hosts[:, model.grades.stage_of == model.grades.stages.index("primary")].any(axis=1))
    assert wanted == [{0}, set(primary.tolist())]
    slots = model.layout.slot_school[-1]
    assert set(primary.tolist()) <= set(slots.tolist())


def test_a_stage_without_pupils_from_outside_takes_them_by_rooms() -> None:
    model = receiving().model
    hosts = model.hosts[: len(model.layout.schools)]
    alone = replace(model.attendance, away=np.zeros_like(model.attendance.away))
    away = with_outside(alone, model.layout, hosts, model.rooms, model.grades).away
    assert not away[:-1].any()
    stage, slots = model.grades.stages.index("primary"), model.layout.slot_school[-1]
    real = np.flatnonzero((slots >= 0) & (slots < len(hosts)))
    taught = [s for s in real if hosts[slots[s], model.grades.stage_of == stage].any()]
    rooms = model.rooms[slots[taught]]
    np.testing.assert_allclose(away[-1, taught, stage], rooms / rooms.sum())
    assert away[-1, :, stage].sum() == pytest.approx(1.0)
