"""Values in force as a table of `explain`, and as a file."""

from collections.abc import Sequence
from pathlib import Path

from reports.whole import whole_folder
from scenarios.values_in_force import Value, folded, values_in_force
from schoolplan.cli_texts import say
from schoolplan.implied import Table
from schoolplan.prepare import Prepared
from schoolplan.problem_files import write_csv

FILE = "values.csv"
TITLE = "explain.values"
COLUMNS = ("group", "path", "value", "unit", "origin", "place", "override_zh", "override_en", "grade")


def values_tables(prepared: Prepared, every: bool = False, lang: str = "zh") -> list[Table]:
    """Values in force; every: also defaults and the clauses of the packs."""
    found = values_in_force(prepared.bundle)
    shown = found if every else folded(found)
    rows = tuple((one.group, one.path, one.value, one.unit, _from(one, lang)) for one in shown)
    return [Table(TITLE, ("belongs_to", "value", "in_force", "unit", "from"), rows)]


def as_lines(table: Table, lang: str) -> list[str]:
    """The table as lines under the heading of each group; places stay whole, so that a terminal can open them."""
    lines, group = [say(table.title, lang)], ""
    for belongs, path, value, unit, where in table.rows:
        if belongs != group:
            kind, _, name = belongs.partition(":")
            lines.append(f"{say(f'explain.group_{kind}', lang)} {name}".rstrip())
        lines.append(f"  {path} = {value}{f' {unit}' if unit else ''}  [{where}]")
        group = belongs
    return lines


def _from(one: Value, lang: str) -> str:
    """Where a value comes from, in words."""
    said = say(f"explain.from_{one.origin}", lang, place=one.place, name=one.override[lang == "en"], grade=one.grade)
    return say("explain.unverified", lang, place=said) if one.grade == "M" else said


def write_values(prepared: Prepared, target: Path) -> Path:
    """Write every value in force to a new or empty folder; returns the file. Raises RunError (RUN005)."""
    found: Sequence[Value] = values_in_force(prepared.bundle)
    with whole_folder(target) as folder:
        write_csv(folder / FILE, COLUMNS, (_row(one) for one in found))
    return target / FILE


def _row(one: Value) -> dict[str, object]:
    named = dict(zip(("override_zh", "override_en"), one.override, strict=True))
    return {"group": one.group, "path": one.path, "value": one.value, "unit": one.unit, "origin": one.origin,
            "place": one.place, "grade": one.grade, **named}  # fmt: skip
