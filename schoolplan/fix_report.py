"""What `check --fix` tells: every change as a table, the areas of changed units, and what is left to decide."""

from collections.abc import Sequence
from pathlib import Path

from gis.layer_rewrite import UnitArea
from scenarios.problems import Problem, tell
from scenarios.rewrite import Change
from schoolplan.problem_files import spot, write_csv, write_into

CHANGES, AREAS = "changes.csv", "units.csv"
CHANGE_COLUMNS = ("file", "sheet", "row", "column", "before", "after", "code", "why")
AREA_COLUMNS = ("unit", "before_m2", "after_m2", "gained_m2", "lost_m2", "codes")


def write_reports(
    folder: Path, changes: Sequence[Change], units: Sequence[UnitArea], left: Sequence[Problem], lang: str
) -> None:
    """Write `changes.csv`, `units.csv` (if shapes changed) and the problems that are left to an existing folder."""
    write_csv(folder / CHANGES, CHANGE_COLUMNS, (_change_row(change, lang) for change in changes))
    if units:
        write_csv(folder / AREAS, AREA_COLUMNS, (_area_row(unit) for unit in units))
    write_into(folder, left, lang)


def change_record(change: Change, lang: str) -> dict[str, str]:
    """A change for `--json` and for the table."""
    return {name: str(value) for name, value in _change_row(change, lang).items()}


def _change_row(change: Change, lang: str) -> dict[str, object]:
    why = tell(change.problem, lang).what
    rest = {"before": change.before, "after": change.after, "code": change.problem.code, "why": why}
    return {**vars(spot(change.problem.place)), **rest}


def _area_row(unit: UnitArea) -> dict[str, object]:
    numbers = {name: f"{getattr(unit, name):.1f}" for name in ("before_m2", "after_m2", "gained_m2", "lost_m2")}
    return {"unit": unit.unit, **numbers, "codes": ", ".join(unit.codes)}
