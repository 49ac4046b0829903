"""What the kinds of printed maps share: signs and names of schools, the enlarged town, sizes of circles and lines."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from reports.atlas_data import Scene, schools_at
from reports.atlas_keys import Group, Key
from reports.atlas_layers import UNIT_LINE, ZONE_LINE, Circles, Layer, Names
from reports.atlas_page import Pane
from reports.atlas_scale import two_figures
from reports.figures_setting import Caption
from reports.i18n import integer
from reports.maps_data import Bounds, busy_extent
from reports.style import PAPER, YELLOW
from reports.view import View

SIGN_PT, STAR_PT = 2.6, 4.8
LARGEST_PT, SMALLEST_PT, CROWD = 15.0, 1.2, 40
WIDEST_PT, THINNEST_PT = 6.0, 0.35


def largest(count: int) -> float:
    """Radius of the largest of so many circles [pt]: from `CROWD` on they cover together what so many would."""
    return LARGEST_PT * min(1.0, math.sqrt(CROWD / max(count, 1)))


def radius(values: pd.Series | np.ndarray, most: float, top: float = LARGEST_PT) -> np.ndarray:
    """Radius [pt] of circles whose area grows with the value; `top` at `most`."""
    share = np.asarray(values, dtype=float) / max(most, 1e-9)
    return np.maximum(top * np.sqrt(np.clip(share, 0, None)), SMALLEST_PT)


def width(values: pd.Series | np.ndarray, most: float) -> np.ndarray:
    """Width [pt] of lines in proportion to the value; 0 where it is not known."""
    share = np.asarray(values, dtype=float) / max(most, 1e-9)
    return np.where(np.isnan(share), 0.0, np.maximum(WIDEST_PT * np.nan_to_num(share), THINNEST_PT))


def samples(most: float) -> list[float]:
    """Three values for a legend: about the greatest, a third and a tenth of it; fewer where they are the same."""
    if most <= 0:
        return []
    wanted = [max(two_figures(most * share), 1.0) for share in (1.0, 0.35, 0.1)]
    return [value for value in dict.fromkeys(wanted) if value <= most * 1.06]


def signs(schools: pd.DataFrame) -> Circles:
    """A small sign for every school: a circle, a star where a project of the plan opens it."""
    new = (schools["opened_by"] != "").to_numpy()
    found = schools[["school", "x", "y"]].assign(
        value=schools["roll"],
        radius=np.where(new, STAR_PT, SIGN_PT),
        color=np.where(new, YELLOW, PAPER),
        hatch="",
        marker=np.where(new, "star", "circle"),
    )
    return Circles(found)


def names(seen: View, schools: pd.DataFrame, sizes: np.ndarray | None = None) -> Names:
    """Names of schools, new ones first, then by roll; sizes: radius of their signs [pt]."""
    radii = signs(schools).places["radius"].to_numpy() if sizes is None else sizes
    weight = np.where(schools["opened_by"] != "", np.inf, schools["roll"])
    text = [seen.setting.name("school", key) for key in schools["school"]]
    return Names(pd.DataFrame({"x": schools["x"], "y": schools["y"], "radius": radii, "text": text, "weight": weight}))


def town(seen: View, schools: pd.DataFrame) -> Bounds | None:
    """The part of the county that is worth a map on a larger scale."""
    if seen.units.empty or schools.empty:
        return None
    west, south, east, north = (float(value) for value in seen.units.total_bounds)
    return busy_extent(schools, schools.set_index("school")["roll"], (west, south, east, north))


def panes(seen: View, title: str, layers: Sequence[Layer], schools: pd.DataFrame) -> tuple[Pane, ...]:
    """The county and, where it is worth it, its town on a larger scale."""
    whole = Pane(title, tuple(layers))
    part = town(seen, schools)
    return (whole,) if part is None else (whole, Pane(seen.labels("map.town"), tuple(layers), part))


def sign_keys(seen: View, schools: pd.DataFrame, zoned: bool = True) -> Group:
    """Legend of signs and lines."""
    labels = seen.labels
    keys = [Key("circle", labels("access.map.school"), PAPER, size=2 * SIGN_PT)]
    if (schools["opened_by"] != "").any():
        keys.append(Key("star", labels("map.new_school"), YELLOW, size=2 * STAR_PT))
    if zoned:
        keys.append(Key("line", labels("map.zone_border"), ZONE_LINE, size=0.9))
    keys.append(Key("line", labels("map.unit_border"), UNIT_LINE, size=0.4))
    return Group(labels("atlas.signs"), tuple(keys))


def size_keys(seen: View, heading: str, scale: tuple[float, float], unit: str = "map.roll") -> Group:
    """Legend of circles by their size. scale: greatest value and its radius [pt].  unit: label of a number with it."""
    most, top = scale
    keys = [
        Key(
            "circle",
            seen.labels(unit, n=integer(value)),
            PAPER,
            size=2 * float(radius(np.array([value]), most, top)[0]),
        )
        for value in samples(most)
    ]
    return Group(heading, tuple(keys))


def width_keys(seen: View, heading: str, most: float, color: str) -> Group:
    """Legend of lines by their width."""
    keys = [
        Key("line", seen.labels("map.roll", n=integer(value)), color, size=float(width(np.array([value]), most)[0]))
        for value in samples(most)
    ]
    return Group(heading, tuple(keys))


def caption(seen: View, scene: Scene, title: str, drawn: str) -> Caption:
    """Title, and below it what is drawn, with the future and the plan."""
    return seen.setting.caption(Caption(title), drawn, [scene.case])


def where(seen: View, scene: Scene) -> dict[str, str]:
    """Stage and school year as titles say them."""
    return {"stage": seen.setting.name("stage", scene.stage), "year": seen.labels.school_year(scene.year)}


def heading(seen: View, scene: Scene) -> str:
    """Name of a map: plan and school year."""
    return f"{seen.setting.name('plan', scene.case.plan)} · {seen.labels.school_year(scene.year)}"


def schools_of(seen: View, scene: Scene) -> pd.DataFrame:
    """Schools of a scene, as `atlas_data.schools_at` reads them."""
    return schools_at(seen, scene)
