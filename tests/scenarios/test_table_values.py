"""Cells as planners write them: what is read, how that is told, and what is refused."""

from fractions import Fraction
from pathlib import Path

import pytest

from scenarios import measures, table_values
from scenarios.catalogue import catalogue
from scenarios.dictionary import TABLES
from scenarios.problems import tell
from scenarios.spelling import folded
from scenarios.table_specs import SPECS
from scenarios.tables import typed
from tests.scenarios.grids import csv, frame, loud, read, said, sheet

ONE = Fraction(1)


@pytest.mark.parametrize(
    ("cell", "unit", "read_as", "ways"),
    [
        ("45", "pupils", "45", ()),
        ("1,234", "pupils", "1234", ("read_thousands",)),
        ("1 234", "pupils", "1234", ("read_thousands",)),
        ("1\u00a0234\u00a0567.5", "yuan", "1234567.5", ("read_thousands",)),
        ("１，２３４", "pupils", "1234", ("read_full_width", "read_thousands")),
        ("－５", "pupils", "-5", ("read_full_width",)),
        ("12人", "pupils", "12", ("read_unit",)),
        ("12 名", "pupils", "12", ("read_unit",)),
        ("1.2万人", "pupils", "12000", ("read_unit",)),
        ("0.35万", "children", "3500", ("read_unit",)),
        ("36个", "rooms", "36", ("read_unit",)),
        ("120张", "beds", "120", ("read_unit",)),
        ("640套", "dwellings", "640", ("read_unit",)),
        ("２４００㎡", "m2", "2400", ("read_full_width", "read_unit")),
        ("15亩", "m2", "10000", ("read_unit",)),
        ("1.5公顷", "m2", "15000", ("read_unit",)),
        ("0.02平方公里", "m2", "20000", ("read_unit",)),
        ("1,234.5万元", "yuan", "12345000", ("read_thousands", "read_unit")),
        ("￥350元", "yuan", "350", ("read_full_width", "read_unit")),
        ("1.2亿元", "yuan", "120000000", ("read_unit",)),
        ("35%", "-", "0.35", ("read_unit",)),
        ("６．５‰", "-", "0.0065", ("read_full_width", "read_unit")),
        ("40公里/小时", "km/h", "40", ("read_unit",)),
        ("6岁", "years", "6", ("read_unit",)),
        ("'45", "pupils", "45", ("read_apostrophe",)),
        ('="045"', "pupils", "045", ("read_apostrophe",)),
        ("-", "pupils", "", ("read_nothing",)),
        ("——", "pupils", "", ("read_nothing",)),
        ("N/A", "pupils", "", ("read_nothing",)),
        ("……", "pupils", "", ("read_nothing",)),
        ("暂缺", "pupils", "", ("read_nothing",)),
    ],
)
def test_numbers(cell: str, unit: str, read_as: str, ways: tuple[str, ...]) -> None:
    reading = table_values.number(cell, unit, ONE)
    assert (reading.text, reading.ways, reading.fault) == (read_as, ways, "")


@pytest.mark.parametrize(
    "cell",
    [
        "约120",
        "大约 120人",
        "120左右",
        "120多",
        "120余人",
        "100人以上",
        "≥100",
        "100-120",
        "100～120人",
        "100+",
        "about 90",
    ],
)
def test_approximate_numbers_are_refused(cell: str) -> None:
    assert table_values.number(cell, "pupils", ONE).fault == "SCN294"


@pytest.mark.parametrize("cell", ["1,23", "1,2345", "12 34", "1.2.3", "nan", "1e400", "0x1", "一百", "12字", "1_000"])
def test_what_is_no_number_is_handed_back(cell: str) -> None:
    assert table_values.number(cell, "pupils", Fraction(1)) == table_values.Reading(cell)


@pytest.mark.parametrize(
    ("cell", "unit"),
    [("5亩", "pupils"), ("5人", "m2"), ("5%", "pupils"), ("5万元", "m2"), ("5户", "beds"), ("5万", "-")],
)
def test_a_unit_of_another_kind_is_refused(cell: str, unit: str) -> None:
    assert table_values.number(cell, unit, ONE).fault == "SCN291"


def test_the_unit_of_the_head_counts_for_a_bare_number_and_not_for_one_with_its_own() -> None:
    factor = measures.factor("万元", "yuan")
    assert factor == 10_000
    assert table_values.number("12.3", "yuan", factor).text == "123000"
    assert table_values.number("500元", "yuan", factor).text == "500"
    assert table_values.number("0.1", "yuan", factor).text == "1000"


def test_mu_is_exact() -> None:
    factor = measures.factor("亩", "m2")
    assert factor is not None
    assert round(float(factor), 4) == 666.6667
    assert 15 * factor == 10_000


@pytest.mark.parametrize("table", TABLES)
def test_every_unit_of_the_dictionary_is_known(table: str) -> None:
    for column in SPECS[table].columns:
        if column.kind in ("whole", "number"):
            assert column.unit in measures.CANONICAL, column.name


