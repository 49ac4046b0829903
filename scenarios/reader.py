"""Reading a scenario, or a study alone, into a draft: what could be read of it, and all problems met."""

from dataclasses import replace
from pathlib import Path

from scenarios.draft import Draft, Read
from scenarios.file_reader import FileReader
from scenarios.overrides_in_force import OverrideReader
from scenarios.problems import error
from scenarios.read_layers import keep_layers
from scenarios.read_packs import alert_pack_of, packs_of
from scenarios.read_tables import plan_rezoned, tables_of
from scenarios.schema_future import FutureFile
from scenarios.schema_pack import Pack
from scenarios.schema_plan import PlanFile
from scenarios.schema_scenario import ScenarioFile
from scenarios.schema_study import StudyFile
from scenarios.tables import Table
from scenarios.words import Words, words_of, words_of_plain
from scenarios.yaml_source import YamlSource, read_yaml


def is_study(path: Path) -> bool:
    """Whether a file is a study and not a scenario; False for a file that cannot be read."""
    source, _ = read_yaml(path, path.name)
    return source is not None and _names_a_study(source)


def _names_a_study(source: YamlSource) -> bool:
    return "study" not in source.data and bool({"tables", "layers", "stages", "base_year"} & set(source.data))


class Reader(FileReader):
    """Reads one scenario, or one study."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.words = Words()
        self.facilities: tuple[Pack, ...] = ()
        self.alert_pack: Pack | None = None

    def draft(self) -> Draft:
        """The scenario file and everything it names."""
        source = self.yaml(self.path)
        scenario = None if source is None else self.scenario(source)
        named = {} if source is None else source.data
        study_path = self.target(source, named.get("study"), self.root, "study")
        study_source = None if study_path is None else self.yaml(study_path)
        folder = self.root if study_path is None else study_path.parent
        overrides = OverrideReader(self, source, study_source)
        futures = overrides.listed(FutureFile, "future", "futures")
        plans = overrides.listed(PlanFile, "plan", "plans")
        study, pack, tables = self.place(overrides.study, folder)
        plans = tuple(plan_rezoned(self, plan, folder, tables, self.words) for plan in plans)
        files = tuple(dict.fromkeys(self.files))
        draft = Draft(self.root, folder, scenario, study, futures, plans, pack, tables, files, self.facilities)
        draft = replace(draft, alert_pack=self.alert_pack)
        return replace(draft, in_force=overrides.in_force(draft))

    def study_draft(self) -> Draft:
        """The study file alone."""
        study, pack, tables = self.place(self.yaml(self.path), self.root)
        files = tuple(dict.fromkeys(self.files))
        draft = Draft(self.root, self.root, None, study, (), (), pack, tables, files, self.facilities, alone=True)
        return replace(draft, alert_pack=self.alert_pack)

    def place(
        self, source: YamlSource | None, folder: Path
    ) -> tuple[Read[StudyFile] | None, Pack | None, dict[str, Table]]:
        """The study file, its standards pack and its tables."""
        study = None if source is None else self.model(StudyFile, source)
        pack = None
        if study is not None:
            pack, self.facilities = packs_of(self, study, folder)
            self.alert_pack = alert_pack_of(self, study, folder)
        if source is None:
            return study, pack, {}
        words = words_of_plain(source.data.get("stages")) if study is None else words_of(study.model)
        tables, self.words = tables_of(self, source, folder, words)
        keep_layers(self, source, folder)
        return study, pack, tables

    def scenario(self, source: YamlSource) -> Read[ScenarioFile] | None:
        """The scenario file itself; a study, a plan, a future or a programme in its place is told as such."""
        if "members" in source.data and "study" not in source.data:
            self.problems.append(error("PRG030", source.place(), source.file))
            source.data.clear()
            return None
        if _names_a_study(source):
            self.problems.append(error("SCN362", source.place(), source.file))
            source.data.clear()
            return None
        if "base_year" in source.data or ("births" in source.data or "projects" in source.data):
            self.problems.append(error("SCN601", source.place(), source.file))
            source.data.clear()
            return None
        return self.model(ScenarioFile, source)
