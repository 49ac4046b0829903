"""The county of two cases set against each other: draw by draw where the worlds are the same, else as two samples.

Symbols: x[d], y[d] a figure of cases a and b in draw d; n, m draws; s, r their standard deviations; D[d] = y[d] - x[d];
t[q, k] quantile of Student's t with k degrees of freedom.

    same worlds     mean D, quantiles 5, 50, 95 % of D, P(D < 0); 90 % interval of the mean:
                    +- t[0.95, n-1] s_D / sqrt(n)
    other worlds    mean y - mean x, 90 % interval +- t[0.95, k] sqrt(s2/n + r2/m),
                    k = (s2/n + r2/m)2 / ((s2/n)2/(n-1) + (r2/m)2/(m-1))
                    (Welch 1947; NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.3)

A figure of a period: of limits and missing seats the worst year of the draw, of empty seats the mean of the years, of
capital all of it. Less is better in every one of them.
Page: docs/science/compare.md.  Tests: tests/reports/test_compare_pairs.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from reports.run_errors import RunError
from reports.run_folder import RunFolder

UNITS: Mapping[str, str] = {
    "pupils_over": "pupils",
    "schools_over": "schools",
    "short": "pupils",
    "classes_over": "classes",
    "unused": "seats",
    "capital": "万元",
}
"""Figures that are compared, and their units."""
WINDOW = "window"
FIGURES = ("mean_a", "mean_b", "mean", "low", "high", "p05", "p50", "p95", "p_less", "p_more", "correlation")
PAIRED, UNPAIRED, MEANS = "paired", "unpaired", "means"
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Place:
    """A plan in a future of a run."""

    run: RunFolder
    plan: str
    future: str


@dataclass(frozen=True)
class Drawn:
    """The county of a case by draw: years [year], figures by name [year, draw]."""

    years: tuple[int, ...]
    figures: Mapping[str, Array]

    def of(self, name: str, period: str | int, years: tuple[int, ...]) -> Array:
        """A figure of a year, or of the period made of `years`, [draw]."""
        values = self.figures[name]
        if period != WINDOW:
            found = values[self.years.index(int(period))]
        elif name == "capital":
            found = values[-1]
        else:
            own = values[[self.years.index(year) for year in years]]
            found = own.mean(axis=0) if name == "unused" else own.max(axis=0)
        return np.asarray(found, dtype=np.float64)


def drawn(place: Place) -> Drawn | None:
    """The draws of a case; None where its run keeps none. `RunError` RUN128 where draws or years are missing."""
    run, study = place.run, place.run.study
    table = run.tables.county_draws
    if table.empty:
        return None
    rows = table[(table["future"] == place.future) & (table["plan"] == place.plan) & (table["year"] > study.base_year)]
    years = tuple(range(study.base_year + 1, study.horizon + 1))
    wanted = pd.MultiIndex.from_product([years, range(study.draws)])
    if len(rows) != len(wanted) or not (pd.MultiIndex.from_frame(rows[["year", "draw"]]) == wanted).all():
        found = f"{len(rows)} != {len(years)} x {study.draws}"
        raise RunError("RUN128", run.path / "county_draws.parquet", future=place.future, plan=place.plan, found=found)
    shape = (len(years), study.draws)
    return Drawn(years, {name: rows[name].to_numpy(dtype=np.float64).reshape(shape) for name in UNITS})


def same_worlds(first: RunFolder, second: RunFolder) -> bool:
    """Whether draw n is the same random world in both runs: same seed, same number of draws."""
    return (first.study.seed, first.study.draws) == (second.study.seed, second.study.draws)


def paired(x: Array, y: Array) -> dict[str, float]:
    """Figures of y - x in the same draws, [draw] both."""
    apart = y - x
    n = len(apart)
    half = _half(float(n - 1), float(apart.std(ddof=1)) / np.sqrt(n)) if n > 1 else float("nan")
    low, middle, high = np.quantile(apart, [0.05, 0.5, 0.95])
    return {
        "mean_a": float(x.mean()), "mean_b": float(y.mean()), "mean": float(apart.mean()),
        "low": float(apart.mean()) - half, "high": float(apart.mean()) + half,
        "p05": float(low), "p50": float(middle), "p95": float(high),
        "p_less": float((apart < -1e-3).mean()), "p_more": float((apart > 1e-3).mean()),
        "correlation": _correlation(x, y),
    }  # fmt: skip


def _correlation(x: Array, y: Array) -> float:
    """How alike the worlds are; NaN where one figure is the same in all draws."""
    if len(x) < 2 or not (x.std() > 0 and y.std() > 0):
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])


def _half(freedom: float, error: float) -> float:
    return 0.0 if error == 0 else float(stdtrit(freedom, 0.95)) * error


def unpaired(x: Array, y: Array) -> dict[str, float]:
    """Difference of the means of two independent samples with its 90 % interval (Welch), [draw] and [other draw]."""
    gap = float(y.mean() - x.mean())
    out = dict.fromkeys(FIGURES, float("nan")) | {"mean_a": float(x.mean()), "mean_b": float(y.mean()), "mean": gap}
    if min(len(x), len(y)) < 2:
        return out
    parts = [float(values.var(ddof=1)) / len(values) for values in (x, y)]
    total = sum(parts)
    freedom = total**2 / sum(p**2 / (len(v) - 1) for p, v in zip(parts, (x, y), strict=True)) if total > 0 else 1.0
    half = _half(freedom, float(np.sqrt(total)))
    return out | {"low": gap - half, "high": gap + half}


def common_years(first: RunFolder, second: RunFolder) -> tuple[int, ...]:
    """School years in the decision windows of both."""
    start = max(first.study.window[0], second.study.window[0])
    return tuple(range(start, min(first.study.window[1], second.study.window[1]) + 1))


def differences(a: Place, b: Place) -> Iterator[dict[str, object]]:
    """Rows of b against a: the period and every year of both windows, every figure of `UNITS`."""
    years = common_years(a.run, b.run)
    one, other = drawn(a), drawn(b)
    if one is None or other is None:
        yield from _means(a, b, years)
        return
    same = same_worlds(a.run, b.run)
    periods: tuple[str | int, ...] = (WINDOW, *years) if years else ()
    for period in periods:
        for name, unit in UNITS.items():
            x, y = one.of(name, period, years), other.of(name, period, years)
            found = paired(x, y) if same else unpaired(x, y)
            yield _head(a, b, str(period), name) | {"unit": unit, "pairing": PAIRED if same else UNPAIRED} | found


def _head(a: Place, b: Place, period: str, name: str) -> dict[str, object]:
    return {
        "run_a": a.run.name, "plan_a": a.plan, "run_b": b.run.name, "plan_b": b.plan, "future": a.future,
        "period": period, "indicator": name,
    }  # fmt: skip


_KEPT = {"pupils_over": "pupils_over", "schools_over": "schools_over", "unused": "unused_seats"}
"""Figures of which every run folder keeps means by year."""


def _means(a: Place, b: Place, years: tuple[int, ...]) -> Iterator[dict[str, object]]:
    """Of a run without draws: paired figures that the run itself kept, else differences of means."""
    for year in years:
        for name, kept in _KEPT.items():
            found = [_mean(place, kept, year) for place in (a, b)]
            if None in found:
                continue
            x, y = float(found[0] or 0), float(found[1] or 0)
            out: dict[str, object] = dict.fromkeys(FIGURES, float("nan"))
            out |= {"mean_a": x, "mean_b": y, "mean": y - x}
            pairing = MEANS
            own = kept_difference(a, b, kept, year) if a.run.path == b.run.path else {}
            if own:
                out, pairing = out | own, PAIRED
            yield _head(a, b, str(year), name) | {"unit": UNITS[name], "pairing": pairing} | out


def _mean(place: Place, indicator: str, year: int) -> float | None:
    rows = place.run.tables.county
    rows = rows[(rows["future"] == place.future) & (rows["plan"] == place.plan) & (rows["year"] == year)]
    rows = rows[(rows["indicator"] == indicator) & (rows["stage"] == "all")]
    return None if rows.empty else float(rows["mean"].iloc[0])


def kept_difference(a: Place, b: Place, indicator: str, year: int) -> dict[str, float]:
    """Mean and quantiles of the paired difference of two plans that the run kept; empty where it has none."""
    rows = a.run.tables.plan_differences
    rows = rows[(rows["future"] == a.future) & (rows["year"] == year) & (rows["indicator"] == indicator)]
    rows = rows[(rows["stage"] == "all") & (rows["entity"] == a.run.study.id)]
    for sign, one, other in ((1.0, a.plan, b.plan), (-1.0, b.plan, a.plan)):
        found = rows[(rows["plan_a"] == one) & (rows["plan_b"] == other)]
        if len(found):
            row = found.iloc[0]
            low, high = sorted((sign * float(row["p05"]), sign * float(row["p95"])))
            return {"mean": sign * float(row["mean"]) + 0.0, "p05": low, "p50": sign * float(row["p50"]), "p95": high}
    return {}
