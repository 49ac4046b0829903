"""Whatever stands in a grid: an answer or problems, never an exception, and every record comes from a cell."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.grid import Block, Grid
from scenarios.problems import render
from scenarios.table_specs import SPECS
from scenarios.tables import typed
from tests.examples import examples
from tests.scenarios.grids import read

_HEADS = "学校 学校编号 学校名称 单元 年级 学年 人数 班数 一年级 七年级 2021年 2022学年 0岁 1岁 类别"
_MORE = "校址编号 教室数 占地面积（亩） 面积((( ： : 无 - — 甲 乙 栏次 户籍"
_WORDS = "合计 小计 甲小学合计 备注：略 单位：万元 单位:亩 2023-2024学年 a b 甲小学 乙中学 u1 甲社区"
_NUMBERS = "1 12 １２ 1,234 约30 30人 5亩 2.152E+09 2152000123.0 -4 1.5 1e400 1e-999999999 '1"
_ODD = ["", " ", "\n", "学校\n编号", '="1"', "9" * 400, "年" * 50, "一年级人数班数" * 9]
TOKENS = [*_HEADS.split(), *_MORE.split(), *_WORDS.split(), *_NUMBERS.split(), *_ODD]
CELLS = st.sampled_from(TOKENS) | st.text(st.characters(exclude_characters="{}"), max_size=8)
ROWS = st.lists(st.lists(CELLS, max_size=7), max_size=9)
PLACE = re.compile(r"t\.csv(:\d+:.*)?|t\.xlsx(\[表\](![A-Z]+\d+)?)?", re.DOTALL)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    top, left = draw(st.integers(0, 8)), draw(st.integers(0, 6))
    return top, left, top + draw(st.integers(0, 3)), left + draw(st.integers(0, 3))


@pytest.mark.parametrize("table", ["enrolment", "children", "schools", "sites", "population"])
@examples(150)
@given(rows=ROWS, merged=st.lists(blocks(), max_size=4), workbook=st.booleans())
def test_any_grid_is_answered(table: str, rows: list[list[str]], merged: list[Block], workbook: bool) -> None:
    grid = Grid("t.xlsx", rows, "表", tuple(merged)) if workbook else Grid("t.csv", rows)
    found, problems = read(grid, table)
    for problem in problems:
        assert PLACE.fullmatch(problem.place), problem
        for lang in ("zh", "en"):
            assert "{" not in render(problem, lang).replace(problem.found, ""), problem
    assert found is not None or any(problem.severity == "error" for problem in problems)
    if found is not None:
        assert len(found.frame) == len(found.text.rows)
        if not any(problem.severity == "error" for problem in problems):
            assert len(typed(found)) == len(found.frame)


HEAD = ["学校", "年级", "学年", "人数"]
NUMBERS = st.integers(0, 1400)


@examples(100)
@given(
    numbers=st.lists(NUMBERS, min_size=1, max_size=6),
    titles=st.lists(st.sampled_from(["在校生统计表", "填报单位：教育局", "制表日期：2023年9月1日", ""]), max_size=3),
    style=st.sampled_from(["{}", "{}人", "{:,}", "'{}", "{}.0"]),
    with_sum=st.booleans(),
)
def test_the_same_table_in_other_clothes_is_the_same_table(
    numbers: list[int], titles: list[str], style: str, with_sum: bool
) -> None:
    plain = [HEAD, *(["a", str(grade), "2023", str(number)] for grade, number in enumerate(numbers, start=1))]
    dressed = [[title, "", "", ""] for title in titles] + [HEAD]
    for grade, number in enumerate(numbers, start=1):
        dressed.append(["甲小学", f"{'一二三四五六'[grade - 1]}年级", "2023-2024学年", style.format(number)])
    if with_sum:
        dressed.append(["合计", "", "", str(sum(numbers))])
    meant, _ = read(Grid("t.csv", plain))
    found, problems = read(Grid("t.csv", dressed))
    assert meant is not None
    assert found is not None
    assert [problem.code for problem in problems if problem.severity != "note"] == []
    assert typed(found).equals(typed(meant))


@examples(60)
@given(data=st.data())
def test_a_wide_table_is_its_long_one(data: st.DataObject) -> None:
    schools = data.draw(st.sampled_from([["a"], ["a", "b"]]))
    years = data.draw(st.sampled_from([["2022"], ["2021", "2022", "2023"]]))
    grades = data.draw(st.lists(st.sampled_from("123456789"), min_size=2, max_size=9, unique=True))
    cells = {(s, y, g): data.draw(st.none() | NUMBERS) for s in schools for y in years for g in grades}
    wide = [["学校", "学年", *(f"{grade}年级" for grade in grades)]]
    for school in schools:
        for year in years:
            numbers = [cells[school, year, grade] for grade in grades]
            wide.append([school, year, *("" if number is None else str(number) for number in numbers)])
    long = [HEAD, *([s, g, y, str(number)] for (s, y, g), number in cells.items() if number is not None)]
    if len(long) == 1:
        return
    meant, found = (read(Grid("t.csv", rows))[0] for rows in (long, wide))
    assert meant is not None
    assert found is not None
    assert typed(found).equals(typed(meant))
    for index in range(len(found.frame)):
        row, head = found.place(index, "pupils").split(":")[1:]
        column = wide[0].index(head)
        assert wide[int(row) - 1][column] == f"{found.frame.loc[index, 'pupils']:g}"


@pytest.mark.parametrize("table", list(SPECS))
def test_every_table_reads_its_own_plain_heads(table: str) -> None:
    spec = SPECS[table]
    for heads in ([c.name for c in spec.columns], [c.zh for c in spec.columns], [c.en for c in spec.columns]):
        found, _ = read(Grid("t.csv", [heads, [""] * len(heads), ["x"] * len(heads)]), table)
        assert found is not None
        assert set(found.text.cells) == {column.name for column in spec.columns}
