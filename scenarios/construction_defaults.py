"""Reads the shipped defaults of project kinds (`scenarios/packs/construction-defaults.yaml`)."""

from functools import lru_cache
from pathlib import Path

from scenarios.construction_kinds import ConstructionDefaults
from scenarios.problems import ScenarioError
from scenarios.yaml_source import read_yaml

DEFAULTS_FILE = Path(__file__).parent / "packs" / "construction-defaults.yaml"


@lru_cache(maxsize=1)
def load_defaults() -> ConstructionDefaults:
    """The defaults, checked; read once."""
    return read_defaults(DEFAULTS_FILE)


def read_defaults(path: Path) -> ConstructionDefaults:
    """Read a file of the same form. Raises ScenarioError (not YAML) or ValidationError (wrong content)."""
    source, problems = read_yaml(path, path.name)
    if source is None or problems:
        raise ScenarioError(problems)
    return ConstructionDefaults.model_validate(source.data)
