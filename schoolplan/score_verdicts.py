"""Verdicts of a run that a register already confirms or contradicts: school sizes against the limits of the rules."""

from collections.abc import Mapping

import pandas as pd

from reports.run_folder import RunFolder
from reports.study_card import RuleCard, StudyCard
from scenarios.score_tables import Register

CONFIRMED, CONTRADICTED, EARLY = "confirmed", "contradicted", "early"
COLUMNS = ("school", "rule", "stage", "verdict", "probability", "year", "roll", "bound", "outcome", "unverified")
GOOD, BAD = ("holds", "outlook"), ("fails", "at-risk", "undecided")


def settled_verdicts(run: RunFolder, plan: str, register: Register) -> pd.DataFrame:
    """COLUMNS of school verdicts of a plan in the reference future that the register settles.

    A roll over the limit within the decision window contradicts `holds` and confirms `fails`; before the window it is
    `early`.  Once every year of the window is on the register, a roll that never was over settles the others.
    """
    study = run.study
    rows = run.tables.verdicts
    rows = rows[(rows["future"] == study.reference_future) & (rows["plan"] == plan) & (rows["scope"] == "school")]
    rules = {rule.code: rule for rule in study.rules if rule.indicator == "school_size"}
    rows = rows[rows["rule"].isin(list(rules)) & rows["verdict"].isin((*GOOD, *BAD))]
    found = []
    for row in rows.to_dict("records"):
        rule = rules[str(row["rule"])]
        rolls = _rolls(register, str(row["entity"]), _grades(study, rule, str(row["stage"])), study.base_year)
        outcome, year = _outcome(rolls, rule.bound, study.window, str(row["verdict"]))
        if outcome:
            keys = {
                "school": row["entity"],
                **{name: row[name] for name in ("rule", "stage", "verdict", "probability")},
            }
            found.append(
                {**keys, "year": year, "roll": rolls[year], "bound": rule.bound, "outcome": outcome}
                | {"unverified": row["unverified"]}
            )
    frame = pd.DataFrame(found, columns=list(COLUMNS))
    order = frame["outcome"].map([CONTRADICTED, CONFIRMED, EARLY].index)
    return (
        frame.assign(order=order).sort_values(["order", "school", "rule"]).drop(columns="order").reset_index(drop=True)
    )


def _grades(study: StudyCard, rule: RuleCard, stage: str) -> set[str]:
    wanted = {stage} if stage != "all" else set(rule.stages)
    return {grade for one in study.stages if one.id in wanted for grade in one.grades}


def _rolls(register: Register, school: str, grades: set[str], base: int) -> dict[int, float]:
    """Roll over the grades by year after the base year; years with a withheld number are left out."""
    rows = register.rows[(register.rows["school"] == school) & register.rows["grade"].isin(grades)]
    rows = rows[rows["year"] > base]
    sums = rows.groupby("year")["pupils"].sum()
    whole = rows["pupils"].notna().groupby(rows["year"]).all()
    years, numbers = sums.index.to_numpy(dtype="int64").tolist(), sums.to_numpy(dtype=float).tolist()
    return {year: roll for year, roll, good in zip(years, numbers, whole, strict=True) if good}


def _outcome(rolls: Mapping[int, float], bound: float, window: tuple[int, int], verdict: str) -> tuple[str, int]:
    """What the register says of a verdict, and the year that says it; empty where it is still open."""
    inside = {year: roll for year, roll in rolls.items() if window[0] <= year <= window[1]}
    over = [year for year, roll in inside.items() if roll > bound]
    if over:
        return (CONTRADICTED if verdict in GOOD else CONFIRMED), min(over)
    if len(inside) == window[1] - window[0] + 1:
        highest = max(inside, key=lambda year: inside[year])
        return (CONFIRMED if verdict in GOOD else CONTRADICTED), highest
    early = [year for year, roll in rolls.items() if year < window[0] and roll > bound]
    return (EARLY, max(early)) if early else ("", 0)
