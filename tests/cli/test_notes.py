"""What `check` prints: errors, then warnings, then how files were read; `-q` leaves the last out; exit codes stay."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import schoolplan
from scenarios.problems import Problem, error, note, warning
from schoolplan.exits import GOOD, INVALID_INPUT, guarded

FILE = Path(__file__).parents[1] / "broken" / "_base" / "study.yaml"
NOTE = note("SCN361", "data/a.csv", "zones", table="@table_zones", bureau="@bureau_education")
WARNING = warning("SCN361", "data/b.csv", "sites", table="@table_sites", bureau="@bureau_education")
ERROR = error("SCN361", "data/c.csv", "schools", table="@table_schools", bureau="@bureau_education")


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run `check` with given words on given problems: exit code, standard output, standard error."""

    def call(problems: Sequence[Problem], *words: str) -> tuple[int, str, str]:
        from schoolplan.cli import app

        monkeypatch.setattr(schoolplan, "check", lambda *_, **__: list(problems))
        monkeypatch.setattr("sys.argv", ["schoolplan", "check", str(FILE), *words])
        code = guarded(app)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_errors_come_first_and_notes_last_under_their_heading(checked: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = checked([NOTE, WARNING, ERROR, NOTE], "--lang", "en")
    assert code == INVALID_INPUT
    places = [line.split(":")[0] for line in err.splitlines() if "SCN361" in line]
    assert places == ["data/c.csv", "data/b.csv", "data/a.csv", "data/a.csv"]
    assert err.count("How your files were read") == 1
    assert err.index("data/b.csv") < err.index("How your files were read") < err.index("data/a.csv")
    assert out == "Not valid: 1 error(s), 1 warning(s), 2 note(s) on reading\n"


def test_quiet_leaves_the_notes_out_and_still_counts_them(checked: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = checked([NOTE, WARNING], "-q", "--lang", "zh")
    assert code == GOOD
    assert "data/a.csv" not in err
    assert "读法" not in err
    assert "data/b.csv" in err
    assert out == "检查通过：0 个错误，1 条提醒，1 条读法说明\n"


def test_notes_never_change_the_exit_code(checked: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = checked([NOTE], "--lang", "zh")
    assert code == GOOD
    assert "读法（" in err
    assert out.startswith("检查通过")


def test_json_carries_the_severity_of_each(checked: Callable[..., tuple[int, str, str]]) -> None:
    _, out, _ = checked([NOTE, ERROR, WARNING], "--json", "--lang", "en")
    assert [record["severity"] for record in json.loads(out)] == ["error", "warning", "note"]
    _, out, _ = checked([NOTE, ERROR, WARNING], "--json", "-q", "--lang", "en")
    assert [record["severity"] for record in json.loads(out)] == ["error", "warning"]
