"""LibreOffice Writer opens the Word files: every page has something on it, nothing is lost, Chinese is printed."""

from dataclasses import replace
from pathlib import Path

import docx
import numpy as np
import pytest

from reports.document import Document, PageBreak, Paragraph
from reports.document_docx import write_docx
from reports.documents import DOCUMENTS
from reports.i18n import LANGUAGES, Labels, Lang
from reports.run_folder import RunFolder
from reports.view import view
from tests.reports.documents_kit import every_block, plain
from tests.reports.docx_kit import Office
from tests.reports.test_docx import WIDE, short
from tests.reports.test_docx_template import red_head

pytestmark = pytest.mark.slow
INK = 200
"""Grey level below which a point is ink."""


def printed(
    document: Document, office: Office, place: Path, own: Path | None = None
) -> tuple[list[np.ndarray], str, list[int]]:
    """Pages [row, column] and text of a document as LibreOffice prints it, and the pages that are empty."""
    file = write_docx(document, place / f"{place.name}.docx", own)
    pdf = office.pdf(file)
    pages = office.pages(pdf)
    return pages, office.words(pdf), empty(pages, file)


def empty(pages: list[np.ndarray], file: Path) -> list[int]:
    """Pages without ink between the margins of their sections."""
    edges = {}
    for one in docx.Document(str(file)).sections:
        tall = one.page_height or 1
        edges[(one.page_width or 0) > tall] = (one.top_margin or 0) / tall, 1.0 - (one.bottom_margin or 0) / tall
    found = []
    for number, page in enumerate(pages, 1):
        high, across = page.shape[:2]
        top, bottom = edges[across > high]
        if not (page[round(top * high) : round(bottom * high)] < INK).any():
            found.append(number)
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_page_is_seen(lang: Lang, office: Office, tmp_path: Path) -> None:
    blocks = (Paragraph("甲"), PageBreak(), Paragraph("\u3000"), PageBreak(), Paragraph("乙"))
    _, _, blank = printed(replace(every_block(lang), cover=(), blocks=blocks), office, tmp_path)
    assert blank == [2]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_block_is_printed_and_no_page_is_empty(lang: Lang, office: Office, tmp_path: Path) -> None:
    pages, words, blank = printed(every_block(lang), office, tmp_path)
    assert blank == []
    assert 6 <= len(pages) <= 14
    text = plain(words)
    for wanted in ("行89", "备注remark", "审定approved", "现状today", Labels(lang)("document.contents"), "stamp1"):
        assert plain(wanted) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_heads_repeat_on_every_page_of_a_long_table(lang: Lang, office: Office, tmp_path: Path) -> None:
    _, words, _ = printed(every_block(lang), office, tmp_path)
    long = [page for page in words.split("\f") if "行 " in page]
    assert len(long) > 1
    assert all("名 name" in page for page in long)


def test_chinese_is_printed_in_a_chinese_face(office: Office, tmp_path: Path) -> None:
    pdf = office.pdf(write_docx(every_block("zh"), tmp_path / "faces.docx"))
    assert "CJK" in office.faces(pdf)


def test_a_wide_table_is_printed_on_its_side(office: Office, tmp_path: Path) -> None:
    pages, words, blank = printed(short(*every_block("zh").blocks[:6], WIDE), office, tmp_path)
    assert blank == []
    assert [page.shape[1] > page.shape[0] for page in pages] == [False] * (len(pages) - 1) + [True]
    assert words.count("123\u00a0456") + words.count("123 456") == 18


def test_the_template_of_an_office_is_printed(office: Office, tmp_path: Path) -> None:
    own = tmp_path / "own.docx"
    own.write_bytes(red_head())
    pages, words, blank = printed(every_block("zh"), office, tmp_path, own)
    assert blank == []
    first = words.split("\f")[0]
    assert "某某县教育局文件" in first
    assert "内部资料" in first
    assert "抄送：县财政局" in words.split("\f")[len(pages) - 1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_dossier_of_a_run_is_printed(
    run: RunFolder, lang: Lang, dots: list[object], office: Office, tmp_path: Path
) -> None:
    document = DOCUMENTS["dossier"](view(run, lang))
    _, words, blank = printed(document, office, tmp_path)
    assert blank == []
    text = plain(words)
    assert [table.title for table in document.tables if plain(table.title) not in text] == []
    assert docx.Document(str(tmp_path / f"{tmp_path.name}.docx")).core_properties.title == document.title
