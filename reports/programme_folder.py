"""The folder of a programme, read: its card, its tables, and the run folders of its members."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from reports.run_errors import RunError
from reports.run_folder import RunFolder
from reports.shapes_programme import PROGRAMME_SHAPES
from reports.table_shapes import conform
from reports.whole import MARK

CARD = "programme.json"
PROGRAMME_SCHEMA = 1


@dataclass(frozen=True)
class ProgrammeFolder:
    """One finished programme."""

    path: Path
    card: Mapping[str, Any]
    """`programme.json`."""
    tables: Mapping[str, pd.DataFrame]
    """Tables by name, as `reports.shapes_programme` shapes them."""

    @classmethod
    def read(cls, path: Path | str) -> "ProgrammeFolder":
        """Read a finished folder; `RunError` says what is wrong with it."""
        folder = Path(path)
        if (folder / MARK).exists():
            raise RunError("RUN002", folder)
        if not (folder / CARD).is_file():
            raise RunError("RUN001", folder)
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        if card["schema_version"] > PROGRAMME_SCHEMA:
            raise RunError("RUN004", folder / CARD, found=card["schema_version"], known=PROGRAMME_SCHEMA)
        missing = [shape.file for shape in PROGRAMME_SHAPES.values() if not (folder / shape.file).exists()]
        if missing:
            raise RunError("RUN003", folder, parts=", ".join(missing))
        tables = {}
        for name, shape in PROGRAMME_SHAPES.items():
            file = folder / shape.file
            is_csv = file.suffix == ".csv"
            frame = (
                pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
                if is_csv
                else pq.read_table(file).to_pandas()
            )
            tables[name] = conform(frame, shape)
        return cls(folder, MappingProxyType(card), MappingProxyType(tables))

    @property
    def complete(self) -> bool:
        """Whether every member is in the roll-up."""
        return not self.broken

    @property
    def broken(self) -> tuple[str, ...]:
        """Members that could not run."""
        return tuple(member["id"] for member in self.card["members"] if member["status"] != "done")

    def member(self, name: str) -> RunFolder:
        """The run folder of a member; `RunError` if it is broken or unknown."""
        return RunFolder.read(self.path / name)
