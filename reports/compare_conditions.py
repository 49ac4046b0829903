"""Existing, no-action and with-plan: the base year as it was counted, then every plan in the same later years.

The pattern of environmental review (CEQR Technical Manual, chapter 6, public schools): existing condition, future
without the action, future with it. Years: the worst of the decision window under the plan without projects, and its
last. Simulated figures are means over draws with their 5 and 95 % quantiles; ways have no spread.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reports.matrix import baseline_plan, worst_year
from reports.run_folder import RunFolder

DRAWN = ("pupils", "seats", "short", "unused", "classes", "classes_over", "schools_over", "pupils_over")
UNITS = {
    "pupils": "pupils", "seats": "seats", "short": "pupils", "unused": "seats", "classes": "classes",
    "classes_over": "classes", "schools_over": "schools", "pupils_over": "pupils", "way_km": "km", "way_p90_km": "km",
    "beyond": "pupils", "unreachable": "pupils", "capital": "万元", "operating": "万元",
}  # fmt: skip
COLUMNS = ("run", "future", "plan", "when", "year", "stage", "indicator", "unit", "value", "p05", "p95")
EXISTING, WORST, LAST = "existing", "worst", "last"
Figure = tuple[float, float, float]
NONE = float("nan")


@dataclass(frozen=True)
class When:
    """A column of the table: which year, and why it is looked at."""

    kind: str
    year: int


def moments(run: RunFolder, future: str) -> list[When]:
    """The years that are looked at, the base year first; worst and last are one where they fall together."""
    worst, last = worst_year(run, baseline_plan(run.study).id, future), run.study.window[1]
    later = [When(WORST, worst)] + ([When(LAST, last)] if last != worst else [])
    return [When(EXISTING, run.study.base_year), *later]


def conditions(runs: Sequence[RunFolder]) -> pd.DataFrame:
    """Rows `COLUMNS` of every run, future and plan; the existing condition stands once per future, without a plan."""
    rows = []
    for run in runs:
        for future in run.study.futures:
            for when in moments(run, future.id):
                plans = [baseline_plan(run.study).id] if when.kind == EXISTING else [p.id for p in run.study.plans]
                for plan in plans:
                    named = "" if when.kind == EXISTING else plan
                    head = (run.name, future.id, named, when.kind, when.year)
                    rows += [(*head, *tail) for tail in _figures(run, future.id, plan, when.year)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame[frame["value"].notna()].reset_index(drop=True)


def _figures(run: RunFolder, future: str, plan: str, year: int) -> Iterator[tuple[object, ...]]:
    found = _counted(run, future, plan, year)
    for name in DRAWN:
        yield ("all", name, UNITS[name], *found.get(name, (NONE, NONE, NONE)))
    yield from _ways(run, future, plan, year)
    if year > run.study.base_year:
        yield ("all", "capital", UNITS["capital"], *_capital(run, future, plan, year))
        yield ("all", "operating", UNITS["operating"], *_operating(run, future, plan, year))


def _counted(run: RunFolder, future: str, plan: str, year: int) -> dict[str, Figure]:
    """Figures of the county: by draw where the run keeps draws, else the quantiles it keeps, else nothing."""
    table = run.tables.county_draws
    rows = table[(table["future"] == future) & (table["plan"] == plan) & (table["year"] == year)]
    if len(rows):
        return {name: _spread(rows[name].to_numpy(dtype=float), year > run.study.base_year) for name in DRAWN}
    if year == run.study.base_year:
        return _on_record(run)
    kept = {"pupils": "roll", "seats": "seats", "schools_over": "schools_over", "pupils_over": "pupils_over"}
    county = run.tables.county
    county = county[(county["future"] == future) & (county["plan"] == plan) & (county["year"] == year)]
    county = county[county["stage"] == "all"].set_index("indicator")
    found = {name: _row(county, key) for name, key in kept.items() if key in county.index}
    seats = run.tables.unused
    seats = seats[(seats["future"] == future) & (seats["plan"] == plan) & (seats["scope"] == "county")]
    seats = seats[seats["period"] == str(year)].set_index("indicator")
    return found | {name: _row(seats, name) for name in ("short", "unused") if name in seats.index}


def _row(table: pd.DataFrame, key: str) -> Figure:
    """Mean and quantiles of an indicator, of a table by indicator."""
    return _cell(table, key, "mean"), _cell(table, key, "p05"), _cell(table, key, "p95")


def _cell(table: pd.DataFrame, key: str, column: str) -> float:
    return float(table[column].to_dict()[key])


def _spread(values: np.ndarray, simulated: bool) -> Figure:
    low, high = np.quantile(values, [0.05, 0.95]) if simulated else (NONE, NONE)
    return float(values.mean()), float(low), float(high)


def _on_record(run: RunFolder) -> dict[str, Figure]:
    """What a folder of an earlier version knows of its base year: pupils and limits broken."""
    history, today = run.tables.history, run.tables.today
    codes = [rule.code for rule in run.study.rules if rule.decides]
    broken = today[today["rule"].isin(codes) & (today["scope"] != "county")]
    pupils = float(history.loc[history["year"] == run.study.base_year, "pupils"].sum())
    found = {"pupils": pupils, "schools_over": float(broken["entity"].str.split().str[0].nunique())}
    return {name: (value, NONE, NONE) for name, value in found.items()}


def _ways(run: RunFolder, future: str, plan: str, year: int) -> Iterator[tuple[object, ...]]:
    """Mean way and the way of nine in ten pupils, pupils beyond the limit and without a way, by stage."""
    table = run.tables.access
    rows = table[(table["future"] == future) & (table["plan"] == plan) & (table["year"] == year)]
    for stage in (one.id for one in run.study.stages):
        own = rows[rows["stage"] == stage].set_index("measure")
        if "km" not in own.index:
            continue
        beyond = own["beyond"].dropna()
        yield (stage, "way_km", "km", _cell(own, "km", "mean"), NONE, NONE)
        yield (stage, "way_p90_km", "km", _cell(own, "km", "p90"), NONE, NONE)
        yield (stage, "beyond", "pupils", float(beyond.max()) if len(beyond) else NONE, NONE, NONE)
        yield (stage, "unreachable", "pupils", _cell(own, "km", "unreachable"), NONE, NONE)


def _capital(run: RunFolder, future: str, plan: str, year: int) -> Figure:
    """Capital released up to a calendar year."""
    table = run.tables.county_draws
    rows = table[(table["future"] == future) & (table["plan"] == plan) & (table["year"] == year)]
    if len(rows):
        return _spread(rows["capital"].to_numpy(dtype=float), True)
    cash = run.tables.cash
    rows = cash[(cash["future"] == future) & (cash["plan"] == plan) & (cash["kind"] == "spend")]
    return float(rows[(rows["source"] == "all") & (rows["year"] <= year)]["mean"].sum()), NONE, NONE


def _operating(run: RunFolder, future: str, plan: str, year: int) -> Figure:
    money = run.tables.money
    rows = money[(money["future"] == future) & (money["plan"] == plan) & (money["item"] == "operating")]
    rows = rows[rows["year"] == year].set_index("item")
    return (NONE, NONE, NONE) if rows.empty else _row(rows, "operating")
