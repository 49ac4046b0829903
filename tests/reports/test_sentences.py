"""The matrix and its words: counts, worst school, regret, the sentence in both languages, and the marks beside it."""

from dataclasses import replace

import pandas as pd
import pytest

from reports.i18n import NBSP, Labels
from reports.matrix import Matrix, baseline_plan, breaches, deciding_schools, matrix, plan_cost, worst_year
from reports.run_errors import RunError
from reports.run_folder import RunFolder
from reports.sentences import Words, cell_words, column_heads, headline, marks, row_words
from reports.study_card import RuleCard, StudyCard
from scenarios.problems import render


def words(run: RunFolder, lang: str) -> Words:
    return Words(run.study, run.school_names(lang), Labels(lang))  # type: ignore[arg-type]


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


def with_verdicts(run: RunFolder, frame: pd.DataFrame, **study: object) -> RunFolder:
    card = run.study.model_copy(update=study)
    return replace(run, study=card, tables=replace(run.tables, verdicts=frame))


def small(
    run: RunFolder, school: dict[str, object], county: dict[str, dict[str, object]], **study: object
) -> RunFolder:
    """The run with one school verdict and county verdicts of our own, plan county-plan in the futures named."""
    base = dict.fromkeys(run.tables.verdicts.columns) | {"unverified": ""}
    rows = [{**base, "future": f, "plan": "county-plan", "rule": "all", "scope": "county", "stage": "all", **row,
             "entity": "test-county", "required": 0.9} for f, row in county.items()]  # fmt: skip
    rows.append({**base, "plan": "county-plan", "scope": "school", "stage": "primary", "required": 0.9, **school})
    plans = tuple(plan for plan in run.study.plans if plan.id == "county-plan")
    futures = tuple(future for future in run.study.futures if future.id in county)
    return with_verdicts(run, pd.DataFrame(rows), plans=plans, futures=futures, **study)


HOLDS = {"verdict": "holds", "probability": 0.96, "schools_over_p90": 0.0, "pupils_over_p90": 0.0}
FAILS = {"verdict": "fails", "probability": 0.3, "schools_over_p90": 1.0, "pupils_over_p90": 1234.0}
UNSURE = HOLDS | {"verdict": "undecided", "probability": 0.9}
BURST = {"future": "fast", "rule": "G4.primary", "entity": "ps-01", "verdict": "fails", "probability": 0.38,
         "first_year": 2029, "worst_year": 2031, "pupils": 120.0}  # fmt: skip


def test_the_sentence_of_the_storyboard(run: RunFolder) -> None:
    made = small(run, BURST, {"baseline": HOLDS, "fast": FAILS})
    assert headline(matrix(made), words(made, "zh")) == (
        "县方案在 2 个情景中的 1 个达标；“快速城镇化”情景下，县第一小学自2029学年起有 62% 的可能超过 2000 人。"
    )
    assert plain(headline(matrix(made), words(made, "en"))) == (
        "County plan holds in 1 of 2 futures; under Fast urbanisation, "
        "County No. 1 Primary exceeds 2000 pupils with 62 % probability from 2029-30."
    )


MIXED, GOOD, BAD = (
    {"baseline": HOLDS, "fast": FAILS},
    {"baseline": HOLDS, "fast": HOLDS},
    {"baseline": FAILS, "fast": FAILS},
)
ONE_DRAW = {"draws": 1}


