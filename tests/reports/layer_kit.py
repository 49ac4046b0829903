"""What tests of layers share: the synthetic run with early warnings, and its layers."""

from dataclasses import replace

import pandas as pd

from reports.run_folder import RunFolder
from reports.shapes_alerts import ALERTS
from reports.table_shapes import conform

ZONES = (
    ("ps-01", "u01 u02 u06", "red", 1.31),
    ("ps-02", "u08 u09 u13", "green", 0.7),
    ("~none:u20", "u20", "blue", 1.02),
)


def alerted(run: RunFolder) -> RunFolder:
    """The run with three zones of warning in every case, published for two years."""
    rows = [
        {"future": future, "plan": plan, "year": year, "stage": "primary", "zone": zone, "schools": zone,
         "units": units,
         "level": level, "cautious": level, "lead": year - 2023, "published": int(year < 2026), "rule": "W",
         "demand_mean": 100 * ratio, "places": 100.0, "ratio_mean": ratio}
        for future, plan in run.cases for year in (2024, 2025, 2026) for zone, units, level, ratio in ZONES
    ]  # fmt: skip
    blank = dict.fromkeys(ALERTS.names, 0.0)
    table = conform(pd.DataFrame([blank | row for row in rows]), ALERTS)
    return replace(run, tables=replace(run.tables, alerts=table))
