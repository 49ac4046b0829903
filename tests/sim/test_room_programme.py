"""Special rooms: re-use before building, never of a room that is needed again, never of one that is too small."""

from dataclasses import replace

import numpy as np
import pytest

from sim.room_programme import Programme, programme_rows, programmes, reuse, rooms_for, spare_rooms
from tests.sim.test_sizing_needs import xinqiu  # noqa: F401


@pytest.mark.parametrize(("classes", "rooms"), [(0, 0), (1, 1), (12, 1), (13, 2), (24, 2), (25, 3), (36, 3)])
def test_one_room_for_every_twelve_classes(classes, rooms):
    assert rooms_for(np.array(classes), 1.0) == rooms


def test_a_classroom_that_is_needed_again_is_not_spare():
    rooms = np.full((2, 4, 1), 10)
    classes = np.array([[[6], [9], [7], [3]], [[6], [9], [7], [3]]])[..., None]  # [draw, year, school, grade]
    assert spare_rooms(rooms, classes, 2, 0.9)[:, 0].tolist() == [1, 1, 3, 7]  # the fourth year lies after the window
    classes[0, 1] = 10
    assert spare_rooms(rooms, classes, 2, 0.9)[0, 0] == 0  # spare in one world of two only
    assert spare_rooms(rooms, classes, 2, 0.5)[0, 0] == 1
    classes[:, :, :] = 12  # more classes than rooms: nothing is spare, and nothing less than nothing
    assert (spare_rooms(rooms, classes, 2, 0.5) == 0).all()


def one(needed, there, fits):
    arrays = (np.array([[[float(n)]]]) for n in (needed, needed, there, fits))
    return Programme(*arrays)


@pytest.mark.parametrize(
    ("music", "art", "spare", "reused"),
    [
        (one(2, 0, 4), one(2, 0, 9), 9, (2, 2)),
        (one(2, 0, 1), one(2, 0, 2), 9, (1, 1)),  # two rooms are large enough, one of them for music
        (one(2, 1, 4), one(1, 0, 4), 1, (1, 0)),  # one room is spare
        (one(2, 2, 4), one(2, 3, 4), 9, (0, 0)),  # nothing is missing
        (one(2, 0, 0), one(2, 0, 3), 9, (0, 2)),  # none is large enough for music
        (one(3, 0, 5), one(3, 0, 5), 0, (0, 0)),
    ],
)
def test_spare_rooms_that_fit_are_used_first_for_what_fits_fewest(music, art, spare, reused):
    found = reuse({"music": music, "art": art}, np.array([[float(spare)]]))
    assert (found["music"].item(), found["art"].item()) == reused


def test_rooms_and_costs_add_up(xinqiu):  # noqa: F811
    rows = programme_rows(xinqiu)
    assert set(rows["kind"]) == {"music", "art"}
    assert (rows["short"] == rows["reused"] + rows["to_build"]).all()
    assert (rows["apart"] >= rows["needed"]).all()
    both = rows.groupby(["year", "entity", "share"])[["reused", "spare"]].agg({"reused": "sum", "spare": "first"})
    assert (both["reused"] <= both["spare"]).all()
    price, net = 4000, 0.6
    assert np.allclose(rows["cost"], rows["to_build"] * rows["m2"] / net * price / 1e4)
    wide = rows.pivot_table(index=["year", "entity", "kind"], columns="share", values="to_build")
    assert (wide.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)  # more certainty never builds less


def test_empty_classrooms_of_xinqiu_become_music_and_art_rooms(xinqiu):  # noqa: F811
    rows = programme_rows(xinqiu).query("share == 0.8").set_index(["entity", "kind", "year"])
    assert rows.loc[("ps-01", "art", 2026), "reused"] == 2
    assert rows.loc[("ps-01", "art", 2026), "to_build"] == 0
    assert rows.loc[("ps-aj", "music", 2022), "to_build"] == 1  # classrooms of 58 m2, where 73 are asked for
    assert rows.loc[("ps-aj", "music", 2032), "reused"] == 1  # classes below 30: 54 m2 do


def test_a_school_without_a_list_of_rooms_is_left_out(xinqiu):  # noqa: F811
    stocks = xinqiu.details.stocks
    base = {**stocks.base, **{f"{kind}_rooms": stocks.base[f"{kind}_rooms"].copy() for kind in ("music", "art")}}
    base["music_rooms"][0] = base["art_rooms"][0] = np.nan
    cut = replace(xinqiu, details=replace(xinqiu.details, stocks=replace(stocks, base=base)))
    school = xinqiu.model.layout.schools[0]
    assert school in set(programme_rows(xinqiu)["entity"])
    assert school not in set(programme_rows(cut)["entity"])
    assert set(programmes(cut)) == {"music", "art"}


def test_rooms_beyond_the_need_are_not_missing():
    needed, there = np.array([[[1.0, 3.0]]]), np.array([[[2.0, 1.0]]])
    assert Programme(needed, needed, there, there).short.tolist() == [[[0.0, 2.0]]]
