"""Standards packs as text: the list, every clause of one, what differs between two. Reads packs, computes nothing."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from scenarios.pack_extends import SECTIONS
from scenarios.pack_listing import GRADES, JUDGED, Difference, Entry, as_data, entries, grades
from scenarios.packs import is_own, read_pack, read_shipped, shipped_packs, unknown_pack
from scenarios.problems import ScenarioError, error, has_errors
from scenarios.schema_pack import Pack
from schoolplan.cli_texts import catalogue, say

SIGNS = {"at_least": "≥", "at_most": "≤", "": ""}


def pack_of(name: str) -> Pack:
    """A shipped pack by id, or one's own by path, with all that it extends. Raises ScenarioError."""
    if is_own(name):
        if not Path(name).is_file():
            raise ScenarioError([error("SCN006", name, name)])
        pack, problems = read_pack(Path(name), name)
    elif name in shipped_packs():
        pack, problems = read_shipped(name)
    else:
        raise ScenarioError([unknown_pack(name, "standards")])
    if pack is None or has_errors(problems):
        raise ScenarioError(problems)
    return pack


def list_rows(packs: Iterable[Pack], lang: str) -> list[tuple[str, ...]]:
    """A head and one row for each pack: id, first day, clauses, how many of them a run judges, by grade, name."""
    heads = ("name", "from", "count", "judged")
    rows = [(*(say(f"standards.{head}", lang) for head in heads), *GRADES, say("standards.title", lang))]
    for pack in packs:
        found, by_grade = entries(pack), grades(pack)
        judged = sum(entry.verdict == JUDGED for entry in found)
        counts = (str(number) for number in (len(found), judged, *(by_grade[grade] for grade in GRADES)))
        rows.append((pack.id, str(pack.valid_from), *counts, getattr(pack.name, lang)))
    return rows


def list_text(packs: Iterable[Pack], lang: str) -> str:
    """The list in columns, and what the grades mean."""
    rows = list_rows(packs, lang)
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([*(line.rstrip() for line in lines), "", say("standards.grades", lang)])


