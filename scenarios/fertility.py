"""The shipped fertility table `packs/fertility-defaults.yaml`; a study and a future may replace its values."""

from functools import lru_cache
from pathlib import Path

from scenarios.problems import ScenarioError
from scenarios.schema_births import FertilityTable
from scenarios.yaml_source import read_yaml

FERTILITY_FILE = Path(__file__).parent / "packs" / "fertility-defaults.yaml"


@lru_cache(maxsize=1)
def load_fertility() -> FertilityTable:
    """The shipped table, checked; read once. Raises ScenarioError (not YAML) or ValidationError (wrong content)."""
    source, problems = read_yaml(FERTILITY_FILE, FERTILITY_FILE.name)
    if source is None or problems:
        raise ScenarioError(problems)
    return FertilityTable.model_validate(source.data)
