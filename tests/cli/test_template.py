"""`new --template xlsx` as a planner types it."""

from pathlib import Path

from tests.typed import typed as cli


def test_new_template_writes_an_empty_study_that_check_understands(tmp_path: Path) -> None:
    made = cli("new", tmp_path / "mine", "--template", "xlsx", "--lang", "zh")
    assert made.returncode == 0, made.stderr
    assert "教育局" not in made.stdout
    assert "study.yaml" in made.stdout
    assert (tmp_path / "mine" / "data" / "教育局.xlsx").is_file()
    checked = cli("check", tmp_path / "mine" / "study.yaml")
    assert checked.returncode == 3
    assert "SCN204" in checked.stderr
    assert "SCN006" in checked.stderr
    again = cli("new", tmp_path / "mine", "--template", "xlsx")
    assert again.returncode == 2
    assert "EXA002" in again.stderr


def test_an_example_and_a_template_at_once_is_wrong_use(tmp_path: Path) -> None:
    done = cli("new", tmp_path / "mine", "--template", "xlsx", "--example", "majiang")
    assert done.returncode == 2
    assert not (tmp_path / "mine").exists()
