"""Catchment maps: zones coloured by one measure on fixed steps, schools by size, desire lines, names that do not touch.

One map, or several (plans x years) on one scale with one legend. Furniture has a row of its own under the maps.
Maps are drawn in the study's working CRS, without a base map, and say that they are for internal use.
"""

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib_scalebar.scalebar import ScaleBar

from reports.figures_base import MARGIN_PT, Words, nothing_to_draw, page
from reports.figures_setting import Caption, Setting
from reports.maps_data import NO_DATA, MapLayers, Measure
from reports.maps_draw import UNIT_LINE, Ground, MapPanel, draw_map, ground_of, radius_of
from reports.style import BLACK, FONT_PT, GREY, INK, PAPER, SMALL_PT, YELLOW, styled

PAGE_IN = {1: 7.2, 2: 10.4, 3: 11.0}
GAP_PT, TITLE_ROW_PT, FURNITURE_PT = 10.0, 16.0, 30.0
SIZES = (100, 500, 1500)


def _frame_axes(axes: Axes, ground: Ground) -> None:
    left, bottom, right, top = ground.bounds
    axes.set(xlim=(left, right), ylim=(bottom, top), xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=GREY, lw=0.5)


def _keys(setting: Setting, measure: Measure) -> tuple[list[Artist], list[Artist]]:
    words = setting.labels
    edges = [f"{words.integer(100 * value)}{words('number.percent')}" for value in measure.scale.breaks]
    names = [words("map.below", value=edges[0])]
    names += [words("map.between", low=low, high=high) for low, high in pairwise(edges)]
    names.append(words("map.above", value=edges[-1]))
    zones: list[Artist] = []
    for color, hatch, name in zip(measure.scale.colors, measure.hatches, names, strict=True):
        zones.append(Patch(facecolor=color, edgecolor=INK, lw=0.4, hatch=2 * hatch or None, label=name))
    zones.append(Patch(facecolor=PAPER, edgecolor=GREY, lw=0.4, hatch=2 * NO_DATA, label=words("map.unknown")))
    signs: list[Artist] = [
        Line2D(
            [],
            [],
            ls="",
            marker="o",
            mfc=PAPER,
            mec=BLACK,
            mew=0.9,
            ms=2 * radius_of(size),
            label=words("map.roll", n=words.integer(size)),
        )
        for size in SIZES
    ]
    signs += [
        Line2D([], [], ls="", marker="*", mfc=YELLOW, mec=BLACK, mew=0.9, ms=11, label=words("map.new_school")),
        Line2D([], [], color=BLACK, lw=0.6, alpha=0.6, label=words("map.desire")),
        Line2D([], [], color=INK, lw=1.0, label=words("map.zone_border")),
        Line2D([], [], color=UNIT_LINE, lw=0.4, label=words("map.unit_border")),
    ]
    return zones, signs


def _furniture(figure: Figure, setting: Setting, ground: Ground, box: tuple[float, float, float, float]) -> None:
    """Scale bar and north arrow on their own row; `box` is left, bottom, width, height [pt]."""
    wide, high = figure.get_figwidth() * 72, figure.get_figheight() * 72
    axes = figure.add_axes((box[0] / wide, box[1] / high, box[2] / wide, box[3] / high))
    axes.set(xlim=(0, box[2] * ground.metres_per_pt), ylim=(0, box[3] * ground.metres_per_pt))
    axes.set_axis_off()
    axes.add_artist(
        ScaleBar(
            1,
            location="center left",
            length_fraction=0.28,
            width_fraction=0.09,
            rotation="horizontal-only",
            frameon=False,
            font_properties={"size": SMALL_PT},
            border_pad=0.1,
        )
    )
    at = (0.34 * box[2] + 6) / box[2]
    axes.annotate(
        "", (at, 0.98), (at, 0.42), xycoords="axes fraction", arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.2},
    )  # fmt: skip
    axes.text(at, 0.36, setting.labels("map.north"), transform=axes.transAxes, ha="center", va="top", size=SMALL_PT)


def _notes(setting: Setting, layers: MapLayers) -> tuple[str, ...]:
    words, crs = setting.labels, layers.units.crs
    name = f"{crs.to_string()} {crs.name}" if crs is not None else words("map.no_crs")
    return (words("map.internal"), words("map.not_binding"), words("map.crs", name=name))


@styled
def catchment_maps(
    layers: MapLayers,
    schools: pd.DataFrame,
    setting: Setting,
    *,
    panels: Sequence[MapPanel],
    stage: str,
    measure: Measure,
    caption: Caption,
    columns: int = 2,
) -> Figure:
    """Catchments of a stage: one map per panel (plan x year), the same steps, extent and scale in all.

    Parameters
    ----------
    layers : units, schools, zones and projects of the run, in the working CRS [m]
    schools : tidy table of a run (`roll`, `seats`, `largest_class`)
    measure : `UTILISATION`, `SIZE_BREACH` or `CLASS_BREACH` of `maps_data`, or one with the study's own steps
    columns : maps side by side, at most three

    """
    cases = [panel.case for panel in panels]
    measured = setting.labels(f"map.measure.{measure.key}")
    drawn = setting.labels("map.drawn", stage=setting.name("stage", stage), measure=measured)
    caption = setting.caption(caption, drawn, cases)
    if layers.units.empty or not panels:
        return nothing_to_draw(setting, caption, setting.labels("figure.no_rows", what=setting.labels("map.units")))
    columns = max(1, min(columns, len(panels), max(PAGE_IN)))
    wide = PAGE_IN[columns] * 72
    width = (wide - 2 * MARGIN_PT - GAP_PT * (columns - 1)) / columns
    ground, height = ground_of(layers, width)
    lines = -(-len(panels) // columns)
    room = lines * (height + TITLE_ROW_PT) + FURNITURE_PT
    words = Words(caption, _keys(setting, measure), _notes(setting, layers))
    figure, (footer, header) = page(setting, words, (PAGE_IN[columns], room / 72))
    high = figure.get_figheight() * 72
    for number, panel in enumerate(panels):
        row, column = divmod(number, columns)
        left = MARGIN_PT + column * (width + GAP_PT)
        bottom = high - header - (row + 1) * (height + TITLE_ROW_PT)
        axes = figure.add_axes((left / wide, bottom / high, width / wide, height / high))
        _frame_axes(axes, ground)
        left_out = draw_map(axes, ground, layers, schools, setting, panel, (stage, measure))
        heading = f"{setting.case_name(panel.case, cases)} · {setting.labels.school_year(panel.year)}"
        if left_out:
            heading += setting.labels("map.left_out", n=left_out)
        axes.set_title(heading, size=FONT_PT + 0.5, pad=3)
    _furniture(figure, setting, ground, (MARGIN_PT, footer + 2, width, FURNITURE_PT - 6))
    return figure
