"""The template of an office: what is kept of it, what takes the place of placeholders, and how it may be wrong."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

import schoolplan
from reports.document import Document, Heading, Paragraph, Signatures
from reports.document_docx import docx_of
from reports.docx_placeholders import BLOCKS, TEXTS, known
from reports.docx_styles import PRINTED, TABLE, name_of
from reports.docx_template import NAMES, template, write_templates
from reports.i18n import LANGUAGES, Labels, Lang
from reports.run_folder import RunFolder
from scenarios.problems import Problem, render
from tests.reports.documents_kit import HOSTILE, every_block
from tests.reports.docx_kit import W, grid_faults, opened, out_of_order, parts, saved, tables
from tests.reports.docx_kit import template as of_office
from tests.reports.test_docx import WIDE, short


def written(raw: bytes, place: Path, document: Document | None = None) -> tuple[bytes, list[Problem]]:
    """What is made of a template."""
    file = place / "模板 own.docx"
    file.write_bytes(raw)
    told: list[Problem] = []
    return docx_of(document or every_block("zh"), file, told), told


def changed(raw: bytes, part: str, old: bytes, new: bytes) -> bytes:
    files = parts(raw)
    assert old in files[part]
    files[part] = files[part].replace(old, new)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    return target.getvalue()


# What an office keeps.


def red_head() -> bytes:
    """A template with a red head, a header, own fonts, a table to sign and text after the body."""
    word = docx.Document()
    head = word.add_paragraph().add_run("某某县教育局文件")
    head.font.color.rgb, head.font.size = RGBColor(255, 0, 0), Pt(36)
    word.add_paragraph("关于{{研究范围}}的报告：{{ 标题 }}（基年{{base_year}}）")
    word.styles["Normal"].font.size = Pt(14)
    word.styles["Heading 1"].font.color.rgb = RGBColor(0, 128, 0)
    word.add_paragraph("{{正文}}")
    word.add_paragraph("抄送：县财政局")
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(30)
    section.header.paragraphs[0].text = "内部资料 {{标识}} {{版本标识}}"
    return saved(word)


def test_the_head_header_styles_and_end_of_an_office_are_kept(tmp_path: Path) -> None:
    document = replace(every_block("zh"), cover=(("研究范围", "麻江县"), ("基年", "2023学年")))
    raw, told = written(red_head(), tmp_path, document)
    word = opened(raw)
    lines = [block.text for block in word.paragraphs]
    assert lines[0] == "某某县教育局文件"
    assert word.paragraphs[0].runs[0].font.color.rgb == RGBColor(255, 0, 0)
    assert lines[1] == f"关于麻江县的报告：文件 {HOSTILE}（基年2023学年）"
    assert lines[2] == "一、现状 today"
    assert lines[-1] == "抄送：县财政局"
    assert word.styles["Heading 1"].font.color.rgb == RGBColor(0, 128, 0)
    assert word.styles["Normal"].font.size == Pt(14)
    assert word.sections[0].header.paragraphs[0].text == "内部资料 合成 synthetic stamp 1"
    assert round(word.sections[-1].left_margin.mm) == 30
    assert out_of_order(raw) == [] or all("styles.xml" not in one for one in out_of_order(raw))
    assert grid_faults(raw) == []
    assert [problem.code for problem in told] == ["RUN118"]


def test_a_placeholder_that_word_has_cut_into_runs_is_found(tmp_path: Path) -> None:
    word = docx.Document()
    line = word.add_paragraph("前")
    for piece in ("{", "{标", "题", "}} 中 {{sub", "title}}", "后"):
        line.add_run(piece)
    line.runs[1].bold = True
    word.add_paragraph("{{body}}")
    raw, _ = written(saved(word), tmp_path)
    found = opened(raw).paragraphs[0]
    assert found.text == f"前文件 {HOSTILE} 中 副题 subtitle后"
    assert next(run for run in found.runs if run.text.startswith("文件")).bold


def test_braces_of_full_width_and_names_in_other_letters_are_read(tmp_path: Path) -> None:
    raw, _ = written(of_office("｛｛标题｝｝", "{{ Body }}"), tmp_path)
    assert opened(raw).paragraphs[0].text == f"文件 {HOSTILE}"


def test_a_name_with_braces_is_not_filled_again(tmp_path: Path) -> None:
    document = replace(every_block("zh"), title="{{body}} {{stamp}}")
    raw, _ = written(of_office("{{title}}", "{{正文}}"), tmp_path, document)
    assert opened(raw).paragraphs[0].text == "{{body}} {{stamp}}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_placeholder_has_a_name_in_both_languages(lang: Lang) -> None:
    for key in (*BLOCKS, *TEXTS):
        assert known()[Labels(lang)(f"docx.placeholder.{key}").casefold()] == key
    assert known()["基年"] == known()["base year"] == "base_year"


def test_a_fact_that_the_document_does_not_have_is_a_dash(tmp_path: Path) -> None:
    raw, _ = written(of_office("种子：{{推演次数与随机种子}}", "{{正文}}"), tmp_path, short(Paragraph("甲")))
    assert opened(raw).paragraphs[0].text == "种子：–"


def test_marks_and_stamp_without_a_place_stand_in_the_body(tmp_path: Path) -> None:
    raw, _ = written(of_office("{{正文}}"), tmp_path, short(Paragraph("甲"), stamp="S"))
    assert [block.text for block in opened(raw).paragraphs] == ["合成 synthetic", "甲", "S"]
    raw, _ = written(of_office("{{标识}}", "{{stamp}}", "{{正文}}"), tmp_path, short(Paragraph("甲"), stamp="S"))
    assert [block.text for block in opened(raw).paragraphs] == ["合成 synthetic", "S", "甲"]


def test_lines_to_sign_go_where_the_office_wants_them(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("{{签署栏}}")
    word.add_table(1, 1).cell(0, 0).text = "{{封面要素}}"
    word.add_paragraph("{{正文}}")
    raw, _ = written(saved(word), tmp_path, replace(every_block("zh"), cover=(("基年", "2023"), ("版", "1"))))
    found = tables(opened(raw))
    assert found[0][1].cell(0, 0).text == "编制 made"
    assert [paragraph.text for paragraph in found[1][1].cell(0, 0).paragraphs][:2] == ["基年：2023", "版：1"]
    assert len([1 for _, table in found if "审定 approved" in table.cell(len(table.rows) - 1, 0).text]) == 1
    assert grid_faults(raw) == []


def test_a_body_between_sections_of_an_office_keeps_their_pages(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("封面")
    word.sections[0].left_margin = Mm(50)
    word.add_section(WD_SECTION.NEW_PAGE).left_margin = Mm(20)
    word.add_paragraph("{{正文}}")
    word.add_section(WD_SECTION.NEW_PAGE).left_margin = Mm(10)
    word.add_paragraph("附件")
    raw, _ = written(saved(word), tmp_path, short(Paragraph("甲"), WIDE, Heading(1, "乙")))
    sections = opened(raw).sections
    sides = [(round(section.left_margin.mm), section.page_width > section.page_height) for section in sections]
    assert [sides[0], sides[1], sides[3], sides[4]] == [
        (50, False),
        (20, False),
        (20, False),
        (10, False),
    ]
    assert sides[2][1]
    assert opened(raw).paragraphs[-1].text == "附件"
    assert [block.text for block in list(sections[1].iter_inner_content()) if isinstance(block, WordParagraph)][:2] == [
        "合成 synthetic",
        "甲",
    ]


def test_a_first_page_of_its_own_and_a_first_number_are_not_begun_again(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("{{正文}}")
    word.sections[0].different_first_page_header_footer = True
    raw = changed(saved(word), "word/document.xml", b"<w:pgMar", b'<w:pgNumType w:start="5"/><w:pgMar')
    raw = changed(raw, "word/document.xml", b'<w:pgNumType w:start="5"/>', b"")
    raw = changed(raw, "word/document.xml", b"<w:cols", b'<w:pgNumType w:start="5"/><w:cols')
    made, _ = written(raw, tmp_path, short(Paragraph("甲"), WIDE, Heading(1, "乙")))
    found = [section._sectPr for section in opened(made).sections]
    assert [one.find(f"{W}titlePg") is not None for one in found] == [True, False, False]
    starts = [one.find(f"{W}pgNumType").get(f"{W}start") for one in found]
    assert starts == ["5", None, None]


def test_a_template_without_a_section_gets_a_page_of_ours(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("{{正文}}")
    word.element.body.remove(word.element.body.sectPr)
    raw, _ = written(saved(word), tmp_path)
    assert opened(raw).sections[0].left_margin == pytest.approx(Mm(28), abs=Mm(0.2))


def test_a_dotx_is_read_as_a_document(tmp_path: Path) -> None:
    raw = changed(of_office("{{正文}}"), "[Content_Types].xml", b"document.main+xml", b"template.main+xml")
    made, _ = written(raw, tmp_path)
    assert b"template.main" not in parts(made)["[Content_Types].xml"]
    assert opened(made).tables


def test_a_table_of_contents_in_a_text_box_of_two_programs_is_counted_once(tmp_path: Path) -> None:
    box = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="wps"><w:p><w:r><w:t>{{标题}}</w:t></w:r></w:p></mc:Choice>'
        "<mc:Fallback><w:p><w:r><w:t>{{标题}}</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
    ).encode()
    raw = changed(
        of_office("甲", "{{正文}}"),
        "word/document.xml",
        b"<w:r><w:t>\xe7\x94\xb2</w:t></w:r>",
        b"<w:r>" + box + b"</w:r>",
    )
    made, _ = written(raw, tmp_path)
    text = parts(made)["word/document.xml"].decode()
    assert "{{标题}}" not in text
    assert text.split("一、现状")[0].count("副题 subtitle") == 0
    assert text.count("文件 #import") == 2


# The shipped template.


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("cover", [True, False])
def test_the_shipped_template_is_one_that_an_office_may_hand_in(tmp_path: Path, lang: Lang, cover: bool) -> None:
    raw = template(lang, cover)
    assert raw == template(lang, cover)
    assert out_of_order(raw) == []
    assert b"custom" not in parts(raw)["[Content_Types].xml"]
    document = every_block(lang) if cover else replace(every_block(lang), cover=())
    made, told = written(raw, tmp_path, document)
    assert told == []
    assert made == docx_of(document, None, [])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_templates_are_written(tmp_path: Path, lang: Lang) -> None:
    files = write_templates(lang, tmp_path)
    assert [file.name for file in files] == list(NAMES)
    assert "{{" + Labels(lang)("docx.placeholder.body") + "}}" in [
        p.text for p in docx.Document(str(files[1])).paragraphs
    ]


def test_report_writes_documents_and_templates(run: RunFolder, tmp_path: Path, dots: list[object]) -> None:
    own = tmp_path / "own.docx"
    own.write_bytes(of_office("红头 {{标题}}", "{{正文}}"))
    told: list[Problem] = []
    files = schoolplan.papers(run.path, ("docx", "docx-template"), "zh", tmp_path / "out", told, template=own)
    assert [file.name for file in files] == ["report.docx", *NAMES]
    assert docx.Document(str(files[0])).paragraphs[0].text.startswith("红头 ")
    assert [problem.code for problem in told] == ["RUN118"]


def test_styles_that_lack_are_added_and_told(tmp_path: Path) -> None:
    there = name_of("warning", "en")
    raw, told = written(of_office("{{正文}}", styles=[there]), tmp_path)
    assert [problem.code for problem in told] == ["RUN118"]
    assert told[0].severity == "note"
    zh, en = (render(told[0], lang) for lang in LANGUAGES)
    assert "toc 1" in zh
    assert name_of("cell", "zh") in zh
    assert name_of("cell", "en") in en
    names = [style.name for style in opened(raw).styles]
    assert there in names
    assert name_of("warning", "zh") not in names
    assert len(names) == len(set(names))


def test_all_styles_that_are_written_may_come_from_the_office(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("{{正文}}")
    have = {style.name.casefold() for style in word.styles}
    for role in (*PRINTED, TABLE):
        if name_of(role, "zh").casefold() not in have:
            kind = WD_STYLE_TYPE.TABLE if role == TABLE else WD_STYLE_TYPE.PARAGRAPH
            word.styles.add_style(name_of(role, "zh"), kind)
    assert written(saved(word), tmp_path)[1] == []


def test_a_document_without_lines_to_sign_leaves_their_place_empty(tmp_path: Path) -> None:
    raw, _ = written(
        of_office("{{signatures}}", "{{正文}}", "{{目录}}"), tmp_path, short(Paragraph("甲"), marks=(), stamp="")
    )
    assert [block.text for block in opened(raw).paragraphs] == ["甲"]
    assert Signatures(()).roles == ()
