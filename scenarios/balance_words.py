"""Words of the county-level parts of a pack, and the clauses on them. Opens no file, reads no YAML."""

from scenarios.schema_clause import Clause
from scenarios.schema_pack import Pack

COEFFICIENT = "difference_coefficient"
"""Indicator of clauses that bound difference coefficients."""
MET, REST = "resource_indicators_met", "resource_indicator_shortfall"
"""Indicators of clauses on how many resource indicators a school reaches, and how far the remaining ones may fall."""
COUNTED = (COEFFICIENT, MET, REST)
"""Indicators that are computed from others, never imported."""


def family_of(code: str) -> str:
    """The part of a code before the first dot."""
    return code.split(".", 1)[0]


def clauses_on(pack: Pack, indicator: str) -> tuple[Clause, ...]:
    """Clauses of a pack with a bound on an indicator, in the order of the file."""
    return tuple(one for one in pack.clauses if one.indicator == indicator and one.bound is not None)
