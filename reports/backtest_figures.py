"""Charts of a backtest: errors beside simple methods, coverage, where actual numbers fell, overcrowding foreseen."""

from collections.abc import Sequence
from importlib import metadata

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reports.backtest_view import NAIVE, OWN, RATIO, SHOWN, BacktestView
from reports.backtest_words import ahead, percent
from reports.figures_base import nothing_to_draw, sheet
from reports.figures_setting import Caption, Setting
from reports.i18n import decimal
from reports.style import BLUE, GREEN, GREY, INK, PURPLE, SKY, SMALL_PT, styled

WIDE, PANEL, PAIR = 9.6, 1.8, 2.0
LOOKS = {OWN: (BLUE, "-", "o"), RATIO: (GREEN, "--", "s"), NAIVE: (PURPLE, "-.", "^")}
COVERS = ((50, SKY, "o"), (80, BLUE, "s"), (90, INK, "^"))
BINS = 10
HALF = 0.5


def setting_of(view: BacktestView) -> Setting:
    """Words of the charts."""
    words = {"title": view.title, "origin": f"{view.origins[0]}–{view.origins[-1]}"}
    source = view.labels("forecast.chart.source", **words, version=metadata.version("schoolplan"))
    first, last = view.origins[0], view.origins[-1]
    return Setting(labels=view.labels, base_year=first, horizon=last, synthetic=view.synthetic, source=source)


def _ahead(axes: Axes, view: BacktestView) -> None:
    axes.set_xticks(view.horizons, [str(h) for h in view.horizons], fontsize=SMALL_PT)
    axes.set_xlim(min(view.horizons) - 0.5, max(view.horizons) + 0.5)
    axes.set_xlabel(view.labels("backtest.chart.ahead"), size=SMALL_PT)
    axes.grid(axis="y")
    axes.set_axisbelow(True)


@styled
def errors(view: BacktestView, *, caption: Caption) -> Figure:
    """WAPE by years ahead, one panel for each level, beside naive and 3-year ratio."""
    setting, levels = setting_of(view), view.levels()
    keys: list[Artist] = []
    for method in SHOWN:
        color, dash, mark = LOOKS[method]
        label = view.labels(f"backtest.method.{method}")
        keys.append(Line2D([], [], color=color, ls=dash, marker=mark, ms=4, label=label))
    figure = sheet(setting, caption, (WIDE, PANEL), keys)
    for axes, level in zip(_row(figure, len(levels)), levels, strict=True):
        for method in SHOWN:
            line, (color, dash, mark) = view.wape(level, method), LOOKS[method]
            axes.plot(line.index, line.to_numpy(), color=color, ls=dash, marker=mark, ms=4, gid=method)
        axes.set_title(view.labels(f"backtest.level.{level}"))
        axes.set_ylim(bottom=0)
        _ahead(axes, view)
    figure.axes[0].set_ylabel(view.labels("backtest.chart.percent"))
    return figure


def _row(figure: Figure, count: int, sharey: bool = False) -> list[Axes]:
    return list(figure.subplots(1, count, squeeze=False, sharey=sharey)[0])


@styled
def coverage(view: BacktestView, *, caption: Caption) -> Figure:
    """Share of actual numbers inside the intervals by years ahead, one panel for each level."""
    setting, levels = setting_of(view), view.levels()
    keys: list[Artist] = []
    for p, color, mark in COVERS:
        keys.append(Line2D([], [], color=color, marker=mark, ms=4, label=view.labels("backtest.chart.interval", p=p)))
    figure = sheet(setting, caption, (WIDE, PANEL), keys)
    own = view.table[view.table["method"] == OWN]
    for axes, level in zip(_row(figure, len(levels), sharey=True), levels, strict=True):
        rows = own[own["level"] == level].sort_values("horizon")
        for p, color, mark in COVERS:
            axes.axhline(p, color=color, ls=(0, (4, 3)), lw=0.8, zorder=1)
            axes.plot(rows["horizon"], 100 * rows[f"cover{p}"], color=color, marker=mark, ms=4, gid=f"cover{p}")
        axes.set_title(view.labels(f"backtest.level.{level}"))
        axes.set_ylim(0, 104)
        _ahead(axes, view)
    figure.axes[0].set_ylabel(view.labels("backtest.chart.share"))
    return figure


