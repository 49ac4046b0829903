"""The verbs on a small study, as a planner types them: exit codes, files, messages in both languages."""

import json
import shutil
from pathlib import Path

import pytest

import schoolplan
from tests.typed import typed as cli
from tests.typed import typed_apart

BASE = Path(__file__).parents[1] / "broken" / "_base"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "base"
    shutil.copytree(BASE, folder)
    return folder


@pytest.fixture(scope="module")
def run_folder(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("runs") / "one"
    schoolplan.run(study / "approval.yaml", target, draws=6, workers=1, lang="en")
    return target


def test_new_copies_an_example_and_refuses_a_full_folder(tmp_path: Path) -> None:
    done = typed_apart("new", tmp_path / "majiang")
    assert done.returncode == 0
    assert " run " in done.stdout
    assert (tmp_path / "majiang" / "study.yaml").is_file()
    assert not list((tmp_path / "majiang").rglob("*.py"))
    again = cli("new", tmp_path / "majiang")
    assert again.returncode == 2
    assert "EXA002" in again.stderr
    assert "never overwritten" in again.stderr


def test_new_with_an_unknown_example_says_which_there_are(tmp_path: Path) -> None:
    done = cli("new", tmp_path / "x", "--example", "majing", "--lang", "zh")
    assert done.returncode == 2
    assert "EXA001" in done.stderr
    assert "没有这个示例" in done.stderr
    assert "majiang" in done.stderr


def test_check_is_quiet_about_a_good_study_and_loud_about_a_bad_one(study: Path, tmp_path: Path) -> None:
    good = cli("check", study / "approval.yaml", "--lang", "zh")
    assert good.returncode == 0
    assert "检查通过" in good.stdout
    broken = tmp_path / "broken"
    shutil.copytree(study, broken)
    text = (broken / "study.yaml").read_text(encoding="utf-8")
    (broken / "study.yaml").write_text(text.replace("horizon:", "horizont:"), encoding="utf-8")
    bad = cli("check", broken / "approval.yaml")
    assert bad.returncode == 3
    assert "horizon" in bad.stderr
    assert "Not valid" in bad.stdout
    records = json.loads(cli("check", broken / "approval.yaml", "--json").stdout)
    assert any("horizont" in record["found"] for record in records)


def test_explain_shows_order_capacity_and_calendar(study: Path) -> None:
    done = cli("explain", study / "approval.yaml", "--json")
    assert done.returncode == 0
    tables = json.loads(done.stdout)
    assert [row["name"] for row in tables["explain.order"]][:2] == ["projects", "births"]
    assert {"explain.capacity", "explain.calendar", "explain.fit", "explain.bounds"} <= set(tables)
    printed = cli("explain", study / "approval.yaml", "--lang", "zh")
    assert "一个学年的推演顺序" in printed.stdout


def test_explain_lists_the_flows_of_every_future(study: Path) -> None:
    done = cli("explain", study / "approval.yaml", "--json")
    rows = json.loads(done.stdout)["explain.flows"]
    assert {row["stream"] for row in rows if row["future"] == "baseline"} >= {"flow_to_town"}
    assert all("(+0)" in row["flow_last"] for row in rows if row["future"] == "baseline")
    assert any("(+0)" not in row["flow_last"] for row in rows if row["future"] != "baseline")


@pytest.mark.parametrize("verb", [("new", "--template", "xlsx"), ("check",), ("run", "--draws", "2")])
def test_a_target_that_cannot_be_written_is_told_without_a_traceback(
    study: Path, tmp_path: Path, verb: tuple[str, ...]
) -> None:
    file = tmp_path / "注.txt"
    file.write_text("mine", encoding="utf-8")
    target = file / "new"
    words = (target, *verb[1:]) if verb[0] == "new" else (study / "approval.yaml", *verb[1:], "--out", target)
    for lang, what in (("zh", "不能读写"), ("en", "cannot be read or written")):
        done = cli(verb[0], *words, "--lang", lang)
        assert done.returncode == 2, done.stderr
        assert "RUN013" in done.stderr
        assert what in done.stderr
        assert "注.txt" in done.stderr
        assert "Traceback" not in done.stderr
    assert file.read_text(encoding="utf-8") == "mine"


def test_run_writes_the_whole_folder(study: Path, tmp_path: Path) -> None:
    target = tmp_path / "run"
    done = cli("run", study / "approval.yaml", "--draws", "4", "--workers", "1", "--out", target, "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert str(target / "report.html") in done.stdout
    papers = ("map.gpkg", "map.qgs", "report.html")
    for name in ("manifest.json", "verdicts.csv", "schools.parquet", "county.parquet", *papers):
        assert (target / name).is_file(), name
    assert not list(tmp_path.glob("*.unfinished"))
    again = cli("run", study / "approval.yaml", "--draws", "4", "--out", target)
    assert again.returncode == 2
    assert "RUN005" in again.stderr
    stale = cli("run", study / "approval.yaml", "--draws", "4", "--out", tmp_path / "no", "--resume")
    assert stale.returncode == 2
    assert "RUN021" in stale.stderr
    assert "Leave out --resume" in stale.stderr


def test_fail_on_turns_verdicts_into_an_exit_code(run_folder: Path) -> None:
    run = schoolplan.read(run_folder)
    words = set(run.study.deciding(run.tables.verdicts)["verdict"])
    done = cli("compare", run_folder, "--out", run_folder.parent / "cmp", "--fail-on", "at-risk")
    expected = 1 if words & {"fails", "at-risk", "undecided"} else 0
    assert done.returncode == expected
    assert (run_folder.parent / "cmp" / "compare.html").is_file()
    if expected:
        assert "--fail-on at-risk" in done.stderr


def test_report_in_the_other_language_changes_nothing_else(run_folder: Path) -> None:
    before = {p.name: p.read_bytes() for p in run_folder.iterdir() if p.is_file()}
    done = cli("report", run_folder, "--lang", "zh")
    assert done.returncode == 0, done.stderr
    assert 'lang="zh' in (run_folder / "papers" / "zh" / "report.html").read_text(encoding="utf-8")
    assert before == {p.name: p.read_bytes() for p in run_folder.iterdir() if p.is_file()}


def test_report_writes_each_format_once_and_says_which_there_are(run_folder: Path, tmp_path: Path) -> None:
    done = cli("report", run_folder, "--format", "gpkg,gpkg", "--out", tmp_path / "papers", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "papers").iterdir()] == ["map.gpkg"]
    assert done.stdout.count("map.gpkg") == 1
    unknown = cli("report", run_folder, "--format", "html,dwg")
    assert unknown.returncode == 2
    assert "gpkg, qgis" in unknown.stderr


def test_wrong_use_is_exit_2() -> None:
    assert cli("run", "no-such-file.yaml").returncode == 2
    assert cli("run").returncode == 2
    assert cli("report", Path(__file__).parent, "--lang", "fr").returncode == 2


def test_help_fits_one_screen() -> None:
    for verb in ("", "new", "check", "explain", "run", "compare", "report", "doctor"):
        done = cli(*([verb] if verb else []), "--help")
        assert done.returncode == 0
        assert len(done.stdout.splitlines()) <= 40


def test_doctor_speaks_both_languages() -> None:
    assert "字体" in cli("doctor", "--lang", "zh").stdout


def test_an_interrupted_command_is_exit_130_and_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    from schoolplan.exits import INTERRUPTED, guarded

    def app(**_: object) -> None:
        raise KeyboardInterrupt

    def typers_way(**_: object) -> int:
        return INTERRUPTED

    for way in (app, typers_way):
        assert guarded(way) == INTERRUPTED
        assert "--resume" in capsys.readouterr().err
