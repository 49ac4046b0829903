"""`snapshot` and `score`: what is locked stays, and a forecast is held to the register that came."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import schoolplan
from reports.run_errors import RunError
from reports.run_folder import RunFolder
from scenarios.problems import Problem, ScenarioError, render
from scenarios.score_tables import Register, read_register
from schoolplan.exits import GOOD, INVALID_INPUT, WRONG_USE
from schoolplan.score_verdicts import settled_verdicts
from schoolplan.scoring import ScoreFolder
from tests.forecast.made import rows, write
from tests.reports.factory import make
from tests.typed import typed

FEW = {"draws": 40, "years": 3}
LAST = 2018
"""Last year of the history that forecasts start from; the made table goes on to 2020."""


def codes(problems: tuple[Problem, ...]) -> set[str]:
    return {one.code for one in problems}


def until(last: int, frame: pd.DataFrame | None = None) -> pd.DataFrame:
    every = rows() if frame is None else frame
    return every[every["year"] <= last]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write(until(LAST), tmp_path / "history.csv")


@pytest.fixture(scope="module")
def snapshot_of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One snapshot for the tests that lock nothing themselves."""
    table = write(until(LAST), tmp_path_factory.mktemp("locked") / "history.csv")
    return schoolplan.snapshot(table, **FEW).path


@pytest.fixture
def locked(table: Path, snapshot_of_all: Path) -> Path:
    """A copy of it beside a table of one's own."""
    return shutil.copytree(snapshot_of_all, table.with_name(snapshot_of_all.name))


def scored(locked: Path, frame: pd.DataFrame, out: Path | None = None) -> ScoreFolder:
    register = write(frame, locked.parent / "register.csv")
    return schoolplan.score(locked, register, out, lang="en")


# --- snapshot ---------------------------------------------------------------------------------------------------------


