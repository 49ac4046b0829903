"""`schoolplan schema`: JSON Schemas for editors."""

import json
import shutil
from pathlib import Path

import pytest

from schoolplan.exits import GOOD, WRONG_USE
from tests.typed import typed

PLANNERS = ["study", "future", "plan", "scenario", "programme", "pack"]
FORMS = [
    *PLANNERS,
    "construction",
    "fertility",
    "housing",
    "boarding",
    "staff",
    "money",
    "closures",
    "attendance",
    "roads",
]


def test_without_a_name_the_kinds_of_files_are_listed() -> None:
    done = typed("schema", "--lang", "zh")
    assert done.returncode == GOOD
    assert [line.split()[0] for line in done.stdout.splitlines()] == FORMS
    assert "研究区 study.yaml" in done.stdout


@pytest.mark.parametrize("form", FORMS)
def test_a_name_prints_its_schema(form: str) -> None:
    schema = json.loads(typed("schema", form).stdout)
    assert schema["title"] == form
    assert schema["additionalProperties"] is False


def test_schemas_are_written_and_written_again(tmp_path: Path) -> None:
    for _ in range(2):
        done = typed("schema", "--out", tmp_path / ".schema", "--lang", "en")
        assert (done.returncode, done.stderr) == (GOOD, "")
    names = [f"{form}.json" for form in PLANNERS]
    assert sorted(file.name for file in (tmp_path / ".schema").iterdir()) == sorted(names)
    assert ", ".join(names) in done.stdout
    assert typed("schema", "roads", "--out", tmp_path).returncode == GOOD
    assert (tmp_path / "roads.json").is_file()


def test_wrong_use_is_exit_2_in_both_languages(tmp_path: Path) -> None:
    done = typed("schema", "stduy", "--lang", "zh")
    assert done.returncode == WRONG_USE
    assert "不在可选之列" in done.stderr
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    done = typed("schema", "--out", tmp_path)
    assert done.returncode == WRONG_USE
    assert "SCN480" in done.stderr
    assert typed("schema", "--lang", "fr").returncode == WRONG_USE


def test_help_fits_one_screen() -> None:
    done = typed("schema", "--help")
    assert len(done.stdout.splitlines()) <= 24


def test_repairs_keep_the_help_of_the_editor(tmp_path: Path) -> None:
    base = Path(__file__).resolve().parents[1] / "broken" / "_base"
    case = base.parent / "areas-in-mu"
    for number, with_schema in enumerate((True, False)):
        study = tmp_path / str(number) / "study"
        shutil.copytree(base, study)
        shutil.copytree(case, study, dirs_exist_ok=True)
        if with_schema:
            typed("schema", "--out", study / ".schema")
        typed("check", study / "approval.yaml", "--fix", "--out", study.parent / "repairs")
        made = list((study.parent / "repairs").rglob("study.yaml"))
        assert len(made) == 1
        assert (made[0].parent / ".schema" / "study.json").is_file() == with_schema
