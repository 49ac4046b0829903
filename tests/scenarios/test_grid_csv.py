"""Text tables: encodings recognised and told, separators, rows counted as in a spreadsheet, limits."""

from pathlib import Path

import pytest

from scenarios import grid_csv
from scenarios.grid import Grid
from scenarios.grid_read import read_grids
from scenarios.problems import Problem, render, tell

ROWS = [["学校", "年级", "人数"], ["麻江一小", "1", "45"], ["谷硐小学", "2", "38"]]
TEXT = "\n".join(",".join(row) for row in ROWS) + "\n"


def read(folder: Path, raw: bytes | str, name: str = "t.csv") -> tuple[Grid | None, list[Problem]]:
    file = folder / name
    file.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    grids, problems = read_grids(file, name)
    assert len(grids) <= 1
    return (grids[0] if grids else None), problems


def rows(folder: Path, raw: bytes | str, name: str = "t.csv") -> list[list[str]]:
    grid, problems = read(folder, raw, name)
    assert [problem for problem in problems if problem.severity == "error"] == []
    assert grid is not None
    assert (grid.file, grid.sheet) == (name, None)
    return grid.rows


def told(problems: list[Problem]) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.severity, problem.place) for problem in problems]


def test_utf_8_with_and_without_its_mark_is_read_in_silence(tmp_path: Path) -> None:
    for raw in (TEXT.encode(), TEXT.encode("utf-8-sig"), TEXT.replace("\n", "\r\n").encode()):
        grid, problems = read(tmp_path, raw)
        assert grid is not None
        assert grid.rows == ROWS
        assert problems == []


@pytest.mark.parametrize(("encoding", "called"), [("gbk", "GB18030 (GBK)"), ("gb18030", "GB18030 (GBK)"),
                                                  ("utf-16", "UTF-16"), ("gb2312", "GB18030 (GBK)")])  # fmt: skip
def test_another_encoding_is_recognised_and_told_with_a_sample(tmp_path: Path, encoding: str, called: str) -> None:
    grid, problems = read(tmp_path, TEXT.encode(encoding))
    assert grid is not None
    assert grid.rows == ROWS
    assert told(problems) == [("SCN260", "note", "t.csv")]
    assert called in tell(problems[0], "zh").what
    assert "“学校”" in tell(problems[0], "zh").what
    assert "'学校'" in tell(problems[0], "en").what


def test_utf_16_of_both_byte_orders(tmp_path: Path) -> None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert rows(tmp_path, mark + TEXT.encode(encoding)) == ROWS


def test_what_is_valid_as_both_is_utf_8(tmp_path: Path) -> None:
    raw = "校址,1\n区县,2\n".encode()
    assert raw.decode("gb18030") != raw.decode()
    grid, problems = read(tmp_path, raw)
    assert grid is not None
    assert grid.rows == [["校址", "1"], ["区县", "2"]]
    assert problems == []


def test_gbk_that_happens_to_be_utf_8_is_read_as_such_and_doubted(tmp_path: Path) -> None:
    grid, problems = read(tmp_path, "学校,1\n".encode("gbk"))
    assert grid is not None
    assert grid.rows == [["ѧУ", "1"]]
    assert told(problems) == [("SCN261", "warning", "t.csv")]
    assert "UTF-8" in tell(problems[0], "en").what
    assert read(tmp_path, "Привет,1\n".encode("utf-8-sig"))[1] == []
    assert read(tmp_path, "Peña,m²\n")[1] == []


def test_rare_characters_make_the_encoding_doubtful(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "Escuela,Niños\nPeñas,3\n".encode("latin-1"))
    assert told(problems) == [("SCN260", "note", "t.csv"), ("SCN261", "warning", "t.csv")]
    assert "少见的字" in tell(problems[1], "zh").what
    assert "gibberish" in tell(problems[1], "en").fix
    _, problems = read(tmp_path, "學校,年級\n國小,1\n".encode("big5"))
    assert "SCN261" in {problem.code for problem in problems}


