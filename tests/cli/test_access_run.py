"""Access of a run: the tiny study worked out with plain loops, seats by stage, sums, catchment sizes, no infinity."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import schoolplan
from gis.arrays import WALK
from reports.access_view import with_no_way
from reports.run_folder import RunFolder
from schoolplan.access_rows import access_years, homes_of, reach_of, stage_seats
from schoolplan.prepare import Prepared, prepare

pytestmark = pytest.mark.usefixtures("no_pictures")

TINY = Path(__file__).parents[1] / "tiny" / "approval.yaml"


@pytest.fixture(scope="module")
def tiny() -> Prepared:
    return prepare(TINY)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    target = tmp_path_factory.mktemp("access") / "run"
    schoolplan.run(TINY, target, workers=1)
    return RunFolder.read(target)


def row(table: pd.DataFrame, plan: str, year: int, stage: str, measure: str) -> pd.Series:
    found = table.query(f"plan == '{plan}' and year == {year} and stage == '{stage}' and measure == '{measure}'")
    assert len(found) == 1
    return found.iloc[0]


def test_the_tables_hold_the_base_year_the_window_and_the_horizon(run: RunFolder, tiny: Prepared) -> None:
    assert access_years(tiny) == (2023, 2025, 2026, 2027)
    table = run.tables.access
    assert sorted(set(table["year"])) == [2023, 2025, 2026, 2027]
    # 2 plans x 4 years x 2 measures x (2 stages + 5 grades)
    assert len(table) == 2 * 4 * 2 * 7
    assert len(run.tables.access_units) == 2 * 4 * 2 * 2 * 3


def test_the_base_year_of_the_tiny_study_with_plain_loops(run: RunFolder, tiny: Prepared) -> None:
    """One primary school: everybody goes there, from ten points of each unit, 1.5 x the straight line at 3.6 km/h."""
    model, space, travel = tiny.model, tiny.space, tiny.space.travel
    assert travel is not None
    school = space.schools.index("a")
    at = space.school_xy[school]
    living = dict.fromkeys(space.units, 0)
    for cell, unit in enumerate(model.layout.unit_of):
        for slot, place in enumerate(model.layout.slot_school[cell]):
            if unit >= 0 and place == model.layout.schools.index("a"):
                living[model.layout.units[unit]] += int(model.pupils[cell, slot, :3].sum())
    ways: list[tuple[float, float]] = []
    for point, (x, y) in enumerate(travel.point_xy):
        km = 1.5 * math.hypot(x - at[0], y - at[1]) / 1000
        ways.append((km, living[space.units[travel.point_unit[point]]] * travel.point_weight[point]))
    every = sum(pupils for _, pupils in ways)
    mean = sum(km * pupils for km, pupils in ways) / every
    half = min(km for km, _ in ways if sum(pupils for other, pupils in ways if other <= km) >= every / 2)
    found = row(run.tables.access, "do-nothing", 2023, "primary", "km")
    assert found["pupils"] == pytest.approx(every)
    assert found["mean"] == pytest.approx(mean, abs=1e-3)
    assert found["p50"] == pytest.approx(half, abs=1e-3)
    minutes = row(run.tables.access, "do-nothing", 2023, "primary", "minutes")
    assert minutes["mean"] == pytest.approx(mean / 3.6 * 60, abs=1e-2)
    # Children of grades 1 to 3 beyond half an hour on foot: 1.8 km.
    far = sum(pupils for km, pupils in ways if km > 1.8)
    assert minutes["beyond"] == pytest.approx(far, abs=1e-3)
    # 8 rooms of 45 seats, and everybody within the catchment of 4 km: the seats are given out once.
    if max(km for km, pupils in ways if pupils > 0) <= 4.0:
        assert found["access_mean"] == pytest.approx(8 * 45 / every, abs=1e-3)


def test_units_and_grades_add_up_to_the_stage_and_the_rolls(run: RunFolder) -> None:
    table, units, schools = run.tables.access, run.tables.access_units, run.tables.schools
    for plan in ("do-nothing", "build"):
        for stage, grades in (("primary", "123"), ("junior", "45")):
            whole = row(table, plan, 2026, stage, "km")
            parts = [row(table, plan, 2026, f"grade:{grade}", "km") for grade in grades]
            assert whole["pupils"] == pytest.approx(sum(part["pupils"] for part in parts))
            lives = units.query(f"plan == '{plan}' and year == 2026 and stage == '{stage}' and measure == 'km'")
            assert lives["pupils"].sum() == pytest.approx(whole["pupils"])
            rolls = schools.query(f"plan == '{plan}' and year == 2026 and stage == '{stage}' and indicator == 'roll'")
            assert rolls["mean"].sum() == pytest.approx(whole["pupils"])  # nobody comes from outside this county


def test_no_cell_of_the_tables_is_infinite(run: RunFolder) -> None:
    for table in (run.tables.access, run.tables.access_units):
        assert not np.isinf(table.select_dtypes("number").to_numpy(dtype=float)).any()


def test_seats_of_two_stages_are_split_by_pupils_and_without_pupils_by_grades(tiny: Prepared) -> None:
    model = tiny.model
    a, b = (model.layout.schools.index(name) for name in "ab")
    both = model.hosts.copy()
    both[a] = True
    model = replace(model, hosts=both)
    rolls, rooms = np.zeros((len(model.layout.schools), 5), dtype=np.int64), np.zeros(len(model.layout.schools))
    rooms[[a, b]] = 10.0, 4.0
    rolls[a] = 30, 30, 30, 10, 20
    planned = np.broadcast_to(model.grades.planned_size, rolls.shape)
    found = stage_seats(model, rolls, rooms, planned)
    assert found[a].tolist() == pytest.approx([10 * 90 / 120 * 45, 10 * 30 / 120 * 50])
    assert found[b].tolist() == pytest.approx([0, 4 * 50])
    rolls[a] = 0
    assert stage_seats(model, rolls, rooms, planned)[a].tolist() == pytest.approx([10 * 3 / 5 * 45, 10 * 2 / 5 * 50])


def test_catchments_are_as_large_as_the_limits_of_admission(tiny: Prepared) -> None:
    assert reach_of(tiny, "km") == {"primary": 4.0, "junior": 15.0}
    assert reach_of(tiny, "minutes") == pytest.approx({"primary": 4 / 0.06, "junior": 250.0})


def test_a_place_without_a_way_has_none_in_kilometres_either(tiny: Prepared) -> None:
    travel = tiny.space.travel
    assert travel is not None
    minutes = travel.point_minutes.copy()
    minutes[WALK, 0] = np.inf
    cut = replace(tiny, space=replace(tiny.space, travel=replace(travel, point_minutes=minutes)))
    for measure in ("km", "minutes"):
        cost = homes_of(cut, measure).cost  # type: ignore[arg-type]
        assert np.isinf(cost[0]).all()
        assert np.isfinite(cost[1:]).all()


def test_empty_ways_are_drawn_as_no_way() -> None:
    table = pd.DataFrame(
        {"unit": ["u1", "u2"], "pupils": [3.0, 0.0], "mean": [np.nan, np.nan], "nearest": [np.nan, 2.0]}
    )
    found = with_no_way(table)
    assert found["mean"].tolist()[0] == np.inf
    assert np.isnan(found["mean"].tolist()[1])
    assert found["nearest"].tolist() == [np.inf, 2.0]
    stages = pd.DataFrame({"pupils": [3.0], "mean": [np.nan], "p50": [1.0], "p90": [np.nan]})
    assert with_no_way(stages)["p90"].tolist() == [np.inf]
    assert np.isnan(with_no_way(stages)["mean"].tolist()[0])
