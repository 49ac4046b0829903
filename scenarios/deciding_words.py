"""Names of what may decide beside a pack's rules and is no clause of it: targets of standard schools, beds."""

BEDS = "beds"
"""Our own check: a bed for every boarder."""
TARGETS = "SS"
"""Family of the verdicts on targets of standard schools: `SS.public`, `SS.all.2027`."""


def target_rule(ownership: str, year: int | None) -> str:
    """Rule of the verdict on a target."""
    return f"{TARGETS}.{ownership}" + ("" if year is None else f".{year}")
