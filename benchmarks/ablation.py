"""What each ingredient of the forecast is worth: the backtest with one of them off, on published panels.

Usage: python -m benchmarks.ablation [--data DIR] [--panel vermont ...] [--markdown]. One row for each variant: WAPE in
percent of cells, school totals and counties, 1, 3 and 5 years ahead, and behind it the change against the forecast as
it is.  Constants of the method are changed for one backtest and put back; nothing else differs between two rows.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

import pandas as pd

from sim import path, path_districts, path_ratios, path_stack
from sim.backtest import OWN, backtest, score_table
from sim.panel import Panel
from verification.panels import PANELS, data_folder

LEVELS, HORIZONS = ("school-grade", "school", "county"), (1, 3, 5)
AHEAD = 6  # the stack learns five and six years ahead together
NONE, ALL = 1e12, 1.0  # prior pupils that leave nothing to the own record, and that leave all to it


def _same(panel: Panel) -> Panel:
    return panel


def _without_births(panel: Panel) -> Panel:
    return replace(panel, births=None)


@dataclass(frozen=True)
class Variant:
    """One ingredient changed: constants by module, and what is done to the panel."""

    name: str
    constants: Mapping[tuple[ModuleType, str], object] = field(default_factory=dict)
    panel: Callable[[Panel], Panel] = _same


OLD_YEARS_COUNT = {
    (path_ratios, "MEMORY"): 1.0,
    (path, "SHARE_MEMORY"): 1.0,
    (path_districts, "MEMORIES"): (1.0,) * len(path_districts.MEMORIES),
}
NO_SHRINKAGE = {(path_ratios, name): ALL for name in ("K_DISTRICT", "K_SCHOOL", "K_GRADE")}
VARIANTS = (
    Variant("as it is"),
    Variant("no births: last year and usual number", panel=_without_births),
    Variant("births alone, last year not", {(path_districts, "LAST_PART"): 0.0}),
    Variant("no shrinkage", NO_SHRINKAGE | {(path_districts, "K_TOTAL"): ALL}),
    Variant("no district effect", {(path_ratios, "K_DISTRICT"): NONE}),
    Variant("no school effect", {(path_ratios, "K_SCHOOL"): NONE}),
    Variant("no grade effect", {(path_ratios, "K_GRADE"): NONE}),
    Variant("no memory: all years alike", OLD_YEARS_COUNT),
    Variant("one memory for districts", {(path_districts, "SHARPNESS"): 0.0, (path_districts, "MEMORIES"): (0.7,) * 5}),
    Variant("no reconciliation", {(path, "KAPPA"): 0.0}),
    Variant("full reconciliation", {(path, "KAPPA"): 1.0}),
    Variant("no stack", {(path_stack, "MOST"): 1e-12}),
    Variant("stack not learnt: prior weights", {(path_stack, "RIDGE"): 1e9}),
    Variant("ratios alone: no stack, no reconciliation", {(path_stack, "MOST"): 1e-12, (path, "KAPPA"): 0.0}),
)


@contextmanager
def changed(constants: Mapping[tuple[ModuleType, str], object]) -> Iterator[None]:
    """The constants inside the block; what they were before, after it. Raises AttributeError for one that is not."""
    before = {(module, name): getattr(module, name) for module, name in constants}
    try:
        for (module, name), value in constants.items():
            setattr(module, name, value)
        yield
    finally:
        for (module, name), value in before.items():
            setattr(module, name, value)


def wapes(panel: Panel, variant: Variant) -> pd.Series:
    """WAPE by level and horizon of the forecast with one ingredient changed."""
    with changed(variant.constants):
        pairs = backtest(variant.panel(panel), AHEAD, {})
    table = score_table(pairs)
    table = table[table["level"].isin(LEVELS) & table["horizon"].isin(HORIZONS) & (table["method"] == OWN)]
    return table.set_index(["level", "horizon"])["wape"]


def rows_of(panel: Panel, variants: Sequence[Variant] = VARIANTS) -> Iterator[tuple[str, list[str]]]:
    """Name and cells (WAPE, change against the first variant in percent of it) of every variant."""
    base = None
    for variant in variants:
        found = wapes(panel, variant)
        base = found if base is None else base
        change = 100.0 * (found / base - 1.0)
        keys = [(level, h) for level in LEVELS for h in HORIZONS]
        yield variant.name, [f"{100 * found[key]:.2f} ({change[key]:+.1f})" for key in keys]


def print_panel(name: str, panel: Panel, markdown: bool) -> None:
    heads = [f"{level} {h}" for level in LEVELS for h in HORIZONS]
    start = time.perf_counter()
    print(f"\n{name}: WAPE, % (change, %)")
    if markdown:
        print(f"| variant | {' | '.join(heads)} |\n| --- {'| ---: ' * len(heads)}|")
    else:
        print(f"{'':42}" + "".join(f"{head:>16}" for head in heads))
    for variant, cells in rows_of(panel):
        told = (
            f"| {variant} | {' | '.join(cells)} |" if markdown else f"{variant:42}" + "".join(f"{c:>16}" for c in cells)
        )
        print(told, flush=True)
    print(f"{time.perf_counter() - start:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=data_folder(), help="folder of the published panels")
    parser.add_argument("--panel", nargs="+", choices=list(PANELS), default=list(PANELS))
    parser.add_argument("--markdown", action="store_true", help="as tables of a page")
    asked = parser.parse_args()
    for name in asked.panel:
        if (asked.data / name).is_dir():
            print_panel(name, PANELS[name](asked.data), asked.markdown)
        else:
            print(f"{name}: no {asked.data / name}")


if __name__ == "__main__":
    main()
