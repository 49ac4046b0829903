"""`report --document` and `--format` of documents, as they are typed: what is written, told and refused."""

from pathlib import Path

import pytest

from tests.reports import factory
from tests.reports.documents_kit import html_tables, pdf_text
from tests.typed import typed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = {"zh": "麻江🏫", "en": 'Majiang 🏫 "A"/B'}
    return factory.make(tmp_path_factory.mktemp("run") / "run", name=names).path


def test_a_dossier_as_pdf_and_page(folder: Path, tmp_path: Path) -> None:
    done = typed("report", folder, "--format", "pdf,html", "--out", tmp_path, "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dossier.html", "report.html", "report.pdf"]
    said = done.stdout + done.stderr
    assert "RUN150" in said
    assert "the fonts of the PDF lack these characters, printed as 〓: 🏫" in said
    assert "Majiang〓" in pdf_text((tmp_path / "report.pdf").read_bytes())
    assert "t2" in html_tables((tmp_path / "dossier.html").read_text(encoding="utf-8"))


def test_the_warning_speaks_chinese(folder: Path, tmp_path: Path) -> None:
    done = typed("report", folder, "--format", "pdf", "--out", tmp_path, "--lang", "zh")
    assert "PDF 的字体里没有这些字符，印成了〓：🏫" in done.stdout + done.stderr


@pytest.mark.parametrize("named", ["nothing", "dossier,nothing", ","])
def test_an_unknown_document_is_refused(folder: Path, tmp_path: Path, named: str) -> None:
    done = typed("report", folder, "--format", "pdf", "--document", named, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "dossier" in done.stderr
    assert not (tmp_path / "out").exists()


def test_an_open_file_is_told_and_nothing_half_written(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").mkdir()
    done = typed("report", folder, "--format", "pdf", "--out", tmp_path, "--lang", "en")
    assert done.returncode == 3
    assert "RUN013" in done.stderr + done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_published_papers_hide_small_counts(folder: Path) -> None:
    done = typed("report", folder, "--format", "xlsx,html,geojson", "--public", "--threshold", "900", "--lang", "en")
    assert done.returncode == 0, done.stderr
    place = folder / "papers" / "en-public"
    assert {path.name for path in place.iterdir()} >= {"report.xlsx", "dossier.html", "geojson"}
    assert not (place / "report.html").exists()
    page = (place / "dossier.html").read_text(encoding="utf-8")
    assert "counts of persons below 900" in page
    assert any("*" in row for rows in html_tables(page).values() for row in rows)


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "cannot hide small counts of persons: maps, pack"), ("zh", "不能隐去小于门槛的人数：maps, pack")],
)
def test_a_format_that_hides_nothing_is_not_published(folder: Path, tmp_path: Path, lang: str, said: str) -> None:
    out = tmp_path / "out"
    done = typed("report", folder, "--format", "pdf,maps,pack", "--public", "--out", out, "--lang", lang)
    assert done.returncode == 3
    assert "RUN151" in done.stdout + done.stderr
    assert said in done.stdout + done.stderr
    assert not out.exists()
