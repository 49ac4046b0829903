"""Reading a programme: its file, the scenario of every member, all problems at once.

A member that cannot be read does not stop the others: its problems are kept with it, and only what is wrong with the
programme itself (ids, cases, flows) stops everything.  Problems of members are told with places relative to the folder
of the programme.
"""

import os
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scenarios import loader
from scenarios.bundle import Bundle
from scenarios.draft import Read
from scenarios.editor_schema import stale_schema
from scenarios.problems import Problem, ScenarioError, error, has_errors, in_order
from scenarios.programme_checks import programme_problems
from scenarios.programme_parts import KINDS, Member, matched
from scenarios.schema_base import Names
from scenarios.schema_errors import validate
from scenarios.schema_programme import ProgrammeFile
from scenarios.yaml_source import YamlSource, read_yaml


@dataclass(frozen=True)
class Programme:
    """A programme without mistakes of its own; single members may still be broken."""

    file: ProgrammeFile
    """The programme file."""
    path: Path
    """Where it lies; paths of members are relative to its folder."""
    members: tuple[Member, ...]
    """All members in the order of the file."""
    futures: Mapping[str, Mapping[str, str]]
    """By id on the roll-up: the id in every member that could be read."""
    plans: Mapping[str, Mapping[str, str]]
    """The same for plans."""
    problems: tuple[Problem, ...]
    """Warnings and notes of the programme itself, and everything about its members."""

    @property
    def sound(self) -> tuple[Member, ...]:
        """Members that could be read."""
        return tuple(member for member in self.members if member.bundle is not None)

    @property
    def groups(self) -> dict[str, Names]:
        """Groups that have members, in the order of the file."""
        used = {member.group for member in self.members}
        return {name: names for name, names in self.file.groups.items() if name in used}


def is_programme(path: Path) -> bool:
    """Whether a file is a programme; False for a file that cannot be read."""
    source, _ = read_yaml(path, path.name)
    return source is not None and names_members(source)


def names_members(source: YamlSource) -> bool:
    """Whether a YAML file lists members as a programme does."""
    return "members" in source.data and "study" not in source.data


def load_programme(path: Path) -> Programme:
    """Read and check a programme. Raises ScenarioError if the programme itself has a mistake, with all problems."""
    programme, problems = read_programme(path)
    if programme is None:
        raise ScenarioError(problems)
    return programme


def read_programme(path: Path) -> tuple[Programme | None, list[Problem]]:
    """A programme (None if it has a mistake of its own) and all problems, those of its members too."""
    path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links out of the folder
    source, found = read_yaml(path, path.name)
    if source is None:
        return None, found
    found += stale_schema(path, path.name)
    file, wrong = validate(ProgrammeFile, source)
    if file is None:
        return None, in_order([*found, *wrong])
    read = Read(file, source)
    members = tuple(_members(read, path))
    own = [*found, *programme_problems(read, members)]
    every = in_order([*own, *_told(read, members)])
    if has_errors(own):
        return None, every
    sound = [member for member in members if member.bundle is not None]
    cases = {kind: matched(file, kind, sound) for kind in KINDS}
    return Programme(file, path, members, cases["futures"], cases["plans"], tuple(every)), every


def _members(read: Read[ProgrammeFile], path: Path) -> Iterable[Member]:
    for number, one in enumerate(read.model.members):
        target = Path(os.path.normpath(path.parent / one.scenario))
        bundle: Bundle | None = None
        problems: list[Problem] = []
        # A programme in place of a scenario is told by the checks.
        if not is_programme(target):
            bundle, problems = _scenario(target, read.place("members", number, "scenario"), one.scenario)
            problems = [told_from(problem, target.parent, path.parent) for problem in problems]
        yield Member(one, number, target, bundle, tuple(problems))


def _scenario(target: Path, place: str, written: str) -> tuple[Bundle | None, list[Problem]]:
    if not target.is_file():
        return None, [error("SCN006", f"@{place}", written)]
    return loader.read(target)


def told_from(problem: Problem, folder: Path, root: Path) -> Problem:
    """A problem whose place is relative to `folder`, with its place relative to `root`; `@` marks one that is so."""
    if problem.place.startswith("@"):
        return replace(problem, place=problem.place[1:])
    try:
        below = Path(os.path.relpath(folder, root)).as_posix()
    except ValueError:  # another drive
        below = folder.as_posix()
    return replace(problem, place=posixpath.normpath(posixpath.join(below, problem.place)))


def _told(read: Read[ProgrammeFile], members: Iterable[Member]) -> list[Problem]:
    """Everything about members, and which of them are broken."""
    told: list[Problem] = []
    for member in members:
        told += member.problems
        if number := sum(problem.severity == "error" for problem in member.problems):
            told.append(broken(read.place("members", member.number), member.id, number))
    return told


def broken(place: str, member: str, number: int) -> Problem:
    """PRG003: a member that cannot run. number: errors of its files."""
    return error("PRG003", place, member, number=number)
