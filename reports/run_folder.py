"""A run folder: written once and whole, read with every part checked.

`write_run` builds everything under a sibling name that says so and moves it in at the end, so a folder is either
complete or called unfinished. `RunFolder.read` refuses a folder that is unfinished, too new, or lacks a part.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError
from pyogrio.errors import DataSourceError

from reports.run_errors import RunError
from reports.study_card import RUN_SCHEMA, StudyCard
from reports.table_shapes import SHAPES, RunTables, Shape, ShapeError, conform
from reports.whole import MARK, check_free, whole_folder

UNITS = "inputs/units.geojson"
ISOCHRONES = "inputs/isochrones.geojson"
"""Only of studies with roads."""
DOCUMENTS = ("study.json", "manifest.json", UNITS)
_ARROW = MappingProxyType({"text": pa.string(), "whole": pa.int32(), "maybe_whole": pa.int32()})


@dataclass(frozen=True)
class RunFolder:
    """One run, read: the study card, the manifest and the tables of `table_shapes.SHAPES`."""

    path: Path
    study: StudyCard
    manifest: Mapping[str, Any]
    tables: RunTables

    @classmethod
    def read(cls, path: Path | str) -> "RunFolder":
        """Read a finished run folder; `RunError` says what is wrong with it."""
        folder = Path(path)
        if (folder / MARK).exists():
            raise RunError("RUN002", folder)
        return _read(folder)

    @property
    def name(self) -> str:
        """The folder's own name, for tables that put runs side by side."""
        return self.path.resolve().name

    @property
    def cases(self) -> tuple[tuple[str, str], ...]:
        """All (future, plan) pairs, in the order of the scenario file."""
        return tuple((future.id, plan.id) for future in self.study.futures for plan in self.study.plans)

    def units(self) -> gpd.GeoDataFrame:
        """Unit polygons in the working CRS [m], sorted by unit id. `RunError` RUN110 where the layer holds none."""
        frame = self._layer(UNITS)
        if frame.empty or "unit" not in frame.columns:
            raise RunError("RUN110", self.path / UNITS, found=", ".join(map(str, frame.columns)))
        return frame.sort_values("unit", ignore_index=True)

    def isochrones(self) -> gpd.GeoDataFrame | None:
        """Areas reached on foot (stage, minutes, when, geometry) in the working CRS; None without roads."""
        return self._layer(ISOCHRONES) if (self.path / ISOCHRONES).exists() else None

    def _layer(self, name: str) -> gpd.GeoDataFrame:
        try:
            frame = gpd.read_file(self.path / name, engine="pyogrio")
        except DataSourceError as error:
            raise RunError("RUN007", self.path / name, detail=str(error)) from error
        return frame.set_crs(self.study.crs, allow_override=True)

    def school_names(self, lang: str) -> dict[str, str]:
        """School id -> name in `lang`, the other language where that one is empty."""
        other = "en" if lang == "zh" else "zh"
        schools = self.tables.school_list
        named = schools[f"name_{lang}"].where(schools[f"name_{lang}"] != "", schools[f"name_{other}"])
        return dict(zip(schools["school"], named.where(named != "", schools["school"]), strict=True))


def _load_json(path: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError("RUN008", path, detail=str(error)) from error
    if not isinstance(loaded, dict):
        raise RunError("RUN008", path, detail=type(loaded).__name__)
    return loaded


def _load_study(folder: Path) -> StudyCard:
    path = folder / "study.json"
    raw = _load_json(path)
    version = raw.get("schema_version")
    if isinstance(version, int) and version > RUN_SCHEMA:
        raise RunError("RUN004", path, found=version, known=RUN_SCHEMA)
    try:
        return StudyCard.model_validate(raw)
    except ValidationError as error:
        detail = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise RunError("RUN008", path, detail=detail) from error


def _read(folder: Path) -> RunFolder:
    if not folder.is_dir() or not any((folder / name).exists() for name in ("study.json", "manifest.json")):
        raise RunError("RUN001", folder)
    if (folder / "study.json").exists():
        study = _load_study(folder)
    parts = [*DOCUMENTS, *(shape.file for shape in SHAPES.values() if not shape.optional)]
    missing = [part for part in parts if not (folder / part).exists()]
    if missing:
        raise RunError("RUN003", folder, parts=", ".join(missing))
    there = {name: shape for name, shape in SHAPES.items() if not shape.optional or (folder / shape.file).exists()}
    tables = RunTables(**{name: _read_table(folder / shape.file, shape) for name, shape in there.items()})
    return RunFolder(folder, study, MappingProxyType(_load_json(folder / "manifest.json")), tables)


def _read_table(path: Path, shape: Shape) -> pd.DataFrame:
    try:
        if path.suffix == ".csv":
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        else:
            frame = pq.read_table(path).to_pandas()
        later = [column.name for column in shape.columns if column.optional and column.name not in frame.columns]
        return conform(frame.assign(**dict.fromkeys(later)), shape)
    except ShapeError as error:
        raise RunError("RUN006", path, found=error.found, expected=error.expected) from error
    except (OSError, ValueError) as error:
        raise RunError("RUN007", path, detail=str(error)) from error


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """CSV as Excel and WPS open it (utf-8 with BOM), the same bytes on every system."""
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def parquet_bytes(frame: pd.DataFrame, shape: Shape) -> bytes:
    """Parquet with a declared schema and no writer's notes, so that equal tables are equal bytes."""
    schema = pa.schema([(c.name, _ARROW.get(c.kind, pa.float64())) for c in shape.columns])
    table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False).replace_schema_metadata(None)
    buffer = BytesIO()
    pq.write_table(table, buffer, compression="zstd", store_schema=False)
    return buffer.getvalue()


def document_bytes(content: object) -> bytes:
    """A document's bytes: bytes as they are, text as UTF-8, a frame as CSV, anything else as JSON."""
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode("utf-8")
    if isinstance(content, pd.DataFrame):
        return csv_bytes(content)
    return (json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8")


def write_run(
    target: Path | str,
    tables: RunTables,
    documents: Mapping[str, object],
    finish: Callable[[RunFolder], None] | None = None,
) -> RunFolder:
    """Write a run folder and move it in whole; returns it as read back.

    documents: path inside the folder -> content (see `document_bytes`); `DOCUMENTS` must be among them.
    finish: called with the complete but not yet moved folder, to add what is derived from it (report.html, map.gpkg).
    """
    folder = Path(target)
    check_free(folder)
    missing = [name for name in DOCUMENTS if name not in documents]
    if missing:
        raise RunError("RUN003", folder, parts=", ".join(missing))
    with whole_folder(folder) as building:
        _fill(building, tables, documents)
        if finish is not None:
            finish(_read(building))
    return RunFolder.read(folder)


def _fill(building: Path, tables: RunTables, documents: Mapping[str, object]) -> None:
    for name in (field.name for field in fields(RunTables)):
        shape = SHAPES[name]
        try:
            frame = conform(getattr(tables, name), shape)
        except ShapeError as error:
            raise RunError("RUN006", shape.file, found=error.found, expected=error.expected) from error
        is_csv = shape.file.endswith(".csv")
        _put(building / shape.file, csv_bytes(frame) if is_csv else parquet_bytes(frame, shape))
    for name, content in sorted(documents.items()):
        _put(building / name, document_bytes(content))


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
