"""Projects ranked by the oversized schools they relieve, and what changed between two versions of a list.

"Oversized" is a breach of a clause of school size (大校额) in the decision window. A project relieves the schools whose
zones it takes units from; an extension of an oversized school adds rooms and relieves nothing. The measure is the size
of the overshoot without any plan against the cost of the project. It is not the effect of the project alone: two
projects that relieve one school both carry its overshoot, and what the plan leaves of it (`over_after`) is the work of
all its projects together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from reports.matrix import NEGLIGIBLE, baseline_plan
from reports.run_folder import RunFolder
from reports.shapes_ranking import PLAN_CHANGES, RANKING
from reports.study_card import PlanCard, ProjectCard, StudyCard
from reports.table_shapes import RunTables

RUN_CHANGES = (
    "run_a", "run_b", "plan", "project", "change", "edited", "listed_a", "listed_b", "rank_a", "rank_b", "over_a",
    "over_b", "cost_a", "cost_b", "effect",
)  # fmt: skip
MILLION = 100.0
"""One million yuan [10 000 yuan]."""
_EDITABLE = ("kind", "school", "cost", "start", "priority")


@dataclass(frozen=True)
class Overshoot:
    """One school against its limit of size in one case."""

    chance: float
    """Probability of being over it anywhere in the decision window."""
    pupils: float
    """Mean number of pupils over it in the worst year."""


def listed(plan: PlanCard) -> list[ProjectCard]:
    """The projects of a plan in its own order: by priority, then as written."""
    return sorted(plan.projects, key=lambda project: project.priority)


def overshoots(study: StudyCard, verdicts: pd.DataFrame) -> dict[tuple[str, str, str], Overshoot]:
    """(future, plan, school) -> its overshoot; only schools that a clause of size judges in the window."""
    codes = [rule.code for rule in study.rules if rule.indicator == "school_size"]
    rows = verdicts[(verdicts["scope"] == "school") & verdicts["rule"].isin(codes) & verdicts["probability"].notna()]
    return {
        (row["future"], row["plan"], row["entity"]): Overshoot(1.0 - row["probability"], float(row["pupils"]))
        for row in rows.to_dict("records")
    }


def losing(study: StudyCard, zone_list: pd.DataFrame, plan: str) -> dict[str, tuple[str, ...]]:
    """Project -> schools of the base year's zones that lose units when it opens, in order of their ids."""
    rows = zone_list[zone_list["plan"] == plan]
    base = rows[(rows["with_project"] == "") & (rows["from_year"] <= study.base_year)]
    then = base.groupby(["stage", "unit"])["school"].agg(set).to_dict()
    found: dict[str, set[str]] = {}
    for (project, stage, unit), group in rows[rows["with_project"] != ""].groupby(["with_project", "stage", "unit"]):
        found.setdefault(str(project), set()).update(then.get((stage, unit), set()) - set(group["school"]))
    return {project: tuple(sorted(schools)) for project, schools in found.items()}


def with_ranking(tables: RunTables, study: StudyCard) -> RunTables:
    """The tables of a run with `ranking` and `plan_changes` made from its verdicts and zones."""
    ranking = ranking_rows(study, tables.verdicts, tables.zone_list)
    return replace(tables, ranking=ranking, plan_changes=plan_change_rows(study, ranking))


def ranking_rows(study: StudyCard, verdicts: pd.DataFrame, zone_list: pd.DataFrame) -> pd.DataFrame:
    """Every project of every plan in every future, ranked; columns of `shapes_ranking.RANKING`."""
    over, baseline = overshoots(study, verdicts), baseline_plan(study).id
    frames = []
    for plan in study.plans:
        zones = losing(study, zone_list, plan.id)
        for future in study.futures:
            before = {s: o for (f, p, s), o in over.items() if (f, p) == (future.id, baseline)}
            after = {s: o for (f, p, s), o in over.items() if (f, p) == (future.id, plan.id)}
            rows = [_row(project, zones.get(project.id, ()), before, after) for project in listed(plan)]
            frames.append(_ranked(rows).assign(future=future.id, plan=plan.id))
    if not frames:
        return pd.DataFrame(columns=list(RANKING.names))
    return pd.concat(frames, ignore_index=True)[list(RANKING.names)]


def _row(
    project: ProjectCard, loses: tuple[str, ...], before: Mapping[str, Overshoot], after: Mapping[str, Overshoot]
) -> dict[str, object]:
    """A project with the schools it concerns; those that are not in question are left out."""
    relieved = () if project.kind == "closure" else tuple(s for s in loses if _in_question(before.get(s)))
    adds = project.kind not in ("new_school", "closure", "conversion")
    extends = adds and _in_question(before.get(project.school)) and not relieved
    schools = relieved or ((project.school,) if extends else ())
    return {
        "project": project.id,
        "kind": project.kind,
        "schools": " ".join(schools),
        "effect": "relieves" if relieved else "extends" if extends else "none",
        "p_before": max((before[s].chance for s in schools), default=0.0),
        "p_after": max((after[s].chance for s in schools if s in after), default=0.0),
        "over_before": sum(before[s].pupils for s in schools),
        "over_after": sum(after[s].pupils for s in schools if s in after),
        "cost": project.cost,
    }


def _in_question(overshoot: Overshoot | None) -> bool:
    return overshoot is not None and overshoot.chance >= NEGLIGIBLE


