"""Plans side by side: the table, paired differences, refusals, what is said when runs are not paired, and the page."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from reports.compare import compare, write_compare
from reports.compare_table import COLUMNS, cautions, remarks
from reports.harmless import harmless_table
from reports.i18n import NBSP, Labels
from reports.matrix import matrix
from reports.run_errors import RunError
from reports.run_folder import RunFolder
from reports.verdict_changes import change_rows, verdict_changes
from scenarios.problems import render


def other(run: RunFolder, name: str = "other", **study: object) -> RunFolder:
    return replace(run, path=run.path.with_name(name), study=run.study.model_copy(update=study))


def test_one_row_per_plan_and_future(run: RunFolder) -> None:
    frame = compare([run])
    assert tuple(frame.columns) == COLUMNS
    assert list(zip(frame["plan"], frame["future"], strict=True)) == [
        (plan.id, future.id) for plan in run.study.plans for future in run.study.futures
    ]
    table = matrix(run)
    for row in frame.to_dict("records"):
        cell = next(c for c in table.row(row["plan"]).cells if c.future == row["future"])
        assert (row["verdict"], row["probability"]) == (cell.verdict, cell.probability)
        assert (row["schools_over_p90"], row["pupils_over_p90"]) == (cell.schools_over, cell.pupils_over)
    assert frame.set_index("plan")["cost"].to_dict() == {"do-nothing": 0.0, "county-plan": 10650.0, "compact": 1350.0}


def test_differences_are_those_of_the_paired_draws(run: RunFolder) -> None:
    row = compare([run]).set_index(["plan", "future"]).loc[("county-plan", "fast")]
    kept = run.tables.plan_differences.query(
        "plan_a == 'do-nothing' and plan_b == 'county-plan' and future == 'fast' and indicator == 'pupils_over'"
    ).set_index("year")
    found = kept.loc[row["difference_year"]]
    assert (row["against"], row["pairing"], row["difference_year"]) == ("do-nothing", "paired", 2029)
    assert row["pupils_over_difference"] == found["mean"]
    assert (row["pupils_over_difference_p05"], row["pupils_over_difference_p95"]) == (found["p05"], found["p95"])


def test_differences_kept_the_other_way_round_change_sign(run: RunFolder) -> None:
    turned = run.tables.plan_differences.rename(columns={"plan_a": "plan_b", "plan_b": "plan_a"})
    swapped = replace(run, tables=replace(run.tables, plan_differences=turned[run.tables.plan_differences.columns]))
    straight, back = (compare([r]).set_index(["plan", "future"]).loc[("compact", "fast")] for r in (run, swapped))
    assert back["pupils_over_difference"] == -straight["pupils_over_difference"]
    assert back["pupils_over_difference_p05"] == -straight["pupils_over_difference_p95"]


def test_baseline_has_no_difference_and_missing_ones_stay_empty(run: RunFolder) -> None:
    bare = replace(run, tables=replace(run.tables, plan_differences=run.tables.plan_differences.iloc[:0]))
    assert compare([bare])["pupils_over_difference"].isna().all()
    assert compare([run]).query("plan == 'do-nothing'")["pupils_over_difference"].isna().all()


@pytest.mark.parametrize(
    ("change", "code", "zh", "en"),
    [
        (
            {"id": "elsewhere"},
            "RUN009",
            "不同的研究无法并列：elsewhere, test-county",
            "different studies cannot be put side",
        ),
        (
            {"base_year": 2022},
            "RUN010",
            "基年不同，无法并列：2022, 2023",
            "different base years cannot be put side by side",
        ),
    ],
)
def test_runs_that_cannot_be_put_side_by_side(run: RunFolder, change: dict, code: str, zh: str, en: str) -> None:
    with pytest.raises(RunError) as caught:
        compare([run, other(run, **change)])
    assert caught.value.code == code
    assert zh in render(caught.value.problems[0], "zh")
    assert en in render(caught.value.problems[0], "en")


def test_the_same_run_twice(run: RunFolder) -> None:
    with pytest.raises(RunError, match=r"RUN011 .*two run folders have the same name: test-run") as caught:
        compare([run, run])
    assert "两个结果目录同名：test-run" in render(caught.value.problems[0], "zh")


def test_nothing_to_compare() -> None:
    with pytest.raises(ValueError, match="no run to compare"):
        compare([])


def test_cautions(run: RunFolder) -> None:
    assert cautions([run, other(run)]) == []
    assert cautions([run, other(run, seed=7)]) == ["compare.unpaired"]
    assert cautions([run, other(run, draws=50, window=(2024, 2030))]) == ["compare.unpaired", "compare.windows"]


FILES = [
    "affected.csv", "affected_groups.csv", "affected_units.csv", "compare.csv", "compare.html", "conditions.csv",
    "differences.csv", "file_changes.csv", "flips.csv", "order_changes.csv", "scores.csv",
]  # fmt: skip


def test_the_page_of_one_run(run: RunFolder, dots: list, tmp_path: Path) -> None:
    folder = write_compare([run], tmp_path / "cmp", "zh")
    text = (folder / "compare.html").read_text(encoding="utf-8").replace(NBSP, " ")
    assert sorted(path.name for path in folder.iterdir()) == FILES
    for words in (
        "试验县方案比较",
        "县方案在 2 个情景中的 1 个达标",
        "−759（−1 313 至 −293）",
        "未校准",
        "与同一次推演中“维持现状”",
        "现状、不建设与各方案",
        "就近入学还是相对集中",
    ):
        assert words in text
    assert "种子或抽样次数不同" not in text
    assert "全部推演、方案与情景的判定" not in text
    raw = (folder / "compare.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert tuple(pd.read_csv(folder / "compare.csv", encoding="utf-8-sig").columns) == COLUMNS


def test_the_page_of_two_runs_with_other_seeds(run: RunFolder, dots: list, tmp_path: Path) -> None:
    shutil.copytree(run.path, tmp_path / "second")
    more = replace(run.tables, county=run.tables.county.assign(mean=run.tables.county["mean"] + 2))
    second = replace(other(run, seed=7), path=tmp_path / "second", tables=more)
    folder = write_compare([run, second], tmp_path / "cmp", "en")
    text = (folder / "compare.html").read_text(encoding="utf-8")
    for words in (
        "The runs differ in seed or draws",
        "test-run → County plan · second",
        "means only, no interval",
        "Verdicts of all runs, plans and futures",
        "What changed in the files",
    ):
        assert words in text
    assert sorted(path.name for path in folder.iterdir()) == sorted([*FILES, "ranking_changes.csv"])
    changes = pd.read_csv(folder / "file_changes.csv", encoding="utf-8-sig", dtype=str)
    seeds = changes[(changes["part"] == "settings") & (changes["field"] == "seed")]
    assert seeds[["before", "after"]].to_numpy().tolist() == [[str(run.study.seed), "7"]]


def test_cases_of_one_run_alone_are_told(run: RunFolder) -> None:
    fewer = other(run, plans=run.study.plans[:-1])
    problem = next(one for one in remarks([run, fewer]) if one.code == "RUN126")
    assert problem.severity == "note"
    assert f"test-run: {run.study.plans[-1].id} / " in problem.found
    assert "只在一次推演中有" in render(problem, "zh")
    assert "only in one of the runs" in render(problem, "en")
    assert not [one for one in remarks([run, other(run)]) if one.code == "RUN126"]


def test_scores_of_other_parts_are_told(run: RunFolder) -> None:
    known = replace(run.tables, money=with_operating(run))
    problem = next(one for one in remarks([run, replace(other(run), tables=known)]) if one.code == "RUN127")
    assert problem.severity == "warning"
    assert problem.found == "test-run"
    assert "集中得分的组成不同：test-run 没有经常性经费" in render(problem, "zh")
    assert "scores of concentration have different parts: test-run has no running costs" in render(problem, "en")


def with_operating(run: RunFolder) -> pd.DataFrame:
    """Running costs of 1.5 a pupil and year, of 3 under the compact plan."""
    county = run.tables.county
    rolls = county[(county["indicator"] == "roll") & (county["stage"] == "all")]
    each = rolls["plan"].map(lambda plan: 3.0 if plan == "compact" else 1.5)
    rows = rolls[["future", "plan", "year"]].assign(item="operating", unit="万元", mean=rolls["mean"] * each)
    return rows.assign(p05=rows["mean"], p50=rows["mean"], p95=rows["mean"], p_holds=float("nan"))


@pytest.mark.parametrize("where", ["compare", "papers/deep/down"])
def test_a_run_is_never_written_into(run: RunFolder, copied: Path, where: str) -> None:
    before = sorted(path.name for path in copied.rglob("*"))
    with pytest.raises(RunError, match="RUN129") as caught:
        write_compare([run, RunFolder.read(copied)], copied / where, "zh")
    assert sorted(path.name for path in copied.rglob("*")) == before
    assert "目标目录在推演结果 copy 里面" in render(caught.value.problems[0], "zh")
    assert "the target lies inside the run folder copy" in render(caught.value.problems[0], "en")


def test_a_target_that_is_a_file(run: RunFolder, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match="RUN005"):
        write_compare([run], tmp_path / "out", "zh")
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


ODD = "a'b\"c <script>alert(1)</script> & ü 🏫 {first} =1+1"


def test_odd_names_break_neither_page_nor_tables(run: RunFolder, dots: list, tmp_path: Path) -> None:
    shutil.copytree(run.path, tmp_path / 'a\'b "c" 🏫 =1')
    card = run.study.model_copy(
        update={
            "name": {"zh": ODD, "en": ODD},
            "plans": tuple(plan.model_copy(update={"name": {"zh": f"{ODD}/{plan.id}"}}) for plan in run.study.plans),
        }
    )
    odd = replace(run, path=tmp_path / 'a\'b "c" 🏫 =1', study=card)
    folder = write_compare([run, odd], tmp_path / "out/é 🏫", "en")
    text = (folder / "compare.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; ü 🏫" in text
    names = set(pd.read_csv(folder / "compare.csv", encoding="utf-8-sig", dtype=str)["run"])
    assert names == {"test-run", odd.name}


def test_no_cell_is_a_formula() -> None:
    frame = pd.DataFrame({"run": ["=1+1", "@x", "-5", "+a", "plan"], "mean": [-1.5, 2.0, 3.0, 4.0, float("nan")]})
    told = harmless_table(frame)
    assert told["run"].tolist() == ["'=1+1", "'@x", "-5", "'+a", "plan"]
    assert told["mean"].equals(frame["mean"])


def test_target_must_be_free(run: RunFolder, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match="RUN005"):
        write_compare([run], tmp_path, "zh")
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_signed_changes() -> None:
    zh, en = Labels("zh"), Labels("en")
    assert en.change(-758.9, -1313.0, -292.8).replace(NBSP, " ") == "−759 (−1 313 to −293)"
    assert zh.change(-0.66, -2.0, 0.0, 1) == "−0.7（−2.0 至 0.0）"
    assert en.change(12.0, float("nan"), float("nan")) == "+12"
    assert en.change(float("nan"), 1, 2) == "–"


def test_verdict_changes_name_the_school_and_the_county(run: RunFolder) -> None:
    verdicts = run.tables.verdicts.copy()
    case = (verdicts["future"] == run.study.futures[0].id) & (verdicts["plan"] == run.study.plans[0].id)
    school = case & (verdicts["scope"] == "school")
    entity = str(verdicts.loc[school, "entity"].iloc[0])
    rule = str(verdicts.loc[school, "rule"].iloc[0])
    one = school & (verdicts["entity"] == entity) & (verdicts["rule"] == rule)
    changed = "fails" if verdicts.loc[one, "verdict"].iloc[0] != "fails" else "holds"
    verdicts.loc[one, "verdict"] = changed
    after = replace(other(run), tables=replace(run.tables, verdicts=verdicts))
    assert verdict_changes(run, run).empty
    found = verdict_changes(run, after)
    assert found["entity"].tolist() == [entity]
    assert found["verdict_after"].tolist() == [changed]
    for lang in ("zh", "en"):
        row = change_rows(run, after, lang)[0]
        assert run.school_names(lang)[entity] in row.what
        assert row.before != row.after
