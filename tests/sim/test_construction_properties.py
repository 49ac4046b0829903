"""Random small plans: equal to the plain reference (heap and loops), money conserved, dates in order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar_result import NEVER
from sim.construction import opening_years, simulate
from sim.construction_block import Block
from sim.construction_record import record_of
from sim.fates import draw_fates
from sim.programme import january, prepare
from sim.projects import BuildPlan, ProjectSpec
from sim.yard import Yard
from tests.examples import examples
from tests.sim.construction_plans import rich_plans
from verification.construction_reference import run

STAGES = ("land", "design", "construction", "acceptance")


@st.composite
def projects(draw, name):
    """Durations in whole months on purpose: events then meet at the same instant all the time."""
    points = {stage: tuple(sorted(draw(st.lists(st.integers(0, 9), min_size=3, max_size=3)))) for stage in STAGES}
    cost = draw(st.sampled_from([0.0, 10.0, 33.3333, 40.0, 90.0]))
    shares = draw(st.sampled_from([{"land": 1.0}, {"design": 0.25, "construction": 0.75}, {"acceptance": 1.0}]))
    start, priority = draw(st.integers(-22, 14)), draw(st.integers(1, 2))
    return ProjectSpec(name, "extension", start, cost, priority, points, draw(st.booleans()), shares)


@st.composite
def plans(draw):
    """Money and crews are short on purpose: most projects wait, many at the same time."""
    count = draw(st.integers(0, 8))
    amounts = draw(st.lists(st.sampled_from([0.0, 10.0, 40.5, 90.0]), min_size=6, max_size=12))
    budget = dict(enumerate(amounts, start=draw(st.integers(2020, 2024))))
    return BuildPlan(tuple(draw(projects(f"p{i}")) for i in draw(st.permutations(range(count)))), budget)


def same(got, expected):
    """Every date, every yuan, every wait, every end."""
    assert got.handover == expected.handover
    np.testing.assert_array_equal(got.began, expected.began)
    np.testing.assert_array_equal(got.ended, expected.ended)
    assert sorted(got.payments) == sorted(expected.payments)
    assert got.waits == expected.waits
    assert got.states == expected.states
    assert sorted(got.struck) == sorted(expected.struck)


def alike(one, other):
    """Two records of the same draws."""
    for name in ("handover", "began", "ended", "struck", "state"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for cause in one.waits.keys() | other.waits.keys():
        np.testing.assert_array_equal(one.waits[cause], other.waits[cause])
    rows = [sorted(zip(made.payments.tolist(), made.paid_at.tolist(), strict=True)) for made in (one, other)]
    assert rows[0] == rows[1]


def three_agree(plan, crews, spread, seed):
    """The SimPy model, the plain reference and the compiled loop, in every draw."""
    programme = prepare(plan, crews, 2023, 2030)
    fates = draw_fates(plan, seed, np.arange(2), spread)
    logs = simulate(programme, fates)
    for row, got in enumerate(logs):
        same(got, run(programme, fates.fate(row)))
    alike(Block(programme, fates).record(), record_of(plan, logs))


@examples(250)
@given(plans(), st.integers(1, 3), st.sampled_from(["study", "none"]), st.integers(0, 2**40))
def test_simpy_the_plain_reference_and_the_compiled_loop_are_equal(plan, crews, spread, seed):
    three_agree(plan, crews, spread, seed)


@examples(200)
@given(rich_plans(), st.integers(1, 2), st.sampled_from(["study", "none"]), st.integers(0, 2**40))
def test_the_three_are_equal_with_everything_a_plan_can_say(plan, crews, spread, seed):
    three_agree(plan, crews, spread, seed)


@examples(150)
@given(rich_plans(), st.integers(0, 2**40), st.data())
def test_starts_and_cancellations_on_the_way_are_equal_in_the_three(plan, seed, data):
    programme = prepare(plan, 1, 2023, 2030)
    fates = draw_fates(plan, seed, np.arange(1), "study")
    waiting = [i for i, project in enumerate(plan.projects) if project.triggered]
    orders = [(float(data.draw(st.integers(0, 40))), "start", i) for i in waiting if data.draw(st.booleans())]
    cancelled = data.draw(st.lists(st.integers(0, len(plan.projects) - 1), max_size=3, unique=True))
    orders += [(float(data.draw(st.integers(0, 60))), "cancel", i) for i in cancelled if i not in waiting]
    yard, block = Yard(programme, fates.fate(0)), Block(programme, fates)
    for month, what, project in sorted(orders):
        yard.advance(month)
        block.advance(month)
        assert block.handover()[0].tolist() == yard.log.handover
        if what == "start":
            yard.start(project, month)
            block.start(0, project, month)
        else:
            assert block.cancel(0, project) == yard.cancel(project)
    same(yard.finish(), run(programme, fates.fate(0), sorted(orders)))
    alike(block.record(), record_of(plan, [yard.log]))


@examples(100)
@given(plans(), st.integers(1, 3), st.sampled_from(["study", "none"]))
def test_money_is_conserved_and_dates_are_in_order(plan, crews, spread):
    result = opening_years(plan, crews, 2023, 2030, 9, 2, spread)
    yuan = np.rint(result.spend * 10_000).astype(np.int64)
    before = np.rint(result.spend_before * 10_000).astype(np.int64)
    costs = np.array([round(project.cost * 10_000) for project in plan.projects], dtype=np.int64)
    assert ((yuan.sum(axis=2) + before) <= costs).all()
    opened = result.opening_year != NEVER
    np.testing.assert_array_equal((yuan.sum(axis=2) + before)[opened], np.broadcast_to(costs, opened.shape)[opened])
    spent = before.sum(axis=1) + yuan.sum(axis=1).cumsum(axis=1).T
    for year, total in zip(result.years, spent, strict=True):
        assert (total <= sum(round(amount * 10_000) for at, amount in plan.budget.items() if at <= year)).all()
    for index, project in enumerate(plan.projects):
        fastest = project.start_month + sum(points[0] for points in project.durations.values())
        assert (result.handover_month[:, index] >= fastest - 1e-9).all()
        waited = sum(waits[:, index] for waits in result.waits.values())
        assert (waited <= max(0, january(2032, 2023) - project.start_month)).all()
    assert (result.opening_year[opened] <= 2030).all()


@examples(50)
@given(plans(), st.integers(1, 2))
def test_the_order_of_projects_never_matters(plan, crews):
    turned = BuildPlan(plan.projects[::-1], plan.budget)
    one = opening_years(plan, crews, 2023, 2030, 9, 2)
    other = opening_years(turned, crews, 2023, 2030, 9, 2)
    np.testing.assert_array_equal(one.handover_month, other.handover_month[:, ::-1])
    np.testing.assert_array_equal(one.spend, other.spend[:, ::-1])
