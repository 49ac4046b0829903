"""Why a school changes: bars that add up, a sentence that says no more than the table, nothing covered or cut off."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.album import Album
from reports.drivers_view import FOLDED, ORDER, sentence, shown, why_pictures, worst_year
from reports.figures_drivers import SPREAD_ORDER, why
from reports.figures_setting import Caption, Case
from reports.i18n import Labels
from reports.run_folder import RunFolder
from reports.view import view
from sim.drivers import OF_FUTURE, OF_PLAN, REST
from sim.drivers_path import CHANGES
from sim.drivers_spread import CAUSES
from tests.reports.boxes import words_of
from tests.reports.sample import words

CHANGE = {"turnover": 131.0, "births": -372.0, "progression": -111.0, "urbanisation": 1058.4, "other": -6.2}
SPREAD = {"county": 12494.0, "school": 22767.0, "chance": 7535.0, "pace": 903.0, "homes": -1226.0}
CASE = Case("fast-urban", "county-plan")
EVERY = (*CHANGES, "diversion", *OF_FUTURE, *OF_PLAN, REST)


def drawn(lang, change=CHANGE, spread=SPREAD):
    caption = Caption("finding", Labels(lang)("drivers.drawn", school="ps-01", year="2029", today="2023"))
    return why(change, spread, words(lang), case=CASE, after=1900.0, caption=caption)


def test_every_driver_has_a_place_and_a_name_in_both_languages():
    assert set(ORDER) | set(FOLDED) == set(EVERY)
    assert set(SPREAD_ORDER) == set(CAUSES)
    for lang in ("zh", "en"):
        named = [f"drivers.{name}" for name in (*ORDER, "other", "total")]
        for key in (*named, *(f"drivers.spread.{name}" for name in CAUSES)):
            assert Labels(lang)(key)


@given(st.dictionaries(st.sampled_from(EVERY), st.floats(-900, 900), max_size=10))
def test_folding_small_drivers_keeps_the_sum(values):
    assert sum(shown(values).values()) == pytest.approx(sum(values.values()), abs=2e-3)
    assert not set(shown(values)) & set(FOLDED)


@given(st.dictionaries(st.sampled_from(ORDER), st.floats(-900, 900), min_size=1, max_size=8), st.sampled_from("ze"))
def test_the_numbers_of_the_sentence_add_up(values, first):
    labels = Labels("zh" if first == "z" else "en")
    said = sentence(values, {"school": "S", "year": "Y", "today": "T"}, labels).replace("\u00a0", "")
    parts = [int(number.replace("−", "-")) for number in re.findall(r"[+−]\d+", said)]
    total = round(sum(values.values()))
    assert sum(parts) == total
    assert str(abs(total)) in said or total == 0


def test_the_sentence_names_the_largest_first_in_both_languages():
    names = {"school": "一小", "year": "2028学年", "today": "2023学年"}
    values = {"births": -30.0, "housing": 200.0, "zoning": 42.0}
    assert (
        sentence(values, names, Labels("zh"))
        == "一小2028学年比2023学年多 212 人：新建住房 +200、学区调整 +42、其余 −30"
    )
    names = {"school": "No. 1", "year": "2028-29", "today": "2023-24"}
    fewer = {"births": -300.0, "housing": 88.0}
    assert sentence(fewer, names, Labels("en")) == (
        "No. 1 has 212 fewer pupils in 2028-29 than in 2023-24: births −300, new housing +88"
    )
    assert "as many" in sentence({}, names, Labels("en"))
    assert "about as many" in sentence({"births": 5.0, "housing": -5.0}, names, Labels("en"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_waterfall_ends_at_the_whole_and_nothing_is_covered(lang):
    figure = drawn(lang)
    bars = [bar for bar in figure.axes[0].patches if bar.get_gid() == "bar"]
    *steps, whole = bars
    assert [round(bar.get_width(), 6) for bar in steps] == list(CHANGE.values())
    reached = 0.0
    for bar in steps:
        assert bar.get_x() == pytest.approx(reached)
        reached += bar.get_width()
    assert (whole.get_x(), whole.get_width()) == (0.0, pytest.approx(reached))
    shares = [bar.get_width() for bar in figure.axes[1].patches if bar.get_gid() == "bar"]
    assert sum(shares) == pytest.approx(100.0)
    said = words_of(figure)
    assert not said.collisions()
    assert not said.cut_off()
    assert any("206" in text for text in said.texts)  # the root of the whole variance


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_draw_has_no_spread_and_no_change_no_picture(lang):
    assert len(drawn(lang, spread={}).axes) == 1
    assert not words_of(drawn(lang, spread={})).collisions()
    assert len(drawn(lang, change={}).axes) == 1


def test_the_report_shows_why_of_the_schools_that_decide(run: RunFolder) -> None:
    seen = view(run, "en")
    assert seen.deciding
    first, last = run.study.window
    for breach in seen.deciding:
        album, year = Album(), worst_year(seen, breach)
        (number,) = why_pictures(seen, album, breach)
        task = album.tasks[number]
        rows = run.tables.schools.query(
            "future == @breach.future and plan == @breach.plan and entity == @breach.school and year == @year"
            " and indicator == 'roll' and stage == 'all'"
        )
        today = run.tables.history.query(f"school == @breach.school and year == {run.study.base_year}")["pupils"].sum()
        assert first <= year <= last
        assert task.options["after"] == pytest.approx(rows["mean"].sum())
        assert sum(task.args[0].values()) == pytest.approx(rows["mean"].sum() - today, abs=0.01)


def test_a_run_without_drivers_has_no_such_pictures(run: RunFolder) -> None:
    from dataclasses import replace

    empty = run.tables.drivers.iloc[:0]
    seen = view(replace(run, tables=replace(run.tables, drivers=pd.DataFrame(empty))), "zh")
    assert why_pictures(seen, Album(), seen.deciding[0]) == ()
