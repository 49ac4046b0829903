"""What the ledger of building projects says: how long stages of past projects took, how far a project has come.

Ends of stages are dated by the columns of `ENDS`, the start of works by `started`.  Durations of past projects are
those of stages whose beginning and end are both dated: the end of the stage before, or the start of works.  Waits for
money or a crew between two stages are in them, but for construction, whose beginning is dated for itself.
Tests: tests/scenarios/test_project_ledger.py.  Page: docs/science/construction.md.
"""

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan

import pandas as pd

from scenarios.construction_kinds import ConstructionDefaults
from scenarios.construction_terms import Observed

ENDS = {
    "initiation": "initiated",
    "feasibility": "feasible",
    "land": "land_approved",
    "design": "designed",
    "tender": "tendered",
    "construction": "finished",
    "acceptance": "handed_over",
}
"""Stage -> column with the day on which it ended."""
KINDS = {
    "new_school": "new_school",
    "extension": "extension",
    "renovation": "renovation",
    "dormitory": "boarding_centre",
}
"""Kind in the ledger -> kind of project; rebuilding, sports grounds and others teach nothing."""
Row = Mapping[str, object]
_YUAN = 10_000.0  # yuan in one 万元


@dataclass(frozen=True)
class Actual:
    """Actual progress: months since 1 September of the base year; stages as the project passes them.

    begun: month in which `under_way` began; nan if no date tells it.  paid: 万元; nan if the ledger does not say.
    """

    done: Mapping[str, float]
    under_way: str | None
    begun: float
    paid: float
    stopped: bool


def month_of(day: str, base_year: int) -> float:
    """Months from 1 September of base_year to a day `YYYY-MM-DD` (negative before it); days as parts of their month."""
    date = dt.date.fromisoformat(day)
    length = calendar.monthrange(date.year, date.month)[1]
    return (date.year - base_year) * 12 + date.month - 9 + (date.day - 1) / length


def past_times(ledger: pd.DataFrame, defaults: ConstructionDefaults) -> Observed:
    """Months that stages took in finished projects, by kind, in the order of the table."""
    found: dict[str, dict[str, tuple[float, ...]]] = {}
    for record in ledger.to_dict("records"):
        row: dict[str, object] = {str(key): value for key, value in record.items()}
        kind = KINDS.get(str(row["kind"]))
        if kind is None or not row["finished"] or row["stage_reached"] == "stopped":
            continue
        passed = [default.stage for default in defaults.kinds[kind].stages]
        for before, stage in zip(("", *passed), passed, strict=False):
            begun, ended = _begun(row, stage, before), _ended(row, stage)
            if begun and ended and ended >= begun:  # ISO dates compare as texts; a warning tells the others
                of_kind = found.setdefault(kind, {})
                of_kind[stage] = (*of_kind.get(stage, ()), month_of(ended, 2000) - month_of(begun, 2000))
    return found


def actual_progress(row: Row, passed: Sequence[str], whole: Mapping[str, str], base_year: int, as_of: float) -> Actual:
    """Progress of a project by its row of the ledger.

    passed: its stages in order.  whole: step -> the stage that the ledger dates.  as_of: month of the ledger's day.
    A stage that is done but not dated ended at the next date that is known, at the latest on the day of the ledger; the
    steps of a stage end together.
    """
    reached = str(row["stage_reached"])
    paid = float(str(row["funds_spent_yuan"])) / _YUAN
    names = [whole.get(stage, stage) for stage in passed]
    count = done_stages(reached, names)
    if reached == "stopped" or (count == 0 and reached == "planned"):
        return Actual({}, None, float("nan"), paid, reached == "stopped")
    begun = (
        _month(_begun(row, names[count], names[count - 1] if count else ""), base_year) if count < len(names) else nan
    )
    done: dict[str, float] = {}
    latest = as_of if isnan(begun) else min(as_of, begun)
    for stage, name in reversed(list(zip(passed, names, strict=True))[:count]):
        ended = _month(_ended(row, name), base_year)
        latest = latest if isnan(ended) else min(latest, ended)
        done[stage] = latest
    return Actual(dict(reversed(done.items())), passed[count] if count < len(passed) else None, begun, paid, False)


def done_stages(reached: str, names: Sequence[str]) -> int:
    """How many stages of a project lie behind it, by the stage that the ledger says it has reached."""
    order = tuple(ENDS)
    if reached == "in_use":
        return len(names)
    at = order.index(reached) if reached in order else 0
    return sum(name in order and order.index(name) < at for name in names)


def _begun(row: Row, stage: str, before: str) -> str:
    """Day on which a stage began; empty if it is not dated."""
    if stage == "construction":
        return str(row["started"])
    return str(row["decided"]) if not before else _ended(row, before)


def _ended(row: Row, stage: str) -> str:
    """Day on which a stage ended; `approved` stands for the initiation where that has no date of its own."""
    day = str(row[ENDS[stage]]) if stage in ENDS else ""
    return day or (str(row["approved"]) if stage == "initiation" else "")


def _month(day: str, base_year: int) -> float:
    return month_of(day, base_year) if day else nan
