"""The section on boarding and school buses: beds by school, buses of plans, and walking, bus and beds side by side."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import pandas as pd

from reports.figures_setting import Case, of_case
from reports.i18n import NOTHING, decimal, integer
from reports.view import View

Rows = list[tuple[str, ...]]
Row = Mapping[Hashable, object]
MOST_SCHOOLS, MOST_CHOICES = 15, 6
"""Schools in the tables of beds and of choices."""
BEDS, ALL = "beds", "all"


@dataclass(frozen=True)
class BoardingPage:
    """What the template shows; empty rows leave a table out, no part leaves the section out."""

    lead: str
    bed_heads: list[str]
    beds: Rows
    bus_heads: list[str]
    buses: Rows
    choice_lead: str
    choice_heads: list[str]
    choices: Rows

    @property
    def any(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.beds or self.buses or self.choices)


def page(seen: View) -> BoardingPage:
    """The section of a run."""
    labels, last = seen.labels, seen.run.study.window[1]
    return BoardingPage(
        lead=_lead(seen),
        bed_heads=_heads(seen, "school", "pupils", "boarders", "beds", "p_short", "short", "diners", "canteen"),
        beds=bed_rows(seen),
        bus_heads=_heads(seen, "plan", "bus", "school", "kind", "children", "runs", "minutes", "still", "cost"),
        buses=bus_rows(seen),
        choice_lead=labels("boarding.choices", plan=seen.words.plan(seen.plan), year=labels.school_year(last)),
        choice_heads=_heads(seen, "school", "children", "option", "one_way", "still", "missing", "capital", "cost"),
        choices=choice_rows(seen),
    )


def _heads(seen: View, *keys: str) -> list[str]:
    return [seen.labels(f"boarding.column.{key}") for key in keys]


def _lead(seen: View) -> str:
    """Boarders and schools short of beds at the end of the window, with and without the headline plan."""
    labels, last = seen.labels, seen.run.study.window[1]
    said = []
    for plan in dict.fromkeys((seen.baseline, seen.plan)):
        rows = of_case(seen.run.tables.boarding, Case(seen.future, plan), stage=ALL, year=last)
        if len(rows):
            short = int((rows["p_short"] > 1.0 - seen.run.study.p_required).sum())
            numbers = {"n": labels.integer(float(rows["boarders"].sum())), "short": labels.integer(float(short))}
            said.append(labels("boarding.lead", plan=seen.words.plan(plan), **numbers))
    words = {"future": seen.words.future(seen.future), "year": labels.school_year(last)}
    return labels("boarding.when", **words) + labels("boarding.join").join(said) if said else labels("boarding.nobody")


def bed_rows(seen: View) -> Rows:
    """Schools under the headline plan in the year in which most beds are missing; likeliest shortage first."""
    run, labels = seen.run, seen.labels
    first, last = run.study.window
    rows = of_case(run.tables.boarding, Case(seen.future, seen.plan), stage=ALL)
    rows = rows[rows["year"].between(first, last)]
    if rows.empty:
        return []
    worst = rows.sort_values(["short", "boarders", "year"], ascending=[False, False, True]).drop_duplicates("school")
    worst = worst.sort_values(["short", "p_short", "school"], ascending=[False, False, True]).head(MOST_SCHOOLS)
    return [
        (
            f"{seen.words.school(str(row['school']))} · {labels.school_year(_number(row['year']))}",
            integer(_number(row["pupils"])),
            f"{integer(_number(row['boarders']))} ({integer(_number(row['p10']))}-{integer(_number(row['p90']))})",
            _known(row["beds"]),
            NOTHING if pd.isna(row["p_short"]) or run.study.draws == 1 else labels.percent(_number(row["p_short"])),
            _known(row["short"]),
            integer(_number(row["diners"])),
            integer(_number(row["canteen_m2"])),
        )
        for row in worst.to_dict("records")
    ]


def bus_rows(seen: View) -> Rows:
    """Buses of every plan in the future of the headline, in their first year of the decision window."""
    labels, table = seen.labels, seen.run.tables.buses
    table = table[(table["future"] == seen.future) & (table["year"] >= seen.run.study.window[0])]
    rows: Rows = []
    for plan in seen.plans:
        names = seen.run.study.plan(plan).buses
        own = table[table["plan"] == plan].sort_values("year").drop_duplicates(["bus", "school"])
        for row in own.sort_values(["bus", "school"]).to_dict("records"):
            bus = str(row["bus"])
            walk, ride = (_known(row[key]) for key in ("minutes_walk", "minutes_bus"))
            rows.append(
                (
                    seen.words.plan(plan),
                    labels.pick(names.get(bus, {})) or bus,
                    seen.words.school(str(row["school"])),
                    labels(f"boarding.kind.{row['kind']}"),
                    integer(_number(row["children"])),
                    integer(_number(row["runs"])),
                    f"{walk} → {ride}",
                    integer(_number(row["still_far"])),
                    decimal(_number(row["cost_per_year"]), 1),
                )
            )
    return rows


def choice_rows(seen: View) -> Rows:
    """Walking, bus and beds for the schools with most day pupils beyond the limit, at the end of the window."""
    labels, last = seen.labels, seen.run.study.window[1]
    rows = of_case(seen.run.tables.boarding_options, Case(seen.future, seen.plan), year=last)
    order = rows[rows["option"] == "walk"].sort_values(["children", "school"], ascending=[False, True])
    found: Rows = []
    for school in order["school"].head(MOST_CHOICES):
        for option in ("walk", "bus", "board"):
            for row in rows[(rows["school"] == school) & (rows["option"] == option)].to_dict("records"):
                found.append(
                    (
                        seen.words.school(str(school)),
                        integer(_number(row["children"])),
                        labels(f"boarding.option.{option}"),
                        _known(row["minutes"]),
                        integer(_number(row["still_far"])),
                        _known(row["beds"]),
                        _known(row["capital"]),
                        decimal(_number(row["cost_per_year"]), 1),
                    )
                )
    return found


def _number(value: object) -> float:
    return float(str(value))


def _known(value: object) -> str:
    """A whole number, or the mark of what is not known."""
    return NOTHING if pd.isna(value) else integer(_number(value))  # type: ignore[call-overload]
