"""How long the papers of a run take: the dossier in every format and both languages, or a workbook of many schools.

The workbook is held, in the same run, to what the same cells cost without our layout: rows by plain XlsxWriter. A run
of many schools is a run whose tables are repeated with other ids.
Run: python -m benchmarks.papers RUN            the dossier
     python -m benchmarks.papers RUN --times 7  the workbook of a run seven times as large
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import xlsxwriter

from reports.book_tables import Sheet, run_sheets
from reports.document_book import flat_cells, write_book
from reports.documents import DOCUMENTS
from reports.run_folder import RunFolder
from reports.table_shapes import SHAPES, RunTables
from reports.view import view
from schoolplan.paper_formats import Order, write

IDS = ("entity", "school", "unit", "project", "zone", "site", "bus", "estate", "parcel")
FORMATS = ("docx", "pdf", "html", "xlsx")


def timed(label: str, action: Callable[[], object]) -> float:
    """Seconds of an action, printed."""
    start = time.perf_counter()
    action()
    taken = time.perf_counter() - start
    print(f"{label:<44} {taken:7.2f} s")
    return taken


def dossier(run: RunFolder, place: Path) -> float:
    """The dossier in every format and both languages, as `report` writes it (report.html with it)."""
    total = 0.0
    for lang in ("zh", "en"):
        order = Order(run, lang, place / lang, workers=2)
        order.place.mkdir()
        total += timed(f"dossier {lang}: read, chapters, pictures", lambda order=order: order.made)
        for name in FORMATS:
            total += timed(f"dossier {lang}: {name}", lambda order=order, name=name: write(order, [name]))
    print(f"{'dossier, all formats, both languages':<44} {total:7.2f} s (goal 60 s)")
    return total


def grown(run: RunFolder, times: int) -> RunFolder:
    """The run with every school, unit and project so many times, under other ids."""
    made = {}
    for name, shape in SHAPES.items():
        frame = getattr(run.tables, name)
        own = [key for key in shape.keys if key in IDS]
        copies = [frame]
        for number in range(1, times if own else 1):
            part = frame[frame[own[0]] != run.study.id]
            copies.append(part.assign(**{key: part[key] + f"-{number}" for key in own}))
        made[name] = pd.concat(copies, ignore_index=True)
    return replace(run, tables=RunTables(**made))


def workbook(run: RunFolder, times: int, place: Path) -> None:
    """The workbook of a large run, beside the same cells written plainly."""
    large = grown(run, times)
    seen = view(large, "zh")
    dossier = DOCUMENTS["dossier"](view(run, "zh"))
    sheets: list[Sheet] = []
    tables = timed("tables in words", lambda: sheets.extend(run_sheets(seen)))
    cells = sum(len(one.table.rows) * len(one.table.columns) for one in sheets)
    print(f"{len(large.tables.school_list)} schools, {len(large.tables.schools)} rows by school, {cells} cells")
    ours = timed("workbook", lambda: write_book([dossier], sheets, place / "book.xlsx"))
    alone = timed("the same rows, plain XlsxWriter", lambda: _plain(sheets, place / "plain.xlsx"))
    print(f"{'in all':<44} {tables + ours:7.2f} s (goal 15 s); written / plain {ours / alone:.2f}")


def _plain(sheets: list[Sheet], path: Path) -> None:
    with xlsxwriter.Workbook(path, {"in_memory": True, "strings_to_formulas": False}) as book:
        for one in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(one.table.rows):
                sheet.write_row(number, 0, flat_cells(row, one.table))


def main() -> None:
    """Time what the command line names."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("run", type=Path)
    ask.add_argument("--times", type=int)
    given = ask.parse_args()
    run = RunFolder.read(given.run)
    with tempfile.TemporaryDirectory() as place:
        if given.times is None:
            dossier(run, Path(place))
        else:
            workbook(run, given.times, Path(place))


if __name__ == "__main__":
    main()
