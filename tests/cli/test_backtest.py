"""`schoolplan backtest TABLE`: files, scores that anyone can compute again, masks, horizons, and what is told."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import schoolplan
from scenarios.problems import ScenarioError, render
from schoolplan.exits import GOOD, INVALID_INPUT, WRONG_USE, guarded
from sim.backtest import LEVELS, OWN
from sim.baselines import BASELINES
from tests.forecast.made import births, rows, write

CHARTS = {"errors.png", "coverage.png", "places.png"}
FILES = CHARTS | {"backtest.csv", "predictions.parquet", "backtest.html", "manifest.json"}
HEADS = ["level", "horizon", "method", "n", "wape", "mape", "mase", "bias", "crps", "cover50", "cover80", "cover90"]
FEW = {"draws": 60, "horizons": (1, 3)}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write(rows(), tmp_path / "history.csv")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backtest")
    born = write(births(), folder / "births.csv")
    schoolplan.backtest(write(rows(), folder / "history.csv"), folder / "out", births=born, lang="zh", **FEW)
    return folder / "out"


@pytest.fixture(scope="module")
def scores(done: Path) -> pd.DataFrame:
    return pd.read_csv(done / "backtest.csv", encoding="utf-8-sig")


@pytest.fixture(scope="module")
def predictions(done: Path) -> pd.DataFrame:
    return pd.read_parquet(done / "predictions.parquet")


def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: object) -> tuple[int, str, str]:
    from schoolplan.cli import app

    monkeypatch.setattr("sys.argv", ["schoolplan", *map(str, words)])
    code = guarded(app)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_every_file_is_written_and_the_table_has_its_columns(done: Path, scores: pd.DataFrame) -> None:
    assert {path.name for path in done.iterdir()} - {"overcrowding.png"} == FILES
    assert list(scores.columns) == [*HEADS, "width80", "skill"]
    assert set(scores["level"]) == set(LEVELS)
    assert set(scores["horizon"]) == {1, 3}
    assert set(scores["method"]) == {OWN, *BASELINES}


def test_the_scores_follow_from_the_predictions_and_nothing_else(scores, predictions) -> None:
    for row in scores.itertuples():
        keys = (predictions["level"] == row.level) & (predictions["horizon"] == row.horizon)
        part = predictions[keys & (predictions["method"] == row.method)]
        said = part["p50"].fillna(part["mean"])
        error = said - part["actual"]
        assert row.n == len(part)
        assert row.wape == pytest.approx(error.abs().sum() / part["actual"].sum(), abs=1e-5)
        assert row.bias == pytest.approx(error.sum() / part["actual"].sum(), abs=1e-5)
        known = part["scale"].notna()
        assert row.mase == pytest.approx(error[known].abs().sum() / part.loc[known, "scale"].sum(), abs=1e-5)
        if row.method in (OWN, "ratio-3"):
            inside = (part["p10"] <= part["actual"]) & (part["actual"] <= part["p90"])
            assert row.cover80 == pytest.approx(inside.mean(), abs=1e-5)
            assert row.width80 == pytest.approx((part["p90"] - part["p10"]).mean(), abs=1e-5)
            assert row.crps == pytest.approx(part["crps"].mean(), abs=1e-5)
        else:
            assert np.isnan([row.crps, row.cover50, row.cover80, row.cover90, row.width80]).all()


def test_predictions_hold_what_came_and_nothing_later_than_it(predictions) -> None:
    assert (predictions["year"] == predictions["origin"] + predictions["horizon"]).all()
    made = rows().set_index(["school", "grade", "year"])["pupils"]
    cells = predictions[predictions["level"] == "school-grade"]
    found = made.loc[pd.MultiIndex.from_frame(cells[["school", "grade", "year"]])].to_numpy()
    assert (cells["actual"].to_numpy() == found).all()
    assert cells["origin"].min() == 2015
    assert cells["year"].max() == 2020


def test_skill_is_against_the_better_of_naive_and_ratio(scores) -> None:
    for (_, _), part in scores.groupby(["level", "horizon"]):
        wape = part.set_index("method")["wape"]
        expected = wape[OWN] / min(wape["naive"], wape["ratio-3"]) - 1.0
        assert part.loc[part["method"] == OWN, "skill"].item() == pytest.approx(expected, abs=1e-4)


def test_changing_the_last_year_changes_no_earlier_forecast(table: Path, tmp_path: Path, predictions) -> None:
    other = rows()
    other.loc[other["year"] == 2020, "pupils"] += 30
    born = write(births(), tmp_path / "births.csv")
    done = schoolplan.backtest(write(other, tmp_path / "other.csv"), births=born, **FEW)
    keys = ["level", "origin", "horizon", "district", "school", "grade", "method"]
    both = predictions.merge(done.view.predictions, on=keys, suffixes=("", "_other"))
    assert len(both) > 0.9 * len(predictions)
    for name in ("mean", "p05", "p95"):
        assert np.array_equal(both[name], both[f"{name}_other"], equal_nan=True)


def test_the_same_table_gives_the_same_bytes(table: Path, tmp_path: Path) -> None:
    made = [schoolplan.backtest(table, tmp_path / name, lang="en", **FEW).path for name in ("one", "two")]
    for file in sorted(path.name for path in made[0].iterdir()):
        assert (made[0] / file).read_bytes() == (made[1] / file).read_bytes(), file


def test_without_draws_the_columns_of_intervals_stay_empty(table: Path, tmp_path: Path) -> None:
    done = schoolplan.backtest(table, tmp_path / "points", draws=0, horizons=(1,))
    assert done.table[["crps", "cover50", "cover80", "cover90", "width80"]].isna().all().all()
    assert not done.view.intervals
    assert "coverage.png" not in {path.name for path in done.path.iterdir()}


def test_masked_years_are_neither_learnt_from_nor_scored(table: Path, tmp_path: Path, capsys, monkeypatch) -> None:
    done = schoolplan.backtest(table, tmp_path / "masked", masked=(2018,), **FEW)
    assert not {2018} & (set(done.view.predictions["origin"]) | set(done.view.predictions["year"]))
    told = next(problem for problem in done.problems if problem.code == "FOR033")
    assert "2018" in render(told, "zh")
    code, _, err = call(capsys, monkeypatch, "backtest", table, "--mask", "1999", "--lang", "en")
    assert (code, "FOR030" in err) == (INVALID_INPUT, True)


def test_a_history_too_short_to_test_is_an_error(tmp_path: Path) -> None:
    table = write(rows().query("year >= 2017"), tmp_path / "short.csv")
    with pytest.raises(ScenarioError) as stopped:
        schoolplan.backtest(table)
    problem = next(one for one in stopped.value.problems if one.code == "FOR031")
    assert (problem.found, problem.params["least"]) == ("4", 5)


def test_horizons_beyond_the_history_are_told(table: Path, tmp_path: Path) -> None:
    done = schoolplan.backtest(table, tmp_path / "far", horizons=(1, 9), draws=0)
    problem = next(one for one in done.problems if one.code == "FOR032")
    assert (problem.severity, problem.params["found"], problem.params["most"]) == ("warning", (9,), 5)
    assert set(done.table["horizon"]) == {1}
    with pytest.raises(ScenarioError, match="FOR032"):
        schoolplan.backtest(table, tmp_path / "farther", horizons=(9,))


@pytest.mark.parametrize("wrong", ["0", "1,x", "", "40"])
def test_horizons_that_are_none_are_wrong_use(table: Path, capsys, monkeypatch, wrong: str) -> None:
    code, _, err = call(capsys, monkeypatch, "backtest", table, "--horizons", wrong, "--lang", "en")
    assert code == WRONG_USE
    assert "--horizons" in err


SAID = [("zh", ("提前 1 年", "同上年%")), ("en", ("One year ahead", "naive %"))]


@pytest.mark.parametrize(("lang", "words"), SAID)
def test_the_terminal_says_the_table_and_the_sentence(
    table: Path, tmp_path: Path, capsys, monkeypatch, lang: str, words: tuple[str, ...]
) -> None:
    options = ("--horizons", "1", "--draws", 40, "--lang", lang, "--out", tmp_path / "said")
    code, out, _ = call(capsys, monkeypatch, "backtest", table, *options)
    assert code == GOOD
    assert all(word in out for word in words)
    assert str(tmp_path / "said" / "backtest.html") in out


def test_json_and_quiet(table: Path, tmp_path: Path, capsys, monkeypatch) -> None:
    few = ("--horizons", "1", "--draws", 0)
    code, out, err = call(capsys, monkeypatch, "backtest", table, *few, "--out", tmp_path / "a", "--json")
    assert (code, err) == (GOOD, "")
    assert {row["method"] for row in json.loads(out)["table"]} == {OWN, *BASELINES}
    code, out, _ = call(capsys, monkeypatch, "backtest", table, *few, "--out", tmp_path / "b", "-q")
    assert (code, out) == (GOOD, f"{tmp_path / 'b'}\n")


SHORT = Path(__file__).resolve().parents[1] / "broken" / "_base"  # four years of rolls
MAJIANG = Path(schoolplan.__file__).resolve().parents[1] / "scenarios" / "examples" / "majiang"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example county, so that nothing is written beside it."""
    target = tmp_path_factory.mktemp("county") / "majiang"
    shutil.copytree(MAJIANG, target, ignore=shutil.ignore_patterns("generator", "__pycache__", "*.py"))
    return target


