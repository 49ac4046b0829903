"""Needs of a finished case: additions found for rules and indicators are the smallest that the judge itself accepts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from schoolplan.prepare import calendars, options, prepare
from schoolplan.runs import job_of
from sim import ensemble
from sim.classes import form_classes, largest_classes
from sim.clauses import judge_clauses
from sim.sizing import gap_of, least
from sim.sizing_needs import needs_of
from sim.sizing_rows import COLUMNS, sizing_rows
from tests.sim import busy as busy_study

ROOT = Path(__file__).resolve().parents[2]
XINQIU = ROOT / "scenarios/examples/xinqiu/approval.yaml"
DRAWS = 60


def finished(file, folder, future, plan, draws=DRAWS):
    prepared = prepare(file)
    chosen = options(prepared.bundle, draws)
    job = job_of(prepared, chosen, folder, calendars(prepared, chosen))
    cases = tuple(c for c in job.cases if (c.rates.future, c.network.plan) == (future, plan))
    job = replace(job, cases=cases, pair_years=())
    ensemble.simulate_only(job, 1, lambda what, done, of: None)
    return ensemble.finished(job, 0)


@pytest.fixture(scope="module")
def xinqiu(tmp_path_factory):
    return finished(XINQIU, tmp_path_factory.mktemp("xinqiu"), "baseline", "do-nothing")


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("busy")
    parts = tmp_path_factory.mktemp("parts")
    return finished(busy_study.write(folder, 0), parts, "fast", "nothing")


def inside(one):
    first, last = one.assessment.window
    return slice(first - one.model.base_year - 1, last - one.model.base_year)


def with_more(one, kind, school, more):
    """The same case in which a school has more of a stock."""
    base = one.details.stocks.base[kind].copy()
    base[school] += more
    stocks = replace(one.details.stocks, base={**one.details.stocks.base, kind: base})
    return replace(one, details=replace(one.details, stocks=stocks))


def test_the_square_metres_found_are_the_smallest_with_which_the_clause_holds(xinqiu):
    one, years, required = xinqiu, inside(xinqiu), 0.9
    rows = sizing_rows(one, one.assessment.window, required)
    found = rows[(rows["rule"] == "L4.primary") & (rows["entity"] == "ps-aj")].iloc[0]
    school = one.model.layout.schools.index("ps-aj")

    def share(more):
        judged = judge_clauses(with_more(one, "teaching_area_m2", school, more))
        (breach,) = [b for b in judged if (b.bound.code, b.bound.stage) == ("L4.primary", "primary")]
        return (~breach.broken[:, years, school].any(axis=1)).mean()

    assert found["missing"] > 100
    assert share(found["missing"]) >= required
    assert share(found["missing"] - 1) < required
    assert share(0) == found["p_holds"]
    assert found["cost"] == pytest.approx(found["missing"] * 4000 / 1e4)


def test_needs_and_verdicts_agree_on_every_clause(xinqiu):
    years = inside(xinqiu)
    held = {(b.bound.code, b.bound.stage): b for b in xinqiu.clauses}
    compared = 0
    for need in needs_of(xinqiu, years):
        if (need.rule, need.stage) not in held:
            continue
        broken = held[need.rule, need.stage].broken[:, years].any(axis=1)
        gap = gap_of(need, slice(None))
        known = ~np.isnan(gap.missing).any(axis=0)
        assert ((gap.missing[:, known] > 1e-6) == broken[:, known]).all(), need.rule
        compared += 1
    assert compared >= 6


def test_rooms_found_for_crowded_classes_are_the_smallest_that_keep_the_limit(busy):
    years, result = inside(busy), busy.now.result
    found = 0
    for bound, breach, need in zip(busy.assessment.bounds, busy.now.breaches, needs_of(busy, years), strict=False):
        if bound.indicator != "class_size":
            continue
        chosen = [busy.model.grades.stages[s] in bound.stages for s in busy.model.grades.stage_of]
        for draw, year, school in np.argwhere(breach.broken[:, years])[:200]:
            rooms = need.needed[draw, year, school]
            rolls = result.rolls[draw, years][year, school][None]
            planned = busy.model.grades.planned_size

            def largest(n, rolls=rolls, planned=planned, chosen=chosen):
                formed = form_classes(rolls, np.array([n]), planned)
                return largest_classes(rolls, formed.count)[0][chosen].max()

            if np.isnan(rooms):  # the planned size lies above the limit: no room helps
                assert largest(1000) > bound.limit[school]
                continue
            assert rooms > need.there[draw, year, school]
            assert largest(int(rooms)) <= bound.limit[school] < largest(int(rooms) - 1)
            found += 1
    assert found > 0


def test_the_size_of_a_school_asks_for_places_elsewhere(busy):
    bounds = [bound.indicator for bound in busy.assessment.bounds]
    needs = list(needs_of(busy, inside(busy)))
    size = needs[bounds.index("school_size")]
    assert (size.kind, size.unit, size.price) == ("pupils", "pupils", "")
    over = busy.now.breaches[bounds.index("school_size")].over[:, inside(busy)]
    asked = ~np.isnan(size.needed)
    assert (np.maximum(size.needed - size.there, 0.0)[asked] == over[asked]).all()


def test_land_is_that_of_the_pack_and_boarding_schools_have_none(xinqiu):
    (need,) = [n for n in needs_of(xinqiu, inside(xinqiu)) if n.rule == "land.primary.rural"]
    schools = list(xinqiu.model.layout.schools)
    asked = np.flatnonzero(~np.isnan(need.needed).all(axis=(0, 1)))
    assert [schools[i] for i in asked] == ["ps-aj"]  # the others stand in town, or board, or have two stages
    assert (need.needed[:, :, asked] == 9131).all()  # six classes, 270 pupils: none is smaller
    assert least(need.there[:, 0], 0.9)[asked[0]] == 9800


def test_rows_of_the_county_are_those_with_which_all_hold_together(xinqiu):
    rows = sizing_rows(xinqiu, (2026, 2026), 0.8)
    assert tuple(rows.columns) == COLUMNS
    assert set(rows["years"]) == {"2026"}
    for _, part in rows.groupby(["rule", "stage"]):
        schools, county = part[part["entity"] != "xinqiu"], part[part["entity"] == "xinqiu"]
        assert len(county) == 1
        known = schools[schools["unknown"] == 0]
        if len(known):
            assert county["missing"].iloc[0] >= known["missing"].sum() - 1e-9
            assert county["p_holds"].iloc[0] <= known["p_holds"].min() + 1e-12
        assert (part.filter(like="missing_").diff(axis=1).iloc[:, 1:].fillna(0) >= 0).all(axis=None)
