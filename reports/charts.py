"""Charts by name, for every paper: `chart_png(seen, "heat", 156)` gives pictures, `write_charts` the files of a run.

A chart is a question and a function that says what is to be drawn for a run; a run may need several sheets of it (a
school each, a plan each) or none, and then the chart says why. Charts are drawn for the width they are shown at.
"""

import csv
import io
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType

from matplotlib.figure import Figure

from reports import charts_sheets
from reports.album import Task, settle
from reports.charts_sheets import Collect
from reports.figures_base import NOTHING
from reports.i18n import Labels
from reports.run_folder import RunFolder
from reports.style import settings, to_png, to_svg
from reports.view import View, view

DPI = 200
FOLDER, INDEX = "charts", "charts.csv"
INDEX_HEADS = ("file", "chart", "question", "finding", "text", "left_out")
MM_PER_INCH = 25.4


@dataclass(frozen=True)
class Chart:
    """A chart: its name, and the drawings a run needs of it. Words: labels `charts.<name>` and `charts.<name>.none`."""

    name: str
    collect: Collect

    def title(self, labels: Labels) -> str:
        """What the chart is called."""
        return labels(f"charts.{self.name}")

    def question(self, labels: Labels) -> str:
        """The question it answers."""
        return labels(f"charts.{self.name}.question")

    def reason(self, labels: Labels) -> str:
        """Why a run has none of it."""
        return labels(f"charts.{self.name}.none")

    def sheets(self, seen: View) -> list["Drawn"]:
        """Every sheet of the chart, drawn in this process; none for a run with nothing to show."""
        found = (_draw(self.name, sheet) for sheet in self.collect(seen))
        return [drawn for drawn in found if drawn.figure.get_gid() != NOTHING]


@dataclass(frozen=True)
class Drawn:
    """A drawn sheet: the key is one of a kind within its chart."""

    chart: str
    key: str
    title: str
    """The finding."""
    alt: str
    """The finding and what is drawn, for those who cannot see it."""
    figure: Figure

    @property
    def name(self) -> str:
        """Stem of its file."""
        return f"{self.chart}-{self.key}" if self.key else self.chart


CHARTS: Mapping[str, Chart] = MappingProxyType(
    {name: Chart(name, collect) for name, collect in charts_sheets.COLLECT.items()}
)
"""Every chart by its name, in the order of the questions of a report."""


def _draw(chart: str, sheet: tuple[str, Task]) -> Drawn:
    key, task = sheet
    figure = task.draw(*task.args, caption=task.caption, **task.options)
    with settings():
        settle(figure)
    return Drawn(chart, key, task.caption.title, str(figure.get_label()), figure)


def made_for(seen: View, width_mm: float) -> View:
    """The view whose charts are drawn for a width [mm]: letters keep their size, fewer panels stand side by side."""
    if width_mm <= 0:
        raise ValueError(f"width_mm must be above 0, not {width_mm:g}")
    return replace(seen, setting=replace(seen.setting, room=width_mm / MM_PER_INCH))


def chart_png(seen: View, name: str, width_mm: float, dpi: int = DPI) -> list[tuple[str, str, bytes]]:
    """Sheets of a chart as (title, alternative text, PNG), to be shown `width_mm` wide at most; none if none is drawn.

    A chart that is narrower keeps its own width; one that cannot be drawn so narrow has more pixels, to be scaled down.
    The resolution of the file is such that it is shown at the right size. Raises KeyError for a name not in `CHARTS`.
    """
    chart = CHARTS[name]
    return [
        (drawn.title, drawn.alt, to_png(drawn.figure, scaled(drawn.figure, width_mm, dpi)))
        for drawn in chart.sheets(made_for(seen, width_mm))
    ]


def scaled(figure: Figure, width_mm: float, dpi: int) -> int:
    """Dots per inch of the figure that give `dpi` on paper once it is scaled down to `width_mm`."""
    inches = float(figure.get_figwidth())
    return max(1, round(dpi * min(1.0, width_mm / MM_PER_INCH / inches)))


def _files(sheet: tuple[str, str, Task]) -> tuple[str, str, str, bytes, bytes] | None:
    """Name, title, text, PNG and SVG of a sheet; None where there is nothing to draw. Runs in a process of its own."""
    drawn = _draw(sheet[0], sheet[1:])
    if drawn.figure.get_gid() == NOTHING:
        return None
    return drawn.name, drawn.title, drawn.alt, to_png(drawn.figure, DPI), to_svg(drawn.figure)


def _drawn(
    sheets: Sequence[tuple[str, str, Task]], workers: int
) -> Iterable[tuple[str, str, str, bytes, bytes] | None]:
    if workers <= 1 or len(sheets) < 2:
        yield from map(_files, sheets)
        return
    with ProcessPoolExecutor(min(workers, len(sheets)), get_context("spawn")) as pool:
        yield from pool.map(_files, sheets)


def write_charts(run: RunFolder, lang: str, place: Path | str, workers: int = 1) -> list[Path]:
    """Write every chart of a run into `place`/charts: PNG (200 dpi), SVG, and `charts.csv`; returns the files.

    `charts.csv` gives each file its question, its finding and its text, and says which charts are left out and why.
    Files of an earlier call are replaced; equal runs give equal bytes for any number of workers. Raises OSError where
    the folder cannot be written to.
    """
    seen, folder = view(run, lang), Path(place) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)  # a folder that refuses is told before anything is drawn
    building = folder / f".{os.getpid()}.unfinished"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    try:
        names = _write(seen, building, workers)
        for old in (*folder.glob("*.png"), *folder.glob("*.svg")):
            old.unlink()
        for name in names:
            (building / name).replace(folder / name)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return [folder / name for name in names]


def _write(seen: View, folder: Path, workers: int) -> list[str]:
    labels, names = seen.labels, []
    sheets = [(chart.name, *sheet) for chart in CHARTS.values() for sheet in chart.collect(seen)]
    rows: dict[str, list[tuple[str, ...]]] = {name: [] for name in CHARTS}
    for sheet, files in zip(sheets, _drawn(sheets, workers), strict=True):
        if files is None:
            continue
        name, title, alt, png, svg = files
        rows[sheet[0]].append((f"{name}.png", sheet[0], CHARTS[sheet[0]].question(labels), title, alt, ""))
        for ending, content in (("png", png), ("svg", svg)):
            (folder / f"{name}.{ending}").write_bytes(content)
            names.append(f"{name}.{ending}")
    for name, found in rows.items():
        if not found:
            chart = CHARTS[name]
            found.append(("", name, chart.question(labels), "", "", chart.reason(labels)))
    (folder / INDEX).write_bytes(_index([row for found in rows.values() for row in found]))
    return [*names, INDEX]


def _index(rows: Sequence[tuple[str, ...]]) -> bytes:
    """The list of charts as CSV that Excel and WPS open (utf-8 with BOM)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(INDEX_HEADS)
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8-sig")
