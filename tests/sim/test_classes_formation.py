"""Sticky classes and bulge cohorts: the rules one by one, and a plain version in loops."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.classes import form_classes
from sim.classes_formation import Formation, Ladder, formed

NINE = np.array([0] * 6 + [1] * 3)


def ladder(rolls, rooms, planned=45, stage_of=None):
    rolls = np.array([rolls])
    of = np.zeros(rolls.shape[1], dtype=int) if stage_of is None else stage_of
    return Ladder(("primary", "junior"), of, rolls, np.array([rooms]), np.full(rolls.shape[1], planned))


def years(formation, base, rolls, rooms, planned=45, stage_of=None):
    """Classes [year, grade] of one school and one draw."""
    given_rolls = np.array(rolls)[None, :, None]
    given_rooms = np.broadcast_to(np.reshape(rooms, (1, -1, 1)), given_rolls.shape[:3])
    at = ladder(base, int(np.max(rooms)), planned, stage_of)
    return formed(formation, at, given_rolls, given_rooms, at.planned).count[0, :, 0].tolist()


def plain(base, rolls, rooms, planned, merge_below, starts):
    """Sticky classes of one school by the rules as they are written."""
    before, out = form_classes(np.array([base]), np.array([rooms]), np.array(planned)).count[0].tolist(), []
    for year in rolls:
        now = []
        for g, n in enumerate(year):
            need = -(-n // planned[g])
            had = before[g - 1] if g and g not in starts else 0
            now.append(had if n and had > need and n / had >= merge_below else need)
        if sum(now) > rooms:
            now = plain_close(year, now, rooms, planned)
        out.append(now)
        before = now
    return out


def plain_close(n, now, rooms, planned):
    """Spare classes close one at a time, the least crowding first; without spare ones the free rule holds."""
    now = list(now)
    while sum(now) > rooms:
        spare = [
            (n[g] / ((k - 1) * planned[g]), g) for g, k in enumerate(now) if k > 1 and n[g] <= (k - 1) * planned[g]
        ]
        if not spare:
            return form_classes(np.array([n]), np.array([rooms]), np.array(planned)).count[0].tolist()
        now[min(spare)[1]] -= 1
    return now


def test_a_cohort_keeps_its_classes_while_it_shrinks():
    rolls = [[40, 88, 40], [40, 40, 85], [40, 40, 40]]
    assert years(Formation(), [91, 40, 40], rolls, 20) == [[1, 2, 1], [1, 1, 2], [1, 1, 1]]
    assert years(Formation(sticky=True), [91, 40, 40], rolls, 20) == [[1, 3, 1], [1, 1, 3], [1, 1, 1]]


def test_a_bulge_cohort_rolls_up_and_keeps_its_classes_to_the_end_of_the_stage():
    # 46 first graders need two classes; by the second year they are 45, which one class would hold.
    bulge = [[46, 30, 30, 30, 30, 30], [30, 45, 30, 30, 30, 30], [30, 30, 44, 30, 30, 30], [30, 30, 30, 44, 30, 30],
             [30, 30, 30, 30, 43, 30], [30, 30, 30, 30, 30, 43], [30] * 6]  # fmt: skip
    kept = years(Formation(sticky=True), [30] * 6, bulge, 20)
    assert [row.index(2) if 2 in row else None for row in kept] == [0, 1, 2, 3, 4, 5, None]
    assert [sum(row) for row in kept] == [7, 7, 7, 7, 7, 7, 6]
    assert [sum(row) for row in years(Formation(), [30] * 6, bulge, 20)] == [7, 6, 6, 6, 6, 6, 6]


def test_classes_merge_only_below_the_stated_mean():
    rolls = [[0, 44, 0], [0, 0, 39]]
    assert years(Formation(sticky=True, merge_below=20), [46, 0, 0], rolls, 20) == [[0, 2, 0], [0, 0, 1]]
    assert years(Formation(sticky=True, merge_below=19.5), [46, 0, 0], rolls, 20) == [[0, 2, 0], [0, 0, 2]]


def test_a_cohort_is_formed_anew_when_its_pupils_exceed_its_classes_and_at_the_entry_of_a_stage():
    assert years(Formation(sticky=True), [90, 0, 0], [[0, 91, 0]], 20) == [[0, 3, 0]]
    at_entry = years(Formation(sticky=True), [91, 0, 0], [[0, 88, 0]], 20, stage_of=np.array([0, 1, 1]))
    assert at_entry == [[0, 2, 0]]


def test_rooms_come_before_kept_classes():
    # Six kept classes in five rooms: the one whose loss crowds least is closed, no other grade crowds.
    rolls = [[20, 80, 30], [0, 20, 80]]
    assert years(Formation(sticky=True), [91, 46, 0], rolls, [6, 5]) == [[1, 3, 2], [0, 1, 3]]
    assert years(Formation(sticky=True), [91, 46, 0], rolls, [5, 2]) == [[1, 3, 1], [0, 1, 1]]


@given(
    st.lists(st.integers(0, 200), min_size=4, max_size=4),
    st.lists(st.lists(st.integers(0, 200), min_size=4, max_size=4), min_size=1, max_size=5),
    st.integers(4, 16),
    st.sampled_from([0.0, 15.0, 24.0]),
)
def test_equals_the_plain_version(base, rolls, rooms, merge_below):
    stage_of = np.array([0, 0, 1, 1])
    found = years(Formation(sticky=True, merge_below=merge_below), base, rolls, rooms, 45, stage_of)
    assert found == plain(base, rolls, rooms, [45] * 4, merge_below, {2})


@given(st.lists(st.lists(st.integers(0, 200), min_size=4, max_size=4), min_size=1, max_size=4), st.integers(0, 16))
def test_rules_that_say_nothing_are_the_free_ones(rolls, rooms):
    free = years(None, [0] * 4, rolls, rooms)
    assert years(Formation(), [0] * 4, rolls, rooms) == free


def test_schools_and_draws_do_not_touch_each_other():
    rng = np.random.default_rng(3)
    rolls, rooms = rng.integers(0, 160, (3, 4, 2, 6)), rng.integers(6, 20, (3, 4, 2))
    two = Ladder(("primary",), np.zeros(6, dtype=int), rolls[0, 0], np.array([14, 14]), np.full(6, 45))
    whole = formed(Formation(sticky=True), two, rolls, rooms, two.planned)
    for school in range(2):
        one = Ladder(("primary",), two.stage_of, two.rolls[school : school + 1], two.rooms[:1], two.planned)
        here = (slice(1, 2), slice(None), slice(school, school + 1))
        part = formed(Formation(sticky=True), one, rolls[here], rooms[here], one.planned)
        assert (part.count[0, :, 0] == whole.count[1, :, school]).all()
