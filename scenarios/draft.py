"""What could be read of a scenario, before it is known to be sound: the input of the cross-checks."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from scenarios.overrides_acting import InForce
from scenarios.problems import Problem, error, nearest
from scenarios.schema_base import FileModel
from scenarios.schema_future import FutureFile
from scenarios.schema_pack import Pack
from scenarios.schema_plan import PlanFile
from scenarios.schema_scenario import ScenarioFile
from scenarios.schema_study import StudyFile
from scenarios.table_cells import cell_problems
from scenarios.tables import Table
from scenarios.yaml_source import Key, YamlSource

Model = TypeVar("Model", bound=FileModel)


@dataclass(frozen=True)
class Read(Generic[Model]):
    """A YAML file that was read and fits its schema, with the places of its values."""

    model: Model
    source: YamlSource

    def place(self, *path: Key, key: bool = False) -> str:
        """`file:line:column` of a value, or of its key."""
        return self.source.place(*path, key=key)


@dataclass(frozen=True)
class Draft:
    """Everything that could be read; what could not is None or absent, and has been told already."""

    root: Path
    study_root: Path
    scenario: Read[ScenarioFile] | None
    study: Read[StudyFile] | None
    futures: tuple[Read[FutureFile], ...]
    plans: tuple[Read[PlanFile], ...]
    pack: Pack | None
    tables: dict[str, Table]
    files: tuple[Path, ...]
    facility_packs: tuple[Pack, ...] = ()
    """Packs of `facility_standards` that could be read."""
    alert_pack: Pack | None = None
    """Pack of `alerts` with the levels of early warning, if it could be read."""
    alone: bool = False
    """Whether the study is read without a scenario: what only a run needs may still be missing."""
    in_force: InForce = field(default_factory=InForce)
    """What overrides make of the study in each future and plan."""

    @cached_property
    def ids(self) -> dict[str, frozenset[str]]:
        """Known ids by kind: unit, school, site, estate, township, stage, grade; a kind that is not known is absent."""
        found: dict[str, frozenset[str]] = {}
        for kind, table, column in (
            ("unit", "units", "unit"),
            ("township", "units", "township"),
            ("school", "schools", "school"),
            ("site", "sites", "site"),
            ("estate", "estates", "estate"),
        ):
            if table in self.tables:
                found[kind] = frozenset(self.tables[table].frame[column].tolist()) - {""}
        if self.study is not None:
            found["stage"] = frozenset(stage.id for stage in self.study.model.stages)
            found["grade"] = frozenset(self.study.model.grades)
        return found

    @property
    def reference(self) -> FutureFile | None:
        """The reference future, if it is listed and sound."""
        wanted = None if self.study is None else self.study.model.reference_future
        return next((read.model for read in self.futures if read.model.id == wanted), None)

    def unknown(self, kind: str, name: str, place: str, code: str) -> list[Problem]:
        """A problem if the id is not known; nothing if ids of that kind could not be read."""
        known = self.ids.get(kind)
        if known is None or name in known:
            return []
        return [error(code, place, name, near=nearest(name, known))]

    def unknown_cells(self, table: str, column: str, kind: str, code: str) -> list[Problem]:
        """The same for a column of a table; empty cells have their own problem."""
        known = self.ids.get(kind)
        if known is None or table not in self.tables:
            return []
        cells = self.tables[table].frame[column]
        bad = (~cells.isin(known) & (cells != "")).to_numpy()
        return cell_problems(self.tables[table].text, column, bad, code, known=known | self.names(kind))

    def names(self, kind: str) -> frozenset[str]:
        """Names of units or schools, which may stand for their ids; none for other kinds."""
        table = self.tables.get({"unit": "units", "school": "schools"}.get(kind, ""))
        if table is None:
            return frozenset()
        return frozenset(table.frame["name_zh"]) | frozenset(table.frame["name_en"]) - {""}
