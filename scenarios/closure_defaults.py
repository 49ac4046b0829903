"""Reads the shipped guard-rails of closures (`packs/closure-defaults.yaml`) and lays those of a study over them."""

from functools import lru_cache
from pathlib import Path

from scenarios.problems import ScenarioError
from scenarios.schema_guards import ClosureDefaults, Closures, GuardValues
from scenarios.yaml_source import read_yaml

DEFAULTS_FILE = Path(__file__).parent / "packs" / "closure-defaults.yaml"


@lru_cache(maxsize=1)
def load_closures() -> ClosureDefaults:
    """The shipped values, checked; read once. Raises ScenarioError."""
    source, problems = read_yaml(DEFAULTS_FILE, DEFAULTS_FILE.name)
    if source is None or problems:
        raise ScenarioError(problems)
    return ClosureDefaults.model_validate(source.data)


def guard_values(own: Closures | None) -> GuardValues:
    """The shipped values with those of a study in their place."""
    given, shipped = own or Closures(), load_closures()

    def chosen(value: float | None, default: float) -> float:
        return default if value is None else value

    return GuardValues(
        trip_minutes=chosen(given.trip_minutes, shipped.trip_minutes.value),
        beyond_share=chosen(given.beyond_share, shipped.beyond_share.value),
        objections=chosen(given.objections, shipped.objections.value),
        protected=shipped.protected.value if given.protected is None else given.protected,
        small_school=shipped.small_school.value,
    )
