"""The rooms and the tracked files as data, for the tests of this folder."""

import ast
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOMS = ("scenarios", "gis", "sim", "reports", "schoolplan")
CODE = (*ROOMS, "benchmarks", "verification")


@dataclass(frozen=True)
class Source:
    """One Python file: path from the root, dotted module name, number of lines, syntax tree."""

    path: str
    module: str
    lines: int
    tree: ast.Module


def read_source(root: Path, path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(root).with_suffix("")
    parts = name.parts[:-1] if name.name == "__init__" else name.parts
    return Source(path.relative_to(root).as_posix(), ".".join(parts), text.count("\n"), ast.parse(text))


def sources_in(root: Path, folders: tuple[str, ...]) -> tuple[Source, ...]:
    return tuple(read_source(root, path) for folder in folders for path in sorted((root / folder).rglob("*.py")))


@pytest.fixture(scope="session")
def room_sources(repository: Path) -> tuple[Source, ...]:
    """Every module of the five packages."""
    return sources_in(repository, ROOMS)


@pytest.fixture(scope="session")
def code_sources(repository: Path) -> tuple[Source, ...]:
    """The five packages, the benchmarks and the verification."""
    return sources_in(repository, CODE)


@pytest.fixture(scope="session")
def all_sources(repository: Path) -> tuple[Source, ...]:
    """All Python of the repository, tests too."""
    return sources_in(repository, (*CODE, "tests"))


@pytest.fixture(scope="session")
def tracked(repository: Path) -> tuple[str, ...]:
    """Path of every file that is, or is about to be, in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True).stdout
    return tuple(name for name in sorted(set(listed.split("\0"))) if name and (repository / name).is_file())


@pytest.fixture(scope="session")
def tracked_texts(repository: Path, tracked: tuple[str, ...]) -> dict[str, str]:
    """Text of the tracked files, by path; binary files are left out."""
    data = {name: (repository / name).read_bytes() for name in tracked}
    return {name: content.decode("utf-8") for name, content in data.items() if b"\0" not in content}
