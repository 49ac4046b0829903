"""Time and memory of reading: 200,000 rows against a plain reading of the same file, a million rows, 3,000 zones.

Usage: python benchmarks/reading.py [--quick]. Prints CPU seconds of this run and the ratio to the plain way, which is
what to compare between machines; a million rows are read in a process of their own, whose peak memory is printed.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
import xlsxwriter
from python_calamine import CalamineWorkbook

from gis.checks import check_cover
from gis.crs import find_way, parse_crs
from gis.layers import LayerSource, scan_layer
from scenarios.problems import has_errors
from scenarios.table_specs import SPECS
from scenarios.tables import read_table, typed

HEAD = ("学校", "年级", "学年", "在校生数", "班数", "suppressed")
WEST, SOUTH, STEP = 450_000.0, 2_900_000.0, 1_000.0
METRES = "EPSG:4545"
ROUNDS = 3
Row = tuple[str, str, int, int, int, int]
CHILD = """
import json, sys
from pathlib import Path
from scenarios.table_specs import SPECS
from scenarios.tables import read_table
table, problems = read_table(Path(sys.argv[1]), "t", SPECS["enrolment"])
import resource
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 ** 2)
said = sorted({problem.code for problem in problems})
print(json.dumps([peak, said, 0 if table is None else len(table.frame)]))
"""


def rows(count: int) -> Iterator[Row]:
    """Records of schools with nine grades over fifteen years."""
    for number in range(count):
        school, rest = divmod(number, 135)
        grade, year = divmod(rest, 15)
        yield f"s{school:05d}", str(grade + 1), 2008 + year, 20 + number % 40, 1, 0


def write_csv(path: Path, count: int, encoding: str) -> Path:
    """A text table."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([HEAD, *rows(count)])
    return path


def write_xlsx(path: Path, count: int) -> Path:
    """A workbook with one sheet."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("在校生")
        sheet.write_row(0, 0, HEAD)
        for at, row in enumerate(rows(count), start=1):
            sheet.write_row(at, 0, row)
    return path


def checked(path: Path, count: int) -> None:
    """A table as a study reads it: every cell checked, and typed."""
    table, problems = read_table(path, path.name, SPECS["enrolment"])
    assert table is not None, problems
    assert not has_errors(problems), problems[:3]
    assert len(typed(table)) == count


def plain_csv(path: Path, encoding: str) -> None:
    """The same file by the csv module, unchecked."""
    with path.open(encoding=encoding, newline="") as file:
        assert list(csv.reader(file))


def plain_xlsx(path: Path) -> None:
    """The same file by the library, unguarded and unchecked."""
    assert CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds, the best of a few rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def line(name: str, work: Callable[[], object], plain: Callable[[], object], target: float) -> None:
    """Print one line of the table."""
    took, reference = seconds(work), seconds(plain)
    verdict = "ok" if took < target else "MISSED"
    print(f"{name:38s}{took:9.2f}{reference:9.2f}{took / reference:9.1f}{target:9.0f}  {verdict}")


def tables(folder: Path, count: int) -> None:
    """Tables of pupils in three forms."""
    for encoding in ("utf-8", "gbk"):
        file = write_csv(folder / f"{encoding}.csv", count, encoding)
        name = f"{count:,} rows, CSV {encoding}"
        line(name, lambda file=file: checked(file, count), lambda file=file, e=encoding: plain_csv(file, e), 5.0)
    book = write_xlsx(folder / "t.xlsx", count)
    line(f"{count:,} rows, XLSX", lambda: checked(book, count), lambda: plain_xlsx(book), 5.0)


def zones(folder: Path, side: int) -> None:
    """A county of side x side units with ragged borders, from the file to the last finding."""
    chance = np.random.default_rng(20230901)
    points = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0), indexing="ij"), axis=2)
    points = np.array([WEST, SOUTH]) + STEP * (points + chance.uniform(-0.3, 0.3, points.shape))
    rings = np.stack([points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]], axis=2).reshape(-1, 4, 2)
    shapes = shapely.segmentize(shapely.polygons(rings), 50.0)
    names = [f"u{at:05d}" for at in range(len(shapes))]
    file = folder / "units.gpkg"
    gpd.GeoDataFrame({"unit": names}, geometry=shapes, crs=METRES).to_file(file)

    def check() -> None:
        frame, problems = scan_layer(LayerSource(file, "units.gpkg", "unit", METRES))
        assert frame is not None, problems
        crs, _ = parse_crs(METRES, "x")
        assert crs is not None
        way, _ = find_way(crs, crs, "x")
        assert way is not None
        check_cover(frame, "units.gpkg", way)

    def plain() -> None:
        frame = gpd.read_file(file)
        assert frame.is_valid.all()
        frame.sindex.query(frame.geometry, predicate="overlaps")

    vertices = int(shapely.get_num_coordinates(shapes).sum())
    line(f"{len(shapes):,} units, {vertices:,} vertices", check, plain, 10.0)


def million(folder: Path, count: int) -> None:
    """Too many rows: refused, in how much memory."""
    for file in (write_csv(folder / "m.csv", count, "utf-8"), write_xlsx(folder / "m.xlsx", count)):
        start = time.perf_counter()
        command = [sys.executable, "-c", CHILD, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        peak, codes, kept = json.loads(done.stdout)
        took = time.perf_counter() - start
        size = file.stat().st_size / 1e6
        told = f"{kept:,} rows read" if kept else "refused"
        print(f"{count:,} rows, {file.suffix[1:]} of {size:.0f} MB: {told} {codes}, {took:.1f} s, peak {peak:.0f} MB")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows and units")
    part = 10 if parser.parse_args().quick else 1
    print(f"{'':38s}{'CPU s':>9s}{'plain':>9s}{'ratio':>9s}{'target':>9s}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables(folder, 202_500 // part)
        zones(folder, 55 if part == 1 else 17)
        million(folder, 1_000_000 // part)


if __name__ == "__main__":
    main()
