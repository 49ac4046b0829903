"""Terms of projects: what is impossible is refused with what was found."""

import pytest

from sim.project_terms import After, Approval, Break, Fund, Points, Progress, Risk
from sim.projects import BuildPlan
from tests.sim.construction_cases import spec


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Points((3.0, 2.0)), "expected sorted months, finite and >= 0, found (3.0, 2.0)"),
        (lambda: Points(()), "expected sorted months, finite and >= 0, found ()"),
        (lambda: Approval("land", 0, "design"), "approval of land: validity must be > 0 months, found 0"),
        (lambda: Risk("r", "land", 1.5), "risk r: probability must be between 0 and 1, found 1.5"),
        (lambda: Risk("r", "land", 0.5, (3, 2, 1)),
         "risk r: expected 0 <= low <= likely <= high, found (3, 2, 1)"),
        (lambda: Risk("r", "land", 0.5, cost_share=-1), "risk r: cost_share must be finite and >= 0, found -1"),
        (lambda: Break(("construction",), (0, 1)), "break: months must be 1 to 12, found (0, 1)"),
        (lambda: Break(("construction",), (1,), 2.0), "break: pace must be between 0 and 1, found 2.0"),
        (lambda: Fund({2024: -1.0}), "budget amounts must be finite and >= 0, found {2024: -1.0}"),
        (lambda: Fund({}, 1.5), "carry_over must be all, none or a share from 0 to 1, found 1.5"),
        (lambda: Fund({}, "some"), "carry_over must be all, none or a share from 0 to 1, found 'some'"),
        (lambda: Progress({"land": 1.0}), "progress: stages end after month 0.0, when it was seen: {'land': 1.0}"),
        (lambda: Progress(under_way=("land", 2.0)), "progress: land begins after month 0.0, when it was seen"),
        (lambda: Progress(paid=-1.0), "progress: paid must be finite and >= 0, found -1.0"),
    ],
)  # fmt: skip
def test_impossible_terms_are_refused(make, message):
    with pytest.raises(ValueError) as refused:
        make()
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"approvals": (Approval("moon", 24, "design"),)},
         "a: approvals name stages the project does not pass: ['moon']"),
        ({"approvals": (Approval("design", 24, "land"),)},
         "a: approvals end at or after the stage they are needed for: ['design']"),
        ({"risks": (Risk("r", "moon", 0.5),)}, "a: risks name stages the project does not pass: ['moon']"),
        ({"risks": (Risk("r", "land", 0.5, repeats=("tender",)),)}, "a: risks repeat stages that come later: ['r']"),
        ({"risks": (Risk("r", "land", 0.5), Risk("r", "design", 0.5))}, "a: risk ids must be unique, found ['r', 'r']"),
        ({"after": (After("b", "moon"),)}, "a: after name stages the project does not pass: ['moon']"),
        ({"desks": {"moon": "review"}}, "a: desks name stages the project does not pass: ['moon']"),
        ({"funding": {"county": 0.5}}, "a: funding shares must be >= 0 and sum to 1, found {'county': 0.5}"),
        ({"progress": Progress({"land": -3.0})}, "a: progress must name the first stages in order, found ['land']"),
        ({"progress": Progress({"initiation": -3.0}, ("feasibility", -4.0))},
         "a: progress: dates must not go back, found [-3.0, -4.0]"),
        ({"progress": Progress({"initiation": -3.0}), "triggered": True},
         "a: a project that waits for a trigger cannot have begun, found ['initiation']"),
    ],
)  # fmt: skip
def test_terms_that_do_not_fit_the_project_are_refused(changes, message):
    with pytest.raises(ValueError) as refused:
        spec(**changes)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: BuildPlan((spec(after=(After("b", "design"),)),)),
         "a: comes after projects that the plan does not have: ['b']"),
        (lambda: BuildPlan((spec(after=(After("b", "design"),)), spec("b", after=(After("a", "land"),)))),
         "projects wait for each other: a -> b -> a"),
        (lambda: BuildPlan((spec(funding={"county": 1.0}),)), "a: sources that the plan does not have: ['county']"),
        (lambda: BuildPlan((spec(desks={"design": "review"}),)), "a: desks that the plan does not have: ['review']"),
        (lambda: BuildPlan((), desks={"review": 0}), "desks must serve at least one project, found {'review': 0}"),
        (lambda: BuildPlan((), {2024: 1.0}, {"budget": Fund({})}),
         "the source 'budget' is given twice, as budget and in funds"),
        (lambda: BuildPlan((), breaks=(Break(("construction",), tuple(range(1, 13))),)),
         "breaks: construction stands still in every month"),
    ],
)  # fmt: skip
def test_terms_that_do_not_fit_the_plan_are_refused(make, message):
    with pytest.raises(ValueError) as refused:
        make()
    assert str(refused.value) == message


def test_the_budget_is_the_first_source_and_alone_when_nothing_else_is_said():
    county = Fund({2024: 5.0}, "none")
    assert BuildPlan(()).sources == {"budget": Fund({})}
    assert BuildPlan((), {2024: 1.0}, {"county": county}).sources == {"budget": Fund({2024: 1.0}), "county": county}
    assert list(BuildPlan((), funds={"county": county}).sources) == ["county"]
    assert [Fund({}, kept).share for kept in ("all", "none", 0.25)] == [1.0, 0.0, 0.25]
