"""Actual progress: what is done is a fact, what is under way is conditional, what is paid is not paid again."""

import numpy as np
import pytest

from sim import streams
from sim.construction import opening_years
from sim.durations import lasting
from sim.legs import legs, payments_left
from sim.project_terms import Approval, Break, Progress, Risk
from sim.projects import BuildPlan
from tests.sim.construction_cases import RICH, spec, works
from tests.sim.test_construction_terms import run, short, state

DONE = {"land": -20.0, "design": -10.0}


def test_a_project_of_which_nothing_is_done_begins_when_its_state_was_seen_at_the_earliest():
    assert run([short(start=-9, progress=Progress(as_of=3.0))]).handover_month[0, 0] == 21.0
    assert run([short(start=5, progress=Progress(as_of=3.0))]).handover_month[0, 0] == 23.0


def test_done_stages_are_facts_and_the_next_begins_when_they_were_seen():
    result = run([short(progress=Progress(DONE))])
    assert result.handover_month[0, 0] == 13.0
    land, design, construction = (result.stages.index(stage) for stage in ("land", "design", "construction"))
    assert result.stage_end[0, 0, [land, design]].tolist() == [-20.0, -10.0]
    assert np.isnan(result.stage_begin[0, 0, [land, design]]).all()
    assert result.stage_begin[0, 0, construction] == 0.0


def test_the_stage_under_way_goes_on_from_the_day_on_which_it_began():
    result = run([short(progress=Progress(DONE, ("construction", -9.0)))])
    assert result.handover_month[0, 0] == 3.0 + 1.0
    assert result.stage_begin[0, 0, result.stages.index("construction")] == -9.0


def test_the_stage_under_way_has_lasted_already():
    project = spec(
        durations={"construction": (8, 12, 30), "acceptance": (1, 1, 1)}, payments={"construction": 1.0},
        progress=Progress({}, ("construction", -14.0)),
    )  # fmt: skip
    plan, draws = BuildPlan((project,), RICH), 500
    result = opening_years(plan, 1, 2023, 2038, 5, draws)
    u = streams.uniform(5, "construction/construction", 0, streams.entities(["a"]), np.arange(draws))[:, 0]
    np.testing.assert_allclose(result.handover_month[:, 0], lasting(u, (8, 12, 30), 14.0) - 14.0 + 1.0, atol=1e-9)
    assert (result.handover_month[:, 0] > 1.0).all()


def test_the_rest_of_winter_does_not_count_as_work_done():
    winter = Break(("construction",), (12, 1, 2))
    # Begun on 1 December 2022: six months of work are done by 1 September 2023, six are left, three before the winter.
    result = run([short(progress=Progress(DONE, ("construction", -9.0)))], breaks=(winter,))
    assert result.handover_month[0, 0] == 3.0 + 3.0 + 3.0 + 1.0


def test_what_is_paid_is_not_paid_again_and_what_is_overdue_comes_next():
    shares = {"design": 0.2, "construction": 0.7, "acceptance": 0.1}
    for paid, left, final in [
        (0.0, {"construction": 9_000_000, "acceptance": 1_000_000}, 0),
        (200.0, {"construction": 7_000_000, "acceptance": 1_000_000}, 0),
        (450.5, {"construction": 4_495_000, "acceptance": 1_000_000}, 0),
        (950.0, {"construction": 0, "acceptance": 500_000}, 0),
        (2000.0, {"construction": 0, "acceptance": 0}, 0),
    ]:
        assert payments_left(short(payments=shares, progress=Progress(DONE, paid=paid))) == (left, final)
    last = Progress(DONE | {"construction": -1.0}, ("acceptance", -0.5), 950.0)
    assert payments_left(short(payments=shares, progress=last)) == ({}, 500_000)


def test_money_that_is_overdue_in_the_last_stage_is_paid_before_hand_over():
    last = Progress(DONE | {"construction": -1.0}, ("acceptance", -0.5), 800.0)
    result = run([short(progress=last)], {2025: 200.0})
    assert result.handover_month[0, 0] == 16.0
    assert result.spend[0, 0].sum() == 200.0
    assert result.paid.tolist() == [800.0]
    assert result.waits["budget"][0, 0] == 15.5


def test_works_under_way_hold_their_crew_even_if_more_are_under_way_than_there_are_crews():
    busy = [short(name, progress=Progress(DONE, ("construction", month))) for name, month in (("a", -9.0), ("b", -5.0))]
    result = run([*busy, works("c", cost=0.0)], crews=1)
    # a ends in month 3, b in month 7: only then is there a crew for c.
    assert result.handover_month[0].tolist() == [4.0, 8.0, 19.0]
    assert result.waits["crew"][0].tolist() == [0.0, 0.0, 7.0]


def test_a_finished_and_a_stopped_project_need_nothing():
    every = dict(zip(("land", "design", "construction", "acceptance"), (-30.0, -25.0, -12.0, -10.0), strict=True))
    finished, stopped = short("a", progress=Progress(every)), short("b", progress=Progress(DONE, stopped=True))
    result = run([finished, stopped], {})
    assert (result.handover_month[0, 0], result.opening_year[0, 0]) == (-10.0, 2023)
    assert [state(result, i) for i in (0, 1)] == ["ok", "stopped"]
    assert result.spend.sum() == 0.0
    assert legs(finished) == ()


def test_an_approval_of_a_stage_that_is_done_lapses_by_its_date():
    held = (Approval("land", 24, "construction"),)
    assert run([short(approvals=held, progress=Progress(DONE))]).handover_month[0, 0] == 13.0
    old = DONE | {"land": -25.0}
    assert run([short(approvals=held, progress=Progress(old))]).handover_month[0, 0] == 15.0


@pytest.mark.parametrize("stage", ["land", "construction"])
def test_a_risk_of_a_stage_that_has_begun_is_not_drawn_any_more(stage):
    risk = Risk("r", stage, 1.0, (5, 5, 5))
    result = run([short(risks=(risk,), progress=Progress(DONE, ("construction", -9.0)))])
    assert result.handover_month[0, 0] == 4.0
    assert not result.struck.any()
