"""Dossier chapter on sites: table T6 (选址论证): where projects stand, their land, what is near, who lives near."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from reports.document import Basis, Block, Cell, Column, Heading, Paragraph, Table
from reports.document_parts import observed
from reports.dossier_norms import school_stages
from reports.dossier_read import known
from reports.view import View
from scenarios.land_supply import MU_M2

NO_PARCELS = "~none"
NEAR = ("m500", "m1000", "walk30")
Row = Mapping[Hashable, Any]


def chapter(seen: View) -> list[Block]:
    """Sites of new schools and parcels of the study, with clearances checked or open."""
    title = Heading(1, seen.labels("dossier.chapter.sites"))
    tables = seen.run.tables
    if tables.parcel_checks.empty and tables.site_demand.empty:
        has_projects = any(project.kind == "new_school" for project in seen.run.study.plan(seen.plan).projects)
        return [title, Paragraph(seen.labels("t6.no_facts"), "note")] if has_projects else []
    sites = site_table(seen)
    if not sites.rows and tables.parcels.empty:
        return [title, Paragraph(seen.labels("t6.nothing", plan=seen.words.plan(seen.plan)))]
    checks = check_table(seen)
    return [
        title,
        Paragraph(_finding(seen), "lead"),
        *([] if not tables.parcels.empty else [Paragraph(_open(seen), "warning")]),
        sites,
        *([] if checks is None else [checks]),
    ]


def _demand(seen: View) -> dict[tuple[str, str, str, str], float]:
    """(kind, site, stage, within) -> pupils of the base year."""
    table = seen.run.tables.site_demand
    cells = table[["kind", "site", "stage", "within", "pupils"]].itertuples(index=False, name=None)
    return {(str(k), str(s), str(g), str(w)): float(n) for k, s, g, w, n in cells}


def _parcels(seen: View) -> dict[str, Row]:
    return {str(row["parcel"]): row for row in seen.run.tables.parcels.to_dict("records")}


def _stages_of(seen: View, school: str) -> list[str]:
    return [stage.id for stage, _ in school_stages(seen).get(school, [])]


def site_table(seen: View) -> Table:
    """T6: new schools of the headline plan, then parcels that none of them uses."""
    labels, parcels = seen.labels, _parcels(seen)
    facts = seen.run.tables.project_facts
    own = {str(row["project"]): row for row in facts[facts["plan"] == seen.plan].to_dict("records")}
    metres, people = labels("dossier.unit.m2"), labels("document.unit.people")
    within = labels("t6.near")
    columns = (
        Column("site", labels("t6.site")),
        Column("place", labels("t6.place")),
        Column("parcel", labels("t6.parcel"), "text", "", labels("t6.land")),
        Column("status", labels("t6.status"), "text", "", labels("t6.land")),
        Column("planned_use", labels("t6.planned_use"), "text", "", labels("t6.land")),
        Column("ownership", labels("t6.ownership"), "text", "", labels("t6.land")),
        Column("area_mu", labels("t6.area_mu"), "tenth", labels("dossier.unit.mu"), labels("t6.land")),
        Column("area_m2", labels("t6.area"), "area", metres, labels("t6.land")),
        Column("usable_m2", labels("t6.usable"), "area", metres, labels("t6.land")),
        Column("pupils_max", labels("t6.carries"), "count", people),
        *(Column(name, labels(f"t6.{name}"), "count", people, within, people=True) for name in NEAR),
        Column("fit", labels("t6.fit")),
    )
    rows: list[tuple[Cell, ...]] = []
    used: set[str] = set()
    for project in seen.run.study.plan(seen.plan).projects:
        row = own.get(project.id)
        parcel = "" if row is None else str(row["parcel"])
        if project.kind != "new_school" and not parcel:
            continue
        used |= {parcel}
        near = ("school", project.school, _stages_of(seen, project.school))
        planned = None if row is None else known(row["land_m2"])
        place = None if row is None else _place(seen, str(row["unit"]), str(row["township"]))
        rows.append((labels.pick(project.name), place, *_site(seen, parcels.get(parcel), planned, near)))
    for name, free in parcels.items():
        if name not in used:
            place = _place(seen, str(free["unit"]), "")
            near = ("parcel", name, _uses(str(free["planned_use"])))
            rows.append((labels("t6.free", parcel=name), place, *_site(seen, free, None, near)))
    remarks = [labels("t6.remark.near"), labels("t6.remark.planning"), labels("t6.remark.area")]
    if parcels:
        remarks.append(labels("t6.remark.carries"))
    remarks.append(labels("t6.remark.extensions"))
    return Table("t6", labels("t6.title"), columns, tuple(rows), _basis(seen), tuple(remarks), wide=True)


def _uses(planned_use: str) -> list[str]:
    """Stages of a school of a planned use, as the land table of the study reads them."""
    return {"nine_year": ["primary", "junior"]}.get(planned_use, [planned_use])


def _place(seen: View, unit: str, township: str) -> str | None:
    name = seen.setting.names.get(("unit", unit), unit)
    return seen.labels("t6.at", unit=name, township=township) if township else name or None


def _site(seen: View, parcel: Row | None, planned: float | None, near: tuple[str, str, list[str]]) -> list[Cell]:
    """Cells of a site behind its name and place; parcel: None where the plan names none."""
    labels, demand = seen.labels, _demand(seen)
    kind, site, stages = near
    counted: list[Cell] = []
    for within in NEAR:
        found = [demand[kind, site, stage, within] for stage in stages if (kind, site, stage, within) in demand]
        counted.append(sum(found) if found else None)
    if parcel is None:
        land = [None if planned is None else planned / MU_M2, planned]
        return [None, labels("t6.unknown"), labels("t6.unknown"), None, *land, None, None, *counted, labels("t6.open")]
    area = known(parcel["area_m2"])
    words = [
        labels(f"land.{name}.{parcel[name]}") if parcel[name] else None
        for name in ("status", "planned_use", "ownership")
    ]
    mu = None if area is None else area / MU_M2
    numbers = [known(parcel["usable_m2"]), known(parcel["pupils_max"])]
    fit = labels(f"land.fit.{parcel['fit']}")
    return [str(parcel["parcel"]), *words, mu, area, *numbers, *counted, fit]


def check_table(seen: View) -> Table | None:
    """Clearances of the standards pack by parcel: asked for, found, lost land, and what is still open."""
    labels, table = seen.labels, seen.run.tables.parcel_checks
    if table.empty:
        return None
    metres = labels("t6.unit.m")
    columns = (
        Column("parcel", labels("t6.parcel")),
        Column("what", labels("t6.what")),
        Column("rule", labels("t6.rule")),
        Column("required", labels("t6.required"), "count", metres),
        Column("nearest", labels("t6.nearest"), "count", metres),
        Column("lost", labels("t6.lost"), "share"),
        Column("result", labels("t6.result")),
        Column("source", labels("t1.source")),
    )
    rows = tuple(
        (
            labels("t6.all_sites") if row["parcel"] == NO_PARCELS else str(row["parcel"]),
            _name(seen, row, "name"),
            labels(f"land.rule.{row['rule']}"),
            known(row["required_m"]),
            known(row["nearest_m"]),
            known(row["lost"]),
            labels(f"t6.result.{result(row)}"),
            labels("t6.source", source=_name(seen, row, "source"), grade=labels.grade(str(row["source_grade"]))),
        )
        for row in table.to_dict("records")
    )
    remarks = (labels("t6.remark.checks"), labels("t6.remark.grade"))
    return Table("t6_checks", labels("t6.title.checks"), columns, rows, _basis(seen), remarks, wide=True)


def result(row: Row) -> str:
    """What a check of a clearance gave: open, kept, to be met by measures, or broken."""
    if not int(row["checked"]):
        return "open"
    lost, near, asked = known(row["lost"]), known(row["nearest_m"]), float(row["required_m"])
    breaks = (lost is not None and lost > 0) or (near is not None and near < asked)
    if not breaks:
        return "kept"
    return "measures" if row["rule"] == "mitigable" else "broken"


def _name(seen: View, row: Row, column: str) -> str:
    return seen.labels.pick({"zh": str(row[f"{column}_zh"]), "en": str(row[f"{column}_en"])})


def _basis(seen: View) -> Basis:
    basis = observed(seen)
    return Basis(basis.date, basis.source, seen.labels("t6.method"), "", seen.words.plan(seen.plan))


def _finding(seen: View) -> str:
    labels, tables = seen.labels, seen.run.tables
    new = [project for project in seen.run.study.plan(seen.plan).projects if project.kind == "new_school"]
    text = labels("t6.finding", plan=seen.words.plan(seen.plan), n=len(new))
    if tables.parcels.empty:
        return text + labels("t6.finding.no_parcels")
    fits = tables.parcels["fit"].value_counts()
    told = labels("word.list").join(
        labels("t6.finding.fit", fit=labels(f"land.fit.{fit}"), n=int(count)) for fit, count in sorted(fits.items())
    )
    checks: pd.DataFrame = tables.parcel_checks
    left = checks.loc[checks["checked"].astype(int) == 0, "code"].nunique()
    return text + labels("t6.finding.parcels", n=len(tables.parcels), fits=told, open=left)


def _open(seen: View) -> str:
    """Says which statuses are open where the study has no table of parcels."""
    checks = seen.run.tables.parcel_checks.to_dict("records")
    names = seen.labels("word.list").join(_name(seen, row, "name") for row in checks)
    return seen.labels("t6.needs_parcels") + (seen.labels("t6.needs_checks", names=names) if names else "")
