"""A project of QGIS (.qgs): groups of styled layers of a GeoPackage beside it, variables, and a page to print.

Only what QGIS 3.22 and later read; everything else has its default there. The same layers give the same bytes.
"""

import copy
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pyproj import CRS

from gis.qgis_page import Page, fitted, layouts
from gis.qml import VERSION

Bounds = tuple[float, float, float, float]
_SPACE = uuid.UUID("7f3c1a52-6a0e-4c57-9b59-8f0e3a5c2d11")
_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


@dataclass(frozen=True)
class ProjectLayer:
    """A layer of a package as the project shows it."""

    title: str
    table: str
    """Name of the layer in the GeoPackage."""
    geometry: Literal["Point", "Polygon"]
    parts: tuple[Element, ...]
    """Renderer, labels, names of fields: `gis.qml`."""
    visible: bool = True
    only: str = ""
    """Rows that it holds, as SQL."""
    bounds: Bounds | None = None


@dataclass(frozen=True)
class Group:
    """Layers under one heading; the first is drawn on top."""

    title: str
    layers: tuple[ProjectLayer, ...]
    visible: bool = True
    expanded: bool = True


@dataclass(frozen=True)
class Project:
    """What stands in the project."""

    title: str
    package: str
    """File name of the GeoPackage beside it."""
    crs: CRS
    bounds: Bounds
    """What is shown on opening: west, south, east, north in the CRS."""
    groups: tuple[Group, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    attribution: str = ""
    page: Page | None = None


def project_text(project: Project) -> str:
    """The project as the text of a .qgs file."""
    root = Element("qgis", version=VERSION, projectname=project.title)
    SubElement(root, "homePath", path="")
    SubElement(root, "title").text = project.title
    _crs(SubElement(root, "projectCrs"), project.crs)
    ids = _ids(project)
    root.append(_tree(project, project.groups, ids))
    canvas = SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    SubElement(canvas, "units").text = "degrees" if project.crs.is_geographic else "meters"
    bounds = fitted(project.bounds)
    _extent(SubElement(canvas, "extent"), bounds)
    _crs(SubElement(canvas, "destinationsrs"), project.crs)
    listed = SubElement(root, "projectlayers")
    for group in project.groups:
        for layer in group.layers:
            listed.append(_map_layer(project, layer, ids[layer.title, group.title]))
    root.append(_properties(project))
    view = SubElement(root, "ProjectViewSettings", UseProjectScales="0", rotation="0")
    SubElement(view, "Scales")
    west, south, east, north = bounds
    corners = {"xmin": west, "ymin": south, "xmax": east, "ymax": north}
    given = SubElement(view, "DefaultViewExtent", {key: f"{value:.3f}" for key, value in corners.items()})
    _crs(given, project.crs)
    if project.page is not None:
        shown = [group for group in project.groups if group.visible]
        kept = [Group(g.title, tuple(one for one in g.layers if one.visible)) for g in shown]
        legend = _tree(project, [group for group in kept if group.layers], ids)
        root.append(layouts(project.page, project.bounds, legend, _made(project.title)))
    indent(root)
    return _HEAD + tostring(root, encoding="unicode") + "\n"


def _made(text: str) -> uuid.UUID:
    return uuid.uuid5(_SPACE, text)


def _ids(project: Project) -> dict[tuple[str, str], str]:
    """Ids of the layers by title and group: the same for the same names."""
    return {
        (layer.title, group.title): f"layer_{_made(f'{group.title}/{layer.title}').hex}"
        for group in project.groups
        for layer in group.layers
    }


def _source(project: Project, layer: ProjectLayer) -> str:
    only = f"|subset={layer.only}" if layer.only else ""
    return f"./{project.package}|layername={layer.table}{only}"


def _tree(project: Project, groups: Sequence[Group], ids: Mapping[tuple[str, str], str]) -> Element:
    top = Element("layer-tree-group")
    for group in groups:
        state = "Qt::Checked" if group.visible else "Qt::Unchecked"
        inner = SubElement(top, "layer-tree-group", name=group.title, checked=state, expanded=str(int(group.expanded)))
        for layer in group.layers:
            given = {
                "id": ids[layer.title, group.title],
                "name": layer.title,
                "source": _source(project, layer),
                "providerKey": "ogr",
                "checked": "Qt::Checked" if layer.visible else "Qt::Unchecked",
                "expanded": str(int(group.expanded and layer.visible)),
            }
            SubElement(inner, "layer-tree-layer", given)
    return top


def _map_layer(project: Project, layer: ProjectLayer, key: str) -> Element:
    labelled = any(part.tag == "labeling" for part in layer.parts)
    given = {"type": "vector", "geometry": layer.geometry, "labelsEnabled": str(int(labelled))}
    top = Element("maplayer", given | {"styleCategories": "AllStyleCategories"})
    if layer.bounds is not None:
        _extent(SubElement(top, "extent"), layer.bounds)
    SubElement(top, "id").text = key
    SubElement(top, "datasource").text = _source(project, layer)
    SubElement(top, "layername").text = layer.title
    _crs(SubElement(top, "srs"), project.crs)
    SubElement(top, "provider", encoding="UTF-8").text = "ogr"
    top.extend(copy.deepcopy(part) for part in layer.parts)
    return top


def _extent(parent: Element, bounds: Bounds) -> None:
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True):
        SubElement(parent, name).text = f"{value:.3f}" if abs(value) > 1000 else f"{value:.8f}"


def _crs(parent: Element, crs: CRS) -> None:
    inner, code = SubElement(parent, "spatialrefsys"), crs.to_epsg()
    SubElement(inner, "wkt").text = crs.to_wkt()
    if code is not None:
        SubElement(inner, "srid").text = str(code)
        SubElement(inner, "authid").text = f"EPSG:{code}"
    SubElement(inner, "description").text = crs.name
    SubElement(inner, "geographicflag").text = str(crs.is_geographic).lower()


def _properties(project: Project) -> Element:
    top = Element("properties")
    SubElement(SubElement(top, "Paths"), "Absolute", type="bool").text = "false"
    SubElement(SubElement(top, "SpatialRefSys"), "ProjectionsEnabled", type="int").text = "1"
    variables = SubElement(top, "Variables")
    for name, texts in (("variableNames", project.variables), ("variableValues", project.variables.values())):
        listed = SubElement(variables, name, type="QStringList")
        for text in texts:
            SubElement(listed, "value").text = text
    if project.attribution:
        mark = SubElement(top, "CopyrightLabel")
        SubElement(mark, "Enabled", type="bool").text = "true"
        SubElement(mark, "Label", type="QString").text = project.attribution
    return top
