import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.layers import read_layer
from gis.zones import Moment, closures_of, dissolve, zone_history, zones_at
from scenarios.schema_plan import PlanFile
from tests.gis.county import METRES, grid, write_layer

NAMES = {"zh": "方案", "en": "Plan"}
BASE = pd.DataFrame(
    [
        ("primary", "u00", "a"),
        ("primary", "u01", "a"),
        ("primary", "u02", "b"),
        ("primary", "u03", "b"),
        ("junior", "u00", "j"),
    ],
    columns=["stage", "unit", "school"],
)


def plan(zones: list[dict] | None = None, projects: list[dict] | None = None) -> PlanFile:
    content = {"schema_version": 1, "id": "p", "name": NAMES, "zones": zones or [], "projects": projects or []}
    return PlanFile.model_validate(content)


def served(a_plan: PlanFile, moment: Moment, hosting=None) -> dict[str, tuple[str, ...]]:
    table = zones_at(zone_history(BASE, a_plan), "primary", moment, hosting)
    return {unit: tuple(rows["school"]) for unit, rows in table.groupby("unit")}


def test_without_changes_the_base_year_holds() -> None:
    assert served(plan(), Moment(2030)) == {"u00": ("a",), "u01": ("a",), "u02": ("b",), "u03": ("b",)}


def test_a_change_holds_from_its_year_on() -> None:
    change = plan([{"stage": "primary", "units": ["u01"], "schools": ["b", "a"], "from": 2025}])
    assert served(change, Moment(2024))["u01"] == ("a",)
    assert served(change, Moment(2025))["u01"] == ("a", "b")
    assert served(change, Moment(2025))["u00"] == ("a",)


def test_a_change_with_a_project_waits_for_its_opening() -> None:
    change = plan([{"stage": "primary", "units": ["u01", "u02"], "schools": ["n"], "with": "build"}])
    assert served(change, Moment(2030))["u01"] == ("a",)
    assert served(change, Moment(2026, {"build": 2027}))["u01"] == ("a",)
    assert served(change, Moment(2027, {"build": 2027}))["u02"] == ("n",)


def test_the_latest_change_wins_and_among_equals_the_later_line() -> None:
    early = {"stage": "primary", "units": ["u01"], "schools": ["b"], "from": 2025}
    late = {"stage": "primary", "units": ["u01"], "schools": ["n"], "with": "build"}
    assert served(plan([late, early]), Moment(2030, {"build": 2026}))["u01"] == ("n",)
    assert served(plan([late, early]), Moment(2030, {"build": 2025}))["u01"] == ("b",)
    assert served(plan([early, late]), Moment(2030, {"build": 2025}))["u01"] == ("n",)


def test_a_closed_school_is_replaced_by_its_receivers() -> None:
    shut_b = {
        "id": "shut-b",
        "name": NAMES,
        "kind": "closure",
        "start": "2024-01",
        "school": "b",
        "receivers": ["a", "j"],
    }
    shut_a = {"id": "shut-a", "name": NAMES, "kind": "closure", "start": "2024-01", "school": "a", "receivers": ["c"]}
    both = plan(projects=[shut_b, shut_a])
    closures = closures_of(both)
    assert closures == {"b": ("shut-b", ("a", "j")), "a": ("shut-a", ("c",))}
    once = Moment(2026, {"shut-b": 2026}, closures)
    assert served(both, once)["u03"] == ("a", "j")
    assert served(both, once, {"a", "b", "c"})["u03"] == ("a",)
    assert served(both, Moment(2025, {"shut-b": 2026}, closures))["u03"] == ("b",)
    assert served(both, Moment(2026, {"shut-b": 2026, "shut-a": 2026}, closures), {"a", "b", "c"})["u03"] == ("c",)


def test_schools_that_receive_each_other_end_somewhere() -> None:
    closures = {"a": ("x", ("b",)), "b": ("y", ("a",))}
    assert served(plan(), Moment(2026, {"x": 2026, "y": 2026}, closures))["u00"] == ("a",)


def test_units_of_one_school_dissolve_into_one_shape(tmp_path) -> None:
    units = read_layer(write_layer(tmp_path / "units.geojson", grid(2, 2)), METRES, "unit")
    zones = dissolve(units, zones_at(zone_history(BASE, plan()), "primary", Moment(2023)))
    assert list(zones["zone"]) == ["a", "b"]
    assert list(zones["units"]) == [("u00", "u01"), ("u02", "u03")]
    assert zones.geometry.area.tolist() == [2e6, 2e6]
    assert zones.geometry.iloc[0].equals(shapely.box(450_000, 2_930_000, 452_000, 2_931_000))
    assert zones.crs == METRES


def test_a_zone_of_several_schools_is_one_shape_and_unserved_units_are_none(tmp_path) -> None:
    units = read_layer(write_layer(tmp_path / "units.geojson", grid(2, 2)), METRES, "unit")
    table = pd.DataFrame({"unit": ["u00", "u00", "u01", "u01", "u02"], "school": ["b", "a", "a", "b", "a"]})
    zones = dissolve(units, table)
    assert list(zones["zone"]) == ["a", "a+b"]
    assert zones.geometry.area.sum() == pytest.approx(3e6)
    assert len(dissolve(units, table.iloc[:0])) == 0


@given(order=st.permutations(range(5)), features=st.permutations(range(4)))
def test_the_order_of_rows_and_features_never_matters(order, features, tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("zones") / "units.geojson"
    units = read_layer(write_layer(path, [grid(2, 2)[at] for at in features]), METRES, "unit")
    change = plan([{"stage": "primary", "units": ["u01"], "schools": ["b"], "from": 2025}])
    straight = dissolve(units, zones_at(zone_history(BASE, change), "primary", Moment(2025)))
    shuffled = dissolve(units, zones_at(zone_history(BASE.iloc[order], change), "primary", Moment(2025)))
    assert straight.to_json() == shuffled.to_json()
