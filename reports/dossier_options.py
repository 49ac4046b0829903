"""Dossier chapter on options: table T5 (方案比选), clauses first and cost after them."""

from collections import Counter
from collections.abc import Callable

from reports.document import Band, Basis, Block, Cell, Column, Heading, Items, Paragraph, Table
from reports.document_case import changes_something, chart, in_reference
from reports.dossier_read import county_bands, county_means, known, mean_basis, present_stages, rows_of
from reports.matrix import Row
from reports.sentences import cell_words
from reports.view import View


def chapter(seen: View) -> list[Block]:
    """All plans of the run side by side: verdicts by future, size and cost, travel, balance; and what each one does."""
    titled: list[Block] = [
        Heading(1, seen.labels("dossier.chapter.options")),
        Paragraph(_finding(seen), "lead"),
        verdict_table(seen),
        options_table(seen),
    ]
    travel = travel_table(seen)
    summary: list[Block] = [
        Paragraph(seen.labels("t5.closing")),
        Items(tuple(_said(seen, plan) for plan in seen.plans)),
    ]
    drawn = chart(in_reference(seen), "t5_chart", "frontier", _basis(seen))
    return [*titled, *([] if travel is None else [travel]), *drawn, *summary, Paragraph(_choice(seen))]


def _end(seen: View) -> int:
    """Last year of the decision window."""
    return seen.run.study.window[1]


def _basis(seen: View) -> Basis:
    basis = mean_basis(seen, seen.run.study.reference_future)
    method = seen.labels("t5.method", draws=seen.run.study.draws)
    return Basis(basis.date, basis.source, method, basis.future)


def _case(seen: View, plan: str) -> tuple[str, str]:
    return (seen.run.study.reference_future, plan)


def verdict_table(seen: View) -> Table:
    """Verdict on all deciding clauses and its probability, plans by futures."""
    labels, study = seen.labels, seen.run.study
    columns = [Column("plan", labels("dossier.plan"))]
    for future in seen.table.futures:
        name = seen.words.future(future)
        columns += [
            Column(f"verdict_{future}", labels("t5.verdict"), "text", "", name),
            Column(f"chance_{future}", labels("t5.chance"), "chance", "", name),
        ]
    columns.append(Column("held", labels("t5.held"), "count"))
    rows = []
    for plan in seen.plans:
        row = seen.table.row(plan)
        cells: list[Cell] = []
        for cell in row.cells:
            words = cell_words(cell, seen.words)
            assessed = cell.verdict != "not-assessed" and study.draws > 1
            cells += [f"{words.word} {words.doubt}".strip(), known(cell.probability) if assessed else None]
        rows.append((seen.words.plan(plan), *cells, float(row.held)))
    basis = mean_basis(seen, study.reference_future)
    whole = Basis(
        basis.date, basis.source, labels("t5.method.verdict", draws=study.draws), labels("dossier.all_futures")
    )
    required = labels.percent(study.p_required)
    remarks = (labels("t5.remark.verdict", required=required),)
    return Table("t5_verdicts", labels("t5.title.verdicts"), tuple(columns), tuple(rows), whole, remarks, wide=True)


def options_table(seen: View) -> Table:
    """T5: plans as rows; what they build, seats, cost, who breaks what, balance between schools, unused seats."""
    labels = seen.labels
    seats, money = labels("dossier.unit.seats"), labels("dossier.unit.money")
    unused = labels("t5.unused", year=labels.school_year(seen.table.unused_year))
    stages = present_stages(seen)
    columns = (
        Column("plan", labels("dossier.plan")),
        Column("measures", labels("t5.measures")),
        Column("seats_added", labels("t5.seats_added"), "count", seats),
        Column("capital", labels("t5.capital"), "money", money, labels("t5.cost")),
        Column("operating", labels("t5.operating"), "money", money, labels("t5.cost")),
        Column("net_present", labels("t5.net_present"), "money", money, labels("t5.cost")),
        Column("schools_over", labels("t5.schools_over"), "tenth", labels("t5.unit.schools"), labels("t5.worst")),
        Column("grades_over", labels("t5.grades_over"), "tenth", labels("t5.unit.grades"), labels("t5.worst")),
        *(
            Column(f"cv_{stage.id}", labels.pick(stage.name), "hundredth", "", labels("t5.cv"))
            for stage in stages
        ),
        Column("unused", unused, "count", seats, banded=True),
    )  # fmt: skip
    rows = tuple(_option(seen, plan) for plan in seen.plans)
    basis = _basis(seen)
    remarks = [_seats_remark(seen), *(labels(f"t5.remark.{name}") for name in ("over", "cv", "unused"))]
    if seen.run.tables.plan_costs.empty:
        remarks.append(labels("t5.remark.no_money"))
    else:
        remarks.append(labels("t5.remark.money"))
    remarks.append(labels("t5.remark.sizes", sizes=_sizes(seen)))
    return Table("t5", labels("t5.title"), columns, rows, basis, tuple(remarks), wide=True)


