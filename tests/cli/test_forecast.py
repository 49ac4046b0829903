"""`schoolplan forecast TABLE`: files, sums, repeatability, closures, and what is told."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import schoolplan
from reports.run_errors import RunError
from scenarios.problems import ScenarioError
from schoolplan.exits import GOOD, INVALID_INPUT, WRONG_USE, guarded
from sim.forecast_rows import QUANTILES, STATISTICS
from tests.forecast.made import births, rows, write

FILES = {
    "forecast.csv",
    "forecast.xlsx",
    "forecast.html",
    "manifest.json",
    "county.png",
    "districts.png",
    "schools.png",
}
FEW = {"draws": 60, "years": 3}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write(rows(), tmp_path / "history.csv")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A forecast of the made table with births, in English."""
    folder = tmp_path_factory.mktemp("forecast")
    born = write(births(), folder / "births.csv")
    out = folder / "out"
    schoolplan.forecast(write(rows(), folder / "history.csv"), out, births=born, lang="en", **FEW)
    return out


def read(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "forecast.csv", dtype={"grade": str}, keep_default_na=False, encoding="utf-8-sig")


def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: object) -> tuple[int, str, str]:
    from schoolplan.cli import app

    monkeypatch.setattr("sys.argv", ["schoolplan", *map(str, words)])
    code = guarded(app)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_every_file_is_written_and_nothing_else(done: Path) -> None:
    assert {path.name for path in done.iterdir()} == FILES


def test_every_cell_total_district_and_the_county_has_its_rows(done: Path) -> None:
    frame = read(done)
    assert list(frame.columns) == ["level", "district", "school", "grade", "year", *STATISTICS]
    counts = frame.groupby("level").size().to_dict()
    cells = {"school-grade": 16, "school": 4, "district-grade": 8, "district": 2, "county-grade": 4, "county": 1}
    assert counts == {level: 3 * count for level, count in cells.items()}
    assert set(frame["year"]) == {2021, 2022, 2023}
    assert set(frame.loc[frame["level"] == "school", "grade"]) == {"all"}


def test_means_add_up_and_quantiles_are_in_order(done: Path) -> None:
    frame = read(done)
    for level in ("school-grade", "school", "district-grade", "district", "county-grade"):
        total = frame[frame["level"] == level].groupby("year")["mean"].sum().to_numpy()
        assert np.allclose(total, frame.loc[frame["level"] == "county", "mean"].to_numpy(), atol=1.0), level
    quantiles = frame[[f"p{q:02d}" for q in QUANTILES]].to_numpy(dtype=float)
    assert (np.diff(quantiles, axis=1) >= 0).all()
    assert (quantiles >= 0).all()


def test_totals_spread_less_than_if_all_were_high_at_once(done: Path) -> None:
    frame = read(done).query("year == 2023")
    width = frame.assign(width=frame["p95"] - frame["p05"]).groupby("level")["width"].sum()
    assert width["county"] < width["school"] < width["school-grade"]


def test_the_same_table_gives_the_same_bytes_and_another_seed_does_not(table: Path, tmp_path: Path) -> None:
    made = [schoolplan.forecast(table, tmp_path / name, lang="zh", **FEW).path for name in ("one", "two")]
    for name in FILES:
        assert (made[0] / name).read_bytes() == (made[1] / name).read_bytes(), name
    other = schoolplan.forecast(table, tmp_path / "three", lang="zh", seed=2, **FEW).path
    assert (other / "forecast.csv").read_bytes() != (made[0] / "forecast.csv").read_bytes()


def test_the_manifest_names_inputs_versions_and_seed(done: Path) -> None:
    made = json.loads((done / "manifest.json").read_text(encoding="utf-8"))
    assert set(made["inputs"]) == {"history.csv", "births.csv"}
    assert (made["draws"], made["years"], made["seed"], made["schools"]) == (60, 3, 1, 4)
    assert "numpy" in made["libraries"]


def test_births_move_the_entrants(table: Path, tmp_path: Path) -> None:
    more = births()
    more.loc[more["year"] >= 2015, "births"] *= 2
    found = []
    for name, born in (("few", births()), ("many", more)):
        file = write(born, tmp_path / f"{name}.csv")
        frame = schoolplan.forecast(table, tmp_path / name, births=file, **FEW).rows
        found.append(frame.query("level == 'county-grade' and grade == '1' and year == 2023")["mean"].item())
    assert found[1] > 1.5 * found[0]


def test_a_closed_school_hands_its_pupils_on(table: Path, tmp_path: Path) -> None:
    plain = schoolplan.forecast(table, tmp_path / "plain", **FEW).rows
    for receiver in ("a2", ""):
        text = f"event,year,kind,school,to_school,unit\ne1,2022,closure,a1,{receiver},\n"
        events = tmp_path / f"events{receiver}.csv"
        events.write_text(text, encoding="utf-8")
        rows_ = schoolplan.forecast(table, tmp_path / f"closed{receiver}", events=events, **FEW).rows
        gone = rows_.query("school == 'a1'")
        assert set(gone["year"]) == {2021}
        for level in ("district", "county"):
            a, b = (frame[frame["level"] == level].reset_index(drop=True) for frame in (plain, rows_))
            pd.testing.assert_frame_equal(a, b)
        kept = rows_.query("school == 'a2' and grade == 'all' and year == 2023")["mean"].item()
        own = plain.query("school == 'a2' and grade == 'all' and year == 2023")["mean"].item()
        left = plain.query("school == 'a1' and grade == 'all' and year == 2023")["mean"].item()
        assert kept == pytest.approx(own + (left if receiver else 0.0))


