"""Approvals, risks, seasons, desks, dependencies and sources of capital, one at a time and by hand."""

import numpy as np
import pytest

from sim.calendar_result import NEVER
from sim.construction import opening_years, simulate
from sim.fates import draw_fates
from sim.programme import prepare
from sim.project_terms import After, Approval, Break, Fund, Risk
from sim.projects import BuildPlan
from tests.sim.construction_cases import RICH, spec, works

SURE = 1.0


def run(projects, budget=RICH, crews=9, draws=1, spread="none", **plan):
    return opening_years(BuildPlan(tuple(projects), budget, **plan), crews, 2023, 2038, 5, draws, spread)


def state(result, project=0):
    return result.states[result.state[0, project]]


def short(name="a", lengths=(2.0, 3.0, 12.0, 1.0), **changes):
    stages = ("land", "design", "construction", "acceptance")
    durations = {stage: (months, months, months) for stage, months in zip(stages, lengths, strict=True)}
    return spec(name, durations=durations, **changes)


def test_a_winter_break_adds_the_months_in_which_work_stands_still():
    plain = run([short()])
    winter = run([short()], breaks=(Break(("construction",), (12, 1, 2)),))
    assert plain.handover_month[0, 0] == 18.0
    # Construction begins on 1 February 2024, rests until March, again from December 2024 to February 2025.
    assert winter.handover_month[0, 0] == 18.0 + 1.0 + 3.0
    assert winter.waits["season"][0, 0] == 4.0
    assert winter.stage_end[0, 0, winter.stages.index("construction")] == 21.0


def test_an_approval_that_lapses_while_money_is_missing_is_passed_again():
    late = {2026: 1000.0}  # design is paid on 1 January 2026, month 28; land ended in month 2
    valid = run([short(approvals=(Approval("land", 26, "design"),))], late)
    lapsed = run([short(approvals=(Approval("land", 25.5, "design"),))], late)
    assert valid.handover_month[0, 0] == 28.0 + 16.0
    assert lapsed.handover_month[0, 0] == 28.0 + 2.0 + 16.0
    assert valid.waits["approval"][0, 0] == 0.0
    assert lapsed.waits["approval"][0, 0] == 2.0
    land = lapsed.stages.index("land")
    assert (lapsed.stage_begin[0, 0, land], lapsed.stage_end[0, 0, land]) == (0.0, 30.0)


def test_an_approval_that_lapses_before_it_can_be_used_never_lets_the_stage_begin():
    # Whichever is passed last, the other has lapsed meanwhile.
    both = (Approval("land", 1, "construction"), Approval("design", 1, "construction"))
    result = run([short(approvals=both)])
    assert result.opening_year[0, 0] == NEVER
    assert state(result) == "approval"
    assert result.waits["approval"][0, 0] > 150


def test_an_approval_may_lapse_in_the_line_for_a_crew_which_is_then_given_back():
    first, second = works("first", cost=0.0), short("a", approvals=(Approval("design", 3, "construction"),))
    third = works("third", cost=0.0, start=11, priority=3)
    result = run([first, second, third], crews=1)
    # The crew is free in month 12, design ended in month 5: it is passed again (3 months) while `third` takes the crew.
    assert result.handover_month[0].tolist() == [12.0, 12.0 + 12.0 + 3.0 + 12.0 + 1.0, 24.0]
    assert result.waits["approval"][0, 1] == 6.0


def test_a_risk_makes_its_stage_longer_and_dearer():
    risk = Risk("dispute", "land", SURE, (4, 4, 4), cost_share=0.1)
    result = run([short(risks=(risk,))])
    assert result.handover_month[0, 0] == 18.0 + 4.0
    assert result.waits["risk"][0, 0] == 4.0
    assert result.spend[0, 0].sum() == 1100.0
    assert result.struck.tolist() == [[[True]]]
    assert result.risks == ("dispute",)


def test_what_a_risk_costs_after_the_last_payment_is_paid_before_hand_over():
    project = short(payments={"construction": 1.0}, risks=(Risk("defects", "acceptance", SURE, cost_share=0.5),))
    result = run([project], {2023: 1000.0, 2026: 500.0})
    assert result.handover_month[0, 0] == 28.0  # 1 January 2026
    assert result.waits["budget"][0, 0] == 28.0 - 18.0


def test_a_tender_that_fails_is_held_again_and_a_contractor_who_fails_too():
    lengths = (2.0, 3.0, 12.0, 1.0)
    again = run([short(lengths=lengths, risks=(Risk("again", "design", SURE, repeats=("design",)),))])
    assert again.handover_month[0, 0] == 18.0 + 3.0
    two = Risk("contractor", "construction", SURE, (1, 1, 1), repeats=("design", "land"))
    assert run([short(lengths=lengths, risks=(two,))]).handover_month[0, 0] == 18.0 + 5.0 + 1.0


def test_a_risk_that_stops_a_project_stops_its_payments():
    result = run([short(risks=(Risk("land_lost", "construction", SURE, stops=True),))])
    assert result.opening_year[0, 0] == NEVER
    assert state(result) == "stopped:land_lost"
    assert result.spend[0, 0].sum() == 123.0  # design alone
    assert np.isnan(result.stage_begin[0, 0, result.stages.index("construction")])


