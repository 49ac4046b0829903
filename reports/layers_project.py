"""`map.qgs`: the project that opens `map.gpkg` in QGIS, one group for each plan, in the look of the report's maps.

The year and the future of all layers are the project variables `schoolplan_year` and `schoolplan_future`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import geopandas as gpd
from pyproj import CRS

from gis.qgis_page import Page
from gis.qgis_project import Bounds, Group, Project, ProjectLayer, project_text
from reports.i18n import Labels, language
from reports.layers_set import Layer, layer_set
from reports.layers_style import parts_of, shown
from reports.matrix import matrix
from reports.run_folder import RunFolder
from reports.whole import write_whole

NAME = "map.qgs"


@dataclass(frozen=True)
class _Words:
    run: RunFolder
    labels: Labels

    def stage(self, key: str) -> str:
        return next(self.labels.pick(card.name) for card in self.run.study.stages if card.id == key)

    @property
    def study(self) -> str:
        return self.labels.pick(self.run.study.name)

    @property
    def source(self) -> str:
        card = self.run.study
        return self.labels("source.figure", study=self.study, seed=card.seed, draws=card.draws)

    @property
    def marks(self) -> str:
        card = self.run.study
        keys = [("figure.synthetic", card.synthetic), ("figure.not_calibrated", not card.calibrated)]
        said = [self.labels(key) for key, wanted in keys if wanted]
        return " · ".join([*said, self.labels("map.not_binding"), self.labels("map.internal")])


def write_project(
    run: RunFolder, target: Path | str, package: str, lang: str | None = None, layers: Sequence[Layer] | None = None
) -> Path:
    """Write the project beside the GeoPackage of that file name; returns its path.

    lang: of its words (default: the study's).  layers: of the run, where they have been made before.
    """
    made = layer_set(run) if layers is None else layers
    return write_whole(target, project_text(project_of(run, made, package, lang or run.study.language)))


def project_of(run: RunFolder, layers: Sequence[Layer], package: str, lang: str) -> Project:
    """The project of the layers of a run."""
    words, study = _Words(run, Labels(language(lang))), run.study
    labels, headline = words.labels, matrix(run).headline
    groups = [
        Group(
            labels.pick(plan.name),
            tuple(_of_plan(words, layers, plan.id, lang)),
            plan.id == headline,
            plan.id == headline,
        )
        for plan in sorted(study.plans, key=lambda plan: plan.id != headline)
    ]
    base = next(layer for layer in layers if layer.kind == "units")
    drawn = parts_of(base, shown(run, lang))
    units = ProjectLayer(labels("layers.units"), base.name, "Polygon", tuple(drawn), bounds=_bounds(base))
    what = shown(run, lang)
    title = labels("layers.page_title", study=words.study, plan=labels.pick(study.plan(headline).name))
    notes = labels("layers.notes", source=words.source, crs=study.crs, marks=words.marks)
    return Project(
        title=labels("layers.project", study=words.study),
        package=package,
        crs=CRS(study.crs),
        bounds=_bounds(base) or (0.0, 0.0, 1.0, 1.0),
        groups=(*groups, Group(labels("layers.base"), (units,))),
        variables={"schoolplan_year": str(what.year), "schoolplan_future": what.future},
        attribution=labels("layers.attribution", source=words.source, marks=words.marks),
        page=Page(labels("layers.page"), title, notes),
    )


def _bounds(layer: Layer) -> Bounds | None:
    if layer.empty:
        return None
    west, south, east, north = cast(gpd.GeoDataFrame, layer.frame).total_bounds
    return float(west), float(south), float(east), float(north)


def _of_plan(words: _Words, layers: Sequence[Layer], plan: str, lang: str) -> Iterator[ProjectLayer]:
    """Layers of a plan from above to below: schools, early warnings, catchments, pupils."""
    run, labels = words.run, words.labels
    reference = run.study.reference_future
    own = {layer.kind: layer for layer in layers if layer.plan == plan and layer.future in ("", reference)}
    whole = tuple(parts_of(own["schools"], shown(run, lang)))
    yield ProjectLayer(labels("layers.schools"), own["schools"].name, "Point", whole, bounds=_bounds(own["schools"]))
    for kind in ("alerts", "catchments"):
        held = set(own[kind].frame["stage"]) if kind in own else set()
        for stage in [card.id for card in run.study.stages if card.id in held]:
            name = labels(f"layers.{kind}", stage=words.stage(stage))
            parts = tuple(parts_of(own[kind], shown(run, lang, "")))
            only = f"\"stage\" = '{stage}'"
            first = kind == "catchments" and stage == run.study.stages[0].id
            yield ProjectLayer(name, own[kind].name, "Polygon", parts, first, only, _bounds(own[kind]))
    parts = tuple(parts_of(own["pupils"], shown(run, lang)))
    yield ProjectLayer(
        labels("layers.pupils"), own["pupils"].name, "Polygon", parts, False, bounds=_bounds(own["pupils"])
    )
