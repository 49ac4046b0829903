"""Standards packs: find, read and check them; `scenarios.pack_rules` says which rules hold for a school.

A pack is a file of rules (`scenarios.schema_pack`). `study.yaml` names a shipped pack by id or the path of its own.
"""

import os
from functools import lru_cache
from pathlib import Path, PurePosixPath

from scenarios.pack_balance import balance_problems
from scenarios.pack_checks import pack_problems
from scenarios.pack_extends import codes_of, laid_over
from scenarios.pack_space import space_problems
from scenarios.problems import Problem, error, nearest
from scenarios.schema_errors import validate
from scenarios.schema_pack import Pack
from scenarios.yaml_source import YamlSource, read_yaml

SCHEMA_VERSION = 1
"""Newest form of a pack file that this program reads."""

PACK_FOLDER = Path(__file__).parent / "packs"
_OTHER_FILES = (
    "attendance-defaults", "boarding-defaults", "closure-defaults", "construction-defaults", "fertility-defaults",
    "housing-defaults", "road-classes", "money-defaults", "staff-defaults",
)  # fmt: skip


def shipped_packs() -> dict[str, Path]:
    """Packs that come with the program, by id."""
    files = sorted(PACK_FOLDER.glob("*.yaml"))
    return {file.stem: file for file in files if file.stem not in _OTHER_FILES}


def default_files() -> tuple[Path, ...]:
    """Values that ship with the program and hold where a study says nothing: births, building, homes, roads."""
    return tuple(PACK_FOLDER / f"{name}.yaml" for name in _OTHER_FILES)


def is_own(name: str) -> bool:
    """Whether `study.yaml` names a file of the planner rather than a shipped pack."""
    return name.endswith((".yaml", ".yml"))


def unknown_pack(name: str, place: str) -> Problem:
    """No shipped pack has that id."""
    known = tuple(shipped_packs())
    return error("SCN701", place, name, near=nearest(name, known), known=known)


@lru_cache(maxsize=32)
def _shipped(name: str) -> tuple[Pack | None, tuple[Problem, ...]]:
    path = shipped_packs()[name]
    pack, problems = read_pack(path, path.name)
    return pack, tuple(problems)


def read_shipped(name: str) -> tuple[Pack | None, list[Problem]]:
    """A pack that comes with the program, read once. Raises KeyError for another name."""
    pack, problems = _shipped(name)
    return pack, list(problems)


@lru_cache(maxsize=32)
def shipped_files(name: str) -> tuple[Path, ...]:
    """The file of a pack that comes with the program and those it extends. Raises KeyError for another name."""
    return files_of(shipped_packs()[name])


def read_pack(path: Path, shown: str, below: tuple[Path, ...] = ()) -> tuple[Pack | None, list[Problem]]:
    """Read and check a pack with what it extends. shown: the path as problems name it; below: packs that extend it."""
    source, problems = read_yaml(path, shown)
    if source is None:
        return None, problems
    version = source.data.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return None, [*problems, error("SCN461", source.place("schema_version"), version, known=SCHEMA_VERSION)]
    pack, found = validate(Pack, source)
    problems += found
    if pack is None:
        return None, problems
    base, found = _extended(pack, path, source, (*below, path.resolve()))
    problems += found
    problems += pack_problems(pack, source, () if base is None else codes_of(base))
    problems += space_problems(pack, source)
    if pack.extends is None:
        return pack, problems + balance_problems(pack, source)
    if base is None:
        return None, problems
    whole, found = laid_over(pack, base, source)
    return whole, problems + found + balance_problems(whole, source)


def _extended(pack: Pack, path: Path, source: YamlSource, chain: tuple[Path, ...]) -> tuple[Pack | None, list[Problem]]:
    """The pack that another one extends; None without one, or if it cannot be had."""
    if pack.extends is None:
        return None, []
    place = source.place("extends")
    if pack.extends in shipped_packs():
        return read_shipped(pack.extends)
    if not is_own(pack.extends):
        return None, [unknown_pack(pack.extends, place)]
    target = base_file(path, pack.extends)
    if target is None:
        return None, [error("SCN006", place, pack.extends)]
    if target.resolve() in chain:
        steps = " -> ".join(file.name for file in (*chain, target))
        return None, [error("SCN462", place, pack.extends, chain=steps)]
    return read_pack(target, (PurePosixPath(source.file).parent / pack.extends).as_posix(), chain)


def base_file(path: Path, extends: str) -> Path | None:
    """The planner's own file that `extends` of a pack names; None if it is not there, or for a shipped pack."""
    if not is_own(extends):
        return None
    target = Path(os.path.normpath(path.parent / extends))  # as one name, so that copies and hashes know it again
    return target if target.is_file() else None


def files_of(path: Path) -> tuple[Path, ...]:
    """A pack file and the files it extends, one after the other."""
    files = [path]
    while True:
        source, _ = read_yaml(files[-1], files[-1].name)
        extends = None if source is None else source.data.get("extends")
        if isinstance(extends, str) and extends in shipped_packs():
            return (*files, *shipped_files(extends))
        target = base_file(files[-1], extends) if isinstance(extends, str) else None
        if target is None or target.resolve() in [file.resolve() for file in files]:
            return tuple(files)
        files.append(target)
