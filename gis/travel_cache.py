"""Matrices kept between runs, by the hash of everything they were made from.

A file is written beside its name and moved in whole, so that a run that is killed leaves no half of one; a file that
cannot be read, or that does not hold what it should, counts as absent. A folder that cannot be written to costs time
and nothing else. Only what takes long is kept (`FROM` cells), so that small studies leave no folder behind.
"""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FROM = 2_000_000
"""Nodes x schools x means of travel from which a matrix is kept; below, finding it anew is as fast as reading it."""
_FORM = "travel-2"
Arrays = Mapping[str, NDArray[np.float64]]


def content_hash(parts: Iterable[object]) -> str:
    """Hash of arrays and texts, in this order."""
    digest = hashlib.sha256(_FORM.encode())
    for part in parts:
        if isinstance(part, np.ndarray):
            digest.update(f"{part.dtype.str}{part.shape}".encode())
            digest.update(np.ascontiguousarray(part).tobytes())
        else:
            text = repr(part).encode("utf-8")
            digest.update(f"{len(text)}:".encode() + text)
    return digest.hexdigest()


def kept(folder: Path | None, key: str, names: tuple[str, ...], make: Callable[[], Arrays]) -> Arrays:
    """Arrays of that key from the folder, or made and put there; folder None: made, and not put anywhere."""
    if folder is None:
        return make()
    path = folder / f"travel-{key[:32]}.npz"
    found = _read(path, names)
    if found is not None:
        return found
    made = make()
    _write(path, made)
    return made


def _read(path: Path, names: tuple[str, ...]) -> Arrays | None:
    try:
        with path.open("rb") as handle, np.load(handle, allow_pickle=False) as file:
            return {name: np.asarray(file[name], dtype=np.float64) for name in names}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _write(path: Path, arrays: Arrays) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{path.stem}-", suffix=".part", dir=path.parent)
    except OSError:
        return
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
