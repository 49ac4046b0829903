"""What the page and the terminal say of a necessity test."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from reports.i18n import NOTHING, Labels, decimal, integer

HEADS = (
    "rank", "project", "spared", "breaches", "needed", "after_peak", "cost", "per_million", "bridge", "verdict",
)  # fmt: skip
MILLION = 100.0  # one million yuan [10 000 yuan]


@dataclass(frozen=True)
class ProjectFacts:
    """Name and decision of a project."""

    name: str
    start: str


@dataclass(frozen=True)
class NecessityView:
    """A finished necessity test in one language."""

    labels: Labels
    study: str
    synthetic: bool
    plan: str
    future: str
    draws: int
    seed: int
    projects: Mapping[str, ProjectFacts]
    schools: Mapping[str, str]
    """Names of schools by id."""
    table: pd.DataFrame
    years: pd.DataFrame
    told: tuple[tuple[str, str, str], ...]

    @property
    def ranked(self) -> pd.DataFrame:
        """Projects by effect a yuan."""
        return self.table.sort_values("rank_effect", kind="stable")


def facts(view: NecessityView) -> str:
    """Plan, future, draws."""
    return view.labels("necessity.facts", plan=view.plan, future=view.future, draws=view.draws, seed=view.seed)


def headline(view: NecessityView) -> str:
    """How many projects are needed, and which ones nobody would miss."""
    labels, comma = view.labels, view.labels("word.list")
    found = [(verdict(row), view.projects[str(row["project"])].name) for _, row in view.ranked.iterrows()]
    idle, unbuilt = ([name for said, name in found if said == kind] for kind in ("idle", "unbuilt"))
    values = {"n": len(view.table), "needed": len(view.table) - len(idle) - len(unbuilt)}
    key = "all" if not idle and not unbuilt else "some" if idle else "count"
    said = labels(f"necessity.headline.{key}", names=comma.join(idle), **values)
    return said + (labels("necessity.headline.unbuilt", names=comma.join(unbuilt)) if unbuilt else "")


def rows(view: NecessityView) -> list[tuple[str, ...]]:
    """Cells of the ranked table, in the order of `HEADS`."""
    return [_row(view, row) for _, row in view.ranked.iterrows()]


def _row(view: NecessityView, row: pd.Series) -> tuple[str, ...]:
    words = view.labels
    paid = row["cost"] if pd.isna(row["spent"]) else row["spent"]
    per = row["short_mean"] / (paid / MILLION) if paid > 0 else float("nan")
    return (
        str(row["rank_effect"]),
        view.projects[row["project"]].name,
        _ranged(view, row, "short", 0),
        _ranged(view, row, "breaches", 1),
        _needed(view, row),
        NOTHING if pd.isna(row["use_after_peak"]) else words.percent(row["use_after_peak"]),
        _cost(view, row),
        decimal(per, 1),
        bridge(view, row),
        words(f"necessity.verdict.{verdict(row)}"),
    )


def verdict(row: pd.Series) -> str:
    """One word.

    needed; bridge: temporary rooms do as well and stand for few years; idle: no year is worse without it; unbuilt: it
    opens in no draw, so that nothing can be said of it.
    """
    if row["p_open"] == 0.0:
        return "unbuilt"
    if row["years_needed"] == 0:
        return "idle"
    cheaper = pd.notna(row["bridge_cost"]) and row["bridge_cost"] < row["cost"]
    as_good = pd.notna(row["bridge_holds"]) and row["bridge_holds"] >= row["holds_with"]
    return "bridge" if cheaper and as_good and row["bridge_short"] <= row["whole_short"] else "needed"


def bridge(view: NecessityView, row: pd.Series) -> str:
    """Rooms, years and what the bridge achieves."""
    if row["bridge_rooms"] == 0:
        return NOTHING
    words = view.labels
    cost = "" if pd.isna(row["bridge_cost"]) else words("necessity.bridge_cost", cost=decimal(row["bridge_cost"], 0))
    values = {"rooms": integer(row["bridge_rooms"]), "years": integer(row["bridge_years"]), "cost": cost}
    return words("necessity.bridge", holds=words.percent(row["bridge_holds"]), **values)


def _needed(view: NecessityView, row: pd.Series) -> str:
    if row["years_needed"] == 0:
        return view.labels("necessity.never")
    first, last = int(row["first_needed"]), int(row["last_needed"])
    peak = "" if pd.isna(row["peak_year"]) else int(row["peak_year"])
    if first == last:
        return str(first)
    return view.labels("necessity.span", first=first, last=last, n=int(row["years_needed"]), peak=peak)


def _cost(view: NecessityView, row: pd.Series) -> str:
    """Planned cost, and what is spent of it on average where it waits for something to be seen."""
    cost = decimal(row["cost"], 0)
    if pd.isna(row["spent"]):
        return cost
    values = {"cost": cost, "spent": decimal(row["spent"], 0), "share": view.labels.percent(row["p_open"])}
    return view.labels("necessity.cost_seen", **values)


def _ranged(view: NecessityView, row: pd.Series, name: str, digits: int) -> str:
    mean, low, high = (decimal(row[f"{name}_{part}"], digits) for part in ("mean", "p05", "p95"))
    return mean if low == high else view.labels("money.range", mean=mean, low=low, high=high)


def details(view: NecessityView) -> list[tuple[str, list[tuple[str, str]]]]:
    """A page for every project: its name, and facts with their values."""
    return [(view.projects[row["project"]].name, _details(view, row)) for _, row in view.ranked.iterrows()]


def _details(view: NecessityView, row: pd.Series) -> list[tuple[str, str]]:
    words = view.labels

    def pair(name: str, digits: int) -> str:
        one, other = (decimal(row[f"{name}_{side}"], digits) for side in ("with", "without"))
        return words("necessity.pair", one=one, other=other)

    holds = words("necessity.pair", one=words.percent(row["holds_with"]), other=words.percent(row["holds_without"]))
    said = [
        ("start" if pd.isna(row["spent"]) else "not_before", view.projects[row["project"]].start),
        ("opens", NOTHING if pd.isna(row["opens"]) else str(int(row["opens"]))),
        ("holds", holds),
        ("minutes", pair("minutes", 1)),
        ("beyond", pair("beyond", 0)),
        ("unused", decimal(row["unused_added"], 0)),
        ("operating", decimal(row["operating"], 0)),
        ("net_present", decimal(row["net_present"], 0)),
        ("ranks", words("necessity.ranks", **{k: int(row[f"rank_{k}"]) for k in ("effect", "urgency", "ease")})),
        ("batch", words("necessity.no_batch") if pd.isna(row["batch"]) else str(int(row["batch"]))),
        ("dropped", words("word.list").join(view.projects[one].name for one in row["dropped"].split()) or NOTHING),
        ("bridge_schools", _hosts(view, row["bridge_schools"]) or NOTHING),
    ]
    return [(words(f"necessity.fact.{name}"), text) for name, text in said if text != NOTHING]


def _hosts(view: NecessityView, said: str) -> str:
    """Schools with temporary rooms by name, of `school:rooms` with spaces between."""
    words, parts = view.labels, [one.rsplit(":", 1) for one in said.split()]
    return words("word.list").join(
        words("necessity.host", school=view.schools.get(school, school), n=rooms) for school, rooms in parts
    )


def heat(view: NecessityView) -> tuple[list[str], list[tuple[str, list[tuple[str, float]]]]]:
    """Years, and for every project the share of draws that are worse without it, as text and number."""
    years = sorted(set(view.years["year"]))
    found = view.years.set_index(["project", "year"])["p_needed"]
    lines = []
    for project in view.ranked["project"]:
        shares = [float(found[(project, year)]) for year in years]
        lines.append((view.projects[project].name, [(view.labels.percent(p) if p > 0 else "", p) for p in shares]))
    return [str(year) for year in years], lines
