"""Standards of a study's own: a pack that extends others beside the study, bounds from memory, the pack of 2012."""

import json
import shutil
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

import schoolplan
from reports import album
from reports.album import Picture
from reports.compare import write_compare
from reports.html_report import write_report
from reports.run_errors import RunError
from reports.run_folder import RunFolder
from reports.terminal import print_summary
from schoolplan import manifest, runs
from tests.cli.test_commands import BASE, cli

pytestmark = pytest.mark.usefixtures("no_pictures")

CITY = """\
schema_version: 1
id: city
name: {zh: 市标准, en: City}
valid_from: 2020-01-01
source: 虚构
extends: cn-2017-quality-balance
overrides:
  G5.primary:
    bound: 30
    clause: {zh: 小学每班不超过30人, en: At most 30 in a primary class}
    source: {zh: 虚构的市文件, en: a made-up city document}
    source_grade: M
"""
COUNTY = """\
schema_version: 1
id: county
name: {zh: 县标准, en: County}
valid_from: 2020-01-01
source: 虚构
extends: ../norms/city.yaml
overrides:
  G5.junior:
    bound: 48
    clause: {zh: 初中每班不超过48人, en: At most 48 in a junior class}
    source: {zh: 虚构的县文件, en: a made-up county document}
    source_grade: A
"""
DRAWS = 6


def county(folder: Path, standards: str = "county.yaml") -> Path:
    """The small study with another pack: county.yaml beside study.yaml, which extends one of a neighbouring folder."""
    shutil.copytree(BASE, folder / "study")
    (folder / "norms").mkdir()
    (folder / "norms" / "city.yaml").write_text(CITY, encoding="utf-8")
    (folder / "study" / "county.yaml").write_text(COUNTY, encoding="utf-8")
    file = folder / "study" / "study.yaml"
    text = file.read_text(encoding="utf-8").replace("standards: cn-2017-quality-balance", f"standards: {standards}")
    file.write_text(text, encoding="utf-8")
    return folder / "study" / "approval.yaml"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunFolder]:
    folder = tmp_path_factory.mktemp("own")
    scenario = county(folder)
    return scenario, schoolplan.run(scenario, folder / "run", draws=DRAWS, workers=1)


def test_check_tells_nothing_amiss_of_a_pack_over_packs(tmp_path: Path) -> None:
    told = schoolplan.check(county(tmp_path))
    assert [(one.code, one.place) for one in told] == [
        ("SCN468", "../norms/city.yaml:8:3"),
        ("SCN468", "county.yaml:8:3"),
    ]


def test_verdicts_follow_both_packs_and_say_which_rest_on_memory(made: tuple[Path, RunFolder]) -> None:
    run = made[1]
    rules = {rule.code: (rule.bound, rule.source_grade) for rule in run.study.rules}
    assert run.study.standards == "county"
    assert (rules["G5.primary"], rules["G5.junior"], rules["G4.primary"]) == ((30, "M"), (48, "A"), (2000, "B"))
    rows = run.tables.verdicts
    judged = rows[(rows["rule"] == "G5.primary") & (rows["verdict"] != "outlook")]
    assert set(judged["unverified"]) == {"G5.primary"}
    assert set(rows.loc[~rows["rule"].isin(["G5.primary", "all"]), "unverified"]) == {""}
    assert "G5.primary" in set(rows.loc[rows["rule"] == "all", "unverified"])


def test_a_verdict_rests_on_no_memory_where_verified_clauses_fail_alone(made: tuple[Path, RunFolder]) -> None:
    rows = made[1].tables.verdicts
    county_rows = rows[rows["scope"] == "county"]
    for _, case in county_rows.groupby(["future", "plan"]):
        decides = [rule.code for rule in made[1].study.rules if rule.decides]
        sound = case[case["rule"].isin(decides) & (case["rule"] != "G5.primary")]
        if (sound["verdict"] == "fails").any():  # one verified clause fails, so all of them together do
            assert case.loc[case["rule"] == "all", "unverified"].item() == ""


