"""Words of the Excel templates in one language, and how a column is put into words there."""

from functools import lru_cache
from importlib import resources

from scenarios.dictionary import shared
from scenarios.table_columns import Column
from scenarios.yaml_core import parse, plain


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, str] | list[dict[str, str]]]:
    file = resources.files("scenarios").joinpath("dictionary", "template_texts.yaml")
    return plain(parse(file.read_text(encoding="utf-8")))  # type: ignore[return-value]


def said(name: str, lang: str, **params: object) -> str:
    """One text in a language. Raises KeyError."""
    entry = _texts()[name]
    if isinstance(entry, list):
        raise TypeError(f"{name} is a list")
    return entry[lang].format(**params)


def rules(lang: str) -> list[str]:
    """How a sheet is filled in, rule by rule."""
    entries = _texts()["rules"]
    if isinstance(entries, dict):
        raise TypeError("rules is no list")
    return [entry[lang] for entry in entries]


def head(column: Column, lang: str) -> str:
    """Head of a column with its unit: 占地面积（平方米）, Site area (m²)."""
    unit = head_unit(column, lang)
    if lang == "zh":
        return f"{column.zh}（{unit}）" if unit else column.zh
    return f"{column.en} ({unit})" if unit else column.en


def head_unit(column: Column, lang: str) -> str:
    """The unit that stands in the head; empty where it goes without saying."""
    entry = shared().units.get(column.unit)
    return "" if entry is None else getattr(entry, lang)


def about(column: Column, lang: str) -> str:
    """What a column means."""
    return column.about_zh if lang == "zh" else column.about_en


def label(column: Column, value: str, lang: str) -> str:
    """How a choice, flag or stage stands in a sheet: in zh the first word that means it, in en the value itself."""
    if column.kind == "flag":
        return {"zh": {"1": "是", "0": "否"}, "en": {"1": "yes", "0": "no"}}[lang][value]
    if lang == "zh":
        return next((said_so for said_so, meant in column.words.items() if meant == value), value)
    return value


def offered(column: Column, lang: str) -> list[str]:
    """What the list of a cell offers; empty for a column that is not chosen from a list."""
    if column.kind == "flag":
        return [label(column, value, lang) for value in ("1", "0")]
    values = column.choices if column.kind == "choice" else ()
    if column.refers == "stage":
        values = tuple(dict.fromkeys(column.words.values()))
    return [label(column, value, lang) for value in values if value]


def example(column: Column, lang: str) -> str:
    """A cell of the example row, as the planner would write it."""
    value = column.example if lang == "zh" else column.example_en
    return label(column, value, lang) if value and column.kind in ("choice", "flag") else value


def bounds(column: Column, lang: str) -> str:
    """Type and hard range in words."""
    choices = offered(column, lang)
    if choices:
        return said("one_of", lang, choices=("、" if lang == "zh" else ", ").join(choices))
    kind = said(f"kind_{column.kind}", lang)
    low, high = (None if value is None else f"{value:.10g}" for value in (column.low, column.high))
    if column.kind == "year" or (low is None and high is None):
        return kind
    if low is None:
        span = said("at_most", lang, high=high)
    else:
        span = said("at_least", lang, low=low) if high is None else said("between", lang, low=low, high=high)
    return f"{kind}，{span}" if lang == "zh" else f"{kind}, {span}"


def hints(column: Column, lang: str) -> list[str]:
    """All that a column's note says, line by line: meaning, required, type and range, unit, usual range, source."""
    lines = [about(column, lang), said("required" if column.required else "optional", lang), bounds(column, lang)]
    unit = head_unit(column, lang) or (column.unit if column.unit in ("degrees or m",) and lang == "en" else "")
    if unit:
        lines.append(said("unit_is", lang, unit=unit))
    if column.usual is not None and column.kind != "year":
        low, high = (f"{value:.10g}" for value in column.usual)
        lines.append(said("usual", lang, low=low, high=high))
    if column.refers:
        lines.append(said(f"refers_{column.refers}", lang))
    if column.default not in (None, ""):
        default = column.default if isinstance(column.default, str) else f"{column.default:g}"
        shown = label(column, default, lang) if column.kind in ("choice", "flag") else default
        lines.append(said("default_is", lang, default=shown))
    source = column.source if lang == "zh" else column.source_en
    return [*lines, said("source_is", lang, source=source)] if source else lines
