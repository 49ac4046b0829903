"""The guard of `.ods`: follows the repeats of rows, cells and blanks before the library writes them all out."""

import re
from xml.parsers import expat

from scenarios.grid import MOST_CELLS, MOST_SHEETS, Block
from scenarios.grid_facts import BookFacts, SheetFacts, UnreadableError, extent_problem
from scenarios.grid_zip import Parts
from scenarios.problems import Problem, error, note, warning

_SCRIPT = re.compile(r"(?:basic|scripts)/.+\.(?:xml|bas|py|js)")
_ENDS = ("script-lc.xml", "script-lb.xml", "script-xlc.xml")
_MOST_BLANKS = 100_000
_CELLS = ("table-cell", "covered-table-cell")
Attributes = dict[str, str]


def inspect_ods(raw: bytes, shown: str, wanted: str | None) -> BookFacts:
    """Facts of a spreadsheet. All its sheets are guarded: the library reads all. Raises UnreadableError."""
    parts = Parts(raw, shown)
    if "META-INF/manifest.xml" in parts and b"encryption-data" in parts.read("META-INF/manifest.xml"):
        raise UnreadableError(error("SCN266", shown))
    walker = _Walker(shown)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = walker.start
    parser.EndElementHandler = walker.end
    parser.CharacterDataHandler = walker.text
    try:
        parser.Parse(parts.xml("content.xml"), True)
    except (expat.ExpatError, ValueError, LookupError) as fault:
        raise parts.damaged("content.xml") from fault
    facts = walker.facts
    if walker.linked:
        facts.problems.append(warning("SCN273", shown, walker.linked))
    if any(_SCRIPT.fullmatch(name) and not name.endswith(_ENDS) for name in parts.names()):
        facts.problems.append(note("SCN274", shown))
    return facts


class _Walker:
    """Follows tables, rows and cells; counts up to the last cell that holds anything."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.facts = BookFacts()
        self.linked = self.depth = 0
        self.table: SheetFacts | None = None
        self.name = ""
        self.row = self.column = self.repeats = self.width = 0
        self.rows = self.columns = self.made = 0
        self.cell: Attributes | None = None
        self.words: list[str] = []
        self.merged: list[Block] = []

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        tag = name.rpartition(" ")[2]
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if tag == "table":
            self.depth += 1
            if self.depth > 1:
                raise ValueError("a table inside a table")
            self.begin_table(plain.get("name", ""))
        elif tag == "table-source":
            self.linked += 1
        elif self.table is None:
            return
        elif tag == "table-row":
            self.repeats, self.column, self.width = _count(plain, "number-rows-repeated"), 0, 0
        elif tag in _CELLS:
            # calcext says that a cell holds an error; its office type is then a text
            is_error = any(key.endswith("calcext:1.0 value-type") and attributes[key] == "error" for key in attributes)
            self.cell, self.words = {**plain, "error": "yes" if is_error else ""}, []
        elif tag == "s" and _count(plain, "c") > _MOST_BLANKS:
            raise ValueError("blanks")

    def text(self, data: str) -> None:
        """Text inside a cell."""
        if self.cell is not None:
            self.words.append(data)

    def end(self, name: str) -> None:
        """An element ends."""
        tag = name.rpartition(" ")[2]
        if tag in _CELLS and self.cell is not None and self.table is not None:
            self.end_cell(self.table, self.cell)
            self.cell = None
        elif tag == "table-row" and self.table is not None:
            if self.width:
                self.rows = self.row + self.repeats
                self.columns = max(self.columns, self.width)
                self.made += self.width
                self.guard()
            self.row += self.repeats
        elif tag == "table" and self.table is not None:
            self.table.merged = tuple(self.merged)
            self.table, self.depth = None, 0

    def begin_table(self, name: str) -> None:
        """A sheet begins."""
        if name in self.facts.sheets or len(self.facts.sheets) > MOST_SHEETS:
            raise ValueError("sheets")
        self.table = self.facts.sheets[name] = SheetFacts()
        self.name = name
        self.row = self.rows = self.columns = self.made = 0
        self.merged = []

    def end_cell(self, table: SheetFacts, cell: Attributes) -> None:
        """A cell, or as many equal ones as it stands for."""
        repeats = _count(cell, "number-columns-repeated")
        words = "".join(self.words).strip()
        has_value = any(key.endswith("value") for key in cell)
        if has_value or words or "value-type" in cell or "formula" in cell:
            self.width = self.column + repeats
            if self.width * max(self.repeats, 1) > MOST_CELLS:
                raise UnreadableError(self.too_large(self.repeats, self.width))
        at = (self.row, self.column)
        if formula := cell.get("formula", ""):
            table.formulas += 1
            self.linked += "'file:" in formula
            if not has_value and not words:
                table.valueless.append(at)
        if cell["error"]:
            table.errors[at] = words or "#N/A"
        down, right = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if down * right > 1:
            self.merged.append((*at, at[0] + down - 1, at[1] + right - 1))
        self.column += repeats

    def guard(self) -> None:
        """Stop as soon as the sheet is too large."""
        problem = extent_problem(f"{self.shown}[{self.name}]", self.rows, self.columns)
        if problem is not None or self.made > MOST_CELLS:
            raise UnreadableError(problem or self.too_large(self.rows, self.columns))

    def too_large(self, rows: int, columns: int) -> Problem:
        """The problem of a sheet with too many cells."""
        place = f"{self.shown}[{self.name}]"
        return error("SCN269", place, f"{rows:,} x {columns:,}", what="@cells", limit=f"{MOST_CELLS:,}")


def _count(attributes: Attributes, name: str) -> int:
    """A count of a cell or row, 1 if it is not written. Raises ValueError for one that no spreadsheet writes."""
    written = attributes.get(name, "1")
    if not re.fullmatch(r"\d{1,9}", written):
        raise ValueError(name)
    return int(written)
