"""Clauses of a standards pack as one list, whatever their section; what differs between two packs. Opens no file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from scenarios.pack_extends import SECTIONS
from scenarios.pack_rules import judged
from scenarios.schema_base import Names
from scenarios.schema_pack import Pack

GRADES = ("A", "B", "C", "M")
JUDGED, NOT_ASSESSED, CHECKED = "judged", "not-assessed", "checked"
"""A run gives a verdict on it; nothing does yet; a table or map holds places against it, without a verdict."""


@dataclass(frozen=True)
class Entry:
    """One clause, as `standards show` prints it. bounds: pairs of what it is for ("" for all) and the number."""

    code: str
    section: str
    clause: Names
    indicator: str
    assessed: str
    verdict: str
    stages: tuple[str, ...]
    scope: str
    condition: tuple[tuple[str, object], ...]
    direction: str
    bounds: tuple[tuple[str, float], ...]
    unit: str
    tolerance: float
    valid_from: str
    valid_to: str
    source: Names
    grade: str
    unverified: tuple[str, ...] = ()


def entries(pack: Pack) -> tuple[Entry, ...]:
    """All clauses of a pack, section by section in the order of the file."""
    return tuple(_MAKERS[section](one) for section in SECTIONS for one in getattr(pack, section))


def grades(pack: Pack) -> dict[str, int]:
    """Number of clauses by grade of their source."""
    found = [entry.grade for entry in entries(pack)]
    return {grade: found.count(grade) for grade in GRADES}


def _entry(one: Any, section: str, **more: Any) -> Entry:
    """What entries of all sections share; `more` says the rest."""
    given: dict[str, Any] = {
        "code": one.code, "section": section, "clause": getattr(one, "clause", None) or one.name, "stages": (),
        "verdict": CHECKED, "assessed": "simulated", "scope": "school", "condition": (), "tolerance": 0.0,
        "valid_from": str(getattr(one, "valid_from", "")), "valid_to": str(getattr(one, "valid_to", None) or ""),
        "source": one.source, "grade": one.source_grade,
    }  # fmt: skip
    return Entry(**{**given, **more})


def _conditions(condition: Any) -> tuple[tuple[str, object], ...]:
    return tuple((name, value) for name, value in condition if value not in (None, "any"))


def _rule(one: Any) -> Entry:
    return _entry(
        one, "rules", indicator=one.indicator, verdict=JUDGED, stages=one.stages, scope=one.scope, unit=one.unit,
        condition=_conditions(one.applies_if), direction="at_most", bounds=(("", one.bound),), tolerance=one.tolerance,
    )  # fmt: skip


def _clause(one: Any) -> Entry:
    bounds = tuple((f"{row.classes} classes", row.bound) for row in one.sizes)
    return _entry(
        one, "clauses", indicator=one.indicator, verdict=JUDGED if judged(one) else NOT_ASSESSED,
        assessed=one.assessed, stages=one.stages,
        scope=one.scope, condition=_conditions(one.applies_if), direction=one.direction or "", unit=one.unit or "",
        bounds=bounds or (() if one.bound is None else (("", one.bound),)), tolerance=one.tolerance,
        unverified=tuple(f"{row.classes} classes" for row in one.sizes if row.source_grade == "M"),
    )  # fmt: skip


def _weights(one: Any) -> Entry:
    return _entry(
        one, "weights", indicator="stock_weight", stages=tuple(one.stages), direction="", unit="weight",
        bounds=tuple(one.stages.items()),
    )  # fmt: skip


def _exemption(one: Any) -> Entry:
    return _entry(
        one, "exemptions", indicator="left_out", direction="", unit="", bounds=(),
        condition=(*_conditions(one.applies_if), ("exempt", ", ".join(one.exempt))),
    )  # fmt: skip


def _warning(one: Any) -> Entry:
    return _entry(
        one, "warnings", indicator="place_pressure", verdict=NOT_ASSESSED, stages=one.stages, scope=one.scope,
        condition=(("lead_years", one.lead_years),), direction="at_least", unit="share",
        bounds=tuple((level.level, level.at_least) for level in one.levels),
    )  # fmt: skip


def _facility(one: Any) -> Entry:
    sizes = tuple((f"{need.measure}", need.at_least) for need in one.when)
    return _entry(
        one, "facilities", indicator="facility", stages=(one.facility,), scope="county", direction="at_least",
        condition=(*sizes, *((f"{need.measure}_up_to", need.up_to) for need in one.when if need.up_to is not None)),
        bounds=() if one.amount is None else (("", one.amount),),
        unit=f"{one.unit}_per_{one.per}",
    )  # fmt: skip


def _service(one: Any) -> Entry:
    place = (("place", one.place),) if one.place != "any" else ()
    grades_of = (("grades", ", ".join(one.grades)),) if one.grades else ()
    return _entry(
        one, "service", indicator=f"way_{one.use}", stages=one.stages, scope="zone", direction="at_most",
        unit=one.measure, condition=(*place, *grades_of), bounds=(("", one.bound),),
    )  # fmt: skip


def _clearance(one: Any) -> Entry:
    return _entry(
        one, "clearances", indicator="clearance", scope="site", direction="at_least", unit="m",
        condition=(("rule", one.rule),), bounds=(("", one.distance_m),),
    )  # fmt: skip


def _site_area(one: Any) -> Entry:
    condition = (("place", one.place),) if one.place != "any" else ()
    return _entry(
        one, "site_areas", indicator="site_area", stages=one.stages, scope="site", direction="at_least", unit="m2",
        condition=(*condition, *((("boarding", True),) if one.boarding else ())),
        bounds=tuple((f"{row.classes} classes", row.site_m2) for row in one.sizes),
        unverified=tuple(f"{row.classes} classes" for row in one.sizes if row.source_grade == "M"),
    )  # fmt: skip


_MAKERS: dict[str, Callable[[Any], Entry]] = {
    "rules": _rule, "clauses": _clause, "weights": _weights, "exemptions": _exemption, "warnings": _warning,
    "facilities": _facility, "service": _service, "clearances": _clearance, "site_areas": _site_area,
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One clause that two packs do not share. before, after: None where one has no such clause."""

    kind: str  # added, dropped, changed
    before: Entry | None
    after: Entry | None
    changed: tuple[str, ...] = ()


