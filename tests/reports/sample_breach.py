"""Rows of first breaches, of plans as points and of regret for the pictures of the sample; closed formulas."""

import numpy as np
import pandas as pd

from reports.figures_frontier import COLUMNS
from tests.reports.sample import FUTURES, HORIZON, PLANS

FIRST = ("ps-01", "G4"), ("js-01", "G5"), ("ny-01", "G5"), ("ps-08", "G4")
"""School and clause: `ny-01` has two stages, `ps-08` nearly never breaks anything."""
WINDOW = (2025, 2029)
MEASURES = ("short", "unused", "capital", "net_present")


def first_rows() -> pd.DataFrame:
    """Table `first_breach`; the second plan halves the chance, the third moves it by two years."""
    found = []
    years = np.arange(WINDOW[0], HORIZON + 1)
    for future in FUTURES:
        for place, plan in enumerate(PLANS):
            for rank, (school, rule) in enumerate(FIRST):
                stages = ("primary", "junior") if school == "ny-01" else ("primary",)
                for late, stage in enumerate(stages):
                    peak = WINDOW[0] + 2 * rank + (2 if place == 2 else 0) + late
                    whole = (0.98, 0.6, 0.4, 0.004)[rank] * (0.5 if place == 1 else 1.0) * (0.5 if late else 1.0)
                    shape = np.where(years >= peak, 0.5 ** (years - peak + 1.0), 0.0)
                    chance = whole * shape
                    found.append(
                        pd.DataFrame(
                            {"future": future, "plan": plan, "rule": rule, "stage": stage, "entity": school,
                             "year": years, "p_first": chance, "p_by": np.cumsum(chance),
                             "in_window": (years <= WINDOW[1]).astype(int)}
                        )
                    )  # fmt: skip
    return pd.concat(found, ignore_index=True)


def points(crowded: bool = False) -> dict[str, pd.DataFrame]:
    """Plans as points of four futures; `crowded`: nine plans that lie on each other."""
    plans = [f"plan {place}" for place in range(9)] if crowded else [*PLANS, "dear"]
    found = {}
    for worse, future in enumerate(("A · 2027-28", "B · 2027-28", "C · 2028-29", "D · 2026-27")):
        rows = []
        for place, plan in enumerate(plans):
            cost = 5_000.0 + place if crowded else (0.0, 5_000.0, 12_000.0, 14_000.0)[place]
            over = 20.0 + 0.1 * place if crowded else (290.0, 25.0, 4.0, 30.0)[place] * (1 + worse / 4)
            rows.append((plan, cost, 0.95 * cost, 1.1 * cost, over, 0.1 * over, 3.0 * over))
        found[future] = pd.DataFrame(rows, columns=list(COLUMNS))
    return found


def regrets() -> pd.DataFrame:
    """Table `regret`: the first plan is best in money, the second in seats; nobody spends on `idle`."""
    found = []
    for measure in (*MEASURES, "idle"):
        for at, future in enumerate(FUTURES):
            for place, plan in enumerate(PLANS):
                rank = (2, 0, 1)[place] if measure == "short" else place
                value = 0.0 if measure == "idle" else 700.0 * rank * (1 + at) + (3.4 if rank else 0.0)
                found.append((future, plan, measure, "", value + 10.0, 10.0, value))
    return pd.DataFrame(found, columns=["future", "plan", "measure", "unit", "value", "best", "regret"])
