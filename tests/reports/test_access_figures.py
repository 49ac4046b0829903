"""Pictures of access: the numbers of the table, steps that do not move, nothing that covers anything else."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from gis.access_table import Moment, access_table, access_units, unit_homes
from reports.access_view import map_access_finding, travel_finding
from reports.figures_access import case_rows, travel_by_plan
from reports.figures_setting import Caption, Case
from reports.maps_access import SEATS, STEPS, access_maps, unit_values, way
from reports.shapes_access import ACCESS, ACCESS_UNITS
from reports.style import to_png
from reports.table_shapes import conform
from scenarios.packs import read_shipped
from tests.reports.boxes import words_of
from tests.reports.sample import PLANS, county_units, words

TITLE = Caption("finding")
UNITS = county_units()
NAMES = tuple(UNITS["unit"].astype(str))
PACK = read_shipped("cn-2017-quality-balance")[0]
assert PACK is not None
YEAR = 2028
CASES = [Case("baseline", plan) for plan in PLANS]


def moments(plan: str, longer: float) -> list[Moment]:
    """Two schools; under a plan with `longer` more children of every unit go to the second."""
    found = []
    for stage, grades in (("primary", ("1", "2")), ("junior", ("7",))):
        pupils = np.zeros((len(grades), len(NAMES), 2))
        pupils[:, :, 0], pupils[:, :, 1] = 20 - longer, longer
        pupils[:, -1] = 0
        found.append(Moment("baseline", plan, YEAR, stage, grades, pupils, np.array([300.0, 200.0])))
    return found


def homes(measure: str):
    km = np.column_stack([np.linspace(0.3, 6.0, len(NAMES)), np.linspace(9.0, 5.0, len(NAMES))])
    urban = np.arange(len(NAMES)) < 5
    return unit_homes(NAMES, urban, km if measure == "km" else km / 3.6 * 60, measure)


@pytest.fixture(scope="module")
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    every = [moment for at, plan in enumerate(PLANS) for moment in moments(plan, 4.0 * at)]
    reach = {"primary": 4.0, "junior": 8.0}
    wide = pd.concat([access_table(homes(measure), every, PACK, reach) for measure in ("km", "minutes")])
    return wide, access_units(homes("km"), every, PACK, reach)


def test_the_tables_fit_the_run_folder(tables) -> None:
    for table, shape in zip(tables, (ACCESS, ACCESS_UNITS), strict=True):
        assert list(table.columns) == list(shape.names)
        assert len(conform(table, shape)) == len(table)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("measure", ["km", "minutes"])
def test_bars_and_numbers_are_those_of_the_table(tables, lang, measure) -> None:
    table, _ = tables
    figure = travel_by_plan(table, words(lang), cases=CASES, year=YEAR, caption=TITLE, measure=measure)
    rows = case_rows(table, CASES, "primary", YEAR, measure)
    axes = figure.axes[0]
    medians = [float(line.get_xdata()[0]) for line in axes.lines if line.get_gid() == "median"]
    means = [float(line.get_xdata()[0]) for line in axes.lines if line.get_gid() == "mean"]
    assert medians == rows["p50"].tolist()
    assert means == rows["mean"].tolist()
    pale = axes.patches[0]
    assert (pale.get_x(), pale.get_x() + pale.get_width()) == pytest.approx((rows["p10"][0], rows["p90"][0]))
    drawn = words_of(figure)
    # Clauses are in kilometres or in minutes: both are told, whichever way is drawn.
    beyond = table.query(f"stage == 'primary' and measure == 'minutes' and plan == '{PLANS[2]}'")["beyond"].iloc[0]
    assert any(text.startswith(f"{round(beyond):,}".replace(",", "\u00a0")) for text in drawn.texts)
    assert not drawn.collisions()
    assert not drawn.cut_off()


def test_pupils_without_a_way_are_named_below_the_picture(tables) -> None:
    table, _ = tables
    lost = table.assign(unreachable=np.where(table["plan"] == PLANS[1], 12.0, 0.0), p90=np.inf)
    figure = travel_by_plan(lost, words("en"), cases=CASES, year=YEAR, caption=TITLE)
    assert any(
        "no way to school: County plan, Primary: 12; County plan, Junior: 12" in text for text in words_of(figure).texts
    )


def test_a_year_without_rows_says_so(tables) -> None:
    figure = travel_by_plan(tables[0], words("en"), cases=CASES, year=1999, caption=TITLE)
    assert any("no rows for the way to school" in text for text in words_of(figure).texts)
    figure = access_maps(UNITS, tables[1], words("zh"), panels=(CASES, "primary", 1999), shown=way("km"), caption=TITLE)
    assert any("没有“上学路程”的记录" in text for text in words_of(figure).texts)


@pytest.mark.parametrize(("shown", "lang"), [(way("km"), "zh"), (way("km", "nearest"), "en"), (SEATS, "en")])
def test_units_have_the_colour_of_their_step(tables, shown, lang) -> None:
    _, table = tables
    schools = {case: pd.DataFrame({"x": [475_000.0], "y": [2_930_000.0]}) for case in CASES}
    figure = access_maps(
        UNITS, table, words(lang), panels=(CASES, "primary", YEAR), shown=shown, caption=TITLE, schools=schools
    )
    for axes, case in zip(figure.axes, CASES, strict=False):
        values = unit_values(table, case, "primary", YEAR, (shown.column, "km"))
        drawn = {one.get_gid()[5:]: to_hex(one.get_facecolor()[0]) for one in axes.collections if one.get_gid()}
        assert set(drawn) == set(NAMES)
        for name, color in drawn.items():
            expected = "#ffffff" if np.isnan(values[name]) else shown.scale.color(float(values[name]))
            assert color == expected, name
        assert np.isnan(values[NAMES[-1]])
    drawn_words = words_of(figure)
    assert not drawn_words.collisions()
    assert not drawn_words.cut_off()


def test_steps_are_the_radii_of_the_pack_and_the_half_hour() -> None:
    radii = {clause.bound for clause in PACK.service if clause.use == "radius"}
    assert radii <= set(STEPS["km"])
    assert {clause.bound for clause in PACK.service if clause.use == "limit"} <= set(STEPS["minutes"])


def test_the_same_table_gives_the_same_bytes(tables) -> None:
    def draw() -> bytes:
        return to_png(travel_by_plan(tables[0], words("zh"), cases=CASES, year=YEAR, caption=TITLE))

    assert draw() == draw()


@pytest.mark.parametrize(
    ("lang", "measure", "start"),
    [
        ("zh", "km", "县方案推迟一年：小学学生上学路程中位数"),
        ("en", "minutes", "County plan, one year later: median time on foot to school"),
    ],
)
def test_the_finding_holds_the_plan_against_the_baseline(tables, lang, measure, start) -> None:
    title = travel_finding(tables[0], words(lang), CASES, "primary", YEAR, measure).title
    assert title.startswith(start)
    assert ("超过时限" if lang == "zh" else "beyond the limit") in title
    assert "limit" not in travel_finding(tables[0], words("en"), CASES, "junior", YEAR).title
    assert "no rows" in travel_finding(tables[0], words("en"), CASES, "primary", 1999).title


@pytest.mark.parametrize(
    ("shown", "lang", "start"),
    [
        (way("minutes"), "zh", "县方案推迟一年：20个有小学学生的村居中"),
        (SEATS, "en", "County plan, one year later:"),
    ],
)
def test_the_finding_of_a_map_counts_units(tables, shown, lang, start) -> None:
    every = [moment for at, plan in enumerate(PLANS) for moment in moments(plan, 4.0 * at)]
    table = access_units(homes("minutes"), every, PACK, {"primary": 60.0})
    cases = [CASES[0], CASES[-1]]
    title = map_access_finding(table, words(lang), cases, ("primary", YEAR), shown).title
    counts = []
    for case in (CASES[-1], CASES[0]):
        values = unit_values(table, case, "primary", YEAR, (shown.column, "minutes")).dropna()
        counts.append(int((values < 1).sum() if shown.column == "access" else (values > 30).sum()))
    assert counts[0] > 0
    assert f"{counts[0]}" in title
    assert title.endswith(f"{counts[1]} 个" if lang == "zh" else f": {counts[1]}")
    if lang == "zh":
        assert str(len(values)) in title
    assert title.startswith(start.split("：")[0] if lang == "zh" else start)
    assert "no rows" in map_access_finding(table, words("en"), cases, ("primary", 1999), shown).title
