"""Yearly report: classes, their sizes in bands, and schools beyond the limit of their size."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd
from ruamel.yaml import YAML

from reports.document import Block, Cell, Column, Heading, Paragraph, Table
from reports.run_folder import RunFolder
from reports.yearly_data import Yearly
from reports.yearly_pupils import compared, difference


@dataclass(frozen=True)
class Bands:
    """Bands of class size, their lowest and highest number of pupils, and from where a class is called large."""

    ends: tuple[tuple[int, int | None], ...]
    large: int
    source: Mapping[str, str]

    def counts(self, rows: pd.DataFrame) -> list[int]:
        """Classes in each band; pupils of a grade are spread evenly over its classes."""
        sizes: dict[int, int] = {}
        for pupils, classes in rows[["pupils", "classes"]].itertuples(index=False, name=None):
            small, more = divmod(int(pupils), int(classes))
            for size, number in ((small + 1, more), (small, classes - more)):
                sizes[size] = sizes.get(size, 0) + int(number)
        return [
            sum(number for size, number in sizes.items() if low <= size and (high is None or size <= high))
            for low, high in self.ends
        ]


@lru_cache(maxsize=1)
def bands() -> Bands:
    """The bands of `class_bands.yaml`."""
    said = YAML(typ="safe").load(Path(__file__).with_name("class_bands.yaml").read_text(encoding="utf-8"))
    return Bands(tuple((low, high) for low, high in said["bands"]), int(said["large"]), said["source"])


def chapter(made: Yearly) -> list[Block]:
    """Classes of both years and the schools that are too large."""
    words = made.labels
    now, last = classes_of(made.run, made), None if made.last is None else classes_of(made.last, made)
    blocks: list[Block] = [Heading(1, words("yearly.chapter.classes"))]
    if now.empty:
        blocks.append(Paragraph(words("yearly.classes.none"), "warning"))
    else:
        blocks += [*_told(made, now, last), by_stage(made, now, last), by_band(made, now, last)]
    return [*blocks, *_sizes(made)]


def classes_of(run: RunFolder, made: Yearly) -> pd.DataFrame:
    """Classes of the base year of a run with their stage; none where the folder is of an earlier version."""
    stage = {grade: one.id for one in made.run.study.stages for grade in one.grades}
    rows = run.tables.classes_today
    return rows.assign(stage=rows["grade"].map(stage).fillna(""))


def by_stage(made: Yearly, now: pd.DataFrame, last: pd.DataFrame | None) -> Table:
    """`y_classes`: classes and their mean size by stage."""
    words = made.labels
    rows: list[tuple[Cell, ...]] = []
    for stage in [*made.run.study.stages, None]:
        own = [_of(frame, "" if stage is None else stage.id) for frame in (last, now)]
        counted = [None if frame is None or frame.empty else float(frame["classes"].sum()) for frame in own]
        means = [_mean(frame) for frame in own]
        name = words("yearly.all") if stage is None else words.pick(stage.name)
        first, second, change, _ = difference(*counted)
        rows.append((name, first, second, change, *means))
    pair = [words.school_year(year) for year in made.years]
    groups = (words("yearly.classes"), words("yearly.mean_class"))
    columns = (
        Column("stage", words("yearly.stage")),
        Column("last", pair[0], "count", group=groups[0]),
        Column("now", pair[1], "count", group=groups[0]),
        Column("change", words("yearly.change"), "count", group=groups[0]),
        Column("mean_last", pair[0], "tenth", group=groups[1]),
        Column("mean_now", pair[1], "tenth", group=groups[1]),
    )
    sums = ((len(rows) - 1, tuple(range(len(rows) - 1))),)
    basis = made.basis("yearly.method.classes")
    return Table("y_classes", words("yearly.table.classes"), columns, tuple(rows), basis, sums=sums)


def by_band(made: Yearly, now: pd.DataFrame, last: pd.DataFrame | None) -> Table:
    """`y_bands`: classes by size, stage and year."""
    words, known = made.labels, bands()
    rows: list[tuple[Cell, ...]] = []
    for stage in made.run.study.stages:
        for year, frame in zip(made.years, (last, now), strict=True):
            own = _of(frame, stage.id)
            if own is None or own.empty:
                continue
            counts = [float(count) for count in known.counts(own)]
            large = sum(count for count, (low, _) in zip(counts, known.ends, strict=True) if low >= known.large)
            rows.append((words.pick(stage.name), float(year), *counts, large / sum(counts)))
    heads = [
        Column(f"from_{low}", words("yearly.band.up" if high is None else "yearly.band", low=low, high=high), "count",
               group=words("yearly.bands"))
        for low, high in known.ends
    ]  # fmt: skip
    columns = (
        Column("stage", words("yearly.stage")),
        Column("year", words("yearly.year"), "school_year"),
        *heads,
        Column("large", words("yearly.large", low=known.large), "share"),
    )
    remarks = (words("yearly.bands_note", source=words.pick(known.source)),)
    return Table(
        "y_bands", words("yearly.table.bands"), columns, tuple(rows), made.basis("yearly.method.classes"), remarks
    )


def size_table(made: Yearly) -> Table | None:
    """`y_size`: schools beyond the limit of their size in one of the years; None where there is none."""
    words = made.labels
    rolls = made.pupils().groupby(["school", "stage", "year"])["pupils"].sum()
    rows: list[tuple[Cell, ...]] = []
    for school, code in _size_rules(made.run):
        rule = made.run.study.rule(code)
        last, now = (_roll(rolls, school, rule.stages, year) for year in made.years)
        if max(last or 0.0, now or 0.0) > rule.bound:
            name, clause = made.seen.words.school(school), made.seen.words.clause(code)
            rows.append((name, clause, rule.bound, *difference(last, now)[:3]))
    if not rows:
        return None
    unit = words("document.unit.people")
    columns = (
        Column("school", words("yearly.school")),
        Column("clause", words("yearly.clause")),
        Column("bound", words("yearly.bound"), "count", unit),
        *compared(made)[:3],
    )
    return Table("y_size", words("yearly.table.size"), columns, tuple(rows), made.basis("document.method.observed"))


def _told(made: Yearly, now: pd.DataFrame, last: pd.DataFrame | None) -> list[Block]:
    """Whose classes are not registered but formed, and that last year's are not known."""
    words, found = made.labels, list[Block]()
    formed = float(now.loc[now["recorded"] == 0, "classes"].sum()) / float(now["classes"].sum())
    if formed > 0:
        found.append(Paragraph(words("yearly.classes.formed", share=words.percent(formed)), "note"))
    if last is None or last.empty:
        found.append(Paragraph(words("yearly.classes.no_last", year=words.school_year(made.before)), "note"))
    return found