def test_one_rare_name_among_many_is_no_doubt(tmp_path: Path) -> None:
    names = "麻江县第一小学谷硐镇中心小学龙山民族中学宣威第二幼儿园"
    _, problems = read(tmp_path, f"学校\n{names}\n㙟上小学\n".encode("gb18030"))
    assert [problem.code for problem in problems] == ["SCN260"]


def test_a_wrong_byte_in_utf_8_is_told_with_its_row_and_never_read_as_gbk(tmp_path: Path) -> None:
    raw = TEXT.encode().replace("谷硐".encode(), "谷硐".encode()[:-1])
    grid, problems = read(tmp_path, raw)
    assert grid is None
    assert told(problems) == [("SCN003", "error", "t.csv:3:1")]
    assert problems[0].found.startswith("0x")


def test_bytes_of_no_encoding_are_told_with_their_row(tmp_path: Path) -> None:
    _, problems = read(tmp_path, b"school,grade\na,1\nb\xff\xff,2\n")
    assert told(problems) == [("SCN003", "error", "t.csv:3:1")]
    assert problems[0].found == "0xFF"


@pytest.mark.parametrize("raw", [b"school,grade\na\0b,1\n", TEXT.encode("utf-16-le"), b"\xff\xfea\0b", b"\0" * 40])
def test_what_is_no_text_is_refused(tmp_path: Path, raw: bytes) -> None:
    grid, problems = read(tmp_path, raw)
    assert grid is None
    assert [problem.code for problem in problems] == ["SCN263"]
    assert "空字节" in tell(problems[0], "zh").what
    assert "NUL" in tell(problems[0], "en").what


@pytest.mark.parametrize(("sign", "zh", "en"), [(";", "分号", "semicolon"), ("\t", "制表符", "tab"), ("、", "、", "、"),
                                                ("|", "竖线", "vertical bar"), ("，", "，", "，")])  # fmt: skip
def test_other_separators_are_found_and_told(tmp_path: Path, sign: str, zh: str, en: str) -> None:
    grid, problems = read(tmp_path, TEXT.replace(",", sign))
    assert grid is not None
    assert grid.rows == ROWS
    assert told(problems) == [("SCN262", "note", "t.csv")]
    assert zh in tell(problems[0], "zh").what
    assert en in tell(problems[0], "en").what


@pytest.mark.parametrize(
    "text",
    [
        "school,flags\na,boarding;night\nb,shift;small\nc,\n",  # a list inside a cell
        "学校,说明\n一小,语文、数学、英语\n二小,体育、音乐\n",
        "school\na\nb\n",
        "",
        "a\tb,c\n1,2\n",
    ],
)
def test_commas_stay_the_separator_where_they_fit(tmp_path: Path, text: str) -> None:
    grid, problems = read(tmp_path, text)
    assert grid is not None
    assert grid.rows == [line.split(",") for line in text.splitlines()]
    assert problems == []


def test_decimal_commas_do_not_hide_the_semicolons(tmp_path: Path) -> None:
    assert rows(tmp_path, "school;share\na;0,5\nb;0,25\n") == [["school", "share"], ["a", "0,5"], ["b", "0,25"]]


def test_the_line_of_excel_about_its_separator_is_obeyed_and_not_counted(tmp_path: Path) -> None:
    grid, problems = read(tmp_path, "\ufeffsep=;\r\nschool;pupils\r\na;1,5\r\n")
    assert grid is not None
    assert grid.rows == [["school", "pupils"], ["a", "1,5"]]
    assert grid.place(1, 1, "pupils") == "t.csv:2:pupils"
    assert [problem.code for problem in problems] == ["SCN262"]
    assert "sep=" in tell(problems[0], "zh").what


