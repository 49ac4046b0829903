"""The whole folder of an example: generated tables beside what a planner writes by hand (YAML files, README)."""

from __future__ import annotations

import sys
from pathlib import Path

from scenarios.examples.generator.spec import Spec
from scenarios.examples.generator.texts import tables

WRITTEN_BY_HAND = ("*.yaml", "futures/*.yaml", "plans/*.yaml", "README.md")


def contents(here: Path, spec: Spec, under: str = "") -> dict[str, bytes]:
    """Every file of the folder by its relative path; tables start with the mark spreadsheets need (utf-8-sig).

    under: subfolder of a member, with a slash at its end, where one example holds several studies.
    """
    files = {}
    for name, text in tables(spec).items():
        files[under + name] = text.encode("utf-8-sig" if name.endswith(".csv") else "utf-8")
    for pattern in WRITTEN_BY_HAND:
        for path in sorted((here / under).glob(pattern)):
            files[path.relative_to(here).as_posix()] = path.read_bytes()
    return files


def write_files(files: dict[str, bytes], folder: Path) -> None:
    """Write files into a folder, which is made if need be."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def write(here: Path, spec: Spec, folder: Path) -> None:
    """Write an example of one study into a folder."""
    write_files(contents(here, spec), folder)


def main(here: Path, spec: Spec, arguments: list[str]) -> int:
    """Command line of a `make.py`: one argument, the folder to write."""
    if len(arguments) != 1:
        print(f"usage: python {here.name}/make.py OUTDIR", file=sys.stderr)
        return 2
    write(here, spec, Path(arguments[0]))
    return 0
