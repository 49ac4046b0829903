"""The guard of `.xlsx` and `.xlsm`: how far each sheet reaches, formulas never calculated, errors, links, macros.

The library makes room for every cell between the first and the last filled one, so that one cell far away would take
all memory. A fast look at the text of a sheet settles the usual case; what is unusual is parsed element by element.
"""

import re
from xml.etree import ElementTree

from scenarios.grid import MOST_SHEETS, Cell, column_number
from scenarios.grid_facts import BookFacts, SheetFacts, extent_problem
from scenarios.grid_sheet_xml import exact_extent, is_whole
from scenarios.grid_zip import Parts
from scenarios.problems import Problem, note, warning

_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"')
_FORMULA_CELL = re.compile(
    rb"<(?:[\w.-]+:)?c\s([^>]*)>\s*<(?:[\w.-]+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:[\w.-]+:)?f>)"
    rb"\s*(?:<(?:[\w.-]+:)?v\b([^>]*)>([^<]*))?"
)
_ERROR_CELL = re.compile(
    rb"""<(?:[\w.-]+:)?c\s([^>]*\bt\s*=\s*["']e["'][^>]*)(?<!/)>(?:(?!</(?:[\w.-]+:)?c>).)*?<(?:[\w.-]+:)?v[^>]*>([^<]*)""",
    re.DOTALL,
)
_ERROR_MARKS = (b't="e"', b"t='e'", b't = "e"', b"t = 'e'")
_IS_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")
_AT = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]+)(\d+)""")
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NO_TABLE = ("xl/chartsheets/", "xl/dialogsheets/", "xl/macrosheets/")
_NEEDED = ("/worksheet", "/sharedStrings", "/styles")
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
    targets: dict[str, str] = {}
    for one in _small(parts, name).iter():
        target = one.get("Target", "").lstrip("/")
        target = target if target.startswith("xl/") else f"xl/{target}"
        if one.get("Type", "").endswith(_NEEDED) and target not in parts:
            # Without its styles, a workbook reads dates as numbers.
            raise parts.damaged(target)
        targets[one.get("Id", "")] = target
    return targets


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
    extent = _extent(data) if is_whole(data) else None
    if extent is None:
        raise parts.damaged(place)
    facts = SheetFacts(refused=extent_problem(place, *extent))
    if facts.refused is not None:
        return facts
    if any(mark in data for mark in (b"<f>", b"<f ", b"<f/")) or _prefixed(data, b"f"):
        for match in _FORMULA_CELL.finditer(data):
            facts.formulas += 1
            # A text may be empty; a number, a date or an error may not.
            if not match[3] and not (match[2] is not None and _IS_TEXT.search(match[1])):
                facts.valueless += _cells(match[1])
    if any(mark in data for mark in _ERROR_MARKS):
        for match in _ERROR_CELL.finditer(data):
            facts.errors.update(dict.fromkeys(_cells(match[1]), match[2].decode("utf-8", errors="replace").strip()))
    return facts


def _cells(attributes: bytes) -> list[Cell]:
    """The cell that the attributes of an element name; none if they do not."""
    match = _AT.search(attributes)
    return [(int(match[2]) - 1, column_number(match[1].decode()))] if match else []


def _extent(data: bytes) -> tuple[int, int] | None:
    """Rows and columns that the cells reach; None if the sheet is damaged. The XML is well formed."""
    found = _usual_extent(data)
    return found if found is not None and extent_problem("", *found) is None else exact_extent(data)


def _usual_extent(data: bytes) -> tuple[int, int] | None:
    """The same for the text that spreadsheet programs write, formatted empty cells counted too; None for any other.

    In usual text every cell begins with its place: then rows and everything else do not matter.
    """
    body = data[data.find(b"<sheetData") :]
    references = _REFERENCE.findall(body)
    unusual = (b"<c>", b"<c/", b"<c\n", b"<c\t", b"<c\r")
    if body.count(b"<c ") != len(references) or any(mark in body for mark in unusual) or _prefixed(data, b"c"):
        return None
    rows = {reference.lstrip(_LETTERS) for reference in references}
    columns = {reference.rstrip(b"0123456789") for reference in references}
    return max(map(int, rows), default=0), max((column_number(one.decode()) for one in columns), default=-1) + 1


def _prefixed(data: bytes, tag: bytes) -> bool:
    """Whether an element with this tag has a prefix (`<x:c>`)."""
    prefixes = set(re.findall(rb"xmlns:([^\s=]+)", data))
    near = [prefix for prefix in prefixes if b"<" + prefix + b":" + tag in data]
    return any(re.search(b"<" + re.escape(prefix) + b":" + tag + rb"[\s/>]", data) for prefix in near)
