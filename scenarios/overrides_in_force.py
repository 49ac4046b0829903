"""What overrides make of a study in each future and plan; the part of the reader that puts them in force."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scenarios import extends
from scenarios.draft import Draft, Read
from scenarios.file_reader import FileReader, Model
from scenarios.override_paths import Setter
from scenarios.overrides import Overlap, Setting, applied, conflicts, settings, unmatched, within_one
from scenarios.overrides_acting import ClassSize, InForce
from scenarios.problems import Problem, error, nearest
from scenarios.schema_errors import validate
from scenarios.schema_plan import PlanFile
from scenarios.schema_scenario import ScenarioFile
from scenarios.schema_study import StudyFile
from scenarios.yaml_source import YamlSource


class OverrideReader:
    """Reads the futures and plans of a scenario, with what they extend, and puts all overrides in force."""

    def __init__(self, reader: FileReader, source: YamlSource | None, study: YamlSource | None) -> None:
        self.reader, self.source = reader, source
        self.named: dict[str, tuple[Setting, ...]] = {}
        self.sources: dict[str, YamlSource] = {}
        data = {} if study is None else study.data
        if source is not None and study is not None:
            self.named["scenario"] = self._settings(source, "scenario", data, ScenarioFile)
            study = applied(study, self.named["scenario"])
        if source is not None:
            self.sources["scenario"] = source
        self.study = study
        """The study with what the scenario file sets."""

    def _settings(
        self, source: YamlSource, by: Setter, data: Mapping[str, object], model: type[Model]
    ) -> tuple[Setting, ...]:
        found, problems = settings(source, by, data, model)
        self.reader.problems += [*problems, *within_one(found)]
        before = () if by == "scenario" else self.named.get("scenario", ())
        self.reader.problems += unmatched([*before, *found])
        return tuple(found)

    def listed(self, model: type[Model], by: Setter, key: str) -> tuple[Read[Model], ...]:
        """The futures or plans that the scenario names, whole and with their own values set."""
        files = [file for path in self.reader.listed_paths(self.source, key) if (file := self.reader.yaml(path))]
        found = []
        for file in files:
            whole = extends.whole(self.reader, file, files)
            if whole is None:
                continue
            data = {} if self.study is None else self.study.data
            wanted = self._settings(whole, by, data, model)
            made = applied(whole, [one for one in wanted if one.own])
            read = self.reader.model(model, made)
            if read is not None:
                name = f"{by}:{made.data['id']}"
                self.named[name], self.sources[name] = wanted, made
                found.append(read)
        return tuple(found)

    def in_force(self, draft: Draft) -> InForce:
        """Studies as futures and plans change them; told is what two overrides of one case set alike."""
        study, before = draft.study, self.named.get("scenario", ())
        made = InForce(named=self.named, sources=self.sources)
        if study is None:
            return made
        self.sources["study"] = study.source
        self.reader.problems += conflicts(before)
        futures = {read.model.id: self._changed(study, f"future:{read.model.id}", before) for read in draft.futures}
        plans: dict[str, StudyFile | None] = {}
        sizes: dict[str, tuple[ClassSize, ...]] = {}
        for plan in draft.plans:
            key, same = f"plan:{plan.model.id}", Overlap(township_of(draft, plan.model))
            plans[plan.model.id] = self._changed(study, key, before, same)
            self.reader.problems += _limits(study, self.named[key]) + _scopes(study, self.named[key], same)
            sizes[plan.model.id] = _class_sizes(self.named[key], same)
        return replace(
            made,
            futures={name: one for name, one in futures.items() if one is not None},
            plans={name: one for name, one in plans.items() if one is not None},
            class_sizes={name: one for name, one in sizes.items() if one},
        )

    def _changed(
        self, study: Read[StudyFile], key: str, before: Sequence[Setting], same: Overlap | None = None
    ) -> StudyFile | None:
        """The study as one future or plan changes it, None if it does not."""
        wanted = [one for one in self.named[key] if not one.own]
        self.reader.problems += conflicts([*before, *self.named[key]], same)
        if not wanted:
            return None
        for one in wanted:
            if one.scoped:  # held to the schema as if it were for all
                alone = replace(one, override=one.override.model_copy(
                    update={"from_year": None, "schools": (), "townships": ()}))  # fmt: skip
                self.reader.problems += validate(StudyFile, applied(study.source, [alone]))[1]
        source = applied(study.source, wanted)
        self.sources[f"study+{key}"] = source
        model, problems = validate(StudyFile, source)
        self.reader.problems += problems
        return model


def township_of(draft: Draft, plan: PlanFile) -> dict[str, str]:
    """Township in which every school of a plan stands, new ones included; empty where the tables cannot be read."""
    units, schools = draft.tables.get("units"), draft.tables.get("schools")
    if units is None or schools is None:
        return {}
    town = dict(zip(units.frame["unit"], units.frame["township"], strict=True))
    where = dict(zip(schools.frame["school"], schools.frame["unit"], strict=True))
    where |= {project.new.school: project.new.unit for project in plan.projects if project.new is not None}
    return {str(school): str(town.get(unit, "")) for school, unit in where.items()}


def _limits(study: Read[StudyFile], wanted: Sequence[Setting]) -> list[Problem]:
    """A plan changes the number of a travel limit, not what it measures: ways are measured once for all plans."""
    problems = []
    for one in wanted:
        if one.said[:1] == ("admission",) and one.said[1] in ("limit_km", "limit_min") and len(one.said) == 3:
            own = {"km": "limit_km", "minutes": "limit_min"}[study.model.admission.measure_for(one.said[2])]
            if own != one.said[1]:
                meant = f"admission.{own}.{one.said[2]}"
                problems.append(error("SCN484", one.place, one.text, stage=one.said[2], meant=meant))
    return problems


def _scopes(study: Read[StudyFile], wanted: Sequence[Setting], same: Overlap) -> list[Problem]:
    """Years and places of scoped overrides that the study does not have."""
    problems, told = [], set()
    base, horizon = study.model.base_year, study.model.horizon
    for one in wanted:
        override, at = one.override, one.where[:2]
        if id(override) in told:
            continue
        told.add(id(override))
        if override.from_year is not None and not base < override.from_year <= horizon:
            place = one.source.place(*at, "from")
            problems.append(error("SCN486", place, override.from_year, first=base + 1, last=horizon))
        if not same.township:
            continue
        for key, known in (("schools", set(same.township)), ("townships", set(same.township.values()))):
            for number, name in enumerate(getattr(override, key)):
                if name not in known:
                    place = one.source.place(*at, key, number)
                    problems.append(error("SCN502", place, name, near=nearest(name, known), kind=f"@set_{key}"))
    return problems


def _class_sizes(wanted: Sequence[Setting], same: Overlap) -> tuple[ClassSize, ...]:
    """Planned class sizes for some schools or years, in order; an unscoped one that comes later holds for all again."""
    if not any(one.scoped and one.sizes_classes for one in wanted):
        return ()
    return tuple(
        ClassSize(one.said[1], one.override.set[one.text], one.override.from_year, same.schools(one.override))
        for one in wanted
        if one.sizes_classes
    )
