"""The busy county with a kindergarten below and a senior stage above, and a school that teaches in both ladders.

Kindergarten grades K1 and K2 are for ages 2 and 3; grade 1 takes residents of age 4.  Senior grades 7 and 8 have no
zones; half of the junior pupils go on to them.
"""

import csv

import numpy as np

from tests.sim import busy

STAGES = """stages:
  - {id: kindergarten, name: {zh: 幼儿园, en: Kindergarten}, grades: ["K1", "K2"], entry: residents, entry_age: 2,
     planned_class_size: 10, participation: PARTICIPATION}
"""
SENIOR = """  - {id: senior, name: {zh: 高中, en: Senior}, grades: ["7", "8"], entry: previous_grade,
     planned_class_size: 25, entry_share: ENTRY_SHARE, zoned: false}
"""
SCHOOLS = (("k1", "K1", "K2", "u1", 107.0046, 26.4553), ("k2", "K1", "K2", "u3", 107.0247, 26.4553),
           ("s1", "7", "8", "u1", 107.0038, 26.4549), ("s2", "7", "8", "u3", 107.0238, 26.4549))  # fmt: skip
SITES = {"k1": 12, "k2": 6, "s1": 4, "s2": 2}
PLAN = """
  - {id: new-k, name: {zh: 新园, en: New kindergarten}, kind: new_school, start: 2023-09, cost: 10,
     new: {school: k9, first_grade: "K1", last_grade: "K2", unit: u2, lon: 107.0141, lat: 26.4551, rooms: 4,
           reach: zone, opening: all_grades}}
  - {id: more-p2, name: {zh: 扩, en: More}, kind: extension, start: 2023-09, cost: 10, school: p2, adds: {rooms: 3}}
  - {id: new-s, name: {zh: 新高中, en: New senior school}, kind: new_school, start: 2023-09, cost: 10,
     new: {school: s9, first_grade: "7", last_grade: "8", unit: u2, lon: 107.0151, lat: 26.4551, rooms: 6,
           reach: county}}
"""


def _append(folder, name, lines):
    with (folder / f"{name}.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)


def _replace(folder, name, *pairs):
    file = folder / name
    text = file.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, (name, old)
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")


def write(folder, seed=5, participation="0.55", entry_share="0.5"):
    """Write the county into a folder and return its scenario file; both shares as study.yaml holds them."""
    folder.mkdir(exist_ok=True)
    scenario = busy.write(folder, seed)
    rng = np.random.default_rng(seed)
    _replace(
        folder,
        "study.yaml",
        ("stages:\n", STAGES.replace("PARTICIPATION", participation)),
        ("planned_class_size: 25}\n", "planned_class_size: 25}\n" + SENIOR.replace("ENTRY_SHARE", entry_share)),
    )
    _replace(folder, "schools.csv", ("p2,p2,p2,1,4", "p2,p2,p2,K1,4"))
    _replace(
        folder,
        "everything.yaml",
        ("receivers: [p1, p4]", "receivers: [p1, p4, k1]"),
        (
            "zones:\n",
            PLAN.lstrip("\n") + "zones:\n  - {stage: kindergarten, units: [u2], schools: [k9], with: new-k}\n",
        ),
    )
    _append(folder, "schools", [(s, s, s, a, b, unit, x, y, "zone") for s, a, b, unit, x, y in SCHOOLS])
    _append(folder, "sites", [(f"{school}-1", school, rooms) for school, rooms in SITES.items()])
    units = sorted(row["unit"] for row in busy.rows("units"))
    home = {unit: ("k1" if unit in ("u1", "u2") else "p2" if unit == "u3" else "k2") for unit in units}
    _append(folder, "zones", [("kindergarten", unit, school, 1) for unit, school in home.items()])
    _append(folder, "zones", [("kindergarten", "u3", "k2", 1)])
    size = {("k1", "K1"): 56, ("k1", "K2"): 61, ("k2", "K1"): 24, ("k2", "K2"): 29, ("p2", "K1"): 14, ("p2", "K2"): 15}
    size |= {("s1", "7"): 30, ("s1", "8"): 29, ("s2", "7"): 11, ("s2", "8"): 10}
    _append(
        folder,
        "enrolment",
        [
            (school, grade, year, int(n * rng.uniform(0.9, 1.1)), 0)
            for (school, grade), n in size.items()
            for year in range(2018, 2024)
        ],
    )
    return scenario
