"""Dossier chapter on demand: table T2 (学位需求预测表) with its parts by grade, by what is known, and by future."""

from reports.album import settle
from reports.charts import DPI, made_for, scaled
from reports.document import Band, Basis, Block, Cell, Column, Heading, Paragraph, Picture, Table
from reports.document_case import changes_something
from reports.document_parts import bands, observed, simulated
from reports.dossier_read import (
    county_bands,
    county_means,
    grade_means,
    mean_basis,
    observed_grades,
    present_stages,
    rows_of,
    said,
    simulated_years,
)
from reports.figures_demand import demand_stack
from reports.figures_setting import Case
from reports.findings import demand_finding
from reports.style import settings, to_png
from reports.view import View

CHART_MM = 156.0

KNOWN = ("enrolled", "born", "unborn", "arrivals")
"""Parts of the roll by what is known of the children; they add up to it."""
MOST_ACROSS = 3
"""Futures side by side on an upright page."""
BEYOND = ("moved_in", "moved_out", "moved_within")
"""Children who move beyond the reference future; the last one holds those who move into new housing."""


def chapter(seen: View) -> list[Block]:
    """Forecast of births and pupils of the county under the baseline plan, and by future."""
    if not simulated_years(seen):
        return []
    title = Heading(1, seen.labels("dossier.chapter.demand"))
    optional = [table for table in (known_table(seen), moves_table(seen)) if table is not None]
    return [
        title,
        Paragraph(_finding(seen), "lead"),
        forecast_table(seen),
        *_drawn(seen),
        *births_table(seen),
        grade_table(seen),
        *optional[:1],
        futures_table(seen),
        *optional[1:],
    ]


def _drawn(seen: View) -> list[Picture]:
    """Demand of the county in the reference future with the headline plan, by what is known; none unless it is kept."""
    case, tables = Case(seen.run.study.reference_future, seen.plan), seen.run.tables
    county = tables.county[(tables.county["future"] == case.future) & (tables.county["plan"] == case.plan)]
    if not (county["indicator"] == "demand_enrolled").any():
        return []
    caption, setting = demand_finding(seen), made_for(seen, CHART_MM).setting
    figure = demand_stack(county, tables.history, setting, cases=[case], caption=caption)
    with settings():
        settle(figure)
    png = to_png(figure, scaled(figure, CHART_MM, DPI))
    basis = simulated(seen, case.future, case.plan)
    return [Picture("t2_chart", caption.title, str(figure.get_label()) or caption.title, png, CHART_MM, basis)]


def _finding(seen: View) -> str:
    """Pupils today, at the end of the window, at their peak and at the horizon; births first and last."""
    labels, study = seen.labels, seen.run.study
    case = (study.reference_future, seen.baseline)
    rolls, births = county_bands(seen, case, "roll"), county_bands(seen, case, "births")
    years = [year for year in simulated_years(seen) if ("all", year) in rolls]
    if not years:
        return labels("t2.finding.none")
    end = max((year for year in years if year <= study.window[1]), default=years[-1])
    peak = max(years, key=lambda year: rolls["all", year].middle)
    text = labels(
        "t2.finding",
        base=study.base_year,
        today=labels.integer(sum(observed_grades(seen.run).values())),
        future=seen.words.future(case[0]),
        case=_case_words(seen),
        peak_year=labels.school_year(peak),
        peak=said(seen, rolls["all", peak]),
        end_year=labels.school_year(end),
        end=said(seen, rolls["all", end]),
        last_year=labels.school_year(years[-1]),
        last=said(seen, rolls["all", years[-1]]),
    )
    first, last = births.get(("all", years[0])), births.get(("all", years[-1]))
    if first is None or last is None:
        return text
    return text + labels("t2.finding.births", first=said(seen, first), last=said(seen, last))


def _case_words(seen: View) -> str:
    """That the schools stay as they are; the baseline plan by name where it does something itself."""
    if changes_something(seen, seen.baseline):
        return seen.labels("t2.case.plan", plan=seen.words.plan(seen.baseline))
    return seen.labels("t2.case.nothing")


