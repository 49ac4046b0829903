"""6 of 7: how many resource indicators a school reaches; standard schools, their share and targets."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.balance_inputs import BalanceInputs, Target
from sim.judge import Bound
from sim.school_standard_rows import (
    resource_rows,
    resource_verdicts,
    share_rows,
    standard_rows,
    target_verdicts,
)
from sim.summary import Assessment
from tests.sim.balance_worlds import county, primary
from tests.sim.clause_worlds import FIRST, bound

NAMES = tuple(f"i{number}" for number in range(7))


def school_rule(schools: int, **more) -> BalanceInputs:
    """Seven indicators with a threshold of 10, of which six are to be met, the other at 85 %."""
    thresholds = {(name, "primary"): bound(10.0, "primary", name, schools, code=f"{name}.p") for name in NAMES}
    return BalanceInputs(
        resources=NAMES,
        thresholds=thresholds,
        met=(bound(6.0, "primary", "resource_indicators_met", schools, code="LS.met"),),
        rest=(bound(0.85, "primary", "resource_indicator_shortfall", schools, code="LS.rest"),),
        **more,
    )


def values(*schools):
    """Imported values of the seven indicators, one row a school."""
    return {(name, ""): [row[i] for row in schools] for i, name in enumerate(NAMES)}


MET = [10.0] * 7
ONE_SHORT = [8.5, *[10.0] * 6]
ONE_FAR = [8.4, *[10.0] * 6]
TWO_SHORT = [9.9, 9.9, *[10.0] * 5]


@pytest.mark.parametrize(
    ("row", "met", "rest"),
    [
        (MET, "holds", "holds"),
        (ONE_SHORT, "holds", "holds"),
        (ONE_FAR, "holds", "fails"),
        (TWO_SHORT, "fails", "holds"),
        ([np.nan, *[10.0] * 6], "not-assessed", "not-assessed"),
        ([np.nan, 9.0, 9.0, *[10.0] * 4], "fails", "not-assessed"),  # whatever the unknown one is
        ([np.nan, 8.0, *[10.0] * 5], "not-assessed", "fails"),
    ],
)
def test_six_of_seven_and_85_percent(row: list[float], met: str, rest: str):
    one = county(primary(300, draws=200), values=values(row), balance=school_rule(1))
    found = resource_verdicts(one)
    own = found[found["scope"] == "school"].set_index("rule")["verdict"]
    assert own.to_dict() == {"LS.met": met, "LS.rest": rest}
    whole = found[found["scope"] == "county"].set_index("rule")["verdict"]
    assert whole.to_dict() == {"LS.met": met, "LS.rest": rest}


def test_what_is_missing_is_named():
    gone = [np.nan, 10.0, np.nan, *[10.0] * 4]
    one = county(primary(300, 300), values=values(MET, gone), balance=school_rule(2))
    found = resource_verdicts(one).set_index(["rule", "entity"])
    assert found.loc[("LS.met", "s1"), "source"] == "missing i0 i2"
    assert found.loc[("LS.met", "s0"), "verdict"] == "holds"
    assert found.loc[("LS.met", "county"), "verdict"] == "not-assessed"
    rows = resource_rows(one)
    assert set(rows["entity"]) == {"s0"}
    assert rows[rows["indicator"] == "resources_met"]["mean"].tolist() == [7.0]


def test_a_simulated_indicator_is_judged_by_draw():
    """2700 m2 carry 600 pupils at 4.5 m2 a head; six other indicators are met in every draw."""
    names = (*NAMES[:6], "teaching_area_per_pupil")
    inputs = school_rule(1)
    thresholds = {**inputs.thresholds, (names[6], "primary"): bound(4.5)}
    shorter = BalanceInputs(resources=names, thresholds=thresholds, met=inputs.met, rest=inputs.rest)
    rolls = [[[[0, n, 0, 0]]] for n in (600, 650, 800)]
    held = {(name, ""): [10.0] for name in names[:6]}
    one = county(rolls, {"teaching_area_m2": [2700.0]}, held, shorter)
    met, rest = (breach.broken[:, 0, 0].tolist() for breach, _ in one.resources)
    assert met == [False, False, False]  # six of seven is enough
    assert rest == [False, False, True]  # 600/650 = .92, 600/800 = .75


def test_a_standard_school_meets_the_rule_and_the_limits():
    inputs = school_rule(3, standard=("LS", "G4"), private=np.array([False, False, True]))
    one = county(primary(300, 300, 2100), values=values(MET, TWO_SHORT, MET), balance=inputs)
    size = Bound("G4.primary", "school_size", ("primary",), np.full(3, 2000.0))
    breach = SimpleNamespace(broken=one.now.result.rolls[..., 1] > 2000)
    object.__setattr__(one, "assessment", Assessment((size,), (FIRST, FIRST), 0.9))
    one.now.breaches = (breach,)
    assert one.standard.met[0, 0].tolist() == [True, False, False]
    rows = share_rows(one).set_index("indicator")["mean"]
    assert rows.to_dict() == pytest.approx(
        {"standard_share": 1 / 3, "standard_share:public": 1 / 2, "standard_share:private": 0.0}
    )
    assert standard_rows(one)["mean"].tolist() == [1.0, 0.0, 0.0]


def test_a_share_with_unknown_schools_has_a_least_and_a_most():
    inputs = school_rule(2, standard=("LS",))
    one = county(primary(300, 300), values=values(MET, [np.nan, *[10.0] * 6]), balance=inputs)
    rows = share_rows(one).set_index("indicator")["mean"]
    assert rows.to_dict() == {"standard_share_least": 0.5, "standard_share_most": 1.0}
    assert set(standard_rows(one)["entity"]) == {"s0"}


def test_targets_by_year_and_in_every_year():
    """Half of the schools are: 50 % is reached, 85 % is not, a year that is not simulated is not judged."""
    targets = (Target(0.5, "all", None), Target(0.85, "all", FIRST), Target(0.95, "all", 2016))
    inputs = school_rule(2, standard=("LS",), targets=targets)
    one = county(primary(300, 300, draws=100), values=values(MET, TWO_SHORT), balance=inputs)
    found = target_verdicts(one).set_index("rule")
    assert found["verdict"].to_dict() == {
        "SS.all": "holds", f"SS.all.{FIRST}": "fails", "SS.all.2016": "not-assessed",
    }  # fmt: skip
    assert found.loc["SS.all.2016", "source"] == "missing 2016"
    assert found.loc[f"SS.all.{FIRST}", "first_year"] == FIRST
    assert share_rows(one)["p_exceed"].tolist() == [1.0]  # of missing the highest target in force


def test_a_target_is_not_judged_where_unknown_schools_could_reach_it():
    inputs = school_rule(2, standard=("LS",), targets=(Target(0.9, "all", None),))
    unknown = [np.nan, *[10.0] * 6]
    one = county(primary(300, 300, draws=50), values=values(MET, unknown), balance=inputs)
    row = target_verdicts(one).iloc[0]
    assert (row["verdict"], row["source"]) == ("not-assessed", "missing standard_school")
    failing = county(primary(300, 300, draws=50), values=values(TWO_SHORT, unknown), balance=inputs)
    assert target_verdicts(failing).iloc[0]["verdict"] == "fails"


def test_a_pack_without_a_definition_has_no_standard_schools():
    one = county(primary(300), values=values(MET), balance=school_rule(1))
    assert one.standard is None
    assert share_rows(one).empty
    assert standard_rows(one).empty
