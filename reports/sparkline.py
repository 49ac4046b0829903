"""A line as high as a word: roll or largest class of one school over the years, with its limit. Inline SVG, no ids."""

from collections.abc import Sequence
from html import escape

import pandas as pd

WIDTH, HEIGHT, PAD = 132.0, 34.0, 3.0


def scale_of(tables: Sequence[pd.DataFrame], bound: float) -> tuple[float, float]:
    """Lowest and highest value that sparklines side by side must hold."""
    low = min([bound, *(float(t["p05"].min()) for t in tables if len(t))])
    high = max([bound, *(float(t["p95"].max()) for t in tables if len(t))])
    return low, high if high > low else low + 1.0


def sparkline(table: pd.DataFrame, bound: float, limits: tuple[float, float], years: tuple[int, int], alt: str) -> str:
    """Median line, 90 % band and dashed limit as an SVG element.

    table: year, p05, p50, p95.  limits: lowest and highest value.  years: first and last year.  alt: what it says.
    """
    low, high = limits

    def x(year: float) -> float:
        return PAD + (year - years[0]) / max(years[1] - years[0], 1) * (WIDTH - 2 * PAD)

    def y(value: float) -> float:
        return HEIGHT - PAD - (value - low) / (high - low) * (HEIGHT - 2 * PAD)

    def points(column: str) -> list[str]:
        pairs = zip(table["year"], table[column], strict=True)
        return [f"{x(float(year)):.1f},{y(float(value)):.1f}" for year, value in pairs]

    band = " ".join([*points("p95"), *reversed(points("p05"))])
    limit = y(bound)
    return (
        f'<svg class="spark" role="img" aria-label="{escape(alt, quote=True)}" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'width="{WIDTH:g}" height="{HEIGHT:g}"><polygon class="band" points="{band}"/>'
        f'<line class="limit" x1="{PAD:g}" x2="{WIDTH - PAD:g}" y1="{limit:.1f}" y2="{limit:.1f}"/>'
        f'<polyline class="median" points="{" ".join(points("p50"))}"/></svg>'
    )
