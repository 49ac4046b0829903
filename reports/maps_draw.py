"""One map drawn into its axes: zones, borders, desire lines, school symbols and their names."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from reports.figures_base import fit
from reports.figures_setting import Case, Setting
from reports.fonts import text_width
from reports.maps_data import (
    MapLayers,
    Measure,
    opening_years,
    school_values,
    stage_schools,
    zone_value,
    zones_in_force,
)
from reports.maps_labels import Wanted, place
from reports.maps_shapes import Geometries, borders, dissolve, frame, simplified, to_outline
from reports.style import BLACK, FAINT, HATCH_SHORT, INK, PAPER, YELLOW

LABEL_PT = 6.4
NAME_PT = 110.0
SEEN_PT = 0.4
"""Detail smaller than this [pt] is not drawn."""
UNIT_LINE = "#8c8c8c"
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

    ids: tuple[str, ...]
    shapes: Geometries
    borders: Outline
    points: NDArray[np.float64]
    bounds: tuple[float, float, float, float]
    metres_per_pt: float


def radius_of(roll: float) -> float:
    """Radius of a school's symbol [pt]: area grows with the roll [pupils]."""
    return 1.4 + 0.11 * float(np.sqrt(max(roll, 0.0)))


def _zones(
    axes: Axes, ground: Ground, zones: dict[str, tuple[str, ...]], values: pd.DataFrame, measure: Measure
) -> None:
    """Fill the dissolved zones, hatch those short of seats, then borders of units and of zones."""
    whole = dissolve(ground.ids, ground.shapes, zones)
    for zone, shape in whole.items():
        value = zone_value(values, zone, measure.key)
        step = int(measure.scale.step(np.array([value]))[0]) if np.isfinite(value) else -1
        short = step >= measure.hatch_from
        color = measure.scale.colors[step] if step >= 0 else FAINT
        drawn = PathCollection(
            [to_outline(shape)], facecolor=color, edgecolor=INK if short else "none", lw=0,
            hatch=HATCH_SHORT if short else None, zorder=1, gid=f"zone:{'+'.join(zone)}",
        )  # fmt: skip
        axes.add_collection(drawn, autolim=False)
    fine = 0.3 if len(ground.ids) < FEW else 0.12
    thick = borders(np.array(list(whole.values()), dtype=object))
    for border, color, width in ((ground.borders, UNIT_LINE, fine), (thick, INK, 1.0)):
        drawn = PathCollection([border], facecolor="none", edgecolor=color, lw=width, zorder=2 + width)
        axes.add_collection(drawn, autolim=False)


def _desire_lines(axes: Axes, ground: Ground, zones: dict[str, tuple[str, ...]], schools: pd.DataFrame) -> None:
    """A line from each unit to its zone school or schools."""
    where = {key: (x, y) for key, x, y in zip(schools["school"], schools["x"], schools["y"], strict=True)}
    lines = [
        (tuple(point), where[school])
        for unit, point in zip(ground.ids, ground.points, strict=True)
        for school in zones.get(unit, ())
        if school in where
    ]
    weight, strength = (0.6, 0.5) if len(lines) < FEW else (0.2, 0.25)
    drawn = LineCollection(lines, colors=BLACK, lw=weight, alpha=strength, zorder=4, gid="desire")
    axes.add_collection(drawn, autolim=False)


def _symbols(axes: Axes, schools: pd.DataFrame, rolls: pd.Series) -> None:
    """Circles by roll; a school that a project of the plan opens is a star."""
    for key, x, y, project in schools[["school", "x", "y", "opened_by"]].itertuples(index=False, name=None):
        size = 2 * radius_of(float(rolls[key]))
        size = max(1.4 * size, 9.0) if project else size
        axes.plot(
            [x], [y], marker="*" if project else "o", ms=size, mfc=YELLOW if project else PAPER, mec=BLACK,
            mew=0.9, ls="", zorder=6, gid=f"school:{key}",
        )  # fmt: skip


def _names(axes: Axes, ground: Ground, schools: pd.DataFrame, rolls: pd.Series, setting: Setting) -> int:
    """Write names where they have room; returns how many had none."""
    left, bottom, right, top = ground.bounds
    scale = ground.metres_per_pt
    texts = [fit(setting.name("school", key), LABEL_PT, NAME_PT) for key in schools["school"]]
    wanted = [
        Wanted(
            (x - left) / scale, (y - bottom) / scale, radius_of(float(rolls[key])) * 1.1,
            text_width(text, LABEL_PT) + 2.5, LABEL_PT * 1.25, float(rolls[key]),
        )
        for key, x, y, text in zip(schools["school"], schools["x"], schools["y"], texts, strict=True)
    ]  # fmt: skip
    boxes = place(wanted, (1, 1, (right - left) / scale - 1, (top - bottom) / scale - 1))
    for name, box, text in zip(wanted, boxes, texts, strict=True):
        if box is None:
            continue
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        near = float(np.clip(name.x, box[0], box[2])), float(np.clip(name.y, box[1], box[3]))
        if np.hypot(near[0] - name.x, near[1] - name.y) > name.radius + 5:
            line = [(left + scale * p[0], bottom + scale * p[1]) for p in (near, (name.x, name.y))]
            axes.plot(*zip(*line, strict=True), color=INK, lw=0.5, zorder=5)
        axes.text(
            left + scale * middle[0], bottom + scale * middle[1], text, size=LABEL_PT, ha="center", va="center",
            zorder=8, gid="label", path_effects=[withStroke(linewidth=1.8, foreground=PAPER)],
        )  # fmt: skip
    return sum(box is None for box in boxes)


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
    opens = opening_years(layers.projects, panel.case)
    zones = zones_in_force(layers.zones, panel.case.plan, stage, panel.year, opens)
    values = school_values(schools, panel.case, stage, panel.year)
    there = stage_schools(layers.schools, stage, setting.stages)
    there = there[there["school"].isin(values.index[values["roll"] > 0])].reset_index(drop=True)
    _zones(axes, ground, zones, values, measure)
    _desire_lines(axes, ground, zones, there)
    _symbols(axes, there, values["roll"])
    return _names(axes, ground, there, values["roll"], setting)


def ground_of(layers: MapLayers, width: float) -> tuple[Ground, float]:
    """Shapes, extent and scale for panels `width` [pt] wide, and the height of a panel [pt]."""
    bounds = layers.units.total_bounds
    height, scale = frame(bounds, width)
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    half = (width * scale / 2, height * scale / 2)
    shapes = simplified(layers.units, SEEN_PT * scale)
    points = shapely.get_coordinates(shapely.point_on_surface(layers.units.geometry.to_numpy()))
    ids = tuple(layers.units["unit"].astype(str))
    return Ground(
        ids, shapes, borders(shapes), points, (x - half[0], y - half[1], x + half[0], y + half[1]), scale
    ), height