_COMPARED = tuple(
    one.name
    for one in fields(Entry)
    if one.name not in ("code", "section", "clause", "source", "unverified", "assessed")
)


def differences(first: Sequence[Entry], second: Sequence[Entry]) -> tuple[Difference, ...]:
    """Clauses added, dropped and changed from one pack to another, in the order: changed, added, dropped.

    Clauses are the same if they have the same code and indicator, else if they bound the same indicator of the same
    stages at the same scope under the same conditions, and each pack has one such clause only.
    """
    pairs = _pairs(first, second)
    after = {id(entry) for _, entry in pairs}
    before = {id(entry) for entry, _ in pairs}
    found = []
    for old, new in pairs:
        names = tuple(name for name in _COMPARED if getattr(old, name) != getattr(new, name))
        found += [Difference("changed", old, new, names)] if names else []
    found += [Difference("added", None, entry) for entry in second if id(entry) not in after]
    found += [Difference("dropped", entry, None) for entry in first if id(entry) not in before]
    return tuple(found)


def _pairs(first: Sequence[Entry], second: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    pairs: list[tuple[Entry, Entry]] = []
    left, right = list(first), list(second)
    for key in (_same_code, _same_matter):
        old, new = _single(left, key), _single(right, key)
        matched = [(old[one], new[one]) for one in old if one in new]
        pairs += matched
        gone = {id(entry) for pair in matched for entry in pair}
        left = [entry for entry in left if id(entry) not in gone]
        right = [entry for entry in right if id(entry) not in gone]
    return pairs


def _single(listed: Sequence[Entry], key: Callable[[Entry], object]) -> dict[object, Entry]:
    """Entries by key, those left out that share it with another."""
    keys = [key(entry) for entry in listed]
    return {one: entry for one, entry in zip(keys, listed, strict=True) if keys.count(one) == 1}


def _same_code(entry: Entry) -> object:
    return entry.code, entry.indicator


def _same_matter(entry: Entry) -> object:
    return entry.indicator, entry.stages, entry.scope, entry.condition


def as_data(entry: Entry, lang: str) -> dict[str, object]:
    """A clause for JSON; texts in one language."""
    data = {one.name: getattr(entry, one.name) for one in fields(entry)}
    data |= {name: getattr(data[name], lang) for name in ("clause", "source")}
    data |= {name: dict(data[name]) for name in ("condition", "bounds")}
    return data | {"stages": list(entry.stages), "unverified": list(entry.unverified)}
