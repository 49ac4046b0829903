"""A programme of three small counties, one of them broken: run, interrupted, resumed, rolled up, told."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import schoolplan
from reports.programme_folder import ProgrammeFolder
from reports.programme_html import write_programme_page
from reports.run_errors import RunError
from reports.table_shapes import SHAPES, conform
from scenarios.problems import ScenarioError
from scenarios.programme import load_programme
from schoolplan import manifest, programme_run
from schoolplan.cli_programme import exit_code, show
from schoolplan.links import OUTS, ROLLUP, Link
from schoolplan.programme_links import Outs as Leaving
from schoolplan.programme_links import coming, exchange, seed_of
from schoolplan.programme_run import Progressed, Session
from schoolplan.runs import Ask
from sim.kin import MemberSeed
from sim.rollup import Kept, Key
from sim.rollup_keep import packed, unpacked, unpacked_outs
from tests.typed import typed as cli

pytestmark = pytest.mark.usefixtures("no_pictures")

BASE = Path(__file__).parents[1] / "broken" / "_base"
DRAWS = 10
TEXT = """schema_version: 1
id: city
name: {zh: 某市, en: City}
synthetic: true
groups: {urban: {zh: 城区, en: Urban districts}}
members:
  - {id: a, scenario: a/approval.yaml, group: urban, name: {zh: 甲县, en: County A}}
  - {id: b, scenario: b/approval.yaml, name: {zh: 乙县, en: County B}}
  - {id: c, scenario: c/approval.yaml, name: {zh: 丙县, en: County C}}
draws: 10
seed: 3
cases: {futures: {baseline: {}, high: {b: high-b}}}
flows:
  - {from: a, to: b, stage: primary, share: 0.6}
  - {from: b, to: a, stage: primary, share: 1.0}
  - {from: c, to: a, stage: primary, share: 0.5}
quotas:
  - id: built
    name: {zh: 建成项目, en: projects built}
    counts: {projects_with_tag: built}
    targets: {2028: 2}
"""
LINKED = Key("linked", "all", "pupils")


@pytest.fixture(scope="module")
def programme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three counties: b calls the future high by another name, c is broken."""
    root = tmp_path_factory.mktemp("programme")
    for name in "abc":
        shutil.copytree(BASE, root / name)
    _change(root / "b/futures/high.yaml", "id: high", "id: high-b")
    _change(root / "c/study.yaml", "base_year:", "base_yea:")
    (root / "programme.yaml").write_text(TEXT, encoding="utf-8")
    return root / "programme.yaml"


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def run(programme: Path, tmp_path_factory: pytest.TempPathFactory) -> ProgrammeFolder:
    """The programme, stopped after its members and resumed."""
    target = tmp_path_factory.mktemp("runs") / "city"
    stop = pytest.MonkeyPatch()
    # The program stays the same while it is stopped and resumed, whoever edits it meanwhile.
    monkey = pytest.MonkeyPatch()
    monkey.setattr(manifest, "code_hash", lambda: "0")
    stop.setattr(programme_run, "write_programme", _stopped)
    with pytest.raises(KeyboardInterrupt):
        schoolplan.run(programme, target, workers=1, drivers=False)
    stop.undo()
    work = target.with_name("city.unfinished")
    with pytest.raises(RunError, match="RUN022"):
        schoolplan.run(programme, target, workers=1, drivers=False)
    with pytest.raises(RunError, match="RUN020"):
        schoolplan.run(programme, target, workers=1, drivers=False, resume=True, draws=11)
    before = (work / "a" / "manifest.json").stat().st_mtime_ns
    folder = schoolplan.run(programme, target, workers=1, drivers=False, resume=True)
    assert (target / "a" / "manifest.json").stat().st_mtime_ns == before  # a finished member is not run again
    assert not work.exists()
    monkey.undo()
    return folder


def _stopped(*_: object) -> None:
    raise KeyboardInterrupt


def case(run: ProgrammeFolder, member: str, future: str, plan: str) -> Kept:
    own = "high-b" if (member, future) == ("b", "high") else future
    return unpacked((run.path / member / ROLLUP).read_bytes())[own, plan]


