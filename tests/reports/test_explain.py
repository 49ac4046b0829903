"""Explanations of verdicts: numbers read back, every kind of sentence in both languages, odd names, thin runs."""

from dataclasses import replace

import pandas as pd
import pytest

from reports.explain import explain, explanations
from reports.explain_model import Explanation, Figure, Place, read_back
from reports.i18n import NBSP, catalogue
from reports.run_folder import RunFolder
from reports.view import View, view
from tests.reports import factory_explain
from tests.reports.explaining import keeps
from tests.reports.factory_explain import FUTURE, ODD, PLAN, SCHOOL

LANGS = ("zh", "en")


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return factory_explain.make(tmp_path_factory.mktemp("explained") / "rich")


@pytest.fixture(scope="module")
def both(rich: RunFolder) -> dict[str, View]:
    return {lang: view(rich, lang) for lang in LANGS}


def one(seen: View, rule: str, entity: str = SCHOOL, **wanted: object) -> Explanation:
    rows = seen.run.tables.verdicts
    for name, value in ({"future": FUTURE, "plan": PLAN, "rule": rule, "entity": entity} | wanted).items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1, rows
    return explain(seen, rows.iloc[0])


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(("lang", "future", "plan"), [("zh", FUTURE, PLAN), ("en", "baseline", "county-plan")])
def test_every_verdict_of_a_case_is_explained_with_numbers_that_are_in_the_tables(both, lang, future, plan):
    seen, kinds = both[lang], set()
    rows = seen.run.tables.verdicts
    for told in explanations(seen, plan, future, None):
        keeps(seen.run, told)
        kinds |= {part.kind for part in told.sentences}
        assert told.lang == lang
    for row in rows[~rows["rule"].str.startswith("G")].to_dict("records"):
        keeps(seen.run, explain(seen, row))
    assert kinds == {"what", "when", "why", "children", "fix", "sure"}


def test_a_school_that_fails_is_told_from_the_verdict_to_how_sure_in_chinese(both):
    told = one(both["zh"], "G5.primary")
    row = (
        both["zh"]
        .run.tables.verdicts.query("future == @FUTURE and plan == @PLAN and rule == 'G5.primary' and entity == @SCHOOL")
        .iloc[0]
    )
    chance = both["zh"].labels.percent(1 - row["probability"], 0.1)
    start = (
        f"按方案“维持现状”、情景“快速城镇化”，县第一小学2024学年至2029学年至少有一年有班级超过 45 人的可能性为 {chance}"
    )
    assert told.text.startswith(start)
    assert told.body.startswith("县第一小学2024学年至2029学年")
    assert "判定为“不达标”" in told.sentence("what")
    assert "2023学年最大的班已有 53 人" in told.sentence("when")
    assert "年级更替" in told.sentence("why")
    assert "普通教室 48 间" in told.sentence("why")
    assert "超额班的是" in told.sentence("children")
    assert "村" in told.sentence("children") or "社区" in told.sentence("children")
    assert "本方案要有 90% 的把握，还须增加普通教室 4 间，约 160.5 万元" in plain(told.sentence("fix"))
    assert "200 次推演" in told.sentence("sure")
    assert "各次推演" in told.text
    assert "这一结论要靠临时教室，最多的一年平均 3 间" in told.sentence("sure")


