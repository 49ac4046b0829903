"""`work_plan.xlsx`: the yearly work plan of every plan by department, and the seats on each 1 September.

Equal tables give equal bytes.
"""

import datetime as dt
from pathlib import Path

import pandas as pd
import xlsxwriter

from reports.book_sheet import table_sheet
from reports.book_words import sheet_name
from reports.run_folder import RunFolder
from reports.view import View, view
from reports.works_view import READY, READY_HEADS, WORK_HEADS, work_cells

_CREATED = dt.datetime(2000, 1, 1)


def write_work_book(run: RunFolder, lang: str, path: Path) -> Path | None:
    """A sheet for every plan with projects and one of their seats, in the future of the headline; returns its path.

    None, and no file, for a run without projects.
    """
    seen = view(run, lang)
    if run.study.works is None or run.tables.work_plan.empty:
        return None
    labels = seen.labels
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        title = labels("works.book", study=labels.pick(run.study.name))
        book.set_properties({"created": _CREATED, "title": title})
        for number, plan in enumerate(seen.built, start=1):
            table_sheet(book, sheet_name(seen.words.plan(plan), number), work_sheet(seen, plan), lang, {})
        table_sheet(book, labels("works.book_ready"), ready_sheet(seen), lang, {})
    return path


def work_sheet(seen: View, plan: str) -> pd.DataFrame:
    """Work of all years of one plan, by year and department."""
    card, table = seen.run.study.works, seen.run.tables.work_plan
    assert card is not None, "a run without the card of works has no book"
    own = table[(table["future"] == seen.future) & (table["plan"] == plan)]
    owners = {
        seen.of_plan(plan).name("project", one.id): seen.labels.pick(one.owner)
        for one in seen.run.study.plan(plan).projects
    }
    rows = [
        (float(year), *cells, owners[str(cells[1])])
        for year in sorted(set(own["year"]))
        for cells in work_cells(seen, plan, card, own[own["year"] == year])
    ]
    heads = [seen.labels(f"works.column.{head}") for head in ("year", *WORK_HEADS, "owner")]
    return pd.DataFrame(rows, columns=heads)


def ready_sheet(seen: View) -> pd.DataFrame:
    """Seats of every plan with projects on each 1 September: mean, 10 %, 50 % and 90 % of what the report tells."""
    table = seen.run.tables.seats_ready
    own = table[(table["future"] == seen.future) & table["plan"].isin(seen.built)]
    order = {indicator: place for place, indicator in enumerate(READY)}
    own = own.assign(at=own["indicator"].map(order)).sort_values(["plan", "stage", "year", "at"], kind="stable")
    heads = [seen.labels("column.plan"), *(seen.labels(f"works.ready.{head}") for head in READY_HEADS[:2])]
    rows = [
        (
            seen.words.plan(str(row["plan"])),
            seen.setting.name("stage", str(row["stage"])),
            float(row["year"]),
            seen.labels(f"works.ready.{row['indicator']}"),
            *(float(row[name]) for name in ("mean", "p10", "p50", "p90")),
        )
        for row in own.to_dict("records")
    ]
    names = [seen.labels(f"works.column.{name}") for name in ("indicator", "mean", "p10", "p50", "p90")]
    return pd.DataFrame(rows, columns=[*heads, *names])
