"""Where a head is, what its words mean, which sheet holds a table, and what the lines above it say."""

import pytest

from scenarios.grid import Grid
from scenarios.problems import tell
from scenarios.spelling import head_key
from scenarios.table_specs import SPECS
from tests.scenarios.grids import WORDS, csv, frame, loud, read, said, sheet


@pytest.mark.parametrize("table", list(SPECS))
def test_no_two_columns_have_a_head_that_is_spelt_alike(table: str) -> None:
    meant: dict[str, str] = {}
    for column in SPECS[table].columns:
        for head in column.heads:
            assert meant.setdefault(head_key(head), column.name) == column.name, head


@pytest.mark.parametrize(
    "head",
    ["学校编号", " 学 校 编 号 ", "学校\n编号", "学校编号*", "※学校编号", "1.学校编号", "（一）学校编号",
     "一、学校编号", "学校编号（必填）", "SCHOOL_ID", "school id", "Ｓｃｈｏｏｌ", "学校编号①", "学校标识码（10位）"],
)  # fmt: skip
def test_a_head_in_other_clothes(head: str) -> None:
    found = frame(sheet([[head, "年级", "学年", "人数"], ["a", "1", "2023", "30"]]))
    assert found.loc[0, "school"] == "a"


@pytest.mark.parametrize("head", ["学校人数", "学校编号（旧）", "在校生（男）", "学校类别"])
def test_other_heads_are_not_guessed(head: str) -> None:
    _, problems = read(sheet([[head, "年级", "学年", "人数"], ["a", "1", "2023", "30"]]))
    assert ("SCN213", "t.xlsx[表]!A1") in loud(problems)


def test_lines_above_the_head_are_skipped_and_told() -> None:
    text = "麻江县在校生情况表,,,\n填表单位：教育局,,制表日期：2023年9月10日,\n,,,\n学校,年级,学年,人数\na,1,2023,30\n"
    found, problems = read(csv(text))
    assert found is not None
    assert len(found.frame) == 1
    assert said(problems, "SCN284") == [("t.csv:4:学校", "note")]
    assert "第 4 行" in tell(problems[0], "zh").what
    assert loud(problems) == []
    assert found.place(0, "pupils") == "t.csv:5:人数"


def test_a_head_deep_in_the_sheet_is_found_but_not_below_twenty_filled_rows() -> None:
    body = [["学校", "年级", "学年", "人数"], ["a", "1", "2023", "30"]]
    assert len(frame(sheet([["说明文字"]] * 19 + body))) == 1
    _, problems = read(sheet([["说明文字"]] * 20 + body))
    assert "SCN213" in [code for code, _ in loud(problems)]


def test_without_any_known_head_the_first_row_is_told_column_by_column() -> None:
    _, problems = read(csv("甲,乙\n1,2\n"))
    assert [code for code, _ in loud(problems)].count("SCN213") == 4
    assert {place for code, place in loud(problems) if code == "SCN213"} == {"t.csv:1:1"}


def test_a_misspelt_chinese_head_is_told_with_the_head_that_was_meant() -> None:
    _, problems = read(csv("学校,年级,学年,在校生人头数\na,1,2023,30\n"))
    missing = next(problem for problem in problems if problem.code == "SCN213")
    assert missing.params["near"] == "在校生人头数"


def test_merged_head_rows_are_joined() -> None:
    rows = [
        ["学校", "学年", "一年级", "", "二年级", ""],
        ["", "", "人数", "班数", "人数", "班数"],
        ["a", "2023", "30", "1", "31", "2"],
    ]
    merged = ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5))
    found = frame(sheet(rows, merged=merged))
    assert found[["grade", "pupils", "sections"]].to_numpy().tolist() == [["1", 30, 1], ["2", 31, 2]]
    # The same without merged cells, as in a CSV file: a group head reaches to the next one.
    assert frame(Grid("t.csv", rows)).equals(found)


