"""Tables of a run folder as sheets of the workbook: heads, names and values in words, large ones cut to what is told.

Tables that are too long for a sheet that people open are cut in declared steps (`STEPS`), and the sheet says which; the
whole table stays in the run folder.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from reports.book_words import column_word, table_word, value_word
from reports.columns import Column as RunColumn
from reports.columns import Shape
from reports.document import Cell, Column, Form, Table
from reports.i18n import Lang
from reports.table_shapes import SHAPES
from reports.view import View

MOST_CELLS = 100_000
"""Cells of a sheet above which the table is cut."""
STEPS = ("all", "cases", "future", "plan", "window")
"""What is kept, from everything to less: the report's plans and futures; one future; one plan; the decision window."""
WIDE = ("schools", "zones", "county")
"""Tidy tables, shown with one column for each indicator."""
_KEYS = ("future", "plan", "year", "entity", "stage")
_PLAINLY = frozenset({"name_zh", "name_en", "file", "rows", "clause_zh", "clause_en", "source_zh", "source_en",
                      "owner_zh", "owner_en", "grade", "grades", "years", "first_grade", "last_grade"})  # fmt: skip
"""Columns of text that is printed as it is."""
_YEARS = frozenset({"year", "first_year", "worst_year", "from_year", "deadline"})


@dataclass(frozen=True)
class Sheet:
    """A table of the workbook, with what it leaves out of the run's table."""

    table: Table
    file: str
    step: str
    """One of `STEPS`, or `file`: too long even so, only in the run folder."""
    rows: int
    """Rows of the run's table."""


@dataclass(frozen=True)
class Named:
    """Ids of a run in words."""

    lang: Lang
    plan: Mapping[str, str]
    future: Mapping[str, str]
    entity: Mapping[str, str]
    """Schools, units and the study."""
    project: Mapping[str, str]
    stage: Callable[[str], str]
    cache: dict[tuple[str, str], str] = field(default_factory=dict, compare=False)

    def of(self, kind: str, key: str) -> str:
        """Name of an id; the id itself where it has none."""
        if kind == "stage":
            return self.cache.setdefault((kind, key), self.stage(key))
        found: Mapping[str, str] = getattr(self, kind)
        return found.get(key, key)


def named(seen: View) -> Named:
    """Names of everything in a run."""
    words, study, labels = seen.words, seen.run.study, seen.labels
    units = {key: name for (kind, key), name in seen.setting.names.items() if kind == "unit"}
    return Named(
        lang=labels.lang,
        plan={plan.id: words.plan(plan.id) for plan in study.plans},
        future={future.id: words.future(future.id) for future in study.futures},
        entity={**units, **words.schools, study.id: labels.pick(study.name)},
        project={one.id: labels.pick(one.name) for plan in study.plans for one in plan.projects},
        stage=words.stage,
    )


def run_sheets(seen: View, most: int = MOST_CELLS) -> list[Sheet]:
    """Every table of the run that has rows, in the order of the run folder."""
    names = named(seen)
    frames = {name: getattr(seen.run.tables, name) for name in SHAPES}
    return [_sheet(seen, names, SHAPES[name], frame, most) for name, frame in frames.items() if len(frame)]


def _sheet(seen: View, names: Named, shape: Shape, frame: pd.DataFrame, most: int) -> Sheet:
    tidy = shape.name in WIDE
    part = frame[~frame["stage"].str.startswith("grade:")] if tidy else frame
    columns = _wide_columns(part) if tidy else 1
    for step in STEPS:
        part = _kept(seen, part, step)
        size = part.groupby(list(_KEYS), sort=False).ngroups * columns if tidy else part.size
        if size <= most:
            table = wide_table(names, shape, part) if tidy else plain_table(names, shape, part)
            return Sheet(table, shape.file, step, len(frame))
    return Sheet(plain_table(names, shape, frame.head(0)), shape.file, "file", len(frame))


def _wide_columns(frame: pd.DataFrame) -> int:
    """Columns of `wide_table`."""
    bounded = frame.loc[frame["p_exceed"].notna(), "indicator"].nunique()
    return len(_KEYS) + 2 + int(frame["indicator"].nunique()) + int(bounded)


def _kept(seen: View, frame: pd.DataFrame, step: str) -> pd.DataFrame:
    """Rows of one step; a column that a table does not have keeps all."""
    wanted: dict[str, tuple[object, ...]] = {}
    if step == "cases":
        wanted = {"plan": (seen.baseline, seen.plan, ""), "future": seen.futures}
    elif step == "future":
        wanted = {"future": (seen.future,)}
    elif step == "plan":
        wanted = {"plan": (seen.plan,)}
    elif step == "window":
        start, end = seen.run.study.window
        wanted = {"year": tuple(range(start, end + 1))}
    keep = pd.Series(True, index=frame.index)
    for column, values in wanted.items():
        if column in frame.columns:
            keep &= frame[column].isin(values)
    return frame[keep]


