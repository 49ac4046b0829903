"""How QGIS draws the problem layer: errors red, warnings orange, as a QML style for points, lines and areas."""

from xml.etree.ElementTree import Element, SubElement, tostring

COLOURS = {"error": "215,25,28", "warning": "245,130,32", "note": "90,110,130"}
LABELS = {"error": "错误 error", "warning": "提醒 warning", "note": "说明 note"}
_SYMBOLS = {"problem_points": "marker", "problem_lines": "line", "problem_areas": "fill"}


def style(layer: str) -> str:
    """QML of a layer: `problem_points`, `problem_lines` or `problem_areas`. Raises KeyError for another."""
    kind = _SYMBOLS[layer]
    root = Element("qgis", version="3.34.0", styleCategories="Symbology")
    drawn = SubElement(root, "renderer-v2", type="categorizedSymbol", attr="severity", symbollevels="0")
    categories, symbols = SubElement(drawn, "categories"), SubElement(drawn, "symbols")
    for number, (severity, colour) in enumerate(COLOURS.items()):
        SubElement(
            categories,
            "category",
            value=severity,
            type="string",
            label=LABELS[severity],
            symbol=str(number),
            render="true",
        )
        symbol = SubElement(symbols, "symbol", name=str(number), type=kind, alpha="1", clip_to_extent="1")
        name, options = _drawing(kind, colour)
        layer_of = SubElement(symbol, "layer", {"class": name, "enabled": "1", "locked": "0", "pass": "0"})
        listed = SubElement(layer_of, "Option", type="Map")
        for key, value in options.items():
            SubElement(listed, "Option", name=key, value=value, type="QString")
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode") + "\n"


def _drawing(kind: str, colour: str) -> tuple[str, dict[str, str]]:
    """Class and options of the one symbol layer. The outline keeps a piece of a metre visible at any scale."""
    solid = f"{colour},255"
    if kind == "marker":
        options = {
            "name": "circle",
            "color": f"{colour},140",
            "outline_color": solid,
            "outline_width": "0.6",
            "size": "4",
        }
        return "SimpleMarker", options | {"size_unit": "MM", "outline_width_unit": "MM"}
    if kind == "line":
        return "SimpleLine", {"line_color": solid, "line_width": "0.8", "line_width_unit": "MM", "line_style": "solid"}
    options = {"color": f"{colour},90", "style": "solid", "outline_color": solid, "outline_style": "solid"}
    return "SimpleFill", options | {"outline_width": "1", "outline_width_unit": "MM"}
