"""A register of events beside a history: read, checked, told. Effect on the series: `scenarios/event_series.py`."""

from pathlib import Path
from typing import Any

from scenarios.crosscheck_events import event_problems
from scenarios.draft import Draft
from scenarios.event_series import PARTED, Events, events_of, with_events
from scenarios.forecast_specs import forecast_spec, forecast_words
from scenarios.problems import Problem, has_errors, note, warning
from scenarios.tables import Table, read_table

__all__ = ["PARTED", "Events", "read_events", "with_events"]


def read_events(path: Path, shown: str, history: Table) -> tuple[Events, list[Problem]]:
    """Read and check a register against a history; errors leave it empty."""
    table, problems = read_table(path, shown, forecast_spec("events"), words=forecast_words())
    if table is None:
        return Events(), problems
    tables = {"enrolment": history, "events": table}
    draft = Draft(path.parent, path.parent, None, None, (), (), None, tables, (path,))
    problems = problems + event_problems(draft)
    if has_errors(problems):
        return Events(), problems
    last = int(history.frame["year"].max())
    events = events_of(table.frame, last)
    return events, problems + _told(table, events, last)


def _told(table: Table, events: Events, last: int) -> list[Problem]:
    used: dict[str, Any] = {"renamed": len(events.renamed), "breaks": len(events.breaks)}
    problems = [note("FOR018", table.file, len(table.frame), closings=len(events.closings), **used)]
    if events.listed:
        problems.append(note("FOR019", table.file, events.listed, last=last))
    homeless = tuple(closing.school for closing in events.closings if not closing.receiver)
    return [*problems, *([warning("FOR020", table.file, homeless)] if homeless else [])]
