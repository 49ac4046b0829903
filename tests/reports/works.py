"""The synthetic run with what a run tells of building: stages, causes, money by source, work, seats; hand-made."""

from dataclasses import replace

import pandas as pd

from reports.run_folder import RunFolder
from reports.shapes_works import PROJECT_CAUSES, SEATS_READY, STAGES, WORK_PLAN
from reports.table_shapes import SHAPES
from reports.works_card import WorksCard
from schoolplan.works_card import works_card
from sim.work_plan import work_rows

LENGTHS = {"initiation": 1, "feasibility": 2, "land": 3, "design": 3, "tender": 2, "construction": 13, "acceptance": 2}
FUNDS = {"county": {"zh": "县级预算", "en": "County budget"}, "upper": {"zh": "上级专项", "en": "Money from above"}}
SEASON = {"name": {"zh": "冬季", "en": "Winter"}, "stages": ["construction"], "months": [12, 1], "pace": 0.0}


def _day(month: int, base: int) -> str:
    year, place = divmod(base * 12 + 8 + month, 12)
    return f"{year}-{place + 1:02d}-01"


def card(bundle: object, plans: list[str]) -> WorksCard:
    """The card of a study, with funds, a season and a risk for every plan."""
    shipped = works_card(bundle)  # type: ignore[arg-type]
    return WorksCard.model_validate(
        shipped
        | {"funds": dict.fromkeys(plans, FUNDS), "seasons": [SEASON], "ledger_as_of": "2023-08-31"}
        | {"risks": {plan: {"flood": {"zh": "洪水", "en": "Flood"}} for plan in plans}}
        | {"desks": {"review": {"zh": "评审中心", "en": "Review centre"}}}
    )


def with_works(run: RunFolder, bundle: object) -> RunFolder:
    """The run with the tables and the card of building."""
    study, stages, causes, seats = run.study, [], [], []
    plans = [plan.id for plan in study.plans]
    for future in study.futures:
        for plan in study.plans:
            for number, project in enumerate(plan.projects):
                same = {"future": future.id, "plan": plan.id, "project": project.id}
                stages += [same | row for row in _stages(number, study.base_year)]
                causes += [same | row for row in _causes(number)]
            seats += [{"future": future.id, "plan": plan.id} | row for row in _seats(run)]
    table = pd.DataFrame(stages, columns=list(STAGES.names))
    bureaus = {stage: one.bureau for stage, one in card(bundle, plans).stages.items()}
    parts = [
        work_rows(rows, {}, bureaus, (study.base_year, study.horizon)).assign(future=str(future), plan=str(plan))
        for (future, plan), rows in table.groupby(["future", "plan"])
    ]
    work = pd.concat(parts, ignore_index=True)
    work.loc[work["act"] == "begin", "money"] = 100.0
    tables = replace(
        run.tables,
        stages=table,
        project_causes=pd.DataFrame(causes, columns=list(PROJECT_CAUSES.names)),
        work_plan=work[list(WORK_PLAN.names)],
        seats_ready=pd.DataFrame(seats, columns=list(SEATS_READY.names)),
        cash=pd.concat([run.tables.cash, _funds(run)], ignore_index=True),
    )
    return replace(run, tables=tables, study=study.model_copy(update={"works": card(bundle, plans)}))


def _stages(number: int, base: int) -> list[dict[str, object]]:
    now, rows = 2 * number, []
    for order, (stage, months) in enumerate(LENGTHS.items(), start=1):
        begin, now = now, now + months
        known = not (number == 0 and order == 1)
        begins = {f"begin_p{q}": _day(begin, base) if known else "" for q in (10, 50, 90)}
        late = "" if number == 1 and order == len(LENGTHS) else _day(now + order, base)
        ends = {"end_p10": _day(now, base), "end_p50": _day(now, base), "end_p90": late}
        rows.append({"stage": stage, "order": order, "p_ends": 0.8 if not late else 1.0, **begins, **ends})
    return rows


def _causes(number: int) -> list[dict[str, object]]:
    waits = [("budget:upper", 0.6, 3.25), ("crew", 0.4, 1.5), ("desk:review", 0.3, 0.4), ("season", 1.0, 1.0)]
    rows: list[dict[str, object]] = [
        {"kind": "wait", "cause": cause, "probability": chance, "months": months, "months_p90": 2 * months}
        for cause, chance, months in waits
    ]
    nan = float("nan")
    others = [("risk", "flood", 0.25)] + ([("end", "money", 0.2), ("end", "stopped:flood", 0.1)] if number == 1 else [])
    return rows + [
        {"kind": kind, "cause": cause, "probability": chance, "months": nan, "months_p90": nan}
        for kind, cause, chance in [*others, ("end", "ok", 0.7 if number == 1 else 1.0)]
    ]


def _funds(run: RunFolder) -> pd.DataFrame:
    spend = run.tables.cash.query("source == 'all' and kind == 'spend'")
    figures, parts = ["mean", "p10", "p50", "p90"], []
    for source, share in (("county", 0.6), ("upper", 0.4)):
        for kind, factor in (("fund_spend", 1.0), ("fund_budget", 1.1), ("fund_at_hand", 1.4)):
            own = spend.assign(source=source, kind=kind)
            own[figures] = own[figures] * share * factor
            parts.append(own)
    return pd.concat(parts, ignore_index=True)[list(SHAPES["cash"].names)]


def _seats(run: RunFolder) -> list[dict[str, object]]:
    values = {"nominal": 1000.0, "new": 200.0, "safe": 800.0, "demand": 900.0, "short": 40.0}
    study = run.study
    return [
        {"year": year, "stage": stage, "indicator": indicator, "mean": value, "p10": value - 10, "p50": value,
         "p90": value + 10}
        for year in range(study.base_year + 1, study.horizon + 1)
        for stage in [*(one.id for one in study.stages), "all"]
        for indicator, value in values.items()
    ]  # fmt: skip
