"""Cases ranked by nearness and concentration at a chosen weight: rows for the page, and the tables behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from reports.compare_scores import PARTS, Scored, scored
from reports.compare_weights import UNIT, WEIGHTS, crossings, ranks
from reports.i18n import NOTHING, Labels
from reports.matrix import matrix
from reports.run_folder import RunFolder
from reports.sentences import CellWords, cell_words
from reports.view import View

START = 50
"""Weight of concentration at which the page opens [%]."""
SCORE_COLUMNS = (
    "run", "plan", "future", "verdict", "schools_over_p90", "pupils_over_p90", "nearness", "concentration", *PARTS,
    *(f"rank_{weight}" for weight in WEIGHTS),
)  # fmt: skip
ORDER_COLUMNS = ("future", "weight", "run_before", "plan_before", "run_after", "plan_after")


@dataclass(frozen=True)
class RankRow:
    """One case of a future: scores in ten-thousandths, verdict beside them, ranks at the printed weights."""

    name: str
    cell: CellWords
    near: int
    dense: int
    parts: tuple[str, ...]
    ranks: tuple[int, ...]
    start: int
    """Rank at the weight at which the page opens."""
    score: str


@dataclass(frozen=True)
class RankTable:
    """The cases of a future, best first at the weight `START`, and what changes their order."""

    future: str
    rows: list[RankRow]
    crossings: list[str]
    unscored: list[str]


def futures_of(runs: Sequence[RunFolder]) -> list[str]:
    """Ids of the futures of all runs, the reference future of the first one in front."""
    every = [run.study.reference_future for run in runs[:1]]
    return list(dict.fromkeys([*every, *(future.id for run in runs for future in run.study.futures)]))


def all_scores(runs: Sequence[RunFolder]) -> dict[str, list[Scored]]:
    """Scores of every case by future."""
    return {
        future: [
            scored(run, plan.id, future)
            for run in runs
            if future in {one.id for one in run.study.futures}
            for plan in run.study.plans
        ]
        for future in futures_of(runs)
    }


def score_table(runs: Sequence[RunFolder], found: Mapping[str, Sequence[Scored]]) -> pd.DataFrame:
    """Rows `SCORE_COLUMNS`: scores, their parts, ranks at the printed weights, and the verdict, which is no part."""
    cells = {(run.name, row.plan, cell.future): cell for run in runs for row in matrix(run).rows for cell in row.cells}
    rows: list[dict[str, object]] = []
    for cases in found.values():
        known = [case for case in cases if case.score is not None]
        scores = [case.score for case in known if case.score is not None]
        places = {weight: ranks(scores, weight) for weight in WEIGHTS}
        for case in cases:
            cell = cells[case.run, case.plan, case.future]
            row: dict[str, object] = {
                "run": case.run, "plan": case.plan, "future": case.future, "verdict": cell.verdict,
                "schools_over_p90": cell.schools_over, "pupils_over_p90": cell.pupils_over,
                **{name: round(value, 6) for name, value in case.parts.items()},
            }  # fmt: skip
            if case.score is not None:
                row |= {"nearness": case.score.near / UNIT, "concentration": case.score.dense / UNIT}
                row |= {f"rank_{weight}": places[weight][known.index(case)] for weight in WEIGHTS}
            rows.append(row)
    frame = pd.DataFrame(rows, columns=list(SCORE_COLUMNS))
    return frame.astype({f"rank_{weight}": "Int64" for weight in WEIGHTS})


def order_table(found: Mapping[str, Sequence[Scored]]) -> pd.DataFrame:
    """Rows `ORDER_COLUMNS`: weights of concentration [%] above which one case passes another one, exact to 6 digits."""
    rows = []
    for future, cases in found.items():
        known = [case for case in cases if case.score is not None]
        for weight, i, j in crossings([case.score for case in known if case.score is not None]):
            rows.append((future, round(float(weight), 6), known[i].run, known[i].plan, known[j].run, known[j].plan))
    return pd.DataFrame(rows, columns=list(ORDER_COLUMNS))


def rank_tables(views: Sequence[View], found: Mapping[str, Sequence[Scored]]) -> list[RankTable]:
    """The ranking of every future in words; futures are never averaged."""
    named = {seen.run.name: seen for seen in views}
    labels = views[0].labels
    return [_table(future, cases, named, labels) for future, cases in found.items()]


def _table(future: str, cases: Sequence[Scored], named: Mapping[str, View], labels: Labels) -> RankTable:
    known = [case for case in cases if case.score is not None]
    scores = [case.score for case in known if case.score is not None]
    places = {weight: ranks(scores, weight) for weight in (*WEIGHTS, START)}
    rows = []
    for at, (case, score) in enumerate(zip(known, scores, strict=True)):
        seen = named[case.run]
        cell = next(cell for cell in seen.table.row(case.plan).cells if cell.future == future)
        parts = tuple(points(case.parts[name]) if name in case.parts else NOTHING for name in PARTS)
        rows.append(
            RankRow(
                case_name(named, case.run, case.plan), cell_words(cell, seen.words), score.near, score.dense, parts,
                tuple(places[weight][at] for weight in WEIGHTS), places[START][at], points(score.at(START)),
            )
        )  # fmt: skip
    said = [
        labels("compare.crossing", weight=f"{float(weight):.1f}", before=case_name(named, known[i].run, known[i].plan),
               after=case_name(named, known[j].run, known[j].plan))
        for weight, i, j in crossings(scores)
    ]  # fmt: skip
    silent = [case_name(named, case.run, case.plan) for case in cases if case.score is None]
    first = next(seen for seen in named.values() if future in seen.table.futures)
    return RankTable(first.words.future(future), sorted(rows, key=lambda row: row.start), said, silent)


def points(value: float | Fraction) -> str:
    """A score of 0 to 1 as points of 100 with two decimals."""
    return f"{float(value) * 100:.2f}"


def case_name(named: Mapping[str, View], run: str, plan: str) -> str:
    """Name of a plan, with that of its run where there are several."""
    name = named[run].words.plan(plan)
    return name if len(named) == 1 else f"{name} · {run}"
