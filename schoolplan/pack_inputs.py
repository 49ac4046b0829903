"""Copies of a run's inputs: taken where they lie today, if they are what they were when the run was made.

A run folder holds the hash of every input and no path; a copy is a file with that hash, wherever it was found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from scenarios.loader import bundle_of, read_any
from scenarios.packs import default_files, shipped_packs
from scenarios.problems import Problem, warning
from schoolplan.manifest import sha256

SHIPPED = "schoolplan/"
"""Before the names of default values that come with the program."""
State = Literal["copied", "changed", "missing"]


@dataclass(frozen=True)
class Copy:
    """An input of a run; `file` is where it lies, None where there is none with its hash."""

    name: str
    digest: str
    state: State
    file: Path | None = None


def copies(inputs: Mapping[str, str], run: Path, given: Path | None) -> list[Copy]:
    """Every input of a manifest with its file. given: folder of the scenario file; None: looked for beside the run."""
    folders = [given] if given is not None else _likely(run)
    names = [name for name in inputs if not name.startswith(SHIPPED)]
    places = {name: [folder / name for folder in folders if (folder / name).is_file()] for name in names}
    files = {path for found in places.values() for path in found} | _named(folders, inputs)
    known = _by_hash([*default_files(), *shipped_packs().values(), *sorted(files)])
    return [_copy(name, digest, known, bool(places.get(name))) for name, digest in sorted(inputs.items())]


def told(found: Iterable[Copy], place: str) -> list[Problem]:
    """RUN131 and RUN132: inputs without a copy, changed or not found."""
    without = {state: tuple(one.name for one in found if one.state == state) for state in ("changed", "missing")}
    codes = {"changed": "RUN131", "missing": "RUN132"}
    return [warning(codes[state], place, names) for state, names in without.items() if names]


def _copy(name: str, digest: str, known: Mapping[str, Path], there: bool) -> Copy:
    if digest in known:
        return Copy(name, digest, "copied", known[digest])
    return Copy(name, digest, "changed" if there else "missing")


def _likely(run: Path) -> list[Path]:
    """Folders where the scenario file of a run usually is: around the run folder, and where the planner stands."""
    near = run.resolve()
    return list(dict.fromkeys((near.parent, near.parent.parent, Path.cwd())))


def _named(folders: Iterable[Path], inputs: Mapping[str, str]) -> set[Path]:
    """Files that the scenario files of the folders name, wherever they lie."""
    found: set[Path] = set()
    for folder in folders:
        for name, digest in inputs.items():
            file = folder / name
            if PurePosixPath(name).suffix in (".yaml", ".yml") and "/" not in name and file.is_file():
                found |= _files(file) if sha256(file) == digest else set()
    return found


def _files(scenario: Path) -> set[Path]:
    draft, problems = read_any(scenario)
    bundle = bundle_of(draft, problems)
    return {path for path in bundle.files if path.is_file()} if bundle is not None else set()


def _by_hash(files: Iterable[Path]) -> dict[str, Path]:
    return {sha256(file): file for file in files}
