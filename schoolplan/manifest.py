"""Where a run comes from: hashes of inputs and code, versions, seed. No times, no machine: equal runs, equal bytes."""

import hashlib
from collections.abc import Iterable, Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from scenarios.bundle import Bundle, StudyBundle
from scenarios.packs import default_files
from schoolplan.guard import PACKAGES
from schoolplan.prepare import Options

LIBRARIES = (
    *("numpy", "numba", "pandas", "scipy", "geopandas", "shapely", "pyproj", "pyogrio", "pyarrow", "simpy", "pydantic"),
)


def sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hashes(paths: Iterable[Path]) -> dict[str, str]:
    """Hash of every file by its bare name."""
    return {path.name: sha256(path) for path in paths}


def input_hashes(bundle: StudyBundle) -> dict[str, str]:
    """Hash of every input file, by its path relative to the scenario file (or its name, where it lies elsewhere)."""
    return {_shown(path, bundle.root): sha256(path) for path in sorted(set(bundle.files))}


def _shown(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.name


def code_hash() -> str:
    """Hash of the program's own modules and data, so that a changed formula is a different program."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        spec = find_spec(package)
        folder = Path(str(spec.origin)).parent if spec is not None else Path()
        for file in sorted(folder.rglob("*")):
            if file.suffix in {".py", ".yaml"} and "examples" not in file.parts:
                digest.update(file.relative_to(folder.parent).as_posix().encode("utf-8"))
                digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def stamp() -> dict[str, object]:
    """How every manifest begins: its shape, the program, its version, the hash of its code."""
    return {
        "schema_version": 1,
        "program": "schoolplan",
        "version": metadata.version("schoolplan"),
        "code": code_hash(),
    }


def libraries() -> dict[str, str]:
    """How every manifest of a computation ends: versions of the libraries that numbers depend on."""
    return {name: metadata.version(name) for name in LIBRARIES}


def manifest(bundle: Bundle, chosen: Options, databases: Mapping[str, str]) -> dict[str, object]:
    """What a computation on a scenario rests on; databases: hash of what was read from each layer that came from one.

    The files of values that ship with the program and hold where a study has none of its own are inputs like others.
    """
    return {
        **stamp(),
        "scenario": bundle.scenario.id,
        "study": bundle.study.id,
        "pack": bundle.pack.id,
        "seed": chosen.seed,
        "draws": chosen.draws,
        "spread": bundle.scenario.spread,
        "inputs": {**input_hashes(bundle), **databases, **_default_hashes()},
        "libraries": libraries(),
    }


def _default_hashes() -> dict[str, str]:
    return {f"schoolplan/{name}": digest for name, digest in hashes(default_files()).items()}


def run_hash(made: dict[str, object]) -> str:
    """Eight characters that tell runs of different inputs, seeds or versions apart."""
    text = "\n".join(f"{key}={value}" for key, value in sorted(made.items()) if key != "libraries")
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