def _ranked(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Rows in the order of the list, with their measure and their ranks."""
    frame = pd.DataFrame(rows, columns=list(RANKING.names))
    frame["rank_listed"] = np.arange(1, len(frame) + 1)
    frame["per_million"] = per_million(frame)
    frame["rank"] = places(frame)
    return frame.assign(moves=frame["rank_listed"] - frame["rank"])


def per_million(frame: pd.DataFrame) -> pd.Series:
    """Pupils over before per million yuan of projects that relieve, 0 of others, nan where that costs nothing."""
    over = frame["over_before"].astype("float64").where(frame["effect"] == "relieves", 0.0)
    cost = frame["cost"].astype("float64") / MILLION
    return (over / cost.where(cost > 0)).where(over > 0, 0.0)


def places(frame: pd.DataFrame) -> pd.Series:
    """Place of each row, 1 first: by pupils over per money, then by chance where it relieves, then in the given order.

    What relieves an oversized school and costs nothing comes first.
    """
    measure = frame["per_million"].astype("float64").fillna(np.inf)
    chance = frame["p_before"].astype("float64").where(frame["effect"] == "relieves", 0.0)
    order = np.lexsort((np.arange(len(frame)), -chance.to_numpy(), -measure.to_numpy()))
    place = np.empty(len(frame), dtype=np.int64)
    place[order] = np.arange(1, len(frame) + 1)
    return pd.Series(place, index=frame.index)


def plan_change_rows(study: StudyCard, ranking: pd.DataFrame) -> pd.DataFrame:
    """Changes from each plan with projects to the next one; columns of `shapes_ranking.PLAN_CHANGES`."""
    built = [plan for plan in study.plans if plan.projects]
    own = ranking[ranking["future"] == study.reference_future]
    frames = [
        list_changes((a, own[own["plan"] == a.id]), (b, own[own["plan"] == b.id])).assign(plan_a=a.id, plan_b=b.id)
        for a, b in pairwise(built)
    ]
    empty = pd.DataFrame(columns=list(PLAN_CHANGES.names))
    return pd.concat(frames, ignore_index=True)[list(PLAN_CHANGES.names)] if frames else empty


def list_changes(first: tuple[PlanCard, pd.DataFrame], second: tuple[PlanCard, pd.DataFrame]) -> pd.DataFrame:
    """Every project of two lists, each a plan and its rows of a ranking in one future: what became of it.

    moved: not in the longest run of common projects that keeps its order (`in_order`).
    """
    cards = [{project.id: project for project in listed(plan)} for plan, _ in (first, second)]
    ranks = [frame.set_index("project") for _, frame in (first, second)]
    common = [[name for name in cards[i] if name in cards[1 - i]] for i in (0, 1)]
    stayed = in_order(common[0], common[1])
    rows = []
    for name in dict.fromkeys([*cards[1], *cards[0]]):
        a, b = (card.get(name) for card in cards)
        row = ranks[1].loc[name] if b is not None else ranks[0].loc[name]
        edited = [key for key in _EDITABLE if a is not None and b is not None and getattr(a, key) != getattr(b, key)]
        moved = a is not None and b is not None and name not in stayed
        rows.append(
            {
                "project": name,
                "change": "added" if a is None else "dropped" if b is None else _word(moved, edited),
                "edited": " ".join(edited),
                **{f"listed_{end}": _place(ranks[i], name, "rank_listed") for i, end in enumerate("ab")},
                **{f"rank_{end}": _place(ranks[i], name, "rank") for i, end in enumerate("ab")},
                **{f"cost_{end}": np.nan if p is None else p.cost for end, p in (("a", a), ("b", b))},
                "effect": row["effect"],
                "over_before": row["over_before"],
            }
        )
    return pd.DataFrame(rows)


def run_changes(first: RunFolder, second: RunFolder) -> pd.DataFrame:
    """The same plans in two runs, say before and after new data: what became of every project, reference futures.

    Columns: run_a, run_b, plan, then those of `list_changes` with `over_a` and `over_b` instead of `over_before`.
    """
    frames = []
    for plan in (plan.id for plan in second.study.plans):
        sides = []
        for run in (first, second):
            rows = run.tables.ranking
            own = rows[(rows["plan"] == plan) & (rows["future"] == run.study.reference_future)]
            sides.append((next((card for card in run.study.plans if card.id == plan), None), own))
        (a, rows_a), (b, rows_b) = sides
        if a is None or b is None or not (a.projects or b.projects):
            continue
        frame = list_changes((a, rows_a), (b, rows_b)).drop(columns="over_before")
        over = [rows.set_index("project")["over_before"].to_dict() for rows in (rows_a, rows_b)]
        frame = frame.assign(**{f"over_{end}": frame["project"].map(over[i]) for i, end in enumerate("ab")})
        frames.append(frame.assign(run_a=first.name, run_b=second.name, plan=plan))
    return (
        pd.concat(frames, ignore_index=True)[list(RUN_CHANGES)] if frames else pd.DataFrame(columns=list(RUN_CHANGES))
    )


def in_order(first: Sequence[str], second: Sequence[str]) -> frozenset[str]:
    """The most items of two orderings of the same items that need not move; of equally many, those that moved least.

    Longest increasing subsequence of the places in `second`, taken in the order of `first`.
    """
    place = {name: i for i, name in enumerate(second)}
    # Less than one item in all, so that the places only decide between equally many.
    worth = [1.0 - abs(place[name] - i) / (1 + len(first)) ** 2 for i, name in enumerate(first)]
    best: list[tuple[float, frozenset[str]]] = []
    for i, name in enumerate(first):
        before = [best[j] for j in range(i) if place[first[j]] < place[name]]
        total, chain = max(before, key=lambda found: found[0], default=(0.0, frozenset()))
        best.append((total + worth[i], chain | {name}))
    return max(best, key=lambda found: found[0], default=(0.0, frozenset()))[1]


def _word(moved: bool, edited: list[str]) -> str:
    return "moved" if moved else "edited" if edited else "same"


def _place(ranks: pd.DataFrame, name: str, column: str) -> float:
    return float(ranks[column].to_dict().get(name, np.nan))
