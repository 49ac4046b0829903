"""Writing a study skeleton: tables, boundary, YAML files, a README that says what is given, estimated and missing."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
import pandas as pd
import shapely

from scenarios import census as census_room
from scenarios.editor_schema import FOLDER as SCHEMAS
from scenarios.editor_schema import write_schemas
from scenarios.problems import ScenarioError, error, render
from schoolplan.cli_texts import say
from schoolplan.skeleton import Skeleton
from sim.census_cells import AGES, MIGRANT_SD

TEMPLATES = Path(census_room.__file__).parent / "skeleton_census"
YEARS_AHEAD = 15
GROUPS = ("local", "migrant")


def write_skeleton(skeleton: Skeleton, target: Path, lang: str) -> Path:
    """Write the study to a new or empty folder and return the folder. Raises ScenarioError (EXA002) if it is not."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ScenarioError([error("EXA002", str(target), str(target))])
    data = target / "data"
    data.mkdir(parents=True)
    tables = {"units": _units, "children": _children, "population": _population, "children-splits": _splits}
    for name, made in tables.items():
        # With a byte order mark, so that Excel and WPS show the Chinese.
        made(skeleton).to_csv(data / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
    (data / "units.geojson").write_text("\n".join(_features(skeleton)) + "\n", encoding="utf-8", newline="\n")
    values = _values(skeleton, lang)
    for source in sorted((TEMPLATES / lang).rglob("*.*")):
        file = target / source.relative_to(TEMPLATES / lang)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = Template(source.read_text(encoding="utf-8")).substitute(values)
        file.write_text(text, encoding="utf-8", newline="\n")
    write_schemas(target / SCHEMAS)
    return target


def _units(skeleton: Skeleton) -> pd.DataFrame:
    units = skeleton.units
    names = [name or unit for unit, name in zip(units.layer.ids, units.layer.names, strict=True)]
    urban = [int(flag) for flag in units.urban]
    columns = {"unit": units.layer.ids, "name_zh": names, "name_en": names, "township": units.townships, "urban": urban}
    return pd.DataFrame(columns)


def _children(skeleton: Skeleton) -> pd.DataFrame:
    """Children by unit, group and age; the error of a unit that several counties share is that of the larger part."""
    children = skeleton.children
    weight = np.stack([cells.children.sum(axis=(1, 2)) for cells in skeleton.cells])
    sd = np.stack([cells.sd for cells in skeleton.cells])[weight.argmax(axis=0), np.arange(len(children))]
    groups = GROUPS if any(share for share in skeleton.migrants) else GROUPS[:1]
    rows = [
        (unit, group, age, int(children[i, age, g]), round(float(sd[i, age, g]), 4))
        for i, unit in enumerate(skeleton.units.layer.ids)
        for g, group in enumerate(groups)
        for age in range(AGES)
    ]
    return pd.DataFrame(rows, columns=["unit", "group", "age", "children", "estimated_sd"])


def _population(skeleton: Skeleton) -> pd.DataFrame:
    people = np.asarray(sum(skeleton.residents))
    sexes = tuple(skeleton.parts[0].bands)
    counted = skeleton.units.how == "counted"
    rows = []
    for i, unit in enumerate(skeleton.units.layer.ids):
        households = skeleton.parts[i].people.get("households", "") if counted else ""
        for s, sex in enumerate(sexes):
            for b, (low, high) in enumerate(skeleton.census.ladder):
                last = high - 1 if b + 1 < len(skeleton.census.ladder) else ""
                first = s == 0 and b == 0
                rows.append((unit, _day(skeleton), sex, low, last, int(people[i, s, b]), households if first else ""))
    return pd.DataFrame(rows, columns=["unit", "as_of", "sex", "age_from", "age_to", "people", "households"])


def _splits(skeleton: Skeleton) -> pd.DataFrame:
    """Both splits of every county, and what was taken."""
    ages = skeleton.ages
    rows = [
        (part.code, part.name, age, *_shown(ages.sprague[i, age], ages.guided[i, age]), int(ages.whole[i, age]), band,
         round(float(ages.sd[i, age]), 4))
        for i, part in enumerate(skeleton.parts)
        for age, band in enumerate(_bands(skeleton))
    ]  # fmt: skip
    heads = ["county", "name", "age", "sprague", "births_guided", "taken", "band", "estimated_sd"]
    return pd.DataFrame(rows, columns=heads)


def _bands(skeleton: Skeleton) -> list[str]:
    """The band of each single age."""
    edges = [edge for edge in skeleton.census.edges if edge <= AGES]
    return [
        f"{low}-{high - 1}" if high - low > 1 else str(low) for low, high in pairwise(edges) for _ in range(low, high)
    ]


def _shown(*values: float) -> tuple[object, ...]:
    return tuple("" if np.isnan(value) else round(float(value), 2) for value in values)


def _features(skeleton: Skeleton) -> Iterator[str]:
    """The boundary as delivered: the numbers of its coordinates are not touched."""
    layer = skeleton.units.layer
    yield '{"type": "FeatureCollection", "features": ['
    for i, (unit, name, shape) in enumerate(zip(layer.ids, layer.names, layer.shapes, strict=True)):
        geometry = shapely.geometry.mapping(shapely.force_2d(shape))
        feature = {"type": "Feature", "properties": {"unit": unit, "name": name}, "geometry": geometry}
        yield json.dumps(feature, ensure_ascii=False) + ("" if i + 1 == len(layer.ids) else ",")
    yield "]}"


def _day(skeleton: Skeleton) -> str:
    return f"{skeleton.year}-11-01"


def _values(skeleton: Skeleton, lang: str) -> dict[str, Any]:
    """Everything the templates name."""
    whole, ask = skeleton.census.whole, skeleton.ask
    known = [share for share in (part.share("urban") for part in skeleton.parts) if share is not None]
    people = [part.residents for part in skeleton.parts]
    urban = float(np.average(known, weights=people)) if len(known) == len(people) else 0.5
    texts = {
        # In quotes of JSON, which are those of YAML: a file name may hold anything.
        f"{name}_{one}": json.dumps(
            say(f"skeleton.{name}", one, year=skeleton.year, file=ask.census.name), ensure_ascii=False
        )
        for name in ("note", "census")
        for one in ("zh", "en")
    }
    return {
        **texts,
        "code": whole.code,
        "name": json.dumps(whole.name, ensure_ascii=False),
        "place": f"{whole.name}（{whole.code}）",
        "year": skeleton.year,
        "horizon": skeleton.year + YEARS_AHEAD,
        "crs": skeleton.zone.name,
        "layer_crs": ask.boundary_crs if ask.units is None else ask.units_crs,
        "as_of": _day(skeleton),
        "urban": f"{min(max(urban, 0.001), 0.999):.4f}",
        "sources": "\n".join(_sources(skeleton)),
        "given": "\n".join(_given(skeleton, lang)),
        "estimated": "\n".join(_estimated(skeleton, lang)),
        "totals": "\n".join(_totals(skeleton, lang)),
        "level": say(f"skeleton.level_{skeleton.units.how}", lang),
        "urban_rule": say(f"skeleton.urban_{skeleton.units.how}", lang),
        "told": "\n".join(f"- {line}" for line in _told(skeleton, lang)) or say("skeleton.nothing_told", lang),
    }


def _files(skeleton: Skeleton, lang: str) -> Iterator[tuple[str, str]]:
    """What each given file is for, and the file; weights without finer units were not used."""
    ask = skeleton.ask
    files = {"census": ask.census, "boundary": ask.boundary, "births": ask.births, "units": ask.units}
    files |= {"raster": ask.raster, "dwellings": ask.dwellings} if ask.units is not None else {}
    for name, file in files.items():
        if file is not None:
            crs = ask.units_crs if name == "units" else ask.boundary_crs
            source = say(f"skeleton.source_{name}", lang, file=file.name, day=_day(skeleton), crs=crs)
            yield say(f"skeleton.item_{name}", lang), source


def _sources(skeleton: Skeleton) -> Iterator[str]:
    for (item_zh, zh), (item_en, en) in zip(_files(skeleton, "zh"), _files(skeleton, "en"), strict=True):
        record = {"item": {"zh": item_zh, "en": item_en}, "source": {"zh": zh, "en": en}}
        yield f"  - {json.dumps(record, ensure_ascii=False)}"


def _given(skeleton: Skeleton, lang: str) -> Iterator[str]:
    glue = "：" if lang == "zh" else ": "
    for item, source in _files(skeleton, lang):
        yield f"- {item}{glue}{source}"


def _estimated(skeleton: Skeleton, lang: str) -> Iterator[str]:
    sd = skeleton.ages.sd[:, 1:]
    span = f"{sd.min():.2f}-{sd.max():.2f}"
    yield say("skeleton.row_ages", lang, sd=span)
    shares = [share for share in skeleton.migrants if share is not None]
    if shares:
        low, high = f"{100 * min(shares):.1f} %", f"{100 * max(shares):.1f} %"
        shown = low if low == high else f"{low} - {high}"
        yield say("skeleton.row_groups", lang, share=shown, sd=MIGRANT_SD)
    else:
        yield say("skeleton.row_no_groups", lang)
    if skeleton.units.how != "counted":
        yield say(f"skeleton.row_{skeleton.units.how}", lang, sd=skeleton.units.sd)


def _totals(skeleton: Skeleton, lang: str) -> Iterator[str]:
    whole, units = skeleton.census.whole, sum(part.residents for part in skeleton.parts)
    yield say("skeleton.total", lang, total=whole.residents, units=units, count=len(skeleton.units.layer.ids))
    for row, into in skeleton.merged:
        yield say("skeleton.merged", lang, name=row.name, code=row.code, people=row.residents, into=into.name)
    for row in skeleton.left:
        yield say("skeleton.left", lang, name=row.name, code=row.code, people=row.residents)
    labels = dict.fromkeys(_bands(skeleton))
    bands = [f"{label}: {sum(part.by_band[i] for part in skeleton.parts)}" for i, label in enumerate(labels)]
    yield say("skeleton.bands", lang, bands="，".join(bands) if lang == "zh" else ", ".join(bands))


def _told(skeleton: Skeleton, lang: str) -> Iterator[str]:
    for problem in skeleton.problems:
        yield render(problem, lang).splitlines()[0]