def _seats_remark(seen: View) -> str:
    """What seats added are over: no building, or the baseline plan by name where it does something itself."""
    if changes_something(seen, seen.baseline):
        return seen.labels("t5.remark.seats_over", plan=seen.words.plan(seen.baseline))
    return seen.labels("t5.remark.seats")


def _sizes(seen: View) -> str:
    """Limits of school and class size that the run judges, with their codes."""
    labels = seen.labels
    told = [
        labels("t5.size", clause=labels.pick(rule.clause), code=rule.code, doubt=seen.words.doubt(rule.code))
        for rule in seen.run.study.rules
        if rule.indicator in ("school_size", "class_size")
    ]
    return labels("word.clauses").join(told)


def _option(seen: View, plan: str) -> tuple[Cell, ...]:
    """One row of `options_table`."""
    cost = costs(seen, plan)
    row = seen.table.row(plan)
    spread = row.unused_seats
    return (
        seen.words.plan(plan),
        measures(seen, plan),
        seats_added(seen, plan),
        row.cost,
        cost.get("operating_present"),
        cost.get("net_present"),
        worst_expected(seen, plan, lambda stage: stage == "all", "roll"),
        worst_expected(seen, plan, lambda stage: stage.startswith("grade:"), "largest_class"),
        *(coefficient(seen, plan, stage.id) for stage in present_stages(seen)),
        None if spread is None else Band(spread.middle, spread.low, spread.high),
    )


def measures(seen: View, plan: str) -> str:
    """What a plan does, counted by kind of project, with its buses and zone changes."""
    labels, card = seen.labels, seen.run.study.plan(plan)
    kinds = Counter(project.kind for project in card.projects)
    parts = [labels("t5.kind", kind=_kind(seen, kind), n=number) for kind, number in kinds.items()]
    if card.buses:
        parts.append(labels("t5.kind", kind=labels("t5.bus"), n=len(card.buses)))
    steps = seen.run.tables.plan_steps
    mine = steps[(steps["plan"] == plan) & (steps["future"] == seen.run.study.reference_future)]
    rezoned = int((mine["what"] == "rezones").sum())
    if rezoned:
        parts.append(labels("t5.kind", kind=labels("t5.rezones"), n=rezoned))
    return labels("word.list").join(parts) or labels("t5.nothing")


def _kind(seen: View, kind: str) -> str:
    key = f"figure.kind.{kind}"
    return seen.labels(key) if seen.labels.has(key) else kind


def seats_added(seen: View, plan: str) -> float | None:
    """Seats of the county at the end of the window, over those under the baseline plan, means."""
    own = county_means(seen, _case(seen, plan), "seats").get(("all", _end(seen)))
    base = county_means(seen, _case(seen, seen.baseline), "seats").get(("all", _end(seen)))
    return None if own is None or base is None else own - base


def costs(seen: View, plan: str) -> dict[str, float]:
    """Totals of a plan in the reference future, means [10 000 yuan]."""
    table = seen.run.tables.plan_costs
    mine = table[(table["future"] == seen.run.study.reference_future) & (table["plan"] == plan)]
    return {str(name): float(mean) for name, mean in zip(mine["indicator"], mine["mean"], strict=True)}


def worst_expected(seen: View, plan: str, wanted: Callable[[str], bool], indicator: str) -> float | None:
    """Expected number of schools (or grades of schools) over their limit, in the year of the window with most."""
    rows = rows_of(seen.run.tables.schools, _case(seen, plan), indicator)
    start, end = seen.run.study.window
    rows = rows[rows["year"].between(start, end) & rows["stage"].map(wanted) & rows["p_exceed"].notna()]
    return None if rows.empty else float(rows.groupby("year")["p_exceed"].sum().max())


def coefficient(seen: View, plan: str, stage: str) -> float | None:
    """Mean of the difference coefficients of a stage at the end of the window, median over draws."""
    found = county_bands(seen, _case(seen, plan), "cv:mean").get((stage, _end(seen)))
    return None if found is None else known(found.middle)


