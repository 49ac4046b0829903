"""Values across the page: which heads are understood, and that every cell keeps its place."""

import pytest

from scenarios.grid import Grid
from scenarios.problems import tell
from scenarios.table_meaning import Meanings
from scenarios.table_specs import SPECS
from tests.scenarios.grids import WORDS, csv, frame, loud, read, said, sheet


@pytest.mark.parametrize(
    ("path", "across", "value", "total"),
    [
        (("一年级",), {"grade": "1"}, "", ""),
        (("1年级", "人数"), {"grade": "1"}, "pupils", ""),
        (("小一",), {"grade": "1"}, "", ""),
        (("初一",), {"grade": "7"}, "", ""),
        (("九年级班数",), {"grade": "9"}, "sections", ""),
        (("G3",), {"grade": "3"}, "", ""),
        (("Grade 3", "Pupils"), {"grade": "3"}, "pupils", ""),
        (("2021年 一年级",), {"grade": "1", "year": "2021"}, "", ""),
        (("2021学年", "二年级", "人数"), {"grade": "2", "year": "2021"}, "pupils", ""),
        (("2021-2022学年一年级人数",), {"grade": "1", "year": "2021"}, "pupils", ""),
        (("在校生数（人）", "一年级"), {"grade": "1"}, "pupils", ""),
        (("3",), {"grade": "3"}, "", ""),
        (("2021年",), {"year": "2021"}, "", ""),
        (("合计",), {}, "", "total"),
        (("合计", "班数"), {}, "sections", "total"),
        (("小学合计",), {}, "", "total"),
        (("一年级", "小计"), {"grade": "1"}, "", "subtotal"),
    ],
)
def test_heads_of_enrolment(path: tuple[str, ...], across: dict[str, str], value: str, total: str) -> None:
    meaning = Meanings(SPECS["enrolment"], WORDS).of(path)
    assert meaning is not None
    assert (dict(meaning.across), meaning.value, meaning.total) == (across, value, total)


@pytest.mark.parametrize(
    "path",
    [("一年级", "女生"), ("一年级", "二年级"), ("一年级人数班数",), ("十年级",), ("2021",) * 9, ("寄宿生", "人数")],
)
def test_other_heads_of_enrolment_are_not_guessed(path: tuple[str, ...]) -> None:
    meaning = Meanings(SPECS["enrolment"], WORDS).of(path)
    assert meaning is None or (dict(meaning.across), meaning.column) == ({"year": "2021"}, "")


@pytest.mark.parametrize(
    ("table", "path", "across"),
    [
        ("children", ("0岁",), {"age": "0"}),
        ("children", ("14周岁",), {"age": "14"}),
        ("children", ("不满1岁",), {"age": "0"}),
        ("children", ("十二岁",), {"age": "12"}),
        ("children", ("户籍", "6岁"), {"age": "6", "group": "local"}),
        ("children", ("6岁随迁",), {"age": "6", "group": "migrant"}),
        ("children", ("年龄", "0岁"), {"age": "0"}),
        ("children", ("年龄（岁）", "14"), {"age": "14"}),
        ("births", ("2019年出生人数",), {"year": "2019"}),
        ("births", ("2019", "户籍"), {"group": "local", "year": "2019"}),
        ("attendance", ("民办",), {"destination": "private"}),
    ],
)
def test_heads_of_other_tables(table: str, path: tuple[str, ...], across: dict[str, str]) -> None:
    meaning = Meanings(SPECS[table], WORDS).of(path)
    assert meaning is not None
    assert dict(meaning.across) == across


@pytest.mark.parametrize("head", ["0-4岁", "15岁以上", "0岁男"])
def test_bands_and_sexes_are_no_single_ages(head: str) -> None:
    assert Meanings(SPECS["children"], WORDS).of((head,)) is None


def test_grades_across_with_their_true_places() -> None:
    rows = [["学校", "学年", "一年级", "二年级"], ["a", "2022", "30", "31"], ["a", "2023", "32", ""]]
    table, problems = read(sheet(rows))
    assert table is not None
    assert table.frame["grade"].tolist() == ["1", "2", "1"]
    assert table.frame["year"].tolist() == [2022, 2022, 2023]
    assert table.frame["pupils"].tolist() == [30, 31, 32]
    assert [table.place(index, "pupils") for index in range(3)] == [f"t.xlsx[表]!{cell}" for cell in ("C2", "D2", "C3")]
    assert table.place(2, "school") == "t.xlsx[表]!A3"
    assert table.place(1, "grade") == "t.xlsx[表]!D2"
    note = next(problem for problem in problems if problem.code == "SCN285")
    assert "3 rows came of it, 1 empty cells made none" in tell(note, "en").what
    assert loud(problems) == []


def test_a_bad_cell_across_is_told_once_at_its_place() -> None:
    rows = [["学校", "学年", "一年级", "二年级"], ["c", "2022", "30", "-4"], ["", "2023", "1.5", "33"]]
    _, problems = read(sheet(rows))
    assert loud(problems) == [
        ("SCN206", "t.xlsx[表]!A3"),
        ("SCN224", "t.xlsx[表]!D2"),
        ("SCN217", "t.xlsx[表]!C3"),
    ]


def test_years_across_and_one_grade_in_a_column() -> None:
    found = frame(csv("学校,年级,2021年,2022年,2023学年\na,一年级,30,31,32\nb,初一,40,41,42\n"))
    assert found[["school", "grade", "year", "pupils"]].to_numpy().tolist() == [
        ["a", "1", 2021, 30], ["a", "1", 2022, 31], ["a", "1", 2023, 32],
        ["b", "7", 2021, 40], ["b", "7", 2022, 41], ["b", "7", 2023, 42],
    ]  # fmt: skip


