"""Charts of a score: errors beside the simple methods, and the largest misses in their intervals."""

from importlib import metadata

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reports.backtest_words import percent
from reports.figures_base import fit, number_ticks, sheet
from reports.figures_setting import Caption, Setting
from reports.i18n import decimal
from reports.score_view import ScoreView
from reports.score_words import case_name
from reports.style import BLACK, BLUE, FONT_PT, GREEN, INK, PURPLE, SMALL_PT, styled

WIDE, HIGH, ROW = 9.6, 1.9, 0.24
METHODS = (
    ("wape", "schoolplan", BLUE, ""),
    ("wape_ratio", "ratio-3", GREEN, "//"),
    ("wape_naive", "naive", PURPLE, ".."),
)
NAME_PT = 170.0
MOST_LEVELS = ("school-grade", "school", "county-grade", "county")


def setting_of(view: ScoreView) -> Setting:
    """Words of the charts."""
    version = metadata.version("schoolplan")
    source = view.labels("score.chart.source", forecast=view.title, register=view.register, version=version)
    return Setting(labels=view.labels, base_year=view.origin, horizon=int(view.main["year"]), source=source)


@styled
def errors(view: ScoreView, *, caption: Caption) -> Figure:
    """Error of each level in the nearest year, beside ratio and naive."""
    labels = view.labels
    keys: list[Artist] = [
        Patch(facecolor=color, hatch=hatch, edgecolor="white", label=labels(f"backtest.method.{method}"))
        for _, method, color, hatch in METHODS
    ]
    figure = sheet(setting_of(view), caption, (WIDE, HIGH), keys)
    axes = figure.add_subplot()
    rows = view.first[view.first["level"].isin(MOST_LEVELS)]
    for number, (column, _, color, hatch) in enumerate(METHODS):
        at = np.arange(len(rows)) + 0.27 * (number - 1)
        values = 100.0 * rows[column].to_numpy(dtype=float)
        axes.bar(at, np.nan_to_num(values), width=0.25, color=color, hatch=hatch, ec="white", gid=column)
        for x, value in zip(at, values, strict=True):
            if not np.isnan(value):
                axes.annotate(decimal(value, 1), (x, value), xytext=(0, 2), textcoords="offset points", ha="center",
                              size=SMALL_PT, color=INK)  # fmt: skip
    names = [labels("score.chart.level", level=labels(f"score.level.{row['level']}"), n=labels.integer(row["n"]))
             for _, row in rows.iterrows()]  # fmt: skip
    axes.set_xticks(np.arange(len(rows)), names, fontsize=SMALL_PT)
    axes.set_xlim(-0.6, len(rows) - 0.4)
    axes.set_ylim(0, 1.15 * float(100.0 * rows[[name for name, *_ in METHODS]].max().max()) + 0.1)
    axes.set_ylabel(labels("backtest.chart.percent"))
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    return figure


@styled
def misses(view: ScoreView, *, caption: Caption) -> Figure:
    """The largest misses: what was said (hollow) with its intervals, the register (full), last year."""
    labels, rows = view.labels, view.misses
    keys: list[Artist] = [
        Line2D([], [], color=BLUE, marker="o", mfc="white", ls="", label=labels("score.chart.said")),
        Line2D([], [], color=BLACK, marker="o", ls="", label=labels("score.chart.register")),
        Line2D([], [], color=PURPLE, marker="|", ms=8, mew=1.6, ls="", label=labels("backtest.method.naive")),
        Patch(color=BLUE, alpha=0.55, lw=0, label=labels("figure.band50")),
        Patch(color=BLUE, alpha=0.2, lw=0, label=labels("figure.band90")),
    ]
    figure = sheet(setting_of(view), caption, (WIDE, ROW * len(rows) + 0.5), keys)
    axes = figure.add_subplot()
    at = np.arange(len(rows))
    for low, high, alpha in (("p05", "p95", 0.2), ("p25", "p75", 0.4)):
        left, right = (rows[name].to_numpy(dtype=float) for name in (low, high))
        axes.barh(at, right - left, left=left, height=0.6, color=BLUE, alpha=alpha, lw=0, gid=f"{low}-{high}")
    axes.plot(rows["naive"], at, "|", color=PURPLE, ms=9, mew=1.6, gid="naive")
    axes.plot(rows["said"], at, "o", color=BLUE, mfc="white", ms=5, gid="said")
    axes.plot(rows["actual"], at, "o", color=BLACK, ms=4, gid="register", zorder=5)
    named = [case_name(view, *key) for key in zip(rows["school"], rows["grade"], strict=True)]
    names = [fit(name, FONT_PT - 0.5, NAME_PT) for name in named]
    axes.set_yticks(at, names, fontsize=FONT_PT - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    number_ticks(axes, setting_of(view))
    axes.yaxis.set_major_formatter(lambda value, _: names[int(value)] if 0 <= value < len(names) else "")
    axes.set_yticks(at)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x")
    axes.xaxis.set_major_formatter(lambda value, _: labels.integer(value))
    axes.set_xlabel(labels("figure.pupils"))
    return figure


def charts(view: ScoreView) -> dict[str, Figure]:
    """Both charts by the name of their file, without its suffix."""
    labels = view.labels
    row = view.main
    best = min((row[name] for name, *_ in METHODS[1:] if not np.isnan(row[name])), default=float("nan"))
    words = {"level": labels(f"score.level.{row['level']}"), "own": percent(row["wape"]), "best": percent(best)}
    said = Caption(labels("score.chart.errors", **words), labels("score.chart.errors.sub"))
    outside = int(((view.misses["actual"] < view.misses["p05"]) | (view.misses["actual"] > view.misses["p95"])).sum())
    title = labels("score.chart.misses", n=len(view.misses), outside=outside)
    return {
        "errors": errors(view, caption=said),
        "misses": misses(view, caption=Caption(title, labels("score.chart.misses.sub"))),
    }