def forecast_table(seen: View) -> Table:
    """T2: school years as rows; births, first grades, pupils of each stage, and who comes and goes."""
    labels, study = seen.labels, seen.run.study
    case = (study.reference_future, seen.baseline)
    stages, people = present_stages(seen), labels("document.unit.people")
    births, net = county_bands(seen, case, "births"), _net(seen, case)
    rolls, grades = county_bands(seen, case, "roll"), grade_means(seen, case)
    columns = (
        Column("year", labels("t2.year"), "school_year"),
        Column("kind", labels("t2.kind")),
        Column("births", labels("t2.births"), "count", people, banded=True),
        *(
            Column(f"intake_{s.id}", labels.pick(s.name), "count", people, labels("t2.intake"), people=True)
            for s in stages
        ),
        *(
            Column(f"pupils_{s.id}", labels.pick(s.name), "count", people, labels("t2.pupils"), True, True)
            for s in stages
        ),
        Column("pupils_all", labels("t2.all"), "count", people, labels("t2.pupils"), True, True),
        Column("net", labels("t2.net"), "count", people),
    )

    def row(year: int) -> tuple[Cell, ...]:
        return (
            float(year),
            labels(f"t2.kind.{_kind(seen, year)}"),
            births.get(("all", year)),
            *(grades.get((s.grades[0], year)) for s in stages),
            *(rolls.get((s.id, year), _today(seen, s.grades, year)) for s in stages),
            rolls.get(("all", year), _today(seen, study.grade_order(), year)),
            net.get(year),
        )

    rows = tuple(row(year) for year in [study.base_year, *simulated_years(seen)])
    remarks = [labels(f"t2.remark.{name}") for name in ("bands", "kind", "intake", "base", "flows")]
    basis = simulated(seen, *case)
    return Table("t2", labels("t2.title"), columns, rows, basis, tuple(remarks), wide=len(columns) > 8)


def _net(seen: View, case: tuple[str, str]) -> dict[int, float]:
    """Year -> children new to the schools of the county less those gone from them, mean over draws."""
    came, outside, gone = (county_means(seen, case, name) for name in ("arrived", "inbound", "left"))
    years = [year for stage, year in came if stage == "all" and ("all", year) in gone]
    return {year: came["all", year] + outside.get(("all", year), 0.0) - gone["all", year] for year in years}


def _kind(seen: View, year: int) -> str:
    """Observed, or forecast: of children of whom all are born or at school, or some are not born yet."""
    study = seen.run.study
    if year == study.base_year:
        return "observed"
    unborn = county_means(seen, (study.reference_future, seen.baseline), "demand_unborn").get(("all", year))
    return "forecast" if unborn is None else "unborn" if unborn >= 0.5 else "born"


def _today(seen: View, grades: tuple[str, ...], year: int) -> Cell:
    if year != seen.run.study.base_year:
        return None
    found = observed_grades(seen.run)
    counted = [found[grade] for grade in grades if grade in found]
    return sum(counted) if counted else None


def births_table(seen: View) -> list[Block]:
    """Births on record up to the base year; nothing where the run keeps none."""
    labels, births = seen.labels, seen.run.tables.registered_births
    if births.empty:
        return []
    columns = (
        Column("year", labels("t2.calendar_year"), "calendar_year"),
        Column("births", labels("t2.births"), "count", labels("document.unit.people")),
        Column("units", labels("t2.units"), "count"),
    )
    rows = tuple(
        (float(year), float(number), float(units))
        for year, number, units in births.sort_values("year")[["year", "births", "units"]].itertuples(
            index=False, name=None
        )
    )
    remarks = [labels("t2.remark.births")]
    if births["units"].nunique() > 1:
        remarks.append(labels("t2.remark.units"))
    basis = observed(seen)
    basis = Basis(basis.date, basis.source, labels("t2.method.births"))
    return [Table("t2_births", labels("t2.title.births"), columns, rows, basis, tuple(remarks))]


def grade_table(seen: View) -> Table:
    """Pupils by grade, means over draws, with the sums of the stages."""
    labels, study = seen.labels, seen.run.study
    case = (study.reference_future, seen.baseline)
    stages, people, means = present_stages(seen), labels("document.unit.people"), grade_means(seen, case)
    columns = [Column("year", labels("t2.year"), "school_year")]
    for stage in stages:
        name = labels.pick(stage.name)
        keys = tuple(f"grade_{grade}" for grade in stage.grades)
        columns += [
            Column(key, labels("dossier.grade", grade=grade), "count", people, name, people=True)
            for key, grade in zip(keys, stage.grades, strict=True)
        ]
        columns.append(
            Column(f"stage_{stage.id}", labels("dossier.sum"), "count", people, name, people=True, sum_of=keys)
        )
    whole = tuple(f"stage_{stage.id}" for stage in stages)
    columns.append(Column("all", labels("t2.all"), "count", people, people=True, sum_of=whole))
    rows = []
    for year in [study.base_year, *simulated_years(seen)]:
        cells: list[Cell] = [float(year)]
        sums = 0.0
        for stage in stages:
            own = [means.get((grade, year)) for grade in stage.grades]
            cells += [*own, sum(number or 0.0 for number in own)]
            sums += sum(number or 0.0 for number in own)
        rows.append((*cells, sums))
    remarks = (labels("t2.remark.grades"),)
    return Table(
        "t2_grades", labels("t2.title.grades"), tuple(columns), tuple(rows), mean_basis(seen, *case), remarks, wide=True
    )


