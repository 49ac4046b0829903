"""Pictures collected first and drawn afterwards, in this process or in several, as small PNG inside the page.

A picture is a drawing function with its arguments (only the rows it needs), so that a fresh process can draw it; the
same pictures come out whatever the number of workers.
"""

import base64
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from multiprocessing import get_context
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from numpy.typing import NDArray
from PIL import Image

from reports.figures_setting import Caption
from reports.style import settings

PALETTE = 256
ALIKE = 40
"""Squared distance (red, green, blue) up to which two colours are one."""
DPI = 144
CSS_PER_INCH = 108
"""Figures of full width (10.4 in) fill the page."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Picture:
    """A figure as a data URI, with its text for those who cannot see it; sizes in CSS pixels."""

    uri: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Task:
    """A figure to be drawn: `draw(*args, caption=caption, **options)`."""

    draw: Callable[..., Figure]
    caption: Caption
    args: tuple[Any, ...]
    options: Mapping[str, Any]


def settle(figure: Figure) -> None:
    """Lay the figure out once and round the places of its axes.

    The solver behind the layout works in an order that depends on memory addresses; its last digits, and with them the
    shade of a pixel here and there, would differ from process to process.
    """
    engine = figure.get_layout_engine()
    if engine is None:
        return
    engine.execute(figure)
    figure.set_layout_engine("none")
    for axes in figure.axes:
        axes.set_position(Bbox.from_bounds(*np.round(axes.get_position(original=True).bounds, 6)))


def pixels_of(figure: Figure) -> NDArray[np.uint8]:
    """The figure as pixels, [row, column, red green blue]; drawn once, without a file between."""
    with settings():
        figure.set_dpi(DPI)
        canvas = FigureCanvasAgg(figure)
        settle(figure)
        canvas.draw()  # type: ignore[no-untyped-call]
        return np.asarray(canvas.buffer_rgba())[..., :3].copy()  # type: ignore[no-untyped-call]


def _rgb(packed: NDArray[np.uint32]) -> NDArray[np.int32]:
    return np.stack([packed >> 16, (packed >> 8) & 255, packed & 255], axis=-1).astype(np.int32)


def palette(colours: NDArray[np.uint32], counts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Colours to keep, [at most PALETTE] of [colour]: the most frequent, but no two that the eye cannot tell apart.

    Thousands of shades of smoothed letters would otherwise push out the few pixels of a symbol in a legend.
    """
    order = colours[np.lexsort((colours, -counts))]
    values = _rgb(order)
    free, kept = np.ones(len(order), dtype=bool), []
    for index in range(len(order)):
        if free[index]:
            kept.append(index)
            if len(kept) == PALETTE:
                break
            free &= ((values - values[index]) ** 2).sum(axis=-1) > ALIKE
    return order[kept]


def small_png(pixels: NDArray[np.uint8]) -> bytes:
    """Pixels [row, column, red green blue] as PNG with the colours of `palette`: flat areas and legends stay exact.

    Only shades of smoothed edges move to their nearest neighbour. A third of the bytes.
    """
    wide = pixels.astype(np.uint32)
    packed = (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2]
    codes, found = pd.factorize(packed.ravel())  # a fifteenth of the time of np.unique
    colours = np.asarray(found, dtype=np.uint32)
    kept = palette(colours, np.bincount(codes))
    distance = ((_rgb(colours)[:, None, :] - _rgb(kept)[None, :, :]) ** 2).sum(axis=-1)
    nearest = distance.argmin(axis=1).astype(np.uint8)
    flat = Image.fromarray(nearest[codes].reshape(packed.shape))
    flat.putpalette(_rgb(kept).astype(np.uint8).tobytes())
    buffer = BytesIO()
    flat.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def paint(task: Task) -> Picture:
    """Draw one task and pack it."""
    figure = task.draw(*task.args, caption=task.caption, **task.options)
    width, height = figure.get_size_inches()
    png = small_png(pixels_of(figure))
    uri = f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
    alt = str(figure.get_label()) or task.caption.title
    return Picture(uri, alt, round(float(width) * CSS_PER_INCH), round(float(height) * CSS_PER_INCH))


@dataclass
class Album:
    """The pictures of one page in the order they were asked for."""

    tasks: list[Task] = field(default_factory=list)

    def add(self, draw: Callable[..., Figure], caption: Caption, *args: Any, **options: Any) -> int:
        """Ask for a picture; returns its number in the album."""
        self.tasks.append(Task(draw, caption, args, options))
        return len(self.tasks) - 1

    def painted(self, workers: int = 1, progress: Progress | None = None) -> list[Picture]:
        """All pictures, drawn by this process or by `workers` fresh ones (spawn: the same on every system)."""
        tell = progress or (lambda done, of: None)
        pictures: list[Picture] = []
        if workers <= 1 or len(self.tasks) < 2:
            for task in self.tasks:
                pictures.append(paint(task))
                tell(len(pictures), len(self.tasks))
            return pictures
        with ProcessPoolExecutor(min(workers, len(self.tasks)), get_context("spawn")) as pool:
            for picture in pool.map(paint, self.tasks):
                pictures.append(picture)
                tell(len(pictures), len(self.tasks))
        return pictures
