"""Layers and other maps that a study names: here they must exist; the gis room reads them."""

from pathlib import Path

from scenarios.file_reader import FileReader
from scenarios.layer_files import database_name, is_connection, is_geodatabase, layer_parts
from scenarios.problems import error
from scenarios.yaml_source import YamlSource

TRAVEL_FILES = (
    ("travel", "network", "path"),
    ("travel", "demand", "layer", "path"),
    ("travel", "demand", "raster"),
)
"""Keys of `study.yaml` that name files of ways to school."""


def _named_layers(layers: object) -> list[tuple[tuple[str, ...], dict[str, object]]]:
    """Keys and content of every layer of a study, those of `layers.constraints` too."""
    found: list[tuple[tuple[str, ...], dict[str, object]]] = []
    for name, layer in (layers if isinstance(layers, dict) else {}).items():
        inner = layer.items() if name == "constraints" and isinstance(layer, dict) else ()
        found += [(("layers", name, kind), each) for kind, each in inner if isinstance(each, dict)]
        found += [(("layers", name), layer)] if isinstance(layer, dict) and name != "constraints" else []
    return found


def keep_layers(reader: FileReader, source: YamlSource, folder: Path) -> None:
    """Every layer and map of a study must exist, and belongs to the files of the run."""
    for keys, layer in _named_layers(source.data.get("layers")):
        value = layer.get("path")
        if isinstance(value, str) and is_connection(value):
            # Refused at once and without repeating it: it may hold a password.
            reader.problems.append(error("GIS080", source.place(*keys, "path")))
            continue
        if isinstance(value, str) and (database_name(value) or is_geodatabase(value)):
            continue
        path = reader.target(source, value, folder, *keys, "path")
        if path is not None:
            reader.files += layer_parts(path)
    _keep_ways(reader, source, folder)


def _keep_ways(reader: FileReader, source: YamlSource, folder: Path) -> None:
    """Files of the section `travel`: roads, demand points, a population raster."""
    for keys in TRAVEL_FILES:
        value: object = source.data
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str) and is_connection(value):
            reader.problems.append(error("GIS080", source.place(*keys)))
            continue
        path = reader.target(source, value, folder, *keys)
        if path is not None:
            reader.files += layer_parts(path)
