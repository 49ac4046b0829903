"""Verdict rows and counts over the limit for the synthetic run, from its own draws."""

import numpy as np
import pandas as pd

from tests.reports import factory_numbers as f

REQUIRED = 0.9
IN_WINDOW = np.array([f.WINDOW[0] <= year <= f.WINDOW[1] for year in f.YEARS])


def classes_of(rolls: np.ndarray, grades: tuple[str, ...], rooms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Largest class and number of classes, [draw, year, grade]; the size grows until the rooms suffice."""
    size = np.broadcast_to(np.array([f.SIZE[f.stage_of(g)] for g in grades]), rolls.shape).copy()
    for _ in range(40):
        short = np.ceil(rolls / size).sum(axis=2) > np.maximum(rooms, len(grades))
        if not short.any():
            break
        size[short] += 1
    classes = np.ceil(rolls / size).astype(int)
    return np.ceil(rolls / np.maximum(classes, 1)), classes


def breaches(case: f.Case) -> list[tuple[str, str, f.School, np.ndarray]]:
    """(rule, stage, school, pupils over [draw, year]) for every school and rule."""
    found = []
    for i, school in enumerate(f.SCHOOLS):
        rolls = case.by_grade[school.key]
        rule, bound = f.size_bound(school)
        stage = school.stages[0] if len(school.stages) == 1 else "all"
        found.append((rule, stage, school, np.maximum(rolls.sum(axis=2) - bound, 0)))
        largest, classes = classes_of(rolls, f.grades(school), case.rooms[:, :, i])
        for part in school.stages:
            mine = [k for k, g in enumerate(f.grades(school)) if f.stage_of(g) == part]
            over = np.maximum(largest[:, :, mine] - f.SIZE[part], 0) * classes[:, :, mine]
            found.append((f"G5.{part}", part, school, over.sum(axis=2)))
    return found


def _verdict(holds: float) -> str:
    half = 1.96 * np.sqrt(max(holds * (1 - holds), 1 / f.DRAWS) / f.DRAWS)
    if abs(holds - REQUIRED) < half:
        return "undecided"
    return "holds" if holds >= REQUIRED else "at-risk" if holds >= 0.5 else "fails"


def _row(case: f.Case, rule: str, scope: str, stage: str, entity: str, over: np.ndarray) -> dict[str, object]:
    inside = over[:, IN_WINDOW]
    holds = float((inside == 0).all(axis=1).mean())
    yearly = (inside > 0).mean(axis=0)
    years = np.array(f.YEARS)[IN_WINDOW]
    breached = yearly > 0
    return {
        "future": case.future, "plan": case.plan, "rule": rule, "scope": scope, "stage": stage, "entity": entity,
        "verdict": _verdict(holds), "probability": holds, "required": REQUIRED,
        "first_year": int(years[yearly >= 0.1][0]) if (yearly >= 0.1).any() else None,
        "worst_year": int(years[np.argmax(yearly)]) if breached.any() else None,
        "pupils": float(inside[:, int(np.argmax(yearly))].mean()), "source": "simulated",
        "schools_over_p90": np.nan, "pupils_over_p90": np.nan, "unverified": "",
    }  # fmt: skip


def _exists(case: f.Case, school: f.School) -> bool:
    return not school.opened_by or school.opened_by in f.OPENS[case.plan]


def verdict_rows(case: f.Case) -> pd.DataFrame:
    every = breaches(case)
    rows = []
    for rule, stage, school, over in every:
        row = _row(case, rule, "school", stage, school.key, over)
        if not _exists(case, school):
            row |= {"verdict": "not-assessed", "probability": None, "pupils": None}
        rows.append(row)
    rules = sorted({rule for rule, *_ in every})
    for rule in [*rules, "all"]:
        mine = [item for item in every if rule in ("all", item[0])]
        total = np.sum([over for *_, over in mine], axis=0)
        by_school = {s.key: np.sum([o for _, _, t, o in mine if t is s], axis=0) for _, _, s, _ in mine}
        schools = np.sum([o[:, IN_WINDOW] > 0 for o in by_school.values()], axis=0)
        row = _row(case, rule, "county", "all", "test-county", total)
        row["schools_over_p90"] = float(np.quantile(schools.max(axis=1), 0.9, method="inverted_cdf"))
        row["pupils_over_p90"] = float(np.quantile(total[:, IN_WINDOW].max(axis=1), 0.9, method="inverted_cdf"))
        rows.append(row)
    return pd.DataFrame(rows)


def overs(case: f.Case) -> tuple[np.ndarray, np.ndarray]:
    """Schools over and pupils over by draw and year, all rules together."""
    by_school: dict[str, np.ndarray] = {}
    for _, _, school, over in breaches(case):
        by_school[school.key] = by_school.get(school.key, 0) + over
    return np.sum([o > 0 for o in by_school.values()], axis=0), np.sum(list(by_school.values()), axis=0)