def known_table(seen: View) -> Table | None:
    """The roll by what is known of the children: at school already, born, not born yet, moving in later."""
    labels, study = seen.labels, seen.run.study
    case = (study.reference_future, seen.baseline)
    parts = {name: county_means(seen, case, f"demand_{name}") for name in KNOWN}
    if not any(parts.values()):
        return None
    people = labels("document.unit.people")
    columns = (
        Column("year", labels("t2.year"), "school_year"),
        *(Column(name, labels(f"t2.known.{name}"), "count", people) for name in KNOWN),
        Column("roll", labels("t2.all"), "count", people, sum_of=KNOWN),
        Column("share_unborn", labels("t2.known.share"), "share"),
    )
    rows = []
    for year in simulated_years(seen):
        cells = [parts[name].get(("all", year), 0.0) for name in KNOWN]
        whole = sum(cells)
        rows.append((float(year), *cells, whole, cells[2] / whole if whole > 0 else None))
    remarks = (labels("t2.remark.known"),)
    return Table("t2_known", labels("t2.title.known"), columns, tuple(rows), mean_basis(seen, *case), remarks)


def futures_table(seen: View) -> Table:
    """Pupils of every stage in every future of the study, side by side."""
    labels, study = seen.labels, seen.run.study
    people = labels("document.unit.people")
    columns = (
        Column("stage", labels("dossier.stage")),
        Column("year", labels("t2.year"), "school_year"),
        *(
            Column(f"future_{future.id}", labels.pick(future.name), "count", people, labels("t2.pupils"), True, True)
            for future in study.futures
        ),
    )
    found = {
        future.id: bands(
            rows_of(seen.run.tables.county, (future.id, seen.baseline), "roll"),
            ["stage", "year"],
        )
        for future in study.futures
    }
    stages = [("all", labels("t2.all")), *((stage.id, labels.pick(stage.name)) for stage in present_stages(seen))]
    rows = []
    for stage, name in stages:
        grades = study.grade_order() if stage == "all" else next(s.grades for s in study.stages if s.id == stage)
        today = _today(seen, grades, study.base_year)
        rows.append((name, float(study.base_year), *([today] * len(study.futures))))
        rows += [
            (name, float(year), *(found[future.id].get((stage, year)) for future in study.futures))
            for year in simulated_years(seen)
        ]
    notes = [
        labels("t2.remark.future", name=labels.pick(future.name), note=labels.pick(future.note))
        for future in study.futures
        if labels.pick(future.note)
    ]
    basis = simulated(seen, study.reference_future, seen.baseline)
    basis = type(basis)(basis.date, basis.source, basis.method, labels("dossier.all_futures"), basis.plan)
    wide = len(study.futures) > MOST_ACROSS
    return Table("t2_futures", labels("t2.title.futures"), columns, tuple(rows), basis, tuple(notes), wide=wide)


def moves_table(seen: View) -> Table | None:
    """Children who move beyond the reference future: across the county's line, and to towns and new housing."""
    labels, study = seen.labels, seen.run.study
    county, plan = seen.run.tables.county, seen.baseline
    others = [future for future in study.futures if future.id != study.reference_future]
    found = {
        (future.id, name): bands(rows_of(county, (future.id, plan), name), "year")
        for future in others
        for name in BEYOND
    }
    if not any(_moves(band) for one in found.values() for band in one.values()):
        return None
    people = labels("document.unit.people")
    columns = (
        Column("year", labels("t2.year"), "school_year"),
        *(
            Column(f"{name}_{future.id}", labels(f"t2.{name}"), "count", people, labels.pick(future.name), True)
            for future in others
            for name in BEYOND
        ),
    )
    rows = tuple(
        (float(year), *(found[future.id, name].get(year) for future in others for name in BEYOND))
        for year in simulated_years(seen)
    )
    basis = simulated(seen, study.reference_future, plan)
    basis = type(basis)(basis.date, basis.source, basis.method, labels("dossier.all_futures"), basis.plan)
    remarks = (labels("t2.remark.moves", future=seen.words.future(study.reference_future)),)
    return Table("t2_moves", labels("t2.title.moves"), columns, rows, basis, remarks, wide=len(columns) > 7)


def _moves(band: Band) -> bool:
    return max(abs(band.low), abs(band.high)) >= 0.5
