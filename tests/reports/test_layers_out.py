"""map.gpkg: the layers a GIS user expects, right values, the same bytes on every run."""

import time
from dataclasses import replace
from pathlib import Path

import pyogrio
import pytest

from reports.layers_out import write_layers
from reports.layers_set import school_layer, zone_layer
from reports.run_folder import RunFolder


@pytest.fixture(scope="module")
def package(run: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_layers(run, tmp_path_factory.mktemp("gpkg") / "map.gpkg")


def test_layers_and_their_crs(run: RunFolder, package: Path) -> None:
    names = [str(name) for name, _ in pyogrio.list_layers(package)]
    assert names[:2] == ["units", "zones"]
    assert {f"schools {plan.id}" for plan in run.study.plans} <= set(names)
    assert {f"pupils {plan} {future}" for future, plan in run.cases} <= set(names)
    assert pyogrio.read_info(package, layer="units")["crs"] == "EPSG:4545"
    assert len(pyogrio.read_dataframe(package, layer="units")) == 20


def test_schools_carry_the_results_of_their_plan(run: RunFolder, package: Path) -> None:
    layer = pyogrio.read_dataframe(package, layer="schools county-plan")
    assert len(layer) == 12 * 15 * 2
    row = layer.query("school == 'ps-01' and year == 2029 and future == 'fast'").iloc[0]
    table = run.tables.schools.query(
        "plan == 'county-plan' and entity == 'ps-01' and year == 2029 and future == 'fast' and stage == 'all'"
    ).set_index("indicator")
    assert row["roll_p50"] == table.loc["roll", "p50"]
    assert row["p_over_size"] == table.loc["roll", "p_exceed"]
    assert row["safe_seats"] == table.loc["safe_seats", "p50"]
    assert row["name_zh"] == "县第一小学"
    place = run.tables.school_list.set_index("school").loc["ps-01"]
    assert (row.geometry.x, row.geometry.y) == (place["x"], place["y"])


def test_schools_with_stage_rows_only_are_summed(run: RunFolder) -> None:
    table = run.tables.schools
    bare = replace(run, tables=replace(run.tables, schools=table[table["stage"] != "all"]))
    row = school_layer(bare, "compact").query("school == 'ny-01' and year == 2025 and future == 'fast'").iloc[0]
    parts = table.query(
        "plan == 'compact' and entity == 'ny-01' and year == 2025 and future == 'fast'"
        " and indicator == 'roll' and stage in ('primary', 'junior')"
    )
    assert row["roll_p50"] == parts["p50"].sum()


def test_zones_cover_the_county_and_name_their_school(run: RunFolder, package: Path) -> None:
    zones = pyogrio.read_dataframe(package, layer="zones")
    today = zones.query("plan == 'county-plan' and stage == 'primary' and with_project == ''")
    assert today.area.sum() == pytest.approx(run.units().area.sum())
    new = zones.query("with_project == 'no4-primary'").iloc[0]
    assert (new["school"], new["units"], new["name_en"]) == ("ps-04", 3, "County No. 4 Primary")


def test_pupils_by_year(package: Path, run: RunFolder) -> None:
    layer = pyogrio.read_dataframe(package, layer="pupils compact baseline").set_index("unit")
    expected = run.tables.zones.query(
        "plan == 'compact' and future == 'baseline' and indicator == 'pupils' and stage == 'all'"
        " and entity == 'u08' and year == 2030"
    )["p50"].item()
    assert layer.loc["u08", "y2030"] == expected


def test_about_says_synthetic_and_not_calibrated(package: Path) -> None:
    about = pyogrio.read_dataframe(package, layer="about").set_index("key")["value"]
    assert about["synthetic"] == "True"
    assert about["calibrated"] == "False"
    assert "不作为划界依据" in about["use"]


def test_same_bytes_a_second_later_and_settings_put_back(run: RunFolder, package: Path, tmp_path: Path) -> None:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    time.sleep(1.1)
    again = write_layers(run, tmp_path / "map.gpkg")
    assert again.read_bytes() == package.read_bytes()
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == before
    write_layers(run, again)
    assert [path.name for path in tmp_path.iterdir()] == ["map.gpkg"]


def test_zone_rows_are_sorted(run: RunFolder) -> None:
    zones = zone_layer(run, run.units())
    keys = list(zones[["plan", "stage", "school", "from_year", "with_project"]].itertuples(index=False, name=None))
    assert keys == sorted(keys)
