"""Four stages: a kindergarten that does not feed grade 1, and a senior stage without zones that a share goes on to."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from sim.classes import form_classes
from sim.engine import simulate
from sim.ladders import base_rolls, early_view, participation, whole
from sim.layout import homes
from sim.network import Leaning, reference_regime, regimes
from sim.reference_rolls import forecast_rolls
from sim.study_forecast import study_draws, study_rows
from sim.tables import children, history
from tests.sim import four_stages, studies
from tests.sim.test_reference import assert_equal

DRAWS = np.arange(12)
RISING = "{2023: 0.5, 2025: 0.6, 2029: 0.6}"


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(four_stages.write(tmp_path_factory.mktemp("four")))


def other(tmp_path, **shares):
    return studies.study(four_stages.write(tmp_path, **shares))


def young(of):
    """The stage before school as a study of its own."""
    return studies.Study(early_view(of.bundle), of.space, of.model.early)


def school(of):
    return replace(of, model=replace(of.model, early=None))


def never_diverted(of):
    early = replace(of.model.early, divert_at=float("inf"))
    return replace(of, model=replace(of.model, divert_at=float("inf"), early=early))


@pytest.mark.parametrize(("future", "plan"), [("baseline", "nothing"), ("fast", "everything"), ("slow", "everything")])
def test_both_ladders_equal_the_plain_reference(county, future, plan):
    assert_equal(school(county), future, plan, [1], seed=5)
    assert_equal(young(county), future, plan, [1], seed=5)


def test_the_simulator_is_the_forecast_in_both_ladders(county):
    of = never_diverted(county)
    result = studies.run(of, "baseline", "nothing", len(DRAWS), seed=3)
    both = [forecast_rolls(model, 3, DRAWS) for model in (of.model.early, of.model)]
    np.testing.assert_array_equal(result.rolls, np.concatenate(both, axis=3))
    assert all(rolls.sum() > 0 for rolls in both)


def test_forecast_rows_of_a_study_hold_all_stages(county):
    rows = study_rows(county.model, study_draws(county.model, 3, 12, 3))
    stages = rows.loc[rows["level"] == "county-stage", "grade"].unique().tolist()
    assert stages == ["kindergarten", "primary", "junior", "senior"]
    both = [
        forecast_rolls(model, 3, DRAWS)[:, 1].sum(axis=(1, 2)).mean() for model in (county.model.early, county.model)
    ]
    county_row = rows[(rows["level"] == "county") & (rows["year"] == 2025)]
    assert float(county_row["mean"].iloc[0]) == pytest.approx(sum(both))


def test_children_are_counted_once(county):
    """Both ladders walk the same children: those below kindergarten are the same in every draw, home and age."""
    cases = {
        of.model.grades.names[0]: (of, studies.case(of, "baseline", "nothing", 3)) for of in (young(county), county)
    }
    walks = [studies.walk(of, one, np.arange(3)) for of, one in cases.values()]
    for (_, kindergarten, _), (_, all_of_them, _) in zip(*walks, strict=True):
        low = kindergarten.residents.shape[2]
        np.testing.assert_array_equal(kindergarten.residents, all_of_them.residents[:, :, :low])
        assert all_of_them.residents.shape[2] == 4 > low


def test_results_count_residents_and_not_kindergartens(county):
    """Zone tables and flows are those of the school ladder alone."""
    both, alone = (studies.run(of, "fast", "everything", 4, seed=3) for of in (county, school(county)))
    for name in ("residents", "pupils", "entrants", "flows"):
        np.testing.assert_array_equal(getattr(both, name), getattr(alone, name))
    assert both.rolls.shape[3] == alone.rolls.shape[3] + 2


def test_kindergarten_does_not_feed_grade_one(county, tmp_path):
    """Far fewer children in kindergarten: not a pupil of any school moves."""
    fewer = other(tmp_path, participation="{2023: 0.5, 2025: 0.2, 2029: 0.2}")
    a, b = (studies.run(of, "fast", "nothing", 6, seed=3).rolls for of in (county, fewer))
    np.testing.assert_array_equal(a[..., 2:], b[..., 2:])
    assert b[:, -1, :, :2].sum() < 0.6 * a[:, -1, :, :2].sum()


def test_participation_raises_what_enters(county, tmp_path):
    """Cohorts that enter after the rate rose from 0.5 to 0.6 are 1.2 times as large, in the mean of the draws."""
    rising = other(tmp_path, participation=RISING)
    np.testing.assert_allclose(rising.model.early.participation[-1] / county.model.early.participation[-1], 1.2)
    a, b = (forecast_rolls(of.model.early, 3, np.arange(200)).sum(axis=2).mean(axis=0) for of in (county, rising))
    ratio = b / a
    np.testing.assert_allclose(ratio[2:, 0], 1.2, atol=0.02)
    np.testing.assert_allclose(ratio[3:, 1], 1.2, atol=0.02)
    assert ratio[0, 0] == pytest.approx(1.1, abs=0.02)
    assert ratio[0, 1] == pytest.approx(1.0, abs=0.01)


def test_the_rate_starts_at_the_rolls_of_the_base_year(county):
    bundle, grades = early_view(county.bundle), county.model.early.grades
    home = homes(bundle)
    counted = children(bundle, home.index, len(home.cells))
    rolls = np.nan_to_num(history(bundle, county.model.layout.schools, grades)[0][:, :, -1])
    rate = participation(bundle, counted, rolls)
    assert rate[0] == pytest.approx(rolls[:, 0].sum() / counted[:, 2].sum())
    assert participation(bundle, None, rolls)[0] == 1.0
    assert participation(county.bundle, counted, rolls) is None


def test_a_rising_general_share_raises_the_senior_entry_alone(county, tmp_path):
    """From 0.5 to 0.6: 1.2 times as many enter grade 7, grade 8 a year later, nobody else changes; identity holds."""
    rising = other(tmp_path, entry_share=RISING)
    a, b = (forecast_rolls(of.model, 3, np.arange(200)) for of in (county, rising))
    np.testing.assert_array_equal(a[..., :6], b[..., :6])
    ratio = b.sum(axis=2).mean(axis=0) / a.sum(axis=2).mean(axis=0)
    np.testing.assert_allclose(ratio[1:, 6], [1.2] * 5, atol=0.02)
    np.testing.assert_allclose(ratio[2:, 7], [1.2] * 4, atol=0.02)
    assert ratio[0, 6] == pytest.approx(1.1, abs=0.02)
    assert ratio[0, 7] == pytest.approx(1.0, abs=0.01)
    result = studies.run(never_diverted(rising), "baseline", "nothing", 12, seed=3)
    np.testing.assert_array_equal(result.rolls[..., 2:], b[:12])


def test_a_stage_without_zones_is_open_to_every_home(county):
    """No zone, no nearest school; every home applies to every senior school as the county's pupils are divided."""
    model = county.model
    assert model.attendance.free.tolist() == [False, False, True]
    regime = reference_regime(model)
    grade = model.grades.names.index("7")
    assert (regime.home[:, grade] == -1).all()
    assert not regime.in_zone[:, grade].any()
    inside = model.layout.unit_of >= 0
    np.testing.assert_allclose(regime.shares[inside, grade].sum(axis=1), 1.0)
    s1, s2 = (model.layout.slot_school == model.layout.schools.index(name) for name in ("s1", "s2"))
    assert (regime.shares[:, grade][s1] > 0.0).all()
    assert (regime.shares[:, grade][s2] > 0.0).all()


