"""`explain` on building: stages, money, approvals, risks, breaks and desks of every project, with their sources."""

import shutil
from pathlib import Path

import pytest

from schoolplan.assemble import project_rows
from schoolplan.implied_projects import building_tables
from schoolplan.prepare import Options, Prepared, calendars, prepare

BASE = Path(__file__).resolve().parents[1] / "broken" / "_base"
CONSTRUCTION = """construction:
  crews: 2
  default_approvals: true
  observed: {extension: {construction: [7, 9, 10, 12]}}
  desks:
    - {id: review, name: {zh: 财评中心, en: Review office}, stages: [tender], files: 2}
  breaks:
    - {id: frost, name: {zh: 冬歇, en: Frost}, stages: [construction], months: [12, 1], pace: 0.5}
  risks:
    - {id: dispute, name: {zh: 纠纷, en: Dispute}, stage: land, probability: 0.2, months: [1, 2, 6], repeats: [land]}
"""
FUNDS = """funds:
  - {id: county, name: {zh: 县级, en: County}, by_year: {2023: 1000, 2024: 3000, 2025: 3000}}
  - {id: upper, name: {zh: 上级, en: Upper level}, by_year: {2024: 1000}, carry_over: 0}
"""


LENT = """  - {id: lent, name: {zh: 板房, en: Modules}, kind: temporary, start: 2023-10, cost: 80, school: a,
     adds: {rooms: 2}, until: 2026}
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A study that says all it can."""
    folder = tmp_path_factory.mktemp("explained")
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    study, plan = folder / "study.yaml", folder / "plans" / "build.yaml"
    study.write_text(study.read_text("utf-8").replace("construction: {crews: 2}\n", CONSTRUCTION), "utf-8")
    text = plan.read_text("utf-8").replace("budget: {2023: 1000, 2024: 3000, 2025: 3000}\n", FUNDS)
    more = "    after: [{project: new-c, stage: construction}]\n    funding: {county: 0.5, upper: 0.5}\n"
    plan.write_text(text.replace("    adds: {rooms: 6}\n", "    adds: {rooms: 6}\n" + more + LENT), "utf-8")
    return prepare(folder / "approval.yaml")


@pytest.fixture(scope="module")
def told(prepared: Prepared) -> dict[str, list[tuple[str, ...]]]:
    """Rows of the two tables for the plan `build`."""
    found = building_tables(prepared)
    return {title: [row for row in rows if row[0] == "build" or len(row) == 2] for title, _, rows in found}


def test_every_term_of_a_project_stands_there_with_its_source(told: dict[str, list[tuple[str, ...]]]) -> None:
    rows = [row[1:] for row in told["explain.building"]]
    assert ("new-c", "stages", "land 2/3/6", "plan") in rows
    assert ("more-b", "stages", "initiation 0.5/0.75/1, feasibility 0.5/1/2, tender 1/1.5/2",
            "default C14 PRACTICE (M)") in rows  # fmt: skip
    assert ("more-b", "stages", "design 1.5/2/3, construction 6/8/12 + 4 observed (50%), acceptance 1/1/2",
            "default PRACTICE (M)") in rows  # fmt: skip
    assert ("new-c, more-b, lent", "crew", "1 / 2", "study") in rows
    assert ("new-c, more-b", "payments", "design 12.3%, construction 78.6%, acceptance 9.1%", "default C10") in rows
    assert ("new-c, lent", "funds", "county 100%", "plan") in rows
    assert ("lent", "until", "2026", "plan") in rows
    assert ("more-b", "funds", "county 50%, upper 50%", "plan") in rows
    assert ("new-c", "approval", "land: 36 months, until construction", "default C14 CHOICE (C)") in rows
    assert ("new-c", "risk", "dispute 20% at land, +1/2/6 months, again land", "study") in rows
    assert ("new-c, more-b, lent", "break", "frost: construction in months 12 1 at 50%", "study") in rows
    assert ("new-c, more-b, lent", "desk", "tender: review (2)", "study") in rows
    assert ("more-b", "after", "construction after new-c", "plan") in rows


def test_every_key_of_a_source_is_written_out_once(told: dict[str, list[tuple[str, ...]]]) -> None:
    sources = dict(told["explain.building_sources"])
    named = {key for row in told["explain.building"] if row[4].startswith("default")
             for key in row[4].split(" (")[0].split()[1:]}  # fmt: skip
    assert named <= set(sources)
    assert "CHOICE" in sources  # weights of what was observed
    assert all(sources.values())


def test_temporary_classrooms_are_open_until_their_last_year(prepared: Prepared) -> None:
    found = project_rows(prepared, calendars(prepared, Options(20, 1)))
    rows = found[(found["project"] == "lent") & (found["future"] == "baseline")].set_index("year")
    assert rows.loc[2026, "p_open"] == 1.0
    assert set(rows.loc[2027:, "p_open"]) == {0.0}
