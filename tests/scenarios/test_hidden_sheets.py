"""Hidden sheets stay unread, but one that holds the table that no visible sheet holds is named."""

from pathlib import Path

import pytest

from scenarios.problems import Problem, tell
from scenarios.table_specs import SPECS
from scenarios.tables import read_table
from tests.scenarios import books

HEAD = ["学校", "年级", "学年", "人数"]
ROWS = [HEAD, ["a", "1", 2023.0, 30.0]]
COVER = [["填报说明"], ["请如实填写"]]


def told(folder: Path, sheets: books.Sheets, hidden: tuple[str, ...], sheet: str | None = None) -> list[Problem]:
    path = folder / "t.xlsx"
    path.write_bytes(books.xlsx(sheets, hidden))
    return read_table(path, "t.xlsx", SPECS["enrolment"], sheet)[1]


@pytest.mark.parametrize("sheets", [{"封面": COVER}, {"封面": COVER, "说明": COVER}], ids=["one", "two"])
def test_a_hidden_sheet_with_the_head_of_the_table_is_named(tmp_path: Path, sheets: dict[str, books.Rows]) -> None:
    problems = told(tmp_path, {**sheets, "旧数据": ROWS, "草稿": COVER}, ("旧数据", "草稿"))
    (found,) = [problem for problem in problems if problem.code == "SCN251"]
    assert (found.severity, found.place, found.params["found"]) == ("warning", "t.xlsx", ("旧数据",))
    assert "旧数据" in tell(found, "zh").what
    assert "sheet" in tell(found, "en").fix
    assert any(problem.severity == "error" for problem in problems)


def test_nothing_is_said_where_a_visible_sheet_fits_or_a_sheet_is_named(tmp_path: Path) -> None:
    assert "SCN251" not in {one.code for one in told(tmp_path, {"表": ROWS, "旧数据": ROWS}, ("旧数据",))}
    named = told(tmp_path, {"封面": COVER, "旧数据": ROWS}, ("旧数据",), "封面")
    assert "SCN251" not in {one.code for one in named}


def test_nothing_is_said_of_hidden_sheets_without_the_head(tmp_path: Path) -> None:
    assert "SCN251" not in {one.code for one in told(tmp_path, {"封面": COVER, "草稿": COVER}, ("草稿",))}
