"""The busy county of tests/busy with random children, births and history: all the engine can meet, in small numbers.

Teaching points, a nine-year school, multi-school zones, migrants, late entry, full schools, choice beyond the zone; a
plan with new schools of both kinds of opening, an extension, closures and zones that change twice.
"""

import csv
import shutil
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parents[1] / "busy"
FUTURES, PLANS = ("baseline", "fast", "slow"), ("nothing", "everything")
GRADES, AGES, ENTRY_AGE = ("1", "2", "3", "4", "5", "6"), 10, 4


def rows(name):
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(folder, seed, divert_at="norm"):
    """Write the county of a seed into a folder and return its scenario file."""
    rng = np.random.default_rng(seed)
    shutil.copytree(HERE, folder, dirs_exist_ok=True)
    study = folder / "study.yaml"
    study.write_text(study.read_text(encoding="utf-8").replace("divert_at: norm", f"divert_at: {divert_at}"), "utf-8")
    town = {unit["unit"]: unit["urban"] == "1" for unit in rows("units")}
    children = {(unit, "local"): rng.poisson(24 if town[unit] else 9, AGES) for unit in town}
    children |= {(unit, "migrant"): rng.poisson(4, AGES) for unit in ("u1", "u2")}
    aged = [(*home, age, n) for home, ages in children.items() for age, n in enumerate(ages)]
    births = [(unit, year, rng.poisson(26 if town[unit] else 9)) for unit in town for year in range(2019, 2024)]
    _write(folder, "children", ("unit", "group", "age", "children"), aged)
    _write(folder, "births", ("unit", "year", "births"), births)
    _write(folder, "enrolment", ("school", "grade", "year", "pupils"), _history(rng, children))
    return folder / "approval.yaml"


def _write(folder, name, head, lines):
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *lines])


def _history(rng, children):
    """Rolls around what the zones of today would give, every year anew."""
    hosts = {s["school"]: range(int(s["first_grade"]), int(s["last_grade"]) + 1) for s in rows("schools")}
    lines = []
    for grade in GRADES:
        rolls = {school: 0.0 for school, span in hosts.items() if int(grade) in span}
        stage = "primary" if grade <= "4" else "junior"
        for (unit, _), ages in children.items():
            zone = [z["school"] for z in rows("zones") if (z["unit"], z["stage"]) == (unit, stage)]
            here = [school for school in zone if school in rolls] or ["p3"]
            for school in here:
                rolls[school] += 0.9 * ages[ENTRY_AGE + int(grade) - 1] / len(here)
        lines += [
            (school, grade, year, int(n * rng.uniform(0.85, 1.1)) + 1)
            for school, n in rolls.items()
            for year in range(2018, 2024)
        ]
    return lines
