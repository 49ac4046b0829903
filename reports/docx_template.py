"""The shipped Word template: pages, styles, header, footer and placeholders; an office may edit it or use its own.

Made by code, so that no binary file is kept: one with cover and contents, one for short papers.
"""

from pathlib import Path

from reports.docx_styles import BUILT_IN, PRINTED, TABLE, TWIPS_MM, Page, look, style_id, style_xml
from reports.docx_xml import DECLARED, element, field, paragraph, properties, run, value
from reports.docx_zip import zipped
from reports.i18n import Labels, Lang, language
from reports.whole import write_whole_bytes

NAMES = ("template.docx", "template-short.docx")
"""Files of the template with a cover and of that for short papers."""
_STYLES = (*dict.fromkeys((*BUILT_IN, *PRINTED, "stamp")), TABLE)
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SIDES = ("default", "even")


def write_templates(lang: str, place: Path) -> list[Path]:
    """Write both templates into a folder; returns the files."""
    own = language(lang)
    return [
        write_whole_bytes(place / name, template(own, cover)) for name, cover in zip(NAMES, (True, False), strict=True)
    ]


def template(lang: Lang, cover: bool) -> bytes:
    """The shipped template as a file. cover: with a cover page and a table of contents."""
    return zipped(
        {
            "[Content_Types].xml": _content_types(),
            "_rels/.rels": _relations({"document": "word/document.xml", "core": "docProps/core.xml"}),
            "word/document.xml": _document(lang, cover),
            "word/_rels/document.xml.rels": _relations(
                {name: f"{name}.xml" for name in ("styles", "settings", "fontTable")}
                | {f"{kind}{side}": f"{kind}-{side}.xml" for kind in ("header", "footer") for side in _SIDES}
            ),
            "word/styles.xml": _styles(lang, short=not cover),
            "word/settings.xml": _settings(lang),
            "word/fontTable.xml": _fonts(lang),
            **{f"word/header-{side}.xml": _header(lang) for side in _SIDES},
            **{f"word/footer-{side}.xml": _footer(lang, side) for side in _SIDES},
            "docProps/core.xml": _core(lang),
        }
    )


def placeholder(key: str, lang: Lang) -> str:
    """A placeholder as it stands in a template: `{{正文}}`, `{{body}}`."""
    return "{{" + Labels(lang)(f"docx.placeholder.{key}") + "}}"


def section(page: Page, references: str = "") -> str:
    """A section of upright pages."""
    lengths = {
        name: round(length * TWIPS_MM)
        for name, length in (
            ("top", page.top),
            ("right", page.right),
            ("bottom", page.bottom),
            ("left", page.left),
            ("header", page.header),
            ("footer", page.footer),
        )
    }
    return properties(
        "sectPr",
        headerReference=references,
        pgSz=element("pgSz", w=round(page.width * TWIPS_MM), h=round(page.height * TWIPS_MM)),
        pgMar=element("pgMar", **lengths, gutter=0),
    )


def _document(lang: Lang, cover: bool) -> str:
    def line(role: str, key: str, **parts: str) -> str:
        return paragraph(style_id(role), run(placeholder(key, lang)), **parts)

    next_page = element("pageBreakBefore")
    centred = value("jc", "center") if lang == "zh" else ""
    front = [line("title", "title"), line("subtitle", "subtitle")]
    if cover:
        spaced = element("spacing", before=2400)
        front = [
            line("title", "title", spacing=spaced),
            line("subtitle", "subtitle"),
            line("warning", "marks", jc=centred),
            line("cover", "cover"),
            line("cover", "date", spacing=spaced),
            paragraph(style_id("contents"), run(Labels(lang)("document.contents")), pageBreakBefore=next_page),
            line("toc1", "contents"),
            line("body", "body", pageBreakBefore=next_page),
        ]
    else:
        front += [line("warning", "marks", jc=centred), line("body", "body")]
    references = "".join(
        element(f"{kind}Reference", **{"w:type": side, "r:id": f"{kind}{side}"})
        for kind in ("header", "footer")
        for side in _SIDES
    )
    body = element("body", *front, section(look(lang, not cover).page, references))
    return f"{_HEAD}<w:document {DECLARED}>{body}</w:document>"


def _header(lang: Lang) -> str:
    line = paragraph(style_id("header"), run(placeholder("marks", lang)))
    return f"{_HEAD}<w:hdr {DECLARED}>{line}</w:hdr>"


