"""How QGIS draws the layers of a zoning: zones by school in pale colours, changed units hatched, as QML styles."""

from collections.abc import Mapping

from gis.qml import Class, Symbol, categorised, document, rgba, single, tip


def zone_style(colours: Mapping[str, str]) -> str:
    """QML of zones: one colour for each school, by the field `school`. colours: school -> `#rrggbb`."""
    edge = {"style": "solid", "outline_color": "26,26,26,255", "outline_width": "0.5"}
    classes = [
        Class(school, school, Symbol("fill", ({"color": rgba(colour, 200)} | edge,)))
        for school, colour in sorted(colours.items())
    ]
    return document([categorised("school", classes)])


def changed_style() -> str:
    """QML of changed units: hatched in vermilion, with the two schools as label of the tip."""
    edge = {"style": "b_diagonal", "color": "213,94,0,255", "outline_color": "213,94,0,255", "outline_width": "0.6"}
    text = '<b>[% "unit" %]</b>: [% "school_before" %] &rarr; [% "school_after" %] ([% "moved_children" %])'
    return document([single(Symbol("fill", (edge,))), tip(text)])
