"""Everything a planner wrote, read and checked: the one object that the other rooms start from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from scenarios.bundle_rooms import RoomNorms
from scenarios.schema_alerts import AlertRules
from scenarios.schema_attendance import BeyondValues
from scenarios.schema_births import FertilityTable
from scenarios.schema_boarding import BoardingDefaults
from scenarios.schema_future import FutureFile
from scenarios.schema_guards import GuardValues
from scenarios.schema_housing import Housing
from scenarios.schema_money import MoneyValues
from scenarios.schema_pack import Pack
from scenarios.schema_plan import PlanFile
from scenarios.schema_scenario import ScenarioFile
from scenarios.schema_staff import Staff
from scenarios.schema_study import Stage, StudyFile

if TYPE_CHECKING:  # the message catalogue reads YAML, which `sim` must not load
    from scenarios.overrides_acting import ClassSize, InForce
    from scenarios.problems import Problem


def years_in_ratios(study: StudyFile, enrolled: pd.Series) -> range:
    """Years whose building and moves the ratios hold: those of the learning window with a roll of the year before.

    enrolled: the years of the rolls, in any order and often.
    """
    first = study.base_year - study.learning_window.years
    return range(max(first, int(enrolled.min())) + 1 if len(enrolled) else first + 1, study.base_year + 1)


@dataclass(frozen=True)
class StudyBundle:
    """A checked study alone: what `check study.yaml` reads, and what all futures and plans of a scenario share.

    tables: every column of the table's spec is present (`scenarios.table_specs`), rows sorted by the key columns,
    index 0..n-1; a table that the study does not have is an absent key.
    """

    root: Path
    """Folder of the file that was asked for; places in problems are relative to it."""
    study: StudyFile
    """The study."""
    study_file: str
    """The study file as problems name it."""
    study_root: Path
    """Folder of `study.yaml`; its tables and layers are relative to it."""
    pack: Pack
    """The standards pack."""
    tables: dict[str, pd.DataFrame]
    """Tables by name."""
    files: tuple[Path, ...]
    """Every input file that was read or is named (layers), for the manifest."""
    warnings: "tuple[Problem, ...]"
    """What is unusual (warnings) and how things were read (notes), in file order."""
    places: Mapping[str, Mapping[str, str]] = field(default_factory=dict, kw_only=True)
    """Places of cells for messages: `schools.lon` -> id of the row -> `data/book.xlsx[学校]!G2`."""
    school_rows: "Mapping[str, tuple[str, Mapping[str, tuple[int, ...]]]]" = field(default_factory=dict, kw_only=True)
    """Table -> its file, and the rows of the file about each school; what verdicts rest on."""
    project_places: Mapping[str, Mapping[str, str]] = field(default_factory=dict, kw_only=True)
    """Plan id -> `file:line:column` of each project; empty in a study without a scenario."""
    housing: Housing | None = field(default=None, kw_only=True)
    """Curves and delivery risks of housing: the shipped ones with the study's own over them."""
    rooms: RoomNorms | None = field(default=None, kw_only=True)
    """Areas per seat and costs of building: the study's own, else the shipped ones."""
    staff: Staff | None = field(default=None, kw_only=True)
    """Posts by pupils and by classes: the shipped ratios with the study's own over them."""
    money: MoneyValues | None = field(default=None, kw_only=True)
    """Running costs, discounting and education budget in force; None: the study has no section `money`."""
    closures: GuardValues | None = field(default=None, kw_only=True)
    """Values of the guard-rails of closures in force: the shipped ones with the study's own over them."""
    beyond: BeyondValues | None = field(default=None, kw_only=True)
    """How many children attend beyond their zone: the shipped values with the study's own over them."""
    boarding: BoardingDefaults | None = field(default=None, kw_only=True)
    """Shipped defaults of boarding and school buses."""
    facility_packs: tuple[Pack, ...] = field(default=(), kw_only=True)
    """Standards packs with the facilities that new housing needs."""
    alerts: AlertRules = field(default=AlertRules(), kw_only=True)
    """Levels of early warning by stage."""
    alert_pack: Pack | None = field(default=None, kw_only=True)
    """The pack that they stand in."""
    fertility: FertilityTable | None = field(default=None, kw_only=True)
    """The shipped fertility table; a study and a future may replace its values."""

    def layer_path(self, name: str) -> Path | None:
        """Path of the layer `units` or `schools`; None if the study has no such layer."""
        layer = {"units": self.study.layers.units, "schools": self.study.layers.schools}[name]
        return None if layer is None else self.study_root / layer.path

    def table_path(self, name: str) -> str:
        """Path of a table as `study.yaml` names it (for messages); empty if the study has no such table."""
        table = getattr(self.study.tables, name)
        return "" if table is None else str(table.path)

    def place(self, table: str, column: str, name: str) -> str:
        """Place of a cell of the row with that id; the table and the id where the cell is not known."""
        return self.places.get(f"{table}.{column}", {}).get(name) or f"{self.table_path(table)}:{name}"


@dataclass(frozen=True)
class Bundle(StudyBundle):
    """A checked scenario. Made by `scenarios.loader.load`; inputs are never written to.

    The tables that a run needs (`scenarios.crosscheck_needed.NEEDED`) are all there.
    """

    scenario: ScenarioFile
    """The scenario file."""
    futures: dict[str, FutureFile]
    """Futures by id, in the order of the scenario file."""
    plans: dict[str, PlanFile]
    """Plans by id, in the order of the scenario file."""
    every_stage: tuple[Stage, ...] = field(default=(), kw_only=True)
    """Stages of the whole study where `study` shows a part of them (`sim.ladders`); else empty."""

    in_force: "InForce | None" = field(default=None, kw_only=True)
    """What overrides make of the study in each future and plan; None: nothing."""

    def study_in_future(self, future: str) -> StudyFile:
        """The study as a future changes it."""
        return self.study if self.in_force is None else self.in_force.futures.get(future, self.study)

    def study_in_plan(self, plan: str) -> StudyFile:
        """The study as a plan changes it, without class sizes of some schools or years (`class_sizes`)."""
        return self.study if self.in_force is None else self.in_force.plans.get(plan, self.study)

    def class_sizes(self, plan: str) -> "tuple[ClassSize, ...]":
        """Planned class sizes that a plan sets for some schools or years, in order."""
        return () if self.in_force is None else self.in_force.class_sizes.get(plan, ())

    @property
    def reference(self) -> FutureFile:
        """The reference future."""
        return self.futures[self.study.reference_future]
