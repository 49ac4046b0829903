"""The legend of a printed map: groups of keys under their headings, in one column beside the maps or in rows below."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, Rectangle

from reports.figures_base import HINTED, wrap
from reports.style import FONT_PT, GREY, INK

KEY_PT = 7.2
ROW_PT, HEADING_PT, GROUP_GAP = 12.0, 13.0, 7.0
SWATCH = (20.0, 9.0)
TEXT_X = 27.0
NARROWEST, COLUMN_GAP = 120.0, 16.0


@dataclass(frozen=True)
class Key:
    """One line of a legend. kind: area, circle, star, triangle, line."""

    kind: str
    label: str
    color: str = "none"
    hatch: str = ""
    edge: str = INK
    size: float = 1.0
    """Diameter of a sign, or width of a line [pt]."""

    def lines(self, width: float) -> list[str]:
        """The label broken to a width [pt]."""
        return wrap(self.label, KEY_PT, (width - self.text_x) * HINTED)

    @property
    def text_x(self) -> float:
        """Where the text begins, from the left of the key [pt]."""
        return max(TEXT_X, self.size + 6) if self.kind == "circle" else TEXT_X

    def height(self, width: float) -> float:
        """Height of the key [pt]."""
        own = self.size + 3 if self.kind == "circle" else 0.0
        return max(ROW_PT * len(self.lines(width)), own)


@dataclass(frozen=True)
class Group:
    """Keys under a heading that names the quantity and its unit."""

    heading: str
    keys: tuple[Key, ...]

    def height(self, width: float) -> float:
        """Height of the group [pt]."""
        head = HEADING_PT * len(wrap(self.heading, FONT_PT, width * HINTED))
        return head + sum(key.height(width) for key in self.keys) + GROUP_GAP


def groups_height(groups: Sequence[Group], width: float) -> float:
    """Height of all groups one below the other [pt]."""
    return sum(group.height(width) for group in groups)


def _columns(groups: Sequence[Group], width: float) -> float:
    """Width of one of the columns below the maps [pt]."""
    return (width - COLUMN_GAP * (len(groups) - 1)) / max(len(groups), 1)


def groups_below(groups: Sequence[Group], width: float) -> float:
    """Height of a legend below the maps, one column for each group [pt]; infinite where columns are too narrow."""
    if not groups:
        return 0.0
    column = _columns(groups, width)
    return max(group.height(column) for group in groups) + 4 if column >= NARROWEST else float("inf")


def draw_groups(axes: Axes, groups: Sequence[Group], box: tuple[float, float, float, float]) -> None:
    """Draw groups into a box (left, bottom, width, height): below each other in a narrow box, else in columns."""
    left, bottom, width, height = box
    narrow = width < 2 * NARROWEST
    column = width if narrow else _columns(groups, width)
    top = bottom + height
    for group in groups:
        end = _draw_group(axes, group, left, top if narrow else bottom + height, column)
        if narrow:
            top = end
        else:
            left += column + COLUMN_GAP


def _draw_group(axes: Axes, group: Group, left: float, top: float, width: float) -> float:
    for line in wrap(group.heading, FONT_PT, width * HINTED):
        axes.text(left, top, line, size=FONT_PT, va="top", ha="left", color=INK)
        top -= HEADING_PT
    for key in group.keys:
        high = key.height(width)
        _sign(axes, key, left, top - high / 2)
        lines = key.lines(width)
        middle = top - high / 2 + (len(lines) - 1) * ROW_PT / 2
        for at, line in enumerate(lines):
            axes.text(left + key.text_x, middle - at * ROW_PT, line, size=KEY_PT, va="center", ha="left", color=INK)
        top -= high
    return top - GROUP_GAP


def _sign(axes: Axes, key: Key, left: float, middle: float) -> None:
    """The sign of a key, its middle at a height."""
    wide, high = SWATCH
    if key.kind == "area":
        axes.add_patch(
            Rectangle((left, middle - high / 2), wide, high, fc=key.color, ec=key.edge, lw=0.0, hatch=key.hatch or None)
        )
        axes.add_patch(Rectangle((left, middle - high / 2), wide, high, fc="none", ec=GREY, lw=0.5))
    elif key.kind == "circle":
        x = left + max(wide, key.size) / 2
        axes.add_patch(
            Ellipse((x, middle), key.size, key.size, fc=key.color, ec=key.edge, lw=0.8, hatch=key.hatch or None)
        )
    elif key.kind == "line":
        axes.add_line(
            Line2D([left, left + wide], [middle, middle], color=key.color, lw=key.size, solid_capstyle="butt")
        )
    else:
        marker = {"star": "*", "triangle": "^"}[key.kind]
        axes.add_line(
            Line2D([left + wide / 2], [middle], ls="", marker=marker, ms=key.size, mfc=key.color, mec=key.edge, mew=0.7)
        )
