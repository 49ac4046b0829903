"""Entries of our own files of texts, each parsed when it is first asked for: parsing them all takes seconds.

Such a file holds one entry per name, at one indentation; what is indented deeper, or follows in flow style, is its own.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from scenarios.yaml_core import parse, plain

Entry = TypeVar("Entry")
_NAME = re.compile(r"( *)([\w.-]+):(?=\s|$)")


def blocks(text: str, indent: int) -> dict[str, dict[str, str]]:
    """Text of every entry at an indentation, by the name it stands under (empty at indentation 0) and its own name.

    Raises ValueError for a name that stands twice, or a line that is no entry.
    """
    found: dict[str, dict[str, str]] = {}
    above = name = ""
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        bare = line.lstrip(" ")
        depth = len(line) - len(bare)
        if not bare.strip() or bare.startswith("#"):
            continue
        if depth > indent and name:
            found[above][name] += line
            continue
        match = _NAME.match(line)
        if match is None or depth not in (0, indent):
            raise ValueError(f"line {number}: no entry at {indent} spaces")
        if depth < indent:
            above, name = match[2], ""
        else:
            name = match[2]
            if name in found.setdefault(above, {}):
                raise ValueError(f"line {number}: {name} is said twice")
            found[above][name] = line
    return found


class Entries(Mapping[str, Entry], Generic[Entry]):
    """Entries by name; `texts` holds the YAML of each, which is trusted to be what `Entry` says."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._read: dict[str, Entry] = {}

    def __getitem__(self, name: str) -> Entry:
        """The entry as plain data. Raises KeyError."""
        if name not in self._read:
            data = plain(parse(self._texts[name]))
            assert isinstance(data, dict)
            self._read[name] = data[name]  # type: ignore[assignment]
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        """Without reading it."""
        return name in self._texts

    def __iter__(self) -> Iterator[str]:
        """Names in the order of the files."""
        return iter(self._texts)

    def __len__(self) -> int:
        """Number of entries."""
        return len(self._texts)
