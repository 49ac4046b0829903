"""`schoolplan verify PACK`: whether every file of an evidence pack is what its list says, and the list what was signed.

Nothing is unpacked.  What reproduces the numbers is another question: run the inputs again.
"""

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from reports.run_errors import RunError
from scenarios.problems import Problem, error
from schoolplan.pack import CARD, LIST, PACK_SCHEMA, safe

_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_CHUNK = 1 << 20
_MOST_LISTED = 64 << 20
"""Bytes of a list, more than any real one has; what is bigger is not read."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


@dataclass(frozen=True)
class Verified:
    """A pack that was looked at: its seal, the files that its list names, and what is wrong."""

    path: Path
    seal: str
    files: int
    problems: tuple[Problem, ...]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


class _Store(Protocol):
    """A pack as a zip or as a folder: names of its files as often as they occur, and their bytes."""

    def names(self) -> list[str]: ...

    def open(self, name: str) -> IO[bytes]: ...


@dataclass(frozen=True)
class _Zip:
    archive: zipfile.ZipFile

    def names(self) -> list[str]:
        return [entry.filename for entry in self.archive.infolist() if not entry.is_dir()]

    def open(self, name: str) -> IO[bytes]:
        return self.archive.open(name)


@dataclass(frozen=True)
class _Folder:
    path: Path

    def names(self) -> list[str]:
        found = (Path(top) / name for top, _, files in os.walk(self.path) for name in files)
        return [path.relative_to(self.path).as_posix() for path in found]

    def open(self, name: str) -> IO[bytes]:
        return (self.path / name).open("rb")


def verify(pack: Path | str, seal: str | None = None) -> Verified:
    """Check a pack (zip, or unpacked). seal: as on the signed sheet. Raises RunError RUN133 or RUN004 if it is none."""
    path = Path(pack)
    with _opened(path) as store:
        listing = _listing(store, path)
        listed = dict(_entries(listing, path))
        _check_version(store, listed, path)
        found = _differences(store, listed, path)
    made = hashlib.sha256(listing).hexdigest()
    given = None if seal is None else "".join(seal.split()).lower()
    if given is not None and given != made:
        found.append(error("RUN144", str(path), made, given=given))
    return Verified(path, made, len(listed), tuple(found))


@contextmanager
def _opened(path: Path) -> Iterator[_Store]:
    if path.is_dir():
        yield _Folder(path)
        return
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGED as fault:
        raise RunError("RUN133", path, found=str(fault)) from fault
    with archive:
        yield _Zip(archive)


def _listing(store: _Store, path: Path) -> bytes:
    names = store.names()
    if names.count(LIST) != 1:
        raise RunError("RUN133", path, found=f"{LIST} x {names.count(LIST)}")
    try:
        with store.open(LIST) as file:
            listing = file.read(_MOST_LISTED + 1)
    except _DAMAGED as fault:
        raise RunError("RUN133", path, found=f"{LIST}: {fault}") from fault
    if len(listing) > _MOST_LISTED:
        raise RunError("RUN133", path, found=f"{LIST} > {_MOST_LISTED}")
    return listing


def _entries(listing: bytes, path: Path) -> Iterator[tuple[str, str]]:
    """Name and hash of every line; a line that is none is an error."""
    try:
        lines = listing.decode("utf-8").splitlines()
    except UnicodeDecodeError as fault:
        raise RunError("RUN133", path, found=f"{LIST}: {fault.reason}") from fault
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in seen:
            raise RunError("RUN133", path, found=f"{LIST}:{number}: {line[:80]}")
        seen.add(match[2])
        yield match[2], match[1]


def _check_version(store: _Store, listed: Mapping[str, str], path: Path) -> None:
    """Raises RunError RUN004 for a pack of a newer form, RUN133 for a list of something else."""
    if CARD not in listed:
        raise RunError("RUN133", path, found=f"{LIST} – {CARD}")
    try:
        with store.open(CARD) as file:
            card = json.loads(file.read(_MOST_LISTED))
    except (*_DAMAGED, ValueError, KeyError):
        return  # told as altered or missing, like any other file
    version = card.get("schema_version") if isinstance(card, dict) else None
    if isinstance(version, int) and version > PACK_SCHEMA:
        raise RunError("RUN004", f"{path}: {CARD}", found=version, known=PACK_SCHEMA)


def _differences(store: _Store, listed: Mapping[str, str], path: Path) -> list[Problem]:
    names = store.names()
    there = set(names)
    altered = [name for name in sorted(listed) if name in there and _digest(store, name) != listed[name]]
    missing = sorted(set(listed) - there)
    added = {name for name in there if name not in listed and name != LIST}
    added |= {name for name in names if names.count(name) > 1} if len(there) < len(names) else set()
    added |= {name for name in there if safe(name) != name}
    kinds = (("RUN134", altered), ("RUN135", missing), ("RUN143", sorted(added)))
    return [error(code, f"{path}: {name}", name) for code, found in kinds for name in found]


def _digest(store: _Store, name: str) -> str:
    """Hash of a file; empty where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with store.open(name) as file:
            for chunk in _chunks(file):
                digest.update(chunk)
    except (*_DAMAGED, KeyError):
        return ""
    return digest.hexdigest()


def _chunks(file: IO[bytes]) -> Iterable[bytes]:
    return iter(lambda: file.read(_CHUNK), b"")
