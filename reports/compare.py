"""`compare.html` and `compare.csv`: the tables of `compare_table` in words, and maps of the plans side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd

from reports import pictures, sentences
from reports.album import Album
from reports.compare_table import MEASURES, between, cautions, check_runs, compare
from reports.html_report import render
from reports.i18n import NOTHING, Labels, language
from reports.matrix import Matrix
from reports.ranking import run_changes
from reports.ranking_view import reordered_rows
from reports.run_folder import RunFolder, csv_bytes
from reports.verdict_changes import change_rows
from reports.view import View, view
from reports.whole import whole_folder

__all__ = ["BetweenRow", "ComparedRow", "RunPart", "between_rows", "compare", "compared_rows", "write_compare"]
_DIGITS = {"pupils_over": 0, "schools_over": 1}


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
class BetweenRow:
    """One difference of means between two runs in words."""

    runs: str
    plan: str
    future: str
    year: str
    indicator: str
    change: str
    pairing: str


@dataclass(frozen=True)
class RunPart:
    """What the page shows of one run: its name, sentence, matrix, notes and maps."""

    name: str
    table: Matrix
    headline: str
    marks: list[str]
    heads: list[str]
    rows: list[sentences.RowWords]
    maps: pictures.Switch
    compared: list[ComparedRow]
    baseline: str


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


def between_rows(seen: View, frame: pd.DataFrame) -> list[BetweenRow]:
    """Rows of `between` in words."""
    labels = seen.labels
    return [
        BetweenRow(
            f"{row['run_a']} → {row['run_b']}",
            seen.words.plan(row["plan"]),
            seen.words.future(row["future"]),
            labels.school_year(row["year"]),
            labels(f"compare.indicator.{row['indicator']}"),
            labels.change(row["difference_of_means"], float("nan"), float("nan"), _DIGITS[row["indicator"]]),
            labels(f"compare.pairing.{row['pairing']}"),
        )
        for row in frame.to_dict("records")
    ]


def _part(seen: View, frame: pd.DataFrame, album: Album) -> RunPart:
    table, words, name = seen.table, seen.words, seen.run.name
    return RunPart(
        name,
        table,
        sentences.headline(table, words),
        sentences.marks(words),
        sentences.column_heads(table, words),
        [sentences.row_words(row, table, words) for row in table.rows],
        pictures.worst_year_maps(seen, album, seen.plans),
        compared_rows(seen, frame[frame["run"] == name]),
        words.plan(seen.baseline),
    )


def write_compare(runs: Sequence[RunFolder], target: Path | str, lang: str, *, workers: int = 1) -> Path:
    """Write the folder `target` (new or empty) with compare.html and compare.csv; returns its path.

    One run: its own plans. Several runs must be of one study and base year (`RunError` RUN009, RUN010).
    """
    check_runs(runs)
    labels = Labels(language(lang))
    frame, across = compare(runs), between(runs)
    with whole_folder(target) as folder:
        views, album = [view(run, lang) for run in runs], Album()
        context: dict[str, object] = {
            "study": labels.pick(runs[0].study.name),
            "parts": [_part(seen, frame, album) for seen in views],
            "cautions": [labels(key) for key in cautions(runs)],
            "between": between_rows(views[0], across),
            "changed": [row for a, b in pairwise(runs) for row in change_rows(a, b, labels.lang)],
            "reordered": [
                row
                for (a, b), seen in zip(pairwise(runs), views[1:], strict=True)
                for row in reordered_rows(seen, run_changes(a, b))
            ],
        }
        context["pictures"] = album.painted(workers)
        (folder / "compare.html").write_text(render("compare.html.j2", labels, context), encoding="utf-8", newline="\n")
        (folder / "compare.csv").write_bytes(csv_bytes(frame))
        if len(runs) > 1:
            orders = pd.concat([run_changes(a, b) for a, b in pairwise(runs)], ignore_index=True)
            (folder / "ranking_changes.csv").write_bytes(csv_bytes(orders))
    return Path(target)
