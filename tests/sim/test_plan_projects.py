"""The adapter from plan files, and the shipped defaults in a whole run."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from scenarios.construction_defaults import load_defaults
from scenarios.construction_terms import StageTime
from scenarios.project_ledger import ENDS
from scenarios.schema_plan import PlanFile
from scenarios.schema_projects import Construction
from scenarios.schema_projects import Fund as SchemaFund
from sim.calendar_result import NEVER
from sim.construction import opening_years
from sim.durations import pert_quantile
from sim.plan_projects import Ground, build_plan, duration, project_specs
from sim.project_terms import After, Approval, Progress

NAME = {"zh": "项目", "en": "Project"}
NEW = {"school": "s", "first_grade": "1", "last_grade": "6", "unit": "u", "lon": 0.0, "lat": 0.0, "rooms": 24}
DEFAULTS = load_defaults()
GROUND = Ground(DEFAULTS, 2023)


def plan(*projects, budget=None):
    content = {"schema_version": 1, "id": "p", "name": NAME, "projects": list(projects), "budget": budget or {}}
    return PlanFile.model_validate(content)


def school(**changes):
    return {"id": "n", "name": NAME, "kind": "new_school", "start": "2023-10", "cost": 5200.0, "new": NEW} | changes


def test_a_new_school_takes_the_defaults_of_its_kind_and_its_own_durations():
    (spec,) = project_specs(plan(school(durations={"land": [2, 3, 6]}, priority=4)), GROUND)
    assert (spec.id, spec.kind, spec.start_month, spec.cost, spec.priority) == ("n", "new_school", 1, 5200.0, 4)
    assert list(spec.durations) == [
        "initiation", "feasibility", "land", "design", "tender", "construction", "acceptance"
    ]  # fmt: skip
    assert spec.durations["land"] == (2, 3, 6)
    assert spec.durations["construction"] == (11, 13, 20)
    assert spec.needs_crew
    assert spec.payments == {"design": 0.123, "construction": 0.786, "acceptance": 0.091}


def test_a_stage_that_the_kind_lacks_can_be_added_at_its_place():
    extension = {"id": "e", "name": NAME, "kind": "extension", "start": "2022-03", "school": "s", "adds": {"rooms": 6}}
    (spec,) = project_specs(plan(extension | {"durations": {"land": [1, 2, 3]}}), GROUND)
    assert list(spec.durations)[:3] == ["initiation", "feasibility", "land"]
    assert spec.start_month == -18


def test_a_closure_needs_neither_crew_nor_money():
    closure = {"id": "c", "name": NAME, "kind": "closure", "start": "2024-09", "school": "s", "receivers": ["t"]}
    built = build_plan(plan(closure), GROUND)
    assert not built.projects[0].needs_crew
    assert opening_years(built, 1, 2023, 2030, 1, 1, "none").opening_year.tolist() == [[2025]]


def test_a_funded_new_school_opens_two_to_three_years_after_its_decision():
    built = build_plan(plan(school(), budget={2023: 6000.0}), GROUND)
    result = opening_years(built, 3, 2023, 2038, 20230901, 500)
    assert set(result.opening_year[:, 0].tolist()) <= {2025, 2026, 2027}
    assert 24 <= result.handover_month.mean() - 1 <= 36
    unfunded = opening_years(build_plan(plan(school()), GROUND), 3, 2023, 2038, 20230901, 2)
    assert (unfunded.opening_year == NEVER).all()


def test_an_unknown_stage_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"unknown stages \['moon'\], expected some of \['hearing', .*'handover'\]"):
        project_specs(plan(school(durations={"moon": [1, 2, 3]})), GROUND)


EXTENSION = {"id": "e", "name": NAME, "kind": "extension", "start": "2022-06", "school": "s", "cost": 1000.0,
             "adds": {"rooms": 6}}  # fmt: skip
DATES = ("decided", "approved", "started", *ENDS.values())


def ground(ledger=(), **study):
    rows = [dict.fromkeys(DATES, "") | {"funds_spent_yuan": float("nan")} | row for row in ledger]
    frame = pd.DataFrame(rows) if rows else None
    return Ground(DEFAULTS, 2023, Construction.model_validate(study), frame)


def under_way(**said):
    return {"project": "L-1", "kind": "extension", "stage_reached": "construction", "approved": "2022-07-01",
            "started": "2023-03-01", "funds_spent_yuan": 2e6} | said  # fmt: skip


def test_funds_desks_breaks_dependencies_and_risks_of_files_reach_the_simulation():
    said = plan(
        school(funding={"county": 0.4, "upper": 0.6}),
        EXTENSION | {"after": [{"project": "n", "stage": "construction"}],
                     "risks": [{"id": "r", "name": NAME, "stage": "tender", "probability": 0.5, "stops": True}]},
    ).model_copy(update={"funds": tuple(
        SchemaFund.model_validate({"id": name, "name": NAME, "by_year": {2024: 6000}, "carry_over": share})
        for name, share in (("county", 1.0), ("upper", 0.25))
    )})  # fmt: skip
    study = ground(
        desks=[{"id": "review", "name": NAME, "stages": ["tender"], "files": 2}],
        breaks=[{"id": "frost", "name": NAME, "stages": ["construction", "tender"], "months": [12, 1], "pace": 0.5}],
        default_approvals=True,
    )
    built = build_plan(said, study)
    assert {name: (fund.years, fund.share) for name, fund in built.sources.items()} == {
        "county": ({2024: 6000}, 1.0),
        "upper": ({2024: 6000}, 0.25),
    }
    assert built.desks == {"review": 2}
    (frost,) = built.breaks
    assert (frost.months, frost.pace) == ((12, 1), 0.5)
    assert {"construction", "tender", "bidding"} <= set(frost.stages)
    new, extension = built.projects
    assert new.funding == {"county": 0.4, "upper": 0.6}
    assert extension.after == (After("n", "construction"),)
    assert [(risk.id, risk.stage, risk.stops) for risk in extension.risks] == [("r", "tender", True)]
    assert (new.desks, new.risks) == ({"tender": "review"}, ())
    assert Approval("land", 36, "construction") in new.approvals
    assert Approval("land", 36, "construction") not in extension.approvals
    opened = opening_years(built, 1, 2023, 2035, 1, 200)
    # 1 000 from the one source without a share of its own: the first
    assert opened.spend_by_source[:, 1, :, 1].sum() == 0
    assert 0 < (opened.opening_year[:, 1] == NEVER).mean() < 1


def test_shares_written_with_few_digits_add_up():
    thirds = {"county": 0.333333, "upper": 0.333333, "donor": 0.333333}
    (spec,) = project_specs(plan(school(funding=thirds)), GROUND)
    assert sum(spec.funding.values()) == pytest.approx(1.0, abs=1e-12)
    assert set(spec.funding) == set(thirds)


def test_durations_of_past_projects_are_averaged_with_the_default_quantile_by_quantile():
    one = StageTime((6, 8, 12), "default", observed=(10.0,))
    points = duration(one, DEFAULTS)
    weight = 1 / (1 + DEFAULTS.shrinkage.projects)
    assert points.months[0] == pytest.approx(weight * 10 + (1 - weight) * 6)
    assert points.months[-1] == pytest.approx(weight * 10 + (1 - weight) * 12)
    median = float(pert_quantile(np.array(0.5), np.array(6.0), np.array(8.0), np.array(12.0)))
    assert points.months[len(points.months) // 2] == pytest.approx(weight * 10 + (1 - weight) * median)
    many = tuple(float(month) for month in range(3, 15)) * 200
    close = duration(StageTime((6, 8, 12), "default", observed=many), DEFAULTS)
    assert np.abs(np.array(close.months) - np.quantile(many, np.linspace(0, 1, len(close.months)))).max() < 0.02
    assert duration(StageTime((6, 8, 12), "default"), DEFAULTS) == (6, 8, 12)


def test_past_projects_of_the_ledger_move_the_openings_only_where_the_study_says_so():
    past = [under_way(project=str(n), stage_reached="in_use", started="2019-01-01", finished="2021-01-01")
            for n in range(8)]  # fmt: skip
    said = plan(EXTENSION | {"start": "2023-09"}, budget={2023: 2000})
    ways = ({}, {"from_ledger": False}, {"from_ledger": True})
    without, same, slow = (
        opening_years(build_plan(said, ground(past, **way)), 1, 2023, 2035, 1, 300).handover_month.mean()
        for way in ways
    )
    assert without == same
    share = 8 / (8 + DEFAULTS.shrinkage.projects)
    assert slow - without == pytest.approx(share * (24 - (6 + 4 * 8 + 12) / 6), abs=0.25)


def test_a_project_goes_on_from_its_row_of_the_ledger():
    said = plan(EXTENSION | {"ledger": "L-1"}, budget={2023: 800})
    study = ground([under_way()], ledger_as_of=dt.date(2023, 9, 1))
    (spec,) = build_plan(said, study).projects
    assert spec.progress == Progress(
        {"initiation": -14, "feasibility": -6, "design": -6, "tender": -6}, ("construction", -6), 200.0, False, 0.0
    )
    found = opening_years(build_plan(said, study), 1, 2023, 2035, 1, 200)
    begun = found.stage_begin[:, 0, found.stages.index("construction")]
    assert set(begun.tolist()) == {-6}
    # works of 6 to 12 months that began six months ago: 0 to 6 months and the acceptance are left
    assert found.handover_month.min() >= 1
    assert found.handover_month.max() <= 8
    assert found.spend.sum() / 200 + 200 == pytest.approx(1000)


def test_what_was_paid_is_what_was_due_where_the_ledger_does_not_say():
    study = ground([under_way(funds_spent_yuan=float("nan"))], ledger_as_of=dt.date(2023, 9, 1))
    (spec,) = build_plan(plan(EXTENSION | {"ledger": "L-1"}), study).projects
    assert spec.progress.paid == pytest.approx(1000 * (0.123 + 0.786))


def test_a_stage_whose_beginning_nobody_dated_begins_on_the_day_of_the_ledger():
    row = under_way(stage_reached="tender", approved="2022-05-01", started="")
    (spec,) = build_plan(plan(EXTENSION | {"ledger": "L-1"}), ground([row], ledger_as_of=dt.date(2023, 9, 1))).projects
    assert spec.progress.under_way == ("tender", 0.0)
    assert spec.progress.done["design"] == 0.0


def test_a_project_stopped_in_the_ledger_never_opens_and_missing_rows_are_refused():
    stopped = ground([under_way(stage_reached="stopped")], ledger_as_of=dt.date(2023, 9, 1))
    said = plan(EXTENSION | {"ledger": "L-1"}, budget={2023: 2000})
    found = opening_years(build_plan(said, stopped), 1, 2023, 2035, 1, 5)
    assert (found.opening_year == NEVER).all()
    assert found.spend.sum() == 0
    with pytest.raises(KeyError, match="L-9"):
        build_plan(plan(EXTENSION | {"ledger": "L-9"}), stopped)
    with pytest.raises(ValueError, match="the study has no ledger, or does not date it"):
        build_plan(said, ground())


def test_temporary_classrooms_open_within_a_year_and_the_other_kinds_in_their_sourced_range():
    made = {"adds": {"rooms": 6}, "school": "s", "cost": 100.0, "start": "2023-09"}
    months = {}
    for kind in ("temporary", "renovation", "boarding_centre"):
        project = {"id": kind, "name": NAME, "kind": kind} | made
        built = build_plan(plan(project, budget={2023: 1000}), GROUND)
        months[kind] = opening_years(built, 1, 2023, 2035, 1, 300).handover_month.mean()
    for kind, mean in months.items():
        low, high = DEFAULTS.kinds[kind].total_months.months
        assert low <= mean <= high
