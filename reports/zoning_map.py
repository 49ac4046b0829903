"""Two zonings on one sheet: a row of maps for each stage, left the study's zones, right the other ones.

Every school keeps its colour on both maps; neighbouring zones differ. Units whose school changes are hatched on both.
Furniture, names and notes are those of the catchment maps.
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gis.zones import dissolve
from gis.zonings import Zoning
from gis.zonings_compare import Pair
from reports.figures_base import MARGIN_PT, Words, page
from reports.figures_setting import Caption
from reports.maps import FURNITURE_PT, GAP_PT, TITLE_ROW_PT, draw_furniture, frame_axes, map_notes
from reports.maps_data import MapLayers
from reports.maps_draw import FEW, UNIT_LINE, Ground, draw_names, draw_schools, draw_ways, ground_of
from reports.maps_shapes import borders, to_outline
from reports.style import BLACK, FONT_PT, INK, PAPER, VERMILLION, styled
from reports.zoning_view import ZoningView
from sim.arrays import IntArray

WIDTH_IN = 10.4
# ColorBrewer Set3 and Pastel1 without the greys: pale, so that names and hatching stay readable, in print too.
COLOURS = ("#ccebc5", "#b3cde3", "#fddaec", "#fed9a6", "#decbe4", "#ffffcc", "#b8e3dd", "#f6cfc4", "#d9d2c0")
CHANGED = "////"
ROLL = 300.0
"""Pupils as which every school is drawn: zonings know no rolls."""


def school_colours(pair: Pair) -> dict[str, str]:
    """Colour of each school: as few schools of one colour as possible touch, on both maps. By greedy colouring."""
    used = [at for at in range(len(pair.after.schools)) if (pair.before.share[:, at] + pair.after.share[:, at]).any()]
    rows, columns = pair.study.touching.nonzero()
    near: dict[int, set[int]] = {at: set() for at in used}
    for zoning in (pair.before, pair.after):
        home = np.where(zoning.share.sum(axis=1) > 0, zoning.share.argmax(axis=1), -1)
        for one, other in set(zip(home[rows].tolist(), home[columns].tolist(), strict=True)):
            if one >= 0 and other >= 0 and one != other:
                near[one].add(other)
    colour: dict[int, int] = {}
    for at in sorted(used, key=lambda school: (-len(near[school]), school)):
        taken = [colour[other] for other in near[at] if other in colour]
        spread = list(colour.values())
        colour[at] = min(range(len(COLOURS)), key=lambda step: (taken.count(step), spread.count(step), step))
    return {pair.after.schools[at]: COLOURS[step] for at, step in colour.items()}


def _places(pair: Pair) -> pd.DataFrame:
    """Schools with a zone on either map: school, x, y, opened_by."""
    points = pair.study.points
    new = {project.new.school: project.id for project in pair.study.new_projects if project.new is not None}
    table = pd.DataFrame({"school": points.ids, "x": points.xy[:, 0], "y": points.xy[:, 1]})
    table["opened_by"] = [new.get(name, "") for name in points.ids]
    return table


def _draw(axes: Axes, ground: Ground, pair: Pair, zoning: Zoning, view: ZoningView) -> int:
    """One map; returns how many names had no room."""
    colours, served = school_colours(pair), zoning.served()
    zones = dissolve(ground.shapes, served)
    for schools, shape in zip(zones["schools"], zones.geometry, strict=True):
        drawn = PathCollection([to_outline(shape)], facecolor=colours[schools[0]], lw=0, zorder=1, gid="zone")
        axes.add_collection(drawn, autolim=False)
    changed: IntArray = np.flatnonzero(pair.changed)
    for shape in ground.shapes.geometry.to_numpy()[changed]:
        drawn = PathCollection(
            [to_outline(shape)], facecolor="none", edgecolor=VERMILLION, hatch=CHANGED, lw=0.6, zorder=2.4,
            gid="changed",
        )  # fmt: skip
        axes.add_collection(drawn, autolim=False)
    fine = 0.3 if len(ground.shapes) < FEW else 0.12
    for border, color, width in ((ground.borders, UNIT_LINE, fine), (borders(zones.geometry.to_numpy()), INK, 1.0)):
        lines = PathCollection([border], facecolor="none", edgecolor=color, lw=width, zorder=2 + width)
        axes.add_collection(lines, autolim=False)
    there = _places(pair)
    there = there[there["school"].isin(served["school"])].reset_index(drop=True)
    draw_ways(axes, ground, served, there)
    rolls = pd.Series(ROLL, index=there["school"])
    draw_schools(axes, there, rolls)
    return draw_names(axes, ground, there, rolls, view.setting)


def _keys(view: ZoningView) -> list[Artist]:
    words = view.labels
    hatched = Patch(facecolor=PAPER, edgecolor=VERMILLION, lw=0.6, hatch=CHANGED, label=words("zoning.map.changed"))
    return [
        Patch(facecolor=COLOURS[0], edgecolor=INK, lw=1.0, label=words("zoning.map.zone")),
        *([hatched] if view.changed else []),
        Line2D([], [], ls="", marker="o", mfc=PAPER, mec=BLACK, mew=0.9, ms=6, label=words("zoning.map.school")),
        Line2D([], [], color=BLACK, lw=0.6, alpha=0.6, label=words("map.desire")),
        Line2D([], [], color=UNIT_LINE, lw=0.4, label=words("map.unit_border")),
    ]


@styled
def zoning_map(view: ZoningView) -> Figure:
    """Both zonings of every stage, side by side; the study's alone where there is nothing to compare."""
    study = view.pairs[0].study
    frame = gpd.GeoDataFrame(
        {"unit": list(study.ids)}, geometry=list(study.shapes), crs=study.units.way.target
    )  # fmt: skip
    layers = MapLayers(frame, pd.DataFrame(), pd.DataFrame(), pd.DataFrame())
    both = view.changed
    width = (WIDTH_IN * 72 - 2 * MARGIN_PT - GAP_PT) / 2
    ground, height = ground_of(layers, width)
    columns = _columns(view, both)
    row = height + TITLE_ROW_PT
    words = Words(_caption(view), (_keys(view),), map_notes(view.setting, layers))
    lines = len(view.pairs) if both else -(-len(view.pairs) // 2)
    figure, (_, header) = page(view.setting, words, (WIDTH_IN, (lines * row + FURNITURE_PT) / 72))
    wide, high = figure.get_figwidth() * 72, figure.get_figheight() * 72
    for number, (pair, zoning, name) in enumerate(columns):
        left = MARGIN_PT + number % 2 * (width + GAP_PT)
        bottom = high - header - (number // 2) * row - TITLE_ROW_PT - height
        axes = figure.add_axes((left / wide, bottom / high, width / wide, height / high))
        frame_axes(axes, ground)
        lost = _draw(axes, ground, pair, zoning, view)
        heading = f"{view.setting.name('stage', pair.stage)} · {name}"
        axes.set_title(heading + (view.labels("map.left_out", n=lost) if lost else ""), size=FONT_PT + 0.5, pad=3)
    foot = high - header - lines * row - FURNITURE_PT
    draw_furniture(figure, view.setting, ground, (MARGIN_PT, foot + 2, width, FURNITURE_PT - 6))
    return figure


def _columns(view: ZoningView, both: bool) -> Sequence[tuple[Pair, Zoning, str]]:
    words = view.labels
    if not both:
        return [(pair, pair.after, words("zoning.now")) for pair in view.pairs]
    names = (words("zoning.before"), words("zoning.after", year=words.school_year(view.year)))
    return [
        (pair, each, name) for pair in view.pairs for each, name in zip((pair.before, pair.after), names, strict=True)
    ]


def _caption(view: ZoningView) -> Caption:
    words = view.labels
    if not view.changed:
        return Caption(words("zoning.map.title.same", study=view.title), words("zoning.map.subtitle.same"))
    units = int(sum(view.value(pair.stage, "units_changed") for pair in view.pairs))
    moved = words.integer(sum(view.value(pair.stage, "children_moved") for pair in view.pairs))
    return Caption(words("zoning.map.title", study=view.title, units=units, moved=moved), words("zoning.map.subtitle"))
