"""Small workbooks of every kind, made in memory: xlsx by XlsxWriter, ods, xlsb and xls by hand (no program writes them
here). Cells: str, float, bool, `Error("#REF!")`, `Formula("=A1", result)`; None is an empty cell."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

from scenarios.grid import column_letters


@dataclass(frozen=True)
class Error:
    name: str


@dataclass(frozen=True)
class Formula:
    text: str
    result: str | float | None


Cell = str | float | bool | Error | Formula | None
Rows = Sequence[Sequence[Cell]]
Sheets = Mapping[str, Rows]
CODES = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
TABLE: Rows = [["学校", "年级", "人数"], ["a", 1.0, 45.0], ["b", 2.0, 38.5]]
TEXT = [["学校", "年级", "人数"], ["a", "1", "45"], ["b", "2", "38.5"]]


def xlsx(
    sheets: Sheets, hidden: Sequence[str] = (), change: Callable[[xlsxwriter.Workbook], None] | None = None
) -> bytes:
    """An .xlsx file; change: does what it likes with the workbook before it is closed."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, Error):
                    sheet.write_formula(r, c, "=1/0", None, cell.name)
                elif isinstance(cell, Formula):
                    sheet.write_formula(r, c, cell.text, None, cell.result)
                elif cell is not None:
                    sheet.write(r, c, cell)
    if change is not None:
        change(book)
    book.close()
    return out.getvalue()


