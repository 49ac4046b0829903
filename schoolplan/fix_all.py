"""`check --fix`: repairs as a proposal, in a new folder. Start reading here.

What can be mended without deciding anything (`gis.repairs`, `scenarios.rewrite`) is written to copies; the planner's
files are never touched. The repaired copy is checked again, and what is left is listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gis.layer_rewrite import RewrittenLayer, UnitArea, rewrite_layer
from gis.layers import POLYGONS, LayerSource
from reports.whole import check_free, whole_folder
from scenarios import loader
from scenarios.draft import Draft
from scenarios.grid_read import read_grids
from scenarios.problems import Problem
from scenarios.rewrite import Change, Rewritten, rewrite
from schoolplan.fix_copy import COPY, Copies, NewFile, file_changes, write_copy
from schoolplan.fix_report import write_reports
from schoolplan.prepare import check
from schoolplan.problem_files import spot

TOLD_BEFORE = frozenset({"SCN282", "SCN288", "SCN292"})
"""Warnings about the planner's own file that its repaired copy cannot show any more (a sum that did not add up)."""


@dataclass(frozen=True)
class Repairs:
    """What `check --fix` found and did."""

    before: tuple[Problem, ...]
    """Problems of the planner's files."""
    after: tuple[Problem, ...]
    """What is left to decide: problems of the repaired copy, and those that only the planner's file can show."""
    changes: tuple[Change, ...]
    """Every change, in the order of the files; empty if there was nothing to repair."""
    units: tuple[UnitArea, ...]
    """Units of which the shape changed."""
    folder: Path | None
    """Folder that was written, None if there was nothing to repair."""
    file: Path | None
    """The scenario (or study) file of the repaired copy."""


def fix(path: Path | str, out: Path | None = None, lang: str = "zh") -> Repairs:
    """Propose repairs of a scenario, or of a study alone.

    out: new or empty folder (default: beside the folder of the file, with `-repairs` behind its name).
    Raises RunError (RUN005) if it holds anything; then, and where nothing can be repaired, nothing is written.
    """
    file = Path(path)
    before = check(file)
    draft, _ = loader.read_any(file)
    files, changes, units = _proposed(draft, before)
    if not changes:
        return Repairs(tuple(before), tuple(before), (), (), None, None)
    target = out or default_folder(file)
    check_free(target)
    copies = Copies.of(file, draft)
    changes = [*changes, *file_changes(draft, files)]
    with whole_folder(target) as folder:
        inside = write_copy(folder / COPY, copies, draft, files)
        left = _left(before, check(folder / COPY / inside))
        write_reports(folder, changes, units, left, lang)
    return Repairs(tuple(before), tuple(left), tuple(changes), units, target, target / COPY / inside)


def default_folder(file: Path) -> Path:
    """Folder of the repairs if none is named: `county/approval.yaml` -> `county-repairs`."""
    home = Path(file).absolute().parent
    return home.with_name(f"{home.name or 'study'}-repairs")


def _proposed(draft: Draft, problems: Sequence[Problem]) -> tuple[list[NewFile], list[Change], tuple[UnitArea, ...]]:
    """New files, what changes in them, and the units whose shapes change."""
    files: list[NewFile] = []
    changes: list[Change] = []
    if draft.study is None:
        return files, changes, ()
    for name in draft.tables:
        table = _table(draft, name, problems)
        if table is not None:
            files.append(NewFile(("tables", name), table.text, ".csv", name))
            changes += table.changes
    layer = _layer(draft)
    if layer is not None:
        files.append(NewFile(("layers", "units", "path"), layer.text, ".geojson", "units"))
        changes += [Change(one.problem, one.before, one.after) for one in layer.changes]
    return files, changes, () if layer is None else layer.units


def _table(draft: Draft, name: str, problems: Sequence[Problem]) -> Rewritten | None:
    """A table written anew; None if nothing would change or if its file cannot be read again."""
    grid = draft.tables[name].text.grid
    told = [problem for problem in problems if _of(problem, grid.file, grid.sheet)]
    found, _ = read_grids(draft.root / grid.file, grid.file, grid.sheet)
    here = [one for one in found if one.sheet == grid.sheet]
    return rewrite(draft, name, here[0], told) if here else None


def _of(problem: Problem, file: str, sheet: str | None) -> bool:
    """Whether a problem is about this file, or this sheet of it."""
    where = spot(problem.place)
    return where.file == file and where.sheet in ("", sheet or "")


def _layer(draft: Draft) -> RewrittenLayer | None:
    if draft.study is None:
        return None
    study, layer = draft.study.model, draft.study.model.layers.units
    source = LayerSource(
        draft.study_root / layer.path, layer.path, layer.id, layer.crs, POLYGONS, "", layer.layer, study.crs
    )
    return rewrite_layer(source, study.crs, draft.ids.get("unit"))


def _left(before: Sequence[Problem], after: Sequence[Problem]) -> list[Problem]:
    return [*after, *(problem for problem in before if problem.code in TOLD_BEFORE and problem not in after)]
