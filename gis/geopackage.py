"""GeoPackages with the same bytes every time, and with the styles that QGIS opens them in."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyogrio

_STYLES = "layer_styles"
_VERSION = "1.3"
"""Of the format: newer ones are not known to every QGIS that offices use."""


@contextmanager
def fixed_date(year: int) -> Iterator[None]:
    """GDAL writes this date instead of now, and does not wait for the disk; its own settings come back afterwards."""
    ours = {"OGR_CURRENT_DATE": f"{year}-09-01T00:00:00.000Z", "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    before = {name: pyogrio.get_gdal_config_option(name) for name in ours}
    pyogrio.set_gdal_config_options(ours)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def write_package(
    path: Path,
    layers: Sequence[tuple[str, pd.DataFrame]],
    year: int,
    styles: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
) -> None:
    """Write layers (name, frame) to a new GeoPackage, in this order. Same frames, same bytes.

    year: the date inside.  styles: QML by name of the layer; QGIS applies them on opening.  kinds: type of geometry by
    name of the layer, `MultiPolygon` for areas of one and several parts; without it the frame tells, if it has rows.
    """
    with fixed_date(year), warnings.catch_warnings():
        # A layer whose CRS nobody knows (that is one of the problems) is written without one.
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        for name, frame in layers:
            more: dict[str, object] = {} if path.exists() else {"dataset_options": {"VERSION": _VERSION}}
            if kinds and name in kinds:
                more |= {"geometry_type": kinds[name], "promote_to_multi": kinds[name].startswith("Multi")}
            pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", append=path.exists(), **more)
        if styles:
            rows = _style_rows(styles, year)
            pyogrio.write_dataframe(rows, path, layer=_STYLES, driver="GPKG", append=True, FID="id")


def _style_rows(styles: Mapping[str, str], year: int) -> pd.DataFrame:
    """The table in which QGIS keeps styles; empty texts, because it looks for those and not for NULL."""
    names = list(styles)
    return pd.DataFrame(
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": names,
            "f_geometry_column": "geom",
            "styleName": names,
            "styleQML": [styles[name] for name in names],
            "styleSLD": "",
            "useAsDefault": True,
            "description": "",
            "owner": "",
            "ui": "",
            "update_time": pd.Timestamp(year=year, month=9, day=1),
        }
    )
