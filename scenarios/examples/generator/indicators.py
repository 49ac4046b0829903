"""Imported indicators of an example, all synthetic: teachers, equipment and rooms of schools, figures of the county."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scenarios.examples.generator.chance import Chance
from scenarios.examples.generator.texts import table

HEAD = "school,year,indicator,stage,value,value_unit,source"
SOURCE = "合成 synthetic"
PLANNED = "合成：拟配备 synthetic: planned"

LEVELS = {
    # indicator: unit, level of a school in a town, in a village, spread (log), digits
    "teachers_above_required_degree_per100": ("per_100", 6.1, 5.6, 0.08, 2),
    "backbone_teachers_per100": ("per_100", 1.35, 1.15, 0.16, 2),
    "pe_art_teachers_per100": ("per_100", 1.05, 0.92, 0.12, 2),
    "equipment_value_per_pupil": ("yuan", 2950.0, 2600.0, 0.12, 0),
    "multimedia_rooms_per100": ("per_100", 2.75, 3.4, 0.10, 2),
}
"""Levels near the thresholds of 2017, so that some schools miss one indicator; chosen, not observed."""
COUNTY = (
    # indicator, stage, value, unit
    ("junior_retention", "junior", 99.4, "percent"),
    ("disabled_enrolment_share", "", 97.2, "percent"),
    ("teacher_pay_ratio", "", 1.02, "ratio"),
    ("teacher_training_share", "", 100, "percent"),
    ("teacher_rotation_share", "", 13.5, "percent"),
    ("rotation_backbone_share", "", 18.2, "percent"),
    ("certified_teacher_share", "", 100, "percent"),
    ("senior_quota_share", "", 55, "percent"),
    ("social_recognition", "", 88.6, "percent"),
)
"""Figures of the county; one misses its bound (backbone teachers among those who rotate), some are not given at all."""


def indicators_csv(
    salt: str,
    year: int,
    schools: Mapping[str, bool],
    planned: Iterable[str],
    teachers: Mapping[str, int],
    opening: int,
    counted: Iterable[str] = (),
) -> str:
    """The table of indicators.

    schools: id and whether it lies in a town; planned: schools of plans, with what they are to have from `opening` on;
    teachers: full-time teachers by school; counted: indicators that the study counts itself for schools that are there.
    """
    chance = Chance(f"{salt}-indicators")
    rows: list[tuple[object, ...]] = []
    for school in (*schools, *planned):
        new = school not in schools
        when, said = (opening, PLANNED) if new else (year, SOURCE)
        for name, (unit, town, village, spread, digits) in LEVELS.items():
            if name in counted and not new:
                continue
            level = town if new or schools[school] else village
            factor = 1.0 if new else 2.718281828459045 ** (spread * chance.normal(name, school))
            rows.append((school, when, name, "", f"{level * factor:.{digits}f}", unit, said))
    rows += [(school, year, "teachers", "", count, "count", SOURCE) for school, count in teachers.items()]
    rows += [("", year, name, stage, value, unit, SOURCE) for name, stage, value, unit in COUNTY]
    rows.append(("", year, "teachers", "", sum(teachers.values()), "count", SOURCE))
    return table(HEAD, sorted(rows, key=lambda row: tuple(str(part) for part in row)))
