"""Cross-checks of clauses that decide beside the rules, and which clauses a study has no data for."""

from collections.abc import Collection, Mapping
from typing import Any

from scenarios.catalogue import Named
from scenarios.crosscheck_deciding import beyond_clauses, counted
from scenarios.deciding_words import BEDS, TARGETS
from scenarios.draft import Draft
from scenarios.pack_rules import JUDGED_INDICATORS, judged, named
from scenarios.problems import Problem, error, nearest, note, warning
from scenarios.schema_clause import Clause
from scenarios.schema_pack import Pack

STOCK_NAMES = {
    "teaching_area_m2": "教学及辅助用房面积",
    "sports_area_m2": "体育运动场馆面积",
    "multimedia_rooms": "网络多媒体教室",
    "music_rooms": "音乐专用教室",
    "art_rooms": "美术专用教室",
}
"""Chinese names of the kinds of stocks; messages add the column or kind itself."""


def stock_name(stock: str) -> Named:
    """A kind of stock as messages say it."""
    return Named(stock, STOCK_NAMES.get(stock, ""))


def clause_problems(draft: Draft) -> list[Problem]:
    """`tests.decides`: clauses that are not there, that a run cannot judge, or that have no data."""
    if draft.scenario is None or draft.pack is None or draft.study is None:
        return []
    pack, stages = draft.pack, [stage.id for stage in draft.study.model.stages]
    missing = without_stock(pack, stages, {name: table.frame for name, table in draft.tables.items()})
    problems = []
    for number, name in enumerate(draft.scenario.model.tests.decides):
        place = draft.scenario.place("tests", "decides", number)
        found = beyond_clauses(draft, pack, name, place)
        problems += _of_name(name, place, pack, missing) if found is None else found
    decides = draft.scenario.model.tests.decides
    if decides and not problems:
        problems.append(note("SCN664", draft.scenario.place("tests", "decides"), decides))
    return problems


def _of_name(name: str, place: str, pack: Pack, missing: Mapping[str, list[str]]) -> list[Problem]:
    rules = _known(rule.code for rule in pack.rules)
    able = [clause for clause in pack.clauses if judged(clause) or counted(clause)]
    every = [*rules, *_known(clause.code for clause in pack.clauses)]
    if name in rules:  # rules of the pack always decide
        return []
    known = [*_known(clause.code for clause in able), TARGETS, BEDS]
    if name not in every:
        near = nearest(name, [*every, *(one.code for one in pack.clauses), *(one.code for one in pack.rules)])
        return [error("SCN560", place, name, near=near, pack=pack.id, known=", ".join(known))]
    if name not in known:
        return [error("SCN561", place, name, known=", ".join(known))]
    stocks = [stock for stock, codes in missing.items() if any(named(code, (name,)) for code in codes)]
    return [warning("SCN562", place, name, stock=stock_name(stock)) for stock in stocks]


def _known(codes: Any) -> list[str]:
    """Families, then codes."""
    every = list(codes)
    return list(dict.fromkeys([*(code.split(".", 1)[0] for code in every), *every]))


def without_stock(pack: Pack, stages: Collection[str], tables: Mapping[str, Any]) -> dict[str, list[str]]:
    """Judged clauses about stages of the study whose stock no row of the tables says, by kind of stock.

    tables: frames by name; a kind that is no column of the sites is of the table of rooms.
    """
    found: dict[str, list[str]] = {}
    for clause in pack.clauses:
        stock = JUDGED_INDICATORS.get(clause.indicator, "")
        if judged(clause) and _about(clause, stages) and stock and not _known_stock(stock, tables):
            found.setdefault(stock, []).append(clause.code)
    return found


def _about(clause: Clause, stages: Collection[str]) -> bool:
    return not clause.stages or any(stage in stages for stage in clause.stages)


def _known_stock(stock: str, tables: Mapping[str, Any]) -> bool:
    sites = tables.get("sites")
    if sites is not None and stock in sites.columns:
        return bool(sites[stock].notna().any())
    return tables.get("rooms") is not None
