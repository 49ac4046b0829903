"""The section on admission: columns that the simulation makes, words for every reason, rows of the worst years."""

from types import SimpleNamespace

import pandas as pd
import pytest

from reports.admission_view import page
from reports.i18n import LANGUAGES, Labels
from reports.shapes_placements import PLACEMENTS, REASONS
from sim import placements


def test_the_table_has_the_columns_and_reasons_that_the_simulation_makes() -> None:
    assert set(PLACEMENTS.names) == {"future", "plan", *placements.COLUMNS}
    assert REASONS == placements.REASONS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_has_a_word(lang: str) -> None:
    words = [Labels(lang)(f"admission.reason.{reason}") for reason in REASONS]  # type: ignore[arg-type]
    assert len(set(words)) == len(REASONS)


def seen(rows: list[tuple[object, ...]]) -> SimpleNamespace:
    """What the section reads of a run with one stage, two plans and no shares."""
    columns = ["plan", "year", "scope", "entity", "reason", "mean", "p90", "way", "way_p90", "extra"]
    table = pd.DataFrame(rows, columns=columns).assign(future="f", stage="primary", measure="km")
    county = pd.DataFrame(columns=["future", "plan", "indicator", "stage", "year", "mean"])
    study = SimpleNamespace(stages=(SimpleNamespace(id="primary"),), window=(2025, 2028))
    words = SimpleNamespace(future=str, plan=str, stage=str, school=str)
    run = SimpleNamespace(study=study, tables=SimpleNamespace(placements=table, county=county))
    return SimpleNamespace(run=run, labels=Labels("en"), words=words, future="f", baseline="old", plan="new")


ROWS = [
    ("old", 2025, "county", "here", "diverted", 4.0, 9.0, 2.0, 3.0, 0.5),
    ("old", 2026, "county", "here", "diverted", 6.0, 12.0, 2.5, 3.5, -0.5),
    ("old", 2026, "county", "here", "no_seat", 1.0, 3.0, None, None, None),
    ("old", 2026, "county", "here", "off", 0.2, 1.0, None, None, None),
    ("new", 2027, "school", "a", "diverted", 2.0, 5.0, 1.0, 1.5, 0.1),
    ("new", 2027, "school", "b", "no_school", 3.0, 5.0, None, None, None),
]


def test_rows_are_the_years_with_most_children_and_only_who_is_sent_on_has_a_way() -> None:
    made = page(seen(ROWS))  # type: ignore[arg-type]
    assert made is not None
    old, new = made.parts
    assert [row[2:5] for row in old.rows] == [
        ("2026-27", "6.0 (12)", "2.5 (3.5) km"),
        ("2026-27", "1.0 (3)", "–"),
    ]
    assert old.rows[0][5].endswith("0.5 km")
    assert new.rows == []
    assert new.said
    assert [row[0] for row in made.schools.rows] == ["b", "a"]


def test_there_is_no_section_where_every_child_has_a_seat() -> None:
    few = [(*row[:5], 0.1, *row[6:]) for row in ROWS]
    assert page(seen(few)) is None  # type: ignore[arg-type]
