"""Pupils by home and school: the same children that a loop over slots counts, whatever the blocks of draws."""

from itertools import product

import numpy as np
import pytest

from sim import ensemble
from sim.bounds import bounds
from sim.details import details_of
from sim.engine import simulate
from sim.pairs import pair_sums, roll_sums, tally
from sim.summary import Assessment
from tests.sim import busy as busy_study
from tests.sim import studies


@pytest.fixture(scope="module")
def layout():
    return studies.study(studies.TINY).model.layout


def pupils(layout, draws: int = 3):
    slots, cells = layout.slot_school.shape[1], len(layout.cells)
    return np.random.default_rng(7).integers(0, 40, (draws, slots, cells, 2)).astype(np.int32)


def test_every_child_at_a_school_of_the_study_is_counted_once(layout) -> None:
    given = pupils(layout)
    found = pair_sums(given, layout)
    assert found.shape == (len(layout.units), len(layout.schools), 2)
    expected = np.zeros_like(found)
    for cell, row in enumerate(layout.slot_school):
        for slot, school in enumerate(row):
            if 0 <= school < len(layout.schools) and layout.unit_of[cell] >= 0:
                expected[layout.unit_of[cell], school] += given[:, slot, cell].sum(axis=0)
    assert np.array_equal(found, expected)
    assert found.sum() > 0


def test_homes_outside_and_pseudo_schools_are_left_out(layout) -> None:
    given = pupils(layout)
    inside = given.copy()
    inside[:, :, layout.unit_of < 0] = 0
    inside[:, layout.pseudo] = 0
    assert inside.sum() < given.sum()
    assert np.array_equal(pair_sums(inside, layout), pair_sums(given, layout))


def test_blocks_of_draws_add_up(layout) -> None:
    given = pupils(layout, draws=5)
    assert np.array_equal(pair_sums(given[:2], layout) + pair_sums(given[2:], layout), pair_sums(given, layout))


YEARS = (2023, 2025, 2026)


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    return studies.until(studies.study(busy_study.write(tmp_path_factory.mktemp("pairs"), 3), "study"), 2026)


def test_pairs_add_up_to_the_rolls_of_schools_and_the_pupils_of_units(busy) -> None:
    """Every year and plan: by school (homes outside the county as well) and, with the pseudo-schools, by unit."""
    model, draws = busy.model, 4
    cases = [
        studies.case(busy, future, plan, draws)
        for future, plan in product(busy.bundle.futures, ("nothing", "everything"))
    ]
    kept = tally(model, len(cases), YEARS)
    results = simulate(model, cases, 1, np.arange(draws), kept)
    pseudo = model.layout.slot_school >= len(model.layout.schools)
    for number, result in enumerate(results):
        for at, year in enumerate(YEARS):
            now = kept.total[number, at]
            if year == model.base_year:
                continue
            rolls = roll_sums(now[None], model.layout)
            assert np.array_equal(rolls, result.rolls[:, year - model.base_year - 1].sum(axis=0))
            inside = pair_sums(now[None], model.layout)
            elsewhere = np.zeros(len(model.layout.units), dtype=np.int64)
            for cell, unit in enumerate(model.layout.unit_of):
                if unit >= 0:
                    elsewhere[unit] += now[pseudo[cell], cell].sum()
            assert np.array_equal(
                inside.sum(axis=(1, 2)) + elsewhere, result.pupils[:, year - model.base_year - 1].sum(axis=0)
            )
    assert not np.array_equal(kept.total[0, 2], kept.total[1, 2])


def test_the_base_year_is_the_base_year_fit(busy) -> None:
    kept = tally(busy.model, 1, YEARS)
    simulate(busy.model, [studies.case(busy, "baseline", "nothing", 3)], 1, np.arange(3), kept)
    assert np.array_equal(kept.total[0, 0], 3 * busy.model.pupils.transpose(1, 0, 2))


def test_a_tally_over_blocks_is_that_of_all_draws(busy) -> None:
    one = studies.case(busy, "baseline", "everything", 5)
    whole, parts = tally(busy.model, 1, YEARS), tally(busy.model, 1, YEARS)
    simulate(busy.model, [one], 1, np.arange(5), whole)
    for draws in (np.arange(2), np.arange(2, 5)):
        simulate(busy.model, [one], 1, draws, parts)
    assert np.array_equal(whole.total, parts.total)


@pytest.mark.slow
def test_kept_pairs_are_the_same_for_any_workers(busy, tmp_path, monkeypatch) -> None:
    """Blocks and processes: the same sums, and rooms of the years that are kept."""
    found = []
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        draws = ensemble.BLOCK + 3
        cases = (studies.case(busy, "baseline", "everything", draws),)
        judged = Assessment(tuple(bounds(busy.bundle, busy.model)), (2024, 2026), 0.9)
        details = details_of(busy.bundle, busy.model)
        job = ensemble.Job(busy.model, cases, judged, details, "busy", "baseline", 1, draws, folder, YEARS)
        ensemble.run(job, workers, lambda *_: None)
        found.append(ensemble.pairs_of(job, 0))
    assert np.array_equal(found[0].pupils, found[1].pupils)
    assert np.array_equal(found[0].rooms, found[1].rooms)
    assert np.array_equal(found[0].rooms[0], draws * np.where(busy.model.exists, busy.model.rooms, 0))
