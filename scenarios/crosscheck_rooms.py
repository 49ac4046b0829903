"""Cross-checks of the room inventory: impossible areas, what is not known, rooms below the clause."""

import numpy as np
import pandas as pd

from scenarios.draft import Draft
from scenarios.problems import Problem, note, warning
from scenarios.room_clauses import AREA, Home, kinds_with, least_area, small_below
from scenarios.table_cells import cell_problems
from scenarios.table_text import capped
from scenarios.tables import Table

TEACHING = (
    "general", "music", "art", "dance", "calligraphy", "science", "laboratory", "computer", "language", "library",
)  # fmt: skip
"""Kinds that belong to the teaching and ancillary area; indoor sports rooms do not."""
MOST_NAMED = 5


def area_problems(draft: Draft) -> list[Problem]:
    """Rooms of no area, sums above the sites table, and notes on what is not known or does not count."""
    table = draft.tables.get("rooms")
    if table is None:
        return _projects_without_rooms(draft)
    frame = table.frame
    counted = (frame["count"] > 0).to_numpy()
    problems = cell_problems(table.text, "net_area_m2", counted & (frame["net_area_m2"] == 0).to_numpy(), "SCN580")
    return [*problems, *_above_the_site(draft, table), *_unknown(draft, table), *_below(draft, table)]


def floor_problems(draft: Draft) -> list[Problem]:
    """Floor areas below the teaching area that is part of them, of sites and of projects."""
    table = draft.tables.get("sites")
    return [*([] if table is None else _floors_of_sites(table)), *_floors_of_projects(draft)]


def _floors_of_sites(table: Table) -> list[Problem]:
    problems: list[Problem] = []
    frame = table.frame
    for row in frame.index[frame["floor_area_m2"] < frame["teaching_area_m2"]]:
        site, teaching, floor = frame.loc[row, ["site", "teaching_area_m2", "floor_area_m2"]]
        place = table.place(int(row), "floor_area_m2")
        problems.append(warning("SCN587", place, f"{floor:g}", site=site, teaching=f"{teaching:g}"))
    return capped(problems, "floor_area_m2")


def _floors_of_projects(draft: Draft) -> list[Problem]:
    problems: list[Problem] = []
    for read in draft.plans:
        for i, project in enumerate(read.model.projects):
            part = "adds" if project.new is None else "new"
            brings = project.adds if project.new is None else project.new
            if brings is None or brings.floor_area_m2 is None or brings.teaching_area_m2 is None:
                continue
            if brings.floor_area_m2 < brings.teaching_area_m2:
                place, teaching = read.place("projects", i, part, "floor_area_m2"), f"{brings.teaching_area_m2:g}"
                found = f"{brings.floor_area_m2:g}"
                problems.append(warning("SCN588", place, found, project=project.id, teaching=teaching))
    return problems


def _above_the_site(draft: Draft, table: Table) -> list[Problem]:
    """Net areas cannot add up to more than the gross area of the sites table."""
    sites = draft.tables.get("sites")
    if sites is None:
        return []
    stated = dict(zip(sites.frame["site"], sites.frame["teaching_area_m2"], strict=True))
    teaching = table.frame[table.frame["room_type"].isin(TEACHING)]
    problems: list[Problem] = []
    for site, rows in teaching.groupby("site", sort=False):
        total = float((rows["count"] * rows["net_area_m2"]).sum())
        said = float(stated.get(str(site), np.nan))
        if total > said:
            place = table.place(int(rows.index[0]), "net_area_m2")
            problems.append(warning("SCN582", place, f"{total:g}", site=site, stated=f"{said:g}"))
    return capped(problems, "net_area_m2")


