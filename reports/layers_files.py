"""Layers of a run for others: Shapefiles in CGCS2000, GeoJSON, GeoParquet, each with tables of its files and fields."""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import geopandas as gpd
import pandas as pd
import pyogrio
from pyproj import CRS

from gis.handover import WORLD, Target, targets, way_to
from gis.shapefile_write import short_names, write_shapefile
from reports.layers_fields import field_of
from reports.layers_set import Layer
from reports.run_folder import RunFolder, csv_bytes
from scenarios.problems import Problem

DEGREES_DIGITS = 8
"""Decimals of degrees in GeoJSON: about a millimetre."""
GEOPARQUET = "1.1.0"
"""Version of the GeoParquet specification."""
Written = tuple[list[Path], list[Problem]]


def write_shapefiles(run: RunFolder, layers: Sequence[Layer], folder: Path, encoding: str) -> Written:
    """A folder for each CRS with a Shapefile of each layer, `layers.csv`, `fields.csv`, and all of it in one .zip.

    encoding: `utf-8`, or `gbk` for old programs.  Returns the files, the .zip first, and what is to be told.
    """
    drawn, files, problems = _drawn(layers), list[Path](), list[Problem]()
    names = {layer.name: _short(layer, encoding) for layer in drawn}
    kinds, told = targets_of(run, drawn, str(folder))
    problems += told
    for target in kinds:
        place = _folder(folder / target.name)
        for layer, stem in _stems(drawn):
            moved = target.moved(cast(gpd.GeoDataFrame, layer.frame))
            path, year = place / f"{stem}.shp", run.study.base_year
            made, told = write_shapefile(moved, path, names[layer.name], encoding, year, layer.shape)
            files += made
            problems += [problem for problem in told if problem not in problems]
    rows = [
        (f"{target.name}/{stem}.shp", layer.name, layer.plan, layer.future, len(layer.frame), target.crs.to_string())
        for target in kinds
        for layer, stem in _stems(drawn)
    ]
    files += [_layer_table(folder, rows), _field_table(folder, drawn, lambda layer: names[layer.name])]
    return [_zipped(folder, files), *files], problems


def write_geojson(run: RunFolder, layers: Sequence[Layer], folder: Path) -> list[Path]:
    """GeoJSON (RFC 7946) of each layer in EPSG:4326, which is CGCS2000 within a metre; with tables as above."""
    way = Target("EPSG_4326", way_to(CRS(run.study.crs), WORLD, str(folder)))

    def write(layer: Layer, path: Path) -> None:
        path.unlink(missing_ok=True)
        options = {"RFC7946": "YES", "COORDINATE_PRECISION": str(DEGREES_DIGITS)}
        frame = way.moved(cast(gpd.GeoDataFrame, layer.frame))
        pyogrio.write_dataframe(frame, path, driver="GeoJSON", layer=layer.name, layer_options=options)

    return _each(layers, folder, ".geojson", write, "EPSG:4326")


def write_geoparquet(run: RunFolder, layers: Sequence[Layer], folder: Path) -> list[Path]:
    """GeoParquet of each layer in the working CRS of the study; with tables as above."""

    def write(layer: Layer, path: Path) -> None:
        frame = cast(gpd.GeoDataFrame, layer.frame)
        frame.to_parquet(path, index=False, compression="zstd", schema_version=GEOPARQUET)

    return _each(layers, folder, ".parquet", write, run.study.crs)


def _each(
    layers: Sequence[Layer], folder: Path, suffix: str, write: Callable[[Layer, Path], None], crs: str
) -> list[Path]:
    drawn, place = _drawn(layers), _folder(folder)
    files, rows = [], []
    for layer, stem in _stems(drawn):
        write(layer, place / f"{stem}{suffix}")
        files.append(place / f"{stem}{suffix}")
        rows.append((f"{stem}{suffix}", layer.name, layer.plan, layer.future, len(layer.frame), crs))
    return [_layer_table(folder, rows), _field_table(folder, drawn, None), *files]


def _drawn(layers: Sequence[Layer]) -> list[Layer]:
    return [layer for layer in layers if isinstance(layer.frame, gpd.GeoDataFrame)]


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def targets_of(run: RunFolder, layers: Sequence[Layer], place: str) -> tuple[tuple[Target, ...], list[Problem]]:
    """The CRSs for the planning bureau, and a note where they are not those of CGCS2000."""
    units = cast(gpd.GeoDataFrame, next(layer for layer in layers if layer.kind == "units").frame)
    west, south, east, north = (float(value) for value in units.total_bounds)
    return targets(CRS(run.study.crs), ((west + east) / 2, (south + north) / 2), place)


def _stems(layers: Sequence[Layer]) -> Iterator[tuple[Layer, str]]:
    """Layers with names of files, no two alike in any case of letters."""
    taken = set[str]()
    for layer in layers:
        stem, number = layer.name.replace(" ", "_"), 1
        while stem.lower() in taken:
            number += 1
            stem = f"{layer.name.replace(' ', '_')}_{number}"
        taken.add(stem.lower())
        yield layer, stem


def _fields(layer: Layer) -> list[str]:
    return [str(name) for name in layer.frame.columns if name != "geometry"]


def _short(layer: Layer, encoding: str) -> dict[str, str]:
    names = _fields(layer)
    known = {name: field_of(name).short for name in names}
    return short_names(names, {name: short for name, short in known.items() if short}, encoding)


def _layer_table(folder: Path, rows: Sequence[tuple[object, ...]]) -> Path:
    columns = ["file", "layer", "plan", "future", "rows", "crs"]
    return _put(folder / "layers.csv", pd.DataFrame(list(rows), columns=columns))


def _field_table(folder: Path, drawn: Sequence[Layer], short: Callable[[Layer], dict[str, str]] | None) -> Path:
    rows = []
    for layer in drawn:
        cut = short(layer) if short is not None else {}
        for name in _fields(layer):
            said = field_of(name)
            rows.append((layer.name, cut.get(name, name), name, said.zh, said.en, said.unit_zh, said.unit_en))
    columns = ["layer", "short_name", "full_name", "zh", "en", "unit_zh", "unit_en"]
    return _put(folder / "fields.csv", pd.DataFrame(rows, columns=columns))


def _put(path: Path, table: pd.DataFrame) -> Path:
    _folder(path.parent)
    path.write_bytes(csv_bytes(table))
    return path


def _zipped(folder: Path, files: Sequence[Path]) -> Path:
    """All files in one archive beside the folder; the same files give the same bytes."""
    path = folder.with_name(f"{folder.name}.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            inside = zipfile.ZipInfo(str(file.relative_to(folder.parent)).replace("\\", "/"))
            inside.compress_type, inside.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(inside, file.read_bytes())
    return path