def test_the_same_in_english(both):
    told = one(both["en"], "G5.primary")
    assert told.text.startswith(
        "Under plan “Do nothing” in future “Fast urbanisation”, County No. 1 Primary has a class"
    )
    assert told.body.startswith("County No. 1 Primary has a class of more than 45 pupils in at least one year from")
    assert told.title == "County No. 1 Primary: Primary classes up to 45 pupils"
    assert told.case == "plan “Do nothing”, future “Fast urbanisation”"
    assert "already in 2023-24 the largest class had 53 pupils" in told.sentence("when").lower()
    assert "for 90 % certainty this plan still lacks 4 rooms (General classrooms), about 160.5 万元" in plain(told.text)
    assert "the verdict rests on temporary classrooms (a mean of 3 in the year with most)" in told.text


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("L4", "教学及辅助用房现有 8 600 平方米，要有 90% 的把握须有 9 000 平方米；2029学年的中位数为 4.32，标准为 4.5",
         "Teaching area: 8 600 m² at hand, 9 000 m² needed for 90 % certainty; the median of 2029-30 is 4.32, "
         "the standard 4.5."),
        ("beds", "床位少于寄宿生的可能性为 30%，高于允许的 10%，判定为“有风险”", "has fewer beds than boarders"),
        ("rooms", "200 次推演中没有一次出现县第一小学", "there is no draw out of 200 in which"),
        ("LS.met", "资源配置指标中拖后腿的是", "Of the resource indicators these fall short: "),
        ("LS.met", "这一条的限值凭记忆录入，尚未核对原文（※）", "the limit of the clause is from memory and"),
        ("L2", "这一条按填报的数据核对，不随推演变化，所以没有概率", "checked against reported figures, not simulated"),
        ("G4.primary", "须有 120 人到别处就读", "this plan has 120 pupils too many for the school"),
    ],
)  # fmt: skip
def test_each_kind_of_clause_has_its_own_words(both, rule, zh, en):
    assert zh in plain(one(both["zh"], rule).text)
    assert en in plain(one(both["en"], rule).text)


@pytest.mark.parametrize(
    ("rule", "entity", "zh", "en"),
    [
        ("L2", "ps-02", "县第二小学达到了“每百名学生拥有骨干教师不低于 1 人”", "Primary meets “At least 1 "),
        ("L2", "ps-03", "因为缺少“每百名学生拥有县级以上骨干教师数”的数据", "are missing: the verdict is “not "),
        ("L4", "ps-07", "标准规定“生均教学用房面积不低于 4.5 平方米”不适用于坝芒教学点", "is exempt from"),
        ("L4", "ps-08", "只作展望，不作判定，记为“展望”", "no verdict is given, only an “outlook”"),
        ("L4", "ps-06", "没有推演结果", "nothing was simulated on"),
        ("L4", "ps-02", "到2038学年为 55%（只作展望）", "to 55 % by 2038-39 (an outlook)"),
    ],
)  # fmt: skip
def test_what_is_reported_missing_exempt_or_an_outlook(both, rule, entity, zh, en):
    assert zh in plain(one(both["zh"], rule, entity).text)
    assert en in plain(one(both["en"], rule, entity).text)


def test_what_was_not_assessed_has_one_sentence_and_no_figures_of_a_simulation(both):
    for lang in LANGS:
        assert [part.kind for part in one(both[lang], "L4", "ps-07").sentences] == ["what"]


# --- the county


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("all", "拖累总判定的是“", "What speaks against it is “"),
        ("L4", "涉及的学校：县第一小学（80%）和县第二小学（20%）；有 90% 的把握，至多涉及 2 所学校",
         "The schools concerned are County No. 1 Primary (80 %) and County No. 2 Primary (20 %)"),
        ("L2", "涉及的学校是县第一小学。", "The school concerned is County No. 1 Primary."),
        ("CV", "离限值最近的是“", "Nearest to its limit is “"),
        ("CV", "2029学年差异系数的中位数为 0.41，限值 0.5", "in 2029-30 the median of its coefficient is 0.41"),
        ("Q1", "2029学年的中位数为 0.93，标准为 0.95", "The median of 2029-30 is 0.93; the standard is 0.95"),
    ],
)  # fmt: skip
def test_rows_of_the_county_say_which_clauses_schools_or_values_decide(both, rule, zh, en):
    for lang, said in (("zh", zh), ("en", en)):
        told = one(both[lang], rule, "test-county")
        assert said in plain(told.text)
        assert told.title.startswith("全域：" if lang == "zh" else "Whole county: ")
        assert told.sentence("children") == ""
        assert "全县" not in told.text  # a study may be a district or a city


# --- remedies


