"""How QGIS draws the layers of a zoning: zones by school in pale colours, changed units hatched, as QML styles."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def zone_style(colours: Mapping[str, str]) -> str:
    """QML of zones: one colour for each school, by the field `school`. colours: school -> `#rrggbb`."""
    root = Element("qgis", version="3.34.0", styleCategories="Symbology")
    drawn = SubElement(root, "renderer-v2", type="categorizedSymbol", attr="school", symbollevels="0")
    categories, symbols = SubElement(drawn, "categories"), SubElement(drawn, "symbols")
    for number, (school, colour) in enumerate(sorted(colours.items())):
        listed = {"value": school, "type": "string", "label": school, "symbol": str(number), "render": "true"}
        SubElement(categories, "category", listed)
        options = {"color": _rgba(colour, 200), "style": "solid", "outline_color": "26,26,26,255"}
        _symbol(symbols, str(number), [("SimpleFill", options | {"outline_width": "0.5"})])
    return _HEAD + tostring(root, encoding="unicode") + "\n"


def changed_style() -> str:
    """QML of changed units: hatched in vermilion, with the two schools as label of the tip."""
    root = Element("qgis", version="3.34.0", styleCategories="Symbology|MapTips")
    drawn = SubElement(root, "renderer-v2", type="singleSymbol", symbollevels="0")
    edge = {"style": "b_diagonal", "color": "213,94,0,255", "outline_color": "213,94,0,255", "outline_width": "0.6"}
    _symbol(SubElement(drawn, "symbols"), "0", [("SimpleFill", edge)])
    tip = SubElement(root, "mapTip")
    tip.text = '<b>[% "unit" %]</b>: [% "school_before" %] &rarr; [% "school_after" %] ([% "moved_children" %])'
    return _HEAD + tostring(root, encoding="unicode") + "\n"


def _symbol(parent: Element, name: str, layers: list[tuple[str, dict[str, str]]]) -> None:
    symbol = SubElement(parent, "symbol", name=name, type="fill", alpha="1", clip_to_extent="1")
    for kind, options in layers:
        layer = SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
        listed = SubElement(layer, "Option", type="Map")
        for key, value in options.items():
            SubElement(listed, "Option", name=key, value=value, type="QString")


def _rgba(colour: str, alpha: int) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"
