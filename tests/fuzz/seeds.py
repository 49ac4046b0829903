"""Small valid inputs of every kind, and what reads each: a case writes files into a folder, and returns the reading."""

import random
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from pyproj import CRS

from gis.layers import LayerSource, scan_layer
from gis.raster import raster_people
from scenarios.grid_read import read_grids
from scenarios.loader import check
from scenarios.problems import Problem
from scenarios.table_specs import SPECS
from scenarios.tables import read_table
from tests.fuzz.mutate import damaged, damaged_inside
from tests.gis.county import EAST, METRES, NORTH, grid, write_layer
from tests.scenarios import books
from tests.scenarios.books import Error, Formula

Reading = Callable[[], list[Problem]]
Case = Callable[[random.Random, Path], Reading]
BASE = Path(__file__).parents[1] / "broken" / "_base"
SHEETS: books.Sheets = {
    "学校": [*books.TABLE, ["c", True, Error("#REF!")], [None, Formula("=A1+1", 7.0), "中 文"]],
    "藏": [["x"]],
}
CSV = '学校,年级,学年,人数\n麻江一小,1,2023,45\n"谷硐\n小学",2,2023,"1,038"\n'


@cache
def workbook(kind: str) -> bytes:
    """A workbook with numbers, text, an error, a formula and a hidden sheet."""
    return books.KINDS[kind](SHEETS, hidden=["藏"])


@cache
def enrolment() -> bytes:
    """A table of pupils as a workbook."""
    rows = [["school", "grade", "year", "pupils"], *([f"s{n}", "1", 2023.0, 40.0 + n] for n in range(12))]
    return books.xlsx({"enrolment": rows})


def _grids(name: str, raw: Callable[[], bytes]) -> Case:
    def case(rng: random.Random, folder: Path) -> Reading:
        data = raw()
        parts = books.parts_of(data) if data.startswith(b"PK") else {}
        (folder / name).write_bytes(damaged_inside(rng, data, parts))
        return lambda: read_grids(folder / name, name)[1]

    return case


def _table(name: str, raw: Callable[[], bytes]) -> Case:
    def case(rng: random.Random, folder: Path) -> Reading:
        data = raw()
        parts = books.parts_of(data) if data.startswith(b"PK") else {}
        (folder / name).write_bytes(damaged_inside(rng, data, parts))
        spec = SPECS[rng.choice(("enrolment", "schools", "units", "children"))]
        return lambda: read_table(folder / name, name, spec)[1]

    return case


@cache
def layer(suffix: str) -> dict[str, bytes]:
    """The files of a small layer, by suffix (`.shp` has four)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = write_layer(folder / "plain" / "units.geojson", grid(2, 2))
        if suffix == ".geojson":
            return {suffix: plain.read_bytes()}
        (folder / "made").mkdir()
        gpd.read_file(plain).to_file(folder / "made" / f"units{suffix}")
        return {file.suffix: file.read_bytes() for file in sorted((folder / "made").iterdir())}


def _layer(suffix: str) -> Case:
    def case(rng: random.Random, folder: Path) -> Reading:
        files = dict(layer(suffix))
        hit = rng.choice(sorted(files))
        files[hit] = damaged(rng, files[hit])
        if suffix != hit and rng.random() < 0.2:
            del files[hit]
        for one, data in files.items():
            (folder / f"units{one}").write_bytes(data)
        source = LayerSource(folder / f"units{suffix}", f"units{suffix}", "unit", rng.choice((METRES, None)))
        return lambda: scan_layer(source)[1]

    return case


def _archive(rng: random.Random, folder: Path) -> Reading:
    parts = {f"units{suffix}": data for suffix, data in layer(".shp").items()}
    (folder / "units.zip").write_bytes(damaged_inside(rng, books.zipped(parts), parts))
    return lambda: scan_layer(LayerSource(folder / "units.zip", "units.zip", "unit", METRES))[1]


@cache
def raster() -> bytes:
    """A GeoTIFF of 8 x 8 pixels over the small county."""
    people = np.arange(64, dtype="float32").reshape(1, 8, 8)
    transform = rasterio.Affine(250.0, 0, EAST, 0, -250.0, NORTH + 2_000.0)
    shape = {"driver": "GTiff", "width": 8, "height": 8, "count": 1, "dtype": "float32", "crs": METRES}
    with rasterio.MemoryFile() as memory:
        with memory.open(**shape, transform=transform, nodata=-99, compress="deflate") as file:
            file.write(people)
        return bytes(memory.read())


def _raster(rng: random.Random, folder: Path) -> Reading:
    (folder / "people.tif").write_bytes(damaged(rng, raster()))
    boxes = np.array([shapely.box(EAST, NORTH, EAST + 1_300, NORTH + 2_000)], dtype=object)
    return lambda: raster_people(folder / "people.tif", "people.tif", boxes, CRS(METRES))[1]


def _study(rng: random.Random, folder: Path) -> Reading:
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    files = sorted(file for file in folder.rglob("*.*") if file.suffix in (".yaml", ".csv"))
    yaml = [file for file in files if file.suffix == ".yaml"]
    hit = rng.choice(yaml if rng.random() < 0.7 else files)
    hit.write_bytes(damaged(rng, hit.read_bytes()))
    return lambda: check(folder / "approval.yaml")


CASES: dict[str, dict[str, Case]] = {
    "tables": {
        "utf-8": _grids("t.csv", CSV.encode),
        "gbk": _grids("t.txt", lambda: CSV.encode("gbk")),
        "utf-16": _grids("t.csv", lambda: CSV.encode("utf-16")),
        "xlsx": _grids("t.xlsx", lambda: workbook("xlsx")),
        "xlsb": _grids("t.xlsb", lambda: workbook("xlsb")),
        "xls": _grids("t.xls", lambda: workbook("xls")),
        "ods": _grids("t.ods", lambda: workbook("ods")),
        "csv-table": _table("t.csv", CSV.encode),
        "xlsx-table": _table("t.xlsx", enrolment),
    },
    "layers": {
        "geojson": _layer(".geojson"),
        "gpkg": _layer(".gpkg"),
        "shp": _layer(".shp"),
        "zip": _archive,
        "tif": _raster,
    },
    "studies": {"study": _study},
}
"""Cases by group and name; each group runs in a process of its own."""
