"""The ranked risk list of a programme: schools, zones and members, each kind over all members together.

Order of risk, within a case and a scope (docs/guide/programme.md):
    1. pupils over the limit in the worst year, mean over all draws, those without a breach counted as 0;
    2. the chance of a breach;  3. the first year of risk, the earlier the higher;  4. ids.
The first is chance times the pupils it then concerns, so the chance does not count twice.  Members are judged by their
own sums within each draw.  Of a zone: chance that its warning is above green, and children beyond its entry places.
Test: tests/reports/test_programme_risks.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import Any

import pandas as pd

from reports.problem_list import concerned_by
from reports.run_folder import RunFolder
from reports.shapes_programme import RISK_LIST

LEAST = 0.5
"""Children beyond its places from which a zone is listed."""
SCOPES = ("member", "school", "zone")
_FIXED = ("fix", "fix_what", "fix_amount", "fix_plan", "fix_cost")
_KEY = ["rule", "stage", "entity"]


@dataclass(frozen=True)
class Case:
    """One case of the roll-up in one member: ids of the roll-up, ids of the member."""

    future: str
    plan: str
    member: str
    run: RunFolder
    own_future: str
    own_plan: str

    def of(self, table: pd.DataFrame) -> pd.DataFrame:
        """Rows of the case in a table of the member."""
        rows: pd.DataFrame = table[(table["future"] == self.own_future) & (table["plan"] == self.own_plan)]
        return rows

    @cached_property
    def lacks(self) -> pd.DataFrame:
        """What is missing in the case, by clause and school."""
        rows = self.of(self.run.tables.needs)
        found: pd.DataFrame = rows[rows["missing"] > 0.0]
        return found

    @cached_property
    def held(self) -> pd.DataFrame:
        """Verdicts of the future that hold, of all plans."""
        rows = self.run.tables.verdicts
        found: pd.DataFrame = rows[(rows["future"] == self.own_future) & (rows["verdict"] == "holds")]
        return found


def risk_rows(card: Mapping[str, Any], done: Mapping[str, RunFolder], verdicts: pd.DataFrame) -> pd.DataFrame:
    """Rows of `risks.csv`. card: `programme.json`; done: members that ran; verdicts: of the roll-up."""
    rows: list[dict[str, object]] = []
    for case in _cases(card, done):
        rows += [*_member(case, card, verdicts), *_schools(case), *_zones(case)]
    table = pd.DataFrame(rows, columns=[*RISK_LIST.names[:-1]])
    ordered = table.sort_values(
        ["future", "plan", "scope", "pupils", "chance", "first_year", "member", "entity", "rule", "stage"],
        ascending=[True, True, True, False, False, True, True, True, True, True],
        na_position="last",
        ignore_index=True,
    )
    return ordered.assign(rank=ordered.groupby(["future", "plan", "scope"]).cumcount() + 1)


def _cases(card: Mapping[str, Any], done: Mapping[str, RunFolder]) -> Iterable[Case]:
    for future in card["futures"]:
        for plan in card["plans"]:
            for name, run in done.items():
                own = future["members"][name], plan["members"][name]
                yield Case(future["id"], plan["id"], name, run, *own)


def _base(case: Case, scope: str, entity: str) -> dict[str, object]:
    about = {"future": case.future, "plan": case.plan, "scope": scope, "member": case.member, "entity": entity}
    return {**about, "calibrated": int(case.run.study.calibrated), **dict.fromkeys(_FIXED, ""), **_no_numbers()}


def _no_numbers() -> dict[str, object]:
    return {"fix_amount": float("nan"), "fix_cost": float("nan")}


def _schools(case: Case) -> list[dict[str, object]]:
    """Clauses that decide, of schools that may break them."""
    rows = case.of(case.run.study.deciding(case.run.tables.verdicts))
    found = rows[(rows["scope"] == "school") & (rows["probability"] < 1.0)]
    names = {lang: case.run.school_names(lang) for lang in ("zh", "en")}
    out = []
    for row in found.to_dict("records"):
        entity = str(row["entity"])
        about = _base(case, "school", entity) | {f"name_{lang}": names[lang].get(entity, "") for lang in names}
        said = {key: row[key] for key in ("rule", "stage", "verdict", "first_year", "worst_year", "pupils")}
        numbers = {"chance": 1.0 - row["probability"], "unverified": row["unverified"]}
        known = {str(key): value for key, value in row.items()}
        out.append({**about, **said, **numbers, **(_fix(case, known) if row["verdict"] != "holds" else {})})
    return out


def _member(case: Case, card: Mapping[str, Any], verdicts: pd.DataFrame) -> list[dict[str, object]]:
    """The member as a whole: its own row of the roll-up, added within each draw."""
    at = (verdicts["scope"] == "county") & (verdicts["rule"] == "all") & (verdicts["entity"] == case.member)
    own = verdicts[at & (verdicts["future"] == case.future) & (verdicts["plan"] == case.plan)]
    name = next(one["name"] for one in card["members"] if one["id"] == case.member)
    out = []
    for row in own[own["probability"] < 1.0].to_dict("records"):
        about = _base(case, "member", case.member) | {f"name_{lang}": name.get(lang) or "" for lang in ("zh", "en")}
        said = {key: row[key] for key in ("rule", "stage", "verdict", "first_year", "worst_year", "pupils")}
        numbers = {"chance": 1.0 - row["probability"], "unverified": row["unverified"]}
        out.append({**about, **said, **numbers, **(_cheapest_plan(case) if row["verdict"] != "holds" else {})})
    return out


def _zones(case: Case) -> list[dict[str, object]]:
    """Zones with more children who enter than places, in the years for which warnings are published."""
    rows = case.of(case.run.tables.alerts)
    rows = rows[rows["published"] == 1].assign(beyond=(rows["demand_mean"] - rows["places"]).clip(lower=0.0))
    names = {lang: case.run.school_names(lang) for lang in ("zh", "en")}
    out = []
    for (stage, zone), own in rows.groupby(["stage", "zone"], sort=True):
        worst = own.iloc[int(own["beyond"].to_numpy().argmax())]
        if worst["beyond"] < LEAST:
            continue
        risky = own.loc[1.0 - own["p_green"] > 1.0 - case.run.study.p_required, "year"]
        listed = str(worst["schools"]).split()
        about = _base(case, "zone", str(zone)) | {
            f"name_{lang}": "+".join(names[lang].get(one, one) for one in listed) for lang in names
        }
        said = {"rule": worst["rule"], "stage": stage, "verdict": worst["level"], "worst_year": int(worst["year"])}
        numbers = {"first_year": float(risky.min()) if len(risky) else float("nan"), "pupils": float(worst["beyond"])}
        out.append({**about, **said, **numbers, "chance": 1.0 - float(worst["p_green"]), "unverified": ""})
    return out


def _fix(case: Case, row: Mapping[str, object]) -> dict[str, object]:
    """The cheapest fix that the run knows: what is missing at its unit cost, or the projects of a plan that holds."""
    known = [one for one in (_missing(case, row), *_plans(case, row)) if not isnan(float(str(one["fix_cost"])))]
    if known:
        return min(known, key=lambda one: (float(str(one["fix_cost"])), str(one["fix"])))
    missing = _missing(case, row)
    return missing if missing["fix"] else {}


def _missing(case: Case, row: Mapping[str, object]) -> dict[str, object]:
    """`needs`: the smallest addition with which the clause holds, where one is told."""
    rows = case.lacks
    same = rows[(rows["rule"] == row["rule"]) & (rows["stage"] == row["stage"]) & (rows["entity"] == row["entity"])]
    if same.empty:
        return {**dict.fromkeys(_FIXED, ""), **_no_numbers()}
    worst = same.iloc[int(same["missing"].to_numpy().argmax())]
    amount = {"fix_amount": float(worst["missing"]), "fix_cost": float(worst["cost"])}
    return {"fix": "needs", "fix_what": str(worst["kind"]), "fix_plan": "", **amount}


def _plans(case: Case, row: Mapping[str, object]) -> list[dict[str, object]]:
    """`plan`: other plans of the member under which the clause holds there, with what they add for it."""
    tables, study, found = case.run.tables, case.run.study, []
    there = {one.id for one in study.plan(case.own_plan).projects}
    rows = case.held
    same = rows["scope"] == "school"
    for name in _KEY:
        same &= rows[name] == row[name]
    for plan in rows.loc[same, "plan"].unique().tolist():
        doing = concerned_by(study, study.plan(plan), str(row["entity"]), str(row["rule"]), tables.zone_list)
        added = [one for one in doing if one.id not in there]
        if added and plan != case.own_plan:
            what = " ".join(one.id for one in added)
            cost = float(sum(one.cost for one in added))
            numbers = {"fix_amount": float(len(added)), "fix_cost": cost}
            found.append({"fix": "plan", "fix_what": what, "fix_plan": plan, **numbers})
    return found


def _cheapest_plan(case: Case) -> dict[str, object]:
    """Of the plans under which the whole member holds in this future, the one whose projects cost least."""
    rows = case.held
    holding = rows.loc[(rows["scope"] == "county") & (rows["rule"] == "all"), "plan"].unique().tolist()
    costs = {plan: sum(one.cost for one in case.run.study.plan(plan).projects) for plan in holding}
    if not costs:
        return {}
    best = min(costs, key=lambda plan: (costs[plan], plan))
    count = len(case.run.study.plan(best).projects)
    return {"fix": "plan", "fix_what": "", "fix_amount": float(count), "fix_plan": best, "fix_cost": float(costs[best])}
