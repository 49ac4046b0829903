"""What a map frame may hold: coloured units, zone borders, circles, flows, bands, names. Each layer is data that draws.

A layer holds the numbers that it shows, so that tests read them from the page. Positions in the working CRS [m],
sizes in points.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Circle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from reports.atlas_scale import NO_DATA, Look
from reports.figures_base import fit
from reports.fonts import text_width
from reports.maps_data import Bounds
from reports.maps_labels import Box, Wanted, place
from reports.maps_shapes import borders, simplified, to_outline
from reports.style import BLACK, BLUE, GREY, INK, PAPER, VERMILLION

SEEN_PT = 0.35
LABEL_PT = 6.4
NAME_PT = 130.0
UNIT_LINE, ZONE_LINE = "#8c8c8c", INK
FEW = 400


@dataclass(frozen=True)
class Plate:
    """Units made ready for one extent and scale."""

    units: gpd.GeoDataFrame
    """unit, geometry [m]; those that reach into the extent."""
    bounds: Bounds
    metres_per_pt: float
    inset: Bounds | None = None
    """A part that another map shows larger: framed here, named there."""

    @cached_property
    def shapes(self) -> np.ndarray:
        """Shapes without detail that no eye sees, [unit]."""
        return simplified(self.units, SEEN_PT * self.metres_per_pt)

    @cached_property
    def ids(self) -> list[str]:
        """Unit ids, [unit]."""
        return [str(unit) for unit in self.units["unit"]]

    @cached_property
    def outlines(self) -> list[Outline]:
        """Shapes as paths, [unit]."""
        return [to_outline(shape) for shape in self.shapes]

    @cached_property
    def lines(self) -> Outline:
        """Borders of all units, shared ones once."""
        return borders(self.shapes)

    @cached_property
    def centres(self) -> pd.DataFrame:
        """A point inside every unit: x, y; index unit."""
        points = shapely.get_coordinates(shapely.point_on_surface(self.units.geometry.to_numpy()))
        return pd.DataFrame(points, columns=["x", "y"], index=pd.Index(self.ids, name="unit"))

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place in points from the lower left corner of the frame."""
        return (x - self.bounds[0]) / self.metres_per_pt, (y - self.bounds[1]) / self.metres_per_pt

    @property
    def room(self) -> Box:
        """The frame in points."""
        return (0.0, 0.0, *self.at(self.bounds[2], self.bounds[3]))


class Layer(Protocol):
    """Something that draws itself into a frame and says how many names had no room."""

    def draw(self, axes: Axes, plate: Plate) -> int:
        """Draw; returns names left out."""


def _compound(paths: Sequence[Outline]) -> Outline:
    return Outline.make_compound_path(*paths)


def _area(axes: Axes, path: Outline, look: tuple[str, str], gid: str) -> None:
    """One path filled and hatched; look: colour and hatching."""
    color, hatch = look
    drawn = PathCollection(
        [path], facecolor=color, lw=0, hatch=hatch or None, zorder=1, gid=gid,
        edgecolor=GREY if hatch == NO_DATA else INK if hatch else "none",
    )  # fmt: skip
    axes.add_collection(drawn, autolim=False)


def _borders(axes: Axes, path: Outline, color: str, width: float) -> None:
    drawn = PathCollection([path], facecolor="none", edgecolor=color, lw=width, zorder=2 + width)
    axes.add_collection(drawn, autolim=False)


@dataclass(frozen=True)
class Fill:
    """Units by the class of their value; those without one in paper with dashes."""

    values: pd.Series
    """By unit."""
    look: Look

    def draw(self, axes: Axes, plate: Plate) -> int:
        """One path for each class: no seams between units of a class, and as fast for 3 000 units as for 70."""
        steps = self.look.steps(self.values.reindex(plate.ids).to_numpy(dtype=float))
        for step in np.unique(steps).tolist():
            look = (PAPER, NO_DATA) if step < 0 else (self.look.scale.colors[step], self.look.hatches[step])
            paths = [path for path, own in zip(plate.outlines, steps, strict=True) if own == step]
            _area(axes, _compound(paths), look, f"class:{step}")
        _borders(axes, plate.lines, UNIT_LINE, 0.3 if len(plate.ids) < FEW else 0.12)
        return 0


@dataclass(frozen=True)
class Ground:
    """Units in paper with their borders: what lies under circles and flows."""

    def draw(self, axes: Axes, plate: Plate) -> int:
        """Draw the units faintly."""
        if plate.outlines:
            _area(axes, _compound(plate.outlines), ("#f6f6f4", ""), "ground")
            _borders(axes, plate.lines, "#b3b3b3", 0.3 if len(plate.ids) < FEW else 0.12)
        return 0


@dataclass(frozen=True)
class Zones:
    """Borders of the zones: units served by the same schools lie in one."""

    served: Mapping[str, tuple[str, ...]]
    """Unit -> schools."""

    def draw(self, axes: Axes, plate: Plate) -> int:
        """Draw a line around every zone."""
        of = np.array(["+".join(self.served.get(unit, ())) for unit in plate.ids])
        whole = [shapely.union_all(plate.shapes[of == zone]) for zone in np.unique(of[of != ""])]
        if whole:
            _borders(axes, borders(np.array(whole, dtype=object)), ZONE_LINE, 0.9)
        return 0


