"""Resource indicators of school groups: resources of all members over their pupils."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.balance_inputs import BalanceInputs
from sim.group_indicators import group_indicator_rows, of_members
from tests.sim.balance_worlds import AREA, BOOKS, county, primary


def group(one, *schools):
    groups = SimpleNamespace(groups={"alliance": np.array(schools)})
    one.details.groups = groups
    return group_indicator_rows(one)


def test_a_group_has_the_resources_of_its_members_over_their_pupils():
    stocks = {"teaching_area_m2": [1000.0, 600.0, 9000.0]}
    values = {(BOOKS, ""): [20.0, 40.0, 99.0]}
    one = county(primary(100, 300, 50), stocks, values, BalanceInputs(resources=(AREA, BOOKS)))
    rows = group(one, 0, 1).set_index("indicator")
    assert rows.loc[AREA, "mean"] == pytest.approx(1600 / 400)
    assert rows.loc[BOOKS, "mean"] == pytest.approx((100 * 20 + 300 * 40) / 400)
    assert set(rows["members"]) == {"s0 s1"}
    assert set(rows["kind"]) == {"group"}


def test_a_member_that_is_unknown_leaves_the_group_unknown_while_it_has_pupils():
    pupils = np.array([[[100, 0], [100, 50]]])
    value = np.array([[[10.0, np.nan], [10.0, np.nan]]])
    found = of_members(value, pupils)[0]
    assert found[0] == 10.0
    assert np.isnan(found[1])
    assert np.isnan(of_members(value, np.zeros_like(pupils))).all()
