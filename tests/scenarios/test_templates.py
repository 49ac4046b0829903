"""Excel templates: made from the dictionary, the same twice, and what is filled in comes back as the same table."""

import csv
import datetime as dt
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from scenarios.loader import check, load
from scenarios.problems import ScenarioError
from scenarios.table_columns import Column, TableSpec
from scenarios.table_specs import SPECS
from scenarios.tables import read_table
from scenarios.template_book import books, sheet_name
from scenarios.template_texts import bounds, example, head, hints, label, offered
from scenarios.templates import write_books, write_template

BASE = Path(__file__).resolve().parents[1] / "broken" / "_base"
LANGS = ("zh", "en")


@pytest.fixture(scope="module", params=LANGS)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def study(lang: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_template(tmp_path_factory.mktemp("study") / "new", lang)


def place_of(spec: TableSpec, lang: str) -> str:
    """File of the workbook that holds a table."""
    return next(book.file for book in books(lang) if spec in book.tables)


@pytest.fixture(params=SPECS)
def spec(request: pytest.FixtureRequest) -> TableSpec:
    return SPECS[request.param]


@pytest.fixture
def sheet(study: Path, spec: TableSpec, lang: str) -> Worksheet:
    return openpyxl.load_workbook(study / "data" / place_of(spec, lang))[sheet_name(spec, lang)]


def test_every_table_has_one_empty_sheet_after_the_read_me(study: Path, lang: str) -> None:
    found = []
    for file in sorted((study / "data").iterdir()):
        book = openpyxl.load_workbook(file)
        first, *others = book.worksheets
        assert first.title == {"zh": "填写说明", "en": "Read me"}[lang]
        assert all(sheet.max_row == 1 for sheet in others)
        found += [sheet.title for sheet in others]
    assert sorted(found) == sorted(sheet_name(spec, lang) for spec in SPECS.values())


def test_heads_notes_formats_and_frames(sheet: Worksheet, spec: TableSpec, lang: str) -> None:
    heads = list(sheet[1])
    assert [cell.value for cell in heads] == [head(column, lang) for column in spec.columns]
    assert sheet.freeze_panes is not None
    assert sheet.auto_filter.ref is not None
    fills = {column.required: cell.fill.fgColor.rgb for cell, column in zip(heads, spec.columns, strict=True)}
    assert len(set(fills.values())) == len(fills)
    for cell, column in zip(heads, spec.columns, strict=True):
        assert cell.comment is not None
        for line in hints(column, lang):
            assert line in cell.comment.text
        wanted = {"number": "General", "whole": "General", "year": "General", "date": "yyyy-mm-dd"}
        # Neighbours that look alike share one record of the sheet.
        style = next(item for item in sheet.column_dimensions.values() if item.min <= cell.column <= item.max)
        assert style.number_format == wanted.get(column.kind, "@")
        assert style.width >= 9


def test_cells_offer_choices_and_refuse_what_cannot_be(sheet: Worksheet, spec: TableSpec, lang: str) -> None:
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    for position, column in enumerate(spec.columns, start=1):
        rule = rules.get(f"{openpyxl.utils.get_column_letter(position)}2")
        choices = offered(column, lang)
        if choices:
            assert rule is not None
            assert rule.formula1 == f'"{",".join(choices)}"'
        elif column.kind in ("whole", "number", "year", "date"):
            assert rule is not None
            assert rule.type == {"number": "decimal", "date": "date"}.get(column.kind, "whole")
            if column.low is not None:
                assert float(rule.formula1) == column.low
            if column.high is not None:
                assert float(rule.formula2) == column.high
        else:
            assert rule is None
            continue
        assert rule.allow_blank
        assert rule.promptTitle
        assert bounds(column, lang)[:60] in rule.error


def test_the_read_me_shows_every_column_with_an_example(study: Path, spec: TableSpec, lang: str) -> None:
    readme = openpyxl.load_workbook(study / "data" / place_of(spec, lang)).worksheets[0]
    rows = [tuple(cell.value for cell in row) for row in readme.iter_rows(max_col=5)]
    for column in spec.columns:
        shown = next(row for row in rows if row[0] == head(column, lang) and row[2] == bounds(column, lang))
        assert shown[4] == (example(column, lang) or None) or any(
            row[0] == shown[0] and row[4] == example(column, lang) for row in rows
        )


def test_the_same_template_twice_is_the_same_file(tmp_path: Path, lang: str) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    first, second = (write_books(tmp_path / name, lang) for name in ("one", "two"))
    assert [file.name for file in first] == [file.name for file in second]
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]


def cell(column: Column, text: str) -> object:
    """A cell as somebody types it into Excel: numbers as numbers, dates as dates, all else as text."""
    if text == "":
        return None
    if column.kind == "date":
        return dt.datetime.fromisoformat(text)
    return float(text) if column.kind in ("whole", "number", "year") else text


def fill(file: Path, spec: TableSpec, rows: list[dict[str, str]], lang: str) -> None:
    """Type rows into the sheet of a table. rows: text by column name."""
    book = openpyxl.load_workbook(file)
    sheet = book[sheet_name(spec, lang)]
    for number, row in enumerate(rows, start=2):
        for position, column in enumerate(spec.columns, start=1):
            sheet.cell(number, position, cell(column, row.get(column.name, "")))
    book.save(file)


