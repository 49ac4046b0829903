"""A data file given where a YAML file is wanted: said as such, with the study nearby that may name it."""

import os
from pathlib import Path

from scenarios.problems import Problem, error

_TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods"})
_LAYERS = frozenset({".geojson", ".gpkg", ".shp", ".zip", ".tif", ".tiff"})
STUDY = "study.yaml"


def data_problem(path: Path, shown: str) -> Problem | None:
    """The problem of a table or layer by the suffix of its name, None for any other. shown: path in problems."""
    suffix = path.suffix.lower()
    if suffix not in _TABLES | _LAYERS:
        return None
    kind = "@a_table" if suffix in _TABLES else "@a_layer"
    return error("SCN022", shown, path.name, near=_study_near(path), kind=kind)


def _study_near(path: Path) -> str:
    """The study file in the folder of a file or in the one above, as it is called from the working folder."""
    folder = Path(os.path.abspath(path)).parent  # noqa: PTH100 - resolve() would follow links out of the study
    study = next((place / STUDY for place in (folder, folder.parent) if (place / STUDY).is_file()), None)
    if study is None:
        return ""
    try:
        return Path(os.path.relpath(study)).as_posix()
    except ValueError:  # another drive
        return study.as_posix()
