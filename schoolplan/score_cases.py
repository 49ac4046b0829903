"""Every number of a forecast that a register can be held to, with what the simple methods would have said."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from scenarios.forecast_specs import GRADES
from scenarios.problems import Problem, warning
from scenarios.score_tables import Register
from sim.baselines import BASELINES
from sim.forecast_rows import ALL
from sim.panel import panel_from_rows
from sim.register_scores import QUANTILES

PARTIAL = 0.1
"""Share of the forecast pupils in schools that the register lacks from which it is a part, and sums say nothing."""
NAIVE, RATIO = "naive", "ratio"
CELL = ["school", "grade", "year"]
COLUMNS = ("level", "district", "school", "grade", "year", "horizon", "mean", *QUANTILES, "actual", NAIVE, RATIO)


@dataclass(frozen=True)
class Said:
    """What was forecast: rows as in forecast.csv, the year it began, what was counted up to then (maybe nothing)."""

    rows: pd.DataFrame
    origin: int
    past: pd.DataFrame
    closed: bool = False
    """Whether sums speak of these schools alone (a run), so that a register with others is not held to them."""

    def at(self, year: int) -> "Said":
        """The same for one year ahead."""
        return replace(self, rows=self.rows[self.rows["year"] == year])


@dataclass(frozen=True)
class Met:
    """Cases that can be scored, schools on one side only (school, year, pupils), and what was told."""

    cases: pd.DataFrame
    vanished: pd.DataFrame
    appeared: pd.DataFrame
    problems: tuple[Problem, ...]


def simple_methods(said: Said, years: list[int]) -> pd.DataFrame:
    """school, grade, year, naive, ratio, home: same as last year and 3-year ratio from the counts up to the origin."""
    past = said.past[said.past["year"] <= said.origin]
    if past.empty or int(past["year"].max()) != said.origin:
        return pd.DataFrame(columns=[*CELL, NAIVE, RATIO]).astype({"year": np.int64})
    panel = panel_from_rows(past, [grade for grade in GRADES if grade in set(past["grade"])])
    ahead = max(years) - said.origin
    found = {name: BASELINES[method](panel, ahead) for name, method in ((NAIVE, "naive"), (RATIO, "ratio-3"))}
    s, g, h = np.nonzero(~np.isnan(found[NAIVE]))
    names = {"school": np.array(panel.schools)[s], "grade": np.array(panel.grades)[g], "year": said.origin + 1 + h}
    return pd.DataFrame({**names, **{name: values[s, g, h] for name, values in found.items()}})


def meet(said: Said, register: Register, years: list[int]) -> Met:
    """The forecast and the register, year by year."""
    simple = simple_methods(said, years)
    parts = [_of_year(said.at(year), register, year, simple[simple["year"] == year]) for year in years]
    cases, vanished, appeared = (
        pd.concat([getattr(part, name) for part in parts], ignore_index=True)
        for name in ("cases", "vanished", "appeared")
    )
    return Met(cases, vanished, appeared, tuple(one for part in parts for one in part.problems))


def _of_year(said: Said, register: Register, year: int, simple: pd.DataFrame) -> Met:
    came = register.at(year)
    came = came[(came["pupils"] > 0) | came["suppressed"] | came["school"].isin(set(said.rows["school"]))]
    there = came.groupby("school").filter(lambda rows: bool((rows["pupils"] > 0).any() or rows["suppressed"].any()))
    rows = said.rows
    total = rows[(rows["level"] == "school") & (rows["mean"] > 0)]
    vanished = total.loc[~total["school"].isin(there["school"]), ["school", "year", "mean"]]
    vanished = vanished.set_axis(["school", "year", "pupils"], axis=1)
    new = there[~there["school"].isin(rows["school"])]
    appeared = new.groupby(["school", "year"])["pupils"].sum().reset_index()
    whole = float(total["mean"].sum())
    partial = whole > 0.0 and _missing(vanished, appeared) > PARTIAL * whole
    partial |= said.closed and bool(len(vanished) + len(appeared))
    cells = _cells(rows, there, simple)
    schools, odd = _schools(rows, there, simple)
    sums, left_out = _sums(rows, came, simple, partial)
    cases = pd.concat([cells, schools, sums], ignore_index=True).reindex(columns=list(COLUMNS))
    told = [*_one_side("SCO010", vanished, register, year), *_one_side("SCO011", appeared, register, year)]
    names = tuple(register.names.get(key, key) for key in odd) + left_out
    if names:
        told.append(warning("SCO012", register.file.as_posix(), names, year=year))
    return Met(cases.assign(horizon=year - said.origin), vanished, appeared, tuple(told))


def _missing(vanished: pd.DataFrame, appeared: pd.DataFrame) -> float:
    """Pupils of schools that are gone and did not come back under other ids."""
    return float(vanished["pupils"].sum()) - float(appeared["pupils"].sum())


def _one_side(code: str, schools: pd.DataFrame, register: Register, year: int) -> list[Problem]:
    if schools.empty:
        return []
    named = tuple(register.names.get(key, key) for key in schools["school"])
    numbers = {"count": len(schools), "pupils": round(float(schools["pupils"].sum()))}
    return [warning(code, register.file.as_posix(), named, year=year, **numbers)]  # type: ignore[arg-type]


def _cells(rows: pd.DataFrame, came: pd.DataFrame, simple: pd.DataFrame) -> pd.DataFrame:
    own = rows[rows["level"] == "school-grade"]
    known = came.loc[came["pupils"].notna(), [*CELL, "pupils"]].rename(columns={"pupils": "actual"})
    return own.merge(known, on=CELL).merge(simple, on=CELL, how="left")


def _schools(rows: pd.DataFrame, came: pd.DataFrame, simple: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """School totals with the same grades on both sides, all of them counted; and the schools where that is not so."""
    forecast = rows[rows["level"] == "school-grade"].groupby("school")["grade"].agg(set)
    taught = came[(came["pupils"] > 0) | came["suppressed"]].groupby("school")["grade"].agg(set)
    listed = came[came["pupils"].notna()].groupby("school")["grade"].agg(set)
    total = rows[(rows["level"] == "school") & rows["school"].isin(came["school"])]
    good = [
        school
        for school in total["school"]
        if forecast[school] <= listed.get(school, set()) and taught[school] <= forecast[school]
    ]
    kept = total[total["school"].isin(good)]
    counted = came[came["school"].isin(good)].groupby("school")["pupils"].sum().rename("actual")
    of_simple = _full_sums(simple, forecast)
    found = kept.merge(counted, on="school").merge(of_simple, on="school", how="left")
    return found, [school for school in total["school"] if school not in set(good)]


def _full_sums(simple: pd.DataFrame, forecast: pd.Series) -> pd.DataFrame:
    """Sums by school of the simple methods over the grades forecast; NaN where one of them is missing."""
    cells = pd.DataFrame([(school, grade) for school, grades in forecast.items() for grade in sorted(grades)])
    if cells.empty:
        return pd.DataFrame(columns=["school", NAIVE, RATIO])
    both = cells.set_axis(["school", "grade"], axis=1).merge(simple, on=["school", "grade"], how="left")
    lost = both[[NAIVE, RATIO]].isna().groupby(both["school"]).any()
    return both.groupby("school")[[NAIVE, RATIO]].sum().astype(float).mask(lost).reset_index()


def _sums(
    rows: pd.DataFrame, came: pd.DataFrame, simple: pd.DataFrame, partial: bool
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Districts and county by grade and in all, and the names of those that cannot be scored.

    Pupils of schools that were not forecast are in: they stay somewhere.
    """
    homes = rows[rows["level"] == "school"].set_index("school")["district"].to_dict()
    home = came["district"].where(came["district"] != "", came["school"].map(homes).fillna(""))
    frames, left = [], []
    for level in ("district", "county"):
        of_level = rows[rows["level"].isin([level, f"{level}-grade"])]
        for district, forecast in of_level.groupby("district", sort=True):
            here = came if level == "county" else came[home == district]
            mine = simple if level == "county" else simple[simple["school"].map(homes) == district]
            grades = set(forecast.loc[forecast["grade"] != ALL, "grade"])
            taught = set(here.loc[here["pupils"].fillna(1) > 0, "grade"])
            whole = not partial and not here["suppressed"].any() and bool(taught) and (taught <= grades or not grades)
            lost = level == "district" and bool((home == "").any())
            if not whole or lost:
                left.append(str(district) or level)
                continue
            frames.append(_of_place(forecast, here, mine))
    empty = pd.DataFrame(columns=[*rows.columns, "actual", NAIVE, RATIO])
    return (pd.concat(frames, ignore_index=True) if frames else empty), tuple(left)


def _of_place(forecast: pd.DataFrame, here: pd.DataFrame, simple: pd.DataFrame) -> pd.DataFrame:
    by_grade = here.groupby("grade")["pupils"].sum()
    methods = simple.groupby("grade")[[NAIVE, RATIO]].sum().astype(float)
    values = {"actual": by_grade, **{name: methods[name] for name in (NAIVE, RATIO)}}
    made = forecast.copy()
    for name, by in values.items():
        total = float(by.sum()) if len(by) else np.nan
        made[name] = [total if grade == ALL else float(by.get(grade, np.nan)) for grade in made["grade"]]
    made.loc[made["actual"].isna(), "actual"] = 0.0
    return made