def travel_table(seen: View) -> Table | None:
    """Ways to school by plan and stage at the end of the window; None where the run has none."""
    labels, access = seen.labels, seen.run.tables.access
    stages = {stage.id: labels.pick(stage.name) for stage in seen.run.study.stages}
    mine = access[
        (access["future"] == seen.run.study.reference_future)
        & (access["year"] == _end(seen))
        & access["stage"].isin(list(stages))
    ]
    if mine.empty:
        return None
    people = labels("document.unit.people")
    measured = [name for name in ("km", "minutes") if name in set(mine["measure"])]
    columns = [
        Column("plan", labels("dossier.plan")),
        Column("stage", labels("dossier.stage")),
        Column("pupils", labels("t2.pupils"), "count", people),
    ]
    for measure in measured:
        name, unit = labels(f"t5.measure.{measure}"), labels(f"dossier.unit.{measure}")
        columns += [
            Column(f"mean_{measure}", labels("t5.mean"), "tenth", unit, name),
            Column(f"p95_{measure}", labels("t5.p95"), "tenth", unit, name),
        ]
    if "minutes" in measured:
        columns.append(Column("over_30", labels("t5.over_30"), "count", people))
    columns += [
        Column("beyond", labels("t5.beyond"), "count", people),
        Column("unreachable", labels("t5.unreachable"), "count", people),
    ]
    rows: list[tuple[Cell, ...]] = []
    for plan in seen.plans:
        for stage, name in stages.items():
            found = {
                str(row["measure"]): row
                for row in mine[(mine["plan"] == plan) & (mine["stage"] == stage)].to_dict("records")
            }
            if not found:
                continue
            first = next(iter(found.values()))
            ways = [known(found[m][key]) if m in found else None for m in measured for key in ("mean", "p95")]
            if "minutes" in measured:
                ways.append(known(found["minutes"]["over_30"]) if "minutes" in found else None)
            beyond = [known(row["beyond"]) for row in found.values()]
            limit = max((value for value in beyond if value is not None), default=None)
            away = known(first["unreachable"])
            rows.append((seen.words.plan(plan), name, known(first["pupils"]), *ways, limit, away))
    remarks = (labels("t5.remark.travel", year=labels.school_year(_end(seen))), labels("t5.remark.p95"))
    basis = _basis(seen)
    return Table("t5_travel", labels("t5.title.travel"), tuple(columns), tuple(rows), basis, remarks)


def _finding(seen: View) -> str:
    labels = seen.labels
    rows = [seen.table.row(plan) for plan in seen.plans]
    best = max(row.held for row in rows)
    names = labels("word.list").join(seen.words.plan(row.plan) for row in rows if row.held == best)
    key = "t5.finding.none" if best == 0 else "t5.finding"
    told = labels(key, n=len(rows), m=len(seen.table.futures), k=best, plans=names)
    open_ = [row.plan for row in rows if any(cell.verdict == "undecided" for cell in row.cells)]
    doubted = labels("word.list").join(seen.words.plan(plan) for plan in open_)
    return told + (labels("t5.finding.undecided", plans=doubted) if open_ else "")


def _said(seen: View, plan: str) -> str:
    """What one option does: futures held, cost, seats, and what speaks against it most."""
    labels, row = seen.labels, seen.table.row(plan)
    added = seats_added(seen, plan)
    text = labels(
        "t5.said",
        plan=seen.words.plan(plan),
        measures=measures(seen, plan),
        k=row.held,
        n=len(row.cells),
        cost=labels.money(row.cost),
        seats=labels.integer(added if added is not None else 0.0),
    )
    return text + _against(seen, row)


def _against(seen: View, row: Row) -> str:
    """The future with the lowest probability, and what is broken there most."""
    labels = seen.labels
    assessed = [cell for cell in row.cells if cell.verdict != "not-assessed"]
    if not assessed or seen.run.study.draws == 1:
        return labels("dossier.stop")
    cell = min(assessed, key=lambda one: one.probability)
    words = cell_words(cell, seen.words)
    key = "t5.said.worst" if words.worst else "t5.said.lowest"
    chance = labels.percent(cell.probability, cell.required)
    return labels(key, future=seen.words.future(cell.future), chance=chance, worst=words.worst)


def _choice(seen: View) -> str:
    """Clauses first, then cost: the cheapest of the options that hold in most futures."""
    labels = seen.labels
    rows = [seen.table.row(plan) for plan in seen.plans]
    best = max(row.held for row in rows)
    if best == 0:
        return labels("t5.choice.none")
    cheapest = min((row for row in rows if row.held == best), key=lambda row: row.cost)
    key = "t5.choice.all" if best == len(seen.table.futures) else "t5.choice.some"
    values = {"plan": seen.words.plan(cheapest.plan), "cost": labels.money(cheapest.cost)}
    return labels(key, k=best, n=len(seen.table.futures), **values)
