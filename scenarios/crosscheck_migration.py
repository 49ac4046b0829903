"""Cross-checks of moves: age profiles, reclassified units, transfers, migrant children, whom the tables count."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from scenarios.age_bands import ages_of_band, last_moving_age
from scenarios.draft import Draft, Read
from scenarios.problems import Problem, error, nearest, warning
from scenarios.schema_base import path_value
from scenarios.schema_future import FutureFile
from scenarios.schema_study import StudyFile
from scenarios.table_text import capped
from scenarios.tables import Table

_ONE = 1e-6


def migration_problems(draft: Draft) -> list[Problem]:
    """Problems of what futures say about moves, and of the tables they lean on."""
    problems = [*_base(draft), *_transfers(draft)]
    for future in draft.futures:
        problems += _profiles(draft, future)
        problems += _reclassified(draft, future)
        problems += _without_effect(draft, future)
    return problems


def _profiles(draft: Draft, future: Read[FutureFile]) -> Iterable[Problem]:
    study = draft.study
    if study is None:
        return
    for place, profile in future.model.profiles().items():
        key = ".".join(place)
        total = sum(profile.values())
        if abs(total - 1.0) > _ONE:
            yield error("SCN407", future.place(*place), round(total, 6), key=key)
        seen: dict[int, str] = {}
        stages = tuple(stage.id for stage in study.model.stages)
        last = last_moving_age(study.model)
        for band, share in profile.items():
            at = future.place(*place, band, key=True)
            ages = ages_of_band(band, study.model)
            if ages is None or not ages or ages[-1] > last:
                yield error("SCN408", at, band, near=nearest(band, stages), key=key, last=last, stages=stages)
                continue
            shared = sorted({seen[age] for age in ages if age in seen})
            if shared:
                yield error("SCN409", at, band, key=key, other=shared[0])
            seen |= dict.fromkeys(ages, band)
            if share > 0.0 and _children(draft, place[1], ages) == 0.0:
                yield error("SCN410", at, band, key=key)


def _children(draft: Draft, profile: str, ages: range) -> float | None:
    """Children whom a profile is about, None where no table counts them."""
    table, units = draft.tables.get("children"), draft.tables.get("units")
    if table is None or units is None:
        return None
    migrant = profile == "migrant_profile"
    chosen = (table.frame["group"] == "migrant") == migrant
    if profile in ("leaving_profile", "returning_profile"):
        villages = units.frame.loc[~units.frame["urban"].astype(bool), "unit"]
        chosen &= table.frame["unit"].isin(villages)
    rows = table.frame[chosen & table.frame["age"].isin(ages)]
    return float(rows["children"].sum()) if chosen.any() else None


def _reclassified(draft: Draft, future: Read[FutureFile]) -> list[Problem]:
    """Units that exist and are rural today, years that are simulated, and something left of the urban share."""
    problems: list[Problem] = []
    units, study = draft.tables.get("units"), draft.study
    urban = dict(zip(units.frame["unit"], units.frame["urban"], strict=True)) if units is not None else {}
    path = future.model.urban_share
    for unit, year in future.model.reclassified.items():
        at = future.place("reclassified", unit, key=True)
        unknown = draft.unknown("unit", unit, at, "SCN411")
        problems += unknown
        if not unknown and urban.get(unit, False):
            problems.append(warning("SCN412", at, unit))
        value = future.place("reclassified", unit)
        if study is not None and not study.model.base_year < year <= study.model.horizon:
            span = f"{study.model.base_year + 1}-{study.model.horizon}"
            problems.append(error("SCN413", value, year, unit=unit, span=span))
        elif year not in path or year - 1 not in path:
            problems.append(warning("SCN415", value, year, unit=unit, before=year - 1))
    return problems + _what_is_left(draft, future)


def _what_is_left(draft: Draft, future: Read[FutureFile]) -> list[Problem]:
    """The urban share less the reclassified units must stay between 0 and 1."""
    table, since, path = draft.tables.get("children"), future.model.reclassified, future.model.urban_share
    if table is None or not since:
        return []
    by_unit = table.frame.groupby("unit")["children"].sum()
    total = float(by_unit.sum())
    for year in range(min(path), max(path) + 1) if total > 0 and max(path) - min(path) < 200 else ():
        counted = sum(float(by_unit.get(unit, 0.0)) for unit, first in since.items() if first <= year) / total
        left = path_value(path, year) - counted
        if left <= 0.0:
            return [error("SCN414", future.place("urban_share"), round(left, 4), year=year, units=tuple(since))]
    return []


def _without_effect(draft: Draft, future: Read[FutureFile]) -> list[Problem]:
    """Numbers that nothing answers to."""
    problems: list[Problem] = []
    families, migrants = future.model.families, future.model.migrant_children
    if any(families.left_behind_share.values()) and not any(families.parents_leaving.values()):
        problems.append(warning("SCN422", future.place("families", "left_behind_share"), future.model.id))
    children, away = draft.tables.get("children"), draft.tables.get("attendance")
    if migrants.public_share is not None:
        counted = children is not None and bool((children.frame["group"] == "migrant").any())
        private = away is not None and bool((away.frame["destination"] == "private").any())
        if not (counted and private):
            problems.append(warning("SCN426", future.place("migrant_children", "public_share"), future.model.id))
    return problems


def _base(draft: Draft) -> list[Problem]:
    """Whom the children table counts: one base, with a factor exactly where it is needed."""
    study, table = draft.study, draft.tables.get("children")
    if study is None:
        return []
    problems: list[Problem] = []
    base, factor = study.model.children_base, study.model.resident_per_hukou
    if base == "hukou" and factor is None:
        problems.append(error("SCN423", study.place("children_base"), base))
    if base == "resident" and factor is not None:
        problems.append(error("SCN424", study.place("resident_per_hukou"), factor))
    if table is None:
        return problems
    said = table.frame["base"]
    wanted = np.where(table.frame["group"] == "local", base, "resident")
    bad = np.flatnonzero(((said != "") & (said != wanted)).to_numpy())
    found = [error("SCN425", table.place(int(row), "base"), said.iloc[row], wanted=str(wanted[row])) for row in bad]
    return problems + capped(found, "base")


def _transfers(draft: Draft) -> list[Problem]:
    """Registered transfers: there where ratios are purged, of known schools, covering the window, possible."""
    study, table = draft.study, draft.tables.get("transfers")
    if study is None:
        return []
    purged = study.model.learning_window.ratios == "purged"
    if table is None:
        missing = purged and study.model.tables.transfers is None
        return [error("SCN416", study.place("learning_window", "ratios"), "purged")] if missing else []
    problems = draft.unknown_cells("transfers", "school", "school", "SCN323")
    problems += draft.unknown_cells("transfers", "grade", "grade", "SCN320")
    if not purged:
        problems.append(warning("SCN417", study.place("tables", "transfers"), table.file))
    rolls = draft.tables.get("enrolment")
    if rolls is not None:
        problems += _impossible(table, rolls, study.model)
        problems += _uncovered(table, rolls, study.model) if purged else []
    return problems


def _impossible(table: Table, rolls: Table, study: StudyFile) -> list[Problem]:
    """More pupils out than there were or came, or more in than are there a year later."""
    following = dict(pairwise(study.grades))
    counts = rolls.frame.set_index(["school", "grade", "year"])["pupils"].to_dict()
    frame = table.frame.reset_index(drop=True).dropna(subset=["year", "in", "out"])
    frame = frame.assign(first=frame.index)
    totals = frame.groupby(["school", "grade", "year"], as_index=False).agg(
        first=("first", "min"), came=("in", "sum"), left=("out", "sum")
    )
    found = []
    for row in totals.to_dict("records"):
        school, grade, year = str(row["school"]), str(row["grade"]), int(row["year"])
        came, left = float(row["came"]), float(row["left"])
        there = counts.get((school, grade, year), np.nan) + came
        after = counts.get((school, following.get(grade), year + 1), np.nan) + left
        said: dict[str, Any] = {"school": school, "grade": grade, "year": year}
        if left > there:
            found.append(error("SCN418", table.place(int(row["first"]), "out"), left, most=there, **said))
        if came > after:
            found.append(error("SCN420", table.place(int(row["first"]), "in"), came, most=after, **said))
    return capped(found, "school")


def _uncovered(table: Table, rolls: Table, study: StudyFile) -> list[Problem]:
    """Schools and years of the learning window with pupils at both ends and no row of transfers."""
    window = range(study.base_year - study.learning_window.years, study.base_year)
    taught = rolls.frame[rolls.frame["pupils"] > 0]
    with_pupils = set(zip(taught["school"], taught["year"], strict=True))
    needed = {(s, y) for s, y in with_pupils if y in window and (s, y + 1) in with_pupils}
    given = set(zip(table.frame["school"], table.frame["year"], strict=True))
    lost: dict[str, list[int]] = {}
    for school, year in sorted(needed - given):
        lost.setdefault(str(school), []).append(int(year))
    found = [error("SCN419", table.file, school, years=tuple(years)) for school, years in lost.items()]
    return capped(found, "school")
