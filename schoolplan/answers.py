"""What a question put to a study comes back with: a folder of files, and the document that says it all."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from scenarios.problems import Problem


@dataclass(frozen=True)
class Answer:
    """A folder that was written, and what it says."""

    path: Path
    table: pd.DataFrame
    """The first table of the folder: `stress.csv`, `needs.csv`, `necessity.csv`."""
    document: dict[str, object]
    """The JSON document of the folder."""
    problems: tuple[Problem, ...]
