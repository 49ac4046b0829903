"""Styles of the Word document: what each is called, how it looks, and its XML, from `docx_styles.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from ruamel.yaml import YAML

from reports.docx_xml import element, properties, value
from reports.i18n import Labels, Lang

TWIPS_MM = 1440 / 25.4
"""Twentieths of a point in a millimetre, the unit of lengths in a Word document."""

BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "body": "Normal",
        "title": "Title",
        "subtitle": "Subtitle",
        **{f"heading{level}": f"heading {level}" for level in range(1, 5)},
        "caption": "caption",
        "toc1": "toc 1",
        "toc2": "toc 2",
        "header": "header",
        "footer": "footer",
    }
)
"""Styles that Word has in every language under these names; the others are ours, named in the language."""

PRINTED = [
    "body",
    "heading1",
    "heading2",
    "heading3",
    "heading4",
    "lead",
    "note",
    "warning",
    "item",
    "caption",
    "cell",
    "head",
    "number",
    "basis",
    "picture",
    "cover",
    "toc1",
    "toc2",
    "contents",
]
"""Styles that the content is written in; the others stand in the shipped template only."""
TABLE = "table"
"""Role of the style of tables (borders)."""


@dataclass(frozen=True)
class Style:
    """How a style looks; lengths in mm, sizes in points, `None`: as the style it is based on."""

    based: str = ""
    font: str = ""
    latin: str = ""
    size: float | None = None
    line: float | None = None
    indent: float | None = None
    align: str = ""
    gap: float | None = None
    before: float | None = None
    after: float | None = None
    left: float = 0.0
    bold: bool = False
    italic: bool = False
    keep: bool = False
    box: bool = False
    leader: bool = False
    level: int = 0


@dataclass(frozen=True)
class Page:
    """An A4 page: margins and places of header and footer [mm]; sides: whether odd and even pages differ."""

    top: float
    bottom: float
    left: float
    right: float
    header: float
    footer: float
    sides: bool
    width: float = 210.0
    height: float = 297.0

    @property
    def block(self) -> float:
        """Width of the text [mm]."""
        return self.width - self.left - self.right


@dataclass(frozen=True)
class Look:
    """Page, fonts with what stands in for them, and styles of a language."""

    page: Page
    fonts: Mapping[str, tuple[str, ...]]
    styles: Mapping[str, Style]


@lru_cache(maxsize=4)
def look(lang: Lang, short: bool = False) -> Look:
    """The shipped look of a language; short: that of papers without a cover."""
    raw = YAML(typ="safe").load((Path(__file__).parent / "docx_styles.yaml").read_text(encoding="utf-8"))[lang]
    other = raw["short"] if short else {"page": {}, "styles": {}}
    return Look(
        Page(**{**raw["page"], **other["page"]}),
        MappingProxyType({name: tuple(others) for name, others in raw["fonts"].items()}),
        MappingProxyType(
            {role: Style(**{**given, **other["styles"].get(role, {})}) for role, given in raw["styles"].items()}
        ),
    )


def name_of(role: str, lang: Lang) -> str:
    """Name of a style, as Word lists it."""
    return BUILT_IN.get(role) or Labels(lang)(f"docx.style.{role}")


def names_of(role: str) -> tuple[str, ...]:
    """All names that a template may call a style by."""
    return (name_of(role, "zh"), name_of(role, "en"))


def style_id(role: str) -> str:
    """Id of a style of ours; templates of others have ids of their own."""
    return {"body": "Normal", "toc1": "TOC1", "toc2": "TOC2"}.get(role, f"{role[:1].upper()}{role[1:]}")


def style_xml(
    role: str, lang: Lang, block: float, ids: Mapping[str, str] = MappingProxyType({}), short: bool = False
) -> str:
    """A paragraph style, or that of tables.

    block: width of the text [mm], where a leader ends; ids: of this and other styles by role, where they are not ours;
    short: the look of papers without a cover.
    """
    own = ids.get(role, style_id(role))
    if role == TABLE:
        return _table_style(lang, own)
    style = look(lang, short).styles[role]
    return element(
        "style",
        value("name", name_of(role, lang)),
        value("basedOn", ids.get(style.based, style_id(style.based))) if style.based else "",
        value("next", ids.get("body", style_id("body"))) if style.level else "",
        value("uiPriority", 9 if style.level else 39 if style.leader else 20),
        element("qFormat") if not style.leader else "",
        _paragraph(style, block),
        _characters(style),
        type="paragraph",
        styleId=own,
        **({"w:default": 1} if role == "body" else {} if role in BUILT_IN else {"w:customStyle": 1}),
    )


def _paragraph(style: Style, block: float) -> str:
    side = {"val": "single", "sz": 6, "space": 4, "color": "auto"}
    edge = round(block * TWIPS_MM)
    return properties(
        "pPr",
        keepNext=element("keepNext") if style.keep else "",
        keepLines=element("keepLines") if style.keep else "",
        pBdr=element("pBdr", *(element(name, **side) for name in ("top", "left", "bottom", "right")))
        if style.box
        else "",
        tabs=element("tabs", element("tab", val="right", leader="dot", pos=edge)) if style.leader else "",
        spacing=_spacing(style),
        ind=_indent(style),
        jc=value("jc", style.align) if style.align else "",
        outlineLvl=value("outlineLvl", style.level - 1) if style.level else "",
    )


def _spacing(style: Style) -> str:
    given: dict[str, object] = {}
    if style.before is not None:
        given["before"] = round(20 * style.before)
    if style.after is not None:
        given["after"] = round(20 * style.after)
    if style.line is not None:
        exact = style.line >= 4
        given |= {"line": round(style.line * (20 if exact else 240)), "lineRule": "exact" if exact else "auto"}
    return element("spacing", **given) if given else ""


def _indent(style: Style) -> str:
    given: dict[str, object] = {}
    if style.left:
        given["left"] = round(style.left * TWIPS_MM)
    if style.indent is not None:
        # Both: WPS and Word read the characters, LibreOffice the length.
        given |= {"firstLineChars": round(100 * style.indent), "firstLine": round(20 * style.indent * 16)}
    return element("ind", **given) if given else ""


def _characters(style: Style) -> str:
    faces: dict[str, object] = {}
    if style.latin:
        faces |= {"ascii": style.latin, "hAnsi": style.latin, "cs": style.latin}
    if style.font:
        faces["eastAsia"] = style.font
    half = None if style.size is None else round(2 * style.size)
    return properties(
        "rPr",
        rFonts=element("rFonts", **faces) if faces else "",
        b=element("b") if style.bold else "",
        bCs=element("bCs") if style.bold else "",
        i=element("i") if style.italic else "",
        iCs=element("iCs") if style.italic else "",
        spacing=value("spacing", round(20 * style.gap)) if style.gap is not None else "",
        sz=value("sz", half) if half else "",
        szCs=value("szCs", half) if half else "",
    )


def _table_style(lang: Lang, own: str) -> str:
    line = {"val": "single", "sz": 4, "space": 0, "color": "auto"}
    thick = line | {"sz": 8}
    edges = {"top": thick, "left": line, "bottom": thick, "right": line, "insideH": line, "insideV": line}
    if lang == "en":
        edges = {"top": thick, "bottom": thick, "insideH": line | {"color": "BFBFBF"}}
    margins = (
        element(side, w=width, type="dxa") for side, width in (("top", 20), ("left", 60), ("bottom", 20), ("right", 60))
    )
    return element(
        "style",
        value("name", name_of(TABLE, lang)),
        value("uiPriority", 99),
        properties(
            "tblPr",
            tblBorders=element("tblBorders", *(element(side, **edge) for side, edge in edges.items())),
            tblCellMar=element("tblCellMar", *margins),
        ),
        type="table",
        styleId=own,
        **{"w:customStyle": 1},
    )
