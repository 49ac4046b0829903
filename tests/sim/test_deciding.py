"""What decides beside the rules: coefficients, 6 of 7, targets, beds join the headline and nothing else changes."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.balance_inputs import BalanceInputs, Target
from sim.boarding_rows import bed_breach
from sim.bounds import bounds
from sim.deciding import decided
from sim.details import details_of
from sim.judge import Bound, measure
from sim.ladders import whole
from sim.milestones import milestone_rows
from sim.reduced import Reduced
from sim.rollup import added, clause_rows
from sim.rollup_keep import kept_of, packed, unpacked
from sim.stress_drivers import footing
from sim.stress_outcomes import Question, outcomes
from sim.summary import Assessment, Measured, difference_rows, measured, verdict_rows
from tests.sim import boarding_study, studies
from tests.sim.balance_worlds import BOOKS, county, limit, primary
from tests.sim.clause_worlds import FIRST, bound
from tests.sim.test_boarding_rows import reduced as with_boarders
from tests.sim.test_school_standard import MET, ONE_FAR, school_rule, values


def judged(one, decides=(), size=1000.0):
    """A made-up county with one rule (school size) and what decides beside it."""
    schools = len(one.model.layout.schools)
    rule = Bound("G4.primary", "school_size", ("primary",), np.full(schools, size))
    assessment = replace(one.assessment, bounds=(rule,))
    result = one.now.result
    now = Measured(
        result, (measure(result, rule, one.model.grades),), np.zeros(result.open.shape, dtype=np.int64),
        one.now.open, np.array([40]),
    )  # fmt: skip
    given = {"milestones": (), "boarding": None, **vars(one.details), "decides": tuple(decides)}
    return decided(replace(one, now=now, assessment=assessment, details=SimpleNamespace(**given)))


def headline(one):
    rows = verdict_rows(one.now, one.model, one.assessment, one.study)
    return rows[rows["rule"] == "all"].iloc[0]


def coefficients(limit_, decides=True, values_=(20.0, 30.0), draws=200):
    inputs = BalanceInputs(resources=(BOOKS,), coefficients=(limit(limit_, decides=decides),))
    rolls = primary(100, 100, draws=draws)
    return county(rolls, values={(BOOKS, ""): list(values_)}, balance=inputs)


def test_coefficients_join_the_headline_and_no_school_breaks_them():
    one = judged(coefficients(0.15), ("CV",))  # a coefficient of .2
    row = headline(one)
    assert (row["verdict"], row["probability"], row["first_year"]) == ("fails", 0.0, FIRST)
    assert (row["schools_over_p90"], row["pupils"]) == (0.0, 0.0)
    assert headline(judged(coefficients(0.25), ("CV",)))["verdict"] == "holds"
    assert headline(judged(coefficients(0.15, decides=False)))["verdict"] == "holds"


def test_without_a_name_nothing_is_worked_out():
    one = coefficients(0.15)
    plain = judged(one)
    assert plain.now.deciding == plain.now.county == plain.now.silent == ()
    assert "coefficients" not in vars(plain)


def test_what_is_not_known_is_named_and_breaks_nothing():
    one = judged(coefficients(0.15, values_=(20.0, np.nan)), ("CV",))
    assert one.now.silent == ("CV.x",)
    assert (headline(one)["verdict"], headline(one)["source"]) == ("holds", "missing CV.x")
    assert headline(judged(coefficients(0.25), ("CV",)))["source"] == "simulated"


def test_six_of_seven_joins_school_by_school():
    for code, row, probability in (("LS.rest", ONE_FAR, 0.0), ("LS.met", ONE_FAR, 1.0), ("LS.rest", MET, 1.0)):
        inputs = school_rule(2)
        met, rest = (tuple(replace(b, decides=b.code == code) for b in group) for group in (inputs.met, inputs.rest))
        one = county(primary(300, 300, draws=50), values=values(MET, row), balance=replace(inputs, met=met, rest=rest))
        found = judged(one, (code,))
        assert [each.bound.code for each in found.now.deciding] == [code]
        assert headline(found)["probability"] == probability
        assert headline(found)["schools_over_p90"] == 1.0 - probability


def targets(*wanted):
    rule = bound(10.0, "primary", BOOKS, 2, code="L.x")
    return BalanceInputs(imported=(rule,), standard=("L.x",), targets=tuple(wanted))


@pytest.mark.parametrize(
    ("target", "names", "probability"),
    [
        (Target(0.5, "all", None), ("SS",), 1.0),
        (Target(0.6, "all", None), ("SS",), 0.0),
        (Target(0.6, "all", None), ("SS.all",), 0.0),
        (Target(0.6, "all", None), ("SS.public",), 1.0),  # another target
        (Target(0.6, "all", FIRST), ("SS.all.2024",), 0.0),
        (Target(0.6, "all", FIRST + 5), ("SS",), 1.0),  # outside the window
    ],
)
def test_targets_of_standard_schools_join(target, names, probability):
    one = county(primary(300, 300, draws=50), values={(BOOKS, ""): [12.0, 8.0]}, balance=targets(target))
    assert headline(judged(one, names))["probability"] == probability


def test_a_share_that_may_be_reached_breaks_no_target_and_is_named():
    one = county(
        primary(300, 300, draws=50), values={(BOOKS, ""): [12.0, np.nan]}, balance=targets(Target(0.6, "all", None))
    )
    found = judged(one, ("SS",))
    assert headline(found)["probability"] == 1.0
    assert found.now.silent == ("SS.all",)


@pytest.fixture(scope="module")
def boarders():
    return with_boarders(boarding_study.boarding())


def test_beds_join_as_their_own_check_counts_them(boarders):
    joined = decided(replace(boarders, details=replace(boarders.details, decides=("beds",))))
    inside = slice(1, 5)
    rules = np.logical_or.reduce([b.broken[:, inside] for b in boarders.now.breaches]).any(axis=(1, 2))
    short = bed_breach(boarders).broken[:, inside].any(axis=(1, 2))
    assert (short & ~rules).any()
    row = headline(joined)
    assert row["probability"] == pytest.approx((~(rules | short)).mean())


def test_milestones_differences_and_sums_of_a_programme_speak_of_the_same_set():
    one = judged(coefficients(0.15), ("CV",))
    rows = milestone_rows(one).set_index("rule")
    assert (rows.loc["all", "verdict"], rows.loc["CV.x", "verdict"], rows.loc["G4.primary", "verdict"]) == (
        "fails", "fails", "holds",
    )  # fmt: skip
    kept = kept_of(_counted(one), one.model, one.assessment)
    assert set(kept.clauses) == {"G4.primary", "CV.x", "all"}
    for found in (kept, unpacked(packed({("f", "p"): kept}))["f", "p"], added([kept, kept])):
        table = clause_rows(found, "city", "programme").set_index("rule")
        assert table.loc["all", "probability"] == table.loc["CV.x", "probability"] == 0.0
        assert table.loc["all", "schools_over_p90"] == 0.0
        assert table.loc["G4.primary", "probability"] == 1.0
    assert clause_rows(added([kept, kept]), "city", "programme").set_index("rule").loc["all", "members_over_p90"] == 2.0


def _counted(one):
    """The same case with the arrays that a roll-up counts besides."""
    result, shape = one.now.result, one.now.result.open.shape
    nothing = np.zeros(shape, dtype=np.int64)
    grades = len(one.model.grades.names)
    more = {
        "beyond": nothing, "diverted_in": nothing, "linked": nothing, "flows": np.zeros((*shape[:2], 12)),
        "outs": np.zeros((*shape[:2], grades)), "outs_usual": np.zeros((*shape[:2], grades)),
    }  # fmt: skip
    return replace(one.now, result=SimpleNamespace(**vars(result), **more))


def loading(decides, draws=30, plan="build"):
    """The loading study, its areas known, and what decides; the case of a run and the question of a stress test."""
    of = studies.study(studies.LOADING)
    tests = of.bundle.scenario.tests.model_copy(update={"decides": decides})
    bundle = replace(of.bundle, scenario=of.bundle.scenario.model_copy(update={"tests": tests}))
    model = whole(of.model)
    details = details_of(bundle, model)
    area = np.where(np.array(model.layout.schools) == "a", 1500.0, 9000.0)
    base = {**details.stocks.base, "teaching_area_m2": area}
    details = replace(details, stocks=replace(details.stocks, base=base))
    assessment = Assessment(tuple(bounds(bundle, model)), (2025, 2028), 0.9)
    case = studies.case(of, "high", plan, draws)
    return of, details, assessment, case


@pytest.mark.parametrize("decides", [(), ("L4",)])
def test_a_stress_test_judges_what_the_run_judges(decides):
    of, details, assessment, case = loading(decides)
    asking = Question(assessment, None, 2028, 1, 30, details)
    (found,) = outcomes(footing(of.model, of.bundle.futures["high"], case), asking, [{}])
    result = studies.run(of, "high", "build", 30)
    now = measured(result, whole(of.model), assessment)
    one = decided(Reduced(now, whole(of.model), case, assessment, "x", details, None))
    broken = np.logical_or.reduce([b.broken[:, 1:5] for b in one.now.headline])
    assert found.good.tolist() == (~broken.any(axis=(1, 2))).tolist()
    assert len(found.broken) == len(assessment.bounds) + len(one.now.deciding)
    assert tuple(named.code for named in found.beside) == tuple(b.bound.code for b in one.now.deciding)
    assert bool(found.beside) is bool(decides)


def test_plans_are_told_apart_by_what_decides():
    of, details, assessment, case = loading(("L4",))
    cases = []
    for plan in ("do-nothing", "build"):
        own = replace(case, network=studies.case(of, "high", plan, 30).network, opening_year=studies.case(
            of, "high", plan, 30).opening_year)  # fmt: skip
        now = measured(studies.run(of, "high", plan, 30), whole(of.model), assessment)
        cases.append(decided(Reduced(now, whole(of.model), own, assessment, "x", details, None)))
    rows = difference_rows(cases[0].now, cases[1].now, whole(of.model), "x")
    both = [np.logical_or.reduce([b.broken for b in one.now.headline]).sum(axis=2) for one in cases]
    found = rows[rows["indicator"] == "schools_over"]["mean"].to_numpy()
    np.testing.assert_allclose(found, (both[1] - both[0]).mean(axis=0))
