"""What the lines above a table say for all of it: a unit (单位：万元), a school year, or any column that is missing."""

import re
from dataclasses import dataclass

from scenarios import measures
from scenarios.grid import Grid
from scenarios.problems import Problem, note
from scenarios.spelling import folded, narrow
from scenarios.table_columns import Column
from scenarios.table_head import Head, title_texts
from scenarios.table_meaning import Meanings

_UNIT = re.compile(r"(?:计量)?单位[:：]?\s*([^\s;:：,)]{1,20})|\bunits?:\s*([^\s;:,)]{1,20})", re.IGNORECASE)
_PAIR = re.compile(r"([^:：]{1,20})[:：](.{1,60})", re.S)
_YEAR = re.compile(
    r"((?:19|20)[0-9]{2})(?:\s*年?\s*[-—–~/至]\s*((?:19|20)?[0-9]{2}))?"
    r"\s*(学年度?|年度?|school year)(?!\s*[0-9]{1,2}\s*月)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Said:
    """A column said once for the whole table: its value and where it stands."""

    value: str
    place: str


def title_units(grid: Grid, head: Head, meanings: Meanings) -> tuple[dict[int, str], dict[int, str]]:
    """Units of the title lines for the columns that have none of their own; and the place where each was said."""
    units: dict[int, str] = {}
    places: dict[int, str] = {}
    columns = {place: meanings.spec.column(name) for name, place in head.columns.items()}
    columns |= {wide.position: meanings.spec.column(wide.value) for wide in head.wide}
    for row, at, text in title_texts(grid, head):
        for found in _UNIT.finditer(text):
            for word in _words(found[1] or found[2]):
                for place, column in columns.items():
                    fits = column.kind in ("whole", "number") and measures.factor(word, column.unit) is not None
                    if fits and place not in head.units:
                        units[place], places[place] = word, grid.place(row, at)
    return units, places


def _words(text: str) -> list[str]:
    if measures.is_unit(text):
        return [text]
    return [word for word in re.split(r"[、,，/和及]", text) if word and measures.is_unit(word)]


def said_once(grid: Grid, head: Head, meanings: Meanings) -> tuple[dict[str, Said], list[Problem]]:
    """Required columns that no head holds but the lines above (or the name of the sheet) say, with notes."""
    said: dict[str, Said] = {}
    problems: list[Problem] = []
    for column in meanings.spec.columns:
        if not column.required or column.name in head.found:
            continue
        found = _pair(grid, head, meanings, column) or (
            _one_year(grid, head, column) if column.kind == "year" else None
        )
        if found is not None:
            said[column.name] = found
            problems.append(note("SCN286", found.place, found.value, column=column.name))
    return said, problems


def _pair(grid: Grid, head: Head, meanings: Meanings, column: Column) -> Said | None:
    """统计时点：2020年11月1日."""
    for row, at, text in title_texts(grid, head):
        found = _PAIR.fullmatch(text)
        if found is not None:
            meaning = meanings.of((found[1].strip(),))
            if meaning is not None and meaning.column == column.name:
                return Said(found[2].strip(), grid.place(row, at))
    return None


def _one_year(grid: Grid, head: Head, column: Column) -> Said | None:
    """The one year that the title lines name, or else the name of the sheet; None if they name several."""
    texts = [(text, grid.place(row, at)) for row, at, text in title_texts(grid, head)]
    for lines in (texts, [(narrow(grid.sheet or ""), f"{grid.file}[{grid.sheet}]")]):
        years: dict[str, str] = {}
        for text, place in lines:
            for found in _YEAR.finditer(text):
                first, second, kind = found.groups()
                if second and int(second) % 100 != (int(first) + 1) % 100:
                    return None  # 2021-2023年 are three years
                if second and column.unit != "school year" and "学年" not in kind:
                    return None
                years.setdefault(first, place)
        if len(years) == 1:
            year, place = next(iter(years.items()))
            return Said(year, place)
        if years:
            return None
    return None


def is_remark(text: str) -> bool:
    """Whether a foreign column is one of those that every form has and nobody needs to look at."""
    return folded(text) in {"序号", "no.", "no", "#", "编号", "行号", "序"}
