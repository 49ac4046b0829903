"""Files and folders that appear whole or not at all: written under a sibling name, moved in at the end."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reports.run_errors import RunError

MARK = "UNFINISHED.txt"
"""File that marks a folder whose writer did not come to its end (a killed run leaves it behind)."""
_MARK_TEXT = "This run was not finished; its results must not be used.\n本次推演未完成，结果不可使用。\n"


def check_free(folder: Path) -> None:
    """`RunError` RUN005 unless the folder is new or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RunError("RUN005", folder)


@contextmanager
def whole_folder(target: Path | str) -> Iterator[Path]:
    """A folder to fill; it takes the name `target` (new or empty) only if nothing goes wrong on the way."""
    folder = Path(target)
    check_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = folder.parent / f".{folder.name}.{os.getpid()}.unfinished"
    shutil.rmtree(building, ignore_errors=True)
    try:
        building.mkdir()
        (building / MARK).write_text(_MARK_TEXT, encoding="utf-8")
        yield building
        (building / MARK).unlink()
        if folder.exists():
            folder.rmdir()
        building.rename(folder)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def write_whole(path: Path | str, text: str) -> Path:
    """Write a text file (utf-8, line feeds) so that a reader never sees half of it; returns its path."""
    return write_whole_bytes(path, text.encode("utf-8"))


def write_whole_bytes(path: Path | str, content: bytes) -> Path:
    """Write a file so that a reader never sees half of it; returns its path.

    `RunError` RUN013 where a folder has its name, or it is open in a program or not ours to write.
    """
    file = Path(path)
    building = file.with_name(f".{file.name}.unfinished")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        building.write_bytes(content)
        return building.replace(file)
    except OSError as error:
        building.unlink(missing_ok=True)
        raise RunError("RUN013", file, found=error.strerror or str(error)) from error
