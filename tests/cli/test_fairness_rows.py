"""Ways and classes by groups of homes and schools: by hand, and against the tables of access of the same run."""

import numpy as np
import pandas as pd
import pytest

import schoolplan
from gis.access_table import Homes
from reports.run_folder import RunFolder
from schoolplan.fairness_rows import mean_way, unit_ways, with_differences
from tests.sim import busy

pytestmark = pytest.mark.usefixtures("no_pictures")

KEYS = ["future", "year", "stage", "split", "group", "indicator"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    folder = tmp_path_factory.mktemp("fair")
    schoolplan.run(busy.write(folder, 3), folder / "run", draws=3, workers=1, drivers=False)
    return RunFolder.read(folder / "run")


def test_ways_of_units_by_hand() -> None:
    """Unit u has two places with 3 and 1 parts of its children; from the second no way leads to school b."""
    cost = np.array([[2.0, 6.0], [10.0, np.inf], [4.0, 1.0]])
    homes = Homes(("u", "v"), np.array([True, False]), np.array([0, 0, 1]), np.array([0.75, 0.25, 1.0]), cost, "km")
    ways = unit_ways(homes)
    assert ways[0].tolist() == [[4.0, 4.5], [4.0, 1.0]]
    assert ways[1].tolist() == [[1.0, 0.75], [1.0, 1.0]]
    # 8 of u at a: 8 x 4 km; 4 of u at b: 3 of them 6 km, the fourth has no way; 5 of v at b: 1 km
    assert mean_way(np.array([[8.0, 4.0], [0.0, 5.0]]), ways) == pytest.approx((32 + 18 + 5) / (8 + 3 + 5))
    assert np.isnan(mean_way(np.zeros((2, 2)), ways))


def test_gaps_and_differences_of_means_by_hand() -> None:
    def rows(plan: str, urban: float, rural: float, beyond: float) -> list[tuple[object, ...]]:
        return [
            ("f", plan, 2025, "primary", "home", "urban", "way_km", "km", urban),
            ("f", plan, 2025, "primary", "home", "rural", "way_km", "km", rural),
            ("f", plan, 2025, "primary", "home", "rural", "beyond", "pupils", beyond),
        ]

    columns = ["future", "plan", "year", "stage", "split", "group", "indicator", "unit", "mean"]
    table = pd.DataFrame([*rows("none", 1.0, 3.0, 9.0), *rows("more", 1.5, 2.0, 4.0)], columns=columns)
    found = with_differences(table, "none").set_index(["plan", "group", "indicator"])
    assert found.loc[("none", "gap", "way_km"), "mean"] == -2.0
    assert found.loc[("more", "gap", "way_km"), ["mean", "diff_mean"]].tolist() == [-0.5, 1.5]
    assert found.loc[("more", "rural", "beyond"), "diff_mean"] == -5.0
    assert ("more", "gap", "beyond") not in found.index
    assert found.loc["none"]["diff_mean"].isna().all()
    assert set(found["paired"]) == {0}


def test_ways_of_homes_agree_with_the_table_of_units(run: RunFolder) -> None:
    table, units = run.tables.fairness, run.tables.access_units
    units = units[(units["measure"] == "km") & (units["pupils"] > 0)]
    assert (units["unreachable"] == 0).all()
    urban = pd.read_csv(run.path.parent / "units.csv").set_index("unit")["urban"].astype(bool)
    own = table[(table["split"] == "home") & (table["indicator"] == "way_km")]
    checked = 0
    for row in own[own["group"] != "gap"].to_dict("records"):
        where = units[["future", "plan", "year", "stage"]].eq([row[key] for key in ("future", "plan", "year", "stage")])
        mine = units[where.all(axis=1) & (units["unit"].map(urban) == (row["group"] == "urban"))]
        assert row["mean"] == pytest.approx((mine["pupils"] * mine["mean"]).sum() / mine["pupils"].sum(), abs=2e-3)
        checked += 1
    assert checked > 20


def test_the_run_folder_has_both_kinds_of_rows_and_the_section(run: RunFolder) -> None:
    table = run.tables.fairness
    assert {"way_km", "way_min", "class_size", "no_seat", "sent_on", "moved", "moved_again"} <= set(table["indicator"])
    paired = table[table["paired"] == 1]
    assert len(paired)
    assert not (set(paired["indicator"]) & {"way_km", "way_min", "beyond"})
    assert not table.duplicated([*KEYS, "plan"]).any()
    assert len(run.tables.alerts)
    text = (run.path / "report.html").read_text(encoding="utf-8")
    assert '<section id="fairness"' in text
    assert '<section id="alerts"' in text
    assert "预警名单不能作为划片依据" in text