def test_the_broken_member_is_listed_and_no_sum_is_passed_off_as_complete(run: ProgrammeFolder) -> None:
    assert not run.complete
    assert run.broken == ("c",)
    members = run.tables["members"].set_index("member")
    assert members["status"].to_dict() == {"a": "done", "b": "done", "c": "broken"}
    assert members.loc["c", "codes"] == "SCN101"
    assert run.card["missing"] == ["c"]
    verdicts = run.tables["verdicts"]
    whole = verdicts[verdicts["scope"] == "programme"]
    assert (whole["missing"] == 1).all()
    assert (whole["members"] == 2).all()
    county = run.tables["county"]
    assert (county.loc[county["level"] == "whole", "missing"] == 1).all()
    assert (county.loc[county["level"] == "group", "missing"] == 0).all()
    assert [one["en"]["code"] for one in run.card["told"]] == ["PRG033"]
    assert sorted(path.name for path in run.path.iterdir()) == sorted(
        ["a", "b", "programme.json", "report.html", "county.parquet", "verdicts.csv", "oversized.csv", "projects.csv",
         "gaps.csv", "quotas.csv", "risks.csv", "members.csv"]
    )  # fmt: skip


def test_every_member_is_an_ordinary_run_folder(run: ProgrammeFolder) -> None:
    for name in "ab":
        member = run.member(name)
        assert member.study.draws == DRAWS
        assert member.manifest["programme"]["id"] == "city"
        assert (run.path / name / "report.html").is_file()
    assert run.member("a").manifest["seed"] != run.member("b").manifest["seed"]


def test_numbers_of_the_whole_are_sums_within_each_draw(run: ProgrammeFolder) -> None:
    county = run.tables["county"]
    key = Key("roll", "primary", "pupils")
    for future, plan in [("baseline", "do-nothing"), ("high", "build")]:
        total = sum(case(run, name, future, plan).series[key] for name in "ab")
        rows = county.query("level == 'whole' and indicator == 'roll' and stage == 'primary' and future == @future")
        own = rows[rows["plan"] == plan].sort_values("year")
        np.testing.assert_allclose(own["mean"], total.mean(axis=0), atol=1e-3)
        np.testing.assert_allclose(own["p90"], np.quantile(total, 0.9, axis=0), atol=1e-3)


def test_numbers_of_a_member_are_those_of_its_own_run(run: ProgrammeFolder) -> None:
    for name in "ab":
        member = run.member(name)
        ours = (
            run.tables["county"]
            .query("level == 'member' and entity == @name")
            .drop(columns=["level", "members", "missing"])
        )
        theirs = member.tables.county.assign(entity=name)
        if name == "b":
            theirs["future"] = theirs["future"].replace({"high-b": "high"})
        keys = list(SHAPES["county"].keys)
        both = ours.merge(theirs, on=keys, suffixes=("", "_own"))
        assert len(both) > 500
        for column in ("mean", "p05", "p50", "p95"):
            np.testing.assert_array_equal(both[column], both[f"{column}_own"], err_msg=column)
        judged = run.tables["verdicts"].query("scope == 'county' and entity == @name")
        own = member.study.deciding(member.tables.verdicts).query("scope == 'county'")
        assert sorted(judged["probability"]) == sorted(own["probability"])
        assert sorted(judged["verdict"]) == sorted(own["verdict"])


def test_the_outs_of_one_are_the_arrivals_of_the_other_and_the_reference_adds_nothing(
    run: ProgrammeFolder, programme: Path
) -> None:
    read = load_programme(programme)
    outs = {}
    for name in "ab":
        usual, cases = unpacked_outs((run.path / name / OUTS).read_bytes())
        outs[name] = Leaving(usual, cases)
        for plan in ("do-nothing", "build"):
            np.testing.assert_array_equal(cases["baseline", plan], usual)
            assert not case(run, name, "baseline", plan).series[LINKED].any()
    links = exchange(read, {"c"})
    assert [(flow.origin, flow.to) for flow in links.flows] == [("a", "b"), ("b", "a")]
    assert [(flow.origin, flow.to) for flow in links.lost] == [("c", "a")]
    sound = {member.id: member for member in read.sound}
    arrived = 0
    for name, own in (("a", "high"), ("b", "high-b")):
        asked = coming(read, links, sound[name], outs, 3)[own, "build"]
        found = case(run, name, "high", "build").series[LINKED]
        np.testing.assert_array_equal(np.maximum(found, 0), np.maximum(asked.sum(axis=2), 0))
        arrived += int(np.abs(found).sum())
    # All of b's leavers go to a: what b has more than usual arrives, child by child.
    change = outs["b"].cases["high-b", "build"] - outs["b"].usual
    came = coming(read, links, sound["a"], outs, 3)["high", "build"]
    np.testing.assert_array_equal(came[:, :, 0], change[:, :, 0])
    assert arrived > 0


def test_quotas_are_counted_over_all_members(run: ProgrammeFolder) -> None:
    quotas = run.tables["quotas"]
    assert set(quotas["plan"]) == {"do-nothing", "build"}
    assert (quotas["most"] == 0).all()  # no project of the base study carries the tag
    assert (quotas.loc[quotas["target"].notna(), "p_met"] == 0.0).all()


