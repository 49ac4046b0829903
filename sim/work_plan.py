"""A yearly work plan: what is to be begun, carried on and finished in each calendar year, by whom, with what money.

Dates are the medians of `sim.works.stage_rows`, each by itself, and money is what the plan says, due in the year in
which the stage begins: a programme to work by, not a forecast of spending (that is the table `cash`).
Tests: tests/sim/test_works.py.  Page: docs/science/construction.md.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

WORK_COLUMNS = ("year", "project", "stage", "order", "bureau", "act", "begin", "end", "end_p90", "money")
ACTS = ("whole", "begin", "end", "go_on")
"""In this year it begins and ends, begins, ends, or goes on throughout."""


def work_rows(
    stages: pd.DataFrame,
    due: Mapping[str, Mapping[str, float]],
    bureaus: Mapping[str, str],
    years: tuple[int, int],
) -> pd.DataFrame:
    """Work of every calendar year from years[0] to years[1].

    stages: table of `sim.works.stage_rows`.  due: project -> stage -> 万元 still to be released before it.
    bureaus: stage -> department in charge.  A stage whose median begin is not told, as it comes too late or never, is
    no work of any year; nor is one that ended before the first year.
    """
    rows = [
        (year, row.project, row.stage, row.order, bureaus[str(row.stage)], act, row.begin_p50, row.end_p50,
         row.end_p90, due.get(str(row.project), {}).get(str(row.stage), 0.0) if act in ("whole", "begin") else 0.0)
        for row in stages.itertuples()
        for year, act in _acts(str(row.begin_p50), str(row.end_p50), years)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(WORK_COLUMNS))
    return frame.sort_values(["year", "bureau", "begin", "project", "order"], kind="stable", ignore_index=True)


def _acts(begin: str, end: str, years: tuple[int, int]) -> Iterator[tuple[int, str]]:
    """Years with work, and what is done; begin, end: YYYY-MM-DD, an empty end lies beyond the last year."""
    if not begin:
        return
    first, last = int(begin[:4]), int(end[:4]) if end else years[1] + 1
    for year in range(max(first, years[0]), min(last, years[1]) + 1):
        if first == last:
            yield year, "whole"
        else:
            yield year, "begin" if year == first else "end" if year == last else "go_on"
