"""report.html: self-contained, complete, accessible, in both languages; a dot stands for most pictures."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

from reports.album import pixels_of, small_png
from reports.figures_setting import Caption
from reports.flows_view import _graded
from reports.html_report import write_report
from reports.html_tables import flat, today_rows, verdict_rows
from reports.i18n import NBSP, Labels
from reports.pictures import map_years, stages_by_need
from reports.run_folder import RunFolder
from reports.sparkline import scale_of, sparkline
from reports.study_card import RuleCard
from reports.view import view

SECTIONS = ("minute", "children", "schools", "heat", "timeline", "maps", "after", "today", "verdicts", "quality",
            "assumptions", "method", "manifest")  # fmt: skip

CHINESE = (
    "县方案在 2 个情景中的 1 个达标",
    "未校准：概率尚未用本地历史检验",
    "合成数据：不代表任何真实学校",
    "十有其九：至多",
    "10 650.0",
    "2035学年闲置学位",
    "决策期内最紧的一年：2029学年",
    "有多少孩子？有多大把握？",
    "今天已经超过的限额",
    "教督〔2017〕6号 (B)",
    "概率尚未用本地历史回测校准",
)
ENGLISH = (
    "County plan holds in 1 of 2 futures",
    "Not calibrated",
    "Synthetic data",
    "in 9 of 10 worlds at most",
    "The worst year of the decision window: 2029-30",
    "And after the peak?",
    "Primary classes up to 45 pupils",
)


class Page(HTMLParser):
    """Tags, attributes, ids and text of a page; counts open tags."""

    VOID = frozenset({"meta", "img", "input", "br", "link", "line", "circle", "path", "rect", "polygon", "polyline"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "script"}:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words).replace(NBSP, " "))


def page(run: RunFolder, lang: str, folder: Path) -> tuple[Page, str]:
    text = write_report(run, lang, folder / "report.html").read_text(encoding="utf-8")
    made = Page(text)
    assert made.open == []
    return made, text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_outside_the_page(run: RunFolder, lang: str, dots: list[Caption], tmp_path: Path) -> None:
    made, text = page(run, lang, tmp_path)
    assert not re.search(r"https?:|//[a-z0-9.-]+\.[a-z]|@import|url\((?!#)|<link|<iframe|<object|fetch\(|XMLHttp", text)
    for _, attributes in made.tags:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            value = attributes.get(name)
            assert value is None or value.startswith(("data:image/png;base64,", "#"))
    policy = next(a["content"] for a in made.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(("lang", "code"), [("zh", "zh-CN"), ("en", "en")])
def test_accessible(run: RunFolder, lang: str, code: str, dots: list[Caption], tmp_path: Path) -> None:
    made, _ = page(run, lang, tmp_path)
    assert made.all("html")[0]["lang"] == code
    assert made.all("th")
    assert all(head.get("scope") in {"col", "row"} for head in made.all("th"))
    assert made.all("img")
    assert all(image.get("alt") and image.get("width") for image in made.all("img"))
    sparks = [a for a in made.all("svg") if a.get("class") == "spark"]
    assert len(sparks) == 2 * 4
    assert all(a.get("role") == "img" and a.get("aria-label") for a in sparks)
    ids = [a["id"] for _, a in made.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    assert {a["href"].removeprefix("#") for a in made.all("a") if a["href"]} <= set(ids)
    assert all(a.get("tabindex") == "0" for a in made.all("div") if "scroll" in (a.get("class") or ""))
    assert len([1 for tag, _ in made.tags if tag == "h1"]) == 1


def test_says_what_the_storyboard_asks_in_chinese(run: RunFolder, dots: list[Caption], tmp_path: Path) -> None:
    made, _ = page(run, "zh", tmp_path)
    for words in CHINESE:
        assert words in made.text
    ids = {a.get("id") for _, a in made.tags}
    assert set(SECTIONS) <= ids
    assert not re.search(r"(?<![\d.])0%|(?<!\d)100%", made.text)


def test_says_it_in_english(run: RunFolder, dots: list[Caption], tmp_path: Path) -> None:
    made, _ = page(run, "en", tmp_path)
    for words in ENGLISH:
        assert words in made.text
    left = made.text.replace("万元", "").replace("教督〔2017〕6号", "").replace("测试", "").replace("城镇化率", "")
    assert not re.search(r"[一-鿿]", re.sub(r"学校名录|合成|假设", "", left))


def test_calibrated_runs_do_not_say_otherwise(run: RunFolder, dots: list[Caption], tmp_path: Path) -> None:
    real = replace(run, study=run.study.model_copy(update={"calibrated": True, "synthetic": False}))
    made, _ = page(real, "zh", tmp_path)
    assert "未校准" not in made.text
    assert "概率已用本地历史回测校准" in made.text


def test_titles_are_findings(run: RunFolder, dots: list[Caption], tmp_path: Path) -> None:
    page(run, "zh", tmp_path)
    titles = [caption.title for caption in dots]
    assert "2029学年，“快速城镇化”情景，超限学校（全部学段）：维持现状 4 所、县方案 0 所、紧凑方案 3 所" in titles
    assert "2029学年，“快速城镇化”情景，超限学校（全部学段）：维持现状 4 所、县方案 0 所" in titles
    assert any(t.startswith("在校生2030学年达到峰值") for t in titles)
    assert any(re.search(r"决策期内出现超过 50 人的班的可能：维持现状 \d+%、县方案 15%", t) for t in titles)
    assert any("最晚投用的是新建县第三中学（2027学年，中位数）" in t for t in titles)
    assert any(t.startswith("县方案共投资 10") for t in titles)


def test_number_of_pictures_does_not_grow_with_the_study(run: RunFolder, dots: list[Caption], tmp_path: Path) -> None:
    page(run, "zh", tmp_path)
    ways = 2 + 2 * 2  # minutes and kilometres; two maps of each stage
    assert len(dots) <= 2 + 4 * 2 + 5 * 3 + 4 + 3 + 3 + ways


def test_text_from_a_study_cannot_become_markup(run: RunFolder, dots: list[Caption], tmp_path: Path) -> None:
    evil = run.study.model_copy(update={"name": {"zh": "<script>alert(1)</script>", "en": "x"}})
    _, text = page(replace(run, study=evil), "zh", tmp_path)
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_run_without_projects_and_without_trouble(run: RunFolder, dots: list[Caption], tmp_path: Path) -> None:
    plans = tuple(plan for plan in run.study.plans if plan.id == "do-nothing")
    calm = run.tables.verdicts.assign(probability=1.0, verdict="holds").query("plan == 'do-nothing'")
    tables = replace(run.tables, verdicts=calm, today=run.tables.today.iloc[:0])
    made, _ = page(replace(run, study=run.study.model_copy(update={"plans": plans}), tables=tables), "zh", tmp_path)
    for words in (
        "各方案都没有建设项目",
        "决策期内没有学校可能超限",
        "基年没有超过限额的学校",
        "维持现状在全部 2 个情景中达标",
    ):
        assert words in made.text


def test_one_draw_shows_no_percent(run: RunFolder, dots: list[Caption], tmp_path: Path) -> None:
    table = run.tables.verdicts
    sure = table.assign(probability=(table["probability"] > 0.5).astype(float).where(table["probability"].notna()))
    one = replace(run, study=run.study.model_copy(update={"draws": 1}), tables=replace(run.tables, verdicts=sure))
    made, _ = page(one, "zh", tmp_path)
    assert "单次确定性推演：没有概率" in made.text
    assert ">99%" not in made.text.replace("要求的概率", "")


def test_verdict_rows_the_worst_first(run: RunFolder) -> None:
    rows = verdict_rows(view(run, "en"))
    assert len(rows) == len(run.tables.verdicts)
    assert [row.rank for row in rows] == sorted(row.rank for row in rows)
    assert rows[0].word == "fails"
    assert rows[-1].word == "not assessed"
    assert rows[-1].probability == "–"


def test_today_rows(run: RunFolder) -> None:
    rows = today_rows(view(run, "zh"))
    assert [(r.place, r.value, r.bound, r.pupils) for r in rows] == [
        ("县第一小学", "53", "45", "21"),
        ("县第一中学", "56", "50", "18"),
    ]


def test_clauses_that_decide_nothing_are_one_row_today_and_the_county_is_a_place(run: RunFolder) -> None:
    """Facts of clauses beside the headline are counted, those that decide are told one by one."""
    card = {"clause": {"zh": "条款", "en": "clause"}, "indicator": "x", "bound": 4.5}
    beside = RuleCard.model_validate({**card, "code": "L4.primary", "decides": False})
    decides = RuleCard.model_validate({**card, "code": "CV.primary", "scope": "county"})
    study = run.study.model_copy(update={"rules": (*run.study.rules, beside, decides)})
    columns = list(run.tables.today.columns)
    facts = [
        ("L4.primary", "school", "primary", "a", 4.21, 4.5, 3),
        ("L4.primary", "school", "primary", "b", 4.0, 4.5, 5),
        ("CV.primary", "county", "primary", run.study.id, 0.523, 0.5, 0),
    ]
    today = pd.concat([run.tables.today, pd.DataFrame(facts, columns=columns)], ignore_index=True)
    more = replace(run, study=study, tables=replace(run.tables, today=today))
    found = {(r.place, r.value, r.pupils) for r in today_rows(view(more, "en"))}
    assert ("whole county", "0.52", "0") in found
    assert (f"2{NBSP}schools (a clause beside the headline; schools are in today.csv)", "–", "8") in found
    assert len(found) == len(run.tables.today) + 2


def test_choices_of_the_view(run: RunFolder) -> None:
    seen = view(run, "zh")
    assert (seen.plan, seen.baseline, seen.future, seen.year) == ("county-plan", "do-nothing", "fast", 2029)
    assert seen.plans == ("do-nothing", "county-plan", "compact")
    assert map_years(seen) == [2024, 2029, 2038]
    assert stages_by_need(seen) == ["junior", "primary"]


def test_flat_manifest() -> None:
    assert list(flat({"a": {"b": 1, "c": [1, 2]}, "d": None})) == [("a.b", "1"), ("a.c", "1, 2"), ("d", "None")]
    ahead = {"ahead": [{"horizon": 1, "share": 0.8}, {"horizon": 3, "share": 0.7}], "drivers": True}
    assert list(flat(ahead)) == [
        ("ahead.1.horizon", "1"), ("ahead.1.share", "0.8"), ("ahead.2.horizon", "3"), ("ahead.2.share", "0.7"),
        ("drivers", "true"),
    ]  # fmt: skip


@pytest.mark.parametrize(("lang", "said", "missing"), [
    ("zh", ("教督〔2017〕6号 (B)", "学校名录", "测试合成", "测试假设", "基准（参照情景）"), "made for tests"),
    ("en", ("Jiaodu [2017] No. 6 (B)", "List of schools", "made for tests", "Baseline (reference)"), "教督"),
])  # fmt: skip
def test_sources_are_told_in_the_language_of_the_report(
    run: RunFolder, tmp_path: Path, dots: list, lang: str, said: tuple[str, ...], missing: str
) -> None:
    made, _ = page(run, lang, tmp_path)
    assert [words for words in said if words not in made.text] == []
    assert missing not in made.text


def test_a_source_that_names_its_grade_says_it_in_full_there() -> None:
    labels = Labels("zh")
    assert _graded("规划经验；[M]", "M", labels) == "规划经验；[M，凭记忆，未核实]"
    assert _graded("县文件", "M", labels) == "县文件 (M，凭记忆，未核实)"
    assert (_graded("县文件；[C]", "C", labels), _graded("县文件", "C", labels)) == ("县文件；[C]", "县文件 (C)")


def test_sparkline_stays_inside_and_says_its_text(run: RunFolder) -> None:
    table = run.tables.schools.query(
        "entity == 'ps-01' and indicator == 'roll' and stage == 'all' and plan == 'do-nothing' and future == 'fast'"
    )
    drawn = sparkline(table, 2000, scale_of([table], 2000), (2024, 2038), 'a "quoted" text')
    assert "a &quot;quoted&quot; text" in drawn
    numbers = [float(n) for pair in re.findall(r'points="([^"]+)"', drawn) for n in re.split(r"[ ,]", pair)]
    assert min(numbers) >= 0
    assert max(numbers) <= 132


def test_small_pictures_keep_their_flat_colours() -> None:
    from io import BytesIO

    import numpy as np
    from PIL import Image

    figure = Figure(figsize=(2, 1))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_facecolor("#E69F00")
    axes.set_xticks([])
    pixels = pixels_of(figure)
    png = small_png(pixels)
    assert png == small_png(pixels)
    back = np.asarray(Image.open(BytesIO(png)).convert("RGB"))
    assert tuple(back[40, 150]) == (0xE6, 0x9F, 0x00)
    assert (np.abs(back.astype(int) - pixels.astype(int)).max(axis=2) <= 8).mean() > 0.99


def test_a_small_symbol_keeps_its_colour_among_many_shades() -> None:
    import numpy as np

    from reports.album import palette

    greys = np.arange(256, dtype=np.uint32) * 0x010101
    shades = np.arange(2000, dtype=np.uint32) * 3 + 0x300000
    colours = np.concatenate([greys, shades, np.array([0xF0E442], dtype=np.uint32)])
    counts = np.concatenate([np.full(256, 500), np.full(2000, 90), [60]])
    kept = palette(colours, counts)
    assert len(kept) <= 256
    assert 0xF0E442 in kept


def test_projects_are_named_as_their_plan_names_them(run: RunFolder) -> None:
    plans = []
    for plan in run.study.plans:
        named = {"zh": f"{plan.id}扩建", "en": f"{plan.id} extension"}
        projects = tuple(p.model_copy(update={"name": named}) for p in plan.projects)
        plans.append(plan.model_copy(update={"projects": projects}))
    seen = view(replace(run, study=run.study.model_copy(update={"plans": tuple(plans)})), "zh")
    assert seen.of_plan("county-plan").name("project", "no2-extension") == "county-plan扩建"
    assert seen.of_plan("compact").name("project", "no2-extension") == "compact扩建"


@pytest.mark.slow
def test_the_whole_report_is_the_same_for_any_number_of_workers(run: RunFolder, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    one = write_report(run, "zh", tmp_path / "one.html", progress=lambda done, of: seen.append((done, of)))
    two = write_report(run, "zh", tmp_path / "two.html", workers=2)
    assert seen == [(i + 1, len(seen)) for i in range(len(seen))]
    assert one.read_bytes() == two.read_bytes()
    assert 1_000_000 < one.stat().st_size < 8_000_000
    Page(one.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_the_whole_report_in_english(run: RunFolder, tmp_path: Path) -> None:
    path = write_report(run, "en", tmp_path / "report.html")
    assert 1_000_000 < path.stat().st_size < 8_000_000