@dataclass(frozen=True)
class Bands:
    """Areas reached within so many minutes, the largest first."""

    areas: gpd.GeoDataFrame
    """minutes, geometry."""
    look: Look

    def draw(self, axes: Axes, plate: Plate) -> int:
        """Draw band over band."""
        for minutes, shape in zip(self.areas["minutes"], self.areas.geometry, strict=True):
            step = int(self.look.steps([minutes])[0])
            path = to_outline(shapely.simplify(shape, SEEN_PT * plate.metres_per_pt))
            if not shape.is_empty:
                _area(axes, path, (self.look.scale.colors[step], self.look.hatches[step]), f"band:{minutes:g}")
        if plate.outlines:
            _borders(axes, plate.lines, UNIT_LINE, 0.3 if len(plate.ids) < FEW else 0.12)
        return 0


@dataclass(frozen=True)
class Circles:
    """A circle at every place; area grows with its value."""

    places: pd.DataFrame
    """school, x, y, value, radius [pt], color, hatch, marker ("circle", "star", "triangle")."""

    def draw(self, axes: Axes, plate: Plate) -> int:
        """Draw the large ones first, so that none is hidden."""
        rows = self.places.sort_values("radius", ascending=False, kind="stable")
        names = ["school", "x", "y", "radius", "color", "hatch", "marker"]
        for school, x, y, radius, color, hatch, marker in rows[names].itertuples(index=False, name=None):
            if marker == "circle":
                sign = Circle((x, y), radius * plate.metres_per_pt, fc=color, ec=BLACK, lw=0.8, hatch=hatch or None,
                              zorder=6, gid=f"school:{school}")  # fmt: skip
                axes.add_patch(sign)
            else:
                axes.plot([x], [y], ls="", marker="*" if marker == "star" else "^", ms=2 * radius, mfc=color, mec=BLACK,
                          mew=0.7, zorder=6, gid=f"school:{school}")  # fmt: skip
        return 0


@dataclass(frozen=True)
class Flows:
    """Lines from units to schools, as wide as children go; where the share of each school is not known, thin dashes."""

    rows: pd.DataFrame
    """unit, school, x, y (school), pupils, width [pt]; width 0: not known how many go there."""
    color: str = BLUE

    def draw(self, axes: Axes, plate: Plate) -> int:
        """Draw the wide ones first."""
        known = self.rows[self.rows["unit"].isin(plate.centres.index)].sort_values("width", ascending=False)
        start = plate.centres.loc[known["unit"], ["x", "y"]].to_numpy()
        ends = np.stack([start, known[["x", "y"]].to_numpy(dtype=float)], axis=1)
        width = known["width"].to_numpy(dtype=float)
        for wide, style, gid in ((width > 0, "-", "flow"), (width == 0, (0, (3, 2)), "flow:unknown")):
            if wide.any():
                drawn = LineCollection(
                    list(ends[wide]), colors=self.color, lw=np.where(width[wide] > 0, width[wide], 0.5),
                    linestyles=[style], alpha=0.75, zorder=4, gid=gid, capstyle="butt",
                )  # fmt: skip
                axes.add_collection(drawn, autolim=False)
        return 0


@dataclass(frozen=True)
class Names:
    """Names at their places, the weightiest first: none touches another, those without room are counted."""

    places: pd.DataFrame
    """x, y, radius [pt], text, weight."""

    def draw(self, axes: Axes, plate: Plate) -> int:
        """Write the names; returns how many had no room."""
        if self.places.empty:
            return 0
        here = self.places[_inside(self.places, plate.bounds) & ~_inside(self.places, plate.inset)]
        texts = [fit(str(text), LABEL_PT, NAME_PT) for text in here["text"]]
        wanted = [
            Wanted(*plate.at(x, y), radius, text_width(text, LABEL_PT) + 2.5, LABEL_PT * 1.3, weight)
            for (x, y, radius, weight), text in zip(
                here[["x", "y", "radius", "weight"]].itertuples(index=False, name=None), texts, strict=True
            )
        ]
        blocked: list[Box] = []
        if plate.inset is not None:
            blocked.append((*plate.at(*plate.inset[:2]), *plate.at(*plate.inset[2:])))
        room = (plate.room[0] + 1, plate.room[1] + 1, plate.room[2] - 1, plate.room[3] - 1)
        places = place(wanted, room, blocked)
        for name, found, text in zip(wanted, places, texts, strict=True):
            if found is not None:
                _write(axes, plate, name, found.box, (text, found.leader))
        return sum(found is None for found in places)


def _write(axes: Axes, plate: Plate, name: Wanted, box: Box, said: tuple[str, bool]) -> None:
    """One name, with a line to its sign where it needs one. said: the text and whether."""
    scale, (left, bottom) = plate.metres_per_pt, plate.bounds[:2]
    if said[1]:
        near = float(np.clip(name.x, box[0], box[2])), float(np.clip(name.y, box[1], box[3]))
        ends = np.array([near, (name.x, name.y)]) * scale + (left, bottom)
        halo = [withStroke(linewidth=2.0, foreground=PAPER)]
        axes.plot(ends[:, 0], ends[:, 1], color=INK, lw=0.6, zorder=5, gid="leader", path_effects=halo)
    axes.text(
        left + scale * (box[0] + box[2]) / 2, bottom + scale * (box[1] + box[3]) / 2, said[0], size=LABEL_PT,
        ha="center", va="center", zorder=8, gid="label", path_effects=[withStroke(linewidth=1.8, foreground=PAPER)],
    )  # fmt: skip


def _inside(places: pd.DataFrame, bounds: Bounds | None) -> pd.Series:
    if bounds is None:
        return pd.Series(False, index=places.index)
    return places["x"].between(bounds[0], bounds[2]) & places["y"].between(bounds[1], bounds[3])


INSET = VERMILLION
