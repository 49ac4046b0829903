"""The guard of `.xlsx` and `.xlsm`: how far each sheet reaches, formulas never calculated, errors, links, macros.

The library makes room for every cell between the first and the last filled one, so that one cell far away would take
all memory. A fast look at the text of the sheet settles the usual case; what is unusual is parsed element by element.
"""

import re
from xml.etree import ElementTree

from scenarios.grid import MOST_SHEETS, Cell, column_number
from scenarios.grid_facts import BookFacts, SheetFacts, extent_problem
from scenarios.grid_sheet_xml import exact_extent, is_whole
from scenarios.grid_zip import Parts
from scenarios.problems import Problem, note, warning

_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*\d+)""")
_WITHOUT_REFERENCE = re.compile(
    rb"""<(?:[\w.-]+:)?(?:c|row)(?:\s+(?!r\s*=)[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>"""
)
_ODD_REFERENCE = re.compile(rb"""\sr\s*=\s*["'](?![A-Za-z]{0,3}\d{1,7}["'])""")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_FORMULA_CELL = re.compile(
    rb"<(?:[\w.-]+:)?c\s([^>]*)>\s*<(?:[\w.-]+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:[\w.-]+:)?f>)"
    rb"\s*(?:<(?:[\w.-]+:)?v\b([^>]*)>([^<]*))?"
)
_ERROR_CELL = re.compile(
    rb"""<(?:[\w.-]+:)?c\s([^>]*\bt\s*=\s*["']e["'][^>]*)(?<!/)>(?:(?!</(?:[\w.-]+:)?c>).)*?<(?:[\w.-]+:)?v[^>]*>([^<]*)""",
    re.DOTALL,
)
_IS_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
_IS_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")
_AT = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]+)(\d+)""")
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NO_TABLE = ("xl/chartsheets/", "xl/dialogsheets/", "xl/macrosheets/")
_SLICE = 4_000_000
_MOST_SMALL = 10_000_000
"""Size of the parts that say which sheets there are [bytes]."""


def inspect_xlsx(raw: bytes, shown: str, wanted: str | None) -> BookFacts:
    """Facts of a workbook and of its sheets (of the wanted one alone). Raises UnreadableError."""
    parts = Parts(raw, shown)
    facts = BookFacts(problems=book_problems(parts, shown))
    for shared in ("xl/sharedStrings.xml", "xl/styles.xml"):  # read by the library, whatever the sheet
        if shared in parts:
            parts.xml(shared)
    for sheet, part in _sheet_parts(parts).items():
        if wanted in (None, sheet) and not part.startswith(_NO_TABLE):
            facts.sheets[sheet] = inspect_sheet(parts.xml(part), f"{shown}[{sheet}]", parts)
    return facts


def book_problems(parts: Parts, shown: str) -> list[Problem]:
    """Links to other workbooks and macros, by the names of the parts."""
    problems = []
    links = [name for name in parts.names() if re.fullmatch(r"xl/externallinks/[^/]+\.(?:xml|bin)", name)]
    if links:
        problems.append(warning("SCN273", shown, len(links)))
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in parts.names()):
        problems.append(note("SCN274", shown))
    return problems


def _sheet_parts(parts: Parts) -> dict[str, str]:
    """Name of each sheet and of its part, in the order of the workbook."""
    targets = part_targets(parts, "xl/_rels/workbook.xml.rels")
    found: dict[str, str] = {}
    for element in _small(parts, "xl/workbook.xml").iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        name = element.get("name", "")
        number = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
        if name in found or number not in targets or len(found) > MOST_SHEETS:
            raise parts.damaged("xl/workbook.xml")
        found[name] = targets[number]
    return found


def part_targets(parts: Parts, name: str) -> dict[str, str]:
    """Name of the part of every relation of the workbook, by the id of the relation. Raises UnreadableError."""
    written = {one.get("Id", ""): one.get("Target", "").lstrip("/") for one in _small(parts, name).iter()}
    return {key: target if target.startswith("xl/") else f"xl/{target}" for key, target in written.items() if target}


def _small(parts: Parts, name: str) -> ElementTree.Element:
    """Root of a small part. It has no entities, so that nothing in it can grow."""
    data = parts.xml(name)
    if len(data) > _MOST_SMALL:
        raise parts.damaged(name)
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise parts.damaged(name) from fault


def inspect_sheet(data: bytes, place: str, parts: Parts) -> SheetFacts:
    """Facts of one sheet from its XML. place: the sheet as problems name it."""
    if not is_whole(data):
        raise parts.damaged(place)
    extent = _fast_extent(data)
    if extent is None or extent_problem(place, *extent) is not None:
        exact = exact_extent(data)
        if exact is None:
            raise parts.damaged(place)
        refused = extent_problem(place, *exact)
        if refused is not None:
            return SheetFacts(refused=refused)
    facts = SheetFacts()
    if _FORMULA.search(data):
        for match in _FORMULA_CELL.finditer(data):
            facts.formulas += 1
            # A text may be empty; a number, a date or an error may not.
            if not match[3] and not (match[2] is not None and _IS_TEXT.search(match[1])):
                facts.valueless += _cells(match[1])
    if _IS_ERROR.search(data):
        for match in _ERROR_CELL.finditer(data):
            facts.errors.update(dict.fromkeys(_cells(match[1]), match[2].decode("utf-8", errors="replace").strip()))
    return facts


def _cells(attributes: bytes) -> list[Cell]:
    """The cell that the attributes of an element name; none if they do not."""
    match = _AT.search(attributes)
    return [(int(match[2]) - 1, column_number(match[1].decode()))] if match else []


def _fast_extent(data: bytes) -> tuple[int, int] | None:
    """At least as many rows and columns as the cells reach, formatted empty ones too; None where the text is unusual.

    Every attribute that could be the place of a cell is taken for one, whatever it belongs to. The text is well formed.
    """
    if _WITHOUT_REFERENCE.search(data) or _ODD_REFERENCE.search(data):
        return None
    rows: set[bytes] = set()
    columns: set[bytes] = set()
    start = 0
    while start < len(data):
        end = data.find(b"<", start + _SLICE)
        end = len(data) if end < 0 else end
        references = _REFERENCE.findall(data, start, end)
        columns.update({reference.rstrip(b"0123456789") for reference in references})
        rows.update({reference.lstrip(_LETTERS) for reference in references})
        start = end
    last_column = max((column_number(column.decode()) for column in columns), default=-1)
    return max((int(row) for row in rows), default=0), last_column + 1
