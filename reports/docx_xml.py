"""WordprocessingML as text: elements, runs, fields, bookmarks.

Word refuses files whose elements stand in another order than the schema's (ECMA-376 part 1, 17), so every property
element is written through `properties`, which puts its children in that order.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType
from xml.sax.saxutils import escape, quoteattr

UNREADABLE = "\ufffd"
"""Stands for a character that XML cannot hold (a control character, half a surrogate pair)."""
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

NAMESPACES: Mapping[str, str] = MappingProxyType(
    {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    }
)
DECLARED = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items())

_ORDER = {
    "pPr": """
        pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs
        suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd
        snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment
        textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange""",
    "rPr": """
        rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish
        webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang
        eastAsianLayout specVanish oMath""",
    "tblPr": """
        tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd
        tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange""",
    "trPr": "cantSplit trHeight tblHeader",
    "tcPr": """
        cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark""",
    "sectPr": """
        headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols
        formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings""",
}
ORDER: Mapping[str, tuple[str, ...]] = MappingProxyType({name: tuple(own.split()) for name, own in _ORDER.items()})
"""Children of the property elements in the order of the schema (ECMA-376 part 1, annex A, wml.xsd)."""


def clean(text: str) -> str:
    """Text without what XML cannot hold: such characters become a visible sign."""
    return _ILLEGAL.sub(UNREADABLE, text)


def unreadable(value: object) -> Iterator[str]:
    """Texts of a document (or of any nest of dataclasses and tuples) that hold characters which XML cannot."""
    if isinstance(value, str):
        if _ILLEGAL.search(value):
            yield value
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from unreadable(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from unreadable(getattr(value, field.name))


def element(name: str, /, *inner: str, **attributes: object) -> str:
    """An element; name and attributes without a prefix are WordprocessingML (`w:`).

    >>> element("jc", val="right"), element("a:blip", **{"r:embed": "rId1"})
    ('<w:jc w:val="right"/>', '<a:blip r:embed="rId1"/>')
    """
    full = name if ":" in name else f"w:{name}"
    own = "".join(
        f" {key if ':' in key or full[:2] != 'w:' else f'w:{key}'}={quoteattr(clean(str(value)))}"
        for key, value in attributes.items()
    )
    content = "".join(inner)
    return f"<{full}{own}>{content}</{full}>" if content else f"<{full}{own}/>"


def properties(name: str, /, **parts: str) -> str:
    """A property element with its children in the order of the schema; empty parts are left out, as is an empty whole.

    Raises KeyError for a child that the element does not have.
    """
    order = ORDER[name]
    if unknown := set(parts) - set(order):
        raise KeyError(f"{name} has no {', '.join(sorted(unknown))}")
    inner = [parts[child] for child in order if parts.get(child)]
    return element(name, *inner) if inner else ""


def value(name: str, val: object) -> str:
    """An element with nothing but its `w:val`."""
    return element(name, val=val)


def run(text: str, look: str = "") -> str:
    """A run of text; line feeds become line breaks. look: its `w:rPr`."""
    lines = clean(text).split("\n")
    inner = element("br").join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' if line else "" for line in lines)
    return element("r", look, inner)


def field(instruction: str, shown: str, look: str = "") -> str:
    """A field with the result that is shown until it is updated."""
    return "".join(
        (
            element("r", look, element("fldChar", fldCharType="begin")),
            element("r", look, f'<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText>'),
            element("r", look, element("fldChar", fldCharType="separate")),
            shown,
            element("r", look, element("fldChar", fldCharType="end")),
        )
    )


def paragraph(style: str, *inner: str, **parts: str) -> str:
    """A paragraph in a style (its id); parts: further properties, elements by name."""
    look = properties("pPr", pStyle=value("pStyle", style) if style else "", **parts)
    return element("p", look, *inner)


def bookmark(number: int, name: str, *inner: str) -> str:
    """What is inside a bookmark."""
    return element("bookmarkStart", id=number, name=name) + "".join(inner) + element("bookmarkEnd", id=number)