def test_rankings_hold_the_schools_and_projects_of_all_members(run: ProgrammeFolder) -> None:
    projects = run.tables["projects"]
    one = projects.query("future == 'high' and plan == 'build'")
    assert (one["name_zh"] != "").all()
    assert (one["name_en"] != "").all()
    assert set(one["member"]) == {"a", "b"}
    assert sorted(one["rank"]) == list(range(1, len(one) + 1))
    gaps = run.tables["gaps"]
    assert {"gap", "cv", "a", "b"} == set(gaps["entity"])


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ["不完整：缺少1个县市区（丙县）", "SCN101", "各成员共有"]),
        ("en", ["Incomplete: 1 of 3", "County C", "common to all members"]),
    ],
)
def test_the_page_says_who_is_missing_and_links_to_the_members(
    run: ProgrammeFolder, tmp_path: Path, lang: str, words: list[str]
) -> None:
    page = write_programme_page(run.card, run.tables, lang, tmp_path / "report.html").read_text(encoding="utf-8")
    assert all(word in page for word in words)
    assert 'href="a/report.html"' in page
    assert 'href="c/report.html"' not in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_command_line_lists_the_broken_one_and_exits_with_3(
    run: ProgrammeFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(run, ("fails",)) == 3
    show(run, "zh", as_json=False, quiet=False)
    said = capsys.readouterr()
    assert "不完整：缺少 c" in said.err
    assert "SCN101" in said.err
    assert "PRG033" in said.err
    show(run, "en", as_json=True, quiet=False)
    told = json.loads(capsys.readouterr().out)
    assert told["missing"] == ["c"]
    complete = replace(run, card={**run.card, "members": [m for m in run.card["members"] if m["id"] != "c"]})
    assert exit_code(complete, ()) == 0
    assert exit_code(complete, ("holds", "undecided", "at-risk")) == 1


def test_the_risk_list_ranks_schools_of_all_members_together(run: ProgrammeFolder) -> None:
    risks = run.tables["risks"]
    own = risks[(risks["future"] == "baseline") & (risks["plan"] == run.card["plans"][0]["id"])]
    for _, scope in own.groupby("scope"):
        assert sorted(scope["rank"]) == list(range(1, len(scope) + 1))
    for member in ("a", "b"):
        verdicts = run.member(member).tables.verdicts
        future = run.card["futures"][0]["members"][member]
        there = verdicts[(verdicts["future"] == future) & (verdicts["scope"] == "county") & (verdicts["rule"] == "all")]
        listed = own[(own["scope"] == "member") & (own["entity"] == member)]
        failing = there[(there["plan"] == run.card["plans"][0]["members"][member]) & (there["probability"] < 1.0)]
        assert len(listed) == len(failing)


@pytest.mark.parametrize(("lang", "words"), [("zh", "风险清单"), ("en", "Ranked risk list")])
def test_a_programme_is_reported_as_a_document_and_nothing_else(
    run: ProgrammeFolder, tmp_path: Path, lang: str, words: str
) -> None:
    done = cli("report", run.path, "--format", "html", "--lang", lang, "--out", tmp_path / lang)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / lang / "programme.html").read_text(encoding="utf-8")
    assert words in page
    for file in ("report.html", "programme.html"):
        assert not re.search(r"[{]\w+[}]", visible(tmp_path / lang / file)), "a label without its value"
    names = ("丙县" if lang == "zh" else "County C") in page, "SCN101" in page
    assert names == (True, True), "the broken member is named with its error"
    for formats in ("gpkg", "pack", "html,maps"):
        refused = cli("report", run.path, "--format", formats, "--lang", lang, "--out", tmp_path / "x")
        assert refused.returncode == 2
        assert ("成员的文件夹" if lang == "zh" else "folders of its members") in refused.stderr
    assert not (tmp_path / "x").exists()


def test_a_programme_folder_that_is_newer_or_in_parts_is_refused(run: ProgrammeFolder, tmp_path: Path) -> None:
    other = shutil.copytree(run.path, tmp_path / "run")
    (other / "risks.csv").unlink()
    with pytest.raises(RunError) as lacking:
        schoolplan.papers(other, ["html"])
    assert lacking.value.code == "RUN003"
    card = json.loads((other / "programme.json").read_text(encoding="utf-8"))
    (other / "programme.json").write_text(json.dumps({**card, "schema_version": 99}), encoding="utf-8")
    with pytest.raises(RunError) as newer:
        schoolplan.papers(other, ["html"])
    assert newer.value.code == "RUN004"


