"""`size` from end to end on a small study: what is written and said, in both languages; every slip has its code."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import schoolplan
from reports.run_errors import RunError
from scenarios.problems import ScenarioError, tell
from schoolplan import exits
from schoolplan.cli import app
from schoolplan.sizing import SizeFolder
from tests.sim.studies import LOADING, TINY


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SizeFolder:
    folder = tmp_path_factory.mktemp("size") / "out"
    return schoolplan.size(LOADING, folder, clauses=("G5", "L4"), future="baseline", draws=10, workers=1)


def refused(**chosen: object) -> set[str]:
    with pytest.raises(ScenarioError) as fault:
        schoolplan.size(TINY, **chosen)
    for problem in fault.value.problems:
        for lang in ("zh", "en"):
            told = tell(problem, lang)
            assert "{" not in told.what + told.expected + told.fix
    return {problem.code for problem in fault.value.problems if problem.severity == "error"}


def test_what_is_written(made: SizeFolder) -> None:
    assert {path.name for path in made.path.iterdir()} == {"needs.csv", "needs.json"}
    table = pd.read_csv(made.path / "needs.csv")
    assert set(table["rule"]) == {"G5.primary", "G5.junior", "L4.primary", "L4.junior"}
    assert set(table["future"]) == {"baseline"}
    assert set(table["plan"]) == {"do-nothing", "build"}
    document = json.loads((made.path / "needs.json").read_text(encoding="utf-8"))
    assert (document["draws"], document["probability"]) == (10, 0.9)
    assert len(document["rows"]) == len(table)
    assert document["manifest"]["inputs"]


def test_a_single_year_asks_for_no_more_than_the_window_that_holds_it(tmp_path: Path, made: SizeFolder) -> None:
    window = made.table.query("plan == 'do-nothing'")
    year = int(window["years"].iloc[0].split("-")[1])
    one = schoolplan.size(
        LOADING, tmp_path / "one", clauses=("G5", "L4"), future="baseline", plan="do-nothing", year=year, draws=10,
        workers=1,
    ).table  # fmt: skip
    assert set(one["years"]) == {str(year)}
    both = window.merge(one, on=["rule", "stage", "entity"], suffixes=("", "_one"))
    assert len(both) == len(window)
    assert (both["missing_one"].fillna(0) <= both["missing"].fillna(0)).all()


def test_mistakes_are_told_together() -> None:
    assert refused(clauses=("L44",)) == {"RUN086"}
    assert refused(year=1990, probability=0.0) == {"RUN087", "RUN088"}
    assert refused(probability=1.01) == {"RUN088"}
    assert refused(plan="nobody", future="nowhen") == {"RUN071", "RUN072"}


def test_a_clause_without_data_is_told(tmp_path: Path) -> None:
    done = schoolplan.size(LOADING, tmp_path / "out", clauses=("G3", "G5"), draws=2, workers=1)
    assert [(problem.code, problem.found) for problem in done.problems] == [("RUN089", "G3")]
    missing = done.table[done.table["rule"].str.startswith("G3")]["missing"]
    assert missing.isna().all()  # nobody has counted the rooms: nothing is guessed


@pytest.mark.parametrize(("lang", "said"), [("zh", ("反算", "还差")), ("en", ("Inverse sizing", "Missing"))])
def test_what_is_said(tmp_path: Path, lang: str, said: tuple[str, ...]) -> None:
    words = ["size", str(TINY), "--out", str(tmp_path / "out"), "--workers", "1", "--lang", lang]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert "needs.csv" in done.output
    assert all(word in done.output for word in said)


def test_machine_readable_and_wrong_use(tmp_path: Path) -> None:
    words = ["size", str(TINY), "--out", str(tmp_path / "out"), "--workers", "1", "--json", "--clause", "G5，rooms"]
    done = CliRunner().invoke(app, words)
    assert {row["rule"] for row in json.loads(done.stdout)["rows"]} <= {"G5.primary", "G5.junior", "rooms"}
    with pytest.raises(RunError, match="RUN005"):
        schoolplan.size(TINY, tmp_path / "out", workers=1)
    assert CliRunner().invoke(app, ["size", str(TINY), "--lang", "fr"]).exit_code == exits.WRONG_USE
    assert len(CliRunner().invoke(app, ["size", "--help"]).output.splitlines()) <= 40
