"""The synthetic run with the tables that explanations read beside it, made by hand: needs, cliffs, room left.

One school (`ps-01`) has a row of every kind of clause; `kg-01` is a kindergarten whose name is meant to break things.
"""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from reports.run_folder import RunFolder, write_run
from reports.table_shapes import SHAPES, RunTables
from tests.reports import factory
from tests.reports.factory_study import names, study

FUTURE, PLAN, SCHOOL, YEAR = "fast", "do-nothing", "ps-01", 2029
ODD = ("阳光“{0}”幼儿园🏫{school}", 'Sunny "{0}" Kindergarten 🏫 {school} <b>')
"""Braces, quotes, an emoji, a tag."""
CASE = {"future": FUTURE, "plan": PLAN}
_CLAUSES = (
    ("L4", "生均教学用房面积不低于 4.5 平方米", "At least 4.5 m2 of teaching area", "teaching_area_per_pupil", 4.5,
     "at_least", "school"),
    ("beds", "每个寄宿生有一张床位", "A bed for every boarder", "beds", 0, "at_most", "school"),
    ("rooms", "每个年级至少有一间教室", "Every grade has a classroom", "rooms", 0, "at_most", "school"),
    ("LS.met", "7项指标至少6项达标", "At least 6 of 7 indicators", "resource_indicators_met", 6, "at_least", "school"),
    ("L2", "每百名学生拥有骨干教师不低于 1 人", "At least 1 backbone teacher", "backbone_teachers_per100", 1,
     "at_least", "school"),
    ("CV", "差异系数不高于 0.5", "Coefficients of 0.5 at most", "difference_coefficient", 0.5, "at_most", "county"),
    ("Q1", "巩固率不低于 0.95", "Retention of 0.95 at least", "junior_retention", 0.95, "at_least", "county"),
    ("K1", "幼儿园每班不超过 30 人", "Kindergarten classes up to 30", "class_size", 30, "at_most", "class"),
)  # fmt: skip


def card(**changes: object) -> dict[str, object]:
    base = study()
    more = [
        {"code": code, "clause": names(zh, en), "indicator": indicator, "stages": [], "scope": scope, "bound": bound,
         "direction": direction, "decides": False, "source_grade": "M" if code == "LS.met" else "B"}
        for code, zh, en, indicator, bound, direction, scope in _CLAUSES
    ]  # fmt: skip
    kindergarten = {"id": "kg", "name": names("幼儿园", "Kindergarten"), "grades": ["k1", "k2", "k3"],
                    "planned_class_size": 30}  # fmt: skip
    calibration = {"found": "calibrated", "origins": 6, "held80": 0.79}
    made = {"rules": [*base["rules"], *more], "stages": [kindergarten, *base["stages"]], "calibrated": True,
            "calibration": calibration}  # fmt: skip
    return base | made | changes


def verdict(rule: str, word: str, probability: float | None, **given: object) -> dict[str, object]:
    """A row of `verdicts.csv`; by default of the school under the plan without projects."""
    judged = probability is not None and probability < 1.0
    return {
        **CASE, "rule": rule, "scope": "school", "stage": "primary", "entity": SCHOOL, "verdict": word,
        "probability": probability, "required": 0.9, "first_year": 2026 if judged else None,
        "worst_year": YEAR if judged else None, "pupils": 12.0 if judged else 0.0, "source": "simulated",
        "schools_over_p90": None, "pupils_over_p90": None, "unverified": "", **given,
    }  # fmt: skip


def verdicts() -> pd.DataFrame:
    every: dict[str, object] = {"stage": "all"}
    county = {"scope": "county", "entity": "test-county"}
    rows = [
        verdict("L4", "fails", 0.2),
        verdict("L4", "fails", 0.3, plan="county-plan"),
        verdict("L4", "holds", 0.97, plan="compact", worst_year=YEAR, pupils=0.2),
        verdict("L4", "at-risk", 0.8, entity="ps-02", first_year=None, pupils=1.0),
        verdict("beds", "at-risk", 0.7, **every),
        verdict("beds", "undecided", 0.88, plan="compact", **every),
        verdict("rooms", "undecided", 1.0, **every),
        verdict("LS.met", "at-risk", 0.6, unverified="LS.met"),
        verdict("LS.met", "holds", 0.95, plan="county-plan", unverified="LS.met"),
        verdict("L2", "fails", None, source="imported"),
        verdict("L2", "holds", None, source="imported", entity="ps-02"),
        verdict("L2", "not-assessed", None, source="missing backbone_teachers_per100", entity="ps-03"),
        verdict("L4", "not-assessed", None, source="left-out", entity="ps-07"),
        verdict("L4", "outlook", None, entity="ps-08"),
        verdict("L4", "not-assessed", None, entity="ps-06"),
        verdict("K1", "at-risk", 0.75, stage="kg", entity="kg-01"),
        verdict("K1", "holds", 1.0, stage="kg", entity="kg-01", plan="compact"),
        verdict("L4", "fails", 0.1, **county, schools_over_p90=2, pupils_over_p90=0.0),
        verdict("L2", "fails", None, **county, source="imported"),
        verdict("LS.met", "at-risk", 0.6, **county, schools_over_p90=1, pupils_over_p90=0.0),
        verdict("CV", "holds", 0.97, **county, worst_year=YEAR, pupils=0.0),
        verdict("Q1", "fails", 0.1, **county, stage="junior", pupils=0.0),
    ]
    return pd.DataFrame(rows)