def test_a_unit_in_a_row_of_its_own_belongs_to_the_head() -> None:
    rows = [["校址编号", "学校", "教室数", "占地面积"], ["", "", "（间）", "（亩）"], ["s", "a", "12", "15"]]
    assert frame(sheet(rows), "sites").loc[0, "land_m2"] == 10_000


def test_a_count_under_an_unknown_group_is_not_taken_for_all() -> None:
    rows = [["学校", "年级", "学年", "其中寄宿生"], ["", "", "", "人数"], ["a", "1", "2023", "12"]]
    _, problems = read(sheet(rows, merged=((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2))))
    assert "SCN213" in [code for code, _ in loud(problems)]


def test_a_row_that_numbers_the_columns_is_no_data() -> None:
    text = "学校,年级,学年,人数\n甲,乙,1,2\na,1,2023,30\n"
    found, problems = read(csv(text))
    assert found is not None
    assert len(found.frame) == 1
    assert said(problems, "SCN287") == [("t.csv:2:学校", "note")]


def test_a_head_repeated_on_the_next_page_is_no_data() -> None:
    found, problems = read(csv("学校,年级,学年,人数\na,1,2023,30\n学校,年级,学年,人数\na,2,2023,31\n"))
    assert found is not None
    assert found.frame["grade"].tolist() == ["1", "2"]
    assert said(problems, "SCN287") == [("t.csv:3:学校", "note")]


def test_remarks_and_signatures_below_the_table_are_no_data() -> None:
    text = "学校,年级,学年,人数\na,1,2023,30\n\n备注：含教学点。\n二、不含附设班。\n填表人：张三,,审核人：李四,\n"
    found, problems = read(csv(text))
    assert found is not None
    assert len(found.frame) == 1
    assert loud(problems) == []
    assert [problem.params["found"] for problem in problems if problem.code == "SCN287"] == [(4, 5, 6)]


def test_a_school_that_begins_like_a_remark_is_data() -> None:
    found, _ = read(csv("学校,年级,学年,人数\n说明,1,2023,30\n"))
    assert found is not None
    assert len(found.frame) == 1


def test_an_empty_column_without_a_name_is_nothing_and_a_filled_one_is_told() -> None:
    assert loud(read(csv("学校,年级,学年,人数,\na,1,2023,30,\n"))[1]) == []
    assert loud(read(csv("学校,年级,学年,人数,\na,1,2023,30,x\n"))[1]) == [("SCN214", "t.csv:1:5")]


@pytest.mark.parametrize(
    ("title", "year"),
    [("2023学年", 2023), ("2023-2024学年在校生", 2023), ("2023—2024学年度", 2023),
     ("麻江县2023年小学在校生统计表", 2023), ("学年：2022-2023学年", 2022)],
)  # fmt: skip
def test_a_year_said_above_the_table_is_the_year_of_every_row(title: str, year: int) -> None:
    found, problems = read(csv(f"{title},,\n学校,年级,人数\na,1,30\nb,7,31\n"))
    assert found is not None
    assert loud(problems) == []
    assert found.frame["year"].tolist() == [year, year]
    assert said(problems, "SCN286") == [("t.csv:1:1", "note")]
    assert found.place(1, "year") == "t.csv:1:1"


def test_the_name_of_the_sheet_may_say_the_year() -> None:
    found = frame(sheet([["学校", "年级", "人数"], ["a", "1", "30"]], name="2022学年"))
    assert found["year"].tolist() == [2022]


@pytest.mark.parametrize("title", ["2021-2023年在校生", "2022学年和2023学年", "制表日期：2023年9月1日", "第3次报表"])
def test_several_years_or_a_date_are_no_year_of_the_table(title: str) -> None:
    assert ("SCN213", "t.csv:2:1") in loud(read(csv(f"{title},,\n学校,年级,人数\na,1,30\n"))[1])


def test_a_column_may_be_said_once_above_the_table() -> None:
    rows = [["统计时点：2020年11月1日"], ["单元", "起始年龄", "终止年龄", "人口数"], ["u1", "0", "4", "120"]]
    found, problems = read(sheet(rows), "population")
    assert found is not None
    assert found.frame["as_of"].tolist() == ["2020-11-01"]
    assert ("t.xlsx[表]!A1", "note") in said(problems, "SCN286")


