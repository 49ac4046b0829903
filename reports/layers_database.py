"""Layers of a run in a PostGIS database, with comments on tables and columns; no file says which database."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gis.postgis_publish import Table, publish, schema_name
from reports.layers_fields import field_of
from reports.layers_files import targets_of
from reports.layers_set import Layer
from reports.run_folder import RunFolder, csv_bytes
from scenarios.problems import Problem


def write_database(
    run: RunFolder, layers: Sequence[Layer], dsn: str | None, record: Path
) -> tuple[Path, list[Problem]]:
    """Publish all layers to the schema of the study and list its tables in `record` (.csv); returns it and notes.

    dsn: the connection.  Raises ScenarioError (GIS191-GIS198, GIS202), and then nothing has changed.
    """
    kinds, told = targets_of(run, layers, "--format postgis")
    tables = [Table(layer.name, layer.frame, comment(run, layer), _columns(layer), layer.shape) for layer in layers]
    new = not record.exists()
    record.touch()  # before the database is changed
    try:
        names = publish(dsn, schema_name(run.study.id), tables, kinds)
    except BaseException:
        if new:
            record.unlink()
        raise
    rows = [(name, one.name, one.plan, one.future, len(one.frame)) for name, one in zip(names, layers, strict=True)]
    record.write_bytes(csv_bytes(pd.DataFrame(rows, columns=["table", "layer", "plan", "future", "rows"])))
    return record, told


def run_mark(run: RunFolder) -> str:
    """Twelve characters that tell this run from others: of its manifest."""
    return hashlib.sha256((run.path / "manifest.json").read_bytes()).hexdigest()[:12]


def comment(run: RunFolder, layer: Layer) -> str:
    """What the comment of a table says: study, run, layer, and that it is no boundary of law."""
    study = run.study
    parts = [f"{study.name.get('zh', study.id)} {study.name.get('en', '')}".strip(), f"run {run_mark(run)}", layer.name]
    parts += ["合成数据 synthetic data"] if study.synthetic else []
    return " | ".join([*parts, "示意，不作为划界依据 / for illustration, not a legal boundary"])


def _columns(layer: Layer) -> dict[str, str]:
    names = [str(name) for name in layer.frame.columns if name != "geometry"]
    return {name: field_of(name).said for name in names}
