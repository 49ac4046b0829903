"""`schoolplan zoning STUDY`: a zoning checked, compared with the study's, proposed; tables, layers, a map, a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from gis.zonings import Zoning
from gis.zonings_checks import Judged, check_zoning
from gis.zonings_compare import Pair, change_table, summary_table, zone_table
from gis.zonings_plan import Zonings, base_zonings, plan_zonings
from gis.zonings_propose import Way, proposal_table, proposed
from gis.zonings_study import ZoningStudy, zoning_study
from reports.whole import check_free, whole_folder
from reports.zoning_view import ZoningView
from scenarios import loader
from scenarios.draft import Draft, Read
from scenarios.problems import Problem, ScenarioError, error, has_errors, in_order, nearest, note
from scenarios.rezoning import read_rezoning
from scenarios.schema_plan import PlanFile
from schoolplan.zonings_files import PROPOSAL, write_zoning


@dataclass(frozen=True)
class Ask:
    """What is wanted of a zoning."""

    table: Path | None = None
    """A rezoning table."""
    plan: str | None = None
    """A plan of the scenario whose zones are looked at (with the table on top, if there is one)."""
    year: int | None = None
    """School year whose zones are looked at; default: the last in which something changes."""
    propose: Way | None = None
    """Make a zoning instead of reading one."""
    lang: str = "zh"


@dataclass(frozen=True)
class ZoningFolder:
    """What was written, and what it says."""

    path: Path
    zones: pd.DataFrame
    changes: pd.DataFrame
    summary: pd.DataFrame
    problems: tuple[Problem, ...]
    view: ZoningView = field(repr=False)


def zoning(path: Path | str, out: Path | None = None, ask: Ask | None = None) -> ZoningFolder:
    """Check a zoning, compare it with the study's, write a folder. Raises ScenarioError or RunError.

    path: study.yaml or a scenario file.  out: new or empty folder (default `zonings/<study>-<what>`).
    """
    ask = ask or Ask()
    draft, problems = loader.read_any(Path(path))
    bundle = loader.bundle_of(draft, problems)
    if bundle is None:
        raise ScenarioError(problems)
    target = out or Path("zonings") / f"{bundle.study.id}-{_what(ask)}"
    check_free(target)
    plan, found = _plan(draft, ask)
    problems = [*problems, *found]
    study, found = zoning_study(bundle)
    problems += [one for one in found if one not in problems]
    if study is None or plan is None or has_errors(problems):
        raise ScenarioError(in_order(problems))
    made = _zonings(study, plan, ask)
    problems += [*made.problems, *_unnamed(plan, made.after, ask)]
    if not made.after or (ask.propose is not None and has_errors(problems)):
        raise ScenarioError(in_order([*problems, *([] if made.after else [error("GIS140", bundle.study_file)])]))
    place = _place(study, ask)
    problems += [one for each in made.after.values() for one in check_zoning(Judged(study, each, place))]
    pairs = tuple(Pair(study, made.before.get(stage, each), each) for stage, each in made.after.items())
    problems += [note("GIS136", bundle.study_file, stage=pair.stage) for pair in pairs if _uncounted(pair)]
    told = in_order(problems)
    tables = _tables(study, made, pairs)
    view = ZoningView.of(study, pairs, tables, told, made.year, ask.lang, compared=bool(made.before))
    proposal = proposal_table(list(made.after.values()), made.year) if ask.propose else None
    with whole_folder(target) as folder:
        write_zoning(folder, view, told, proposal)
    return ZoningFolder(target, tables["zones"], tables["changes"], tables["summary"], tuple(told), view)


def _what(ask: Ask) -> str:
    return ask.propose or (ask.table.stem if ask.table else ask.plan or "study")


def _plan(draft: Draft, ask: Ask) -> tuple[PlanFile | None, list[Problem]]:
    """The plan whose zones are looked at: the one that was named, the table, both, or none (no change)."""
    named: Read[PlanFile] | None = None
    if ask.plan is not None:
        named = next((one for one in draft.plans if one.model.id == ask.plan), None)
        if named is None:
            ids = tuple(one.model.id for one in draft.plans)
            place = draft.study.source.file if draft.study is not None else ""
            return None, [error("GIS137", place, ask.plan, near=nearest(ask.plan, ids), plans=ids or ("-",))]
    if ask.table is not None:
        return read_rezoning(ask.table, draft, named)
    if named is not None:
        return named.model, []
    nothing = {"schema_version": 1, "id": "none", "name": {"zh": "现行学区", "en": "Present zones"}}
    return PlanFile.model_validate(nothing), []


def _zonings(study: ZoningStudy, plan: PlanFile, ask: Ask) -> Zonings:
    if ask.propose is None:
        return plan_zonings(study, plan, ask.year, _place(study, ask))
    before = base_zonings(study)
    stages = [stage.id for stage in study.bundle.study.stages]
    found = {stage: proposed(study, stage, ask.propose) for stage in ([*before] or stages)}
    after = {stage: one for stage, (one, _) in found.items() if one is not None}
    told = tuple(problem for _, each in found.values() for problem in each)
    return Zonings(before, after, ask.year or study.bundle.study.base_year + 1, told)


def _place(study: ZoningStudy, ask: Ask) -> str:
    """Where the zoning is written, for messages."""
    if ask.table is not None:
        return ask.table.as_posix()
    return PROPOSAL if ask.propose is not None else study.bundle.table_path("zones")


def _unnamed(plan: PlanFile, after: Mapping[str, Zoning], ask: Ask) -> list[Problem]:
    """How many units a rezoning table does not name, by stage."""
    if ask.table is None:
        return []
    found = []
    for stage, each in after.items():
        named = {unit for change in plan.zones if change.stage == stage for unit in change.units}
        left = len(set(each.units) - named)
        if left:
            found.append(note("GIS135", ask.table.as_posix(), stage=stage, count=left))
    return found


def _uncounted(pair: Pair) -> bool:
    return pair.study.children(pair.stage) is None


def _tables(study: ZoningStudy, made: Zonings, pairs: Sequence[Pair]) -> dict[str, pd.DataFrame]:
    """Tables by name: zones, changes, summary."""
    before = [zone_table(study, each, "before") for each in made.before.values()]
    after = [zone_table(study, each, "after") for each in made.after.values()]
    changes = [change_table(pair) for pair in pairs]
    return {
        "zones": pd.concat([*before, *after], ignore_index=True),
        "changes": pd.concat([one for one in changes if len(one)] or changes[:1], ignore_index=True),
        "summary": pd.concat([summary_table(pair) for pair in pairs], ignore_index=True),
    }
