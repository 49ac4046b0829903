"""Charts of a stress test: how far each driver can go before the plan fails, and what matters together."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from reports.figures_base import sheet
from reports.figures_setting import Caption
from reports.i18n import decimal
from reports.stress_view import Row, StressView
from reports.stress_words import OUTPUTS, facts, headline, method, short
from reports.style import BLUE, FAINT, FONT_PT, GREY, INK, ORANGE, PAPER, SMALL_PT, styled

WIDE, ROW = 9.6, 0.34
FAILS = "////"
NEAR_END = 0.84


@styled
def tornado(view: StressView) -> Figure:
    """A row for each driver: to the right as it rises, to the left as it falls; blue holds, hatched fails."""
    labels, rows = view.labels, view.singles
    names = list(dict.fromkeys(str(row["driver"]) for row in rows))
    keys: list[Artist] = [
        Patch(facecolor=BLUE, ec=PAPER, label=labels("stress.chart.holds")),
        Patch(facecolor=PAPER, ec=ORANGE, hatch=FAILS, label=labels("stress.chart.fails")),
    ]
    size = (WIDE, ROW * len(names) + 0.75)
    notes = [labels("stress.chart.ends")]
    if not all(row["monotone"] for row in rows):
        notes.append(labels("stress.chart.not_monotone"))
    figure = sheet(view.setting, Caption(headline(view), facts(view)), size, keys, notes)
    axes = figure.add_subplot()
    for row in rows:
        _bar(axes, view, names.index(str(row["driver"])), row)
    axes.axvline(0.0, color=INK, lw=1.0, zorder=4)
    axes.set_yticks(np.arange(len(names)), [labels(f"stress.driver.{name}") for name in names], fontsize=FONT_PT)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(names) - 0.5, -0.5)
    # Room for the amounts beyond the ends of the bars.
    axes.set_xlim(-1.32, 1.32)
    axes.set_xticks([-1.0, -0.5, 0.0, 0.5, 1.0], ["100", "50", "0", "50", "100"])
    axes.set_xlabel(labels("stress.chart.axis"))
    axes.grid(axis="x", color=FAINT)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    return figure


def _bar(axes: Axes, view: StressView, at: int, row: Row) -> None:
    """One direction of a driver."""
    sign = 1.0 if row["direction"] == "up" else -1.0
    driver, scale = str(row["driver"]), view.ranges[str(row["driver"])]
    end = scale.high if sign > 0 else scale.low
    reach = float(str(row["reach"])) if row["fails"] else 1.0
    axes.barh(at, sign * reach, height=0.62, color=BLUE, lw=0, gid="holds")
    if row["fails"]:
        rest = sign * (1.0 - reach)
        axes.barh(at, rest, left=sign * reach, height=0.62, fc=PAPER, ec=ORANGE, hatch=FAILS, lw=0.8, gid="fails")
        mark = short(view, driver, float(str(row["amount"]))) + ("" if row["monotone"] else " *")
        box = {"boxstyle": "round,pad=0.18", "fc": PAPER, "ec": "none"}
        axes.annotate(mark, (sign * reach, at), xytext=(4 * sign, 0), textcoords="offset points", bbox=box,
                      ha="left" if sign > 0 else "right", va="center", size=FONT_PT - 0.5, color=INK, zorder=5,
                      weight="bold")  # fmt: skip
    if row["fails"] and reach > NEAR_END:
        return  # the amount of the failing point stands where that of the end would
    axes.annotate(short(view, driver, end) + ("" if row["fails"] or row["monotone"] else " *"), (sign, at),
                  xytext=(4 * sign, 0), textcoords="offset points", ha="left" if sign > 0 else "right", va="center",
                  size=SMALL_PT, color=GREY)  # fmt: skip


@styled
def effects(view: StressView) -> Figure:
    """A panel for each output: what each driver does to it over the ranges."""
    labels, found, way = view.labels, view.effects, method(view)
    names = list(view.ranges)
    keys: list[Artist] = [Patch(facecolor=BLUE, label=labels(f"stress.effect.{way}"))]
    if way == "sobol":
        keys.append(Patch(facecolor=ORANGE, hatch="//", ec=PAPER, label=labels("stress.effect.first")))
    caption = Caption(labels(f"stress.effects.title.{way}", runs=labels.integer(found["runs"].iloc[0])), facts(view))
    figure = sheet(view.setting, caption, (WIDE, ROW * len(names) + 0.9), keys, [labels("stress.effects.note")])
    panels = figure.subplots(1, len(OUTPUTS), sharey=True)
    order = list(found[found["output"] == _main(view)].sort_values("effect", ascending=False, kind="stable")["driver"])
    for axes, output in zip(panels, OUTPUTS, strict=True):
        rows = found[found["output"] == output].set_index("driver").loc[order]
        scale = 100.0 if way == "morris" and output == "probability" else 1.0
        values = np.nan_to_num(scale * rows["effect"].to_numpy(dtype=float))
        at = np.arange(len(order))
        axes.barh(at, values, height=0.6, color=BLUE, gid="effect")
        if way == "sobol":
            first = np.nan_to_num(np.maximum(rows["second"].to_numpy(dtype=float), 0.0))
            axes.barh(at, first, height=0.28, color=ORANGE, hatch="//", ec=PAPER, lw=0, gid="first")
        for y, value in zip(at, values, strict=True):
            text = decimal(value, 2 if way == "sobol" else 0 if value >= 10 else 1)
            axes.annotate(text, (value, y), xytext=(3, 0), textcoords="offset points", va="center", size=SMALL_PT)
        axes.set_title(labels(f"stress.output.{output}"))
        axes.set_xlabel(labels("stress.axis.sobol" if way == "sobol" else f"stress.axis.{output}"))
        axes.set_xlim(0, 1.25 * max(float(values.max()), 1e-9))
        axes.grid(axis="x", color=FAINT)
        axes.set_axisbelow(True)
    panels[0].set_yticks(np.arange(len(order)), [labels(f"stress.driver.{name}") for name in order], fontsize=FONT_PT)
    panels[0].set_ylim(len(order) - 0.5, -0.5)
    return figure


def _main(view: StressView) -> str:
    """The first output that varies."""
    varies = view.effects.groupby("output")["effect"].max()
    return next((name for name in OUTPUTS if float(varies.get(name, 0.0) or 0.0) > 0.0), OUTPUTS[0])


def charts(view: StressView) -> dict[str, Figure]:
    """Charts by the name of their file, without its suffix."""
    found = {"stress": tornado(view)}
    if not view.effects.empty:
        found["sensitivity"] = effects(view)
    return found
