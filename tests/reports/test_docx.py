"""Documents as Word files: every number is read back, elements stand in Word's order, the bytes are always the same."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.shared import Mm
from docx.text.paragraph import Paragraph as WordParagraph

from reports.document import Band, Column, Document, Heading, PageBreak, Paragraph, Picture, Signatures, Table
from reports.document_docx import LONGEST_MARK, docx_of, in_short, write_docx
from reports.document_forms import basis_line
from reports.document_numbers import numbered
from reports.documents import DOCUMENTS
from reports.docx_styles import BUILT_IN, look, name_of
from reports.i18n import LANGUAGES, Labels, Lang
from reports.run_errors import RunError
from reports.run_folder import RunFolder
from reports.table_widths import TRIES, fitted, least_width, text_width
from reports.view import view
from scenarios.problems import Problem
from tests.reports.documents_kit import BASIS, HOSTILE, every_block, png, texts
from tests.reports.docx_kit import W, grid_faults, joined, opened, out_of_order, parts, rows, tables

WIDE = Table("w", "宽 wide", tuple(Column(f"c{n}", f"第{n}列 column", "count") for n in range(18)), ((123456.0,) * 18,))


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> Lang:
    return request.param


@pytest.fixture(scope="module")
def made(lang: Lang) -> bytes:
    return docx_of(every_block(lang), None, [])


def short(*blocks, **given) -> Document:
    """A document without a cover."""
    return replace(every_block("zh"), cover=(), blocks=blocks, **given)


def body_texts(raw: bytes) -> list[str]:
    return [block.text for block in opened(raw).paragraphs]


def test_every_number_of_every_table_is_read_back(made: bytes, lang: Lang) -> None:
    document = every_block(lang)
    found = [table for caption, table in tables(opened(made)) if caption]
    assert len(found) == len(document.tables)
    for table, own in zip(found, document.tables, strict=True):
        assert joined(rows(table)) == joined(texts(own, lang)), own.key


def test_the_dossier_of_a_run_is_read_back(run: RunFolder, lang: Lang, dots: list[object]) -> None:
    document = DOCUMENTS["dossier"](view(run, lang))
    plain = replace(document, blocks=tuple(block for block in document.blocks if not isinstance(block, Picture)))
    found = [(caption, table) for caption, table in tables(opened(docx_of(plain, None, []))) if caption]
    assert [caption.endswith(own.title) for (caption, _), own in zip(found, plain.tables, strict=True)]
    for (_, table), own in zip(found, plain.tables, strict=True):
        assert joined(rows(table)) == joined(texts(own, lang)), own.key


def test_pupils_in_the_file_are_those_of_the_parquet_table(run: RunFolder, lang: Lang, dots: list[object]) -> None:
    seen, labels = view(run, lang), Labels(lang)
    document = DOCUMENTS["dossier"](seen)
    place = next(at for at, table in enumerate(document.tables) if table.key == "t2")
    word = [table for caption, table in tables(opened(docx_of(document, None, []))) if caption][place]
    county = run.tables.county
    own = county[(county["future"] == run.study.reference_future) & (county["plan"] == seen.baseline)]
    births = own[(own["indicator"] == "births") & (own["stage"] == "all")]
    heads, *lines = rows(word)
    at = next(place for place, column in enumerate(document.tables[place].columns) if column.key == "births")
    printed = {line[0]: line[at] for line in lines}
    assert len(births) > 1
    for row in births.itertuples():
        numbers = [labels.integer(value) for value in (row.p50, row.p05, row.p95)]
        said = printed[labels.school_year(row.year)]
        assert re.findall(r"[\d\u00a0]+", said) == (numbers if len(set(numbers)) > 1 else numbers[:1])
    assert heads[0] == labels("t2.year")


def test_elements_stand_in_the_order_that_word_insists_on(made: bytes) -> None:
    assert out_of_order(made) == []
    assert grid_faults(made) == []


def test_ids_are_unique_and_relations_lead_somewhere(made: bytes) -> None:
    files = parts(made)
    text = files["word/document.xml"].decode()
    for pattern in (r'<w:bookmarkStart w:id="(\d+)"', r'<wp:docPr id="(\d+)"'):
        ids = re.findall(pattern, text)
        assert ids
        assert len(ids) == len(set(ids))
    assert set(re.findall(r'r:embed="([^"]+)"', text)) <= set(
        re.findall(r'Id="([^"]+)"', files["word/_rels/document.xml.rels"].decode())
    )
    anchors = set(re.findall(r'w:anchor="([^"]+)"', text))
    assert anchors <= set(re.findall(r'w:bookmarkStart w:id="\d+" w:name="([^"]+)"', text))
    assert anchors


def test_the_same_document_gives_the_same_bytes_without_a_time(made: bytes, lang: Lang) -> None:
    assert docx_of(every_block(lang), None, []) == made
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        assert {one.date_time for one in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert file.namelist()[0] == "[Content_Types].xml"
    assert b"created" not in parts(made)["docProps/core.xml"]
    assert b"modified" not in parts(made)["docProps/core.xml"].replace(b"lastModifiedBy", b"")


def test_title_language_and_keywords_of_the_file(made: bytes, lang: Lang) -> None:
    core = opened(made).core_properties
    assert core.title == f"文件 {HOSTILE}"
    assert core.language == {"zh": "zh-CN", "en": "en-GB"}[lang]
    assert (core.subject, core.keywords) == ("副题 subtitle", "stamp 1")
    assert re.search(rb'<w:lang w:val="en-GB" w:eastAsia="zh-CN"', parts(made)["word/styles.xml"])


def test_the_chinese_page_is_that_of_the_standard() -> None:
    section = opened(docx_of(every_block("zh"), None, [])).sections[0]
    block = section.page_width - section.left_margin - section.right_margin
    tall = section.page_height - section.top_margin - section.bottom_margin
    for found, wanted in (
        (section.top_margin, 37),
        (section.left_margin, 28),
        (block, 156),
        (tall, 225),
        (section.page_width, 210),
    ):
        assert abs(found - Mm(wanted)) < Mm(0.2)
    styles = look("zh").styles
    assert (styles["body"].size, styles["body"].line, styles["body"].font) == (16, 28, "仿宋")
    assert [styles[f"heading{level}"].font for level in (1, 2)] == ["黑体", "楷体"]
    assert (styles["title"].size, styles["title"].font) == (22, "方正小标宋简体")


def test_fonts_are_named_for_chinese_and_latin_with_what_stands_in_for_them(made: bytes, lang: Lang) -> None:
    files = parts(made)
    named = set(re.findall(r'w:(?:eastAsia|ascii)="([^"]+)"', files["word/styles.xml"].decode())) - {"zh-CN"}
    fonts = dict(
        re.findall(r'<w:font w:name="([^"]+)"><w:altName w:val="([^"]+)"', files["word/fontTable.xml"].decode())
    )
    assert named <= set(fonts)
    assert b"asciiTheme" not in files["word/styles.xml"]
    assert look(lang).styles["body"].font in named


def test_heads_repeat_rows_hold_together_and_sums_are_bold(made: bytes) -> None:
    by_caption = {caption: table for caption, table in tables(opened(made)) if caption}
    first = next(table for caption, table in by_caption.items() if HOSTILE in caption)
    marks = [[mark.tag for mark in row._tr.find(f"{W}trPr")] for row in first.rows]
    assert [f"{W}tblHeader" in own for own in marks] == [True, True, False, False, False]
    assert all(f"{W}cantSplit" in own for own in marks)
    assert first.cell(0, 2).text == first.cell(0, 3).text == "Roll"
    assert first.cell(0, 0)._tc is first.cell(1, 0)._tc
    bold = [[run.bold for cell in row.cells for run in cell.paragraphs[0].runs] for row in first.rows]
    assert all(bold[4])
    assert not any(bold[2]) and not any(bold[3])  # noqa: PT018 - the two rows that are no sums


def test_numbers_stand_on_the_right(made: bytes, lang: Lang) -> None:
    first = next(table for caption, table in tables(opened(made)) if HOSTILE in caption)
    styles = [cell.paragraphs[0].style.name for cell in first.rows[2].cells]
    assert styles == [name_of("cell", lang)] + [name_of("number", lang)] * 6


def test_captions_are_counted_by_fields(made: bytes, lang: Lang) -> None:
    document = every_block(lang)
    captions = [block.text for block in opened(made).paragraphs if block.style.name == "Caption"]
    labels = Labels(lang)
    counted = [one for one in numbered(document) if isinstance(one.block, (Table, Picture))]
    wanted = [labels("docx.caption", number=one.number, title=one.block.title) for one in counted]
    assert sorted(captions) == sorted(wanted)
    assert len(re.findall(r"> SEQ (?:表|图|Table|Figure) ", parts(made)["word/document.xml"].decode())) == len(wanted)
    assert basis_line(BASIS, labels) in body_texts(made)


def test_a_caption_stands_above_its_table_and_under_its_picture(made: bytes) -> None:
    blocks = list(opened(made).iter_inner_content())
    for at, block in enumerate(blocks):
        if not isinstance(block, WordParagraph) and blocks[at - 1].style.name == "Caption":
            assert blocks[at - 1].paragraph_format.keep_with_next
        if isinstance(block, WordParagraph) and block._p.findall(f".//{W}drawing"):
            assert blocks[at + 1].style.name == "Caption"


def test_a_picture_has_its_text_and_keeps_its_shape(made: bytes) -> None:
    shape = opened(made).inline_shapes[0]
    assert shape._inline.docPr.get("descr") == "一张图 alt text"
    assert abs(shape.width - Mm(60)) < Mm(0.1)
    assert abs(shape.width / shape.height - 2.0) < 0.01
    wide = short(Picture("p", "t", "a", png(), 500.0))
    assert opened(docx_of(wide, None, [])).inline_shapes[0].width <= Mm(look("zh", short=True).page.block + 0.1)


def test_contents_are_a_field_with_its_entries(made: bytes, lang: Lang) -> None:
    text = parts(made)["word/document.xml"].decode()
    assert text.count(' TOC \\o "1-2" ') == 1
    heads = [one for one in numbered(every_block(lang)) if isinstance(one.block, Heading) and one.block.level <= 2]
    lines = [block.text for block in opened(made).paragraphs if block.style.name.startswith("toc")]
    gap = {"zh": "", "en": " "}[lang]
    assert [line.rstrip("\t") for line in lines] == [one.number + gap + one.block.text for one in heads]
    assert text.count(" PAGEREF ") == len(heads)


def test_headings_have_their_numbers_and_levels(made: bytes) -> None:
    heads = [block for block in opened(made).paragraphs if block.style.name.startswith("Heading")]
    assert [block.style.name for block in heads] == [f"Heading {level}" for level in (1, 2, 3, 4, 1)]
    first = opened(docx_of(short(Heading(1, "甲"), Heading(2, "乙")), None, []))
    assert [block.text for block in first.paragraphs][-2:] == ["一、甲", "（一）乙"]


def test_marks_stand_on_the_cover_and_above_every_page_the_stamp_below(made: bytes) -> None:
    files = parts(made)
    assert "合成 synthetic" in body_texts(made)
    for side in ("default", "even"):
        assert "合成 synthetic" in files[f"word/header-{side}.xml"].decode()
        footer = files[f"word/footer-{side}.xml"].decode()
        assert "stamp 1" in footer
        assert "> PAGE <" in footer


def test_a_long_mark_is_cut_above_the_pages_only() -> None:
    mark = "未核对：" + "条款 " * LONGEST_MARK
    raw = docx_of(replace(every_block("zh"), marks=(mark,)), None, [])
    assert mark in body_texts(raw)
    header = parts(raw)["word/header-default.xml"].decode()
    assert "未核对…" in header
    assert "条款" not in header
    assert in_short("合成数据：不代表任何真实学校") == "合成数据：不代表任何真实学校"


def test_a_document_without_subtitle_and_marks_has_no_empty_box() -> None:
    raw = docx_of(short(Paragraph("文"), marks=(), subtitle=""), None, [])
    assert [text for text in body_texts(raw) if text == ""] == []


def test_a_wide_table_turns_the_page_and_takes_its_heading_along() -> None:
    raw = docx_of(short(Paragraph("甲"), Heading(1, "宽"), Paragraph("引"), WIDE, Heading(1, "窄")), None, [])
    sections = opened(raw).sections
    assert [one.orientation for one in sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    assert [
        [block.text for block in one.iter_inner_content() if isinstance(block, WordParagraph)][:2] for one in sections
    ][1] == ["一、宽", "引"]
    assert sections[1].page_width > sections[1].page_height
    assert all(one.header.paragraphs[0].text == "合成 synthetic" for one in sections)


def test_a_wide_table_at_the_end_leaves_no_page_behind_it() -> None:
    sections = opened(docx_of(short(Paragraph("甲"), WIDE), None, [])).sections
    assert [one.orientation for one in sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]


@pytest.mark.parametrize("blocks", [(PageBreak(), Paragraph("甲"), PageBreak()), (PageBreak(),), ()])
def test_a_break_at_an_end_makes_no_empty_page(blocks: tuple[object, ...]) -> None:
    text = parts(docx_of(short(*blocks), None, []))["word/document.xml"].decode()
    assert "pageBreakBefore" not in text


def test_a_break_begins_the_page_of_what_follows(made: bytes) -> None:
    raw = docx_of(short(Paragraph("甲"), PageBreak(), Heading(1, "乙")), None, [])
    heading = next(block for block in opened(raw).paragraphs if block.text == "一、乙")
    assert heading.paragraph_format.page_break_before
    assert out_of_order(raw) == []


def test_lines_to_sign(made: bytes, lang: Lang) -> None:
    caption, last = tables(opened(made))[-1]
    assert caption == ""
    assert [row.cells[0].text for row in last.rows] == list(
        Signatures(("编制 made", "审核 seen", "审定 approved")).roles
    )
    assert {row.cells[2].text for row in last.rows} == {Labels(lang)("document.day")}


def test_control_characters_are_shown_and_told(tmp_path: Path) -> None:
    told: list[Problem] = []
    bad = short(Table("t", "第一\x0b小学", (Column("a", "甲\x00"),), (("乙\ud800",),)), title="题\x1f")
    path = write_docx(bad, tmp_path / "a.docx", None, told)
    assert [problem.code for problem in told] == ["RUN119"]
    assert "第一\ufffd小学" in str(told[0].params["found"])
    word = docx.Document(str(path))
    assert word.core_properties.title == "题\ufffd"
    assert word.tables[0].cell(1, 0).text == "乙\ufffd"


@pytest.mark.parametrize("name", ["报告 “终稿” 🏫.docx", "it's & co.docx"])
def test_odd_names_of_files(tmp_path: Path, name: str) -> None:
    assert docx.Document(str(write_docx(every_block("zh"), tmp_path / name))).tables


def test_a_folder_in_the_place_of_the_file_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "report.docx").mkdir()
    with pytest.raises(RunError) as told:
        write_docx(every_block("zh"), tmp_path / "report.docx")
    assert told.value.code == "RUN013"
    assert [path.name for path in tmp_path.iterdir()] == ["report.docx"]


def test_a_file_that_is_open_is_told_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.docx"
    target.write_bytes(b"old")

    def refused(self: Path, other: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(other))

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(RunError) as told:
        write_docx(every_block("zh"), target)
    assert told.value.code == "RUN013"
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.docx"]


def test_widths_hold_what_is_never_broken_and_fill_the_table() -> None:
    texts_of = (["学年", "2024学年"], ["人", "17\u00a0957（17\u00a0532–18\u00a0279）"], ["说明", "很长的文字" * 30])
    fit = fitted(texts_of, 156.0, 10.5)
    assert fit.fits
    assert (fit.factor, fit.broken[1]) == (TRIES[0][0], False)
    assert sum(fit.widths) == pytest.approx(156.0)
    em = 10.5 * 25.4 / 72.0
    assert fit.widths[0] > em * text_width("2024学年")
    assert fit.widths[1] > em * text_width(texts_of[1][1])
    assert fit.widths[2] > fit.widths[0]
    assert least_width("两三 four-and-twenty") == pytest.approx(text_width("four-and-twenty"))


def test_intervals_go_on_their_own_line_before_the_type_gets_small() -> None:
    band = Band(17957.0, 17532.0, 18279.0)
    columns = tuple(Column(f"c{n}", f"列{n}", "count", banded=True) for n in range(6))
    raw = docx_of(short(Table("t", "表", columns, ((band,) * 6,))), None, [])
    cell = opened(raw).tables[0].cell(1, 0).text
    assert cell == "17\u00a0957\n（17\u00a0532–18\u00a0279）"
    assert opened(raw).sections[-1].orientation == WD_ORIENT.PORTRAIT


def test_every_built_in_style_is_there_under_its_own_name(made: bytes) -> None:
    names = {style.name.casefold() for style in opened(made).styles}
    assert {name.casefold() for name in BUILT_IN.values()} <= names
