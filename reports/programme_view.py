"""A programme as its reader sees it: names, the case in front, rows of the tables on the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.figures_setting import Setting
from reports.i18n import Labels, decimal
from reports.table_shapes import OVERALL

MOST = 15
"""Rows of a ranking on the page; the files hold all."""
SHARES = ("over_share", "use", "beyond_share")


@dataclass(frozen=True)
class ProgrammeView:
    """Card and tables of a programme in one language."""

    card: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    labels: Labels

    @property
    def done(self) -> list[str]:
        """Members that are rolled up, in the order of the file."""
        return [member["id"] for member in self.card["members"] if member["status"] == "done"]

    @property
    def first_future(self) -> str:
        """The first future of the roll-up."""
        return str(self.card["futures"][0]["id"])

    @property
    def plan(self) -> str:
        """The plan in front: in its worst future, then in the mean, most worlds in which nobody breaks a limit.

        Where that is equal (in a city often 0): fewest schools over a limit in nine of ten worlds, then fewest pupils.
        """
        rows = self.tables["verdicts"]
        whole = rows[(rows["scope"] == "programme") & (rows["rule"] == OVERALL)].groupby("plan", sort=False)
        chance = whole["probability"].agg(["min", "mean"])
        over = whole[["schools_over_p90", "pupils_over_p90"]].max()
        order = [plan["id"] for plan in self.card["plans"]]
        return str(max(order, key=lambda plan: (*chance.loc[plan], *(-over.loc[plan]), -order.index(plan))))

    def name(self, kind: str, key: str) -> str:
        """Name of a future, plan or member; kind is the key of the card, `groups` too."""
        if kind == "groups":
            return self.labels.pick(self.card["groups"][key])
        found = next((one for one in self.card[kind] if one["id"] == key), None)
        return key if found is None else self.labels.pick(found["name"])

    def level(self, which: str) -> str:
        """What a level is called: whole, group, member."""
        return self.labels.pick(self.card["levels"][which])

    @property
    def title(self) -> str:
        """Name of the programme."""
        return self.labels.pick(self.card["name"])

    @property
    def setting(self) -> Setting:
        """What pictures need."""
        card = self.card
        names = {("future", one["id"]): self.labels.pick(one["name"]) for one in card["futures"]}
        names |= {("plan", one["id"]): self.labels.pick(one["name"]) for one in card["plans"]}
        calibrated = all(one["calibrated"] for one in card["members"] if one["status"] == "done")
        values = {"name": self.title, "draws": self.labels.integer(card["draws"]), "seed": card["seed"]}
        return Setting(
            self.labels,
            card["years"][0] - 1,
            card["years"][-1],
            tuple(card["window"]),
            names=names,
            synthetic=card["synthetic"],
            calibrated=calibrated,
            source=self.labels("programme.source", **values),
        )


def whole_row(view: ProgrammeView, future: str, plan: str, entity: str = "", rule: str = OVERALL) -> pd.Series:
    """The verdict of a level in a case; entity: default the whole."""
    rows = view.tables["verdicts"]
    wanted = entity or view.card["id"]
    scope = "programme" if not entity else "group" if entity in view.card["groups"] else "county"
    at = (rows["entity"] == wanted) & (rows["scope"] == scope) & (rows["rule"] == rule)
    return rows[at & (rows["future"] == future) & (rows["plan"] == plan)].iloc[0]


def headline(view: ProgrammeView) -> str:
    """The finding: chance that nobody breaks a limit, and what nine of ten worlds do not exceed."""
    words, plan = view.labels, view.plan
    rows = [whole_row(view, future["id"], plan) for future in view.card["futures"]]
    worst = min(rows, key=lambda row: float(row["probability"]))
    values = {
        "plan": view.name("plans", plan),
        "future": view.name("futures", str(worst["future"])),
        "p": words.percent(float(worst["probability"]), view.card["p_required"]),
        "schools": words.count("school", float(worst["schools_over_p90"])),
        "members": words.integer(float(worst["members_over_p90"])),
        "member": view.level("member"),
        "held": sum(row["verdict"] == "holds" for row in rows),
        "of": len(rows),
    }
    return words("programme.headline", **values)


def case_rows(view: ProgrammeView) -> list[list[str]]:
    """One row for each level, one cell for each case: verdict, chance, schools in nine of ten worlds."""
    card, words = view.card, view.labels
    entities = [
        ("", view.title),
        *((group, view.name("groups", group)) for group in card["groups"] if _has(view, group)),
    ]
    entities += [(member, view.name("members", member)) for member in view.done]
    rows = []
    for entity, name in entities:
        cells = []
        for future, plan in cases(view):
            row = whole_row(view, future, plan, entity)
            chance = words.percent(float(row["probability"]), float(row["required"]))
            cells.append(
                words(
                    "programme.cell",
                    verdict=words(f"verdict.{row['verdict']}"),
                    p=chance,
                    schools=words.integer(float(row["schools_over_p90"])),
                )
            )
        rows.append([name, *cells])
    return rows


def _has(view: ProgrammeView, group: str) -> bool:
    rows = view.tables["verdicts"]
    return bool(((rows["scope"] == "group") & (rows["entity"] == group)).any())


def cases(view: ProgrammeView) -> list[tuple[str, str]]:
    """All (future, plan), futures outermost."""
    return [(future["id"], plan["id"]) for future in view.card["futures"] for plan in view.card["plans"]]


def number_rows(view: ProgrammeView) -> list[list[str]]:
    """The whole in the last year of the window, one row for each case: pupils, seats, beyond, oversized classes."""
    rows, words = view.tables["county"], view.labels
    year = view.card["window"][1]
    whole = rows[(rows["level"] == "whole") & (rows["year"] == year) & (rows["stage"] == "all")]
    out = []
    for future, plan in cases(view):
        own = whole[(whole["future"] == future) & (whole["plan"] == plan)].set_index("indicator")
        cells = [
            words.interval(*own.loc[name, ["p50", "p05", "p95"]])
            for name in ("roll", "seats", "beyond_seats", "schools_over")
        ]
        out.append([view.name("futures", future), view.name("plans", plan), *cells])
    return out


def gap_table(view: ProgrammeView) -> list[list[str]]:
    """Measures in the last year of the window under the plan in front: lowest and highest member, gap, variation."""
    rows, words = view.tables["gaps"], view.labels
    at = (rows["future"] == view.first_future) & (rows["plan"] == view.plan) & (rows["year"] == view.card["window"][1])
    out = []
    for (measure, stage), own in rows[at].groupby(["measure", "stage"], sort=False):
        of = own.set_index("entity")["mean"]
        members = of.drop(["gap", "cv"]).dropna()
        if members.empty:
            continue
        ends = [
            f"{view.name('members', str(end))} {_value(words, str(measure), members[end])}"
            for end in (members.idxmin(), members.idxmax())
        ]
        cv = "–" if pd.isna(of["cv"]) else decimal(float(of["cv"]), 2)
        label = words(f"programme.measure.{measure}")
        stage_name = "" if stage == "all" else words("programme.measure.stage", stage=_stage(words, str(stage)))
        out.append([label + stage_name, *ends, _value(words, str(measure), of["gap"], gap=True), cv])
    return out


def _stage(words: Labels, stage: str) -> str:
    return words(f"programme.stage.{stage}") if words.has(f"programme.stage.{stage}") else stage


def _value(words: Labels, measure: str, value: float, gap: bool = False) -> str:
    if pd.isna(value):
        return "–"
    if measure not in SHARES:
        return decimal(float(value), 1)
    points = decimal(100.0 * float(value), 1)
    return words("programme.points", n=points) if gap else points + words("number.percent")


def oversized_rows(view: ProgrammeView) -> list[list[str]]:
    """Schools most likely to be too large, first future and plan in front."""
    rows, words = view.tables["oversized"], view.labels
    own = rows[(rows["future"] == view.first_future) & (rows["plan"] == view.plan)].sort_values("rank").head(MOST)
    names = own[f"name_{words.lang}"].where(own[f"name_{words.lang}"] != "", own["school"])
    return [
        [
            words.integer(row["rank"]),
            name,
            view.name("members", row["member"]),
            words.percent(row["probability"]),
            words.school_year(row["worst_year"]),
            words.integer(row["pupils"]),
        ]
        for name, row in zip(names, own.to_dict("records"), strict=True)
    ]


def project_rows(view: ProgrammeView) -> list[list[str]]:
    """Projects that relieve most per money over all members."""
    rows, words = view.tables["projects"], view.labels
    built = rows[rows["future"] == view.first_future]
    plan = view.plan if (built["plan"] == view.plan).any() else (built["plan"].iloc[0] if len(built) else "")
    own = built[built["plan"] == plan].sort_values("rank").head(MOST)
    return [
        [
            words.integer(row["rank"]),
            row[f"name_{words.lang}"] or row["project"],
            view.name("members", row["member"]),
            row["schools"] or "–",
            words.percent(row["p_before"]),
            words.percent(row["p_after"]),
            words.integer(row["over_before"]),
            words.money(row["cost"]),
        ]
        for row in own.to_dict("records")
    ]


def quota_table(view: ProgrammeView) -> list[list[str]]:
    """Quotas of the programme in the years that have a target."""
    rows, words = view.tables["quotas"], view.labels
    own = rows[rows["target"].notna()]
    return [
        [
            view.name("quotas", row["quota"]),
            view.name("plans", row["plan"]),
            words.school_year(row["year"]),
            words.integer(row["target"]),
            decimal(row["mean"], 1),
            words.percent(row["p_met"]),
        ]
        for row in own.to_dict("records")
    ]


def flow_rows(view: ProgrammeView) -> list[list[str]]:
    """Flows between members and whether they act."""
    words = view.labels
    return [
        [
            view.name("members", flow["from"]),
            view.name("members", flow["to"]),
            _stage(words, flow["stage"]),
            words.percent(flow["share"]),
            words("programme.flow.acts" if flow["acts"] else "programme.flow.lost"),
        ]
        for flow in view.card["flows"]
    ]


def broken_rows(view: ProgrammeView) -> list[list[str]]:
    """Members that could not run, with their errors."""
    return [
        [
            view.name("members", member["id"]),
            problem[view.labels.lang]["code"],
            problem[view.labels.lang]["place"],
            problem[view.labels.lang]["message"],
        ]
        for member in view.card["members"]
        if member["status"] != "done"
        for problem in member["problems"]
    ]