def visible(page: Path) -> str:
    """Text of a page without styles and scripts."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)


def test_check_and_explain_take_a_programme(programme: Path) -> None:
    checked = cli("check", programme, "--lang", "en")
    assert checked.returncode == 3
    assert "c/study.yaml:" in checked.stderr
    assert "PRG003" in checked.stderr
    titles = [table.title for table in schoolplan.explain(programme)]
    assert titles == [
        "explain.basis",
        "explain.members",
        "explain.cases_futures",
        "explain.cases_plans",
        "explain.member_flows",
    ]
    shown = cli("explain", programme, "--lang", "zh")
    assert shown.returncode == 0
    assert "high-b" in shown.stdout


def test_one_member_alone_is_the_ordinary_run(programme: Path, tmp_path: Path) -> None:
    alone = programme.parent / "alone.yaml"
    head = TEXT.split("groups:")[0]
    alone.write_text(head + "members: [{id: a, scenario: a/approval.yaml}]\nseed: 5\n", encoding="utf-8")
    rolled = schoolplan.run(alone, tmp_path / "one", draws=6, workers=1, drivers=False)
    ordinary = schoolplan.run(
        programme.parent / "a/approval.yaml", tmp_path / "own", draws=6, seed=5, workers=1, drivers=False
    )
    assert rolled.complete
    for name in ("county", "schools", "verdicts"):
        pd.testing.assert_frame_equal(getattr(rolled.member("a").tables, name), getattr(ordinary.tables, name))
    whole = rolled.tables["county"].query("level == 'whole'").drop(columns=["level", "members", "missing"])
    both = whole.merge(
        ordinary.tables.county.assign(entity="city"), on=list(SHAPES["county"].keys), suffixes=("", "_own")
    )
    assert len(both) > 500
    for column in ("mean", "p05", "p25", "p50", "p75", "p95"):
        np.testing.assert_array_equal(both[column], both[f"{column}_own"])
    judged = rolled.tables["verdicts"].query("scope == 'programme'")
    own = ordinary.study.deciding(ordinary.tables.verdicts).query("scope == 'county'")
    for column in ("probability", "worst_year", "pupils", "schools_over_p90", "pupils_over_p90"):
        assert sorted(judged[column].fillna(-1)) == sorted(own[column].fillna(-1)), column
    assert isinstance(conform(own, SHAPES["verdicts"]), pd.DataFrame)


def test_members_have_seeds_of_their_own_unless_they_are_alone(programme: Path) -> None:
    read = load_programme(programme)
    assert isinstance(seed_of(read, "a", 3), MemberSeed)
    assert seed_of(read, "a", 3) != seed_of(read, "b", 3)
    assert seed_of(replace(read, members=read.members[:1]), "a", 3) == 3


def test_a_programme_of_broken_members_alone_does_not_run(programme: Path, tmp_path: Path) -> None:
    file = programme.parent / "broken.yaml"
    file.write_text(
        TEXT.split("groups:")[0] + "members: [{id: c, scenario: c/approval.yaml}]\nseed: 5\n", encoding="utf-8"
    )
    with pytest.raises(ScenarioError, match="PRG035"):
        schoolplan.run(file, tmp_path / "none", workers=1)
    assert not list(tmp_path.iterdir())


def test_a_fault_in_one_member_is_kept_with_it(
    programme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr(programme_run, "run_prepared", faulty)
    read = load_programme(programme)
    session = Session(read, Ask(draws=4), tmp_path, 3, lambda what, done, of: None, Progressed(broken={"c": ()}))
    programme_run._members(session)
    assert {name: [p.code for p in problems] for name, problems in session.now.broken.items() if problems} == {
        "a": ["PRG031"],
        "b": ["PRG031"],
    }


def test_pupils_that_a_member_does_not_have_are_told(programme: Path, tmp_path: Path) -> None:
    years = (2024, 2025)
    kept = Kept(years, years, 0.9, {LINKED: np.array([[0, -1], [0, -2]])}, {})
    (tmp_path / ROLLUP).write_bytes(packed({("high", "build"): kept}))
    asked = np.zeros((2, 2, 3), dtype=np.int64)
    asked[:, 1, 0] = -4
    member = load_programme(programme).sound[0]
    (told,) = programme_run._not_taken(member, tmp_path, Link({}, 1, {("high", "build"): asked}))
    assert (told.code, told.params["year"], told.params["pupils"]) == ("PRG034", 2025, 2.5)
    assert programme_run._not_taken(member, tmp_path, Link({}, 1)) == []
