"""Maps of access: units coloured by the way to school or by seats within reach, on fixed steps, plans side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib_scalebar.scalebar import ScaleBar

from reports.figures_base import MARGIN_PT, Words, nothing_to_draw, page
from reports.figures_cells import Scale
from reports.figures_setting import Caption, Case, Setting, of_case
from reports.maps_draw import SEEN_PT, WHOLE
from reports.maps_shapes import borders, panel_frame, simplified, to_outline
from reports.style import BLACK, FONT_PT, GREY, HATCH_SHORT, INK, PAPER, SMALL_PT, SPARE_TO_SHORT, YELLOW, styled

WAYS = ("#f7fbff", "#d6e6f4", "#abcfe6", "#6aaed6", "#2c7cba", "#08458a")
"""Steps of a way, from near to far; the last two are hatched in black and white."""
GAP_PT, TITLE_PT, FURNITURE_PT = 10.0, 16.0, 26.0
PAGE_IN = {1: 7.2, 2: 10.4, 3: 11.0}
NO_PUPILS = "--"


@dataclass(frozen=True)
class Shown:
    """What colours a unit: a column of the table, its steps and their hatching."""

    column: str
    scale: Scale
    hatches: tuple[str, ...]
    digits: int = 1

    def label(self, measure: str) -> str:
        """Key of its name."""
        return "access.map.access" if self.column == "access" else f"access.map.{self.column}.{measure}"


_PLAIN = ("", "", "", "", "...", HATCH_SHORT)
STEPS: Mapping[str, tuple[float, ...]] = {"km": (0.5, 1.0, 2.0, 4.0, 8.0), "minutes": (10.0, 15.0, 30.0, 45.0, 60.0)}
"""The radii of the pack (0.5, 1, 2 km) and the half hour are steps; the same for all plans, years and studies."""
SEATS = Shown("access", Scale((0.5, 0.8, 1.0, 1.2, 1.6), SPARE_TO_SHORT[::-1]), (HATCH_SHORT, "...", "", "", "", ""))


def way(measure: str, column: str = "mean") -> Shown:
    """The way to school: `mean` of pupils, or to the `nearest` school, in `km` or `minutes`."""
    return Shown(column, Scale(STEPS[measure], WAYS), _PLAIN)


def unit_values(table: pd.DataFrame, case: Case, stage: str, year: int, shown: tuple[str, str]) -> pd.Series:
    """Value by unit of one case; NaN for units without pupils, inf without a way. shown: column and measure."""
    column, measure = shown
    rows = of_case(table, case, stage=stage, year=year, measure=measure).set_index("unit")
    values: pd.Series = rows[column].where(rows["pupils"] > 0)
    return values


@styled
def access_maps(
    units: gpd.GeoDataFrame,
    table: pd.DataFrame,
    setting: Setting,
    *,
    panels: tuple[Sequence[Case], str, int],
    shown: Shown,
    caption: Caption,
    measure: str = "km",
    schools: Mapping[Case, pd.DataFrame] | None = None,
) -> Figure:
    """Units by access, one map for each case, on one scale.

    Parameters
    ----------
    units : unit, geometry in the working CRS [m]
    table : `gis.access_table.access_units`
    panels : cases, stage and school year
    shown : `way("km")`, `way("minutes")` or `SEATS`
    schools : by case the schools open for the stage: x, y [m]

    """
    cases, stage, year = panels
    labels = setting.labels
    what = labels(shown.label(measure))
    said = labels("access.map", stage=setting.name("stage", stage), year=labels.school_year(year), what=what)
    caption = setting.caption(caption, said, cases)
    values = [unit_values(table, case, stage, year, (shown.column, measure)) for case in cases]
    if not any(each.notna().any() for each in values):
        return nothing_to_draw(setting, caption, labels("figure.no_rows", what=labels("access.word")))
    columns = len(cases) if len(cases) in PAGE_IN else 2
    inches = PAGE_IN[columns]
    width = (inches * 72 - 2 * MARGIN_PT - GAP_PT * (columns - 1)) / columns
    height, scale = panel_frame(units.total_bounds, width, WHOLE)
    lines = -(-len(cases) // columns)
    room = lines * (height + TITLE_PT) + FURNITURE_PT
    notes = (labels("access.note.expected"), labels("map.internal"), labels("map.not_binding"))
    figure, (footer, _) = page(
        setting, Words(caption, (_keys(setting, shown, schools is not None),), notes), (inches, room / 72)
    )
    shapes = simplified(units, SEEN_PT * scale)
    for at, (case, found) in enumerate(zip(cases, values, strict=True)):
        line, column = divmod(at, columns)
        left = MARGIN_PT + column * (width + GAP_PT)
        bottom = footer + FURNITURE_PT + (lines - 1 - line) * (height + TITLE_PT)
        axes = panel_axes(figure, (left, bottom, width, height), units.total_bounds, scale)
        axes.set_title(setting.case_name(case, cases), size=FONT_PT + 0.5)
        _fill(axes, shapes, units["unit"].astype(str).tolist(), found, shown)
        if schools is not None:
            draw_places(axes, schools[case])
    furniture(figure, setting, (MARGIN_PT, footer, width, FURNITURE_PT), scale)
    return figure


def draw_places(axes: Axes, places: pd.DataFrame) -> None:
    """A sign for every school. places: x, y [m]."""
    axes.plot(places["x"], places["y"], ls="", marker="^", ms=4.2, mfc=YELLOW, mec=BLACK, mew=0.6, zorder=5)


def panel_axes(figure: Figure, box: tuple[float, float, float, float], bounds: Sequence[float], scale: float) -> Axes:
    """The frame of a map; box: left, bottom, width, height [pt].  scale: [m/pt]."""
    wide, high = figure.get_figwidth() * 72, figure.get_figheight() * 72
    axes = figure.add_axes((box[0] / wide, box[1] / high, box[2] / wide, box[3] / high))
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    axes.set(
        xlim=(x - box[2] * scale / 2, x + box[2] * scale / 2), ylim=(y - box[3] * scale / 2, y + box[3] * scale / 2)
    )
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=GREY, lw=0.5)
    return axes


def _fill(axes: Axes, shapes: np.ndarray, names: Sequence[str], values: pd.Series, shown: Shown) -> None:
    """Units by step; without pupils in paper with dashes, without a way in the last step."""
    for name, shape in zip(names, shapes, strict=True):
        value = float(values.get(name, float("nan")))
        color, hatch = PAPER, NO_PUPILS
        if not np.isnan(value):
            step = int(shown.scale.step(np.array([value]))[0])
            color, hatch = shown.scale.colors[step], shown.hatches[step]
        axes.add_collection(
            PathCollection([to_outline(shape)], facecolor=color, edgecolor=GREY if hatch == NO_PUPILS else INK, lw=0,
                           hatch=hatch or None, zorder=1, gid=f"unit:{name}"), autolim=False,
        )  # fmt: skip
    lines = PathCollection([borders(shapes)], facecolor="none", edgecolor="#8c8c8c", lw=0.3, zorder=2)
    axes.add_collection(lines, autolim=False)


def _keys(setting: Setting, shown: Shown, with_schools: bool) -> list[Artist]:
    labels = setting.labels
    edges = [f"{value:g}" for value in shown.scale.breaks]
    names = [labels("map.below", value=edges[0])]
    names += [labels("map.between", low=low, high=high) for low, high in pairwise(edges)]
    names.append(labels("map.above", value=edges[-1]))
    keys: list[Artist] = [
        Patch(facecolor=color, edgecolor=INK, lw=0.4, hatch=2 * hatch or None, label=name)
        for color, hatch, name in zip(shown.scale.colors, shown.hatches, names, strict=True)
    ]
    keys.append(
        Patch(facecolor=PAPER, edgecolor=GREY, lw=0.4, hatch=2 * NO_PUPILS, label=labels("access.map.no_pupils"))
    )
    if with_schools:
        sign = Line2D(
            [], [], ls="", marker="^", ms=4.2, mfc=YELLOW, mec=BLACK, mew=0.6, label=labels("access.map.school")
        )
        keys.append(sign)
    return keys


def furniture(figure: Figure, setting: Setting, box: tuple[float, float, float, float], scale: float) -> None:
    """Scale bar and north arrow in a row of their own."""
    wide, high = figure.get_figwidth() * 72, figure.get_figheight() * 72
    axes = figure.add_axes((box[0] / wide, box[1] / high, box[2] / wide, box[3] / high))
    axes.set(xlim=(0, box[2] * scale), ylim=(0, box[3] * scale))
    axes.set_axis_off()
    axes.add_artist(
        ScaleBar(1, location="center left", length_fraction=0.28, width_fraction=0.1, rotation="horizontal-only",
                 frameon=False, font_properties={"size": SMALL_PT}, border_pad=0.1)
    )  # fmt: skip
    axes.annotate(
        "", (0.42, 0.98), (0.42, 0.42), xycoords="axes fraction", arrowprops={"arrowstyle": "-|>", "color": INK}
    )
    axes.text(0.42, 0.36, setting.labels("map.north"), transform=axes.transAxes, ha="center", va="top", size=SMALL_PT)
