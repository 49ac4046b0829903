"""What boarders and diners need, as `sim/boarding_rows.py` reads it."""

from dataclasses import dataclass

from scenarios.bundle import Bundle


@dataclass(frozen=True)
class BoardingNeeds:
    """What boarders and diners need."""

    day_meals: float  # share of day pupils who eat at school [0-1]
    canteen_m2: float  # land for each diner [m2]
    dormitory_m2: float  # land for each boarder [m2]
    per_life_teacher: float | None  # boarders for one post; None: posts are not counted


def needs_of(bundle: Bundle) -> BoardingNeeds | None:
    """Needs of a checked bundle; None without a section `boarding`."""
    section, defaults = bundle.study.boarding, bundle.boarding
    if section is None or defaults is None:
        return None
    land = (defaults.canteen_land_m2.value, defaults.dormitory_land_m2.value)
    return BoardingNeeds(section.day_meals, *land, section.per_life_teacher)
