"""Reading a census table by county: heads of two censuses, places by code and name, contradictions told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.census import Census, is_part, read_census
from scenarios.census_births import read_births
from scenarios.census_heads import ladder_faults, read_band
from scenarios.problems import Problem, has_errors, tell
from tests.examples import examples

BANDS = ("0", "1到4", "5到9", "10到14", "15到19", "20到24")
COUNTS = {"男": (10, 40, 55, 50, 45, 30), "女": (9, 38, 50, 48, 44, 31)}


def head(style: str = "2020") -> list[str]:
    if style == "2010":
        ages = [f"{band.replace('到', '-')}岁（{sex}）" for band in BANDS for sex in COUNTS]
        return ["地区", "区划代码", "合计", "男", "女", "城镇人口", "乡村人口", *ages, "15-49岁育龄妇女（%）"]
    ages = [f"{sex}_{band}岁" for band in BANDS for sex in COUNTS]
    moved = [f"户口登记地在外乡镇街道人口_{where}" for where in ("本县", "本省其他县", "省外")]
    return ["区县", "区划代码", "人口数_合计", "人口数_男", "人口数_女", "城镇人口", "乡村人口", *ages, *moved]


def row(name: str, code: str, factor: int = 1, total: int | None = None, style: str = "2020") -> list[str]:
    ages = [COUNTS[sex][i] * factor for i in range(len(BANDS)) for sex in COUNTS]
    male, female = (sum(COUNTS[sex]) * factor for sex in COUNTS)
    people = [total or male + female, male, female, 200 * factor, male + female - 200 * factor]
    rest = ["26.1"] if style == "2010" else [str(30 * factor), str(20 * factor), str(10 * factor)]
    return [name, code, *map(str, people), *map(str, ages), *rest]


def table(folder: Path, *rows: list[str], style: str = "2020", name: str = "census.csv") -> Path:
    text = "\n".join(",".join(cells) for cells in (head(style), *rows))
    path = folder / name
    path.write_text(text, encoding="utf-8-sig")
    return path


CITY = (row("甲市", "990100.0", 5), row("子县", "990121.0", 2), row("丑县", "990122.0", 3), row("寅县", "990221.0"))


def read(path: Path, place: str) -> tuple[Census | None, list[Problem]]:
    census, problems = read_census(path, path.name, place)
    for problem in problems:
        for lang in ("zh", "en"):
            told = tell(problem, lang)
            assert told.what
            assert told.expected or problem.severity == "note"
            assert told.fix
            assert "{" not in told.what + told.expected + told.fix, problem
    assert (census is None) == has_errors(problems)
    return census, problems


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("head", "band"),
    [
        ("男_0岁", ("male", (0, 1))),
        ("女_1到4岁", ("female", (1, 5))),
        ("0岁（男）", ("male", (0, 1))),
        ("1-4岁（女）", ("female", (1, 5))),
        ("45-49岁（女)", ("female", (45, 50))),
        ("５－９岁（男）", ("male", (5, 10))),
        ("男_85岁以上", ("male", (85, 120))),
        ("85岁及以上（女）", ("female", (85, 120))),
        ("10～14岁", ("", (10, 15))),
        ("15至19岁（合计）", ("", (15, 20))),
        ("男 20-24", ("male", (20, 25))),
    ],
)
def test_age_bands_are_understood(head: str, band: tuple[str, tuple[int, int]]) -> None:
    assert read_band(head) == band


@pytest.mark.parametrize(
    "head",
    [
        "15-49岁育龄妇女（%）",
        "人口比重_0-14岁",
        "0-14岁（%）",
        "15岁及以上文盲人口_男",
        "男",
        "2020",
        "3.5",
        "有一个老人",
        "9-5岁（男）",
    ],
)
def test_other_heads_are_no_age_bands(head: str) -> None:
    assert read_band(head) is None


def test_bands_must_follow_each_other_inside_five_year_groups() -> None:
    assert ladder_faults([(0, 1), (1, 5), (5, 10), (10, 15), (15, 20), (20, 25), (25, 120)], 25) == []
    assert ladder_faults([(0, 5), (10, 15), (15, 25)], 25) == ["5-9", "15-24"]
    assert ladder_faults([(1, 5)], 10) == ["0-0"]
    assert ladder_faults([], 25) == ["0-4"]


@pytest.mark.parametrize("style", ["2020", "2010"])
def test_a_county_by_code_and_by_name(tmp_path: Path, style: str) -> None:
    path = table(
        tmp_path, row("　子县", "990121.0", 2, style=style), row("丑县", "990122", 3, style=style), style=style
    )
    by_code, problems = read(path, "990121")
    by_name, _ = read(path, "子县")
    assert by_code is not None
    assert by_name is not None
    assert by_name.whole == by_code.whole
    assert by_code.parts == (by_code.whole,)
    assert by_code.edges == (0, 1, 5, 10, 15, 20, 25)
    assert by_code.whole.bands["male"] == tuple(2 * n for n in COUNTS["男"])
    assert by_code.whole.by_band[:4] == (38, 156, 210, 196)
    assert by_code.whole.residents == 900
    assert by_code.whole.share("urban") == pytest.approx(400 / 900)
    assert codes(problems) == (["CEN004"] if style == "2010" else [])
    migrants = by_code.whole.share("from_province", "from_elsewhere")
    assert migrants == (pytest.approx(60 / 900) if style == "2020" else None)


def test_a_city_is_its_counties(tmp_path: Path) -> None:
    census, problems = read(table(tmp_path, *CITY), "990100")
    assert census is not None
    assert [part.name for part in census.parts] == ["子县", "丑县"]
    assert census.whole.name == "甲市"
    assert problems == []


def test_a_city_without_a_row_is_added_up_and_said(tmp_path: Path) -> None:
    census, problems = read(table(tmp_path, *CITY[1:]), "990100")
    assert census is not None
    assert census.whole.residents == 5 * 450
    assert census.whole.people["urban"] == 1000
    assert [problem.severity for problem in problems] == ["note"]
    assert codes(problems) == ["CEN008"]


def test_a_city_that_contradicts_its_counties_is_told_with_both_numbers(tmp_path: Path) -> None:
    census, problems = read(table(tmp_path, row("甲市", "990100", 6), *CITY[1:]), "990100")
    assert census is not None
    assert set(codes(problems)) == {"CEN011"}
    assert tell(problems[0], "en").what == (
        "甲市 (@census_residents): the city's own row says 2700, the sum of its 2 counties is 2250"
    ).replace("@census_residents", "residents")
    assert len(problems) == 1 + len(BANDS)


def test_a_total_that_contradicts_its_bands_is_told_with_both_numbers(tmp_path: Path) -> None:
    census, problems = read(table(tmp_path, row("子县", "990121", total=460)), "990121")
    assert census is not None
    assert census.whole.residents == 450
    assert {problem.severity for problem in problems} == {"warning"}
    assert codes(problems) == ["CEN010"] * 3
    assert "合计 460，而各年龄段之和是 450" in tell(problems[0], "zh").what


@pytest.mark.parametrize(
    ("place", "code", "near"),
    [("子", "CEN005", "子县"), ("990123", "CEN005", "990122"), ("990300", "CEN005", "990100")],
)
def test_a_place_that_is_not_there(tmp_path: Path, place: str, code: str, near: str) -> None:
    _, problems = read(table(tmp_path, *CITY), place)
    assert codes(problems) == [code]
    assert problems[0].params["near"] == near


def test_a_name_of_two_places(tmp_path: Path) -> None:
    _, problems = read(table(tmp_path, row("城区", "990102"), row("城区", "990202")), "城区")
    assert codes(problems) == ["CEN006"]
    assert problems[0].params["codes"] == ("990102", "990202")


def test_a_code_that_stands_twice(tmp_path: Path) -> None:
    _, problems = read(table(tmp_path, *CITY, row("子县", "990121")), "990100")
    assert codes(problems) == ["CEN007"]
    assert problems[0].place == "census.csv:6:区划代码"


def test_a_cell_that_is_no_number_and_only_in_the_rows_of_the_place(tmp_path: Path) -> None:
    bad, elsewhere = row("子县", "990121"), row("寅县", "990221")
    bad[7], bad[8], elsewhere[9] = "", "-3", "x"
    _, problems = read(table(tmp_path, bad, elsewhere), "990121")
    assert [(problem.code, problem.place, problem.found) for problem in problems] == [
        ("CEN009", "census.csv:2:男_0岁", ""),
        ("CEN009", "census.csv:2:女_0岁", "-3"),
    ]


def test_a_table_that_is_no_census(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text("学校,年级,人数\na,1,30\n", encoding="utf-8")
    assert codes(read(path, "990121")[1]) == ["CEN001"]
    assert codes(read(tmp_path / "absent.csv", "990121")[1]) == ["SCN006"]


def test_all_missing_columns_are_listed_at_once(tmp_path: Path) -> None:
    cells = head()
    keep = [i for i, cell in enumerate(cells) if cell not in ("区划代码", "男_5到9岁", "女_5到9岁", "女_20到24岁")]
    path = tmp_path / "census.csv"
    rows = [cells, row("子县", "990121")]
    path.write_text("\n".join(",".join(r[i] for i in keep) for r in rows), encoding="utf-8")
    problems = read(path, "990121")[1]
    assert codes(problems) == ["CEN002", "CEN003"]
    assert problems[0].params["found"] == ("区划代码",)
    assert problems[1].params["found"] == ("5-9岁", "20-24岁")


@pytest.mark.parametrize(
    ("code", "whole", "part"),
    [("430203", "430200", True), ("430200", "430200", False), ("430302", "430200", False), ("522635", "522635", False),
     ("430200", "430000", False), ("430203", "430000", True)],
)  # fmt: skip
def test_which_codes_are_parts(code: str, whole: str, part: bool) -> None:
    assert is_part(code, whole) is part


CELL = st.text(st.sampled_from("0123456789岁男女到-.eE+合计区划代码县（） \t"), max_size=8)


@examples(60)
@given(cells=st.lists(st.lists(CELL, min_size=1, max_size=24), max_size=6), raw=st.binary(max_size=300))
def test_nothing_that_is_written_raises(
    tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]], raw: bytes
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    rows = [head(), row("子县", "990121"), *cells]
    (folder / "a.csv").write_text("\n".join(",".join(one) for one in rows), encoding="utf-8")
    (folder / "b.csv").write_bytes(raw)
    (folder / "c.csv").write_text("\n".join(["year,births", *(",".join(one) for one in cells)]), encoding="utf-8")
    for name in "abc":
        for place in ("990121", "子县", "99"):
            census, problems = read_census(folder / f"{name}.csv", "x.csv", place)
            assert (census is None) == has_errors(problems)
        series, problems = read_births(folder / f"{name}.csv", "x.csv", "990121", "某省")
        assert (series is None) == has_errors(problems)


@pytest.mark.parametrize("cell", ["1e999", "1e300", "-1", "0.5", "#REF!"])
def test_numbers_that_nobody_counted(tmp_path: Path, cell: str) -> None:
    bad = row("子县", "990121")
    bad[9] = cell
    assert codes(read(table(tmp_path, bad), "990121")[1]) == ["CEN009"]


# births ------------------------------------------------------------------


def births(folder: Path, text: str):
    path = folder / "births.csv"
    path.write_text(text, encoding="utf-8")
    series, problems = read_births(path, "births.csv", "430200", "湖南省")
    for problem in problems:
        assert "{" not in tell(problem, "zh").what + tell(problem, "en").what
    return series, problems


def test_a_panel_of_provinces(tmp_path: Path) -> None:
    rows = ("420000,湖北省,2018,9", "430000,湖南省,2018,80.5", "430000,湖南省,2019,")
    series, problems = births(tmp_path, "\n".join(("province_code,province,year,births_10k_derived", *rows)))
    assert series is not None
    assert series.births == {2018: 80.5}
    assert series.province
    assert codes(problems) == ["CEN023"]


def test_a_panel_with_names_only_and_a_table_of_one_place(tmp_path: Path) -> None:
    by_name, _ = births(tmp_path, "省份,年份,出生人口\n湖南,2018年,8\n湖北,2018年,9\n")
    alone, problems = births(tmp_path, '年份,出生人数\n2018,"1,200"\n2019,900\n')
    assert by_name is not None
    assert by_name.births == {2018: 8}
    assert alone is not None
    assert alone.births == {2018: 1200, 2019: 900}
    assert not alone.province
    assert [problem.severity for problem in problems] == ["note"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("单位,人数\na,3\n", "CEN020"),
        ("year,births\n2018,-3\n", "CEN021"),
        ("year,births\n2018,3\n2018,4\n", "CEN021"),
        ("year,births\nsoon,3\n", "CEN021"),
        ("year,births\n1e999,3\n", "CEN021"),
        ("year,births\n2018,1e999\n", "CEN021"),
        ("province_code,year,births\n420000,2018,3\n", "CEN022"),
    ],
)
def test_births_that_cannot_guide(tmp_path: Path, text: str, expected: str) -> None:
    series, problems = births(tmp_path, text)
    assert series is None
    assert codes(problems) == [expected]
