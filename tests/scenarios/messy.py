"""A study as a county bureau would hand it over: one workbook, a GBK file beside it, and the clean study they mean.

Both say the same thing. What is messy on purpose stands in the docstring of each sheet.
"""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

BASE = Path(__file__).resolve().parents[1] / "broken" / "_base"
BOOK = "基础数据.xlsx"
PRIMARY, JUNIOR = "2152000123", "3152000456"
_UNITS = {"u1": "甲社区", "u2": "乙社区", "u3": "丙村"}
_SCHOOLS = {PRIMARY: "甲小学", JUNIOR: "乙中学"}
_GRADES = "一二三四五六七八九"
_PROJECTS = [
    "project,name,school,kind,stage_reached,approved,started,finished",
    "p1,甲小学扩建,2152000123,extension,construction,2022-03-15,2022-09-01,",
    "p2,乙中学宿舍,3152000456,dormitory,in_use,2021-03-01,2021-06-01,2022-08-20",
]
_MONEY = [
    "classes,seats,area_m2,investment_yuan,funds_spent_yuan,funding,note",
    "6,270,2400,12345000,5000000,县级财政,",
    ",,1800,6000000,6000000,中央资金,已验收",
]
_NAMED = {"schools": "", "sites": "校舍", "zones": "划片", "children": "儿童", "enrolment": "", "projects": ""}
"""Tables of the workbook, and the sheet that study.yaml names."""
Rows = list[list[object]]


def records(folder: Path, table: str) -> list[dict[str, str]]:
    """Rows of a clean table."""
    lines = (folder / "data" / f"{table}.csv").read_text(encoding="utf-8").splitlines()
    head = lines[0].split(",")
    return [dict(zip(head, line.split(","), strict=True)) for line in lines[1:]]


def clean_study(folder: Path) -> Path:
    """The base study with ten-digit school codes and a ledger of projects, as plain CSV; its scenario file."""
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    for name, column in (("schools", 0), ("sites", 1), ("zones", 2), ("enrolment", 0)):
        file = folder / "data" / f"{name}.csv"
        lines = [line.split(",") for line in file.read_text(encoding="utf-8").splitlines()]
        for cells in lines[1:]:
            cells[column] = {"a": PRIMARY, "b": JUNIOR}[cells[column]]
        file.write_text("".join(",".join(cells) + "\n" for cells in lines), encoding="utf-8")
    plan = folder / "plans" / "build.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("school: b", f'school: "{JUNIOR}"'), encoding="utf-8")
    lines = [f"{left},{right}\n" for left, right in zip(_PROJECTS, _MONEY, strict=True)]
    (folder / "data" / "projects.csv").write_text("".join(lines), encoding="utf-8")
    study = folder / "study.yaml"
    text = study.read_text(encoding="utf-8")
    text = text.replace("  estates: data/estates.csv\n", "  estates: data/estates.csv\n  projects: data/projects.csv\n")
    study.write_text(text, encoding="utf-8")
    return folder / "approval.yaml"


def messy_study(folder: Path, spoil: Callable[[Workbook], None] | None = None) -> Path:
    """The same study with most of its tables in one workbook; its scenario file. spoil: plants mistakes."""
    scenario = clean_study(folder)
    book = Workbook()
    book.remove(book.active)
    for title, make in _SHEETS.items():
        make(book.create_sheet(title), folder)
    book.create_sheet("旧数据").append(["学校标识码", "年级", "学年", "人数"])
    book["旧数据"].append([PRIMARY, "一年级", 2019, 1])
    book["旧数据"].sheet_state = "hidden"
    if spoil is not None:
        spoil(book)
    book.save(folder / "data" / BOOK)
    _births(folder)
    study = folder / "study.yaml"
    text = study.read_text(encoding="utf-8")
    for table, sheet in _NAMED.items():
        named = f"{{path: data/{BOOK}, sheet: {sheet}}}" if sheet else f"data/{BOOK}"
        text = text.replace(f"  {table}: data/{table}.csv\n", f"  {table}: {named}\n")
        (folder / "data" / f"{table}.csv").unlink()
    study.write_text(text, encoding="utf-8")
    return scenario


def _fill(sheet: Worksheet, rows: Rows, *merged: str) -> None:
    for row in rows:
        sheet.append(row)
    for block in merged:
        sheet.merge_cells(block)


