"""Streams: golden values against plain whole numbers, uniform, neighbours independent, the same in every block."""

import numpy as np
import pytest
from scipy import stats

from sim.streams import combine, entities, entity, mix, normal, uniform
from verification import reference_chance as plain

SEED = 20230901
DRAWS = np.arange(2000)


def numbers(seed=SEED, name="progression/leavers", year=2024, ids=("u1|local",), draws=DRAWS):
    return uniform(seed, name, year, entities(list(ids)), np.asarray(draws))


@pytest.mark.parametrize("seed", [0, 1, SEED, -5, 2**70 + 3])
@pytest.mark.parametrize("year", [0, 2024, -3])
def test_golden_values_of_the_plain_version(seed, year):
    ids = ("u1|local", "麻江", "")
    got = numbers(seed, "births", year, ids, [0, 1, 999_999])
    for i, draw in enumerate((0, 1, 999_999)):
        for j, name in enumerate(ids):
            assert got[i, j] == plain.Stream(seed, draw).uniform("births", year, plain.key_of(name))


def test_golden_values_written_down():
    """Numbers of today: whoever changes the hash changes every published run, and must say so."""
    assert int(entity("u1|local")) == plain.key_of("u1|local") == 0x2AC50B5E57AEB6B9
    assert int(mix(np.array([1], dtype=np.uint64))[0]) == plain.mix(1) == 0x5692161D100B05E5
    assert numbers(draws=[0, 1])[:, 0].tolist() == [0.9897782277635128, 0.9775231547017955]


def test_keys_of_a_thing_and_a_number():
    keys = combine(entities(["a", "b"])[:, None], np.array([2016, -1, 0]))
    assert keys.tolist() == [[plain.combine(plain.key_of(t), n) for n in (2016, -1, 0)] for t in ("a", "b")]


def test_numbers_lie_inside_the_open_interval():
    values = numbers(ids=[f"c{i}" for i in range(300)])
    assert values.min() > 0.0
    assert values.max() < 1.0
    assert (1.0 - values).min() > 0.0


@pytest.mark.parametrize("axis", ["draws", "entities", "years", "names"])
def test_uniform_along_every_axis(axis):
    n = 4000
    values = {
        "draws": lambda: numbers(draws=np.arange(n)).ravel(),
        "entities": lambda: numbers(ids=[f"u{i:03d}|local" for i in range(n)], draws=[7]).ravel(),
        "years": lambda: np.concatenate([numbers(year=y, draws=[7]).ravel() for y in range(n)]),
        "names": lambda: np.concatenate([numbers(name=f"stream{i}", draws=[7]).ravel() for i in range(n)]),
    }[axis]()
    assert stats.kstest(values, "uniform").pvalue > 0.001
    digits = np.bincount((values * 256).astype(int), minlength=256)
    assert stats.chisquare(digits).pvalue > 0.001


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"draws": DRAWS + 1}),
        ({}, {"year": 2025}),
        ({}, {"seed": SEED + 1}),
        ({}, {"name": "progression/arrivals"}),
        ({}, {"ids": ("u2|local",)}),
        ({}, {"ids": ("u1|migrant",)}),
    ],
)
def test_neighbours_are_independent(one, other):
    a, b = numbers(**one).ravel(), numbers(**other).ravel()
    assert abs(np.corrcoef(a, b)[0, 1]) < 4.0 / np.sqrt(len(a))
    table = np.histogram2d(a, b, bins=8, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(table.ravel()).pvalue > 0.001


def test_blocks_of_draws_and_orders_of_entities_do_not_matter():
    ids = [f"c{i}" for i in range(20)]
    whole = numbers(ids=ids)
    assert (np.concatenate([numbers(ids=ids, draws=DRAWS[:7]), numbers(ids=ids, draws=DRAWS[7:])]) == whole).all()
    assert (numbers(ids=ids[::-1])[:, ::-1] == whole).all()


def test_shape_follows_the_keys():
    keys = entities(["a", "b", "c", "d", "e", "f"]).reshape(2, 3)
    assert uniform(1, "x", 2024, keys, np.arange(5)).shape == (5, 2, 3)


def test_normal_numbers_are_normal():
    values = normal(SEED, "school/trait", 2024, entities(["s"]), np.arange(20_000)).ravel()
    assert stats.kstest(values, "norm").pvalue > 0.001
    assert np.isfinite(values).all()
    stream = plain.Stream(SEED, 3)
    np.testing.assert_allclose(values[3], stream.normal("school/trait", 2024, plain.key_of("s")), rtol=1e-12)
