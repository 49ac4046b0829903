"""`stress` from end to end on a small study: what is written and said, in both languages; every slip has its code."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import schoolplan
from reports.run_errors import RunError
from reports.stress_words import explained
from scenarios.problems import ScenarioError, tell
from schoolplan import exits
from schoolplan.cli import app
from schoolplan.stress_ask import chosen_drivers
from schoolplan.stressing import StressFolder
from sim.stress_outcomes import Amounts, Outcome, Question
from tests.sim.studies import LOADING, TINY

FILES = {"stress.csv", "stress.json", "stress.png", "stress.html"}


def codes(fault: ScenarioError) -> set[str]:
    """Codes of the errors; every one can be told in both languages, with what was found."""
    for problem in fault.problems:
        for lang in ("zh", "en"):
            told = tell(problem, lang)
            assert told.what
            assert told.fix
            assert "{" not in told.what + told.expected + told.fix
    return {problem.code for problem in fault.problems if problem.severity == "error"}


def refused(**chosen: object) -> set[str]:
    with pytest.raises(ScenarioError) as fault:
        schoolplan.stress(TINY, **chosen)
    return codes(fault.value)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StressFolder]:
    """The tiny study, one draw; school a breaks its class size as more children arrive."""
    folder = tmp_path_factory.mktemp("stress") / "out"
    return folder, schoolplan.stress(
        TINY, folder, plan="build", drivers=("migration", "delay", "retention"), ranges=("migration=0:300",),
        pairs=True, globally="morris", points=2, lang="en",
    )  # fmt: skip


def test_what_is_written(made: tuple[Path, StressFolder]) -> None:
    folder, done = made
    assert {path.name for path in folder.iterdir()} == FILES | {"sensitivity.csv", "sensitivity.png"}
    table = pd.read_csv(folder / "stress.csv")
    assert list(table["driver"]) == list(done.table["driver"])
    fails = table[table["fails"]]
    assert len(fails)
    assert fails["reach"].is_monotonic_increasing
    assert (fails["probability"] < 0.5).all()
    assert (table[~table["fails"]]["probability"] >= 0.5).all()
    assert set(table["direction"]) <= {"up", "down"}
    document = json.loads((folder / "stress.json").read_text(encoding="utf-8"))
    assert document["drivers"]["migration"]["high"] == 300.0
    assert len(document["scanned"]) == len(table)
    assert document["manifest"]["seed"] == document["seed"]
    effects = pd.read_csv(folder / "sensitivity.csv")
    assert set(effects["output"]) == {"probability", "pupils_over", "roll"}
    assert (effects["runs"] == 2 * 4).all()
    roll = effects[effects["output"] == "roll"].set_index("driver")
    assert roll.loc["migration", "direction"] == 1.0
    assert roll.loc["delay", "effect"] == 0.0


def test_the_page_says_the_finding_and_each_driver(made: tuple[Path, StressFolder]) -> None:
    page = (made[0] / "stress.html").read_text(encoding="utf-8")
    assert "What takes least" in page
    assert "more net arrivals a year per 1000 children from 2024 on" in page
    assert "all projects late by" in page
    assert "Two drivers at once" in page or not len(made[1].view.pairs)
    assert "Morris screening" in page


def test_the_same_bytes_twice_whatever_the_order_of_drivers(tmp_path: Path) -> None:
    for name, drivers in (("a", ("births", "delay")), ("b", ("delay", "births"))):
        schoolplan.stress(TINY, tmp_path / name, plan="build", drivers=drivers)
    for file in FILES:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


def test_said_in_chinese(tmp_path: Path) -> None:
    words = ["stress", TINY, "--plan", "build", "--drivers", "births,migration，delivery", "--lang", "zh"]
    done = CliRunner().invoke(app, [*map(str, words), "--out", str(tmp_path / "o")])
    assert done.exit_code == exits.GOOD, done.output
    assert "出生人数" in done.output
    assert "县外净迁入" in done.output
    assert "RUN077" in done.output  # no estates: nothing to be late
    assert "RUN079" in done.output
    page = (tmp_path / "o" / "stress.html").read_text(encoding="utf-8")
    assert "每千名儿童每年净迁入" in page


def test_machine_readable_and_quiet(tmp_path: Path) -> None:
    given = ["stress", str(TINY), "--plan", "build", "--drivers", "births"]
    done = CliRunner().invoke(app, [*given, "--json", "--out", str(tmp_path / "j")])
    document = json.loads(done.output)
    assert document["folder"] == str(tmp_path / "j")
    assert [row["driver"] for row in document["rows"]] == ["births", "births"]
    quiet = CliRunner().invoke(app, [*given, "-q", "--out", str(tmp_path / "q")])
    assert quiet.output.strip() == str(tmp_path / "q")


def test_draws_of_a_study_with_spread(tmp_path: Path) -> None:
    done = schoolplan.stress(LOADING, tmp_path / "o", drivers=("migration",), draws=6, below=0.01, globally="sobol",
                             points=2, lang="en")  # fmt: skip
    assert done.document["draws"] == 6
    assert done.effects["runs"].eq(2 * 3).all()
    page = (tmp_path / "o" / "stress.html").read_text(encoding="utf-8")
    wide = (done.effects["high"] - done.effects["low"] > 0.5).any()
    assert ("too few points to sort drivers by" in page) == wide
    few = done.effects.assign(low=0.1, high=0.7)
    said = explained(replace(done.view, effects=few)), explained(replace(done.view, effects=few.assign(high=0.5)))
    assert ["too few points" in text for text in said] == [True, False]


def test_unknown_names() -> None:
    assert refused(future="stedy", plan="bild", school="x", drivers=("birth",)) == {
        "RUN070", "RUN071", "RUN072", "RUN073",
    }  # fmt: skip
    with pytest.raises(ScenarioError) as fault:
        schoolplan.stress(TINY, drivers=("birth",))
    (unknown,) = (problem for problem in fault.value.problems if problem.code == "RUN070")
    assert "births" in tell(unknown, "en").fix


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("births=1.3:0.8", "RUN082"),
        ("births=1.1:1.3", "RUN082"),
        ("births=-1:1.3", "RUN082"),
        ("births=1:1", "RUN082"),
        ("delay=0:1.5", "RUN082"),
        ("births=0.8", "RUN074"),
        ("births", "RUN074"),
        ("births=nan:2", "RUN074"),
        ("weather=0:1", "RUN070"),
    ],
)
def test_ranges_that_cannot_be_used(text: str, code: str) -> None:
    assert [problem.code for problem in chosen_drivers((), (text,), "a.yaml")[1]] == [code]


def test_names_and_ranges_that_do_not_fit_together() -> None:
    assert refused(drivers=("births", "births")) == {"RUN084"}
    assert refused(ranges=("births=0.9:1.1", "births=0.8:1.1")) == {"RUN084"}
    assert refused(drivers=("pull",), ranges=("births=0.9:1.1",)) == {"RUN085"}


def test_years_and_drivers_without_anything_to_do() -> None:
    assert refused(until=2040) == {"RUN080"}
    assert refused(until=2024) == {"RUN080"}
    assert refused(plan="do-nothing", drivers=("delay", "housing")) == {"RUN083"}


def test_a_plan_that_fails_already(tmp_path: Path) -> None:
    """More than everything cannot hold: with no room for breaches in any draw a plan with some fails at once."""
    with pytest.raises(ScenarioError) as fault:
        schoolplan.stress(LOADING, tmp_path / "o", plan="do-nothing", draws=4, below=0.99)
    assert codes(fault.value) == {"RUN075"}
    assert not (tmp_path / "o").exists()


def test_a_response_that_goes_up_and_down_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def island(foot: object, question: Question, points: Sequence[Amounts]) -> list[Outcome]:
        births = [point.get("births", 1.0) for point in points]
        nothing, broken = np.zeros(1, dtype=np.int64), np.ones((1, 1, 1))
        return [Outcome(np.array([not 1.1 < x < 1.3]), nothing, nothing, broken) for x in births]

    monkeypatch.setattr("schoolplan.stressing.outcomes", island)
    done = schoolplan.stress(TINY, tmp_path / "o", drivers=("births",), lang="en")
    told = {problem.code: problem for problem in done.problems}
    assert told["RUN078"].severity == "warning"
    assert told["RUN076"].found == "build"  # no plan was named
    assert "goes up and down" in tell(told["RUN078"], "en").what
    assert "时升时降" in tell(told["RUN078"], "zh").what
    up = done.table[done.table["direction"] == "up"].iloc[0]
    assert up["amount"] == pytest.approx(1.1, abs=0.02)
    assert not up["monotone"]


def test_an_output_that_nothing_changes_is_told(tmp_path: Path) -> None:
    done = schoolplan.stress(TINY, tmp_path / "o", plan="build", drivers=("births",), globally="sobol", points=2)
    assert [problem.found for problem in done.problems if problem.code == "RUN081"] == [
        "probability", "pupils_over", "roll",
    ]  # fmt: skip


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def typed(*words: object) -> int:
        monkeypatch.setattr("sys.argv", ["schoolplan", *map(str, words)])
        return exits.guarded(app)

    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x", encoding="utf-8")
    assert typed("stress", TINY, "--plan", "nobody", "--lang", "zh") == exits.INVALID_INPUT
    assert "RUN072" in capsys.readouterr().err
    assert typed("stress", TINY, "--out", tmp_path / "full") == exits.WRONG_USE
    assert typed("stress", TINY, "--global", "guess") == exits.WRONG_USE
    with pytest.raises(RunError):
        schoolplan.stress(TINY, tmp_path / "full")


def test_help_fits_one_screen() -> None:
    assert len(CliRunner().invoke(app, ["stress", "--help"]).output.splitlines()) <= 40
