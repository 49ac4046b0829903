"""A page of maps as data, and how it becomes a figure: frames, layers, scale bar, north arrow, what had no room."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text

from reports.atlas_keys import Group
from reports.atlas_layers import INSET, Layer, Plate
from reports.atlas_sheet import Box, Sheet, Words, sheet
from reports.figures_base import HINTED, fit
from reports.figures_setting import Caption, Setting
from reports.fonts import drawable
from reports.maps_data import Bounds
from reports.style import FONT_PT, GREY, INK, PAPER, SMALL_PT, styled

ROUND = (1.0, 2.0, 5.0)
METRES_PER_PT = 0.0254 / 72
ASPECTS = (0.45, 1.9)
"""Least and greatest height / width of a map."""


@dataclass(frozen=True)
class Pane:
    """One map: its name and its layers, from the ground up; `part` is a piece of the county on a larger scale."""

    title: str
    layers: tuple[Layer, ...]
    part: Bounds | None = None


@dataclass(frozen=True)
class MapPage:
    """A page: file name, words, maps, legend."""

    name: str
    caption: Caption
    panes: tuple[Pane, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...] = ()
    reason: str = field(default="")
    """Why there is nothing to draw."""


class Plates:
    """Plates of one run by extent and size: pages of one atlas share them."""

    def __init__(self, units: gpd.GeoDataFrame) -> None:
        self.units = units
        self._known: dict[tuple[object, ...], Plate] = {}

    @property
    def bounds(self) -> Bounds:
        """Extent of the county [m]; a metre wide at least."""
        if self.units.empty:
            return 0.0, 0.0, 1.0, 1.0
        west, south, east, north = (float(value) for value in self.units.total_bounds)
        return west, south, max(east, west + 1.0), max(north, south + 1.0)

    @property
    def aspect(self) -> float:
        """Height / width of the county, within `ASPECTS`."""
        west, south, east, north = self.bounds
        return float(np.clip((north - south) / (east - west), *ASPECTS))

    def plate(self, size: tuple[float, float], part: Bounds | None, inset: Bounds | None) -> Plate:
        """The plate of a frame of a size [pt]."""
        key = (round(size[0], 2), round(size[1], 2), part)
        if key not in self._known:
            extent, scale = framed(part or self.bounds, size)
            units = self.units
            if part is not None:
                units = units[units.intersects(shapely.box(*extent))].reset_index(drop=True)
            self._known[key] = Plate(units, extent, scale)
        plate = self._known[key]
        if inset is None:
            return plate
        other = Plate(plate.units, plate.bounds, plate.metres_per_pt, inset)
        # What was made ready for one is ready for the other.
        other.__dict__.update({name: getattr(plate, name) for name in ("shapes", "ids", "outlines", "lines")})
        return other


def framed(bounds: Bounds, size: tuple[float, float]) -> tuple[Bounds, float]:
    """Extent [m] of a frame of a size [pt] around bounds, with a margin, and its scale [m/pt]."""
    west, south, east, north = bounds
    scale = 1.05 * max((east - west) / size[0], (north - south) / size[1])
    x, y, half = (west + east) / 2, (south + north) / 2, (size[0] * scale / 2, size[1] * scale / 2)
    return (x - half[0], y - half[1], x + half[0], y + half[1]), scale


@styled
def draw_page(page: MapPage, setting: Setting, plates: Plates, paper: str, said: Sequence[str]) -> Figure:
    """The figure of a page on `A4` or `A3`; said: notes that stand on every page. Signs without a font are 〓."""
    figure = _drawn(page, setting, plates, paper, said)
    for text in figure.findobj(Text):
        if (shown := drawable(text.get_text())) != text.get_text():
            text.set_text(shown)
    return figure


def _drawn(page: MapPage, setting: Setting, plates: Plates, paper: str, said: Sequence[str]) -> Figure:
    panes = page.panes
    words = Words(page.caption, page.groups, (*page.notes, *said), tuple(setting.marks()))
    made = sheet(setting, words, (max(len(panes), 1), plates.aspect), paper)
    if page.reason or plates.units.empty or not panes:
        reason = page.reason or setting.labels("figure.no_rows", what=setting.labels("map.units"))
        _nothing(made, setting.labels("figure.nothing", reason=reason))
        return made.figure
    sizes = [box[2:] for box in made.maps]
    insets = [
        None if pane.part is not None else _shown_larger(panes, at, plates, sizes) for at, pane in enumerate(panes)
    ]
    for pane, box, inset in zip(panes, made.maps, insets, strict=True):
        _draw_pane(made, pane, box, plates.plate(box[2:], pane.part, inset), setting)
    return made.figure


def _shown_larger(
    panes: Sequence[Pane], at: int, plates: Plates, sizes: Sequence[tuple[float, float]]
) -> Bounds | None:
    """Extent of the enlarged part that follows a map."""
    after = at + 1
    if after < len(panes) and panes[after].part is not None:
        return plates.plate(sizes[after], panes[after].part, None).bounds
    return None


def _nothing(made: Sheet, said: str) -> None:
    left, bottom, wide, high = made.maps[0]
    made.overlay().text(left + wide / 2, bottom + high / 2, said, size=FONT_PT + 2, ha="center", va="center",
                        color=GREY)  # fmt: skip


def _draw_pane(made: Sheet, pane: Pane, box: Box, plate: Plate, setting: Setting) -> None:
    axes = made.axes(box)
    left, bottom, right, top = plate.bounds
    axes.set(xlim=(left, right), ylim=(bottom, top), xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=GREY, lw=0.6)
    left_out = sum(layer.draw(axes, plate) for layer in pane.layers)
    if plate.inset is not None:
        west, south, east, north = plate.inset
        axes.add_patch(Rectangle((west, south), east - west, north - south, fill=False, ec=INSET, lw=1.1, zorder=7))
    overlay = made.overlay()
    title = pane.title + (setting.labels("atlas.left_out", n=left_out) if left_out else "")
    overlay.text(box[0], box[1] + box[3] + 3.5, fit(title, FONT_PT, box[2] * HINTED), size=FONT_PT, va="bottom")
    draw_strip(overlay, setting, box, plate.metres_per_pt)


def scale_length(most: float) -> float:
    """The greatest of 1, 2, 5 x 10^k not above a length [m].

    >>> scale_length(7300.0), scale_length(4999.0), scale_length(1.0)
    (5000.0, 2000.0, 1.0)
    """
    power = 10.0 ** np.floor(np.log10(most))
    return float(max(one * power for one in ROUND if one * power <= most * (1 + 1e-9)))


def draw_strip(axes: Axes, setting: Setting, box: Box, metres_per_pt: float) -> None:
    """Below a map: scale bar in two halves, the scale as a ratio, the north arrow at the right."""
    left, top, wide = box[0], box[1] - 5.0, box[2]
    length = scale_length(max(0.3 * wide * metres_per_pt, 1e-6))
    points = length / metres_per_pt
    unit, shown = ("km", length / 1000) if length >= 1000 else ("m", length)
    for half, color in ((0, INK), (1, PAPER)):
        axes.add_patch(Rectangle((left + half * points / 2, top - 4), points / 2, 4, fc=color, ec=INK, lw=0.6))
    for share in (0.0, 0.5, 1.0):
        text = f"{shown * share:g}" + (f" {unit}" if share == 1 else "")
        axes.text(left + points * share, top - 6, text, size=SMALL_PT, va="top", ha="center" if share else "left")
    ratio = f"≈ 1 : {int(float(f'{metres_per_pt / METRES_PER_PT:.2g}')):,}".replace(",", "\u00a0")
    if wide > points + 130:
        axes.text(left + points + 34, top - 2, ratio, size=SMALL_PT, va="center", ha="left", color=INK)
    x = left + wide - 7
    axes.add_patch(
        Polygon([(x, top + 1), (x - 4, top - 12), (x, top - 9), (x + 4, top - 12)], closed=True, fc=INK, ec=INK, lw=0.4)
    )
    axes.text(x - 8, top - 6, setting.labels("map.north"), size=SMALL_PT + 0.6, ha="right", va="center")
