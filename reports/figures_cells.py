"""Tables of cells inside a picture: a coloured grid with a number in each cell, hatched where a shortage is likely."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection, QuadMesh
from matplotlib.colors import BoundaryNorm, ListedColormap, to_rgb
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from reports.style import BLACK, HATCH_SHORT, INK, PAPER
from sim.arrays import BoolArray, FloatArray


@dataclass(frozen=True)
class Scale:
    """Steps of colour: `colors` has one more than `breaks`; a value at a break belongs to the lower step."""

    breaks: tuple[float, ...]
    colors: tuple[str, ...]

    def step(self, values: FloatArray) -> NDArray[np.int64]:
        """Number of the step of each value."""
        return np.searchsorted(np.asarray(self.breaks), values, side="left")

    def color(self, value: float) -> str:
        """Colour of one value; paper where there is none."""
        return PAPER if not np.isfinite(value) else self.colors[int(self.step(np.array([value]))[0])]


def ink_on(color: str) -> str:
    """Black or white, whichever reads better on a colour (relative luminance, WCAG)."""
    parts = np.array(to_rgb(color))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return INK if float(linear @ [0.2126, 0.7152, 0.0722]) > 0.20 else PAPER


def mesh(axes: Axes, columns: Sequence[float], values: FloatArray, scale: Scale) -> QuadMesh:
    """Cells of one unit around each column and row; row 0 on top. `values` is [row, column], NaN stays empty."""
    steps = np.where(np.isfinite(values), scale.step(np.nan_to_num(values)), np.nan)
    colormap = ListedColormap(list(scale.colors))
    edges = np.append(np.asarray(columns, dtype=float) - 0.5, columns[-1] + 0.5)
    rows = np.arange(values.shape[0] + 1) - 0.5
    norm = BoundaryNorm(np.arange(len(scale.colors) + 1) - 0.5, len(scale.colors))
    drawn = axes.pcolormesh(edges, rows, np.ma.masked_invalid(steps), cmap=colormap, norm=norm, ec=PAPER, lw=0.6)
    axes.set_ylim(values.shape[0] - 0.5, -0.5)
    for side in ("left", "bottom", "top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(which="both", length=0)
    return drawn


def write(axes: Axes, column: float, row: float, text: str, color: str, size: float, *, plain: bool = True) -> None:
    """A number in the middle of a cell; on a hatched cell (`plain` False) with a clear ground behind it."""
    ground = None if plain else {"facecolor": color, "edgecolor": "none", "pad": 0.6}
    axes.text(
        column, row, text, ha="center", va="center_baseline", size=size, color=ink_on(color), bbox=ground, zorder=5
    )


def hatch_cells(axes: Axes, columns: Sequence[float], marked: BoolArray, color: str = BLACK) -> None:
    """Hatch the marked cells of a grid; `marked` is [row, column]."""
    boxes = [Rectangle((columns[c] - 0.5, r - 0.5), 1, 1) for r, c in zip(*np.nonzero(marked), strict=True)]
    if boxes:
        axes.add_collection(
            PatchCollection(boxes, facecolor="none", edgecolor=color, hatch=HATCH_SHORT, lw=0, zorder=3, gid="hatch")
        )


def frame_cells(axes: Axes, cells: Sequence[tuple[float, int]], color: str = BLACK) -> None:
    """A heavy frame around cells (column, row)."""
    boxes = [Rectangle((column - 0.5, row - 0.5), 1, 1) for column, row in cells]
    if boxes:
        axes.add_collection(
            PatchCollection(boxes, facecolor="none", edgecolor=color, lw=1.5, zorder=6, gid="frame", clip_on=False)
        )
