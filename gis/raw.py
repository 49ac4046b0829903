"""A layer as GDAL hands it over, before anybody judges it."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray


@dataclass(frozen=True)
class RawLayer:
    """One layer, feature by feature in the order of the file."""

    fields: tuple[str, ...]
    """Names of the attribute fields."""
    values: tuple[Any, ...] | None
    """The id field as stored, None if the layer has no such field."""
    shapes: NDArray[np.object_]
    """Geometries; None where the file has none or where it cannot be built."""
    broken: NDArray[np.bool_]
    """True where the file holds a geometry that cannot be built (a ring that is not closed)."""
    own_crs: str | None
    """CRS written in the file, None if the file says nothing."""
    content: str = ""
    """Hash of what was read from a database; empty for a file, which is hashed as a whole."""


def _info(source: Path | bytes, layer: str | None = None) -> dict[str, Any]:
    """What GDAL says of a layer. Raises ValueError where it stumbles over the CRS of the file."""
    try:
        return dict(pyogrio.read_info(source, layer=layer))
    except UnboundLocalError:  # pyogrio 0.13, for a CRS that cannot be written as text
        raise ValueError("@crs_of_the_file_broken") from None


def layer_names(path: Path) -> tuple[str, ...]:
    """Layers of a file that hold geometries."""
    return tuple(str(name) for name, kind in pyogrio.list_layers(path) if kind is not None)


def own_crs_text(path: Path, layer: str | None = None) -> str | None:
    """CRS that GDAL finds in a file, None if the file says nothing."""
    own = _info(path, layer)["crs"]
    return None if own is None or "undefined" in str(own).lower() else str(own)


def field_names(path: Path) -> tuple[str, ...]:
    """Names of the attribute fields of the first layer."""
    return tuple(str(name) for name in _info(path)["fields"])


def read_vector(source: Path | bytes, id_field: str, own_crs: str | None, layer: str | None = None) -> RawLayer:
    """Ids and geometries of one layer of a file, or of a GeoJSON text.

    Raises the errors of pyogrio for content that it cannot open.
    """
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        # Open rings and mixed id types are reported by our own checks, with the feature.
        warnings.simplefilter("ignore")
        fields = tuple(str(name) for name in _info(source, layer)["fields"])
        columns = [id_field] if id_field in fields else []
        _, _, wkb, data = pyogrio.raw.read(source, layer=layer, columns=columns)
    shapes, broken = from_wkb([] if wkb is None else list(wkb))
    return RawLayer(fields, tuple(data[0].tolist()) if columns else None, shapes, broken, own_crs)


def from_wkb(wkb: list[bytes | None]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Geometries, and where one cannot be built, [n] each."""
    texts = np.array([*wkb, None], dtype=object)[:-1]
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore")
        shapes = np.asarray(shapely.from_wkb(texts, on_invalid="ignore"), dtype=object)
    present = np.array([item is not None for item in wkb], dtype=bool)
    return shapes, present & np.asarray(shapely.is_missing(shapes), dtype=bool)
