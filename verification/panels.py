"""Published enrolment of three places as panels: what forecasts are held to. Read where the files lie, never copied.

`README.md` beside the files says where they come from. Half-counted years of births are left out; Eau Claire
counted only heads in the building in 2020, which is masked; pre-kindergarten is voluntary and left out.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from scenarios.forecast_specs import stages_of
from sim.panel import Panel, births_from_rows, panel_from_rows

ROOT = Path(__file__).resolve().parents[1]


def data_folder() -> Path:
    """$SCHOOLPLAN_DATA, or shared/data beside the checkout."""
    named = os.environ.get("SCHOOLPLAN_DATA")
    return Path(named) if named else ROOT.parent / "shared" / "data"


def vermont(folder: Path) -> Panel:
    """School x grade x fall 2003-2018, 15 counties, births by county."""
    rows = _read(folder / "vermont" / "enrolment.csv", {"school_id": "school", "n": "pupils", "county": "district"})
    births = _births(folder / "vermont" / "births_by_county.csv", {"county": "district"})
    panel = panel_from_rows(rows[rows["grade"] != "PK"])
    return replace(panel, stages=stages_of(panel.grades), births=births_from_rows(births, panel.districts))


def eau_claire(folder: Path) -> Panel:
    """16 primary schools, fall 1998-2024, births of the city."""
    rows = _read(folder / "eau_claire" / "enrolment.csv", {"n": "pupils"})
    births = _births(folder / "eau_claire" / "births.csv", {})
    panel = panel_from_rows(rows, masked=(2020,))
    return replace(panel, stages=stages_of(panel.grades), births=births_from_rows(births, panel.districts))


def baltimore(folder: Path) -> Panel:
    """Baltimore City, fall 2008-2018, counts under 10 suppressed, births of the city."""
    rows = _read(folder / "baltimore" / "enrolment.csv", {"school_id": "school", "n": "pupils"})
    births = _births(folder / "baltimore" / "births.csv", {}).drop(columns="county")
    panel = panel_from_rows(rows[rows["grade"] != "PK"])
    return replace(panel, stages=stages_of(panel.grades), births=births_from_rows(births, panel.districts))


PANELS: Mapping[str, Callable[[Path], Panel]] = {"vermont": vermont, "baltimore": baltimore, "eau_claire": eau_claire}


def _read(path: Path, names: Mapping[str, str]) -> pd.DataFrame:
    rows = pd.read_csv(path, dtype={"grade": str, "school_id": str}).rename(columns=dict(names))
    kept = [name for name in ("school", "grade", "year", "pupils", "district", "suppressed") if name in rows]
    return rows[kept]


def _births(path: Path, names: Mapping[str, str]) -> pd.DataFrame:
    rows = pd.read_csv(path).rename(columns={"year_to_june": "year", **names})
    if "partial" in rows:
        rows["births"] = rows["births"].where(~rows["partial"].astype(bool))
    return rows
