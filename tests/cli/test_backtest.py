"""`schoolplan backtest TABLE`: files, scores that anyone can compute again, masks, horizons, and what is told."""

import json
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
