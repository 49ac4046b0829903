"""The repaired copy: every file of the scenario at the same place as before, with the repaired ones in their stead.

The copy keeps the folders of the files relative to each other, so that every relative path in it stays right; only the
paths of repaired tables and layers are changed in the copy of `study.yaml`.
"""

import os
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from scenarios.draft import Draft
from scenarios.editor_schema import FOLDER as SCHEMAS
from scenarios.editor_schema import write_schemas
from scenarios.layer_files import layer_parts
from scenarios.packs import shipped_packs
from scenarios.problems import note
from scenarios.rewrite import Change
from scenarios.table_specs import SPECS
from scenarios.yaml_edit import with_values

COPY = "repaired"
"""Folder of the copy inside the folder of the repairs."""


@dataclass(frozen=True)
class NewFile:
    """A repaired table or layer: where `study.yaml` names it, its text, and how its file is called."""

    key: tuple[str, ...]
    text: str
    suffix: str
    name: str


@dataclass(frozen=True)
class Copies:
    """Files to copy and the folder that holds them all."""

    root: Path
    files: tuple[Path, ...]
    start: Path
    """The scenario (or study) file."""

    @classmethod
    def of(cls, start: Path, draft: Draft) -> "Copies":
        """Files of a draft; standards that ship with the program stay where they are."""
        first = Path(os.path.abspath(start))  # noqa: PTH100 - resolve() would follow links out of the study
        shipped = set(shipped_packs().values())
        files = tuple(dict.fromkeys([first, *(path for path in draft.files if path not in shipped)]))
        root = Path(os.path.commonpath([path.parent for path in files]))
        return cls(root, files, first)


def file_changes(draft: Draft, files: Sequence[NewFile]) -> list[Change]:
    """Paths of `study.yaml` that change."""
    changes = []
    for new in files:
        before, after = _named(draft, new), new_path(draft, new)
        if before != after and draft.study is not None:
            changes.append(Change(note("FIX015", draft.study.place(*new.key), before, "", after=after), before, after))
    return changes


def new_path(draft: Draft, new: NewFile) -> str:
    """Path of a repaired file as the copy of `study.yaml` names it.

    A CSV file or GeoJSON file keeps its path unless another table is in it; else it gets the name of the table.
    """
    old = PurePosixPath(_named(draft, new).replace("\\", "/"))
    inside = not old.is_absolute() and ".." not in old.parts and ":" not in old.as_posix()
    folder = old.parent if inside else PurePosixPath("data")
    alone = sum(path == _named(draft, new) for path in _all_named(draft)) == 1
    if inside and old.suffix.lower() == new.suffix and alone:
        return old.as_posix()
    path = folder / f"{new.name}{new.suffix}"
    taken = {PurePosixPath(os.path.relpath(file, draft.study_root)).as_posix() for file in draft.files}
    return path.as_posix() if path.as_posix() not in taken else (folder / f"{new.name}-repaired{new.suffix}").as_posix()


def write_copy(folder: Path, copies: Copies, draft: Draft, files: Sequence[NewFile]) -> Path:
    """Write the copy to a new folder; returns the path of its scenario (or study) file in it."""
    replaced = _replaced(draft, files)
    for file in copies.files:
        if file in replaced:
            continue
        target = folder / file.relative_to(copies.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    study = folder / draft.study_root.relative_to(copies.root)
    if (draft.study_root / SCHEMAS).is_dir():
        write_schemas(study / SCHEMAS)
    paths = {new.key: new_path(draft, new) for new in files}
    for new in files:
        target = study / paths[new.key]
        target.parent.mkdir(parents=True, exist_ok=True)
        mark = "utf-8-sig" if new.suffix == ".csv" else "utf-8"
        target.write_text(new.text, encoding=mark, newline="")
    if draft.study is not None:
        _point(folder, copies, draft, {key: path for key, path in paths.items() if path != _by_key(draft, key)})
    return copies.start.relative_to(copies.root)


def _replaced(draft: Draft, files: Sequence[NewFile]) -> set[Path]:
    """Files that the copy of the study does not name any more, because all that was in them stands in new ones."""
    kept = Counter(_all_named(draft))
    kept.subtract(_named(draft, new) for new in files if new_path(draft, new) != _named(draft, new))
    gone = [name for name, count in kept.items() if count == 0 and name]
    paths = [Path(os.path.normpath(draft.study_root / name)) for name in gone]
    return {part for path in paths if path.is_file() for part in layer_parts(path)}


def _point(folder: Path, copies: Copies, draft: Draft, changed: dict[tuple[str, ...], str]) -> None:
    """Change paths in the copy of the study file; everything else in it stays letter by letter."""
    if not changed or draft.study is None:
        return
    original = Path(os.path.normpath(draft.root / draft.study.source.file))
    copy = folder / original.relative_to(copies.root)
    text = copy.read_text(encoding="utf-8-sig")
    copy.write_text(with_values(text, changed), encoding="utf-8", newline="")


def _named(draft: Draft, new: NewFile) -> str:
    return _by_key(draft, new.key)


def _all_named(draft: Draft) -> list[str]:
    """Paths of all tables and of the units layer."""
    if draft.study is None:
        return []
    tables = [table for name in SPECS if (table := getattr(draft.study.model.tables, name)) is not None]
    return [*(str(table.path) for table in tables), str(draft.study.model.layers.units.path)]


def _by_key(draft: Draft, key: tuple[str, ...]) -> str:
    """Path that the study names for a table or for the units layer."""
    if draft.study is None:
        return ""
    if key[0] == "layers":
        return str(draft.study.model.layers.units.path)
    table = getattr(draft.study.model.tables, key[1])
    return "" if table is None else str(table.path)
