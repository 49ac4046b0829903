"""`map.gpkg`: the layers of a run for QGIS and its kin, with the styles they open in, the same bytes every time."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from gis.geopackage import write_package
from reports.layers_set import Layer, layer_set
from reports.layers_style import style_of
from reports.run_folder import RunFolder

NAME = "map.gpkg"


def write_layers(
    run: RunFolder, target: Path | str, lang: str | None = None, layers: Sequence[Layer] | None = None
) -> Path:
    """Write the GeoPackage (to a temporary name first); returns its path. An existing file is replaced.

    lang: of labels on the map (default: the study's).  layers: of the run, where they have been made before.
    """
    path, made = Path(target), layer_set(run) if layers is None else layers
    building = path.with_name(f".{path.stem}.{os.getpid()}.unfinished.gpkg")
    building.unlink(missing_ok=True)
    styles = {one.name: style_of(one, run, lang or run.study.language) for one in made if one.kind != "about"}
    try:
        # Say at once, and as Python says it, what cannot be written: GDAL's own error names no reason.
        building.touch()
        building.unlink()
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        kinds = {one.name: one.shape for one in made if one.shape}
        write_package(building, [(one.name, one.frame) for one in made], run.study.base_year, styles, kinds)
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)
    return path
