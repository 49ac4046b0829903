"""Projects ranked by oversized schools, and the changes between two lists, on tables small enough to do by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from reports.ranking import in_order, list_changes, losing, plan_change_rows, ranking_rows, run_changes
from reports.ranking_view import oversized, reordered_rows
from reports.shapes_ranking import PLAN_CHANGES, QUOTAS, RANKING
from reports.study_card import PlanCard, StudyCard
from reports.table_shapes import conform
from reports.view import view
from tests.reports.factory_study import names, study

BIG, MID, SMALL = "ps-01", "ps-02", "ps-03"
OVER = {("baseline", "do-nothing"): {BIG: (0.0, 300.0), MID: (0.4, 50.0), SMALL: (1.0, 0.0)},
        ("baseline", "old"): {BIG: (0.7, 20.0), MID: (0.4, 50.0), SMALL: (1.0, 0.0)},
        ("fast", "do-nothing"): {BIG: (0.0, 300.0), MID: (0.0, 900.0), SMALL: (1.0, 0.0)}}  # fmt: skip
"""School -> P(never over 2000), pupils over, by case."""


def project(key: str, **given: object) -> dict[str, object]:
    return {"id": key, "name": names(key, key), "kind": "new_school", "cost": 1000.0, "start": "2023-10", **given}


OLD = [
    project("new-a", school="n1", priority=2, cost=4000.0),
    project("more-big", kind="extension", school=BIG, priority=1, cost=500.0),
    project("new-b", school="n2", priority=3, cost=500.0),
    project("village", kind="extension", school="v1", priority=4),
    project("shut", kind="closure", school=SMALL, priority=5, cost=0.0),
]
NEW = [
    project("new-b", school="n2", priority=1, cost=800.0),
    project("new-a", school="n1", priority=2, cost=4000.0),
    project("village", kind="extension", school="v1", priority=4),
    project("more-mid", kind="extension", school=MID, priority=3),
]


def card() -> StudyCard:
    plans = [{"id": key, "name": names(key, key), "projects": projects}
             for key, projects in (("do-nothing", []), ("old", OLD), ("new", NEW))]  # fmt: skip
    return StudyCard.model_validate(study(plans=plans))


def verdicts() -> pd.DataFrame:
    rows = [
        {"future": f, "plan": p, "rule": "G4.primary", "scope": "school", "entity": school,
         "probability": held, "pupils": pupils}
        for (f, p), schools in OVER.items() for school, (held, pupils) in schools.items()
    ]  # fmt: skip
    rows.append({**rows[0], "rule": "G5.primary", "pupils": 9999.0})  # class size is another matter
    return pd.DataFrame(rows)


def zones() -> pd.DataFrame:
    rows = [("primary", "u1", BIG, 2023, ""), ("primary", "u2", MID, 2023, ""), ("primary", "u3", SMALL, 2023, ""),
            ("primary", "u1", "n1", 2023, "new-a"), ("primary", "u2", "n2", 2023, "new-b"),
            ("primary", "u3", "n2", 2023, "new-b")]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["stage", "unit", "school", "from_year", "with_project"])
    return pd.concat([frame.assign(plan=plan) for plan in ("old", "new")], ignore_index=True)


def ranked(future: str = "baseline", plan: str = "old") -> pd.DataFrame:
    frame = ranking_rows(card(), verdicts(), zones())
    rows = frame[(frame["future"] == future) & (frame["plan"] == plan)]
    return rows.sort_values("rank_listed").set_index("project")


def test_a_project_relieves_the_schools_whose_units_it_takes():
    assert losing(card(), zones(), "old") == {"new-a": (BIG,), "new-b": (MID, SMALL)}


def test_rank_goes_by_pupils_over_per_money_and_says_how_far_it_moves():
    old = ranked()
    assert old.index.tolist() == ["more-big", "new-a", "new-b", "village", "shut"]
    assert old["effect"].tolist() == ["extends", "relieves", "relieves", "none", "none"]
    # 300 pupils over 40 million yuan, 50 over 5 million; a school that is never over is left out.
    assert old["per_million"].tolist() == [0.0, 7.5, 10.0, 0.0, 0.0]
    assert old["schools"].tolist() == [BIG, BIG, MID, "", ""]
    assert old["rank"].tolist() == [3, 2, 1, 4, 5]
    assert old["moves"].tolist() == [-2, 0, 2, 0, 0]


def test_before_is_without_a_plan_and_after_is_the_whole_plan():
    row = ranked().loc["new-a"]
    assert (row["p_before"], row["over_before"]) == (1.0, 300.0)
    assert (row["p_after"], row["over_after"]) == (pytest.approx(0.3), 20.0)


def test_other_data_give_another_order():
    assert ranked("fast")["rank"].to_dict()["new-b"] == 1
    assert ranked("fast").loc["new-b", "per_million"] == 180.0


def test_what_relieves_at_no_cost_comes_first():
    projects = [*OLD[1:], project("new-a", cost=0.0, priority=9)]
    plan = PlanCard.model_validate({"id": "old", "name": names("x", "x"), "projects": projects})
    free = card().model_copy(update={"plans": (card().plans[0], plan)})
    rows = ranking_rows(free, verdicts(), zones()).set_index(["future", "project"]).loc["baseline"]
    assert pd.isna(rows.loc["new-a", "per_million"])
    assert rows.loc["new-a", "rank"] == 1


def test_changes_between_two_versions():
    rows = plan_change_rows(card(), ranking_rows(card(), verdicts(), zones())).set_index("project")
    said = rows["change"].to_dict()
    assert said == {"new-b": "moved", "new-a": "same", "more-mid": "added", "village": "same", "more-big": "dropped",
                    "shut": "dropped"}  # fmt: skip
    assert rows.loc["new-b", "edited"] == "cost priority"
    assert rows.loc["new-b", ["cost_a", "cost_b", "listed_a", "listed_b"]].tolist() == [500.0, 800.0, 3.0, 1.0]
    assert rows.loc["more-big", "effect"] == "extends"
    assert pd.isna(rows.loc["more-mid", "listed_a"])
    assert pd.isna(rows.loc["more-big", "rank_b"])


@pytest.mark.parametrize(
    ("first", "second", "stayed"),
    [
        ("abcd", "abcd", "abcd"),
        ("abcd", "dabc", "abc"),
        ("abc", "cba", "b"),  # one may stay: the one whose place is the same
        ("", "", ""),
    ],
)
def test_as_few_as_can_be_have_moved(first, second, stayed):
    assert in_order(first, second) == frozenset(stayed)


def test_a_list_that_only_grew_moved_nothing():
    plans = card().plans
    grown = plans[1].model_copy(update={"projects": (*plans[2].projects[3:], *plans[1].projects)})
    frame = ranked().reset_index()
    more = pd.concat([frame, frame.tail(1).assign(project="more-mid")])
    rows = list_changes((plans[1], frame), (grown, more)).set_index("project")
    assert set(rows["change"].drop("more-mid")) == {"same"}


def test_tables_keep_their_form(run):
    ranking = ranking_rows(card(), verdicts(), zones())
    assert len(conform(ranking, RANKING)) == 2 * 9
    assert len(conform(plan_change_rows(card(), ranking), PLAN_CHANGES)) == 6
    assert list(run.tables.quotas.columns) == list(QUOTAS.names)
    assert len(run.tables.ranking) == 2 * sum(len(plan.projects) for plan in run.study.plans)


def test_two_runs_of_other_data_say_which_projects_changed_places(run):
    frame = run.tables.ranking
    assert run_changes(run, run)["change"].eq("same").all()
    plan = next(plan.id for plan in run.study.plans if len(plan.projects) > 1)
    rows = frame[(frame["plan"] == plan) & (frame["future"] == run.study.reference_future)].sort_values("rank")
    last = rows["project"].iloc[-1]
    # New data: the project that came last now relieves most.
    chosen = (frame["plan"] == plan) & (frame["project"] == last)
    other = frame.assign(rank=frame["rank"].where(~chosen, 0), over_before=frame["over_before"].where(~chosen, 777.0))
    table = run_changes(run, replace(run, tables=replace(run.tables, ranking=other))).set_index(["plan", "project"])
    assert table.loc[(plan, last), ["rank_a", "rank_b", "over_b"]].tolist() == [len(rows), 0, 777.0]
    said = reordered_rows(view(run, "en"), table.reset_index())
    assert len(said) == 1
    assert f"{len(rows)} → 0" in said[0]


def test_a_school_that_neither_plan_shown_has_is_left_out(run):
    seen = view(run, "en")
    shown = (seen.baseline, seen.plan)
    other = next(plan.id for plan in run.study.plans if plan.id not in shown)
    table = run.tables.verdicts
    code = next(rule.code for rule in run.study.rules if rule.indicator == "school_size")
    rows = table[(table["plan"] == other) & (table["scope"] == "school") & (table["rule"] == code)]
    third = rows[rows["probability"].notna()].head(1).assign(future=seen.future, entity="only-there", probability=0.0)
    more = replace(run, tables=replace(run.tables, verdicts=pd.concat([table, third], ignore_index=True)))
    assert "only-there" not in {row[0] for row in oversized(view(more, "en")).rows}
