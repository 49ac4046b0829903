"""Numbers behind the printed maps are those of the tables of the run, read here once more with plain loops."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from reports import atlas_data as data
from reports.atlas import pages
from reports.atlas_data import Scene
from reports.atlas_kinds import KINDS
from reports.atlas_layers import Circles, Fill, Flows, Layer
from reports.atlas_measures import MEASURES
from reports.atlas_page import MapPage
from reports.figures_setting import Case
from reports.run_folder import RunFolder
from reports.view import View, view

STAGES = ("primary", "junior")


@pytest.fixture(scope="module")
def seen(run: RunFolder) -> View:
    return view(run, "en")


@pytest.fixture(scope="module")
def book(seen: View) -> dict[str, MapPage]:
    """Pages by their name without the number."""
    return {page.name.split("-", 1)[1]: page for page in pages(seen)}


def scene(seen: View, stage: str) -> Scene:
    return Scene(Case(seen.future, seen.plan), stage, seen.year)


def cell(table: pd.DataFrame, where: Scene, school: str, stage: str, indicator: str, column: str) -> float:
    for row in table.itertuples():
        own = (row.future, row.plan, row.year, row.entity, row.stage, row.indicator)
        if own == (where.case.future, where.case.plan, where.year, school, stage, indicator):
            return float(getattr(row, column))
    return float("nan")


def layers(page: MapPage, kind: type) -> Iterator[Layer]:
    return (layer for pane in page.panes for layer in pane.layers if isinstance(layer, kind))


@pytest.mark.parametrize("stage", STAGES)
def test_a_zone_has_the_pupils_over_seats_and_the_chance_of_its_school(
    seen: View, book: dict[str, MapPage], stage: str
) -> None:
    where, table = scene(seen, stage), seen.run.tables.schools
    table = table[(table["year"] == where.year) & (table["plan"] == where.case.plan)]
    zones = data.served(seen, where)
    assert set(zones) == set(seen.units["unit"])
    used = next(layers(book[f"utilisation-{stage}"], Fill)).values
    breach = next(layers(book[f"class-breach-{stage}"], Fill)).values
    for unit in list(zones)[::6]:
        (school,) = zones[unit]
        roll, seats = (cell(table, where, school, "all", name, "p50") for name in ("roll", "seats"))
        assert used[unit] == roll / seats
        assert breach[unit] == cell(table, where, school, stage, "largest_class", "p_exceed")


@pytest.mark.parametrize(("measure", "column"), [("minutes", "mean"), ("nearest", "nearest"), ("access", "access")])
def test_a_unit_has_the_value_of_the_table_of_units(
    seen: View, book: dict[str, MapPage], measure: str, column: str
) -> None:
    where = scene(seen, "primary")
    rows = [
        row for row in seen.run.tables.access_units.to_dict("records")
        if (row["future"], row["plan"], row["year"], row["stage"], row["measure"])
        == (where.case.future, where.case.plan, where.year, "primary", "minutes")
    ]  # fmt: skip
    values = next(layers(book[f"{measure}-primary"], Fill)).values
    assert len(rows) == len(values) == 20
    for row in rows:
        expected = row[column] if row["pupils"] > 0 else float("nan")
        assert values[row["unit"]] == pytest.approx(expected, rel=0, abs=0, nan_ok=True)


def test_the_change_of_pupils_is_against_the_base_year(seen: View, book: dict[str, MapPage]) -> None:
    last, horizon = layers(book["pupils-change-primary"], Fill)
    table = seen.run.tables.access_units.query(
        "measure == 'minutes' and stage == 'primary' and future == @seen.future and plan == @seen.plan"
    ).set_index(["year", "unit"])["pupils"]
    base = seen.run.study.base_year
    for year, fill in ((seen.run.study.window[1], last), (seen.run.study.horizon, horizon)):
        for unit, value in fill.values.items():
            assert value == pytest.approx(table[year, unit] / table[base, unit] - 1, abs=1e-12)


def test_circles_are_rolls_and_missing_or_unused_seats(seen: View, book: dict[str, MapPage]) -> None:
    where, table = scene(seen, "primary"), seen.run.tables.schools
    table = table[(table["year"] == where.year) & (table["plan"] == where.case.plan)]
    rolls = next(layers(book["schools-roll-primary"], Circles)).places
    seats = next(layers(book["schools-seats-primary"], Circles)).places.set_index("school")
    for row in rolls.itertuples():
        assert row.value == cell(table, where, row.school, "primary", "roll", "p50")
        gap = cell(table, where, row.school, "all", "roll", "p50") - cell(
            table, where, row.school, "all", "seats", "p50"
        )
        assert seats["value"][row.school] == abs(gap)
        assert (seats["hatch"][row.school] != "") == (gap > 0)
    area = rolls["radius"] ** 2 / rolls["value"]
    assert area[rolls["radius"] > 1.2].to_numpy() == pytest.approx(area.iloc[0])


def test_lines_carry_the_pupils_of_the_unit_to_the_school_of_its_zone(seen: View, book: dict[str, MapPage]) -> None:
    where = scene(seen, "junior")
    rows = next(layers(book["flows-junior"], Flows)).rows
    pupils = data.by_unit(seen, where, "pupils")
    assert rows.set_index("unit")["pupils"].to_dict() == pupils.to_dict()
    assert rows["pupils"].sum() == pytest.approx(pupils.sum())
    ratio = rows["width"] / rows["pupils"]
    assert ratio[rows["width"] > 0.35].to_numpy() == pytest.approx(ratio.max())


def test_pupils_of_a_zone_of_two_schools_are_not_split_by_a_guess(seen: View) -> None:
    zones, where = seen.run.tables.zone_list, scene(seen, "junior")
    (held,) = data.served(seen, where)["u01"]
    other = next(school for school in ("js-01", "js-02") if school != held)
    twice = zones[(zones["unit"] == "u01") & (zones["stage"] == "junior")].assign(school=other)
    tables = replace(seen.run.tables, zone_list=pd.concat([zones, twice], ignore_index=True))
    rows = data.flows(replace(seen, run=replace(seen.run, tables=tables)), where)
    assert set(rows.loc[rows["unit"] == "u01", "school"]) == {held, other}
    assert rows.loc[rows["unit"] == "u01", "pupils"].isna().all()
    assert rows.loc[rows["unit"] != "u01", "pupils"].notna().all()


@pytest.mark.parametrize("measure", ["utilisation", "class-breach", "minutes"])
def test_a_triptych_is_before_after_and_their_difference(seen: View, book: dict[str, MapPage], measure: str) -> None:
    before, after, gap = (fill for fill in layers(book[f"compare-{measure}-primary"], Fill))
    assert gap.values.to_dict() == pytest.approx((after.values - before.values).to_dict(), nan_ok=True)
    assert before.look == after.look
    breaks = gap.look.scale.breaks
    assert breaks == tuple(-one for one in reversed(breaks))
    where = scene(seen, "primary").of(case=Case(seen.future, seen.baseline))
    one = MEASURES[measure.replace("-", "_")]
    pd.testing.assert_series_equal(before.values, one.read(seen, where))


def test_the_years_show_the_years(seen: View, book: dict[str, MapPage]) -> None:
    page = book["years-utilisation-primary"]
    years = [seen.run.study.base_year + 1, seen.run.study.horizon]
    fills = list(layers(page, Fill))
    assert [page.panes[0].title, page.panes[-1].title] == [seen.labels.school_year(year) for year in years]
    for year, fill in zip(years, (fills[0], fills[-1]), strict=True):
        pd.testing.assert_series_equal(
            fill.values, data.by_zone(seen, scene(seen, "primary").of(year=year), "utilisation")
        )
    assert len({fill.look for fill in fills}) == 1


def test_every_kind_has_a_page_for_every_stage_or_says_why_not(seen: View) -> None:
    for stage in STAGES:
        for kind, made in KINDS.items():
            found = made(seen, scene(seen, stage))
            assert found, kind
            assert {page.reason != "" for page in found} == {kind == "isochrones"}
    last = pages(seen)[-1]
    assert last.name.endswith("not-drawn")
    assert last.caption.subtitle.count("isochrones") == 2 * 2
    assert np.all([page.name[:2] == f"{at:02d}" for at, page in enumerate(pages(seen), start=1)])
