"""Parcels that come late and the yearly quota of construction land, by hand."""

import numpy as np
import pytest

from sim.calendar_result import NEVER
from sim.construction import opening_years, simulate
from sim.fates import draw_fates
from sim.programme import prepare
from sim.project_terms import Approval, Fund, Land, Progress
from sim.projects import BuildPlan
from tests.sim.construction_cases import RICH, equal, spec

STAGES = {"land": (2.0, 2.0, 2.0), "design": (3.0, 3.0, 3.0), "construction": (12.0, 12.0, 12.0)}
SHARES = {"design": 0.2, "construction": 0.8}


def site(name="a", **terms):
    return spec(name, durations=STAGES, payments=SHARES, **terms)


def run(projects, quota=None, **plan):
    return opening_years(BuildPlan(tuple(projects), RICH, land=quota, **plan), 9, 2023, 2035, 5, 1, "none")


def test_a_land_stage_does_not_end_before_its_parcel_is_there():
    found = run([site(land=Land("land", 10.0)), site("b", land=Land("land", 1.0)), site("c")])
    assert found.handover_month.tolist() == [[25.0, 17.0, 17.0]]
    assert found.waits["land"].tolist() == [[8.0, 0.0, 0.0]]
    assert found.stage_end[0, 0, found.stages.index("land")] == 10.0
    assert found.opening_year.tolist() == [[2026, 2025, 2025]]


def test_a_parcel_that_never_comes_in_time_says_so():
    found = run([site(land=Land("land", 400.0))])
    assert found.opening_year[0, 0] == NEVER
    assert found.states[found.state[0, 0]] == "land"
    assert found.waits["land"][0, 0] == (2037 - 2024) * 12 + 4 - 2
    assert found.spend.sum() == 0.0


def test_the_quota_of_a_year_goes_by_priority_and_is_kept_or_lapses():
    projects = [site(name, priority=priority, land=Land("land", mu=30.0)) for name, priority in (("a", 2), ("b", 1))]
    # 30 mu of 2023 are there at once: b is first. The next 1 January is month 4 (2024): nothing; month 16 (2025): 20.
    kept = run(projects, Fund({2023: 40.0, 2025: 20.0}))
    assert kept.handover_month.tolist() == [[16.0 + 15.0, 17.0]]
    assert kept.waits["land"].tolist() == [[14.0, 0.0]]
    lapses = run(projects, Fund({2023: 40.0, 2025: 20.0, 2027: 30.0}, "none"))
    assert lapses.handover_month.tolist() == [[40.0 + 15.0, 17.0]]
    half = run(projects, Fund({2023: 40.0, 2025: 20.0, 2027: 30.0}, 0.5))
    assert half.handover_month.tolist() == [[40.0 + 15.0, 17.0]]  # 10 of 2023: 5, 2.5 and 20 in 2025


def test_who_can_never_be_served_blocks_nobody_and_the_head_blocks_who_asks_for_less():
    quota = Fund({2024: 30.0, 2026: 20.0})
    asking = (("large", 1, 60.0), ("head", 2, 45.0), ("small", 3, 5.0))
    large, head, small = (site(name, priority=place, land=Land("land", mu=mu)) for name, place, mu in asking)
    found = run([small, head, large], quota)
    assert [found.states[state] for state in found.state[0]] == ["ok", "ok", "land"]
    assert found.handover_month[0, :2].tolist() == [28.0 + 15.0, 28.0 + 15.0]
    assert run([small, large], quota).handover_month[0, 0] == 4.0 + 15.0


def test_the_desk_is_free_while_land_is_waited_for_and_the_approval_does_not_age():
    held = {"desks": {"land": "site"}, "approvals": (Approval("land", 1.0, "design"),)}
    late, prompt = site(land=Land("land", 30.0), **held), site("b", **held)
    found = run([late, prompt], desks={"site": 1})
    assert found.handover_month.tolist() == [[45.0, 2.0 + 2.0 + 15.0]]
    assert found.waits["approval"].sum() == 0.0


def test_the_stage_under_way_waits_too_and_one_that_is_done_asks_for_nothing():
    under_way = site(land=Land("land", 6.0), progress=Progress(under_way=("land", -1.0)))
    done = site("b", land=Land("land", 6.0, 90.0), progress=Progress({"land": -3.0}))
    found = run([under_way, done], Fund({2023: 10.0}))
    assert found.stage_end[0, :, found.stages.index("land")].tolist() == [6.0, -3.0]
    assert found.waits["land"].tolist() == [[5.0, 0.0]]


def test_the_quota_is_never_exceeded_in_any_draw():
    quota = Fund({2023: 20.0, 2025: 35.5, 2026: 10.0, 2029: 60.0})
    wide = dict.fromkeys(STAGES, (1.0, 4.0, 9.0))
    sizes = [12.5, 20.0, 7.25, 31.0, 10.0]
    plan = BuildPlan(
        tuple(spec(f"p{i}", durations=wide, payments=SHARES, start=i, land=Land("land", mu=mu))
              for i, mu in enumerate(sizes)), RICH, land=quota)  # fmt: skip
    programme = prepare(plan, 9, 2023, 2035)
    fates = draw_fates(plan, 3, np.arange(50), "study")
    for log in simulate(programme, fates):
        place = [job.columns[job.legs.index(next(leg for leg in job.legs if leg.land))] for job in programme.jobs]
        for month in range(150):
            year = 2023 + (month + 8) // 12
            used = sum(mu for mu, column in zip(sizes, place, strict=True) if log.ended[column] <= month)
            assert used <= sum(amount for at, amount in quota.years.items() if at <= year)


def test_plans_without_land_are_what_they_were():
    plain, said = run([site(), site("b")]), run([site(), site("b")], Fund({}))
    equal(plain, said)
    assert "land" not in said.waits
    assert "land" not in said.states


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (lambda: Land("land", float("inf")), "the month in which a parcel is there must be finite"),
        (lambda: Land("land", 1.0, -2.0), "mu must be finite and >= 0, found -2.0"),
        (lambda: site(land=Land("hearing")), "a: land name stages the project does not pass: \\['hearing'\\]"),
        (lambda: BuildPlan((site(land=Land("land", mu=2.0)),)), "a: asks for 2.0 mu of a quota that the plan does not"),
    ],
)
def test_land_that_cannot_be_is_refused(made, expected):
    with pytest.raises(ValueError, match=expected):
        made()
