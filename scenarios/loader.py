"""Reading a scenario: every file it names, every check, all problems at once. Start reading here.

`load` gives the checked bundle or raises ScenarioError with all problems; `check` gives the problems and never raises
for bad input. Nothing is repaired: what is wrong is told, with its place and how to mend it.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from scenarios.births_in_force import in_force
from scenarios.bundle import Bundle, StudyBundle
from scenarios.crosscheck import cross_problems
from scenarios.draft import Draft, Read
from scenarios.editor_schema import stale_schema
from scenarios.fertility import load_fertility
from scenarios.housing_defaults import housing_of
from scenarios.layer_files import database_name, is_connection, is_geodatabase, layer_parts
from scenarios.pack_extends import in_force as clauses_in_force
from scenarios.pack_extends import overridden
from scenarios.packs import files_of, is_own, read_pack, read_shipped, shipped_packs, unknown_pack
from scenarios.problems import Problem, ScenarioError, error, has_errors, in_order, nearest, warning
from scenarios.rezoning import known_ids, plan_table_spec, rezoned
from scenarios.schema_base import FileModel
from scenarios.schema_errors import validate
from scenarios.schema_future import FutureFile
from scenarios.schema_pack import Pack
from scenarios.schema_plan import PlanFile
from scenarios.schema_scenario import ScenarioFile
from scenarios.schema_study import StudyFile
from scenarios.table_names import with_names
from scenarios.table_said import said_of_tables
from scenarios.table_specs import SPECS
from scenarios.tables import Table, read_table, typed
from scenarios.words import Words, words_of, words_of_plain
from scenarios.yaml_source import Key, YamlSource, read_yaml

_PLACED = (
    *(("units", "name_zh"), ("schools", "school"), ("schools", "name_zh"), ("schools", "lon")),
    ("demand_points", "point"),
    *(("parcels", "parcel"), ("parcels", "area_m2"), ("parcel_log", "entry")),
)
"""Columns whose cells the gis room names in its messages."""

TRAVEL_FILES = (
    ("travel", "network", "path"),
    ("travel", "demand", "layer", "path"),
    ("travel", "demand", "raster"),
)
"""Keys of `study.yaml` that name files of ways to school."""

Model = TypeVar("Model", bound=FileModel)


def load(path: Path) -> Bundle:
    """Read and check a scenario file and everything it names. Raises ScenarioError with all problems at once."""
    bundle, problems = read(path)
    if bundle is None:
        raise ScenarioError(problems)
    return bundle


def read(path: Path) -> tuple[Bundle | None, list[Problem]]:
    """A checked scenario (None if an error stops it) and all problems, in file order."""
    draft, problems = read_draft(path)
    return (None if has_errors(problems) else _bundle(draft, problems)), problems


def read_any(path: Path) -> tuple[Draft, list[Problem]]:
    """What can be read of a scenario file or of a study file alone, and all problems."""
    return read_study_draft(path) if is_study(path) else read_draft(path)


def bundle_of(draft: Draft, problems: list[Problem]) -> StudyBundle | None:
    """The checked scenario (a `Bundle`) or study of a draft, None if an error stops it."""
    if has_errors(problems):
        return None
    return _study_bundle(draft, problems) if draft.alone else _bundle(draft, problems)


def units_only(draft: Draft, problems: list[Problem]) -> StudyBundle | None:
    """A study that an error stops, as far as its units go, so that the layer can be checked all the same.

    None if the study, its standards or its units table have a mistake themselves.
    """
    table = draft.tables.get("units")
    if draft.study is None or draft.pack is None or table is None:
        return None
    own = (table.file, draft.study.source.file)
    if any(problem.severity == "error" and problem.place.startswith(own) for problem in problems):
        return None
    return _study_bundle(replace(draft, tables={"units": table}), problems)


def load_study(path: Path) -> StudyBundle:
    """Read and check a study file alone and what it names. Raises ScenarioError with all problems at once."""
    study, problems = read_study(path)
    if study is None:
        raise ScenarioError(problems)
    return study


def read_study(path: Path) -> tuple[StudyBundle | None, list[Problem]]:
    """A checked study without a scenario (None if an error stops it) and all problems, in file order."""
    draft, problems = read_study_draft(path)
    return (None if has_errors(problems) else _study_bundle(draft, problems)), problems


def check(path: Path) -> list[Problem]:
    """Errors, warnings and notes of a scenario, or of a study alone, in file order; empty if nothing is to be said."""
    return read_any(path)[1]


def read_draft(path: Path) -> tuple[Draft, list[Problem]]:
    """Everything that can be read of a scenario, and all problems."""
    reader = _Reader(path)
    draft = reader.draft()
    return draft, in_order([*reader.problems, *_between_tables(draft)])


def read_study_draft(path: Path) -> tuple[Draft, list[Problem]]:
    """Everything that can be read of a study file alone, and all problems; what only a run needs is a warning."""
    reader = _Reader(path)
    draft = reader.study_draft()
    return draft, in_order([*reader.problems, *_between_tables(draft)])


def _between_tables(draft: Draft) -> list[Problem]:
    return said_of_tables(cross_problems(draft), {table.file: table.text.spec for table in draft.tables.values()})


def is_study(path: Path) -> bool:
    """Whether a file is a study and not a scenario; False for a file that cannot be read."""
    source, _ = read_yaml(path, path.name)
    return source is not None and _names_a_study(source)


def _names_a_study(source: YamlSource) -> bool:
    return "study" not in source.data and bool({"tables", "layers", "stages", "base_year"} & set(source.data))


def _study_bundle(draft: Draft, warnings: Iterable[Problem]) -> StudyBundle:
    if draft.study is None or draft.pack is None:
        raise AssertionError("a draft without errors is whole")
    return StudyBundle(
        root=draft.root,
        study=draft.study.model,
        study_file=draft.study.source.file,
        study_root=draft.study_root,
        pack=draft.pack,
        tables={name: typed(in_force(table, draft.study.model)) for name, table in draft.tables.items()},
        files=draft.files,
        warnings=tuple(warnings),
        places={
            f"{name}.{column}": draft.tables[name].places(column) for name, column in _PLACED if name in draft.tables
        },
        fertility=load_fertility(),
        housing=housing_of({name: table.frame for name, table in draft.tables.items()}),
        facility_packs=draft.facility_packs,
    )


def _bundle(draft: Draft, warnings: Iterable[Problem]) -> Bundle:
    if draft.scenario is None:
        raise AssertionError("a draft without errors is whole")
    return Bundle(
        **vars(_study_bundle(draft, warnings)),
        scenario=draft.scenario.model,
        futures={read.model.id: read.model for read in draft.futures},
        plans={read.model.id: read.model for read in draft.plans},
    )


def _named_layers(layers: object) -> list[tuple[tuple[str, ...], dict[str, object]]]:
    """Keys and content of every layer of a study, those of `layers.constraints` too."""
    found: list[tuple[tuple[str, ...], dict[str, object]]] = []
    for name, layer in (layers if isinstance(layers, dict) else {}).items():
        inner = layer.items() if name == "constraints" and isinstance(layer, dict) else ()
        found += [(("layers", name, kind), each) for kind, each in inner if isinstance(each, dict)]
        found += [(("layers", name), layer)] if isinstance(layer, dict) and name != "constraints" else []
    return found


class _Reader:
    """Reads one scenario; keeps the problems and the files met on the way."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links out of the study
        self.root = self.path.parent
        self.problems: list[Problem] = []
        self.files: list[Path] = []
        self.words = Words()
        self.facilities: tuple[Pack, ...] = ()

    def draft(self) -> Draft:
        source = self.yaml(self.path)
        scenario = None if source is None else self.scenario(source)
        named = {} if source is None else source.data
        study_path = self.target(source, named.get("study"), self.root, "study")
        study_source = None if study_path is None else self.yaml(study_path)
        folder = self.root if study_path is None else study_path.parent
        futures = tuple(self.listed(FutureFile, source, "futures"))
        plans = tuple(self.listed(PlanFile, source, "plans"))
        study, pack, tables = self.place(study_source, folder)
        plans = tuple(self.rezoned(plan, folder, tables) for plan in plans)
        files = tuple(dict.fromkeys(self.files))
        return Draft(self.root, folder, scenario, study, futures, plans, pack, tables, files, self.facilities)

    def study_draft(self) -> Draft:
        """The study file alone."""
        study, pack, tables = self.place(self.yaml(self.path), self.root)
        files = tuple(dict.fromkeys(self.files))
        return Draft(self.root, self.root, None, study, (), (), pack, tables, files, self.facilities, alone=True)

    def place(
        self, source: YamlSource | None, folder: Path
    ) -> tuple[Read[StudyFile] | None, Pack | None, dict[str, Table]]:
        """The study file, its standards pack and its tables."""
        study = None if source is None else self.model(StudyFile, source)
        pack = None if study is None else self.pack(study, folder, study.model.standards, "standards")
        if study is not None:
            named = (
                self.pack(study, folder, name, "facility_standards", number)
                for number, name in enumerate(study.model.facility_standards)
            )
            self.facilities = tuple(one for one in named if one is not None)
            pack = self.changed(study, pack)
        if source is None:
            return study, pack, {}
        words = words_of_plain(source.data.get("stages")) if study is None else words_of(study.model)
        return study, pack, self.tables(source, folder, words)

    def scenario(self, source: YamlSource) -> Read[ScenarioFile] | None:
        if _names_a_study(source):
            self.problems.append(error("SCN362", source.place(), source.file))
            source.data.clear()
            return None
        if "base_year" in source.data or ("births" in source.data or "projects" in source.data):
            self.problems.append(error("SCN601", source.place(), source.file))
            source.data.clear()
            return None
        return self.model(ScenarioFile, source)

    def yaml(self, path: Path) -> YamlSource | None:
        self.files.append(path)
        source, problems = read_yaml(path, self.shown(path))
        self.problems += problems if source is None else [*problems, *stale_schema(path, self.shown(path))]
        return source

    def model(self, model: type[Model], source: YamlSource) -> Read[Model] | None:
        told = {problem.place for problem in self.problems}
        found, problems = validate(model, source, told)
        self.problems += problems
        return None if found is None else Read(found, source)

    def listed(self, model: type[Model], source: YamlSource | None, key: str) -> Iterable[Read[Model]]:
        named = source.data.get(key) if source is not None else None
        for number, name in enumerate(named if isinstance(named, list) else []):
            path = self.target(source, name, self.root, key, number)
            if path is not None and (file := self.yaml(path)) is not None:
                read = self.model(model, file)
                if read is not None:
                    yield read

    def pack(self, study: Read[StudyFile], folder: Path, name: str, *key: Key) -> Pack | None:
        place = study.place(*key)
        if is_own(name):
            path = self.target(study.source, name, folder, *key)
            if path is None:
                return None
            self.files += files_of(path)
            pack, problems = read_pack(path, self.shown(path))
        elif name in shipped_packs():
            self.files += files_of(shipped_packs()[name])
            pack, problems = read_shipped(name)
        else:
            pack, problems = None, [unknown_pack(name, place)]
        self.problems += problems
        if pack is not None and key[0] == "standards" and pack.clauses and not pack.rules:
            self.problems.append(warning("SCN472", place, name))
        elif pack is not None and not (pack.rules if key[0] == "standards" else pack.facilities):
            self.problems.append(error("SCN444" if key[0] == "standards" else "SCN445", place, name))
            return None
        return pack

    def changed(self, study: Read[StudyFile], pack: Pack | None) -> Pack | None:
        """The standards pack as the study changes it, and the versions of clauses that its first year needs."""
        first, changes = study.model.base_year + 1, study.model.standards_overrides
        if pack is None:
            return None
        packs, problems = overridden((pack, *self.facilities), changes, study.source, "standards_overrides")
        self.problems += problems
        pack, *facilities = (clauses_in_force(one, first) for one in packs)
        self.facilities = tuple(facilities)
        return pack

    def tables(self, source: YamlSource, folder: Path, words: Words) -> dict[str, Table]:
        named = source.data.get("tables")
        tables: dict[str, Table] = {}
        for name in SPECS:
            value = named.get(name) if isinstance(named, dict) else None
            inside = isinstance(value, dict)
            sheet = value.get("sheet") if isinstance(value, dict) else None
            written = value.get("path") if isinstance(value, dict) else value
            path = self.target(source, written, folder, "tables", name, *(("path",) if inside else ()))
            if path is not None:
                self.files.append(path)
                wanted = sheet if isinstance(sheet, str) else None
                table, problems = read_table(path, self.shown(path), SPECS[name], wanted, words)
                at = source.place("tables", name, "sheet") if inside else ""
                self.problems += [replace(one, place=at) if one.code == "SCN280" else one for one in problems]
                if table is not None:
                    tables[name] = table
                    # Tables are read in an order in which what a name points to comes first.
                    words = with_names(words, table.text)
        self.words = words
        self.layers(source, folder)
        return tables

    def rezoned(self, plan: Read[PlanFile], folder: Path, tables: dict[str, Table]) -> Read[PlanFile]:
        """A plan with the zone changes of its table; read last, because it names units and schools."""
        named = plan.model.rezoning
        path = None if named is None else self.target(plan.source, named.path, folder, "rezoning", "path")
        if named is None or path is None:
            return plan
        self.files.append(path)
        table, problems = read_table(path, self.shown(path), plan_table_spec("rezoning"), named.sheet, self.words)
        self.problems += problems
        if table is None:
            return plan
        new = {project.new.school for project in plan.model.projects if project.new is not None}
        made, problems = rezoned(plan, table, known_ids(tables, new))
        self.problems += problems
        return made

    def layers(self, source: YamlSource, folder: Path) -> None:
        """Layers are read by the gis room; here they must exist, and they belong to the files of the run."""
        for keys, layer in _named_layers(source.data.get("layers")):
            value = layer.get("path")
            if isinstance(value, str) and is_connection(value):
                # Refused at once and without repeating it: it may hold a password.
                self.problems.append(error("GIS080", source.place(*keys, "path")))
                continue
            if isinstance(value, str) and (database_name(value) or is_geodatabase(value)):
                continue
            path = self.target(source, value, folder, *keys, "path")
            if path is not None:
                self.files += layer_parts(path)
        self.ways(source, folder)

    def ways(self, source: YamlSource, folder: Path) -> None:
        """Files of the section `travel`: roads, demand points, a population raster."""
        for keys in TRAVEL_FILES:
            value: object = source.data
            for key in keys:
                value = value.get(key) if isinstance(value, dict) else None
            if isinstance(value, str) and is_connection(value):
                self.problems.append(error("GIS080", source.place(*keys)))
                continue
            path = self.target(source, value, folder, *keys)
            if path is not None:
                self.files += layer_parts(path)

    def target(self, source: YamlSource | None, value: object, folder: Path, *place: Key) -> Path | None:
        """The file that a value names, if it is a text and the file is there."""
        if source is None or not isinstance(value, str) or not value:
            return None
        path = Path(os.path.normpath(folder / value))
        if _is_file(path):
            return path
        near = nearest(path.name, [name for name in _beside(path) if name.endswith(path.suffix)])
        if near:
            near = (Path(value).parent / near).as_posix()
        self.problems.append(error("SCN006", source.place(*place), value, near=near))
        return None

    def shown(self, path: Path) -> str:
        """A path relative to the folder of the scenario file."""
        try:
            return Path(os.path.relpath(path, self.root)).as_posix()
        except ValueError:  # another drive
            return path.as_posix()


def _is_file(path: Path) -> bool:
    """Whether a file is there; a name that no file can have (too long, a null character) is not there."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _beside(path: Path) -> list[str]:
    """Names in the folder of a file; none where the folder is not there or may not be looked into."""
    try:
        return [file.name for file in path.parent.iterdir()]
    except (OSError, ValueError):
        return []
