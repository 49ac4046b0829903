"""The evidence pack (证据包): papers, tables and inputs of a run in one zip with the hash of every file.

`SHA256SUMS` lists every other file as `sha256sum` does, so that anyone can check it; its own hash is the seal, one
number that fixes the whole pack.  Equal files give equal bytes: no times, one order, one compression.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from reports.run_folder import DOCUMENTS, ISOCHRONES, RunFolder, document_bytes
from reports.table_shapes import SHAPES
from schoolplan.cli_texts import say
from schoolplan.manifest import stamp
from schoolplan.pack_inputs import Copy

NAME, LIST, CARD, README = "evidence.zip", "SHA256SUMS", "pack.json", "README.txt"
PACK_SCHEMA = 1
WRITTEN = ("report.html", "map.gpkg", "map.qgs", "problems.xlsx", "work_plan.xlsx")
"""What `run` writes beside the tables."""
_LEVEL = 6
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16


@dataclass(frozen=True)
class Packed:
    """Content of a pack by its path inside."""

    files: Mapping[str, bytes]

    @property
    def sums(self) -> bytes:
        """`SHA256SUMS`."""
        lines = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in sorted(self.files.items())]
        return ("\n".join(lines) + "\n").encode("utf-8")

    @property
    def seal(self) -> str:
        """Hash of `SHA256SUMS`."""
        return hashlib.sha256(self.sums).hexdigest()

    def zipped(self) -> bytes:
        """The zip; the list comes first."""
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in [(LIST, self.sums), *sorted(self.files.items())]:
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _MODE, 3
                archive.writestr(entry, content, compresslevel=_LEVEL)
        return buffer.getvalue()


def packed(run: RunFolder, papers: Iterable[tuple[str, Path]], inputs: Iterable[Copy]) -> Packed:
    """A pack of a run. papers: path in the pack and file; inputs: as `schoolplan.pack_inputs.copies`."""
    copied = list(inputs)
    files = {f"run/{name}": (run.path / name).read_bytes() for name in _of_run(run)}
    for name, path in papers:
        files[_free(f"papers/{safe(name)}", files)] = path.read_bytes()
    places: dict[str, str] = {}
    for one in copied:
        if one.file is not None:
            places[one.name] = _free(f"inputs/{safe(one.name)}", files)
            files[places[one.name]] = one.file.read_bytes()
    files[CARD] = document_bytes(_card(run, copied, places, files))
    files[README] = _readme(run, copied).encode("utf-8")
    return Packed(files)


def paper_files(folder: Path) -> list[Path]:
    """Papers in a folder: what is not hidden, not a lock file of an office program, and not a pack."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    return [path for path in found if not any(_odd(part) for part in path.relative_to(folder).parts)]


def safe(name: str) -> str:
    r"""A name as it stands in the pack: relative, with `/`, without what a system could take for a way out or a drive.

    >>> safe("data/units.csv"), safe("../x.csv"), safe("C:\\a?b.csv")
    ('data/units.csv', 'x.csv', 'C_/a_b.csv')
    """
    parts = PurePosixPath(name.replace("\\", "/")).parts
    kept = ["".join("_" if sign in ':*?"<>|' or ord(sign) < 32 else sign for sign in part) for part in parts]
    return "/".join(part for part in kept if part not in ("", ".", "..", "/")) or "_"


def _odd(name: str) -> bool:
    return name.startswith((".", "~$")) or name == NAME or name == f"{PurePosixPath(NAME).stem}-seal.html"


def _free(name: str, files: Mapping[str, bytes]) -> str:
    """The name, or one with a number where it is taken (also but for capitals, as on Windows)."""
    taken, number, path = {one.casefold() for one in files}, 1, PurePosixPath(name)
    while name.casefold() in taken:
        number += 1
        name = str(path.with_name(f"{path.stem}-{number}{path.suffix}"))
    return name


def _of_run(run: RunFolder) -> list[str]:
    names = [*DOCUMENTS, ISOCHRONES, *WRITTEN, *(shape.file for shape in SHAPES.values())]
    return [name for name in dict.fromkeys(names) if (run.path / name).is_file()]


def _card(
    run: RunFolder, inputs: Iterable[Copy], places: Mapping[str, str], files: Mapping[str, bytes]
) -> dict[str, object]:
    made = run.manifest
    return {
        **stamp(),
        "schema_version": PACK_SCHEMA,
        "kind": "evidence-pack",
        "study": run.study.id,
        "name": dict(run.study.name),
        "synthetic": run.study.synthetic,
        "base_year": run.study.base_year,
        "run": {name: made.get(name) for name in ("scenario", "version", "code", "seed", "draws")},
        "inputs": {
            one.name: {"sha256": one.digest, "state": one.state, "file": places.get(one.name)} for one in inputs
        },
        "papers": sorted(name for name in files if name.startswith("papers/")),
    }


def _readme(run: RunFolder, inputs: Iterable[Copy]) -> str:
    """What the pack is and how it is verified, in both languages."""
    texts = []
    for lang in ("zh", "en"):
        without = [f"{one.name} ({say(f'pack.state.{one.state}', lang)})" for one in inputs if one.file is None]
        name = run.study.name.get(lang) or run.study.id
        missing = "\n".join(f"- {one}" for one in without) or f"- {say('pack.none', lang)}"
        texts.append(say("pack.readme", lang, study=name, version=run.manifest.get("version", ""), missing=missing))
    return "\n\n".join(texts)
