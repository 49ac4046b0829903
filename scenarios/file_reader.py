"""Reading the files that a scenario names: each is found, read, held to its schema, and kept in the list of the run."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from scenarios.draft import Read
from scenarios.editor_schema import stale_schema
from scenarios.problems import Problem, error, nearest
from scenarios.schema_base import FileModel
from scenarios.schema_errors import validate
from scenarios.yaml_source import Key, YamlSource, read_yaml

Model = TypeVar("Model", bound=FileModel)


class FileReader:
    """Reads the files of one scenario or study; keeps the problems and the files met on the way."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links out of the study
        self.root = self.path.parent
        self.problems: list[Problem] = []
        self.files: list[Path] = []

    def yaml(self, path: Path) -> YamlSource | None:
        """A YAML file with the places of its values, None if it cannot be read."""
        self.files.append(path)
        source, problems = read_yaml(path, self.shown(path))
        self.problems += problems if source is None else [*problems, *stale_schema(path, self.shown(path))]
        return source

    def model(self, model: type[Model], source: YamlSource) -> Read[Model] | None:
        """A YAML file as its schema reads it, None if it does not fit."""
        told = {problem.place for problem in self.problems}
        found, problems = validate(model, source, told)
        self.problems += problems
        return None if found is None else Read(found, source)

    def listed_paths(self, source: YamlSource | None, key: str) -> Iterable[Path]:
        """The files named in the list `key` of a YAML file, those that are there."""
        named = source.data.get(key) if source is not None else None
        for number, name in enumerate(named if isinstance(named, list) else []):
            path = self.target(source, name, self.root, key, number)
            if path is not None:
                yield path

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
