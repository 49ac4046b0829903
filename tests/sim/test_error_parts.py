"""Errors made of known parts are taken apart again."""

import numpy as np
import pandas as pd
import pytest

from sim.backtest import backtest
from sim.baselines import naive
from sim.error_parts import error_parts, kinds, parts_of
from tests.sim.panels import panel_of

TRUE = {"year": 0.02, "district": 0.03, "level": 0.04, "drift": 0.08, "own": 0.05}


def made(phi: float, districts: int = 12, origins: int = 30, schools: int = 8, grades: int = 7):
    random = np.random.default_rng(11)
    o, d, s, g = (
        axis.ravel() for axis in np.meshgrid(*map(np.arange, (origins, districts, schools, grades)), indexing="ij")
    )
    draw = {name: sd * random.normal(size=(origins, districts, schools, grades)) for name, sd in TRUE.items()}
    expected = random.uniform(15, 120, o.size)
    error = (
        draw["year"][o, 0, 0, 0]
        + draw["district"][o, d, 0, 0]
        + draw["level"][o, d, 0, g]
        + draw["drift"][o, d, s, 0]
        + draw["own"][o, d, s, g]
        + np.sqrt(phi / expected) * random.normal(size=o.size)
    )
    groups = [o, o * 100 + d, (o * 100 + d) * 100 + g, (o * 100 + d) * 100 + s]
    return error, expected, groups


def test_parts_of_made_errors_are_found_again() -> None:
    found = parts_of(*made(0.5))
    for name, sd in TRUE.items():
        assert np.sqrt(getattr(found, name)) == pytest.approx(sd, rel=0.25), name
    assert found.phi == pytest.approx(0.5, rel=0.1)
    assert found.cells == 12 * 30 * 8 * 7


def test_chance_alone_has_no_other_part() -> None:
    error, expected, groups = made(0.5)
    pure = np.sqrt(0.6 / expected) * np.random.default_rng(2).normal(size=expected.size)
    found = parts_of(pure, expected, groups)
    assert found.phi == pytest.approx(0.6, rel=0.05)
    assert max(found.year, found.district, found.level, found.drift, found.own) < 0.01**2 * 4
    assert error.shape == pure.shape


def test_one_district_puts_what_its_schools_share_into_the_year() -> None:
    found = parts_of(*made(0.5, districts=1, origins=300))
    assert np.sqrt(found.year) == pytest.approx(np.hypot(TRUE["year"], TRUE["district"]), rel=0.2)
    assert np.isnan(found.district)


def test_one_grade_only_cannot_tell_the_school_from_the_cell() -> None:
    found = parts_of(*made(0.5, grades=1, origins=200))
    assert np.isnan(found.drift)
    assert np.sqrt(found.level) == pytest.approx(np.hypot(TRUE["level"], TRUE["district"]), rel=0.3)
    assert found.own + found.phi / 60 == pytest.approx(TRUE["own"] ** 2 + TRUE["drift"] ** 2 + 0.5 / 60, rel=0.15)


def test_kinds_by_hand() -> None:
    none = [np.nan] * 6
    panel = panel_of({"a": [[20.0] * 6, [20.0] * 6, none, none], "b": [none, none, [30.0] * 6, [30.0] * 6]})
    pairs = backtest(panel, 2, {"naive": naive})
    cells = pairs[pairs["level"] == "school-grade"]
    found = dict(zip(zip(cells["grade"], cells["horizon"], strict=True), kinds(panel, cells), strict=True))
    assert {key: str(kind) for key, kind in found.items()} == {
        ("K", 1): "new",
        ("1", 1): "moved",
        ("2", 1): "entered",
        ("3", 1): "moved",
        ("K", 2): "new",
        ("1", 2): "new",
        ("2", 2): "entered",
        ("3", 2): "entered",
    }


def test_rows_of_a_backtest_are_read() -> None:
    rows = pd.DataFrame(
        {
            "level": "school-grade",
            "origin": 2005,
            "horizon": [1, 1, 1, 2],
            "district": "d",
            "school": ["a", "a", "b", "a"],
            "grade": ["1", "2", "1", "1"],
            "actual": [20.0, 30.0, 40.0, 99.0],
            "schoolplan": [20.0, 30.0, 40.0, 1.0],
        }
    )
    found = error_parts(rows, 1)
    assert (found.cells, found.drift, found.own, found.phi) == (3, 0.0, 0.0, 0.0)
