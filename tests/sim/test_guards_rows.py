"""The table of guards: shares of draws by hand."""

import numpy as np

from sim.guards import REGISTRY, Closing
from sim.guards_rows import closing_rows

SEATS, TRAVEL = (list(REGISTRY).index(name) for name in ("seats", "travel"))


def test_shares_of_draws_by_guard_and_year():
    by = np.zeros((4, 3, len(REGISTRY)), dtype=bool)
    by[0, :, SEATS] = True  # never opens in this draw
    by[1, 1, SEATS] = True  # due a year later, put off once
    by[:3, 0, TRAVEL] = True
    one = Closing(0, 0, np.ones(1, dtype=bool), despite=frozenset({"travel"}))
    rows = closing_rows("close", one, by, range(2024, 2027)).set_index(["guard", "year"])
    assert set(rows.index.get_level_values("guard")) == {"any", "seats", "travel"}
    assert rows.loc["seats", "p"].tolist() == [0.25, 0.5, 0.25]
    assert rows.loc["seats", "p_by"].tolist() == [0.25, 0.5, 0.5]
    assert rows.loc["travel", "p"].tolist() == [0.75, 0.0, 0.0]
    assert rows.loc["travel", "p_by"].tolist() == [0.75, 0.75, 0.75]
    assert rows.loc["travel", "set_aside"].tolist() == [1, 1, 1]
    assert rows.loc["any", "p"].tolist() == rows.loc["seats", "p"].tolist()  # what is set aside stops nothing


def test_a_closure_that_nothing_stops_is_told_as_such():
    rows = closing_rows("close", Closing(0, 0, np.ones(1, dtype=bool)), np.zeros((2, 2, len(REGISTRY)), bool), range(2))
    assert rows["guard"].tolist() == ["any", "any"]
    assert rows["p_by"].tolist() == [0.0, 0.0]
