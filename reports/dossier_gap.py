"""Dossier chapter on shortage: table T3 (学位缺口表) by zone and year, by township, and for the county."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd

from reports.document import Band, Basis, Block, Cell, Column, Heading, Paragraph, Table
from reports.document_case import chart, in_reference
from reports.document_maps import use_maps
from reports.document_parts import simulated
from reports.dossier_norms import legacy_per_room, legacy_sizes
from reports.dossier_read import (
    adds_up,
    county_bands,
    mean_basis,
    observed_grades,
    rows_of,
    told_years,
    total,
)
from reports.study_card import AlertCard
from reports.view import View

COUNTY = "~county"


@dataclass(frozen=True)
class Zone:
    """What one zone asks and has in one year under one plan."""

    demand: float
    upper: float | None
    places: float
    legacy: float | None
    level: str = ""

    @property
    def gap(self) -> float:
        """Children without a place at the planned class size; negative: places left."""
        return self.demand - self.places


Key = tuple[str, str, int]
"""Stage (`all` where a zone is a whole school), zone, year."""


def chapter(seen: View) -> list[Block]:
    """Places missing by zone and year, without building and with the headline plan."""
    if not told_years(seen):
        return []
    by_plan = {plan: zones(seen, plan) for plan in plans(seen)}
    by_place = township_table(seen)
    return [
        Heading(1, seen.labels("dossier.chapter.gap")),
        Paragraph(_finding(seen, by_plan), "lead"),
        county_table(seen, by_plan),
        zone_table(seen, by_plan),
        *([] if by_place is None else [by_place]),
        *chart(in_reference(seen), "t3_chart", "seats", simulated(seen, seen.run.study.reference_future)),
        *use_maps(seen, seen.plan, "t3"),
    ]


def plans(seen: View) -> tuple[str, ...]:
    """The baseline plan and the headline plan, where another one."""
    return tuple(dict.fromkeys((seen.baseline, seen.plan)))


def zones(seen: View, plan: str) -> dict[Key, Zone]:
    """Zones of a plan in the reference future: those of early warning, else every school by itself."""
    return _warned(seen, plan) or _schools(seen, plan)


def _warned(seen: View, plan: str) -> dict[Key, Zone]:
    """Children who start a stage against planned entry places, as `alerts.csv` has them."""
    alerts, years = seen.run.tables.alerts, told_years(seen)
    mine = (alerts["future"] == seen.run.study.reference_future) & (alerts["plan"] == plan)
    rows = alerts[mine & alerts["year"].isin(years)]
    planned = {stage.id: stage.planned_class_size for stage in seen.run.study.stages}
    found: dict[Key, Zone] = {}
    for row in rows.to_dict("records"):
        stage, size = str(row["stage"]), planned.get(str(row["stage"]))
        older = legacy_sizes().get(stage)
        places = float(row["places"])
        legacy = places * older.value / size if older is not None and size else None
        numbers = (float(row["demand_mean"]), float(row["demand_p90"]), places, legacy)
        # A rule publishes levels for some years ahead only; what it would say of later ones is no warning.
        level = str(row["level"]) if row["published"] == 1 else ""
        found[stage, str(row["zone"]), int(row["year"])] = Zone(*numbers, level)
    return found


def _schools(seen: View, plan: str) -> dict[Key, Zone]:
    """Pupils of every school against its seats, where the study has no early warning."""
    schools, case = seen.run.tables.schools, (seen.run.study.reference_future, plan)
    wanted = {}
    for name in ("roll", "seats", "rooms"):
        rows = rows_of(schools, case, name, ["all"])
        cells = rows[["entity", "year", "mean", "p90"]].itertuples(index=False, name=None)
        wanted[name] = {(str(e), int(y)): (float(m), float(p)) for e, y, m, p in cells}
    per_room, years = legacy_per_room(seen), set(told_years(seen))
    found: dict[Key, Zone] = {}
    for (school, year), (mean, upper) in wanted["roll"].items():
        if year in years and (school, year) in wanted["seats"]:
            rooms = wanted["rooms"].get((school, year))
            legacy = rooms[0] * per_room[school] if rooms is not None and school in per_room else None
            found["all", school, year] = Zone(mean, upper, wanted["seats"][school, year][0], legacy)
    return found


def zone_name(seen: View, zone: str) -> str:
    """Names of the schools of a zone; a zone without a school says so."""
    if zone.startswith("~none:"):
        unit = zone.removeprefix("~none:")
        return seen.labels("t3.no_school", unit=seen.setting.names.get(("unit", unit), unit))
    return seen.labels("word.list").join(seen.words.school(school) for school in zone.split("+"))


def _by_stage(keys: set[Key]) -> dict[str, list[tuple[str, list[int]]]]:
    """Stage -> its zones, each with its years, in the order of their ids."""
    found: dict[str, dict[str, set[int]]] = {}
    for stage, zone, year in keys:
        found.setdefault(stage, {}).setdefault(zone, set()).add(year)
    return {
        stage: [(zone, sorted(own)) for zone, own in sorted(by_zone.items())]
        for stage, by_zone in sorted(found.items())
    }


def zone_table(seen: View, by_plan: Mapping[str, Mapping[Key, Zone]]) -> Table:
    """T3: zone and year as rows; demand, places, gap and level without and with the plan as columns."""
    labels, study = seen.labels, seen.run.study
    keys = {key for found in by_plan.values() for key in found}
    warned, older = has_zones(by_plan), _has_legacy(by_plan)
    stage_names = {stage.id: labels.pick(stage.name) for stage in study.stages} | {"all": labels("word.all_stages")}
    columns = (
        Column("stage", labels("dossier.stage")),
        Column("zone", labels("t3.zone" if warned else "dossier.school")),
        Column("year", labels("t2.year"), "school_year"),
        *(column for plan in by_plan for column in _zone_columns(seen, plan, older, warned)),
    )
    order = [stage.id for stage in study.stages]
    grouped = sorted(_by_stage(keys).items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else -1)
    rows: list[tuple[Cell, ...]] = []
    sums: list[tuple[int, tuple[int, ...]]] = []
    for stage, own in grouped:
        places: dict[int, list[int]] = {}
        for zone, years in own:
            for year in years:
                places.setdefault(year, []).append(len(rows))
                cells = [_cells(seen, found.get((stage, zone, year)), older, warned) for found in by_plan.values()]
                rows.append(
                    (stage_names[stage], zone_name(seen, zone), float(year), *(c for one in cells for c in one))
                )
        for year, parts in sorted(places.items()):
            sums.append((len(rows), tuple(parts)))
            sums_cells = [
                _cells(seen, _sum_of(found, stage, year), older, warned, whole=True) for found in by_plan.values()
            ]
            head = (stage_names[stage], labels("t3.county"), float(year))
            rows.append((*head, *(c for one in sums_cells for c in one)))
    title = labels("t3.title" if warned else "t3.title.schools")
    return Table("t3", title, columns, tuple(rows), _basis(seen), _remarks(seen, warned, older), tuple(sums), wide=True)


def _zone_columns(seen: View, plan: str, older: bool, warned: bool) -> list[Column]:
    labels, name, people = seen.labels, seen.words.plan(plan), seen.labels("document.unit.people")
    seats = labels("dossier.unit.seats")
    columns = [
        Column(f"demand_{plan}", labels("t3.demand"), "count", people, name, people=True),
        Column(f"upper_{plan}", labels("t3.upper"), "count", people, name, people=True),
        Column(f"places_{plan}", labels("t3.places"), "count", seats, name),
        Column(f"legacy_{plan}", labels("t3.legacy"), "count", seats, name),
        Column(f"gap_{plan}", labels("t3.gap"), "count", people, name, hidden_with=(f"demand_{plan}",)),
        Column(f"level_{plan}", labels("t3.level"), "text", "", name),
    ]
    left_out = {*(() if older else (f"legacy_{plan}",)), *(() if warned else (f"level_{plan}",))}
    return [column for column in columns if column.key not in left_out]


def _cells(seen: View, zone: Zone | None, older: bool, warned: bool, whole: bool = False) -> list[Cell]:
    if zone is None:
        return [None] * (4 + older + warned)
    level = None if whole or not zone.level else seen.labels(f"alerts.level.{zone.level}")
    return [
        zone.demand,
        zone.upper,
        zone.places,
        *([zone.legacy] if older else []),
        zone.gap,
        *([level] if warned else []),
    ]


def _sum_of(found: Mapping[Key, Zone], stage: str, year: int) -> Zone | None:
    own = [zone for (s, _, y), zone in found.items() if (s, y) == (stage, year)]
    if not own:
        return None
    legacy = total(*(zone.legacy for zone in own))
    return Zone(sum(zone.demand for zone in own), None, sum(zone.places for zone in own), legacy)


def has_zones(by_plan: Mapping[str, Mapping[Key, Zone]]) -> bool:
    """Whether the zones are those of early warning, and not every school by itself."""
    return any(stage != "all" for found in by_plan.values() for stage, _, _ in found)


def _has_legacy(by_plan: Mapping[str, Mapping[Key, Zone]]) -> bool:
    return any(zone.legacy is not None for found in by_plan.values() for zone in found.values())


def _basis(seen: View) -> Basis:
    basis = mean_basis(seen, seen.run.study.reference_future)
    names = seen.labels("word.list").join(seen.words.plan(plan) for plan in plans(seen))
    return Basis(basis.date, basis.source, basis.method, basis.future, names)


def _remarks(seen: View, warned: bool, older: bool) -> tuple[str, ...]:
    labels, study = seen.labels, seen.run.study
    sizes = labels("word.list").join(
        labels("t3.size", stage=labels.pick(stage.name), size=labels.integer(stage.planned_class_size))
        for stage in study.stages
        if stage.planned_class_size
    )
    told = [labels("t3.remark.warned" if warned else "t3.remark.schools", sizes=sizes), labels("t3.remark.gap")]
    if older:
        norms = {norm.code: norm for stage, norm in legacy_sizes().items() if stage in {s.id for s in study.stages}}
        told += [labels("t3.remark.legacy", norm=norm.told(seen)) for norm in norms.values()]
    rules = () if study.alerts is None else study.alerts.rules
    told += [
        labels("t3.remark.rule", clause=labels.pick(rule.clause), source=labels.pick(rule.source),
               grade=labels.grade(rule.source_grade), code=rule.code)
        for rule in rules
    ] if warned else []  # fmt: skip
    if warned and rules:
        years = labels("word.clauses").join(_published(seen, rule) for rule in rules)
        told.append(labels("t3.remark.published", years=years))
    return tuple(told)


def _published(seen: View, rule: AlertCard) -> str:
    """Stages of a rule with the years after the base year that it publishes levels for."""
    stages = seen.labels("word.list").join(map(seen.words.stage, rule.stages))
    return seen.labels("t3.published", stages=stages, n=rule.lead_years)


def county_table(seen: View, by_plan: Mapping[str, Mapping[Key, Zone]]) -> Table:
    """The county by year: pupils, seats by both class sizes, empty seats, and the shortage of the zones added up."""
    labels, study, warned = seen.labels, seen.run.study, has_zones(by_plan)
    people, seats = labels("document.unit.people"), labels("dossier.unit.seats")
    columns = (
        Column("plan", labels("dossier.plan")),
        Column("year", labels("t2.year"), "school_year"),
        Column("pupils", labels("t2.pupils"), "count", people, banded=True, people=True),
        Column("seats", labels("t3.seats"), "count", seats, banded=True),
        Column("unused", labels("t3.unused"), "count", seats, banded=True),
        Column("short", labels("t3.short" if warned else "t3.short.schools"), "count", people),
        Column("zones", labels("t3.short_zones" if warned else "t3.short_zones.schools"), "count"),
    )
    today = sum(observed_grades(seen.run).values())
    rows: list[tuple[Cell, ...]] = [(labels("t2.kind.observed"), float(study.base_year), today, *([None] * 4))]
    for plan, own in by_plan.items():
        found = _county_of(seen, plan)
        for year in told_years(seen):
            short = [zone for (_, _, y), zone in own.items() if y == year and zone.gap > 0]
            cells = [found[name].get(("all", year)) for name in ("roll", "seats", "unused_seats")]
            ends = (sum(zone.gap for zone in short), float(len(short)))
            rows.append((seen.words.plan(plan), float(year), *cells, *ends))
    remarks = (
        labels("t3.remark.county"),
        labels("t3.remark.short" if warned else "t3.remark.short.schools"),
        labels("t3.remark.base"),
    )
    basis = _basis(seen)
    return Table("t3_county", labels("t3.title.county"), columns, tuple(rows), basis, remarks, wide=True)


def _county_of(seen: View, plan: str) -> dict[str, dict[object, Band]]:
    case = (seen.run.study.reference_future, plan)
    return {name: county_bands(seen, case, name) for name in ("roll", "seats", "unused_seats")}


def township_table(seen: View) -> Table | None:
    """Pupils by home against the seats of the schools that stand there, by township; None with fewer than two."""
    labels, study = seen.labels, seen.run.study
    units = seen.units
    if "township" not in units.columns or units["township"].nunique() < 2:
        return None
    homes = dict(zip(units["unit"], units["township"].astype(str), strict=True))
    stands = school_townships(seen)
    people, seats = labels("document.unit.people"), labels("dossier.unit.seats")
    columns = [Column("township", labels("t3.township")), Column("year", labels("t2.year"), "school_year")]
    demand: dict[tuple[str, str, int], float] = {}
    supply: dict[tuple[str, str, int], float] = {}
    for plan in plans(seen):
        name, case = seen.words.plan(plan), (study.reference_future, plan)
        columns += [
            Column(f"demand_{plan}", labels("t3.pupils_home"), "count", people, name, people=True),
            Column(f"seats_{plan}", labels("t3.seats"), "count", seats, name),
            Column(f"gap_{plan}", labels("t3.gap"), "count", people, name, hidden_with=(f"demand_{plan}",)),
        ]
        for table, indicator, place, into in (
            (seen.run.tables.zones, "pupils", homes, demand),
            (seen.run.tables.schools, "seats", stands, supply),
        ):
            rows_ = rows_of(table, case, indicator, ["all"])[["entity", "year", "mean"]]
            for entity, year, mean in rows_.itertuples(index=False, name=None):
                key = (plan, place.get(str(entity), ""), int(year))
                into[key] = into.get(key, 0.0) + float(mean)
    rows, sums = _township_rows(seen, sorted(set(homes.values())), demand, supply)
    remarks = [labels("t3.remark.township")]
    outside = sorted(set(stands) - {school for school, town in stands.items() if town})
    if outside:
        names = labels("word.list").join(seen.words.school(school) for school in outside)
        remarks.append(labels("t3.remark.outside", schools=names))
    return Table(
        "t3_township", labels("t3.title.township"), tuple(columns), rows, _basis(seen), tuple(remarks), sums, wide=True
    )


def _township_rows(
    seen: View,
    towns: list[str],
    demand: Mapping[tuple[str, str, int], float],
    supply: Mapping[tuple[str, str, int], float],
) -> tuple[tuple[tuple[Cell, ...], ...], tuple[tuple[int, tuple[int, ...]], ...]]:
    rows: list[tuple[Cell, ...]] = []
    sums: list[tuple[int, tuple[int, ...]]] = []
    years = told_years(seen)
    for town in towns:
        for year in years:
            cells: list[Cell] = []
            for plan in plans(seen):
                asked, there = demand.get((plan, town, year)), supply.get((plan, town, year), 0.0)
                cells += [asked, there, None if asked is None else asked - there]
            rows.append((town, float(year), *cells))
    for place, year in enumerate(years):
        parts = tuple(place + len(years) * i for i in range(len(towns)))
        sums.append((len(rows), parts))
        added = [adds_up(_number(rows[part][at]) for part in parts) for at in range(2, len(rows[0]))]
        rows.append((seen.labels("t3.county"), float(year), *added))
    return tuple(rows), tuple(sums)


def _number(cell: Cell) -> float | None:
    return cell if isinstance(cell, float | int) else None


def school_townships(seen: View) -> dict[str, str]:
    """School -> township in which it stands; empty outside every unit."""
    schools, units = seen.run.tables.school_list, seen.units[["township", "geometry"]]
    points = gpd.GeoDataFrame(
        schools[["school"]], geometry=gpd.points_from_xy(schools["x"], schools["y"]), crs=units.crs
    )
    joined = gpd.sjoin(points, units, how="left", predicate="intersects").drop_duplicates("school")
    towns = joined["township"].where(joined["township"].notna(), "")
    return dict(zip(joined["school"].astype(str), towns.astype(str), strict=True))


def _finding(seen: View, by_plan: Mapping[str, Mapping[Key, Zone]]) -> str:
    """Zones that are short in the first year of the window, without and with the plan, and the worst one."""
    labels, study = seen.labels, seen.run.study
    year = next((y for y in told_years(seen) if y >= study.window[0]), told_years(seen)[-1])
    warned, parts = has_zones(by_plan), []
    for plan, found in by_plan.items():
        own = [(zone, key) for key, zone in found.items() if key[2] == year]
        short = sorted(((zone.gap, key) for zone, key in own if zone.gap > 0), reverse=True)
        said = {"plan": seen.words.plan(plan), "n": len(own), "k": len(short)}
        if short:
            gap, key = short[0]
            worst = {"zone": zone_name(seen, key[1]), "gap": labels.integer(gap)}
            worst["all"] = labels.integer(sum(gap for gap, _ in short))
            parts.append(labels("t3.finding.short" if warned else "t3.finding.short.schools", **said, **worst))
        else:
            parts.append(labels("t3.finding.enough" if warned else "t3.finding.enough.schools", **said))
    head = labels("t3.finding", future=seen.words.future(study.reference_future), year=labels.school_year(year))
    return head + labels("word.clauses").join(parts) + labels("dossier.stop")
