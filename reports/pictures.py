"""All pictures of a report: which cases each shows, and the figure as a small PNG inside the page.

The number of pictures does not grow with the study: the schools that decide, the futures and years that matter.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from reports import findings
from reports.figures_classes import class_sizes
from reports.figures_demand import demand_stack
from reports.figures_heat import breach_heat
from reports.figures_projects import cash_flow, timeline
from reports.figures_school import roll_fan
from reports.figures_seats import seats_against_demand
from reports.figures_setting import Caption, Case
from reports.maps import catchment_maps
from reports.maps_data import UTILISATION, MapLayers
from reports.maps_draw import MapPanel
from reports.matrix import Breach
from reports.style import settings
from reports.view import MOST_PLANS, View, class_bounds, rules_of, size_rule

PALETTE = 256
DPI = 144
CSS_PER_INCH = 108
"""Figures of full width (10.4 in) fill the page."""


@dataclass(frozen=True)
class Picture:
    """A figure as a data URI, with its text for those who cannot see it; sizes in CSS pixels."""

    uri: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Choice:
    """One position of a switch."""

    label: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Switch:
    """Pictures of which one is shown at a time; all are shown on paper and without JavaScript."""

    key: str
    legend: str
    choices: tuple[Choice, ...]


def pixels_of(figure: Figure) -> NDArray[np.uint8]:
    """The figure as pixels, [row, column, red green blue]; drawn once, without a file between."""
    with settings():
        figure.set_dpi(DPI)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()  # type: ignore[no-untyped-call]
        return np.asarray(canvas.buffer_rgba())[..., :3].copy()  # type: ignore[no-untyped-call]


def _rgb(packed: NDArray[np.uint32]) -> NDArray[np.int32]:
    return np.stack([packed >> 16, (packed >> 8) & 255, packed & 255], axis=-1).astype(np.int32)


def small_png(pixels: NDArray[np.uint8]) -> bytes:
    """Pixels [row, column, red green blue] as PNG with a palette of the most frequent colours, which stay exact.

    Legend and area must match; only shades of smoothed edges move to their nearest neighbour. A third of the bytes.
    """
    wide = pixels.astype(np.uint32)
    packed = (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2]
    colours, inverse, counts = np.unique(packed, return_inverse=True, return_counts=True)
    kept = colours[np.lexsort((colours, -counts))[:PALETTE]]
    distance = ((_rgb(colours)[:, None, :] - _rgb(kept)[None, :, :]) ** 2).sum(axis=-1)
    nearest = distance.argmin(axis=1).astype(np.uint8)
    flat = Image.fromarray(nearest[inverse].reshape(packed.shape))
    flat.putpalette(_rgb(kept).astype(np.uint8).tobytes())
    buffer = BytesIO()
    flat.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def picture(draw: Callable[[], Figure], caption: Caption) -> Picture:
    """Draw a figure and pack it."""
    figure = draw()
    width, height = figure.get_size_inches()
    png = small_png(pixels_of(figure))
    uri = f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
    alt = " · ".join(part for part in (caption.title, caption.subtitle) if part)
    return Picture(uri, alt, round(float(width) * CSS_PER_INCH), round(float(height) * CSS_PER_INCH))


def _layers(seen: View) -> MapLayers:
    tables = seen.run.tables
    return MapLayers(seen.run.units(), tables.school_list, tables.zone_list, tables.projects)


def _map(seen: View, layers: MapLayers, plans: Sequence[str], year: int, stage: str) -> Picture:
    caption = findings.map_finding(seen, year, plans)
    panels = [MapPanel(case, year) for case in seen.cases(seen.future, plans)]
    columns = min(len(panels), MOST_PLANS)
    return picture(
        lambda: catchment_maps(
            layers,
            seen.run.tables.schools,
            seen.setting,
            panels=panels,
            stage=stage,
            measure=UTILISATION,
            caption=caption,
            columns=columns,
        ),
        caption,
    )


def stages_by_need(seen: View) -> list[str]:
    """Stages, the one of the likeliest breach first."""
    order = [stage.id for stage in seen.run.study.stages]
    first = next((breach.stage for breach in seen.deciding if breach.stage in order), order[0])
    return [first, *(stage for stage in order if stage != first)]


def minute_maps(seen: View) -> Switch:
    """The worst year of the decision window: baseline plan beside headline plan, one position per stage."""
    layers, plans = _layers(seen), list(dict.fromkeys((seen.baseline, seen.plan)))
    choices = [
        Choice(seen.words.stage(stage), (_map(seen, layers, plans, seen.year, stage),))
        for stage in stages_by_need(seen)
    ]
    return Switch("minute-map", seen.labels("switch.stage"), tuple(choices))


def plan_maps(seen: View) -> Switch:
    """The worst year of the decision window under every plan, one position per stage."""
    layers = _layers(seen)
    choices = [
        Choice(seen.words.stage(stage), (_map(seen, layers, seen.plans, seen.year, stage),))
        for stage in stages_by_need(seen)
    ]
    return Switch("plan-map", seen.labels("switch.stage"), tuple(choices))


def map_years(seen: View) -> list[int]:
    """School years of the maps: the first, the worst, the last of the window, and the horizon."""
    study = seen.run.study
    return sorted({study.base_year + 1, seen.year, study.window[1], study.horizon})


def year_maps(seen: View) -> Switch:
    """Catchments by year and stage, all plans side by side."""
    layers = _layers(seen)
    choices = [
        Choice(
            f"{seen.words.stage(stage)} {seen.labels.school_year(year)}",
            (_map(seen, layers, seen.plans, year, stage),),
        )
        for stage in stages_by_need(seen)
        for year in map_years(seen)
    ]
    return Switch("year-map", seen.labels("switch.stage_year"), tuple(choices))


def demand(seen: View) -> Picture:
    """The county's demand in every future, under the headline plan."""
    caption, tables = findings.demand_finding(seen), seen.run.tables
    cases = [Case(future.id, seen.plan) for future in seen.run.study.futures]
    return picture(
        lambda: demand_stack(tables.county, tables.history, seen.setting, cases=cases, caption=caption), caption
    )


