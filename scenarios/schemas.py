"""Names of the file forms and their JSON Schemas (editor completion, `schoolplan schema NAME`)."""

from types import MappingProxyType
from typing import Any

from scenarios.construction_kinds import ConstructionDefaults
from scenarios.road_classes import ClassesFile
from scenarios.schema_attendance import AttendanceDefaults
from scenarios.schema_base import FileModel
from scenarios.schema_births import FertilityTable
from scenarios.schema_boarding import BoardingDefaults
from scenarios.schema_future import FutureFile
from scenarios.schema_guards import ClosureDefaults
from scenarios.schema_housing import Housing
from scenarios.schema_money import MoneyDefaults
from scenarios.schema_pack import Pack
from scenarios.schema_plan import PlanFile
from scenarios.schema_programme import ProgrammeFile
from scenarios.schema_scenario import ScenarioFile
from scenarios.schema_staff import StaffFile
from scenarios.schema_study import StudyFile

SCHEMAS: MappingProxyType[str, type[FileModel]] = MappingProxyType(
    {
        "study": StudyFile,
        "future": FutureFile,
        "plan": PlanFile,
        "scenario": ScenarioFile,
        "programme": ProgrammeFile,
        "pack": Pack,
        "construction": ConstructionDefaults,
        "fertility": FertilityTable,
        "housing": Housing,
        "boarding": BoardingDefaults,
        "staff": StaffFile,
        "money": MoneyDefaults,
        "closures": ClosureDefaults,
        "attendance": AttendanceDefaults,
        "roads": ClassesFile,
    }
)
"""Forms by name; those after `pack` are the shipped files of defaults."""


def json_schema(name: str) -> dict[str, Any]:
    """JSON Schema of a file form: a key of `SCHEMAS`. Raises KeyError for another name."""
    schema = SCHEMAS[name].model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
