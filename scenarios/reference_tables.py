"""The tables of the guide, made from the data dictionary: `docs/guide/tables.md` holds nothing else about a column."""

from collections.abc import Mapping

from scenarios.dictionary import shared
from scenarios.table_columns import Column, TableSpec
from scenarios.table_specs import SPECS

_KINDS = {
    "id": "编号 id",
    "text": "文字 text",
    "grade": "年级 grade",
    "choice": "选项 choice",
    "whole": "整数 whole number",
    "number": "数字 number",
    "year": "年份 year",
    "flag": "0/1",
    "date": "日期 date",
}
_USES = {"engine": "推演 simulated", "checked": "只检查 checked, not simulated"}
_HEAD = (
    "列 column", "类型与范围 type and range", "单位 unit", "含义 meaning", "默认 default", "表头也可写作 other heads",
    "也认的词 words taken",
)  # fmt: skip


def table_reference(spec: TableSpec) -> str:
    """One table as Markdown: who supplies it, then every column with all that the dictionary says of it."""
    bureau = shared().bureaus[spec.bureau]
    lines = [
        f"## {spec.name} {spec.zh} · {spec.en}",
        f"{spec.about_zh} · {spec.about_en}",
        "",
        f"键 key: {'、'.join(f'`{name}`' for name in spec.key)} · 提供 from: {bureau.zh} {bureau.en}"
        f" · 用途 use: {_USES[spec.use]}" + (" · 可以没有数据行 may have no rows" if spec.may_be_empty else ""),
        "",
        f"来源 source: {spec.source}。{spec.source_en}.",
        *_wide(spec),
        "",
        _row(_HEAD),
        _row(["---"] * len(_HEAD)),
        *(_row(_cells(column)) for column in spec.columns),
    ]
    return "\n".join(lines)


def _wide(spec: TableSpec) -> list[str]:
    if spec.wide is None:
        return []
    across = "、".join(f"`{name}`" for name in spec.wide.across)
    values = "、".join(f"`{name}`" for name in spec.wide.values)
    return ["", f"也可横排 may also stand across the page: {across} → {values}"]


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _cells(column: Column) -> tuple[str, ...]:
    star = "\\*" if column.required else ""
    meaning = f"{column.about_zh} · {column.about_en}"
    if column.source:
        meaning += f"（{column.source} · {column.source_en}）"
    return (
        f"`{column.name}`{star}",
        column_type(column),
        column.unit,
        meaning,
        column_default(column),
        "、".join(column.aliases),
        _words(column),
    )


def column_type(column: Column) -> str:
    """Type, hard range and usual range of a column."""
    if column.choices:
        return " / ".join(f"`{choice}`" for choice in column.choices if choice)
    low = "" if column.low is None else f"{column.low:.10g}"
    high = "" if column.high is None else f"{column.high:.10g}"
    bounds = f" {low} … {high}".rstrip() if low or high else ""
    usual = "" if column.usual is None else f"；通常 usually {column.usual[0]:.10g} … {column.usual[1]:.10g}"
    return _KINDS[column.kind] + bounds + usual


def column_default(column: Column) -> str:
    """What an empty cell stands for; empty if it stands for nothing."""
    if column.same_as:
        return f"`{column.same_as}`"
    if column.required or column.default in (None, ""):
        return ""
    return f"{column.default:g}" if isinstance(column.default, (int, float)) else str(column.default)


def own_words(column: Column) -> dict[str, list[str]]:
    """Canonical value -> words of this column, without those that every flag or grade column takes."""
    common: Mapping[str, Mapping[str, str]] = {"flag": shared().flag, "grade": shared().grade}
    known = common.get(column.kind, {})
    found: dict[str, list[str]] = {}
    for said, meant in column.words.items():
        if known.get(said) != meant:
            found.setdefault(meant, []).append(said)
    return found


def _words(column: Column) -> str:
    return "；".join(f"{'、'.join(words)} → `{meant}`" for meant, words in own_words(column).items())


def bureau_reference() -> str:
    """Which bureau supplies which tables."""
    lines = ["| 提供部门 bureau | 表 tables |", "| --- | --- |"]
    for bureau, name in shared().bureaus.items():
        tables = [f"`{spec.name}` {spec.zh}" for spec in SPECS.values() if spec.bureau == bureau]
        lines.append(_row([f"{name.zh} · {name.en}", "、".join(tables)]))
    return "\n".join(lines)


def common_words() -> str:
    """Words that every 0/1 column and every grade column takes."""
    lines = []
    for name, words in (("0/1", shared().flag), ("年级 grade", shared().grade)):
        found: dict[str, list[str]] = {}
        for said, meant in words.items():
            found.setdefault(meant, []).append(said)
        lines.append(f"- {name}: " + "；".join(f"{'、'.join(said)} → `{meant}`" for meant, said in found.items()))
    return "\n".join(lines)


def indicator_reference() -> str:
    """The indicator codes that are known, with the unit each is given in and the largest value that can be meant."""
    lines = ["| 代码 code | 指标 indicator | 计量单位 value_unit | 至多 at most |", "| --- | --- | --- | --- |"]
    for code, entry in shared().indicators.items():
        most = "" if entry.most is None else f"{entry.most:,.0f}"
        lines.append(f"| `{code}` | {entry.zh} · {entry.en} | `{entry.unit}` | {most} |")
    return "\n".join(lines)