def rows_of(name: str, *rows: dict[str, object]) -> pd.DataFrame:
    """Rows of a table of this case; columns that are not given stay empty."""
    empty = dict.fromkeys(SHAPES[name].names)
    return pd.DataFrame([{**empty, **CASE, **row} for row in rows], columns=list(SHAPES[name].names))


def needs() -> pd.DataFrame:
    def need(rule: str, kind: str, unit: str, missing: float, cost: float | None, **given: object) -> dict[str, object]:
        return {"rule": rule, "stage": "primary", "entity": SCHOOL, "years": "2024-2029", "kind": kind, "unit": unit,
                "required": 0.9, "needed_p90": 9000.0, "there": 9000.0 - missing, "missing": missing, "cost": cost,
                "unknown": 0, "unverified": "", **given}  # fmt: skip

    return rows_of(
        "needs",
        need("L4", "teaching_area_m2", "m2", 400.0, 150.0),
        need("beds", "beds", "beds", 60.0, None, stage="all"),
        need("G5.primary", "rooms", "rooms", 4.0, 160.5),
        need("G4.primary", "pupils", "pupils", 120.0, None),
    )


def schools() -> pd.DataFrame:
    def row(indicator: str, stage: str, value: float, p: float | None = None, **given: object) -> dict[str, object]:
        return {"year": YEAR, "entity": SCHOOL, "stage": stage, "indicator": indicator, "unit": "x", "mean": value,
                "p50": value, "p_exceed": p, **given}  # fmt: skip

    child = {"entity": "kg-01"}
    return rows_of(
        "schools",
        row("teaching_area_per_pupil", "primary", 4.321, 0.7),
        row("resources_met", "primary", 5.0, 0.4),
        row("temporary_rooms", "all", 3.0),
        row("roll", "all", 95.0, **child), row("roll", "grade:k1", 30.0, **child),
        row("roll", "grade:k2", 31.0, **child), row("roll", "grade:k3", 34.0, **child),
        row("largest_class", "kg", 31.0, 0.25, **child), row("largest_class", "grade:k3", 31.0, 0.2, **child),
        row("classes", "kg", 3.0, **child), row("rooms", "all", 3.0, **child),
    )  # fmt: skip


def tables() -> RunTables:
    made = factory.tables()
    child = {"school": "kg-01", "name_zh": ODD[0], "name_en": ODD[1], "x": 480_000.0, "y": 2_935_000.0,
             "first_grade": "k1", "last_grade": "k3", "opened_by": ""}  # fmt: skip
    risks = rows_of("risks", {"rule": "G4.primary", "stage": "primary", "entity": "ps-05", "bound": 2000.0,
                              "p_never": 1.0, "headroom_95": 1500.0, "unit": "pupils"},
                    {"rule": "G5.primary", "stage": "primary", "entity": "ps-05", "bound": 45.0, "p_never": 1.0,
                     "headroom_95": 6.0, "unit": "pupils"})  # fmt: skip
    cliffs = rows_of("cliffs", {"entity": "ps-05", "grade": "4", "year": YEAR, "trigger": "class_size", "share": 1.0,
                                "p50": 7.0})  # fmt: skip
    first = rows_of("first_breach", {"rule": "L4", "stage": "primary", "entity": "ps-02", "year": 2038, "p_first": 0.0,
                                     "p_by": 0.55, "in_window": 0})  # fmt: skip
    balance = rows_of("coefficients", {"rule": "CV", "stage": "primary", "indicator": "books_per_pupil", "mode": "each",
                                       "bound": 0.5, "verdict": "holds", "probability": 0.97, "worst_year": YEAR,
                                       "p50_worst": 0.41, "source": "simulated", "missing": ""})  # fmt: skip
    county = rows_of("county", {"year": YEAR, "entity": "test-county", "stage": "junior", "unit": "share",
                                "indicator": "junior_retention", "mean": 0.93, "p50": 0.93})  # fmt: skip
    return replace(
        made,
        verdicts=pd.concat([made.verdicts, verdicts()]),
        schools=pd.concat([made.schools, schools()]),
        school_list=pd.concat([made.school_list, pd.DataFrame([child])]),
        county=pd.concat([made.county, county]),
        needs=needs(),
        risks=risks,
        cliffs=cliffs,
        first_breach=first,
        coefficients=balance,
    )


def make(target: Path, made: RunTables | None = None, **changes: object) -> RunFolder:
    """Write the run; `changes` replace keys of study.json."""
    papers = {**factory.documents(), "study.json": card(**changes)}
    return write_run(target, tables() if made is None else made, papers)
