"""The shipped examples: which there are, and how one becomes a planner's own folder."""

import shutil
from pathlib import Path

from scenarios.editor_schema import FOLDER as SCHEMAS
from scenarios.editor_schema import write_schemas
from scenarios.problems import ScenarioError, error, nearest

FOLDER = Path(__file__).parent / "examples"
_HEADS = ("study.yaml", "programme.yaml")
_NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.py", "generator", SCHEMAS)


def list_examples() -> tuple[str, ...]:
    """Names of the shipped examples, sorted: folders with a study or a programme."""
    return tuple(sorted(path.name for path in FOLDER.iterdir() if any((path / file).is_file() for file in _HEADS)))


def copy_example(name: str, target: Path) -> Path:
    """Copy an example to a new or empty folder (without the program that made it), with schemas for an editor.

    Raises ScenarioError: EXA001 for a name that does not exist, EXA002 for a target that is not empty.
    """
    known = list_examples()
    if name not in known:
        raise ScenarioError([error("EXA001", name, name, near=nearest(name, known), known=known)])
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ScenarioError([error("EXA002", str(target), str(target))])
    shutil.copytree(FOLDER / name, target, ignore=_NOT_COPIED, dirs_exist_ok=True)
    write_schemas(target / SCHEMAS)
    return target
