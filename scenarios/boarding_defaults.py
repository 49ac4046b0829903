"""Reads the shipped defaults of boarding and school buses (`scenarios/packs/boarding-defaults.yaml`)."""

from functools import lru_cache
from pathlib import Path

from scenarios.problems import ScenarioError
from scenarios.schema_boarding import BoardingDefaults
from scenarios.yaml_source import read_yaml

DEFAULTS_FILE = Path(__file__).parent / "packs" / "boarding-defaults.yaml"


@lru_cache(maxsize=1)
def load_boarding() -> BoardingDefaults:
    """The shipped defaults, checked; read once. Raises ScenarioError or ValidationError for a broken file."""
    source, problems = read_yaml(DEFAULTS_FILE, DEFAULTS_FILE.name)
    if source is None or problems:
        raise ScenarioError(problems)
    return BoardingDefaults.model_validate(source.data)
