"""`compare.html` and its tables as CSV: plans of one or several runs in words, maps, ranking, differences, changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from reports import compare_maps, pictures, sentences
from reports import compare_pairs as pairs
from reports import compare_view as told
from reports.album import Album
from reports.compare_affected import Affected, affected
from reports.compare_changes import file_changes
from reports.compare_conditions import conditions
from reports.compare_flips import flips
from reports.compare_groups import affected_groups, group_table
from reports.compare_rank import START, all_scores, futures_of, order_table, rank_tables, score_table
from reports.compare_scores import Scored
from reports.compare_table import MEASURES, cautions, check_runs, check_target, compare, remarks
from reports.compare_weights import WEIGHTS
from reports.harmless import harmless_table
from reports.html_report import TEMPLATES, render
from reports.i18n import NOTHING, Labels, language
from reports.matrix import Matrix, baseline_plan
from reports.ranking import run_changes
from reports.ranking_view import reordered_rows
from reports.run_folder import RunFolder, csv_bytes
from reports.section_table import Table
from reports.view import View, view
from reports.whole import whole_folder
from scenarios.problems import Problem, tell

__all__ = ["ComparedRow", "RunPart", "compare", "compared_rows", "differences", "write_compare"]
_DIGITS = {"pupils_over": 0, "schools_over": 1}
DIFFERENCE_COLUMNS = (
    "run_a", "plan_a", "run_b", "plan_b", "future", "period", "indicator", "unit", "pairing", *pairs.FIGURES,
)  # fmt: skip


@dataclass(frozen=True)
class ComparedRow:
    """One plan in one future in words, with its differences against the baseline plan."""

    run: str
    plan: str
    future: str
    cell: sentences.CellWords
    year: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class RunPart:
    """What the page shows of one run."""

    name: str
    table: Matrix
    headline: str
    marks: list[str]
    heads: list[str]
    rows: list[sentences.RowWords]
    maps: pictures.Switch
    triptychs: pictures.Switch | None
    compared: list[ComparedRow]
    baseline: str
    conditions: list[told.Panel]
    affected: list[Table]


@dataclass(frozen=True)
class Tables:
    """The tables of a comparison, as they are written."""

    compared: pd.DataFrame
    conditions: pd.DataFrame
    affected: Affected
    groups: pd.DataFrame
    differences: pd.DataFrame
    flips: pd.DataFrame
    scores: pd.DataFrame
    orders: pd.DataFrame
    changes: pd.DataFrame

    def files(self) -> dict[str, pd.DataFrame]:
        """File name -> table."""
        return {
            "compare.csv": self.compared,
            "conditions.csv": self.conditions,
            "affected.csv": self.affected.totals,
            "affected_units.csv": self.affected.units,
            "affected_groups.csv": self.groups,
            "differences.csv": self.differences,
            "flips.csv": self.flips,
            "scores.csv": self.scores,
            "order_changes.csv": self.orders,
            "file_changes.csv": self.changes,
        }


def _changes(labels: Labels, row: pd.Series) -> tuple[str, ...]:
    said = []
    for measure in MEASURES:
        values = [float(row[f"{measure}_difference{end}"]) for end in ("", "_p05", "_p95")]
        said.append(labels.change(values[0], values[1], values[2], _DIGITS[measure]))
    return tuple(said)


def compared_rows(seen: View, frame: pd.DataFrame) -> list[ComparedRow]:
    """Rows of `compare` for one run in words."""
    labels, words, rows = seen.labels, seen.words, []
    for _, row in frame.iterrows():
        cell = next(cell for cell in seen.table.row(row["plan"]).cells if cell.future == row["future"])
        year = NOTHING if pd.isna(row["difference_year"]) else labels.school_year(int(row["difference_year"]))
        names = (words.plan(row["plan"]), words.future(row["future"]))
        said = sentences.cell_words(cell, words)
        rows.append(ComparedRow(str(row["run"]), *names, said, year, _changes(labels, row)))
    return rows


def differences(runs: Sequence[RunFolder]) -> pd.DataFrame:
    """Rows `DIFFERENCE_COLUMNS`: every two runs under one plan, then plans against the baseline plan of their run."""
    rows: list[dict[str, object]] = []
    for first, second in combinations(runs, 2):
        for future, plan in first.cases:
            if (future, plan) in second.cases:
                rows += pairs.differences(pairs.Place(first, plan, future), pairs.Place(second, plan, future))
    for run in runs:
        base = baseline_plan(run.study).id
        for future, plan in run.cases:
            if plan != base:
                rows += pairs.differences(pairs.Place(run, base, future), pairs.Place(run, plan, future))
    frame = pd.DataFrame(rows, columns=list(DIFFERENCE_COLUMNS))
    figures = list(pairs.FIGURES)
    return frame.assign(**{name: frame[name].astype(float).round(6) + 0.0 for name in figures})


def tables_of(runs: Sequence[RunFolder], views: Sequence[View], scores: Mapping[str, Sequence[Scored]]) -> Tables:
    """All tables of a comparison; `RunError` where the runs cannot be put side by side."""
    return Tables(
        compare(runs), conditions(runs), affected(views), affected_groups(runs), differences(runs), flips(runs),
        score_table(runs, scores), order_table(scores), file_changes(runs),
    )  # fmt: skip


def _part(seen: View, tables: Tables, album: Album) -> RunPart:
    table, words, name = seen.table, seen.words, seen.run.name
    return RunPart(
        name,
        table,
        sentences.headline(table, words),
        sentences.marks(words),
        sentences.column_heads(table, words),
        [sentences.row_words(row, table, words) for row in table.rows],
        pictures.worst_year_maps(seen, album, seen.plans),
        compare_maps.triptychs(seen, album),
        compared_rows(seen, tables.compared[tables.compared["run"] == name]),
        words.plan(seen.baseline),
        told.condition_panels(seen, tables.conditions),
        [
            *told.affected_tables(seen, tables.affected.totals, tables.affected.units),
            *group_table(seen, tables.groups),
        ],
    )


def _all_rows(views: Sequence[View]) -> list[tuple[str, list[sentences.CellWords | None]]]:
    """The matrix over all runs: a row for every run and plan, a cell for every future of any run."""
    futures = futures_of([seen.run for seen in views])
    rows = []
    for seen in views:
        for row in seen.table.rows:
            own = {cell.future: sentences.cell_words(cell, seen.words) for cell in row.cells}
            name = f"{seen.words.plan(row.plan)} · {seen.run.name}"
            rows.append((name, [own.get(future) for future in futures]))
    return rows


def _future_names(views: Sequence[View]) -> list[str]:
    futures = futures_of([seen.run for seen in views])
    return [next(s.words.future(future) for s in views if future in s.table.futures) for future in futures]


def _heads(labels: Labels) -> dict[str, list[str]]:
    change = ("versions", "part", "item", "field")
    return {
        "flip_heads": [
            labels("compare.column.pair"), labels("compare.flip.future"),
            *(labels(f"compare.change.{key}") for key in ("better", "worse", "other")), labels("compare.flip.beside"),
        ],
        "change_heads": [
            *(labels(f"compare.column.{key}") for key in change), labels("compare.flip.change"),
            *(labels(f"compare.column.{key}") for key in ("before", "after")),
        ],
    }  # fmt: skip


def _context(
    views: Sequence[View], tables: Tables, scores: Mapping[str, Sequence[Scored]], album: Album
) -> dict[str, object]:
    runs, labels = [seen.run for seen in views], views[0].labels
    apart, alike = told.difference_tables(views, tables.differences)
    return {
        "study": labels.pick(runs[0].study.name),
        "parts": [_part(seen, tables, album) for seen in views],
        "all_futures": _future_names(views),
        "all_rows": _all_rows(views),
        "cautions": [*(labels(key) for key in cautions(runs)), *(_said(one, labels) for one in remarks(runs))],
        "rankings": rank_tables(views, scores),
        "weigh_start": START,
        "weigh_at": WEIGHTS,
        "weigh_said": labels("compare.weigh.now", weight="{weight}", rest="{rest}", first="{first}"),
        "differences": apart,
        "alike": alike,
        "flips": told.flip_tables(views, tables.flips),
        "changes": told.change_rows(views, tables.changes),
        "reordered": [
            row
            for (a, b), seen in zip(pairwise(runs), views[1:], strict=True)
            for row in reordered_rows(seen, run_changes(a, b))
        ],
        "look": Markup((TEMPLATES / "compare.css").read_text(encoding="utf-8")),
        "weigh_script": Markup((TEMPLATES / "compare.js").read_text(encoding="utf-8")),
        **_heads(labels),
    }


def _said(problem: Problem, labels: Labels) -> str:
    found = tell(problem, labels.lang)
    return f"{found.what}. {found.fix}" if labels.lang == "en" else f"{found.what}。{found.fix}"


def write_compare(runs: Sequence[RunFolder], target: Path | str, lang: str, *, workers: int = 1) -> Path:
    """Write the folder `target` (new or empty) with compare.html and its tables as CSV; returns its path.

    One run: its own plans. Several runs must be of one study and base year (`RunError` RUN009, RUN010), with different
    names (RUN011); the target may not lie in one of them (RUN129), nor hold anything (RUN005).
    """
    check_runs(runs)
    check_target(runs, Path(target))
    labels = Labels(language(lang))
    with whole_folder(target) as folder:
        views, album = [view(run, lang) for run in runs], Album()
        scores = all_scores(runs)
        tables = tables_of(runs, views, scores)
        context = _context(views, tables, scores, album)
        context["pictures"] = album.painted(workers)
        (folder / "compare.html").write_text(render("compare.html.j2", labels, context), encoding="utf-8", newline="\n")
        for name, frame in tables.files().items():
            (folder / name).write_bytes(csv_bytes(harmless_table(frame)))
        if len(runs) > 1:
            orders = pd.concat([run_changes(a, b) for a, b in pairwise(runs)], ignore_index=True)
            (folder / "ranking_changes.csv").write_bytes(csv_bytes(orders))
    return Path(target)
