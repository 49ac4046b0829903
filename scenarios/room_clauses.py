"""Area clauses of special rooms (96 m2 for music, 90 m2 for art, ...) as the bound that holds for one room.

The clauses are those of the pack with the indicator `<kind>_room_area`.  A clause that replaces another takes its
place where it holds; of what is left the widest bound counts.  Conditions on the largest class or on pupils depend on
the draw and the year: `small` says which of two worlds is asked for, and `small_below` from which class size on the
other holds.  Opens no file, so that `sim` may import it.  Tests: tests/sim/test_room_stock.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from scenarios.pack_rules import school_kind
from scenarios.schema_clause import Clause
from scenarios.schema_pack import Pack

AREA = "_room_area"
PER_CLASSES = "_rooms_per_12_classes"


@dataclass(frozen=True)
class Home:
    """What decides which clause holds for the rooms of a school. stages: ids it hosts. urban: by its unit."""

    stages: tuple[str, ...]
    urban: bool


def kinds_with(pack: Pack, ending: str) -> tuple[str, ...]:
    """Kinds of special rooms that the pack has a clause of that ending about, in the order of the file."""
    named = (clause.indicator for clause in pack.clauses if clause.bound is not None)
    return tuple(dict.fromkeys(name.removesuffix(ending) for name in named if name.endswith(ending)))


def least_area(pack: Pack, kind: str, home: Home, built: float, small: bool) -> float:
    """Least net area of a room of a kind, 0 without a clause [m2].

    built: year, nan if unknown: no clause for old buildings holds then.  small: whether classes are small enough for
    the clauses of small schools.
    """
    fitting = [clause for clause in _of_kind(pack, kind, home) if _holds(clause, pack, home, built, small)]
    replaced = {code for clause in fitting for code in clause.replaces}
    return max((float(c.bound or 0.0) for c in fitting if c.code not in replaced), default=0.0)


def small_below(pack: Pack, kind: str, home: Home) -> float:
    """Size of the largest class below which a clause of small schools may hold; 0 where there is none [pupils]."""
    sizes = (
        clause.applies_if.largest_class_below
        for clause in _of_kind(pack, kind, home)
        if _holds(clause, pack, home, float("nan"), True)
    )
    return float(min((size for size in sizes if size is not None), default=0))


def rooms_per_12_classes(pack: Pack, kind: str) -> float:
    """Rooms of a kind that twelve classes need; 0 without a clause [rooms]."""
    named = [clause.bound for clause in pack.clauses if clause.indicator == kind + PER_CLASSES]
    return max((bound for bound in named if bound is not None), default=0.0)


def _of_kind(pack: Pack, kind: str, home: Home) -> Iterable[Clause]:
    return (
        clause
        for clause in pack.clauses
        if clause.indicator == kind + AREA
        and clause.direction == "at_least"
        and (not clause.stages or set(clause.stages) & set(home.stages))
    )


def _holds(clause: Clause, pack: Pack, home: Home, built: float, small: bool) -> bool:
    given = clause.applies_if
    if given.kind is not None and given.kind != school_kind(pack, home.stages):
        return False
    if given.built_before is not None and not built < given.built_before:
        return False
    if given.place != "any" and (given.place == "urban") != home.urban:
        return False
    # Boarding, migrants and small rolls are no matter of a room: no shipped clause on areas asks for them.
    if given.boarding is not None or given.migrant_share_above is not None or given.pupils_below is not None:
        return False
    return given.largest_class_below is None or small