def test_the_example_row_of_every_table_is_read_as_it_is_meant(
    tmp_path: Path, study: Path, spec: TableSpec, lang: str
) -> None:
    file = tmp_path / "book.xlsx"
    shutil.copy(study / "data" / place_of(spec, lang), file)
    fill(file, spec, [{column.name: example(column, lang) for column in spec.columns}], lang)
    table, problems = read_table(file, file.name, spec, sheet_name(spec, lang))
    assert [problem for problem in problems if problem.severity != "note"] == []
    assert table is not None
    assert len(table.frame) == 1
    for column in spec.columns:
        found = table.frame[column.name].iloc[0]
        wanted = column.example if lang == "zh" else column.example_en
        if column.kind in ("whole", "number", "year", "flag"):
            default = float("nan") if column.default is None else float(column.default)
            number = float(wanted) if wanted else default
            assert found == number or (pd.isna(found) and pd.isna(number)), column.name
        elif column.refers == "stage":
            assert found == column.words.get(wanted, wanted)
        else:
            assert str(found) == (wanted or str(column.default or "")), column.name


def test_a_study_filled_into_templates_is_the_study_of_the_csv_files(tmp_path: Path, lang: str) -> None:
    shutil.copytree(BASE, tmp_path / "csv")
    shutil.copytree(BASE, tmp_path / "xlsx")
    write_books(tmp_path / "xlsx" / "data", lang)
    text = (tmp_path / "xlsx" / "study.yaml").read_text(encoding="utf-8")
    for file in sorted((tmp_path / "csv" / "data").glob("*.csv")):
        spec = SPECS[file.stem]
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = [_as_shown(spec, row, lang) for row in csv.DictReader(lines)]
        fill(tmp_path / "xlsx" / "data" / place_of(spec, lang), spec, rows, lang)
        new = f"{{path: data/{place_of(spec, lang)}, sheet: {sheet_name(spec, lang)}}}"
        assert f"data/{file.name}" in text
        text = text.replace(f"data/{file.name}", new)
    (tmp_path / "xlsx" / "study.yaml").write_text(text, encoding="utf-8")
    plain, filled = (load(tmp_path / kind / "approval.yaml") for kind in ("csv", "xlsx"))
    assert set(plain.tables) == set(filled.tables)
    for name, frame in plain.tables.items():
        pd.testing.assert_frame_equal(frame, filled.tables[name])


def _as_shown(spec: TableSpec, row: dict[str, str], lang: str) -> dict[str, str]:
    """Choices, flags and stages as the lists of the template offer them."""
    shown = {}
    for name, text in row.items():
        column = spec.column(name)
        chosen = column.kind in ("choice", "flag") or column.refers == "stage"
        shown[name] = label(column, text, lang) if chosen and text else text
    return shown


def test_the_unit_of_a_head_may_be_changed_and_optional_columns_deleted(tmp_path: Path, study: Path, lang: str) -> None:
    spec, file = SPECS["sites"], tmp_path / "book.xlsx"
    shutil.copy(study / "data" / place_of(spec, lang), file)
    fill(file, spec, [{"site": "0012", "school": "2152000001", "rooms": "12", "land_m2": "30"}], lang)
    book = openpyxl.load_workbook(file)
    sheet = book[sheet_name(spec, lang)]
    position = [column.name for column in spec.columns].index("land_m2") + 1
    sheet.cell(1, position).value = {"zh": "占地面积（亩）", "en": "Site area (亩)"}[lang]
    sheet.delete_cols([column.name for column in spec.columns].index("beds") + 1)
    book.save(file)
    table, problems = read_table(file, file.name, spec, sheet_name(spec, lang))
    assert table is not None
    assert {problem.severity for problem in problems} == {"note"}
    assert table.frame.loc[0, ["site", "school", "beds", "land_m2"]].tolist() == ["0012", "2152000001", 0, 20000]


def test_an_empty_study_lacks_nothing_but_data(study: Path) -> None:
    problems = [problem for problem in check(study / "study.yaml") if problem.severity == "error"]
    told = {(problem.code, problem.place.split("[")[0].split(":")[0]) for problem in problems}
    files = {file.name for file in (study / "data").iterdir()}
    assert {code for code, _ in told} == {"SCN204", "SCN006"}
    assert {place for code, place in told if code == "SCN006"} == {"study.yaml"}
    assert {Path(place).name for code, place in told if code == "SCN204"} <= files
    assert all("data/" in problem.found for problem in problems if problem.code == "SCN006")
    every = [problem for problem in check(study / "approval.yaml") if problem.severity == "error"]
    assert {problem.code for problem in every} == {"SCN204", "SCN006"}


def test_the_study_names_every_table_with_its_sheet(study: Path, spec: TableSpec, lang: str) -> None:
    text = (study / "study.yaml").read_text(encoding="utf-8")
    assert f"{spec.name}: {{path: data/{place_of(spec, lang)}, sheet: {sheet_name(spec, lang)}}}" in text


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(ScenarioError, match="EXA002"):
        write_template(tmp_path, "zh")
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]
