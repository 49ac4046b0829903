"""What a future says and what the ratios hold: reclassified units, purged ratios, families, migrant children."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios.schema_base import path_value
from scenarios.schema_migration import ExternalMigration, Families, MigrantChildren, Migration
from sim.across import MIGRANT, TOWN, VILLAGE
from sim.engine import simulate
from sim.future_flows import held, moved_share, registered_window, stated, urban_path, urban_rates, urban_share
from sim.futures import future_rates
from sim.reference_rolls import forecast_rolls
from sim.tables import children
from tests.sim import busy, studies
from tests.sim.test_reference import assert_equal


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=7))


def with_future(of, **changes):
    """The study with one more future: the reference with some parts changed."""
    base = of.bundle.futures["baseline"]
    made = base.model_copy(update={"id": "made", **changes})
    return replace(of, bundle=replace(of.bundle, futures={**of.bundle.futures, "made": made}))


def rates(of, name="made"):
    return future_rates(of.bundle, of.model, of.bundle.futures[name])


def with_ratios(of, ratios, table=None):
    study = of.bundle.study
    window = study.learning_window.model_copy(update={"ratios": ratios})
    tables = of.bundle.tables if table is None else {**of.bundle.tables, "transfers": table}
    return replace(
        of, bundle=replace(of.bundle, study=study.model_copy(update={"learning_window": window}), tables=tables)
    )


def share_of(of, unit):
    model = of.model
    children_of = model.residents.sum(axis=1) + model.pupils.sum(axis=(1, 2))
    inside = model.layout.unit_of >= 0
    return float(children_of[model.layout.unit_of == model.layout.units.index(unit)].sum() / children_of[inside].sum())


def test_a_reclassified_unit_raises_the_official_share_and_moves_nobody(county):
    path = county.bundle.futures["baseline"].urban_share
    official = {year: np.interp(year, list(path), list(path.values())) for year in range(2023, 2030)}
    raised = {year: value + share_of(county, "u8") * (year >= 2026) for year, value in official.items()}
    counted = rates(with_future(county, urban_share=raised, reclassified={"u8": 2026}))
    assert not counted.urban.any()
    assert not any(counted.moves(i) for i in range(len(counted.urban)))
    assert rates(with_future(county, urban_share=raised)).urban[3] > 0.01  # without it the jump is read as moves


def test_a_share_that_reclassified_units_use_up_is_refused(county):
    few = with_future(county, urban_share={2023: 0.03, 2029: 0.04}, reclassified={"u8": 2025})
    with pytest.raises(ValueError, match="reclassified"):
        moved_share(few.model, few.bundle.futures["made"])


def test_families_act_as_differences_by_age_and_group(county):
    families = Families(
        parents_leaving={2023: 0.0, 2029: 40.0},
        left_behind_share={2023: 0.25, 2029: 0.25},
        returning={2023: 0.0, 2029: 12.0},
        returning_profile={"primary": 1.0},
    )
    made = with_future(county, families=families)
    lines = rates(made).lines
    np.testing.assert_allclose(lines.leaving[-1, VILLAGE], 0.04 * 0.75)
    assert not lines.leaving[:, [TOWN, MIGRANT]].any()
    assert not lines.coming[:, [TOWN, MIGRANT]].any()
    assert lines.coming[-1, VILLAGE, 4:8].min() > 0.012  # all who return are of primary age
    assert not lines.coming[-1, VILLAGE, :4].any()
    np.testing.assert_allclose(stated(made.bundle, made.model, made.bundle.futures["made"]).staying[-1], 0.01)
    same = replace(
        made, bundle=replace(made.bundle, futures={**made.bundle.futures, "baseline": made.bundle.futures["made"]})
    )
    assert not any(rates(same).moves(i) for i in range(7))


def test_fewer_left_behind_is_a_larger_flow_out(county):
    def leaving(share):
        families = Families(parents_leaving={2023: 40.0, 2029: 40.0}, left_behind_share={2023: share, 2029: share})
        reference = county.bundle.futures["baseline"].model_copy(
            update={"families": families.model_copy(update={"left_behind_share": {2023: 0.6, 2029: 0.6}})}
        )
        futures = {**county.bundle.futures, "baseline": reference}
        return rates(with_future(replace(county, bundle=replace(county.bundle, futures=futures)), families=families))

    fewer, more = leaving(0.3).lines, leaving(0.9).lines
    np.testing.assert_allclose(fewer.leaving[-1, VILLAGE], 0.04 * 0.3)
    np.testing.assert_allclose(more.coming[-1, VILLAGE], 0.04 * 0.3)  # fewer leave than the ratios hold
    assert not more.leaving.any()


def test_a_shorter_stay_of_migrant_children_is_a_flow_out(county):
    stay = MigrantChildren(leaving={2023: 0.0, 2029: 50.0})
    lines = rates(with_future(county, migrant_children=stay)).lines
    np.testing.assert_allclose(lines.leaving[-1, MIGRANT], 0.05)
    assert not lines.leaving[:, [TOWN, VILLAGE]].any()
    assert not lines.coming.any()


def test_a_profile_keeps_the_yearly_rate(county):
    outside = ExternalMigration(local={2023: 0.0, 2029: 30.0}, local_profile={"0-3": 0.1, "primary": 0.6, "8": 0.3})
    made = rates(with_future(county, external_migration=outside))
    assert made.local[-1] == pytest.approx(0.03)
    np.testing.assert_array_equal(made.lines.coming[:, TOWN], made.lines.coming[:, VILLAGE])
    assert made.lines.coming[-1, TOWN, 4:8].min() > 0.03 > made.lines.coming[-1, TOWN, :4].max()


def transfers(of, village, town):
    """Every school and year: out of village schools to town schools, each grade alike."""
    rolls = of.bundle.tables["enrolment"]
    urban = dict(zip(of.bundle.tables["units"]["unit"], of.bundle.tables["units"]["urban"], strict=True))
    home = dict(zip(of.bundle.tables["schools"]["school"], of.bundle.tables["schools"]["unit"], strict=True))
    rows = rolls[rolls["year"] < of.bundle.study.base_year].copy()
    rural = ~rows["school"].map(home).map(urban).astype(bool)
    rows["in"] = np.where(rural, 0, np.rint(rows["pupils"] * town))
    rows["out"] = np.where(rural, np.rint(rows["pupils"] * village), 0)
    return rows[["school", "grade", "year", "in", "out"]]


def test_with_purged_ratios_the_registered_mean_stands_for_the_window(county):
    table = transfers(county, 0.2, 0.1)
    purged = with_ratios(county, "purged", table)
    window = registered_window(purged.bundle)
    assert window.external < 0.2
    assert window.to_town == pytest.approx(window.external + 0.2, abs=0.05)  # villages lost a fifth, rounded
    found = rates(purged, "fast")
    own = stated(purged.bundle, purged.model, purged.bundle.futures["fast"])
    np.testing.assert_allclose(found.local, own.local.rate - window.external)
    already = held(purged.bundle, purged.model)
    assert (already.urban[1:] == window.to_town).all()
    extra = own.urban - window.to_town
    assert (np.sign(found.urban[1:]) == np.sign(extra[1:])).all()


def path_of(of, rate):
    """An urban share along which villages lose that part of their children every year."""
    base = path_value(of.bundle.futures["baseline"].urban_share, of.model.base_year)
    own = 1.0 - (1.0 - urban_share(of.model)) * (1.0 - rate) ** np.arange(len(of.model.years) + 1)
    logit = np.log(own / (1.0 - own))
    official = 1.0 / (1.0 + np.exp(-(np.log(base / (1.0 - base)) + logit - logit[0])))
    return {of.model.base_year + i: float(share) for i, share in enumerate(official)}


def test_the_reference_future_that_states_the_registered_mean_is_the_forecast(county):
    """Draw for draw; any other number adds its difference, and the sum of the streams tells how much."""
    purged = with_ratios(county, "purged", transfers(county, 0.06, 0.02))
    purged = replace(purged, model=replace(purged.model, divert_at=float("inf")))
    window = registered_window(purged.bundle)
    usual = dict.fromkeys((2023, 2029), 1000.0 * window.external)
    outside = ExternalMigration(local=usual, migrant=usual)
    stating = with_future(purged, urban_share=path_of(purged, window.to_town), external_migration=outside)
    assert not any(rates(stating).moves(i) for i in range(1, 7))
    draws = np.arange(4)
    result = simulate(stating.model, [studies.case(stating, "made", "nothing", 4, 3)], 3, draws)[0]
    np.testing.assert_array_equal(result.rolls, forecast_rolls(stating.model, 3, draws))
    silent = rates(purged, "baseline")
    np.testing.assert_allclose(silent.local, -window.external)
    assert silent.urban[1:].any()


def test_net_ratios_hold_what_the_reference_says(county):
    already = held(county.bundle, county.model)
    base = stated(county.bundle, county.model, county.bundle.futures["baseline"])
    np.testing.assert_array_equal(already.urban, base.urban)
    path = urban_path(moved_share(county.model, county.bundle.futures["baseline"]), urban_share(county.model))
    np.testing.assert_array_equal(base.urban, urban_rates(path))


def test_registered_children_become_residents_by_the_declared_factor(county):
    table = county.bundle.tables["children"]
    layout = county.model.layout
    index, cells = {cell: i for i, cell in enumerate(layout.cells)}, len(layout.cells)
    study = county.bundle.study.model_copy(update={"children_base": "hukou", "resident_per_hukou": 0.8})
    found = children(replace(county.bundle, study=study), index, cells)
    plain = children(county.bundle, index, cells)
    np.testing.assert_allclose(found[~layout.migrant], 0.8 * plain[~layout.migrant])
    np.testing.assert_array_equal(found[layout.migrant], plain[layout.migrant])
    assert isinstance(table, pd.DataFrame)


def test_ways_are_made_where_somebody_moves(county):
    fast, base = rates(county, "fast"), rates(county, "baseline")
    assert fast.decay_km == county.bundle.study.migration.decay_km
    assert (fast.to_town is not None) == bool((fast.urban > 0).any())
    assert base.to_town is None
    assert base.to_villages is None


@pytest.mark.parametrize("spread", ["study", "none"])
def test_the_plain_reference_moves_the_same_children(tmp_path, spread):
    """Profiles, families, stays, a shared stream and a slower town: engine and loops agree, number for number."""
    of = studies.study(busy.with_private(busy.write(tmp_path, seed=5), 160), spread)
    made = with_future(
        of,
        urban_share={2023: 0.42, 2026: 0.41, 2029: 0.60},
        external_migration=ExternalMigration(
            local={2023: 0.0, 2029: -30.0}, migrant={2023: 0.0, 2024: 150.0, 2029: 150.0}, local_profile={"0-8": 1.0}
        ),
        families=Families(
            parents_leaving={2023: 60.0, 2029: 90.0},
            left_behind_share={2023: 0.4, 2029: 0.2},
            returning={2023: 30.0, 2029: 50.0},
            returning_profile={"primary": 0.8, "0-3": 0.2},
        ),
        migrant_children=MigrantChildren(
            leaving={2023: 100.0, 2029: 60.0},
            public_share={2023: 0.6, 2026: 0.9, 2029: 0.5},
            conversion={2023: 0.0, 2024: 0.6, 2029: 0.6},
        ),
    )
    study = made.bundle.study.model_copy(update={"migration": Migration(decay_km=1.5, county_stream_below=1000)})
    made = replace(made, bundle=replace(made.bundle, study=study))
    one = rates(made)
    assert one.stream is not None
    assert one.to_town is not None
    assert one.to_villages is not None
    assert one.public.conversion[1:4].any()
    assert one.public.private_odds[3] < 1.0 < one.public.private_odds[-1]
    assert_equal(made, "made", "everything", [0] if spread == "none" else [1], seed=5)
