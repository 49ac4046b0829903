"""Every picture of the room, drawn from the sample in one language: name -> figure."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
from matplotlib.figure import Figure

from reports.figures_classes import class_sizes
from reports.figures_demand import demand_stack
from reports.figures_heat import breach_heat
from reports.figures_projects import cash_flow, timeline
from reports.figures_school import roll_fan
from reports.figures_seats import seats_against_demand
from reports.figures_setting import Bound, Caption, Case, Setting
from reports.i18n import Lang
from reports.maps import catchment_maps
from reports.maps_data import CLASS_BREACH, SIZE_BREACH, UTILISATION, MapLayers, Measure
from reports.maps_draw import MapPanel
from tests.reports.gallery_breach import blank_breach, of_breach
from tests.reports.sample import PLANS, Sample, cases, sample, words

SIZE = {"zh": Bound(2000, "上限 2000 人"), "en": Bound(2000, "limit 2000 pupils")}
CLASS = {
    "zh": {"primary": Bound(45, "小学上限 45 人"), "junior": Bound(50, "初中上限 50 人")},
    "en": {"primary": Bound(45, "primary limit 45"), "junior": Bound(50, "junior limit 50")},
}
TITLE = {
    "zh": Caption("维持现状时第一小学2028学年起多半超过2000人；县方案使其回到限内，第四小学投用前一年仍有风险"),
    "en": Caption(
        "No. 1 Primary most likely exceeds 2000 pupils from 2028-29 if nothing is done; "
        "the county plan brings it back below the limit"
    ),
}
NOBODY = Case("baseline", "do-nothing")
FAST = Case("fast-urban", "county-plan")
Pictures = dict[str, Callable[[], Figure]]


def layers(found: Sample) -> MapLayers:
    """Map layers of a sample."""
    return MapLayers(found.units, found.places, found.zones, found.projects)


def _of_schools(lang: Lang, w: Setting, abreast: int = 3) -> Pictures:
    s, title, size, limits = sample(), TITLE[lang], SIZE[lang], CLASS[lang]

    def fan(school: str, panels: list[Case]) -> Figure:
        return roll_fan(s.schools, s.history, w, school=school, cases=panels, bound=size, caption=title)

    def classes(school: str, panels: list[Case]) -> Figure:
        return class_sizes(s.schools, w, school=school, cases=panels, bounds=limits, caption=title)

    return {
        "fan": lambda: fan("ps-01", cases(plans=abreast)),
        "fan_one": lambda: fan("ny-01", cases(plans=1)),
        "fan_new": lambda: fan("ps-04", [*cases()[1:], *cases("fast-urban")[1:]]),
        "classes": lambda: classes("js-01", cases(plans=abreast)),
        "classes_two_stages": lambda: classes("ny-01", cases(plans=1)),
        "heat": lambda: breach_heat(s.schools, w, case=FAST, caption=title),
    }


def _of_county(lang: Lang, w: Setting, abreast: int = 3) -> Pictures:
    s, title = sample(), TITLE[lang]
    before = pd.DataFrame({"stage": ["primary"] * 3, "year": [2023, 2024, 2025], "p50": [7400, 7350, 7300]})
    futures, both = [Case("baseline", "county-plan"), FAST], ["primary", "junior"]
    return {
        "demand": lambda: demand_stack(s.county, s.history, w, cases=[NOBODY], caption=title, previous=before),
        "demand_futures": lambda: demand_stack(s.county, s.history, w, cases=futures, caption=title, stages=both),
        "seats": lambda: seats_against_demand(
            s.schools, s.county, w, cases=cases("fast-urban", abreast), caption=title
        ),
        "timeline": lambda: timeline(s.projects, w, case=futures[0], caption=title),
        "cash": lambda: cash_flow(s.cash, w, cases=cases(plans=abreast), caption=title),
    }


def _maps(lang: Lang) -> Pictures:
    s, w, title = sample(), words(lang), TITLE[lang]
    every = [MapPanel(Case("fast-urban", plan), year) for plan in PLANS for year in (2025, 2027, 2029)]
    pair = [MapPanel(case, 2029) for case in cases("fast-urban", 2)]

    def draw(panels: list[MapPanel], stage: str, measure: Measure, columns: int = 2) -> Figure:
        return catchment_maps(
            layers(s), s.schools, w, panels=panels, stage=stage, measure=measure, caption=title, columns=columns
        )

    return {
        "map_pair": lambda: draw(pair, "primary", UTILISATION),
        "map_one": lambda: draw(pair[:1], "junior", CLASS_BREACH),
        "map_nine": lambda: draw(every, "primary", SIZE_BREACH, 3),
    }


def gallery(lang: Lang) -> Pictures:
    """All pictures with all their parts."""
    w = words(lang)
    return _of_schools(lang, w) | _of_county(lang, w) | _maps(lang) | of_breach(w, TITLE[lang], 2)


def narrow(lang: Lang) -> Pictures:
    """Charts as they are drawn for a page of 156 mm."""
    w = replace(words(lang), room=156 / 25.4)
    return _of_schools(lang, w, 2) | _of_county(lang, w, 2) | of_breach(w, TITLE[lang], 2)


def blank(lang: Lang) -> Pictures:
    """The same functions with tables that hold no row for what is asked."""
    s, w, title = sample(), words(lang), TITLE[lang]
    schools, county, nobody = s.schools.iloc[:0], s.county.iloc[:0], [NOBODY]
    empty = MapLayers(s.units.iloc[:0], s.places.iloc[:0], s.zones.iloc[:0], s.projects.iloc[:0])
    map_of = {"panels": [MapPanel(NOBODY, 2029)], "stage": "primary", "measure": UTILISATION, "caption": title}
    return {
        "fan": lambda: roll_fan(schools, None, w, school="xx", cases=nobody, caption=title),
        "classes": lambda: class_sizes(s.schools, w, school="xx", cases=nobody, bounds={}, caption=title),
        "heat": lambda: breach_heat(schools, w, case=NOBODY, caption=title),
        "demand": lambda: demand_stack(county, None, w, cases=nobody, caption=title),
        "seats": lambda: seats_against_demand(schools, county, w, cases=nobody, caption=title),
        "timeline": lambda: timeline(s.projects, w, case=NOBODY, caption=title),
        "cash": lambda: cash_flow(s.cash, w, cases=nobody, caption=title),
        "map": lambda: catchment_maps(empty, schools, w, **map_of),
    } | blank_breach(w, title)
