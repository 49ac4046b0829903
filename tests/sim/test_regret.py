"""Regret, the value of waiting and the worth of a second phase, from numbers worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from sim.regret import OTHER, PHASE, WAITING, Built, Outcome, option_of, option_rows, outcome_of, regret_rows
from sim.signals import Place
from sim.triggers import Rule
from tests.sim import adaptive_cases as cases
from tests.sim.money_study import pair

RULE = Rule(0, "start", "pupils", Place(), 1.0, None, 1, 0, 2023, 2030)


def outcome(short, unused, capital, projects="ab", watched="", phases=""):
    totals = {"short": short, "unused": unused, "capital": capital}
    made = {name: np.array(values, dtype=float) for name, values in totals.items()}
    built = {Built((name,), (RULE,) if name in watched + phases else (), name in phases) for name in projects}
    return Outcome(made, frozenset(built))


FIXED = outcome([0, 0], [10, 30], [100, 100])
WAITS = outcome([4, 0], [10, 0], [100, 0], watched="b")
NOTHING = outcome([20, 4], [0, 0], [0, 0], projects="")


def test_regret_is_what_the_best_plan_of_the_future_would_have_saved():
    rows = regret_rows({"fixed": FIXED, "waits": WAITS, "nothing": NOTHING}).set_index(["measure", "plan"])
    assert rows.loc["short", "regret"].to_dict() == {"fixed": 0.0, "waits": 2.0, "nothing": 12.0}
    assert rows.loc["unused", "regret"].to_dict() == {"fixed": 20.0, "waits": 5.0, "nothing": 0.0}
    assert rows.loc["capital", "value"].to_dict() == {"fixed": 100.0, "waits": 50.0, "nothing": 0.0}
    assert regret_rows({"fixed": FIXED}).empty


def test_waiting_is_held_against_the_same_projects_in_the_same_draws():
    rows = option_rows({"fixed": FIXED, "waits": WAITS})
    assert set(rows["plan"]) == {"waits"}
    assert set(rows["option"]) == {WAITING}
    short = rows.set_index("measure").loc["short"]
    assert (short["mean"], short["p_less"], short["p_more"]) == (2.0, 0.0, 0.5)
    unused = rows.set_index("measure").loc["unused"]
    assert (unused["mean"], unused["p05"], unused["p_less"]) == (-15.0, pytest.approx(-28.5), 0.5)


def test_a_second_phase_is_held_against_the_plan_without_it():
    phased = outcome([0, 0], [0, 0], [0, 0], projects="abc", phases="c")
    assert option_of(phased, FIXED) == PHASE
    assert option_of(phased, WAITS) == OTHER  # project b waits in the other one
    assert option_of(phased, NOTHING) == OTHER
    assert option_of(WAITS, phased) == OTHER


def test_other_projects_under_the_same_names_are_no_value_of_waiting():
    larger = Outcome(FIXED.totals, frozenset({Built(("a",)), Built(("b", "36 rooms"))}))
    assert option_of(WAITS, larger) == OTHER


def test_totals_are_those_of_the_finished_case(tmp_path):
    """Pupils above seats and seats above pupils of all schools and years, and the capital of the calendar."""
    from sim import ensemble
    from sim.ladders import whole

    of = cases.study()
    made = cases.with_triggers(of, "build", new_c={"when": cases.ALWAYS})
    job = cases.job(made, tmp_path, draws=4)
    ensemble.simulate_only(job, 1, lambda *_: None)
    one = ensemble.finished(job, 0)
    found = outcome_of(one)
    seats = np.zeros_like(one.now.seats)
    hosts = whole(of.model).hosts[:3]
    for school in range(3):
        size = of.model.grades.planned_size[hosts[school]].mean()
        seats[:, :, school] = one.now.result.rooms[:, :, school] * size
    pupils = one.now.result.rolls.sum(axis=3)
    assert found.totals["short"].tolist() == np.maximum(pupils - seats, 0).sum(axis=(1, 2)).tolist()
    assert found.totals["unused"].tolist() == np.maximum(seats - pupils, 0).sum(axis=(1, 2)).tolist()
    assert found.totals["capital"] == pytest.approx(5500.0)
    assert found.adaptive
    assert {project.adds[0] for project in found.projects} == {"new-c", "more-b"}


def priced(one, prices):
    return replace(one, details=replace(one.details, money=replace(one.details.money, prices=prices)))


def test_the_weighed_figure_is_the_net_present_cost_and_discounted_seats_at_the_prices_of_the_planner():
    """Every draw by hand: 5 % a year, 1.2 for a pupil-year without a seat, 0.3 for an empty seat-year."""
    from sim.money import plan_costs

    one = priced(pair()[0], (1.2, 0.3))
    one = replace(one, now=replace(one.now, seats=one.now.seats - 150))  # so that seats are missing, too
    found = outcome_of(one).totals
    cost = plan_costs(one)["net_present"]
    assert found["net_present"].tolist() == cost.tolist()
    pupils, seats = one.now.result.rolls.sum(axis=3), one.now.seats
    for draw in (0, 7, 39):
        expected = cost[draw]
        for t in range(len(one.model.years)):
            missing = sum(max(0, pupils[draw, t, s] - seats[draw, t, s]) for s in range(seats.shape[2]))
            empty = sum(max(0, seats[draw, t, s] - pupils[draw, t, s]) for s in range(seats.shape[2]))
            expected += (1.2 * missing + 0.3 * empty) / 1.05 ** (t + 1)
        assert found["weighed"][draw] == pytest.approx(expected)
    assert found["short"].max() > 0 < found["unused"].max()
    free = outcome_of(priced(pair()[0], (0.0, 0.0))).totals
    assert free["weighed"].tolist() == free["net_present"].tolist()


def test_what_is_not_in_the_study_is_not_in_the_table():
    """Without prices there is no weighed figure, and without `money` no net present cost."""
    known = {
        name: set(outcome_of(one).totals) for name, one in (("money", pair()[0]), ("none", pair(section=False)[0]))
    }
    assert known == {"money": {"short", "unused", "capital", "net_present"}, "none": {"short", "unused", "capital"}}
    with_money = {"build": outcome_of(pair()[0]), "do-nothing": outcome_of(pair()[1])}
    rows = regret_rows(with_money).set_index(["measure", "plan"])["regret"]
    means = {plan: one.totals["net_present"].mean() for plan, one in with_money.items()}
    assert rows["net_present", "build"] == pytest.approx(means["build"] - min(means.values()))
    assert "weighed" not in rows.index.get_level_values("measure")
