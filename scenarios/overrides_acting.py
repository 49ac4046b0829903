"""Overrides as they act: the study in every future and plan, class sizes by school and year, and where each stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scenarios.overrides import Setting
from scenarios.schema_overrides import ValueOverride
from scenarios.schema_study import StudyFile
from scenarios.yaml_source import YamlSource


@dataclass(frozen=True)
class ClassSize:
    """A planned class size that a plan sets for some schools, or from a school year on."""

    stage: str
    size: int
    from_year: int | None
    schools: frozenset[str] | None
    """None: all schools."""


@dataclass(frozen=True)
class InForce:
    """Overrides as they act; what is not here is as the study says."""

    futures: Mapping[str, StudyFile] = field(default_factory=dict)
    """The study as a future changes it, by id of the future."""
    plans: Mapping[str, StudyFile] = field(default_factory=dict)
    """The study as a plan changes it, by id of the plan; without `class_sizes`."""
    class_sizes: Mapping[str, tuple[ClassSize, ...]] = field(default_factory=dict)
    """Planned class sizes of a plan for some schools or years, in order, by id of the plan."""
    named: Mapping[str, tuple[Setting, ...]] = field(default_factory=dict)
    """What is set, in order: by `scenario`, `future:ID` and `plan:ID`."""
    sources: Mapping[str, YamlSource] = field(default_factory=dict)
    """Data and places: `study`, `scenario`, `future:ID`, `plan:ID`; `study+plan:ID` where one changes the study."""

    def overrides(self, key: str) -> tuple[ValueOverride, ...]:
        """Overrides of `scenario`, `future:ID` or `plan:ID`, in order."""
        found: dict[int, ValueOverride] = {id(one.override): one.override for one in self.named.get(key, ())}
        return tuple(found.values())