@pytest.mark.parametrize(("lang", "word", "note", "clause"), [
    ("zh", "※未核实", "※ 凭记忆录入，未核实（来源等级 M）", "小学每班不超过30人※"),
    ("en", "※unverified", "※ Unverified, from memory (source grade M)", "At most 30 in a primary class※"),
])  # fmt: skip
def test_report_terminal_and_comparison_say_it(
    made: tuple[Path, RunFolder],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    word: str,
    note: str,
    clause: str,
) -> None:
    run = made[1]
    monkeypatch.setattr(album, "paint", lambda task: Picture("data:,", task.caption.title, 1, 1))
    write_report(run, lang, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    marked = (run.tables.verdicts["unverified"] != "").sum()
    cells = (run.tables.verdicts.query("rule == 'all'")["unverified"] != "").sum()
    assert page.count(f'<span class="doubt">{word}</span>') == marked + cells
    assert note in page
    assert clause in page
    console = Console(record=True, width=160, file=StringIO())
    print_summary(run, lang, console)
    said = console.export_text()
    assert said.count(word) == cells
    assert note in said
    write_compare([run], tmp_path / "compare", lang)
    compared = (tmp_path / "compare" / "compare.html").read_text(encoding="utf-8")
    assert compared.count(word) == 3 * cells  # matrix, table, ranking
    frame = pd.read_csv(tmp_path / "compare" / "compare.csv", keep_default_na=False)
    assert (frame["unverified"] != "").sum() == cells


def test_the_manifest_names_every_pack_and_follows_its_text(made: tuple[Path, RunFolder], tmp_path: Path) -> None:
    scenario, run = made
    inputs = run.manifest["inputs"]
    files = {"county.yaml": scenario.parent / "county.yaml", "city.yaml": scenario.parents[1] / "norms" / "city.yaml"}
    for name, file in files.items():
        assert inputs[name] == manifest.sha256(file)
    assert "cn-2017-quality-balance.yaml" in inputs
    other = county(tmp_path)
    unfinished = tmp_path / ("run" + runs.UNFINISHED)
    (unfinished / "parts").mkdir(parents=True)
    key = manifest.run_hash(manifest.manifest(runs.prepare(other).bundle, runs.Options(DRAWS, 1), {}))
    (unfinished / "inputs.txt").write_text(key, encoding="utf-8")
    city = tmp_path / "norms" / "city.yaml"
    city.write_text(CITY.replace("bound: 30", "bound: 31"), encoding="utf-8")
    with pytest.raises(RunError, match="RUN020"):  # parts of another bound are not gone on with
        schoolplan.run(other, tmp_path / "run", draws=DRAWS, workers=1, resume=True)
    city.write_text(CITY, encoding="utf-8")
    again = schoolplan.run(other, tmp_path / "run", draws=DRAWS, workers=1, resume=True)
    pd.testing.assert_frame_equal(again.tables.verdicts, run.tables.verdicts)


def test_a_repaired_copy_holds_the_packs_that_are_extended(tmp_path: Path) -> None:
    scenario = county(tmp_path / "mine")
    layer = BASE.parent / "layer-with-a-spike" / "data" / "units.geojson"
    shutil.copyfile(layer, scenario.parent / "data" / "units.geojson")
    repairs = schoolplan.fix(scenario, tmp_path / "out", lang="en")
    assert repairs.file is not None
    copies = [file.relative_to(tmp_path / "out").as_posix() for file in (tmp_path / "out").rglob("*.yaml")]
    assert {file.rsplit("/", 1)[-1] for file in copies} >= {"county.yaml", "city.yaml"}
    assert not [file for file in copies if file.endswith("cn-2017-quality-balance.yaml")]
    shutil.rmtree(tmp_path / "mine")
    assert [one.code for one in schoolplan.check(repairs.file) if one.severity == "error"] == []


def test_the_pack_of_2012_runs_without_a_verdict_on_sizes(tmp_path: Path) -> None:
    scenario = county(tmp_path, "cn-2012-basic-balance")
    told = [one for one in schoolplan.check(scenario) if one.severity != "note"]
    assert "SCN472" in {one.code for one in told}
    done = cli("run", scenario, "--out", tmp_path / "run", "--draws", "3", "--json", "--workers", "1")
    assert done.returncode == 0
    verdicts = json.loads(done.stdout)["verdicts"]
    assert {row["rule"] for row in verdicts} == {"rooms", "all"}
    run = RunFolder.read(tmp_path / "run")
    assert run.study.standards == "cn-2012-basic-balance"
    assert "cn-2012-basic-balance.yaml" in run.manifest["inputs"]
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "SCN472" in page or "学校规模和班额不下结论" in page
