"""Accuracy and time of the forecast by rolling origins on published panels, against the simple methods.

Usage: python benchmarks/backtest.py [--data DIR] [--quick] [--parts] [--draws N]. DIR holds vermont/, baltimore/ and
eau_claire/ (default: $SCHOOLPLAN_DATA or shared/data beside the checkout). Prints one table for each panel: WAPE in
percent, change against ratio-3 and naive in percent, the best simple method in hindsight, median APE, MASE, bias; then
the changes with their 95 % bootstrap intervals, and the seconds. --parts adds what the errors are made of (sd in
percent); --draws adds what intervals of N joint draws held, sizes borrowed from the other panels only, and how
overcrowding was foreseen; --fits adds ETS and ARIMA on a sample of N fits of each level (extra `baselines`).
"""

import argparse
import time
from pathlib import Path

import pandas as pd

from sim.backtest import LEVELS, OWN, backtest, score_table, skill_of
from sim.backtest_draws import Settings, backtest_draws
from sim.baselines import BASELINES
from sim.baselines_fitted import FITTED, with_fitted
from sim.error_parts import error_parts, kinds
from sim.panel import Panel
from sim.processes import borrowed
from verification.interval_tables import interval_lines
from verification.panels import PANELS, data_folder

CLAIMS = (("school-grade", (1, 2, 3, 4, 5)), ("school", (3, 4, 5)), ("county-grade", (1,)), ("county", (1, 2, 3, 4, 5)))
HORIZONS = (1, 2, 3, 4, 5, 7, 10)
FITTED_AHEAD = (1, 3, 5)
LEAST_CELLS = 200  # fewer say nothing about variances
OTHERS = ("ratio-3", "ratio-3-pooled", "naive")


def print_scores(table: pd.DataFrame) -> None:
    """One line for each level and horizon."""
    print(f"{'level':14}{'h':>3}{'n':>7}{'own':>7}{'ratio-3':>9}{'naive':>7}{'against':>9}{'naive':>7}", end="")
    print(f"  {'best simple':21}{'mape':>6}{'mase':>6}{'bias':>6}{'<5 %':>6}{'<10 %':>6}")
    for level in LEVELS:
        for h in HORIZONS:
            rows = table[(table["level"] == level) & (table["horizon"] == h)].set_index("method")
            if rows.empty:
                continue
            wape = 100 * rows["wape"]
            best = wape[list(BASELINES)].idxmin()
            own, ratio_3, same = rows.loc[OWN], wape["ratio-3"], wape["naive"]
            print(f"{level:14}{h:>3}{int(own['n']):>7}{wape[OWN]:>7.2f}{ratio_3:>9.2f}{same:>7.2f}", end="")
            print(f"{100 * (wape[OWN] / ratio_3 - 1):>+9.1f}{100 * (wape[OWN] / same - 1):>+7.1f}", end="")
            print(f"  {best + f' {wape[best]:.2f}':21}{100 * own['mape']:>6.1f}{own['mase']:>6.2f}", end="")
            print(f"{100 * own['bias']:>+6.1f}{100 * own['within5']:>6.0f}{100 * own['within10']:>6.0f}")


def print_claims(pairs: pd.DataFrame) -> None:
    """Changes with their intervals, bootstrapped over districts and origins."""
    for level, horizons in CLAIMS:
        span = f"h {horizons[0]}" + (f"-{horizons[-1]}" if len(horizons) > 1 else "")
        for other in OTHERS:
            found = skill_of(pairs, level, horizons, OWN, other)
            interval = f"{100 * found.low:+.1f} to {100 * found.high:+.1f}"
            print(f"{level:14}{span:6} against {other:15}{100 * found.change:>+7.1f} % ({interval})")


def print_parts(panel: Panel, pairs: pd.DataFrame) -> None:
    """Standard deviations of the parts of log errors, of all cells and of each kind with enough of them."""
    names = ("year", "district", "level", "drift", "own")
    cells = pairs[pairs["level"] == "school-grade"]
    kind = kinds(panel, cells)
    print(f"{'cells':9}{'h':>3}{'n':>7}" + "".join(f"{name:>10}" for name in names) + f"{'phi':>7}")
    for part in ("all", "moved", "entered", "new"):
        rows = cells if part == "all" else cells[kind == part]
        for h, of_horizon in rows.groupby("horizon"):
            if h in HORIZONS and len(of_horizon) >= LEAST_CELLS:
                parts = error_parts(rows, int(h))
                shares = "".join(f"{100 * getattr(parts, name) ** 0.5:>10.1f}" for name in names)
                print(f"{part:9}{h:>3}{parts.cells:>7}{shares}{parts.phi:>7.2f}")


def print_fitted(panel: Panel, pairs: pd.DataFrame, most: int) -> None:
    """ETS and ARIMA beside the others on the same series."""
    start = time.perf_counter()
    made, fits = with_fitted(pairs[pairs["horizon"].isin(FITTED_AHEAD)], panel, FITTED, most)
    both = made.dropna(subset=list(FITTED))
    table = score_table(both)
    methods = ("schoolplan", *FITTED, "naive", "ratio-3")
    print("fitted of all: " + ", ".join(f"{one.level} {one.fitted}/{one.all}" for one in fits), end="")
    print(
        f": {time.perf_counter() - start:.0f} s\n{'level':14}{'h':>3}{'n':>7}",
        "".join(f"{name:>11}" for name in methods),
    )
    for (level, h), rows in table.groupby(["level", "horizon"], sort=False):
        wape = 100 * rows.set_index("method")["wape"]
        print(f"{level:14}{h:>3}{rows['n'].iloc[0]:>7}", "".join(f"{wape[name]:>11.2f}" for name in methods))


def print_intervals(panel: Panel, settings: Settings) -> None:
    """Intervals of the joint draws, against those of the same layer around ratio-3."""
    start = time.perf_counter()
    own = backtest_draws(panel, settings)
    seconds = time.perf_counter() - start
    rival = backtest_draws(panel, settings, BASELINES["ratio-3"])
    print(f"{settings.draws} joint draws, {own['origin'].nunique()} origins, {len(own)} scored: {seconds:.1f} s")
    print("\n".join(interval_lines(own, rival)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=data_folder(), help="folder of the published panels")
    parser.add_argument("--quick", action="store_true", help="horizons to 5 only")
    parser.add_argument("--parts", action="store_true", help="what the errors are made of")
    parser.add_argument("--draws", type=int, default=0, help="joint draws whose intervals are held to what came")
    parser.add_argument("--fits", type=int, default=0, help="fits of ETS and of ARIMA at each level")
    asked = parser.parse_args()
    for name, read in PANELS.items():
        if not (asked.data / name).is_dir():
            print(f"{name}: no {asked.data / name}")
            continue
        panel = read(asked.data)
        start = time.perf_counter()
        pairs = backtest(panel, horizon=5 if asked.quick else 10)
        table = score_table(pairs)
        seconds = time.perf_counter() - start
        print(f"\n{name}: {len(panel.schools)} schools, {len(panel.years)} years, {len(BASELINES) + 1} methods", end="")
        print(f", {len(pairs)} scored numbers: {seconds:.1f} s")
        print_scores(table)
        print_claims(pairs)
        if asked.parts:
            print_parts(panel, pairs)
        if asked.fits:
            print_fitted(panel, pairs, asked.fits)
        if asked.draws:
            print_intervals(
                panel, Settings((1, 2, 3, 4, 5) if asked.quick else HORIZONS, asked.draws, prior=borrowed(name))
            )


if __name__ == "__main__":
    main()