def test_the_cheapest_plan_that_holds_is_named_with_its_cost_and_what_this_one_costs(both):
    told = one(both["zh"], "L4", plan="county-plan")
    said = plain(told.sentence("fix"))
    assert said.startswith("试过的方案中，能使它达标而花钱最少的是“紧凑方案”（可能性 3%），全方案 ")
    assert "（本方案 " in said
    cost = {figure.name: figure.value for figure in told.figures}
    cash = both["zh"].run.tables.cash
    spent = cash[(cash["source"] == "all") & (cash["kind"] == "spend") & (cash["future"] == FUTURE)]
    assert cost["cost"] in spent.groupby("plan")["mean"].sum().round(6).tolist()


def test_a_plan_that_does_not_hold_is_never_called_a_remedy(both):
    assert plain(one(both["zh"], "beds").sentence("fix")).startswith(
        "试过的 2 个方案都不能使它达标，最接近的是“紧凑方案”（可能性 12%，全方案 1 350.0 万元）"
    )
    assert plain(one(both["en"], "beds").sentence("fix")).startswith(
        "None of the 2 plans tried mends it; “Compact plan” comes nearest (a probability of 12 %, 1 350.0 万元 for the"
    )
    assert plain(one(both["zh"], "K1", "kg-01", plan="compact").sentence("fix")).startswith("靠的是这个方案")
    assert "要由主管部门另行安排" in one(both["zh"], "L2").text


def test_where_only_draws_are_missing_no_remedy_is_told(both):
    assert one(both["zh"], "rooms").sentence("fix") == "这里要补的不是工程，而是推演次数：多推演一些，才能判定。"
    assert one(both["en"], "rooms").sentence("fix").startswith("What is missing is draws, not a project")


@pytest.mark.parametrize("lang", LANGS)
def test_a_plan_without_another_to_compare(both, rich, lang):
    rows = rich.tables.verdicts[rich.tables.verdicts["plan"] == PLAN]
    alone = replace(both[lang], run=replace(rich, tables=replace(rich.tables, verdicts=rows)))
    said = {"zh": "本次推演没有其他方案可比；本方案要有", "en": "No other plan of this run can be compared; for 90"}[
        lang
    ]
    assert one(alone, "L4").sentence("fix").startswith(said)


def test_a_chance_at_the_limit_is_not_printed_below_it(both, rich):
    row = rich.tables.verdicts.query("rule == 'L4' and entity == @SCHOOL and plan == @PLAN").iloc[0].to_dict()
    said = explain(both["en"], row | {"probability": 0.9, "verdict": "undecided"}).sentence("what")
    assert "with a probability of about 10 %; 200 draws" in plain(said)


def test_a_latin_name_stands_apart_from_the_year_behind_it(both, rich):
    words = replace(both["zh"].words, schools={SCHOOL: "Hampden School"})
    assert "Hampden School 2024学年至2029学年" in one(replace(both["zh"], words=words), "L4").text


def test_nothing_better_is_said_as_that(both, rich):
    rows = rich.tables.verdicts
    rows = rows[(rows["rule"] == "L4") & (rows["entity"] == SCHOOL) & (rows["plan"] != "compact")]
    alone = replace(rich, tables=replace(rich.tables, verdicts=rows.assign(probability=0.2)))
    said = one(replace(both["zh"], run=alone), "L4").sentence("fix")
    assert said.startswith("试过的 2 个方案都不能使它达标，也没有哪个方案明显更好；本方案要有")


def test_what_holds_says_whether_it_takes_the_plan(both):
    told = one(both["zh"], "LS.met", plan="county-plan")
    assert told.sentence("fix").startswith("靠的是这个方案")
    assert "按“维持现状”则判定为“有风险”（可能性 40%）" in plain(told.sentence("fix"))
    assert one(both["en"], "LS.met", plan="county-plan").sentence("fix").startswith("It takes the plan")
    anyway = one(both["en"], "G4.primary", "ps-05", plan="county-plan").sentence("fix")
    assert anyway.startswith("It does not take the plan: under “Do nothing” the verdict is “holds”, too")


