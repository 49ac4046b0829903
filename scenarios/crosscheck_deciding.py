"""Cross-checks of what decides beside a pack's rules and is no clause on one indicator of one school.

Difference coefficients and the rules on the resource indicators rest on seven indicators, targets on the pack's
definition of a standard school, beds on the section `boarding`.
"""

from scenarios.balance_words import COUNTED, family_of
from scenarios.deciding_words import BEDS, TARGETS, target_rule
from scenarios.draft import Draft
from scenarios.pack_rules import JUDGED_INDICATORS, named
from scenarios.problems import Problem, error, nearest, warning
from scenarios.schema_balance import StandardTarget
from scenarios.schema_clause import Clause
from scenarios.schema_pack import Pack


def counted(clause: Clause) -> bool:
    """Whether a clause is on something computed from several indicators: coefficients, how many are reached."""
    return clause.indicator in COUNTED and clause.bound is not None and clause.direction is not None


def beyond_clauses(draft: Draft, pack: Pack, name: str, place: str) -> list[Problem] | None:
    """Problems of a name in `tests.decides` that is none of a clause on one indicator; None: it is not of this kind."""
    if name == BEDS:
        assert draft.study is not None
        return [] if draft.study.model.boarding is not None else [error("SCN661", place, name)]
    if family_of(name) == TARGETS:
        return _targets(draft, pack, name, place)
    if any(counted(clause) and named(clause.code, (name,)) for clause in pack.clauses):
        lacking = lacking_resources(draft, pack)
        return [warning("SCN662", place, name, lacking=tuple(lacking))] if lacking else []
    return None


def _targets(draft: Draft, pack: Pack, name: str, place: str) -> list[Problem]:
    assert draft.study is not None
    assert draft.scenario is not None
    own = draft.study.model.standard_targets
    targets: tuple[StandardTarget, ...] = tuple((own if own is not None else pack.standard_targets) or ())
    of_rule = {target_rule(one.ownership, one.year): one for one in targets if pack.standard_school is not None}
    found = [rule for rule in of_rule if named(rule, (name,))]
    if not found:
        known = tuple(of_rule) or "@nothing"
        return [error("SCN660", place, name, near=nearest(name, of_rule), known=known, pack=pack.id)]
    window, late = draft.scenario.model.tests.window, []
    for rule in found:
        year = of_rule[rule].year
        if window is not None and year is not None and not window[0] <= year <= window[1]:
            late.append(warning("SCN663", place, rule, year=year, first=window[0], last=window[1]))
    return late


def lacking_resources(draft: Draft, pack: Pack) -> list[str]:
    """Indicators of the coefficients of which neither the table of indicators nor a stock says anything."""
    table = draft.tables.get("indicators")
    given = set() if table is None else set(table.frame["indicator"])
    sites, rooms = draft.tables.get("sites"), draft.tables.get("rooms")

    def simulated(name: str) -> bool:
        stock = JUDGED_INDICATORS.get(name)
        if stock is None:
            return False
        if sites is not None and stock in sites.frame.columns:
            return bool(sites.frame[stock].notna().any())
        return rooms is not None

    names = () if pack.coefficients is None else pack.coefficients.indicators
    return [name for name in names if name not in given and not simulated(name)]
