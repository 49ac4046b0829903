"""`forecast.html`: one self-contained page of a forecast, to attach or to print."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

from reports.album import CSS_PER_INCH, pixels_of, small_png
from reports.forecast_terminal import headline
from reports.forecast_view import ForecastView, Trust, changes
from reports.html_report import render
from reports.i18n import Labels, decimal, interval, signed
from reports.whole import write_whole

SECTIONS = ("county", "districts", "schools")
TOLD = ("error", "warning", "note")


@dataclass(frozen=True)
class Chart:
    """A drawn chart: its bytes as PNG, and its size on a page [CSS pixels]."""

    png: bytes
    width: int
    height: int

    @property
    def uri(self) -> str:
        """The picture inside the page."""
        return f"data:image/png;base64,{base64.b64encode(self.png).decode('ascii')}"


@dataclass(frozen=True)
class Shown:
    """A chart on the page."""

    section: str
    uri: str
    alt: str
    width: int
    height: int


def write_charts(figures: Mapping[str, Figure], folder: Path) -> dict[str, Chart]:
    """The figures as small PNG files of a folder, each drawn once for file and page; returns them for the page."""
    charts = {}
    for name, figure in figures.items():
        width, height = (round(float(side) * CSS_PER_INCH) for side in figure.get_size_inches())
        charts[name] = Chart(small_png(pixels_of(figure)), width, height)
        (folder / f"{name}.png").write_bytes(charts[name].png)
    return charts


def write_forecast_page(view: ForecastView, charts: Mapping[str, Chart], target: Path) -> Path:
    """Write the page to the file `target`; returns its path."""
    return write_whole(target, render("forecast.html.j2", view.labels, _context(view, charts)))


def _context(view: ForecastView, charts: Mapping[str, Chart]) -> dict[str, object]:
    labels = view.labels
    heads, rows = _schools(view)
    schools = labels.count("school", len(rows))
    years = {"origin": labels.school_year(view.origin), "last": labels.school_year(view.last)}
    said = {name: labels(f"forecast.section.{'changes' if name == 'schools' else name}") for name in SECTIONS}
    order = [name for name in SECTIONS if name in charts]
    return {
        "title": labels("forecast.title", name=view.title),
        "facts": labels("forecast.facts", **years, schools=schools, draws=labels.integer(view.draws)),
        "synthetic": view.synthetic,
        "headline": headline(view),
        "terms": labels("forecast.page.terms" if view.intervals else "forecast.page.no_intervals"),
        "pictures": [
            Shown(said[name], charts[name].uri, said[name], charts[name].width, charts[name].height) for name in order
        ],
        "heads": heads,
        "rows": rows,
        "words": len(heads) - 4,
        "trust": trust_lines(view.trust, labels),
        "told": told_lines(view.told, labels),
    }


def _schools(view: ForecastView) -> tuple[list[str], list[list[str]]]:
    """Every school: name, district where there are several, now, then, change in pupils and percent."""
    labels, several = view.labels, bool(view.districts())
    home = dict(zip(view.history["school"], view.history["district"], strict=True))
    heads = [labels("forecast.column.who"), *([labels("forecast.column.district")] if several else [])]
    heads += [labels("forecast.column.now", year=labels.school_year(view.origin))]
    heads += [labels("forecast.column.end", year=labels.school_year(view.last))]
    heads += [labels("forecast.column.change"), labels("forecast.column.percent")]
    rows = []
    for one in changes(view):
        district = [view.name(home.get(one.school, ""))] if several else []
        end = interval(one.end, one.low, one.high)
        share = signed(100 * one.change / one.now, 1)
        rows.append([view.name(one.school), *district, labels.integer(one.now), end, signed(one.change), share])
    return heads, rows


def trust_lines(trust: Trust, labels: Labels) -> list[str]:
    """How forecasts made in this way did on the table's own past."""
    if not trust.origins:
        return [labels("forecast.trust.none")]
    said = [labels("forecast.trust.tested", first=trust.origins[0], last=trust.origins[-1])]
    for h, own in trust.wape.items():
        numbers = {"own": decimal(100 * own, 1), "naive": decimal(100 * trust.naive[h], 1)}
        line = labels(
            "forecast.trust.line", ahead=labels(f"backtest.ahead.{'one' if h == 1 else 'many'}", h=h), **numbers
        )
        cover = trust.cover80.get(h)
        end = (
            labels("forecast.trust.end") if cover is None else labels("forecast.trust.cover", cover=round(100 * cover))
        )
        said.append(line + end)
    return [*said, labels("forecast.trust.run")]


def told_lines(told: Sequence[tuple[str, str, str]], labels: Labels) -> list[tuple[str, str, str]]:
    """Warnings first, then notes, with the word for each."""
    ordered = [line for severity in TOLD for line in told if line[0] == severity]
    return [(labels(f"quality.severity.{severity}"), place, text) for severity, place, text in ordered]