def _footer(lang: Lang, side: str) -> str:
    """Page number, in Chinese on the outer side, one character from the edge; the stamp below it."""
    outer = look(lang).page.sides
    odd = side == "default"
    before, after = Labels(lang)("docx.page", n="\n").split("\n")
    number = [run(text) if text else "" for text in (before,)]
    page = paragraph(
        style_id("footer"),
        *number,
        field("PAGE", run("1")),
        run(after) if after else "",
        ind=element("ind", **{"rightChars" if odd else "leftChars": 100, "right" if odd else "left": 280})
        if outer
        else "",
        jc=value("jc", "right" if odd else "left") if outer else "",
    )
    stamp = paragraph(style_id("stamp"), run(placeholder("stamp", lang)))
    return f"{_HEAD}<w:ftr {DECLARED}>{page}{stamp}</w:ftr>"


def _styles(lang: Lang, short: bool) -> str:
    block = look(lang, short).page.block
    body = look(lang, short).styles["body"]
    tongue = element("lang", **{"w:val": "en-GB", "w:eastAsia": "zh-CN", "w:bidi": "ar-SA"})
    faces = {"ascii": body.latin, "hAnsi": body.latin, "cs": body.latin, "eastAsia": body.font}
    hint = {"hint": "eastAsia"} if lang == "zh" else {}
    basic = properties(
        "rPr", rFonts=element("rFonts", **hint, **faces), sz=value("sz", 22), szCs=value("szCs", 22), lang=tongue
    )
    defaults = element("docDefaults", element("rPrDefault", basic), element("pPrDefault", element("pPr")))
    every = "".join(style_xml(role, lang, block, short=short) for role in _STYLES)
    return f"{_HEAD}<w:styles {DECLARED}>{defaults}{every}</w:styles>"


def _settings(lang: Lang) -> str:
    word = "http://schemas.microsoft.com/office/word"
    compatible = element("compat", element("compatSetting", name="compatibilityMode", uri=word, val=15))
    sides = element("evenAndOddHeaders") if look(lang).page.sides else ""
    inner = (
        element("zoom", percent=100),
        sides,
        value("characterSpacingControl", "compressPunctuation"),
        compatible,
        element("themeFontLang", **{"w:val": "en-GB", "w:eastAsia": "zh-CN"}),
    )
    return f"{_HEAD}<w:settings {DECLARED}>{''.join(inner)}</w:settings>"


def _fonts(lang: Lang) -> str:
    fonts = (
        element("font", value("altName", ",".join(others)), name=name) for name, others in look(lang).fonts.items()
    )
    return f"{_HEAD}<w:fonts {DECLARED}>{''.join(fonts)}</w:fonts>"


def _core(lang: Lang) -> str:
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    dc = "http://purl.org/dc/elements/1.1/"
    tongue = "zh-CN" if lang == "zh" else "en-GB"
    inner = f"<dc:language>{tongue}</dc:language>"
    return f'{_HEAD}<cp:coreProperties xmlns:cp="{core}" xmlns:dc="{dc}">{inner}</cp:coreProperties>'


def _content_types() -> str:
    parts = {
        "word/document.xml": f"{_MAIN}.document.main+xml",
        "word/styles.xml": f"{_MAIN}.styles+xml",
        "word/settings.xml": f"{_MAIN}.settings+xml",
        "word/fontTable.xml": f"{_MAIN}.fontTable+xml",
        **{f"word/{kind}-{side}.xml": f"{_MAIN}.{kind}+xml" for kind in ("header", "footer") for side in _SIDES},
        "docProps/core.xml": _CORE,
    }
    every = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in parts.items())
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    return (
        f'{_HEAD}<Types xmlns="{types}">{rels}<Default Extension="xml" ContentType="application/xml"/>{every}</Types>'
    )


def _relations(targets: dict[str, str]) -> str:
    """Relationships of a part: id to the target; the kind is told by the name of the target."""
    every = "".join(
        f'<Relationship Id="{name}" Type="{_kind(target)}" Target="{target}"/>' for name, target in targets.items()
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_HEAD}<Relationships xmlns="{package}">{every}</Relationships>'


def _kind(target: str) -> str:
    """Kind of a relationship by the file that it leads to: `word/document.xml`, `header-even.xml`, `styles.xml`."""
    name = target.rpartition("/")[2].removesuffix(".xml").partition("-")[0]
    if name == "core":
        return "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f"{office}/{'officeDocument' if name == 'document' else name}"
