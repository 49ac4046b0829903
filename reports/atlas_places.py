"""Printed maps of places and ways: circles of schools, desire lines, isochrones."""

import numpy as np
import pandas as pd

from reports import atlas_data as data
from reports import atlas_pieces as pieces
from reports.atlas_data import Scene
from reports.atlas_keys import Group, Key
from reports.atlas_layers import Bands, Circles, Fill, Flows, Ground, Layer
from reports.atlas_measures import reason_of
from reports.atlas_page import MapPage, Pane
from reports.atlas_scale import USED, Look
from reports.figures_cells import Scale
from reports.maps_access import WAYS
from reports.style import BLUE, PAPER, WINDOW
from reports.view import View

SHORT, UNUSED = ("#f1a340", "////"), ("#d8daeb", "")


def symbols(seen: View, scene: Scene) -> list[MapPage]:
    """Circles by roll, coloured by use; circles by missing and unused seats."""
    return [_rolls(seen, scene), _seats(seen, scene)]


def _rolls(seen: View, scene: Scene) -> MapPage:
    schools, labels = pieces.schools_of(seen, scene), seen.labels
    most = float(schools["roll"].max()) if len(schools) else 0.0
    top = pieces.largest(len(schools))
    sizes = pieces.radius(schools["roll"], most, top)
    steps = USED.steps(schools["utilisation"])
    look = [(PAPER, "") if step < 0 else (USED.scale.colors[step], 2 * USED.hatches[step]) for step in steps]
    circles = schools[["school", "x", "y"]].assign(
        value=schools["roll"], radius=sizes, color=[one[0] for one in look], hatch=[one[1] for one in look],
        marker="circle",
    )  # fmt: skip
    where = pieces.where(seen, scene)
    title = labels("atlas.finding.rolls", **where, n=labels.integer(float(schools["roll"].sum())), all=len(schools))
    groups = (
        pieces.size_keys(seen, labels("atlas.measure.roll", **where), (most, top)),
        Group(labels("atlas.measure.utilisation"), USED.keys(labels)),
    )
    return MapPage(
        f"schools-roll-{scene.stage}", pieces.caption(seen, scene, title, labels("atlas.drawn_rolls")),
        _with_circles(seen, scene, circles, schools), groups, reason=reason_of(seen, schools),
    )  # fmt: skip


def _with_circles(seen: View, scene: Scene, circles: pd.DataFrame, schools: pd.DataFrame) -> tuple[Pane, ...]:
    sizes = circles.drop_duplicates("school").set_index("school")["radius"].reindex(schools["school"]).to_numpy()
    layers: list[Layer] = [Ground(), Circles(circles), pieces.names(seen, schools, sizes)]
    return pieces.panes(seen, pieces.heading(seen, scene), layers, schools)


def _seats(seen: View, scene: Scene) -> MapPage:
    schools, labels, where = pieces.schools_of(seen, scene), seen.labels, pieces.where(seen, scene)
    gap = np.where(schools["short"] > 0, schools["short"], schools["unused"])
    known = np.isfinite(gap)
    most = float(np.max(gap, initial=0.0, where=known))
    short, top = (schools["short"] > 0).to_numpy(), pieces.largest(len(schools))
    circles = schools[["school", "x", "y"]].assign(
        value=gap, radius=pieces.radius(np.where(known, gap, 0.0), most, top),
        color=np.where(short, SHORT[0], UNUSED[0]), hatch=np.where(short, SHORT[1], UNUSED[1]), marker="circle",
    )  # fmt: skip
    title = labels(
        "atlas.finding.seats", **where, n=int(short.sum()), all=len(schools),
        short=labels.integer(float(schools["short"].sum())),
        unused=labels.integer(float(schools["unused"].sum())),
    )  # fmt: skip
    kinds = (Key("circle", labels("atlas.short"), SHORT[0], SHORT[1], size=9.0),
             Key("circle", labels("atlas.unused"), UNUSED[0], UNUSED[1], size=9.0))  # fmt: skip
    groups = (
        pieces.size_keys(seen, labels("atlas.measure.seats"), (most, top), "atlas.seats_n"),
        Group(labels("atlas.colour"), kinds),
    )
    return MapPage(
        f"schools-seats-{scene.stage}", pieces.caption(seen, scene, title, labels("atlas.drawn_seats")),
        _with_circles(seen, scene, circles[known], schools[known]), groups,
        (labels("atlas.note.whole_school"),), reason_of(seen, schools[known]),
    )  # fmt: skip


