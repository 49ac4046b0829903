"""Members added within each draw: closed forms, one member alone, packing."""

import numpy as np
import pandas as pd
import pytest

from sim.quantiles import QUANTILE_NAMES
from sim.rollup import Clause, Kept, Key, added, clause_rows, series_rows
from sim.rollup_keep import packed, unpacked
from verification import rollup_reference as loops

ROLL = Key("roll", "all", "pupils")
YEARS = (2024, 2025, 2026)


def made(values: np.ndarray, schools: np.ndarray | None = None, years: tuple[int, ...] = YEARS) -> Kept:
    """A case of a member: pupils [draw, year] and schools over a limit [draw, year]."""
    over = np.zeros(values.shape, dtype=np.int64) if schools is None else schools
    clause = Clause("all", over.max(axis=1), over.max(axis=1) * 10, over > 0, over * 10)
    return Kept(years, (years[0], years[-1]), 0.9, {ROLL: values}, {"all": clause})


def spread(seed: int, draws: int = 4001) -> np.ndarray:
    """Normal numbers of sd 100 around 1000, the same in every year."""
    one = np.random.default_rng(seed).normal(1000.0, 100.0, draws)
    return np.rint(np.repeat(one[:, None], len(YEARS), axis=1)).astype(np.int64)


def test_the_interval_of_a_sum_is_not_the_sum_of_intervals() -> None:
    a, b = spread(1), spread(2)
    rows = series_rows(added([made(a), made(b)]), "city")
    first = rows[rows["year"] == 2024].iloc[0]
    half = first["p95"] - first["p50"]
    # Independent: sd 100 x 2^1/2; the sum of the members' quantiles would be twice 1.645 x 100.
    assert half == pytest.approx(1.6449 * 100.0 * np.sqrt(2.0), rel=0.05)
    parts = sum(np.quantile(x[:, 0], 0.95) - np.quantile(x[:, 0], 0.5) for x in (a, b))
    assert half < 0.78 * parts
    # The same world in both: quantiles do add.
    twice = series_rows(added([made(a), made(a)]), "city")
    for name in QUANTILE_NAMES:
        np.testing.assert_allclose(twice[name], 2.0 * series_rows(made(a), "a")[name])


def test_the_chance_that_nobody_breaks_a_clause_is_the_product_for_independent_members() -> None:
    random = np.random.default_rng(3)
    members = [(random.random((20_000, 3)) < 0.05).astype(np.int64) for _ in range(3)]
    kept = added([made(np.zeros_like(one), one) for one in members])
    row = clause_rows(kept, "city", "programme").iloc[0]
    assert row["probability"] == pytest.approx(0.95**9, abs=0.011)
    assert row["probability"] == loops.holds([one.tolist() for one in members], range(3))
    alone = clause_rows(made(np.zeros_like(members[0]), members[0]), "a", "county").iloc[0]
    assert alone["probability"] == pytest.approx(0.95**3, abs=0.008)


def test_schools_and_members_that_nine_of_ten_worlds_do_not_exceed() -> None:
    draws = 10
    a, b = np.zeros((draws, 3), dtype=np.int64), np.zeros((draws, 3), dtype=np.int64)
    a[:5, 0], b[:4, 2] = 2, 3  # four worlds with five schools in two members, one with two in one
    row = clause_rows(added([made(a, a), made(b, b)]), "city", "programme").iloc[0]
    assert (row["schools_over_p90"], row["members_over_p90"]) == (5.0, 2.0)
    assert row["probability"] == 0.5
    assert row["pupils_over_p90"] == 50.0


def test_only_years_and_draws_in_common_are_added() -> None:
    a, b = spread(1, 10), spread(2, 10)
    kept = added([made(a), made(b, years=(2025, 2026, 2027))])
    assert kept.years == (2025, 2026)
    np.testing.assert_array_equal(kept.series[ROLL], a[:, 1:] + b[:, :2])
    with pytest.raises(ValueError, match="year in common"):
        added([made(a), made(b, years=(2030, 2031, 2032))])
    with pytest.raises(ValueError, match="draws"):
        added([made(a), made(spread(2, 9))])
    with pytest.raises(ValueError, match="no members"):
        added([])


def test_the_order_of_members_and_their_grouping_do_not_matter() -> None:
    parts = [made(spread(i, 50), spread(i + 9, 50) % 2) for i in range(3)]
    forth, back = added(parts), added(parts[::-1])
    pd.testing.assert_frame_equal(series_rows(forth, "x"), series_rows(back, "x"))
    pd.testing.assert_frame_equal(clause_rows(forth, "x", "y"), clause_rows(back, "x", "y"))
    nested = added([added(parts[:2]), parts[2]])
    np.testing.assert_array_equal(nested.series[ROLL], forth.series[ROLL])
    np.testing.assert_array_equal(nested.clauses["all"].schools, forth.clauses["all"].schools)


def test_what_is_packed_comes_back_and_packs_to_the_same_bytes() -> None:
    cases = {("low", "build"): made(spread(1, 8), spread(2, 8) % 3), ("high", "build"): made(spread(3, 8))}
    content = packed(cases)
    again = unpacked(content)
    assert list(again) == list(cases)
    assert packed(again) == content
    for key, kept in cases.items():
        pd.testing.assert_frame_equal(series_rows(again[key], "x"), series_rows(kept, "x"))
        pd.testing.assert_frame_equal(clause_rows(again[key], "x", "y"), clause_rows(kept, "x", "y"))
