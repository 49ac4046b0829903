"""The section on building: pages of projects in words, work of each year, seats, pictures, and the workbook."""

from zipfile import ZipFile

import pandas as pd
import pytest

from reports.album import Album
from reports.figures_funds import fund_flow
from reports.figures_gantt import gantt
from reports.html_report import write_report
from reports.run_folder import RunFolder
from reports.view import view
from reports.work_book import work_sheet, write_work_book
from reports.works_view import WORK_HEADS, page
from reports.works_words import end_words, wait_words
from sim.calendar_result import GUARDS, STATES
from sim.construction_log import LAND
from tests.reports.boxes import words_of
from tests.reports.works import LENGTHS


def pages(built, lang):
    album = Album()
    found = page(view(built, lang), album)
    assert found is not None
    return found, album


def test_a_run_of_an_earlier_version_has_no_section(run) -> None:
    assert page(view(run, "zh"), Album()) is None


@pytest.mark.parametrize(
    ("lang", "waits", "never", "risk", "promise"),
    [
        ("zh", ("等资金（上级专项）", "3.2 个月", "等施工队", "等评审（评审中心）", "等复工（冬季）"),
         "资金始终不够 20%；因洪水终止 10%", "洪水 25%", "按期的概率"),
        ("en", ("money (Money from above)", "3.2 months", "a contractor crew", "a review desk (Review centre)",
                "work to go on (Winter)"),
         "the money never suffices 20%; stopped by Flood 10%", "Flood 25%", "kept with"),
    ],
)  # fmt: skip
def test_a_page_of_a_project_says_what_it_waits_for_and_why_it_may_never_open(
    built, lang, waits, never, risk, promise
) -> None:
    plan = view(built, lang).plan
    cards = built.study.plan(plan).projects
    first = cards[0].model_copy(update={"opens": built.study.base_year + 3, "ledger": "L-1", "funding": {"upper": 1.0}})
    plans = tuple(
        one.model_copy(update={"projects": (first, *cards[1:])}) if one.id == plan else one for one in built.study.plans
    )
    changed = RunFolder(built.path, built.study.model_copy(update={"plans": plans}), built.manifest, built.tables)
    found, _ = pages(changed, lang)
    assert len(found.projects) == len(cards)
    texts = [" | ".join(text.replace("\u00a0", "") for _, text in one.facts) for one in found.projects]
    for words in waits:
        assert words.replace(" ", "") in texts[0].replace(" ", "")
    assert risk.replace(" ", "") in texts[0].replace(" ", "")
    assert promise in texts[0]
    assert ("已完成项目建议书" if lang == "zh" else "done: Project initiation") in texts[0]
    assert never.replace(" ", "") in texts[1].replace(" ", "")
    assert never.replace(" ", "") not in texts[0].replace(" ", "")


def test_work_is_told_by_year_with_its_department_and_all_of_it_stands_in_the_book(built, tmp_path) -> None:
    found, _ = pages(built, "en")
    seen = view(built, "en")
    own = built.tables.work_plan
    own = own[(own["future"] == seen.future) & (own["plan"] == seen.plan)]
    assert len(found.work[0].rows) == (own["year"] == own["year"].min()).sum()
    assert found.work[0].title.startswith(str(own["year"].min()))
    assert {len(row) for year in found.work for row in year.rows} == {len(WORK_HEADS)}
    assert "Natural resources bureau" in {row[0] for year in found.work for row in year.rows}
    sheet = work_sheet(seen, seen.plan)
    assert len(sheet) == len(own)
    assert sheet["Money (10 000 yuan)"].sum() == pytest.approx(own["money"].sum())
    one, other = (write_work_book(built, "zh", tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert one is not None
    assert other is not None
    assert one.read_bytes() == other.read_bytes()
    sheets = [name for name in ZipFile(one).namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == len(seen.built) + 1


def test_a_run_without_projects_has_no_book(run, tmp_path) -> None:
    assert write_work_book(run, "zh", tmp_path / "none.xlsx") is None
    assert not (tmp_path / "none.xlsx").exists()


def test_seats_are_told_for_every_stage_and_year(built) -> None:
    found, _ = pages(built, "en")
    study = built.study
    assert len(found.ready) == (len(study.stages) + 1) * (study.horizon - study.base_year)
    assert found.ready[0][2].replace("\u00a0", "") == "1000 (990 to 1010)"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words_of_the_pictures_neither_cover_each_other_nor_run_off(built, lang) -> None:
    _, album = pages(built, lang)
    drawn = [task.draw(*task.args, caption=task.caption, **task.options) for task in album.tasks]
    assert {task.draw for task in album.tasks} == {gantt, fund_flow}
    for figure in drawn:
        found = words_of(figure)
        assert found.collisions() == []
        assert found.cut_off() == []
    calendar = drawn[0].axes[0]
    boxes = [patch.get_gid() for patch in calendar.patches if str(patch.get_gid()).startswith("stage:")]
    projects = len(built.study.plan(view(built, lang).plan).projects)
    assert len(boxes) == projects * len(LENGTHS)
    assert len([line for line in calendar.lines if line.get_gid() == "handover"]) == projects


def test_bars_of_sources_add_up_to_the_spending_of_the_plan(built) -> None:
    _, album = pages(built, "en")
    task = next(one for one in album.tasks if one.draw is fund_flow)
    figure = task.draw(*task.args, caption=task.caption, **task.options)
    case, cash = task.options["case"], built.tables.cash
    own = cash[(cash["future"] == case.future) & (cash["plan"] == case.plan)]
    spent = own.loc[(own["source"] == "all") & (own["kind"] == "spend"), "mean"].sum()
    heights = sum(bar.get_height() for bar in figure.axes[0].patches if str(bar.get_gid()).startswith("spend:"))
    assert heights == pytest.approx(spent)
    lines = {patch.get_gid() for axes in figure.axes for patch in axes.patches}
    assert {"fund_budget:county", "fund_at_hand:upper"} <= lines


def test_the_report_has_the_section_and_the_earlier_one_has_none(built, run, dots, tmp_path) -> None:
    for which, there in ((built, True), (run, False)):
        text = write_report(which, "zh", tmp_path / "report.html").read_text(encoding="utf-8")
        assert ('<section id="works"' in text) is there
        assert ('href="#works"' in text) is there


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_end_and_every_wait_has_its_words(built, lang) -> None:
    card, labels = built.study.works, view(built, lang).labels
    assert card is not None
    ends = [state for state in (*STATES, GUARDS, LAND) if state != "ok"]
    waits = ("budget", "budget:upper", "crew", "desk:review", "dependency", "land", "season", "approval", "risk")
    said = [end_words(labels, card, "compact", end) for end in ends]
    said += [wait_words(labels, card, "compact", wait) for wait in waits]
    assert len(set(said)) == len(ends) + len(waits)


def test_a_stage_of_the_table_that_nobody_names_is_not_left_out(built) -> None:
    """Every stage in the tables has a name and a department on the card."""
    card = built.study.works
    assert card is not None
    assert set(built.tables.stages["stage"]) <= set(card.stages)
    assert {one.bureau for one in card.stages.values()} == set(card.bureaus)
    assert pd.Index(card.groups).tolist() == ["paper", "land", "design", "tender", "building", "acceptance"]
