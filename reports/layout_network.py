"""Tables of the layout plan on schools and zones: network today and at the end of the window, zone changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.document import Band, Cell, Column, Table
from reports.document_case import number, of_plan, stated
from reports.document_parts import bands, simulated
from reports.dossier_gap import Zone, zone_name, zones
from reports.dossier_read import mean_basis
from reports.view import View

ACTIONS = {"extension": "extend", "closure": "close", "conversion": "convert", "new_school": "open"}
"""Kind of project -> what becomes of its school; other kinds are named as they are."""
SURE, EPS = 0.9, 1e-9
"""Share of draws in which a zone has to suffice to be called sure."""


def action_of(seen: View, plan: str, school: str) -> tuple[str, str]:
    """What a plan does with a school, in words, and by which projects; `keep` where no project touches it."""
    labels = seen.labels
    mine = [one for one in seen.run.study.plan(plan).projects if one.school == school]
    names = labels("word.list").join(labels.pick(one.name) for one in mine)
    if not mine:
        received = [one for one in seen.run.study.plan(plan).projects if school in one.receivers]
        if received:
            names = labels("word.list").join(labels.pick(one.name) for one in received)
            return labels("layout.action.receive"), names
        return labels("layout.action.keep"), ""
    keys = list(dict.fromkeys(one.kind for one in mine))
    if any(one.kind == "closure" and one.receivers for one in mine):
        return labels("layout.action.merge"), names
    said = [labels(f"layout.action.{ACTIONS[key]}") if key in ACTIONS else labels(f"figure.kind.{key}") for key in keys]
    return labels("word.list").join(said), names


def network(seen: View, plan: str) -> Table:
    """Every school: pupils and seats today, at the end of the window under the plan, and what becomes of it."""
    labels, study = seen.labels, seen.run.study
    future, last = study.reference_future, study.window[1]
    tables, history = seen.run.tables, seen.run.tables.history
    today = history[history["year"] == study.base_year].groupby("school")["pupils"].sum()
    first = _whole(seen, future, seen.baseline, study.base_year + 1)
    then = _whole(seen, future, plan, last)
    people, seats, year = labels("document.unit.people"), labels("document.unit.seats"), labels.school_year(last)
    at_first = labels.school_year(study.base_year + 1)
    columns = (
        Column("school", labels("column.school")),
        Column("grades", labels("layout.grades")),
        Column(
            "pupils_today", labels("layout.pupils"), "count", people, labels.school_year(study.base_year), people=True
        ),
        Column("seats_first", labels("layout.seats"), "count", seats, at_first),
        Column("pupils_then", labels("layout.pupils"), "count", people, year, banded=True, people=True),
        Column("seats_then", labels("layout.seats"), "count", seats, year),
        Column("action", labels("layout.action")),
        Column("project", labels("build.project")),
    )
    rows: list[tuple[Cell, ...]] = []
    for row in tables.school_list.to_dict("records"):
        key = str(row["school"])
        if row["opened_by"] and row["opened_by"] not in {one.id for one in study.plan(plan).projects}:
            continue  # a school of another plan
        does, by = action_of(seen, plan, key)
        rows.append((
            seen.words.school(key), f"{row['first_grade']}–{row['last_grade']}", number(today.get(key)),
            _middle(first.get((key, "seats"))), then.get((key, "roll")), _middle(then.get((key, "seats"))),
            does, by or None,
        ))  # fmt: skip
    title = labels("layout.title.network", year=year)
    return Table("layout_network", title, columns, tuple(rows), simulated(seen, future, plan),
                 (labels("layout.remark.network"),), wide=True)  # fmt: skip


def _whole(seen: View, future: str, plan: str, year: int) -> dict[object, Band]:
    """(school, indicator) -> band of whole schools in one year."""
    rows = of_plan(seen.run.tables.schools, future, plan, year=year, stage="all")
    return bands(rows[rows["indicator"].isin(["roll", "seats"])], ["entity", "indicator"])


def _middle(band: Band | None) -> Cell:
    return None if band is None else band.middle


def counted(table: Table) -> dict[str, int]:
    """How many schools each action has."""
    found: dict[str, int] = {}
    for cell in table.column("action"):
        found[str(cell)] = found.get(str(cell), 0) + 1
    return found


@dataclass(frozen=True)
class Kept:
    """One zone over the years of the window: when it is short on average, and when not sure to suffice."""

    stage: str
    zone: str
    years: Mapping[int, Zone]
    crowded: frozenset[int] | None = None
    """Years in which children outnumber places in more than 1 of 10 draws; None without early warning."""

    @property
    def short(self) -> list[int]:
        """Years in which places do not suffice on average."""
        return [year for year, zone in self.years.items() if zone.places < zone.demand]

    @property
    def unsure(self) -> list[int]:
        """Years in which places do not suffice in 9 of 10 draws; without early warning, for the p90 of pupils.

        The latter is not that probability: pupils and places of a draw go together.
        """
        if self.crowded is not None:
            return [year for year in self.years if year in self.crowded]
        return [year for year, zone in self.years.items() if zone.upper is not None and zone.places < zone.upper]


def kept_zones(seen: View, plan: str) -> list[Kept]:
    """Zones of the window by stage, those that are short first."""
    study = seen.run.study
    order = [stage.id for stage in study.stages]
    found: dict[tuple[str, str], dict[int, Zone]] = {}
    for (stage, name, year), zone in sorted(zones(seen, plan).items()):
        if study.window[0] <= year <= study.window[1]:
            found.setdefault((stage, name), {})[year] = zone
    every = crowded(seen, plan) if warned(found) else None
    kept = [
        Kept(stage, name, years, None if every is None else every.get((stage, name), frozenset()))
        for (stage, name), years in found.items()
    ]
    place = {stage: at for at, stage in enumerate(order)}
    return sorted(kept, key=lambda one: (place.get(one.stage, -1), -len(one.short), -len(one.unsure), one.zone))


def warned(keys: Iterable[tuple[object, ...]]) -> bool:
    """Whether zones are those of early warning (children who start a stage), not whole schools; keys: stage first."""
    return any(key[0] != "all" for key in keys)


def crowded(seen: View, plan: str) -> dict[tuple[str, str], frozenset[int]]:
    """(stage, zone) -> years in which children outnumber places in more than 1 of 10 draws, reference future.

    The ratio of `alerts.csv` is taken draw by draw but leaves out draws without places: they are in the levels.
    """
    rules = () if seen.run.study.alerts is None else seen.run.study.alerts.rules
    above = {rule.code: [f"p_{one.level}" for one in rule.levels if one.at_least > 1.0] for rule in rules}
    found: dict[tuple[str, str], set[int]] = {}
    for row in of_plan(seen.run.tables.alerts, seen.run.study.reference_future, plan).to_dict("records"):
        ratio, over = float(row["ratio_p90"]), sum(float(row[name]) for name in above.get(str(row["rule"]), ()))
        nowhere = ratio != ratio and float(row["demand_mean"]) > 0.0
        if nowhere or ratio > 1.0 + EPS or over > 1.0 - SURE + EPS:
            found.setdefault((str(row["stage"]), str(row["zone"])), set()).add(int(row["year"]))
    return {key: frozenset(years) for key, years in found.items()}


def constraint(seen: View, plan: str) -> Table:
    """Whether every zone has a place for every child in every year of the window: on average, and in 9 of 10 draws."""
    labels, study = seen.labels, seen.run.study
    kept = kept_zones(seen, plan)
    by = "" if warned((one.stage,) for one in kept) else "_schools"
    names = {stage.id: labels.pick(stage.name) for stage in study.stages} | {"all": labels("word.all_stages")}
    people, seats = labels("document.unit.people"), labels("document.unit.seats")
    years = sorted({year for one in kept for year in one.years})
    columns = [Column("stage", labels("dossier.stage")), Column("zone", labels("layout.zone"))]
    for year in years:
        group = labels.school_year(year)
        columns.append(Column(f"demand_{year}", labels(f"layout.demand{by}"), "count", people, group, people=True))
        columns.append(Column(f"places_{year}", labels("layout.places"), "count", seats, group))
    columns += [Column("short", labels("layout.short")), Column("unsure", labels(f"layout.unsure{by}"))]
    rows = tuple(
        (
            names[one.stage],
            zone_name(seen, one.zone),
            *(cell for year in years for cell in _asked(one.years.get(year))),
            _years(seen, one.short) or labels("layout.all_kept"),
            _years(seen, one.unsure) or labels("layout.all_kept"),
        )
        for one in kept
    )
    title, basis = labels("layout.title.constraint"), mean_basis(seen, study.reference_future, plan)
    return Table(
        "layout_constraint", title, tuple(columns), rows, basis, (labels(f"layout.remark.constraint{by}"),), wide=True
    )


def _asked(zone: Zone | None) -> tuple[Cell, Cell]:
    return (None, None) if zone is None else (zone.demand, zone.places)


def _years(seen: View, years: list[int]) -> str:
    return seen.labels("word.list").join(map(str, years))


def zone_changes(seen: View, plan: str) -> Table:
    """Every change of zones: units, from which school to which, with which project, when, pupils who live there."""
    labels, study = seen.labels, seen.run.study
    columns = (
        Column("stage", labels("dossier.stage")),
        Column("units", labels("layout.units")),
        Column("before", labels("layout.before")),
        Column("after", labels("layout.after")),
        Column("project", labels("layout.with")),
        Column("year", labels("layout.from"), "school_year"),
        Column("pupils", labels("layout.pupils_there"), "count", labels("document.unit.people"), people=True),
    )
    steps = of_plan(seen.run.tables.plan_steps, study.reference_future, plan, what="rezones").sort_values("order")
    stage_of = {grade: stage for stage in study.stages for grade in stage.grades}
    rows: list[tuple[Cell, ...]] = []
    for row in steps.to_dict("records"):
        units = str(row["units"]).split()
        stage = next((stage_of[grade] for grade in str(row["grades"]).split() if grade in stage_of), None)
        before = _serving(seen, plan, stage.id if stage else "", units)
        names = [seen.setting.names.get(("unit", unit), unit) for unit in units]
        project = str(row["project"] or "")
        rows.append((
            labels.pick(stage.name) if stage else None,
            labels("word.list").join(names),
            _names(seen, before) or None,
            _names(seen, str(row["school"]).split()),
            seen.of_plan(plan).name("project", project) if project else labels("layout.year_alone"),
            number(row["p50"]),
            number(row["pupils"]),
        ))  # fmt: skip
    return Table("layout_zones", labels("layout.title.zones"), columns, tuple(rows), stated(seen, plan),
                 (labels("layout.remark.zones"),), wide=True)  # fmt: skip


def _names(seen: View, schools: list[str]) -> str:
    return seen.labels("word.list").join(seen.words.school(school) for school in schools)


def _serving(seen: View, plan: str, stage: str, units: list[str]) -> list[str]:
    """Schools that serve units of a stage before the plan changes anything."""
    zones_ = seen.run.tables.zone_list
    own = zones_[(zones_["plan"] == plan) & (zones_["stage"] == stage) & zones_["unit"].isin(units)]
    own = own[(own["with_project"] == "") & (own["from_year"] <= seen.run.study.base_year)]
    return list(dict.fromkeys(own.sort_values("order")["school"].astype(str)))
