"""Reads the shipped defaults of attendance beyond the zone (`packs/attendance-defaults.yaml`)."""

from functools import lru_cache
from pathlib import Path

from scenarios.problems import ScenarioError
from scenarios.schema_attendance import AttendanceDefaults, BeyondValues
from scenarios.yaml_source import read_yaml

DEFAULTS_FILE = Path(__file__).parent / "packs" / "attendance-defaults.yaml"


@lru_cache(maxsize=1)
def load_attendance() -> AttendanceDefaults:
    """The shipped values, checked; read once. Raises ScenarioError."""
    source, problems = read_yaml(DEFAULTS_FILE, DEFAULTS_FILE.name)
    if source is None or problems:
        raise ScenarioError(problems)
    return AttendanceDefaults.model_validate(source.data)


def beyond_zone(own: float | None) -> BeyondValues:
    """The shipped values, with the share that a study gives in its place."""
    shipped = load_attendance()
    return BeyondValues(shipped.beyond_zone.value if own is None else own, shipped.scales.value)
