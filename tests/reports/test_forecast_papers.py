"""Papers of `forecast` and `backtest`: words that fit, nothing from outside, texts that stay texts."""

import re
import warnings
from pathlib import Path

import openpyxl
import pytest

from reports import backtest_figures, forecast_figures
from reports.backtest_words import headline as backtest_headline
from reports.backtest_words import statements
from reports.fonts import missing_characters
from reports.forecast_book import write_book
from reports.forecast_html import trust_lines, write_charts, write_forecast_page
from reports.forecast_terminal import headline
from reports.forecast_view import ForecastView, Trust, changes, growing_and_shrinking, past_totals
from reports.i18n import Labels, Lang
from schoolplan import backtesting, forecasting
from tests.forecast.made import births, rows, write
from tests.reports.boxes import Words, words_of

LANGS: tuple[Lang, ...] = ("zh", "en")
FORMULA = '=HYPERLINK("http://example.org","x")'
LONG = "第一实验学校（东校区）附属小学"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables with a formula and a long name among the schools."""
    made = tmp_path_factory.mktemp("papers")
    frame = rows().replace({"school": {"a1": FORMULA, "b2": LONG}})
    write(frame, made / "history.csv")
    write(births(), made / "births.csv")
    return made


@pytest.fixture(scope="module")
def forecast_views(folder: Path) -> dict[Lang, ForecastView]:
    return {
        lang: forecasting.run(
            folder / "history.csv",
            forecasting.Ask(
                years=5, births=folder / "births.csv", draws=60, lang=lang, out=folder / f"forecast-{lang}"
            ),
        ).view
        for lang in LANGS
    }


@pytest.fixture(scope="module")
def backtest_views(folder: Path):
    return {
        lang: backtesting.run(
            folder / "history.csv",
            backtesting.Ask(horizons=(1, 3, 5), draws=60, lang=lang, out=folder / f"back-{lang}"),
        ).view
        for lang in LANGS
    }


def told(figures) -> dict[str, Words]:
    """The words of each chart; a missing glyph would be a warning, and warnings are errors in tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return {name: words_of(figure) for name, figure in figures.items()}


@pytest.mark.parametrize("lang", LANGS)
def test_no_word_of_a_forecast_chart_covers_another_or_runs_off(forecast_views, lang: Lang) -> None:
    found = told(forecast_figures.charts(forecast_views[lang]))
    assert set(found) == {"county", "districts", "schools"}
    for name, words in found.items():
        assert words.collisions() == [], name
        assert words.cut_off() == [], name
        unit = "人数（人）" if lang == "zh" else "pupils"
        assert unit in words.texts, name


@pytest.mark.parametrize("lang", LANGS)
def test_no_word_of_a_backtest_chart_covers_another_or_runs_off(backtest_views, lang: Lang) -> None:
    found = told(backtest_figures.charts(backtest_views[lang]))
    assert {"errors", "coverage", "places"} <= set(found)
    for name, words in found.items():
        assert words.collisions() == [], name
        assert words.cut_off() == [], name
        assert any("%" in text or "％" in text for text in words.texts), name


def test_english_charts_hold_no_chinese_but_names(forecast_views, backtest_views) -> None:
    figures = forecast_figures.charts(forecast_views["en"]) | backtest_figures.charts(backtest_views["en"])
    texts = [text for words in told(figures).values() for text in words.texts if "第一" not in text]
    assert [text for text in texts if re.search("[一-鿿]", text)] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("page", ["forecast-{}/forecast.html", "back-{}/backtest.html"])
def test_pages_load_nothing_from_outside_and_escape_names(
    folder: Path, forecast_views, backtest_views, lang: Lang, page: str
) -> None:
    text = (folder / page.format(lang)).read_text(encoding="utf-8")
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in text
    assert re.findall(r'(?:src|href)="(?!data:|#)', text) == []
    assert "<script>alert" not in text
    assert str(folder) not in text
    if page.startswith("forecast"):
        assert "=HYPERLINK(&#34;http" in text
    plain = re.sub(r"<(style|script)>.*?</\1>|<[^>]+>", "", text, flags=re.DOTALL)
    assert missing_characters(plain) in {"", "↕"}