def list_markdown(packs: Iterable[Pack], lang: str) -> str:
    """The same list as a table of the guide."""
    head, *rows = list_rows(packs, lang)
    lines = [head, ("---",) * len(head), *((f"`{row[0]}`", *row[1:]) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def show_text(pack: Pack, lang: str) -> str:
    """Every clause of a pack: text, bound, on what and for whom, dates, whether it is judged, source and grade."""
    lines = [f"{pack.id}: {getattr(pack.name, lang)}", f"{pack.valid_from}; {getattr(pack.source, lang)}"]
    if pack.note is not None:
        lines.append(getattr(pack.note, lang))
    found = entries(pack)
    for section in SECTIONS:
        part = [entry for entry in found if entry.section == section]
        lines += ["", f"## {say(f'standards.section.{section}', lang)} ({len(part)})"] if part else []
        for entry in part:
            lines += [f"{entry.code}: {getattr(entry.clause, lang)}", *(f"    {line}" for line in facts(entry, lang))]
    if pack.sources:
        lines += ["", *(f"[{key}] {getattr(source, lang)}" for key, source in pack.sources.items())]
    return "\n".join([*lines, "", say("standards.grades", lang)])


def facts(entry: Entry, lang: str) -> tuple[str, str]:
    """Two lines: bound, stages, scope, conditions, dates, verdict; then source and grade."""
    stages = [_known("stage", stage, lang) for stage in entry.stages] or [say("standards.all_stages", lang)]
    parts = [bound_text(entry, lang), ", ".join(stages), say(f"standards.scope.{entry.scope}", lang)]
    parts += [f"{_known('condition', name, lang)} {_known('value', value, lang)}" for name, value in entry.condition]
    if entry.valid_from:
        key = "standards.dates_until" if entry.valid_to else "standards.dates"
        parts.append(say(key, lang, first=entry.valid_from, last=entry.valid_to))
    parts.append(say(f"standards.verdict.{entry.verdict}", lang))
    if entry.section == "clauses":
        parts.append(say(f"standards.assessed.{entry.assessed}", lang))
    return "; ".join(parts), say(
        "standards.source", lang, source=getattr(entry.source, lang), grade=_grade(entry, lang)
    )


def bound_text(entry: Entry, lang: str) -> str:
    """`≤ 45 pupils`, or one such for each size or level."""
    if not entry.bounds:
        return say("standards.no_bound", lang)
    sign, unit = SIGNS[entry.direction], _known("unit", entry.unit, lang)
    rows = [" ".join(f"{_row(of, lang)} {sign} {value:g}".split()) for of, value in entry.bounds]
    tolerance = [say("standards.tolerance", lang, value=f"{entry.tolerance:g}")] if entry.tolerance else []
    return ", ".join([*rows, *tolerance]) + f" {unit}"


def diff_text(first: Pack, second: Pack, found: Sequence[Difference], lang: str) -> str:
    """What changed from one pack to another, clause by clause; before and after one above the other."""
    lines = [f"{first.id} -> {second.id}"]
    for one in found:
        entry = one.after or one.before
        if entry is None:
            raise AssertionError("a difference is about a clause")
        codes = dict.fromkeys(each.code for each in (one.before, one.after) if each is not None)
        lines += ["", f"{say(f'standards.kind.{one.kind}', lang)} {' -> '.join(codes)}: {getattr(entry.clause, lang)}"]
        for mark, each in (("-", one.before), ("+", one.after)):
            other = "" if each is None or each.clause == entry.clause else f"{getattr(each.clause, lang)}; "
            text = () if each is None else facts(each, lang)
            lines += [f"  {mark} {before}{line}" for before, line in zip((other, ""), text, strict=False)]
    kinds = {kind: sum(one.kind == kind for one in found) for kind in ("changed", "added", "dropped")}
    return "\n".join([*lines, "", say("standards.total", lang, **kinds) if found else say("standards.same", lang)])


def diff_data(found: Sequence[Difference], lang: str) -> list[dict[str, object]]:
    """The same for JSON."""
    return [
        {
            "kind": one.kind,
            "changed": list(one.changed),
            "before": None if one.before is None else as_data(one.before, lang),
            "after": None if one.after is None else as_data(one.after, lang),
        }
        for one in found
    ]


def list_data(packs: Iterable[Pack], lang: str) -> list[dict[str, object]]:
    """The list for JSON."""
    return [
        {
            "id": pack.id,
            "name": getattr(pack.name, lang),
            "valid_from": str(pack.valid_from),
            "clauses": len(entries(pack)),
            "judged": sum(entry.verdict == JUDGED for entry in entries(pack)),
            "grades": grades(pack),
        }
        for pack in packs
    ]


def show_data(pack: Pack, lang: str) -> dict[str, object]:
    """A pack with every clause, for JSON."""
    told = {"id": pack.id, "name": getattr(pack.name, lang), "valid_from": str(pack.valid_from)}
    return {**told, "clauses": [as_data(entry, lang) for entry in entries(pack)]}


def _grade(entry: Entry, lang: str) -> str:
    """The grade; of one from memory, and of single numbers that are, that nobody has verified it."""
    if entry.grade == "M":
        return f"M, {say('standards.unverified', lang)}"
    rows = ", ".join(_row(of, lang) for of in entry.unverified)
    return entry.grade if not rows else f"{entry.grade}; {say('standards.unverified_rows', lang, rows=rows)}"


def _row(of: str, lang: str) -> str:
    number, _, classes = of.partition(" ")
    if classes:
        return say("standards.row", lang, classes=number)
    return _known("stage", of, lang) if f"standards.stage.{of}" in catalogue() else _known("value", of, lang)


def _known(kind: str, value: object, lang: str) -> str:
    """The word for something that shipped packs use, anything else as it is."""
    known = catalogue().get(f"standards.{kind}.{value}")
    return f"{value:g}" if isinstance(value, float) else str(value) if known is None else known[lang]


def _width(text: str) -> int:
    """Columns that a text takes on a terminal; Chinese characters take two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
