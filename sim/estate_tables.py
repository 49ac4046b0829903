"""The tables of housing as estates of a future: phases that count, their risk, the home they lie in.

Under net ratios the usual pace q of building is in the ratios already: of the dwellings Q[t] that a future lists for
year t the share max(Q[t] - q, 0) / Q[t] of each phase counts, q the mean of the table `completions` over the years of
the learning window that are on the rolls (0 without it: then futures list what goes beyond the pace).  An estate of
the reference future counts 0, by the same difference.  Page: docs/science/housing.md.
Tests: tests/sim/test_estate_tables.py, tests/sim/test_futures.py.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from scenarios.bundle import Bundle, StudyBundle, years_in_ratios
from scenarios.schema_housing import Housing
from sim.arrays import FloatArray
from sim.housing import Estate, Lot, by_start_age, due_month, fill, newly_home, scale_of
from sim.model import Model

Row = Mapping[str, Any]

_COLUMNS = [
    *("estate", "phase", "completion", "completion_month", "dwellings", "dwelling_type", "status"),
    *("delay_low", "delay_likely", "delay_high", "p_never"),
]


def phase_rows(bundle: StudyBundle) -> pd.DataFrame:
    """Every phase, one row for an estate without any (phase `all`), by estate and phase.

    Columns: those of the table estate_phases; `due` [months from 1 September of the base year]; `year`, on whose
    1 September the phase is counted.
    """
    estates, base = bundle.tables["estates"], bundle.study.base_year
    rows = estates[["estate", "completion", "dwellings", "dwelling_type"]].assign(phase="all", status="")
    phases = bundle.tables.get("estate_phases")
    if phases is not None and len(phases):
        kinds = phases["estate"].map(estates.set_index("estate")["dwelling_type"])
        own = phases.assign(dwelling_type=phases["dwelling_type"].where(phases["dwelling_type"] != "", kinds))
        rows = pd.concat([own, rows[~rows["estate"].isin(phases["estate"])]])
    rows = rows.reindex(columns=_COLUMNS).sort_values(["estate", "phase"], ignore_index=True)
    when = zip(rows["completion"], rows["completion_month"], strict=True)
    due = np.array([due_month(float(year), float(month), base) for year, month in when])
    return rows.assign(due=due, year=base + np.ceil(due / 12.0).astype(int))


def normal_pace(bundle: StudyBundle) -> float:
    """Dwellings a year that the ratios hold: mean completions of their years, 0 without a table of them."""
    frame = bundle.tables.get("completions")
    years = years_in_ratios(bundle.study, bundle.tables["enrolment"]["year"])
    if frame is None or not years:
        return 0.0
    return float(frame[frame["year"].isin(years)]["dwellings"].sum()) / len(years)


def counted(rows: pd.DataFrame, names: Iterable[str], pace: float) -> FloatArray:
    """Dwellings above the pace, [row of `rows`]; 0 for phases of estates that are not listed.

    rows: as of `phase_rows`.  pace: dwellings a year.
    """
    listed = np.where(rows["estate"].isin(list(names)), rows["dwellings"].to_numpy(dtype=float), 0.0)
    total = pd.Series(listed).groupby(rows["year"].to_numpy()).transform("sum").to_numpy()
    share = np.divide(np.maximum(total - pace, 0.0), total, out=np.zeros(len(total)), where=total > 0.0)
    out: FloatArray = listed * share
    return out


def housing_in_force(bundle: StudyBundle) -> Housing:
    """Curves and risks of the bundle. Raises ValueError for a bundle that was made without them."""
    if bundle.housing is None:
        raise ValueError("the bundle holds no curves of housing: it was not made by scenarios.loader")
    return bundle.housing


def risk_of(row: Row, housing: Housing) -> tuple[tuple[float, float, float], float]:
    """Delay [months] and probability of never of a phase: its own, else those of its status, else none."""
    given = [float(row[name]) for name in ("delay_low", "delay_likely", "delay_high")]
    own, status = float(row["p_never"]), row["status"]
    delay, never = (
        ((0.0, 0.0, 0.0), 0.0) if not status else (housing.delivery[status].delay, housing.delivery[status].p_never)
    )
    if not np.isnan(given).any():
        delay = (given[0], given[1], given[2])
    return delay, never if np.isnan(own) else own


def estates_of(bundle: Bundle, model: Model, names: Iterable[str], reference: Iterable[str]) -> tuple[Estate, ...]:
    """Estates of a future by id: home cell, phases after the base year, and where the children come from.

    names: those the future lists.  reference: those the reference future lists, which the ratios are taken to hold.
    """
    if not set(names) - set(reference):
        return ()
    rows, pace = phase_rows(bundle), normal_pace(bundle)
    rows = rows[rows["due"] > 0.0]
    beyond = np.maximum(counted(rows, names, pace) - counted(rows, reference, pace), 0.0)
    rows = rows.assign(counted=beyond)[beyond > 0.0]
    facts: dict[str, Row] = bundle.tables["estates"].set_index("estate").to_dict("index")  # type: ignore[assignment]
    return tuple(
        Estate(
            id=str(name),
            cell=model.layout.cells.index(f"{facts[str(name)]['unit']}|local"),
            lots=tuple(_lot(row, facts[str(name)], bundle, model) for row in _records(mine)),
            outside=float(facts[str(name)]["outside_share"]),
            in_town=float(facts[str(name)]["in_town_share"]),
            rural=float(facts[str(name)]["rural_share"]),
        )
        for name, mine in rows.groupby("estate", sort=True)
    )


def _records(rows: pd.DataFrame) -> list[Row]:
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def _lot(row: Row, facts: Row, bundle: Bundle, model: Model) -> Lot:
    housing = housing_in_force(bundle)
    curves = housing.types[row["dwelling_type"]]
    new = fill(curves, float(facts["ramp_years"]), float(facts["vacancy"]))
    children = scale_of(curves, float(facts["yield_per_dwelling"])) * float(row["counted"])
    delay, never = risk_of(row, housing)
    if model.rounded:  # the deterministic run: as late as is likely
        delay, never = (delay[1], delay[1], delay[1]), float(never > 0.5)
    return Lot(
        id=f"{row['estate']}/{row['phase']}",
        dwellings=float(row["dwellings"]),
        counted=float(row["counted"]),
        due=float(row["due"]),
        delay=delay,
        p_never=never,
        arrivals=by_start_age(newly_home(curves, new) * children, model.residents.shape[1] + model.pupils.shape[2]),
    )