def test_years_and_grades_across_in_three_head_rows_of_a_csv() -> None:
    rows = [
        ["学校", "2022学年", "", "", "", "2023学年", "", "", ""],
        ["", "一年级", "", "二年级", "", "一年级", "", "二年级", ""],
        ["", "人数", "班数", "人数", "班数", "人数", "班数", "人数", "班数"],
        ["a", "30", "1", "31", "1", "32", "1", "33", "2"],
    ]
    found = frame(Grid("t.csv", rows))
    assert found[["grade", "year", "pupils", "sections"]].to_numpy().tolist() == [
        ["1", 2022, 30, 1], ["1", 2023, 32, 1], ["2", 2022, 31, 1], ["2", 2023, 33, 2],
    ]  # fmt: skip


def test_ages_and_groups_across() -> None:
    rows = [["单元", "户籍", "", "随迁", ""], ["", "0岁", "1岁", "0岁", "1岁"], ["甲社区", "10", "11", "1", "0"]]
    found = frame(sheet(rows, merged=((0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4))), "children")
    assert found[["unit", "group", "age", "children"]].to_numpy().tolist() == [
        ["u1", "local", 0, 10], ["u1", "local", 1, 11], ["u1", "migrant", 0, 1], ["u1", "migrant", 1, 0],
    ]  # fmt: skip


def test_the_name_of_the_column_may_stand_above_its_values() -> None:
    rows = [
        ["某县常住儿童统计表", "", "", "", "", ""],
        ["村（社区）", "户籍类别", "年龄", "", "", ""],
        ["", "", "0岁", "1岁", "2岁", "合计"],
        ["甲社区", "户籍", "10", "11", "12", "33"],
    ]
    merged = ((0, 0, 0, 5), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 5))
    for grid in (sheet(rows, merged=merged), Grid("t.csv", rows)):
        table, problems = read(grid, "children")
        assert table is not None
        assert table.frame[["unit", "age", "children"]].to_numpy().tolist() == [
            ["u1", 0, 10],
            ["u1", 1, 11],
            ["u1", 2, 12],
        ]
        assert loud(problems) == []


def test_another_column_above_a_value_is_not_passed_over() -> None:
    assert Meanings(SPECS["enrolment"], WORDS).of(("学年", "一年级")) is None
    assert Meanings(SPECS["enrolment"], WORDS).of(("学年", "人数")) is None


def test_bare_ages_across_need_more_than_one_of_them() -> None:
    text = "单元,类别,0,1,2\nu1,户籍,10,11,12\n"
    assert frame(csv(text), "children")["age"].tolist() == [0, 1, 2]
    _, problems = read(csv("单元,类别,0\nu1,户籍,10\n"), "children")
    assert "SCN213" in [code for code, _ in loud(problems)]


def test_units_of_heads_across_may_differ_and_are_then_warned_about() -> None:
    table, problems = read(csv("单元,2020年(人),2021年（万人）\nu1,30,0.003\n"), "births")
    assert table is not None
    assert table.frame["births"].tolist() == [30, 30]
    assert [code for code, _ in loud(problems)] == ["SCN292"]
    assert said(problems, "SCN290") == [("t.csv:1:2021年（万人）", "note")]


def test_two_heads_for_the_same_values_are_an_error() -> None:
    assert loud(read(csv("学校,学年,一年级,1年级\na,2023,30,31\n"))[1]) == [("SCN212", "t.csv:1:1年级")]


def test_a_plain_column_wins_over_heads_across() -> None:
    table, problems = read(csv("学校,年级,学年,人数,一年级\na,1,2023,30,x\n"))
    assert table is not None
    assert len(table.frame) == 1
    assert loud(problems) == [("SCN211", "t.csv:1:一年级")]


def test_a_sum_under_each_group_is_its_value_where_its_parts_are_foreign() -> None:
    rows = [["学校", "学年", "一年级", "", ""], ["", "", "男", "女", "小计"], ["a", "2023", "14", "16", "30"]]
    table, problems = read(sheet(rows, merged=((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4))))
    assert table is not None
    assert table.frame["pupils"].tolist() == [30]
    assert [code for code, _ in loud(problems)] == ["SCN211", "SCN211"]


def test_a_dash_across_is_no_row_and_zero_is_one() -> None:
    assert len(frame(csv("学校,学年,一年级,二年级\na,2023,—,0\n"))) == 1


def test_the_form_of_the_yearly_statistics() -> None:
    rows = [
        ["小学分年级学生数", "", "", "", "", "", ""],
        ["填表单位：三单元县教育局", "", "", "2023学年", "", "单位：人", ""],
        ["学校名称", "合计", "", "一年级", "", "二年级", ""],
        ["", "计", "其中：女", "计", "其中：女", "计", "其中：女"],
        ["甲", "1", "2", "3", "4", "5", "6"],
        ["总计", "131", "60", "70", "33", "61", "27"],
        ["甲小学", "131", "60", "70", "33", "61", "27"],
        ["注：不含附设班。", "", "", "", "", "", ""],
    ]
    merged = ((0, 0, 0, 6), (2, 0, 3, 0), (2, 1, 2, 2), (2, 3, 2, 4), (2, 5, 2, 6))
    table, problems = read(sheet(rows, merged=merged))
    assert table is not None
    found = table.frame[["school", "grade", "year", "pupils"]].to_numpy().tolist()
    assert found == [["a", "1", 2023, 70], ["a", "2", 2023, 61]]
    assert {code for code, _ in loud(problems)} == {"SCN211"}
