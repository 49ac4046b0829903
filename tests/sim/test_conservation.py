"""Nobody is lost: in every year and draw the stocks change by the simulated flows; a roll is a sum over homes."""

import numpy as np
import pytest

from sim.seats import gather, school_totals
from sim.state import children
from tests.sim import busy, studies

DRAWS = np.arange(12)
LOADING = [(future, plan) for future in ("baseline", "high") for plan in ("do-nothing", "build")]
BUSY = [(future, plan) for future in busy.FUTURES for plan in busy.PLANS]


def assert_conserved(of, future, plan, draws=DRAWS, seed=1):
    model, one = of.model, studies.case(of, future, plan, int(max(draws)) + 1, seed)
    sums = gather(model)
    for before, after, end in studies.walk(of, one, draws, seed):
        flows = end.flows
        np.testing.assert_array_equal(children(after) - children(before), flows.net)
        for name in (
            "born",
            "died",
            "left",
            "arrived",
            "inbound",
            "moved_in",
            "moved_out",
            "moved_within",
            "graduated",
        ):
            assert (getattr(flows, name) >= 0).all(), name
        for stock in (after.residents, after.waiting, after.autumn, after.pupils):
            assert (stock >= 0).all()
        np.testing.assert_array_equal(end.rolls, school_totals(after.pupils, sums, model))
        assert_pupils_sit_where_they_may(model, after.pupils, end)
        _assert_ageing(model, before, after, end, future)


def assert_pupils_sit_where_they_may(model, pupils, end):
    """Padding is empty, schools hold the grades they host, closed schools nobody."""
    school = model.layout.slot_school.T
    assert not pupils[:, school < 0].any()
    hosts = np.vstack([model.hosts, np.zeros((1, model.hosts.shape[1]), dtype=bool)])
    assert not (pupils * ~hosts[school]).any()
    assert not end.rolls[~end.open].any()


def _assert_ageing(model, before, after, end, future):
    """Without moves residents only grow older and fewer."""
    if future == "baseline":
        assert (after.residents[:, :, 1:] <= before.residents[:, :, :-1]).all()
        assert (end.flows.moved_in + end.flows.moved_out + end.flows.moved_within == 0).all()


@pytest.mark.parametrize(("future", "plan"), LOADING)
@pytest.mark.parametrize("spread", ["study", "none"])
def test_loading_study(future, plan, spread):
    assert_conserved(studies.study(studies.LOADING, spread), future, plan, DRAWS if spread == "study" else DRAWS[:1])


@pytest.fixture(scope="module")
def busy_county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=3))


@pytest.mark.parametrize(("future", "plan"), BUSY)
def test_busy_county(busy_county, future, plan):
    assert_conserved(busy_county, future, plan)


@pytest.mark.slow
@pytest.mark.parametrize("plan", ["do-nothing", "county-plan", "compact"])
def test_majiang(plan):
    of = studies.study(studies.MAJIANG, "study")
    for future in of.bundle.futures:
        assert_conserved(of, future, plan)


def test_moves_between_homes_cancel_out(busy_county):
    """Who moves inside the county leaves one home and arrives at another: `moved_within` is not in the balance."""
    one = studies.case(busy_county, "fast", "nothing", 12)
    within = sum(int(end.flows.moved_within.sum()) for _, _, end in studies.walk(busy_county, one, DRAWS))
    assert within > 0


def test_the_base_year_holds_every_pupil_on_record(busy_county):
    for of in (busy_county, studies.study(studies.LOADING), studies.study(studies.TINY)):
        model, table = of.model, of.bundle.tables["enrolment"]
        rolls = school_totals(model.pupils.transpose(1, 0, 2)[None], gather(model), model)[0]
        for row in table[table["year"] == model.base_year].itertuples():
            place = model.layout.schools.index(row.school), model.grades.names.index(row.grade)
            assert rolls[place] == row.pupils, row
