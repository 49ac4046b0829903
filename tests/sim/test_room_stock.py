"""Special rooms that meet the area clause: by year built, by place, by class size; what is not known stays so."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from scenarios.packs import read_shipped
from scenarios.room_clauses import Home, kinds_with, least_area, rooms_per_12_classes, small_below
from scenarios.schema_plan import Addition
from sim.details import details_of
from sim.ladders import whole
from sim.model import NEVER
from sim.room_stock import room_stocks
from tests.sim import busy as busy_study
from tests.sim import studies

COLUMNS = ["site", "room_type", "room", "count", "net_area_m2", "multimedia", "built", "note"]


@pytest.fixture(scope="module")
def pack():
    found, problems = read_shipped("cn-2017-quality-balance")
    assert problems == []
    return found


@pytest.mark.parametrize(
    ("kind", "stages", "urban", "built", "small", "least"),
    [
        ("music", ("primary",), True, 2020.0, False, 96),
        ("music", ("primary",), True, np.nan, False, 96),
        ("music", ("primary",), True, 2016.0, False, 73),
        ("music", ("primary",), True, 2017.0, False, 96),
        ("art", ("junior",), True, 2020.0, False, 90),
        ("art", ("junior",), True, 1999.0, False, 67),
        ("music", ("primary",), False, 2020.0, True, 54),
        ("music", ("primary",), False, 1990.0, True, 54),
        ("art", ("junior",), False, 2020.0, True, 61),
        ("art", ("primary", "junior"), False, 2020.0, True, 61),  # a nine-year school: what serves both stages
        ("art", ("primary",), True, 2020.0, True, 90),  # small classes in town are no small rural school
        ("dance", ("primary",), True, 2020.0, False, 0),
    ],
)
def test_the_clause_that_holds_for_a_room(pack, kind, stages, urban, built, small, least):
    assert least_area(pack, kind, Home(stages, urban), built, small) == least


def test_small_schools_are_rural_ones_with_classes_below_thirty(pack):
    assert small_below(pack, "music", Home(("primary",), False)) == 30
    assert small_below(pack, "music", Home(("primary",), True)) == 0
    assert kinds_with(pack, "_room_area") == ("music", "art")
    assert kinds_with(pack, "_rooms_per_12_classes") == ("music", "art")
    assert rooms_per_12_classes(pack, "art") == 1
    assert rooms_per_12_classes(pack, "dance") == 0


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    return studies.study(busy_study.write(tmp_path_factory.mktemp("busy"), 0))


def with_rooms(busy, rows):
    """The busy county with a table of rooms: site, kind, rooms, net area, multimedia, year built."""
    frame = pd.DataFrame([[site, kind, "", *rest, ""] for site, kind, *rest in rows], columns=COLUMNS)
    return dataclasses.replace(busy.bundle, tables={**busy.bundle.tables, "rooms": frame})


def of(busy, bundle, school, kind):
    stocks = room_stocks(bundle, whole(busy.model))
    return stocks[kind][busy.model.layout.schools.index(school)]


def site_of(busy, place):
    """A site and its school whose unit is in town, or not."""
    tables = busy.bundle.tables
    urban = dict(zip(tables["units"]["unit"], tables["units"]["urban"], strict=True))
    schools = {s: urban[u] for s, u in zip(tables["schools"]["school"], tables["schools"]["unit"], strict=True)}
    pairs = zip(tables["sites"]["site"], tables["sites"]["school"], strict=True)
    return next((site, school) for site, school in pairs if schools[school] == (place == "urban"))


def test_rooms_that_are_too_small_are_no_special_rooms_and_small_schools_have_their_own_bound(busy):
    (town, t), (land, r) = site_of(busy, "urban"), site_of(busy, "rural")
    bundle = with_rooms(
        busy,
        [
            *((town, "music", 1, 95.9, 1, 2020), (town, "music", 2, 96.0, 2, 2020), (town, "music", 1, 73.0, 0, 2016)),
            *((town, "general", 9, np.nan, 9, 2020), (town, "dormitory", 5, np.nan, np.nan, np.nan)),
            (land, "music", 1, 61.0, np.nan, 2020),
        ],
    )
    assert of(busy, bundle, t, "music_rooms") == 3
    assert of(busy, bundle, t, "music_rooms_small") == 3
    assert of(busy, bundle, t, "art_rooms") == 0
    assert of(busy, bundle, t, "multimedia_rooms") == 12
    assert of(busy, bundle, r, "music_rooms") == 0
    assert of(busy, bundle, r, "music_rooms_small") == 1
    assert np.isnan(of(busy, bundle, r, "multimedia_rooms"))


def test_what_is_not_known_stays_unknown(busy):
    (town, t), (_, r) = site_of(busy, "urban"), site_of(busy, "rural")
    bundle = with_rooms(
        busy, [(town, "art", 1, np.nan, 0, 2020), (town, "art", 3, 120.0, 0, 2020), (town, "dance", 2, np.nan, 0, 2020)]
    )
    assert np.isnan(of(busy, bundle, t, "art_rooms"))
    assert of(busy, bundle, t, "dance_rooms") == 2  # no clause asks for an area
    assert np.isnan(of(busy, bundle, r, "art_rooms"))  # no row at all
    assert np.isnan(of(busy, busy.bundle, t, "art_rooms"))  # no table


def test_projects_add_rooms_and_new_schools_may_leave_them_open(busy):
    plan = busy.bundle.plans["everything"]
    extension = next(i for i, one in enumerate(plan.projects) if one.kind == "extension")
    new = next(i for i, one in enumerate(plan.projects) if one.kind == "new_school")
    more = plan.projects[extension].model_copy(
        update={"adds": Addition(music_rooms=2), "school": site_of(busy, "urban")[1]}
    )
    projects = [more if i == extension else one for i, one in enumerate(plan.projects)]
    changed = plan.model_copy(update={"projects": tuple(projects)})
    sites = busy.bundle.tables["sites"]
    rows = [(s, "music", 1, 96.0, 1, 2020) for s in sites["site"]]
    bundle = dataclasses.replace(with_rooms(busy, rows), plans={**busy.bundle.plans, "everything": changed})
    stocks = details_of(bundle, whole(busy.model)).stocks
    opening = np.full((1, len(projects)), NEVER)
    opening[0, [extension, new]] = 2025
    found = stocks.at("music_rooms", "everything", opening, range(2024, 2027))[0]
    schools = busy.model.layout.schools
    assert (found[:, schools.index(more.school)] - found[0, schools.index(more.school)]).tolist() == [0, 2, 2]
    at = found[:, schools.index(plan.projects[new].new.school)]
    assert at[0] == 0
    assert np.isnan(at[1:]).all()