def test_new_senior_rooms_draw_their_part(county):
    """Six new rooms beside the six of the base year: half of those who enter, whatever their home."""
    case = studies.case(county, "baseline", "everything")
    model = county.model
    year = int(case.opening_year.max()) + 1
    found, index = regimes(model, case.network, case.opening_year, min(year, 2029), Leaning(), {})
    regime = found[index[0]]
    grade, new = model.grades.names.index("7"), model.layout.schools.index("s9")
    cell, slot = np.nonzero(model.layout.slot_school == new)
    np.testing.assert_allclose(regime.shares[cell, grade, slot], 0.5)


def test_rooms_of_a_school_in_both_ladders_are_divided_and_then_one_pool(county):
    """p2 teaches K1-K2 and 1-4 in six rooms: two and four for admission, six when classes are formed."""
    model, both = county.model, whole(county.model)
    p2 = model.layout.schools.index("p2")
    assert (model.early.rooms[p2], model.rooms[p2], both.rooms[p2]) == (2, 4, 6)
    result = studies.run(county, "baseline", "everything", 3, seed=3)
    assert set(result.rooms[:, :, p2].ravel().tolist()) <= {0, 6, 9}
    assert 9 in result.rooms[:, :, p2]
    classes = form_classes(result.rolls, result.rooms, both.grades.planned_size)
    np.testing.assert_array_equal(result.classes, classes.count)