def plain_table(names: Named, shape: Shape, frame: pd.DataFrame) -> Table:
    """A table of the run as it is, ids with their names beside them."""
    columns: list[Column] = []
    cells: list[list[Cell]] = []
    for column in shape.columns:
        for made, values in _columns(names, column, frame[column.name]):
            columns.append(made)
            cells.append(values)
    return Table(shape.name, table_word(shape.name, names.lang), tuple(columns), tuple(zip(*cells, strict=True)))


def _columns(names: Named, column: RunColumn, values: pd.Series) -> list[tuple[Column, list[Cell]]]:
    head = column_word(column.name, names.lang)
    if column.kind != "text":
        return [(Column(column.name, head, _form(column, values)), _numbers(values))]
    texts = values.astype(str)
    plain = Column(column.name, head)
    kind = column.name.removesuffix("_a").removesuffix("_b") if column.name.startswith("plan_") else column.name
    if kind in ("plan", "future", "stage"):
        return [(plain, [names.of(kind, text) for text in texts])]
    if kind in ("entity", "school", "project") or (kind == "unit" and column.key):
        which = "project" if kind == "project" else "entity"
        by_name = Column(f"{column.name}_name", head)
        by_id = Column(column.name, column_word("id", names.lang))
        return [(by_name, [names.of(which, text) for text in texts]), (by_id, list(texts))]
    if column.name in _PLAINLY:
        return [(plain, list(texts))]
    return [(plain, [value_word(text, names.lang) for text in texts])]


def _form(column: RunColumn, values: pd.Series) -> Form:
    if column.kind == "probability":
        return "chance"
    if column.name in _YEARS:
        return "calendar_year"
    known = values.dropna()
    return "count" if bool((known == known.round()).all()) else "hundredth"


def _numbers(values: pd.Series) -> list[Cell]:
    return [None if value != value else value for value in values.astype("float64").tolist()]


def wide_table(names: Named, shape: Shape, frame: pd.DataFrame) -> Table:
    """A tidy table with a row for each case, year and entity: medians, the range of rolls, chances of a breach."""
    keys, lang = list(_KEYS), names.lang
    order = sorted(set(frame["indicator"]), key=lambda name: (name != "roll", name))
    shown = [
        _by_indicator(frame, "p50").reindex(columns=order),
        *(_by_indicator(frame[frame["indicator"] == "roll"], end).add_suffix(f"_{end}") for end in ("p05", "p95")),
        _by_indicator(frame[frame["p_exceed"].notna()], "p_exceed").add_suffix("_p_exceed"),
    ]
    joined = pd.concat(shown, axis=1).sort_index().reset_index()
    heads = {column.name: column for column in shape.columns}
    columns: list[Column] = []
    cells: list[list[Cell]] = []
    for name in joined.columns:
        if name in keys:
            for made, values in _columns(names, heads[name], joined[name]):
                columns.append(made)
                cells.append(values)
            continue
        columns.append(_indicator(str(name), joined[name], lang))
        cells.append(_numbers(joined[name]))
    return Table(shape.name, table_word(shape.name, lang), tuple(columns), tuple(zip(*cells, strict=True)))


def _by_indicator(frame: pd.DataFrame, values: str) -> pd.DataFrame:
    """One column of values by the keys, with a column for each indicator; a key has one value of each."""
    return frame.pivot_table(index=list(_KEYS), columns="indicator", values=values, aggfunc="first")


def _indicator(name: str, values: pd.Series, lang: Lang) -> Column:
    """Column of an indicator; `roll_p05` and `roll_p_exceed` say what they are."""
    for end in ("_p_exceed", "_p05", "_p95"):
        if name.endswith(end):
            head = f"{indicator_word(name.removesuffix(end), lang)} · {column_word(end[1:], lang)}"
            return Column(name, head, "chance" if end == "_p_exceed" else "count")
    known = values.dropna()
    whole = bool((known == known.round()).all())
    return Column(name, indicator_word(name, lang), "count" if whole else "hundredth")


def indicator_word(name: str, lang: Lang) -> str:
    """An indicator in words; coefficients (`cv:x`) are of another one."""
    kind, colon, of = name.partition(":")
    return f"{value_word(kind, lang)} · {value_word(of, lang)}" if colon else value_word(name, lang)
