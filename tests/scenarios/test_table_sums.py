"""Rows and columns of sums: recognised, never data, compared with their parts."""

import pytest

from scenarios.problems import tell
from scenarios.spelling import is_foot, total_kind
from tests.scenarios.grids import csv, loud, read, said, sheet


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("合计", "total"),
        ("合  计", "total"),
        ("总计：", "total"),
        ("共计", "total"),
        ("（合计）", "total"),
        ("全县合计", "total"),
        ("计", "total"),
        ("Total", "total"),
        ("GRAND TOTAL", "total"),
        ("小 计", "subtotal"),
        ("谷硐镇小计", "subtotal"),
        ("Subtotal", "subtotal"),
        ("sub-total", "subtotal"),
        ("合计村", ""),
        ("会计学校", ""),
        ("Totally", ""),
        ("a", ""),
        ("", ""),
        ("关于各校人数如何合计的说明：各校人数以学籍系统为准，合计不含附设班，总计含附设班", ""),
    ],
)
def test_words_for_sums(text: str, kind: str) -> None:
    assert total_kind(text) == kind


@pytest.mark.parametrize(
    ("text", "foot"),
    [("备注：略", True), ("注1：略", True), ("填表人：张三", True), ("数据来源:学籍系统", True), ("Note: x", True),
     ("说明", True), ("注册学生", False), ("来源村", False), ("审核小学", False), ("甲小学", False)],
)  # fmt: skip
def test_words_below_a_table(text: str, foot: bool) -> None:
    assert is_foot(text) == foot


HEAD = "学校,年级,学年,人数,班数\n"


def test_right_sums_are_set_aside_and_noted() -> None:
    text = HEAD + "a,1,2023,30,1\na,2,2023,31,1\n小计,,,61,2\nb,7,2023,40,1\n小计,,,40,1\n合计,,,101,3\n"
    table, problems = read(csv(text))
    assert table is not None
    assert table.frame["pupils"].tolist() == [30, 31, 40]
    assert loud(problems) == []
    told = [problem for problem in problems if problem.code == "SCN287"]
    assert [problem.params["found"] for problem in told] == [(4, 6, 7)]
    assert "合计、小计行：4、6、7" in tell(told[0], "zh").what


def test_a_wrong_sum_is_a_warning_with_both_numbers() -> None:
    text = HEAD + "a,1,2023,30,1\na,2,2023,31,1\n小计,,,62,2\nb,7,2023,40,1\n合计,,,105,3\n"
    _, problems = read(csv(text))
    assert loud(problems) == [("SCN288", "t.csv:4:人数"), ("SCN288", "t.csv:6:人数")]
    first, last = (tell(problem, "zh").what for problem in problems if problem.code == "SCN288")
    assert "62" in first
    assert "61" in first
    assert "105" in last
    assert "101" in last


def test_sums_above_their_parts_and_sums_of_a_part() -> None:
    above = HEAD + "合计,,,101,\na,1,2023,30,1\na,2,2023,31,1\nb,7,2023,40,1\n"
    assert loud(read(csv(above))[1]) == []
    # 合计 in the column of grades covers the rows of the same school and year.
    part = HEAD + "a,1,2022,10,1\na,合计,2022,10,\na,1,2023,30,1\na,2,2023,31,1\na,合计,2023,61,\nb,7,2023,40,1\n"
    assert loud(read(csv(part))[1]) == []
    wrong = part.replace("a,合计,2023,61,", "a,合计,2023,60,")
    assert loud(read(csv(wrong))[1]) == [("SCN288", "t.csv:6:人数")]


def test_a_sum_is_found_in_a_column_that_is_no_column_of_the_table() -> None:
    text = "序号,学校,年级,学年,人数\n1,a,1,2023,30\n2,b,7,2023,40\n合计,,,,70\n"
    table, problems = read(csv(text))
    assert table is not None
    assert len(table.frame) == 2
    assert loud(problems) == []


def test_a_remark_that_names_a_sum_does_not_make_its_row_one() -> None:
    text = "学校,年级,学年,人数,备注\na,1,2023,30,不计入合计\nb,7,2023,40,\n"
    table, _ = read(csv(text))
    assert table is not None
    assert len(table.frame) == 2


def test_sums_are_compared_in_the_unit_of_the_column_and_not_at_all_where_a_part_cannot_be_read() -> None:
    text = "校址编号,学校,教室数,占地面积（亩）\ns,a,12,15\nt,b,9,３０\n合计,,21,45亩\n"
    assert loud(read(csv(text), "sites")[1]) == []
    text = HEAD + "a,1,2023,约30,1\na,2,2023,31,1\n合计,,,70,2\n"
    assert loud(read(csv(text))[1]) == [("SCN294", "t.csv:2:人数")]


def test_withheld_numbers_are_no_reason_to_compare() -> None:
    text = "学校,年级,学年,人数,保密\na,1,2023,,1\na,2,2023,31,0\n合计,,,40,\n"
    assert loud(read(csv(text))[1]) == []


def test_a_table_of_nothing_but_sums_has_no_rows_also_where_none_are_needed() -> None:
    assert loud(read(csv("乡镇,学段,去向,人数\n合计,小学,县外,6\n"), "attendance")[1]) == [("SCN204", "t.csv")]


def test_many_wrong_sums_are_counted() -> None:
    rows = "".join(f"s{n},1,2023,1,1\n小计,,,2,1\n" for n in range(30))
    _, problems = read(csv(HEAD + rows))
    codes = [code for code, _ in loud(problems)]
    assert codes == ["SCN288"] * 20 + ["SCN250"]


def test_columns_of_sums_beside_values_across() -> None:
    rows = [
        ["学校", "学年", "一年级", "二年级", "七年级", "小学小计", "合计"],
        ["a", "2023", "30", "31", "", "61", "61"],
    ]
    rows[0] = ["学校", "学年", "一年级", "二年级", "小学小计", "七年级", "合计"]
    rows[1] = ["a", "2023", "30", "31", "61", "", "61"]
    table, problems = read(sheet(rows))
    assert table is not None
    assert table.frame["pupils"].tolist() == [30, 31]
    assert loud(problems) == []
    assert ("t.xlsx[表]!E1", "note") in said(problems, "SCN287")
    rows[1][6] = "62"
    assert loud(read(sheet(rows))[1]) == [("SCN288", "t.xlsx[表]!G2")]


def test_all_pupils_beside_the_grades_are_a_sum() -> None:
    rows = [["学校", "学年", "在校生数", "一年级", "二年级"], ["a", "2023", "61", "30", "31"]]
    table, problems = read(sheet(rows))
    assert table is not None
    assert len(table.frame) == 2
    assert loud(problems) == []
    rows[1][2] = "60"
    assert loud(read(sheet(rows))[1]) == [("SCN288", "t.xlsx[表]!C2")]
