"""Cells of a document in words: what docx, pdf and html print; a workbook keeps numbers and takes `number_format`."""

from collections.abc import Mapping
from types import MappingProxyType

from reports.document import Band, Basis, Cell, Column, Form, Hidden, Table
from reports.i18n import NOTHING, Labels, decimal, integer

_DIGITS: Mapping[Form, int] = MappingProxyType({"count": 0, "area": 0, "tenth": 1, "money": 1, "hundredth": 2})
_FORMATS: Mapping[Form, str] = MappingProxyType(
    {
        "count": "#,##0",
        "area": "#,##0",
        "tenth": "#,##0.0",
        "money": "#,##0.0",
        "hundredth": "#,##0.00",
        "chance": '[<0.01]"<1%";[>0.99]">99%";0%',
        "share": "0.0%",
        "calendar_year": "0",
        "school_year": "0",
    }
)


def printed(cell: Cell, column: Column, labels: Labels) -> str:
    """A cell as people read it; a dash for nothing, a sign for a hidden count."""
    if cell is None:
        return NOTHING
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Hidden):
        return labels("document.hidden")
    if isinstance(cell, Band):
        middle, low, high = (_number(value, column.form, labels) for value in (cell.middle, cell.low, cell.high))
        return middle if middle == low == high else labels("document.band", middle=middle, low=low, high=high)
    return _number(cell, column.form, labels)


def _number(value: float, form: Form, labels: Labels) -> str:
    if value != value:
        return NOTHING
    if form == "chance":
        return labels.percent(value)
    if form == "share":
        return decimal(100.0 * value, 1) + labels("number.percent")
    if form == "school_year":
        return labels.school_year(value)
    if form == "calendar_year":
        return f"{int(value)}"
    if form == "text":
        return f"{value:g}"
    return integer(value) if _DIGITS[form] == 0 else decimal(value, _DIGITS[form])


def head(column: Column, labels: Labels) -> str:
    """Head of a column with its unit."""
    return labels("document.head", head=column.head, unit=column.unit) if column.unit else column.head


def number_format(form: Form) -> str:
    """Number format of a column in a workbook."""
    return _FORMATS.get(form, "General")


def numeric(column: Column) -> bool:
    """Whether cells of the column stand on the right."""
    return column.form != "text"


def basis_line(basis: Basis, labels: Labels) -> str:
    """Data date, source, method, future and plan in one line, as it stands under a table."""
    parts = [
        labels(f"document.basis.{name}", value=value)
        for name, value in (
            ("date", basis.date),
            ("source", basis.source),
            ("method", basis.method),
            ("future", basis.future),
            ("plan", basis.plan),
        )
        if value
    ]
    return labels("word.clauses").join(parts)


def grouped_heads(table: Table) -> list[tuple[str, int]] | None:
    """Upper heads with the number of columns each spans; None where no column has one."""
    if not any(column.group for column in table.columns):
        return None
    spans: list[tuple[str, int]] = []
    for column in table.columns:
        if spans and column.group and spans[-1][0] == column.group:
            spans[-1] = (column.group, spans[-1][1] + 1)
        else:
            spans.append((column.group, 1))
    return spans