def test_a_snapshot_locks_the_table_and_the_forecast_of_that_day(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1577836800")
    done = schoolplan.snapshot(table, **FEW)
    assert done.path == table.with_name("history-2018")
    assert {path.name for path in done.path.iterdir()} == {"table.csv", "forecast.csv", "manifest.json"}
    made = json.loads((done.path / "manifest.json").read_text(encoding="utf-8"))
    assert made["locked"] is True
    assert (made["year"], made["date"]) == (2018, "2020-01-01")
    again = read_register(done.path / "table.csv").rows
    pd.testing.assert_frame_equal(again, read_register(table).rows)
    forecast = schoolplan.forecast(table, table.parent / "f", **FEW).path
    assert (done.path / "forecast.csv").read_bytes() == (forecast / "forecast.csv").read_bytes()


def test_two_snapshots_of_one_table_are_the_same_bytes(table: Path, tmp_path: Path) -> None:
    first, second = (schoolplan.snapshot(table, tmp_path / name, **FEW).path for name in ("a", "b"))
    for name in ("table.csv", "forecast.csv", "manifest.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_the_same_numbers_again_are_told_and_others_are_refused_with_their_rows(table: Path, locked: Path) -> None:
    before = {path.name: path.read_bytes() for path in locked.iterdir()}
    again = schoolplan.snapshot(table, **FEW)
    assert not again.written
    assert "SCO001" in codes(again.problems)
    frame = until(LAST)
    frame.loc[frame.index[6], "pupils"] += 5
    write(frame, table)
    with pytest.raises(ScenarioError) as refused:
        schoolplan.snapshot(table, **FEW)
    assert codes(refused.value.problems) == {"SCO002"}
    changed = frame.loc[frame.index[6]]
    row = f"{changed['school']} {changed['grade']} {changed['year']}: {changed['pupils'] - 5} → {changed['pupils']}"
    for lang in ("zh", "en"):
        assert row in render(refused.value.problems[0], lang)
    assert {path.name: path.read_bytes() for path in locked.iterdir()} == before
    assert typed("snapshot", table).returncode == WRONG_USE


def test_a_folder_with_other_things_is_no_place_for_a_snapshot(table: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(RunError) as refused:
        schoolplan.snapshot(table, tmp_path / "full", **FEW)
    assert refused.value.code == "RUN005"


def test_names_districts_and_withheld_numbers_survive_the_lock(tmp_path: Path) -> None:
    frame = until(LAST).assign(school_name=lambda one: one["school"] + " School", suppressed=0)
    frame["pupils"] = frame["pupils"].astype("Int64")
    frame.loc[frame.index[3], ["pupils", "suppressed"]] = [pd.NA, 1]
    table = write(frame.rename(columns={"school_name": "校名"}), tmp_path / "h.csv")
    locked = read_register(schoolplan.snapshot(table, **FEW).path / "table.csv")
    assert locked.names["a1"] == "a1 School"
    assert locked.rows["suppressed"].sum() == 1
    assert set(locked.rows["district"]) == {"north", "south"}


def test_a_study_is_locked_by_its_enrolment(tmp_path: Path) -> None:
    study = schoolplan.new(tmp_path / "maj") / "study.yaml"
    done = schoolplan.snapshot(study, **FEW)
    assert done.path == tmp_path.resolve() / "maj-2023"
    own = pd.read_csv(tmp_path / "maj" / "data" / "enrolment.csv", encoding="utf-8-sig")
    assert read_register(done.path / "table.csv").rows["pupils"].sum() == own["pupils"].sum()
    assert "SCO016" not in codes(done.problems)


def test_grades_that_are_not_forecast_are_told_and_a_study_without_enrolment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from schoolplan import snapshots

    study = schoolplan.new(tmp_path / "maj") / "study.yaml"
    real = snapshots.bundle_of

    def odd(draft: object, problems: object) -> object:
        bundle = real(draft, problems)  # type: ignore[arg-type]
        assert bundle is not None
        table = bundle.tables["enrolment"].copy()
        table["grade"] = table["grade"].where(table["grade"] != "1", "PK")
        return replace(bundle, tables={**bundle.tables, "enrolment": table})

    monkeypatch.setattr(snapshots, "bundle_of", odd)
    told = schoolplan.snapshot(study, **FEW).problems
    assert "SCO016" in codes(told)

    def none(draft: object, problems: object) -> object:
        bundle = real(draft, problems)  # type: ignore[arg-type]
        assert bundle is not None
        return replace(bundle, tables={})

    monkeypatch.setattr(snapshots, "bundle_of", none)
    with pytest.raises(ScenarioError) as refused:
        schoolplan.snapshot(study, tmp_path / "x", **FEW)
    assert "SCO004" in codes(refused.value.problems)


# --- score ------------------------------------------------------------------------------------------------------------


def test_a_score_of_a_snapshot_by_hand(locked: Path) -> None:
    done = scored(locked, rows())
    table = done.table.set_index(["level", "year"])
    assert set(table.index.get_level_values("year")) == {2019, 2020}
    forecast = pd.read_csv(locked / "forecast.csv", dtype={"grade": str}, encoding="utf-8-sig")
    cells = forecast[forecast["level"] == "school-grade"].merge(rows(), on=["school", "grade", "year"])
    cells = cells[cells["year"] == 2019]
    by_hand = (cells["p50"] - cells["pupils"]).abs().sum() / cells["pupils"].sum()
    assert table.loc[("school-grade", 2019), "wape"] == pytest.approx(by_hand)
    inside = ((cells["pupils"] >= cells["p10"]) & (cells["pupils"] <= cells["p90"])).mean()
    assert table.loc[("school-grade", 2019), "cover80"] == pytest.approx(inside)
    wide = rows().pivot_table(index=["school", "grade"], columns="year", values="pupils")
    naive = (wide[2018] - wide[2020]).abs().sum() / wide[2020].sum()
    assert table.loc[("school-grade", 2020), "wape_naive"] == pytest.approx(naive)
    county = abs(wide[2018].sum() - wide[2019].sum()) / wide[2019].sum()
    assert table.loc[("county", 2019), "wape_naive"] == pytest.approx(county)
    assert table.loc[("district", 2019), "n"] == 2
    files = {"score.csv", "score.html", "misses.csv", "errors.png", "misses.png", "manifest.json"}
    assert {path.name for path in done.path.iterdir()} == files
    assert codes(done.problems) == set()


def test_a_register_of_one_year_gives_the_same_scores_as_the_whole_table(locked: Path, tmp_path: Path) -> None:
    whole = scored(locked, rows()[rows()["year"] <= 2019], out=tmp_path / "one").table
    alone = scored(locked, rows()[rows()["year"] == 2019], out=tmp_path / "two").table
    pd.testing.assert_frame_equal(whole, alone)


def test_a_plain_forecast_needs_the_earlier_years_for_the_simple_methods(table: Path, tmp_path: Path) -> None:
    folder = schoolplan.forecast(table, tmp_path / "f", **FEW).path
    with_past = scored(folder, until(2019), out=tmp_path / "one")
    assert "SCO013" not in codes(with_past.problems)
    without = scored(folder, rows()[rows()["year"] == 2019], out=tmp_path / "two")
    assert "SCO013" in codes(without.problems)
    assert without.table["wape_naive"].isna().all()
    assert without.table["wape"].tolist() == with_past.table["wape"].tolist()


def test_the_record_grows_and_revised_registers_are_told(locked: Path, tmp_path: Path) -> None:
    records = tmp_path / "record"
    first = scored(locked, until(2019), out=records)
    revised = until(2019)
    revised.loc[revised["year"] == 2019, "pupils"] += 1
    second = scored(locked, revised, out=records)
    assert "SCO009" in codes(second.problems)
    assert second.path.name == f"{first.path.name}-2"
    record = pd.read_csv(records / "errors.csv", encoding="utf-8-sig")
    assert len(record) == len(first.table) + len(second.table)
    assert record["register"].nunique() == 2
    assert record["stretch"].iloc[0] == pytest.approx(first.table["stretch"].iloc[0], abs=1e-3)
    with pytest.raises(RunError):
        scored(locked, revised, out=records)
    old = until(2019)
    old.loc[(old["year"] == 2016) & (old["school"] == "a1"), "pupils"] += 2
    third = scored(locked, old, out=tmp_path / "third")
    told = next(one for one in third.problems if one.code == "SCO008")
    assert told.params["count"] == 4


def test_a_record_that_is_none_is_left_alone(locked: Path, tmp_path: Path) -> None:
    (tmp_path / "errors.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        scored(locked, until(2019), out=tmp_path)
    assert "SCO017" in codes(refused.value.problems)
    assert (tmp_path / "errors.csv").read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_schools_on_one_side_and_odd_totals_are_listed(locked: Path) -> None:
    frame = until(2019)
    frame.loc[(frame["school"] == "a1") & (frame["year"] == 2019), "school"] = "new"
    frame = frame[~((frame["school"] == "a2") & (frame["year"] == 2019) & (frame["grade"] == "4"))]
    done = scored(locked, frame)
    assert {"SCO010", "SCO011", "SCO012"} <= codes(done.problems)
    assert done.view.vanished["school"].tolist() == ["a1"]
    assert done.view.appeared["school"].tolist() == ["new"]
    table = done.table.set_index("level")
    assert table.loc["school", "n"] == 2
    assert table.loc["county", "n"] == 1, "a new id keeps its pupils in the county"


def test_a_register_of_one_district_says_nothing_of_the_county(locked: Path) -> None:
    frame = until(2019)
    done = scored(locked, frame[(frame["year"] < 2019) | (frame["district"] == "north")])
    assert set(done.table["level"]) == {"school-grade", "school"}
    assert "SCO012" in codes(done.problems)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (rows()[rows()["year"] == 2018], "SCO007"),
        (rows()[rows()["year"] == 2019].assign(school=lambda one: "x" + one["school"]), "SCO015"),
        (rows()[rows()["year"] == 2019].drop_duplicates("school").assign(grade="PK"), "SCO003"),
    ],
)
def test_registers_that_cannot_score_are_refused(locked: Path, frame: pd.DataFrame, code: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        scored(locked, frame)
    assert code in codes(refused.value.problems)


def test_a_locked_file_that_was_changed_is_not_scored(locked: Path) -> None:
    text = (locked / "forecast.csv").read_text(encoding="utf-8-sig")
    (locked / "forecast.csv").write_text(text.replace("a1", "a9", 1), encoding="utf-8-sig")
    with pytest.raises(ScenarioError) as refused:
        scored(locked, until(2019))
    assert codes(refused.value.problems) == {"SCO005"}


def test_any_other_folder_is_no_forecast(locked: Path, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    said = typed("score", tmp_path / "nothing", "--actual", write(until(2019), tmp_path / "r.csv"))
    assert said.returncode == INVALID_INPUT
    assert "SCO006" in said.stderr


@pytest.mark.parametrize(("lang", "words"), [("en", "were off by"), ("zh", "平均误差")])
def test_both_verbs_as_typed(table: Path, tmp_path: Path, lang: str, words: str) -> None:
    register = write(until(2019), tmp_path / "r.csv")
    kept = typed("snapshot", table, "--draws", "40", "--years", "2", "--lang", lang)
    assert kept.returncode == GOOD, kept.stderr
    said = typed("score", tmp_path / "history-2018", "--actual", register, "--lang", lang)
    assert said.returncode == GOOD, said.stderr
    assert words in said.stdout
    page = (tmp_path / "scores" / "history-2018-2019" / "score.html").read_text(encoding="utf-8")
    assert words in page
    as_json = typed("score", tmp_path / "history-2018", "--actual", register, "--json", "--out", tmp_path / "j")
    assert {row["level"] for row in json.loads(as_json.stdout)["table"]} >= {"school-grade", "county"}
    again = typed("snapshot", table, "--draws", "40", "--json")
    assert json.loads(again.stdout)["written"] is False


# --- runs -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return make(tmp_path_factory.mktemp("runs") / "made")


def register_of(run: RunFolder, years: range, factor: float = 1.0) -> pd.DataFrame:
    """The last known rolls again in later years, times a factor."""
    last = run.tables.history[run.tables.history["year"] == run.study.base_year]
    return pd.concat([last.assign(year=year, pupils=(last["pupils"] * factor).round()) for year in years])


def read_made(frame: pd.DataFrame, folder: Path) -> Register:
    return read_register(write(frame, folder / "r.csv"))


def test_a_run_is_scored_by_its_rolls_and_says_which_plan(run: RunFolder, tmp_path: Path) -> None:
    year = run.study.base_year + 1
    register = write(register_of(run, range(year, year + 1)), tmp_path / "r.csv")
    done = schoolplan.score(run.path, register, tmp_path / "scores", lang="en")
    table = done.table.set_index("level")
    rolls = run.tables.schools
    rolls = rolls[(rolls["indicator"] == "roll") & (rolls["stage"] == "all") & (rolls["year"] == year)]
    rolls = rolls[(rolls["future"] == run.study.reference_future) & (rolls["plan"] == run.study.plans[0].id)]
    counted = read_register(register).rows.groupby("school")["pupils"].sum()
    both = rolls.merge(counted, left_on="entity", right_on="school")
    by_hand = (both["p50"] - both["pupils"]).abs().sum() / both["pupils"].sum()
    assert table.loc["school", "n"] == len(both)
    assert table.loc["school", "wape"] == pytest.approx(by_hand)
    assert table.loc["school", "wape_naive"] == pytest.approx(0.0)
    assert (done.path / "verdicts.csv").is_file()
    with pytest.raises(ScenarioError) as refused:
        schoolplan.score(run.path, register, tmp_path / "other", plan="nobody")
    assert "SCO014" in codes(refused.value.problems)


def test_verdicts_are_settled_by_the_register_alone(run: RunFolder, tmp_path: Path) -> None:
    first, last = run.study.window
    plan = run.study.plans[0].id
    rows_of = run.tables.verdicts
    rows_of = rows_of[(rows_of["plan"] == plan) & (rows_of["future"] == run.study.reference_future)]
    rows_of = rows_of[(rows_of["scope"] == "school") & rows_of["verdict"].isin(("holds", "outlook"))]
    sizes = {rule.code for rule in run.study.rules if rule.indicator == "school_size"}
    holding = set(rows_of.loc[rows_of["rule"].isin(sizes), "entity"])
    full = read_made(register_of(run, range(first, first + 1), 50.0), tmp_path)
    over = settled_verdicts(run, plan, full)
    against = over[over["verdict"].isin(("holds", "outlook"))]
    assert len(against)
    assert set(against["outcome"]) == {"contradicted"}
    assert set(over.loc[~over["verdict"].isin(("holds", "outlook")), "outcome"]) <= {"confirmed"}
    assert (over["roll"] > over["bound"]).all()
    later = replace(run, study=run.study.model_copy(update={"window": (first + 1, last)}))
    early = settled_verdicts(later, plan, full)
    assert set(early["outcome"]) == {"early"}
    quiet = read_made(register_of(run, range(first, last), 0.01), tmp_path)
    assert settled_verdicts(run, plan, quiet).empty, "the window is not over"
    whole = settled_verdicts(run, plan, read_made(register_of(run, range(first, last + 1), 0.01), tmp_path))
    held = whole[whole["verdict"].isin(("holds", "outlook"))]
    assert set(held["outcome"]) == {"confirmed"}
    assert set(held["school"]) <= holding