@pytest.mark.parametrize(
    ("school", "county", "study", "zh", "en"),
    [
        ({}, BAD, {}, "2 个情景中没有一个达标", "holds in none of 2 futures"),
        ({"probability": 0.999, "verdict": "holds"}, GOOD, {"draws": 1000},
         "全部 2 个情景中达标；决策期内没有学校可能超限（每校可能性均小于 1%）。",
         "holds in all 2 futures; no school is likely to break a limit in the decision window (each below 1 %)."),
        ({"probability": 0.995, "verdict": "holds"}, GOOD, {}, "200 次推演中，每校在决策期内至多有 1 次超限（次数不足",
         "; no school breaks a limit of the decision window in more than 1 of 200 draws (not enough draws to put"),
        ({"probability": 1.0, "verdict": "holds"}, GOOD, {}, "达标；200 次推演中，决策期内没有学校超限（次数不足以说明",
         "; in none of 200 draws does a school break a limit in the decision window (not enough draws"),
        ({"probability": 1.0, "verdict": "holds"}, GOOD, {"draws": 380}, "达标；380 次推演中，决策期内没有学校超限",
         "; in none of 380 draws does"),
        ({"probability": 1.0, "verdict": "holds"}, GOOD, {"draws": 381}, "（每校可能性均小于 1%）", "(each below 1 %)"),
        ({"probability": 1.0, "verdict": "undecided"}, GOOD, {"draws": 1000}, "1 000 次推演中，决策期内没有学校超限",
         "in none of 1 000 draws"),
        ({"probability": 1.0, "verdict": "holds"}, GOOD, ONE_DRAW, "达标；唯一一次推演中，决策期内没有学校超限。",
         "; no school breaks a limit of the decision window in the only draw."),
        ({"probability": None, "verdict": "not-assessed"}, GOOD, {}, "达标；没有按学校推演的判定条款。",
         "; no clause that decides was simulated by school."),
        ({"probability": 0.95, "verdict": "holds"}, GOOD, {}, "最紧的是“快速城镇化”情景",
         "tightest under Fast urbanisation: County No. 1 Primary exceeds 2000 pupils with 5 % probability"),
        ({"rule": "G5.primary"}, MIXED, {}, "有 62% 的可能出现超过 45 人的班",
         "has a class of more than 45 with 62 % probability"),
        ({}, {"baseline": UNSURE, "fast": FAILS}, {}, "2 个情景中没有一个达标（1 个未定）；",
         "holds in none of 2 futures (1 undecided); under"),
        ({"first_year": None, "worst_year": None}, MIXED, {}, "县第一小学在决策期内有", "in the decision window."),
        ({}, {"fast": FAILS}, {"reference_future": "fast"}, "县方案在“快速城镇化”情景下不达标；",
         "County plan under Fast urbanisation: fails;"),
        ({"probability": 0.0}, MIXED, ONE_DRAW, "县第一小学自2029学年起超过 2000 人。",
         "County No. 1 Primary exceeds 2000 pupils from 2029-30."),
    ],
)  # fmt: skip
def test_other_sentences(run: RunFolder, school: dict, county: dict, study: dict, zh: str, en: str) -> None:
    made = small(run, BURST | school, county, **study)
    assert zh in plain(headline(matrix(made), words(made, "zh")))
    assert en in plain(headline(matrix(made), words(made, "en")))


@pytest.mark.parametrize("decides", [True, False])
def test_a_clause_that_decides_is_named_by_its_text_and_any_other_is_not(run: RunFolder, decides: bool) -> None:
    names = {"zh": "生均面积", "en": "area per pupil"}
    card = RuleCard(code="L4", clause=names, indicator="teaching_area_per_pupil", bound=4.5, decides=decides)
    made = small(run, BURST | {"rule": "L4"}, MIXED, rules=(*run.study.rules, card))
    said = headline(matrix(made), words(made, "zh")), plain(headline(matrix(made), words(made, "en")))
    assert ("有 62% 的可能达不到“生均面积”" in said[0]) == decides
    assert ("misses 'area per pupil' with 62 %" in said[1]) == decides


def test_the_matrix_follows_the_data(run: RunFolder) -> None:
    table = matrix(run)
    assert table.futures == ("baseline", "fast")
    assert [row.plan for row in table.rows] == ["do-nothing", "county-plan", "compact"]
    assert table.headline == "county-plan"
    assert table.unused_year == 2035
    for row in table.rows:
        for cell in row.cells:
            rows = run.tables.verdicts.query("future == @cell.future and plan == @cell.plan and rule == 'all'")
            assert (cell.verdict, cell.probability) == (rows["verdict"].item(), rows["probability"].item())
            schools = run.tables.verdicts.query("future == @cell.future and plan == @cell.plan and scope == 'school'")
            assert cell.worst is not None
            assert cell.worst.chance == pytest.approx(1 - schools["probability"].min())


def test_regret_is_against_the_best_plan_of_the_same_future(run: RunFolder) -> None:
    table = matrix(run)
    over = {row.plan: [cell.pupils_over for cell in row.cells] for row in table.rows}
    for row in table.rows:
        best = [min(values[i] for values in over.values()) for i in range(2)]
        assert row.regret == max(over[row.plan][i] - best[i] for i in range(2))
    assert table.row("county-plan").regret == 0


