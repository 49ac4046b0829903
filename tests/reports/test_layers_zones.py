"""Catchments in layers: the numbers behind every map, year by year, as the maps compute them one at a time."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from reports.figures_setting import Case
from reports.layers_set import school_verdicts
from reports.layers_zones import catchment_layer, closures, years_of
from reports.maps_data import MapLayers, school_values, stage_schools, zone_value, zones_in_force
from reports.run_folder import RunFolder

PLAN = "county-plan"


@pytest.fixture(scope="module")
def rows(run: RunFolder) -> pd.DataFrame:
    return run.tables.schools[run.tables.schools["plan"] == PLAN]


@pytest.mark.parametrize("stage", ["primary", "junior"])
@pytest.mark.parametrize("year", [2024, 2028, 2038])
def test_every_zone_and_value_is_that_of_the_map(run: RunFolder, rows: pd.DataFrame, stage: str, year: int) -> None:
    units = run.units()
    layer = catchment_layer(run, units, PLAN, rows)
    tables = run.tables
    maps = MapLayers(units, tables.school_list, tables.zone_list, tables.projects, {PLAN: closures(run, PLAN)})
    stages = {card.id: card.grades for card in run.study.stages}
    for future in ("baseline", "fast"):
        case = Case(future, PLAN)
        hosting = list(stage_schools(tables.school_list, stage, stages)["school"])
        served = zones_in_force(maps, case, stage, year, hosting)
        zones = served.groupby("unit")["school"].agg(lambda names: tuple(sorted(names)))
        values = school_values(tables.schools, case, stage, year)
        held = layer[(layer["future"] == future) & (layer["stage"] == stage)]
        held = held[(held["from_year"] <= year) & (held["to_year"] >= year)].set_index("zone")
        assert set(held.index) == {"+".join(zone) for zone in zones}
        for zone in set(zones):
            row = held.loc["+".join(zone)]
            assert row["units"] == (zones == zone).sum()
            expected = units.set_index("unit").loc[zones.index[zones == zone]].union_all()
            assert row.geometry.equals(expected)
            for column, measure in (("use", "utilisation"), ("size", "size_breach"), ("class", "class_breach")):
                value = zone_value(values, zone, measure)
                assert row[f"{column}_{year}"] == pytest.approx(value, abs=5e-7, nan_ok=True)


def test_a_zone_stands_for_its_years_alone(run: RunFolder, rows: pd.DataFrame) -> None:
    layer = catchment_layer(run, run.units(), PLAN, rows)
    years = years_of(run)
    grid = layer[[f"size_{year}" for year in years]].to_numpy(dtype=float)
    inside = (np.array(years) >= layer["from_year"].to_numpy()[:, None]) & (
        np.array(years) <= layer["to_year"].to_numpy()[:, None]
    )
    assert np.isnan(grid[~inside]).all()
    assert np.isfinite(grid[inside]).mean() > 0.9
    assert (layer["from_year"] > years[0]).any()


def test_a_plan_without_zones_has_an_empty_layer_with_all_fields(run: RunFolder, rows: pd.DataFrame) -> None:
    bare = replace(run, tables=replace(run.tables, zone_list=run.tables.zone_list[:0]))
    empty, whole = (catchment_layer(one, run.units(), PLAN, rows) for one in (bare, run))
    assert len(empty) == 0
    assert list(empty.columns) == list(whole.columns)
    assert empty.crs == whole.crs


def test_the_worst_verdict_of_the_rules_that_decide(run: RunFolder) -> None:
    said = school_verdicts(run, PLAN).set_index(["future", "school"])["verdict"]
    every = run.study.deciding(run.tables.verdicts)
    own = every[(every["plan"] == PLAN) & (every["scope"] == "school")]
    for (future, school), rows in own.groupby(["future", "entity"]):
        words = set(rows["verdict"])
        first = next(word for word in ("fails", "at-risk", "undecided", "outlook", "holds") if word in words)
        assert said[future, school] == first
    assert set(said) >= {"holds", "fails"} or len(set(said)) > 1