def desire(seen: View, scene: Scene) -> list[MapPage]:
    """Lines from every unit to the school of its zone, as wide as children of the stage live there."""
    rows, schools, labels = data.flows(seen, scene), pieces.schools_of(seen, scene), seen.labels
    rows = rows[rows["school"].isin(schools["school"])].reset_index(drop=True)
    most = float(rows["pupils"].max()) if rows["pupils"].notna().any() else 0.0
    lines = Flows(rows.assign(width=pieces.width(rows["pupils"], most)))
    layers: list[Layer] = [Ground(), lines, pieces.signs(schools), pieces.names(seen, schools)]
    keys = list(pieces.width_keys(seen, labels("atlas.measure.flows"), most, BLUE).keys)
    if rows["pupils"].isna().any():
        keys.append(Key("line", labels("atlas.flows_unknown"), BLUE, size=0.5))
    where = pieces.where(seen, scene)
    title = labels("atlas.finding.flows", **where, n=labels.integer(float(rows["pupils"].sum())))
    groups = (Group(labels("atlas.measure.flows"), tuple(keys)), pieces.sign_keys(seen, schools, False))
    page = MapPage(
        f"flows-{scene.stage}", pieces.caption(seen, scene, title, labels("atlas.drawn_flows")),
        pieces.panes(seen, pieces.heading(seen, scene), layers, schools), groups, (labels("atlas.note.flows"),),
        reason_of(seen, schools, rows["pupils"]),
    )  # fmt: skip
    return [page]


ISOCHRONES = Look(Scale((10.0, 15.0, 30.0), (WAYS[5], WAYS[4], WAYS[2], WINDOW)), ("", "", "", ""))
"""What is reached is coloured, the nearer the darker; the rest stays pale."""


def isochrones(seen: View, scene: Scene) -> list[MapPage]:
    """Where a school of the stage is reached on foot within 10, 15 and 30 minutes on the roads of the study."""
    labels, schools = seen.labels, pieces.schools_of(seen, scene)
    areas = seen.run.isochrones()
    where = pieces.where(seen, scene)
    name = f"isochrones-{scene.stage}"
    title = labels("atlas.finding.isochrones", **where)
    captions = pieces.caption(seen, scene, title, labels("atlas.drawn_isochrones"))
    if areas is None:
        return [MapPage(name, captions, (), (), reason=labels("atlas.reason.no_isochrones"))]
    now = f"{scene.case.future}/{scene.case.plan}/{scene.year}"
    own = areas[(areas["stage"] == scene.stage) & np.array([now in when.split() for when in areas["when"]])]
    own = own.sort_values("minutes", ascending=False)
    far = pd.Series(np.inf, index=seen.units["unit"].astype(str))
    layers: list[Layer] = [Fill(far, ISOCHRONES), Bands(own, ISOCHRONES), pieces.signs(schools),
                           pieces.names(seen, schools)]  # fmt: skip
    groups = (Group(labels("access.map.nearest.minutes"), ISOCHRONES.keys(labels)),
              pieces.sign_keys(seen, schools, False))  # fmt: skip
    reason = labels("atlas.reason.no_schools") if own.empty else reason_of(seen, schools)
    found = pieces.panes(seen, pieces.heading(seen, scene), layers, schools)
    return [MapPage(name, captions, found, groups, (labels("atlas.note.isochrones"),), reason)]
