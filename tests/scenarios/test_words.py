"""Words of a study: grades by count and by stage, stages, names; and columns that hold names instead of ids."""

import pytest

from scenarios.problems import tell
from scenarios.words import Words, words_of_stages
from tests.scenarios.grids import JUNIOR, PRIMARY, WORDS, csv, frame, loud, read, said, stage

KINDER = stage("kindergarten", "幼儿园", "k1", "k2", "k3")
SENIOR = stage("senior", "高中", "s1", "s2", "s3")
ALL = words_of_stages((KINDER, PRIMARY, JUNIOR, SENIOR))


@pytest.mark.parametrize(
    ("word", "grade"),
    [
        ("小班", "k1"), ("中班", "k2"), ("大班", "k3"),
        ("1", "1"), ("１", "1"), ("一年级", "1"), ("1年级", "1"), ("小一", "1"), ("小学一年级", "1"), ("六 年 级", "6"),
        ("G6", "6"),
        ("初一", "7"), ("初1", "7"), ("七年级", "7"), ("初中二年级", "8"), ("初中八年级", "8"), ("初三", "9"),
        ("grade 9", "9"),
        ("高一", "s1"), ("高中二年级", "s2"), ("十二年级", "s3"), ("G10", "s1"),
        ("学前班", None), ("十三年级", None), ("初四", None), ("0", None), ("", None),
    ],
)  # fmt: skip
def test_grades(word: str, grade: str | None) -> None:
    assert ALL.grade(word) == grade


def test_grades_of_five_and_four_years_run_on() -> None:
    words = words_of_stages((stage("primary", "小学", *"abcde"), stage("junior", "初中", *"wxyz")))
    assert [words.grade(word) for word in ("五年级", "六年级", "初一", "初四", "九年级")] == ["e", "w", "w", "z", "z"]


def test_a_junior_stage_alone_ends_with_the_ninth_grade() -> None:
    words = words_of_stages((stage("middle", "初级中学", "x", "y", "z"),))
    assert [words.grade(word) for word in ("七年级", "初二", "九年级", "六年级")] == ["x", "y", "z", None]


def test_a_nine_year_stage_is_counted_through() -> None:
    words = words_of_stages((stage("nine", "九年一贯制", *"abcdefghi"),))
    assert [words.grade(word) for word in ("一年级", "九年级", "初一")] == ["a", "i", None]


def test_a_word_that_could_mean_two_grades_means_none() -> None:
    words = words_of_stages((stage("east", "东部", "a", "b"), stage("north", "北部", "1", "2")))
    assert words.grade("1") == "1"
    assert words.grade("一年级") is None


def test_without_a_study_the_dictionary_knows_the_plain_words() -> None:
    table, _ = read(csv("学校,年级,学年,人数\na,三年级,2023,30\na,初三,2023,30\n"), words=Words())
    assert table is not None
    assert table.frame["grade"].tolist() == ["3", "初三"]


def test_unknown_grade_words_stay_for_the_cross_check() -> None:
    table, problems = read(csv("学校,年级,学年,人数\na,预备班,2023,30\n"))
    assert table is not None
    assert table.frame["grade"].tolist() == ["预备班"]
    assert loud(problems) == []


ZONES = "学段,单元,学校\n"


def test_names_become_ids_with_one_note_for_each_column() -> None:
    text = ZONES + "小学,甲社区,甲小学\n小学, 乙 社区,primary a\n初中,u3,Junior B\n"
    found = frame(csv(text), "zones")
    assert found[["stage", "unit", "school"]].to_numpy().tolist() == [
        ["junior", "u3", "b"], ["primary", "u1", "a"], ["primary", "u2", "a"],
    ]  # fmt: skip
    _, problems = read(csv(text), "zones")
    assert said(problems, "SCN297") == [("t.csv:2:单元", "note"), ("t.csv:2:学校", "note")]
    assert "有 3 个单元格写的是名称" in tell([one for one in problems if one.code == "SCN297"][1], "zh").what


def test_a_name_of_two_is_an_error_that_lists_their_ids() -> None:
    words = WORDS.knowing("school", ["a", "b", "c"], ["中心小学", "乙中学", "中心小学"])
    table, problems = read(csv(ZONES + "小学,u1,中心小学\n小学,u2,中心小学\n"), "zones", words)
    assert loud(problems) == [("SCN298", "t.csv:2:学校")]
    told = tell(next(problem for problem in problems if problem.code == "SCN298"), "zh")
    assert "a、c" in told.what
    assert "共 2 处：第 2、3 行" in told.what
    assert table is not None
    assert table.frame["school"].tolist() == ["", ""]


def test_ids_win_over_names_and_a_foreign_word_is_left_for_the_cross_check() -> None:
    words = WORDS.knowing("school", ["a", "b"], ["b", "乙中学"])
    table, problems = read(csv(ZONES + "小学,u1,b\n小学,u2,丙小学\n"), "zones", words)
    assert table is not None
    assert table.frame["school"].tolist() == ["b", "丙小学"]
    assert loud(problems) == []


def test_without_known_names_a_name_is_no_id() -> None:
    assert loud(read(csv(ZONES + "小学,u1,丙小学\n"), "zones", Words())[1]) == [("SCN208", "t.csv:2:学校")]
