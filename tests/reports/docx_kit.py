"""Readers of Word files for tests: tables as rows of texts, the order of elements, templates as offices make them."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import docx
import noto_cjk_sans_otc
import numpy as np
from docx.document import Document as Word
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph
from lxml import etree
from PIL import Image

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

SEQUENCES: Mapping[str, str] = {
    "document": "background body",
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "tc": "tcPr p tbl",
    "p": "pPr r hyperlink bookmarkStart bookmarkEnd fldSimple",
    "r": "rPr",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
    "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "styles": "docDefaults latentStyles style",
    "docDefaults": "rPrDefault pPrDefault",
    "settings": "writeProtection view zoom evenAndOddHeaders characterSpacingControl footnotePr endnotePr compat "
    "themeFontLang clrSchemeMapping",
    "tblBorders": "top left bottom right insideH insideV",
    "pBdr": "top left bottom right between bar",
    "tblCellMar": "top left bottom right",
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "inline": "extent effectExtent docPr cNvGraphicFramePr graphic",
    "pic": "nvPicPr blipFill spPr",
    "spPr": "xfrm custGeom prstGeom",
}
"""Children of elements in the order that Word insists on (ECMA-376 part 1, wml.xsd and dml-*.xsd), written by hand."""
_ANY_ORDER = {"p": {"r", "hyperlink", "bookmarkStart", "bookmarkEnd", "fldSimple"}, "tc": {"p", "tbl"}}


def parts(raw: bytes) -> dict[str, bytes]:
    """Parts of an office file by their names."""
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        return {name: file.read(name) for name in file.namelist()}


def out_of_order(raw: bytes) -> list[str]:
    """Elements of a file whose children stand in another order than the schema's."""
    wrong = []
    for name, content in parts(raw).items():
        if name.endswith((".xml", ".rels")):
            every = map(_order, etree.fromstring(content).iter(etree.Element))
            wrong += [f"{name}: {told}" for told in every if told]
    return wrong


def _order(element: Any) -> str:
    tag = etree.QName(element).localname
    if tag not in SEQUENCES:
        return ""
    known = SEQUENCES[tag].split()
    children = [etree.QName(child).localname for child in element.iterchildren(etree.Element)]
    if tag == "r":
        return "" if "rPr" not in children[1:] else f"{tag}: {children}"
    if unknown := set(children) - set(known):
        return f"{tag}: {sorted(unknown)} unknown"
    free = _ANY_ORDER.get(tag, set())
    places = [known.index("r") if child in free and tag == "p" else known.index(child) for child in children]
    if tag == "tc":
        places = [min(place, 1) for place in places]
    return "" if places == sorted(places) else f"{tag}: {children}"


def grid_faults(raw: bytes) -> list[str]:
    """Tables whose rows do not span their grid, and cells that do not end with a paragraph."""
    wrong = []
    for table in etree.fromstring(parts(raw)["word/document.xml"]).iter(f"{W}tbl"):
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        for row in table.findall(f"{W}tr"):
            spans = [cell.find(f"{W}tcPr/{W}gridSpan") for cell in row.findall(f"{W}tc")]
            if sum(1 if span is None else int(span.get(f"{W}val")) for span in spans) != columns:
                wrong.append("".join(row.itertext())[:60])
        wrong += ["cell" for cell in table.iter(f"{W}tc") if cell[-1].tag != f"{W}p"]
    return wrong


def blocks(word: Word) -> list[WordParagraph | WordTable]:
    """Paragraphs and tables of the body in their order."""
    return list(word.iter_inner_content())


def tables(word: Word) -> list[tuple[str, WordTable]]:
    """Tables with the caption above each; a block to sign has none."""
    found, caption = [], ""
    for block in blocks(word):
        if isinstance(block, WordTable):
            found.append((caption, block))
            caption = ""
        else:
            caption = block.text if block.style is not None and block.style.name == "Caption" else ""
    return found


def rows(table: WordTable) -> list[list[str]]:
    """Heads (the lower row, where there are two) and rows; lines of a cell are joined."""
    every = [[re.sub(r"\n", "", cell.text) for cell in row.cells] for row in table.rows]
    heads = [place for place, row in enumerate(table.rows) if row._tr.find(f"{W}trPr/{W}tblHeader") is not None]
    return every[heads[-1] :]


def joined(cells: Iterable[Sequence[str]]) -> list[list[str]]:
    """Texts as `rows` gives them: English sets an interval off by a space, which a break takes the place of."""
    return [[re.sub(r"(?<=\d) (?=\([^()]*\)$)", "", text.replace("\n", "")) for text in row] for row in cells]


def template(*lines: str, styles: Sequence[str] = (), header: str = "") -> bytes:
    """A template as an office makes one: the library's own new document with some lines in it."""
    word = docx.Document()
    for line in lines:
        word.add_paragraph(line)
    for name in styles:
        word.styles.add_style(name, 1)
    if header:
        word.sections[0].header.paragraphs[0].text = header
    return saved(word)


def saved(word: Word) -> bytes:
    """Bytes of a Word file."""
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


def opened(raw: bytes) -> Word:
    """A Word file, read."""
    return docx.Document(io.BytesIO(raw))


class Office:
    """LibreOffice Writer, which sees the bundled font and those of the system."""

    def __init__(self, program: str, place: Path) -> None:
        self.program, self.place = program, place
        fonts = Path(noto_cjk_sans_otc.__file__).parent
        self.fonts = place / "fonts.conf"
        self.fonts.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            f"<dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{place}/cache</cachedir></fontconfig>",
            encoding="utf-8",
        )

    def pdf(self, file: Path) -> Path:
        """The file as PDF; fails with what LibreOffice said if it could not be opened."""
        done = self._run(
            [self.program, "--headless", f"-env:UserInstallation={(self.place / 'profile').as_uri()}"],
            ["--convert-to", "pdf", "--outdir", str(self.place), str(file)],
        )
        made = self.place / f"{file.stem}.pdf"
        assert made.is_file(), f"{done.stdout}\n{done.stderr}"
        return made

    def pages(self, pdf: Path) -> list[np.ndarray]:
        """Every page as grey levels [row, column]."""
        stem = self.place / f"{pdf.stem}-page"
        self._run(["pdftoppm", "-r", "40", "-gray", "-png", str(pdf), str(stem)])
        files = sorted(self.place.glob(f"{stem.name}-*.png"))
        return [np.asarray(Image.open(file)) for file in files]

    def words(self, pdf: Path) -> str:
        """Text of the PDF."""
        return self._run(["pdftotext", "-layout", str(pdf), "-"]).stdout

    def faces(self, pdf: Path) -> str:
        """Fonts of the PDF."""
        return self._run(["pdffonts", str(pdf)]).stdout

    def _run(self, *words: list[str]) -> "subprocess.CompletedProcess[str]":
        environment = os.environ | {"FONTCONFIG_FILE": str(self.fonts)}
        command = [word for part in words for word in part]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)


def writer() -> str | None:
    """Path of a LibreOffice that has Writer; None without one, poppler or a face like Times New Roman."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None or not all(map(shutil.which, ("pdftoppm", "pdftotext", "pdffonts"))):
        return None
    if not any(Path("/usr/share/fonts").rglob("LiberationSerif-Regular.*")):
        return None
    return found if (Path(found).resolve().parent / "libswlo.so").exists() else None
