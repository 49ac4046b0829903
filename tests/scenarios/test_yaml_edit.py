import pytest

from scenarios.yaml_core import parse, plain
from scenarios.yaml_edit import with_values

TEXT = """# 县
tables:   # x
  units: {path: a.xlsx, sheet: 村}  # keep
  schools:
    path: b.xlsx   # p
    sheet: S       # s
  sites: "data/üb.csv"
  zones: zones.csv
# end
layers:
  units: {path: data/units.shp, id: unit, crs: "EPSG:4490"}
"""


def test_values_are_replaced_and_all_else_stays() -> None:
    text = with_values(TEXT, {
        ("tables", "units"): "data/units.csv",
        ("tables", "schools"): "data/学校.csv",
        ("tables", "sites"): "s.csv",
        ("layers", "units", "path"): "data/u.geojson",
    })  # fmt: skip
    data = plain(parse(text))
    assert data == {
        "tables": {"units": "data/units.csv", "schools": "data/学校.csv", "sites": "s.csv", "zones": "zones.csv"},
        "layers": {"units": {"path": "data/u.geojson", "id": "unit", "crs": "EPSG:4490"}},
    }
    for comment in ("# 县", "# x", "# keep", "# s", "# end"):
        assert comment in text
    assert with_values(TEXT, {}) == TEXT


def test_a_value_that_needs_quotes_gets_them() -> None:
    text = with_values(TEXT, {("tables", "zones"): "a: #b.csv"})
    data = plain(parse(text))
    assert isinstance(data, dict)
    assert data["tables"]["zones"] == "a: #b.csv"


@pytest.mark.parametrize("path", [("tables", "rooms"), ("x",), ("tables", "zones", "path")])
def test_a_path_that_is_not_there_is_refused(path: tuple[str, ...]) -> None:
    with pytest.raises(KeyError):
        with_values(TEXT, {path: "x"})
