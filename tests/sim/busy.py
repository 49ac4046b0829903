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


def write(folder, seed, divert_at="norm", estimated=0.0):
    """Write the county of a seed into a folder and return its scenario file.

    estimated: log sd of the children, of every second unit half as much; where it is above zero one roll in ten of the
    base year is withheld too.
    """
    rng = np.random.default_rng(seed)
    shutil.copytree(HERE, folder, dirs_exist_ok=True)
    study = folder / "study.yaml"
    study.write_text(study.read_text(encoding="utf-8").replace("divert_at: norm", f"divert_at: {divert_at}"), "utf-8")
    town = {unit["unit"]: unit["urban"] == "1" for unit in rows("units")}
    children = {(unit, "local"): rng.poisson(24 if town[unit] else 9, AGES) for unit in town}
    children |= {(unit, "migrant"): rng.poisson(4, AGES) for unit in ("u1", "u2")}
    aged = [
        (*home, age, n, estimated / (1 + int(home[0][1:]) % 2))
        for home, ages in children.items()
        for age, n in enumerate(ages)
    ]
    births = [(unit, year, rng.poisson(26 if town[unit] else 9)) for unit in town for year in range(2019, 2024)]
    _write(folder, "children", ("unit", "group", "age", "children", "estimated_sd"), aged)
    _write(folder, "births", ("unit", "year", "births"), births)
    rolls = _history(rng, children)
    _write(folder, "enrolment", ("school", "grade", "year", "pupils", "suppressed"), _withheld(rolls, estimated))
    return folder / "approval.yaml"


def without_children(scenario):
    """The same county in data-poor mode: children are built from births and intake."""
    study = scenario.with_name("study.yaml")
    text = study.read_text(encoding="utf-8").replace(" children: children.csv,", "")
    text = text.replace("children_as_of: 2023-11-01\n", "").replace(" attendance: attendance.csv,", "")
    study.write_text(text, encoding="utf-8")
    births = [
        (unit, year, 20 if unit in ("u1", "u2") else 8 + year % 3)
        for unit in sorted({row["unit"] for row in rows("units")})
        for year in range(2018, 2024)
    ]
    _write(scenario.parent, "births", ("unit", "year", "births"), births)
    return scenario


def with_private(scenario, pupils):
    """The same county with so many pupils of primary schools in private ones, migrant pupils among them."""
    table = scenario.with_name("attendance.csv")
    table.write_text(table.read_text(encoding="utf-8").replace("private,12", f"private,{pupils}"), encoding="utf-8")
    return scenario


def _withheld(rolls, estimated):
    """The rolls with every tenth of the base year withheld where numbers are estimated."""
    gone = {at for at, row in enumerate(rolls) if row[2] == 2023 and at % 60 == 5} if estimated else set()
    return [(*row[:3], "", 1) if at in gone else (*row, 0) for at, row in enumerate(rolls)]


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
