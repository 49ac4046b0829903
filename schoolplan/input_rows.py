"""Which rows of input stand behind a school's results: `input_rows.csv`.

Tables by rows of their file, counted as a spreadsheet counts them; projects by the line of their plan.
Test: tests/cli/test_input_rows.py.
"""

from collections.abc import Iterable

import pandas as pd

from reports.shapes_problems import INPUT_ROWS
from scenarios.bundle import Bundle


def input_rows(bundle: Bundle, schools: Iterable[str]) -> pd.DataFrame:
    """Rows of every table and plan about the schools of a run, those of plans included."""
    rows: list[tuple[str, str, str, str]] = []
    for school in schools:
        for table, (file, found) in bundle.school_rows.items():
            if school in found:
                rows.append((school, table, file, ranges(found[school])))
        for plan in bundle.plans.values():
            at = bundle.project_places.get(plan.id, {})
            own = [at[one.id] for one in plan.projects if school in {one.school, one.new and one.new.school}]
            rows += [(school, f"plan:{plan.id}", file, ranges(lines)) for file, lines in _by_file(own).items()]
    return pd.DataFrame(rows, columns=list(INPUT_ROWS.names))


def _by_file(places: Iterable[str]) -> dict[str, list[int]]:
    """Lines of places `file:line:column` by file, rising."""
    found: dict[str, list[int]] = {}
    for file, line, _ in (place.rsplit(":", 2) for place in places):
        found.setdefault(file, []).append(int(line))
    return {file: sorted(lines) for file, lines in found.items()}


def ranges(rows: Iterable[int]) -> str:
    """Rows as a reader writes them: `2, 14-20`. rows: rising."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