def test_a_verdict_that_the_plan_itself_breaks_says_so(both, rich):
    rows = rich.tables.verdicts
    mine = (rows["rule"] == "L4") & (rows["entity"] == SCHOOL) & (rows["future"] == FUTURE)
    swapped = rows.assign(plan=rows["plan"].mask(mine & (rows["plan"] == "compact"), "swap"))
    swapped["plan"] = swapped["plan"].mask(mine & (rows["plan"] == PLAN), "compact").replace("swap", PLAN)
    run = replace(rich, tables=replace(rich.tables, verdicts=swapped))
    row = swapped[mine & (swapped["plan"] == "compact")].iloc[0]
    assert explain(replace(both["en"], run=run), row).sentence("fix").startswith("It comes with the plan: under “Do no")


# --- room left, schools that a plan opens, other stages, odd names


def test_what_holds_by_far_says_how_much_room_is_left(both):
    size, classes = (one(both["zh"], rule, "ps-05") for rule in ("G4.primary", "G5.primary"))
    assert "有 95% 的把握，决策期内每一年至少还能再收 1 500 人" in plain(size.sentence("when"))
    assert "有 95% 的把握，决策期内最大的班离上限至少还差 6 人" in plain(classes.sentence("when"))
    assert "最紧的是4年级，再多 7 名学生（中位数）就会有班级超额" in plain(classes.sentence("children"))
    assert "全体学生" in size.sentence("children")


def test_a_school_that_only_the_plan_opens(both):
    told = one(both["zh"], "G5.primary", "ps-04", plan="county-plan")
    assert "该校由项目“新建县第四小学”开办，在能启用的推演中，启用时间的中位数为2026学年，" in told.sentence("why")
    assert "is opened by project “New No. 4 Primary” (median opening 2026-27 where it opens; " in one(
        both["en"], "G5.primary", "ps-04", plan="county-plan"
    ).sentence("why")
    assert one(both["zh"], "G5.primary", "ps-04").verdict == "not-assessed"


@pytest.mark.parametrize("lang", LANGS)
def test_a_kindergarten_with_a_name_of_braces_quotes_and_an_emoji(both, lang):
    told = one(both[lang], "K1", "kg-01")
    keeps(both[lang].run, told)
    assert ODD[LANGS.index(lang)] in told.text
    assert ("k3年级（20%）" if lang == "zh" else "grade k3 (20 %)") in plain(told.text)
    assert ("幼儿园" if lang == "zh" else "Kindergarten") in told.title
    assert "{" not in told.text.replace(ODD[LANGS.index(lang)], "")


# --- thin runs


@pytest.mark.parametrize("lang", LANGS)
def test_a_run_of_one_draw_has_no_probability(rich, both, lang):
    card = rich.study.model_copy(update={"draws": 1})
    seen = replace(both[lang], run=replace(rich, study=card))
    rows = rich.tables.verdicts
    for probability, word, said in (
        (0.0, "fails", {"zh": "只推演了一次，其中县第一小学", "en": "In the only draw of plan “Do nothing”"}),
        (1.0, "holds", {"zh": "没有出现县第一小学", "en": "it does not happen that County No. 1 Primary"}),
    ):
        row = rows[(rows["rule"] == "G5.primary") & (rows["entity"] == SCHOOL)].iloc[0].to_dict()
        told = explain(seen, row | {"future": FUTURE, "plan": PLAN, "probability": probability, "verdict": word})
        assert said[lang] in told.text
        assert "可能性为" not in told.sentence("what")
        assert "with a probability of" not in told.sentence("what")
        assert {"zh": "只推演了一次，不能给出概率", "en": "there is a single draw"}[lang] in told.sentence("sure")
        assert "之间" not in told.sentence("sure")
        assert "put the probability between" not in told.sentence("sure")


