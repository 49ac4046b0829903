"""One map drawn into its axes: zones, borders, desire lines, school symbols and their names."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from gis.zones import dissolve
from reports.figures_base import fit
from reports.figures_setting import Case, Setting
from reports.fonts import text_width
from reports.maps_data import (
    NO_DATA,
    Bounds,
    MapLayers,
    Measure,
    school_values,
    stage_schools,
    zone_value,
    zones_in_force,
)
from reports.maps_labels import Wanted, place
from reports.maps_shapes import borders, panel_frame, simplified, to_outline
from reports.style import BLACK, GREY, INK, PAPER, VERMILLION, YELLOW

LABEL_PT = 6.4
NAME_PT = 140.0
SEEN_PT = 0.4
"""Detail smaller than this [pt] is not drawn."""
UNIT_LINE = "#8c8c8c"
PLACE = ("school", "x", "y", "opened_by")
WHOLE, PART = (0.55, 1.25), (0.6, 0.6)
"""Least and greatest height / width of a map of the county, and of a part of it."""
FEW = 400
"""Units up to which borders and desire lines are drawn at full weight."""


@dataclass(frozen=True)
class MapPanel:
    """One map of a sheet: a case in a school year."""

    case: Case
    year: int


@dataclass(frozen=True)
class Ground:
    """What all panels share: unit shapes and points, extent and scale."""

    shapes: gpd.GeoDataFrame
    """id, geometry; without detail that no eye sees."""
    borders: Outline
    points: NDArray[np.float64]
    bounds: Bounds
    metres_per_pt: float
    inset: Bounds | None = None
    """A part that a second map shows larger: framed here, its schools are named there."""


def radius_of(roll: float) -> float:
    """Radius of a school's symbol [pt]: area grows with the roll [pupils]."""
    return 1.4 + 0.11 * float(np.sqrt(max(roll, 0.0)))


def _zones(axes: Axes, ground: Ground, served: pd.DataFrame, values: pd.DataFrame, measure: Measure) -> None:
    """Fill the dissolved zones, hatch those short of seats, then borders of units and of zones."""
    whole = dissolve(ground.shapes, served)
    for zone, schools, shape in zip(whole["zone"], whole["schools"], whole.geometry, strict=True):
        value = zone_value(values, schools, measure.key)
        color, hatch = PAPER, NO_DATA
        if np.isfinite(value):
            step = int(measure.scale.step(np.array([value]))[0])
            color, hatch = measure.scale.colors[step], measure.hatches[step]
        drawn = PathCollection(
            [to_outline(shape)], facecolor=color, lw=0, zorder=1, hatch=hatch or None, gid=f"zone:{zone}",
            edgecolor=GREY if hatch == NO_DATA else INK if hatch else "none",
        )  # fmt: skip
        axes.add_collection(drawn, autolim=False)
    fine = 0.3 if len(ground.shapes) < FEW else 0.12
    for border, color, width in ((ground.borders, UNIT_LINE, fine), (borders(whole.geometry.to_numpy()), INK, 1.0)):
        lines = PathCollection([border], facecolor="none", edgecolor=color, lw=width, zorder=2 + width)
        axes.add_collection(lines, autolim=False)


def draw_ways(axes: Axes, ground: Ground, served: pd.DataFrame, schools: pd.DataFrame) -> None:
    """A line from each unit to its zone school or schools."""
    points = pd.DataFrame(ground.points, columns=["from_x", "from_y"]).assign(unit=ground.shapes["id"])
    pairs = served.merge(points, on="unit").merge(schools[["school", "x", "y"]], on="school")
    weight, strength = (0.6, 0.5) if len(pairs) < FEW else (0.2, 0.25)
    ends = pairs[["from_x", "from_y", "x", "y"]].to_numpy(dtype=float).reshape(-1, 2, 2)
    drawn = LineCollection(list(ends), colors=BLACK, lw=weight, alpha=strength, zorder=4, gid="desire")
    axes.add_collection(drawn, autolim=False)


def draw_schools(axes: Axes, schools: pd.DataFrame, rolls: pd.Series) -> None:
    """Circles by roll; a school that a project of the plan opens is a star."""
    for key, x, y, project in schools[list(PLACE)].itertuples(index=False, name=None):
        size = 2 * radius_of(float(rolls[key]))
        size = max(1.4 * size, 9.0) if project else size
        axes.plot(
            [x], [y], marker="*" if project else "o", ms=size, mfc=YELLOW if project else PAPER, mec=BLACK,
            mew=0.9, ls="", zorder=6, gid=f"school:{key}",
        )  # fmt: skip


