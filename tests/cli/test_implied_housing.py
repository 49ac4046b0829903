"""`explain` on housing: when phases come, where the children come from, which side binds, which schools are needed."""

from dataclasses import replace

import pytest

from schoolplan.assemble import need_rows
from schoolplan.implied_housing import housing_tables
from schoolplan.prepare import Options, Prepared, calendars, prepare
from sim.estate_needs import NEED_COLUMNS
from tests.sim.studies import MAJIANG, TINY

SAMPLE = Options(40, 1)


@pytest.fixture(scope="module")
def majiang() -> Prepared:
    return prepare(MAJIANG)


def rows(prepared: Prepared, title: str) -> list[dict[str, str]]:
    """Rows of a table of `explain` by head."""
    found = {name: (heads, cells) for name, heads, cells in housing_tables(prepared, SAMPLE)}
    heads, cells = found[title]
    return [dict(zip(heads, row, strict=True)) for row in cells]


def test_phases_have_their_dates_and_risks(majiang: Prepared) -> None:
    found = rows(majiang, "explain.phases")
    assert {(row["future"], row["phase"]) for row in found} == {
        ("fast-urbanisation", "jz-new-town/1"),
        ("fast-urbanisation", "jz-new-town/2"),
    }
    for row in found:
        assert row["p10"] <= row["median"] <= row["p90"]
        assert row["dwellings"] == row["counted"] == "1200"  # no table of completions: all of it counts


def test_children_by_origin_add_up_and_the_smaller_side_is_named(majiang: Prepared) -> None:
    found = rows(majiang, "explain.estates")
    assert [row["year"] for row in found] == sorted(row["year"] for row in found)
    for row in found:
        parts = [float(row[name]) for name in ("outside", "in_town", "rural")]
        assert sum(parts) == pytest.approx(float(row["children"]), abs=0.2)
        assert row["binds"] == ("flow" if float(row["rural"]) > float(row["flow_to_town"]) else "estate")
    quiet = majiang.bundle.futures["fast-urbanisation"].model_copy(
        update={"urban_share": majiang.bundle.reference.urban_share}
    )
    still = replace(majiang, bundle=replace(majiang.bundle, futures={**majiang.bundle.futures, quiet.id: quiet}))
    assert {row["binds"] for row in rows(still, "explain.estates")} == {"flow"}


def test_needs_of_the_example_name_clause_size_and_whether_the_plan_builds_it(majiang: Prepared) -> None:
    frame = need_rows(majiang, calendars(majiang, SAMPLE))
    assert list(frame.columns) == list(NEED_COLUMNS)
    assert set(frame["plan"]) == set(majiang.bundle.plans)
    seats = frame[
        (frame["estate"] == "jz-new-town") & (frame["clause"] == "PT.primary") & (frame["plan"] == "do-nothing")
    ]
    assert seats["required"].tolist() == pytest.approx([1200 * 3.2 / 1000 * 40] * 2)
    assert seats["status"].tolist() == ["none", "none"]
    garden = frame[(frame["estate"] == "jz-new-town") & (frame["clause"] == "LC.kindergarten")]
    assert set(garden["phase"]) == {"2"}  # 3 840 residents, then 7 680: above 5 000
    assert set(garden["status"]) == {"not_in_study"}
    assert len(rows(majiang, "explain.needs")) == len(frame)


def test_a_study_without_housing_has_nothing_to_explain() -> None:
    assert housing_tables(prepare(TINY), SAMPLE) == []
