"""Nearness and concentration of a case on fixed scales, from the tables of its run.

Symbols: t way of a pupil on foot [min] (without a way: infinite), L the limit, W the years of the decision window;
S, U nominal and unused seats, O running cost, N pupils, all means over draws; n[s] pupils of school s (median),
m pupils of a school that is not small.

    nearness       mean over pupils of min(1, L / t), over W and all stages
    used           sum_W (S - U) / sum_W S
    cost           c0 / (c0 + c),  c = sum_W O / sum_W N,  c0 the same of the first simulated year in the reference
                   future under the plan without projects: one half is what it costs now
    size           mean over schools with pupils and years of W of min(1, n / m)
    concentration  mean of `used`, `cost` (studies with running costs) and `size`

`access.parquet` keeps ways as deciles: between two of them ways are taken as even, those beyond the last one as their
mean, which follows from the mean of all. Fixed points and sources: compare_scales.yaml.
Page: docs/science/compare.md.  Tests: tests/reports/test_compare_scores.py.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pandas as pd
from ruamel.yaml import YAML

from gis import access
from reports.compare_weights import UNIT, Score
from reports.matrix import baseline_plan
from reports.run_folder import RunFolder

PARTS = ("used", "cost", "size")
DECILES = tuple(f"p{share * 100:.0f}" for share in access.DECILES)


@dataclass(frozen=True)
class Scored:
    """The scores of a case; parts of concentration that its run does not know are absent, None: no ways are known."""

    run: str
    plan: str
    future: str
    near: float | None
    parts: Mapping[str, float]

    @property
    def dense(self) -> float:
        """Mean of the known parts."""
        return sum(self.parts.values()) / len(self.parts)

    @property
    def score(self) -> Score | None:
        """Both scores in ten-thousandths; None where one cannot be known."""
        if self.near is None or not self.parts:
            return None
        return Score(round(self.near * UNIT), round(self.dense * UNIT))


@lru_cache(maxsize=1)
def scales() -> Mapping[str, Mapping[str, object]]:
    """Fixed points by name: value, source, source_grade."""
    text = (Path(__file__).parent / "compare_scales.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, object]] = YAML(typ="safe").load(text)
    return found


def fixed(name: str) -> float:
    """Value of a fixed point."""
    return float(str(scales()[name]["value"]))


def value_between(low: float, high: float, limit: float) -> float:
    """Mean of min(1, limit / t) for t even between `low` and `high`, 0 <= low <= high."""
    if high <= limit:
        return 1.0
    if high - low < 1e-9:
        return limit / high
    beyond = limit * math.log(high / max(low, limit))
    return (max(limit - low, 0.0) + beyond) / (high - low)


def value_of_ways(mean: float, deciles: Sequence[float], reach: float, limit: float) -> float:
    """Mean over pupils of min(1, limit / t), those without a way counted 0.

    mean: of those who have a way.  deciles: nine of all pupils, NaN where a pupil without a way stands.
    reach: share of the pupils who have a way.
    """
    known = [0.0]
    for way in deciles:
        if math.isnan(way) or len(known) / 10 > reach + 1e-9:
            break
        known.append(way)
    parts = [0.1 * value_between(a, b, limit) for a, b in pairwise(known)]
    ways = sum(0.1 * (a + b) / 2 for a, b in pairwise(known))
    rest = reach - 0.1 * len(parts)
    if rest > 1e-9:
        last = max((mean * reach - ways) / rest, known[-1])
        parts.append(rest * (1.0 if last <= limit else limit / last))
    return sum(parts)


def nearness(run: RunFolder, plan: str, future: str) -> float | None:
    """Nearness of a case; None where the run has no ways in minutes for the window."""
    first, last = run.study.window
    table = run.tables.access
    rows = table[(table["future"] == future) & (table["plan"] == plan) & (table["measure"] == "minutes")]
    rows = rows[rows["year"].between(first, last) & ~rows["stage"].str.startswith("grade:") & (rows["pupils"] > 0)]
    if rows.empty:
        return None
    total = weight = 0.0
    for row in rows.to_dict("records"):
        pupils = float(row["pupils"])
        reach = 1.0 - float(row["unreachable"]) / pupils
        mean = 0.0 if pd.isna(row["mean"]) else float(row["mean"])
        total += pupils * value_of_ways(mean, [float(row[name]) for name in DECILES], reach, fixed("limit_minutes"))
        weight += pupils
    return total / weight


def _part_used(run: RunFolder, plan: str, future: str) -> float | None:
    rows = run.tables.unused
    rows = rows[(rows["future"] == future) & (rows["plan"] == plan) & (rows["scope"] == "county")]
    means = rows[rows["period"] == "window"].set_index("indicator")["mean"]
    if "seats" not in means.index or not means["seats"] > 0:
        return None
    return float((means["seats"] - means["unused"]) / means["seats"])


def cost_per_pupil(run: RunFolder, plan: str, future: str, years: Sequence[int]) -> float | None:
    """Running cost of a pupil and school year [10 000 yuan], means over draws; None without running costs."""
    money, county = run.tables.money, run.tables.county
    spent = money[(money["future"] == future) & (money["plan"] == plan) & (money["item"] == "operating")]
    spent = spent[spent["year"].isin(list(years))]
    there = county[(county["future"] == future) & (county["plan"] == plan) & (county["indicator"] == "roll")]
    pupils = float(there[there["year"].isin(list(years)) & (there["stage"] == "all")]["mean"].sum())
    return None if spent.empty or pupils <= 0 else float(spent["mean"].sum()) / pupils


def _part_cost(run: RunFolder, plan: str, future: str) -> float | None:
    study = run.study
    here = cost_per_pupil(run, plan, future, range(study.window[0], study.window[1] + 1))
    now = cost_per_pupil(run, baseline_plan(study).id, study.reference_future, [study.base_year + 1])
    return None if here is None or now is None or here + now <= 0 else now / (now + here)


def _part_size(run: RunFolder, plan: str, future: str) -> float | None:
    rows = run.tables.schools
    rows = rows[(rows["future"] == future) & (rows["plan"] == plan) & (rows["indicator"] == "roll")]
    rows = rows[(rows["stage"] == "all") & rows["year"].between(*run.study.window) & (rows["p50"] > 0)]
    return None if rows.empty else float((rows["p50"] / fixed("small_school")).clip(upper=1.0).mean())


def scored(run: RunFolder, plan: str, future: str) -> Scored:
    """The scores of one case; they depend on its own run alone."""
    known = {"used": _part_used, "cost": _part_cost, "size": _part_size}
    found = {name: read(run, plan, future) for name, read in known.items()}
    parts = {name: value for name, value in found.items() if value is not None}
    return Scored(run.name, plan, future, nearness(run, plan, future), parts)