def test_headline_is_the_plan_the_study_names(run: RunFolder) -> None:
    named = replace(run, study=run.study.model_copy(update={"headline_plan": "compact"}))
    assert matrix(named).headline == "compact"


def test_cost_is_what_was_spent_or_what_was_planned(run: RunFolder) -> None:
    assert plan_cost(run, "county-plan", "baseline") == pytest.approx(10650.0)
    without = replace(run, tables=replace(run.tables, cash=run.tables.cash.iloc[:0]))
    assert plan_cost(without, "county-plan", "baseline") == pytest.approx(10650.0)
    split = run.tables.cash.query("source != 'all'")
    assert plan_cost(replace(run, tables=replace(run.tables, cash=split)), "compact", "fast") == pytest.approx(1350.0)


def test_deciding_schools_are_the_likeliest_of_the_plan_then_of_doing_nothing(run: RunFolder) -> None:
    chosen = deciding_schools(run, "county-plan")
    assert len({breach.school for breach in chosen}) == len(chosen) <= 5
    own = [breach for breach in chosen if breach.plan == "county-plan"]
    assert [b.chance for b in own] == sorted((b.chance for b in own), reverse=True)
    assert own[0].school == breaches_of(run, "county-plan")[0]
    assert all(breach.plan in ("county-plan", "do-nothing") for breach in chosen)


def breaches_of(run: RunFolder, plan: str) -> list[str]:
    return [breach.school for breach in breaches(run) if breach.plan == plan]


def test_worst_year_lies_in_the_window(run: RunFolder) -> None:
    county = run.tables.county.query("plan == 'do-nothing' and future == 'fast' and indicator == 'pupils_over'")
    inside = county[county["year"].between(*run.study.window)]
    assert worst_year(run, "do-nothing", "fast") == inside.loc[inside["mean"].idxmax(), "year"]
    calm = replace(run, tables=replace(run.tables, county=run.tables.county.iloc[:0]))
    assert worst_year(calm, "do-nothing", "fast") == 2025


def test_baseline_plan_is_the_one_without_projects(run: RunFolder) -> None:
    assert baseline_plan(run.study).id == "do-nothing"


def test_a_cell_says_word_sign_probability_and_worlds(run: RunFolder) -> None:
    made = small(run, BURST, {"baseline": HOLDS, "fast": FAILS})
    holds, fails = matrix(made).rows[0].cells
    zh, en = cell_words(fails, words(made, "zh")), cell_words(fails, words(made, "en"))
    assert (zh.word, zh.mark, zh.probability) == ("不达标", "×", "30%")
    assert plain(zh.worlds) == "十有其九：至多 1 所学校、1 234 人超限"
    assert plain(en.worlds) == "in 9 of 10 worlds at most 1 school, 1 234 pupils over"
    assert plain(en.worst) == "County No. 1 Primary: exceeds 2000 pupils with 62 % probability"
    calm = cell_words(holds, words(made, "en"))
    assert (calm.word, calm.mark, plain(calm.probability), calm.worst) == ("holds", "√", "96 %", "")
    assert calm.worlds == "in 9 of 10 worlds no school is over"


def test_one_draw_gives_no_probability(run: RunFolder) -> None:
    made = small(run, BURST, {"baseline": HOLDS, "fast": FAILS}, draws=1)
    cell = cell_words(matrix(made).rows[0].cells[1], words(made, "en"))
    assert (cell.probability, cell.worlds) == ("", "")
    assert cell.worst == "County No. 1 Primary: exceeds 2000 pupils"
    assert "One deterministic run: no probabilities" in marks(words(made, "en"))
    assert "单次确定性推演：没有概率" in marks(words(made, "zh"))


def test_rows_and_heads(run: RunFolder) -> None:
    table: Matrix = matrix(run)
    row = row_words(table.row("county-plan"), table, words(run, "zh"))
    assert (row.name, row.headline, plain(row.cost), row.regret) == ("县方案", True, "10 650.0", "0")
    assert column_heads(table, words(run, "zh")) == [
        "方案", "基准", "快速城镇化", "投资（万元）", "2035学年闲置学位", "最大后悔值（超限人数）",
    ]  # fmt: skip
    ends = column_heads(table, words(run, "en"))[-3:]
    assert ends == ["Cost (万元)", "Unused seats in 2035-36", "Worst regret (pupils over)"]