def test_a_study_is_tested_with_its_own_births_grades_and_seats(county: Path, tmp_path: Path) -> None:
    done = schoolplan.backtest(county / "study.yaml", tmp_path / "out", draws=60, horizons=(1, 3), lang="en")
    assert set(done.table["level"]) == set(LEVELS)
    assert set(done.view.predictions.query("level == 'school-stage'")["grade"]) == {"primary", "junior"}
    assert done.view.births
    assert done.view.seats
    told = next(one for one in done.problems if one.code == "FOR055")
    assert told.params["schools"] == done.view.schools
    made = json.loads((done.path / "manifest.json").read_text(encoding="utf-8"))
    assert {"study.yaml", "enrolment.csv", "births.csv"} <= set(made["inputs"])
    page = (done.path / "backtest.html").read_text(encoding="utf-8")
    assert "synthetic capacit" not in page
    assert "Synthetic data: no real school is described" in page
    assert done.view.title == "Majiang County (example)"
    if not done.view.foreseen.empty:
        assert "planned seats" in page


def test_a_scenario_file_gives_the_backtest_of_its_study(county: Path, tmp_path: Path) -> None:
    few = {"draws": 0, "horizons": (1,), "lang": "en"}
    one, other = (
        schoolplan.backtest(county / f"{name}.yaml", tmp_path / name, **few) for name in ("study", "approval")
    )
    assert one.table.equals(other.table)


