"""Buses and the three answers of a run of a small county, against plain loops over demand points."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gis.arrays import BUS, WALK
from reports.shapes_boarding import BUSES, OPTIONS
from reports.table_shapes import conform
from schoolplan.bus_rows import bus_rows
from schoolplan.prepare import calendars, options, prepare
from schoolplan.runs import job_of
from sim import ensemble
from sim.pairs import pair_sums

BASE = Path(__file__).parents[1] / "broken" / "_base"
SECTION = "boarding: {half: {primary: 4.0, junior: 3.0}, slope: 1.0}\n"
TABLE = "school,stage,year,boarders\nb,junior,2023,120\n"
PLAN = """buses:
  - {id: day, kind: daily, schools: [a], units: [u2, u3], seats: 9, cost_per_km: 5, from: 2025, to: 2027}
  - {id: weekend, kind: weekly, schools: [b], units: [u1, u2, u3], seats: 30, cost_per_year: 12, from: 2024}
"""


def county(folder: Path, section: str = SECTION, plan: str = PLAN):
    shutil.copytree(BASE, folder)
    study = folder / "study.yaml"
    text = study.read_text(encoding="utf-8").replace("spread: {births", f"{section}spread: {{births")
    text = text.replace("walk_km_per_h: 3.6}", "walk_km_per_h: 3.6, limit_min: {walk: 5, bus: 2}}")
    if section:
        text = text.replace("  estates: data/estates.csv\n", "  estates: data/estates.csv\n  boarders: boarders.csv\n")
        (folder / "boarders.csv").write_text(TABLE, encoding="utf-8")
        sites = folder / "data" / "sites.csv"
        rows = pd.read_csv(sites, encoding="utf-8-sig")
        rows.loc[rows["school"] == "b", "beds"] = 110
        rows.to_csv(sites, index=False, encoding="utf-8")
    study.write_text(text, encoding="utf-8")
    build = folder / "plans" / "build.yaml"
    build.write_text(build.read_text(encoding="utf-8") + plan, encoding="utf-8")
    prepared = prepare(folder / "approval.yaml")
    chosen = options(prepared.bundle, 6)
    parts = folder / "parts"
    parts.mkdir()
    job = job_of(prepared, chosen, parts, calendars(prepared, chosen))
    ensemble.simulate_only(job, 1, lambda what, done, of: None)
    return prepared, job


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    prepared, job = county(tmp_path_factory.mktemp("buses") / "county")
    return prepared, job, *bus_rows(prepared, job)


def pupils_at(prepared, job, future: str, year: int, school: str):
    """Mean pupils by unit and grade of a school under the plan `build`, and its case."""
    number = next(i for i, c in enumerate(job.cases) if (c.rates.future, c.network.plan) == (future, "build"))
    kept = ensemble.pairs_of(job, number).pupils[job.pair_years.index(year)]
    layout = prepared.model.layout
    return pair_sums(kept[None], layout)[:, layout.schools.index(school)] / job.draws


def test_a_daily_bus_carries_day_pupils_beyond_the_limit(made) -> None:
    prepared, job, buses, _ = made
    travel, layout, space = prepared.space.travel, prepared.model.layout, prepared.space
    pupils, at = pupils_at(prepared, job, "baseline", 2026, "a"), space.schools.index("a")
    expected = walk = ride = still = longest = 0.0
    for point, unit in enumerate(travel.point_unit):
        name, minutes = space.units[unit], travel.point_minutes[:, point, at]
        if name in ("u2", "u3") and minutes[WALK] > 5:
            # a has no beds and no boarders on record: all its pupils are day pupils
            here = travel.point_weight[point] * pupils[layout.units.index(name)].sum()
            expected, walk, ride = expected + here, walk + here * minutes[WALK], ride + here * minutes[BUS]
            still += here * (minutes[BUS] > 2)
            longest = max(longest, travel.point_km[point, at] if here > 0 else 0.0)
    found = buses.query("bus == 'day' and future == 'baseline' and year == 2026").iloc[0]
    assert expected > 9
    assert found["children"] == pytest.approx(expected)
    assert found["runs"] == int(np.ceil(expected / 9))
    assert found["minutes_walk"] == pytest.approx(walk / expected)
    assert found["saved"] == pytest.approx((walk - ride) / expected)
    assert found["still_far"] == pytest.approx(still)
    assert found["km"] == pytest.approx(longest)
    assert found["cost_per_year"] == pytest.approx(np.ceil(expected / 9) * 4 * longest * 39 * 5 * 5 / 1e4)


def test_a_weekly_bus_carries_the_boarders(made) -> None:
    _, job, buses, _ = made
    found = buses.query("bus == 'weekend' and future == 'baseline' and year == 2026").iloc[0]
    number = next(i for i, c in enumerate(job.cases) if (c.rates.future, c.network.plan) == ("baseline", "build"))
    boarders = ensemble.array_of(job, number, "boarders")
    s = job.model.layout.schools.index("b")
    drawn = boarders[:, 2026 - 2024, s].sum(axis=1).mean()
    assert found["children"] == pytest.approx(drawn, rel=0.1)  # expected riders against 6 draws of whole boarders
    assert found["cost_per_year"] == 12


def test_buses_run_in_their_years_of_the_plan_that_has_them(made) -> None:
    _, job, buses, _ = made
    assert set(buses["plan"]) == {"build"}
    years = [year for year in job.pair_years if year > 2023]
    assert sorted(set(buses.query("bus == 'day'")["year"])) == [y for y in years if 2025 <= y <= 2027]
    assert sorted(set(buses.query("bus == 'weekend'")["year"])) == [y for y in years if y >= 2024]


def test_the_three_answers_of_a_school(made) -> None:
    prepared, _, _, answers = made
    rows = answers.query("future == 'baseline' and plan == 'build' and year == 2026 and school == 'b'")
    by = rows.set_index("option")
    assert set(by.index) == {"walk", "bus", "board"}
    assert (by["children"] == by.loc["walk", "children"]).all()
    assert by.loc["walk", "still_far"] == by.loc["walk", "children"]
    assert by.loc["bus", "minutes"] < by.loc["walk", "minutes"]
    assert by.loc["board", "still_far"] == pytest.approx(0.0)  # a junior school: all its grades may board
    defaults = prepared.bundle.boarding
    assert by.loc["board", "capital"] == pytest.approx(by.loc["board", "beds"] * defaults.bed_cost("junior"))
    assert 0 < by.loc["board", "beds"] <= by.loc["board", "children"]
    young = answers.query("future == 'baseline' and plan == 'build' and year == 2026 and school == 'a'")
    left = young.set_index("option").loc["board", "still_far"]
    assert 0 < left < young["children"].iloc[0]  # grades 1 to 3 do not board


def test_tables_fit_their_shapes(made) -> None:
    _, _, buses, answers = made
    assert len(conform(buses, BUSES)) == len(buses)
    assert len(conform(answers, OPTIONS)) == len(answers)


def test_a_study_that_says_nothing_has_empty_tables(tmp_path: Path) -> None:
    prepared, job = county(tmp_path / "plain", section="", plan="")
    buses, answers = bus_rows(prepared, job)
    assert len(buses) == len(answers) == 0
    assert all(case.boards is None for case in job.cases)
