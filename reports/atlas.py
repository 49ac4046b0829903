"""`maps/*.png` and `maps.pdf`: the printed maps of a run, a page a map, the same bytes for the same run.

Pages are made as data (`pages`), drawn once each, and saved at 300 dpi and as vectors. What cannot be drawn is listed
on a last page with its reason, so that no kind of map is missing in silence.
"""

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from reports.atlas_data import Scene, lean
from reports.atlas_kinds import KINDS
from reports.atlas_page import MapPage, Plates, draw_page
from reports.atlas_sheet import PAPERS
from reports.figures_base import SEPARATOR
from reports.figures_setting import Caption, Case
from reports.fonts import drawable
from reports.pictures import stages_by_need
from reports.run_folder import RunFolder
from reports.style import settings, to_png
from reports.view import View, view

DPI = 300
FOLDER, BOOK = "maps", "maps.pdf"


@dataclass(frozen=True)
class Printer:
    """What every page of an atlas shares."""

    seen: View
    plates: Plates
    paper: str
    said: tuple[str, ...]

    def figure(self, page: MapPage) -> Figure:
        """The figure of a page."""
        return draw_page(page, self.seen.setting, self.plates, self.paper, self.said)


def printer(run: RunFolder, lang: str, paper: str = "A4") -> Printer:
    """A printer of the maps of a run in `zh` or `en` on a paper of `atlas_sheet.PAPERS`; KeyError for another one."""
    if paper not in PAPERS:
        raise KeyError(paper)
    seen = view(run, lang)
    return Printer(seen, Plates(seen.units), paper, every_page(seen))


def every_page(seen: View) -> tuple[str, ...]:
    """What stands on every page: source, date, hash, coordinate system, what the map is not, its approval number."""
    labels, run = seen.labels, seen.run
    crs = seen.units.crs
    name = f"{crs.to_string()} {crs.name}" if crs is not None else labels("map.no_crs")
    mark = hashlib.sha256((run.path / "manifest.json").read_bytes()).hexdigest()[:8]
    said = (
        labels("source.figure", study=labels.pick(run.study.name), seed=run.study.seed, draws=run.study.draws),
        labels("atlas.dated", day=labels("atlas.day", year=run.study.base_year)),
        labels("atlas.hash", hash=mark),
        labels("map.crs", name=name),
        labels("map.internal"),
        labels("map.not_binding"),
        labels("atlas.approval"),
    )
    return tuple(map(drawable, said))


def pages(seen: View, kinds: Sequence[str] = tuple(KINDS)) -> list[MapPage]:
    """All pages of a run, stage by stage in the order of need, numbered; those without anything on a last page."""
    seen, case = lean(seen), Case(seen.future, seen.plan)
    found = [
        page
        for stage in stages_by_need(seen)
        for kind in kinds
        for page in KINDS[kind](seen, Scene(case, stage, seen.year))
    ]
    drawn = [page for page in found if not page.reason]
    empty = [page for page in found if page.reason]
    if empty:
        drawn.append(_not_drawn(seen, empty))
    return [replace(page, name=f"{number:02d}-{page.name}") for number, page in enumerate(drawn, start=1)]


def _not_drawn(seen: View, empty: Sequence[MapPage]) -> MapPage:
    labels = seen.labels
    lines = [labels("atlas.not_drawn_line", title=page.caption.title, reason=page.reason) for page in empty]
    return MapPage("not-drawn", Caption(labels("atlas.not_drawn"), SEPARATOR.join(lines)), (), (),
                   reason="\n".join(dict.fromkeys(page.reason for page in empty)))  # fmt: skip


def write_maps(run: RunFolder, lang: str, place: Path | str, paper: str = "A4") -> list[Path]:
    """Write `maps/*.png` (300 dpi) and `maps.pdf` into the folder `place`; returns the files, the PDF last.

    Pictures of an earlier call are replaced. Raises KeyError for another paper than those of `atlas_sheet.PAPERS`, and
    OSError where the folder cannot be written to.
    """
    made, folder = printer(run, lang, paper), Path(place)
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)  # a folder that refuses is told before anything is drawn
    building = folder / f".{FOLDER}.{os.getpid()}.unfinished"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    try:
        names = _print(made, building)
        for old in target.glob("[0-9][0-9]-*.png"):
            old.unlink()
        for name in names:
            (building / name).replace(target / name)
        (building / BOOK).replace(folder / BOOK)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return [*(target / name for name in names), folder / BOOK]


def _print(made: Printer, folder: Path) -> list[str]:
    """Draw every page once into a folder; returns the names of the pictures."""
    names = []
    about = {"CreationDate": None, "ModDate": None, "Producer": None, "Creator": "schoolplan"}
    with settings(), PdfPages(folder / BOOK, metadata=about) as book:
        for page in pages(made.seen):
            figure = made.figure(page)
            name = f"{page.name}.png"
            (folder / name).write_bytes(to_png(figure, DPI))
            book.savefig(figure)
            names.append(name)
    return names