def test_a_folder_that_holds_something_is_wrong_use(table: Path, tmp_path: Path, capsys, monkeypatch) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match="RUN005"):
        schoolplan.forecast(table, tmp_path / "full")
    assert call(capsys, monkeypatch, "forecast", table, "--out", tmp_path / "full")[0] == WRONG_USE
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]


def test_bad_input_leaves_nothing_behind(tmp_path: Path, capsys, monkeypatch) -> None:
    table = write(rows().query("year > 2019"), tmp_path / "short.csv")
    code, out, err = call(capsys, monkeypatch, "forecast", table, "--lang", "zh")
    assert (code, out) == (INVALID_INPUT, "")
    assert "FOR001" in err
    assert [path.name for path in tmp_path.iterdir()] == ["short.csv"]


def test_schools_without_a_last_count_are_named(tmp_path: Path) -> None:
    table = write(rows().query("school != 'b2' or year < 2019"), tmp_path / "history.csv")
    done = schoolplan.forecast(table, **FEW)
    told = [problem for problem in done.problems if problem.code == "FOR023"]
    assert [problem.params["found"] for problem in told] == [("b2",)]
    assert "b2" not in set(done.rows["school"])
    assert done.path == tmp_path / "history-forecast"


def test_a_last_year_without_pupils_is_no_start(tmp_path: Path) -> None:
    frame = rows()
    frame.loc[frame["year"] == 2020, "pupils"] = 0
    with pytest.raises(ScenarioError, match="FOR025"):
        schoolplan.forecast(write(frame, tmp_path / "history.csv"), **FEW)


ODD = {
    "three years": lambda frame: frame.query("year >= 2018"),
    "one school": lambda frame: frame.query("school == 'a1'"),
    "one grade": lambda frame: frame.query("grade == '1'"),
    "one cell": lambda frame: frame.query("grade == '2' and school == 'a1'"),
    "a grade between is missing": lambda frame: frame.query("grade != '3'"),
    "hardly any pupils": lambda frame: frame.assign(pupils=frame["pupils"] // 30),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_tables_are_forecast_and_tested_as_far_as_they_go(name: str, tmp_path: Path) -> None:
    table = write(ODD[name](rows()), tmp_path / "history.csv")
    done = schoolplan.forecast(table, tmp_path / "f", **FEW)
    assert set(done.rows.loc[done.rows["level"] == "county", "year"]) == {2021, 2022, 2023}
    assert done.rows["mean"].notna().all()
    assert bool(done.view.trust.origins) == (name != "three years")
    if name != "three years":
        assert (schoolplan.backtest(table, tmp_path / "b", draws=40, horizons=(1,)).table["n"] > 0).all()


def test_masked_years_are_told_and_must_exist(table: Path, tmp_path: Path) -> None:
    done = schoolplan.forecast(table, tmp_path / "masked", masked=(2015,), **FEW)
    assert "FOR033" in {problem.code for problem in done.problems}
    for masked, code in (((1999,), "FOR030"), ((2020,), "FOR034")):
        with pytest.raises(ScenarioError) as stopped:
            schoolplan.forecast(table, tmp_path / "never", masked=masked, **FEW)
        assert code in {problem.code for problem in stopped.value.problems}
    assert not (tmp_path / "never").exists()


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("全县在校生由", "结果：")), ("en", ("The county goes from", "written:"))]
)
def test_the_terminal_says_the_sentence_the_schools_and_the_files(
    table: Path, tmp_path: Path, capsys, monkeypatch, lang: str, words: tuple[str, str]
) -> None:
    options = ("--years", 3, "--draws", 60, "--lang", lang)
    code, out, _ = call(capsys, monkeypatch, "forecast", table, *options, "--out", tmp_path / "said")
    assert code == GOOD
    assert all(word in out for word in words)
    assert "b2" in out


def test_json_and_quiet(table: Path, tmp_path: Path, capsys, monkeypatch) -> None:
    few = ("--years", 2, "--draws", 60)
    code, out, err = call(capsys, monkeypatch, "forecast", table, *few, "--out", tmp_path / "a", "--json")
    assert (code, err) == (GOOD, "")
    assert [row["year"] for row in json.loads(out)["county"]] == [2021, 2022]
    code, out, _ = call(capsys, monkeypatch, "forecast", table, *few, "--out", tmp_path / "b", "-q")
    assert (code, out) == (GOOD, f"{tmp_path / 'b'}\n")


def test_a_mask_of_words_is_wrong_use(table: Path, capsys, monkeypatch) -> None:
    code, _, err = call(capsys, monkeypatch, "forecast", table, "--mask", "last year", "--lang", "en")
    assert code == WRONG_USE
    assert "--mask" in err
