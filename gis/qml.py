"""QML, the styles of QGIS: symbols, renderers, labels, names of fields. One place for every layer that we style.

Elements are those that QGIS 3.22-3.40 writes itself; a style in a GeoPackage and a layer of a project share them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, tostring

Shape = Literal["marker", "line", "fill"]
VERSION = "3.22.0"
"""Oldest QGIS whose form of a style this is."""
_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_CLASSES: Mapping[str, str] = {"marker": "SimpleMarker", "line": "SimpleLine", "fill": "SimpleFill"}


@dataclass(frozen=True)
class Symbol:
    """How one kind of feature is drawn: layers of options from below to above, and expressions that act on each."""

    shape: Shape
    layers: tuple[Mapping[str, str], ...]
    expressions: Mapping[str, str] = field(default_factory=dict)
    """Property of every layer (`size`) -> QGIS expression."""


@dataclass(frozen=True)
class Class:
    """One row of a legend: a value or a filter expression, what the legend says, and the symbol."""

    key: str
    label: str
    symbol: Symbol


def rgba(colour: str, alpha: int = 255) -> str:
    """`#rrggbb` as QGIS writes it: `r,g,b,alpha`."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"


def single(symbol: Symbol) -> Element:
    """Renderer that draws everything alike."""
    drawn = Element("renderer-v2", type="singleSymbol", symbollevels="0")
    _symbols(drawn, [symbol])
    return drawn


def categorised(attribute: str, classes: Sequence[Class]) -> Element:
    """Renderer by the values of a field."""
    drawn = Element("renderer-v2", type="categorizedSymbol", attr=attribute, symbollevels="0")
    listed = SubElement(drawn, "categories")
    for number, one in enumerate(classes):
        given = {"value": one.key, "type": "string", "label": one.label, "symbol": str(number), "render": "true"}
        SubElement(listed, "category", given)
    _symbols(drawn, [one.symbol for one in classes])
    return drawn


def by_rules(classes: Sequence[Class]) -> Element:
    """Renderer by filter expressions."""
    drawn = Element("renderer-v2", type="RuleRenderer", symbollevels="0")
    listed = SubElement(drawn, "rules", key="rules")
    for number, one in enumerate(classes):
        given = {"filter": one.key, "key": f"rule-{number}", "label": one.label, "symbol": str(number)}
        SubElement(listed, "rule", given)
    _symbols(drawn, [one.symbol for one in classes])
    return drawn


def labels(text: str, *, expression: bool = False, size: float = 9, show: str = "", beside: bool = False) -> Element:
    """Labels of a field or an expression, dark on a white edge.

    show: expression of what is labelled.  beside: next to a point and its mark, not upon it.
    """
    top = Element("labeling", type="simple")
    settings = SubElement(top, "settings")
    given = {"fieldName": text, "fontSize": f"{size:g}", "textColor": "0,0,0,255", "fontWeight": "50"}
    given |= {"isExpression": str(int(expression)), "fontFamily": "Microsoft YaHei", "namedStyle": "Regular"}
    style = SubElement(settings, "text-style", given)
    SubElement(style, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferColor="255,255,255,255")
    if beside:
        around = {"placement": "6", "predefinedPositionOrder": "R,L,TR,BR,TL,BL,TSR,BSR"}
        SubElement(settings, "placement", around | {"dist": "0.6", "distUnits": "MM", "offsetType": "1"})
    if show:
        _properties(SubElement(settings, "dd_properties"), {"Show": show})
    return top


def aliases(names: Mapping[str, str]) -> Element:
    """What QGIS shows instead of the names of fields."""
    top = Element("aliases")
    for number, (name, said) in enumerate(names.items()):
        SubElement(top, "alias", field=name, index=str(number), name=said)
    return top


def tip(text: str) -> Element:
    """What QGIS shows under the mouse: HTML with `[% expression %]`."""
    top = Element("mapTip")
    top.text = text
    return top


def document(parts: Iterable[Element]) -> str:
    """A whole style file."""
    parts = list(parts)
    names = {part.tag for part in parts}
    told = {"renderer-v2": "Symbology", "labeling": "Labeling", "aliases": "Fields", "mapTip": "MapTips"}
    root = Element("qgis", version=VERSION, styleCategories="|".join(told[name] for name in told if name in names))
    if "labeling" in names:
        root.set("labelsEnabled", "1")
    root.extend(parts)
    return _HEAD + tostring(root, encoding="unicode") + "\n"


def _symbols(parent: Element, symbols: Sequence[Symbol]) -> None:
    listed = SubElement(parent, "symbols")
    for number, one in enumerate(symbols):
        drawn = SubElement(listed, "symbol", name=str(number), type=one.shape, alpha="1", clip_to_extent="1")
        for given in one.layers:
            kinds = {"class": _CLASSES[one.shape], "enabled": "1", "locked": "0", "pass": "0"}
            layer = SubElement(drawn, "layer", kinds)
            options = SubElement(layer, "Option", type="Map")
            for key, value in given.items():
                SubElement(options, "Option", name=key, value=value, type="QString")
            if one.expressions:
                _properties(SubElement(layer, "data_defined_properties"), one.expressions)


def _properties(parent: Element, expressions: Mapping[str, str]) -> None:
    top = SubElement(parent, "Option", type="Map")
    SubElement(top, "Option", name="name", value="", type="QString")
    listed = SubElement(top, "Option", name="properties", type="Map")
    for name, text in expressions.items():
        one = SubElement(listed, "Option", name=name, type="Map")
        SubElement(one, "Option", name="active", value="true", type="bool")
        SubElement(one, "Option", name="expression", value=text, type="QString")
        SubElement(one, "Option", name="type", value="3", type="int")
    SubElement(top, "Option", name="type", value="collection", type="QString")
