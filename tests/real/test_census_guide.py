"""The commands of the guide, as they stand there, on the real files of the five places and on made-up villages."""

import re
import shlex
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine

from gis.boundary import read_boundary, working_way, working_zone
from schoolplan.cli import app
from schoolplan.exits import GOOD, INVALID_INPUT, guarded

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "from-a-census.md"


def commands() -> list[list[str]]:
    block = re.search(r"```bash\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    lines = block[1].replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("schoolplan ")]


def villages(layer: Path, folder: Path) -> None:
    """`villages.gpkg`, `households.csv` and `population.tif`: squares of five kilometres, fuller to the north."""
    boundary, _ = read_boundary(layer, layer.name, "GCJ-02", None)
    assert boundary is not None
    way = working_way(boundary, working_zone(float(boundary.lonlat()[0])))
    (county,) = way.geometries(boundary.shapes)
    west, south, east, north = county.bounds
    squares = [
        shapely.intersection(county, shapely.box(x, y, x + 5000, y + 5000))
        for y in np.arange(south, north, 5000.0)
        for x in np.arange(west, east, 5000.0)
    ]
    shapes = [shape for shape in squares if shape.area > 1e4]
    ids = [f"v{i}" for i in range(len(shapes))]
    frame = gpd.GeoDataFrame({"unit": ids, "name": ids}, geometry=shapes, crs=way.target).to_crs("EPSG:4490")
    frame.to_file(folder / "villages.gpkg")
    counts = [20 + i for i in range(len(shapes))]
    pd.DataFrame({"村居代码": ids, "户数": counts}).to_csv(folder / "households.csv", index=False)
    west, south, east, north = frame.total_bounds
    rows = np.arange(600, 0, -1, dtype="float32")  # people of a pixel, from north to south
    profile = {"driver": "GTiff", "height": 600, "width": 600, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    step = 1.1 * max(east - west, north - south) / 600
    transform = Affine(step, 0, west - 0.01, 0, -step, north + 0.01)
    with rasterio.open(folder / "population.tif", "w", **profile, transform=transform) as file:
        file.write(np.repeat(rows[:, None], 600, axis=1), 1)


def test_the_commands_of_the_guide_make_checked_skeletons(
    china_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "census_2020.csv").symlink_to((china_data / "census_2020_selected_counties.csv").resolve())
    (tmp_path / "births_by_province.csv").symlink_to((china_data / "china_province_panel_2000_2019.csv").resolve())
    for layer in china_data.glob("*_gcj02.geojson"):
        (tmp_path / layer.name.replace("_gcj02", "")).symlink_to(layer.resolve())
    villages(tmp_path / "county_522635.geojson", tmp_path)
    monkeypatch.chdir(tmp_path)
    run = {}
    for words in commands():
        run[tuple(words)] = guarded(lambda standalone_mode, words=words: app(words, standalone_mode=standalone_mode))
    bad = {" ".join(words): code for words, code in run.items() if code != GOOD and "--fix" not in words}
    assert not bad
    assert len(run) == 17
    assert {code for words, code in run.items() if "--fix" in words} == {INVALID_INPUT}  # what it mends was wrong
    people = {
        name: pd.read_csv(f"{name}/data/population.csv", encoding="utf-8-sig").groupby("unit")["people"].sum()
        for name in ("majiang", "majiang-villages", "majiang-households")
    }
    assert len({total.sum() for total in people.values()}) == 1
    order = [f"v{i}" for i in range(len(people["majiang-households"]))]  # from south to north
    households, pixels = (people[f"majiang-{name}"].loc[order].to_numpy() for name in ("households", "villages"))
    counts = 20 + np.arange(len(order))
    assert households == pytest.approx(households.sum() * counts / counts.sum(), abs=20)  # rounded band by band
    north = len(order) // 2
    assert pixels[north:].max() > 1.1 * pixels[:north].max()  # of whole squares, where more people stand in each pixel