def test_quoted_commas_lines_and_quotes_do_not_move_the_rows(tmp_path: Path) -> None:
    text = '\n学校,说明\n"一,小","第一行\n第二行 ""引""\r\n第三行"\n\n二小,x\n'
    found = [[], ["学校", "说明"], ["一,小", '第一行\n第二行 "引"\r\n第三行'], [], ["二小", "x"]]
    assert rows(tmp_path, text) == found


def test_lines_may_end_as_on_an_old_mac_and_hold_odd_blanks(tmp_path: Path) -> None:
    assert rows(tmp_path, "a,b\r1,2\r") == [["a", "b"], ["1", "2"]]
    assert rows(tmp_path, "a,b\n1\x0b\u2028\x85,2\n") == [["a", "b"], ["1\x0b\u2028\x85", "2"]]


def test_a_quote_that_stays_open_is_told_at_the_row_where_it_opens(tmp_path: Path) -> None:
    grid, problems = read(tmp_path, 'a,b\n1,2\n"3,4\n5,6\n')
    assert grid is None
    assert told(problems) == [("SCN202", "error", "t.csv:3:1")]
    assert "没有成对" in tell(problems[0], "zh").what
    assert "not closed" in tell(problems[0], "en").what
    _, problems = read(tmp_path, 'a,b\n"1"x,2\n')
    assert told(problems) == [("SCN202", "error", "t.csv:2:1")]
    assert "多余的双引号" in tell(problems[0], "zh").what


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a,b\n" + "x" * 200_000 + ",2\n", "t.csv:2:1", "characters in one cell"),
        ("a,b\n" + "1," * 2_500 + "1\n", "t.csv:2:1", "2,501 columns"),
        ("a,b\n" + "," * 1_100_000 + "\n", "t.csv:2:1", "> 1,000,000 columns"),
    ],
)
def test_cells_and_rows_of_no_spreadsheet_are_refused(tmp_path: Path, text: str, place: str, words: str) -> None:
    grid, problems = read(tmp_path, text)
    assert grid is None
    assert told(problems) == [("SCN269", "error", place)]
    assert words in tell(problems[0], "en").what
    assert "表太大" in tell(problems[0], "zh").what


def test_empty_cells_after_the_last_column_are_no_columns(tmp_path: Path) -> None:
    assert rows(tmp_path, "a,b\n1,2" + "," * 16_000 + "\n") == [["a", "b"], ["1", "2"]]


def test_too_many_rows_and_cells_are_refused_with_count_and_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid_csv, "MOST_ROWS", 3)
    assert rows(tmp_path, "a,b\n1,2\n3,4\n,\n\n , \n") == [["a", "b"], ["1", "2"], ["3", "4"]]
    grid, problems = read(tmp_path, "a\n1\n2\n3\n4\n")
    assert grid is None
    assert render(problems[0], "en").startswith("t.csv: SCN269 error: the table is too large: 5 rows")
    assert "at most 3" in render(problems[0], "en")
    monkeypatch.setattr(grid_csv, "MOST_CELLS", 5)
    _, problems = read(tmp_path, "a,b\n1,2\n3,4\n")
    assert "> 5 cells" in render(problems[0], "en")


def test_a_file_too_large_to_look_at_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    with file.open("wb") as out:
        out.truncate(300_000_000)
    grids, problems = read_grids(file, "t.csv")
    assert grids == ()
    assert told(problems) == [("SCN268", "error", "t.csv")]
    assert "300.0 MB" in tell(problems[0], "zh").what
    assert "200 MB" in tell(problems[0], "en").expected


def test_a_path_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert told(read_grids(tmp_path / "no.csv", "no.csv")[1]) == [("SCN006", "error", "no.csv")]
    assert told(read_grids(tmp_path, "folder")[1]) == [("SCN002", "error", "folder")]
    assert told(read_grids(Path("a\0b"), "x")[1]) == [("SCN002", "error", "x")]
