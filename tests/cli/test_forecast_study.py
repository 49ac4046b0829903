"""`forecast` and `snapshot` of a study: the reference future of a scenario, draw for draw what `run` simulates."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import schoolplan
from scenarios.problems import Problem, ScenarioError
from schoolplan.prepare import calendars, cases, options, prepare
from sim.engine import simulate
from sim.study_forecast import study_draws
from tests.sim import busy
from tests.typed import typed

pytestmark = pytest.mark.usefixtures("no_pictures")

DRAWS, YEARS = 30, 4
FILES = {"forecast.csv", "forecast.xlsx", "forecast.html", "manifest.json", "county.png", "schools.png"}


def codes(problems: tuple[Problem, ...]) -> set[str]:
    return {one.code for one in problems}


def refused(path: Path, **given: object) -> set[str]:
    with pytest.raises(ScenarioError) as raised:
        schoolplan.forecast(path, **given)
    return {one.code for one in raised.value.problems if one.severity == "error"}


def read(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "forecast.csv", dtype={"grade": str}, keep_default_na=False, encoding="utf-8-sig")


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The busy county, whose bureau never diverts."""
    return busy.write(tmp_path_factory.mktemp("study") / "busy", seed=21, divert_at="never")


@pytest.fixture(scope="module")
def done(scenario: Path) -> Path:
    return schoolplan.forecast(scenario, scenario.parent / "f", draws=DRAWS, years=YEARS, seed=7, lang="en").path


def test_the_forecast_of_a_scenario_is_its_run_in_the_mean(scenario: Path, done: Path, tmp_path: Path) -> None:
    assert {path.name for path in done.iterdir()} == FILES
    run = schoolplan.run(scenario, tmp_path / "run", draws=DRAWS, seed=7, workers=1, lang="en")
    rolls = run.tables.schools
    rolls = rolls[(rolls["future"] == "baseline") & (rolls["plan"] == "nothing") & (rolls["indicator"] == "roll")]
    rolls = rolls.assign(grade=rolls["stage"].str.removeprefix("grade:"), school=rolls["entity"])
    rows = read(done)
    own = rows[rows["level"].isin(["school-grade", "school-stage", "school"])]
    both = own.merge(rolls, on=["school", "grade", "year"], suffixes=("", "_run"), validate="one_to_one")
    last = run.study.base_year + YEARS
    assert len(both) == len(own) == int((rolls["year"] <= last).sum())
    assert set(both["year"]) == set(range(run.study.base_year + 1, last + 1))
    np.testing.assert_allclose(both["mean"], both["mean_run"], atol=0.0501)
    np.testing.assert_allclose(both["p90"], both["p90_run"], atol=0.0501)
    county = rows[rows["level"] == "county"].set_index("year")["mean"]
    np.testing.assert_allclose(own[own["level"] == "school"].groupby("year")["mean"].sum(), county, atol=2.0)
    stages = rows[rows["level"] == "county-stage"].groupby("year")["mean"].sum()
    np.testing.assert_allclose(stages, county, atol=0.2)


def test_the_forecast_of_a_scenario_is_its_run_draw_for_draw(scenario: Path) -> None:
    ready = prepare(scenario)
    chosen = options(ready.bundle, 9, 7)
    every = cases(ready, calendars(ready, chosen))
    place = list(ready.bundle.plans).index("nothing")
    assert next(iter(ready.bundle.futures)) == ready.bundle.study.reference_future
    result = simulate(ready.model, [every[place]], 7, np.arange(9))[0]
    pupils = study_draws(ready.model, 7, 9, YEARS)
    np.testing.assert_array_equal(np.moveaxis(pupils, 3, 1), result.rolls[:, :YEARS])
    assert pupils.sum() > 0


