"""Reading the standards packs that a study names, and its own changes of their clauses."""

from pathlib import Path

from scenarios.draft import Read
from scenarios.file_reader import FileReader
from scenarios.pack_extends import in_force, overridden
from scenarios.packs import files_of, is_own, read_pack, read_shipped, shipped_files, shipped_packs, unknown_pack
from scenarios.problems import error, warning
from scenarios.schema_pack import Pack
from scenarios.schema_study import StudyFile
from scenarios.yaml_source import Key


def packs_of(reader: FileReader, study: Read[StudyFile], folder: Path) -> tuple[Pack | None, tuple[Pack, ...]]:
    """The standards pack and the facility packs of a study, as it changes them and as its first year needs them."""
    pack = _pack(reader, study, folder, study.model.standards, "standards")
    named = (
        _pack(reader, study, folder, name, "facility_standards", number)
        for number, name in enumerate(study.model.facility_standards)
    )
    facilities = tuple(one for one in named if one is not None)
    if pack is None:
        return None, facilities
    first, changes = study.model.base_year + 1, study.model.standards_overrides
    packs, problems = overridden((pack, *facilities), changes, study.source, "standards_overrides")
    reader.problems += problems
    pack, *others = (in_force(one, first) for one in packs)
    return pack, tuple(others)


def alert_pack_of(reader: FileReader, study: Read[StudyFile], folder: Path) -> Pack | None:
    """The pack with the levels of early warning, as the study's first year needs it."""
    pack = _pack(reader, study, folder, study.model.alerts.pack, "alerts", "pack")
    return None if pack is None else in_force(pack, study.model.base_year + 1)


def _pack(reader: FileReader, study: Read[StudyFile], folder: Path, name: str, *key: Key) -> Pack | None:
    place = study.place(*key)
    if is_own(name):
        path = reader.target(study.source, name, folder, *key)
        if path is None:
            return None
        reader.files += files_of(path)
        pack, problems = read_pack(path, reader.shown(path))
    elif name in shipped_packs():
        reader.files += shipped_files(name)
        pack, problems = read_shipped(name)
    else:
        pack, problems = None, [unknown_pack(name, place)]
    reader.problems += problems
    if pack is not None and key[0] == "alerts":
        if pack.warnings:
            return pack
        reader.problems.append(error("SCN650", place, name))
        return None
    if pack is not None and key[0] == "standards" and pack.clauses and not pack.rules:
        reader.problems.append(warning("SCN472", place, name))
    elif pack is not None and not (pack.rules if key[0] == "standards" else pack.facilities):
        reader.problems.append(error("SCN444" if key[0] == "standards" else "SCN445", place, name))
        return None
    return pack
