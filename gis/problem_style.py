"""How QGIS draws the problem layer: errors red, warnings orange, as a QML style for points, lines and areas."""

from gis.qml import Class, Shape, Symbol, categorised, document

COLOURS = {"error": "215,25,28", "warning": "245,130,32", "note": "90,110,130"}
LABELS = {"error": "错误 error", "warning": "提醒 warning", "note": "说明 note"}
_SHAPES: dict[str, Shape] = {"problem_points": "marker", "problem_lines": "line", "problem_areas": "fill"}


def style(layer: str) -> str:
    """QML of a layer: `problem_points`, `problem_lines` or `problem_areas`. Raises KeyError for another."""
    shape = _SHAPES[layer]
    classes = [
        Class(severity, LABELS[severity], Symbol(shape, (_options(shape, colour),)))
        for severity, colour in COLOURS.items()
    ]
    return document([categorised("severity", classes)])


def _options(shape: Shape, colour: str) -> dict[str, str]:
    """Options of the one symbol layer. The outline keeps a piece of a metre visible at any scale."""
    solid = f"{colour},255"
    if shape == "marker":
        options = {"name": "circle", "color": f"{colour},140", "outline_color": solid, "outline_width": "0.6"}
        return options | {"size": "4", "size_unit": "MM", "outline_width_unit": "MM"}
    if shape == "line":
        return {"line_color": solid, "line_width": "0.8", "line_width_unit": "MM", "line_style": "solid"}
    options = {"color": f"{colour},90", "style": "solid", "outline_color": solid, "outline_style": "solid"}
    return options | {"outline_width": "1", "outline_width_unit": "MM"}
