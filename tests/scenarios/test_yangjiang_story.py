"""Yangjiang tells its story: schools that come with the housing against the same two years late.

40 draws of every case: words that 40 draws cannot tell apart are both allowed.
"""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from gis.land_study import land_problems
from scenarios.examples.yangjiang import make
from schoolplan.prepare import Prepared, calendars, check, options, prepare
from schoolplan.runs import job_of
from sim import ensemble
from sim.ladders import whole

HERE = Path(make.__file__).parent
DRAWS = 40


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(HERE / "approval.yaml")


@pytest.fixture(scope="module")
def tables(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    chosen = options(prepared.bundle, DRAWS)
    job = job_of(prepared, chosen, tmp_path_factory.mktemp("yangjiang"), calendars(prepared, chosen))
    job = replace(job, cases=tuple(case for case in job.cases if case.rates.future == "housing"), pair_years=())
    return ensemble.run(job, 1, lambda what, done, of: None)


def test_the_program_writes_the_folder_again_byte_for_byte() -> None:
    for name, data in make.everything().items():
        assert (HERE / name).read_bytes() == data, name


def test_it_is_checked_without_a_warning() -> None:
    assert [p for p in check(HERE / "approval.yaml") if p.severity != "note"] == []


def test_four_stages_in_two_ladders(prepared: Prepared) -> None:
    both = whole(prepared.model)
    assert both.grades.stages == ("kindergarten", "primary", "junior", "senior")
    assert both.grades.names[:4] == ("K1", "K2", "K3", "1")
    assert prepared.model.early is not None
    assert prepared.model.attendance.free is not None
    assert prepared.model.attendance.free.tolist() == [False, False, True]


def test_late_schools_cost_the_verdict(tables: dict[str, pd.DataFrame]) -> None:
    county = tables["verdicts"].query("scope == 'county' and rule == 'all'").set_index("plan")
    chance = county["probability"]
    assert chance["do-nothing"] < 0.05
    assert chance["late"] < 0.5 < 0.7 < chance["synchronous"]
    assert county.loc["synchronous", "verdict"] in {"holds", "undecided", "at-risk"}


def test_late_schools_cost_places_in_the_two_years_between(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["county"].query("indicator == 'pupils_over' and stage == 'all'")
    over = rows.pivot_table(index="plan", columns="year", values="mean")
    assert over.loc["late", [2026, 2027]].sum() > over.loc["synchronous", [2026, 2027]].sum() + 10
    assert (over.loc["do-nothing", 2027:2029] > over.loc["late", 2027:2029]).all()


def test_senior_schools_fill_while_kindergartens_empty(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["county"].query("indicator == 'roll' and plan == 'do-nothing'")
    rolls = rows.pivot_table(index="stage", columns="year", values="mean")
    assert rolls.loc["senior", 2029] > 1.2 * rolls.loc["senior", 2024]
    assert rolls.loc["kindergarten", 2029] < 0.8 * rolls.loc["kindergarten", 2024]


def test_the_kindergarten_of_the_new_homes_overflows_where_nothing_is_built(tables: dict[str, pd.DataFrame]) -> None:
    """Births fall, and still: the one beside the new homes is the only kindergarten with too many children."""
    schools = tables["schools"].query("indicator == 'beyond_seats' and plan == 'do-nothing' and year == 2029")
    kindergartens = schools[schools["entity"].str.startswith("kg-")].set_index("entity")["mean"]
    assert kindergartens.idxmax() == "kg-05"
    assert kindergartens["kg-05"] > 20 > 6 * kindergartens.drop("kg-05").max()


def test_land_is_reserved_and_locked(prepared: Prepared) -> None:
    assert [p for p in land_problems(prepared.bundle) if p.severity != "note"] == []
    parcels = prepared.bundle.tables["parcels"].set_index("parcel")
    assert parcels["locked"].sum() == 4


def test_the_city_has_limits_of_its_own(prepared: Prepared) -> None:
    clauses = {clause.code: clause.bound for clause in prepared.bundle.pack.clauses}
    assert (clauses["CV.primary"], clauses["CV.junior"], clauses["G15.migrant"]) == (0.65, 0.55, 0.5)
    codes = {bound.code for bound in prepared.assessment.bounds}
    assert {"YJ.kindergarten", "YJ.senior"} <= codes
