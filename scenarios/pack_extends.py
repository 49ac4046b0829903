"""A pack laid over another: drops, entries of the same code, changes to single clauses. Opens no file.

Order: the other pack; less `drops`; an entry of the same section and code takes its place, others are added; then
`overrides`; last, `standards_overrides` of the study. The same value is never changed twice in one file.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from scenarios.problems import Problem, error, nearest, note
from scenarios.schema_base import Names
from scenarios.schema_clause import Override
from scenarios.schema_pack import Pack
from scenarios.yaml_source import Key, YamlSource

SECTIONS = (
    "rules", "clauses", "weights", "exemptions", "warnings", "facilities", "service", "clearances", "site_areas",
)  # fmt: skip
"""Sections of a pack that hold entries with a code."""

WHOLE = ("coefficients", "cv_mode", "standard_school", "standard_targets")
"""Parts of a pack that are taken from the other one as a whole where a pack does not have them."""

_BOUND = {"rules": "bound", "clauses": "bound", "service": "bound", "facilities": "amount", "clearances": "distance_m"}
_TITLE = {"clearances": "name", "site_areas": "name"}


def codes_of(pack: Pack) -> list[str]:
    """Codes of all entries, section by section."""
    return [entry.code for section in SECTIONS for entry in getattr(pack, section)]


def laid_over(own: Pack, base: Pack, source: YamlSource) -> tuple[Pack, list[Problem]]:
    """A pack with what it takes from another. own: as written; base: complete; source: the file of `own`."""
    known = codes_of(base)
    problems = [
        error("SCN463", source.place("drops", number), code, near=nearest(code, known), base=base.id)
        for number, code in enumerate(own.drops)
        if code not in known
    ]
    written = set(codes_of(own))
    problems += [
        error("SCN464", source.place("overrides", code, key=True), code)
        for code in own.overrides
        if code in written or code in own.drops
    ]
    kept: dict[str, Any] = {}
    for section in SECTIONS:
        mine = {entry.code: entry for entry in getattr(own, section)}
        below = [entry for entry in getattr(base, section) if entry.code not in (*own.drops, *mine)]
        kept[section] = _in_place(getattr(base, section), below, getattr(own, section))
    kept |= {name: getattr(base, name) for name in WHOLE if getattr(own, name) is None}
    merged = own.model_copy(update={**kept, "sources": {**base.sources, **own.sources}})
    changes = {code: change for code, change in own.overrides.items() if code not in written | set(own.drops)}
    changed, found = overridden((merged,), changes, source, "overrides")
    return changed[0], problems + found


def _in_place(base: Sequence[Any], below: Sequence[Any], own: Sequence[Any]) -> tuple[Any, ...]:
    """Entries in the order of the other pack, own ones of the same code where that stood, new ones at the end."""
    merged: list[Any] = []
    for code in dict.fromkeys(entry.code for entry in base):
        merged += [entry for entry in own if entry.code == code] or [entry for entry in below if entry.code == code]
    there = {entry.code for entry in base}
    return (*merged, *(entry for entry in own if entry.code not in there))


def overridden(
    packs: Sequence[Pack], changes: Mapping[str, Override], source: YamlSource, key: Key
) -> tuple[tuple[Pack, ...], list[Problem]]:
    """Packs with changes to single clauses. key: key of the file under which they stand. Each change is told."""
    problems: list[Problem] = []
    done = list(packs)
    known = [code for pack in packs for code in codes_of(pack)]
    for code, change in changes.items():
        at = source.place(key, code, key=True)
        if code not in known:
            problems.append(error("SCN465", at, code, near=nearest(code, known)))
            continue
        for number, pack in enumerate(done):
            for section in SECTIONS:
                entries = getattr(pack, section)
                if code not in [entry.code for entry in entries]:
                    continue
                values, found = _values(section, entries, code, change, source.place(key, code, key=True))
                problems += found
                new = tuple(entry.model_copy(update=values) if entry.code == code else entry for entry in entries)
                done[number] = pack = pack.model_copy(update={section: new})
    return tuple(done), problems


def _values(
    section: str, entries: Sequence[Any], code: str, change: Override, at: str
) -> tuple[dict[str, Any], list[Problem]]:
    """What a change sets in an entry of a section, and what cannot be set there."""
    entry = next(entry for entry in entries if entry.code == code)
    names = {"bound": _BOUND.get(section, ""), "clause": _TITLE.get(section, "clause")}
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in change:
        field = names.get(name, name)
        if value is None:
            continue
        if field not in type(entry).model_fields or (name == "bound" and getattr(entry, field) is None):
            problems.append(error("SCN467", at, name, clause=code, section=section))
            continue
        values[field] = value
    if change.bound is not None and change.clause is None:
        problems.append(error("SCN466", at, f"{change.bound:g}", clause=code))
    first, last = values.get("valid_from"), values.get("valid_to", getattr(entry, "valid_to", None))
    first = first or getattr(entry, "valid_from", None)
    if first is not None and last is not None and last < first:
        problems.append(error("SCN705", at, str(last), start=first))
    if not problems and change.bound is not None:
        before = getattr(entry, names["bound"])
        problems.append(
            note("SCN468", at, f"{change.bound:g}", before=f"{before:g}", clause=code, why=_both(change.source))
        )
    return values, problems


def _both(source: Names) -> str:
    """A source in both languages, once if they are the same."""
    return source.zh if source.zh == source.en else f"{source.zh} / {source.en}"


def in_force(pack: Pack, year: int) -> Pack:
    """The pack with one version of every clause: of several of one code, that of 1 September of a school year.

    Clauses with a single version stay, whatever their dates. Where no version holds on that day, the nearest one stays.
    """
    day, update = date(year, 9, 1), {}
    for section in SECTIONS:
        entries = getattr(pack, section)
        codes = [entry.code for entry in entries]
        if len(set(codes)) < len(codes) and all(hasattr(entry, "valid_from") for entry in entries):
            best = {code: min((e for e in entries if e.code == code), key=lambda e: _days(e, day)) for code in codes}
            update[section] = tuple(one for one in entries if one.valid_from == best[one.code].valid_from)
    return pack.model_copy(update=update) if update else pack


def _days(entry: Any, day: date) -> int:
    """Days from a day to the time in which an entry is in force [days]; 0 inside it."""
    if day < entry.valid_from:
        return int((entry.valid_from - day).days)
    return 0 if entry.valid_to is None or day <= entry.valid_to else int((day - entry.valid_to).days)
