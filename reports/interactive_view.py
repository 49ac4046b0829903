"""The section with the interactive map: the document of a run and the words of its controls."""

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from reports.i18n import Labels, catalogue
from reports.interactive_data import Source, Start, document, to_json
from reports.maps import map_notes
from reports.maps_data import MapLayers
from reports.pictures import closures, stages_by_need
from reports.view import View

TEMPLATES = Path(__file__).parent / "templates"
SCRIPTS = ("imap_model.js", "imap_view.js", "imap_page.js", "imap.js")
"""The map as the browser runs it, in this order."""
UI = "interactive.ui."


@dataclass(frozen=True)
class Page:
    """What the template prints: the document as JSON, the notes under the map, its program and its look."""

    json: Markup
    notes: tuple[str, ...]

    @property
    def script(self) -> Markup:
        """The program of the map."""
        return Markup("\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in SCRIPTS))

    @property
    def style(self) -> Markup:
        """Its style sheet."""
        return Markup((TEMPLATES / "imap.css").read_text(encoding="utf-8"))


def ui_words(labels: Labels) -> dict[str, str]:
    """Words of the controls, by the last part of their key; `{named}` parts are filled in by the map itself."""
    names = [key.removeprefix(UI) for key in catalogue() if key.startswith(UI)]
    own = {name: labels(f"interactive.ui.{name}") for name in names}
    return own | {"percent_sign": labels("number.percent"), "nothing": labels("interactive.nothing")}


def page(seen: View) -> Page | None:
    """The section of a run; None where there is no unit to draw or no school to tell of."""
    run, study = seen.run, seen.run.study
    tables = run.tables
    if seen.units.empty or tables.school_list.empty or not (tables.schools["indicator"] == "roll").any():
        return None
    layers = MapLayers(seen.units, tables.school_list, tables.zone_list, tables.projects, closures(study))
    source = Source(
        layers,
        tables.schools,
        tables.zones,
        tuple(future.id for future in study.futures),
        seen.plans,
        one_draw=study.draws == 1,
    )
    plans = tuple(dict.fromkeys((seen.baseline, seen.plan)))
    if len(plans) == 1:
        plans = seen.plans[:2]
    start = Start(seen.future, plans, stages_by_need(seen)[0], seen.year)
    made = document(source, seen.setting, start) | {"words": ui_words(seen.labels), "lang": seen.labels.lang}
    return Page(Markup(to_json(made)), map_notes(seen.setting, layers))
