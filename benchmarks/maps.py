"""Time of a printed map: the page of a county as data, drawn and saved, beside geopandas' own plot in the same run.

Usage: python benchmarks/maps.py [--run FOLDER] [--units 1000]. A made-up county of so many units (tests/reports), the
pages of five kinds; with --run the pages of a real run folder too. CPU seconds of one process; the last column says how
many times geopandas' `.plot()` of the same units, colours and page size (no legend, names, signs, scale bar or footer)
the page takes. The bound is 2 s for a page: data, figure, PNG at 300 dpi and vectors.
"""

import argparse
import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import matplotlib as mpl
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from reports.atlas import DPI, Printer, _said
from reports.atlas_data import Scene, lean
from reports.atlas_kinds import KINDS, MEASURES, choropleth
from reports.atlas_layers import Fill
from reports.atlas_page import MapPage, Plates
from reports.figures_setting import Case
from reports.run_folder import RunFolder
from reports.style import to_png
from reports.view import View, view
from tests.reports import factory
from tests.reports.atlas_county import many

BOUND_S = 2.0
Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def saved(figure: Figure) -> int:
    """Bytes of the page as PNG and as vectors."""
    buffer = io.BytesIO()
    with PdfPages(buffer) as book:
        book.savefig(figure)
    return len(to_png(figure, DPI)) + buffer.tell()


def plain(units: gpd.GeoDataFrame, fill: Fill) -> Figure:
    """The same units in the same colours, as geopandas plots them."""
    figure = Figure(figsize=(11.69, 8.27))
    values = fill.values.reindex(units["unit"].astype(str)).to_numpy()
    units.plot(ax=figure.add_subplot(), color=[fill.look.scale.color(value) for value in values], ec="grey", lw=0.3)
    return figure


def makers(seen: View) -> dict[str, Callable[[], MapPage]]:
    """One page of each kind."""
    scene = Scene(Case(seen.future, seen.plan), "primary", seen.year)
    found: dict[str, Callable[[], MapPage]] = {"choropleth": lambda: choropleth(seen, scene, MEASURES["utilisation"])}
    for kind in ("symbols", "desire", "triptych", "years"):
        found[kind] = lambda kind=kind: KINDS[kind](seen, scene)[0]  # type: ignore[misc]
    return found


def report(seen: View, title: str) -> float:
    """Print a line for every kind; returns the slowest page [s]."""
    print(f"{title}: {len(seen.units)} units")
    small = lean(seen)
    made = Printer(small, Plates(seen.units), "A4", _said(seen))
    first = makers(small)["choropleth"]()
    fill = next(layer for layer in first.panes[0].layers if isinstance(layer, Fill))
    base, _ = timed(lambda: saved(plain(seen.units, fill)))
    print(f"  {'geopandas .plot(), PNG and PDF':<34}{base:7.2f} s")
    slowest = 0.0
    for name, make in makers(small).items():
        data, page = timed(make)
        draw, figure = timed(lambda page=page: made.figure(page))  # type: ignore[misc]
        save, size = timed(lambda figure=figure: saved(figure))  # type: ignore[misc]
        whole = data + draw + save
        slowest = max(slowest, whole)
        parts = f"(data {data:.2f}, figure {draw:.2f}, files {save:.2f}; {size / 1e6:.1f} MB)"
        print(f"  {name:<34}{whole:7.2f} s  {parts:<52}{whole / base:6.2f} x")
    return slowest


def main() -> None:
    parser = argparse.ArgumentParser(description="Time of printed maps.")
    parser.add_argument("--run", type=Path, help="a run folder, say of majiang")
    parser.add_argument("--units", type=int, default=1000)
    chosen = parser.parse_args()
    mpl.use("agg")
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        run = factory.make(Path(folder) / "test-run")
        report(many(run, "zh", 20), "warm-up")
        slowest = report(many(run, "zh", chosen.units), "made up")
    if chosen.run is not None:
        slowest = max(slowest, report(view(RunFolder.read(chosen.run), "zh"), chosen.run.name))
    print(f"slowest page {slowest:.2f} s, bound {BOUND_S} s: {'held' if slowest < BOUND_S else 'NOT HELD'}")


if __name__ == "__main__":
    main()
