"""Writes the Jinyun-like example, byte for byte: `python scenarios/examples/jinyun/make.py OUTDIR`.

Tables, units, roads, parcels and constraint layers are generated; YAML files, the log of locked parcels (a document to
which rows are only added) and the README are copied.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scenarios.examples.generator import contents, units
from scenarios.examples.generator.maker import write_files
from scenarios.examples.jinyun.county import SPEC
from scenarios.examples.jinyun.parcels import parcel_files
from scenarios.examples.jinyun.roads import roads_geojson

HERE = Path(__file__).resolve().parent
LOG = "data/parcel_log.csv"


def everything() -> dict[str, bytes]:
    """Every file of the study folder by its relative path."""
    land = units(SPEC)
    files = contents(HERE, SPEC)
    files["data/roads.geojson"] = roads_geojson(SPEC, land).encode("utf-8")
    for name, text in parcel_files(SPEC, land).items():
        files[name] = text.encode("utf-8-sig" if name.endswith(".csv") else "utf-8")
    files[LOG] = (HERE / LOG).read_bytes()
    return files


def main(arguments: list[str]) -> int:
    """Command line: one argument, the folder to write."""
    if len(arguments) != 1:
        print("usage: python scenarios/examples/jinyun/make.py OUTDIR", file=sys.stderr)
        return 2
    write_files(everything(), Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