def _sizes(made: Yearly) -> list[Block]:
    words = made.labels
    rules = {code for _, code in _size_rules(made.run)}
    if not rules:
        return []
    table = size_table(made)
    return [table] if table is not None else [Paragraph(words("yearly.size.none"))]


def _size_rules(run: RunFolder) -> list[tuple[str, str]]:
    """School and code of every limit of school size that the run looks at."""
    codes = {rule.code for rule in run.study.rules if rule.indicator == "school_size"}
    rows = run.tables.verdicts
    own = rows[(rows["scope"] == "school") & rows["rule"].isin(codes)][["entity", "rule"]].drop_duplicates()
    return sorted((str(school), str(code)) for school, code in own.itertuples(index=False, name=None))


def _roll(rolls: pd.Series, school: str, stages: tuple[str, ...], year: int) -> float | None:
    found = [float(rolls[school, stage, year]) for stage in stages if (school, stage, year) in rolls.index]
    return sum(found) if found else None


def _of(frame: pd.DataFrame | None, stage: str) -> pd.DataFrame | None:
    if frame is None:
        return None
    return frame[frame["stage"] == stage] if stage else frame


def _mean(frame: pd.DataFrame | None) -> float | None:
    if frame is None or frame.empty:
        return None
    return float(frame["pupils"].sum()) / float(frame["classes"].sum())
