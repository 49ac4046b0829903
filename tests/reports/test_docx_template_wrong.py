"""Templates that do not fit: every problem at once, in both languages, and nothing is written."""

import io
import zipfile
from pathlib import Path

import docx
import pytest

from reports.document_docx import write_docx
from reports.i18n import LANGUAGES
from scenarios.problems import Problem, ScenarioError, render, tell
from tests.reports.documents_kit import every_block
from tests.reports.docx_kit import saved
from tests.reports.docx_kit import template as of_office
from tests.reports.test_docx_template import changed


def problems(raw: bytes, place: Path, name: str = "own.docx") -> list[Problem]:
    """What is told of a template that does not fit; nothing may be written."""
    file = place / name
    file.write_bytes(raw)
    with pytest.raises(ScenarioError) as told:
        write_docx(every_block("zh"), place / "out.docx", file)
    assert not (place / "out.docx").exists()
    for problem in told.value.problems:
        for lang in LANGUAGES:
            said = render(problem, lang)
            assert file.name in said
            assert "{" not in said.replace("{{", "") or "{{" in said
            assert tell(problem, lang).fix
            assert "@" not in said
    return list(told.value.problems)


def codes(raw: bytes, place: Path, name: str = "own.docx") -> list[str]:
    return [problem.code for problem in problems(raw, place, name)]


def zipped(**files: str | bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, content in files.items():
            file.writestr(name.replace("__", "/").replace("TYPES", "[Content_Types].xml"), content)
    return target.getvalue()


def test_a_template_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    for own, found in ((tmp_path / "no.docx", "no such file"), (tmp_path, "folder")):
        with pytest.raises(ScenarioError) as told:
            write_docx(every_block("zh"), tmp_path / "out.docx", own)
        assert [problem.code for problem in told.value.problems] == ["RUN111"]
        assert found in str(told.value)
        assert "目录" in render(told.value.problems[0], "zh") or found == "no such file"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        "学年,学校\n".encode("gbk"),
        zipped(a="x"),
        zipped(TYPES="<Types/>"),
        of_office("{{正文}}")[:-200],
        of_office("{{正文}}")[:3000] + b"\0" * 500 + of_office("{{正文}}")[3500:],
        changed(of_office("{{正文}}"), "word/document.xml", b"</w:body>", b"</w:bod>"),
        changed(of_office("{{正文}}"), "word/document.xml", b"w:body", b"w:bode"),
    ],
    ids=["empty", "text", "csv", "zip", "no-parts", "cut", "damaged", "no-xml", "no-body"],
)
def test_a_file_that_is_no_word_document(raw: bytes, tmp_path: Path) -> None:
    assert codes(raw, tmp_path) == ["RUN112"]


def test_a_template_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.docx_open.MOST_BYTES", 1000)
    found = problems(of_office("{{正文}}"), tmp_path)
    assert [problem.code for problem in found] == ["RUN112"]
    assert "200 MB" in render(found[0], "en")


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("raw", "zh", "en"),
    [
        (OLE, "旧版 .doc", "an old .doc file"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "设有打开密码", "a password"),
        (
            changed(
                of_office("{{正文}}"),
                "[Content_Types].xml",
                b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                b"application/vnd.ms-word.document.macroEnabled.main+xml",
            ),
            "含宏",
            "macros",
        ),
    ],
    ids=["doc", "password", "docm"],
)
def test_a_file_of_another_kind_says_which(raw: bytes, zh: str, en: str, tmp_path: Path) -> None:
    found = problems(raw, tmp_path)
    assert [problem.code for problem in found] == ["RUN113"]
    assert zh in render(found[0], "zh")
    assert en in render(found[0], "en")


def test_a_template_without_a_place_for_the_content(tmp_path: Path) -> None:
    found = problems(of_office("{{标题}}"), tmp_path)
    assert [problem.code for problem in found] == ["RUN114"]
    assert "{{正文}}" in render(found[0], "zh")
    assert "{{body}}" in render(found[0], "en")


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("{{标体}}", "{{标题}}"),
        ("{{titel}}", "{{title}}"),
        ("{{}}", ""),
        ("甲 {{标题", "{{标题}}"),
        ("标题}} 乙", "{{标题}}"),
    ],
)
def test_a_placeholder_that_nobody_knows(text: str, near: str, tmp_path: Path) -> None:
    found = problems(of_office(text, "{{正文}}"), tmp_path)
    assert [problem.code for problem in found] == ["RUN115"]
    assert near in render(found[0], "zh")
    assert str(found[0].params.get("near", "")) == near


def test_a_block_that_stands_twice(tmp_path: Path) -> None:
    found = problems(of_office("{{正文}}", "{{body}}", "{{标题}}", "{{标题}}"), tmp_path)
    assert [problem.code for problem in found] == ["RUN116"]
    assert "2" in render(found[0], "en")


def test_a_block_that_cannot_stand_there(tmp_path: Path) -> None:
    assert codes(of_office("见 {{正文}}"), tmp_path) == ["RUN117"]
    assert codes(of_office("{{正文}}", header="{{目录}}"), tmp_path) == ["RUN117"]
    word = docx.Document()
    word.add_table(1, 1).cell(0, 0).text = "{{正文}}"
    found = problems(saved(word), tmp_path)
    assert [problem.code for problem in found] == ["RUN117"]
    assert "表格" in render(found[0], "zh")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    raw = of_office("{{标体}}", "{{签署栏}}", "{{签署栏}}", "见 {{目录}}", "{{wrong", header="{{nobody}}")
    assert sorted(codes(raw, tmp_path)) == ["RUN114", "RUN115", "RUN115", "RUN115", "RUN116", "RUN117"]