@pytest.mark.parametrize("lang", LANGS)
def test_a_run_without_drivers_says_so_and_tells_the_rolls(rich, both, lang):
    none = rich.tables.drivers.iloc[:0]
    run = replace(rich, tables=replace(rich.tables, drivers=none))
    told = one(replace(both[lang], run=run), "G5.primary")
    keeps(run, told)
    said = {"zh": "2023学年为 1 791 人", "en": "against 1 791 in 2023-24"}[lang]
    assert said in plain(told.sentence("why"))
    assert {"zh": "本次推演没有分解增减的原因", "en": "without the drivers"}[lang] in told.sentence("why")


def test_a_run_that_is_not_calibrated_says_so(rich, both):
    card = rich.study.model_copy(update={"calibrated": False, "calibration": None})
    said = {lang: one(replace(both[lang], run=replace(rich, study=card)), "L4").sentence("sure") for lang in LANGS}
    assert "人数预测尚未校准" in said["zh"]
    assert "the forecast of rolls is not calibrated" in said["en"]


# --- order, drivers, reading back


def test_the_overall_verdict_comes_first_then_what_fails_by_chance(both):
    told = explanations(both["zh"], PLAN, FUTURE, 6)
    assert told[0].key.rule == "all"
    ranks = [("fails", "at-risk", "undecided", "outlook", "holds").index(part.verdict) for part in told[1:]]
    assert ranks == sorted(ranks)
    codes = {rule.code for rule in both["zh"].run.study.rules if rule.decides}
    assert all(part.key.rule in codes for part in told[1:])
    mine = explanations(both["zh"], PLAN, FUTURE, None, school=SCHOOL)
    assert {part.key.entity for part in mine} == {SCHOOL}
    assert len(mine) == 7
    assert {part.key.rule for part in explanations(both["zh"], PLAN, FUTURE, None, rule="L4")} == {"L4"}


def test_the_drivers_of_a_sentence_add_up_as_printed(both):
    for told in explanations(both["en"], "county-plan", "baseline", 15):
        why = next((part for part in told.sentences if part.kind == "why"), None)
        total = [figure for figure in why.figures if figure.how == "size of the sum"] if why else []
        if total:
            parts = [figure for figure in why.figures if figure.shown[0] in "+−"]
            signed = sum(int(figure.shown.replace("−", "-").replace(NBSP, "")) for figure in parts)
            rest = any(figure.how == "sum" for figure in parts)  # takes up rounding; two halves of one may miss it
            assert abs(abs(signed) - int(total[0].shown.replace(NBSP, ""))) <= (0 if rest else 1)


def test_a_figure_that_is_not_in_the_tables_is_noticed(rich):
    place = Place("verdicts.csv", (("future", FUTURE), ("plan", PLAN), ("rule", "nobody")), "probability")
    with pytest.raises(ValueError, match="0 rows"):
        read_back(rich, Figure(0.5, "50%", (place,)))
    with pytest.raises(KeyError):
        read_back(rich, Figure(0.5, "50%", (Place("other.csv", (), "x"),)))
    draws = Figure(200.0, "200", (Place("study.json", (), "draws"),))
    assert read_back(rich, draws) == 200


def test_words_of_explanations_blame_nobody_and_are_in_both_languages():
    words = {key: text for key, text in catalogue().items() if key.startswith(("explain.", "section.explain"))}
    assert len(words) > 100
    for key, text in words.items():
        assert set(text) == {"zh", "en"}, key
        for said in text.values():
            assert not any(blame in said.lower() for blame in ("fault", "blame", "guilty", "责任在", "过错", "怪"))


def test_a_row_without_its_key_is_refused(both):
    with pytest.raises(KeyError):
        explain(both["zh"], {"future": FUTURE, "plan": PLAN})


def test_the_plain_run_of_the_factory_is_explained_too(run: RunFolder):
    seen = view(run, "en")
    told = explanations(seen, seen.plan, seen.future, 5)
    assert len(told) == 5
    for part in told:
        keeps(run, part)
    assert pd.Series([part.text for part in told]).is_unique