@pytest.mark.parametrize(
    ("cell", "school", "read_as"),
    [
        ("2023", True, "2023"),
        ("２０２３", True, "2023"),
        ("2023年", True, "2023"),
        ("2023学年", True, "2023"),
        ("2023-2024学年", True, "2023"),
        ("2023—2024学年度", True, "2023"),
        ("2023-24", True, "2023"),
        ("2023/24", True, "2023"),
        ("2023/2024", True, "2023"),
        ("1999-2000学年", True, "1999"),
        ("2023-2025", True, "2023-2025"),
        ("2023-2024学年第二学期", True, "2023-2024学年第二学期"),
        ("23年", True, "23年"),
        ("2023年", False, "2023"),
        ("2023学年", False, "2023学年"),
        ("2023-2024", False, "2023-2024"),
    ],
)
def test_years(cell: str, school: bool, read_as: str) -> None:
    assert table_values.year(cell, school).text == read_as


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [
        ("2023-09-01", "2023-09-01"),
        ("2023/9/1", "2023-09-01"),
        ("2023.9.1", "2023-09-01"),
        ("２０２３年９月１日", "2023-09-01"),
        ("20230901", "2023-09-01"),
        ("2023年9月", "2023-09-01"),
        ("2023.9", "2023-09-01"),
        ("45170", "2023-09-01"),
        ("无", ""),
    ],
)
def test_dates(cell: str, read_as: str) -> None:
    reading = table_values.date(cell, in_workbook=True)
    assert (reading.text, reading.fault) == (read_as, "")


@pytest.mark.parametrize("cell", ["2023-02-30", "2023", "去年九月", "9月1日", "23-9-1", "99999999"])
def test_what_is_no_date_is_refused(cell: str) -> None:
    assert table_values.date(cell, in_workbook=True).fault == "SCN289"


def test_day_numbers_are_dates_in_a_workbook_only() -> None:
    assert table_values.date("45170", in_workbook=False).fault == "SCN289"


@pytest.mark.parametrize(
    ("cell", "read_as", "fault"),
    [
        ("2152000123", "2152000123", ""),
        ("2152000123.0", "2152000123", ""),
        ("2.152000123E+09", "2152000123", ""),
        ("2.152E+09", "", "SCN296"),
        ("2.152E9", "", "SCN296"),
        ("ｊｓ－０１", "js-01", ""),
        ("'0012", "0012", ""),
        ("5E2", "5E2", ""),
        ("1.5", "1.5", ""),
    ],
)
def test_ids(cell: str, read_as: str, fault: str) -> None:
    reading = table_values.identifier(cell)
    assert (reading.text, reading.fault) == (read_as, fault)


def test_readings_are_told_once_for_each_column_and_kind() -> None:
    rows = "".join(
        f"a,{grade},2023,{number}\n" for grade, number in enumerate(["３０", "３１", "1 032", "33人"], start=1)
    )
    found, problems = read(csv("学校,年级,学年,人数\n" + rows))
    assert found is not None
    assert found.frame["pupils"].tolist() == [30, 31, 1032, 33]
    assert said(problems, "SCN295") == [(f"t.csv:{row}:人数", "note") for row in (2, 4, 5)]
    first = next(problem for problem in problems if problem.code == "SCN295")
    assert "2 cell(s) of pupils" in tell(first, "en").what
    assert "'３０', read as '30'" in tell(first, "en").what


def test_faults_of_cells_are_told_with_the_cell_and_nothing_else() -> None:
    text = "学校,年级,学年,人数\na,1,2023,约30\na,2,2023,5亩\na,3,2023,30.5\n2.152E+09,1,2023,31\n"
    _, problems = read(csv(text))
    assert loud(problems) == [
        ("SCN296", "t.csv:5:学校"),
        ("SCN294", "t.csv:2:人数"),
        ("SCN291", "t.csv:3:人数"),
        ("SCN217", "t.csv:4:人数"),
    ]
    assert "cell: 5亩" in tell(next(one for one in problems if one.code == "SCN291"), "en").what


def test_an_empty_word_is_told_and_then_missing_where_a_number_must_be() -> None:
    _, problems = read(csv("学校,年级,学年,人数\na,1,2023,无\n"))
    assert loud(problems) == [("SCN221", "t.csv:2:人数")]
    assert said(problems, "SCN295") == [("t.csv:2:人数", "note")]


def test_units_mixed_in_one_column_are_converted_and_warned_about() -> None:
    text = "校址编号,学校,教室数,占地面积\ns,a,12,15亩\nt,b,9,12000\n"
    found, problems = read(csv(text), "sites")
    assert found is not None
    assert found.frame["land_m2"].tolist() == [10_000, 12_000]
    assert loud(problems) == [("SCN292", "t.csv:2:占地面积")]
    # The same unit written out in some cells is no mixture.
    assert loud(read(csv("校址编号,学校,教室数\ns,a,12间\nt,b,9\n"), "sites")[1]) == []


