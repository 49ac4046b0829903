"""Catchment maps: zones coloured by one measure on fixed steps, schools by size, desire lines, names that do not touch.

One map, or several (plans x years) on one scale with one legend. Furniture has a row of its own under the maps.
Maps are drawn in the study's working CRS, without a base map, and say that they are for internal use.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib_scalebar.scalebar import ScaleBar

from reports.figures_base import MARGIN_PT, Words, nothing_to_draw, page
from reports.figures_setting import Caption, Case, Setting
from reports.maps_data import NO_DATA, Bounds, MapLayers, Measure, busy_extent, school_values, stage_schools
from reports.maps_draw import UNIT_LINE, Ground, MapPanel, draw_map, ground_of, radius_of
from reports.style import BLACK, FONT_PT, GREY, INK, PAPER, SMALL_PT, YELLOW, styled

PAGE_IN = {1: 7.2, 2: 10.4, 3: 11.0}
GAP_PT, TITLE_ROW_PT, FURNITURE_PT = 10.0, 16.0, 30.0
SIZES = (100, 500, 1500)


def frame_axes(axes: Axes, ground: Ground) -> None:
    """Extent and frame of a map."""
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


def draw_furniture(figure: Figure, setting: Setting, ground: Ground, box: tuple[float, float, float, float]) -> None:
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


def map_notes(setting: Setting, layers: MapLayers) -> tuple[str, ...]:
    """What stands under every map: internal use, no legal boundary, coordinate system."""
    words, crs = setting.labels, layers.units.crs
    name = f"{crs.to_string()} {crs.name}" if crs is not None else words("map.no_crs")
    return (words("map.internal"), words("map.not_binding"), words("map.crs", name=name))


@dataclass(frozen=True)
class _Line:
    """Maps side by side on one ground, `height` [pt] each; a line with furniture has its scale bar below it."""

    ground: Ground
    height: float
    panels: Sequence[MapPanel]
    furniture: bool

    @property
    def room(self) -> float:
        """Height of the line with headings and furniture [pt]."""
        return self.height + TITLE_ROW_PT + (FURNITURE_PT if self.furniture else 0.0)


def _lines(
    layers: MapLayers, panels: Sequence[MapPanel], columns: int, width: float, town: Bounds | None
) -> list[_Line]:
    """The maps line by line; where there is one line and a town worth it, the town follows on a larger scale."""
    ground, height = ground_of(layers, width)
    chunks = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    if town is None or len(chunks) > 1:
        return [_Line(ground, height, chunk, chunk is chunks[-1]) for chunk in chunks]
    near, lower = ground_of(layers, width, town)
    return [_Line(replace(ground, inset=near.bounds), height, panels, True), _Line(near, lower, panels, True)]


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

    Panels that fit one line are followed by the town on a larger scale, where a third of the pupils go to school in
    a small part of the county.

    Parameters
    ----------
    layers : units, schools, zones and projects of the run, in the working CRS [m]
    schools : tidy table of a run (`roll`, `seats`, `largest_class`)
    measure : `UTILISATION`, `SIZE_BREACH` or `CLASS_BREACH` of `maps_data`, or one with the study's own steps
    columns : maps side by side, at most three

    """
    cases = [panel.case for panel in panels]
    measured = setting.labels(f"map.measure.{measure.key}")
    zoned = bool((layers.zones["stage"] == stage).any())
    said = "map.drawn" if zoned else "map.unzoned"
    drawn = setting.labels(said, stage=setting.name("stage", stage), measure=measured)
    caption = setting.caption(caption, drawn, cases)
    if layers.units.empty or not panels:
        return nothing_to_draw(setting, caption, setting.labels("figure.no_rows", what=setting.labels("map.units")))
    columns = max(1, min(columns, len(panels), max(PAGE_IN)))
    wide = PAGE_IN[columns] * 72
    width = (wide - 2 * MARGIN_PT - GAP_PT * (columns - 1)) / columns
    hosts = stage_schools(layers.schools, stage, setting.stages)
    rolls = school_values(schools, panels[0].case, stage, panels[0].year)["roll"]
    lines = _lines(layers, panels, columns, width, busy_extent(hosts, rolls, layers.units.total_bounds))
    words = Words(caption, _keys(setting, measure), map_notes(setting, layers))
    figure, (_, header) = page(setting, words, (PAGE_IN[columns], sum(line.room for line in lines) / 72))
    high = figure.get_figheight() * 72
    top = high - header
    for line in lines:
        for column, panel in enumerate(line.panels):
            left, bottom = MARGIN_PT + column * (width + GAP_PT), top - TITLE_ROW_PT - line.height
            axes = figure.add_axes((left / wide, bottom / high, width / wide, line.height / high))
            frame_axes(axes, line.ground)
            left_out = draw_map(axes, line.ground, layers, schools, setting, panel, (stage, measure))
            axes.set_title(_heading(setting, panel, cases, line is not lines[0], left_out), size=FONT_PT + 0.5, pad=3)
        top -= line.room
        if line.furniture:
            draw_furniture(figure, setting, line.ground, (MARGIN_PT, top + 2, width, FURNITURE_PT - 6))
    return figure


def _heading(setting: Setting, panel: MapPanel, cases: Sequence[Case], later: bool, left_out: int) -> str:
    """Plan and year of a map, whether it shows the town alone, and how many names had no room."""
    parts = [setting.case_name(panel.case, cases), setting.labels.school_year(panel.year)]
    if later and len(set(cases)) == len(cases):
        parts.append(setting.labels("map.town"))
    return " · ".join(parts) + (setting.labels("map.left_out", n=left_out) if left_out else "")
