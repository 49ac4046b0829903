"""A run with plans that act on what is seen: tables by future, the report and `explain`."""

import shutil
from pathlib import Path

import pytest

import schoolplan
from reports.run_folder import RunFolder
from schoolplan.built import built_of
from schoolplan.implied import explain
from schoolplan.prepare import calendars, cases, options, prepare

pytestmark = pytest.mark.usefixtures("no_pictures")

BASE = Path(__file__).parents[1] / "broken" / "_base"
WHEN = "{signal: births, above: 70, from: 2025}"  # there are more births in one future than in the other


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """The small study with a third plan, whose school waits for births."""
    folder = tmp_path / "study"
    shutil.copytree(BASE, folder)
    plan = (folder / "plans" / "build.yaml").read_text(encoding="utf-8").replace("id: build", "id: watch")
    plan = plan.replace("    priority: 1\n", f"    priority: 1\n    when: {WHEN}\n", 1)
    (folder / "plans" / "watch.yaml").write_text(plan, encoding="utf-8")
    file = folder / "approval.yaml"
    file.write_text(file.read_text("utf-8").replace("plans/build.yaml", "plans/build.yaml, plans/watch.yaml"), "utf-8")
    return file


def test_what_is_known_before_a_run_is_that_nothing_has_been_seen(scenario: Path) -> None:
    prepared = prepare(scenario)
    chosen = options(prepared.bundle, 3)
    made = cases(prepared, calendars(prepared, chosen))
    assert [case.adaptive is not None for case in made] == [False, False, True] * 2
    built = built_of(made, "baseline")
    assert built.adaptive == {"watch"}
    assert built.usual["watch"].states[built.usual["watch"].state[0, 0]] == "not_started"
    tables = {table.title: table for table in explain(prepared)}
    seen = ("signal_births", "whole_county", "> 70", "1", "0", "2025-", "-")
    assert tables["explain.triggers"].rows == (("watch", "new-c", "act_start", *seen),)
    years = {row[:2]: row[2:] for row in tables["explain.calendar"].rows}
    assert years["watch", "new-c"] == ("when_seen", "when_seen", "when_seen", "-")  # and not "never"
    assert years["watch", "more-b"][0].isdigit()


@pytest.mark.slow
def test_tables_of_a_plan_with_triggers_are_those_of_its_own_future(scenario: Path, tmp_path: Path) -> None:
    schoolplan.run(scenario, tmp_path / "run", draws=20, workers=1)
    run = RunFolder.read(tmp_path / "run")
    projects = run.tables.projects
    fired = run.tables.triggers.set_index(["future", "plan", "project", "act", "year"]).sort_index()
    found = {}
    for future in ("baseline", "high"):
        own = projects[(projects["future"] == future) & (projects["plan"] == "watch")]
        opened = own[own["project"] == "new-c"].set_index("year")["p_open"]
        decided = fired.loc[(future, "watch", "new-c", "start", 2030), "p_by"]
        assert opened.loc[2030] <= decided + 1e-9
        assert opened.loc[2026] == 0.0  # decided in September 2025 at the earliest
        cash = run.tables.cash
        spent = cash[(cash["future"] == future) & (cash["plan"] == "watch") & (cash["source"] == "new-c")]["mean"].sum()
        assert 0 < spent <= 4000 * decided + 1e-6
        found[future] = decided
    assert found["high"] > found["baseline"] > 0
    assert set(run.tables.plan_options["plan"]) == {"watch"}
    assert set(run.tables.regret["plan"]) == {"do-nothing", "build", "watch"}
    assert 'id="adaptive"' in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
