"""Ledger of building projects as of 31 August 2023. All synthetic: dates about the shipped durations, nothing real."""

from __future__ import annotations

HEADER = (
    "project,name,school,kind,stage_reached,decided,initiated,feasible,land_approved,designed,tendered,started,finished,"
    "handed_over,seats,area_m2,investment_yuan,funds_spent_yuan,funding"
)

# Dates: decided, initiation, feasibility, land, design, tender, works began, ended, hand-over. Then seats, m2, yuan.
_DONE: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("L-2017-01", "贤昌小学扩建", "cp-xc", "extension",
     "2017-02-20 2017-03-15 2017-04-20 - 2017-06-28 2017-08-15 2017-09-04 2018-04-20 2018-06-01", "180 1500 5100000"),
    ("L-2018-01", "龙山中学扩建", "js-ls", "extension",
     "2018-01-10 2018-02-02 2018-03-12 - 2018-05-25 2018-07-18 2018-08-01 2019-05-10 2019-06-20", "200 1800 6300000"),
    ("L-2018-02", "新建县第三小学", "ps-03", "new_school",
     "2017-12-05 2018-01-04 2018-03-16 2018-06-22 2018-10-08 2018-12-14 2019-03-01 2020-05-15 2020-07-20",
     "1080 9200 36000000"),
    ("L-2019-01", "宣威小学扩建", "cp-xw", "extension",
     "2019-03-05 2019-03-29 2019-05-06 - 2019-07-10 2019-09-02 2019-09-20 2020-07-31 2020-08-28", "270 2100 7900000"),
    ("L-2020-01", "谷硐中学学生宿舍", "js-gd", "dormitory",
     "2020-04-01 2020-04-28 2020-06-05 - 2020-08-12 2020-10-10 2020-11-02 2021-06-30 2021-08-16", "- 2400 9600000"),
    ("L-2021-01", "共和小学教室改造", "ps-gh", "renovation",
     "2021-01-15 2021-02-08 - - 2021-03-30 2021-05-20 2021-06-21 2021-09-10 2021-10-08", "90 700 900000"),
    ("L-2021-02", "县第一中学扩建", "js-01", "extension",
     "2021-03-01 2021-03-26 2021-04-30 - 2021-07-02 2021-08-24 2021-09-13 2022-05-06 2022-06-17", "300 2600 10400000"),
)  # fmt: skip

_CURRENT: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("L-2023-01", "县第二小学改扩建", "ps-02", "extension", "2023-06-19 2023-07-14", "540 4000 16400000"),
    ("L-2023-02", "新建县第三中学", "", "new_school", "2023-06-19 2023-07-21", "1200 19200 76800000"),
)  # fmt: skip
"""Approved in July 2023; their feasibility studies are under way."""

_FROM = "县级预算与上级补助"


def ledger() -> list[tuple[str, ...]]:
    """Rows of the table `projects`; projects that are finished cost what was approved."""
    rows = []
    for project, name, school, kind, days, size in _DONE:
        dates = tuple("" if day == "-" else day for day in days.split())
        seats, area, money = ("" if number == "-" else number for number in size.split())
        rows.append((project, name, school, kind, "in_use", *dates, seats, area, money, money, _FROM))
    for project, name, school, kind, days, size in _CURRENT:
        dates = (*days.split(), *("",) * 7)
        rows.append((project, name, school, kind, "feasibility", *dates, *size.split(), "0", _FROM))
    return rows
