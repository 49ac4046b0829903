"""What a planner must know of clauses before a run: those for which the study has no data."""

from gis.units import study_place
from scenarios.bundle import Bundle
from scenarios.crosscheck_clauses import stock_name, without_stock
from scenarios.problems import Problem, note


def clause_notes(bundle: Bundle) -> list[Problem]:
    """SCN563: clauses that a run could judge and for which no table of the study has a figure, by what is missing."""
    stages = [stage.id for stage in bundle.study.stages]
    place = study_place(bundle, "standards")
    return [
        note("SCN563", place, ", ".join(codes), stock=stock_name(stock))
        for stock, codes in without_stock(bundle.pack, stages, bundle.tables).items()
    ]
