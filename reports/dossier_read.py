"""Tables of a run as the chapters of the dossier read them: one case, one indicator, years worth printing."""

from collections.abc import Iterable

import pandas as pd

from reports.document import Band, Basis
from reports.document_parts import bands, simulated
from reports.run_folder import RunFolder
from reports.study_card import StageCard
from reports.view import View

OUTLOOK = 10
"""Years after the base year that approval papers look ahead (facts section 6: demand in ten years)."""


def rows_of(
    table: pd.DataFrame, case: tuple[str, str], indicator: str, stages: Iterable[str] | None = None
) -> pd.DataFrame:
    """Rows of a tidy table for one case (future, plan) and indicator; stages: of these alone."""
    found = table[(table["future"] == case[0]) & (table["plan"] == case[1]) & (table["indicator"] == indicator)]
    return found if stages is None else found[found["stage"].isin(list(stages))]


def county_bands(seen: View, case: tuple[str, str], indicator: str) -> dict[object, Band]:
    """(stage, year) -> band of a county indicator."""
    return bands(rows_of(seen.run.tables.county, case, indicator), ["stage", "year"])


def county_means(seen: View, case: tuple[str, str], indicator: str) -> dict[tuple[str, int], float]:
    """(stage, year) -> mean of a county indicator."""
    rows = rows_of(seen.run.tables.county, case, indicator)
    return {
        (str(s), int(y)): float(m) for s, y, m in rows[["stage", "year", "mean"]].itertuples(index=False, name=None)
    }


def grade_means(seen: View, case: tuple[str, str]) -> dict[tuple[str, int], float]:
    """(grade, year) -> pupils of all schools, mean over draws; the base year as observed."""
    rows = rows_of(seen.run.tables.schools, case, "roll", [f"grade:{g}" for g in seen.run.study.grade_order()])
    sums = rows.groupby(["stage", "year"], as_index=False)["mean"].sum()
    found = {
        (str(s).removeprefix("grade:"), int(y)): float(m)
        for s, y, m in sums[["stage", "year", "mean"]].itertuples(index=False, name=None)
    }
    base = seen.run.study.base_year
    return found | {(grade, base): number for grade, number in observed_grades(seen.run).items()}


def observed_grades(run: RunFolder) -> dict[str, float]:
    """Pupils on the books of the base year by grade, grades of the study only."""
    history = run.tables.history
    today = history[history["year"] == run.study.base_year]
    sums = today.groupby("grade")["pupils"].sum()
    return {str(grade): float(sums[grade]) for grade in run.study.grade_order() if grade in sums.index}


def present_stages(seen: View) -> list[StageCard]:
    """Stages of which the run keeps pupils."""
    county = seen.run.tables.county
    there = set(county.loc[county["indicator"] == "roll", "stage"])
    return [stage for stage in seen.run.study.stages if stage.id in there]


def simulated_years(seen: View) -> list[int]:
    """All school years of the forecast, rising."""
    return sorted({int(year) for year in seen.run.tables.county["year"]})


def told_years(seen: View) -> list[int]:
    """First year of the forecast, every year of the decision window, and the tenth year after the base year."""
    study, years = seen.run.study, simulated_years(seen)
    wanted = {years[0], *range(study.window[0], study.window[1] + 1), study.base_year + OUTLOOK} if years else set()
    return [year for year in years if year in wanted]


def mean_basis(seen: View, future: str, plan: str = "") -> Basis:
    """Basis of numbers that are means over draws, so that parts add up to their sum."""
    basis = simulated(seen, future, plan)
    method = seen.labels("dossier.method.mean", draws=seen.run.study.draws)
    return Basis(basis.date, basis.source, method, basis.future, basis.plan)


def said(seen: View, band: Band) -> str:
    """A band inside a sentence: middle and interval, whole numbers."""
    return seen.labels.interval(band.middle, band.low, band.high)


def total(*parts: float | None) -> float | None:
    """Sum of parts; None where one is not known or there is none."""
    known = [part for part in parts if part is not None]
    return sum(known) if parts and len(known) == len(parts) else None


def adds_up(cells: Iterable[float | None]) -> float | None:
    """Sum of the cells that are known; None where none is."""
    known = [cell for cell in cells if cell is not None and cell == cell]
    return sum(known) if known else None


def known(cell: object) -> float | None:
    """A number of a table, None where the table says nothing."""
    if cell is None or cell is pd.NA or isinstance(cell, str):
        return None
    number = float(cell)  # type: ignore[arg-type]
    return None if number != number else number
