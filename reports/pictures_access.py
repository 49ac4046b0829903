"""Pictures of the way to school: travel by plan, and maps of ways and of places within reach, plans side by side."""

import pandas as pd

from reports.access_view import map_access_finding, travel_finding, with_no_way
from reports.album import Album
from reports.figures_access import travel_by_plan
from reports.figures_setting import Case
from reports.maps_access import SEATS, Shown, access_maps, way
from reports.pictures import Choice, Switch, stages_by_need
from reports.view import View

MEASURES = ("minutes", "km")


def travel(seen: View, album: Album) -> Switch:
    """The way to school under every plan in the worst year, one position for minutes on foot and one for kilometres."""
    labels, cases = seen.labels, seen.cases(seen.future)
    table = with_no_way(_of(seen, seen.run.tables.access))
    known = set(table["stage"])
    stage = next(one for one in stages_by_need(seen) if one in known)  # a stage before school has no table of ways
    shown = [seen.baseline, seen.plan] if seen.plan != seen.baseline else [seen.baseline]
    choices = []
    for measure in MEASURES:
        caption = travel_finding(table, seen.setting, seen.cases(seen.future, shown), stage, seen.year, measure)
        number = album.add(
            travel_by_plan, caption, table, seen.setting, cases=cases, year=seen.year, measure=measure,
        )  # fmt: skip
        choices.append(Choice(labels(f"access.switch.{measure}"), (number,)))
    return Switch("travel", labels("access.switch"), tuple(choices))


def maps(seen: View, album: Album) -> Switch:
    """Ways on foot and places within reach by unit, baseline plan beside headline plan, by stage."""
    table = with_no_way(_of(seen, seen.run.tables.access_units))
    plans = tuple(dict.fromkeys((seen.baseline, seen.plan)))
    choices, known = [], set(table["stage"])
    for stage in (one for one in stages_by_need(seen) if one in known):
        for name, shown in (("way", way("minutes")), ("seats", SEATS)):
            label = f"{seen.words.stage(stage)} {seen.labels(f'access.switch.{name}')}"
            choices.append(Choice(label, (_map(seen, album, (table, plans, stage), shown),)))
    return Switch("access-map", seen.labels("access.switch.map"), tuple(choices))


def _map(seen: View, album: Album, of: tuple[pd.DataFrame, tuple[str, ...], str], shown: Shown) -> int:
    """One map. of: table of the units, plans and stage."""
    table, plans, stage = of
    cases = seen.cases(seen.future, plans)
    return album.add(
        access_maps,
        map_access_finding(table, seen.setting, cases, (stage, seen.year), shown),
        seen.units,
        table[(table["stage"] == stage) & (table["measure"] == "minutes")],
        seen.setting,
        panels=(cases, stage, seen.year),
        shown=shown,
        measure="minutes",
        schools={case: _open_schools(seen, case, stage) for case in cases},
    )


def _of(seen: View, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the future and year that the report tells of."""
    return table[(table["future"] == seen.future) & (table["year"] == seen.year)]


def _open_schools(seen: View, case: Case, stage: str) -> pd.DataFrame:
    """Places of the schools that have pupils of the stage in that year: x, y [m]."""
    rows = seen.run.tables.schools
    there = rows[
        (rows["future"] == case.future) & (rows["plan"] == case.plan) & (rows["year"] == seen.year)
        & (rows["stage"] == stage) & (rows["indicator"] == "roll") & (rows["mean"] > 0)
    ]  # fmt: skip
    places = seen.run.tables.school_list
    return places[places["school"].isin(there["entity"])][["x", "y"]].reset_index(drop=True)
