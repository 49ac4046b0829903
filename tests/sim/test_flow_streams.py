"""Every stream of a future on its own: nobody is lost, it moves whom it should and nobody else."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.schema_migration import ExternalMigration, Families, MigrantChildren
from sim.migrants import PRIVATE
from tests.sim import busy, studies
from tests.sim.test_conservation import assert_conserved

DRAWS = np.arange(10)
MOVES = ("moved_in", "moved_out", "moved_within")


def rising(last):
    return {2023: 0.0, 2024: last, 2029: last}


STREAMS = {
    "faster town": ({"urban_share": {2023: 0.42, 2029: 0.65}}, {"moved_within"}),
    "slower town": ({"urban_share": {2023: 0.42, 2029: 0.38}}, {"moved_within"}),
    "locals come": ({"external_migration": ExternalMigration(local=rising(40.0))}, {"moved_in"}),
    "locals go": ({"external_migration": ExternalMigration(local=rising(-40.0))}, {"moved_out"}),
    "migrants come": ({"external_migration": ExternalMigration(migrant=rising(200.0))}, {"moved_in"}),
    "migrants go": ({"external_migration": ExternalMigration(migrant=rising(-200.0))}, {"moved_out"}),
    "with their parents": ({"families": Families(parents_leaving=rising(80.0))}, {"moved_out"}),
    "returning": ({"families": Families(returning=rising(60.0))}, {"moved_in"}),
    "shorter stays": ({"migrant_children": MigrantChildren(leaving=rising(200.0))}, {"moved_out"}),
    "public schools": (
        {
            "migrant_children": MigrantChildren(
                public_share={2023: 0.6, 2026: 0.95, 2029: 0.95}, conversion={2023: 0.5, 2029: 0.5}
            )
        },
        set(),
    ),
}


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    of = studies.study(busy.with_private(busy.write(tmp_path_factory.mktemp("busy"), seed=3), 160))
    base = of.bundle.futures["baseline"]
    made = {name: base.model_copy(update={"id": name, **changes}) for name, (changes, _) in STREAMS.items()}
    return replace(of, bundle=replace(of.bundle, futures={**of.bundle.futures, **made}))


def walk(of, future, plan="nothing"):
    return list(studies.walk(of, studies.case(of, future, plan, len(DRAWS), 3), DRAWS, 3))


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("plan", busy.PLANS)
def test_nobody_is_lost_in_any_stream(county, stream, plan):
    assert_conserved(county, stream, plan, DRAWS, seed=3)


@pytest.mark.parametrize("stream", STREAMS)
def test_a_stream_moves_whom_it_should_and_nobody_else(county, stream):
    flows = [end.flows for _, _, end in walk(county, stream)]
    found = {name for name in MOVES if any(getattr(flow, name).any() for flow in flows)}
    assert found == STREAMS[stream][1]


def test_migrant_pupils_change_to_public_schools_and_local_ones_do_not(county):
    """As many migrant pupils in all the first year, fewer of them private ever after; other homes are as they were."""
    of = replace(county, model=replace(county.model, divert_at=float("inf")))
    layout = of.model.layout
    migrant, private = layout.migrant, layout.pseudo.start + PRIVATE
    pairs = [(a[1].pupils, b[1].pupils) for a, b in zip(walk(of, "baseline"), walk(of, "public schools"), strict=True)]
    for before, after in pairs:
        np.testing.assert_array_equal(after[:, :, ~migrant], before[:, :, ~migrant])
        assert (after[:, private, migrant] <= before[:, private, migrant]).all()
    (first, changed), (last, at_last) = pairs[0], pairs[-1]
    np.testing.assert_array_equal(changed.sum(axis=1), first.sum(axis=1))
    assert changed[:, private, migrant].sum() < 0.9 * first[:, private, migrant].sum()
    assert at_last[:, private, migrant].sum() < 0.3 * last[:, private, migrant].sum()
    # The bureau of another county takes as many as before.
    other = private + 1
    np.testing.assert_array_equal(at_last[:, other, migrant], last[:, other, migrant])