def test_a_unit_said_above_the_table_counts_for_columns_of_its_kind() -> None:
    rows = [
        ["单位：万元、亩"],
        ["校址编号", "学校", "教室数", "占地面积", "体育运动场馆面积(㎡)"],
        ["s", "a", "12", "15", "900"],
    ]
    found, problems = read(sheet(rows), "sites")
    assert found is not None
    assert found.frame.loc[0, ["rooms", "land_m2", "sports_area_m2"]].tolist() == [12, 10_000, 900]
    assert said(problems, "SCN290") == [("t.xlsx[表]!A1", "note")]


def test_a_unit_of_another_kind_in_a_head_is_an_error_and_its_cells_are_not_read() -> None:
    found, problems = read(csv("校址编号,学校,教室数（亩）\ns,a,12\n"), "sites")
    assert loud(problems) == [("SCN291", "t.csv:1:教室数（亩）")]
    assert found is not None
    assert found.frame["rooms"].isna().all()


SCHOOL_HEAD = ["学校", "年级", "学年", "人数"]


def test_the_sheet_whose_head_fits_is_read() -> None:
    other = sheet([["校址编号", "学校", "教室数"], ["s", "a", "12"]], "校舍")
    table, problems = read((other, sheet([SCHOOL_HEAD, ["a", "1", "2023", "30"]], "在校生")))
    assert table is not None
    assert table.file == "t.xlsx[在校生]"
    assert said(problems, "SCN283") == [("t.xlsx[在校生]", "note")]
    assert table.place(0, "pupils") == "t.xlsx[在校生]!D2"


def test_two_sheets_that_fit_equally_and_none_that_fits_are_errors() -> None:
    first, second = (sheet([SCHOOL_HEAD, ["a", "1", "2023", "30"]], name) for name in ("2022", "2023"))
    table, problems = read((first, second))
    assert table is None
    assert loud(problems) == [("SCN281", "t.xlsx")]
    assert "2022 (4)、2023 (4)" in tell(problems[0], "zh").what
    table, problems = read((sheet([["甲"], ["1"]], "x"), sheet([["乙"], ["2"]], "y")))
    assert table is None
    assert loud(problems) == [("SCN281", "t.xlsx")]
    assert "no sheet has its head" in tell(problems[0], "en").what


def test_an_empty_grid_is_told() -> None:
    assert loud(read(Grid("t.csv", [["", ""]]))[1]) == [("SCN204", "t.csv")]


def test_id_and_name_side_by_side_are_compared() -> None:
    text = "学校标识码,学校名称,年级,学年,人数\na,甲小学,1,2023,30\nb,甲小学,7,2023,30\n"
    found, problems = read(csv(text))
    assert found is not None
    assert found.frame["school"].tolist() == ["a", "b"]
    assert said(problems, "SCN293") == [("t.csv:1:学校名称", "note")]
    assert loud(problems) == [("SCN282", "t.csv:3:学校名称")]


def test_two_columns_of_the_same_number_are_an_error() -> None:
    assert ("SCN212", "t.csv:1:学生数") in loud(read(csv("学校,年级,学年,人数,学生数\na,1,2023,30,30\n"))[1])


def test_merged_ids_stand_in_every_row_of_the_block_and_merged_numbers_in_none() -> None:
    rows = [SCHOOL_HEAD, ["a", "1", "2023", "30"], ["", "2", "2023", ""]]
    found, problems = read(sheet(rows, merged=((1, 0, 2, 0), (1, 3, 2, 3))))
    assert found is not None
    assert found.frame["school"].tolist() == ["a", "a"]
    assert loud(problems) == [("SCN221", "t.xlsx[表]!D3")]
    assert ("t.xlsx[表]!A3", "note") in said(problems, "SCN295")


def test_words_know_the_study() -> None:
    assert WORDS.grade("七年级") == "7"