def _fan(seen: View, school: str, future: str) -> Picture:
    rule, tables = size_rule(seen, school), seen.run.tables
    caption = findings.chance_finding(seen, school, rule, future)
    bound = None if rule is None else seen.bound(rule)
    cases = seen.cases(future, most=MOST_PLANS)
    return picture(
        lambda: roll_fan(
            tables.schools, tables.history, seen.setting, school=school, cases=cases, bound=bound, caption=caption
        ),
        caption,
    )


def _classes(seen: View, school: str, future: str) -> Picture:
    rule = next((rule for rule in rules_of(seen, school) if rule.indicator == "class_size"), None)
    caption = findings.chance_finding(seen, school, rule, future)
    cases, bounds = seen.cases(future, most=MOST_PLANS), class_bounds(seen, school)
    return picture(
        lambda: class_sizes(
            seen.run.tables.schools, seen.setting, school=school, cases=cases, bounds=bounds, caption=caption
        ),
        caption,
    )


def school_pictures(seen: View, breach: Breach) -> Switch:
    """Roll and classes of one school in the future of its likeliest breach; the roll in the reference future, too."""
    school, first = breach.school, breach.future
    choices = [Choice(seen.words.future(first), (_fan(seen, school, first), _classes(seen, school, first)))]
    reference = seen.run.study.reference_future
    if reference != first:
        choices.append(Choice(seen.words.future(reference), (_fan(seen, school, reference),)))
    return Switch(f"school-{school}", seen.labels("switch.future"), tuple(choices))


def heat(seen: View) -> Switch:
    """Chance of a breach, school by year: headline plan and baseline plan, reference future and the worst."""
    choices = []
    for future in reversed(seen.futures):
        for plan in dict.fromkeys((seen.plan, seen.baseline)):
            case = Case(future, plan)
            caption = findings.heat_finding(seen, case)
            drawn = picture(_heat_drawer(seen, case, caption), caption)
            choices.append(Choice(f"{seen.words.plan(plan)} · {seen.words.future(future)}", (drawn,)))
    return Switch("heat", seen.labels("switch.case"), tuple(choices))


def _heat_drawer(seen: View, case: Case, caption: Caption) -> Callable[[], Figure]:
    return lambda: breach_heat(seen.run.tables.schools, seen.setting, case=case, caption=caption)


def _timeline(seen: View, plan: str) -> Picture:
    case = Case(seen.run.study.reference_future, plan)
    caption = findings.timeline_finding(seen, case)
    return picture(lambda: timeline(seen.run.tables.projects, seen.setting, case=case, caption=caption), caption)


def timelines(seen: View) -> Switch | None:
    """What opens when, one position per plan with projects, the headline plan first."""
    if not seen.built:
        return None
    plans = sorted(seen.built, key=lambda plan: plan != seen.plan)
    choices = tuple(Choice(seen.words.plan(plan), (_timeline(seen, plan),)) for plan in plans)
    return Switch("timeline", seen.labels("switch.plan"), choices)


def cash(seen: View) -> Picture | None:
    """Spending by year against the budget, plans with projects side by side, in the reference future."""
    if not seen.built:
        return None
    caption = findings.cash_finding(seen)
    cases = seen.cases(seen.run.study.reference_future, seen.built, MOST_PLANS)
    return picture(lambda: cash_flow(seen.run.tables.cash, seen.setting, cases=cases, caption=caption), caption)


def seats(seen: View) -> Picture:
    """Seats against demand to the horizon in the reference future."""
    caption, tables = findings.seats_finding(seen), seen.run.tables
    cases = seen.cases(seen.run.study.reference_future, most=MOST_PLANS)
    return picture(
        lambda: seats_against_demand(tables.schools, tables.county, seen.setting, cases=cases, caption=caption), caption
    )
