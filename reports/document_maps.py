"""Maps for documents: the use of seats today and with a plan, as pages of the printed atlas made small."""

from dataclasses import replace

from reports.atlas import every_page
from reports.atlas_data import Scene, lean
from reports.atlas_kinds import choropleth
from reports.atlas_measures import MEASURES
from reports.atlas_page import Plates, draw_page
from reports.charts import scaled
from reports.document import Block, Paragraph, Picture
from reports.document_case import in_reference
from reports.document_parts import simulated
from reports.figures_setting import Case
from reports.style import settings, to_png
from reports.view import View

MAP_MM = 156.0
TALLEST_MM = 205.0
DPI = 150


def use_maps(seen: View, plan: str, prefix: str) -> list[Block]:
    """Use of seats for each stage: in the first year without a plan, at the end of the window with it.

    prefix: of the keys of the pictures.  A map that cannot be drawn is a note with the reason; none without units.
    """
    labels, study = seen.labels, seen.run.study
    if seen.units.empty:
        return []
    small = lean(replace(in_reference(seen), plan=plan))
    plates, said = Plates(seen.units), every_page(seen)
    blocks: list[Block] = []
    for stage in study.stages:
        for key, one, year in (
            ("existing", seen.baseline, study.base_year + 1),
            ("planned", plan, study.window[1]),
        ):
            page = choropleth(small, Scene(Case(study.reference_future, one), stage.id, year), MEASURES["utilisation"])
            if page.reason:
                blocks.append(Paragraph(labels("layout.no_map", title=page.caption.title, reason=page.reason), "note"))
                continue
            figure = draw_page(page, small.setting, plates, "A4", said)
            tall = MAP_MM * figure.get_figheight() / figure.get_figwidth()
            wide = MAP_MM * min(1.0, TALLEST_MM / tall)
            title = labels(f"layout.map.{key}", stage=labels.pick(stage.name), year=labels.school_year(year))
            with settings():
                png = to_png(figure, scaled(figure, wide, DPI))
            basis = simulated(seen, study.reference_future, one)
            blocks.append(Picture(f"{prefix}_{key}_{stage.id}", title, page.caption.title, png, wide, basis))
    return blocks