def draw_names(axes: Axes, ground: Ground, schools: pd.DataFrame, rolls: pd.Series, setting: Setting) -> int:
    """Write names where they have room; returns how many had none."""
    left, bottom, right, top = ground.bounds
    scale = ground.metres_per_pt
    named = schools[_inside(schools, ground.bounds) & ~_inside(schools, ground.inset)]
    texts = [fit(setting.name("school", key), LABEL_PT, NAME_PT) for key in named["school"]]
    wanted = [
        Wanted(
            (x - left) / scale, (y - bottom) / scale, radius_of(float(rolls[key])) * 1.1,
            text_width(text, LABEL_PT) + 2.5, LABEL_PT * 1.25, float("inf") if project else float(rolls[key]),
        )
        for (key, x, y, project), text in zip(named[list(PLACE)].itertuples(index=False, name=None), texts, strict=True)
    ]  # fmt: skip
    blocked = []
    if ground.inset is not None:
        west, south, east, north = ground.inset
        blocked.append(
            ((west - left) / scale, (south - bottom) / scale, (east - left) / scale, (north - bottom) / scale)
        )
    places = place(wanted, (1, 1, (right - left) / scale - 1, (top - bottom) / scale - 1), blocked)
    for name, found, text in zip(wanted, places, texts, strict=True):
        if found is None:
            continue
        box = found.box
        if found.leader:
            near = float(np.clip(name.x, box[0], box[2])), float(np.clip(name.y, box[1], box[3]))
            line = [(left + scale * p[0], bottom + scale * p[1]) for p in (near, (name.x, name.y))]
            halo = [withStroke(linewidth=2.2, foreground=PAPER)]
            axes.plot(*zip(*line, strict=True), color=INK, lw=0.7, zorder=5, gid="leader", path_effects=halo)
        axes.text(
            left + scale * (box[0] + box[2]) / 2, bottom + scale * (box[1] + box[3]) / 2, text, size=LABEL_PT,
            ha="center", va="center", zorder=8, gid="label", path_effects=[withStroke(linewidth=1.8, foreground=PAPER)],
        )  # fmt: skip
    return sum(found is None for found in places)


def _inside(schools: pd.DataFrame, bounds: Bounds | None) -> pd.Series:
    """Which schools stand inside a rectangle; none where there is none."""
    if bounds is None:
        return pd.Series(False, index=schools.index)
    return schools["x"].between(bounds[0], bounds[2]) & schools["y"].between(bounds[1], bounds[3])


def draw_map(
    axes: Axes,
    ground: Ground,
    layers: MapLayers,
    schools: pd.DataFrame,
    setting: Setting,
    panel: MapPanel,
    look: tuple[str, Measure],
) -> int:
    """Draw one panel; `look` is the stage and the measure; returns how many school names had no room."""
    stage, measure = look
    hosts = stage_schools(layers.schools, stage, setting.stages)
    served = zones_in_force(layers, panel.case, stage, panel.year, hosts["school"].tolist())
    values = school_values(schools, panel.case, stage, panel.year)
    there = hosts[hosts["school"].isin(values.index[values["roll"] > 0])].reset_index(drop=True)
    _zones(axes, ground, served, values, measure)
    draw_ways(axes, ground, served, there)
    draw_schools(axes, there, values["roll"])
    if ground.inset is not None:
        west, south, east, north = ground.inset
        box = Rectangle((west, south), east - west, north - south, fill=False, ec=VERMILLION, lw=1.2, zorder=7)
        box.set_gid("inset")
        axes.add_patch(box)
    return draw_names(axes, ground, there, values["roll"], setting)


def ground_of(layers: MapLayers, width: float, part: Bounds | None = None) -> tuple[Ground, float]:
    """Shapes, extent and scale of the county, or a part of it, `width` [pt] wide; and its height on paper [pt]."""
    bounds = layers.units.total_bounds if part is None else part
    height, scale = panel_frame(bounds, width, WHOLE if part is None else PART)
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    half = (width * scale / 2, height * scale / 2)
    extent = (x - half[0], y - half[1], x + half[0], y + half[1])
    units = layers.units
    if part is not None:
        units = units[units.intersects(shapely.box(*extent))]
    shapes = simplified(units, SEEN_PT * scale)
    points = shapely.get_coordinates(shapely.point_on_surface(units.geometry.to_numpy()))
    frame = gpd.GeoDataFrame({"id": units["unit"].astype(str)}, geometry=shapes, crs=units.crs).reset_index(drop=True)
    return Ground(frame, borders(shapes), points, extent, scale), height