def test_the_folder_of_a_study_is_named_after_it(county: Path) -> None:
    done = schoolplan.backtest(county / "study.yaml", draws=0, horizons=(1,))
    assert done.path == county / "majiang-backtest"
    shutil.rmtree(done.path)


def test_a_study_takes_no_tables_beside_it_and_needs_a_history(county: Path, tmp_path: Path) -> None:
    born = write(births(), tmp_path / "births.csv")
    with pytest.raises(ScenarioError, match="FOR053"):
        schoolplan.backtest(county / "study.yaml", births=born)
    with pytest.raises(ScenarioError, match="FOR031"):
        schoolplan.backtest(SHORT / "study.yaml", tmp_path / "short")
    with pytest.raises(ScenarioError, match="FOR030"):
        schoolplan.backtest(county / "study.yaml", tmp_path / "masked", masked=(1990,))
    masked = schoolplan.backtest(county / "study.yaml", tmp_path / "good", masked=(2018,), draws=0, horizons=(1,))
    assert {"FOR033", "FOR055"} <= {one.code for one in masked.problems}
    text = (county / "study.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "enrolment:" not in line]
    (county / "bare.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="FOR054"):
        schoolplan.backtest(county / "bare.yaml", tmp_path / "bare")


def test_baselines_are_chosen_by_name_and_the_two_rivals_are_always_there(table: Path, tmp_path: Path) -> None:
    done = schoolplan.backtest(table, tmp_path / "few", baselines=("trend",), draws=0, horizons=(1,))
    assert set(done.table["method"]) == {OWN, "naive", "ratio-3", "trend"}
    with pytest.raises(ScenarioError, match="FOR052"):
        schoolplan.backtest(table, tmp_path / "none", baselines=("arimax",))


def test_ets_is_fitted_and_said_to_be_on_a_sample(table: Path, tmp_path: Path) -> None:
    pytest.importorskip("statsmodels", reason="pip install schoolplan[baselines]")
    done = schoolplan.backtest(table, tmp_path / "ets", baselines=("ets",), fits=8, draws=0, horizons=(1,), lang="en")
    told = next(one for one in done.problems if one.code == "FOR051")
    assert (told.params["found"], told.params["most"]) == (("ets",), 8)
    rows = done.table.set_index(["level", "method"])
    assert 0 < rows.loc[("school", "ets"), "n"] <= 8 < rows.loc[("school", OWN), "n"]
    own = done.view.predictions.query("method == 'ets' and level == 'school'")
    keys = ["origin", "school"]
    naive = done.view.predictions.query("method == 'naive' and level == 'school'").merge(own[keys], on=keys)
    ratio = done.view.predictions.query("method == 'ratio-3' and level == 'school'").merge(own[keys], on=keys)
    best = min((one["mean"] - one["actual"]).abs().sum() for one in (naive, ratio))
    error = (own["mean"] - own["actual"]).abs().sum()
    assert rows.loc[("school", "ets"), "skill"] == pytest.approx(error / best - 1.0)
    assert "ETS" in (done.path / "backtest.html").read_text(encoding="utf-8")


def test_without_the_library_the_command_says_what_is_left_out(table: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("schoolplan.backtesting.available", lambda: False)
    done = schoolplan.backtest(table, tmp_path / "without", baselines=("all",), draws=0, horizons=(1,))
    problem = next(one for one in done.problems if one.code == "FOR050")
    assert (problem.severity, problem.params["found"]) == ("warning", ("ets", "arima"))
    assert set(done.table["method"]) == {OWN, *BASELINES}
