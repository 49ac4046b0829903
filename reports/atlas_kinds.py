"""Kinds of printed maps, one function each: coloured units, circles, desire lines, isochrones, triptychs, years.

A function is asked for a stage of a case in a year and returns the pages of its kind; a page that cannot be drawn holds
its reason.
"""

from collections.abc import Callable, Mapping

from reports import atlas_data as data
from reports import atlas_pieces as pieces
from reports.atlas_compare import by_years, change, triptychs
from reports.atlas_data import Scene
from reports.atlas_keys import Group
from reports.atlas_layers import Fill, Layer, Zones
from reports.atlas_measures import MEASURES, Measure, absent_of, finding_of, notes_of, reason_of
from reports.atlas_page import MapPage
from reports.atlas_places import desire, isochrones, symbols
from reports.view import View


def choropleths(seen: View, scene: Scene) -> list[MapPage]:
    """One page for every measure, and one for the change of pupils."""
    return [choropleth(seen, scene, measure) for measure in MEASURES.values()] + [change(seen, scene)]


def choropleth(seen: View, scene: Scene, measure: Measure) -> MapPage:
    """Units coloured by one measure, with the schools and their names."""
    values, schools = measure.read(seen, scene), pieces.schools_of(seen, scene)
    look = measure.look(values)
    name = seen.labels(f"atlas.measure.{measure.key}")
    title = finding_of(seen, scene, measure, values)
    captions = pieces.caption(seen, scene, title, seen.labels("atlas.drawn", **pieces.where(seen, scene), what=name))
    layers: list[Layer] = [Fill(values, look)]
    if measure.zoned:
        layers.append(Zones(data.served(seen, scene)))
    layers += [pieces.signs(schools), pieces.names(seen, schools)]
    groups = (Group(name, look.keys(seen.labels, absent_of(seen, values, measure))),
              pieces.sign_keys(seen, schools, measure.zoned))  # fmt: skip
    return MapPage(
        f"{measure.key.replace('_', '-')}-{scene.stage}", captions,
        pieces.panes(seen, pieces.heading(seen, scene), layers, schools), groups, notes_of(seen, measure),
        reason_of(seen, schools, values),
    )  # fmt: skip


KINDS: Mapping[str, Callable[[View, Scene], list[MapPage]]] = {
    "choropleth": choropleths,
    "symbols": symbols,
    "desire": desire,
    "isochrones": isochrones,
    "triptych": triptychs,
    "years": by_years,
}
"""Every kind of map by its name, in the order of the pages."""