def test_units_in_heads_are_told_once() -> None:
    text = "校址编号,学校,教室数(间),占地面积（亩）,体育运动场馆面积/公顷\ns,a,12,15,0.3\n"
    found, problems = read(csv(text), "sites")
    assert found is not None
    assert found.frame.loc[0, ["land_m2", "sports_area_m2"]].tolist() == [10_000, 3_000]
    assert said(problems, "SCN290") == [
        ("t.csv:1:体育运动场馆面积/公顷", "note"),
        ("t.csv:1:占地面积（亩）", "note"),
    ]
    assert loud(problems) == []


def test_shares_in_per_cent() -> None:
    head = "小区编号,单元,交付学年,套数,户均儿童,县外来源比例(%),县城来源比例（%）,农村来源比例/%\n"
    found = frame(csv(head + "e1,u2,2026年,640套,0.4,20,30,50\n"), "estates")
    assert found.loc[0, ["outside_share", "in_town_share", "rural_share"]].tolist() == [0.2, 0.3, 0.5]
    assert found.loc[0, "completion"] == 2026


def test_words_of_choices_flags_marks_and_grades() -> None:
    head = "学校编号,学校名称,英文名称,最低年级,最高年级,所在单元,经度,纬度,招生范围,办学性质,标记\n"
    found, problems = read(csv(head + "a,甲小学,A,小一,六年级,u1,107.5,26.4,全县,民办,薄弱；民族\n"), "schools")
    assert found is not None
    assert loud(problems) == []
    read_as = found.frame.loc[0, ["first_grade", "last_grade", "reach", "ownership", "flags"]].tolist()
    assert read_as == ["1", "6", "county", "private", "weak;ethnic"]
    units = "单元编号,名称,英文名,乡镇,城乡\nu1,甲,A,T,城镇\nu2,乙,B,T,乡村\nu3,丙,C,T,√\nu4,丁,D,T,×\n"
    assert frame(csv(units), "units")["urban"].tolist() == [True, False, True, False]


def test_other_words_keep_their_problems_told_once_for_all_their_rows() -> None:
    text = "学校,年级,学年,人数,保密\n" + "".join(f"a,{grade},2023,30,maybe\n" for grade in range(1, 4))
    assert [code for code, _ in loud(read(csv(text))[1])] == ["SCN215"] * 3
    rows = "".join(f"单元{place},户外,{place},30\n" for place in range(7))
    _, problems = read(csv("单元,类别,年龄,人数\n" + rows), "children")
    choice = next(problem for problem in problems if problem.code == "SCN209")
    assert choice.place == "t.csv:2:类别"
    assert choice.params["again"] == (2, 3, 4, 5, 6)
    assert "共 7 处，先在第 2、3、4、5、6 行" in tell(choice, "zh").what
    assert "7 times, first in rows 2, 3, 4, 5, 6" in tell(choice, "en").what


def test_dates_are_texts_in_the_frame() -> None:
    rows = [["单元", "起始年龄", "终止年龄", "人口数", "统计时点"], ["u1", "0", "4", "120", "2020年11月1日"]]
    table, _ = read(sheet(rows), "population")
    assert table is not None
    assert typed(table)["as_of"].tolist() == ["2020-11-01"]
    rows[1][4] = "去年"
    assert ("SCN289", "t.xlsx[表]!E2") in loud(read(sheet(rows), "population")[1])


GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "reading-tables.md"


def test_the_guide_names_every_unit_and_every_code() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    part = text.split("## Units 单位", 1)[1].split("\n## ", 1)[0].replace("|", " ").replace(";", " ")
    said = {folded(word) for word in part.replace(",", " ").split()}
    assert sorted(set(measures.MEASURES) - said) == []
    codes = {code for code in catalogue().texts if "SCN280" <= code <= "SCN299"}
    assert {code for code in codes if code not in text} == set()


def test_the_guide_names_every_table_with_values_across() -> None:
    text = GUIDE.read_text(encoding="utf-8").split("## Values across", 1)[1].split("\n## ", 1)[0]
    assert [name for name in TABLES if (SPECS[name].wide is not None) != (f"`{name}`" in text)] == []


def test_what_a_note_says_was_read_may_be_written_into_the_cell() -> None:
    head = ["校址编号", "学校", "教室数", "占地面积（亩）"]
    table, problems = read(sheet([head, ["s1", "a", "12间", "1,200"], ["s2", "a", "12", "45.5亩"]]), "sites")
    told = [tell(problem, "zh").expected for problem in problems if problem.code == "SCN295"]
    assert told == ["直接写 12", "直接写 1200", "直接写 30333.33333 m2"]
    again, _ = read(sheet([head, ["s1", "a", "12", "1200"], ["s2", "a", "12", "30333.33333 m2"]]), "sites")
    assert table is not None
    assert again is not None
    assert again.frame["land_m2"].tolist() == pytest.approx(table.frame["land_m2"].tolist())