def test_blocks_of_draws_change_nothing(scenario: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim import study_forecast

    model = prepare(scenario).model
    whole = study_draws(model, 7, 9, YEARS)
    monkeypatch.setattr(study_forecast, "BLOCK", 4)
    np.testing.assert_array_equal(study_draws(model, 7, 9, YEARS), whole)


def test_years_draws_and_seed_are_those_of_the_scenario(scenario: Path, done: Path) -> None:
    from schoolplan.forecasting import Ask, outset

    start = outset(scenario, Ask())
    bundle = prepare(scenario).bundle
    assert start.chosen.years == min(10, bundle.study.horizon - bundle.study.base_year)
    assert (start.chosen.draws, start.chosen.seed) == (bundle.scenario.draws, bundle.scenario.seed)
    made = json.loads((done / "manifest.json").read_text(encoding="utf-8"))
    assert (made["draws"], made["seed"], made["years"]) == (DRAWS, 7, YEARS)
    assert made["future"]["id"] == "baseline"
    assert "enrolment.csv" in made["inputs"]
    page = (done / "forecast.html").read_text(encoding="utf-8")
    assert bundle.study.synthetic
    assert "合成数据：不代表任何真实学校" in page or "Synthetic data: no real school is described" in page


def test_what_a_run_does_not_know_is_refused(scenario: Path, tmp_path: Path) -> None:
    births = scenario.parent / "births.csv"
    assert refused(scenario, births=births) == {"FOR053"}
    assert refused(scenario, masked=(2020,)) == {"FOR080"}
    assert refused(scenario, errors=births) == {"FOR080"}
    assert refused(scenario, years=15) == {"FOR081"}


def test_a_study_alone_is_forecast_as_a_table(scenario: Path, tmp_path: Path) -> None:
    study = scenario.with_name("study.yaml")
    done = schoolplan.forecast(study, tmp_path / "f", draws=40, lang="zh")
    assert {"FOR083"} <= codes(done.problems)
    assert "FOR082" not in codes(done.problems)
    rows = read(done.path)
    assert {"school", "school-stage", "county-stage", "county"} <= set(rows["level"])
    assert set(rows["district"]) == {""}
    assert rows["year"].nunique() == 5
    assert "FOR030" in refused(study, masked=(1950,))
    masked = schoolplan.forecast(study, tmp_path / "m", draws=40, masked=(int(rows["year"].min()) - 2,))
    assert "FOR033" in codes(masked.problems)


def test_a_snapshot_of_a_scenario_locks_the_forecast_of_its_reference_future(
    scenario: Path, done: Path, tmp_path: Path
) -> None:
    locked = schoolplan.snapshot(scenario, tmp_path / "s", draws=DRAWS, years=YEARS, seed=7)
    assert {"FOR082"} <= codes(locked.problems)
    assert (locked.path / "forecast.csv").read_bytes() == (done / "forecast.csv").read_bytes()
    again = schoolplan.snapshot(scenario, tmp_path / "s", draws=DRAWS, years=YEARS, seed=7)
    assert not again.written
    register = pd.read_csv(locked.path / "table.csv", encoding="utf-8-sig")
    last = register["year"].max()
    came = register[register["year"] == last].assign(year=last + 1)
    came.to_csv(tmp_path / "came.csv", index=False)
    scored = schoolplan.score(locked.path, tmp_path / "came.csv", tmp_path / "scores", lang="en")
    assert {"school-grade", "school", "county-grade", "county"} <= set(scored.table["level"])


def test_events_of_a_study_part_its_series_and_the_forecast_stays_its_run(scenario: Path, tmp_path: Path) -> None:
    """A rezoning two years ago: the step into that year teaches nothing, and no school is lost or made."""
    folder = tmp_path / "busy"
    shutil.copytree(scenario.parent, folder)
    here = folder / "approval.yaml"
    before = prepare(here)
    school = before.model.outlook.panel.schools[0]
    year = before.model.base_year - 1
    events = pd.DataFrame([{"event": "e1", "year": year, "kind": "rezoning", "unit": "u1", "to_school": school}])
    rows = events.assign(school="", source="s")[["year", "kind", "school", "unit", "to_school", "source"]]
    bundle = replace(before.bundle, tables={**before.bundle.tables, "events": rows})
    from schoolplan.prepare import prepared

    after = prepared(bundle)
    panel = after.model.outlook.panel
    assert set(panel.schools) - set(before.model.outlook.panel.schools) == {f"{school}~{year}"}
    pupils = study_draws(after.model, 7, 5, YEARS)
    assert pupils.shape == study_draws(before.model, 7, 5, YEARS).shape
    chosen = options(bundle, 5, 7)
    every = cases(after, calendars(after, chosen))
    result = simulate(after.model, [every[list(bundle.plans).index("nothing")]], 7, np.arange(5))[0]
    np.testing.assert_array_equal(np.moveaxis(pupils, 3, 1), result.rolls[:, :YEARS])


def test_the_verb_as_typed(scenario: Path, tmp_path: Path) -> None:
    done = typed("forecast", scenario, "--draws", "30", "--out", tmp_path / "f", "--lang", "en", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["county"]