def _schools(sheet: Worksheet, folder: Path) -> None:
    """Titles, two head rows with merged groups, a row 甲 乙 1, a code kept as a decimal, words for codes, footer."""
    rows: Rows = [
        ["三单元县学校基本情况统计表"],
        ["填报单位：三单元县教育局", None, None, None, None, None, "制表日期：2023年9月20日"],
        [],
        [
            "序号",
            "学校标识码*",
            "学校名称",
            "英文名称",
            "年级范围",
            None,
            "所在村居",
            "坐标",
            None,
            "招生\n范围",
            "办学性质",
            "建成年份",
            "标记",
        ],
        [None, None, None, None, "最低年级", "最高年级", None, "经 度", "纬 度", None, None, None, None],
        ["甲", "乙", "丙", "丁", 1, 2, "戊", 3, 4, "己", "庚", 5, 6],
    ]
    words = {"zone": "学区", "public": "公办"}
    for number, school in enumerate(records(folder, "schools"), start=1):
        code: object = float(school["school"]) if number == 1 else school["school"]
        first, last = ("一年级", "六年级") if number == 1 else ("初一", "九年级")
        built = f"{school['built']}年"
        cells = [number, code, school["name_zh"], school["name_en"], first, last, _UNITS[school["unit"]]]
        cells += [float(school["lon"]), school["lat"], words[school["reach"]], words[school["ownership"]], built, "无"]
        rows.append(cells)
    rows += [
        [],
        ["备注：坐标为CGCS2000经纬度。"],
        ["填表人：张三", None, None, "审核人：李四", None, None, "联系电话：0855-1234567"],
    ]
    _fill(sheet, rows, "A1:M1", "A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:F4", "G4:G5", "H4:I4", "J4:J5", "K4:K5")


def _sites(sheet: Worksheet, folder: Path) -> None:
    """Names instead of ids, 亩 and ㎡ in the heads, units and separators in the cells, full-width digits, a sum."""
    rows: Rows = [
        ["校舍情况"],
        [
            "校址编号",
            "学校名称",
            "普通教室（间）",
            "寄宿床位",
            "教学及辅助用房面积（㎡）",
            "体育运动场馆面积",
            "占地面积/亩",
        ],
    ]
    beds = {"0": "无", "120": "１２０"}
    for site in records(folder, "sites"):
        area = f"{int(site['teaching_area_m2']):,}"
        sports = f"{site['sports_area_m2']}平方米"
        land = float(site["land_m2"]) * 15 / 10_000
        cells = [site["site"], _SCHOOLS[site["school"]], f"{site['rooms']}间", beds[site["beds"]], area, sports, land]
        rows.append(cells)
    rows.append(["合  计", None, 21, 120, 4600, 7200, 31.5])
    _fill(sheet, rows, "A1:G1", "A5:B5")


def _zones(sheet: Worksheet, folder: Path) -> None:
    """Words for stages, names for units and schools, an id beside the name of the school."""
    rows: Rows = [["学段", "服务范围", "学校标识码", "学校名称"]]
    for zone in records(folder, "zones"):
        stage = {"primary": "小学", "junior": "初中"}[zone["stage"]]
        rows.append([stage, _UNITS[zone["unit"]], zone["school"], _SCHOOLS[zone["school"]]])
    _fill(sheet, rows)


def _children(sheet: Worksheet, folder: Path) -> None:
    """Ages across the page with a column of sums, the unit merged over its groups, 小计 and 合计 rows, a unit in 万."""
    count = {(one["unit"], one["group"], int(one["age"])): int(one["children"]) for one in records(folder, "children")}
    rows: Rows = [["2023年8月31日常住儿童"], ["单位：人"], ["村居", "类别", "合计", *(f"{age}岁" for age in range(15))]]
    merged = []
    for unit, name in _UNITS.items():
        block = []
        for group, word in (("local", "户籍"), ("migrant", "随迁")):
            ages = [count.get((unit, group, age)) for age in range(15)]
            if any(age is not None for age in ages):
                block.append([name, word, sum(age or 0 for age in ages), *ages])
        if len(block) > 1:
            merged.append(f"A{len(rows) + 1}:A{len(rows) + len(block)}")
        rows += block
        sums = [sum(int(str(line[place] or 0)) for line in block) for place in range(2, 18)]
        rows.append([None, "小计", *sums])
    every = [line for line in rows[3:] if line[1] == "小计"]
    rows.append(["全县合计", None, *(sum(int(str(line[place])) for line in every) for place in range(2, 18))])
    _fill(sheet, rows, "A1:R1", *merged)


