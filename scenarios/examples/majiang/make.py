"""Writes the Majiang-like example, byte for byte: `python scenarios/examples/majiang/make.py OUTDIR`.

Data files are generated (see `generator/`); what a planner edits (YAML files) and the README are copied.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scenarios.examples.majiang.generator.files import tables
from scenarios.examples.majiang.generator.places import units

HERE = Path(__file__).resolve().parent
WRITTEN_BY_HAND = ("*.yaml", "futures/*.yaml", "plans/*.yaml", "README.md")


def contents() -> dict[str, bytes]:
    """Every file of the study folder by its relative path; tables start with the mark spreadsheets need (utf-8-sig)."""
    files = {}
    for name, text in tables(units()).items():
        files[name] = text.encode("utf-8-sig" if name.endswith(".csv") else "utf-8")
    for pattern in WRITTEN_BY_HAND:
        for path in sorted(HERE.glob(pattern)):
            files[path.relative_to(HERE).as_posix()] = path.read_bytes()
    return files


def write(folder: Path) -> None:
    """Write the example into a folder, which is made if need be."""
    for name, data in contents().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def main(arguments: list[str]) -> int:
    """Command line: one argument, the folder to write."""
    if len(arguments) != 1:
        print("usage: python scenarios/examples/majiang/make.py OUTDIR", file=sys.stderr)
        return 2
    write(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
