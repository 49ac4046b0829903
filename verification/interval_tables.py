"""Tables of what the intervals of joint draws held, as lines of text (Markdown) for the documentation."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.backtest import LEVELS
from sim.backtest_draws import clustered_share, crps_skill, held, interval_table, pit_table, with_size_band
from sim.decisions import Foreseen, over_capacity

BANDS = {"school-grade": (15, 25, 50, 100), "school": (75, 150, 300, 500, 800)}
POOLED = 5  # horizons up to this are pooled
AHEAD = (3, 5)  # horizons of the decision


def interval_lines(own: pd.DataFrame, rival: pd.DataFrame) -> list[str]:
    """All tables of a panel: by level and horizon, pooled with clustered intervals, by size band, decisions."""
    return [*_by_horizon(own, rival), "", *_pooled(own), "", *_bands(own), "", *_decisions(own, rival)]


def _by_horizon(own: pd.DataFrame, rival: pd.DataFrame) -> Iterator[str]:
    yield "| level | h | n | 50 % | 80 % | 90 % | whole 80 % | width 80 % | CRPS | pinball | CRPS skill | PIT, tenths |"
    yield "| --- " + "| ---: " * 10 + "| --- |"
    table = interval_table(own).set_index(["level", "horizon"])
    for level in LEVELS:
        for h in sorted(own["horizon"].unique()):
            if (level, h) not in table.index:
                continue
            row, part = table.loc[(level, h)], own[(own["level"] == level) & (own["horizon"] == h)]
            shares = " | ".join(
                f"{100 * row[name]:.0f}" for name in ("held50", "held80", "held90", "whole80", "width80")
            )
            tenths = " ".join(f"{100 * share:.0f}" for share in pit_table(part))
            skill = crps_skill(own, rival, level, h)
            scores = f"{100 * row['crps']:.2f} | {100 * row['pinball']:.2f} | {100 * skill:+.0f}"
            yield f"| {level} | {h} | {int(row['n'])} | {shares} | {scores} | {tenths} |"


def _pooled(own: pd.DataFrame) -> Iterator[str]:
    yield f"| h = 1-{POOLED} | n | 50 % | 80 % | 90 % | 80 %, worst and best origin |"
    yield "| --- " + "| ---: " * 5 + "|"
    for level in LEVELS:
        part = own[(own["level"] == level) & (own["horizon"] <= POOLED)]
        if part.empty:
            continue
        origin = part["origin"].to_numpy(dtype=np.int64)
        shares = [clustered_share(held(part, name), origin) for name in ("50", "80", "90")]
        told = " | ".join(f"{100 * s.share:.1f} ({100 * s.low:.1f} to {100 * s.high:.1f})" for s in shares)
        by_origin = part.assign(inside=held(part, "80")).groupby("origin")["inside"].mean()
        ends = [f"{100 * by_origin[year]:.0f} ({year})" for year in (by_origin.idxmin(), by_origin.idxmax())]
        yield f"| {level} | {len(part)} | {told} | {ends[0]}, {ends[1]} |"


def _bands(own: pd.DataFrame) -> Iterator[str]:
    yield f"| 80 % by expected pupils, h = 1-{POOLED} | band: held (cases) |"
    yield "| --- | --- |"
    for level, bounds in BANDS.items():
        part = with_size_band(own[(own["level"] == level) & (own["horizon"] <= POOLED)], bounds)
        groups = part.assign(inside=held(part, "80")).groupby("band")["inside"]
        shares, cases = groups.mean(), groups.size()
        order = [name for name in (*[f"< {b:g}" for b in bounds], f">= {bounds[-1]:g}") if name in shares.index]
        yield f"| {level} | " + ", ".join(f"{name}: {100 * shares[name]:.0f} ({cases[name]})" for name in order) + " |"


def _decisions(own: pd.DataFrame, rival: pd.DataFrame) -> Iterator[str]:
    yield "| over capacity | by | events | AUC | recall, precision 1/2 | p > .3: precision, recall | Brier skill |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for h in AHEAD:
        for name, rows in (("draws", own), ("ratio-3", rival)):
            if (rows["horizon"] == h).any():
                yield f"| t+{h} | {name} | {_foreseen(over_capacity(rows, h))}"
        if (own["horizon"] == h).any():
            groups = over_capacity(own, h).reliability
            told = ", ".join(f"{p:.2f}: {share:.2f} ({cases})" for p, share, cases in groups)
            yield f"| t+{h} | forecast: came | {told} | | | | |"


def _foreseen(found: Foreseen) -> str:
    return (
        f"{found.events} of {found.cases} | {found.auc:.3f} | {found.recall_at_half:.2f} | "
        f"{found.precision_30:.2f} / {found.recall_30:.2f} | {found.brier_skill:.2f} |"
    )
