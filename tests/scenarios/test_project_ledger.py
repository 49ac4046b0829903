"""The ledger of building projects: what stages of past projects took, how far a project has come."""

from math import isnan, nan
from typing import Any

import pandas as pd
import pytest

from scenarios.construction_defaults import load_defaults
from scenarios.project_ledger import ENDS, actual_progress, done_stages, month_of, past_times

DEFAULTS = load_defaults()
STAGES = ("initiation", "feasibility", "design", "tender", "construction", "acceptance")
DATES = ("decided", "approved", "started", *ENDS.values())


def row(**said: Any) -> dict[str, object]:
    empty = dict.fromkeys(DATES, "")
    return {"project": "x", "kind": "extension", "stage_reached": "in_use", "funds_spent_yuan": nan, **empty, **said}


def test_months_are_counted_from_1_september_with_days_as_parts_of_their_month() -> None:
    assert month_of("2023-09-01", 2023) == 0
    assert month_of("2023-08-01", 2023) == -1
    assert month_of("2024-09-16", 2023) == 12.5
    assert month_of("2024-02-15", 2023) == pytest.approx(5 + 14 / 29)


def test_a_duration_is_learnt_where_beginning_and_end_are_dated_in_a_finished_project() -> None:
    dates = ("decided", "initiated", "feasible", "designed", "tendered", "started", "finished", "handed_over")
    months = ("2020-01", "2020-02", "2020-03", "2020-06", "2020-08", "2020-10", "2021-06", "2021-08")
    full = row(**{date: f"{month}-01" for date, month in zip(dates, months, strict=True)})
    short = row(approved="2021-01-01", started="2021-03-01", finished="2021-12-01")
    under_way = row(stage_reached="construction", started="2022-03-01")
    stopped = row(stage_reached="stopped", started="2020-03-01", finished="2020-04-01")
    backwards = row(kind="renovation", designed="2022-05-01", tendered="2022-04-01", finished="2022-09-01")
    other = row(kind="sports", started="2020-03-01", finished="2020-04-01")
    beds = row(kind="dormitory", started="2020-03-01", finished="2020-09-01")
    found = past_times(pd.DataFrame([full, short, under_way, stopped, backwards, other, beds]), DEFAULTS)
    assert found == {
        "extension": {"initiation": (1,), "feasibility": (1,), "design": (3,), "tender": (2,),
                      "construction": (8, 9), "acceptance": (2,)},
        "boarding_centre": {"construction": (6,)},
    }  # fmt: skip


def test_progress_holds_what_is_done_what_is_under_way_and_what_was_paid() -> None:
    said = row(stage_reached="construction", approved="2022-07-01", designed="2022-12-01", started="2023-03-01",
               funds_spent_yuan=2.5e6)  # fmt: skip
    found = actual_progress(said, STAGES, {}, 2023, as_of=0.0)
    # feasibility has no date: it ended when the design did, at the latest; tender before works began
    assert found.done == {"initiation": -14, "feasibility": -9, "design": -9, "tender": -6}
    assert list(found.done) == list(STAGES[:4])
    assert (found.under_way, found.begun, found.paid, found.stopped) == ("construction", -6, 250, False)


def test_what_is_under_way_began_when_the_stage_before_ended_or_nobody_knows_when() -> None:
    known = actual_progress(row(stage_reached="tender", designed="2023-05-01"), STAGES, {}, 2023, 0.0)
    assert (known.under_way, known.begun) == ("tender", -4)
    unknown = actual_progress(row(stage_reached="tender", approved="2022-05-01"), STAGES, {}, 2023, 0.0)
    assert unknown.under_way == "tender"
    assert isnan(unknown.begun)
    assert unknown.done == {"initiation": -16, "feasibility": 0, "design": 0}
    assert isnan(unknown.paid)
    first = actual_progress(row(stage_reached="initiation", decided="2023-08-01"), STAGES, {}, 2023, 0.0)
    assert (first.done, first.under_way, first.begun) == ({}, "initiation", -1)


def test_planned_stopped_and_finished_projects() -> None:
    planned = actual_progress(row(stage_reached="planned"), STAGES, {}, 2023, 0.0)
    assert (planned.done, planned.under_way, planned.stopped) == ({}, None, False)
    stopped = actual_progress(row(stage_reached="stopped", started="2023-01-01"), STAGES, {}, 2023, 0.0)
    assert (stopped.done, stopped.under_way, stopped.stopped) == ({}, None, True)
    used = actual_progress(row(finished="2024-01-01", handed_over="2024-02-01"), STAGES, {}, 2023, as_of=6.0)
    assert used.under_way is None
    assert (used.done["construction"], used.done["acceptance"]) == (4, 5)


def test_steps_end_with_their_stage_and_a_stage_that_is_not_passed_counts_by_its_place() -> None:
    split = ("initiation", "drawings", "estimate_review", "budget_review", "construction")
    whole = {"drawings": "design", "estimate_review": "design", "budget_review": "tender"}
    said = row(stage_reached="tender", approved="2022-09-01", designed="2023-03-01")
    found = actual_progress(said, split, whole, 2023, 0.0)
    assert found.done == {"initiation": -12, "drawings": -6, "estimate_review": -6}
    assert (found.under_way, found.begun) == ("budget_review", -6)
    assert done_stages("land", STAGES) == 2
    assert done_stages("in_use", STAGES) == 6
