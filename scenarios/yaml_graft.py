"""A YAML file whose parts come from several files: every part keeps the line where it really stands."""

import copy
from typing import Any

from scenarios.yaml_core import Plain, Position
from scenarios.yaml_source import Key, KeyPath, Origin, YamlSource


class Graft:
    """Data under construction; ends as a `YamlSource` of the file that it began with."""

    def __init__(self, file: str, head: Position = (1, 1)) -> None:
        self.file = file
        self.data: dict[str, Any] = {}
        self.values: dict[KeyPath, Position] = {(): head}
        self.keys: dict[KeyPath, Position] = {}
        self.origins: dict[KeyPath, Origin] = {(): Origin(file)}

    @classmethod
    def of(cls, source: YamlSource) -> "Graft":
        """All of a file."""
        made = cls(source.file)
        made.data = copy.deepcopy(source.data)
        made.values, made.keys = dict(source.values), dict(source.keys)
        made.origins = {(): Origin(source.file), **source.origins}
        return made

    def source(self) -> YamlSource:
        """What was made."""
        return YamlSource(self.file, self.data, self.values, self.keys, self.origins)

    def put(self, path: KeyPath, source: YamlSource, at: KeyPath, override: tuple[str, str] | None = None) -> None:
        """Take a value from a place of a file to `path`; what was there goes. override: name of the one that sets it.

        Mappings on the way are made where they are not there; lists must be.
        """
        self._forget(path)
        for table, mine in ((source.values, self.values), (source.keys, self.keys)):
            for old, position in table.items():
                if old[: len(at)] == at:
                    mine[path + old[len(at) :]] = position
        for old, origin in source.origins.items():
            if len(old) > len(at) and old[: len(at)] == at:
                self.origins[path + old[len(at) :]] = origin
        own = source.origin(at)
        self.origins[path] = own if override is None else Origin(own.file, override)
        _set(self.data, path, copy.deepcopy(_at(source.data, at)))

    def _forget(self, path: KeyPath) -> None:
        for table in (self.values, self.keys, self.origins):
            for old in [old for old in table if old[: len(path)] == path]:
                del table[old]


def _at(data: Any, path: KeyPath) -> Plain:
    for part in path:
        data = data[part]
    found: Plain = data
    return found


def _set(data: Any, path: KeyPath, value: Plain) -> None:
    for part in path[:-1]:
        data = _child(data, part)
    if isinstance(data, list) and path[-1] == len(data):
        data.append(value)
    else:
        data[path[-1]] = value


def _child(data: Any, part: Key) -> Any:
    if isinstance(data, dict) and not isinstance(data.get(part), (dict, list)):
        data[part] = {}
    return data[part]
