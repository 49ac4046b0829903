"""Units of imported indicators against the units of clauses. Opens no file, so that `sim` may import it."""

from types import MappingProxyType

FACTORS = MappingProxyType(
    {
        ("per_100", "per_100_pupils"): 1.0,
        ("m2", "m2_per_pupil"): 1.0,
        ("m2", "m2"): 1.0,
        ("yuan", "yuan_per_pupil"): 1.0,
        ("wan_yuan", "yuan_per_pupil"): 10_000.0,
        ("percent", "share"): 0.01,
        ("ratio", "share"): 1.0,
        ("percent", "ratio"): 0.01,
        ("ratio", "ratio"): 1.0,
        ("percent", "coefficient"): 0.01,
        ("ratio", "coefficient"): 1.0,
        ("level", "level"): 1.0,
        ("count", "level"): 1.0,
        ("count", "pupils"): 1.0,
        ("count", "indicators"): 1.0,
    }
)
"""What a value in a unit of the table `indicators` is multiplied by to be in the unit of a clause."""


def units_for(unit: str) -> tuple[str, ...]:
    """Units of the table that can be turned into that of a clause."""
    return tuple(given for given, wanted in FACTORS if wanted == unit)
