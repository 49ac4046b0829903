"""T4 of projects that open late or never, of several projects at one school, and of nine-year schools."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from reports.run_folder import RunFolder
from reports.table_shapes import RunTables
from reports.view import view
from tests.reports import factory, factory_facts
from tests.reports import factory_numbers as f
from tests.reports.dossier_kit import cells, file_of, lead, records, sized, tables_of

PLAN = "county-plan"
FOUR = "New No. 4 Primary"


def opening(made: RunTables, project: str, shares: dict[int, float]) -> RunTables:
    """The tables with a project open in these shares of draws: none in years that are not named."""
    found = {}
    for name in ("projects", "project_seats"):
        frame = getattr(made, name)
        mine = frame["project"] == project
        share = frame["year"].map(shares).fillna(0.0)
        found[name] = frame.assign(p_open=frame["p_open"].where(~mine, share))
    return replace(made, **found)


def more(made: RunTables, project: str, like: str, rooms: float, school: str) -> RunTables:
    """The tables with one more project of the county plan, like another one but for its rooms and school."""

    def copied(frame: pd.DataFrame, **values: Any) -> pd.DataFrame:
        own = frame[(frame["plan"] == PLAN) & (frame["project"] == like)]
        return pd.concat([frame, own.assign(project=project, **values)], ignore_index=True)

    return replace(
        made,
        projects=copied(made.projects, school=school),
        project_facts=copied(made.project_facts, rooms=rooms, urban=1),
        project_seats=copied(made.project_seats, school=school, nominal=45 * rooms),
    )


def planned(project: str, school: str) -> list[dict[str, Any]]:
    """Plans of the study with an extension more in the county plan."""
    card: Any = {"id": project, "name": {"zh": project, "en": project}, "kind": "extension", "school": school,
                 "cost": 100.0, "start": "2025-09"}  # fmt: skip
    plans: Any = factory.study()["plans"]
    return [{**plan, "projects": [*plan["projects"], card]} if plan["id"] == PLAN else plan for plan in plans]


def rolls(run: RunFolder, school: str) -> pd.DataFrame:
    return cells(run, "schools", "roll", PLAN).sort_index().loc[(school, "all")]


def test_a_project_that_mostly_stays_closed_has_no_pupils_and_no_seats(tmp_path: Path) -> None:
    made = opening(factory_facts.tables(), "no4-primary", dict.fromkeys(range(2027, 2039), 0.3))
    run = factory_facts.make(tmp_path / "run", made)
    rows = sized(tables_of(view(run, "en")))
    assert {name: rows[FOUR][name] for name in ("year", "p50", "p90", "use", "seats", "safe")} == dict.fromkeys(
        ("year", "p50", "p90", "use", "seats", "safe")
    )
    assert rows[FOUR]["classes"] == 36.0  # the plan says so, whether it opens or not
    assert rows["Total"]["seats"] == sum(row["seats"] for name, row in rows.items() if name not in (FOUR, "Total"))
    said = lead(run, "size", "en")
    assert f"seats are not counted and no pupils are told: {FOUR}." in said
    assert said.count(FOUR) == 1  # an unopened school is not an empty one
    assert "在校生：新建县第四小学。" in lead(run, "size")


def test_years_in_which_it_is_mostly_closed_are_left_out(tmp_path: Path) -> None:
    made = opening(factory_facts.tables(), "no2-extension", {2024: 0.2, 2025: 0.4, 2026: 0.9, 2027: 0.2})
    run = factory_facts.make(tmp_path / "run", made)
    row, own = sized(tables_of(view(run, "en")))["Extension of No. 2 Primary"], rolls(run, "ps-02")
    assert row["year"] == 2026.0
    assert (row["p50"], row["p90"]) == tuple(own.loc[2026, ["p50", "p90"]])
    assert own.loc[2025, "p50"] > own.loc[2026, "p50"]


def test_nothing_is_left_out_where_all_open(facts_run: RunFolder) -> None:
    assert "not open" not in lead(facts_run, "size", "en").lower()


def test_phases_of_one_school_share_its_rooms(tmp_path: Path) -> None:
    """36 rooms of the first phase and 12 of the second: both see 48, and all pupils over 48 x 45 seats."""
    made = more(factory_facts.tables(), "no4-second", "no4-primary", 12.0, "ps-04")
    run = factory_facts.make(tmp_path / "run", made, plans=planned("no4-second", "ps-04"))
    rows, own = sized(tables_of(view(run, "en"))), rolls(run, "ps-04")
    opened = file_of(run, "projects.parquet")
    opened = opened[(opened["future"] == "baseline") & (opened["plan"] == PLAN) & (opened["project"] == "no4-second")]
    years = [y for y in opened.loc[opened["p_open"] >= 0.5, "year"] if f.WINDOW[0] <= y <= f.WINDOW[1]]
    upper = own.loc[own.loc[years, "p50"].idxmax(), "p90"]
    for name in (FOUR, "no4-second"):
        assert rows[name]["rooms_after"] == 48.0
        assert rows[name]["use"] == pytest.approx(upper / (48 * 45))
    assert rows["no4-second"]["classes"] == 12.0
    floor = {row["project"]: row for row in records(tables_of(view(run, "en"))["t4_floor"])}
    assert floor["no4-second"]["size"] == 48.0
    assert (floor["no4-second"]["seats"], floor["no4-second"]["norm"]) == (12 * 45.0, 7.2)


def test_seats_of_a_year_are_of_the_phases_open_in_it(tmp_path: Path) -> None:
    made = more(factory_facts.tables(), "no4-second", "no4-primary", 12.0, "ps-04")
    made = opening(made, "no4-second", {2029: 0.1})
    rows = sized(
        tables_of(view(factory_facts.make(tmp_path / "run", made, plans=planned("no4-second", "ps-04")), "en"))
    )
    assert rows[FOUR]["rooms_after"] == 48.0
    assert rows[FOUR]["use"] == pytest.approx(rows[FOUR]["p90"] / (36 * 45))
    assert rows["no4-second"]["use"] is None


def test_extensions_of_a_school_that_stands_add_up(tmp_path: Path) -> None:
    made = more(factory_facts.tables(), "no2-again", "no2-extension", 6.0, "ps-02")
    rows = sized(tables_of(view(factory_facts.make(tmp_path / "run", made, plans=planned("no2-again", "ps-02")), "en")))
    today = made.school_facts.set_index("school")["rooms"]["ps-02"]
    assert rows["no2-again"]["rooms_after"] == rows["Extension of No. 2 Primary"]["rooms_after"] == today + 12 + 6


def test_a_nine_year_school_has_its_own_norm_at_its_whole_size(tmp_path: Path) -> None:
    """30 classes of today and 6 more: 8.0 m2 at 36 classes, not the norms of a primary of 24 and a junior of 12."""
    made = more(factory_facts.tables(), "ny-more", "no2-extension", 6.0, "ny-01")
    run = factory_facts.make(tmp_path / "run", made, plans=planned("ny-more", "ny-01"))
    table = tables_of(view(run, "en"))["t4_floor"]
    primary, junior = (row for row in records(table) if row["project"] == "ny-more")
    assert (primary["size"], primary["norm"]) == (junior["size"], junior["norm"]) == (36.0, 8.0)
    assert (primary["seats"], junior["seats"]) == (6 * 6 / 9 * 45, pytest.approx(6 * 3 / 9 * 50))
    assert primary["floor"] == pytest.approx(8.0 * primary["seats"])
    assert "A.nine-year.planning" in str(primary["clauses"])
    assert any("nine-year schools" in text for text in table.remarks)


def test_a_country_nine_year_school_has_the_norms_of_its_stages(tmp_path: Path) -> None:
    made = more(factory_facts.tables(), "ny-more", "no2-extension", 6.0, "ny-01")
    facts = made.project_facts.assign(urban=0)
    run = factory_facts.make(tmp_path / "run", replace(made, project_facts=facts), plans=planned("ny-more", "ny-01"))
    sizes = [row["size"] for row in records(tables_of(view(run, "en"))["t4_floor"]) if row["project"] == "ny-more"]
    assert sizes == [24.0, 12.0]
