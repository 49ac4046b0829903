"""The slider of a comparison in a real browser with the network off: ranks follow the weight, by keys alone."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from reports import album
from reports.album import Picture
from reports.compare import write_compare
from reports.compare_rank import START, all_scores
from reports.compare_scores import Scored
from reports.compare_weights import WEIGHTS, ranks
from reports.i18n import NBSP
from reports.run_folder import RunFolder
from reports.view import view
from tests.reports.browsing import Open, Opened
from tests.reports.test_compare_scores import ways

pytestmark = pytest.mark.slow
DOT = Picture("data:image/png;base64,iVBORw0KGgo=", "dot", 10, 10)
Runs = list[RunFolder]


@pytest.fixture(scope="module")
def runs(run: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Two runs whose plans change places: in the second one ways are longer, and differ by plan."""
    folder = tmp_path_factory.mktemp("compared")
    made = []
    for name, slow in (("first", 1.0), ("second", 2.5)):
        table = ways(run, 20.0)
        longer = table["plan"].map({"do-nothing": 30.0, "county-plan": 40.0, "compact": 55.0}) * slow
        table = table.assign(mean=longer, **{f"p{10 * k}": longer for k in range(1, 10)})
        shutil.copytree(run.path, folder / name)
        made.append(replace(run, path=folder / name, tables=replace(run.tables, access=table)))
    return made


@pytest.fixture(scope="module")
def pages(runs: Runs, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page in both languages, a dot for each picture."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(album, "paint", lambda task: DOT)
        return {lang: write_compare(runs, folder / lang, lang) / "compare.html" for lang in ("zh", "en")}


def shown(page: Page) -> list[tuple[str, int, float]]:
    """Name, rank and points of every row of the ranking that is seen, from the top."""
    rows = page.locator("#weigh .panel:visible [data-ranking] tbody tr").all()
    return [
        (
            row.locator("th").inner_text().replace(NBSP, " "),
            int(row.locator("[data-place]").inner_text()),
            float(row.locator("[data-points]").inner_text()),
        )
        for row in rows
    ]


def wanted(cases: list[Scored], runs: Runs, weight: int) -> dict[str, tuple[int, float]]:
    named = {run.name: view(run, "en") for run in runs}
    scores = [case.score for case in cases if case.score is not None]
    assert len(scores) == len(cases)
    return {
        f"{named[case.run].words.plan(case.plan)} · {case.run}": (place, float(score.at(weight)) * 100)
        for case, score, place in zip(cases, scores, ranks(scores, weight), strict=True)
    }


def move(page: Page, weight: int) -> None:
    """Set the weight as somebody without a mouse does."""
    slider = page.get_by_role("slider", name="Weight of concentration")
    slider.focus()
    slider.press("Home")
    for _ in range(weight):
        slider.press("ArrowRight")
    assert int(slider.input_value()) == weight


def test_ranks_follow_the_weight(runs: Runs, pages: dict[str, Path], opened: Open) -> None:
    found = opened(pages["en"])
    scores = all_scores(runs)
    reference = runs[0].study.reference_future
    orders = set()
    for weight in (0, 1, 37, 50, 83, 100):
        move(found.page, weight)
        rows = shown(found.page)
        right = wanted(scores[reference], runs, weight)
        assert {name: place for name, place, _ in rows} == {name: place for name, (place, _) in right.items()}
        assert [place for _, place, _ in rows] == sorted(place for _, place, _ in rows)
        for name, _, points in rows:
            assert points == pytest.approx(right[name][1], abs=0.0051)
        orders.add(tuple(name for name, _, _ in rows))
        said = found.page.locator("#weigh output").inner_text().replace(NBSP, " ")
        assert said.startswith(f"Concentration {weight} %, nearness {100 - weight} %")
        assert all(name in said for name, place, _ in rows if place == 1)
    assert len(orders) > 1
    assert found.troubles == []
    assert found.requests == [pages["en"].as_uri()]


def test_every_future_has_its_own_ranking(runs: Runs, pages: dict[str, Path], opened: Open) -> None:
    found = opened(pages["en"])
    futures = list(all_scores(runs))
    move(found.page, 60)
    for at, future in enumerate(futures):
        radio = found.page.locator("#weigh input[type=radio]").nth(at)
        radio.focus()
        radio.press("Space")
        right = wanted(all_scores(runs)[future], runs, 60)
        rows = shown(found.page)
        assert {name: place for name, place, _ in rows} == {name: place for name, (place, _) in right.items()}
        said = found.page.locator("#weigh output").inner_text()
        assert rows[0][0] in said.replace(NBSP, " ")


def test_verdicts_stay_beside_their_case(runs: Runs, pages: dict[str, Path], opened: Open) -> None:
    found = opened(pages["en"])

    def verdicts() -> dict[str, str]:
        rows = found.page.locator("#weigh .panel:visible [data-ranking] tbody tr").all()
        return {row.locator("th").inner_text(): row.locator("td").nth(1).inner_text() for row in rows}

    before = verdicts()
    assert {text.split()[0] for text in before.values()} & {"fails", "holds", "at"}
    move(found.page, 100)
    assert verdicts() == before


def test_printed_ranks_are_those_of_the_slider(runs: Runs, pages: dict[str, Path], opened: Open) -> None:
    """Paper and screen reader have the ranks at 0, 25, 50, 75, 100 %."""
    found = opened(pages["en"])
    printed = {}
    for row in found.page.locator("#weigh .panel:visible [data-ranking] tbody tr").all():
        cells = [cell.inner_text() for cell in row.locator("td").all()]
        printed[row.locator("th").inner_text().replace(NBSP, " ")] = [int(text) for text in cells[-len(WEIGHTS) :]]
    for at, weight in enumerate(WEIGHTS):
        move(found.page, weight)
        assert {name: place for name, place, _ in shown(found.page)} == {n: p[at] for n, p in printed.items()}
    found.page.emulate_media(media="print")
    assert found.page.locator("#weigh .weigh").is_hidden()
    assert found.page.locator("#weigh .panel").nth(1).is_visible()


def test_without_script_the_table_stands_at_the_middle(runs: Runs, pages: dict[str, Path], browser) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    found = Opened(context.new_page())
    found.page.goto(pages["en"].as_uri())
    assert found.page.locator("#weigh .weigh").is_hidden()
    reference = runs[0].study.reference_future
    right = wanted(all_scores(runs)[reference], runs, START)
    table = found.page.locator("#weigh [data-ranking]").first
    for row in table.locator("tbody tr").all():
        name = row.locator("th").inner_text().replace(NBSP, " ")
        assert int(row.locator("[data-place]").inner_text()) == right[name][0]
    context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_automatic_checker_finds_nothing(lang: str, pages: dict[str, Path], opened: Open) -> None:
    found = opened(pages[lang])
    results = Axe().run(found.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert results.violations_count == 0, results.generate_report()
    assert found.troubles == []