def _unknown(draft: Draft, table: Table) -> list[Problem]:
    """Notes: rows without an area that a clause asks for, schools without rows, rows without a year."""
    frame, found = table.frame, []
    kinds = {"general", *(kinds_with(draft.pack, AREA) if draft.pack is not None else ())}
    bare = frame[(frame["count"] > 0) & frame["net_area_m2"].isna() & frame["room_type"].isin(kinds)]
    if len(bare):
        place = table.place(int(bare.index[0]), "net_area_m2")
        found.append(note("SCN581", place, len(bare), sites=_first(bare["site"])))
    undated = frame[(frame["count"] > 0) & frame["built"].isna() & frame["room_type"].isin(kinds)]
    if len(undated):
        found.append(note("SCN585", table.place(int(undated.index[0]), "built"), len(undated)))
    sites = draft.tables.get("sites")
    if sites is not None:
        listed = set(sites.frame.loc[sites.frame["site"].isin(frame["site"]), "school"])
        absent = sites.frame.loc[~sites.frame["school"].isin(listed), "school"]
        if absent.nunique():
            found.append(note("SCN583", table.file, absent.nunique(), schools=_first(absent)))
    return found


def _first(names: pd.Series) -> str:
    """The first names of a column, and that there are more."""
    every = list(dict.fromkeys(names.astype(str)))
    return ", ".join(every[:MOST_NAMED]) + (", …" if len(every) > MOST_NAMED else "")


def _below(draft: Draft, table: Table) -> list[Problem]:
    """One note on special rooms that are too small, even for a small school where it is one."""
    homes = _homes(draft)
    if draft.pack is None or homes is None:
        return []
    built = _built(draft)
    small: list[tuple[int, str]] = []
    frame = table.frame
    for kind in kinds_with(draft.pack, AREA):
        for index, row in frame[frame["room_type"] == kind].iterrows():
            home = homes.get(str(row["site"]))
            if home is None or not row["count"] > 0 or not row["net_area_m2"] > 0:
                continue
            year = row["built"] if not np.isnan(row["built"]) else built.get(str(row["site"]), np.nan)
            least = least_area(draft.pack, kind, home, float(year), small_below(draft.pack, kind, home) > 0)
            if row["net_area_m2"] < least:
                small.append((int(str(index)), f"{row['site']} {kind} {row['net_area_m2']:g} < {least:g} m2"))
    if not small:
        return []
    total = int(frame.loc[[index for index, _ in small], "count"].sum())
    named = "; ".join(text for _, text in small[:MOST_NAMED]) + ("; …" if len(small) > MOST_NAMED else "")
    return [note("SCN584", table.place(small[0][0], "net_area_m2"), total, rows=named)]


def _homes(draft: Draft) -> dict[str, Home] | None:
    """Stages and place of the school of every site; None if a table that says so could not be read."""
    sites, schools, units = (draft.tables.get(name) for name in ("sites", "schools", "units"))
    if sites is None or schools is None or units is None or draft.study is None:
        return None
    study = draft.study.model
    order = {grade: i for i, grade in enumerate(study.grades)}
    urban = dict(zip(units.frame["unit"], units.frame["urban"], strict=True))
    found: dict[str, Home] = {}
    for school, first, last, unit in schools.frame[["school", "first_grade", "last_grade", "unit"]].itertuples(
        index=False
    ):
        if first in order and last in order:
            span = study.grades[order[first] : order[last] + 1]
            stages = tuple(stage.id for stage in study.stages if set(stage.grades) & set(span))
            found[school] = Home(stages, bool(urban.get(unit, 0.0) == 1.0))
    return {
        site: found[school]
        for site, school in zip(sites.frame["site"], sites.frame["school"], strict=True)
        if school in found
    }


def _built(draft: Draft) -> dict[str, float]:
    """Year of the school of every site."""
    sites, schools = draft.tables["sites"].frame, draft.tables["schools"].frame
    years = dict(zip(schools["school"], schools["built"], strict=True))
    return {site: float(years.get(school, np.nan)) for site, school in zip(sites["site"], sites["school"], strict=True)}


def _projects_without_rooms(draft: Draft) -> list[Problem]:
    """Special rooms that projects add to what nobody has counted."""
    problems: list[Problem] = []
    for read in draft.plans:
        for i, project in enumerate(read.model.projects):
            if project.adds is None:
                continue
            given = [f"{name} {n}" for name in ("music_rooms", "art_rooms", "multimedia_rooms")
                     if (n := getattr(project.adds, name))]  # fmt: skip
            if given:
                place = read.place("projects", i, "adds")
                problems.append(warning("SCN586", place, ", ".join(given), project=project.id))
    return problems
