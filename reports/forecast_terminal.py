"""What `forecast` says in the terminal: the sentence, the county, the schools that change most, where the files are."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.forecast_view import Change, ForecastView, changes, growing_and_shrinking, past_totals
from reports.i18n import NBSP, decimal, interval, signed

MOST = 5
"""Schools named on each side."""
TENTH = 0.1


def county(view: ForecastView) -> Change:
    """The whole table as one row: pupils now and at the end."""
    rows = view.level("county")
    end = rows[rows["year"] == view.last].iloc[0]
    past = past_totals(view)
    return Change("", float(past[view.origin]), float(end[view.middle]), float(end["p05"]), float(end["p95"]))


def headline(view: ForecastView) -> str:
    """One plain sentence."""
    labels, whole, every = view.labels, county(view), changes(view)
    return labels(
        "forecast.headline",
        origin=labels.school_year(view.origin),
        last=labels.school_year(view.last),
        now=labels.integer(whole.now),
        end=interval(whole.end, whole.low, whole.high),
        change=signed(100 * whole.change / whole.now, 1) if whole.now else decimal(0, 1),
        up=sum(one.change >= TENTH * one.now for one in every),
        down=sum(one.change <= -TENTH * one.now for one in every),
    )


def change_table(view: ForecastView) -> Table:
    """The county, the schools that grow most and those that shrink most."""
    labels = view.labels
    drawn = Table()
    drawn.add_column(labels("forecast.column.who"), overflow="fold")
    for key, year in (("now", view.origin), ("end", view.last)):
        head = labels(f"forecast.column.{key}", year=labels.school_year(year))
        drawn.add_column(head, justify="right", no_wrap=True)
    drawn.add_column(labels("forecast.column.change"), justify="right", no_wrap=True)
    whole = county(view)
    drawn.add_row(*_cells(view, whole, labels("forecast.county")), style="bold", end_section=True)
    for key, schools in zip(("up", "down"), growing_and_shrinking(view, MOST), strict=True):
        if schools:
            drawn.add_row(Text(labels(f"forecast.group.{key}"), style="dim"))
            for number, one in enumerate(schools, start=1):
                drawn.add_row(*_cells(view, one, view.name(one.school)), end_section=number == len(schools))
    return drawn


def _cells(view: ForecastView, one: Change, name: str) -> list[Text]:
    labels = view.labels
    end = interval(one.end, one.low, one.high).replace(NBSP, " ")
    return [Text(name), Text(labels.integer(one.now).replace(NBSP, " ")), Text(end), Text(signed(one.change))]


def print_forecast(view: ForecastView, written: Sequence[Path], seconds: float, console: Console | None = None) -> None:
    """Print everything (to standard output without a console)."""
    console = console or Console()
    if view.synthetic:
        console.print(Text(f"! {view.labels('mark.synthetic')}", style="bold"))
    console.print(change_table(view))
    console.print(Text(headline(view).replace(NBSP, " "), style="bold"))
    if not view.intervals:
        console.print(Text(view.labels("forecast.page.no_intervals"), style="dim"))
    for path in written:
        console.print(Text(view.labels("forecast.written", path=str(path))), soft_wrap=True)
    console.print(Text(view.labels("forecast.seconds", seconds=f"{seconds:.1f}")))
