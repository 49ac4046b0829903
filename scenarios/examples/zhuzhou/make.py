"""Writes the Zhuzhou-like city, byte for byte: `python scenarios/examples/zhuzhou/make.py OUTDIR`.

Tables and layers of the nine studies are generated (see `counties.py`); YAML files and README are copied.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scenarios.examples.generator.maker import WRITTEN_BY_HAND, contents, write_files
from scenarios.examples.zhuzhou.counties import SPECS

HERE = Path(__file__).resolve().parent


def everything() -> dict[str, bytes]:
    """Every file of the example by its relative path."""
    files = {
        path.relative_to(HERE).as_posix(): path.read_bytes() for p in WRITTEN_BY_HAND for path in sorted(HERE.glob(p))
    }
    for member, spec in SPECS.items():
        files |= contents(HERE, spec, f"{member}/")
    return files


def main(arguments: list[str]) -> int:
    """Command line: one argument, the folder to write."""
    if len(arguments) != 1:
        print("usage: python scenarios/examples/zhuzhou/make.py OUTDIR", file=sys.stderr)
        return 2
    write_files(everything(), Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
