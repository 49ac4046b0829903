"""Map of parcels: where they lie in the county, and each of them on a larger scale with what stands against it.

One sheet shows at most nine parcels, numbered in the order of the table; further ones follow on sheets of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from matplotlib_scalebar.scalebar import ScaleBar
from numpy.typing import NDArray

from gis.land_table import FITS
from reports.figures_base import HINTED, MARGIN_PT, Words, fit, page
from reports.figures_setting import Caption, Setting
from reports.fonts import text_width
from reports.land_view import LandView, number
from reports.maps_shapes import borders, simplified, to_outline
from reports.style import BLUE, GREY, INK, ORANGE, PAPER, SKY, SMALL_PT, VERMILLION, styled

COLOURS = {"free": BLUE, "measures": SKY, "reduced": ORANGE, "unfit": VERMILLION, "unknown": GREY}
PER_SHEET, COLUMNS = 9, 3
WIDTH_IN, ROW_IN, LEFT_IN = 11.0, 2.45, 3.6
LOST = "#5a2a14"
SOFT = "#2f6f8f"
_TEXT_PT = 4.4 * SMALL_PT
"""Room of three lines of words above a panel [pt]."""
DASHES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)))
SIGNS = ("D", "s", "^", "P")
GREYS = ("#c9c6bd", "#dfe5d8", "#e3dce6", "#efe3d3")
"""Lines, points and areas of one constraint layer after the other."""


@dataclass(frozen=True)
class _Row:
    """One parcel of a sheet: its number, its place in the table and its shape."""

    number: int
    at: int
    shape: shapely.Geometry


def land_sheets(view: LandView) -> list[Figure]:
    """All sheets; none where no parcel has a place."""
    shapes = view.land.parcels.shapes
    rows = [_Row(at + 1, at, shape) for at, shape in enumerate(shapes) if shape is not None]
    sheets = [rows[start : start + PER_SHEET] for start in range(0, len(rows), PER_SHEET)]
    return [_sheet(view, chosen, sheet, len(sheets)) for sheet, chosen in enumerate(sheets, start=1)]


def finding(view: LandView) -> str:
    """How many parcels there are, and what they are fit for."""
    counted = view.land.result["fit"].value_counts()
    parts = [f"{view.fits[fit]} {counted[fit]}" for fit in FITS if fit in counted]
    glue = "、" if view.labels.lang == "zh" else ", "
    every = (
        view.labels.integer(len(view.land.result))
        if view.labels.lang == "zh"
        else view.labels.count("parcel", len(view.land.result))
    )
    return view.labels("land.map.finding", all=every, parts=glue.join(parts))


@styled
def _sheet(view: LandView, rows: Sequence[_Row], sheet: int, sheets: int) -> Figure:
    labels = view.labels
    setting = Setting(labels, 0, 0, synthetic=view.synthetic)
    title = finding(view)
    title += "" if sheets == 1 else f" · {labels('land.map.page', page=sheet, pages=sheets)}"
    caption = Caption(title, labels("land.map.subtitle", study=view.study))
    lines = -(-len(rows) // COLUMNS)
    height = max(lines * ROW_IN, 3.9)
    figure, (_, header) = page(setting, Words(caption, (_keys(view),), _notes(view)), (WIDTH_IN, height))
    tall = figure.get_figheight() * 72
    top, room = tall - header, height * 72
    west, south, east, north = view.land.units.frame.total_bounds
    high = min(room - _TEXT_PT, (LEFT_IN * 72 - 14) * 1.08 * float((north - south) / (east - west)) + 34)
    _county(_axes(figure, (MARGIN_PT, top - _TEXT_PT - 4 - high, LEFT_IN * 72 - 14, high)), view, rows)
    width = (WIDTH_IN - LEFT_IN) * 72 - MARGIN_PT
    for place, row in enumerate(rows):
        line, column = divmod(place, COLUMNS)
        box_ = (
            LEFT_IN * 72 + column * width / COLUMNS,
            top - (line + 1) * ROW_IN * 72 + 2,
            width / COLUMNS - 8,
            ROW_IN * 72 - _TEXT_PT - 6,
        )
        _parcel(_axes(figure, box_), view, row, box_)
    return figure


def _axes(figure: Figure, place: tuple[float, float, float, float]) -> Axes:
    """Axes without ticks at left, bottom, width, height [pt]."""
    wide, tall = figure.get_figwidth() * 72, figure.get_figheight() * 72
    axes = figure.add_axes((place[0] / wide, place[1] / tall, place[2] / wide, place[3] / tall))
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=GREY, lw=0.5)
    return axes


def _extent(axes: Axes, bounds: Sequence[float], margin: float) -> None:
    """Show the bounds with a margin [m], in the shape of the axes, and equal scales."""
    box, figure = axes.get_position(), axes.get_figure(root=True)
    if figure is None:
        raise AssertionError("axes stand on a figure")
    inches = figure.get_size_inches()
    wide, tall = box.width * float(inches[0]), box.height * float(inches[1])
    half = max((bounds[2] - bounds[0]) / 2 + margin, ((bounds[3] - bounds[1]) / 2 + margin) * wide / tall)
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    axes.set(xlim=(x - half, x + half), ylim=(y - half * tall / wide, y + half * tall / wide))


def _county(axes: Axes, view: LandView, rows: Sequence[_Row]) -> None:
    """The units and a numbered dot for each parcel of the sheet."""
    units = view.land.units.frame
    west, south, east, north = (float(value) for value in units.total_bounds)
    shapes = simplified(units, (east - west) / 1000)
    axes.add_collection(PathCollection([borders(shapes)], facecolor="none", edgecolor="#8c8c8c", lw=0.3), autolim=False)
    outline = borders(np.array([shapely.union_all(shapes)], dtype=object))
    axes.add_collection(PathCollection([outline], facecolor="none", edgecolor=INK, lw=0.9), autolim=False)
    _extent(axes, (west, south, east, north), 0.03 * (east - west))
    for row in rows:
        x, y = (float(value) for value in shapely.get_coordinates(shapely.point_on_surface(row.shape))[0])
        colour = COLOURS[str(view.land.result["fit"].iloc[row.at])]
        axes.plot([x], [y], marker="o", ms=11, mfc=colour, mec=PAPER, mew=0.8, ls="", zorder=5, gid=f"dot:{row.number}")
        axes.text(x, y, str(row.number), size=SMALL_PT, color=PAPER, ha="center", va="center", zorder=6,
                  path_effects=[withStroke(linewidth=1.2, foreground=INK)])  # fmt: skip
    _bar(axes)
    axes.annotate(
        "", (0.95, 0.99), (0.95, 0.90), xycoords="axes fraction", arrowprops={"arrowstyle": "-|>", "color": INK}
    )
    axes.text(0.95, 0.87, view.labels("map.north"), transform=axes.transAxes, ha="center", va="top", size=SMALL_PT)


def _bar(axes: Axes, thick: float = 0.012) -> None:
    axes.add_artist(
        ScaleBar(1, location="lower left", length_fraction=0.3, width_fraction=thick, frameon=True, box_alpha=0.75,
                 font_properties={"size": SMALL_PT - 0.8}, border_pad=0.2, rotation="horizontal-only")
    )  # fmt: skip


def _parcel(axes: Axes, view: LandView, row: _Row, room: tuple[float, float, float, float]) -> None:
    """One parcel with its neighbours, what stands against it, what it loses, and two lines of words above."""
    result = view.record(row.at)
    bounds = [float(value) for value in shapely.bounds(row.shape)]
    size = max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    _extent(axes, bounds, max(0.35 * size, 40.0))
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    window = shapely.box(west, south, east, north)
    for order, one in enumerate(view.land.constraints):
        _against(axes, one.shapes, window, order)
    _fill(axes, borders(view.land.units.frame.geometry.to_numpy()), "#8c8c8c", 0.5)
    colour = COLOURS[str(result["fit"])]
    drawn = bool(view.land.parcels.drawn[row.at])
    axes.add_collection(
        PathCollection([to_outline(row.shape)], facecolor=(*_rgb(colour), 0.35), edgecolor=colour, lw=1.6,
                       ls="-" if drawn else (0, (4, 2)), zorder=4, gid=f"parcel:{result['parcel']}"), autolim=False,
    )  # fmt: skip
    for rule, hatch, ink in (("forbidden", "////", LOST), ("mitigable", "..", SOFT)):
        parts = [each.lost[row.at] for each in view.land.found if each.clearance.rule == rule]
        taken = shapely.union_all(parts)
        if not shapely.is_empty(taken):
            axes.add_collection(
                PathCollection([to_outline(taken)], facecolor="none", edgecolor=ink, lw=0.6, hatch=hatch, zorder=5,
                               gid=f"{rule}:{result['parcel']}"), autolim=False,
            )  # fmt: skip
    _bar(axes)
    _words(axes, view, row, room)


def _words(axes: Axes, view: LandView, row: _Row, room: tuple[float, float, float, float]) -> None:
    """Two lines above a panel, three where something is not kept; cut where they do not fit."""
    labels, result = view.labels, view.record(row.at)
    use = labels(f"land.planned_use.{result['planned_use']}")
    lock = f" · {labels('land.map.locked')}" if result["locked"] else ""
    head = labels("land.map.of", parcel=result["parcel"], use=use, area=labels.integer(number(result["area_m2"])))
    carries = labels(
        "land.map.carries", usable=labels.integer(number(result["usable_m2"])), carries=view.carries(result)
    )
    broken, width = view.breaks(str(result["breaks"])), room[2] * HINTED
    hard = result["fit"] in ("reduced", "unfit")
    lines, colours = [f"{row.number}  {head}{lock}", carries], [INK, GREY]
    if broken:
        together = f"{carries} · {broken}"
        lines[1:] = [together] if text_width(together, SMALL_PT) < width else [carries, broken]
        colours = [INK, *[VERMILLION if hard else SOFT] * (len(lines) - 1)]
    step = SMALL_PT * 1.35
    for place, (line, colour) in enumerate(zip(lines, colours, strict=True)):
        down = 2 + step * (len(lines) - 1 - place)
        axes.annotate(
            fit(line, SMALL_PT, width), (0, 1), xycoords="axes fraction", xytext=(0, down), size=SMALL_PT,
            textcoords="offset points", ha="left", va="bottom", color=colour, annotation_clip=False,
        )  # fmt: skip


def _against(axes: Axes, shapes: NDArray[np.object_], window: shapely.Geometry, order: int) -> None:
    """Constraint features inside the window: areas filled, lines thick, points as signs; order: which layer it is."""
    near = shapes[shapely.intersects(shapes, window)]
    dimension = shapely.get_dimensions(near)
    if (dimension == 2).any():
        area = shapely.intersection(shapely.union_all(near[dimension == 2]), window)
        grey = GREYS[order % len(GREYS)]
        drawn = PathCollection([to_outline(area)], facecolor=grey, edgecolor=GREY, lw=0.5, zorder=1)
        axes.add_collection(drawn, autolim=False)
    axes.set_autoscale_on(False)
    for part in shapely.get_parts(near[dimension == 1]):
        points = shapely.get_coordinates(part)
        axes.plot(points[:, 0], points[:, 1], color=INK, lw=1.4, ls=DASHES[order % len(DASHES)], zorder=3)
    points = shapely.get_coordinates(near[dimension == 0])
    sign = SIGNS[order % len(SIGNS)]
    axes.plot(points[:, 0], points[:, 1], marker=sign, ms=5.5, mfc=INK, mec=PAPER, ls="", zorder=6)


def _fill(axes: Axes, outline: Outline, colour: str, width: float) -> None:
    """Draw borders of units."""
    drawn = PathCollection([outline], facecolor="none", edgecolor=colour, lw=width, zorder=2)
    axes.add_collection(drawn, autolim=False)


def _rgb(colour: str) -> tuple[float, float, float]:
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))  # type: ignore[return-value]


def _keys(view: LandView) -> list[Artist]:
    """Colours of what parcels are fit for, as far as they occur, lost land, and signs of constraints."""
    there = set(view.land.result["fit"])
    keys: list[Artist] = [
        Patch(facecolor=(*_rgb(COLOURS[name]), 0.35), edgecolor=COLOURS[name], lw=1.4, label=view.fits[name])
        for name in FITS
        if name in there
    ]
    keys.append(Patch(facecolor="none", edgecolor=LOST, hatch="//////", lw=0.6, label=view.labels("land.map.lost")))
    if any(each.clearance.rule == "mitigable" for each in view.land.found):
        keys.append(Patch(facecolor="none", edgecolor=SOFT, hatch="....", lw=0.6, label=view.labels("land.map.soft")))
    for order, one in enumerate(view.land.constraints):
        dimension, reach = int(shapely.get_dimensions(one.shapes).max()), one.clearance.distance_m
        label = f"{view.names[one.clearance.code]} {reach:g} m" if reach else view.names[one.clearance.code]
        if dimension == 2:
            keys.append(Patch(facecolor=GREYS[order % len(GREYS)], edgecolor=GREY, lw=0.5, label=label))
        elif dimension == 1:
            keys.append(Line2D([], [], color=INK, lw=1.4, ls=DASHES[order % len(DASHES)], label=label))
        else:
            sign = SIGNS[order % len(SIGNS)]
            keys.append(Line2D([], [], ls="", marker=sign, ms=5.5, mfc=INK, mec=PAPER, label=label))
    return keys


def _notes(view: LandView) -> tuple[str, ...]:
    labels, parcels = view.labels, view.land.parcels
    notes = [labels("map.internal"), labels("map.not_binding")]
    if (parcels.placed & ~parcels.drawn).any():
        notes.append(labels("land.map.circle"))
    lost = [name for name, placed in zip(parcels.ids, parcels.placed, strict=True) if not placed]
    if lost:
        notes.append(labels("land.map.unplaced", parcels="、".join(lost) if labels.lang == "zh" else ", ".join(lost)))
    if view.unchecked:
        notes.append(labels("land.map.unchecked", what=view.unchecked))
    return tuple(notes)
