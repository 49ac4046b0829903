"""Printed maps that compare: before, after, difference; pupils against the base year; the years of a plan."""

import numpy as np
import pandas as pd

from reports import atlas_data as data
from reports import atlas_pieces as pieces
from reports.atlas_data import Scene
from reports.atlas_keys import Group
from reports.atlas_layers import Fill, Layer, Zones
from reports.atlas_measures import MEASURES, Measure, absent_of, notes_of, reason_of
from reports.atlas_page import MapPage, Pane
from reports.atlas_scale import around_zero
from reports.figures_setting import Caption, Case
from reports.view import View

YEARS = 6
"""Maps of a page by years."""
CHANGE = around_zero((0.05, 0.15, 0.30), percent=True)
"""Classes of the change of pupils."""
TRIPTYCHS = ("utilisation", "class_breach", "minutes")


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
        reason or reason_of(seen, schools, values[0]),
    )  # fmt: skip


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
    absent = (max(int(before.isna().sum()), int(after.isna().sum())), absent_of(seen, before, measure)[1])
    name = labels(f"atlas.measure.{measure.key}")
    points = labels("atlas.points") if look.percent else ""
    groups = (
        Group(name, look.keys(labels, absent)),
        Group(labels("atlas.difference_keys", points=points), differ.keys(labels)),
        pieces.sign_keys(seen, schools, measure.zoned),
    )
    cases = [one.case for one in both]
    captions = seen.setting.caption(Caption(title), labels("atlas.drawn_triptych"), cases)
    return MapPage(f"compare-{measure.key.replace('_', '-')}-{scene.stage}", captions, tuple(shown), groups,
                   notes_of(seen, measure), reason_of(seen, schools, gap))  # fmt: skip


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
                    reason_of(seen, every, pd.concat(values)))]  # fmt: skip
