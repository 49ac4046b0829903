"""How QGIS draws the layers of a run: the steps, colours and sizes of the report's maps, as QML.

A layer holds several years (and futures): what is drawn is chosen by the project variables `schoolplan_year` and
`schoolplan_future`, or, where a layer is opened without the project, by the years and future written in here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from xml.etree.ElementTree import Element

from gis.qml import Class, Symbol, aliases, by_rules, document, labels, rgba, single
from reports.i18n import Labels, language
from reports.layers_fields import field_of
from reports.layers_set import Layer
from reports.maps_alerts import LOOKS
from reports.maps_data import UTILISATION
from reports.maps_draw import radius_of
from reports.matrix import SEVERITY
from reports.run_folder import RunFolder
from reports.style import BLUE, GREEN, INK, ORANGE, PAPER, SKY, VERMILLION

MM = 0.352778
"""Millimetres in a point."""
VERDICTS: Mapping[str, tuple[str, str]] = {
    "fails": (VERMILLION, "triangle"),
    "at-risk": (ORANGE, "diamond"),
    "undecided": (SKY, "square"),
    "outlook": (BLUE, "pentagon"),
    "holds": (GREEN, "circle"),
    "not-assessed": (PAPER, "circle"),
}
"""Colour and mark of a school by its verdict: the mark tells it in black and white, too."""
_BRUSHES: Mapping[str, str] = {"": "", "..": "dense6", "///": "b_diagonal", "xxx": "diagonal_x"}
_ALERT_BRUSHES: Mapping[str, str] = {"oo": "dense7", "": "", "--": "horizontal", "..": "dense6", "//": "b_diagonal",
                                     "xx": "diagonal_x"}  # fmt: skip
PUPIL_STEPS = (20, 50, 100, 200, 500)
_PUPIL_COLOURS = ("#fdf6d8", "#e2dca0", "#a5b386", "#6f8b80", "#42637a", "#00305f")
_LINE = {"outline_width": "0.26", "outline_width_unit": "MM", "outline_style": "solid"}


@dataclass(frozen=True)
class Shown:
    """What is drawn where no project says anything else."""

    year: int
    future: str
    stage: str
    """Only this stage; empty: the layer holds but one."""
    lang: str
    last: int | None = None
    """Last year that the layer holds, where it is not the last of the run; it stands for all later ones."""

    @property
    def year_text(self) -> str:
        """The year as a QGIS expression."""
        year = f"to_int(coalesce(@schoolplan_year, {self.year}))"
        return year if self.last is None else f"min({year}, {self.last})"

    @property
    def of_stage(self) -> str:
        """Filter of the stage."""
        return f" AND \"stage\" = '{self.stage}'" if self.stage else ""

    @property
    def of_future(self) -> str:
        """Filter of the future."""
        return f"\"future\" = coalesce(@schoolplan_future, '{self.future}')"


def shown(run: RunFolder, lang: str, stage: str | None = None) -> Shown:
    """The reference future in the last year of the decision window, the first stage."""
    study = run.study
    return Shown(study.window[1], study.reference_future, study.stages[0].id if stage is None else stage, lang)


def style_of(layer: Layer, run: RunFolder, lang: str, stage: str | None = None) -> str:
    """QML of a layer. stage: "" for a layer that is cut to one stage; None: the first stage is drawn."""
    return document(parts_of(layer, shown(run, lang, stage)))


def parts_of(layer: Layer, what: Shown) -> list[Element]:
    """Renderer, labels and names of the fields of a layer."""
    if layer.kind == "alerts" and not layer.empty:
        what = replace(what, last=int(layer.frame["year"].max()))
    makers = {"catchments": _catchments, "schools": _schools, "pupils": _pupils, "alerts": _alerts}
    parts = makers[layer.kind](what) if layer.kind in makers else [_outline(layer.kind)]
    names = [str(name) for name in layer.frame.columns if name != "geometry"]
    return [*parts, aliases({name: field_of(name).said for name in names})]


def both(key: str, **values: object) -> str:
    """A label in both languages; once where they are the same."""
    zh, en = (Labels(language(lang))(key, **values) for lang in ("zh", "en"))
    return zh if zh == "".join(en.split()) else f"{zh} {en}"


def _outline(kind: str) -> Element:
    colour = INK if kind == "zones" else "#8c8c8c"
    return single(Symbol("fill", ({"style": "no", "outline_color": rgba(colour)} | _LINE,)))


def _fill(colour: str, brush: str) -> Symbol:
    below = {"color": rgba(colour), "style": "solid", "outline_color": rgba(INK)} | _LINE
    over = {"color": rgba(INK), "style": brush, "outline_style": "no"}
    return Symbol("fill", (below, over) if brush else (below,))


def _steps(value: str, edges: tuple[float, ...], among: str) -> list[str]:
    """Filters of the steps; a value at an edge belongs to the lower step."""
    tests = [f"@v <= {edges[0]:g}"]
    tests += [f"@v > {low:g} AND @v <= {high:g}" for low, high in pairwise(edges)]
    tests.append(f"@v > {edges[-1]:g}")
    return [f"with_variable('v', {value}, {test}) AND {among}" for test in tests]


def _ranges(edges: tuple[str, ...]) -> list[str]:
    names = [both("map.below", value=edges[0])]
    names += [both("map.between", low=low, high=high) for low, high in pairwise(edges)]
    return [*names, both("map.above", value=edges[-1])]


def _catchments(what: Shown) -> list[Element]:
    scale, year = UTILISATION.scale, what.year_text
    among = f'{what.of_future} AND "from_year" <= {year} AND "to_year" >= {year}{what.of_stage}'
    value = f"attribute('use_' || {year})"
    names = _ranges(tuple(f"{100 * edge:.0f}%" for edge in scale.breaks))
    filters = _steps(value, scale.breaks, among)
    classes = [
        Class(chosen, name, _fill(colour, _BRUSHES[hatch]))
        for chosen, name, colour, hatch in zip(filters, names, scale.colors, UTILISATION.hatches, strict=True)
    ]
    unknown = Class(f"{value} IS NULL AND {among}", both("map.unknown"), _fill(PAPER, "horizontal"))
    return [by_rules([*classes, unknown])]


def _schools(what: Shown) -> list[Element]:
    among = f'"year" = {what.year_text} AND {what.of_future}'
    still, growing = radius_of(0.0), radius_of(1.0) - radius_of(0.0)
    size = f'{2 * MM:.6f} * ({still:.4f} + {growing:.4f} * sqrt(max(coalesce("roll_p50", 0), 0)))'
    classes = []
    for verdict in SEVERITY:
        colour, mark = VERDICTS[verdict]
        options = {"name": mark, "color": rgba(colour), "outline_color": rgba("#000000"), "size_unit": "MM"}
        symbol = Symbol("marker", (options | {"outline_width": "0.3", "size": "3"},), {"size": size})
        classes.append(Class(f"\"verdict\" = '{verdict}' AND {among}", both(f"verdict.{verdict}"), symbol))
    other = "en" if what.lang == "zh" else "zh"
    name = f'coalesce(nullif("name_{what.lang}", \'\'), nullif("name_{other}", \'\'), "school")'
    return [by_rules(classes), labels(name, expression=True, size=8, show=among, beside=True)]


def _pupils(what: Shown) -> list[Element]:
    edges = tuple(float(step) for step in PUPIL_STEPS)
    filters = _steps(f"attribute('y' || {what.year_text})", edges, "true")
    names = _ranges(tuple(f"{step}" for step in PUPIL_STEPS))
    looks = zip(filters, names, _PUPIL_COLOURS, strict=True)
    return [by_rules([Class(chosen, name, _fill(colour, "")) for chosen, name, colour in looks])]


def _alerts(what: Shown) -> list[Element]:
    among = f'"year" = {what.year_text}{what.of_stage}'
    classes = [
        Class(f"\"level\" = '{level}' AND {among}", both(f"alerts.level.{level}"), _fill(colour, _ALERT_BRUSHES[hatch]))
        for level, (colour, hatch) in LOOKS.items()
    ]
    return [by_rules(classes)]
