"""The busy county with a plan in which all takes years: fill, transfer, siblings, phase-out, conversions, leak."""

from dataclasses import replace

from scenarios.schema_plan import PlanFile
from tests.sim import busy, studies

_FAST = {"hearing": [1, 1, 1], "approval": [1, 1, 1]}


def _name(text):
    return {"zh": text, "en": text}


def _project(key, kind, start, **more):
    slow = {} if kind == "new_school" else {"durations": _FAST}
    return {"id": key, "name": _name(key), "kind": kind, "start": start, **slow, **more}


NEW_P4 = _project(
    "new-p4", "new_school", "2023-09", cost=0,
    new={"school": "p4", "first_grade": "1", "last_grade": "4", "unit": "u4", "lon": 107.0353, "lat": 26.4552,
         "rooms": 6, "opening": "all_grades", "fill": [0.4, 0.7, 1.0], "transfer_share": 0.5},
)  # fmt: skip
# Nine-year: a primary that gains the junior grades, and one that gives them up.
MORE_P2 = _project("nine-p2", "conversion", "2024-01", school="p2", becomes={"first_grade": "1", "last_grade": "6"})
LESS_N1 = _project("six-n1", "conversion", "2024-02", school="n1", becomes={"first_grade": "1", "last_grade": "4"},
                   receivers=["j1"], transition_years=1)  # fmt: skip
# A teaching point that becomes a whole primary, and a primary below a junior.
MORE_T1 = _project("whole-t1", "conversion", "2025-01", school="t1", becomes={"first_grade": "1", "last_grade": "4"})
MORE_J2 = _project("nine-j2", "conversion", "2025-01", school="j2",
                   becomes={"first_grade": "1", "last_grade": "6", "opening": "all_grades"})  # fmt: skip
OUT_P3 = _project("out-p3", "closure", "2024-03", school="p3", receivers=["n1"], transition_years=3,
                  leak={"share": 0.3, "schools": ["p1"]})  # fmt: skip
CLOSE_T2 = _project("close-t2", "closure", "2025-02", school="t2", to_nearest=True)

ZONES = [
    {"stage": "primary", "units": ["u4", "u5"], "schools": ["p4"], "with": "new-p4",
     "siblings": {"years": 2, "share": 0.3}},
    {"stage": "junior", "units": ["u3"], "schools": ["p2"], "with": "nine-p2"},
    {"stage": "primary", "units": ["u1"], "schools": ["p1", "p2"], "from": 2025,
     "siblings": {"years": 3, "share": 0.5}},
    {"stage": "primary", "units": ["u9"], "schools": ["j2"], "with": "nine-j2"},
]  # fmt: skip


def plan(projects=(NEW_P4, MORE_P2, LESS_N1, MORE_T1, MORE_J2, OUT_P3, CLOSE_T2), zones=ZONES, name="gradual"):
    """A plan of the busy county."""
    ids = {project["id"] for project in projects}
    kept = [zone for zone in zones if zone.get("with") is None or zone["with"] in ids]
    return PlanFile.model_validate(
        {"schema_version": 1, "id": name, "name": _name(name), "projects": list(projects), "zones": kept}
    )


def county(folder, seed, *plans, spread="study", **more):
    """The busy county of a seed with these plans beside its own."""
    of = studies.study(busy.write(folder, seed, **more), spread)
    bundle = replace(of.bundle, plans={**of.bundle.plans, **{one.id: one for one in plans}})
    return studies.made_of(bundle, of.space)
