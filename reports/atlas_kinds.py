"""Kinds of printed maps, one function each: coloured units, circles, desire lines, isochrones, triptychs, years.

A function is asked for a stage and returns the pages of its kind; a page that cannot be drawn holds its reason.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reports import atlas_data as data
from reports import atlas_pieces as pieces
from reports.atlas_data import Scene
from reports.atlas_keys import Group, Key
from reports.atlas_layers import Bands, Circles, Fill, Flows, Ground, Layer, Zones
from reports.atlas_page import MapPage, Pane
from reports.atlas_scale import CHANCE, MINUTES, REACH, USED, Look, around_zero, equal_counts
from reports.figures_cells import Scale
from reports.figures_setting import Case
from reports.maps_access import WAYS
from reports.style import BLUE, PAPER
from reports.view import View

YEARS = 6
"""Maps of a page by years."""
SHORT, UNUSED = ("#f1a340", "////"), ("#d8daeb", "")


@dataclass(frozen=True)
class Measure:
    """A quantity that colours units: how it is read, its classes, those of its difference, from where it is told."""

    key: str
    read: Callable[[View, Scene], pd.Series]
    look: Callable[[Sequence[float] | np.ndarray | pd.Series], Look]
    zoned: bool
    alarm: float | None = None
    """The title counts zones or units above it."""
    below: bool = False
    """The title counts those below it instead."""
    steps: tuple[float, float, float] | None = None
    """Limits of the classes of a difference."""


def _zone(key: str, look: Look, alarm: float, steps: tuple[float, float, float]) -> Measure:
    return Measure(key, lambda seen, scene: data.by_zone(seen, scene, key), lambda _: look, True, alarm, steps=steps)


def _unit(key: str, look: Look, alarm: float, steps: tuple[float, float, float], below: bool = False) -> Measure:
    return Measure(
        key, lambda seen, scene: data.by_unit(seen, scene, key), lambda _: look, False, alarm, below, steps=steps
    )


MEASURES: Mapping[str, Measure] = {
    one.key: one
    for one in (
        _zone("utilisation", USED, 1.0, (0.05, 0.15, 0.30)),
        _zone("class_breach", CHANCE, 0.5, (0.05, 0.25, 0.50)),
        _zone("size_breach", CHANCE, 0.5, (0.05, 0.25, 0.50)),
        Measure("pupils", lambda seen, scene: data.by_unit(seen, scene, "pupils"), equal_counts, False),
        _unit("minutes", MINUTES, 30.0, (1.0, 5.0, 15.0)),
        _unit("nearest", MINUTES, 30.0, (1.0, 5.0, 15.0)),
        _unit("access", REACH, 1.0, (0.05, 0.2, 0.5), below=True),
    )
}
CHANGE = around_zero((0.05, 0.15, 0.30), percent=True)
"""Classes of the change of pupils."""
TRIPTYCHS = ("utilisation", "class_breach", "minutes")


def choropleths(seen: View, scene: Scene) -> list[MapPage]:
    """One page for every measure, and one for the change of pupils."""
    return [choropleth(seen, scene, measure) for measure in MEASURES.values()] + [change(seen, scene)]


def choropleth(seen: View, scene: Scene, measure: Measure) -> MapPage:
    """Units coloured by one measure, with the schools and their names."""
    values, schools = measure.read(seen, scene), pieces.schools_of(seen, scene)
    look = measure.look(values)
    name = seen.labels(f"atlas.measure.{measure.key}")
    title = _finding(seen, scene, measure, values)
    captions = pieces.caption(seen, scene, title, seen.labels("atlas.drawn", **pieces.where(seen, scene), what=name))
    layers: list[Layer] = [Fill(values, look)]
    if measure.zoned:
        layers.append(Zones(data.served(seen, scene)))
    layers += [pieces.signs(schools), pieces.names(seen, schools)]
    groups = (Group(name, look.keys(seen.labels, _absent(seen, values, measure))),
              pieces.sign_keys(seen, schools, measure.zoned))  # fmt: skip
    return MapPage(
        f"{measure.key.replace('_', '-')}-{scene.stage}", captions,
        pieces.panes(seen, pieces.heading(seen, scene), layers, schools), groups, _notes(seen, measure),
        _reason(seen, schools, values),
    )  # fmt: skip


def _absent(seen: View, values: pd.Series, measure: Measure) -> tuple[int, str]:
    said = "map.unknown" if measure.zoned or measure.key == "pupils" else "atlas.no_pupils_or_way"
    return int(values.isna().sum()), seen.labels(said)


def _notes(seen: View, measure: Measure) -> tuple[str, ...]:
    if measure.key == "pupils":
        return (seen.labels("atlas.note.equal_counts"),)
    return (seen.labels("atlas.note.fixed"),)


def _reason(seen: View, schools: pd.DataFrame, values: pd.Series | None = None) -> str:
    """Why there is nothing to draw; empty where there is something."""
    if schools.empty:
        return seen.labels("atlas.reason.no_schools")
    if values is not None and not values.notna().any():
        return seen.labels("atlas.reason.no_values")
    return ""


def _finding(seen: View, scene: Scene, measure: Measure, values: pd.Series) -> str:
    """How many zones or units are beyond the limit that matters; of an amount its sum."""
    labels, told = seen.labels, pieces.where(seen, scene)
    if measure.alarm is None:
        return labels(f"atlas.finding.{measure.key}", **told, n=labels.integer(float(values.sum())))
    if measure.zoned:
        zones = data.served(seen, scene)
        values = pd.Series({zones[unit]: value for unit, value in values.items() if unit in zones}, dtype=float)
    known = values.dropna()
    beyond = known < measure.alarm if measure.below else known > measure.alarm
    return labels(f"atlas.finding.{measure.key}", **told, n=int(beyond.sum()), all=len(known))


def change(seen: View, scene: Scene) -> MapPage:
    """Pupils by home against the base year: the last year of the decision window, and the horizon."""
    base, last = seen.run.study.base_year, seen.run.study.window[1]
    kept = data.years_of_units(seen)
    years = [year for year in dict.fromkeys((last, seen.run.study.horizon)) if year in kept and base in kept]
    labels, schools = seen.labels, pieces.schools_of(seen, scene)
    values = [data.change_by_unit(seen, scene.of(year=year), base) for year in years]
    told = {"stage": seen.setting.name("stage", scene.stage), "base": labels.school_year(base)}
    pages = tuple(
        Pane(labels("atlas.change.pane", **told, year=labels.school_year(year)), (Fill(one, CHANGE),))
        for year, one in zip(years, values, strict=True)
    )
    total = [float(data.by_unit(seen, scene.of(year=year), "pupils").sum()) for year in (base, *years)]
    said = labels("word.list").join(
        labels("atlas.change.part", year=labels.school_year(year), n=labels.integer(n), change=labels.change(
            100 * (n / total[0] - 1) if total[0] else float("nan"), float("nan"), float("nan")))
        for year, n in zip(years, total[1:], strict=True)
    )  # fmt: skip
    title = labels("atlas.finding.change", **told, n=labels.integer(total[0]), parts=said)
    absent = (max((int(one.isna().sum()) for one in values), default=0), labels("atlas.no_pupils_then"))
    groups = (Group(labels("atlas.measure.change"), CHANGE.keys(labels, absent)),)
    reason = "" if pages else labels("atlas.reason.no_values")
    drawn = labels("atlas.drawn_change", **told)
    captions = pieces.caption(seen, scene, title, drawn)
    return MapPage(
        f"pupils-change-{scene.stage}", captions, pages, groups, (labels("atlas.note.zero"),),
        reason or _reason(seen, schools, values[0]),
    )  # fmt: skip


def symbols(seen: View, scene: Scene) -> list[MapPage]:
    """Circles by roll, coloured by use; circles by missing and unused seats."""
    return [_rolls(seen, scene), _seats(seen, scene)]


def _rolls(seen: View, scene: Scene) -> MapPage:
    schools, labels = pieces.schools_of(seen, scene), seen.labels
    most = float(schools["roll"].max()) if len(schools) else 0.0
    sizes = pieces.radius(schools["roll"], most)
    steps = USED.steps(schools["utilisation"])
    look = [(PAPER, "") if step < 0 else (USED.scale.colors[step], 2 * USED.hatches[step]) for step in steps]
    circles = schools[["school", "x", "y"]].assign(
        value=schools["roll"], radius=sizes, color=[one[0] for one in look], hatch=[one[1] for one in look],
        marker="circle",
    )  # fmt: skip
    where = pieces.where(seen, scene)
    title = labels("atlas.finding.rolls", **where, n=labels.integer(float(schools["roll"].sum())), all=len(schools))
    groups = (
        pieces.size_keys(seen, labels("atlas.measure.roll", **where), most),
        Group(labels("atlas.measure.utilisation"), USED.keys(labels)),
    )
    return MapPage(
        f"schools-roll-{scene.stage}", pieces.caption(seen, scene, title, labels("atlas.drawn_rolls")),
        _with_circles(seen, scene, circles, schools), groups, reason=_reason(seen, schools),
    )  # fmt: skip


def _with_circles(seen: View, scene: Scene, circles: pd.DataFrame, schools: pd.DataFrame) -> tuple[Pane, ...]:
    sizes = circles.drop_duplicates("school").set_index("school")["radius"].reindex(schools["school"]).to_numpy()
    layers: list[Layer] = [Ground(), Circles(circles), pieces.names(seen, schools, sizes)]
    return pieces.panes(seen, pieces.heading(seen, scene), layers, schools)


def _seats(seen: View, scene: Scene) -> MapPage:
    schools, labels, where = pieces.schools_of(seen, scene), seen.labels, pieces.where(seen, scene)
    gap = np.where(schools["short"] > 0, schools["short"], schools["unused"])
    known = np.isfinite(gap)
    most = float(np.max(gap, initial=0.0, where=known))
    short = (schools["short"] > 0).to_numpy()
    circles = schools[["school", "x", "y"]].assign(
        value=gap, radius=pieces.radius(np.where(known, gap, 0.0), most), color=np.where(short, SHORT[0], UNUSED[0]),
        hatch=np.where(short, SHORT[1], UNUSED[1]), marker="circle",
    )  # fmt: skip
    title = labels(
        "atlas.finding.seats", **where, n=int(short.sum()), all=len(schools),
        short=labels.integer(float(schools["short"].sum())),
        unused=labels.integer(float(schools["unused"].sum())),
    )  # fmt: skip
    kinds = (Key("circle", labels("atlas.short"), SHORT[0], SHORT[1], size=9.0),
             Key("circle", labels("atlas.unused"), UNUSED[0], UNUSED[1], size=9.0))  # fmt: skip
    groups = (pieces.size_keys(seen, labels("atlas.measure.seats"), most), Group(labels("atlas.colour"), kinds))
    return MapPage(
        f"schools-seats-{scene.stage}", pieces.caption(seen, scene, title, labels("atlas.drawn_seats")),
        _with_circles(seen, scene, circles[known], schools[known]), groups,
        (labels("atlas.note.whole_school"),), _reason(seen, schools[known]),
    )  # fmt: skip


def desire(seen: View, scene: Scene) -> list[MapPage]:
    """Lines from every unit to the school of its zone, as wide as children of the stage live there."""
    rows, schools, labels = data.flows(seen, scene), pieces.schools_of(seen, scene), seen.labels
    rows = rows[rows["school"].isin(schools["school"])].reset_index(drop=True)
    most = float(rows["pupils"].max()) if rows["pupils"].notna().any() else 0.0
    lines = Flows(rows.assign(width=pieces.width(rows["pupils"], most)))
    layers: list[Layer] = [Ground(), lines, pieces.signs(schools), pieces.names(seen, schools)]
    keys = list(pieces.width_keys(seen, labels("atlas.measure.flows"), most, BLUE).keys)
    if rows["pupils"].isna().any():
        keys.append(Key("line", labels("atlas.flows_unknown"), BLUE, size=0.5))
    where = pieces.where(seen, scene)
    title = labels("atlas.finding.flows", **where, n=labels.integer(float(rows["pupils"].sum())))
    groups = (Group(labels("atlas.measure.flows"), tuple(keys)), pieces.sign_keys(seen, schools, False))
    page = MapPage(
        f"flows-{scene.stage}", pieces.caption(seen, scene, title, labels("atlas.drawn_flows")),
        pieces.panes(seen, pieces.heading(seen, scene), layers, schools), groups, (labels("atlas.note.flows"),),
        _reason(seen, schools, rows["pupils"]),
    )  # fmt: skip
    return [page]


ISOCHRONES = Look(Scale((10.0, 15.0, 30.0), (WAYS[0], WAYS[2], WAYS[3], WAYS[5])), ("", "", "...", "///"))


def isochrones(seen: View, scene: Scene) -> list[MapPage]:
    """Where a school of the stage is reached on foot within 10, 15 and 30 minutes on the roads of the study."""
    labels, schools = seen.labels, pieces.schools_of(seen, scene)
    areas = seen.run.isochrones()
    where = pieces.where(seen, scene)
    name = f"isochrones-{scene.stage}"
    title = labels("atlas.finding.isochrones", **where)
    captions = pieces.caption(seen, scene, title, labels("atlas.drawn_isochrones"))
    if areas is None:
        return [MapPage(name, captions, (), (), reason=labels("atlas.reason.no_isochrones"))]
    own = areas[(areas["plan"] == scene.case.plan) & (areas["stage"] == scene.stage) & (areas["year"] == scene.year)]
    own = own.sort_values("minutes", ascending=False)
    far = pd.Series(np.inf, index=seen.units["unit"].astype(str))
    layers: list[Layer] = [Fill(far, ISOCHRONES), Bands(own, ISOCHRONES), pieces.signs(schools),
                           pieces.names(seen, schools)]  # fmt: skip
    groups = (Group(labels("access.map.nearest.minutes"), ISOCHRONES.keys(labels)),
              pieces.sign_keys(seen, schools, False))  # fmt: skip
    reason = labels("atlas.reason.no_schools") if own.empty else _reason(seen, schools)
    found = pieces.panes(seen, pieces.heading(seen, scene), layers, schools)
    return [MapPage(name, captions, found, groups, (labels("atlas.note.isochrones"),), reason)]


def triptychs(seen: View, scene: Scene) -> list[MapPage]:
    """The baseline plan, the headline plan and the difference, for `TRIPTYCHS`; none where the two are the same."""
    if seen.baseline == seen.plan:
        return []
    return [triptych(seen, scene, MEASURES[key]) for key in TRIPTYCHS]


def triptych(seen: View, scene: Scene, measure: Measure) -> MapPage:
    """Before, after, difference of one measure; the difference on classes even around zero."""
    if measure.steps is None:
        raise ValueError(f"{measure.key} has no classes for differences")
    labels = seen.labels
    both = [scene.of(case=Case(scene.case.future, plan)) for plan in (seen.baseline, seen.plan)]
    before, after = (measure.read(seen, one) for one in both)
    look = measure.look(pd.concat([before, after]))
    differ = around_zero(measure.steps, look.percent)
    gap = after - before
    found = [(one, values) for one, values in zip(both, (before, after), strict=True)]
    shown = []
    for one, values in found:
        schools = pieces.schools_of(seen, one)
        zones: tuple[Layer, ...] = (Zones(data.served(seen, one)),) if measure.zoned else ()
        shown.append(Pane(pieces.heading(seen, one), (Fill(values, look), *zones, pieces.signs(schools))))
    names = {"a": seen.setting.name("plan", seen.plan), "b": seen.setting.name("plan", seen.baseline)}
    schools = pieces.schools_of(seen, both[1])
    shown.append(Pane(labels("atlas.difference", **names), (Fill(gap, differ), pieces.signs(schools))))
    steps = differ.steps(gap)
    middle = len(measure.steps)
    where = pieces.where(seen, scene)
    title = labels(
        "atlas.finding.triptych", **where, what=labels(f"atlas.measure.{measure.key}"), **names,
        more=int((steps > middle).sum()), less=int(((steps >= 0) & (steps < middle)).sum()),
    )  # fmt: skip
    absent = (max(int(before.isna().sum()), int(after.isna().sum())), _absent(seen, before, measure)[1])
    name = labels(f"atlas.measure.{measure.key}")
    points = labels("atlas.points") if look.percent else ""
    groups = (
        Group(name, look.keys(labels, absent)),
        Group(labels("atlas.difference_keys", points=points), differ.keys(labels)),
        pieces.sign_keys(seen, schools, measure.zoned),
    )
    captions = seen.setting.caption(
        pieces.caption(seen, scene, title, ""), labels("atlas.drawn_triptych"), [one.case for one in both]
    )
    return MapPage(f"compare-{measure.key.replace('_', '-')}-{scene.stage}", captions, tuple(shown), groups,
                   _notes(seen, measure), _reason(seen, schools, gap))  # fmt: skip


def years_shown(first: int, last: int, most: int = YEARS) -> list[int]:
    """At most so many years, evenly, with the first and the last.

    >>> years_shown(2024, 2038), years_shown(2024, 2026)
    ([2024, 2027, 2030, 2032, 2035, 2038], [2024, 2025, 2026])
    """
    count = min(most, last - first + 1)
    return [int(year) for year in np.unique(np.round(np.linspace(first, last, count)).astype(int))]


def by_years(seen: View, scene: Scene) -> list[MapPage]:
    """Use of seats in six school years of the headline plan, on one scale."""
    measure, labels = MEASURES["utilisation"], seen.labels
    scenes = [scene.of(year=year) for year in years_shown(seen.run.study.base_year + 1, seen.run.study.horizon)]
    values = [measure.read(seen, one) for one in scenes]
    look = measure.look(pd.concat(values))
    shown = tuple(
        Pane(labels.school_year(one.year), (Fill(found, look), Zones(data.served(seen, one)),
             pieces.signs(pieces.schools_of(seen, one))))
        for one, found in zip(scenes, values, strict=True)
    )  # fmt: skip
    name = labels("atlas.measure.utilisation")
    stage = seen.setting.name("stage", scene.stage)
    title = labels("atlas.finding.years", stage=stage, first=labels.school_year(scenes[0].year),
                   last=labels.school_year(scenes[-1].year))  # fmt: skip
    every = pd.concat([pieces.schools_of(seen, one) for one in scenes])
    absent = (max(int(one.isna().sum()) for one in values), labels("map.unknown"))
    groups = (Group(name, look.keys(labels, absent)), pieces.sign_keys(seen, every))
    captions = pieces.caption(seen, scene, title, labels("atlas.drawn_years"))
    return [MapPage(f"years-utilisation-{scene.stage}", captions, shown, groups, (labels("atlas.note.fixed"),),
                    _reason(seen, every, pd.concat(values)))]  # fmt: skip


KINDS: Mapping[str, Callable[[View, Scene], list[MapPage]]] = {
    "choropleth": choropleths,
    "symbols": symbols,
    "desire": desire,
    "isochrones": isochrones,
    "triptych": triptychs,
    "years": by_years,
}
"""Every kind of map by its name, in the order of the pages."""
