"""Published tables of the dossier: what would tell a hidden count of its row is hidden with it, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from reports.document import Cell, Column, Document, Hidden, Paragraph, Table
from reports.dossier_gap import chapter
from reports.i18n import LANGUAGES, Lang
from reports.privacy import THRESHOLD, published, published_table
from reports.run_folder import RunFolder
from reports.view import view
from tests.reports import factory_facts
from tests.reports.documents_kit import every_block
from tests.reports.dossier_kit import lead, records, tables_of, without_zones


@pytest.fixture(scope="module")
def tables(facts_run: RunFolder) -> dict[str, Table]:
    return tables_of(view(facts_run, "en"))


def gone(cell: Cell) -> bool:
    return isinstance(cell, Hidden)


def test_largest_class_and_mean_go_with_the_pupils_of_a_teaching_point(tables: dict[str, Table]) -> None:
    plain, rows = records(tables["t1"]), records(published_table(tables["t1"], 100))
    point = next(row for row in rows if row["school"] == "Bamang Teaching Point")
    assert all(map(gone, (point["pupils"], point["largest"], point["mean"])))
    assert not gone(point["classes"])
    for old, new in zip(plain, rows, strict=True):
        grades = [new[name] for name in new if name.startswith("grade_")]
        assert gone(new["mean"]) is (gone(new["pupils"]) and old["mean"] is not None)
        told = any(map(gone, grades)) or gone(new["pupils"]) or 0 < (old["largest"] or 0) < 100
        assert gone(new["largest"]) is told
    assert not gone(rows[-1]["mean"])  # of the county


def test_no_class_of_fewer_than_the_threshold_is_told(tables: dict[str, Table]) -> None:
    columns = tables["t1"].columns
    at = [column.key for column in columns].index("largest")
    row = tuple(40.0 if column.key == "pupils" else 9.0 if column.key == "largest" else None for column in columns)
    one = replace(tables["t1"], rows=(row,), sums=())
    assert gone(published_table(one).rows[0][at])


def test_value_and_gap_of_a_clause_go_with_its_pupils(tmp_path: Path) -> None:
    made = factory_facts.tables()
    today = made.today.assign(pupils_over=[6.0, 18.0], value=[51.0, 56.0])
    run = factory_facts.make(tmp_path / "run", replace(made, today=today))
    rows = records(published_table(tables_of(view(run, "en"))["t1_gaps"]))
    small = [row for row in rows if gone(row["pupils"])]
    assert len(rows) == 2
    assert [(gone(row["value"]), gone(row["missing"]), row["bound"]) for row in small] == [(True, True, 45.0)]
    assert [row["missing"] for row in rows if row not in small] == [6.0]


@pytest.mark.parametrize(("key", "threshold"), [("t3", 100), ("t3", 280), ("t3_township", 2550)])
def test_a_shortage_goes_with_its_demand(tables: dict[str, Table], key: str, threshold: int) -> None:
    """Demand is the shortage and the places of the same row; a surplus is below 0, so never small itself."""
    rows = records(published_table(tables[key], threshold))
    hidden = 0
    for row in rows:
        for plan in ("do-nothing", "county-plan"):
            assert gone(row[f"gap_{plan}"]) is gone(row[f"demand_{plan}"])
            hidden += gone(row[f"gap_{plan}"])
    assert 0 < hidden < 2 * len(rows)


def test_use_of_seats_goes_with_the_pupils(tables: dict[str, Table]) -> None:
    rows = records(published_table(tables["t4_use"], 1300))
    assert [gone(row["use"]) for row in rows] == [gone(row["p90"]) for row in rows]
    assert any(gone(row["use"]) for row in rows)
    assert not all(gone(row["use"]) for row in rows)


def test_what_is_hidden_with_others_adds_to_no_sum() -> None:
    columns = (Column("n", "n", "count", people=True), Column("most", "m", "count", people=True, hidden_with=("n",)))
    one = Table("t", "t", columns, ((30.0, 9.0), (40.0, 40.0), (70.0, 40.0)), sums=((2, (0, 1)),))
    assert [[gone(cell) for cell in row] for row in published_table(one).rows] == [
        [False, True],
        [False, False],
        [False, False],
    ]


@pytest.mark.parametrize(
    ("lang", "text", "said"),
    [
        ("zh", "撤并学校现有学生 8 人；学区调整涉及 120 人次", "撤并学校现有学生 * 人；学区调整涉及 120 人次"),
        ("en", "8 pupils of closed schools, 120 pupils of zones", "* pupils of closed schools, 120 pupils of zones"),
    ],
)
def test_sentences_in_cells_hide_small_counts(lang: Lang, text: str, said: str) -> None:
    risks = Table("t9", "T9", (Column("found", "Found"), Column("n", "n", "count")), ((text, 8.0),))
    made = published(replace(every_block(lang), blocks=(risks,)))
    assert isinstance(made.blocks[0], Table)
    assert made.blocks[0].rows == ((said, 8.0),)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_finding_does_not_tell_a_shortage_that_its_table_hides(tmp_path: Path, lang: Lang) -> None:
    """The zone most short: 8 children without any school."""
    made = factory_facts.tables()
    none = made.alerts["zone"] == "ps-03"
    alerts = made.alerts.assign(
        zone=made.alerts["zone"].where(~none, "~none:u01"),
        demand_mean=made.alerts["demand_mean"].where(none, 1.0).where(~none, 8.0),
        places=made.alerts["places"].where(~none, 0.0),
    )
    seen = view(factory_facts.make(tmp_path / "run", replace(made, alerts=alerts)), lang)
    document = Document("d", lang, "", "", (), tuple(chapter(seen)))
    text = next(one.text for one in published(document, THRESHOLD).blocks if isinstance(one, Paragraph))
    assert "8" in next(one.text for one in document.blocks if isinstance(one, Paragraph))
    assert ("（*人）" if lang == "zh" else "(* pupils)") in text


def test_schools_of_one_name_are_counted_each(tmp_path: Path) -> None:
    made = factory_facts.tables()
    alike = made.school_list.assign(name_zh="中心小学", name_en="Central Primary")
    run = factory_facts.make(tmp_path / "run", replace(made, school_list=alike))
    today = made.history[made.history["year"] == run.study.base_year]
    assert f"有学生的学校{today['school'].nunique()}所" in lead(run, "state")
    assert f"{today['school'].nunique()} schools had" in lead(run, "state", "en")


def test_runs_without_zones_are_published_too(tmp_path: Path) -> None:
    rows = records(published_table(tables_of(view(without_zones(tmp_path / "run"), "en"))["t3"], 100))
    assert {gone(row["gap_do-nothing"]) for row in rows} == {True, False}
    assert all(gone(row["gap_do-nothing"]) is gone(row["demand_do-nothing"]) for row in rows)