def test_a_risk_strikes_as_often_as_it_says_and_never_depends_on_other_projects():
    risk = Risk("dispute", "land", 0.3, (1, 2, 6))
    few, more = run([short(risks=(risk,))], draws=4000, spread="study"), None
    share = few.struck[:, 0, 0].mean()
    assert abs(share - 0.3) < 5 * np.sqrt(0.3 * 0.7 / 4000)
    more = run([short("z"), short(risks=(risk,))], draws=50, spread="study")
    np.testing.assert_array_equal(more.struck[:, 1, 0], few.struck[:50, 0, 0])
    np.testing.assert_array_equal(more.handover_month[:, 1], few.handover_month[:50, 0])


def test_without_spread_a_risk_happens_if_it_is_more_likely_than_not():
    for chance, longer in ((0.5, 0.0), (0.6, 2.0)):
        assert run([short(risks=(Risk("r", "land", chance, (1, 2, 6)),))]).handover_month[0, 0] == 18.0 + longer


def test_a_review_desk_serves_one_project_at_a_time():
    desks = {"design": "review"}
    result = run([short("a", desks=desks), short("b", desks=desks)], desks={"review": 1})
    assert result.handover_month[0].tolist() == [18.0, 21.0]
    assert result.waits["desk:review"][0].tolist() == [0.0, 3.0]
    assert result.waited("desk")[0].tolist() == [0.0, 3.0]
    assert run([short("a", desks=desks), short("b", desks=desks)], desks={"review": 2}).handover_month[0, 1] == 18.0


def test_a_project_begins_its_stage_at_the_hand_over_of_another():
    second = short("b", after=(After("a", "construction"),))
    result = run([short("a"), second])
    assert result.handover_month[0].tolist() == [18.0, 31.0]
    assert result.waits["dependency"][0].tolist() == [0.0, 13.0]
    assert result.stage_begin[0, 1, result.stages.index("construction")] == 18.0


def test_a_project_that_waits_for_one_that_never_comes_says_so():
    stopped = short("a", risks=(Risk("lost", "land", SURE, stops=True),))
    result = run([stopped, short("b", after=(After("a", "land"),)), short("c", triggered=True)])
    assert [state(result, i) for i in range(3)] == ["stopped:lost", "dependency", "not_started"]
    assert result.spend[0, 1:].sum() == 0.0


@pytest.mark.parametrize(
    ("kept", "opens"),
    [("all", [2025, 2027]), (0.5, [2026, NEVER]), ("none", [NEVER, NEVER])],
)
def test_what_is_carried_over_decides_when_a_payment_can_be_made(kept, opens):
    fund = Fund({2023: 60.0, 2024: 60.0, 2025: 60.0, 2026: 60.0}, kept)
    projects = [works("a", cost=100.0), works("b", cost=110.0, priority=2)]
    result = run(projects, {}, funds={"county": fund})
    # all: 120 in 2024 (paid: 20), 80, 140 in 2026.  half: 60, 90, 105 (paid: 5), 62.5 in 2026.  none: never above 60.
    assert result.opening_year[0].tolist() == opens
    assert result.waits["budget:county"][0, 0] > 0


def test_two_sources_pay_together_or_not_at_all():
    project = works("a", cost=100.0, funding={"county": 0.3, "upper": 0.7})
    result = run([project], {}, funds={"county": Fund({2023: 30.0}), "upper": Fund({2025: 70.0})})
    assert result.handover_month[0, 0] == 16.0 + 12.0
    assert result.waits["budget:upper"][0, 0] == 16.0
    assert result.waits["budget:county"][0, 0] == 0.0
    assert result.sources == ("county", "upper")
    assert result.spend_by_source[0, 0, 2].tolist() == [30.0, 70.0]
    assert result.waited("budget")[0, 0] == 16.0


def test_who_can_never_be_paid_lacks_the_first_source_that_is_short_also_after_others_were_paid():
    # Large asks for 30 of the county and 70 of the budget, which will hold 40 and 30: it lacks the budget until small
    # has taken 15 of the county in month 4.
    large = works("large", cost=100.0, funding={"county": 0.3, "budget": 0.7})
    small = works("small", cost=30.0, priority=2, funding={"county": 0.5, "budget": 0.5})
    money = {"budget": {2024: 30.0}, "funds": {"county": Fund({2023: 40.0})}}
    found = run([large, small], **money)
    assert found.handover_month.tolist() == [[float("inf"), 16.0]]
    assert found.waits["budget"].tolist() == [[4.0, 4.0]]
    assert found.waits["budget:county"].tolist() == [[192.0, 0.0]]
    plan = BuildPlan((large, small), **money)
    model = simulate(prepare(plan, 9, 2023, 2038), draw_fates(plan, 5, np.arange(1), "none"))[0]
    assert model.waits == {(0, "budget"): 4.0, (1, "budget"): 4.0, (0, "budget:county"): 192.0}


def test_who_waits_for_one_source_does_not_block_the_others():
    first = works("a", cost=100.0, funding={"upper": 1.0})
    second = works("b", cost=100.0, priority=2, funding={"county": 1.0})
    third = works("c", cost=10.0, priority=3, funding={"upper": 1.0})
    result = run(
        [first, second, third], {}, funds={"county": Fund({2023: 100.0}), "upper": Fund({2023: 50.0, 2024: 90.0})}
    )
    assert result.handover_month[0].tolist() == [16.0, 12.0, 16.0]


def test_a_project_that_no_source_can_ever_pay_waits_for_money_to_the_end():
    result = run([works("a", cost=100.0)], {}, funds={"county": Fund({2023: 60.0, 2024: 60.0}, "none")})
    assert state(result) == "money"
    late = run([short(start=190)])
    assert state(late) == "late"