def _enrolment(sheet: Worksheet, folder: Path) -> None:
    """Grades across with 人数 and 班数 below them, merged school names, school years in words, sums both ways."""
    found = {(one["school"], one["year"], one["grade"]): one for one in records(folder, "enrolment")}
    top: list[object] = ["学校名称", "学年"]
    below: list[object] = [None, None]
    for sign in _GRADES:
        top += [f"{sign}年级", None]
        below += ["人数", "班数"]
    rows: Rows = [["各校分年级在校生（人）、班数（个）"], [*top, "合计", None], [*below, "人数", "班数"]]
    merged = ["A1:V1", "A2:A3", "B2:B3", *(f"{one}2:{two}2" for one, two in _PAIRS)]
    for school, name in _SCHOOLS.items():
        merged.append(f"A{len(rows) + 1}:A{len(rows) + 4}")
        for year in range(2020, 2024):
            cells: list[object] = [name, f"{year}-{year + 1}学年"]
            sums = [0, 0]
            for grade in range(1, 10):
                one = found.get((school, str(year), str(grade)))
                pair = [None, None] if one is None else [int(one["pupils"]), int(one["sections"])]
                cells += pair if one is not None or grade % 2 else ["—", "—"]
                sums = [total + (number or 0) for total, number in zip(sums, pair, strict=True)]
            rows.append([*cells, *sums])
        rows.append([f"{name}小计", None, *_sums(rows[-4:])])
    rows.append(["总计", None, *_sums([line for line in rows[3:] if "小计" not in str(line[0])])])
    rows.append(["说明：学年从9月1日起算。"])
    _fill(sheet, rows, *merged)


_LETTERS = "CDEFGHIJKLMNOPQRSTUV"
_PAIRS = list(zip(_LETTERS[::2], _LETTERS[1::2], strict=True))


def _sums(lines: Rows) -> list[object]:
    return [sum(cell for line in lines if isinstance(cell := line[place], int)) for place in range(2, 22)]


def _projects(sheet: Worksheet, folder: Path) -> None:
    """Money in 万元 said above the table, dates in five forms, numbers as text, words for codes."""
    rows: Rows = [
        ["学校建设项目台账", None, None, None, None, None, None, None, None, "单位：万元"],
        [
            "项目编号",
            "项目名称",
            "学校名称",
            "建设性质",
            "项目进度",
            "批复日期",
            "开工日期",
            "竣工日期",
            "总投资",
            "已支付资金",
            "建筑面积(m²)",
            "新增学位",
            "班级规模",
            "资金来源",
            "备注",
        ],
        [
            "p1",
            "甲小学扩建",
            "甲小学",
            "改扩建",
            "在建",
            "2022年3月15日",
            dt.date(2022, 9, 1),
            None,
            "1,234.5",
            500,
            2400,
            "270个",
            6,
            "县级财政",
            None,
        ],
        [
            "p2",
            "乙中学宿舍",
            "乙中学",
            "宿舍",
            "投入使用",
            "2021.3",
            "20210601",
            44793,
            600,
            "600",
            "0.18公顷",
            "-",
            None,
            "中央资金",
            "已验收",
        ],
        ["合计", None, None, None, None, None, None, None, 1834.5, 1100],
    ]
    _fill(sheet, rows)


_SHEETS: dict[str, Callable[[Worksheet, Path], None]] = {
    "学校基本情况": _schools,
    "校舍": _sites,
    "划片": _zones,
    "儿童": _children,
    "在校生": _enrolment,
    "项目": _projects,
}


def _births(folder: Path) -> None:
    """Births in GBK with years across, a title, a sum and full-width digits."""
    found = {(one["unit"], one["year"]): int(one["births"]) for one in records(folder, "births")}
    years = [str(year) for year in range(2018, 2024)]
    lines = ["三单元县登记出生人数,,,,,,", "单元," + ",".join(f"{year}年" for year in years)]
    for unit, name in _UNITS.items():
        lines.append(",".join([name, *(str(found[unit, year]).translate(_WIDE) for year in years)]))
    lines.append(",".join(["合计", *(str(sum(found[unit, year] for unit in _UNITS)) for year in years)]))
    (folder / "data" / "births.csv").write_bytes(("\r\n".join(lines) + "\r\n").encode("gbk"))


_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