def zipped(parts: Mapping[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as file:
        for name, data in parts.items():
            file.writestr(zipfile.ZipInfo(name), data, packing)
    return out.getvalue()


def parts_of(raw: bytes) -> dict[str, bytes]:
    """The parts of a zip file."""
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        return {name: file.read(name) for name in file.namelist()}


def with_part(raw: bytes, name: str, data: bytes | str) -> bytes:
    """The same zip file with one part replaced or added."""
    return zipped({**parts_of(raw), name: data})


def sheet_xml(body: str, before: str = "") -> str:
    """The part of an xlsx sheet with these rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{space}"><sheetData>{body}</sheetData></worksheet>'


def xlsx_of(body: str, before: str = "") -> bytes:
    """An .xlsx file whose only sheet `s` holds these rows as XML."""
    return with_part(xlsx({"s": [["x"]]}), "xl/worksheets/sheet1.xml", sheet_xml(body, before))


_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3">'
    '<office:automatic-styles><style:style style:name="off" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="{0}"/></manifest:manifest>'
)
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods_of(tables: str, **parts: str) -> bytes:
    """An .ods file with these tables as XML."""
    known = {
        "mimetype": _ODS_TYPE,
        "content.xml": _ODS.format(tables),
        "META-INF/manifest.xml": _MANIFEST.format(_ODS_TYPE),
    }
    return zipped({**known, **parts})


def ods(sheets: Sheets, hidden: Sequence[str] = ()) -> bytes:
    """An .ods file, with the empty rows and cells that LibreOffice writes to the end of a sheet."""
    tables = ""
    for name, rows in sheets.items():
        style = ' table:style-name="off"' if name in hidden else ""
        body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        rest = (
            '<table:table-row table:number-rows-repeated="1048000">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        )
        tables += f"<table:table table:name={quoteattr(name)}{style}>{body}{rest}</table:table>"
    return ods_of(tables)


def _ods_cell(cell: Cell) -> str:
    formula = ""
    if isinstance(cell, Formula):
        formula, cell = f" table:formula={quoteattr('of:' + cell.text)}", cell.result
    if cell is None:
        return f"<table:table-cell{formula}/>"
    if isinstance(cell, Error):
        kind = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
        return f'<table:table-cell table:formula="of:=1/0" {kind}><text:p>{cell.name}</text:p></table:table-cell>'
    if isinstance(cell, bool):
        kind = f'office:value-type="boolean" office:boolean-value="{str(cell).lower()}"'
    elif isinstance(cell, str):
        kind = 'office:value-type="string"'
    else:
        kind = f'office:value-type="float" office:value="{cell!r}"'
    return f"<table:table-cell{formula} {kind}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def _wide(text: str) -> bytes:
    units = text.encode("utf-16-le")
    return struct.pack("<I", len(units) // 2) + units


def brt(number: int, data: bytes = b"") -> bytes:
    """One record of an .xlsb part."""
    head = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = b"", len(data)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + data


def _brt_cell(column: int, cell: Cell) -> bytes:
    head = struct.pack("<II", column, 0)
    if isinstance(cell, Formula):
        return brt(9, head + struct.pack("<dHII", float(cell.result or 0), 0, 0, 0))
    if isinstance(cell, Error):
        return brt(3, head + bytes([CODES[cell.name]]))
    if isinstance(cell, bool):
        return brt(4, head + bytes([cell]))
    if isinstance(cell, str):
        return brt(6, head + _wide(cell))
    return brt(1, head) if cell is None else brt(5, head + struct.pack("<d", cell))


def xlsb_sheet(rows: Rows, extra: bytes = b"", first_row: int = 0) -> bytes:
    """The part of an .xlsb sheet. extra: records after the rows."""
    body = b"".join(
        brt(0, struct.pack("<III", first_row + r, 0, 0) + b"\0" * 5)
        + b"".join(_brt_cell(c, cell) for c, cell in enumerate(row))
        for r, row in enumerate(rows)
    )
    size = struct.pack("<4I", 0, max(len(rows) - 1, 0), 0, max((len(row) for row in rows), default=1) - 1)
    return brt(129) + brt(148, size) + brt(145) + body + brt(146) + extra + brt(130)


def xlsb(sheets: Sheets, hidden: Sequence[str] = (), extra: bytes = b"") -> bytes:
    """An .xlsb file."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations, bundles, parts = "", b"", {}
    for n, (name, rows) in enumerate(sheets.items(), start=1):
        relations += f'<Relationship Id="rId{n}" Type="{kinds}/worksheet" Target="worksheets/sheet{n}.bin"/>'
        bundles += brt(156, struct.pack("<II", int(name in hidden), n) + _wide(f"rId{n}") + _wide(name))
        parts[f"xl/worksheets/sheet{n}.bin"] = xlsb_sheet(rows, extra)
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return zipped({
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.bin": brt(131) + brt(143) + bundles + brt(144) + brt(132),
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{space}">{relations}</Relationships>',
        **parts,
    })  # fmt: skip


def biff(number: int, data: bytes = b"") -> bytes:
    """One record of an .xls workbook."""
    return struct.pack("<HH", number, len(data)) + data


def _biff_cell(row: int, column: int, cell: Cell) -> bytes:
    head = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, Formula):
        return biff(0x06, head + struct.pack("<dHIH", float(cell.result or 0), 0, 0, 3) + b"\x1e\x01\x00")
    if isinstance(cell, Error):
        return biff(0x205, head + bytes([CODES[cell.name], 1]))
    if isinstance(cell, bool):
        return biff(0x205, head + bytes([cell, 0]))
    if isinstance(cell, str):
        units = cell.encode("utf-16-le")
        return biff(0x204, head + struct.pack("<HB", len(units) // 2, 1) + units)
    return biff(0x201, head) if cell is None else biff(0x203, head + struct.pack("<d", cell))


def xls_stream(sheets: Sheets, hidden: Sequence[str] = (), globals_extra: bytes = b"", extra: bytes = b"") -> bytes:
    """The workbook stream of an .xls file."""
    begin = biff(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    sizes = [8 + 4 + 2 * len(name) for name in sheets]
    start = len(begin) + len(globals_extra) + sum(sizes) + 4
    bounds, bodies = b"", b""
    for name, rows in sheets.items():
        bounds += biff(
            0x85, struct.pack("<IBBBB", start + len(bodies), name in hidden, 0, len(name), 1) + name.encode("utf-16-le")
        )
        widest = max((len(row) for row in rows), default=0)
        cells = b"".join(_biff_cell(r, c, cell) for r, row in enumerate(rows) for c, cell in enumerate(row))
        size = biff(0x200, struct.pack("<IIHHH", 0, len(rows), 0, widest, 0))
        bodies += biff(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + size + cells + extra + biff(0x0A)
    return begin + globals_extra + bounds + biff(0x0A) + bodies


def ole(streams: Mapping[str, bytes]) -> bytes:
    """An OLE container with these parts, each padded to at least 4096 bytes (so that none is a small one)."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    data, starts, chain = b"", [], [table, end]
    for stream in streams.values():
        padded = stream.ljust(4096, b"\0")
        padded += b"\0" * (-len(padded) % 512)
        starts.append((len(chain), len(padded)))
        count = len(padded) // 512
        chain += [*range(len(chain) + 1, len(chain) + count), end]
        data += padded
    assert len(chain) <= 128, "more than this writer can hold"
    assert len(streams) <= 3, "more than this writer can hold"
    chain += [free] * (128 - len(chain))

    def entry(name: str, kind: int, start: int, size: int, child: int = free, right: int = free) -> bytes:
        raw = name.encode("utf-16-le").ljust(64, b"\0")
        head = struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, free, right, child)
        return raw + head + b"\0" * 36 + struct.pack("<IQ", start, size)

    entries = entry("Root Entry", 5, end, 0, child=1)
    for n, (name, (start, size)) in enumerate(zip(streams, starts, strict=True), start=1):
        entries += entry(name, 2, start, size, right=n + 1 if n < len(streams) else free)
    entries = entries.ljust(512, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    return head + struct.pack("<128I", *chain) + entries + data


def xls(sheets: Sheets, hidden: Sequence[str] = (), globals_extra: bytes = b"", extra: bytes = b"") -> bytes:
    """An .xls file (BIFF8)."""
    return ole({"Workbook": xls_stream(sheets, hidden, globals_extra, extra)})


def address(row: int, column: int) -> str:
    """`A1` of a cell counted from 0."""
    return f"{column_letters(column)}{row + 1}"


KINDS: dict[str, Callable[..., bytes]] = {"xlsx": xlsx, "xlsb": xlsb, "xls": xls, "ods": ods}
