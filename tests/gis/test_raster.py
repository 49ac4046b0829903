"""A population raster in polygons: equal to brute force, border pixels by area, totals kept, windows bounded."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import CRS, Transformer

from gis import raster
from gis.raster import raster_people

WORKING = CRS("EPSG:4545")
TO_WORKING = Transformer.from_crs("EPSG:4326", WORKING, always_xy=True)
WEST, NORTH, STEP = 107.5, 26.6, 1 / 1200  # 3 seconds of arc, as WorldPop


def write(path: Path, people: np.ndarray, crs: str | None = "EPSG:4326", nodata: float | None = -99999.0) -> Path:
    step = STEP if crs == "EPSG:4326" else 100.0
    origin = (WEST, NORTH) if crs == "EPSG:4326" else (450_000.0, 2_950_000.0)
    transform = Affine(step, 0, origin[0], 0, -step, origin[1])
    profile = {"driver": "GTiff", "height": people.shape[0], "width": people.shape[1], "count": 1, "dtype": "float32"}
    with rasterio.open(path, "w", **profile, crs=crs, nodata=nodata, transform=transform) as file:
        file.write(people.astype("float32"), 1)
    return path


def pixel(row: int, column: int) -> shapely.Polygon:
    lon = WEST + STEP * (column + np.array([0, 1, 1, 0]))
    lat = NORTH - STEP * (row + np.array([0, 0, 1, 1]))
    return shapely.Polygon(np.column_stack(TO_WORKING.transform(lon, lat)))


def brute(people: np.ndarray, shapes: np.ndarray) -> list[float]:
    """Every pixel cut with every polygon, in plain loops."""
    out = [0.0] * len(shapes)
    for row in range(people.shape[0]):
        for column in range(people.shape[1]):
            if people[row, column] > 0:
                cell = pixel(row, column)
                for i, shape in enumerate(shapes):
                    out[i] += float(people[row, column]) * cell.intersection(shape).area / cell.area
    return out


def cover(rows: int, columns: int, seed: int, cells: int = 7) -> np.ndarray:
    """Crooked polygons that cover the middle of a raster without gaps, in the working CRS."""
    rng = np.random.default_rng(seed)
    lon, lat = WEST + STEP * columns * rng.uniform(0.1, 0.9, cells), NORTH - STEP * rows * rng.uniform(0.1, 0.9, cells)
    x, y = TO_WORKING.transform(lon, lat)
    points = shapely.MultiPoint(np.column_stack([x, y]))
    frame = shapely.buffer(points.convex_hull, 300.0)
    parts = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    return np.asarray(shapely.intersection(parts, frame), dtype=object)


def people(rows: int, columns: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).gamma(0.5, 20, (rows, columns)).astype("float32")


def read(path: Path, shapes: np.ndarray) -> raster.RasterPeople:
    found, problems = raster_people(path, path.name, shapes, WORKING)
    assert problems == []
    assert found is not None
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_sums_are_those_of_brute_force(tmp_path: Path, seed: int) -> None:
    grid = people(37, 41, seed)
    grid[5:9, 7:20] = -99999.0
    shapes = cover(37, 41, seed)
    found = read(write(tmp_path / "p.tif", grid), shapes)
    assert found.people.tolist() == pytest.approx(brute(grid, shapes), rel=1e-9)


def test_the_parts_of_a_county_add_to_the_county(tmp_path: Path) -> None:
    grid = people(300, 280, 5)
    shapes = cover(300, 280, 5, cells=20)
    path = write(tmp_path / "p.tif", grid)
    whole = read(path, np.array([shapely.union_all(shapes)], dtype=object)).people[0]
    assert read(path, shapes).people.sum() == pytest.approx(whole, rel=1e-9)
    assert 0 < whole < grid.sum()


def test_a_polygon_around_the_raster_holds_all_its_people(tmp_path: Path) -> None:
    grid = people(50, 60, 6)
    around = shapely.buffer(shapely.union_all([pixel(0, 0), pixel(49, 59)]).envelope, 2000.0)
    found = read(write(tmp_path / "p.tif", grid), np.array([around], dtype=object))
    assert found.people[0] == pytest.approx(float(grid.astype(float).sum()), rel=1e-9)
    assert 0 < found.outside[0] < 1


def test_a_pixel_is_divided_by_area(tmp_path: Path) -> None:
    cell = pixel(3, 4)
    x0, y0, x1, y1 = cell.bounds
    left = cell.intersection(shapely.box(x0 - 1, y0 - 1, (x0 + x1) / 2, y1 + 1))
    grid = np.zeros((8, 8))
    grid[3, 4] = 100.0
    found = read(write(tmp_path / "p.tif", grid), np.array([left, cell.difference(left)], dtype=object))
    assert found.people.tolist() == pytest.approx([100 * left.area / cell.area, 100 * (1 - left.area / cell.area)])


def test_a_raster_in_the_working_crs_and_without_nodata(tmp_path: Path) -> None:
    path = write(tmp_path / "p.tif", np.ones((20, 20)), "EPSG:4545", None)
    square = np.array([shapely.box(450_050, 2_948_950, 450_250, 2_949_050)], dtype=object)
    assert read(path, square).people.tolist() == pytest.approx([2.0])
    assert read(path, square).outside.tolist() == [0.0]


def test_nan_is_nobody_and_a_polygon_far_away_is_outside(tmp_path: Path) -> None:
    grid = np.ones((20, 20))
    grid[:, :10] = np.nan
    path = write(tmp_path / "p.tif", grid, "EPSG:4545", None)
    shapes = np.array([shapely.box(450_000, 2_948_000, 452_000, 2_950_000), shapely.box(0, 0, 10, 10)], dtype=object)
    found = read(path, shapes)
    assert found.people.tolist() == pytest.approx([200.0, 0.0])
    assert found.outside.tolist() == pytest.approx([0.0, 1.0], abs=1e-6)


def test_no_window_is_larger_than_a_tile_and_far_ones_are_not_read(tmp_path: Path, monkeypatch) -> None:
    path = write(tmp_path / "p.tif", np.ones((1500, 1500)), "EPSG:4545", None)
    sizes: list[tuple[int, int]] = []
    read_window = raster._Grid.people

    def watched(self, rows: tuple[int, int], columns: tuple[int, int]) -> np.ndarray:
        sizes.append((rows[1] - rows[0], columns[1] - columns[0]))
        return read_window(self, rows, columns)

    monkeypatch.setattr(raster._Grid, "people", watched)
    square = np.array([shapely.box(450_000, 2_900_000, 500_000, 2_950_000)], dtype=object)
    assert read(path, square).people.tolist() == pytest.approx([250_000.0])
    assert max(max(size) for size in sizes) <= raster.TILE
    assert sum(a * b for a, b in sizes) < 510**2
    assert all(later for _, later in pairwise(sizes))


def problem_of(path: Path, shapes: np.ndarray):
    found, problems = raster_people(path, path.name, shapes, WORKING)
    assert found is None
    assert len(problems) == 1
    return problems[0]


SQUARE = np.array([shapely.box(450_000, 2_948_000, 452_000, 2_950_000)], dtype=object)


def test_negative_people_are_refused_with_the_number(tmp_path: Path) -> None:
    grid = np.ones((20, 20))
    grid[3, 3] = -200.0
    found = problem_of(write(tmp_path / "p.tif", grid, "EPSG:4545", -99999.0), SQUARE)
    assert (found.code, found.found, found.params["nodata"]) == ("CEN042", "-200", "-99999.0")


def test_a_raster_without_crs_and_a_file_that_is_none(tmp_path: Path) -> None:
    bare = tmp_path / "bare.tif"
    with (
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        rasterio.open(bare, "w", driver="GTiff", height=2, width=2, count=1, dtype="float32") as file,
    ):
        file.write(np.ones((1, 2, 2), dtype="float32"))
    assert problem_of(bare, SQUARE).code == "CEN041"
    (tmp_path / "no.tif").write_text("people", encoding="utf-8")
    assert problem_of(tmp_path / "no.tif", SQUARE).code == "CEN041"
    assert str(tmp_path) not in problem_of(tmp_path / "absent.tif", SQUARE).found


def test_only_geotiff_is_opened_never_what_points_elsewhere(tmp_path: Path) -> None:
    write(tmp_path / "p.tif", np.ones((4, 4)), "EPSG:4545", None)
    points = tmp_path / "p.vrt"
    points.write_text(
        '<VRTDataset rasterXSize="4" rasterYSize="4"><SRS>EPSG:4545</SRS><VRTRasterBand dataType="Float32" band="1">'
        "<SimpleSource><SourceFilename>p.tif</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>",
        encoding="utf-8",
    )
    assert problem_of(points, SQUARE).code == "CEN041"


def test_a_truncated_file_and_one_that_unpacks_at_once_are_refused(tmp_path: Path, monkeypatch) -> None:
    whole = write(tmp_path / "p.tif", people(300, 300, 1), "EPSG:4545", None)
    (tmp_path / "cut.tif").write_bytes(whole.read_bytes()[:4000])
    assert problem_of(tmp_path / "cut.tif", SQUARE).code == "CEN041"
    monkeypatch.setattr(raster, "_MOST_BLOCK", 100)
    assert problem_of(whole, SQUARE).found == "@raster_of_one_block"


def test_without_the_extra_the_remedy_is_told(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(raster, "find_spec", lambda name: None)
    assert problem_of(tmp_path / "p.tif", SQUARE).code == "CEN040"


def test_rasters_that_would_take_forever_or_lie_nowhere_are_refused(tmp_path: Path, monkeypatch) -> None:
    whole = write(tmp_path / "p.tif", people(30, 30, 1), "EPSG:4545", None)
    monkeypatch.setattr(raster, "MOST_PIXELS", 8)
    with rasterio.open(whole) as file:
        around = np.array([shapely.box(*file.bounds)], dtype=object)
        shape = file.profile
    assert problem_of(whole, around).found == "@raster_too_fine"
    for wrong in (Affine(0, 0, 1, 0, 0, 2), Affine(float("nan"), 0, 0, 0, -1, 0)):
        with rasterio.open(tmp_path / "w.tif", "w", **{**shape, "transform": wrong}) as file:
            file.write(np.ones((1, 30, 30)))
        assert problem_of(tmp_path / "w.tif", around).found == "@raster_misplaced"
