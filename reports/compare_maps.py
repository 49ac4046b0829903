"""Maps of a comparison: without the plan, with it, and the difference, on the printed sheets of the atlas."""

from collections.abc import Sequence
from dataclasses import replace

from matplotlib.figure import Figure

from reports import pictures
from reports.album import Album
from reports.atlas_compare import triptych
from reports.atlas_data import Scene, lean
from reports.atlas_measures import MEASURES
from reports.atlas_page import MapPage, Plates, draw_page
from reports.figures_setting import Caption, Case, Setting
from reports.view import View

PAPER = "A4"
SHOWN = ("utilisation", "minutes")


def draw_sheet(page: MapPage, setting: Setting, plates: Plates, said: Sequence[str], *, caption: Caption) -> Figure:
    """The sheet of a page; its caption is that of the page."""
    return draw_page(replace(page, caption=caption), setting, plates, PAPER, said)


def triptychs(seen: View, album: Album) -> pictures.Switch | None:
    """Before, after, difference of every plan: use of seats in every stage, ways to school of the headline plan.

    The year is the worst of the decision window, the future the one that speaks against the headline plan. None where
    the run has one plan only; a page that has nothing to draw says why.
    """
    labels, plates, choices = seen.labels, Plates(seen.units), []
    said = (labels("source.figure", study=labels.pick(seen.run.study.name), seed=seen.run.study.seed,
                   draws=seen.run.study.draws), labels("map.internal"), labels("map.not_binding"))  # fmt: skip
    for plan in (plan for plan in seen.plans if plan != seen.baseline):
        own = lean(replace(seen, plan=plan))
        for stage in pictures.stages_by_need(seen):
            for key in SHOWN if plan == seen.plan else SHOWN[:1]:
                page = triptych(own, Scene(Case(seen.future, plan), stage, seen.year), MEASURES[key])
                number = album.add(draw_sheet, page.caption, page, own.setting, plates, said)
                what = {"stage": seen.words.stage(stage), "what": labels(f"atlas.measure.{key}")}
                label = labels("compare.maps.label", plan=seen.words.plan(plan), **what)
                choices.append(pictures.Choice(label, (number,)))
    return pictures.Switch("triptych", labels("compare.maps.switch"), tuple(choices)) if choices else None
