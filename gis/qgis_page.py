"""A page of QGIS to print: map, title, legend, scale bar, north arrow and a line of sources on A3 across."""

import uuid
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

_PAGE, _MAP, _PICTURE, _LABEL, _LEGEND, _BAR = "65638", "65639", "65640", "65641", "65642", "65646"
"""Kinds of layout items (QgsLayoutItemRegistry)."""
WIDTH, HEIGHT = 420.0, 297.0
"""A3 across [mm]."""
_MAP_BOX = (12.0, 26.0, 296.0, 246.0)
"""Left, top, width, height of the map [mm]; the legend stands to the right of it."""
_NICE = (1, 2, 5)
_FONT = "Microsoft YaHei"  # where it is not there QGIS takes its own


@dataclass(frozen=True)
class Page:
    """Words of the page."""

    name: str
    title: str
    notes: str


def layouts(page: Page, bounds: tuple[float, float, float, float], legend: Element, key: uuid.UUID) -> Element:
    """The element `Layouts` with one page.  bounds: shown on the map; legend: its tree; key: of which ids are made."""
    top = Element("Layouts")
    layout = SubElement(top, "Layout", name=page.name, units="mm", printResolution="300")
    pages = SubElement(layout, "PageCollection")
    _item(pages, _PAGE, key, "page", (0, 0, WIDTH, HEIGHT))
    drawn = _item(layout, _MAP, key, "map", _MAP_BOX, frame="true", keepLayerSet="false", mapRotation="0")
    west, south, east, north = fitted(bounds)
    corners = {"xmin": west, "ymin": south, "xmax": east, "ymax": north}
    SubElement(drawn, "Extent", {name: f"{value:.3f}" for name, value in corners.items()})
    _text(layout, key, "title", page.title, (12, 8, 396, 14), 20)
    _text(layout, key, "notes", page.notes, (12, 276, 396, 14), 9)
    linked = str(_ids(key, "map"))
    given = {"map_uuid": linked, "resizeToContents": "1", "symbolWidth": "7", "symbolHeight": "4", "columnCount": "1"}
    listed = _item(layout, _LEGEND, key, "legend", (314, 46, 96, 120), **given)
    _legend_fonts(listed)
    listed.append(legend)
    metres = segment(east - west)
    bar = {"style": "Single Box", "mapUuid": linked, "numSegments": "2", "numSegmentsLeft": "0", "height": "3"}
    unit = {"unitType": "km", "unitLabel": "km", "numMapUnitsPerScaleBarUnit": "1", "segmentSizeMode": "0"}
    size = {"numUnitsPerSegment": f"{metres / 1000:g}", "labelBarSpace": "3", "boxContentSpace": "1"}
    _item(layout, _BAR, key, "bar", (314, 252, 94, 14), **bar, **unit, **size)
    arrow = {"file": "arrows/NorthArrow_02.svg", "mapUuid": linked, "resizeMode": "0", "anchorPoint": "0"}
    arrow |= {"svgFillColor": "0,0,0,255", "svgBorderColor": "0,0,0,255", "svgBorderWidth": "0.2", "mode": "0"}
    _item(layout, _PICTURE, key, "north", (314, 26, 15, 15), **arrow)
    return top


def fitted(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """The bounds, widened to the shape of the map on the page with 4 % of air on each side; none is empty."""
    west, south, east, north = bounds
    wide, high = max(east - west, 1.0), max(north - south, 1.0)
    scale = 1.08 * max(wide / _MAP_BOX[2], high / _MAP_BOX[3])
    x, y = (west + east) / 2, (south + north) / 2
    half = scale * _MAP_BOX[2] / 2, scale * _MAP_BOX[3] / 2
    return x - half[0], y - half[1], x + half[0], y + half[1]


def segment(width: float) -> float:
    """Length of one of two parts of a scale bar [m]: round, together about a fifth of the map's width [m]."""
    wanted = width / 10
    ten = 1.0
    while ten * 10 <= wanted:
        ten *= 10
    return max(step * ten for step in _NICE if step == 1 or step * ten <= wanted)


def _ids(key: uuid.UUID, name: str) -> str:
    return f"{{{uuid.uuid5(key, name)}}}"


def _item(
    parent: Element, kind: str, key: uuid.UUID, name: str, box: tuple[float, float, float, float], **more: str
) -> Element:
    left, top, width, height = (f"{value:g}" for value in box)
    own = _ids(key, name)
    given = {"type": kind, "uuid": own, "templateUuid": own, "id": name, "visibility": "1", "opacity": "1"}
    given |= {"position": f"{left},{top},mm", "positionOnPage": f"{left},{top},mm", "size": f"{width},{height},mm"}
    made = SubElement(parent, "LayoutItem", {"frame": "false", "background": "true"} | given | more)
    colours = {"red": "255", "green": "255", "blue": "255", "alpha": "255"}
    SubElement(made, "BackgroundColor", colours)
    return made


def _text(
    parent: Element, key: uuid.UUID, name: str, text: str, box: tuple[float, float, float, float], points: int
) -> None:
    made = _item(parent, _LABEL, key, name, box, labelText=text, halign="1", valign="128", htmlState="0")
    SubElement(made, "LabelFont", description=f"{_FONT},{points},-1,5,50,0,0,0,0,0", style="")


def _legend_fonts(legend: Element) -> None:
    styles = SubElement(legend, "styles")
    for name, points in (("title", 12), ("group", 11), ("subgroup", 10), ("symbolLabel", 9)):
        one = SubElement(styles, "style", name=name, alignment="1", marginTop="2.5")
        SubElement(one, "styleFont", description=f"{_FONT},{points},-1,5,50,0,0,0,0,0", style="")
