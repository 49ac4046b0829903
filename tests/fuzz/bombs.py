"""Small files that unfold to far more than any table or layer: what reads each must refuse it in little memory."""

import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import rasterio
import shapely
from pyproj import CRS

from gis.layers import LayerSource, scan_layer
from gis.raster import raster_people
from scenarios.grid_read import read_grids
from scenarios.problems import Problem
from tests.gis.county import EAST, METRES, NORTH
from tests.scenarios import books

Reading = Callable[[], list[Problem]]
Case = Callable[[random.Random, Path], Reading]
Write = Callable[[Path], object]


def _table(name: str, raw: Callable[[], bytes]) -> Case:
    def case(_: random.Random, folder: Path) -> Reading:
        (folder / name).write_bytes(raw())
        return lambda: read_grids(folder / name, name)[1]

    return case


def _layer(name: str, raw: Callable[[], bytes]) -> Case:
    def case(_: random.Random, folder: Path) -> Reading:
        (folder / name).write_bytes(raw())
        return lambda: scan_layer(LayerSource(folder / name, name, "unit", METRES))[1]

    return case


def _raster(_: random.Random, folder: Path) -> Reading:
    """A GeoTIFF without a single block that declares 40 billion pixels over the county."""
    size = 200_000
    scale = 10_000.0 / size
    shape = {"driver": "GTiff", "width": size, "height": size, "count": 1, "dtype": "float32", "crs": METRES}
    transform = rasterio.Affine(scale, 0, EAST, 0, -scale, NORTH + 10_000.0)
    more = {"tiled": True, "sparse_ok": True, "compress": "deflate", "bigtiff": "yes", "transform": transform}
    with rasterio.open(folder / "people.tif", "w", **shape, **more):
        pass
    assert (folder / "people.tif").stat().st_size < 20_000_000
    box = np.array([shapely.box(EAST, NORTH, EAST + 10_000, NORTH + 10_000)], dtype=object)
    return lambda: raster_people(folder / "people.tif", "people.tif", box, CRS(METRES))[1]


def _one_part(size: int, unit: bytes, head: bytes, tail: bytes, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook with a part of about `size` bytes, the same unit again and again; quick to make."""
    return books.with_part(books.xlsx({"s": [["x"]]}), part, head + unit * (size // len(unit)) + tail)


def _liar() -> bytes:
    """A part that declares 100 bytes and unpacks to 250 MB, with the checksum of the first 100."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(b" " * 10_000_000) for _ in range(25)) + packer.flush()
    raw = bytearray(books.with_part(books.xlsx({"s": [["x"]]}), "xl/worksheets/sheet1.xml", b" " * 100))
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        info = file.getinfo("xl/worksheets/sheet1.xml")
    start = info.header_offset + 30 + len(info.filename)
    grown = raw[:start] + packed + raw[start + info.compress_size :]
    shift = len(packed) - info.compress_size
    struct.pack_into("<I", grown, info.header_offset + 18, len(packed))
    at = grown.index(b"PK\x01\x02")
    while grown[at : at + 4] == b"PK\x01\x02":
        name, extra, comment = struct.unpack_from("<3H", grown, at + 28)
        (offset,) = struct.unpack_from("<I", grown, at + 42)
        if offset == info.header_offset:
            struct.pack_into("<I", grown, at + 20, len(packed))
        elif offset > info.header_offset:
            struct.pack_into("<I", grown, at + 42, offset + shift)
        at += 46 + name + extra + comment
    struct.pack_into("<I", grown, at + 16, struct.unpack_from("<I", grown, at + 16)[0] + shift)
    return bytes(grown)


HEAD, TAIL = (part.encode() for part in books.sheet_xml("|").split("|"))
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
REPEAT = (
    '<table:table table:name="s"><table:table-row table:number-rows-repeated="99999"><table:table-cell '
    'table:number-columns-repeated="99999" office:value-type="float" office:value="1"/></table:table-row></table:table>'
)

BOMBS: dict[str, Case] = {
    "far-cell": _table("t.xlsx", lambda: books.xlsx_of(FAR)),
    "spaces": _table("t.xlsx", lambda: _one_part(201_000_000, b" " * 1_000_000, HEAD, TAIL)),
    "liar": _table("t.xlsx", _liar),
    "ods-repeats": _table("t.ods", lambda: books.ods_of(REPEAT)),
    "xlsb-far": _table("t.xlsb", lambda: books.with_part(
        books.xlsb({"s": []}), "xl/worksheets/sheet1.bin", books.xlsb_sheet([["x"]], first_row=1_000_000))),
    "xls-texts": _table("t.xls", lambda: books.xls(
        {"s": books.TABLE}, globals_extra=books.biff(0xFC, struct.pack("<II", 1, 2_000_000_000)))),
    "commas": _table("t.csv", lambda: b"," * 6_000_000),
    "one-line": _table("t.csv", lambda: b"a" * 20_000_000),
    "open-quote": _table("t.csv", lambda: b'a,b\n"' + b"x\n" * 10_000_000),
    "json-depth": _layer("u.geojson", lambda: b"[" * 5_000_000),
    "json-number": _layer("u.geojson", lambda: b'{"type": "FeatureCollection", "a": ' + b"9" * 5_000_000 + b"}"),
    "json-objects": _layer("u.geojson", lambda: json.dumps({"type": "x", "a": [{}] * 300_000}).encode()),
    "raster": _raster,
}  # fmt: skip
"""Quick to make and to refuse."""
FLOODS: dict[str, Case] = {
    "cells": _table("t.xlsx", lambda: _one_part(190_000_000, b"<row><c><v>1</v></c><c><v>2</v></c></row>", HEAD, TAIL)),
    "texts": _table("t.xlsx", lambda: _one_part(
        190_000_000, b"<si><t>a</t></si>", b'<?xml version="1.0"?><sst xmlns="x">', b"</sst>", "xl/sharedStrings.xml")),
    "rows": _table("t.csv", lambda: b"a,1,2023,4,2,0\n" * 12_000_000),
    "columns": _table("t.csv", lambda: (b"1," * 1_999 + b"1\n") * 40_000),
    "million": _table("t.csv", lambda: b"".join(b"s%07d,1,2023,45,2,0\n" % n for n in range(1_000_000))),
}  # fmt: skip
"""As large as the guards let through, or nearly."""
