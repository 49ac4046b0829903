"""`problems.xlsx`: the problem list of every plan for people to hand out; equal lists give equal bytes."""

import datetime as dt
from pathlib import Path

import pandas as pd
import xlsxwriter

from reports.book_sheet import table_sheet
from reports.book_words import sheet_name
from reports.i18n import Labels, language
from reports.problems_view import PROBLEM_HEADS, problem_rows
from reports.run_folder import RunFolder
from reports.sentences import MARKS, Words

_CREATED = dt.datetime(2000, 1, 1)
_FILLS = {"fails": "#F6D3C0", "at-risk": "#FBE8C5", "undecided": "#E6E6E6"}
_NOTES = 4


def write_problem_book(run: RunFolder, lang: str, path: Path) -> Path:
    """A sheet for every plan and one that explains the columns; returns its path."""
    labels = Labels(language(lang))
    words = Words(run.study, run.school_names(lang), labels)
    heads = [labels(key) for key in PROBLEM_HEADS]
    fills = {f"{MARKS[key]} {labels(f'verdict.{key}')}": colour for key, colour in _FILLS.items()}
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        title = labels("problems.title", study=labels.pick(run.study.name))
        book.set_properties({"created": _CREATED, "title": title})
        for number, plan in enumerate(run.study.plans, start=1):
            rows = problem_rows(words, run.tables.problems, plan.id)
            table_sheet(book, sheet_name(words.plan(plan.id), number), pd.DataFrame(rows, columns=heads), lang, fills)
        notes = [labels(f"problems.about.{n}") for n in range(1, _NOTES + 1)]
        table_sheet(book, labels("problems.about"), pd.DataFrame({title: notes}), lang, {})
    return path