@pytest.mark.parametrize("lang", LANGS)
def test_the_workbook_keeps_texts_as_texts_and_its_sheets_can_be_read(folder: Path, forecast_views, lang: Lang) -> None:
    book = openpyxl.load_workbook(folder / f"forecast-{lang}" / "forecast.xlsx")
    heads = ("说明", "全县", "区县", "学校", "学校分年级", "怎样算出来的")
    english = ("Read me", "County", "Districts", "Schools", "Schools by grade", "How it was computed")
    assert tuple(book.sheetnames) == (heads if lang == "zh" else english)
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref is not None
        assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    schools = book.worksheets[3]
    assert FORMULA in [cell.value for cell in schools["B"]]
    view = forecast_views[lang]
    numbers = [row[4] for row in schools.iter_rows(min_row=2, values_only=True)]
    assert numbers == pytest.approx(view.level("school")["mean"].round(1).tolist())


def test_the_pieces_of_the_workbook_multiply_to_the_path(folder: Path, forecast_views) -> None:
    sheet = openpyxl.load_workbook(folder / "forecast-en" / "forecast.xlsx").worksheets[-1]
    rows_ = list(sheet.iter_rows(values_only=True))
    heads = list(rows_[0])
    path, start, last = (
        heads.index("Path (pupils)"),
        heads.index("Start (pupils)"),
        heads.index("× pull to 5-year ratio"),
    )
    assert last - start == 11
    for row in rows_[1:20]:
        product = 1.0
        for factor in row[start : last + 1]:
            product *= factor
        assert product == pytest.approx(row[path], rel=2e-3)


def test_a_workbook_made_twice_is_the_same_file(tmp_path: Path, forecast_views) -> None:
    files = [write_book(forecast_views["zh"], tmp_path / f"{name}.xlsx") for name in ("a", "b")]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_sums_with_a_missing_school_are_no_sums(forecast_views) -> None:
    view = forecast_views["en"]
    whole = past_totals(view)
    assert whole.index.tolist() == list(range(2012, 2021))
    gap = view.history.query("school != 'a2' or year != 2015")
    kept = past_totals(ForecastView(**{**vars(view), "history": gap}))
    assert kept.index.tolist() == [year for year in range(2012, 2021) if year != 2015]
    assert kept[2016] == whole[2016]


def test_schools_that_grow_and_shrink_are_in_order_and_none_in_both(forecast_views) -> None:
    view = forecast_views["en"]
    up, down = growing_and_shrinking(view, 2)
    assert not {one.school for one in up} & {one.school for one in down}
    assert [one.change for one in changes(view)] == sorted((one.change for one in changes(view)), reverse=True)
    assert "The county goes from" in headline(view)


@pytest.mark.parametrize("lang", LANGS)
def test_the_calibration_statement_says_errors_and_coverage(forecast_views, lang: Lang) -> None:
    lines = trust_lines(forecast_views[lang].trust, Labels(lang))
    assert len(lines) == 5
    assert all(re.search(r"80.%.*\d+.?%" if lang == "en" else r"80% 区间包含了 \d+%", line) for line in lines[1:4])
    assert len(trust_lines(Trust(), Labels(lang))) == 1


@pytest.mark.parametrize("lang", LANGS)
def test_few_origins_masks_and_events_stand_beside_the_sentence(backtest_views, lang: Lang) -> None:
    view = backtest_views[lang]
    changed = type(view)(**{**vars(view), "masked": (2016,), "events": True, "origins": (2015, 2017)})
    assert len(statements(changed)) == len(statements(view)) + 3
    assert ("同上年" if lang == "zh" else "same as last year") in backtest_headline(view)


def test_a_path_without_draws_is_said_to_have_no_intervals(tmp_path: Path, forecast_views) -> None:
    view = forecast_views["en"]
    bare = view.rows.assign(**{name: float("nan") for name in view.rows.columns if name.startswith("p")})
    alone = ForecastView(**{**vars(view), "rows": bare})
    assert not alone.intervals
    page = write_forecast_page(alone, write_charts(forecast_figures.charts(alone), tmp_path), tmp_path / "page.html")
    assert "Without intervals" in page.read_text(encoding="utf-8")