def test_results_name_the_grades_of_both_ladders_in_order(county):
    both = whole(county.model)
    assert both.grades.names == ("K1", "K2", "1", "2", "3", "4", "5", "6", "7", "8")
    assert both.grades.stages == ("kindergarten", "primary", "junior", "senior")
    assert both.grades.stage_of.tolist() == [0, 0, 1, 1, 1, 1, 2, 2, 3, 3]
    assert both.grades.entry_ages.tolist() == [2, 2, *[4] * 8]
    assert both.grades.starts.tolist() == [0, 0, *[2] * 8]
    assert base_rolls(county.model).sum() == county.bundle.tables["enrolment"].query("year == 2023")["pupils"].sum()


def test_cases_must_say_what_they_mean_for_kindergartens(county):
    cases = [studies.case(county, "baseline", plan) for plan in ("nothing", "everything")]
    with pytest.raises(ValueError, match="lack the stage before school"):
        simulate(county.model, [cases[0], replace(cases[1], early=None)], 1, np.arange(1))


def test_a_study_of_school_stages_has_one_ladder():
    of = studies.study(studies.TINY)
    assert of.model.early is None
    assert whole(of.model) is of.model
    assert of.model.attendance.free is None
    assert early_view(of.bundle) is None


def test_five_years_of_primary_and_four_of_junior(tmp_path):
    """5+4 (五四制): sixth graders are of the junior school, where they enter; the simulator is the forecast."""
    shutil.copytree(studies.LOADING.parent, tmp_path, dirs_exist_ok=True)
    change = {
        "study.yaml": (
            ('grades: ["1", "2", "3", "4", "5", "6"]', 'grades: ["1", "2", "3", "4", "5"]'),
            ('grades: ["7", "8", "9"]', 'grades: ["6", "7", "8", "9"]'),
        ),
        "plans/build.yaml": (('last_grade: "6"', 'last_grade: "5"'),),
        "data/schools.csv": (("Primary A,1,6", "Primary A,1,5"), ("Junior B,7,9", "Junior B,6,9")),
        "data/enrolment.csv": tuple((f"a,6,{year}", f"b,6,{year}") for year in range(2020, 2024)),
    }
    for name, pairs in change.items():
        file = tmp_path / name
        text = file.read_text(encoding="utf-8-sig")
        for old, new in pairs:
            assert old in text, (name, old)
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
    of = studies.study(tmp_path / studies.LOADING.name)
    grades, schools = of.model.grades, of.model.layout.schools
    assert grades.stage_of.tolist() == [0] * 5 + [1] * 4
    free = replace(of, model=replace(of.model, divert_at=float("inf")))
    result = studies.run(free, "baseline", "do-nothing", 12, seed=3)
    np.testing.assert_array_equal(result.rolls, forecast_rolls(of.model, 3, DRAWS))
    sixth = result.rolls[:, :, :, grades.names.index("6")]
    assert sixth[:, :, schools.index("a")].sum() == 0
    assert (sixth[:, :, schools.index("b")] > 0).all()
    assert_equal(of, "high", "build", [1])