@styled
def places(view: BacktestView, *, caption: Caption) -> Figure:
    """Histogram of where actual numbers fell in their forecasts, for cells and school totals."""
    setting = setting_of(view)
    own = view.predictions[view.predictions["method"] == OWN]
    levels = [level for level in ("school-grade", "school") if (own["level"] == level).any()]
    figure = sheet(setting, caption, (WIDE * 0.55, PAIR))
    for axes, level in zip(_row(figure, len(levels), sharey=True), levels, strict=True):
        found = own.loc[own["level"] == level, "pit"].dropna().to_numpy()
        counts, edges = np.histogram(found, bins=BINS, range=(0.0, 1.0))
        share = 100.0 * counts / max(counts.sum(), 1)
        axes.bar(edges[:-1], share, width=1.0 / BINS, align="edge", color=SKY, ec=GREY, lw=0.4, gid="pit")
        axes.axhline(100.0 / BINS, color=INK, ls=(0, (4, 3)), lw=0.9)
        axes.set_title(view.labels(f"backtest.level.{level}"))
        axes.set_xlim(0, 1)
        axes.set_xlabel(view.labels("backtest.chart.pit.x"), size=SMALL_PT)
    figure.axes[0].set_ylabel(view.labels("backtest.chart.pit.y"))
    return figure


@styled
def overcrowding(view: BacktestView, *, caption: Caption) -> Figure:
    """Chance said against share that came, of schools over their synthetic capacity three years on."""
    setting, found = setting_of(view), view.foreseen
    if found.empty:
        return nothing_to_draw(setting, caption, setting.labels("backtest.no_intervals"))
    line = view.labels("backtest.chart.foreseen.line")
    keys: list[Artist] = [
        Line2D([], [], color=GREY, ls=(0, (4, 3)), label=line),
        Patch(color=BLUE, alpha=0.6, lw=0, label=view.labels("backtest.chart.foreseen.dots")),
    ]
    figure = sheet(setting, caption, (WIDE * 0.45, PAIR), keys)
    axes = figure.add_subplot()
    axes.plot([0, 100], [0, 100], color=GREY, ls=(0, (4, 3)), lw=0.9)
    sizes = 20.0 + 180.0 * found["cases"] / found["cases"].max()
    axes.scatter(100 * found["said"], 100 * found["came"], s=sizes, color=BLUE, alpha=0.6, lw=0, gid="foreseen")
    for said, came, cases in zip(found["said"], found["came"], found["cases"], strict=True):
        axes.annotate(
            view.labels.integer(cases), (100 * said, 100 * came), xytext=(8, -11), textcoords="offset points",
            ha="left", size=SMALL_PT, color=INK,
        )  # fmt: skip
    axes.set_xlim(-4, 116)
    axes.set_ylim(-14, 108)
    axes.set_xlabel(view.labels("backtest.chart.foreseen.x"))
    axes.set_ylabel(view.labels("backtest.chart.foreseen.y"))
    return figure


def charts(view: BacktestView) -> dict[str, Figure]:
    """All charts by the name of their file, without its suffix."""
    labels, h = view.labels, view.middle()
    shown = {method: view.row("school", h, method) for method in SHOWN}
    own, best = shown[OWN], _least([row["wape"] for row in (shown[RATIO], shown[NAIVE]) if row is not None])
    numbers = {"own": "–" if own is None else percent(own["wape"]), "best": decimal(100 * best, 1)}
    title = labels("backtest.chart.wape", ahead=ahead(labels, h), **numbers)
    made = {"errors": errors(view, caption=Caption(title, labels("backtest.chart.wape.sub")))}
    if not view.intervals:
        return made
    cover = NAN if own is None else float(own["cover80"])
    title = labels("backtest.chart.cover", cover=percent(cover, 0))
    made["coverage"] = coverage(view, caption=Caption(title, labels("backtest.chart.cover.sub")))
    caption = Caption(labels("backtest.chart.pit"), labels("backtest.chart.pit.sub"))
    made["places"] = places(view, caption=caption)
    if not view.foreseen.empty:
        made["overcrowding"] = overcrowding(view, caption=_foreseen_caption(view))
    return made


NAN = float("nan")


def _least(values: Sequence[float]) -> float:
    return min(values, default=NAN)


def _foreseen_caption(view: BacktestView) -> Caption:
    labels, high = view.labels, view.foreseen[view.foreseen["said"] >= HALF]
    title = labels("backtest.chart.foreseen.none")
    if high["cases"].sum() > 0:
        share = float((high["came"] * high["cases"]).sum() / high["cases"].sum())
        title = labels("backtest.chart.foreseen", share=percent(share, 0))
    return Caption(title, labels("backtest.chart.foreseen.sub.seats" if view.seats else "backtest.chart.foreseen.sub"))