def test_not_calibrated_and_synthetic_are_said_while_true(run: RunFolder) -> None:
    assert marks(words(run, "zh")) == ["未校准：概率尚未用本地历史检验", "合成数据：不代表任何真实学校"]
    assert marks(words(run, "en"))[0].startswith("Not calibrated")
    real = replace(run, study=run.study.model_copy(update={"calibrated": True, "synthetic": False}))
    assert marks(words(real, "zh")) == []


def test_a_case_without_overall_verdict_is_an_error(run: RunFolder) -> None:
    frame = run.tables.verdicts
    lost = frame[~((frame["rule"] == "all") & (frame["plan"] == "compact") & (frame["future"] == "fast"))]
    with pytest.raises(RunError, match="RUN012") as caught:
        matrix(with_verdicts(run, lost))
    assert "没有县级总判定（情景 fast，方案 compact）" in render(caught.value.problems[0], "zh")
    assert "no overall county verdict (future fast, plan compact)" in render(caught.value.problems[0], "en")


def from_memory(run: RunFolder, code: str = "G4.primary") -> tuple[StudyCard, RuleCard]:
    """The study card with one rule from memory, and that rule."""
    rules = tuple(r.model_copy(update={"source_grade": "M"}) if r.code == code else r for r in run.study.rules)
    return run.study.model_copy(update={"rules": rules}), next(r for r in rules if r.code == code)


def test_a_verdict_that_rests_on_memory_says_so_in_cell_sentence_and_footnote(run: RunFolder) -> None:
    doubtful = FAILS | {"unverified": "G4.primary"}
    card, rule = from_memory(run)
    made = small(run, BURST, {"baseline": HOLDS, "fast": doubtful}, rules=card.rules)
    holds, fails = matrix(made).rows[0].cells
    assert (holds.unverified, fails.unverified) == ((), ("G4.primary",))
    zh, en = words(made, "zh"), words(made, "en")
    assert [cell_words(cell, zh).doubt for cell in (holds, fails)] == ["", "※未核实"]
    assert cell_words(fails, en).doubt == "※unverified"
    assert cell_words(fails, zh).worst == "县第一小学：有 62% 的可能超过 2000※ 人"
    assert headline(matrix(made), zh).endswith("超过 2000※ 人。（※其中有判定取决于凭记忆录入、未核实的条款。）")
    assert headline(matrix(made), en).endswith(" (※ Some of these verdicts rest on clauses from memory, unverified.)")
    note = marks(zh)[-1]
    assert note.startswith("※ 凭记忆录入，未核实（来源等级 M）：")
    assert note.endswith(f"G4.primary {rule.clause['zh']}（教督〔2017〕6号）")
    assert marks(en)[-1].startswith("※ Unverified, from memory (source grade M):")
    assert marks(en)[-1].endswith(f"G4.primary {rule.clause['en']} (Jiaodu [2017] No. 6)")
    assert zh.clause("G4.primary") == f"{rule.clause['zh']}※"


def test_verified_rules_carry_no_sign(run: RunFolder) -> None:
    made = words(run, "zh")
    assert made.from_memory == ""
    assert all(made.doubt(rule.code) == "" for rule in run.study.rules)
    assert "※" not in headline(matrix(run), made)
    assert all(cell_words(cell, made).doubt == "" for row in matrix(run).rows for cell in row.cells)


def test_the_sentence_says_where_doing_nothing_is_as_good(run: RunFolder) -> None:
    table = matrix(run)
    holds = tuple(replace(cell, verdict="holds", probability=0.95) for cell in table.row("county-plan").cells)
    row = replace(table.row("county-plan"), cells=holds)

    def said(chance: float, verdict: str = "holds") -> str:
        nothing = tuple(replace(cell, verdict=verdict, probability=chance) for cell in holds)
        return headline(replace(table, rows=(replace(row, plan="do-nothing", cells=nothing), row)), words(run, "zh"))

    assert said(0.945).endswith("就所判定的条款而言，“维持现状”同样好。")
    assert "同样好" not in said(0.93)
    assert "同样好" not in said(0.95, "undecided")
    assert "同样好" not in headline(table, words(run, "zh"))


def test_a_stage_that_the_study_does_not_name_is_never_called_the_whole_school(run: RunFolder) -> None:
    words = Words(run.study, {}, Labels("zh"))
    assert words.stage("all") == "全校"
    assert words.stage("senior-x") == "senior-x"
    assert words.stage(run.study.stages[0].id) == run.study.stages[0].name["zh"]
