"""Reads the shipped staff ratios (`packs/staff-defaults.yaml`) and lays those of a study over them."""

from functools import lru_cache
from pathlib import Path

from scenarios.problems import ScenarioError
from scenarios.schema_staff import Staff, StaffFile
from scenarios.yaml_source import read_yaml

DEFAULTS_FILE = Path(__file__).parent / "packs" / "staff-defaults.yaml"


@lru_cache(maxsize=1)
def load_staff() -> StaffFile:
    """The shipped ratios, checked; read once. Raises ScenarioError."""
    source, problems = read_yaml(DEFAULTS_FILE, DEFAULTS_FILE.name)
    if source is None or problems:
        raise ScenarioError(problems)
    return StaffFile.model_validate(source.data)


def staff_of(own: Staff | None) -> Staff:
    """The shipped ratios with those of a study in their place."""
    shipped = load_staff()
    if own is None:
        return shipped
    below = shipped.small_below if own.small_below is None else own.small_below
    return own.model_copy(update={"stages": {**shipped.stages, **own.stages}, "small_below": below})
